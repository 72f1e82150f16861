//! The webhook, asked over HTTP as Telegram asks.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod running;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use running::{
    Posting, SECRET, Server, Shop, answer, answered, send, tap, text, texts, until_it_is_not_busy,
};
use rusqlite::Connection;
use sayflow::Input;
use sayflow_store::{Sqlite, Store, Worker};
use serde_json::json;
use tempfile::TempDir;

const NO_SHOP: &str = "http://127.0.0.1:1";

/// A folder for a store that vanishes with the value.
fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Begins a conversation and asks for an order, which the shop has been asked for and has not answered.
fn ordering(server: &Server, shop: &Shop) -> (Posting, TcpStream) {
    server.post(&text(1, "/start"));
    let asking = server.posting(&text(2, "AB-204816"));
    (asking, shop.asked())
}

#[test]
fn a_conversation_over_several_requests() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    let (status, start) = server.post(&text(1, "/start"));
    assert_eq!(
        (status, texts(&start)),
        (200, vec!["Hello Asha!", "What is your order number?"])
    );
    let (_, wrong) = server.post(&text(2, "no idea"));
    assert_eq!(texts(&wrong), ["It looks like AB-123456."]);

    let asking = server.posting(&text(3, "AB-204816"));
    answer(shop.asked(), "packed");
    let order = answered(asking);
    assert_eq!(texts(&order), ["Order AB-204816: packed.", "Anything else?"]);

    let person = order["blocks"][1]["options"][1]["id"].as_str().unwrap();
    let (_, handed) = server.post(&tap(4, person));
    assert_eq!(texts(&handed), ["One moment."]);
    let (status, silent) = server.post(&text(5, "Hello?"));
    assert_eq!((status, silent), (200, json!({ "blocks": [] })));
}

#[test]
fn an_update_that_is_delivered_twice_has_one_answer() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    let first = server.post(&text(1, "/start"));
    assert_eq!(server.post(&text(1, "/start")), first);

    // Again while the first delivery still waits for the shop: later, please.
    let order = text(2, "AB-204816");
    let asking = server.posting(&order);
    let request = shop.asked();
    let (status, busy) = server.post(&order);
    assert_eq!((status, busy), (503, json!({ "error": "busy: try again" })));
    answer(request, "packed");
    let packed = answered(asking);
    assert_eq!(texts(&packed), ["Order AB-204816: packed.", "Anything else?"]);

    // And once it is done: the same, without asking the shop, and the conversation is where it was.
    for _ in 0..2 {
        assert_eq!(server.post(&order), (200, packed.clone()));
    }
    assert_eq!(server.post(&text(1, "/start")), first);
    assert_eq!(
        texts(&server.post(&text(3, "another order")).1),
        ["What is your order number?"]
    );
}

#[test]
fn what_is_said_while_the_shop_takes_its_time_is_answered_when_it_comes_again() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    let (asking, request) = ordering(&server, &shop);
    for id in 3..=14 {
        assert_eq!(server.post(&text(id, "another order")).0, 503);
    }
    answer(request, "packed");
    let order = answered(asking);
    assert_eq!(texts(&order), ["Order AB-204816: packed.", "Anything else?"]);
    for id in 3..=14 {
        let (status, said) = server.post(&text(id, "another order"));
        let expected = match id {
            3 => "What is your order number?",
            _ => "It looks like AB-123456.",
        };
        assert_eq!((status, texts(&said)), (200, vec![expected]), "{id}");
    }
}

/// The last of them first: its turn comes behind the others. Those that the session has forgotten by then go out with it.
#[test]
fn whatever_the_order_in_which_updates_come_again_each_answer_is_read_once() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    let (asking, request) = ordering(&server, &shop);
    for id in 3..=14 {
        server.post(&text(id, if id == 3 { "another order" } else { "no idea" }));
    }
    answer(request, "packed");
    asking.join().unwrap().unwrap();
    let (_, last) = server.post(&text(14, "no idea"));
    assert_eq!(
        texts(&last).split_first(),
        Some((
            &"What is your order number?",
            ["It looks like AB-123456."; 4].as_slice()
        ))
    );
    for id in 3..=6 {
        let said = if id == 3 { "another order" } else { "no idea" };
        assert_eq!(
            server.post(&text(id, said)),
            (200, json!({ "blocks": [] })),
            "{id}"
        );
    }
    for id in 7..=13 {
        let (_, said) = server.post(&text(id, "no idea"));
        assert_eq!(texts(&said), ["It looks like AB-123456."], "{id}");
    }
}

