//! What the store in a file promises beyond the suite: several processes, death in the middle of a turn, damage.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![cfg(feature = "sqlite")]

mod damage;

use std::cell::RefCell;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sayflow::{Answer, Client, Customer, Engine, Input, Program, Reply, Request, Source, Timestamp};
use sayflow_store::{
    Changes, Claim, Delivery, Did, Error, ErrorKind, Received, Record, Refused, Saved, Sqlite, Store, Worker,
    conformance,
};

/// Remembers every input in an attribute, and calls an endpoint on the way.
const FLOW: &str = r#"
attribute handled: text
api sign: text {
  get "https://api.shop.example/sign"
}
on start {
  goto note
}
on unmatched {
  goto note
}
sequence note {
  set handled = "{{handled|}}{{last_message_text}} "
  text "{{last_message_text}} <<sign>>" else "-"
}
"#;

/// An endpoint that takes its time.
struct Slow(Duration);

impl Client for Slow {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        if let Ok(path) = env::var("SAYFLOW_STORE_CALLS") {
            fs::write(path, "a call is under way").unwrap();
        }
        thread::sleep(self.0);
        let body = br#"{"success": true, "data": "ok"}"#.to_vec();
        let reply = Reply {
            status: 200,
            location: None,
            body,
        };
        vec![
            Answer {
                result: Ok(reply),
                elapsed: self.0
            };
            requests.len()
        ]
    }
}

fn engine() -> Engine {
    Engine::new(Program::load([Source::new("note.flow", FLOW)]).unwrap())
}

fn newcomer(_: &str) -> Customer {
    Customer::new(7)
}

/// Waits for another process, and not for ever.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "a minute has passed, and not yet: {what}"
        );
        thread::sleep(Duration::from_millis(2));
    }
}

/// One store through several connections, each call through the next one.
struct InTurns {
    connections: Vec<Sqlite>,
    calls: AtomicUsize,
}

impl InTurns {
    fn open(path: &Path) -> Self {
        Self {
            connections: (0..3).map(|_| Sqlite::open(path).unwrap()).collect(),
            calls: AtomicUsize::new(0),
        }
    }

    fn next(&self) -> &Sqlite {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        &self.connections[call % self.connections.len()]
    }
}

impl Store for InTurns {
    fn now(&self) -> Result<Timestamp, Error> {
        self.next().now()
    }
    fn load(&self, conversation: &str) -> Result<Option<Record>, Error> {
        self.next().load(conversation)
    }
    fn save(&self, conversation: &str, record: &Record) -> Result<Saved, Error> {
        self.next().save(conversation, record)
    }
    fn receive(&self, conversation: &str, input: &Input) -> Result<Received, Error> {
        self.next().receive(conversation, input)
    }
    fn is_waiting(&self, conversation: &str, id: &str) -> Result<bool, Error> {
        self.next().is_waiting(conversation, id)
    }
    fn claim(&self, conversation: Option<&str>, lease: Duration) -> Result<Option<Claim>, Error> {
        self.next().claim(conversation, lease)
    }
    fn commit(&self, claim: &Claim, changes: &Changes) -> Result<Saved, Error> {
        self.next().commit(claim, changes)
    }
    fn refuse(&self, claim: &Claim, reason: &str) -> Result<Saved, Error> {
        self.next().refuse(claim, reason)
    }
    fn uncount(&self, claim: &Claim) -> Result<(), Error> {
        self.next().uncount(claim)
    }
    fn refused(&self, at_most: usize) -> Result<Vec<Refused>, Error> {
        self.next().refused(at_most)
    }
    fn deliveries(&self, conversation: Option<&str>, lease: Duration) -> Result<Vec<Delivery>, Error> {
        self.next().deliveries(conversation, lease)
    }
    fn delivered(&self, key: &str) -> Result<(), Error> {
        self.next().delivered(key)
    }
    fn forget(&self, conversation: &str) -> Result<(), Error> {
        self.next().forget(conversation)
    }
    fn prune(&self, older_than: Duration) -> Result<u64, Error> {
        self.next().prune(older_than)
    }
}

#[test]
fn connections_that_share_a_file_keep_the_promises_together() {
    let folder = tempfile::tempdir().unwrap();
    let files = std::cell::Cell::new(0);
    let store = || {
        files.set(files.get() + 1);
        InTurns::open(&folder.path().join(format!("{}.db", files.get())))
    };
    conformance::run(store).unwrap();
}

