//! What is wrong with a line that cannot be read.
//!
//! pest only says that no rule matched. The line is read once more, alone and strictly, for the
//! place where reading stopped and for what was expected there.

mod chat;
mod clauses;
mod forms;
mod habits;
mod indent;
mod numbers;
mod options;
mod questions;
mod quotes;
mod signs;
mod steps;
mod stop;
mod tools;
mod values;
mod wide;

use super::parser::{ITEM_WORDS, len};
use super::placement::{Place, Word, misplaced_word, words};
use super::text::is_blank;
use super::words::{ARROWS, CLAUSES};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::source::{Source, Span};
pub(super) use chat::condition_behind_a_statement;
pub(super) use numbers::fraction;
pub(super) use quotes::{before_a_clause, open_quote};
use quotes::{text_at, unclosed_quote};
use stop::{first_token, stop_of, token_before};

/// Words that other languages have, and what to do instead.
const FOREIGN_WORDS: [(&str, &str); 6] = [
    (
        "repeat",
        "there are no loops: an `ask` repeats its question with `retry`",
    ),
    (
        "for",
        "there are no loops: a list comes from an API, as a gallery or as options",
    ),
    (
        "while",
        "there are no loops: `goto` the sequence again, or let `ask` repeat its question with `retry`",
    ),
    ("function", "write a `sequence` and `call` it"),
    (
        "import",
        "all files of a folder are one flow, and know each other's names",
    ),
    (
        "use",
        "all files of a folder are one flow, and know each other's names",
    ),
];

/// What other tools call a line, and the words that begin it here.
const OTHER_WORDS: [(&str, &str); 31] = [
    ("start", "on start"),
    ("keywords", "on words"),
    ("fallback", "on unmatched"),
    ("variable", "attribute"),
    ("var", "attribute"),
    ("let", "attribute"),
    ("const", "attribute"),
    ("flow", "sequence"),
    ("node", "sequence"),
    ("state", "sequence"),
    ("section", "sequence"),
    ("scene", "sequence"),
    ("body", "field"),
    ("query", "param"),
    ("put", "post"),
    ("patch", "post"),
    ("delete", "post"),
    ("save", "sets"),
    ("saves", "sets"),
    ("question", "ask"),
    ("input", "ask"),
    ("prompt", "ask"),
    ("options", "buttons"),
    ("choices", "buttons"),
    ("picture", "image"),
    ("photo", "image"),
    ("img", "image"),
    ("pic", "image"),
    ("sound", "audio"),
    ("film", "video"),
    ("carousel", "gallery"),
];

/// `else` in other tongues.
const OTHER_ELSE: [&str; 10] = [
    "sonst",
    "sinon",
    "sino",
    "senão",
    "altrimenti",
    "anders",
    "ellers",
    "annars",
    "muuten",
    "inaczej",
];

