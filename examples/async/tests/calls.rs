//! Real calls over loopback: side by side, in time, within their size, and given up without a trace.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod shop;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::{Router, routing::get};
use futures_util::future::join_all;
use futures_util::stream;
use sayflow::{Block, Customer, Engine, Input, Limits, NoCalls, Outcome, Session, Timestamp};
use sayflow_example_async::{AsyncClient, turn};
use sayflow_store::{Memory, Received, Record, Saved, Store};
use shop::{Asha, engine, good, reports, serve};
use tokio::sync::{Barrier, Notify};
use tokio::time::sleep;

const SLOW: Duration = Duration::from_millis(300);

fn text(text: &str) -> Block {
    let text = text.to_owned();
    Block::Text { text }
}

/// A body whose pieces of 4 KiB never end; counts those that were taken.
fn endless(taken: &Arc<AtomicUsize>) -> Body {
    let taken = taken.clone();
    Body::from_stream(stream::repeat_with(move || {
        taken.fetch_add(1, Ordering::SeqCst);
        Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 4096]))
    }))
}

/// A body that begins and goes no further.
fn stuck() -> Body {
    let begins = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{\"success\": "))]);
    Body::from_stream(stream::StreamExt::chain(begins, stream::pending()))
}

#[tokio::test]
async fn the_calls_of_a_block_run_side_by_side() {
    let slow = || {
        get(|| async {
            sleep(SLOW).await;
            good("12")
        })
    };
    let endpoints = Router::new()
        .route("/a", slow())
        .route("/b", slow())
        .route("/c", slow());
    let engine = engine(&serve(endpoints).await, &[("a", ""), ("b", ""), ("c", "")]);
    let start = Instant::now();
    let turn = Asha::new().starts(&engine).await.unwrap();
    let whole = start.elapsed();
    assert_eq!(turn.blocks, [text("yes 12 12 12")]);
    let one_by_one: Duration = reports(&turn).iter().map(|report| report.elapsed).sum();
    let ratio = whole.as_secs_f64() / one_by_one.as_secs_f64();
    assert!(ratio < 0.6, "{whole:?} of {one_by_one:?}");
}

/// No reply comes before every conversation has asked.
#[tokio::test]
async fn one_thread_holds_many_conversations() {
    const CUSTOMERS: usize = 60;
    let all_are_here = Arc::new(Barrier::new(CUSTOMERS));
    let meet = get(|| async move {
        all_are_here.wait().await;
        good("together")
    });
    let engine = engine(&serve(Router::new().route("/a", meet)).await, &[("a", "")]);
    let turns = (0..CUSTOMERS).map(|_| async { Asha::new().starts(&engine).await });
    for turn in join_all(turns).await {
        assert_eq!(turn.unwrap().blocks, [text("yes together")]);
    }
}

#[tokio::test]
async fn a_late_endpoint_ends_in_timeout_and_holds_up_nobody() {
    let never = get(|| async { std::future::pending::<String>().await });
    let endpoints = Router::new()
        .route("/late", never)
        .route("/stuck", get(async || stuck()))
        .route("/quick", get(async || good("12")));
    let origin = serve(endpoints).await;
    let apis = [
        ("late", "  timeout 1s\n"),
        ("stuck", "  timeout 1s\n"),
        ("quick", ""),
    ];
    let (slow, quick) = (engine(&origin, &apis), engine(&origin, &apis[2..]));
    let over = AtomicUsize::new(0);
    let (mut one, mut other) = (Asha::new(), Asha::new());
    let first = async {
        let turn = one.starts(&slow).await.unwrap();
        (turn, over.fetch_add(1, Ordering::SeqCst))
    };
    let second = async {
        let turn = other.starts(&quick).await.unwrap();
        (turn, over.fetch_add(1, Ordering::SeqCst))
    };
    let ((late, late_place), (soon, soon_place)) = tokio::join!(first, second);
    assert!(soon_place < late_place, "the quick conversation is over first");
    assert_eq!(
        (soon.blocks, late.blocks.clone()),
        (vec![text("yes 12")], vec![text("Nothing.")])
    );
    let outcomes: Vec<Outcome> = reports(&late).iter().map(|report| report.outcome).collect();
    assert_eq!(outcomes, [Outcome::Timeout, Outcome::Timeout, Outcome::Ok]);
    let elapsed: Vec<Duration> = reports(&late).iter().map(|report| report.elapsed).collect();
    assert!(elapsed[2] * 2 < elapsed[0], "{elapsed:?}");
    let in_time = Duration::from_secs(2);
    assert!(elapsed[0] < in_time && elapsed[1] < in_time, "{elapsed:?}");
}

