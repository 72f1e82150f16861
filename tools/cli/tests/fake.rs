//! `sayflow fake` and the files of `run --fake`, as their author sees them.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod binary;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use binary::sayflow;
use snapbox::{Assert, file};
use tempfile::TempDir;

/// A process that is ended with its test.
struct Fake {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Fake {
    /// `sayflow fake` on a free port, with arguments separated by blanks.
    fn start(arguments: &str) -> Self {
        Self::start_with(arguments, None)
    }

    fn start_with(arguments: &str, token: Option<&str>) -> Self {
        let mut process = Command::new(snapbox::cmd::cargo_bin!("sayflow"))
            .args(["fake", "--port", "0"])
            .args(arguments.split_whitespace())
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows"))
            .env("SHOP_TOKEN", token.unwrap_or_default())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let output = BufReader::new(process.stdout.take().expect("an output"));
        Self { process, output }
    }

    /// What is shown up to and with a line that begins so.
    fn shown_until(&mut self, begin: &str) -> String {
        let mut shown = String::new();
        loop {
            let start = shown.len();
            let read = self.output.read_line(&mut shown).expect("an output");
            if read == 0 || shown[start..].trim_start().starts_with(begin) {
                return shown;
            }
        }
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn port(shown: &str) -> u16 {
    let (_, behind) = shown.split_once("http://127.0.0.1:").expect("an address");
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a port")
}

fn ask(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream
        .write_all(request.replace('\n', "\r\n").as_bytes())
        .expect("a request");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("a reply");
    reply
}

fn assert_shown(shown: &str, page: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(page);
    let shown = shown.replace(&port(shown).to_string(), "PORT");
    Assert::new()
        .action_env("SNAPSHOTS")
        .eq(shown, snapbox::Data::read_from(&page, None).raw());
}

/// A flow with an API of its own and files for it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "attribute order_no: text\n\
         api status: text {\n  get \"https://shop.example/orders/{{order_no|none}}\"\n}\n\
         on start {\n  text \"<<status>>\" else \"Sorry.\"\n}\n";
    fs::create_dir(folder.path().join("fake")).expect("a folder");
    fs::write(folder.path().join("a.flow"), flow).expect("a file");
    for (name, text) in files {
        fs::write(folder.path().join("fake").join(name), text).expect("a file");
    }
    folder
}

#[test]
fn a_fake_shows_how_it_is_reached_and_what_arrives() {
    let mut fake = Fake::start("shop --outcome picks=not-json");
    let mut shown = fake.shown_until("SHOP_TOKEN=fake-SHOP_TOKEN sayflow run");
    let port = port(&shown);
    let token = "X-Shop-Token: fake-SHOP_TOKEN\nConnection: close\n";
    let body = "{\"uid\":7,\"first_name\":\"\\u001b[31mAsha\"}";
    let requests = [
        format!("GET /shop/v1/orders/AB-1?x=%1b HTTP/1.1\n{token}\n"),
        format!(
            "POST /v1/picks HTTP/1.1\n{token}Content-Length: {}\n\n{body}",
            body.len()
        ),
        "GET /v1/banner HTTP/1.1\nConnection: close\nX-Shop-Token: wr0ng\n\n".to_owned(),
        "GET /v1/baner HTTP/1.1\nConnection: close\n\n".to_owned(),
    ];
    for request in requests {
        ask(port, &request);
        shown.push_str(&fake.shown_until("⇢"));
    }
    assert!(!shown.contains('\x1b') && !shown.contains("wr0ng"), "{shown}");
    assert_shown(&shown, "fake.txt");
}

#[test]
fn a_fake_for_programs_says_one_object_a_line() {
    let mut fake = Fake::start("shop --json");
    let mut shown = fake.shown_until("{");
    let port = port(&shown);
    ask(
        port,
        "GET /v1/orders/AB-1 HTTP/1.1\nConnection: close\nX-Shop-Token: fake-SHOP_TOKEN\n\n",
    );
    shown.push_str(&fake.shown_until("{"));
    assert_shown(&shown, "fake_json.txt");
}

#[test]
fn a_secret_of_the_environment_is_expected_and_never_shown() {
    let mut fake = Fake::start_with("shop", Some("s3cret"));
    let mut shown = fake.shown_until("sayflow run");
    let request =
        |token| format!("GET /v1/banner?x=s3cret HTTP/1.1\nConnection: close\nX-Shop-Token: {token}\n\n");
    let port = port(&shown);
    assert!(ask(port, &request("s3cret")).starts_with("HTTP/1.1 200 "));
    let refused = ask(port, &request("fake-SHOP_TOKEN"));
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    shown.push_str(&fake.shown_until("⇢ 200"));
    shown.push_str(&fake.shown_until("⇢ 401"));
    assert!(
        !shown.contains("s3cret") && !refused.contains("s3cret"),
        "{shown}{refused}"
    );
    assert!(
        shown.contains("SHOP_TOKEN  (as the environment has it)"),
        "{shown}"
    );
}

#[test]
fn a_chat_talks_to_a_fake_of_another_process() {
    let mut fake = Fake::start("shop");
    let shown = fake.shown_until("SHOP_TOKEN=fake-SHOP_TOKEN sayflow run");
    let arguments = format!(
        "run shop --start track --server shop=http://127.0.0.1:{}/shop",
        port(&shown)
    );
    let output = sayflow(&arguments)
        .env("SHOP_TOKEN", "fake-SHOP_TOKEN")
        .stdin("AB-123456\n")
        .output()
        .expect("the binary runs");
    let chat = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        chat.contains("Order AB-123456: packed, and with you by Friday."),
        "{chat}"
    );
}

#[test]
fn mistakes_in_the_files_are_told_before_the_start() {
    let folder = folder(&[(
        "status.json",
        "[\n  { \"when\": { \"order_nr\": 1 }, \"replay\": {} },\n  { \"outcome\": \"time out\", \"delay_ms\": \"1s\" }\n]\n",
    )]);
    for arguments in ["fake --port 0", "run --fake", "run --fake --json"] {
        sayflow(arguments)
            .current_dir(folder.path())
            .stdin("")
            .assert()
            .code(1)
            .stdout_eq("")
            .stderr_eq(file!["snapshots/fake_mistakes.txt"].raw());
    }
}

#[test]
fn what_cannot_be_faked_is_refused() {
    for (arguments, code, message) in [
        (
            "fake shop --port 0 --outcome pics=ok",
            2,
            "error: the flow has no API `pics`: did you mean `picks`?\n",
        ),
        (
            "fake shop --port 0 --outcome banner=blocked",
            1,
            "error: no server can give the outcome `blocked`: such a call is never sent\n",
        ),
        (
            "fake nowhere",
            2,
            "error: cannot read `nowhere`: No such file or directory (os error 2)\n",
        ),
    ] {
        sayflow(arguments)
            .assert()
            .code(code)
            .stdout_eq("")
            .stderr_eq(message);
    }
    sayflow("fake shop --outcome picks=late").assert().code(2);
    sayflow("fake findings").assert().code(1).stdout_eq("");
}

#[test]
fn a_taken_port_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    sayflow(&format!("fake shop --port {port}"))
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(format!(
            "error: port {port} is taken: choose another with --port, or 0 for any that is free\n"
        ));
}

#[test]
fn a_file_that_breaks_during_a_chat_is_told_there() {
    let folder = folder(&[("status.json", "[{ \"when\": { \"order_no\": \"A\" } }]")]);
    let run = sayflow("run --fake").current_dir(folder.path()).stdin("");
    let output = run.output().expect("the binary runs");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("no entry of fake/status.json fits this request"),
        "{shown}"
    );
    assert!(shown.contains("⇠ status status · 404"), "{shown}");
    assert!(shown.contains("Sorry."), "{shown}");
    let run = sayflow("run --fake --json")
        .current_dir(folder.path())
        .stdin("{\"start\":true}\n");
    run.assert()
        .stderr_eq("no entry of fake/status.json fits this request\n");
}