/// A line that begins like no line of the language, or goes on like none.
pub(super) fn bad_line(source: &Source, span: Span, place: Place) -> Diagnostic {
    let line = source.slice(span);
    let word = first_word(line);
    let word_span = Span::new(span.start, span.start + len(word));
    if let Some((_, instead)) = FOREIGN_WORDS.iter().find(|(foreign, _)| *foreign == word) {
        return Diagnostic::new(
            Code::ReservedWord,
            source,
            word_span,
            format!("there is no `{word}` in a flow"),
        )
        .with_help(*instead);
    }
    if line == "]" {
        return unexpected_start(source, span)
            .with_help("a block ends with `}`")
            .suggested_fix("replace with `}`", vec![(span, "}".to_owned())]);
    }
    if let Some(found) = signs::colon_behind_else(source, span).or_else(|| habit(source, span, None, place)) {
        return found;
    }
    if place.is_in_test()
        && let Some(word) = Word::at_start_of(line).filter(|word| !word.places().contains(&place))
    {
        return misplaced_word(source, word_span, word, place);
    }
    let is_entry = matches!(place, Place::Action | Place::Do);
    let known = Word::at_start_of(line);
    let is_known = known.is_some_and(|word| word.is_beside(place));
    if let Some(of_tests) = known.filter(|_| !is_entry && !is_known && near_word(word, place).is_none()) {
        return misplaced_word(source, word_span, of_tests, place);
    }
    if is_entry || is_known || line.starts_with(['"', '“', '<']) || word == "else" {
        return malformed(source, span, place);
    }
    if place == Place::Options
        && let Some(found) = quotes::without_opening(Line::new(source, span), place)
    {
        return found;
    }
    match word {
        "not" if place.is_in_test() => incomplete(source, word_span, "what must not be seen"),
        "no" => incomplete(source, word_span, "`match`, `reply` or `interrupts`")
            .with_help("write `no match { … }`, `no reply 10m { … }` or `no interrupts`"),
        "quick" => quick_replies(source, span, word_span),
        "leads" => incomplete(source, word_span, "`to`")
            .with_help("write `leads to NAME`")
            .suggested_fix("insert `to`", vec![(Span::at(word_span.end), " to".to_owned())]),
        "" => arrow(source, span, place).unwrap_or_else(|| unexpected_start(source, span)),
        _ => unknown_word(source, span, word_span, place),
    }
}

/// What a broken line was meant to be, where that is known. `junk` is what stands behind its sound part.
fn habit(source: &Source, span: Span, junk: Option<Span>, place: Place) -> Option<Diagnostic> {
    wide::signs(Line::new(source, span), place).or_else(|| match place.is_in_test() {
        true => steps::habit(source, span),
        false => habits::habit(source, span, junk, place),
    })
}

/// `quick { … }`, `quick reply "…" { … }`
fn quick_replies(source: &Source, span: Span, word: Span) -> Diagnostic {
    let found = incomplete(source, word, "`replies`").with_help("write `quick replies { … }`");
    let rest = Line::new(source, span).rest();
    let second = first_word(rest);
    if second.is_empty() {
        return found.suggested_fix(
            "insert `replies`",
            vec![(Span::at(word.end), " replies".to_owned())],
        );
    }
    let start = span.end - len(rest);
    let place = Span::new(start, start + len(second));
    match nearest(second, ["replies", "reply"]) {
        Some(_) => found.suggested_fix("replace with `replies`", vec![(place, "replies".to_owned())]),
        None => found,
    }
}