#[tokio::test]
async fn a_reply_over_the_limit_is_too_large() {
    let good = good("12");
    let limits = Limits {
        reply_bytes: good.len(),
        ..Limits::default()
    };
    let long = format!("{good} ");
    let taken = Arc::new(AtomicUsize::new(0));
    let (of_endless, of_broken) = (taken.clone(), taken.clone());
    let endpoints = Router::new()
        .route("/fits", get(async || good))
        .route("/long", get(async || long))
        .route("/endless", get(async move || endless(&of_endless)))
        .route(
            "/broken",
            get(async move || (StatusCode::INTERNAL_SERVER_ERROR, endless(&of_broken))),
        );
    let apis = ["fits", "long", "endless", "broken"].map(|name| (name, ""));
    let engine = engine(&serve(endpoints).await, &apis).with_limits(limits);
    let turn = Asha::new().starts(&engine).await.unwrap();
    let outcomes: Vec<Outcome> = reports(&turn).iter().map(|report| report.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Ok, Outcome::TooLarge, Outcome::TooLarge, Outcome::Status]
    );
    // What is on its way is in the buffers of two sockets; nobody goes on reading.
    assert!(taken.load(Ordering::SeqCst) * 4096 < 32 << 20, "{taken:?} pieces");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let followed = Arc::new(AtomicUsize::new(0));
    let count = followed.clone();
    let endpoints = Router::new()
        .route("/moved", get(async || Redirect::temporary("/elsewhere")))
        .route(
            "/elsewhere",
            get(async move || count.fetch_add(1, Ordering::SeqCst).to_string()),
        );
    let engine = engine(&serve(endpoints).await, &[("moved", "")]);
    let turn = Asha::new().starts(&engine).await.unwrap();
    assert_eq!(
        (reports(&turn)[0].outcome, reports(&turn)[0].status),
        (Outcome::Status, Some(307))
    );
    assert_eq!(followed.load(Ordering::SeqCst), 0);
}

/// An endpoint that replies twice; the second reply lies in the socket while the only thread is busy elsewhere.
#[tokio::test]
async fn a_second_reply_is_nobodys() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                let mut head = [0; 4096];
                while stream.read(&mut head).is_ok_and(|read| read > 0) {
                    for data in ["own", "another's"] {
                        let body = good(data);
                        let reply =
                            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                        // Whoever has read the first may have gone.
                        let _ = stream.write_all(reply.as_bytes());
                        thread::sleep(Duration::from_millis(5));
                    }
                }
            });
        }
    });
    let (engine, client) = (engine(&origin, &[("a", "")]), AsyncClient::default());
    for _ in 0..30 {
        let turn = Asha::new().starts_with(&engine, &client).await.unwrap();
        assert_eq!(turn.blocks, [text("yes own")]);
        // As a commit to a disk does.
        thread::sleep(Duration::from_millis(15));
    }
}

#[tokio::test]
async fn whoever_does_not_answer_is_unreachable() {
    let endpoints = Router::new().route("/a", get(async || good("12")));
    let origin = serve(endpoints).await;
    let closed = "http://127.0.0.1:1".to_owned();
    let no_tls = origin.replace("http:", "https:");
    for (origin, outcome) in [
        (closed, Outcome::Unreachable),
        (no_tls, Outcome::Unreachable),
        (origin, Outcome::Ok),
    ] {
        let turn = Asha::new().starts(&engine(&origin, &[("a", "")])).await.unwrap();
        assert_eq!(reports(&turn)[0].outcome, outcome, "{origin}");
    }
}

