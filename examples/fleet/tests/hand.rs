//! What a hand does with a channel that is slow, has moved, or will not take a message.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sayflow::{HttpClient, Input, Timestamp};
use sayflow_fleet::{Channel, Hand, engine};
use sayflow_store::{Memory, Store};

/// What the channel was sent, as `POST key`.
type Sent = Arc<Mutex<Vec<String>>>;

/// A channel that answers each message so, after a while.
fn channel(status: fn(&str) -> &'static str, after: Duration) -> (String, Sent) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/messages", listener.local_addr().unwrap());
    let sent = Sent::default();
    let log = Arc::clone(&sent);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let log = Arc::clone(&log);
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut method, mut key, mut length) = (String::new(), String::new(), 0);
                reader.read_line(&mut method).unwrap();
                for line in reader
                    .by_ref()
                    .lines()
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                {
                    let (name, value) = line.split_once(": ").unwrap();
                    match name.to_lowercase().as_str() {
                        "idempotency-key" => key = value.to_owned(),
                        "content-length" => length = value.parse().unwrap(),
                        _ => {}
                    }
                }
                reader.read_exact(&mut vec![0; length]).unwrap();
                let method = method.split(' ').next().unwrap().to_owned();
                log.lock().unwrap().push(format!("{method} {key}"));
                thread::sleep(after);
                let head = "Location: /new\r\nContent-Length: 0\r\nConnection: close";
                // Whoever has given up does not hear it.
                let _ = write!(stream, "HTTP/1.1 {}\r\n{head}\r\n\r\n", status(&key));
            });
        }
    });
    (url, sent)
}

/// Lets hands work over a store until this is so.
fn work(store: &Memory, url: &str, hands: usize, lease: Duration, until: impl Fn() -> bool) {
    let stop = AtomicBool::new(false);
    let hand = Hand {
        store,
        engine: &engine("http://127.0.0.1:1", "token").unwrap(),
        client: &HttpClient::new(),
        channel: &Channel::new(url),
        lease,
    };
    thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| hand.work_until(&stop));
        }
        let end = Instant::now() + Duration::from_secs(20);
        while !until() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        stop.store(true, Ordering::Relaxed);
    });
}

fn start(store: &Memory, conversation: &str) {
    store.receive(conversation, &Input::start().with_id("1")).unwrap();
}

const LEASE: Duration = Duration::from_secs(60);

#[test]
fn no_two_conversations_are_of_one_customer() {
    let store = Memory::new();
    let names = [
        "web:alice",
        "web:bob",
        "telegram:7",
        "whatsapp:7",
        "web:7",
        "web:007",
    ];
    names.iter().for_each(|name| start(&store, name));
    let (url, sent) = channel(|_| "200 OK", Duration::ZERO);
    work(&store, &url, 2, LEASE, || {
        sent.lock().unwrap().len() == 2 * names.len()
    });
    let records = names.iter().map(|name| store.load(name).unwrap().unwrap());
    let numbers: BTreeSet<i64> = records.map(|record| record.customer.uid).collect();
    assert_eq!(numbers.len(), names.len(), "{numbers:?}");
}

#[test]
fn a_channel_that_has_moved_or_wants_a_password_loses_nothing() {
    for status in [
        |_: &str| "301 Moved",
        |_: &str| "401 Unauthorized",
        |_: &str| "404 Not Found",
    ] {
        let store = Memory::at(Timestamp::default());
        start(&store, "web:1");
        let (url, sent) = channel(status, Duration::ZERO);
        work(&store, &url, 1, LEASE, || !sent.lock().unwrap().is_empty());
        assert_eq!(*sent.lock().unwrap(), ["POST web:1/1/0"]);
        store.pass(LEASE);
        assert_eq!(store.deliveries(None, LEASE).unwrap().len(), 2);
    }
}

#[test]
fn a_message_that_the_channel_will_never_take_holds_up_nothing() {
    let store = Memory::at(Timestamp::default());
    start(&store, "web:1");
    let left = |key: &str| {
        if key == "web:1/1/0" {
            "403 Forbidden"
        } else {
            "200 OK"
        }
    };
    let (url, sent) = channel(left, Duration::ZERO);
    work(&store, &url, 1, LEASE, || sent.lock().unwrap().len() == 2);
    assert_eq!(*sent.lock().unwrap(), ["POST web:1/1/0", "POST web:1/1/1"]);
    store.pass(LEASE);
    assert_eq!(store.deliveries(None, LEASE).unwrap(), []);
}

#[test]
fn a_hand_stops_sending_before_its_lease_ends() {
    let store = Memory::new();
    start(&store, "web:1");
    let (closed, lease) = ("http://127.0.0.1:1", Duration::from_secs(1));
    for id in 2..=5 {
        store
            .receive("web:1", &Input::text("rice").with_id(id.to_string()))
            .unwrap();
    }
    work(&store, closed, 1, lease, || {
        store
            .load("web:1")
            .unwrap()
            .is_some_and(|record| record.version == 5)
    });
    let (url, sent) = channel(|_| "200 OK", Duration::from_millis(200));
    let rows = 2 + 4 * 2;
    work(&store, &url, 4, lease, || sent.lock().unwrap().len() >= rows);
    let sent = sent.lock().unwrap();
    let keys: BTreeSet<&String> = sent.iter().collect();
    assert_eq!((sent.len(), keys.len()), (rows, rows), "{sent:?}");
}

#[test]
fn a_worker_without_hands_or_without_a_lease_does_not_start() {
    for option in ["--hands", "--lease", "--keep-days"] {
        let worker = Command::new(env!("CARGO_BIN_EXE_fleet-worker"))
            .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
            .args([
                "--shop",
                "http://127.0.0.1:1",
                "--channel",
                "http://127.0.0.1:1",
                option,
                "0",
            ])
            .output()
            .unwrap();
        assert_eq!(worker.status.code(), Some(2), "{option}");
    }
}
