//! What a turn said, as the lines that expect exactly that.

use indexmap::IndexMap;
use sayflow::{Block, BlockOption, Card, Event, OptionTarget, Program, Value};

use super::Lines;
use super::quote::{self, Quoted, line, regex, text};
use super::words;
use crate::masking::Changes;
use crate::scene::{Played, Said};
use crate::script::Notice;

/// So many blocks of a turn that a limit stopped are expected; any may follow.
const BLOCKS_OF_A_CIRCLE: usize = 3;

/// Writes what a turn said and changed.
pub(super) fn turn(lines: &mut Lines, program: &Program, played: &Played) {
    let mut has_handover = false;
    let mut blocks = 0;
    let most = most_blocks(played);
    for said in &played.said {
        match said {
            Said::Block(block) => {
                blocks += 1;
                match blocks {
                    nth if nth <= most => self::block(lines, program, block),
                    nth if nth == most + 1 => lines.push("..."),
                    _ => {}
                }
            }
            Said::Event(event) => {
                has_handover |= matches!(event, Event::Handover { .. });
                self::event(lines, event);
            }
        }
    }
    attributes(lines, program, &played.attributes, has_handover);
}

/// Writes one thing that was said.
pub(super) fn said(lines: &mut Lines, program: &Program, said: &Said) {
    match said {
        Said::Block(block) => self::block(lines, program, block),
        Said::Event(event) => self::event(lines, event),
    }
}

/// How many blocks of a turn are worth reading: one that went round in circles until a limit stopped it says the
/// same again and again.
fn most_blocks(played: &Played) -> usize {
    let is_limit = |said: &Said| matches!(said, Said::Event(Event::LimitReached { .. }));
    match played.said.iter().any(is_limit) {
        true => BLOCKS_OF_A_CIRCLE,
        false => usize::MAX,
    }
}

/// Whether the language can write all of it. A text is no matter: a regular expression can.
pub(super) fn is_writable(said: &Said) -> bool {
    is_writable_besides(said, None)
}

/// Whether a test can expect it: what cannot be written of an `extra` is not asked for.
pub(crate) fn can_be_expected(said: &Said) -> bool {
    is_writable_besides(said, Some("extra"))
}

fn is_writable_besides(said: &Said, besides: Option<&str>) -> bool {
    let json = match said {
        Said::Block(Block::Text { .. }) => return true,
        Said::Block(block) => serde_json::to_value(block),
        Said::Event(event) => serde_json::to_value(event),
    };
    json.is_ok_and(|json| is_json_writable(&json, besides))
}

fn is_json_writable(json: &serde_json::Value, besides: Option<&str>) -> bool {
    match json {
        serde_json::Value::String(text) => quote::is_writable(text),
        serde_json::Value::Array(items) => items.iter().all(|item| is_json_writable(item, besides)),
        serde_json::Value::Object(entries) => entries
            .iter()
            .all(|(key, item)| besides == Some(key.as_str()) || is_json_writable(item, besides)),
        _ => true,
    }
}

fn block(lines: &mut Lines, program: &Program, block: &Block) {
    match block {
        Block::Text { text: said } if !quote::is_writable(said) => {
            lines.push(&format!("text {}", regex(said)))
        }
        Block::Text { text: said } => match text(said) {
            Quoted::Line(quoted) => lines.push(&format!("text {quoted}")),
            Quoted::Lines(block) => {
                lines.push("text \"\"\"");
                block.iter().for_each(|line| lines.push_deeper(line));
                lines.push_deeper("\"\"\"");
            }
        },
        Block::Image { url } => lines.push(&format!("image {}", line(url))),
        Block::Audio { url } => lines.push(&format!("audio {}", line(url))),
        Block::Video { url } => lines.push(&format!("video {}", line(url))),
        Block::Gallery { cards } => {
            lines.open("gallery");
            cards.iter().for_each(|shown| card(lines, program, shown));
            lines.close();
        }
        Block::Buttons { text, options } => {
            open_options(lines, "buttons", text.as_deref());
            self::options(lines, program, options);
        }
        Block::QuickReplies { text, options } => {
            open_options(lines, "quick replies", text.as_deref());
            self::options(lines, program, options);
        }
        Block::Pause { duration } => lines.push(&format!("pause {}", words::span(*duration))),
        _ => lines.note("a block that the language of tests does not know"),
    }
}

