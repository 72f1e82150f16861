//! Flows for conversations: those of the examples, and flows that are made of bytes.

use std::fmt::Write as _;
use std::sync::OnceLock;

use sayflow::syntax::ast::File;
use sayflow::{Program, Source, check_files, syntax};

use crate::bytes::{self, Bytes};

/// Flows as people write them, each with what its catalogs say.
///
/// New ones go to the end: a corpus names them by their number.
const WRITTEN: [&[(&str, &str)]; 7] = [
    &[(
        "sample.flow",
        include_str!("../../tests/syntax/ok_whole_sample.flow"),
    )],
    &[("booking.flow", include_str!("../../examples/flows/booking.flow"))],
    &[(
        "callback.flow",
        include_str!("../../examples/flows/callback.flow"),
    )],
    &[("order.flow", include_str!("../../examples/flows/order.flow"))],
    &[
        ("shop.flow", include_str!("../../tests/sessions/shop.flow")),
        ("texts/bn.po", include_str!("../../tests/sessions/bn.po")),
    ],
    &[
        ("shop.flow", include_str!("../../examples/languages/shop.flow")),
        (
            "texts/ar.po",
            include_str!("../../examples/languages/texts/ar.po"),
        ),
        (
            "texts/bn.po",
            include_str!("../../examples/languages/texts/bn.po"),
        ),
        (
            "texts/en.po",
            include_str!("../../examples/languages/texts/en.po"),
        ),
    ],
    &[(
        "tailor.flow",
        include_str!("../../examples/tested/flows/tailor.flow"),
    )],
];

/// What every generated flow begins with.
const DECLARED: &str = include_str!("../flows/declared.flow");

/// The flows that people have written, as programs.
pub fn written() -> &'static [Program] {
    static PROGRAMS: OnceLock<Vec<Program>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let flows = WRITTEN.iter().filter_map(|files| load(files));
        flows.collect()
    })
}

fn load(files: &[(&str, &str)]) -> Option<Program> {
    let sources = files.iter().map(|(name, text)| Source::new(*name, *text));
    Program::load(sources).ok()
}

/// One of the written flows, one that is made of bytes, or one that stands in the bytes; `None` where that has errors.
#[must_use]
pub fn program(bytes: &mut Bytes<'_>) -> Option<Program> {
    match bytes.below(4) {
        0 => bytes.pick(written()).cloned(),
        1 | 2 => with_declared(&made(&mut Bytes::new(bytes.some()))),
        _ => load(&[("read.flow", &bytes::text(bytes.part()))]),
    }
}

/// The program of what was made, behind what every generated flow declares, which is read once.
fn with_declared(made: &str) -> Option<Program> {
    static READ: OnceLock<File> = OnceLock::new();
    let declared = READ.get_or_init(|| syntax::parse(&Source::new("declared.flow", DECLARED)).0);
    let (file, found) = syntax::parse(&Source::new("made.flow", made));
    check_files(&[declared.clone(), file], found).0
}

/// The sequences and handlers of a flow, with every kind of statement that the language has. Few have errors: the names are right, and what
/// follows a word is what may follow it.
#[must_use]
pub fn made(bytes: &mut Bytes<'_>) -> String {
    let mut page = Page {
        text: String::new(),
        ids: 0,
    };
    let handlers = bytes.byte();
    for (nth, head) in HANDLERS.iter().enumerate() {
        if nth == 0 || handlers & (1 << nth) != 0 {
            page.block(head, bytes, 2);
        }
    }
    for head in SEQUENCES {
        page.block(head, bytes, 3);
    }
    page.text
}

const HANDLERS: [&str; 7] = [
    "on start",
    "on words \"help\", \"talk to*\"",
    "on intent \"buy\"",
    "on unmatched",
    "on api failure",
    "on stale",
    "on moved",
];

const SEQUENCES: [&str; 4] = [
    "sequence a",
    "sequence b id \"142\" was \"old\"",
    "sequence c",
    "sequence d_with_a_name_that_is_longer_than_an_id_of_an_option",
];

const NAMES: [&str; 4] = [
    "a",
    "b",
    "c",
    "d_with_a_name_that_is_longer_than_an_id_of_an_option",
];

const TEXTS: [&str; 8] = [
    "Hello.",
    "Hi {{first_name|there}}!",
    "{{count}} of {{points|no}} {{size}}, {{day}}",
    "",
    "{{name}} {{name}} {{name}} {{name}}",
    "\\{\\< \\\"quoted\\\" \\n",
    "স্বাগতম {{last_message_text}}",
    "{{cart}}{{vip|no}}{{timezone}}",
];

