//! Braces that do not pair up: which one is to blame, and what is said about it.
//!
//! Blocks follow braces alone. But where a `}` is missing, the stack of open blocks only says
//! that *some* block was left open; the indentation says which.

use std::collections::VecDeque;

use super::text::is_blank;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// An open brace and the indentation of its line.
#[derive(Clone, Copy)]
pub(super) struct Brace {
    open: Span,
    indent: u32,
    /// Where its block ends as far as indentation tells: the first line indented no deeper.
    dedent: Option<u32>,
    /// Whether a diagnostic says that it should not be there: its partner is not missed.
    is_reported: bool,
}

/// A second stack of braces, on which a `}` closes the block that it is aligned with.
#[derive(Default)]
pub(super) struct Braces {
    open: Vec<Brace>,
    /// Braces that were passed over by a `}` aligned with an outer block.
    passed: VecDeque<Brace>,
}

impl Braces {
    pub(super) fn open(&mut self, open: Span, indent: u32) {
        self.open.push(Brace {
            open,
            indent,
            dedent: None,
            is_reported: open.is_empty(),
        });
    }

    /// A `{` that a diagnostic is already about.
    pub(super) fn open_reported(&mut self, open: Span, indent: u32) {
        self.open.push(Brace {
            open,
            indent,
            dedent: None,
            is_reported: true,
        });
    }

    /// A line of `indent` blanks and what stands behind them begins at the byte `start`.
    pub(super) fn line(&mut self, indent: u32, start: u32) {
        for brace in self
            .open
            .iter_mut()
            .rev()
            .take_while(|brace| indent <= brace.indent)
        {
            brace.dedent.get_or_insert(start);
        }
    }

    /// A `}`; `indent` is given where it begins its line.
    pub(super) fn close(&mut self, indent: Option<u32>) {
        let aligned = indent.and_then(|indent| {
            let at = self.open.iter().rposition(|brace| brace.indent <= indent)?;
            self.open
                .get(at)
                .is_some_and(|brace| brace.indent == indent)
                .then_some(at)
        });
        if let Some(at) = aligned {
            self.passed.extend(self.open.drain(at + 1..).rev());
        }
        self.open.pop();
    }

    /// Gives a brace up, for a block that ends without a `}`: one that was passed over, else the
    /// innermost.
    pub(super) fn abandon(&mut self) -> Option<Brace> {
        self.passed
            .pop_front()
            .or_else(|| self.open.pop())
            .filter(|brace| !brace.is_reported)
    }

    /// The braces to blame where `missing` of them have no partner.
    pub(super) fn left_open(&self, missing: usize) -> impl Iterator<Item = Brace> {
        let blamed = || self.passed.iter().chain(self.open.iter().rev()).copied();
        let reported = blamed().filter(|brace| brace.is_reported).count();
        blamed()
            .filter(|brace| !brace.is_reported)
            .take(missing.saturating_sub(reported))
    }
}

/// The brace is never closed. `end` is where the item ends.
pub(super) fn unclosed_block(source: &Source, brace: Brace, end: u32) -> Diagnostic {
    let line = source.slice(Span::new(line_start(source, brace.open.start), brace.open.start));
    let margin: String = line.chars().take_while(|letter| letter.is_whitespace()).collect();
    let opener = super::error::shorten(line.trim());
    let wide = brace.dedent.and_then(|offset| wide_close(source, offset));
    let close = match brace.dedent {
        Some(offset) => (Span::at(offset), format!("{margin}}}\n")),
        None => (Span::at(end), format!("\n{margin}}}")),
    };
    let block = match opener.as_str() {
        "" => "this block".to_owned(),
        opener => format!("the block of `{opener}`"),
    };
    Diagnostic::new(
        Code::UnclosedBlock,
        source,
        brace.open,
        format!("{block} is never closed"),
    )
    .primary("opened here")
    .with_help(format!("close {block} with `}}`"))
    .suggested_fix(
        if wide.is_some() {
            "replace with `}`"
        } else {
            "insert `}`"
        },
        vec![wide.map_or(close, |sign| (sign, "}".to_owned()))],
    )
}

/// The `｝` that the line at a byte begins with.
fn wide_close(source: &Source, offset: u32) -> Option<Span> {
    const WIDE: &str = "｝";
    let rest = source.slice(Span::new(offset, source.span().end));
    let text = rest.trim_start_matches(|letter| is_blank(letter) && letter != '\n');
    let start = offset + super::parser::len(rest) - super::parser::len(text);
    text.starts_with(WIDE)
        .then(|| Span::new(start, start + super::parser::len(WIDE)))
}

pub(super) fn stray_close(source: &Source, close: Span) -> Diagnostic {
    Diagnostic::new(Code::StrayBrace, source, close, "this `}` closes nothing")
        .with_help("remove it")
        .suggested_fix("remove `}`", vec![(close, String::new())])
}

pub(super) fn stray_open(source: &Source, open: Span) -> Diagnostic {
    Diagnostic::new(Code::Unexpected, source, open, "unexpected `{`")
        .primary("no line opens this block")
        .with_help("a block begins with the line that says what it is, such as `if vip {`")
}

/// A line that takes no block opens one.
pub(super) fn unexpected_block(source: &Source, open: Span, head: Span) -> Diagnostic {
    let written = super::error::shorten(source.slice(head));
    Diagnostic::new(
        Code::Unexpected,
        source,
        open,
        format!("unexpected `{{` after `{written}`"),
    )
    .with_help("this line takes no block: remove the `{` and its `}`")
}