/// Something behind a complete head.
pub(super) fn junk(source: &Source, head: Span, junk: Span, needs_block: bool, place: Place) -> Diagnostic {
    let whole = head.to(junk);
    let line = Line::new(source, whole);
    let found = quotes::without_opening(line, place);
    if open_quote(source, whole).is_some()
        && let Some(found) = found.or_else(|| quotes::before_a_clause_of(line))
    {
        return found;
    }
    if let Some(found) = signs::colon_before_a_block(source, head, junk)
        .or_else(|| signs::colon_behind_else(source, junk))
        .or_else(|| habit(source, whole, Some(junk), place))
    {
        return found;
    }
    if let Some(stop) = stop_of(source, whole, place)
        && whole.start + stop.offset > junk.start
    {
        return malformed(source, whole, place);
    }
    if let Some(found) = habits::end_of_condition(source, whole, junk) {
        return found;
    }
    let written = shorten(source.slice(junk));
    let before = shorten(source.slice(head));
    if written.starts_with("()") {
        let brackets = Span::new(junk.start, junk.start + 2);
        return Diagnostic::new(
            Code::Unexpected,
            source,
            brackets,
            format!("unexpected `()` after `{before}`"),
        )
        .with_help("remove the brackets: a sequence takes no values")
        .suggested_fix("remove the brackets", vec![(brackets, String::new())]);
    }
    if needs_block && written == ":" {
        let found = Diagnostic::new(
            Code::Malformed,
            source,
            junk,
            format!("expected `{{` after `{before}`, found `:`"),
        );
        let found = found.with_help("write `{` in its place, and `}` behind the block");
        let line = Line::new(source, whole);
        let gap = habits::gap_before(line, junk);
        let open = (gap, " {".to_owned());
        return match indent::end_of_block(line) {
            Some(indent::End::Closed) => found.suggested_fix("replace with `{`", vec![open]),
            Some(indent::End::Missing(at, close)) => {
                found.suggested_fix("write it with braces", vec![open, (at, close)])
            }
            None => found,
        };
    }
    if needs_block {
        let found = Diagnostic::new(
            Code::Malformed,
            source,
            junk,
            format!("expected `{{` after `{before}`"),
        );
        let list = source.slice(junk);
        if list.starts_with('[') {
            let found = found.with_help("a block stands between `{` and `}`");
            let open = (Span::new(junk.start, junk.start + 1), "{".to_owned());
            let close = (Span::new(junk.end - 1, junk.end), "}".to_owned());
            return match list.strip_suffix(']') {
                Some(_) => found.suggested_fix("write it with braces", vec![open, close]),
                None => found.suggested_fix("replace with `{`", vec![open]),
            };
        }
        // An option or an endpoint that gives some.
        if list.starts_with(['"', '“', '<']) {
            let open = (Span::at(junk.start), "{ ".to_owned());
            let close = (Span::at(junk.end), " }".to_owned());
            return found
                .with_help(format!("it stands in the block: `{before} {{ {written} }}`"))
                .suggested_fix("write it with braces", vec![open, close]);
        }
        return found.with_help(help(&written).unwrap_or("remove it, or move it into the block"));
    }
    let found = Diagnostic::new(
        Code::Unexpected,
        source,
        junk,
        format!("unexpected `{written}` after `{before}`"),
    );
    let is_arrow = ARROWS.iter().any(|arrow| written.starts_with(arrow));
    let line = Line::new(source, whole);
    let is_option = line.text.starts_with(['"', '“']) || line.word() == "button";
    if !is_arrow && is_option && written.starts_with(is_of_an_arrow) {
        let target = source
            .slice(junk)
            .trim_start_matches(|letter| is_of_an_arrow(letter) || is_blank(letter));
        if target.is_empty() {
            return found.with_help(values::no_target(line));
        }
        let sign = Span::new(junk.start, junk.end - len(target));
        return found
            .with_help("an option leads to its target with `->`")
            .suggested_fix("replace with `->`", vec![(sign, "-> ".to_owned())]);
    }
    let meant = chat::condition_behind(line, junk, place)
        .or_else(|| chat::next_statement(line, junk, place))
        .or_else(|| clauses::joined(line, junk))
        .or_else(|| chat::quotes_inside(line, junk));
    if let Some(found) = meant {
        return found;
    }
    if let Some(name) = written.strip_prefix('+').map(str::trim_start)
        && source.slice(head).ends_with(['"', '”'])
    {
        let name = first_word(name);
        return found.with_help(format!("an attribute stands inside the text: `{{{{{name}}}}}`"));
    }
    let inner: &[&str] = if place.is_in_test() {
        &["then", "sets", "of", "times", "with", "extra", "priority"]
    } else {
        &CLAUSES
    };
    let word = first_word(source.slice(junk));
    // A test has no conditions: its `if` is no slip of `of`.
    match nearest(word, inner.iter().copied()).filter(|near| *near != word && word != "if") {
        Some(near) => found.did_you_mean(Span::new(junk.start, junk.start + len(word)), near),
        None => found.with_help("remove it, or begin a new line"),
    }
}

/// Signs that arrows consist of, here or elsewhere.
fn is_of_an_arrow(letter: char) -> bool {
    const SIGNS: &str = "-=>–—:→⟶⟹⇨➔➜➞➡⮕▶👉\u{FE0F}";
    SIGNS.contains(letter)
}

