//! Bytes on the wire: requests of every kind, secrets, paths, and the end of a fake.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod shop;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use sayflow::Outcome;
use sayflow_fake::{Body, Fake};
use shop::{FLOW, Shop, TOKEN, is_listening, program, read_all, settings, status};

#[test]
fn a_secret_must_arrive_where_the_flow_sends_it() {
    let shop = Shop::new(&[]);
    for (api, place) in [
        ("banner", "header `X-Token`"),
        ("slots", "param `key`"),
        ("picks", "header `X-Token`"),
    ] {
        let report = shop.call_with_secret(api, "AB-1", "another");
        assert_eq!(
            (report.outcome, report.status),
            (Outcome::Status, Some(401)),
            "{report:?}"
        );
        let served = shop.served().pop().expect("a request");
        let expected = format!("{place} is not the secret TOKEN that the fake expects");
        assert_eq!(served.problem.as_deref(), Some(expected.as_str()));
    }
    let missing = shop.raw(b"GET /banner HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(
        missing.contains("header `X-Token` with the secret TOKEN is missing"),
        "{missing}"
    );
    let body = format!("{{\"key\":7,\"limit\":\"{TOKEN}\"}}");
    let wrong_field = shop.raw(post("/picks", &body).as_bytes());
    assert!(
        wrong_field.contains("field `key` with the secret TOKEN is missing"),
        "{wrong_field}"
    );
}

#[test]
fn no_secret_is_in_the_log_or_in_a_refusal() {
    let shop = Shop::new(&[]);
    let mut replies = String::new();
    for api in program(FLOW).apis() {
        shop.call(api.name(), TOKEN);
        shop.call_with_secret(api.name(), "AB-1", "an0ther");
    }
    for target in [
        "/nowhere?key=an0ther",
        "/slots?key=s3cret%20%26%20more&x=s3cret+%26+more",
        "/slots?k%65y=an0ther",
    ] {
        replies.push_str(&shop.get(target));
    }
    let nested =
        format!("{{\"key\":\"an0ther\",\"a\":[{{\"b\":\"x{TOKEN}\",\"{TOKEN}\":1}}],\"{TOKEN}\":2}}");
    for body in [nested.as_str(), "[\"s3cret & more\"]", "no JSON: s3cret & more"] {
        replies.push_str(&shop.raw(post("/picks", body).as_bytes()));
        replies.push_str(&shop.raw(post("/nowhere", body).as_bytes()));
    }
    let log: Vec<_> = shop.served();
    let told = format!(
        "{log:?} {} {:?}",
        serde_json::to_string(&log).expect("JSON"),
        shop.fake
    );
    for text in [told, replies] {
        assert!(!text.contains("s3cret") && !text.contains("an0ther"), "{text}");
    }
    assert!(
        log.iter()
            .any(|served| served.headers.get("X-Token").is_some_and(|it| it == "***"))
    );
}

#[test]
fn the_log_says_what_came_and_what_went() {
    let shop = Shop::new(&[("picks.json", "[{ \"outcome\": \"declined\" }]")]);
    shop.call("picks", "AB-1");
    let served = shop.served().pop().expect("a request");
    assert_eq!(
        (served.method.as_str(), served.target.as_str()),
        ("POST", "/shop/picks")
    );
    assert_eq!((served.api.as_deref(), served.status), (Some("picks"), Some(200)));
    let Some(Body::Object(body)) = &served.body else {
        panic!("{served:?}");
    };
    assert_eq!(
        body.keys().next().map(String::as_str),
        Some("uid"),
        "in the order in which it came"
    );
    assert_eq!((&body["limit"], &body["key"]), (&5.into(), &"***".into()));
    assert!(
        served
            .body
            .is_some_and(|body| body.pretty().starts_with("{\n  \"uid\": 7,\n"))
    );
}