/// More rows than a store hands out at once, of updates that never come again.
#[test]
fn what_nobody_asks_for_hides_nothing_and_does_not_pile_up() {
    let (folder, shop) = (folder(), Shop::open());
    let path = folder.path().join("bot.sqlite");
    let server = Server::start(&path, &shop.origin);
    let (asking, request) = ordering(&server, &shop);
    for id in 3..=132 {
        assert_eq!(server.post(&text(id, "no idea")).0, 503);
    }
    answer(request, "packed");
    asking.join().unwrap().unwrap();
    let asking = server.posting(&text(200, "AB-204817"));
    answer(shop.asked(), "packed");
    let order = answered(asking);
    // No more than anybody reads, the newest of them; and then its own answer.
    let (own, late) = (texts(&order).split_off(100), texts(&order).len() - 2);
    assert_eq!(
        (own, late),
        (vec!["Order AB-204817: packed.", "Anything else?"], 100),
    );
    let person = order["blocks"][101]["options"][1]["id"].as_str().unwrap();
    let (_, handed) = server.post(&tap(201, person));
    assert_eq!(
        texts(&handed).split_last(),
        Some((&"One moment.", ["It looks like AB-123456."].as_slice()))
    );
    assert_eq!(
        server.told(),
        r#"telegram:7: Event(Handover { team: "Support", priority: None })"#
    );
    // Six of the last eight turns had an answer that nobody has asked for.
    let file = Connection::open(&path).unwrap();
    let waiting = "SELECT count(*) FROM outbox WHERE delivered_at IS NULL";
    let waiting: i64 = file.query_row(waiting, [], |row| row.get(0)).unwrap();
    assert_eq!(waiting, 6);
}

#[test]
fn an_update_that_was_refused_takes_no_answer_of_another() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    server.post(&text(1, "/start"));
    let forged = tap(2, "forged#id!");
    let nothing = (200, json!({ "blocks": [] }));
    assert_eq!(server.post(&forged), nothing);
    let asking = server.posting(&text(3, "AB-204816"));
    let request = shop.asked();
    assert_eq!(server.post(&text(4, "help")).0, 503);
    answer(request, "packed");
    asking.join().unwrap().unwrap();
    server.post(&text(5, "Hello?"));
    assert_eq!(server.post(&forged), nothing);
    assert_eq!(
        texts(&server.post(&text(4, "help")).1).first(),
        Some(&"Write to care@shop.example.")
    );
    assert_eq!(server.post(&forged), nothing);
}

/// Whoever asked has gone before there was an answer, and comes again when the session has forgotten it.
#[test]
fn an_answer_that_nobody_waited_for_is_given_with_a_later_one() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    server.post(&text(1, "/start"));
    let order = text(2, "AB-204816");
    let gone = server.asked_by_somebody_who_goes(&order);
    let request = shop.asked();
    gone();
    answer(request, "packed");
    let first = until_it_is_not_busy(|| server.post(&text(3, "no idea")));
    assert_eq!(texts(&first).len(), 1);
    for id in 4..=9 {
        assert_eq!(texts(&server.post(&text(id, "no idea")).1).len(), 1, "{id}");
    }
    let (_, tenth) = server.post(&text(10, "no idea"));
    assert_eq!(texts(&tenth)[..2], ["Order AB-204816: packed.", "Anything else?"]);
    assert_eq!(server.post(&order), (200, json!({ "blocks": [] })));
}

#[test]
fn an_update_that_comes_again_after_many_others_is_taken_without_a_word() {
    let folder = folder();
    let server = Server::start(&folder.path().join("bot.sqlite"), NO_SHOP);
    for id in 1..=10 {
        assert!(!texts(&server.post(&text(id, "no idea")).1).is_empty());
    }
    assert_eq!(server.post(&text(1, "no idea")), (200, json!({ "blocks": [] })));
}

#[test]
fn an_update_whose_turn_never_ended_is_given_up() {
    let folder = folder();
    let path = folder.path().join("bot.sqlite");
    let store = Sqlite::open(&path).unwrap();
    store
        .receive("telegram:7", &Input::text("Hi").with_id("1"))
        .unwrap();
    for _ in 0..Worker::ATTEMPTS {
        assert!(store.claim(Some("telegram:7"), Duration::ZERO).unwrap().is_some());
    }
    let server = Server::start(&path, NO_SHOP);
    for _ in 0..2 {
        assert_eq!(server.post(&text(1, "Hi")), (200, json!({ "blocks": [] })));
    }
    assert_eq!(texts(&server.post(&text(2, "Hi")).1).len(), 2);
}

/// What a process that died has begun is not kept from the next one until a lease ends.
#[test]
fn a_turn_in_whose_middle_the_process_died_is_begun_again_at_once() {
    let (folder, shop) = (folder(), Shop::open());
    let path = folder.path().join("bot.sqlite");
    let server = Server::start(&path, &shop.origin);
    let (asking, _never_answered) = ordering(&server, &shop);
    drop(server);
    asking.join().unwrap().unwrap_err();

    let server = Server::start(&path, NO_SHOP);
    let (status, order) = server.post(&text(2, "AB-204816"));
    assert_eq!(
        (status, texts(&order)),
        (
            200,
            vec!["I cannot see order AB-204816 right now.", "Anything else?"]
        )
    );
}