/// The other process: works until it is killed. It is this test program, started anew with a file to work on.
#[test]
fn a_process_that_works() {
    let Ok(path) = env::var("SAYFLOW_STORE_FILE") else {
        return;
    };
    let number = |name: &str| env::var(name).unwrap().parse::<u64>().unwrap();
    let (store, engine) = (Sqlite::open(path).unwrap(), engine());
    let endpoint = Slow(Duration::from_millis(number("SAYFLOW_STORE_CALL_MS")));
    let lease = Duration::from_millis(number("SAYFLOW_STORE_LEASE_MS"));
    let worker = Worker::new(&store, &engine, &endpoint, &newcomer)
        .with_lease(lease)
        .with_attempts(1_000);
    loop {
        if worker.work().unwrap() == Did::Nothing {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Starts the other process; whoever drops it kills it.
struct Process(Child);

impl Process {
    fn start(file: &Path, calls: &Path, call: Duration, lease: Duration) -> Self {
        let child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_process_that_works"])
            .env("SAYFLOW_STORE_FILE", file)
            .env("SAYFLOW_STORE_CALLS", calls)
            .env("SAYFLOW_STORE_CALL_MS", call.as_millis().to_string())
            .env("SAYFLOW_STORE_LEASE_MS", lease.as_millis().to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Process {
    /// SIGKILL: it has no say in it.
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_turn_whose_process_dies_in_the_middle_of_a_call_never_was_and_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let (file, calls) = (folder.path().join("c.db"), folder.path().join("calls"));
    let store = Sqlite::open(&file).unwrap();
    store.receive("c", &Input::text("m-1").with_id("m-1")).unwrap();
    let hour = Duration::from_secs(3_600);
    let lease = Duration::from_secs(2);
    let process = Process::start(&file, &calls, hour, lease);
    wait_until("a call is under way", || calls.exists());
    drop(process);

    assert_eq!(store.load("c").unwrap(), None);
    assert_eq!(store.deliveries(None, hour).unwrap(), []);
    let claim = RefCell::new(None);
    wait_until("the lease has ended", || {
        *claim.borrow_mut() = store.claim(None, hour).unwrap();
        claim.borrow().is_some()
    });
    let claim = claim.into_inner().unwrap();
    assert_eq!((claim.attempt, claim.input.id.as_deref()), (2, Some("m-1")));
}

#[test]
fn processes_that_are_killed_again_and_again_lose_nothing_and_repeat_nothing() {
    const CONVERSATIONS: usize = 12;
    const INPUTS: usize = 8;
    let folder = tempfile::tempdir().unwrap();
    let (file, calls) = (folder.path().join("c.db"), folder.path().join("calls"));
    let store = Sqlite::open(&file).unwrap();
    let (call, lease) = (Duration::from_millis(2), Duration::from_millis(60));
    let names: Vec<String> = (0..CONVERSATIONS).map(|number| format!("c-{number}")).collect();
    let mut processes = Vec::new();
    for input in 0..INPUTS {
        for name in &names {
            let input = Input::text(format!("m-{input}")).with_id(format!("m-{input}"));
            assert_eq!(store.receive(name, &input).unwrap(), Received::New);
            assert_eq!(store.receive(name, &input).unwrap(), Received::Repeated);
        }
        // Two at work, the older one of which dies.
        processes.push(Process::start(&file, &calls, call, lease));
        if processes.len() > 2 {
            processes.remove(0);
        }
        thread::sleep(Duration::from_millis(40 + 7 * input as u64));
    }
    let expected: String = (0..INPUTS).map(|input| format!("m-{input} ")).collect();
    let handled = |name: &str| {
        let record = store.load(name).unwrap();
        record.map_or_else(String::new, |record| {
            record.customer.attribute("handled").unwrap().to_string()
        })
    };
    wait_until("every input is handled", || {
        names.iter().all(|name| handled(name).len() >= expected.len())
    });
    drop(processes);
    for name in &names {
        assert_eq!(handled(name), expected, "{name}");
        assert_eq!(store.load(name).unwrap().unwrap().version, INPUTS as u64);
        let rows = store.deliveries(Some(name), Worker::LEASE).unwrap();
        let keys: Vec<String> = rows.into_iter().map(|row| row.key).collect();
        let all: Vec<String> = (1..=INPUTS)
            .map(|version| format!("{name}/{version}/0"))
            .collect();
        assert_eq!(keys, all);
    }
    assert_eq!(store.claim(None, Worker::LEASE).unwrap(), None);
}

#[test]
fn nothing_is_locked_while_an_endpoint_is_asked() {
    /// Receives an input and reads the conversation while the turn waits for it.
    struct Busy<'s>(&'s Sqlite);
    impl Client for Busy<'_> {
        fn call(&self, requests: &[Request]) -> Vec<Answer> {
            assert_eq!(self.0.load("c").unwrap(), None);
            self.0.receive("c", &Input::text("m-2")).unwrap();
            Slow(Duration::ZERO).call(requests)
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let (store, other, engine) = (
        Sqlite::open(&file).unwrap(),
        Sqlite::open(&file).unwrap(),
        engine(),
    );
    store.receive("c", &Input::text("m-1")).unwrap();
    let busy = Busy(&other);
    let worker = Worker::new(&store, &engine, &busy, &newcomer);
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    assert!(matches!(store.claim(None, Worker::LEASE).unwrap(), Some(claim) if claim.attempt == 1));
}

#[test]
fn a_turn_that_cannot_be_written_is_done_again_until_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let (store, engine, endpoint) = (Sqlite::open(&file).unwrap(), engine(), Slow(Duration::ZERO));
    let worker = Worker::new(&store, &engine, &endpoint, &newcomer).with_lease(Duration::ZERO);
    store.receive("c", &Input::text("m-1").with_id("m-1")).unwrap();
    store.receive("c", &Input::no_reply().with_id("m-2")).unwrap();
    // Claims are written, and what a turn says or a refusal keeps is not.
    tamper(
        &file,
        "CREATE TRIGGER said BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END;
         CREATE TRIGGER refused BEFORE UPDATE OF refused_because ON inbox BEGIN SELECT RAISE(ABORT, 'full'); END",
    );
    let fails = || {
        for _ in 0..3 * Worker::ATTEMPTS {
            assert_eq!(worker.work().unwrap_err().kind(), ErrorKind::Unavailable);
        }
    };
    fails();
    tamper(&file, "DROP TRIGGER said");
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
    fails();
    tamper(&file, "DROP TRIGGER refused");
    let did = worker.work().unwrap();
    assert!(matches!(did, Did::Refused { reason, .. } if reason == "no question is open"));
}

#[test]
fn what_a_customer_wrote_is_gone_from_the_inbox_when_it_is_handled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let (store, engine, endpoint) = (Sqlite::open(&file).unwrap(), engine(), Slow(Duration::ZERO));
    let worker = Worker::new(&store, &engine, &endpoint, &newcomer);
    store
        .receive("c", &Input::text("My secret").with_id("m-1"))
        .unwrap();
    worker.work().unwrap();
    let kept =
        Connection::open(&file)
            .unwrap()
            .query_row("SELECT count(id), count(input) FROM inbox", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            });
    assert_eq!(kept.unwrap(), (1, 0));
}

#[test]
fn of_a_customer_who_was_forgotten_a_name_and_two_numbers_stay() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let (store, engine, endpoint) = (Sqlite::open(&file).unwrap(), engine(), Slow(Duration::ZERO));
    let worker = Worker::new(&store, &engine, &endpoint, &newcomer);
    for input in [
        Input::text("handled"),
        Input::text("handled").with_id("m-1"),
        Input::no_reply(),
        Input::no_reply().with_id("m-2"),
        Input::text("delivered"),
    ] {
        store.receive("c", &input).unwrap();
        worker.work().unwrap();
    }
    let rows = store.deliveries(None, Worker::LEASE).unwrap();
    store.delivered(&rows[0].key).unwrap();
    store.receive("c", &Input::text("waits")).unwrap();
    store.receive("c", &Input::text("waits").with_id("m-3")).unwrap();
    store.forget("c").unwrap();
    let left: String = Connection::open(&file)
        .unwrap()
        .query_row(
            "SELECT (SELECT count(*) FROM inbox) || ' inputs, ' || (SELECT count(*) FROM outbox) || ' rows, '
                || json_array(name, version, forgotten, session, customer, fence, leased_until, attempts, ring_at, ready_at)
             FROM conversation",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, r#"0 inputs, 0 rows, ["c",4,4,null,null,6,0,0,null,null]"#);
}

/// Behind a clock that goes back, now is in the future.
#[test]
fn a_lease_of_no_time_keeps_nobody_from_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let (store, engine, endpoint) = (Sqlite::open(&file).unwrap(), engine(), Slow(Duration::ZERO));
    let worker = Worker::new(&store, &engine, &endpoint, &newcomer);
    store.receive("c", &Input::text("Hi")).unwrap();
    worker.work().unwrap();
    let until = || {
        let rows = "SELECT max(leased_until) FROM outbox";
        let read = Connection::open(&file)
            .unwrap()
            .query_row(rows, [], |row| row.get::<_, i64>(0));
        read.unwrap()
    };
    assert!(!store.deliveries(Some("c"), Duration::ZERO).unwrap().is_empty());
    assert_eq!(until(), 0_i64);
    assert!(!store.deliveries(Some("c"), Worker::LEASE).unwrap().is_empty());
    assert!(until() > 0);
}

/// Changes a stored file behind the store's back.
fn tamper(file: &Path, sql: &str) {
    Connection::open(file).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn what_is_damaged_is_an_error_that_names_it_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let store = Sqlite::open(&file).unwrap();
    for name in ["a", "b", "c", "d"] {
        assert_eq!(
            store.save(name, &Record::new(Customer::new(7))).unwrap(),
            Saved::Version(1)
        );
        store.receive(name, &Input::text("m-1").with_id("m-1")).unwrap();
    }
    tamper(
        &file,
        "UPDATE conversation SET session = '{\"format\":1,\"question\":' WHERE name = 'a';
         UPDATE conversation SET customer = NULL WHERE name = 'b';
         UPDATE inbox SET input = '{\"txt\":\"Hi\"}' WHERE conversation = 'c'",
    );
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(match store.claim(None, Worker::LEASE) {
            Ok(claim) => format!("{} is claimed", claim.unwrap().conversation),
            Err(error) => format!("{:?}: {error}", error.kind()),
        });
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    Unreadable: the session of `a` cannot be read: EOF while parsing a value at line 1 column 23
    Unreadable: the customer of `b` cannot be read: EOF while parsing a value at line 1 column 0
    Unreadable: the input of `c` cannot be read: unknown input `txt`: did you mean `text`?
    d is claimed
    ");
    assert_eq!(store.claim(None, Worker::LEASE).unwrap(), None);
    assert_eq!(store.load("a").unwrap_err().kind(), ErrorKind::Unreadable);
    // Where somebody mends it, the input has its first attempt.
    tamper(
        &file,
        "UPDATE conversation SET session = '{\"format\":1}', leased_until = 0, ready_at = 0 WHERE name = 'a'",
    );
    assert_eq!(store.claim(None, Worker::LEASE).unwrap().unwrap().attempt, 1);
}

#[test]
fn a_cell_that_holds_no_text_or_no_count_is_damage_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let store = Sqlite::open(&file).unwrap();
    let (engine, endpoint) = (engine(), Slow(Duration::ZERO));
    let worker = Worker::new(&store, &engine, &endpoint, &newcomer);
    for name in ["a", "b", "c", "d", "e", "f"] {
        for _ in 0..2 {
            store.receive(name, &Input::text("Hi")).unwrap();
        }
        worker.work_on(name).unwrap();
    }
    tamper(
        &file,
        "UPDATE conversation SET session = CAST(x'7b22ff223a317d' AS TEXT) WHERE name = 'a';
         UPDATE conversation SET name = CAST(x'62ff' AS TEXT) WHERE name = 'b';
         UPDATE inbox SET conversation = CAST(x'62ff' AS TEXT) WHERE conversation = 'b';
         UPDATE inbox SET input = NULL WHERE conversation = 'c';
         UPDATE conversation SET version = -1 WHERE name = 'd';
         UPDATE conversation SET attempts = -1, fence = -1 WHERE name = 'e';
         UPDATE outbox SET content = CAST(x'7b22ff223a317d' AS TEXT) WHERE conversation = 'a';
         UPDATE outbox SET conversation = CAST(x'62ff' AS TEXT) WHERE conversation = 'b'",
    );
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(match store.claim(None, Worker::LEASE) {
            Ok(claim) => {
                let claim = claim.unwrap();
                let changes = Changes {
                    session: claim.record.clone().unwrap().session,
                    customer: newcomer("a"),
                    outbox: Vec::new(),
                    ring: None,
                };
                let saved = store.commit(&claim, &changes).unwrap();
                format!("{}, attempt {}: {saved:?}", claim.conversation, claim.attempt)
            }
            Err(error) => format!("{:?}: {error}", error.kind()),
        });
    }
    for _ in 0..6 {
        seen.push(match store.deliveries(None, Worker::LEASE) {
            Ok(rows) => format!("{} is handed out", rows[0].key),
            Err(error) => format!("{:?}: {error}", error.kind()),
        });
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    Unreadable: the session of `a` cannot be read: invalid unicode code point at line 1 column 3
    Unreadable: the name of `b�` cannot be read: invalid utf-8 sequence of 1 bytes from index 1
    Unreadable: the input of `c` cannot be read: EOF while parsing a value at line 1 column 0
    Unreadable: the version of `d` cannot be -1
    e, attempt 1: Version(2)
    f, attempt 1: Version(2)
    Unreadable: the row `a/1/0` of `a` cannot be read: invalid unicode code point at line 1 column 3
    Unreadable: the name of `b�` cannot be read: invalid utf-8 sequence of 1 bytes from index 1
    c/1/0 is handed out
    d/1/0 is handed out
    e/1/0 is handed out
    f/1/0 is handed out
    ");
    assert_eq!(store.claim(None, Worker::LEASE).unwrap(), None);
    assert_eq!(store.deliveries(None, Worker::LEASE).unwrap(), []);
}

#[test]
fn a_row_that_cannot_be_read_holds_up_what_is_behind_it_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let store = Sqlite::open(&file).unwrap();
    damage::a_damaged_row_holds_up_what_is_behind_it_and_nobody_else(&store, || {
        tamper(
            &file,
            "UPDATE outbox SET content = '{\"hologram\":1}' WHERE key = 'web:1/1/1'",
        );
    });
}

