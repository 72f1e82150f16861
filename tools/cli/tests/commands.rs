//! Every command but `run`: what it prints, and its exit code.

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
use serde_json::Value as Json;
use snapbox::{Assert, file, str};

#[test]
fn help_pages() {
    for command in [
        "",
        "check ",
        "test ",
        "contract ",
        "explain ",
        "explore ",
        "fake ",
        "fmt ",
        "graph ",
        "ids ",
        "texts ",
        "texts export ",
        "texts import ",
        "new ",
        "run ",
        "call ",
        "replay ",
        "reply ",
        "secrets ",
        "lsp ",
        "completions ",
    ] {
        let name = format!(
            "help_{}.txt",
            if command.is_empty() {
                "all".to_owned()
            } else {
                command.trim().replace(' ', "_")
            }
        );
        let page = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/snapshots")
            .join(name);
        let output = sayflow(&format!("{command}--help"))
            .output()
            .expect("the binary runs");
        assert!(output.status.success());
        Assert::new().action_env("SNAPSHOTS").eq(
            String::from_utf8_lossy(&output.stdout).into_owned(),
            snapbox::Data::read_from(&page, None).raw(),
        );
    }
}

#[test]
fn secrets_and_where_they_go() {
    sayflow("secrets endpoints")
        .env("SHOP_TOKEN", "s3cret")
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
SHOP_TOKEN  set  https://api.shop.example

"#]]);
    sayflow("secrets endpoints")
        .env_remove("SHOP_TOKEN")
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
SHOP_TOKEN  missing  https://api.shop.example

"#]]);
}