#[test]
fn whoever_does_not_know_the_secret_is_refused() {
    let folder = folder();
    let server = Server::start(&folder.path().join("bot.sqlite"), NO_SHOP);
    let body = text(1, "/start").to_string();
    let longer = format!("{SECRET}!");
    for secret in [
        None,
        Some(""),
        Some("S3cret-token"),
        Some("s3cret"),
        Some(longer.as_str()),
    ] {
        let (status, reply) = server.send(secret, &body);
        assert_eq!(status, 401, "{secret:?}");
        assert_eq!(reply, json!({ "error": "the secret token is missing or wrong" }));
    }
    // None of them was a message.
    assert_eq!(
        texts(&server.post(&text(2, "Hi")).1).first(),
        Some(&"Hello Asha!")
    );
}

#[test]
fn a_bad_body_is_refused_with_a_reason() {
    let folder = folder();
    let server = Server::start(&folder.path().join("bot.sqlite"), NO_SHOP);
    let table = [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("<html>", "expected value at line 1 column 1"),
        ("{}", "missing field `update_id` at line 1 column 2"),
        (
            r#"{"update_id": "1"}"#,
            "invalid type: string \"1\", expected i64 at line 1 column 17",
        ),
    ];
    for (body, reason) in table {
        assert_eq!(
            server.send(Some(SECRET), body),
            (400, json!({ "error": reason })),
            "{body}"
        );
    }
    let long = text(1, &"a".repeat(64 << 10)).to_string();
    let refused = send(&server.address, Some(SECRET), &long).unwrap();
    assert_eq!(refused.status(), 413);
}

#[test]
fn what_the_bot_does_not_listen_to_is_taken_without_a_word() {
    let folder = folder();
    let server = Server::start(&folder.path().join("bot.sqlite"), NO_SHOP);
    let mut sticker = text(1, "");
    sticker["message"].as_object_mut().unwrap().remove("text");
    let mut of_a_channel = text(5, "Hi");
    of_a_channel["message"].as_object_mut().unwrap().remove("from");
    let poll = json!({"update_id": 2, "poll": {}});
    for update in [sticker, poll, tap(3, "forged#id!"), of_a_channel] {
        assert_eq!(server.post(&update).0, 200, "{update}");
    }
    assert_eq!(texts(&server.post(&text(4, "Hi")).1).len(), 2);
}

#[test]
fn a_conversation_goes_on_after_a_restart() {
    let folder = folder();
    let store = folder.path().join("bot.sqlite");
    let server = Server::start(&store, NO_SHOP);
    let start = server.post(&text(1, "/start"));
    server.terminate();
    assert!(server.wait().success());

    let server = Server::start(&store, NO_SHOP);
    assert_eq!(server.post(&text(1, "/start")), start);
    assert_eq!(
        texts(&server.post(&text(2, "no idea")).1),
        ["It looks like AB-123456."]
    );
    // Killed, without a chance to say good-bye.
    drop(server);

    let server = Server::start(&store, NO_SHOP);
    let (_, order) = server.post(&text(3, "AB-204816"));
    assert_eq!(
        texts(&order),
        ["I cannot see order AB-204816 right now.", "Anything else?"]
    );
}

#[test]
fn a_server_that_is_told_to_stop_finishes_what_it_has_begun() {
    let (folder, shop) = (folder(), Shop::open());
    let server = Server::start(&folder.path().join("bot.sqlite"), &shop.origin);
    let (asking, request) = ordering(&server, &shop);
    server.terminate();
    // It listens to nobody new, and still owes an answer.
    while send(&server.address, Some(SECRET), "{}").is_ok() {}
    answer(request, "packed");
    let order = answered(asking);
    assert_eq!(texts(&order), ["Order AB-204816: packed.", "Anything else?"]);
    assert!(server.wait().success());
}

/// The old one still owes an answer, and the channel sends the update to the new one, too.
#[test]
fn a_server_that_is_started_before_the_other_has_stopped_waits_for_it() {
    let (folder, shop) = (folder(), Shop::open());
    let path = folder.path().canonicalize().unwrap().join("bot.sqlite");
    let server = Server::start(&path, &shop.origin);
    let (asking, request) = ordering(&server, &shop);
    let (mut early, said) = Server::too_early(&path, &shop.origin);
    let file = path.with_extension("sqlite.lock");
    assert_eq!(
        said,
        format!(
            "another process has {}: waiting for it to end, for at most 35 s",
            file.display()
        )
    );
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.terminate();
    assert!(!early.is_over());
    answer(request, "packed");
    let order = answered(asking);
    assert!(server.wait().success());

    let server = early.listens();
    assert_eq!(server.post(&text(2, "AB-204816")), (200, order));
    assert!(shop.is_left_alone());
}

