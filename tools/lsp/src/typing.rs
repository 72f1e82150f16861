//! Formatting while somebody types: the line of the cursor gets its indent, behind a line break and with a `}`.
//! No other line changes, and nothing that may be a part of a text.

use sayflow::syntax::ast::{AnswerKind, Body, File, Head, Node, Step};
use sayflow::{Span, syntax};

use crate::pieces;
use crate::text::number;

/// A character that gives its line an indent.
pub(crate) const BRACE: &str = "}";
/// The other one.
pub(crate) const LINE_BREAK: &str = "\n";
/// One level of a block.
const INDENT: &str = "  ";

/// The blanks before the line of a cursor and what they should be; `None` where they are right, or not known.
pub(crate) fn indent(file: &File, offset: u32, typed: &str) -> Option<(Span, String)> {
    let source = &file.source;
    let text = source.text();
    let line_start = text.get(..offset as usize)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(line_start..)?.split('\n').next()?;
    let written = line.len() - line.trim_start_matches([' ', '\t']).len();
    let blanks = Span::new(number(line_start), number(line_start + written));
    let closes = closing(file, blanks.end);
    let is_wanted = match typed {
        BRACE => closes && offset == blanks.end + 1,
        _ => closes || !starts_with_brace(line),
    };
    if !is_wanted || is_in_text(file, blanks.start) {
        return None;
    }
    let indent = INDENT.repeat(depth(file, blanks.end));
    (source.slice(blanks) != indent).then_some((blanks, indent))
}

/// A `}` that closes nothing has no line to stand under.
fn starts_with_brace(line: &str) -> bool {
    line.trim_start().starts_with('}')
}

/// Whether the `}` of some block stands at a place.
fn closing(file: &File, offset: u32) -> bool {
    let mut closes = false;
    syntax::walk(file, |node, _| {
        closes |= node
            .bodies()
            .any(|body| body.close.is_some_and(|close| close.start == offset));
    });
    closes
}

/// How many blocks are open before a place.
fn depth(file: &File, offset: u32) -> usize {
    let mut depth = 0;
    let mut node = last_before(file.nodes(), offset);
    // Blocks nest 64 deep at the most.
    while let Some(body) = node.and_then(|node| node.bodies().find(|body| holds(body, offset))) {
        depth += 1;
        node = last_before(body.nodes(), offset);
    }
    depth
}

fn last_before<'f>(nodes: impl Iterator<Item = &'f Node>, offset: u32) -> Option<&'f Node> {
    nodes.take_while(|node| node.span.start < offset).last()
}

/// Whether a place is between the braces; what is not closed goes on.
fn holds(body: &Body, offset: u32) -> bool {
    body.open.end <= offset && body.close.is_none_or(|close| offset < close.start)
}

/// Whether a line begins inside of a text, or of one that is not closed yet.
fn is_in_text(file: &File, line_start: u32) -> bool {
    let before = file.source.slice(Span::new(0, line_start));
    let previous = before.strip_suffix('\n').unwrap_or(before);
    let previous = previous.rsplit('\n').next().unwrap_or_default();
    is_open_text(previous) || before.matches("\"\"\"").count() % 2 == 1 || is_between_marks(file, line_start)
}

fn is_between_marks(file: &File, line_start: u32) -> bool {
    let mut is_inside = false;
    syntax::walk(file, |node, _| {
        let texts = pieces::texts(node).into_iter().map(|text| text.span);
        let mut spans = texts.chain(raw_replies(&node.head));
        is_inside |= spans.any(|span| span.start < line_start && line_start < span.end);
    });
    is_inside
}

/// What stands between backticks in a mock.
fn raw_replies(head: &Head) -> impl Iterator<Item = Span> {
    let answers = match head {
        Head::Step(Step::Mock { answers, .. }) => answers.as_slice(),
        _ => &[],
    };
    answers.iter().filter_map(|answer| match &answer.kind {
        AnswerKind::Reply(raw) => Some(raw.span),
        AnswerKind::Status { body, .. } => body.map(|raw| raw.span),
        _ => None,
    })
}

/// Whether a line ends in a text that is not closed.
fn is_open_text(line: &str) -> bool {
    let mut closing = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match closing {
            None => match letter {
                '"' => closing = Some('"'),
                '“' => closing = Some('”'),
                '`' => closing = Some('`'),
                '/' if letters.peek() == Some(&'/') => return false,
                _ => {}
            },
            Some(_) if letter == '\\' => drop(letters.next()),
            Some(mark) if letter == mark => closing = None,
            Some(_) => {}
        }
    }
    closing.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_open_until_its_own_quote() {
        let open = [
            r#"text "Hi"#,
            r#"text "a \" b"#,
            "text “Hi \"",
            "reply `{",
            r#"text "https://a"#,
        ];
        let closed = [
            r#"text "Hi""#,
            r#"text "a // b""#,
            "text “Hi”",
            r#"// say "Hi"#,
            "goto x",
            "",
        ];
        assert!(open.iter().all(|line| is_open_text(line)));
        assert!(!closed.iter().any(|line| is_open_text(line)));
    }
}
