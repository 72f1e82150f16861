//! Calls through a proxy that the host asked for.

use std::env;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc;

use ureq::Proxy;

use super::deadline::{assert_in_time, hurried};
use super::server::{
    accept, assert_unreachable, call, drip, get, is_untouched, let_it_arrive, listen, ok, read_request,
    reply, with_body,
};
use crate::driver::http::HttpClient;
use crate::driver::http::look_up::LookUp;
use crate::effects::Failure;

/// A client with a proxy at this URL, and with two names.
fn through(proxy: &str) -> HttpClient {
    let names = LookUp::with(|host| {
        let address = if host == "shop.example" {
            "93.184.215.14"
        } else {
            "10.0.0.1"
        };
        Ok(vec![address.parse().unwrap()])
    });
    HttpClient::new()
        .with_names(names)
        .with_proxy(Proxy::new(proxy).unwrap())
}

/// The target that a proxy is told for a call that it opens a tunnel for.
fn tunnelled(client: impl Fn(&str) -> HttpClient) -> String {
    let (listener, proxy) = listen();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener);
            let connect = read_request(&mut stream).unwrap();
            stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            assert!(read_request(&mut stream).unwrap().contains("host: shop.example"));
            stream
                .get_mut()
                .write_all(with_body("200 OK", "hello").as_bytes())
                .unwrap();
            connect.lines().next().unwrap().to_owned()
        });
        let (answer, phases) = client(&proxy).timed_call(&get("http://shop.example/status"));
        assert_eq!(answer.result, ok("hello"));
        assert!(phases.connect.is_some() && phases.wait.is_some());
        server.join().unwrap()
    })
}

#[test]
fn a_proxy_is_told_the_address_that_was_checked() {
    let told = tunnelled(through);
    assert_eq!(told, "CONNECT 93.184.215.14:80 HTTP/1.1");
    let told = tunnelled(|proxy| through(proxy).with_private_addresses(true));
    assert_eq!(told, "CONNECT shop.example:80 HTTP/1.1");
}

/// Opens a tunnel, and is the server at its end as well.
fn open_tunnel(listener: &TcpListener, behind: &str) -> BufReader<TcpStream> {
    let mut stream = accept(listener);
    read_request(&mut stream).unwrap();
    let opened = format!("HTTP/1.1 200 OK\r\n\r\n{behind}");
    stream.get_mut().write_all(opened.as_bytes()).unwrap();
    stream
}

#[test]
fn nothing_that_comes_later_through_a_proxy_is_read_as_the_next_reply() {
    let (listener, proxy) = listen();
    let (has_answer, wait) = mpsc::channel();
    let (has_come, come) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let first = with_body("200 OK", "first");
            let mut stream = open_tunnel(&listener, "");
            reply(&mut stream, &first);
            wait.recv().unwrap();
            stream.get_mut().write_all(first.as_bytes()).unwrap();
            has_come.send(()).unwrap();
            reply(&mut open_tunnel(&listener, ""), &with_body("200 OK", "second"));
        });
        let client = through(&proxy);
        let request = || get("http://shop.example/status");
        assert_eq!(call(&client, request()).result, ok("first"));
        has_answer.send(()).unwrap();
        come.recv().unwrap();
        let_it_arrive();
        assert_eq!(call(&client, request()).result, ok("second"));
    });
}

#[test]
fn nothing_that_a_proxy_sends_behind_its_own_reply_is_read() {
    let (listener, proxy) = listen();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| read_request(&mut open_tunnel(&listener, &with_body("200 OK", "early"))));
        let answer = call(&through(&proxy), get("http://shop.example/status"));
        let why = "the proxy sent more than its reply".to_owned();
        assert_eq!(answer.result, Err(Failure::Unreachable(why)));
        assert_eq!(server.join().unwrap(), None);
    });
}

#[test]
fn a_connection_through_a_proxy_is_used_again() {
    let (listener, proxy) = listen();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = open_tunnel(&listener, "");
            for body in ["first", "second"] {
                reply(&mut stream, &with_body("200 OK", body));
            }
        });
        let client = through(&proxy);
        for body in ["first", "second"] {
            assert_eq!(call(&client, get("http://shop.example/status")).result, ok(body));
        }
    });
    assert!(is_untouched(&listener));
}

#[test]
fn a_proxy_that_drips_is_too_slow() {
    let (listener, proxy) = listen();
    let opened = format!("HTTP/1.1 200 OK\r\nX-Proxy: {}\r\n\r\n", "x".repeat(1_000));
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            drip(stream.get_mut(), opened.as_bytes().chunks(1).map(<[u8]>::to_vec))
        });
        assert_in_time(&call(
            &through(&proxy),
            hurried(get("http://shop.example/status")),
        ));
        assert!(server.join().unwrap(), "the connection was left open");
    });
}

