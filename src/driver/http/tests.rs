//! Calls over real sockets on loopback. Every server answers a fixed number of connections and
//! requests and ends by itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Barrier;
use std::thread::{Scope, ScopedJoinHandle};
use std::time::Duration;

use super::HttpClient;
use crate::driver::Client;
use crate::effects::{Answer, Failure, Masked, Method, Reply, Request};

/// A test's own budget where a timeout is not what it is about.
const AMPLE: Duration = Duration::from_secs(20);

fn listen() -> (TcpListener, String) {
    #[expect(clippy::disallowed_methods, reason = "tests of HTTP need a server")]
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn get(url: &str) -> Request {
    Request {
        api: "status".to_owned(),
        method: Method::Get,
        url: Masked::new(url),
        headers: vec![("X-Shop-Token".to_owned(), Masked::new("s3cret"))],
        body: None,
        timeout: AMPLE,
        max_reply_bytes: 1 << 10,
    }
}

fn post(url: &str, body: &str) -> Request {
    Request {
        method: Method::Post,
        body: Some(Masked::new(body)),
        ..get(url)
    }
}

/// Reads one request, head and body; `None` where the client closed the connection.
fn read_request(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        let is_last = line == "\r\n";
        request.push_str(&line);
        if is_last {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(request + &String::from_utf8(body).unwrap())
}

fn with_body(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Answers one request on each of as many connections as there are replies, and gives back the
/// requests; the connection stays open until the client closes it.
fn serve<'s>(
    scope: &'s Scope<'s, '_>,
    listener: &'s TcpListener,
    replies: Vec<String>,
) -> ScopedJoinHandle<'s, Vec<String>> {
    scope.spawn(move || {
        let answered = replies.into_iter().map(|reply| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let request = read_request(&mut stream).unwrap();
            stream.get_mut().write_all(reply.as_bytes()).unwrap();
            request
        });
        answered.collect()
    })
}

/// The answer to one request and the request as the server saw it.
fn exchange(request: impl Fn(&str) -> Request, reply: String) -> (Answer, String) {
    let (listener, url) = listen();
    std::thread::scope(|scope| {
        let server = serve(scope, &listener, vec![reply]);
        let mut answers = HttpClient::new().call(&[request(&url)]);
        (answers.remove(0), server.join().unwrap().remove(0))
    })
}

fn ok(body: &str) -> Result<Reply, Failure> {
    Ok(Reply {
        status: 200,
        location: None,
        body: body.into(),
    })
}

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
    let (answer, _) = exchange(get, with_body("500 Internal Server Error", "oops"));
    assert_eq!(
        answer.result,
        Ok(Reply {
            status: 500,
            location: None,
            body: b"oops".to_vec()
        })
    );
}

#[test]
fn a_redirect_is_not_followed() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        for request in [get as fn(&str) -> Request, |url| post(url, "{}")] {
            let head = format!("{status}\r\nLocation: http://127.0.0.1:9/login");
            let (answer, _) = exchange(request, with_body(&head, "gone"));
            let reply = answer.result.unwrap();
            assert_eq!(reply.location.as_deref(), Some("http://127.0.0.1:9/login"));
            assert_eq!(reply.status.to_string(), status[..3]);
        }
    }
}

#[test]
fn a_reply_of_just_the_limit_is_kept() {
    let (answer, _) = exchange(get, with_body("200 OK", &"x".repeat(1 << 10)));
    assert_eq!(answer.result.unwrap().body.len(), 1 << 10);
}

#[test]
fn a_reply_over_the_limit_is_too_large() {
    let (answer, _) = exchange(get, with_body("200 OK", &"x".repeat((1 << 10) + 1)));
    assert_eq!(answer.result, Err(Failure::TooLarge));
    let (answer, _) = exchange(get, with_body("404 Not Found", &"x".repeat(5_000)));
    assert_eq!(answer.result.unwrap().status, 404);
}

#[test]
fn an_endless_chunked_reply_is_too_large() {
    let chunk = format!("800\r\n{}\r\n", "x".repeat(0x800));
    let reply = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        chunk.repeat(4)
    );
    assert_eq!(exchange(get, reply).0.result, Err(Failure::TooLarge));
}

#[test]
fn a_body_without_a_length_ends_with_the_connection() {
    let (answer, _) = exchange(
        get,
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello".to_owned(),
    );
    assert_eq!(answer.result, ok("hello"));
}

#[test]
fn a_body_cut_short_is_unreachable() {
    for head in [
        "Content-Length: 100\r\n\r\nshort",
        "Transfer-Encoding: chunked\r\n\r\n64\r\nshort",
    ] {
        let (answer, _) = exchange(get, format!("HTTP/1.1 200 OK\r\n{head}"));
        assert!(
            matches!(answer.result, Err(Failure::Unreachable(_))),
            "{:?}",
            answer.result
        );
    }
}

#[test]
fn what_is_not_http_is_unreachable() {
    for reply in ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n"] {
        let (answer, _) = exchange(get, reply.to_owned());
        assert!(
            matches!(answer.result, Err(Failure::Unreachable(_))),
            "{:?}",
            answer.result
        );
    }
}