#[test]
fn an_origin_is_pointed_elsewhere() {
    let folder = folder(&[("status.json", "{ \"success\": true, \"data\": \"packed\" }")]);
    let mut fake = Fake::start(folder.path().to_str().expect("a path"));
    let shown = fake.shown_until("sayflow run");
    let server = format!("https://SHOP.example:443=http://127.0.0.1:{}", port(&shown));
    let arguments = format!("run --server {server}");
    let run = sayflow(&arguments).current_dir(folder.path()).stdin("");
    let output = run.output().expect("the binary runs");
    let chat = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(chat.contains("packed"), "{chat}");
    sayflow("run --server https://shpo.example=http://127.0.0.1:1")
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stderr_eq(
            "error: the flow has no origin `https://shpo.example`: did you mean `https://shop.example`?\n",
        );
}

#[test]
fn an_edited_flow_has_other_routes_in_the_middle_of_a_chat() {
    let folder = folder(&[]);
    let mut chat = Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(["run", "--fake", "--json", "--watch"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut input = chat.stdin.take().expect("an input");
    let mut output = BufReader::new(chat.stdout.take().expect("an output"));
    let mut turn = || {
        writeln!(input, "{{\"start\":true}}").expect("an input");
        let mut line = String::new();
        output.read_line(&mut line).expect("a turn");
        line
    };
    assert!(turn().contains("status for order_no none"));
    let flow = "server depot \"https://depot.example\" {\n  header \"X-Token\" = secret DEPOT_TOKEN\n}\n\
         api parcel: text {\n  get depot \"/parcels\"\n}\n\
         on start {\n  text \"<<parcel>>\" else \"Sorry.\"\n}\n";
    fs::write(folder.path().join("a.flow"), flow).expect("a file");
    let begin = Instant::now();
    let mut last = turn();
    while !last.contains("\"text\":\"parcel\"") {
        assert!(begin.elapsed() < Duration::from_secs(20), "{last}");
        last = turn();
    }
    drop(input);
    assert!(chat.wait().expect("an end").success());
}
