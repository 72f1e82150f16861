//! Connections that are used again.

use std::io::Write;
use std::net::TcpStream;

use super::server::{
    accept, assert_unreachable, call, client, get, is_untouched, listen, ok, post, read_request, reply,
    with_body,
};
use crate::driver::Client as _;
use crate::effects::{Answer, Request};

/// Calls a server that answers all requests on one connection, and nobody on a second.
fn on_one_connection(replies: &[&str], request: fn(&str) -> Request) -> Vec<Answer> {
    let (listener, url) = listen();
    let client = client();
    let answers = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept(&listener);
            for reply in replies {
                read_request(&mut stream).unwrap();
                stream.get_mut().write_all(reply.as_bytes()).unwrap();
            }
        });
        replies
            .iter()
            .map(|_| call(&client.clone(), request(&url)))
            .collect()
    });
    assert!(is_untouched(&listener));
    answers
}

#[test]
fn a_connection_is_used_again_whatever_the_status() {
    let heads = [
        "200 OK",
        "500 Oops",
        "404 No",
        "302 Found\r\nLocation: /x",
        "200 OK",
    ];
    let replies = heads.map(|head| with_body(head, "hello"));
    let replies: Vec<&str> = replies.iter().map(String::as_str).collect();
    for request in [get as fn(&str) -> Request, |url| post(url, "{}")] {
        let answers = on_one_connection(&replies, request);
        for (answer, head) in answers.iter().zip(heads) {
            assert_eq!(answer.result.as_ref().unwrap().status.to_string(), head[..3]);
        }
    }
}

#[test]
fn a_chunked_reply_leaves_its_connection_open() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for answer in on_one_connection(&[chunked, chunked], get) {
        assert_eq!(answer.result, ok("hello"));
    }
}

#[test]
fn a_connection_is_not_used_again_after_what_was_not_read() {
    for left in [
        with_body("500 Oops", &"x".repeat(5_000)),
        with_body("200 OK", &"x".repeat(5_000)),
        with_body("200 OK\r\nConnection: close", "hello"),
        with_body("200 OK", "hello") + "HTTP/1.1 200 OK\r\n\r\n",
    ] {
        let (listener, url) = listen();
        let client = client();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for reply in [&left, &with_body("200 OK", "second")] {
                    let mut stream = accept(&listener);
                    read_request(&mut stream).unwrap();
                    drop(stream.get_mut().write_all(reply.as_bytes()));
                    assert_eq!(read_request(&mut stream), None);
                }
            });
            drop(call(&client, get(&url)));
            assert_eq!(call(&client, get(&url)).result, ok("second"));
            drop(client);
        });
    }
}

/// The server takes a second request on an open connection and closes it without a reply.
fn stale(request: impl Fn(&str) -> Request) -> (Answer, usize) {
    let (listener, url) = listen();
    let client = client();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            let first = with_body("200 OK", "first");
            stream.get_mut().write_all(first.as_bytes()).unwrap();
            read_request(&mut stream).unwrap();
            drop(stream);
            let mut stream = accept(&listener);
            let again = read_request(&mut stream).is_some();
            drop(
                stream
                    .get_mut()
                    .write_all(with_body("200 OK", "again").as_bytes()),
            );
            2 + usize::from(again)
        });
        assert_eq!(call(&client, get(&url)).result, ok("first"));
        let answer = call(&client, request(&url));
        // Ends the server's wait where nobody called again.
        #[expect(clippy::disallowed_methods, reason = "tests of HTTP need a connection")]
        drop(TcpStream::connect(url.trim_start_matches("http://")));
        (answer, server.join().unwrap())
    })
}

#[test]
fn a_stale_connection_is_replaced_for_a_get() {
    let (answer, requests) = stale(get);
    assert_eq!((answer.result, requests), (ok("again"), 3));
}

/// Whatever one server does with one idle connection, it does with all of them.
#[test]
fn a_stale_connection_is_not_replaced_by_another() {
    let (listener, url) = listen();
    let client = client();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // A gallery of three: none is answered before all are there.
            let mut gallery: Vec<_> = (0..3).map(|_| accept(&listener)).collect();
            for stream in &mut gallery {
                reply(stream, &with_body("200 OK", "first"));
            }
            for mut stream in gallery {
                scope.spawn(move || read_request(&mut stream));
            }
            reply(&mut accept(&listener), &with_body("200 OK", "again"));
        });
        for answer in client.call(&[get(&url), get(&url), get(&url)]) {
            assert_eq!(answer.result, ok("first"));
        }
        assert_eq!(call(&client, get(&url)).result, ok("again"));
        drop(client);
    });
}

#[test]
fn a_stale_connection_is_not_replaced_for_a_post() {
    let (answer, requests) = stale(|url| post(url, "{}"));
    assert_unreachable(&answer);
    assert_eq!(requests, 2);
}

#[test]
fn a_connection_that_closed_meanwhile_is_not_used() {
    let (listener, url) = listen();
    let client = client();
    for _ in 0..3 {
        // Behind the scope the server has closed its end.
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
            call(&client, post(&url, "{}"))
        });
        assert_eq!(answer.result, ok("hello"));
    }
}
