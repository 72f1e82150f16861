//! `sayflow run` without a terminal: the chat as a transcript, and JSON lines.

mod binary;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use binary::sayflow;
use snapbox::{file, str};

#[test]
fn a_chat_as_a_transcript() {
    sayflow("run shop --fake")
        .stdin("Visit the shop\n4\nM\n1\nAB-1\n/silence\nAB-123456\n/location 23.7 90.4\n7\n/intent agent\nhello?\n/quit\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/chat.txt"])
        .stderr_eq("");
}

#[test]
fn a_trace_shows_calls_and_attributes() {
    sayflow("run shop --fake --trace --start offers")
        .stdin("S\n/tap 9\n/nowhere\n/location here\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/chat_trace.txt"]);
}

#[test]
fn a_limit_is_told_in_the_words_of_the_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "on start {\n  call deeper\n}\nsequence deeper {\n  call deeper\n}\n";
    fs::write(folder.path().join("a.flow"), flow).expect("a file");
    sayflow("run a.flow --fake --trace")
        .current_dir(folder.path())
        .stdin("")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
                             a · 1 sequence · /help
     ── limit reached in deeper: too many calls that have not come back ──

"#]]);
}

#[test]
fn turns_as_json_lines() {
    let inputs = r#"
{"start":true,"now":"2026-11-20T10:00:00Z"}
{"customer":{"first_name":"Asha","timezone":6}}
{"tap":"0.track","now":"2026-11-20T10:01:00Z"}
{"text":"AB-123456","id":"m-1","now":"2026-11-20T10:02:00Z"}
{"no_reply":true,"now":"2026-11-20T10:03:00Z"}
{"tap":"nobody.knows","now":"2026-11-20T10:04:00Z"}
{"text":"Hi","image":"https://shop.example/a.png"}
{"customer":{"uid":"seven"}}
{"customer":{"size":"XL"}}
{"customer":{"size":"M"},"text":"Hi"}
{"custmer":{"size":"M"}}
{"txt":"Hi"}
{"text":"Hi","nwo":"2026-11-20T10:00:00Z"}
{"image":"javascript:alert(1)"}
"Hi"
{"text":"Hi"
not JSON
"#;
    sayflow("run shop --fake --json")
        .stdin(inputs)
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/json_lines.txt"])
        .stderr_eq("the replies of banner are made up: no file in fake/\n");
}

#[test]
fn a_chat_as_a_channel_shows_it() {
    sayflow("run channels --channel whatsapp")
        .stdin("see today's offers and gifts\n/tap Buy it now, in one…\n4\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/chat_channel.txt"]);
}

#[test]
fn turns_as_json_lines_with_what_a_channel_changes() {
    sayflow("run channels --channel instagram --json")
        .stdin("{\"start\":true}\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/json_lines_channel.txt"]);
}

#[test]
fn a_line_that_is_no_text_ends_nothing() {
    sayflow("run echo --fake --json")
        .stdin(b"{\"text\":\"\xff\"}\n{\"start\":true,\"now\":\"2026-11-20T10:00:00Z\"}\n".as_slice())
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
{"error":{"kind":"input","message":"this line is not UTF-8: byte 0xFF in column 10; send it again as UTF-8"}}
{"blocks":[{"type":"text","text":"order_status for order_no 1 "}],"events":[{"event":"call","api":"order_status","outcome":"ok","status":200,"elapsed_ms":[..],"message":"made up","place":"echo/echo.flow:16:3"},{"event":"action","name":"note","values":{"text":" 1"}}],"attributes":{},"wait":{}}

"#]]);
    sayflow("run echo --fake")
        .stdin(b"caf\xe9\n/help me\n".as_slice())
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
                           echo · 0 sequences · /help
 the replies of order_status are made up: no file in fake/
 ╭─────────────────────────────╮
 │ order_status for order_no 1 │
 ╰─────────────────────────────╯
                              ── note: text  1 ──
 this line is not UTF-8: byte 0xE9 in column 4; send it again as UTF-8
 /help stands alone

"#]]);
}

/// The same in a terminal, which `script` makes; a machine without it has none to test.
#[cfg(target_os = "linux")]
#[test]
fn what_is_typed_and_no_text_ends_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.flow");
    fs::write(&path, "on start {\n  text \"Hi!\"\n}\n").expect("a file");
    let binary = snapbox::cmd::cargo_bin!("sayflow").display();
    // Both are a part of every Linux. The first ends what would wait for ever.
    let mut terminal = Command::new("timeout")
        .args(["60", "script", "--quiet", "--return", "--command"])
        .arg(format!("'{binary}' run '{}'", path.display()))
        .arg("/dev/null")
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a terminal");
    let mut typed = terminal.stdin.take().expect("an input");
    let shown = terminal.stdout.take().expect("an output");
    let mut bytes = BufReader::new(shown).bytes().map_while(Result::ok);
    let mut shown = Vec::new();
    let mut shown_until = |text: &str| {
        let from = shown.len();
        while !shown[from..].ends_with(text.as_bytes()) {
            let said = String::from_utf8_lossy(&shown).into_owned();
            shown.push(bytes.next().unwrap_or_else(|| panic!("no `{text}` in {said}")));
        }
    };
    shown_until("›");
    for line in [b"h\xe9llo\r".as_slice(), b"\xff\r"] {
        typed.write_all(line).expect("an input");
        shown_until("what was typed is not UTF-8; send it again as UTF-8");
        shown_until("›");
    }
    typed.write_all(b"/quit\r").expect("an input");
    assert!(terminal.wait().expect("an end").success());
}