/// A statement that stands in the place of a block: `else goto agent`, `if vip end`.
pub(super) fn statement_for_block(source: &Source, head: Span, statement: Span) -> Diagnostic {
    let whole = Span::new(
        statement.start,
        statement_end(source, statement.start).max(statement.end),
    );
    let before = shorten(source.slice(head));
    let written = shorten(source.slice(whole));
    Diagnostic::new(
        Code::Malformed,
        source,
        whole,
        format!("expected `{{` after `{before}`"),
    )
    .with_help(format!(
        "put the statement into a block: `{before} {{ {written} }}`"
    ))
    .suggested_fix(
        "put it into a block",
        vec![
            (Span::at(whole.start), "{ ".to_owned()),
            (Span::at(whole.end), " }".to_owned()),
        ],
    )
}

/// Where a statement of one line ends: before a comment, before a `}` that closes what stands
/// around it, or with its line.
fn statement_end(source: &Source, start: u32) -> u32 {
    let rest = source.slice(Span::new(start, source.span().end));
    let text = rest.split('\n').next().unwrap_or_default();
    let line = Line::new(source, Span::new(start, start + len(text)));
    let mut depth = 0_u32;
    let mut end = text.len();
    for (at, letter) in line.outside_of_texts() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                end = at;
                break;
            }
            '}' => depth -= 1,
            '/' if text.get(at..).is_some_and(|rest| rest.starts_with("//")) => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let text = text.get(..end).unwrap_or(text).trim_end_matches(is_blank);
    start + len(text)
}

/// A line that was read in part only, up to where its statement ends.
fn to_its_end(source: &Source, line: Span) -> Span {
    match opens_block(source, line.end) {
        true => line,
        false => Span::new(line.start, statement_end(source, line.start).max(line.end)),
    }
}

/// A line, or a part of one, as text.
#[derive(Clone, Copy)]
struct Line<'s> {
    source: &'s Source,
    span: Span,
    text: &'s str,
}

impl<'s> Line<'s> {
    fn new(source: &'s Source, span: Span) -> Self {
        Self {
            source,
            span,
            text: source.slice(span),
        }
    }

    /// The word that it begins with.
    fn word(&self) -> &'s str {
        first_word(self.text)
    }

    /// What stands behind the first word.
    fn rest(&self) -> &'s str {
        let behind = self.text.get(self.word().len()..).unwrap_or_default();
        behind.trim_start_matches(is_blank)
    }

    /// The span of `length` bytes from the byte `at` of the line.
    fn part(&self, at: usize, length: usize) -> Span {
        let bytes = |count: usize| u32::try_from(count).unwrap_or_default();
        let start = self.span.start + bytes(at);
        Span::new(start, start + bytes(length))
    }

    /// The blanks before it.
    fn margin(&self) -> &'s str {
        let margin = line_before(self.source, self.span.start);
        if margin.chars().all(is_blank) { margin } else { "" }
    }

    /// Its characters outside of double quotes, with their bytes.
    fn outside_of_texts(&self) -> impl Iterator<Item = (usize, char)> + use<'s> {
        quotes::outside_of_texts(self.text)
    }

    fn malformed(&self, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(Code::Malformed, self.source, span, message)
    }
}

