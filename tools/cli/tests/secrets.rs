//! A server that tells everybody what it was told: no command ever shows the secret.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its server has failed"
)]

mod binary;
mod server;

use binary::sayflow;
use server::serve;
use snapbox::cmd::Command;

const SECRET: &str = "s3cr/t &";
/// As JSON, a URL, a form, HTML and Base64 write it, and parts that would be enough to guess it.
const FORMS: [&str; 9] = [
    "s3cr/t",
    "s3cr\\/t",
    "s3cr\\u002",
    "s3cr%2Ft",
    "s3cr%2ft",
    "s3cr&#",
    "t%20%26",
    "t &amp;",
    "czNjci",
];

const ECHOES: [(&str, &str); 8] = [
    (
        "200 OK",
        r#"{"success": true, "data": "token s3cr/t &", "message": "s3cr\/t &", "attributes": {"order_no": "s3cr/t &", "first_name": "s3cr/t &"}}"#,
    ),
    (
        "200 OK",
        r#"{"success": true, "data": "hi", "attributes": {"s3cr/t &": 1, "s3cr%2ft+%26": 2, "first_name": "s3cr/t &"}}"#,
    ),
    (
        "200 OK",
        r#"{"success": false, "message": "s3cr%2Ft+%26 is wrong"}"#,
    ),
    (
        "200 OK",
        r#"{"success": "s3cr/t &", "data": ["s3cr/t &"], "s3cr/t &": s3cr/t &}"#,
    ),
    (
        "200 OK",
        r#"{"success": true, "data": 5, "s3cr\u002ft \u0026": "czNjci90ICY=", "attributes": {"uid": "s3cr\u002Ft &"}}"#,
    ),
    ("500 Broken", "<title>s3cr/t &</title>"),
    ("200 OK", "<title>s3cr&#x2F;t &amp;</title>"),
    ("302 Found\r\nLocation: /?token=s3cr%2ft+%26", ""),
];

/// Runs a command once for each of the replies, and looks at all that it says.
fn shows_no_secret(command: impl Fn(&str) -> Command) {
    for echo in ECHOES {
        let server = serve([echo]);
        let output = command(&server.url)
            .env("SHOP_TOKEN", SECRET)
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(echo != ECHOES[0] || said.contains("***"), "{said}");
        assert_hidden(&said);
        let received = server.received();
        assert!(received.iter().all(|sent| sent.contains(SECRET)), "{received:?}");
    }
}

#[test]
fn of_a_call() {
    for arguments in ["", "--json"] {
        shows_no_secret(|url| {
            sayflow(&format!(
                "call endpoints order_status {arguments} --attribute order_no=1"
            ))
            .arg(format!("--server=shop={url}"))
        });
    }
}

#[test]
fn of_a_chat() {
    let customer = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(customer.path(), r#"{"uid": 7}"#).expect("a file");
    for (arguments, input) in [
        ("--trace", "/attributes\n/start\n/attributes\n"),
        (
            "--json",
            "{\"start\": true}\n{\"customer\": {\"last_name\": \"B\"}}\n",
        ),
    ] {
        shows_no_secret(|url| {
            sayflow(&format!("run echo {arguments}"))
                .arg(format!("--customer={}", customer.path().display()))
                .arg(format!("--server=shop={url}"))
                .stdin(input)
        });
    }
}

/// A conversation that goes on, so that what the first turn saved is there before the second.
#[test]
fn of_what_a_chat_writes() {
    for echo in ECHOES {
        let folder = tempfile::tempdir().expect("a folder");
        let (traces, test) = (folder.path().join("a.jsonl"), folder.path().join("a.test.flow"));
        let server = serve([echo, echo]);
        for _ in 0..2 {
            sayflow("run echo --json")
                .arg(format!("--server=shop={}", server.url))
                .arg(format!(
                    "--session={}",
                    folder.path().join("session.json").display()
                ))
                .arg(format!("--trace-file={}", traces.display()))
                .arg(format!("--record={}", test.display()))
                .env("SHOP_TOKEN", SECRET)
                .stdin("{\"start\": true}\n")
                .assert()
                .code(0);
        }
        server.received();
        let traces = std::fs::read_to_string(traces).expect("traces");
        assert!(traces.contains("***"), "{traces}");
        assert_hidden(&traces);
        assert_hidden(&std::fs::read_to_string(test).expect("tests"));
    }
}

#[test]
fn of_a_saved_reply() {
    for (arguments, (_, reply)) in [
        "--api order_status",
        "--for text",
        "--api order_status --json",
        "--for text --status 500 --json",
    ]
    .into_iter()
    .flat_map(|arguments| ECHOES.map(|echo| (arguments, echo)))
    {
        let output = sayflow(&format!("reply - --flow endpoints {arguments}"))
            .stdin(reply)
            .env("SHOP_TOKEN", SECRET)
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(
            reply != ECHOES[0].1 || arguments.contains("500") || said.contains("***"),
            "{said}"
        );
        assert_hidden(&said);
    }
}

#[test]
fn of_what_is_not_sent() {
    for command in [
        "call endpoints order_status --attribute order_no=1 --dry-run",
        "call endpoints order_status --attribute order_no=1 --dry-run --json",
        "call endpoints order_status --attribute order_no=1 --curl",
        "secrets endpoints",
        "contract endpoints",
        "check echo",
    ] {
        let output = sayflow(command)
            .env("SHOP_TOKEN", SECRET)
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!said.is_empty(), "{command}");
        assert_hidden(&said);
    }
}

