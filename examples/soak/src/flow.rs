//! Flows that nobody would write and the checker accepts: every statement, in any order, with random targets.

use std::fmt::Write as _;

use crate::chance::Chance;

/// How many sequences a flow has. All flows name theirs alike, so that a session of one is at home in the next.
const SEQUENCES: usize = 12;

/// The fixed beginning: attributes, APIs and the handlers that random lines refer to.
const HEAD: &str = r#"
attribute word: text = "word"
attribute count: number = 0
attribute flag: yes/no = no
attribute day: date
attribute size: one of "S", "M", "L"
attribute cart: any

server shop "https://shop.example" {
  header "X-Token" = secret TOKEN
}
api words: text {
  get shop "/words/{{count}}"
  param "word" = word
}
api more: text {
  get shop "/words"
}
api picture: image {
  get shop "/picture"
}
api cards: gallery {
  post shop "/cards"
  field "size" = size
}
api choices: buttons {
  post shop "/choices"
}
api quick: quick replies {
  get shop "/quick"
}
api load: nothing {
  post shop "/load"
}
action note {
  word: text
  count: number
}
on words "help", "talk to*" {
  text "Help is near."
}
on words "size" {
  ask @again "Which size now?" save size
}
on intent "greeting" {
  text "Hello, {{first_name|you}}!"
}
on unmatched {
  text "Pardon?"
}
on api failure {
  text "Nothing answers."
}
on stale {
  text "That is gone."
}
on start {
  goto s0
}
"#;

/// A flow, the same for the same chance.
pub(crate) fn random(chance: &mut Chance) -> String {
    let mut flow = HEAD.to_owned();
    for number in 0..SEQUENCES {
        // Writing to a string cannot fail.
        let _ = writeln!(flow, "sequence s{number} {{");
        let mut lines = Lines {
            chance,
            out: &mut flow,
            ids: 0,
        };
        let _ = writeln!(lines.out, "  text \"Sequence {number}.\"");
        for _ in 0..1 + lines.chance.below(6) {
            lines.statement();
        }
        flow.push_str("}\n");
    }
    flow
}

struct Lines<'l> {
    chance: &'l mut Chance,
    out: &'l mut String,
    ids: usize,
}

impl Lines<'_> {
    fn statement(&mut self) {
        let (target, other) = (self.chance.below(SEQUENCES), self.chance.below(SEQUENCES));
        self.ids += 1;
        let id = self.ids;
        let line = match self.chance.below(22) {
            0 => "text \"{{word}}, {{count}}, {{size|no size}}.\"".to_owned(),
            1 => "text \"<<words>> and <<more>>, {{word}}\" else timeout, status {\n text \"Late.\"\n } else \"Nothing.\"".to_owned(),
            2 => "text \"<<words>> without a way out\"".to_owned(),
            3 => "image <<picture>> else \"https://cdn.example/a.png\"".to_owned(),
            4 => format!("buttons \"Where, {{{{word}}}}?\" {{\n \"One\" -> s{target} extra \"{{{{count}}}}\"\n \"Two\" -> s{other} if count > 3\n <<choices>>\n }}"),
            5 => format!("quick replies {{\n \"Quick\" -> s{target}\n <<quick>>\n }}"),
            6 => "gallery {\n <<cards>>\n card \"{{word}} card\" {\n subtitle \"{{count}}\"\n }\n }".to_owned(),
            7 => format!("ask @a{id} \"A word?\" save word {{\n retry 1 \"Again.\"\n no match {{\n text \"Well.\"\n }}\n }}"),
            8 => format!("ask @a{id} \"How many?\" save count {{\n accept number 1..1000\n retry \"A number.\"\n no reply 10m {{\n text \"Still there?\"\n }}\n }}"),
            9 => format!("ask @a{id} \"Which size?\" save size {{\n quick replies {{\n \"S\"\n \"M\"\n \"L\" -> s{target}\n }}\n retry \"Tap one.\"\n }}"),
            10 => format!("ask @a{id} \"Which day?\" save day {{\n accept date\n no interrupts\n retry 1 \"A day.\"\n no match {{\n text \"Never mind.\"\n }}\n }}"),
            11 => format!("ask @a{id} \"Which?\" {{\n buttons {{\n <<choices>>\n \"None\" -> s{target}\n }}\n }}"),
            12 => "set count = count + 1".to_owned(),
            13 => "set word = \"{{word}}{{word}}\"".to_owned(),
            14 => "set word = extra".to_owned(),
            15 => "clear size".to_owned(),
            16 => format!("if count > {target} and not flag {{\n set flag = yes\n text \"Once more: {{{{count}}}}.\"\n }} else if visits(s{other}) > 2 {{\n set count = 0\n }}"),
            17 => format!("once @o{id} {{\n text \"Only once.\"\n }}"),
            18 => format!("call @c{id} s{target}"),
            19 => "call <<load>> else contract {\n text \"Too much.\"\n }".to_owned(),
            20 => "do note {\n word = word\n count = count\n }".to_owned(),
            _ => format!("if flag {{\n handover \"Team {{{{word}}}}\"\n }} else if count < {target} {{\n goto s{target}\n }}"),
        };
        let _ = writeln!(self.out, "  {line}");
    }
}