#[test]
fn whether_anybody_reads_what_it_prints_is_no_reason_to_stop() {
    let folder = folder();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = Server::command(&folder.path().join("bot.sqlite"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let command = command.env("LISTEN", free.to_string()).stdout(full);
    let server = Server::unheard(command, free);
    assert_eq!(texts(&server.post(&text(1, "/start")).1).len(), 2);
}

#[test]
fn a_handover_that_nobody_could_be_told_of_is_told_later() {
    let folder = folder();
    let store = folder.path().join("bot.sqlite");
    let (server, lines) = Server::unread(&store, NO_SHOP);
    server.post(&text(1, "/start"));
    let (_, order) = server.post(&text(2, "AB-204816"));
    let person = order["blocks"][1]["options"][1]["id"].as_str().unwrap();
    // Whoever read along has gone.
    drop(lines);
    let (status, handed) = server.post(&tap(3, person));
    assert_eq!((status, texts(&handed)), (200, vec!["One moment."]));
    drop(server);

    let server = Server::start(&store, NO_SHOP);
    assert_eq!(server.post(&tap(3, person)), (200, handed));
    assert_eq!(
        server.told(),
        r#"telegram:7: Event(Handover { team: "Support", priority: None })"#
    );
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let folder = folder();
    let latin = OsStr::from_bytes(b"caf\xe9");
    let no_origin = "SHOP is no origin: set it to one such as http://127.0.0.1:9000, or unset it\n";
    let mut table = vec![
        ("SHOP", OsStr::new("nonsense"), no_origin.to_owned()),
        ("SHOP", OsStr::new("ftp://127.0.0.1"), no_origin.to_owned()),
        ("SHOP", OsStr::new("http://127.0.0.1/?a"), no_origin.to_owned()),
        (
            "LISTEN",
            OsStr::new("127.0.0.1:http"),
            "cannot listen on 127.0.0.1:http (LISTEN): invalid port value\n".to_owned(),
        ),
    ];
    for name in ["TELEGRAM_SECRET", "STORE", "LISTEN", "SHOP"] {
        let (empty, no_text) = ("is empty: give it a value", "is not UTF-8: write it in UTF-8");
        table.push((name, OsStr::new(""), format!("{name} {empty}, or unset it\n")));
        table.push((name, latin, format!("{name} {no_text}, or unset it\n")));
    }
    for (name, value, said) in table {
        let mut command = Server::command(&folder.path().join("bot.sqlite"));
        let ended = command.env(name, value).output().unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(
            (ended.status.code(), &*errors),
            (Some(1), said.as_str()),
            "{name}={value:?}"
        );
    }
    let mut command = Server::command(&folder.path().join("bot.sqlite"));
    let ended = command.env_remove("TELEGRAM_SECRET").output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&ended.stderr),
        "TELEGRAM_SECRET is not set: set it to the secret that `setWebhook` was given\n"
    );
}

#[test]
fn what_is_old_is_forgotten() {
    let folder = folder();
    let path = folder.path().join("bot.sqlite");
    let server = Server::start(&path, NO_SHOP);
    server.post(&text(1, "/start"));
    drop(server);
    let file = Connection::open(&path).unwrap();
    file.execute_batch("UPDATE inbox SET handled_at = 0; UPDATE outbox SET delivered_at = 0")
        .unwrap();
    let _server = Server::start(&path, NO_SHOP);
    for table in ["inbox", "outbox"] {
        let rows: i64 = file
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

/// More of them than there are places; and one who is in the middle of a request when the server is told to stop.
#[test]
fn strangers_who_say_nothing_are_sent_away() {
    let folder = folder();
    let server = Server::start(&folder.path().join("bot.sqlite"), NO_SHOP);
    let silent: Vec<TcpStream> = (0..200)
        .map(|_| TcpStream::connect(&server.address).unwrap())
        .collect();
    assert_eq!(server.post(&text(1, "/start")).0, 200);
    drop(silent);
    let mut half = TcpStream::connect(&server.address).unwrap();
    half.write_all(b"POST /telegram HTTP/1.1\r\nHost: x\r\nX-A: ")
        .unwrap();
    server.terminate();
    assert!(server.wait().success());
}

#[test]
fn the_webhook_is_short() {
    for file in [
        include_str!("../src/main.rs"),
        include_str!("../src/bot.rs"),
        include_str!("../src/lock.rs"),
        include_str!("../src/outbox.rs"),
        include_str!("../src/server.rs"),
        include_str!("../src/settings.rs"),
        include_str!("../src/update.rs"),
    ] {
        let lines = file.lines().count();
        assert!(lines <= 150, "{lines} lines");
    }
}
