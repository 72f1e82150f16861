//! A check that remembers finds what a check finds, whatever was changed before.

use proptest::prelude::*;
use sayflow::syntax::ast::File;
use sayflow::{Diagnostic, IncrementalCheck, Source, check_files, syntax};

/// A flow in files that name each other's declarations.
const FILES: [&str; 4] = [
    r#"
attribute order_no: text
attribute visits_made: number = 0
attribute size: one of "S", "M"
attribute vip: yes/no
server shop "https://api.shop.example" {
  header "X-Shop-Token" = secret SHOP_TOKEN
}
api order_status: text {
  get shop "/orders/{{order_no}}"
}
api picks: gallery {
  post shop "/picks"
  leads to track, offers
  sets vip
}
action send_email {
  to: text
}
"#,
    r#"
sequence welcome {
  text @hello "Hi {{first_name|there}}! <<order_status>>." else "Hi!"
  buttons "What now?" {
    "Track an order" -> track
    "Offers" -> offers extra "welcome"
    "A person" -> agent if vip
  }
  set visits_made = visits_made + 1
  if visits_made > 3 and visits(track) > 0 {
    do send_email { to = order_no }
  }
}
on start {
  goto welcome
}
"#,
    r#"
sequence track id "142" was "old_track" {
  ask "Which order?" save order_no {
    accept pattern "AA-######"
    retry 2 "Again, please."
    no match {
      goto agent
    }
  }
  text "{{order_no}}: <<order_status>>"
  call helper
}
sequence helper {
  goto track
}
// allow check::unused_api: not yet
api unused: text {
  get "https://api.shop.example/unused"
}
"#,
    r#"
sequence offers {
  gallery {
    <<picks>>
  }
  ask "Size?" save size {
    quick replies {
      "S"
      "M"
      "Back" -> welcome
    }
  }
}
sequence agent {
  handover "Support"
}
on words "help", "agent" {
  call agent
}
test "a tour" {
  mock order_status = "shipped"
  start welcome
  text "Hi!"
  tap "Track an order"
  text "Which order?"
}
"#,
];

/// What an author may type, or take away by mistake.
const PIECES: [&str; 24] = [
    "track",
    "offers",
    "agent",
    "welcome",
    "142",
    "old_track",
    "order_no",
    "vip",
    "picks",
    "order_status",
    "shop",
    "send_email",
    "{",
    "}",
    "\"",
    "\n",
    "sequence track {\n  text \"Twice\"\n}\n",
    "attribute vip: number\n",
    "api picks: text {\n  get \"https://x.example\"\n}\n",
    "on api failure {\n  text \"Later.\"\n}\n",
    "on words \"help\" {\n  goto track\n}\n",
    "goto helper\n",
    "text \"{vip} <picks>\"\n",
    "visits(agent)",
];