#[test]
fn a_refused_connection_is_unreachable() {
    let (listener, url) = listen();
    drop(listener);
    let answers = HttpClient::new().call(&[get(&url)]);
    assert_eq!(
        answers[0].result,
        Err(Failure::Unreachable("the connection was refused".to_owned()))
    );
}

#[test]
fn tls_without_tls_is_unreachable() {
    let (listener, url) = listen();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        });
        let answers = HttpClient::new().call(&[get(&url.replace("http:", "https:"))]);
        assert!(
            matches!(answers[0].result, Err(Failure::Unreachable(_))),
            "{:?}",
            answers[0].result
        );
    });
}

#[test]
fn a_request_that_cannot_be_written_is_blocked() {
    let mut bad_value = get("http://127.0.0.1:9");
    bad_value
        .headers
        .push(("X-Note".to_owned(), Masked::new("s3cret\r\nX-Evil: 1")));
    let mut bad_name = get("http://127.0.0.1:9");
    bad_name.headers.push(("X Note".to_owned(), Masked::new("a")));
    let requests = [
        get("http://127.0.0.1:9/a b"),
        get("nowhere"),
        get("/path"),
        bad_value,
        bad_name,
    ];
    for answer in HttpClient::new().call(&requests) {
        let Err(Failure::Blocked(why)) = &answer.result else {
            panic!("{answer:?}");
        };
        assert!(!why.contains("s3cret"), "{why}");
    }
}

#[test]
fn time_is_over_wherever_the_server_stalls() {
    const BUDGET: Duration = Duration::from_millis(300);
    for sent in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    ] {
        let (listener, url) = listen();
        let requests = [Request {
            timeout: BUDGET,
            ..get(&url)
        }];
        let answers = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut stream = BufReader::new(listener.accept().unwrap().0);
                read_request(&mut stream).unwrap();
                stream.get_mut().write_all(sent.as_bytes()).unwrap();
                // Holds the connection until the client gives up.
                drop(stream.read(&mut [0; 16]));
            });
            HttpClient::new().call(&requests)
        });
        assert_eq!(answers[0].result, Err(Failure::Timeout), "{sent:?}");
        assert!(answers[0].elapsed >= BUDGET && answers[0].elapsed < BUDGET + Duration::from_secs(1));
    }
}

#[test]
fn odd_timeouts_do_no_harm() {
    let (listener, url) = listen();
    let requests = [
        Request {
            timeout: Duration::ZERO,
            ..get(&url)
        },
        Request {
            timeout: Duration::MAX,
            max_reply_bytes: usize::MAX,
            ..get(&url)
        },
    ];
    let answers = std::thread::scope(|scope| {
        serve(scope, &listener, vec![with_body("200 OK", "hello")]);
        HttpClient::new().call(&requests)
    });
    assert_eq!(answers[0].result, Err(Failure::Timeout));
    assert_eq!(answers[1].result, ok("hello"));
}

#[test]
fn all_requests_are_under_way_at_once() {
    let (listener, url) = listen();
    let both_arrived = Barrier::new(2);
    let answers = std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut stream = BufReader::new(listener.accept().unwrap().0);
                let request = read_request(&mut stream).unwrap();
                both_arrived.wait();
                let path = request.split(' ').nth(1).unwrap();
                stream
                    .get_mut()
                    .write_all(with_body("200 OK", path).as_bytes())
                    .unwrap();
            });
        }
        HttpClient::new().call(&[get(&format!("{url}/first")), get(&format!("{url}/second"))])
    });
    assert_eq!(answers[0].result, ok("/first"));
    assert_eq!(answers[1].result, ok("/second"));
}

#[test]
fn no_requests_no_answers() {
    assert_eq!(HttpClient::default().call(&[]), []);
}

#[test]
fn a_connection_is_used_again_whatever_the_status() {
    let (listener, url) = listen();
    let client = HttpClient::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            for status in ["200 OK", "500 Oops", "302 Found\r\nLocation: /x", "200 OK"] {
                read_request(&mut stream).unwrap();
                stream
                    .get_mut()
                    .write_all(with_body(status, "hello").as_bytes())
                    .unwrap();
            }
        });
        for status in [200, 500, 302, 200] {
            let answers = client.clone().call(&[get(&url)]);
            assert_eq!(answers[0].result.as_ref().unwrap().status, status);
        }
    });
}

/// The server takes a second request on an open connection and closes it without a reply.
fn stale(request: impl Fn(&str) -> Request) -> (Answer, usize) {
    let (listener, url) = listen();
    let client = HttpClient::new();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            read_request(&mut stream).unwrap();
            stream
                .get_mut()
                .write_all(with_body("200 OK", "first").as_bytes())
                .unwrap();
            read_request(&mut stream).unwrap();
            drop(stream);
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let again = read_request(&mut stream).is_some();
            drop(
                stream
                    .get_mut()
                    .write_all(with_body("200 OK", "again").as_bytes()),
            );
            2 + usize::from(again)
        });
        assert_eq!(client.call(&[get(&url)])[0].result, ok("first"));
        let answer = client.call(&[request(&url)]).remove(0);
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

#[test]
fn a_stale_connection_is_not_replaced_for_a_post() {
    let (answer, requests) = stale(|url| post(url, "{}"));
    assert!(
        matches!(answer.result, Err(Failure::Unreachable(_))),
        "{:?}",
        answer.result
    );
    assert_eq!(requests, 2);
}