#[test]
fn check_for_people() {
    sayflow("check findings")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/check_human.txt"].raw())
        .stderr_eq(str![[r#"
4 errors in 2 files

"#]]);
}

#[test]
fn check_in_short() {
    sayflow("check findings --format short")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/check_short.txt"].raw());
}

#[test]
fn check_for_channels() {
    sayflow("check channels --channel whatsapp --channel line")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/check_channels.txt"].raw())
        .stderr_eq(str![[r#"
[..] warnings in 1 file

"#]]);
    sayflow("check channels --channel web --deny warnings")
        .assert()
        .code(0);
    sayflow("check channels --channel whatsapp --deny warnings --format short")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/check_channels_short.txt"].raw());
    sayflow("check channels --channel line --format json")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/check_channels_json.txt"].raw());
}

#[test]
fn a_channel_that_is_none_is_refused() {
    sayflow("check channels --channel whatsap")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: invalid value 'whatsap' for '--channel <CHANNEL>'
  [possible values: messenger, instagram, whatsapp, telegram, line, viber, web]

  tip: a similar value exists: 'whatsapp'

For more information, try '--help'.

"#]]);
}

#[test]
fn check_for_programs() {
    sayflow("check findings --format json")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/check_json.txt"].raw());
}

/// The example on the page is what the check writes, and the table has each of its keys.
#[test]
fn the_json_of_a_finding_is_documented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagnostics.md");
    let page = fs::read_to_string(page).expect("the page");
    let (_, behind) = page
        .split_once("\n**Reading by machine.**")
        .expect("the paragraph");
    let block = |language: &str| {
        let (_, block) = behind.split_once(&format!("\n```{language}\n")).expect("a block");
        block.split("```").next().unwrap_or_default()
    };
    let folder = folder(&[("hello.flow", block("flow").as_bytes())]);
    let output = sayflow("check hello.flow --format json")
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let read = |text: &[u8]| serde_json::from_slice::<Json>(text).expect("one finding");
    let finding = read(&output.stdout);
    assert_eq!(read(block("json").as_bytes()), finding);
    let (table, _) = behind.split_once("\n## ").expect("the codes");
    let rows: String = table.lines().filter(|line| line.starts_with('|')).collect();
    let unknown: Vec<String> = keys(&finding)
        .into_iter()
        .filter(|key| !rows.contains(&format!("`{key}`")))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// Every key of an object and of the objects in it.
fn keys(json: &Json) -> Vec<String> {
    match json {
        Json::Object(object) => object
            .iter()
            .flat_map(|(key, value)| std::iter::once(key.clone()).chain(keys(value)))
            .collect(),
        Json::Array(list) => list.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn check_for_a_pull_request() {
    sayflow("check findings --format github")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/check_github.txt"].raw());
}

#[test]
fn warnings_fail_only_where_denied() {
    sayflow("check warnings --format short")
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
1 warning in 1 file

"#]]);
    sayflow("check warnings --format short --deny warnings")
        .assert()
        .code(1);
}

#[test]
fn a_sound_flow() {
    sayflow("check shop --deny warnings")
        .assert()
        .code(0)
        .stdout_eq("")
        .stderr_eq(str![[r#"
no problems in 1 file, 4 sequences

"#]]);
}

#[test]
fn misuse() {
    sayflow("check nowhere")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: cannot read `nowhere`: No such file or directory (os error 2)

"#]]);
    sayflow("check shop/fake").assert().code(2).stderr_eq(str![[r#"
error: no `.flow` files in `shop/fake`

"#]]);
    sayflow("check new --nonsense").assert().code(2);
}

#[test]
fn a_file_of_another_kind_is_no_flow() {
    let folder = folder(&[("README.md", b"# on start\n")]);
    for arguments in ["check README.md", "fmt README.md", "run README.md"] {
        sayflow(arguments)
            .current_dir(folder.path())
            .assert()
            .code(2)
            .stdout_eq("")
            .stderr_eq("error: `README.md` is no `.flow` file\n");
    }
    assert_eq!(read(&folder, "README.md"), "# on start\n");
}

#[test]
fn the_flow_is_here_where_no_path_is_said() {
    let folder = folder(&[("a.flow", TIDY.as_bytes())]);
    let run = |arguments| sayflow(arguments).current_dir(folder.path());
    run("check")
        .assert()
        .code(0)
        .stderr_eq("no problems in 1 file, 0 sequences\n");
    run("fmt --check").assert().code(0).stdout_eq("");
    run("fmt --stdin").stdin(UNTIDY).assert().code(0).stdout_eq(TIDY);
    let chat = run("run --fake").stdin("").assert().code(0);
    let shown = String::from_utf8_lossy(&chat.get_output().stdout).into_owned();
    assert!(shown.contains("Hi!"), "{shown}");
}

/// So many findings that drawing each from the start of the file would take minutes.
#[test]
fn people_are_shown_the_first_findings_of_each_file() {
    let lines = |name: &str| format!("  goto {name}\n").repeat(5000);
    let long = format!("on start {{\n{}}}\n", lines("nowhere"));
    let short = "sequence other {\n  goto elsewhere\n}\n";
    let folder = folder(&[("a.flow", long.as_bytes()), ("b.flow", short.as_bytes())]);
    let run = |arguments| sayflow(arguments).current_dir(folder.path()).assert().code(1);
    let output = run("check --format short").get_output().stdout.clone();
    let all = String::from_utf8_lossy(&output).into_owned();
    let of_file = |name: &str| all.lines().filter(|line| line.starts_with(name)).count();
    assert!(of_file("a.flow") >= 5000 && of_file("b.flow") >= 1);
    let output = run("check").get_output().stdout.clone();
    let shown = String::from_utf8_lossy(&output).into_owned();
    let drawn = |name: &str| shown.matches(&format!("─[{name}:")).count();
    assert_eq!(drawn("a.flow"), 100);
    assert_eq!(drawn("b.flow"), of_file("b.flow"));
    let rest = format!(
        "\n… and {} more (`sayflow check --format short` lists them all)\n",
        of_file("a.flow") - 100
    );
    assert_eq!(shown.matches("… and").count(), 1);
    assert!(shown.contains(&rest), "{shown}");
}

#[test]
fn a_file_that_is_too_large_is_not_said_to_be_in_form() {
    let text = format!("on start {{\ntext \"Hi\"\n}}\n{}", "// more\n".repeat(200_000));
    let folder = folder(&[("a.flow", text.as_bytes())]);
    for command in ["fmt .", "fmt --check .", "ids --write ."] {
        let shown = sayflow(command).current_dir(folder.path()).assert().code(1);
        let shown = String::from_utf8_lossy(&shown.get_output().stderr).into_owned()
            + &String::from_utf8_lossy(&shown.get_output().stdout);
        assert!(shown.contains("larger than 1 MiB"), "{command}: {shown}");
    }
    sayflow("fmt --stdin").stdin(text.clone()).assert().code(1);
    // So large that it is not read to its end, which is in the middle of a character.
    let huge = format!("{text}// {}", "é".repeat(4 << 20));
    std::fs::write(folder.path().join("huge.flow"), &huge).unwrap();
    let found = sayflow("check huge.flow --format short")
        .current_dir(folder.path())
        .assert()
        .code(1);
    let found = String::from_utf8_lossy(&found.get_output().stdout).into_owned();
    assert!(
        found.contains("larger than 1 MiB") && found.lines().count() == 1,
        "{found}"
    );
    sayflow("fmt .").current_dir(folder.path()).assert().code(1);
    assert_eq!(
        std::fs::read_to_string(folder.path().join("huge.flow")).unwrap(),
        huge
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("a.flow")).unwrap(),
        text
    );
}

#[test]
fn a_byte_that_is_no_text_is_named() {
    let folder = folder(&[("a.flow", b"on start {\n  text \"\xffHi\"\n}\n")]);
    sayflow("check a.flow --format short")
        .current_dir(folder.path())
        .assert()
        .code(1)
        .stdout_eq(str![[r#"
a.flow:2:9: error[syntax::not_utf8]: this file is not UTF-8: byte 0xFF at offset 19

"#]]);
}

#[test]
fn control_characters_of_a_flow_are_pictures() {
    let text = "on start {\n  goto w\x1b[31m\u{9b}1m\u{202e}\n}\nsequence w {\n  text \"a\" \x07\x1b]0;x\n";
    let folder = folder(&[("a.flow", text.as_bytes())]);
    for format in ["human", "short", "json", "github"] {
        let arguments = format!("check a.flow --format {format}");
        let output = sayflow(&arguments)
            .current_dir(folder.path())
            .output()
            .expect("the binary runs");
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        let hidden = |found: char| (found.is_control() && found != '\n') || found == '\u{202e}';
        assert!(!shown.contains(hidden), "{shown:?}");
    }
}

#[test]
fn a_label_at_the_end_of_a_file_is_drawn() {
    let folder = folder(&[("a.flow", "on start {\n  text \"Hi!".as_bytes())]);
    sayflow("check a.flow")
        .current_dir(folder.path())
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/check_end_of_file.txt"].raw());
}

#[test]
fn safe_fixes_are_applied() {
    let flow = "api a: text {\n  // allow check::no_secret_header: anybody may ask\n  get \"https://shop.example\"\n  timeout 9s\n}\non start {\n  text \"<<a>>\" else \"-\"\n}\n";
    let folder = folder(&[("a.flow", flow.as_bytes())]);
    sayflow("check --fix --format short a.flow")
        .current_dir(folder.path())
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
fixed a.flow:4:11: replace with `5s`

"#]]);
    assert_eq!(read(&folder, "a.flow"), flow.replace("9s", "5s"));
}

#[test]
fn explain() {
    sayflow("explain unknown_sequence").assert().code(0);
    sayflow("explain check::unknown_sequense").assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: no diagnostic has the code `check::unknown_sequense`: did you mean `check::unknown_sequence` or `reply::unknown_sequence`[..]

"#]]);
    sayflow("explain foo")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: no diagnostic has the code `foo`: `sayflow explain` lists them all

"#]]);
    let list = sayflow("explain").output().expect("the binary runs").stdout;
    let list = String::from_utf8_lossy(&list).into_owned();
    let is_code = |line: &&str| !line.starts_with(' ');
    assert_eq!(list.lines().filter(is_code).count(), sayflow::Code::ALL.len());
    let too_long: Vec<&str> = list.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(too_long.is_empty(), "{too_long:?}");
}

const UNTIDY: &str = "on  start{ text “Hi!”\n}\n";
const TIDY: &str = "on start {\n  text \"Hi!\"\n}\n";

#[test]
fn files_are_formatted() {
    let folder = folder(&[("a.flow", UNTIDY.as_bytes())]);
    let run = |arguments| sayflow(arguments).current_dir(folder.path()).assert();
    run("fmt --check .")
        .code(1)
        .stdout_eq("a.flow\n")
        .stderr_eq("1 file would change\n");
    assert_eq!(read(&folder, "a.flow"), UNTIDY);
    run("fmt .").code(0).stdout_eq("formatted a.flow\n");
    assert_eq!(read(&folder, "a.flow"), TIDY);
    run("fmt --check .").code(0).stdout_eq("");
}

#[test]
fn a_formatted_file_keeps_its_line_ends() {
    let of_windows = |text: &str| text.replace('\n', "\r\n");
    let folder = folder(&[("a.flow", of_windows(UNTIDY).as_bytes())]);
    let run = |arguments| sayflow(arguments).current_dir(folder.path()).assert();
    run("fmt .").code(0).stdout_eq("formatted a.flow\n");
    assert_eq!(read(&folder, "a.flow"), of_windows(TIDY));
    run("fmt --check .").code(0).stdout_eq("");
}

#[test]
fn the_standard_input_is_formatted() {
    sayflow("fmt --stdin")
        .stdin(UNTIDY)
        .assert()
        .code(0)
        .stdout_eq(TIDY);
    sayflow("fmt --stdin --check")
        .stdin(UNTIDY)
        .assert()
        .code(1)
        .stdout_eq("");
    sayflow("fmt --stdin")
        .stdin(b"\xff\n".as_slice())
        .assert()
        .code(1)
        .stdout_eq("");
}

#[test]
fn missing_ids_are_shown_and_written() {
    let folder = folder(&[("a.flow", TIDY.as_bytes())]);
    let run = |arguments| sayflow(arguments).current_dir(folder.path()).assert();
    run("ids a.flow")
        .code(1)
        .stderr_eq("1 id missing\n")
        .stdout_eq(str![[r#"
a.flow:2
-   text "Hi!"
+   text @hi "Hi!"

"#]]);
    run("ids --write a.flow").code(0).stderr_eq("1 id written\n");
    assert_eq!(read(&folder, "a.flow"), TIDY.replace("text ", "text @hi "));
    run("ids a.flow")
        .code(0)
        .stdout_eq("")
        .stderr_eq("0 ids missing\n");
}

#[test]
fn a_new_bot_works() {
    let folder = folder(&[]);
    let run = |arguments| sayflow(arguments).current_dir(folder.path());
    run("new bot")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/new.txt"].raw());
    run("check bot --deny warnings")
        .assert()
        .code(0)
        .stderr_eq("no problems in 2 files, 3 sequences\n");
    run("test bot --quiet")
        .assert()
        .code(0)
        .stdout_eq("2 passed, 0 failed\n");
    run("fmt --check bot").assert().code(0);
    run("ids bot").assert().code(0);
    run("run bot --fake")
        .stdin("1\nAB-12\nAB-123456\nmenu\n2\n")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/new_chat.txt"].raw());
    run("new bot")
        .assert()
        .code(2)
        .stderr_eq("error: `bot` is not empty\n");
    let output = sayflow("new")
        .arg("my bot")
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.starts_with("A bot lies in 'my bot'.\n"), "{shown}");
    assert!(shown.contains("\n  sayflow run 'my bot' --fake"), "{shown}");
    assert!(shown.contains(" edit 'my bot/bot.flow' meanwhile\n"), "{shown}");
    assert!(shown.contains("\n  sayflow check 'my bot' "), "{shown}");
}

#[test]
fn completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sayflow(&format!("completions {shell}"))
            .output()
            .expect("the binary runs")
            .stdout;
        assert!(String::from_utf8_lossy(&script).contains("sayflow"));
    }
}

#[test]
fn colours_are_a_choice() {
    let is_coloured = |arguments| {
        let output = sayflow(arguments).output().expect("the binary runs");
        output.stdout.contains(&0x1b)
    };
    assert!(!is_coloured("check findings"));
    assert!(is_coloured("check findings --color always"));
    assert!(!is_coloured("check findings --color never"));
}

#[test]
fn a_contract_as_openapi() {
    sayflow("contract shop")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/contract_openapi.txt"].raw())
        .stderr_eq("");
}

#[test]
fn a_contract_as_a_schema() {
    sayflow("contract --schema text")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/contract_text.txt"].raw())
        .stderr_eq("");
    // The flow's attributes are in it.
    sayflow("contract shop --schema request")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/contract_request.txt"].raw());
    sayflow("contract --schema card")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: invalid value 'card' for '--schema <WHAT>'
  [possible values: request, text, image, gallery, buttons, quick-replies, nothing]

For more information, try '--help'.

"#]]);
    sayflow("contract --schema text --out x")
        .assert()
        .code(2)
        .stdout_eq("");
}

#[test]
fn every_document_of_a_contract() {
    let folder = folder(&[]);
    let written = folder.path().join("contract");
    sayflow("contract shop --out")
        .arg(&written)
        .assert()
        .code(0)
        .stdout_eq(str![[r#"
[..]/contract/openapi.json
[..]/contract/request.schema.json
[..]/contract/reply.text.schema.json
[..]/contract/reply.image.schema.json
[..]/contract/reply.gallery.schema.json
[..]/contract/reply.buttons.schema.json
[..]/contract/reply.quick-replies.schema.json
[..]/contract/reply.nothing.schema.json

"#]])
        .stderr_eq("");
    let printed = |arguments: &str| {
        let output = sayflow(arguments).output().expect("the binary runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(read(&folder, "contract/openapi.json"), printed("contract shop"));
    assert_eq!(
        read(&folder, "contract/reply.image.schema.json"),
        printed("contract shop --schema image")
    );
    let files = fs::read_dir(&written).expect("the folder").count();
    assert_eq!(files, 8, "nothing else is left there");
}

#[test]
fn a_contract_needs_one_sound_flow() {
    sayflow("contract findings")
        .assert()
        .code(1)
        .stdout_eq("")
        .stderr_eq(file!["snapshots/contract_errors.txt"].raw());
    sayflow("contract shop warnings")
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: each folder is a flow, and a document describes one: name one folder, or files alone

"#]]);
    sayflow("contract")
        .current_dir(folder(&[]).path())
        .assert()
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: no `.flow` files in `.`

"#]]);
}

/// bash takes a blank for the end of a word.
#[test]
fn what_a_shell_completes_is_one_word() {
    let script = sayflow("completions bash").assert().code(0);
    let script = String::from_utf8_lossy(&script.get_output().stdout).into_owned();
    assert!(script.contains(" quick-replies ") && !script.contains("quick replies"));
    for name in ["quick-replies", "quick replies"] {
        sayflow("contract --schema").arg(name).assert().code(0);
    }
}