/// A flow that sends back what an endpoint may have echoed into an attribute.
const NOTES: &str = r#"
server shop "https://api.shop.example"
attribute note: text

api read: text {
  get shop "/notes/{{note}}"
  header "X-Shop-Token" = secret SHOP_TOKEN
  header "X-Note" = "Note {{note}}"
  param "note" = note
}

api write: text {
  post shop "/notes"
  header "X-Shop-Token" = secret SHOP_TOKEN
  field "note" = note
}

on start {
  text "<<read>> <<write>>" else "Later."
}
"#;

#[test]
fn of_an_attribute_that_holds_one() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("notes.flow"), NOTES).expect("a file");
    for api in ["read", "write"] {
        for how in ["", "--json", "--fake", "--dry-run", "--dry-run --json", "--curl"] {
            let server = serve([("200 OK", r#"{"success": true, "data": "hi"}"#)]);
            let mut command = sayflow("call").current_dir(folder.path());
            if how != "--fake" {
                command = command.arg(format!("--server=shop={}", server.url));
            }
            let output = command
                .args([".", api])
                .args(how.split_whitespace())
                .arg(format!("--attribute=note={SECRET}"))
                .env("SHOP_TOKEN", SECRET)
                .output()
                .expect("the binary runs");
            let said = String::from_utf8_lossy(&[output.stdout.clone(), output.stderr].concat()).into_owned();
            assert_eq!(output.status.code(), Some(0), "{said}");
            let shown = if how == "--curl" { "$SHOP_TOKEN" } else { "***" };
            assert!(said.matches(shown).count() >= 2, "{how}: {said}");
            assert_hidden(&said);
            if how != "--curl" {
                continue;
            }
            let command = String::from_utf8_lossy(&output.stdout).replace("curl ", "curl --silent ");
            let is_sent = std::process::Command::new("sh")
                .args(["-c", &command])
                .env("SHOP_TOKEN", SECRET)
                .status();
            // A machine without curl has shown the command, and that is all that is asked of it.
            if is_sent.is_ok_and(|status| status.success()) {
                let received = server.received().concat();
                let wanted: &[&str] = match api {
                    "read" => &["%73%33%63%72%2f%74%20%26", "X-Note: Note s3cr/t &\r\n"],
                    _ => &[r#""note":"s3cr/t &""#],
                };
                assert!(
                    wanted.iter().all(|wanted| received.contains(wanted)),
                    "{received}"
                );
            }
        }
    }
}

fn assert_hidden(said: &str) {
    for form in FORMS {
        assert!(!said.contains(form), "{form}: {said}");
    }
}

#[test]
fn a_short_one_hides_more_than_itself() {
    let server = serve([("200 OK", r#"{"success": true, "data": "packed at noon"}"#)]);
    let output = sayflow("call endpoints order_status --attribute order_no=1")
        .arg(format!("--server=shop={}", server.url))
        .env("SHOP_TOKEN", "a")
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        told,
        "SHOP_TOKEN has fewer than 4 bytes: `***` stands wherever a request or a reply has them, in ordinary words as well\n"
    );
    let chat = sayflow("run echo --json --server=shop=http://127.0.0.1:1")
        .env("SHOP_TOKEN", "abc")
        .stdin("")
        .output()
        .expect("the binary runs");
    assert!(String::from_utf8_lossy(&chat.stderr).starts_with("SHOP_TOKEN has fewer than 4 bytes"));
}

/// It is there, and of no use.
#[cfg(unix)]
#[test]
fn a_secret_that_is_no_text_is_not_missing() {
    use std::os::unix::ffi::OsStrExt;

    let value = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let told = sayflow("secrets shop").env("SHOP_TOKEN", value).assert().code(1);
    let told = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    assert!(told.contains("SHOP_TOKEN  not UTF-8  "), "{told}");
    let told = sayflow("run shop --json")
        .env("SHOP_TOKEN", value)
        .stdin("")
        .assert()
        .code(0);
    let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
    let gap = "SHOP_TOKEN in the environment is not UTF-8: calls that need it are blocked";
    assert!(told.contains(gap), "{told}");
}