#[test]
fn a_refused_input_that_cannot_be_read_is_listed_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let store = Sqlite::open(&file).unwrap();
    damage::a_refused_input_that_is_damaged_is_listed_without_it(&store, || {
        tamper(
            &file,
            "UPDATE inbox SET input = '{\"dance\":1}' WHERE conversation = 'web:1'",
        );
    });
}

#[test]
fn a_session_of_a_newer_version_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.db");
    let store = Sqlite::open(&file).unwrap();
    assert_eq!(
        store.save("c", &Record::new(Customer::new(7))).unwrap(),
        Saved::Version(1)
    );
    tamper(&file, "UPDATE conversation SET session = '{\"format\":999}'");
    assert_eq!(store.load("c").unwrap_err().kind(), ErrorKind::Unreadable);
    let session: String = Connection::open(&file)
        .unwrap()
        .query_row("SELECT session FROM conversation", [], |row| row.get(0))
        .unwrap();
    assert_eq!(session, "{\"format\":999}");
}

#[test]
fn a_file_that_is_no_store_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("text"), "Dear diary, ".repeat(1_000)).unwrap();
    drop(Sqlite::open(path("newer")).unwrap());
    tamper(&path("newer"), "PRAGMA user_version = 99");
    tamper(&path("other"), "CREATE TABLE orders (number TEXT)");
    let refused = |name: &str| {
        let before = fs::read(path(name)).unwrap_or_default();
        let error = Sqlite::open(path(name)).unwrap_err();
        let after = fs::read(path(name)).unwrap_or_default();
        assert!(after == before, "{name} was changed");
        let message = error.to_string().replace(&*folder.path().to_string_lossy(), "…");
        format!("{name}: {:?}: {message}", error.kind())
    };
    let told = ["text", "newer", "other", "no/folder"].map(refused);
    insta::assert_snapshot!(told.join("\n"), @r"
    text: Unreadable: cannot open …/text: SQLite: file is not a database
    newer: Newer: cannot open …/newer: this file has version 99, and this store knows versions up to 2: use the newer program that wrote it
    other: Newer: cannot open …/other: this file is another program's database: give the store a file of its own
    no/folder: Unavailable: cannot open …/no/folder: SQLite: unable to open database file: …/no/folder
    ");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_made_is_its_owners_alone_and_one_that_is_there_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let modes_of = |path: &str, name: &str| {
        let store = Sqlite::open(folder.path().join(path)).unwrap();
        store.receive("c", &Input::text("My secret")).unwrap();
        ["", "-wal", "-shm"].map(|behind| {
            let file = fs::metadata(folder.path().join(format!("{name}{behind}"))).unwrap();
            format!("{:o}", file.permissions().mode() & 0o777)
        })
    };
    let modes = |name: &str| modes_of(name, name);
    assert_eq!(modes("made.db"), ["600"; 3]);
    // A link to nothing, and a link to that.
    fs::create_dir(folder.path().join("disk")).unwrap();
    for (name, target) in [("link.db", "disk/behind.db"), ("far.db", "link.db")] {
        std::os::unix::fs::symlink(target, folder.path().join(name)).unwrap();
    }
    assert_eq!(modes_of("far.db", "disk/behind.db"), ["600"; 3]);
    assert_eq!(modes_of("link.db", "disk/behind.db"), ["600"; 3]);
    let there = folder.path().join("there.db");
    fs::write(&there, "").unwrap();
    fs::set_permissions(&there, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(modes("there.db"), ["640"; 3]);
}

