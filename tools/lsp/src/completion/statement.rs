//! The statement that a cursor is in, by the line before it: several can stand in a block on one line.

use sayflow::syntax::{self, Place};

/// What stands behind the last brace outside of quotes, and there behind the last statement that is whole.
pub(super) fn statement(line: &str, place: Place) -> &str {
    let last = match behind_brace(line) {
        Some(statements) => statements.get(last_of(statements, place)..).unwrap_or_default(),
        // Without a brace before it, nothing but one statement stands on a line.
        None => line,
    };
    last.trim_start()
}

/// Whether another statement can begin behind a line, as the last in a block on it is whole.
pub(super) fn takes_another(line: &str, place: Place) -> bool {
    let statement = statement(line, place);
    let words = words(statement);
    let (Some((_, first)), Some((_, last))) = (words.first(), words.last()) else {
        return false;
    };
    let is_value =
        last.ends_with(['"', '”', '>']) || last.starts_with(|letter: char| letter.is_ascii_digit());
    let is_whole = match place {
        Place::File | Place::Test | Place::Options | Place::Action => false,
        _ if matches!(*first, "if" | "else") => false,
        _ if place == Place::Do || matches!(*first, "header" | "param" | "field" | "set") => {
            statement.contains('=') && !needs_more(last)
        }
        _ => is_value && words.len() > 1,
    };
    is_whole && behind_brace(line).is_some()
}

/// What stands behind the last brace outside of quotes; `None` where there is none.
fn behind_brace(line: &str) -> Option<&str> {
    let mut behind = None;
    let mut quoted = Quotes::default();
    for (at, letter) in line.char_indices() {
        if !quoted.step(letter) && matches!(letter, '{' | '}') {
            behind = line.get(at + 1..);
        }
    }
    behind
}

/// Whether an expression goes on behind a word.
pub(super) fn is_open(last: &str) -> bool {
    let words = ["if", "and", "or", "not", "is", "contains", "with"];
    words.contains(&last) || last.ends_with(['=', '<', '>', '+', '-', '*', '/', '(', ','])
}

/// Where the last of several statements begins.
fn last_of(statements: &str, place: Place) -> usize {
    let words = words(statements);
    let text = |at: usize| words.get(at).map_or("", |(_, text)| *text);
    let begins =
        |at: &usize| is_first(text(*at), text(at + 1), place) && !needs_more(text(at.saturating_sub(1)));
    let last = (1..words.len()).rev().find(begins);
    last.and_then(|at| words.get(at)).map_or(0, |(start, _)| *start)
}

/// Whether a line begins with a word. `next` stands behind it.
fn is_first(word: &str, next: &str, place: Place) -> bool {
    match place {
        // What a test looks for are words of the flow.
        Place::File | Place::Test => false,
        Place::Do => next.starts_with('=') || (!word.starts_with('=') && word.ends_with('=')),
        Place::Action => word.ends_with(':') || next.starts_with(':'),
        _ => syntax::words(place).any(|known| known.split(' ').next() == Some(word)),
    }
}

/// Whether a statement goes on behind a word, whatever word is next.
fn needs_more(word: &str) -> bool {
    let words = [
        "accept", "call", "clear", "do", "else", "get", "goto", "one", "post", "save", "secret", "set",
        "sets", "to",
    ];
    is_open(word) || words.contains(&word) || word.ends_with(':') || word == "→"
}

/// The words of a line with their places; a text is a part of one.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoted = Quotes::default();
    for (at, letter) in line.char_indices() {
        if quoted.step(letter) || !letter.is_whitespace() {
            start = start.or(Some(at));
        } else if let Some(start) = start.take() {
            words.push((start, line.get(start..at).unwrap_or_default()));
        }
    }
    words.extend(start.map(|start| (start, line.get(start..).unwrap_or_default())));
    words
}

#[derive(Default)]
struct Quotes {
    is_open: bool,
    is_escaped: bool,
}

impl Quotes {
    /// Whether the letter stands in quotes, or is one.
    fn step(&mut self, letter: char) -> bool {
        let was_open = self.is_open;
        match letter {
            _ if self.is_escaped => self.is_escaped = false,
            '\\' if self.is_open => self.is_escaped = true,
            '"' => self.is_open = !self.is_open,
            '“' => self.is_open = true,
            '”' => self.is_open = false,
            _ => {}
        }
        was_open || self.is_open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several() {
        let of = |line| statement(line, Place::Statements);
        assert_eq!(of("on start { text \"Hi { goto\" goto m"), "goto m");
        assert_eq!(of("on start { if vip { end } text \"a\" set n ="), "set n =");
        assert_eq!(
            statement("api a: text { get \"u\" leads to", Place::Api),
            "leads to"
        );
        assert_eq!(statement("do send { to = \"x\" n =", Place::Do), "n =");
        assert_eq!(statement("action send { to: text n:", Place::Action), "n:");
    }

    #[test]
    fn words_of_statements_within_one() {
        let of = |line| statement(line, Place::Statements);
        assert_eq!(of("{ ask \"?\" save text"), "ask \"?\" save text");
        assert_eq!(of("{ set n = wait"), "set n = wait");
        assert_eq!(of("{ goto text"), "goto text");
        assert_eq!(of("{ text \"<<a>>\" } else if vip"), "else if vip");
        assert_eq!(statement("{ accept text", Place::Ask), "accept text");
        assert_eq!(
            statement("{ button \"B\" -> url", Place::Card),
            "button \"B\" -> url"
        );
    }

    #[test]
    fn a_line_of_its_own_is_one_statement() {
        assert_eq!(
            statement("  text \"a\" goto m", Place::Statements),
            "text \"a\" goto m"
        );
    }
}
