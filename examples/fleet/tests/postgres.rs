//! The worker as a process over a real PostgreSQL:
//! `examples/fleet/postgres.sh cargo test -p sayflow-fleet --test postgres -- --ignored`

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use sayflow::Input;
use sayflow_store::{Postgres, Received, Store};

/// How long something may take that takes no time.
const PATIENCE: Duration = Duration::from_secs(20);
/// No test asks for more.
const MOST_REQUESTS: usize = 100;

/// A store in a schema of its own, as an address.
fn database() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let address = std::env::var("DATABASE_URL").expect("DATABASE_URL: examples/fleet/postgres.sh gives one");
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let schema = format!("worker_{}_{number}", std::process::id());
    let mut client = Client::connect(&address, NoTls).unwrap();
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let join = if address.contains('?') { '&' } else { '?' };
    format!("{address}{join}options=-c%20search_path%3D{schema}")
}

/// Shop and channel in one: answers every request, and tells what it was sent.
fn outside() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            thread::spawn(move || sender.send(answer(stream)));
        }
    });
    (origin, asked)
}

/// One request, with its headers in lower case.
fn answer(mut stream: TcpStream) -> String {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let lines = reader.by_ref().lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let head = head.join("\n").to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let reply = r#"{"success": true, "data": "42"}"#;
    let status = format!("HTTP/1.1 200 OK\r\nContent-Length: {}", reply.len());
    // Whoever has given up does not hear it.
    let _ = write!(stream, "{status}\r\nConnection: close\r\n\r\n{reply}");
    head + "\n" + &String::from_utf8(body).unwrap()
}

/// A worker that runs; it dies with the value.
struct Worker(Child);

impl Worker {
    /// Starts one that cannot print, with its secrets in the environment.
    fn start(database: &str, outside: &str) -> Self {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut worker = Command::new(env!("CARGO_BIN_EXE_fleet-worker"));
        worker
            .env("DATABASE_URL", database)
            .env("SHOP_TOKEN", "t0ken")
            .args(["--shop", outside, "--channel", outside, "--keep-days", "1"]);
        Self(worker.stdout(full).spawn().unwrap())
    }

    /// Asks it to stop, and waits until it has.
    fn stop(mut self) -> ExitStatus {
        let id = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.0.wait().unwrap()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until somebody is asked for something with these words in it.
fn until_asked(asked: &Receiver<String>, words: &str) -> String {
    let mut requests = (0..MOST_REQUESTS).map(|_| asked.recv_timeout(PATIENCE).unwrap());
    requests.find(|request| request.contains(words)).expect(words)
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_worker_whose_words_nobody_reads_works_with_what_its_environment_says() {
    let (database, (origin, asked)) = (database(), outside());
    let store = Postgres::open(&database).unwrap();
    let worker = Worker::start(&database, &origin);
    store.receive("web:1", &Input::start().with_id("1")).unwrap();
    store.receive("web:1", &Input::text("rice").with_id("2")).unwrap();
    let order = until_asked(&asked, "/orders");
    assert!(order.contains("\nx-shop-token: t0ken"), "{order}");
    let message = until_asked(&asked, "rice is order 42");
    assert!(message.contains("\nidempotency-key: web:1/2/0"), "{message}");
    assert!(worker.stop().success());
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_worker_forgets_what_is_older_than_it_was_told_to_keep() {
    let (database, (origin, asked)) = (database(), outside());
    let store = Postgres::open(&database).unwrap();
    let input = |id: &str| Input::start().with_id(id);
    for name in ["web:old", "web:young"] {
        store.receive(name, &input("1")).unwrap();
    }
    let worker = Worker::start(&database, &origin);
    for name in ["web:old", "web:young"] {
        until_asked(&asked, &format!("\"{name}\""));
    }
    assert!(worker.stop().success());
    let mut client = Client::connect(&database, NoTls).unwrap();
    client
        .batch_execute(
            "UPDATE sayflow_inbox SET handled_at = handled_at - interval '25 hours'
             WHERE conversation = 'web:old'",
        )
        .unwrap();

    // It forgets as soon as it has started.
    let worker = Worker::start(&database, &origin);
    let left = "SELECT count(*) FROM sayflow_inbox WHERE conversation = 'web:old'";
    let end = Instant::now() + PATIENCE;
    while client.query_one(left, &[]).unwrap().get::<_, i64>(0) > 0 {
        assert!(Instant::now() < end, "it has not forgotten");
    }
    assert!(worker.stop().success());
    let again = |name| store.receive(name, &input("1")).unwrap();
    assert_eq!(again("web:young"), Received::Repeated);
    assert_eq!(again("web:old"), Received::New);
}