#[test]
fn two_servers_with_the_same_path_do_not_mix() {
    let flow = r#"
attribute order_no: text
server one "https://one.example/v1"
server দোকান "https://two.example:8443/v1"
api first: text {
  get one "/status of/{{order_no}}"
}
api second: text {
  get দোকান "/status of/{{order_no}}"
}
api third: text {
  get "https://two.example:8443/v1/status%20of/{{order_no}}"
}
on start {
  text "<<first>> <<second>> <<third>>" else "-"
}
"#;
    let shop = Shop::of(flow, &[], &[]);
    let base = format!("http://{}", shop.fake.address());
    assert_eq!(
        shop.fake.servers(),
        [
            ("one".to_owned(), format!("{base}/one")),
            (
                "দোকান".to_owned(),
                format!("{base}/%E0%A6%A6%E0%A7%8B%E0%A6%95%E0%A6%BE%E0%A6%A8")
            ),
            (
                "https://two.example:8443".to_owned(),
                format!("{base}/two.example:8443")
            ),
        ]
    );
    for api in ["first", "second", "third"] {
        assert_eq!(shop.call(api, "a/b").outcome, Outcome::Ok);
        let served = shop.served().pop().expect("a request");
        assert_eq!(served.api.as_deref(), Some(api));
    }
    shop.get("/status%20of/1");
    let served = shop.served().pop().expect("a request");
    assert_eq!(
        served.api.as_deref(),
        Some("first"),
        "without the part of a server the first is taken"
    );
}

#[test]
fn an_unknown_path_is_told_what_there_is() {
    let reply = Shop::new(&[]).get("/shop/banners?x=1");
    assert_eq!(status(&reply), "HTTP/1.1 404 Not Found");
    let (_, body) = reply.split_once("\r\n\r\n").expect("a body");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["error"], "no API of the flow is GET /shop/banners?x=1");
    assert_eq!(body["apis"][0], "GET /banner");
    assert_eq!(body["apis"].as_array().map(Vec::len), Some(6));
}

#[test]
fn requests_of_every_kind_are_read() {
    let shop = Shop::new(&[]);
    let body = format!("{{\"key\":\"{TOKEN}\",\"limit\":3}}");
    let (first, second) = body.split_at(9);
    let chunked = format!(
        "POST /picks HTTP/1.1\r\nHost: x\r\nX-Token: {TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x};ext=1\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\nTrailer: 1\r\n\r\n",
        first.len(),
        second.len()
    );
    // Two in one go, on one connection.
    let twice = shop.raw(format!("{chunked}{}", post("/picks", &body)).as_bytes());
    assert_eq!(twice.matches("HTTP/1.1 200 OK").count(), 2, "{twice}");
    assert_eq!(twice.matches("limit 3").count(), 4, "{twice}");
    let expecting = post("/picks", &body).replace("Host: x", "Expect: 100-continue");
    let reply = shop.raw(expecting.as_bytes());
    assert!(
        reply.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"),
        "{reply}"
    );
    let absolute = shop.get("http://api.shop.example/bot/banner");
    assert_eq!(status(&absolute), "HTTP/1.1 200 OK");
}

#[test]
fn a_head_has_no_body_behind_it() {
    let shop = Shop::new(&[]);
    let asked = "HEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
    let replies = shop.raw(asked.repeat(2).as_bytes());
    let (one, rest) = replies.split_once("\r\n\r\n").expect("a head");
    assert!(rest.ends_with("\r\n\r\n") && rest.starts_with(one), "{replies}");
    assert!(!one.contains("Content-Length: 0"), "that of a GET: {one}");
}