#[derive(Clone, Debug)]
enum Edit {
    /// A piece at a place.
    Insert(usize, &'static str),
    /// A piece in place of a word.
    Replace(usize, &'static str),
    /// Some letters go.
    Delete(usize, usize),
    /// A line goes.
    DeleteLine(usize),
    /// The file as it was at first.
    Restore,
    /// The file goes, or comes back.
    Toggle,
}

fn edit() -> impl Strategy<Value = (usize, Edit)> {
    let piece = || prop::sample::select(&PIECES[..]);
    let edit = prop_oneof![
        3 => (any::<usize>(), piece()).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        4 => (any::<usize>(), piece()).prop_map(|(at, piece)| Edit::Replace(at, piece)),
        2 => (any::<usize>(), 1..6_usize).prop_map(|(at, length)| Edit::Delete(at, length)),
        2 => any::<usize>().prop_map(Edit::DeleteLine),
        2 => Just(Edit::Restore),
        1 => Just(Edit::Toggle),
    ];
    (0..FILES.len(), edit)
}

fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (is_word(letter), start) {
            (true, None) => start = Some(at),
            (false, Some(begun)) => {
                words.push(begun..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn apply(text: &mut String, edit: &Edit, original: &str) {
    match *edit {
        Edit::Insert(at, piece) => text.insert_str(at % (text.len() + 1), piece),
        Edit::Replace(at, piece) => {
            let words = words(text);
            if let Some(word) = words.get(at % words.len().max(1)) {
                text.replace_range(word.clone(), piece);
            }
        }
        Edit::Delete(at, length) => {
            let start = at % (text.len() + 1);
            text.replace_range(start..(start + length).min(text.len()), "");
        }
        Edit::DeleteLine(at) => {
            let lines: Vec<&str> = text.lines().collect();
            let gone = at % lines.len().max(1);
            let kept = lines.iter().enumerate().filter(|(line, _)| *line != gone);
            *text = kept.map(|(_, line)| format!("{line}\n")).collect();
        }
        Edit::Restore => original.clone_into(text),
        Edit::Toggle => {}
    }
}

struct OpenFile {
    text: String,
    is_there: bool,
    read: (File, Vec<Diagnostic>),
}

fn read(at: usize, text: &str) -> (File, Vec<Diagnostic>) {
    syntax::parse(&Source::new(format!("{at}.flow"), text))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_remembered_is_what_would_be_found(edits in prop::collection::vec(edit(), 1..24)) {
        let mut checks = IncrementalCheck::default();
        let mut open: Vec<OpenFile> = FILES.iter().enumerate().map(|(at, text)| OpenFile {
            text: (*text).to_owned(),
            is_there: true,
            read: read(at, text),
        }).collect();
        for (at, edit) in edits {
            let file = &mut open[at];
            apply(&mut file.text, &edit, FILES[at]);
            file.is_there ^= matches!(edit, Edit::Toggle);
            file.read = read(at, &file.text);

            let there = open.iter().filter(|file| file.is_there);
            let (files, found): (Vec<_>, Vec<_>) = there.map(|file| file.read.clone()).unzip();
            let found: Vec<Diagnostic> = found.concat();
            let (_, expected) = check_files(&files, found.clone());
            prop_assert_eq!(checks.check(&files, found), expected);
        }
    }
}

/// Checks a flow twice, with one file of it changed in between; what the second check finds.
fn found_after(files: [&str; 2], changed: &str) -> Vec<String> {
    let [(first, _), (second, _)] = [read(0, files[0]), read(1, files[1])];
    let mut checks = IncrementalCheck::default();
    checks.check(&[first, second.clone()], Vec::new());
    let (first, found) = read(0, changed);
    let found = checks.check(&[first, second], found);
    found
        .iter()
        .map(|one| format!("{}: {}", one.message(), one.help().unwrap_or_default()))
        .collect()
}

#[test]
fn a_name_that_is_new_elsewhere_may_be_the_one_that_was_meant() {
    let lost = "on start {\n  goto ours\n}\n";
    let found = found_after(
        ["// Nothing yet.\n", lost],
        "sequence hours {\n  text \"Ten to eight.\"\n}\n",
    );
    assert_eq!(found, ["unknown sequence `ours`: did you mean `hours`?"]);
}

#[test]
fn where_a_name_is_declared_twice_the_other_may_come_to_count() {
    let other = "sequence hours {\n  goto nowhere_at_all\n}\non start {\n  goto hours\n}\n";
    let found = found_after(
        ["sequence hours {\n  text \"Ten to eight.\"\n}\n", other],
        "// Gone.\n",
    );
    let messages: Vec<_> = found.iter().map(|found| found.split(':').next()).collect();
    assert_eq!(messages, [Some("unknown sequence `nowhere_at_all`")]);
}

#[test]
fn an_attribute_is_named_by_its_key_as_well() {
    let attribute = |key| {
        format!(
            "attribute balance key \"{key}\": number\napi top_up: nothing {{\n  post \"https://api.shop.example\"\n}}\n"
        )
    };
    let test = "on start {\n  call <<top_up>> else {\n  }\n  text \"Done.\"\n}\ntest \"it is sent\" {\n    start\n  called top_up with \"points\" = 3\n}\n";
    let found = found_after([&attribute("points"), test], &attribute("balance"));
    assert!(
        found.iter().any(|found| found.contains("says no `points`")),
        "{found:?}"
    );
}

#[test]
fn a_second_look_finds_the_same() {
    let files: Vec<File> = FILES
        .iter()
        .enumerate()
        .map(|(at, text)| read(at, text).0)
        .collect();
    let mut checks = IncrementalCheck::default();
    let first = checks.check(&files, Vec::new());
    assert!(
        first
            .iter()
            .any(|found| found.code().as_str() == "check::called_goto"),
        "{first:#?}"
    );
    assert_eq!(checks.check(&files, Vec::new()), first);
    let messages: Vec<&str> = first.iter().map(Diagnostic::message).collect();
    assert!(messages.len() > 1, "{messages:?}");
    assert_eq!(
        first.first().unwrap().labels().len(),
        first.first().unwrap().labels().len()
    );
}