#[test]
fn a_path_that_is_no_file_is_refused() {
    let told = ["", ":memory:"].map(|path| {
        let error = Sqlite::open(path).unwrap_err();
        format!("{:?}: {error}", error.kind())
    });
    insta::assert_snapshot!(told.join("\n"), @r"
    Unavailable: `` is no file: give the store the path of one, or take `Sqlite::in_memory` for a test
    Unavailable: `:memory:` is no file: give the store the path of one, or take `Sqlite::in_memory` for a test
    ");
}

/// The other process, in a folder of its own: a path that SQLite reads as a URI is a relative one.
#[test]
fn a_process_that_opens_files() {
    if env::var("SAYFLOW_STORE_ODD_FILES").is_err() {
        return;
    }
    for name in ODD_FILES {
        let store = Sqlite::open(name).unwrap();
        store.receive("c", &Input::text("Hi").with_id("m-1")).unwrap();
    }
}

const ODD_FILES: [&str; 3] = ["file:a.db?mode=memory", "file::memory:", ":a.db"];

#[test]
fn a_path_that_reads_as_a_uri_is_the_name_of_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_process_that_opens_files"])
        .current_dir(folder.path())
        .env("SAYFLOW_STORE_ODD_FILES", "1")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    for name in ODD_FILES {
        let store = Sqlite::open(folder.path().join(name)).unwrap();
        let again = store.receive("c", &Input::text("Hi").with_id("m-1"));
        assert_eq!(again.unwrap(), Received::Repeated, "{name}");
    }
}

