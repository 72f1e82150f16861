//! Where the commands write and what they read: pipes and devices, outputs that nobody reads, long names and lines.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod binary;
mod folder;

use std::fs;
use std::path::Path;

use binary::sayflow;
use folder::{folder, read};

const UNTIDY: &str = "on  start{ text “Hi!”\n}\n";
const TIDY: &str = "on start {\n  text \"Hi!\"\n}\n";

/// A page that could not be written was not shown.
#[cfg(unix)]
#[test]
fn a_page_that_is_not_written_is_no_success() {
    // Nobody is at its other end, and nobody was: unlike a pipe that is closed, that is an error.
    let output =
        || std::os::fd::OwnedFd::from(std::os::unix::net::UnixDatagram::unbound().expect("a socket"));
    for arguments in ["--help", "--version", "help check", "explain unknown_sequence"] {
        let ended = std::process::Command::new(snapbox::cmd::cargo_bin!("sayflow"))
            .args(arguments.split_whitespace())
            .stdout(output())
            .output()
            .expect("the binary runs");
        assert_eq!(ended.status.code(), Some(2), "{arguments}");
    }
}

/// How a command ends of whose output nobody reads anything.
fn unread(command: &str, folder: &Path) -> Option<i32> {
    let (reader, output) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = std::process::Command::new(snapbox::cmd::cargo_bin!("sayflow"))
        .args(command.split_whitespace())
        .current_dir(folder)
        .stdout(output.try_clone().expect("a pipe"))
        .stderr(output)
        .status();
    status.expect("the binary runs").code()
}

/// Whoever reads the output may leave, as `head` does; what was to be written is written.
#[test]
fn every_file_is_written_whether_or_not_anybody_reads_along() {
    // To be formatted, with an id that is missing and a time that has a fix.
    let untidy = |number: usize| {
        format!(
            "api a{number}: text {{\nget \"https://shop.example\"\ntimeout 9s\n}}\non intent \"{number}\" {{\ntext \"Hi\"\n}}\n"
        )
    };
    for (command, code, made) in [
        ("fmt .", 0, None),
        ("ids --write .", 0, None),
        ("check --fix .", 0, None),
        (
            "explore --steps 500 --write made good",
            1,
            Some("made/no_answer-on-start.test.flow"),
        ),
        (
            "contract --out made good",
            0,
            Some("made/reply.nothing.schema.json"),
        ),
    ] {
        let folder = folder(&[]);
        for number in 1..=20 {
            fs::write(folder.path().join(format!("{number}.flow")), untidy(number)).expect("a file");
        }
        fs::create_dir(folder.path().join("good")).expect("a folder");
        fs::write(folder.path().join("good/a.flow"), "on start {\n}\n").expect("a file");
        assert_eq!(unread(command, folder.path()), Some(code), "{command}");
        match made {
            Some(made) => assert!(folder.path().join(made).exists(), "{command}"),
            None => {
                let left =
                    (1..=20).find(|number| read(&folder, &format!("{number}.flow")) == untidy(*number));
                assert_eq!(left, None, "{command}");
            }
        }
    }
}

/// A workflow that shows the beginning alone, as `sayflow check 2>&1 | head` does, ends as one that shows all.
#[test]
fn the_exit_code_is_the_same_whether_or_not_anybody_reads_along() {
    let folder = folder(&[
        ("a.flow", b"on  start {\ntext \"Hi\"\n}\n"),
        ("broken.flow", b"on start {\n  goto nowhere\n}\n"),
        ("deep/a.flow", b"on start {\n}\n"),
        (
            "failing/a.flow",
            b"on start {\n  text \"Hi\"\n}\n\ntest \"a\" {\n  start\n  text \"Ho\"\n}\n",
        ),
        ("reply.json", b"1"),
    ]);
    for command in [
        "check broken.flow",
        "check --format json broken.flow",
        "fmt --check a.flow",
        "reply --for gallery reply.json",
        "reply --for gallery --json reply.json",
        "explore --steps 500 deep",
        "explore --steps 500 --json deep",
        "test failing",
        "test --format json failing",
        "test --format junit failing",
        "test --format tap failing",
        "test --coverage=html --coverage-file covered.html failing",
    ] {
        assert_eq!(unread(command, folder.path()), Some(1), "{command}");
    }
    assert!(folder.path().join("covered.html").exists());
}

#[test]
fn a_name_may_be_as_long_as_a_system_takes_it() {
    let name = format!("{}.flow", "a".repeat(250));
    let folder = folder(&[(&name, UNTIDY.as_bytes())]);
    sayflow("fmt .").current_dir(folder.path()).assert().code(0);
    assert_eq!(read(&folder, &name), TIDY);
}