#[test]
fn a_private_target_is_refused_before_the_proxy_hears_of_it() {
    let (listener, proxy) = listen();
    for url in ["http://intranet.example", "http://169.254.169.254", &proxy] {
        let answer = call(&through(&proxy), get(url));
        assert!(
            matches!(answer.result, Err(Failure::Blocked(_))),
            "{:?}",
            answer.result
        );
    }
    assert!(is_untouched(&listener));
}

#[test]
fn a_proxy_that_refuses_is_unreachable() {
    let (listener, proxy) = listen();
    std::thread::scope(|scope| {
        scope.spawn(|| reply(&mut accept(&listener), "HTTP/1.1 403 Forbidden\r\n\r\n"));
        let answer = call(&through(&proxy), get("https://shop.example"));
        assert_eq!(
            answer.result,
            Err(Failure::Unreachable("the proxy opened no connection".to_owned()))
        );
    });
}

#[test]
fn a_proxy_that_is_down_is_named() {
    let answer = call(&through("http://127.0.0.1:1"), get("http://shop.example"));
    let why = "the proxy: the connection was refused".to_owned();
    assert_eq!(answer.result, Err(Failure::Unreachable(why)));
}

#[test]
fn a_proxy_of_another_kind_is_not_passed_by() {
    let (listener, proxy) = listen();
    for scheme in ["socks4:", "socks5:"] {
        let client = through(&proxy.replace("http:", scheme)).with_private_addresses(true);
        assert_unreachable(&call(&client, get("http://10.0.0.1")));
    }
    assert!(is_untouched(&listener));
}

/// Calls in a process with these variables, this test program started anew: how the call should end.
fn call_in_environment(url: &str, variables: &[(&str, &str)], how: &str) {
    #[expect(clippy::disallowed_methods, reason = "an environment belongs to a process")]
    let mut process = Command::new(env::current_exe().unwrap());
    process
        .args(["--exact", "driver::http::tests::proxy::a_call_in_an_environment"])
        .envs([("SAYFLOW_TEST_URL", url), ("SAYFLOW_TEST_RESULT", how)]);
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        process.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = process.envs(variables.iter().copied()).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{variables:?}: {printed}");
}

/// The other process.
#[test]
#[expect(clippy::disallowed_methods, reason = "an environment belongs to a process")]
fn a_call_in_an_environment() {
    let Ok(url) = env::var("SAYFLOW_TEST_URL") else {
        return;
    };
    let client = HttpClient::new()
        .with_private_addresses(true)
        .with_environment_proxy(true);
    let result = format!("{:?}", call(&client, get(&url)).result);
    assert_eq!(result, env::var("SAYFLOW_TEST_RESULT").unwrap());
}

#[test]
fn a_proxy_that_cannot_be_read_is_not_passed_by() {
    let (listener, url) = listen();
    for proxy in [
        "http://[",
        "ftp://proxy.example",
        "http://user:p a@127.0.0.1:1",
        "/",
        " ",
    ] {
        for name in ["ALL_PROXY", "HTTPS_PROXY", "http_proxy"] {
            let why = format!("`{name}` of the environment cannot be read as a proxy");
            let how = format!("{:?}", Err::<(), _>(Failure::Unreachable(why)));
            // Neither the hosts that need none nor another proxy are a way out.
            let variables = [
                (name, proxy),
                ("NO_PROXY", "*"),
                ("HTTP_PROXY", "http://127.0.0.1:1"),
            ];
            let variables = if name == "http_proxy" {
                &variables[..2]
            } else {
                &variables
            };
            call_in_environment(&url, variables, &how);
        }
    }
    assert!(is_untouched(&listener));
}

#[test]
fn the_first_proxy_of_the_environment_that_is_set_counts() {
    let (listener, proxy) = listen();
    std::thread::scope(|scope| {
        scope.spawn(|| reply(&mut open_tunnel(&listener, ""), &with_body("200 OK", "hello")));
        let variables = [
            ("ALL_PROXY", ""),
            ("HTTPS_PROXY", proxy.as_str()),
            ("http_proxy", "http://["),
        ];
        call_in_environment(
            "http://shop.example/status",
            &variables,
            &format!("{:?}", ok("hello")),
        );
    });
}

/// Lists are written with blanks behind their commas.
#[test]
fn what_needs_no_proxy_is_reached_directly() {
    for listed in ["localhost, 127.0.0.1", "127.0.0.1 ,localhost", "127.0.0.1", " * "] {
        let (listener, url) = listen();
        std::thread::scope(|scope| {
            scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
            let variables = [("ALL_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", listed)];
            call_in_environment(&url, &variables, &format!("{:?}", ok("hello")));
        });
    }
}

#[test]
fn without_a_proxy_in_the_environment_the_way_is_direct() {
    // Whatever the environment of this test is, nothing panics.
    drop(HttpClient::new().with_environment_proxy(true));
}

#[test]
fn a_client_is_printed_without_the_password_of_its_proxy() {
    let printed = format!("{:?}", through("http://shop:s3cret@proxy.example:3128"));
    assert!(printed.contains("proxy.example:3128"), "{printed}");
    assert!(!printed.contains("s3cret"), "{printed}");
}
