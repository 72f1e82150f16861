//! The table `tests/replies`: a reply per file, by the output that asked for it.

mod secrets;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::{Strategy, any, proptest};

use super::{Decoded, Expected, ReplyData, ReplyOption, ReplyTarget, decode};
use crate::contract::{Mask, PROBLEMS_KEPT, Problem};
use crate::customer::Customer;
use crate::diagnostics::Code;
use crate::effects::{Failure, Reply};
use crate::outcome::Outcome;
use crate::program::{Attribute, AttributeId, BodyId, Data, Output, Sequence, SequenceId};
use crate::settings::{Limits, Secret};
use crate::source::{Source, Span};
use crate::value::{Type, Value};

/// A flow with sequences `track` (id 142), `offers` and `agent`; `leads to` lists the first two.
fn data() -> Data {
    let mut data = Data::default();
    for (name, id) in [("track", Some("142")), ("offers", None), ("agent", None)] {
        let sequence = SequenceId(u32::try_from(data.sequences.len()).unwrap());
        data.sequences.push(Sequence {
            name: name.into(),
            id: id.map(Into::into),
            was: Vec::new(),
            body: BodyId(0),
        });
        data.sequence_by_name.insert(name.into(), sequence);
        data.sequence_by_name.extend(id.map(|id| (id.into(), sequence)));
    }
    let sizes = Type::OneOf(["small", "medium", "large"].into_iter().collect());
    for (key, ty) in [
        ("order_no", Type::Text),
        ("loyalty-balance", Type::Number),
        ("vip", Type::YesNo),
        ("size", sizes),
        ("birthday", Type::Date),
        ("cart", Type::Any),
    ] {
        let id = AttributeId(u32::try_from(data.attributes.len()).unwrap());
        data.attributes.push(Attribute {
            name: key.into(),
            key: key.into(),
            ty,
            default: None,
        });
        data.attribute_by_key.insert(key.into(), id);
    }
    data
}

fn answer(body: &[u8]) -> Result<Reply, Failure> {
    Ok(Reply {
        status: 200,
        location: None,
        body: body.to_vec(),
    })
}

fn decode_as(output: Output, body: &[u8], data: &Data) -> Decoded {
    decode_for(&Customer::new(7), &limits(), output, body, data)
}

fn decode_for(customer: &Customer, limits: &Limits, output: Output, body: &[u8], data: &Data) -> Decoded {
    let leads_to = [SequenceId(0), SequenceId(1)];
    decode(
        &answer(body),
        &Expected {
            output,
            leads_to: &leads_to,
            data,
            customer,
            limits,
            mask: &Mask::default(),
            problems: PROBLEMS_KEPT,
        },
    )
}

/// Without a bound on items, which is another test's.
fn limits() -> Limits {
    Limits {
        reply_items: usize::MAX,
        ..Limits::default()
    }
}

/// For a flow without sequences and attributes.
fn decode_alone(result: &Result<Reply, Failure>, output: Output, secrets: &[&str]) -> Decoded {
    let secrets: Vec<Secret> = secrets.iter().copied().map(Secret::new).collect();
    decode(
        result,
        &Expected {
            output,
            leads_to: &[],
            data: &Data::default(),
            customer: &Customer::new(7),
            limits: &limits(),
            mask: &Mask::new(&secrets),
            problems: PROBLEMS_KEPT,
        },
    )
}