#[test]
fn a_conversation_goes_on_in_another_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let customer = folder.path().join("asha.json");
    fs::write(&customer, r#"{"uid":7,"first_name":"Asha"}"#).expect("a file");
    let session = folder.path().join("chat.json");
    let arguments = format!(
        "run shop --fake --customer {} --session {}",
        customer.display(),
        session.display()
    );
    sayflow(&arguments)
        .stdin("1\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/session_begins.txt"].raw());
    sayflow(&arguments)
        .stdin("/silence\nAB-123456\n/attributes\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/session_goes_on.txt"]);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_damaged_session_is_refused() {
    for (text, message) in [
        (
            r#"{"session":{"format":99},"customer":{"uid":1}}"#,
            str![[r#"
error: cannot use `chat.json`: its conversation cannot go on (session format 99 is not known: this version of sayflow reads formats 1 to 3): name another file, or remove this one

"#]],
        ),
        (
            r#"["a list"]"#,
            str![[r#"
error: cannot use `chat.json`: it holds no conversation that `--session` has kept: name another file

"#]],
        ),
        (
            r#"{"session":{"format":1},"#,
            str![[r#"
error: cannot use `chat.json`: the JSON ends too early, in line 1, column 24: a quote, `}` or `]` is missing

"#]],
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("chat.json"), text).expect("a file");
        fs::write(folder.path().join("a.flow"), "on start {\n  text \"Hi!\"\n}\n").expect("a file");
        sayflow("run a.flow --fake --session chat.json")
            .current_dir(folder.path())
            .stdin("")
            .assert()
            .code(2)
            .stdout_eq("")
            .stderr_eq(message);
    }
}

#[test]
fn a_customer_of_other_types_is_refused() {
    for (text, message) in [
        (
            r#"{"size":"XL"}"#,
            str![[r#"
error: cannot use `asha.json`: attribute `size` is declared one of "S", "M": `"XL"` is not one of "S", "M"

"#]],
        ),
        (
            r#"{"uid":"seven"}"#,
            str![[r#"
error: cannot use `asha.json`: `uid` must be a whole number

"#]],
        ),
        (
            r#"["size"]"#,
            str![[r#"
error: cannot use `asha.json`: a customer is an object such as `{"first_name":"Asha"}`, not a list

"#]],
        ),
        (
            "{\n  size: M\n}",
            str![[r#"
error: cannot use `asha.json`: not JSON in line 2, column 3: keys and texts stand in double quotes, with `,` between two entries and none behind the last

"#]],
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("asha.json"), text).expect("a file");
        for arguments in [
            "run a.flow --fake --customer asha.json",
            "call a.flow stock --customer asha.json",
        ] {
            let flow = "attribute size: one of \"S\", \"M\"\napi stock: text {\n  get \"https://shop.example/{{size}}\"\n}\n\
                on start {\n  text \"<<stock>>\" else \"None.\"\n}\n";
            fs::write(folder.path().join("a.flow"), flow).expect("a file");
            sayflow(arguments)
                .current_dir(folder.path())
                .stdin("")
                .assert()
                .code(2)
                .stdout_eq("")
                .stderr_eq(message.clone());
        }
    }
}

#[test]
fn what_cannot_work_is_said_before_the_chat() {
    for (arguments, message) in [
        (
            "run shop --fake --start trak",
            "error: the flow has no sequence `trak`: did you mean `track`?\n",
        ),
        (
            "run shop --fake --start nowhere",
            "error: the flow has no sequence `nowhere`: its sequences are welcome, track, offers, agent\n",
        ),
        (
            "run shop --server shpo=http://127.0.0.1:8080",
            "error: the flow has no server `shpo`: did you mean `shop`?\n",
        ),
        (
            "run shop --json --server nope=http://127.0.0.1:8080",
            "error: the flow has no server `nope`: its servers are shop\n",
        ),
        (
            "run shop --fake --session nodir/x.json",
            "error: cannot write `nodir/x.json`: No such file or directory (os error 2)\n",
        ),
    ] {
        sayflow(arguments)
            .stdin("")
            .assert()
            .code(2)
            .stdout_eq("")
            .stderr_eq(message);
    }
    sayflow("run shop --server shop=nope").stdin("").assert().code(2);
}

#[test]
fn a_sequence_is_begun_by_its_former_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let flow = "on start {\n  goto sale\n}\nsequence sale was \"offers\" {\n  text \"Soon.\"\n}\n";
    fs::write(folder.path().join("a.flow"), flow).expect("a file");
    let run = sayflow("run --fake --start offers")
        .current_dir(folder.path())
        .stdin("");
    let output = run.output().expect("the binary runs");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("Soon."),
        "{output:?}"
    );
}

#[test]
fn an_option_of_an_earlier_output_is_tapped_by_its_title() {
    let run = sayflow("run shop --fake").stdin("1\nAB-123456\n/tap Today's offers\n/tap Nothing\n");
    let output = run.output().expect("the binary runs");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("Which size do you wear?"), "{shown}");
    assert!(shown.contains("there is no option Nothing"), "{shown}");
}

#[test]
fn a_broken_flow_does_not_run() {
    let output = sayflow("run findings --json").output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("check::unknown_sequence"));
}

/// Nothing that an endpoint sends reaches the terminal but text.
#[test]
fn control_characters_of_a_reply_are_pictures() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = r"a\u001b[31m\u009b1m\u202e\u0007\u001b]0;x\u0000\r\tz";
    let flow = "attribute note: text\napi t: text {\n  get \"https://a.example/t\"\n}\n\
         api g: gallery {\n  get \"https://a.example/g\"\n}\napi b: quick replies {\n  get \"https://a.example/b\"\n}\n\
         on start {\n  text \"<<t>>\"\n  gallery {\n    <<g>>\n  }\n  quick replies \"{{note}}\" {\n    <<b>>\n  }\n}\n";
    let option = format!(r#"{{"title":"{evil}","type":"url","value":"https://a.example/"}}"#);
    let card = format!(r#"{{"title":"{evil}","subtitle":"{evil}","buttons":[{option}]}}"#);
    fs::create_dir(folder.path().join("fake")).expect("a folder");
    for (name, text) in [
        ("a.flow", flow.to_owned()),
        (
            "fake/t.json",
            format!(r#"{{"success":true,"data":"{evil}","attributes":{{"note":"{evil}"}}}}"#),
        ),
        ("fake/g.json", format!(r#"{{"success":true,"data":[{card}]}}"#)),
        (
            "fake/b.json",
            format!(r#"{{"success":true,"message":"{evil}","data":[{option}]}}"#),
        ),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    for (arguments, stdin) in [
        (
            "run a.flow --fake --trace",
            "1\n/attributes\n\x1b[31m\n/\x1b[31m\n",
        ),
        (
            "run a.flow --fake --json",
            "{\"start\":true}\n{\"text\":\"\\u009b\"}\n{\"\\u009b\":1}\n",
        ),
    ] {
        let run = sayflow(arguments).current_dir(folder.path()).stdin(stdin);
        let shown = String::from_utf8(run.output().expect("the binary runs").stdout).expect("UTF-8");
        assert!(shown.contains("[31m"), "{shown}");
        let hidden = |found: char| (found.is_control() && found != '\n') || found == '\u{202e}';
        assert!(!shown.contains(hidden), "{shown:?}");
    }
}

#[test]
fn a_secret_goes_to_the_server_that_takes_the_place_of_the_flows_own() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("an address");
    let asked = thread::spawn(move || {
        let (mut stream, _) = server.accept().expect("a call");
        let mut request = Vec::new();
        let mut piece = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut piece).expect("a request");
            request.extend(piece.iter().take(read));
        }
        let body = r#"{"success":true,"data":"on its way"}"#;
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .expect("a reply");
        String::from_utf8_lossy(&request).into_owned()
    });
    let output = sayflow(&format!(
        "run shop --start track --trace --server shop=http://{address}"
    ))
    .env("SHOP_TOKEN", "s3cret")
    .stdin("AB-123456\n")
    .output()
    .expect("the binary runs");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("Order AB-123456: on its way."), "{shown}");
    assert!(!shown.contains("s3cret"));
    let request = asked.join().expect("a call").to_lowercase();
    assert!(request.contains("get /v1/orders/ab-123456 "), "{request}");
    assert!(request.contains("x-shop-token: s3cret"), "{request}");
}

#[test]
fn an_edited_flow_is_reloaded_in_the_middle_of_a_chat() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.flow");
    let write = |text: &str| fs::write(&path, format!("on start {{\n  {text}\n}}\n")).expect("a file");
    write("text \"old\"");
    let mut chat = Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(["run", "--json", "--watch"])
        .arg(&path)
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
    assert!(turn().contains("old"));
    write("goto nowhere");
    write("text \"new\"");
    let begin = Instant::now();
    while !turn().contains("new") {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "the flow was not reloaded"
        );
    }
    write("goto nowhere");
    assert!(turn().contains("new"), "the program before goes on");
    drop(input);
    assert!(chat.wait().expect("an end").success());
}
