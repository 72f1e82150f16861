//! The store over a real PostgreSQL:
//! `examples/fleet/postgres.sh cargo test -p sayflow-store --features postgres --test postgres -- --ignored`

#![cfg(feature = "postgres")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod damage;
mod deeds;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use postgres::{Client, NoTls};
use proptest::prelude::{ProptestConfig, proptest};
use proptest::{collection, prop_assert_eq};
use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
use sayflow_store::{
    Changes, Did, Error, ErrorKind, Memory, Outgoing, Postgres, Received, Record, Saved, Store, Worker,
    conformance,
};

use deeds::{Tried, deed};

const LEASE: Duration = Duration::from_secs(60);

/// A schema of its own, so that no test sees another's rows.
struct Scratch {
    schema: String,
}

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{number}", std::process::id());
        admin().batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        Self { schema }
    }

    fn store(&self) -> Postgres {
        self.opened().unwrap()
    }

    fn opened(&self) -> Result<Postgres, Error> {
        opened(self.path())
    }

    fn execute(&self, statement: &str) {
        let mut client = admin();
        client.batch_execute(&self.path()).unwrap();
        client.batch_execute(statement).unwrap();
    }

    /// As if every claim had been made an hour ago.
    fn end_leases(&self) {
        self.execute(
            "UPDATE sayflow_session SET leased_until = leased_until - interval '1 hour', ready_at = now()
             WHERE leased_until IS NOT NULL",
        );
    }

    fn path(&self) -> String {
        format!("SET search_path TO {0}; SET application_name TO {0}", self.schema)
    }
}

/// A store whose connections are told this first.
fn opened(first: String) -> Result<Postgres, Error> {
    Postgres::connect(move || {
        let mut client = Client::connect(&address(), NoTls)?;
        client.batch_execute(&first)?;
        Ok(client)
    })
}

fn address() -> String {
    std::env::var("DATABASE_URL").expect("DATABASE_URL: examples/fleet/postgres.sh gives one")
}

fn admin() -> Client {
    Client::connect(&address(), NoTls).unwrap()
}

