//! Flows on channels: each file of `tests/channels/flows/` beside what is found in it, and held against what becomes
//! of its turn.
//!
//! Its first line names the channels. A second line `// static:` says why more is found at run time, or less.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sayflow::channel::{self, ChangeKind, Channel, Part, degrade};
use sayflow::{Block, Customer, Diagnostic, Engine, Input, NoCalls, Program, Session, Severity, Source};

fn cases() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/channels/flows");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

struct Case {
    name: String,
    source: Source,
    channels: Vec<Channel>,
    is_static: bool,
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let channels = text
        .lines()
        .next()
        .unwrap()
        .strip_prefix("// channels: ")
        .unwrap();
    Case {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        channels: channels
            .split(", ")
            .map(|channel| channel.parse().unwrap())
            .collect(),
        is_static: text.lines().nth(1).unwrap().starts_with("// static: "),
        source: Source::new("shop.flow", text),
    }
}

/// A finding with its place, what is done about it, and its help.
fn shown(finding: &Diagnostic) -> String {
    let label = finding.labels().first().unwrap();
    assert_eq!(finding.severity(), Severity::Warning);
    let mut covered: String = label.source.slice(label.span).chars().take(50).collect();
    if covered.len() < label.span.range().len() {
        covered.push('…');
    }
    let place = label.source.position(label.span.start);
    let mut shown = format!("{}: {finding}\n", finding.code());
    writeln!(shown, "--> {place} [{covered}]: {}", label.text).unwrap();
    for label in finding.labels().iter().skip(1) {
        let place = label.source.position(label.span.start);
        writeln!(shown, "  and {place}: {}", label.text).unwrap();
    }
    writeln!(shown, "  help: {}", finding.help().unwrap()).unwrap();
    shown
}

#[test]
fn what_is_found_in_a_flow() {
    for path in cases() {
        let case = read(&path);
        let found = channel::check([case.source.clone()], &case.channels);
        let shown = found.iter().map(shown).collect::<Vec<_>>().join("\n");
        insta::with_settings!({
            snapshot_suffix => case.name,
            prepend_module_to_snapshot => false,
            snapshot_path => "../snapshots",
            omit_expression => true,
        }, {
            insta::assert_snapshot!("channels", shown);
        });
    }
}

/// A title is short in English and too long in German; its translation is told there, with the language.
#[test]
fn a_translation_that_is_too_long_is_found_in_its_catalog() {
    let flow = |above: &str| {
        let flow = format!(
            "on start {{\n  buttons \"What?\" {{\n{above}    \"Track\" -> there\n  }}\n}}\nsequence there {{\n  text \"Here.\"\n}}\n"
        );
        Source::new("shop.flow", flow)
    };
    let long = "Wo meine Bestellung gerade ist";
    let catalog = |flags: &str| {
        let entry = format!("{flags}msgctxt \"on start\"\nmsgid \"Track\"\nmsgstr \"{long}\"\n");
        let header = "msgid \"\"\nmsgstr \"Language: de\\n\"\n\n";
        Source::new("texts/de.po", format!("{header}{entry}"))
    };
    let found = |above: &str, flags: &str| {
        channel::check(
            [flow(above), catalog(flags)],
            &[Channel::Messenger, Channel::Telegram],
        )
    };

    let found_there = found("", "");
    let [finding] = found_there.as_slice() else {
        panic!("{found_there:?}")
    };
    assert_eq!(finding.code().as_str(), "channel::title_too_long");
    assert_eq!(
        finding.message(),
        format!("in `de`, the button title `{long}` is longer than 20 characters, the most on Messenger")
    );
    let [there, original] = finding.labels() else {
        panic!("{finding:?}")
    };
    assert_eq!(there.source.name(), "texts/de.po");
    assert_eq!(there.source.position(there.span.start).to_string(), "6:8");
    assert_eq!(there.text, "it is shown as `Wo meine Bestellung…`");
    assert_eq!(original.source.slice(original.span), "\"Track\"");

    // What is not used is not looked at; what is allowed of the text is allowed of its translation.
    assert!(found("", "#, fuzzy\n").is_empty());
    let allowed = "    // allow channel::title_too_long: its beginning says it all\n";
    assert!(found(allowed, "").is_empty());
}

fn turn(source: &Source) -> Vec<Block> {
    let engine = Engine::new(Program::load([source.clone()]).unwrap());
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls);
    turn.unwrap().blocks
}

/// A fact; of a title that is too long what is said of several, too.
fn about(fact: &str) -> String {
    let (title, longer) = fact.split_once(" longer than ").unwrap_or_default();
    match title.contains(" title") {
        true => longer.to_owned(),
        false => fact.to_owned(),
    }
}

/// The check before a turn and the change in it are about the same facts, in the same words.
#[test]
fn what_is_found_before_is_what_is_changed_then() {
    for case in cases()
        .iter()
        .map(|path| read(path))
        .filter(|case| !case.is_static)
    {
        for channel in &case.channels {
            let found = channel::check([case.source.clone()], &[*channel]);
            let found: BTreeSet<String> = found.iter().map(|finding| about(finding.message())).collect();
            let changes = degrade(turn(&case.source), *channel).changes;
            let (taken, as_buttons) = (ChangeKind::PromptTaken, ChangeKind::QuickRepliesToButtons);
            let has_none = channel
                .limit(Part::QuickReplies)
                .is_some_and(|limit| limit.max == 0);
            let facts: BTreeSet<String> = changes
                .iter()
                // Options behind a text have what they need, and buttons are as good where there are no quick
                // replies: nothing is said of it.
                .filter(|change| change.kind != taken && !(has_none && change.kind == as_buttons))
                .filter(|change| {
                    let split = matches!(change.kind, ChangeKind::OptionsSplit { .. });
                    let is_as_buttons = changes
                        .iter()
                        .any(|other| other.block == change.block && other.kind == as_buttons);
                    // A finding says both of them.
                    !(split && is_as_buttons && !has_none)
                })
                .map(|change| about(change.reason.split_once(": ").unwrap().0))
                .collect();
            assert_eq!(found, facts, "{} on {channel}", case.name);
        }
    }
}

#[test]
fn an_allow_for_a_channel_is_not_missed_where_no_channel_is_asked() {
    let allowed = cases()
        .iter()
        .map(|path| read(path))
        .find(|case| case.name == "allowed")
        .unwrap();
    let (_, found) = sayflow::check([allowed.source]);
    assert!(found.is_empty(), "{found:?}");
}