fn card(lines: &mut Lines, program: &Program, card: &Card) {
    // The braces say that there is nothing else.
    lines.open(&format!("card {}", line(&card.title)));
    for (word, text) in [
        ("subtitle", &card.subtitle),
        ("image", &card.image),
        ("url", &card.url),
    ] {
        if let Some(text) = text {
            lines.push(&format!("{word} {}", line(text)));
        }
    }
    for button in &card.buttons {
        lines.push(&format!("button {}", option(program, button)));
    }
    lines.close();
}

fn open_options(lines: &mut Lines, word: &str, prompt: Option<&str>) {
    match prompt {
        Some(prompt) => lines.open(&format!("{word} {}", line(prompt))),
        None => lines.open(word),
    }
}

fn options(lines: &mut Lines, program: &Program, options: &[BlockOption]) {
    options
        .iter()
        .for_each(|shown| lines.push(&option(program, shown)));
    lines.close();
}

fn option(program: &Program, option: &BlockOption) -> String {
    let target = match &option.target {
        // A block names a sequence by its id where it has one.
        OptionTarget::Sequence(word) => format!(" -> {}", program.sequence_name(word).unwrap_or(word)),
        OptionTarget::Url(url) => format!(" -> url {}", line(url)),
        OptionTarget::Phone(number) => format!(" -> phone {}", line(number)),
        _ => String::new(),
    };
    // Without one a test takes whatever extra there is; with half of one it never passes.
    let extra = option.extra.as_deref().filter(|extra| quote::is_writable(extra));
    let extra = extra.map_or_else(String::new, |extra| format!(" extra {}", line(extra)));
    format!("{}{target}{extra}", line(&option.title))
}

fn event(lines: &mut Lines, event: &Event) {
    match event {
        Event::Call(_) => {}
        Event::Action { name, values } => action(lines, name, values),
        Event::Handover { team, priority } => {
            let priority = priority.as_deref();
            let priority = priority.map_or_else(String::new, |word| format!(" priority {word}"));
            lines.push(&format!("handover {}{priority}", line(team)));
        }
        other => match Notice::of(other) {
            Some(notice) => lines.push(&format!("event {}", notice.as_str())),
            None => lines.note("an event that the language of tests does not know"),
        },
    }
}

fn action(lines: &mut Lines, name: &str, values: &IndexMap<String, Value>) {
    let written: Option<Vec<String>> = values
        .iter()
        .map(|(key, value)| Some(format!("{key} = {}", words::value(value)?)))
        .collect();
    match written {
        Some(written) => {
            lines.open(&format!("do {name}"));
            written.iter().for_each(|line| lines.push(line));
            lines.close();
        }
        None => {
            lines.note(
                "a value of this action is a list or an object or has a control character, which a test cannot write",
            );
            lines.push(&format!("do {name}"));
        }
    }
}

fn attributes(lines: &mut Lines, program: &Program, changes: &Changes, has_handover: bool) {
    let mut expected = Vec::new();
    for (key, value) in changes {
        // A handover says so already.
        if has_handover && key == "bot_enabled" {
            continue;
        }
        let Some(name) = words::name_of(program, key) else {
            lines.note(&format!(
                "{} changed, which the flow does not declare",
                quote::in_comment(key)
            ));
            continue;
        };
        // A test reads the default where nothing is saved.
        let value = value.as_ref().or_else(|| program.attribute_default(key));
        expected.push(match value {
            None => format!("{name} is empty"),
            Some(value) => match words::value(value) {
                Some(value) => format!("{name} = {value}"),
                None => format!("{name} is not empty"),
            },
        });
    }
    lines.list("expect", &expected);
}
