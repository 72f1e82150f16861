//! Names: a system that is slow, one that knows nothing, and what is kept of its answers.

use std::io::ErrorKind;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use super::deadline::{assert_in_time, hurried};
use super::server::{accept, call, client, get, listen, ok, reply, with_body};
use crate::driver::Client;
use crate::driver::http::HttpClient;
use crate::driver::http::look_up::{LookUp, Missing};
use crate::effects::{Failure, Request};

const LOOPBACK: &str = "127.0.0.1";
const AMPLE: Duration = Duration::from_secs(20);

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn client_with(names: LookUp) -> HttpClient {
    HttpClient::new().with_private_addresses(true).with_names(names)
}

/// A system that counts who asks, and answers when the sender is dropped.
fn slow_system() -> (LookUp, Arc<AtomicUsize>, mpsc::Sender<()>) {
    let (answer, wait) = mpsc::channel::<()>();
    let (wait, asked) = (Mutex::new(wait), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&asked);
    let names = LookUp::with(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        wait.lock().unwrap().recv().ok();
        Ok(vec![address(LOOPBACK)])
    });
    (names, asked, answer)
}

#[test]
fn a_slow_look_up_is_too_slow() {
    let (names, _, _system) = slow_system();
    assert_in_time(&call(&client_with(names), hurried(get("http://shop.example"))));
}

#[test]
fn of_nine_look_ups_eight_are_under_way() {
    let (names, asked, system) = slow_system();
    let client = client_with(names.clone());
    let requests: Vec<Request> = (0..9)
        .map(|i| hurried(get(&format!("http://shop{i}.example"))))
        .collect();
    for answer in client.call(&requests) {
        assert_in_time(&answer);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 8);
    // Their threads end with the system's answers, and the ninth has its turn.
    drop(system);
    assert!(names.addresses("shop9.example", AMPLE).is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 9);
}

#[test]
fn who_asks_for_one_name_shares_a_look_up() {
    let (names, asked, system) = slow_system();
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| names.addresses("shop.example", AMPLE)))
            .collect();
        while asked.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        drop(system);
        for addresses in asking {
            assert_eq!(addresses.join().unwrap().unwrap().as_ref(), [address(LOOPBACK)]);
        }
    });
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[test]
fn an_answer_is_kept_and_a_failure_is_not() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let names = LookUp::with(move |host| {
        count.fetch_add(1, Ordering::SeqCst);
        match host {
            "shop.example" => Ok(vec![address(LOOPBACK)]),
            "empty.example" => Ok(Vec::new()),
            _ => Err(ErrorKind::NotFound.into()),
        }
    });
    for _ in 0..3 {
        assert!(names.addresses("shop.example", AMPLE).is_ok());
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    for host in ["empty.example", "nowhere.example", "nowhere.example"] {
        assert_eq!(names.addresses(host, AMPLE), Err(Missing::NoSuchHost));
        assert_eq!(names.known(host), None);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

#[test]
fn a_thousand_names_are_not_all_kept() {
    let names = LookUp::with(|_| Ok(vec![address(LOOPBACK)]));
    let hosts: Vec<String> = (0..1_000).map(|i| format!("shop{i}.example")).collect();
    for host in &hosts {
        assert!(names.addresses(host, AMPLE).is_ok());
    }
    assert_eq!(
        hosts.iter().filter(|host| names.known(host).is_some()).count(),
        256
    );
    assert!(names.known("shop999.example").is_some());
}

#[test]
fn a_name_that_nobody_knows_is_unreachable() {
    let names = LookUp::with(|_| Err(ErrorKind::NotFound.into()));
    let answer = call(&client_with(names), get("http://shop.example"));
    assert_eq!(
        answer.result,
        Err(Failure::Unreachable("no such host".to_owned()))
    );
}

#[test]
fn the_next_address_is_tried_where_one_refuses() {
    let (listener, url) = listen();
    let names = LookUp::with(|_| Ok(vec![address("127.0.0.2"), address(LOOPBACK)]));
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
        call(&client_with(names), get(&url.replace(LOOPBACK, "shop.example")))
    });
    assert_eq!(answer.result, ok("hello"));
}

#[test]
fn the_system_knows_localhost() {
    let (listener, url) = listen();
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| reply(&mut accept(&listener), &with_body("200 OK", "hello")));
        call(&client(), get(&url.replace(LOOPBACK, "LocalHost")))
    });
    assert_eq!(answer.result, ok("hello"));
}
