//! Servers that do not do as they should.

use std::io::Write;

use socket2::SockRef;

use super::server::{
    accept, answer_to, assert_unreachable, call, client, exchange, get, is_untouched, listen, post,
    read_request, with_body,
};
use crate::effects::{Answer, Failure, Request};

#[test]
fn a_redirect_is_not_followed() {
    let (elsewhere, other_origin) = listen();
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        for request in [get as fn(&str) -> Request, |url| post(url, "{}")] {
            for target in [format!("{other_origin}/login"), "/login".to_owned()] {
                let head = format!("{status}\r\nLocation: {target}");
                let reply = exchange(request, with_body(&head, "gone")).0.result.unwrap();
                assert_eq!(reply.location, Some(target));
                assert_eq!(reply.status.to_string(), status[..3]);
            }
        }
    }
    assert!(is_untouched(&elsewhere));
}

#[test]
fn a_body_cut_short_is_unreachable() {
    for head in [
        "Content-Length: 100\r\n\r\nshort",
        "Transfer-Encoding: chunked\r\n\r\n64\r\nshort",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    ] {
        assert_unreachable(&answer_to(format!("HTTP/1.1 200 OK\r\n{head}")));
    }
}

#[test]
fn lengths_that_contradict_are_unreachable() {
    let lengths = "Content-Length: 5\r\nContent-Length: 50";
    assert_unreachable(&answer_to(format!("HTTP/1.1 200 OK\r\n{lengths}\r\n\r\nhello")));
    assert_unreachable(&answer_to("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello"));
}

#[test]
fn what_is_behind_the_length_is_not_read() {
    let reply = answer_to("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 No\r\n\r\n");
    assert_eq!(reply.result.unwrap().body, b"{}");
}

/// Calls a server that sends a beginning, and then the same for as long as the client takes it.
fn call_endless(begin: &str, again: &str) -> Answer {
    const MOST: usize = 64 << 20;
    let (listener, url) = listen();
    let again = again.repeat((64 << 10) / again.len());
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            stream.get_mut().write_all(begin.as_bytes()).unwrap();
            (0..MOST / again.len()).any(|_| stream.get_mut().write_all(again.as_bytes()).is_err())
        });
        let answer = call(&client(), get(&url));
        assert!(server.join().unwrap(), "{MOST} bytes were taken");
        answer
    })
}

#[test]
fn what_has_no_end_beside_the_body_is_unreachable() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = call_endless(&format!("{chunked}2\r\n{{}}\r\n0\r\n"), "X: y\r\n");
    let why = "the reply goes on and on beside its body".to_owned();
    assert_eq!(answer.result, Err(Failure::Unreachable(why)));
    // A body has its own limit, however small its chunks.
    let answer = call_endless(chunked, "1\r\nx\r\n");
    assert_eq!(answer.result, Err(Failure::TooLarge));
}

#[test]
fn a_body_in_the_smallest_chunks_with_trailers_is_read() {
    let body = "1\r\nx\r\n".repeat(1 << 10) + "0\r\n" + &"X: y\r\n".repeat(5_000) + "\r\n";
    let answer = answer_to(format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}"
    ));
    assert_eq!(answer.result.unwrap().body, [b'x'; 1 << 10]);
}

#[test]
fn a_chunk_that_is_none_is_unreachable() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_unreachable(&answer_to(format!("{head}zz\r\nhello\r\n0\r\n\r\n")));
}

#[test]
fn what_is_not_http_is_unreachable() {
    for reply in [
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "{}",
        "\0\0\0\0",
    ] {
        assert_unreachable(&answer_to(reply));
    }
}

#[test]
fn no_reply_is_unreachable() {
    assert_unreachable(&answer_to(""));
    assert_unreachable(&answer_to("HTTP/1.1 200 OK\r\nContent-"));
}

#[test]
fn a_header_without_end_is_unreachable() {
    let line = format!("X-Shop: {}\r\n", "x".repeat(1 << 10));
    let header = line.repeat(1 << 10);
    assert_unreachable(&answer_to(format!("HTTP/1.1 200 OK\r\n{header}\r\n")));
    let one_line = "x".repeat(1 << 20);
    assert_unreachable(&answer_to(format!(
        "HTTP/1.1 200 OK\r\nX-Shop: {one_line}\r\n\r\n"
    )));
}

#[test]
fn a_header_of_usual_size_is_read() {
    let cookies = format!("Set-Cookie: {}\r\n", "x".repeat(3_000)).repeat(8);
    let head = format!("200 OK\r\n{}", cookies.trim_end());
    assert_eq!(
        answer_to(with_body(&head, "hello")).result.unwrap().body,
        b"hello"
    );
}

#[test]
fn a_reset_is_unreachable_and_asked_once() {
    for sent in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"] {
        let (listener, url) = listen();
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut stream = accept(&listener);
                read_request(&mut stream).unwrap();
                stream.get_mut().write_all(sent.as_bytes()).unwrap();
                // Closed without lingering, a connection is reset.
                SockRef::from(stream.get_ref())
                    .set_linger(Some(std::time::Duration::ZERO))
                    .unwrap();
            });
            call(&client(), get(&url))
        });
        assert_unreachable(&answer);
        assert!(
            is_untouched(&listener),
            "a new connection that fails is no stale one"
        );
    }
}

#[test]
fn a_refused_connection_is_unreachable() {
    let (listener, url) = listen();
    drop(listener);
    assert_eq!(
        call(&client(), get(&url)).result,
        Err(Failure::Unreachable("the connection was refused".to_owned()))
    );
}