const CONDITIONS: [&str; 10] = [
    "vip",
    "not vip",
    "count > 3",
    "name is empty",
    "size is \"S\"",
    "extra is not empty",
    "visits(b) < 2",
    "name contains \"a\" or name starts with \"B\"",
    "count + 1 >= points * 2 and count / points != 1",
    "day == \"2026-11-20\" or size is not \"L\"",
];

const ASSIGNMENTS: [&str; 14] = [
    "set count = count + 1",
    "set count = count * count - points",
    "set points = count / points",
    "set count = 9007199254740993 * 1024",
    "set name = extra",
    "set name = \"{{name}}{{name}}.\"",
    "set name = last_message_text",
    "set vip = yes",
    "set size = \"M\"",
    "set day = \"2026-11-20\"",
    "set first_name = \"Asha\"",
    "clear name",
    "clear count",
    "clear size",
];

/// What is asked for: the attribute, what is accepted for it, and two options that answer.
const ASKED: [(&str, &[&str], &str); 6] = [
    (
        "name",
        &[
            "text",
            "email",
            "phone",
            "url",
            "image",
            "location",
            "pattern \"AA-######\"",
            "regex \"a+b?\"",
        ],
        "\"S\"\n\"Five\" extra \"5\"",
    ),
    (
        "count",
        &["number 1..10", "number"],
        "\"7\"\n\"Five\" extra \"5\"",
    ),
    ("vip", &["yes/no"], "\"Yes\"\n\"Never\" extra \"no\""),
    ("size", &["one of \"S\", \"M\""], "\"S\"\n\"Middle\" extra \"M\""),
    ("day", &["date"], "\"2026-11-20\"\n\"Later\" extra \"2027-01-01\""),
    ("first_name", &["text", "file"], "\"S\"\n\"Five\" extra \"5\""),
];

const OUTCOMES: [&str; 4] = ["timeout", "empty", "not json, status", "declined, contract"];

/// A flow under the pen.
struct Page {
    text: String,
    /// How many ids were given.
    ids: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A head with a block of statements, never an empty one.
    fn block(&mut self, head: &str, bytes: &mut Bytes<'_>, depth: usize) {
        self.line(&format!("{head} {{"));
        for _ in 0..=bytes.below(4) {
            self.statement(bytes, depth);
        }
        self.line("}");
    }

    fn id(&mut self) -> String {
        self.ids += 1;
        format!("@i{}", self.ids)
    }

    /// A statement with at most `depth` blocks of statements around each other.
    fn statement(&mut self, bytes: &mut Bytes<'_>, depth: usize) {
        match bytes.below(if depth == 0 { 12 } else { 20 }) {
            0 => self.line(&format!("text \"{}\"", bytes.word(&TEXTS))),
            1 => self.line(bytes.word(&ASSIGNMENTS)),
            2 => self.line(&format!("goto {}", bytes.word(&NAMES))),
            3 => {
                let id = self.id();
                self.line(&format!("call {id} {}", bytes.word(&NAMES)));
            }
            4 => self.line("text \"Order: <<status>>.\" else \"None.\""),
            5 => self.line("image <<picture>> else \"https://cdn.shop.example/a.png\""),
            6 => self.line("wait 2s"),
            7 => self.line("end"),
            8 => self.line("handover \"Care\" priority high"),
            9 => self.line("do mail {\nto = name\ncount = count * 2\n}"),
            10 => self.line("call <<record>>"),
            11 => self.line("text \"<<status>>\""),
            12 => self.branches(bytes, depth - 1),
            13 => {
                let id = self.id();
                self.block(&format!("once {id}"), bytes, depth - 1);
            }
            14 => self.options("buttons", "choices", bytes, depth),
            15 => self.options("quick replies", "answers", bytes, depth),
            16 => self.gallery(bytes, depth),
            17 => {
                self.text.push_str("text \"<<status>>\"");
                self.otherwise(bytes, depth);
            }
            _ => self.ask(bytes, depth),
        }
    }

    fn branches(&mut self, bytes: &mut Bytes<'_>, depth: usize) {
        self.block(&format!("if {}", condition(bytes)), bytes, depth);
        if bytes.one_in(2) {
            self.block(&format!("else if {}", condition(bytes)), bytes, depth);
        }
        if bytes.one_in(2) {
            self.block("else", bytes, depth);
        }
    }

