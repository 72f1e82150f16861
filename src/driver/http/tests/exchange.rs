//! Requests as servers see them, and replies as they are kept.

use std::io::Write;
use std::time::Duration;

use super::server::{
    accept, answer_to, call, client, exchange, get, listen, ok, post, read_request, reply, with_body,
};
use crate::driver::Client;
use crate::driver::http::HttpClient;
use crate::effects::{Failure, Reply, Request};

#[test]
fn a_get_and_its_reply() {
    let (answer, seen) = exchange(
        |url| get(&format!("{url}/a%20b?c=d")),
        with_body("200 OK", "hello"),
    );
    assert_eq!(answer.result, ok("hello"));
    assert!(answer.elapsed > Duration::ZERO);
    let host = seen
        .lines()
        .find(|line| line.starts_with("host:"))
        .unwrap()
        .to_owned();
    // No encoding is asked for: what is decoded here would escape the limits of who reads it.
    insta::assert_snapshot!(seen.replace(&host, "host: …").replace('\r', ""), @r###"
GET /a%20b?c=d HTTP/1.1
user-agent: sayflow/0.1.0
accept: */*
host: …
x-shop-token: s3cret
"###);
}

#[test]
fn a_post_and_its_reply() {
    let (answer, seen) = exchange(|url| post(url, "{\"uid\":1}"), with_body("201 Created", "{}"));
    assert_eq!(answer.result.unwrap().status, 201);
    assert!(
        seen.starts_with("POST / HTTP/1.1\r\n") && seen.ends_with("\r\n\r\n{\"uid\":1}"),
        "{seen}"
    );
}

#[test]
fn a_status_is_a_reply() {
    let answer = answer_to(with_body("500 Internal Server Error", "oops"));
    let reply = Reply {
        status: 500,
        location: None,
        body: b"oops".to_vec(),
    };
    assert_eq!(answer.result, Ok(reply));
}

#[test]
fn a_reply_without_a_body_is_one() {
    for head in [
        "204 No Content",
        "304 Not Modified",
        "200 OK\r\nContent-Length: 0",
    ] {
        let reply = answer_to(format!("HTTP/1.1 {head}\r\n\r\n")).result.unwrap();
        assert_eq!(
            (reply.status.to_string().as_str(), reply.body.len()),
            (&head[..3], 0)
        );
    }
}

#[test]
fn a_reply_of_just_the_limit_is_kept() {
    let answer = answer_to(with_body("200 OK", &"x".repeat(1 << 10)));
    assert_eq!(answer.result.unwrap().body.len(), 1 << 10);
}

#[test]
fn a_reply_over_the_limit_is_too_large() {
    let answer = answer_to(with_body("200 OK", &"x".repeat((1 << 10) + 1)));
    assert_eq!(answer.result, Err(Failure::TooLarge));
    let reply = answer_to(with_body("404 Not Found", &"x".repeat(5_000)))
        .result
        .unwrap();
    assert_eq!((reply.status, reply.body.len()), (404, 1 << 10));
}

#[test]
fn a_chunked_reply_over_the_limit_is_too_large() {
    let chunk = format!("800\r\n{}\r\n", "x".repeat(0x800));
    let reply = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        chunk.repeat(4)
    );
    assert_eq!(answer_to(reply).result, Err(Failure::TooLarge));
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let answer = answer_to("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    assert_eq!(answer.result, ok("hello"));
}

#[test]
fn a_reply_behind_early_hints_is_read() {
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n".repeat(3);
    assert_eq!(
        answer_to(hints + &with_body("200 OK", "hello")).result,
        ok("hello")
    );
}

#[test]
fn six_requests_are_under_way_at_once() {
    let (listener, url) = listen();
    let requests: Vec<Request> = (0..6).map(|i| get(&format!("{url}/{i}"))).collect();
    let answers = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut streams: Vec<_> = (0..6).map(|_| accept(&listener)).collect();
            let seen: Vec<_> = streams
                .iter_mut()
                .map(|stream| read_request(stream).unwrap())
                .collect();
            for (mut stream, request) in streams.into_iter().zip(seen) {
                let path = request.split(' ').nth(1).unwrap();
                let reply = with_body("200 OK", path);
                stream.get_mut().write_all(reply.as_bytes()).unwrap();
            }
        });
        client().call(&requests)
    });
    for (i, answer) in answers.iter().enumerate() {
        assert_eq!(answer.result, ok(&format!("/{i}")));
    }
}

#[test]
fn one_failure_spoils_no_other_call() {
    let (listener, url) = listen();
    let requests = [get("nowhere"), get(&url), get("http://127.0.0.1:1")];
    let answers = std::thread::scope(|scope| {
        scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
        client().call(&requests)
    });
    assert!(matches!(answers[0].result, Err(Failure::Blocked(_))));
    assert_eq!(answers[1].result, ok("hello"));
    assert!(matches!(answers[2].result, Err(Failure::Unreachable(_))));
}

#[test]
fn no_requests_no_answers() {
    assert_eq!(HttpClient::default().call(&[]), []);
}

#[test]
fn odd_timeouts_do_no_harm() {
    let (listener, url) = listen();
    let no_time = Request {
        timeout: Duration::ZERO,
        ..get(&url)
    };
    assert_eq!(call(&client(), no_time).result, Err(Failure::Timeout));
    let without_end = Request {
        timeout: Duration::MAX,
        max_reply_bytes: usize::MAX,
        ..get(&url)
    };
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
        call(&client(), without_end)
    });
    assert_eq!(answer.result, ok("hello"));
}