/// Something behind a `}`.
pub(super) fn junk_behind_block(source: &Source, junk: Span) -> Diagnostic {
    let written = shorten(source.slice(junk));
    let found = Diagnostic::new(
        Code::Unexpected,
        source,
        junk,
        format!("unexpected `{written}` after `}}`"),
    );
    // The same with a condition is read as what it was meant to be.
    if matches!(source.slice(junk), "elif" | "elsif" | "elseif") {
        return found
            .with_help("without a condition it is `else`")
            .suggested_fix("replace with `else`", vec![(junk, "else".to_owned())]);
    }
    // `};` and `})`
    if source
        .slice(junk)
        .chars()
        .all(|sign| matches!(sign, ';' | ',' | '.' | ':' | ')' | ']'))
    {
        return found
            .with_help("remove it: a block ends with its `}`")
            .suggested_fix(format!("remove `{written}`"), vec![(junk, String::new())]);
    }
    let word = first_word(source.slice(junk));
    if let Some(found) = signs::colon_behind_else(source, junk) {
        return found;
    }
    if let Some(near) = nearest(word, ["else"]).filter(|near| *near != word) {
        return found.did_you_mean(Span::new(junk.start, junk.start + len(word)), near);
    }
    if OTHER_ELSE.contains(&word.to_lowercase().as_str()) {
        let span = Span::new(junk.start, junk.start + len(word));
        return found
            .with_help("write `else`")
            .suggested_fix("replace with `else`", vec![(span, "else".to_owned())]);
    }
    let line = line_before(source, junk.start);
    let margin: String = line.chars().take_while(|letter| is_blank(*letter)).collect();
    let start = junk.start - len(line) + len(line.trim_end_matches(is_blank));
    found.with_help("begin a new line").suggested_fix(
        "begin a new line",
        vec![(Span::new(start, junk.start), format!("\n{margin}"))],
    )
}

/// What stands before a byte on its line, as far as that is near: a line may be as long as its file.
fn line_before(source: &Source, offset: u32) -> &str {
    const MOST: usize = 1_000;
    let before = source.slice(Span::new(0, offset));
    let near = before.get(before.floor_char_boundary(before.len().saturating_sub(MOST))..);
    near.unwrap_or_default().rsplit('\n').next().unwrap_or_default()
}

/// A note for translators that no line follows.
pub(super) fn loose_note(source: &Source, note: Span) -> Diagnostic {
    Diagnostic::new(Code::LooseNote, source, note, "this note stands above nothing")
        .with_help("put it above the line that it is about, or make it a comment with `//`")
        .suggested_fix(
            "make it a comment",
            vec![(Span::new(note.start, note.start + 1), String::new())],
        )
}

/// A text as it can stand in a message: its first line, and not too much of it.
pub(super) fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.lines().next().unwrap_or_default().trim_end_matches(is_blank);
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None if line.len() < text.trim_end_matches(is_blank).len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

fn unknown_word(source: &Source, line: Span, word_span: Span, place: Place) -> Diagnostic {
    let word = source.slice(word_span);
    let found = Diagnostic::new(
        Code::UnknownKeyword,
        source,
        word_span,
        format!("unknown word `{word}`"),
    );
    // `goto菜单`
    let known = words(place).find(|known| {
        let rest = word.strip_prefix(known);
        rest.is_some_and(|rest| rest.starts_with(|letter: char| !letter.is_ascii()))
    });
    if let Some(known) = known {
        let at = word_span.start + len(known);
        return found
            .with_help(format!("a blank stands behind `{known}`"))
            .suggested_fix("insert a blank", vec![(Span::at(at), " ".to_owned())]);
    }
    let near = near_word(word, place).filter(|near| {
        // `Let me know …` is no slip of `set`.
        let is_said = place == Place::Statements && is_sentence(source.slice(line));
        !is_said || word.to_lowercase() == **near
    });
    if let Some(near) = near {
        return found.did_you_mean(word_span, near);
    }
    if place == Place::File
        && let Some(item) = ITEM_WORDS.iter().find(|item| word.starts_with(**item))
    {
        let rest = word.get(item.len()..).unwrap_or_default();
        return found
            .with_help(format!("did you mean `{item} {rest}`?"))
            .suggested_fix(
                "insert a blank",
                vec![(Span::at(word_span.end - len(rest)), " ".to_owned())],
            );
    }
    if place == Place::Statements {
        return said_without_quotes(source, line, found);
    }
    let known: Vec<&str> = words(place).collect();
    if known.is_empty() {
        return found;
    }
    found.with_help(format!("a line begins with one of `{}`", known.join("`, `")))
}

