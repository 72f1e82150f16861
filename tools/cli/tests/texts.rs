//! `sayflow texts`: the list, catalogs out and in, and what the other commands make of catalogs.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod binary;

use std::fs;
use std::path::Path;

use binary::sayflow;
use snapbox::{file, str};

const SHOP: &str = r#"on start {
  goto welcome
}

sequence welcome {
  /// The name stays as it is.
  text @hello "Hello {{first_name|there}}!"
  quick replies @menu "Which size?" {
    "Small" -> done
  }
}

sequence done {
  text "Thanks."
}
"#;

/// A folder with a flow of its own.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.flow"), SHOP).unwrap();
    folder
}

fn catalog(folder: &Path) -> String {
    fs::read_to_string(folder.join("texts/bn.po")).unwrap()
}

#[test]
fn the_list_as_json_has_no_control_character_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let flow = "on start {\n  text \"a\u{9b}31mb\u{202e}c\u{7f}\"\n}\n";
    fs::write(folder.path().join("a.flow"), flow).unwrap();
    let listed = sayflow("texts . --format json")
        .current_dir(folder.path())
        .assert()
        .code(0);
    let listed = String::from_utf8(listed.get_output().stdout.clone()).unwrap();
    assert!(listed.contains("a\\u009b31mb\\u202ec\\u007f"), "{listed}");
}

#[test]
fn a_list_for_people() {
    sayflow("texts ../../../../examples/languages")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/texts.txt"].raw())
        .stderr_eq("18 texts, 463 characters\n");
}

#[test]
fn a_list_for_programs() {
    sayflow("texts --format json ../../../../examples/languages/shop.flow")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/texts_json.txt"].raw());
}