/// A pipe with a name.
#[cfg(unix)]
fn pipe_at(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

#[cfg(unix)]
#[test]
fn a_pipe_as_an_output_stays_a_pipe() {
    use std::os::unix::fs::FileTypeExt;

    let folder = folder(&[("a.flow", TIDY.as_bytes())]);
    let path = folder.path().join("out");
    pipe_at(&path);
    let run = |arguments| sayflow(arguments).current_dir(folder.path());
    let plain = run("graph a.flow --format json")
        .output()
        .expect("a graph")
        .stdout;
    let reader = std::process::Command::new("cat")
        .arg(&path)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("a reader");
    run("graph a.flow --format json --out out").assert().code(0);
    let kind = fs::symlink_metadata(&path).expect("a pipe").file_type();
    assert!(kind.is_fifo());
    let piped = reader.wait_with_output().expect("it ends").stdout;
    assert_eq!(piped, plain);
}

/// What was written before another file was refused is told.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_hides_none_that_was() {
    let untidy = |name: &str| {
        format!("on intent \"{name}\" {{\ntext \"Hi\"\n}}\napi {name}: text {{\ntimeout 9s\n}}\n")
    };
    for (command, told, refused) in [
        ("fmt a.flow pipe.flow", "formatted a.flow\n", "pipe.flow"),
        (
            "ids --write a.flow pipe.flow",
            "a.flow: 1 id written\n",
            "pipe.flow",
        ),
        (
            "check --fix a.flow pipe.flow",
            "fixed a.flow:5:9: replace with `5s`\n",
            "pipe.flow",
        ),
        (
            "contract --out . tidy.flow",
            "./openapi.json\n",
            "./request.schema.json",
        ),
    ] {
        let folder = folder(&[
            ("a.flow", untidy("a").as_bytes()),
            ("other", untidy("b").as_bytes()),
            ("tidy.flow", TIDY.as_bytes()),
        ]);
        fs::create_dir(folder.path().join("request.schema.json")).expect("a folder");
        pipe_at(&folder.path().join("pipe.flow"));
        let mut writer = std::process::Command::new("cp")
            .args(["other", "pipe.flow"])
            .current_dir(folder.path())
            .spawn()
            .expect("a writer");
        let output = sayflow(command)
            .current_dir(folder.path())
            .output()
            .expect("it ends");
        // A command that opens no pipe leaves it waiting.
        let _ = writer.kill();
        writer.wait().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&output.stdout), told, "{command}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let refusal = format!("error: cannot write `{refused}`: ");
        assert!(stderr.starts_with(&refusal), "{command}: {stderr}");
        assert_eq!(output.status.code(), Some(2), "{command}");
    }
}

#[test]
fn a_flow_is_the_place_of_no_other_output() {
    let folder = folder(&[("a.flow", TIDY.as_bytes()), ("b.flow", b"// Mine.\n")]);
    fs::create_dir(folder.path().join("texts")).expect("a folder");
    fs::write(folder.path().join("texts/bn.po"), "# Mine.\n").expect("a file");
    for arguments in [
        "graph a.flow --out b.flow",
        "test a.flow --coverage=lcov --coverage-file b.flow",
        "run a.flow --trace-file b.flow",
        "texts export a.flow --lang bn --out b.flow",
        "graph a.flow --out texts/bn.po",
        "test a.flow --coverage=html --coverage-file texts/bn.po",
        "run a.flow --trace-file texts/bn.po",
    ] {
        let place = arguments.split(' ').next_back().unwrap_or_default();
        sayflow(arguments)
            .current_dir(folder.path())
            .stdin("")
            .assert()
            .code(2)
            .stdout_eq("")
            .stderr_eq(format!(
                "error: `{place}` is a file of a flow, which would be lost: name another file\n"
            ));
    }
    assert_eq!(read(&folder, "b.flow"), "// Mine.\n");
    assert_eq!(read(&folder, "texts/bn.po"), "# Mine.\n");
}

#[test]
fn traces_stand_behind_nothing_but_traces() {
    let reply = r#"{"success": true, "data": "Hi"}"#;
    let files = [("a.flow", TIDY.as_bytes()), ("reply.json", reply.as_bytes())];
    let folder = folder(&files);
    let run = |arguments: &str| {
        sayflow(&format!("run a.flow --json {arguments}"))
            .current_dir(folder.path())
            .stdin("{\"start\":true}\n")
    };
    run("--session kept.json").assert().code(0);
    let customer = "{\n  \"uid\": 7\n}\n";
    fs::write(folder.path().join("customer.json"), customer).expect("a file");
    for (place, options) in [
        ("reply.json", ""),
        ("kept.json", ""),
        ("customer.json", "--customer customer.json"),
    ] {
        let before = read(&folder, place);
        run(&format!("{options} --trace-file {place}"))
            .assert()
            .code(2)
            .stdout_eq("")
            .stderr_eq(format!(
                "error: `{place}` holds something else than traces: name another file\n"
            ));
        assert_eq!(read(&folder, place), before);
    }
    // What is empty, or was cut short, is gone on with.
    fs::write(folder.path().join("a.jsonl"), "\u{feff}\n").expect("a file");
    fs::write(folder.path().join("b.jsonl"), "{\"format\":1,\"sess").expect("a file");
    for place in ["a.jsonl", "b.jsonl", "c.jsonl"] {
        for lines in 1..=2 {
            run(&format!("--trace-file {place}")).assert().code(0);
            let written = read(&folder, place);
            assert_eq!(written.matches("\"blocks\"").count(), lines, "{written}");
        }
    }
}