#[test]
fn a_file_with_any_byte_changed_is_read_or_refused_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let (sound, damaged) = (folder.path().join("sound.db"), folder.path().join("damaged.db"));
    let engine = engine();
    {
        let store = Sqlite::open(&sound).unwrap();
        for number in 0..20 {
            store
                .receive(&format!("c-{number}"), &Input::text("m-1").with_id("m-1"))
                .unwrap();
        }
        Worker::new(&store, &engine, &Slow(Duration::ZERO), &newcomer)
            .work()
            .unwrap();
    }
    let bytes = fs::read(&sound).unwrap();
    let mut errors = 0;
    // Each place once, in steps that share no factor with a page.
    for round in 0..150 {
        let mut bytes = bytes.clone();
        let place = (round * 7_919) % bytes.len();
        bytes[place] ^= 0xff;
        let _ = fs::remove_file(damaged.with_extension("db-wal"));
        fs::write(&damaged, bytes).unwrap();
        errors += usize::from(use_it(&damaged, &engine).is_err());
    }
    assert!(errors > 0, "no damage was noticed");
}

#[test]
fn a_file_that_many_open_at_once_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let file = folder.path().join(format!("{round}.db"));
        thread::scope(|scope| {
            for number in 0..8 {
                let file = &file;
                scope.spawn(move || {
                    let store = Sqlite::open(file).unwrap();
                    store
                        .receive("c", &Input::text("Hi").with_id(format!("m-{number}")))
                        .unwrap();
                });
            }
        });
        let store = Sqlite::open(&file).unwrap();
        assert!(store.claim(None, Worker::LEASE).unwrap().is_some());
    }
}

/// Everything that can be done with a store.
fn use_it(file: &Path, engine: &Engine) -> Result<(), Error> {
    let store = Sqlite::open(file)?;
    let endpoint = Slow(Duration::ZERO);
    let worker = Worker::new(&store, engine, &endpoint, &newcomer);
    for number in 0..20 {
        store.load(&format!("c-{number}"))?;
    }
    store.receive("c-0", &Input::text("m-2"))?;
    for _ in 0..5 {
        worker.work()?;
    }
    for row in store.deliveries(None, Worker::LEASE)? {
        store.delivered(&row.key)?;
    }
    store.refused(10)?;
    store.prune(Duration::ZERO)?;
    Ok(())
}