pub(super) fn missing_open(source: &Source, head: Span) -> Diagnostic {
    if let Some(found) = super::error::condition_behind_a_statement(source, head) {
        return found;
    }
    let written = super::error::shorten(source.slice(head));
    Diagnostic::new(
        Code::Malformed,
        source,
        head,
        format!("expected `{{` after `{written}`"),
    )
    .with_help("open its block with `{` at the end of the line")
    .suggested_fix("insert `{`", vec![(Span::at(head.end), " {".to_owned())])
}

pub(super) fn too_deep(source: &Source, open: Span) -> Diagnostic {
    Diagnostic::new(Code::TooDeep, source, open, "this block is nested too deep").with_help(format!(
        "move it into a sequence of its own and `call` it; {} levels are read",
        super::tree::MAX_DEPTH
    ))
}

/// An item whose `}` stands before the last of its statements.
pub(super) fn early_brace(source: &Source, close: Span, item: Span, statement: Span) -> Diagnostic {
    let name = super::error::shorten(source.slice(item));
    let first_line = source
        .slice(statement)
        .lines()
        .next()
        .map_or(0, super::parser::len);
    let statement = Span::new(statement.start, statement.start + first_line);
    Diagnostic::new(
        Code::EarlyBrace,
        source,
        close,
        format!("this `}}` ends `{name}` too early"),
    )
    .label(source, statement, "this still belongs to it")
    .with_help("remove this `}`, or move it behind the last statement")
    .suggested_fix("remove `}`", vec![(close, String::new())])
}

/// The finding of [`early_brace`], where its `}` must go to `end`.
pub(super) fn move_close(found: Diagnostic, source: &Source, close: Span, end: u32) -> Diagnostic {
    let line = source.slice(Span::new(line_start(source, close.start), close.start));
    let margin: String = line.chars().take_while(|letter| letter.is_whitespace()).collect();
    found
        .with_help("move this `}` behind the last statement")
        .suggested_fix(
            "move `}`",
            vec![(close, String::new()), (Span::at(end), format!("\n{margin}}}"))],
        )
}

/// An item that does not begin its line. `open` is the block that it ends, `margin` what stands before it.
pub(super) fn indented_item(
    source: &Source,
    item: Span,
    open: Option<Span>,
    margin: Option<Span>,
) -> Diagnostic {
    let word = source.slice(item).split(is_blank).next().unwrap_or_default();
    let word_span = Span::new(item.start, item.start + super::parser::len(word));
    let message = format!("`{word}` does not stand at the beginning of its line");
    let mut found = Diagnostic::new(Code::IndentedItem, source, word_span, message);
    if let Some(open) = open {
        found = found
            .label(source, open, "this block is still open")
            .with_help(format!(
                "close the open block with `}}`, and begin a line with `{word}`: it ends every open block"
            ));
    } else {
        found = found.with_help(format!("begin a line with `{word}`, without blanks before it"));
    }
    match margin {
        Some(margin) if open.is_none() => found.safe_fix("remove the blanks", vec![(margin, String::new())]),
        Some(margin) => found.suggested_fix("remove the blanks", vec![(margin, String::new())]),
        None => found.suggested_fix("begin a new line", vec![(Span::at(item.start), "\n".to_owned())]),
    }
}

/// An item in the block that `open` begins, which goes on behind it.
pub(super) fn inner_item(source: &Source, item: Span, open: Span) -> Diagnostic {
    let word = super::error::first_word(source.slice(item));
    let word_span = Span::new(item.start, item.start + super::parser::len(word));
    let message = format!("`{word}` stands inside of a block");
    let found = Diagnostic::new(Code::IndentedItem, source, word_span, message);
    let found = if open.is_empty() {
        found
    } else {
        found.label(source, open, "inside of this one")
    };
    found.with_help(format!(
        "move it out of the block: `{word}` begins a line, and stands in nothing else"
    ))
}

/// The finding of [`inner_item`], where the item can go to the byte `end`, before `gap`.
pub(super) fn move_out(
    found: Diagnostic,
    source: &Source,
    item: Span,
    (end, gap): (u32, &str),
) -> Diagnostic {
    let start = line_start(source, item.start);
    let is_alone = source.slice(Span::new(start, item.start)).chars().all(is_blank);
    let gone = match rest_of_line(source, item.end).filter(|_| is_alone) {
        Some(rest) => Span::new(start, (item.end + rest + 1).min(end)),
        None => item,
    };
    let moved = format!("\n\n{}{gap}", source.slice(item));
    found.suggested_fix(
        "move it behind the block",
        vec![(gone, String::new()), (Span::at(end), moved)],
    )
}

/// How many bytes a line has behind the byte `offset`, where they are blanks.
pub(super) fn rest_of_line(source: &Source, offset: u32) -> Option<u32> {
    let rest = source.slice(Span::new(offset, source.span().end));
    let behind = rest.trim_start_matches(|letter| is_blank(letter) && letter != '\n');
    let is_end = behind.is_empty() || behind.starts_with('\n');
    is_end.then(|| super::parser::len(rest) - super::parser::len(behind))
}

/// How many characters stand before the line that holds a byte begins.
pub(super) fn indent_of(source: &Source, offset: u32) -> u32 {
    let before = source.slice(Span::new(line_start(source, offset), offset));
    let width = before.chars().take_while(|letter| is_blank(*letter)).count();
    u32::try_from(width).unwrap_or(u32::MAX)
}

fn line_start(source: &Source, offset: u32) -> u32 {
    let before = source.slice(Span::new(0, offset));
    before
        .rfind('\n')
        .map_or(0, |at| u32::try_from(at + 1).unwrap_or(offset))
}