    /// What follows a block that asks an endpoint.
    fn otherwise(&mut self, bytes: &mut Bytes<'_>, depth: usize) {
        if bytes.one_in(2) {
            self.block(&format!(" else {}", bytes.word(&OUTCOMES)), bytes, depth - 1);
        }
        match bytes.below(3) {
            0 => self.line(" else \"Not now.\""),
            1 => self.block(" else", bytes, depth - 1),
            _ => self.line(""),
        }
    }

    fn options(&mut self, kind: &str, api: &str, bytes: &mut Bytes<'_>, depth: usize) {
        self.line(&format!("{kind} \"{}?\" {{", bytes.word(&TEXTS)));
        self.option_lines(api, bytes);
        self.text.push('}');
        self.otherwise(bytes, depth);
    }

    fn option_lines(&mut self, api: &str, bytes: &mut Bytes<'_>) {
        for nth in 0..=bytes.below(3) {
            let target = match bytes.below(4) {
                3 => "url \"https://shop.example/{{name}}\"".to_owned(),
                _ => bytes.word(&NAMES).to_owned(),
            };
            let extra = bytes.word(&["", " extra \"x{{count}}\"", " extra \"\""]);
            let condition = match bytes.one_in(3) {
                true => format!(" if {}", condition(bytes)),
                false => String::new(),
            };
            self.line(&format!("\"Option {nth}\" -> {target}{extra}{condition}"));
        }
        if bytes.one_in(2) {
            self.line(&format!("<<{api}>>"));
        }
    }

    fn gallery(&mut self, bytes: &mut Bytes<'_>, depth: usize) {
        self.line("gallery {\n<<cards>>");
        if bytes.one_in(2) {
            self.line(
                "card \"Tea {{count}}\" {\nsubtitle \"{{name}}\"\nbutton \"More\" -> a extra \"tea\"\n}",
            );
        }
        self.text.push('}');
        self.otherwise(bytes, depth);
    }

    fn ask(&mut self, bytes: &mut Bytes<'_>, depth: usize) {
        let id = self.id();
        let Some((attribute, accepted, answers)) = bytes.pick(&ASKED) else {
            return;
        };
        self.line(&format!(
            "ask {id} \"{}?\" save {attribute} {{",
            bytes.word(&TEXTS)
        ));
        let parts = bytes.byte();
        if parts & 1 != 0 {
            self.line(&format!("accept {}", bytes.word(accepted)));
        }
        if parts & 2 != 0 {
            self.line(bytes.word(&["retry \"Again?\"", "retry 2 \"Again, {{name}}?\""]));
        }
        if parts & 4 != 0 {
            self.block("no match", bytes, depth - 1);
        }
        if parts & 8 != 0 {
            self.block("no reply 10m", bytes, depth - 1);
        }
        if parts & 16 != 0 {
            self.line("no interrupts");
        }
        if parts & 32 != 0 {
            self.line(&format!("quick replies {{\n{answers}"));
            self.option_lines("answers", bytes);
            self.line("}");
        }
        self.text.push('}');
        match parts & 64 != 0 {
            true => self.block(" else", bytes, depth - 1),
            false => self.line(""),
        }
    }
}

fn condition(bytes: &mut Bytes<'_>) -> String {
    let mut text = String::new();
    for nth in 0..=bytes.below(3) {
        let joint = if nth == 0 {
            ""
        } else {
            bytes.word(&[" and ", " or ", " and not "])
        };
        let _ = write!(text, "{joint}({})", bytes.word(&CONDITIONS));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_flow_runs() {
        assert_eq!(written().len(), WRITTEN.len());
    }

    #[test]
    fn a_flow_that_is_made_of_nothing_runs() {
        assert!(with_declared(&made(&mut Bytes::new(b""))).is_some());
    }

    /// A generator whose flows are mostly refused would test the checker and not the engine.
    #[test]
    fn most_flows_that_are_made_run() {
        let mut state = 1_u32;
        let mut bytes = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let flows = (0..200).map(|_| {
            let bytes: Vec<u8> = (0..80).map(|_| bytes()).collect();
            made(&mut Bytes::new(&bytes))
        });
        let running = flows.filter(|flow| with_declared(flow).is_some()).count();
        assert!(running > 150, "{running} of 200");
    }
}