/// Whether a line is three words or more as somebody says them.
fn is_sentence(line: &str) -> bool {
    let is_said = |letter: char| {
        letter.is_alphanumeric()
            || is_blank(letter)
            || matches!(letter, '\'' | '’' | ',' | '.' | '!' | '?' | '-' | '…')
    };
    let begins =
        line.starts_with(char::is_uppercase) && !line.starts_with(|letter: char| letter.is_ascii_digit());
    begins && line.chars().all(is_said) && line.split(is_blank).filter(|word| !word.is_empty()).count() > 2
}

/// A sentence that stands there as it is; one that opens a block was meant to be something else.
fn said_without_quotes(source: &Source, line: Span, found: Diagnostic) -> Diagnostic {
    let line = to_its_end(source, line);
    let quoted = |text: &str| format!("text \"{}\"", text.replace('"', "\\\""));
    let found = found.with_help(format!(
        "what the customer reads stands in quotes: `{}`",
        quoted(&shorten(source.slice(line)))
    ));
    let written = source.slice(line);
    // What reads like an instruction is none of what the customer reads.
    let word = first_word(written);
    let behind = written.get(word.len()..).unwrap_or_default();
    let is_part = CLAUSES.contains(&word) && behind.starts_with([':', '=']);
    let is_instruction = is_part || tools::is_of_another_tool(word) || {
        let behind = behind.trim_start_matches(is_blank);
        written.starts_with(|letter: char| letter.is_ascii_lowercase()) && text_at(behind) == Some(behind)
    };
    if is_instruction {
        return found.with_help(format!(
            "a line begins with one of `{}`; what the customer reads stands in quotes, behind `text`",
            words(Place::Statements).collect::<Vec<_>>().join("`, `")
        ));
    }
    if opens_block(source, line.end) || written.contains(['\\', '\n']) {
        return found;
    }
    found.suggested_fix("put it in quotes", vec![(line, quoted(written))])
}

/// The word of the language that a word is a slip of, for a line in `place`.
pub(super) fn near_word(word: &str, place: Place) -> Option<&'static str> {
    let here = if place == Place::Broken {
        Place::Statements
    } else {
        place
    };
    let begun = || {
        let is_begun = |item: &&&str| place == Place::File && word.len() > 2 && item.starts_with(word);
        ITEM_WORDS.iter().find(is_begun).copied()
    };
    let lower = word.to_lowercase();
    let is_of_here = |ours: &str| match ours.strip_prefix("on ") {
        Some(_) => here == Place::File,
        None => words(here).any(|known| known == ours),
    };
    let other = OTHER_WORDS
        .iter()
        .find(|(other, ours)| *other == lower && is_of_here(ours))
        .map(|(_, ours)| *ours);
    // A word of another block is better than none: the line is then said to be misplaced.
    let is_near = |other: &&Word| other.is_beside(here);
    let anywhere = || nearest(word, Word::ALL.iter().filter(is_near).map(|word| word.as_str()));
    other
        .or_else(|| nearest(word, words(here).chain(["else"])))
        .or_else(begun)
        .or_else(anywhere)
}

fn unexpected_start(source: &Source, span: Span) -> Diagnostic {
    let written = shorten(source.slice(span));
    Diagnostic::new(Code::Unexpected, source, span, format!("unexpected `{written}`"))
        .with_help("a line begins with a word that says what it is")
}

/// `-> menu`, where options are not meant.
fn arrow(source: &Source, span: Span, place: Place) -> Option<Diagnostic> {
    let line = source.slice(span);
    let name = ARROWS.iter().find_map(|arrow| line.strip_prefix(arrow))?;
    let name = name.trim_matches(is_blank);
    if place != Place::Statements || name.is_empty() || first_word(name) != name {
        return None;
    }
    let sign = Span::new(span.start, span.end - len(name));
    Some(
        Diagnostic::new(
            Code::Unexpected,
            source,
            span,
            format!("unexpected `{}`", shorten(line)),
        )
        .with_help(format!("write `goto {name}`"))
        .suggested_fix("replace with `goto`", vec![(sign, "goto ".to_owned())]),
    )
}

