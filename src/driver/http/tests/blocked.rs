//! Calls that are not sent.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::server::{
    accept, call, client, get, is_untouched, listen, ok, post, read_request, reply, with_body,
};
use crate::driver::http::HttpClient;
use crate::driver::http::look_up::LookUp;
use crate::effects::{Failure, Masked, Request};

const PUBLIC: &str = "93.184.215.14";

fn blocked(client: &HttpClient, request: Request) -> String {
    match call(client, request).result {
        Err(Failure::Blocked(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// A client that knows one name with these addresses.
fn client_where(host: &'static str, addresses: &[&str]) -> HttpClient {
    let addresses: Vec<_> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let names = LookUp::with(move |asked| {
        assert_eq!(asked, host);
        Ok(addresses.clone())
    });
    HttpClient::new().with_names(names)
}

#[test]
fn loopback_is_refused_however_it_is_written() {
    let (listener, url) = listen();
    let port = url.rsplit(':').next().unwrap();
    let client = HttpClient::new();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST.",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0",
        "[::1]",
        "[::]",
        "shop@127.0.0.1",
    ] {
        blocked(&client, get(&format!("http://{host}:{port}/secret")));
    }
    assert!(is_untouched(&listener));
}

#[test]
fn the_reason_says_what_to_do() {
    let client = client_where("shop.example", &[PUBLIC, "10.1.2.3"]);
    insta::assert_snapshot!(
        blocked(&client, get("http://shop.example/s3cret")),
        @"`shop.example` has the address 10.1.2.3, which is private: `HttpClient::with_allowed_host` allows one host, `with_private_addresses` all of them"
    );
    insta::assert_snapshot!(
        blocked(&client, get("http://169.254.169.254/s3cret")),
        @"`169.254.169.254` is a cloud's metadata: `HttpClient::with_allowed_host` allows one host, `with_private_addresses` all of them"
    );
}

#[test]
fn an_allowed_host_is_called_and_no_other() {
    let (listener, url) = listen();
    for allowed in ["127.0.0.1", "[::FFFF:127.0.0.1]", "LocalHost."] {
        let client = HttpClient::new().with_allowed_host(allowed);
        let host = if allowed.ends_with('.') {
            "localhost"
        } else {
            allowed
        };
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
            call(&client, get(&url.replace("127.0.0.1", host)))
        });
        assert_eq!(answer.result, ok("hello"));
        blocked(&client, get(&url.replace("127.0.0.1", "127.0.0.2")));
    }
}

#[test]
fn another_name_of_an_allowed_server_is_refused() {
    let (listener, url) = listen();
    let client = HttpClient::new()
        .with_allowed_host("shop.example")
        .with_names(LookUp::with(|_| Ok(vec!["127.0.0.1".parse().unwrap()])));
    let shop = url.replace("127.0.0.1", "shop.example");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            stream
                .get_mut()
                .write_all(with_body("200 OK", "hello").as_bytes())
                .unwrap();
            assert_eq!(read_request(&mut stream), None);
        });
        assert_eq!(call(&client, get(&shop)).result, ok("hello"));
        // Another name of the same server has no open connection, and no permission either.
        blocked(&client, get(&shop.replace("shop.", "other.")));
        drop(client);
    });
}

#[test]
fn a_kept_answer_is_guarded_as_well() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let names = LookUp::with(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(vec!["127.0.0.1".parse().unwrap()])
    });
    let (listener, url) = listen();
    let client = HttpClient::new().with_names(names);
    for _ in 0..3 {
        blocked(&client, get(&url.replace("127.0.0.1", "shop.example")));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(is_untouched(&listener));
}

#[test]
fn a_request_that_cannot_be_written_is_blocked() {
    let with_header = |name: &str, value: &str| {
        let mut request = get("http://127.0.0.1:9");
        request.headers.push((name.to_owned(), Masked::new(value)));
        request
    };
    let requests = [
        get("http://127.0.0.1:9/s3cret b"),
        get("http://127.0.0.1:9/s3cret\r\nX-Evil: 1"),
        get("http://bücher.example/s3cret"),
        get("http://shop .example/s3cret"),
        get("http:///s3cret"),
        get("http://:80/s3cret"),
        get("http://"),
        get("http://[::1/s3cret"),
        get("http://127.0.0.1:99999/s3cret"),
        get("ftp://127.0.0.1:9/s3cret"),
        get("nowhere"),
        get("/path"),
        get(""),
        with_header("X-Note", "s3cret\r\nX-Evil: 1"),
        with_header("X-Note", "s3cret\0"),
        with_header("X Note", "a"),
        with_header("", "a"),
    ];
    for request in requests {
        let url = request.url.expose().to_owned();
        let why = match call(&client(), request).result {
            Err(Failure::Blocked(why)) => why,
            other => panic!("{url}: {other:?}"),
        };
        assert!(!why.contains("s3cret"), "{why}");
    }
}

#[test]
fn a_header_that_http_sets_itself_does_no_harm() {
    for name in [
        "Content-Length",
        "Transfer-Encoding",
        "Host",
        "Connection",
        "Expect",
        "TE",
    ] {
        let (_listener, url) = listen();
        let mut request = post(&url, "{}");
        request.headers.push((name.to_owned(), Masked::new("7")));
        request.timeout = Duration::from_millis(200);
        // Sent or not, it ends.
        drop(call(&client(), request));
    }
}

#[test]
fn odd_settings_do_no_harm() {
    let (listener, url) = listen();
    for host in [
        "",
        " ",
        ".",
        "[",
        "[]",
        "*",
        "bücher.example",
        "127.0.0.1:80",
        "a\nb",
        "0.0.0.0/0",
    ] {
        let client = HttpClient::new()
            .with_allowed_host(host)
            .with_environment_proxy(false);
        blocked(&client, get(&url));
        blocked(&client.clone(), get("http:///"));
    }
    assert!(is_untouched(&listener));
}

#[test]
fn a_permission_is_no_other_clients() {
    let (listener, url) = listen();
    let before = HttpClient::new();
    drop(before.clone().with_allowed_host("127.0.0.1"));
    blocked(&before, get(&url));
    assert!(is_untouched(&listener));
}

#[test]
fn a_line_of_a_request_that_is_too_long_is_not_sent() {
    const MOST: usize = 16 << 10;
    let (listener, url) = listen();
    let with_url = |length: usize| get(&format!("{url}/{}", "x".repeat(length - url.len() - 1)));
    let with_headers = |lengths: &[usize]| {
        let headers = lengths.iter().zip('a'..);
        let headers = headers.map(|(length, name)| (name.to_string(), Masked::new("x".repeat(length - 1))));
        Request {
            headers: headers.collect(),
            ..post(&url, "{}")
        }
    };
    for request in [with_url(MOST + 1), with_headers(&[9, MOST + 1])] {
        let why = blocked(&client(), request);
        assert_eq!(why, "the address or a header has more than 16384 bytes");
    }
    assert!(is_untouched(&listener));
    listener.set_nonblocking(false).unwrap();
    for request in [with_url(MOST), with_headers(&[MOST; 10])] {
        std::thread::scope(|scope| {
            scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
            assert_eq!(call(&client(), request).result, ok("hello"));
        });
    }
}