#[tokio::test]
async fn a_request_arrives_as_the_engine_made_it() {
    let told = get(|headers: HeaderMap| async move {
        let token = headers
            .get("X-Shop-Token")
            .map(|token| token.to_str().unwrap_or_default().to_owned());
        match token.as_deref() {
            Some("s3cret") => good("welcome").into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        }
    });
    let origin = serve(Router::new().route("/a", told)).await;
    let engine = engine(&origin, &[("a", "  header \"X-Shop-Token\" = secret TOKEN\n")]);
    let engine = engine.with_secret("TOKEN", "s3cret", [origin]);
    let turn = Asha::new().starts(&engine).await.unwrap();
    assert_eq!(turn.blocks, [text("yes welcome")]);
}

#[tokio::test]
async fn a_turn_that_is_dropped_in_the_middle_of_a_call_has_not_been() {
    let asked = Arc::new(Notify::new());
    let is_asked = asked.clone();
    let never = get(|| async move {
        is_asked.notify_one();
        std::future::pending::<String>().await
    });
    let engine = engine(&serve(Router::new().route("/a", never)).await, &[("a", "")]);
    let mut asha = Asha::new();
    let before = (asha.session.clone(), asha.customer.clone());
    tokio::select! {
        turn = asha.starts(&engine) => panic!("it ended: {turn:?}"),
        () = asked.notified() => {}
    }
    assert_eq!((&asha.session, &asha.customer), (&before.0, &before.1));
    // The same input again, as if nothing had been.
    let again = engine.turn(&mut asha.session, &mut asha.customer, &Input::start(), &NoCalls);
    assert_eq!(again.unwrap().blocks, [text("Nothing.")]);
    assert_ne!(asha.session, Session::new());
}

/// The store has forgotten the input, and the session has not.
#[tokio::test]
async fn what_a_repeated_turn_gives_is_in_the_outbox_since_the_first_time() {
    let (engine, client, store) = (
        engine("http://127.0.0.1:1", &[]),
        AsyncClient::default(),
        Memory::at(Timestamp::default()),
    );
    let second = Duration::from_secs(1);
    for rows in [1, 0] {
        let input = Input::start().with_id("m1");
        assert_eq!(store.receive("web:7", &input).unwrap(), Received::New);
        let claim = store.claim(None, second).unwrap().unwrap();
        let record = claim
            .record
            .clone()
            .unwrap_or_else(|| Record::new(Customer::new(7)));
        let (mut session, mut customer) = (record.session, record.customer);
        let turn = turn(&engine, &mut session, &mut customer, &claim.input, &client)
            .await
            .unwrap();
        let changes = claim.changes(session, customer, &turn, store.now().unwrap());
        assert!(matches!(
            store.commit(&claim, &changes).unwrap(),
            Saved::Version(_)
        ));
        let waiting = store.deliveries(None, second).unwrap();
        assert_eq!((waiting.len(), turn.blocks.len()), (rows, 1));
        for row in waiting {
            store.delivered(&row.key).unwrap();
        }
        store.pass(second);
        store.prune(Duration::ZERO).unwrap();
    }
}

/// What a runtime with several threads asks of a future.
#[test]
fn a_turn_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let (engine, client) = (engine("http://127.0.0.1:1", &[]), AsyncClient::default());
    let (mut asha, input): (Asha, Input) = (Asha::new(), Input::start());
    is_send(&turn(
        &engine,
        &mut asha.session,
        &mut asha.customer,
        &input,
        &client,
    ));
    fn is_shared<T: Send + Sync + Clone>(_: &T) {}
    is_shared::<Engine>(&engine);
    is_shared(&client);
}