/// The first of two words stands alone.
fn incomplete(source: &Source, word: Span, expected: &str) -> Diagnostic {
    let written = source.slice(word);
    Diagnostic::new(
        Code::Malformed,
        source,
        word,
        format!("expected {expected} after `{written}`"),
    )
}

/// A known word, and something that cannot follow it.
fn malformed(source: &Source, span: Span, place: Place) -> Diagnostic {
    let line = source.slice(span);
    if let Some(quote) = unclosed_quote(line) {
        let line = Line::new(source, span);
        let found = quotes::without_opening(line, place);
        if let Some(found) = found.or_else(|| quotes::before_a_clause_of(line)) {
            return found;
        }
        let at = Span::new(span.start + quote, span.start + quote + 1);
        return Diagnostic::new(Code::UnclosedText, source, at, "this text is never closed")
            .primary("opened here")
            .with_help("close it with `\"`")
            .suggested_fix("insert `\"`", vec![(Span::at(span.end), "\"".to_owned())]);
    }
    let Some(stop) = stop_of(source, span, place) else {
        return unexpected_start(source, span);
    };
    let rest = line.get(stop.offset as usize..).unwrap_or_default();
    let before = shorten(token_before(line, stop.offset));
    if before.is_empty() {
        return unexpected_start(source, span);
    }
    if before == "goto" && !rest.is_empty() {
        return Diagnostic::new(
            Code::ReservedWord,
            source,
            span,
            "`goto` takes the name of a sequence as it stands",
        )
        .with_help("write the name, or choose with `if`: every target is known before the flow runs");
    }
    let token = len(first_token(rest));
    let at = span.start + stop.offset;
    // Nothing stands there: the label shows what it should follow.
    let place = if token == 0 {
        Span::new(at - len(token_before(line, stop.offset)).min(at), at)
    } else {
        Span::new(at, at + token)
    };
    let expected = match before.as_str() {
        "->" | "→" => "a sequence, `url` or `phone`",
        _ => &stop.expected,
    };
    let message = format!("expected {expected} after `{before}`");
    let found = Diagnostic::new(Code::Malformed, source, place, message);
    let whole = Line::new(source, span);
    if let Some((sign, name)) = values::signed_name(whole, stop.offset)
        .filter(|_| expected.contains("a name") || expected.contains("a sequence"))
    {
        return found
            .with_help(format!("a name stands by itself: `{name}`"))
            .suggested_fix(
                format!("remove `{}`", source.slice(sign)),
                vec![(sign, String::new())],
            );
    }
    let told = match expected {
        "a value" => numbers::no_value(whole, stop.offset, &found),
        _ => None,
    };
    if let Some(told) = told {
        return told;
    }
    if rest.is_empty() && ARROWS.contains(&before.as_str()) {
        return found.with_help(values::no_target(whole));
    }
    match help(rest) {
        Some(help) => found.with_help(help),
        None if expected.starts_with("a quoted text") => {
            found.with_help(format!("write it in quotes: `{before} \"…\"`"))
        }
        None => found,
    }
}

/// Habits from other languages at the place where reading stopped.
fn help(rest: &str) -> Option<&'static str> {
    const HABITS: [(&str, &str); 6] = [
        ("=", "compare with `==` or `is`"),
        ("&&", "write `and`"),
        ("||", "write `or`"),
        ("!", "write `not`"),
        ("'", "a text stands in double quotes"),
        ("empty", "write `is empty`"),
    ];
    HABITS
        .iter()
        .find(|(habit, _)| rest.starts_with(habit))
        .map(|(_, help)| *help)
}

/// Whether a `{` stands behind a byte.
pub(super) fn opens_block(source: &Source, offset: u32) -> bool {
    let behind = source.slice(Span::new(offset, source.span().end));
    behind.trim_start_matches(is_blank).starts_with('{')
}

/// The letters, digits and `_` that a line begins with.
pub(super) fn first_word(line: &str) -> &str {
    line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .next()
        .unwrap_or_default()
}