fn said(text: &str) -> Changes {
    Changes {
        session: Session::new(),
        customer: Customer::new(7),
        outbox: vec![Outgoing::Block(Block::Text {
            text: text.to_owned(),
        })],
        ring: None,
    }
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn every_promise_of_a_store_is_kept() {
    conformance::run(|| Scratch::new().store()).unwrap();
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_connection_that_broke_is_an_error_once() {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.now().unwrap();
    scratch.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = current_schema() AND pid <> pg_backend_pid()",
    );
    assert_eq!(store.now().unwrap_err().kind(), ErrorKind::Unavailable);
    store.now().unwrap();
}

/// As after a restart of the database: twenty idle connections, and no call under way.
#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn idle_connections_that_broke_are_one_error_together() {
    const CALLERS: usize = 20;
    let scratch = Scratch::new();
    let store = scratch.store();
    // Each caller waits for a row that is locked, so that all of them have a connection at once.
    let mut keeper = admin();
    keeper.batch_execute(&scratch.path()).unwrap();
    keeper.batch_execute("BEGIN; LOCK TABLE sayflow_inbox").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| store.receive("web:1", &Input::text("Hi")).unwrap());
        }
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE application_name = current_schema() AND wait_event_type = 'Lock'";
        let do_all_wait = (0..100_000).any(|_| {
            keeper.batch_execute("SELECT pg_stat_clear_snapshot()").unwrap();
            keeper.query_one(waiting, &[]).unwrap().get::<_, i64>(0) == CALLERS as i64
        });
        // Before anything else: they wait for it.
        keeper.batch_execute("COMMIT").unwrap();
        assert!(do_all_wait);
    });
    scratch.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = current_schema() AND pid <> pg_backend_pid()",
    );
    let failed = (0..40).filter(|_| store.now().is_err()).count();
    assert!(failed <= 1, "{failed} of 40 calls");
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn tables_of_a_newer_version_are_left_alone() {
    let scratch = Scratch::new();
    let first = scratch.store().save("web:1", &Record::new(Customer::new(7)));
    assert_eq!(first.unwrap(), Saved::Version(1));
    scratch.execute("UPDATE sayflow_store SET version = 1000");
    let error = scratch.opened().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Newer);
    assert_eq!(
        error.to_string(),
        "the tables are of version 1000, and this program knows 1: update it"
    );
    scratch.execute("UPDATE sayflow_store SET version = 1");
    assert_eq!(scratch.store().load("web:1").unwrap().unwrap().version, 1);
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_store_works_in_the_first_schema_of_the_search_path_alone() {
    let (first, second) = (Scratch::new(), Scratch::new());
    let shop = first.store();
    shop.receive("web:1", &Input::text("Hi").with_id("m-1")).unwrap();
    let path = format!("SET search_path TO {}, {}", second.schema, first.schema);
    let other = opened(path).unwrap();
    assert_eq!(other.claim(None, LEASE).unwrap(), None);
    let received = other.receive("web:1", &Input::text("Hi").with_id("m-1"));
    assert_eq!(received.unwrap(), Received::New);
    assert!(other.claim(None, LEASE).unwrap().is_some());
    assert!(shop.claim(None, LEASE).unwrap().is_some());
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_search_path_without_a_schema_is_an_error_that_says_so() {
    let error = opened("SET search_path TO no_such_schema".to_owned()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database refuses: no schema has been selected to create in"
    );
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_database_that_cannot_hold_every_text_is_refused_when_it_is_opened() {
    let name = format!("latin_{}", std::process::id());
    admin()
        .batch_execute(&format!(
            "CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        ))
        .unwrap();
    let database = name.clone();
    let latin = Postgres::connect(move || {
        let mut config: postgres::Config = address().parse()?;
        config.dbname(&database).connect(NoTls)
    });
    let told = [
        latin.unwrap_err(),
        opened("SET client_encoding TO 'LATIN1'".to_owned()).unwrap_err(),
    ];
    admin().batch_execute(&format!("DROP DATABASE {name}")).unwrap();
    assert!(told.iter().all(|error| error.kind() == ErrorKind::Newer));
    insta::assert_snapshot!(told.map(|error| error.to_string()).join("\n"), @r"
    the database has the encoding LATIN1, which cannot hold every message: make one with `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`
    the connection has the encoding LATIN1: leave `client_encoding` at UTF8
    ");
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_turn_that_cannot_be_written_is_done_again_until_it_can_be() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let engine =
        Engine::new(Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")]).unwrap());
    let newcomer = |_: &str| Customer::new(7);
    let worker = Worker::new(&store, &engine, &NoCalls, &newcomer).with_lease(Duration::ZERO);
    store.receive("web:1", &Input::start()).unwrap();
    scratch.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON sayflow_outbox FOR EACH ROW EXECUTE FUNCTION full_disk()",
    );
    for _ in 0..=Worker::ATTEMPTS {
        assert_eq!(worker.work().unwrap_err().kind(), ErrorKind::Unavailable);
    }
    scratch.execute("DROP TRIGGER full_disk ON sayflow_outbox");
    assert!(matches!(worker.work().unwrap(), Did::Turn { .. }));
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn what_a_customer_wrote_is_gone_from_the_inbox_when_it_is_handled() {
    let scratch = Scratch::new();
    let store = scratch.store();
    for id in ["m-1", "m-2"] {
        store
            .receive("web:1", &Input::text("My secret").with_id(id))
            .unwrap();
    }
    let claim = store.claim(None, LEASE).unwrap().unwrap();
    assert_eq!(store.commit(&claim, &said("Hello!")).unwrap(), Saved::Version(1));
    let claim = store.claim(None, LEASE).unwrap().unwrap();
    assert_eq!(store.refuse(&claim, "no").unwrap(), Saved::Version(1));
    let mut client = admin();
    client.batch_execute(&scratch.path()).unwrap();
    let kept = "SELECT count(id), count(input) FROM sayflow_inbox";
    let row = client.query_one(kept, &[]).unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (2, 0));
    assert_eq!(store.refused(1).unwrap()[0].input, Some(claim.input));
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn pruning_that_is_broken_off_has_forgotten_nothing() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let input = Input::text("Hi").with_id("m-1");
    store.receive("web:1", &input).unwrap();
    let claim = store.claim(None, LEASE).unwrap().unwrap();
    assert_eq!(store.refuse(&claim, "no").unwrap(), Saved::Version(0));
    scratch.execute(
        "CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$;
         CREATE TRIGGER stays BEFORE DELETE ON sayflow_refused FOR EACH ROW EXECUTE FUNCTION stays()",
    );
    let error = store.prune(Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(store.receive("web:1", &input).unwrap(), Received::Repeated);
    scratch.execute("DROP TRIGGER stays ON sayflow_refused");
    assert_eq!(store.prune(Duration::ZERO).unwrap(), 1);
    assert_eq!(store.receive("web:1", &input).unwrap(), Received::New);
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn of_a_customer_who_was_forgotten_a_name_and_two_numbers_stay() {
    let scratch = Scratch::new();
    let store = scratch.store();
    for id in ["m-1", "m-2", "m-3"] {
        store.receive("web:1", &Input::text("Hi").with_id(id)).unwrap();
    }
    let claim = store.claim(None, LEASE).unwrap().unwrap();
    assert_eq!(store.commit(&claim, &said("Hello!")).unwrap(), Saved::Version(1));
    let claim = store.claim(None, LEASE).unwrap().unwrap();
    assert_eq!(store.refuse(&claim, "no").unwrap(), Saved::Version(1));
    assert_eq!(store.deliveries(None, LEASE).unwrap().len(), 1);
    store.forget("web:1").unwrap();
    let mut client = admin();
    client.batch_execute(&scratch.path()).unwrap();
    let left = "
        SELECT to_json(session)::text,
          (SELECT count(*) FROM sayflow_record) + (SELECT count(*) FROM sayflow_inbox)
            + (SELECT count(*) FROM sayflow_outbox) + (SELECT count(*) FROM sayflow_refused)
        FROM sayflow_session AS session";
    let row = client.query_one(left, &[]).unwrap();
    let (session, others): (String, i64) = (row.get(0), row.get(1));
    assert_eq!(others, 0);
    insta::assert_snapshot!(session, @r#"{"conversation":"web:1","version":2,"forgotten":2,"fence":3,"attempts":0,"leased_until":null,"rings_at":null,"ready_at":null,"deliver_at":null,"taken_version":null,"taken_place":null}"#);
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn what_the_database_never_takes_is_no_matter_of_waiting() {
    let scratch = Scratch::new();
    let store = scratch.store();
    store.receive("web:1", &Input::start()).unwrap();
    let claim = store.claim(None, LEASE).unwrap().unwrap();
    // As where a text is longer than PostgreSQL's longest.
    scratch.execute(
        "CREATE FUNCTION too_long() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE program_limit_exceeded; END $$;
         CREATE TRIGGER too_long BEFORE INSERT ON sayflow_outbox FOR EACH ROW EXECUTE FUNCTION too_long()",
    );
    let error = store.commit(&claim, &said("Hi!")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unwritable, "{error}");
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_damaged_session_is_an_error_and_holds_up_nobody() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let _ = store.save("web:1", &Record::new(Customer::new(7))).unwrap();
    scratch.execute("UPDATE sayflow_record SET session = '{\"format\":1,'");
    for conversation in ["web:1", "web:2"] {
        store.receive(conversation, &Input::text("Hi")).unwrap();
    }
    assert_eq!(store.load("web:1").unwrap_err().kind(), ErrorKind::Unreadable);
    let error = store.claim(None, LEASE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert_eq!(
        error.to_string(),
        "the session of `web:1` cannot be read: EOF while parsing a value at line 1 column 12"
    );
    assert_eq!(store.claim(None, LEASE).unwrap().unwrap().conversation, "web:2");
    assert_eq!(store.claim(None, LEASE).unwrap(), None);
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_claim_that_cannot_be_read_is_no_attempt() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let _ = store.save("web:1", &Record::new(Customer::new(7))).unwrap();
    store.receive("web:1", &Input::text("Hi")).unwrap();
    // A newer program has written the session, and workers of this one come before it does.
    scratch.execute("UPDATE sayflow_record SET session = '{\"format\":999}'");
    for _ in 0..12 {
        assert_eq!(
            store.claim(None, LEASE).unwrap_err().kind(),
            ErrorKind::Unreadable
        );
        assert_eq!(store.claim(None, LEASE).unwrap(), None);
        scratch.end_leases();
    }
    scratch.execute("UPDATE sayflow_record SET session = '{\"format\":1}'");
    for attempt in 1..=2 {
        assert_eq!(store.claim(None, LEASE).unwrap().unwrap().attempt, attempt);
        scratch.end_leases();
    }
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_record_that_is_gone_is_an_error_and_no_new_session() {
    let scratch = Scratch::new();
    let store = scratch.store();
    let _ = store.save("web:1", &Record::new(Customer::new(7))).unwrap();
    store.receive("web:1", &Input::text("Hi")).unwrap();
    scratch.execute("DELETE FROM sayflow_record");
    assert_eq!(store.load("web:1").unwrap_err().kind(), ErrorKind::Unreadable);
    assert_eq!(
        store.claim(None, LEASE).unwrap_err().kind(),
        ErrorKind::Unreadable
    );
    assert_eq!(store.claim(None, LEASE).unwrap(), None);
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_row_that_cannot_be_read_holds_up_what_is_behind_it_and_nobody_else() {
    let scratch = Scratch::new();
    damage::a_damaged_row_holds_up_what_is_behind_it_and_nobody_else(&scratch.store(), || {
        scratch.execute(
            "UPDATE sayflow_outbox SET outgoing = '{\"hologram\":1}' WHERE conversation = 'web:1' AND place = 1",
        );
    });
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn a_refused_input_that_cannot_be_read_is_listed_without_it() {
    let scratch = Scratch::new();
    damage::a_refused_input_that_is_damaged_is_listed_without_it(&scratch.store(), || {
        scratch.execute("UPDATE sayflow_refused SET input = '{\"dance\":1}' WHERE conversation = 'web:1'");
    });
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn many_programs_may_make_the_tables_at_once() {
    let scratch = Scratch::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| scratch.store().now().unwrap());
        }
    });
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn no_arrival_is_overlooked_by_the_commit_that_it_meets() {
    let store = Scratch::new().store();
    let (arrivals, turns) = (400, AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..arrivals {
                let input = Input::text("Hi").with_id(format!("m-{number}"));
                assert_eq!(store.receive("web:1", &input).unwrap(), Received::New);
            }
        });
        for _ in 0..3 {
            scope.spawn(|| {
                while turns.load(Ordering::Relaxed) < arrivals {
                    let Some(claim) = store.claim(None, LEASE).unwrap() else {
                        continue;
                    };
                    let number = turns.fetch_add(1, Ordering::Relaxed);
                    assert_eq!(claim.input.id, Some(format!("m-{number}")));
                    let saved = store.commit(&claim, &said("Hi")).unwrap();
                    assert!(matches!(saved, Saved::Version(_)));
                }
            });
        }
    });
    let version = store.load("web:1").unwrap().unwrap().version;
    assert_eq!(version, arrivals as u64);
}

#[test]
#[ignore = "needs PostgreSQL: .ci/run runs it"]
fn rows_that_come_while_others_are_delivered_follow_at_once() {
    let store = Scratch::new().store();
    for (id, version) in [("m-1", 1), ("m-2", 2)] {
        store.receive("web:1", &Input::text("Hi").with_id(id)).unwrap();
        let claim = store.claim(None, LEASE).unwrap().unwrap();
        let saved = store.commit(&claim, &said("Hello!")).unwrap();
        assert_eq!(saved, Saved::Version(version));
        if version == 1 {
            assert_eq!(store.deliveries(None, LEASE).unwrap().len(), 1);
        }
    }
    assert_eq!(store.deliveries(None, LEASE).unwrap(), []);
    store.delivered("web:1/1/0").unwrap();
    let next = store.deliveries(None, LEASE).unwrap();
    assert_eq!(next.first().map(|row| row.key.as_str()), Some("web:1/2/0"));
}

proptest! {
    // Each case has a schema of its own.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    #[ignore = "needs PostgreSQL: .ci/run runs it"]
    fn whatever_is_done_it_answers_as_the_store_in_memory(deeds in collection::vec(deed(), 1..60)) {
        let mut memory = Tried::new(Memory::new());
        let mut database = Tried::new(Scratch::new().store());
        for (place, deed) in deeds.iter().enumerate() {
            let (one, other) = (memory.does(deed), database.does(deed));
            prop_assert_eq!(one, other, "deed {}: {:?}", place, deed);
        }
    }
}