#[test]
fn a_catalog_goes_out_and_comes_back() {
    let folder = shop();
    let run = |arguments: &str| sayflow(arguments).current_dir(folder.path());
    run("texts export --lang bn")
        .assert()
        .code(0)
        .stdout_eq("")
        .stderr_eq(str![[r#"
texts/bn.po: 7 texts, 7 new, 0 stale, 0 gone; 7 to translate

"#]]);
    let empty = catalog(folder.path());
    run("texts export . --lang bn --out -")
        .assert()
        .code(0)
        .stdout_eq(snapbox::Data::text(empty.as_str()).raw())
        .stderr_eq(str![[r#"
standard output: 7 texts, 0 new, 0 stale, 0 gone; 7 to translate

"#]]);

    let back = empty
        .replace(
            "msgid \"Hello {{first_name|there}}!\"\nmsgstr \"\"",
            "msgid \"Hello {{first_name|there}}!\"\nmsgstr \"নমস্কার {{frist_name|বন্ধু}}!\"",
        )
        .replace(
            "msgid \"Thanks.\"\nmsgstr \"\"",
            "msgid \"Thanks.\"\nmsgstr \"ধন্যবাদ।\"",
        );
    fs::write(folder.path().join("back.po"), back).unwrap();
    run("texts import back.po --lang bn")
        .assert()
        .code(1)
        .stdout_eq(file!["snapshots/texts_refused.txt"].raw())
        .stderr_eq(str![[r#"
texts/bn.po: 1 translation taken over, 0 fuzzy, 0 there already, 5 not translated, 1 refused

"#]]);
    assert!(catalog(folder.path()).contains("msgstr \"ধন্যবাদ।\""));

    // The catalog as it would be exported, and the next change of the flow.
    fs::write(
        folder.path().join("shop.flow"),
        SHOP.replace("Thanks.", "Thanks a lot."),
    )
    .unwrap();
    run("texts export --lang BN").assert().code(0).stderr_eq(str![[r#"
texts/bn.po: 7 texts, 0 new, 1 stale, 0 gone; 7 to translate

"#]]);
    let stale =
        "#, fuzzy\n#| msgid \"Thanks.\"\nmsgctxt \"done\"\nmsgid \"Thanks a lot.\"\nmsgstr \"ধন্যবাদ।\"\n";
    assert!(catalog(folder.path()).contains(stale));
    run("check")
        .assert()
        .code(0)
        .stdout_eq(file!["snapshots/texts_check.txt"].raw())
        .stderr_eq(str![[r#"
2 warnings in 2 files

"#]]);
}

#[test]
fn a_language_is_no_path() {
    let folder = shop();
    fs::write(folder.path().join("back.po"), "").unwrap();
    for tag in ["../../other/fr", "/tmp/fr", "x\\\\fr", "fr.po", "."] {
        for command in ["export", "import back.po"] {
            let asked = format!("texts {command} . --lang {tag}");
            let run = sayflow(&asked).current_dir(folder.path()).assert().code(2);
            let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
            assert!(said.contains("is no tag of a language"), "{asked}: {said}");
        }
    }
    assert!(!folder.path().join("texts").exists());
}

#[test]
fn a_second_language_knows_that_of_the_flow() {
    let folder = shop();
    let run = |arguments: &str| sayflow(arguments).current_dir(folder.path());
    run("texts export --lang bn --source-language en-GB")
        .assert()
        .code(0);
    run("texts export --lang ar").assert().code(0);
    let arabic = fs::read_to_string(folder.path().join("texts/ar.po")).unwrap();
    assert!(arabic.contains("\"X-Source-Language: en-GB\\n\""), "{arabic}");
}

/// The catalogs of the example are what exporting them gives.
#[test]
fn exporting_the_example_changes_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/languages/texts");
    for language in ["ar", "bn", "en"] {
        let catalog = fs::read_to_string(folder.join(format!("{language}.po"))).unwrap();
        let again = format!("texts export ../../../../examples/languages --lang {language} --out -");
        sayflow(&again)
            .assert()
            .code(0)
            .stdout_eq(snapbox::Data::text(catalog).raw());
    }
}

#[test]
fn misuse_is_told() {
    let folder = shop();
    let run = |arguments: &str| sayflow(arguments).current_dir(folder.path());
    run("texts export --lang bangla-bhasha-somethinglong")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: `bangla-bhasha-somethinglong` is no tag of a language: write it as BCP 47 does, such as `bn` or `pt-BR`

"#]]);
    run("texts import back.po --lang bn")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: cannot read `back.po`: No such file or directory (os error 2)

"#]]);
    fs::write(
        folder.path().join("back.po"),
        "msgid \"\"\nmsgstr \"Language: hi\\n\"\n",
    )
    .unwrap();
    run("texts import back.po --lang bn")
        .assert()
        .code(2)
        .stderr_eq(str![[r#"
error: `back.po` says that it is in `hi`, not in `bn`

"#]]);
}

#[test]
fn nothing_is_lost_to_a_broken_flow_or_catalog() {
    let folder = shop();
    let run = |arguments: &str| sayflow(arguments).current_dir(folder.path());
    run("texts export --lang bn").assert().code(0);
    let broken = catalog(folder.path()) + "\nmsgid \"open\n";
    fs::write(folder.path().join("texts/bn.po"), &broken).unwrap();
    run("texts export --lang bn").assert().code(1);
    assert_eq!(catalog(folder.path()), broken);
    let listed = run("texts").assert().code(1).get_output().clone();
    assert!(!listed.stdout.is_empty(), "the texts of the flow are there");
    let told = String::from_utf8(listed.stderr).unwrap();
    assert!(told.contains("texts::malformed"), "{told}");

    fs::write(
        folder.path().join("shop.flow"),
        SHOP.replace("goto welcome", "goto wellcome"),
    )
    .unwrap();
    run("texts export --lang ar").assert().code(1);
    run("texts").assert().code(1).stdout_eq("");
    assert!(!folder.path().join("texts/ar.po").exists());
}

#[test]
fn a_catalog_that_is_no_text_stops_nothing_but_its_own_export() {
    let folder = shop();
    let run = |arguments: &str| sayflow(arguments).current_dir(folder.path());
    let bytes = b"msgctxt \"done\"\nmsgid \"Thanks.\"\nmsgstr \"caf\xe9\"\n".to_vec();
    fs::create_dir(folder.path().join("texts")).unwrap();
    fs::write(folder.path().join("texts/bn.po"), &bytes).unwrap();
    fs::write(
        folder.path().join("shop.test.flow"),
        "test \"a\" {\n  start\n  text \"Hello there!\"\n  ...\n}\n",
    )
    .unwrap();
    let told = run("check").assert().code(0).get_output().clone();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("texts::malformed") && told.contains("byte 0xE9 at offset 42"),
        "{told}"
    );
    run("run").stdin("start\n").assert().code(0);
    run("test").assert().code(0);
    run("graph shop.flow").assert().code(0);
    run("texts export --lang bn").assert().code(1);
    assert_eq!(fs::read(folder.path().join("texts/bn.po")).unwrap(), bytes);
}

#[test]
fn tests_of_a_flow_speak_its_languages() {
    sayflow("test ../../../../examples/languages").assert().code(0);
    sayflow("check --deny warnings ../../../../examples/languages")
        .assert()
        .code(0)
        .stderr_eq(str![[r#"
no problems in 5 files, 4 sequences

"#]]);
}
