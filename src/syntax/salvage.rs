//! What a line that cannot be read was meant to be, as far as its first words tell.
//!
//! Its name is then declared and its block is read as the block it was meant to be: a slip in a
//! header hides nothing of what stands below it, and nobody is told that the name is unknown.

use super::ast::{Expr, ExprKind, Head, Ident, OptionsKind, Text, Time, Trigger, TypeRef};
use super::error::{first_word, near_word};
use super::expression::missing_name;
use super::parser::len;
use super::placement::{Block, Place, Word};
use super::text::is_blank;
use super::words::TRIGGERS;
use crate::diagnostics::nearest;
use crate::source::{Source, Span};

/// The head that a broken line in `place` was meant to be, with whatever it lacks left empty;
/// [`Head::Bad`] where nobody can tell. A misspelt word only counts where its line goes on as such
/// a line does: with a block, where `opens_block` says so.
pub(super) fn salvaged(source: &Source, span: Span, place: Place, opens_block: bool) -> Head {
    let line = source.slice(span);
    let Some(word) = meant(line, place).filter(|word| opens_block || word.block() != Block::Needed) else {
        return if first_word(line) == "if" {
            Head::If(missing_value(span.end))
        } else {
            Head::Bad
        };
    };
    if word.is_item() {
        item(source, span, word)
    } else if opens_block {
        block(span, word)
    } else {
        Head::Bad
    }
}

/// The head that a line without meaning in `place` was meant to be there; itself where nobody can tell.
pub(super) fn replaced(head: Head, place: Place, opens_block: bool) -> Head {
    match head {
        Head::CardButton(button) if place == Place::Statements && opens_block && button.is_title_only() => {
            Head::Options {
                kind: OptionsKind::Buttons,
                id: None,
                prompt: Some(button.title),
            }
        }
        other => other,
    }
}

/// The head of a broken item, as far as its name.
pub(super) fn salvaged_item(source: &Source, span: Span) -> Head {
    match Word::at_start_of(source.slice(span)).filter(|word| word.is_item()) {
        Some(word) => item(source, span, word),
        None => Head::Bad,
    }
}

/// The word that a line begins with, or that its first word is a slip of, where it fits the place.
fn meant(line: &str, place: Place) -> Option<Word> {
    let known = Word::at_start_of(line).filter(|word| word.is_beside(place));
    let exact = known.or_else(|| {
        let first = first_word(line);
        let second = second_word(line);
        let (first, second) = (first.to_lowercase(), second.to_lowercase());
        let (first, second) = (first.as_str(), second.as_str());
        match first {
            "no" => {
                nearest(second, ["match", "reply"]).and_then(|near| Word::at_start_of(&format!("no {near}")))
            }
            "quick" => nearest(second, ["replies"]).map(|_| Word::QuickReplies),
            _ => near_word(first, place).and_then(Word::at_start_of),
        }
    });
    exact.filter(|word| word.places().contains(&place))
}

fn second_word(line: &str) -> &str {
    let behind = line.get(first_word(line).len()..).unwrap_or_default();
    first_word(behind.trim_start_matches(is_blank))
}

fn item(source: &Source, span: Span, word: Word) -> Head {
    let name = name_behind_first_word(source, span);
    let end = span.end;
    match word {
        Word::Attribute => Head::Attribute {
            name,
            key: None,
            ty: TypeRef {
                span: Span::at(end),
                kind: None,
            },
            default: None,
        },
        Word::Server => Head::Server {
            name,
            origin: missing_text(end),
        },
        Word::Api => Head::Api {
            name,
            output: Span::at(end),
        },
        Word::Action => Head::Action { name },
        Word::Sequence => Head::Sequence {
            name,
            id: None,
            was: Vec::new(),
        },
        Word::On => Head::On(trigger(second_word(source.slice(span)))),
        Word::Test => Head::Test {
            name: missing_text(end),
        },
        _ => Head::Bad,
    }
}

/// The trigger that a word is, or is a slip of; of a handler that nobody can tell, no words.
pub(super) fn trigger(written: &str) -> Trigger {
    let words = TRIGGERS.iter().filter_map(|trigger| trigger.split(' ').next());
    match nearest(first_word(written), words) {
        Some("start") => Trigger::Start,
        Some("unmatched") => Trigger::Unmatched,
        Some("api") => Trigger::ApiFailure,
        Some("stale") => Trigger::Stale,
        Some("moved") => Trigger::Moved,
        Some("intent") => Trigger::Intent(Vec::new()),
        _ => Trigger::Words(Vec::new()),
    }
}

/// The heads of lines in an item that open a block.
fn block(span: Span, word: Word) -> Head {
    let end = span.end;
    match word {
        Word::If => Head::If(missing_value(end)),
        Word::Once => Head::Once {
            id: Some(missing_name(end)),
        },
        Word::Gallery => Head::Gallery { id: None },
        Word::Card => Head::Card {
            title: missing_text(end),
        },
        Word::Buttons | Word::QuickReplies => Head::Options {
            kind: match word {
                Word::Buttons => OptionsKind::Buttons,
                _ => OptionsKind::QuickReplies,
            },
            id: None,
            prompt: None,
        },
        Word::Ask => Head::Ask {
            id: None,
            prompt: Some(missing_text(end)),
            save: None,
        },
        Word::NoMatch => Head::NoMatch,
        Word::NoReply => Head::NoReply(Time {
            span: Span::at(end),
            duration: None,
        }),
        Word::Do => Head::Do {
            name: missing_name(end),
        },
        _ => Head::Bad,
    }
}

/// The name of a broken item, in quotes or not; an empty one where none stands there.
fn name_behind_first_word(source: &Source, span: Span) -> Ident {
    let line = source.slice(span);
    let behind = line.get(first_word(line).len()..).unwrap_or_default();
    let rest = behind.trim_start_matches(|letter| is_blank(letter) || matches!(letter, '"' | '“'));
    let name = first_word(rest);
    let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    if rest.len() == behind.len() || !is_name {
        return missing_name(span.end);
    }
    let start = span.end - len(rest);
    Ident {
        span: Span::new(start, start + len(name)),
    }
}

fn missing_text(at: u32) -> Text {
    Text {
        span: Span::at(at),
        is_block: false,
        parts: Box::default(),
    }
}

fn missing_value(at: u32) -> Expr {
    Expr {
        span: Span::at(at),
        kind: ExprKind::Missing,
    }
}