#[test]
fn replies() {
    let data = data();
    for output in Output::ALL {
        let folder = output.as_str().replace(' ', "_");
        for file in files(
            &Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/replies")
                .join(&folder),
        ) {
            let stem = file.file_stem().unwrap().to_str().unwrap();
            #[expect(clippy::disallowed_methods, reason = "the table is made of files")]
            let body = std::fs::read(&file).unwrap();
            let decoded = decode_as(output, &body, &data);
            let is_good = matches!(decoded.outcome, Outcome::Ok | Outcome::Empty | Outcome::Declined);
            assert_eq!(is_good, stem.starts_with("ok_"), "{stem}: {:?}", decoded.outcome);
            let shown = String::from_utf8_lossy(&body);
            let lies_in_it = |problem: &Problem| shown.get(problem.span.range()).is_some();
            assert!(
                decoded.problems.iter().all(lies_in_it),
                "{stem}: {:?}",
                decoded.problems
            );
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path("../../../tests/snapshots");
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.set_snapshot_suffix(format!("{folder}.{stem}"));
            settings.bind(|| insta::assert_snapshot!("reply", draw(&body, &decoded, &data)));
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// The reply, a line, and all that was made of it.
fn draw(body: &[u8], decoded: &Decoded, data: &Data) -> String {
    let text = String::from_utf8_lossy(body);
    let source = Source::new("reply", text.as_ref());
    let mut out = format!("{}\n────\noutcome: {}\n", text.trim_end(), decoded.outcome);
    draw_data(&mut out, &decoded.data, data);
    for (key, value) in &decoded.attributes {
        match value {
            Some(value) => writeln!(out, "attribute {key} = {value:?}").unwrap(),
            None => writeln!(out, "attribute {key} cleared").unwrap(),
        }
    }
    if let Some(message) = &decoded.message {
        writeln!(out, "message: {message}").unwrap();
    }
    for problem in &decoded.problems {
        let place = source.position(problem.span.start);
        writeln!(
            out,
            "\n{} {} at {place} `{}`",
            problem.severity(),
            problem.code,
            problem.pointer
        )
        .unwrap();
        writeln!(out, "  {}", problem.message).unwrap();
        underline(&mut out, &source, problem.span);
        writeln!(out, "  expected: {}", problem.expected).unwrap();
        writeln!(out, "  found: {}", problem.found).unwrap();
        if let Some(help) = &problem.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}

fn underline(out: &mut String, source: &Source, span: Span) {
    let place = source.position(span.start);
    let line = source
        .text()
        .lines()
        .nth(place.line as usize - 1)
        .unwrap_or_default();
    let before = place.column as usize - 1;
    let in_line = line.chars().count().saturating_sub(before);
    let width = source.slice(span).chars().count().clamp(1, in_line.max(1));
    writeln!(out, "  │ {line}\n  │ {}{}", " ".repeat(before), "^".repeat(width)).unwrap();
}

fn draw_data(out: &mut String, reply: &ReplyData, data: &Data) {
    match reply {
        ReplyData::Nothing => {}
        ReplyData::Text(text) => writeln!(out, "text {text:?}").unwrap(),
        ReplyData::Media { kind, url } => writeln!(out, "{kind:?} {url}").unwrap(),
        ReplyData::Options(options) => {
            for option in options {
                draw_option(out, option, data);
            }
        }
        ReplyData::Cards(cards) => {
            for card in cards {
                let texts = [&card.subtitle, &card.image, &card.url];
                writeln!(out, "card {:?} {:?}", card.title, texts.map(Option::as_deref)).unwrap();
                for option in &card.buttons {
                    draw_option(out, option, data);
                }
            }
        }
    }
}

fn draw_option(out: &mut String, option: &ReplyOption, data: &Data) {
    let target = match &option.target {
        ReplyTarget::Sequence(id) => format!("sequence {}", data.sequences[id.index()].name),
        ReplyTarget::Url(url) => format!("url {url}"),
        ReplyTarget::Phone(phone) => format!("phone {phone}"),
    };
    writeln!(out, "option {:?} -> {target} {:?}", option.title, option.extra).unwrap();
}

#[test]
fn calls_without_a_reply() {
    let drawn = |result: Result<Reply, Failure>| {
        let decoded = decode_alone(&result, Output::Text, &[]);
        let message = decoded.message.unwrap_or_default();
        format!("{} {:?} {message}", decoded.outcome, decoded.status)
    };
    let with_status = |status, location: Option<&str>| {
        let body = br#"{"success": true, "data": "never looked at"}"#.to_vec();
        Ok(Reply {
            status,
            location: location.map(str::to_owned),
            body,
        })
    };
    let lines = [
        drawn(Err(Failure::Blocked("channel 3 is not connected".to_owned()))),
        drawn(Err(Failure::Timeout)),
        drawn(Err(Failure::Unreachable("the connection was refused".to_owned()))),
        drawn(with_status(500, None)),
        drawn(with_status(302, Some("https://shop.example/login"))),
        drawn(with_status(304, None)),
        drawn(Err(Failure::TooLarge)),
        drawn(with_status(299, None)),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r###"
blocked None channel 3 is not connected
timeout None no complete reply in time
unreachable None the connection was refused
status Some(500) HTTP 500
status Some(302) HTTP 302 to https://shop.example/login: redirects are not followed, so call that address
status Some(304) HTTP 304
too large None the reply is larger than the limit
ok Some(299)
"###);
}

#[test]
fn a_status_within_the_reply_is_compared() {
    let body = br#"{"success": true, "data": "Hi", "status": 200}"#.to_vec();
    let reply = Ok(Reply {
        status: 201,
        location: None,
        body,
    });
    let decoded = decode_alone(&reply, Output::Text, &[]);
    assert_eq!(decoded.outcome, Outcome::Ok);
    insta::assert_snapshot!(decoded.problems[0].message, @"`status` says 200 where HTTP says 201");
}

#[test]
fn nesting_as_deep_as_it_comes_is_refused_in_order() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let decoded = decode_alone(&answer(open.repeat(200_000).as_bytes()), Output::Text, &[]);
        assert_eq!(decoded.outcome, Outcome::NotJson);
        assert_eq!(decoded.problems.len(), 1);
    }
}

/// What a fault quotes can begin no line of a log, hide no secret, and be no longer than a sentence.
#[test]
fn what_a_fault_quotes_is_one_short_line() {
    for (body, shown) in [
        (
            "\"ke\\nERROR\\u001b[31m\u{202e}: \"Hello\"",
            "no quote behind `ke ERROR [31m`",
        ),
        ("\"to\u{2066}ken: \"Hello\"", "no quote behind `***`"),
        ("\"my \u{2066}token: \"Hello\"", "no quote behind `***`"),
        (
            &format!("{}: 1", "k".repeat(100)),
            &format!("the key `{}…` without quotes", "k".repeat(60)),
        ),
        (
            &format!("\"x\": 0{}", "1".repeat(100)),
            &format!("`0{}…`, which is no number", "1".repeat(59)),
        ),
    ] {
        let body = format!("{{\"success\": true, {body}, \"data\": \"x\"}}");
        let decoded = decode_alone(&answer(body.as_bytes()), Output::Text, &["token"]);
        let found: Vec<_> = decoded
            .problems
            .iter()
            .map(|problem| problem.found.as_str())
            .collect();
        assert_eq!(found, [shown], "{body}");
    }
}

/// A value that cannot be read is told once; what it would have been is not known.
#[test]
fn nothing_more_is_said_of_what_cannot_be_read() {
    let data = data();
    for (output, body) in [
        (Output::Text, r#""data": 0x1F"#),
        (Output::Text, r#""data": NaN"#),
        (Output::Text, r#""data": "x", "status": 0200"#),
        (Output::Text, r#""data": "x", "status": 1e400"#),
        (
            Output::Text,
            r#""data": "x", "attributes": {"order_no": 01, "vip": .5}"#,
        ),
        (
            Output::Buttons,
            r#""data": [{"title": "Call", "type": "phone", "value": 01712345678}]"#,
        ),
    ] {
        let body = format!("{{\"success\": true, {body}}}");
        let decoded = decode_as(output, body.as_bytes(), &data);
        let codes: Vec<_> = decoded.problems.iter().map(|problem| problem.code).collect();
        assert!(
            codes.iter().all(|code| *code == Code::ReplyNotJson),
            "{body}: {codes:?}"
        );
        assert_eq!(decoded.outcome, Outcome::NotJson);
    }
}

#[test]
fn many_problems_of_one_reply_are_bounded() {
    let faulty = format!("{{\"success\": true, \"data\": [{}0]}}", "0,".repeat(100_000));
    assert_eq!(
        decode_alone(&answer(faulty.as_bytes()), Output::Buttons, &[])
            .problems
            .len(),
        1_000
    );
    let commas = format!("[{}", ",".repeat(100_000));
    assert!(
        decode_alone(&answer(commas.as_bytes()), Output::Buttons, &[])
            .problems
            .len()
            <= 20
    );
}

#[test]
fn an_error_behind_any_number_of_warnings_counts() {
    let unknown = r#"{"type": "sequence", "title": "t", "value": "gone"}, "#;
    let body = format!(
        r#"{{"success": true, "data": [{}{{"type": "phone", "title": "t", "value": "x"}}],
            "attributes": {{"order_no": "AA-1"}}}}"#,
        unknown.repeat(2_000),
    );
    let decoded = decode_as(Output::Buttons, body.as_bytes(), &data());
    assert_eq!(decoded.outcome, Outcome::Contract);
    assert_eq!(decoded.attributes, []);
    let codes: Vec<Code> = decoded.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes.len(), 1_001);
    assert_eq!(codes.last(), Some(&Code::ReplyBadPhone));
}

#[test]
fn numbers_of_attributes_keep_their_digits() {
    let body =
        br#"{"success": true, "attributes": {"a": 1234567890123456789, "b": 6.0, "c": -0.5e1, "d": 1e400}}"#;
    let decoded = decode_alone(&answer(body), Output::Nothing, &[]);
    assert_eq!(decoded.outcome, Outcome::NotJson);
    let body = String::from_utf8_lossy(body).replace("1e400", "18446744073709551616");
    let decoded = decode_alone(&answer(body.as_bytes()), Output::Nothing, &[]);
    let values: Vec<String> = decoded
        .attributes
        .iter()
        .map(|(_, value)| format!("{}", value.clone().unwrap()))
        .collect();
    assert_eq!(values, ["1234567890123456789", "6", "-5", "18446744073709552000"]);
    assert_eq!(decoded.attributes[1].1, Some(Value::from(6)));
}

const GOOD: &[&str] = &[
    r#"{"success": true, "data": "Hello\nWorld \ud83d\ude00", "message": "Successful", "status": 200}"#,
    r#"{"data": [{"title": "A", "type": "url", "value": "https://a.example", "extra": "x"}], "success": true}"#,
    r#"{"data": [{"title": "A", "buttons": [{"title": "B", "type": "sequence", "value": "142"}]}], "success": true}"#,
    r#"{"data": {"type": "image", "url": "https://a.example/a.png"}, "attributes": {"vip": true, "n": -1.5e3, "cart": [{}, null]}, "success": true}"#,
];

/// A good reply with a few characters put in, taken out or replaced.
pub(super) fn nearly_good() -> impl Strategy<Value = String> {
    const BITS: &str = "{}[]\",:'\\/#ntux019.eE+- \n\t«“”\u{feff}\u{a0}";
    let bits: Vec<char> = BITS.chars().collect();
    let edits = proptest::collection::vec(
        (
            any::<proptest::sample::Index>(),
            0..3u8,
            proptest::sample::select(bits),
        ),
        0..5,
    );
    (proptest::sample::select(GOOD), edits).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, edit, c) in edits {
            let at = at.index(chars.len());
            match edit {
                0 => chars.insert(at, c),
                1 => drop(chars.remove(at)),
                _ => chars[at] = c,
            }
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for output in Output::ALL {
            decode_alone(&answer(&body), output, &[]);
        }
    }

    #[test]
    fn no_nearly_good_reply_panics(text in nearly_good()) {
        let data = data();
        for output in Output::ALL {
            let decoded = decode_as(output, text.as_bytes(), &data);
            for problem in decoded.problems {
                assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
            }
        }
    }
}

/// Compares a table of several lines with the one that is kept.
pub(super) fn assert_table(name: &str, table: &[String]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, table.join("\n")));
}

#[test]
fn a_wrong_reply_is_told_what_to_do() {
    let data = data();
    let around = |data: &str| format!(r#"{{"success": true, "data": {data}}}"#);
    let table = [
        (Output::Text, r#""hello""#.to_owned()),
        (Output::Text, r#""{hello}""#.to_owned()),
        (Output::Text, "[]".to_owned()),
        (Output::Text, "[1]".to_owned()),
        (Output::Text, r#"[{"data": "a"}]"#.to_owned()),
        (Output::Text, r#"[{"success": true}, 1]"#.to_owned()),
        (Output::Text, r#"{"ok": true, "data": "a"}"#.to_owned()),
        (Output::Text, r#"{"succeeded": true, "data": "a"}"#.to_owned()),
        (Output::Text, r#"{"success": 0}"#.to_owned()),
        (Output::Text, r#"{"success": 2}"#.to_owned()),
        (Output::Text, r#"{"success": "No"}"#.to_owned()),
        (Output::Text, r#"{"success": " OK "}"#.to_owned()),
        (Output::Text, r#"{"success": "maybe"}"#.to_owned()),
        (Output::Text, around("true")),
        (Output::Text, around("[]")),
        (Output::Text, around("[1]")),
        (Output::Text, around(r#"["a", 1]"#)),
        (Output::Text, around(r#"{"url": "https://shop.example/a.png"}"#)),
        (Output::Text, around(r#"{"anything": "a"}"#)),
        (Output::Text, around(r#"{"anything": "a", "else": "b"}"#)),
        (Output::Text, around(r#"{"anything": "a", "content": "b"}"#)),
        (Output::Gallery, around(r#"" ""#)),
        (Output::Gallery, around(r#""{a}""#)),
        (Output::Gallery, around(r#""[{\"title\": \"a\"}]""#)),
        (Output::Gallery, around(r#"["{\"title\": \"a\"}"]"#)),
        (Output::Gallery, around(r#"["{title}"]"#)),
        (Output::Gallery, around("[[1]]")),
        (Output::Gallery, around("[[{}]]")),
        (
            Output::Buttons,
            around(r#"[{"type": "url", "value": "https://shop.example"}]"#),
        ),
        (
            Output::Buttons,
            around(r#"[{"title": "a", "value": "https://shop.example"}]"#),
        ),
        (
            Output::Buttons,
            around(r#"[{"title": "a", "type": "tel", "value": "+8801712345678"}]"#),
        ),
        (
            Output::QuickReplies,
            around(r#"[{"title": "a", "type": "tel", "value": "+8801712345678"}]"#),
        ),
        (
            Output::Image,
            around(r#"{"type": "voice", "url": "https://shop.example/a.mp3"}"#),
        ),
        (
            Output::Image,
            around(r#"{"type": "film", "url": "https://shop.example/a.mp4"}"#),
        ),
        (
            Output::Image,
            around(r#"{"type": "papyrus", "url": "https://shop.example/a.mp4"}"#),
        ),
    ]
    .map(|(output, body)| {
        let mut table = format!("{output}: {body}");
        for problem in decode_as(output, body.as_bytes(), &data).problems {
            write!(table, "\n  {problem}").unwrap();
            if let Some(help) = problem.help {
                write!(table, "\n    {help}").unwrap();
            }
        }
        table
    });
    assert_table("wrong_replies", &table);
}

#[test]
fn bytes_that_are_compressed_have_the_header_of_it() {
    let found = |body: &[u8]| {
        decode_alone(&answer(body), Output::Text, &[]).problems[0]
            .found
            .clone()
    };
    let compressed = "a compressed body";
    for header in [
        [0x78, 0x01],
        [0x78, 0x5e],
        [0x78, 0x9c],
        [0x78, 0xda],
        [0x1f, 0x8b],
    ] {
        assert_eq!(found(&[header[0], header[1], 0xff]), compressed, "{header:?}");
    }
    for header in [[0x78, 0x02], [0x78, 0x80], [0x79, 0x9c]] {
        assert_ne!(found(&[header[0], header[1], 0xff]), compressed, "{header:?}");
    }
}

#[test]
fn a_list_may_be_as_long_as_its_limit() {
    let data = data();
    let problems = |items: usize, most: usize| {
        let items = vec![r#"{"title": "a"}"#; items].join(",");
        let body = format!(r#"{{"success": true, "data": [{items}]}}"#);
        let limits = Limits {
            reply_items: most,
            ..Limits::default()
        };
        let decoded = decode_for(
            &Customer::new(7),
            &limits,
            Output::Gallery,
            body.as_bytes(),
            &data,
        );
        decoded.problems.len()
    };
    assert_eq!([problems(3, 4), problems(3, 3), problems(3, 2)], [0, 0, 1]);
}

#[test]
fn a_customer_may_have_as_much_as_the_limit() {
    let data = data();
    let mut customer = Customer::new(7);
    customer.set_attribute("order_no", "AB-12");
    let body = br#"{"success": true, "data": "", "attributes": {"order_no": "AB-123456", "vip": true}}"#;
    let mut after = customer.clone();
    after.set_attribute("order_no", "AB-123456");
    after.set_attribute("vip", true);
    let outcome = |most: usize| {
        let limits = Limits {
            customer_bytes: most,
            ..Limits::default()
        };
        let decoded = decode_for(&customer, &limits, Output::Text, body, &data);
        (decoded.outcome.is_failure(), decoded.attributes.len())
    };
    assert_eq!(outcome(after.saved_bytes()), (false, 2));
    assert_eq!(outcome(after.saved_bytes() - 1), (true, 0));
    assert_eq!(outcome(customer.saved_bytes()), (true, 0));
}

#[test]
fn keys_of_any_length_are_quoted_once_however_much_is_found_below() {
    let key = "s3cret-Token-".repeat(30_000);
    let twice = vec![r#""a":1"#; 50_000].join(",");
    let body = format!(r#"{{"success":true,"data":"x","{key}":{{{twice}}}}}"#);
    let decoded = decode_alone(&answer(body.as_bytes()), Output::Text, &["s3cret-Token-99"]);
    assert_eq!(decoded.outcome, Outcome::Ok);
    assert_eq!(decoded.problems.len(), PROBLEMS_KEPT);
    let pointers: HashSet<&str> = decoded.problems.iter().map(|problem| &*problem.pointer).collect();
    assert_eq!(pointers.len(), 1, "{pointers:?}");
}

#[test]
fn for_the_first_of_many_unknown_sequences_a_known_one_is_looked_for() {
    let items = vec![r#"{"title":"A","type":"sequence","value":"ofers"}"#; 30].join(",");
    let body = format!(r#"{{"success":true,"data":[{items}]}}"#);
    let decoded = decode_as(Output::QuickReplies, body.as_bytes(), &data());
    let helps: Vec<_> = decoded
        .problems
        .iter()
        .map(|problem| problem.help.as_deref())
        .collect();
    let (first, others) = helps.split_at(20);
    assert_eq!(first, [Some("did you mean `offers`?"); 20]);
    assert_eq!(others, [None; 10]);
}