#[test]
fn what_is_no_request_is_refused() {
    let shop = Shop::new(&[]);
    let long_head = format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "x".repeat(40 << 10));
    let large = "POST /picks HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n";
    let chunk = "POST /picks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let table: [(String, &str); 12] = [
        ("\0\0\0\0".to_owned(), "400"),
        ("\u{16}\u{3}\u{1}hello".to_owned(), "400"),
        ("GET\r\n\r\n".to_owned(), "400"),
        (long_head, "431"),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(500)), "431"),
        (large.to_owned(), "413"),
        (large.replace("2000000", "99999999999999999999999999"), "413"),
        (large.replace("2000000", "-1"), "400"),
        (large.replace("2000000", ""), "400"),
        (format!("{chunk}zz\r\n"), "400"),
        (format!("{chunk}fffffffffffffff\r\n"), "413"),
        (chunk.replace("chunked", "chunked\r\nContent-Length: 2"), "400"),
    ];
    for (bytes, expected) in table {
        let reply = shop.raw(bytes.as_bytes());
        assert_eq!(status(&reply).split(' ').nth(1), Some(expected), "{:.60}", bytes);
        let served = shop.served().pop().expect("a line of the log");
        assert_eq!(
            served.status.map(|status| status.to_string()).as_deref(),
            Some(expected)
        );
        assert!(served.problem.is_some() && served.api.is_none(), "{served:?}");
        let method = if bytes.starts_with("POST") { "POST" } else { "" };
        assert_eq!(served.method, method, "{bytes:.60}");
    }
    // What stops in the middle gets no reply, and harms nobody.
    for bytes in [
        b"GET / HT".as_slice(),
        b"POST /picks HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
        b"",
    ] {
        assert_eq!(shop.raw(bytes), "");
    }
    assert_eq!(status(&shop.get("/banner")), "HTTP/1.1 200 OK");
}

/// Bytes without any sense, in every order that a simple generator gives.
#[test]
fn garbage_ends_no_thread_but_its_own() {
    let shop = Shop::new(&[]);
    let mut state: u32 = 7;
    for length in 0..200 {
        let garbage: Vec<u8> = (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u8::try_from(state >> 24).unwrap_or_default()
            })
            .collect();
        shop.raw(&garbage);
        shop.raw(&[b"GET /banner?".as_slice(), &garbage, b" HTTP/1.1\r\n\r\n"].concat());
        shop.raw(
            &[
                b"POST /picks HTTP/1.1\r\nContent-Length: 200\r\n\r\n".as_slice(),
                &garbage,
            ]
            .concat(),
        );
    }
    assert_eq!(status(&shop.get("/banner")), "HTTP/1.1 200 OK");
}

#[test]
fn one_connection_too_many_is_closed() {
    let shop = Shop::new(&[]);
    let mut open: Vec<TcpStream> = (0..80)
        .map(|_| TcpStream::connect(shop.fake.address()).expect("a connection"))
        .collect();
    let mut last = open.pop().expect("a connection");
    assert_eq!(read_all(&mut last), "");
    drop(open);
    let begin = Instant::now();
    while status(&shop.get("/banner")) != "HTTP/1.1 200 OK" {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "the places of those who left are not free"
        );
    }
}

#[test]
fn a_dropped_fake_leaves_nothing_behind() {
    let shop = Shop::with(&[], &[("banner", Outcome::Timeout)]);
    let address = shop.fake.address();
    let mut held = TcpStream::connect(address).expect("a connection");
    let head = format!("GET /banner HTTP/1.1\r\nX-Token: {TOKEN}\r\n\r\n");
    held.write_all(head.as_bytes()).expect("a request");
    let mut idle = TcpStream::connect(address).expect("a connection");
    let begin = Instant::now();
    drop(shop);
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    assert!(!is_listening(address));
    for stream in [&mut held, &mut idle] {
        assert!(!matches!(stream.read(&mut [0]), Ok(1)));
    }
}

#[test]
fn a_taken_port_is_an_error() {
    let shop = Shop::new(&[]);
    let taken = sayflow_fake::Settings {
        port: shop.fake.address().port(),
        ..settings(&shop.folder, &[])
    };
    let error = Fake::start(&shop.program, taken).expect_err("a taken port");
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

fn post(target: &str, body: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nHost: x\r\nX-Token: {TOKEN}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