/// What the files of a flow name is read from the disk, and nothing is waited for.
#[cfg(unix)]
#[cfg(unix)]
#[test]
fn what_is_no_folder_is_called_so() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("taken"), "").expect("a file");
    std::os::unix::fs::symlink("nowhere/at/all", folder.path().join("dangling")).expect("a link");
    let flows = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/flows");
    for place in ["taken", "dangling"] {
        for command in [
            format!("explore {flows}/shop --steps 1 --write {place}"),
            format!("contract {flows}/shop --out {place}"),
            format!("new {place}"),
        ] {
            sayflow(&command)
                .current_dir(folder.path())
                .assert()
                .code(2)
                .stdout_eq("")
                .stderr_eq(format!("error: cannot write `{place}`: it is no folder\n"));
        }
    }
}

#[test]
fn a_status_that_no_server_sends_is_no_reply() {
    for status in ["0", "99", "1000"] {
        let asked = format!("reply - --for text --status {status}");
        sayflow(&asked).stdin("{}").assert().code(2);
    }
}

#[test]
fn a_pipe_is_no_reply() {
    const FLOW: &str =
        "api s: text {\n  get \"https://shop.example/s\"\n}\non start {\n  text \"<<s>>\" else \"-\"\n}\n";
    const TEST: &str = "test \"piped\" {\n  mock s = file \"fake/s.json\"\n  start\n  text \"-\"\n}\n";
    let folder = folder(&[("a.flow", FLOW.as_bytes()), ("a.test.flow", TEST.as_bytes())]);
    fs::create_dir(folder.path().join("fake")).expect("a folder");
    for pipe in ["fake/s.json", "pipe.flow"].map(|name| folder.path().join(name)) {
        pipe_at(&pipe);
        // Whoever reads it all the same does not hang.
        std::thread::spawn(move || fs::write(pipe, "{}"));
    }
    let run = |arguments| sayflow(arguments).current_dir(folder.path());
    let tested = run("test . --format tap").assert().code(1);
    let told = String::from_utf8_lossy(&tested.get_output().stdout).into_owned();
    assert!(told.contains("fake/s.json: it is no regular file"), "{told}");
    run("run . --fake --json")
        .stdin("{\"start\":true}\n")
        .assert()
        .code(1)
        .stderr_eq("error: fake/s.json: cannot be read: it is no regular file\n");
    run("run a.flow --session pipe.flow --json")
        .stdin("")
        .assert()
        .code(2)
        .stderr_eq("error: cannot use `pipe.flow`: it is no regular file\n");
    run("run a.flow --record pipe.flow --json")
        .stdin("")
        .assert()
        .code(2)
        .stderr_eq("error: cannot use `pipe.flow`: it is no regular file\n");
}

#[cfg(unix)]
#[test]
fn a_line_that_never_ends_is_not_read_to_its_end() {
    let folder = folder(&[("a.flow", TIDY.as_bytes())]);
    sayflow("replay /dev/zero --flow .")
        .current_dir(folder.path())
        .assert()
        .code(2)
        .stderr_eq("error: /dev/zero:1: no trace: a line of the input is longer than 256 MiB\n");
    for command in ["run --json", "run"] {
        let endless = fs::File::open("/dev/zero").expect("zeros");
        let output = std::process::Command::new(snapbox::cmd::cargo_bin!("sayflow"))
            .args(command.split_whitespace())
            .current_dir(folder.path())
            .stdin(endless)
            .output()
            .expect("the binary runs");
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "error: a line of the input is longer than 16 MiB\n"
        );
    }
}

#[test]
fn two_outputs_in_one_file_are_refused() {
    let folder = folder(&[("a.flow", b"on start {\n  text \"Hi\"\n}\n")]);
    for (arguments, options) in [
        (
            "--record y.flow --trace-file ./y.flow",
            "`--record` and `--trace-file`",
        ),
        ("--session x --trace-file x", "`--session` and `--trace-file`"),
    ] {
        let path = arguments.split(' ').next_back().unwrap_or_default();
        sayflow(&format!("run a.flow {arguments}"))
            .current_dir(folder.path())
            .stdin("")
            .assert()
            .code(2)
            .stderr_eq(format!(
                "error: {options} would both write `{path}`: name a file for each\n"
            ));
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}
