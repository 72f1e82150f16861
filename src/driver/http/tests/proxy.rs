//! Calls through a proxy that the host asked for.

use std::io::Write;

use ureq::Proxy;

use super::server::{
    accept, assert_unreachable, call, get, is_untouched, listen, ok, read_request, with_body,
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
        scope.spawn(|| super::server::reply(&mut accept(&listener), "HTTP/1.1 403 Forbidden\r\n\r\n"));
        let answer = call(&through(&proxy), get("https://shop.example"));
        assert_eq!(
            answer.result,
            Err(Failure::Unreachable("the proxy opened no connection".to_owned()))
        );
    });
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
