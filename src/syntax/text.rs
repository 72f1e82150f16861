//! Quoted texts: from the pieces that the grammar finds in one to the parts of [`Text`].

use pest::iterators::Pair;

use super::ast::{ApiRef, Ident, Part, Text};
use super::error::before_a_clause;
use super::grammar::Rule;
use super::parser::len;
use super::pieces::Ctx;
use super::tree::end_of_lines;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// Whether a character is a blank or line break that the language passes over. The grammar's
/// `gap` is the same set.
pub(super) fn is_blank(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\n' | '\t' | '\r' | '\u{A0}' | '\u{FEFF}' | '\u{1680}' | '\u{2000}'
            ..='\u{200B}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// The span without the blanks around it.
pub(super) fn trim(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let from_start = text.trim_start_matches(is_blank);
    let start = span.end - len(from_start);
    Span::new(start, start + len(from_start.trim_end_matches(is_blank)))
}

/// A text of any of the three forms, with what is wrong inside it.
pub(super) fn text(ctx: &mut Ctx<'_>, pair: &Pair<'_, Rule>) -> Text {
    let is_block = pair.as_rule() == Rule::block_text;
    let (open, close) = match pair.as_rule() {
        Rule::block_text => ("\"\"\"", "\"\"\""),
        Rule::curly_text => ("“", "”"),
        _ => ("\"", "\""),
    };
    let whole = ctx.span(pair);
    let content_start = whole.start + len(open);
    let inner_end = pair
        .clone()
        .into_inner()
        .last()
        .map_or(content_start, |last| ctx.span(&last).end);
    let is_closed = whole.end > inner_end;
    let span = if is_closed { whole } else { trim(ctx.source, whole) };
    let content = Span::new(content_start, inner_end.min(span.end).max(content_start));
    let mut parts = Parts {
        ctx,
        content,
        is_closed,
        indent: "",
        passed: 0,
        has_brace: false,
        parts: Vec::new(),
    };
    if is_block {
        parts.frame();
    }
    for piece in pair.clone().into_inner() {
        parts.push(&piece);
    }
    let parts = parts.parts.into();
    if !is_closed {
        ctx.report(unclosed(ctx.source, span, len(open), close, is_block));
        ctx.is_swallowed |= is_block;
    }
    Text {
        span,
        is_block,
        parts,
    }
}

/// `<<name>>`
pub(super) fn api_ref(ctx: &mut Ctx<'_>, pair: &Pair<'_, Rule>) -> ApiRef {
    let span = ctx.span(pair);
    let name = pair.clone().into_inner().next().map(|name| ctx.name(&name));
    ApiRef {
        span,
        name: name.unwrap_or(Ident {
            span: Span::at(span.end),
        }),
    }
}

struct Parts<'c, 's> {
    ctx: &'c mut Ctx<'s>,
    /// What counts between the quotes.
    content: Span,
    is_closed: bool,
    /// The indent that all lines of a block share.
    indent: &'s str,
    /// The end of what was read together with the piece before.
    passed: u32,
    /// Whether a single `{` stood before.
    has_brace: bool,
    parts: Vec<Part>,
}

impl<'s> Parts<'_, 's> {
    /// Cuts the first and last line break of a block off and finds the common indent.
    fn frame(&mut self) {
        let is_closed = self.is_closed;
        let source: &'s Source = self.ctx.source;
        let text = source.slice(self.content);
        let first = text.find('\n').filter(|end| all_blank(text.get(..*end)));
        if let Some(end) = first {
            self.content.start += u32::try_from(end + 1).unwrap_or_default();
        }
        let text = source.slice(self.content);
        if is_closed && let Some(end) = text.rfind('\n').filter(|end| all_blank(text.get(*end..))) {
            let kept = text.get(..end).unwrap_or_default();
            self.content.end = self.content.start + len(kept.trim_end_matches('\r'));
        } else if is_closed && first.is_some() && text.chars().all(is_blank) {
            self.content.end = self.content.start;
        }
        let lines = source
            .slice(self.content)
            .split('\n')
            .skip(usize::from(first.is_none()));
        self.indent = lines
            .filter(|line| !line.chars().all(is_blank))
            .map(indent)
            .reduce(shared)
            .unwrap_or("");
        if first.is_some() {
            self.content.start += self.cut_indent(self.content.start);
        }
    }

    /// How many bytes of indent the line that begins at `line_start` loses.
    fn cut_indent(&self, line_start: u32) -> u32 {
        let rest = self.ctx.source.slice(Span::new(line_start, self.content.end));
        len(shared(rest, self.indent))
    }

    fn push(&mut self, piece: &Pair<'_, Rule>) {
        let span = self.ctx.span(piece);
        match piece.as_rule() {
            Rule::placeholder => self.placeholder(piece),
            Rule::api_ref => {
                let found = api_ref(self.ctx, piece);
                self.parts.push(Part::Api(found));
            }
            Rule::escape => self.escape(span),
            Rule::broken_marks if self.tripled(span) || self.wide_bar(span) => {}
            Rule::broken_marks if self.half_closed(span) => {}
            Rule::stray_marks if self.half_opened(span) => {}
            Rule::broken_marks => {
                self.ctx.report(broken_marks(self.ctx.source, span));
                self.parts.push(Part::Plain(span));
            }
            Rule::stray_marks => {
                self.ctx.report(stray_marks(self.ctx.source, span));
                self.parts.push(Part::Plain(span));
            }
            _ => self.plain(span),
        }
    }

    /// `{{{first_name}}}`, as other tools write what is shown unchanged, and `<<<order_status>>>`.
    fn tripled(&mut self, span: Span) -> bool {
        let written = self.ctx.source.slice(span);
        let (open, close, last) = match written.starts_with('<') {
            true => ("<<<", ">>", '>'),
            false => ("{{{", "}}", '}'),
        };
        let inside = written
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        let Some(inside) = inside else {
            return false;
        };
        let start = span.start + 3;
        let inside = Span::new(start, start + len(inside));
        let behind = self
            .ctx
            .source
            .slice(Span::new(span.end, self.content.end.max(span.end)));
        let is_closed = behind.starts_with(last);
        let whole = Span::new(span.start, span.end + u32::from(is_closed));
        let Some(part) = self.meant(whole, inside) else {
            return false;
        };
        let meant = match last {
            '>' => format!("<<{}>>", self.ctx.source.slice(inside)),
            _ => format!("{{{{{}}}}}", self.ctx.source.slice(inside)),
        };
        let mut edits = vec![(Span::new(span.start, span.start + 1), String::new())];
        if is_closed {
            edits.push((Span::new(span.end, whole.end), String::new()));
        }
        let problem = too_many_braces(self.ctx.source, whole, &meant, edits);
        self.ctx.report(problem);
        self.parts.push(part);
        self.passed = whole.end;
        true
    }

    /// `{{first_name｜朋友}}`
    fn wide_bar(&mut self, span: Span) -> bool {
        const BAR: &str = "｜";
        let written = self.ctx.source.slice(span);
        let inside = written
            .strip_prefix("{{")
            .and_then(|rest| rest.strip_suffix("}}"))
            .and_then(|inside| inside.split_once(BAR));
        let Some((name, default)) = inside else {
            return false;
        };
        let start = span.start + 2;
        let bar = Span::new(start + len(name), start + len(name) + len(BAR));
        let Some(Part::Attribute { name, .. }) = self.meant(span, Span::new(start, bar.start)) else {
            return false;
        };
        let meant = format!("{{{{{}|{default}}}}}", self.ctx.source.slice(name.span));
        let found = Diagnostic::new(
            Code::BadPlaceholder,
            self.ctx.source,
            bar,
            format!("`{BAR}` does not stand before a default"),
        );
        self.ctx.report(
            found
                .with_help(format!("a default stands behind `|`: `{meant}`"))
                .suggested_fix("replace with `|`", vec![(bar, "|".to_owned())]),
        );
        let default = Some(Span::new(bar.end, span.end - 2));
        self.parts.push(Part::Attribute { span, name, default });
        true
    }

    /// `{{first_name}}}`, where no `{` before it may be what the last brace closes.
    fn has_brace_behind(&mut self, span: Span) {
        let behind = self
            .ctx
            .source
            .slice(Span::new(span.end, self.content.end.max(span.end)));
        let is_alone = behind.starts_with('}') && !behind.starts_with("}}");
        if !is_alone || self.has_brace {
            return;
        }
        let brace = Span::new(span.end, span.end + 1);
        let meant = self.ctx.source.slice(span);
        let problem = too_many_braces(
            self.ctx.source,
            span.to(brace),
            meant,
            vec![(brace, String::new())],
        );
        self.ctx.report(problem);
    }

    /// `{{first_name}` and `<<order_status>`: the placeholder is meant, and one mark is missing.
    fn half_closed(&mut self, span: Span) -> bool {
        let written = self.ctx.source.slice(span);
        let (opening, close) = if written.starts_with("<<") {
            ("<<", '>')
        } else {
            ("{{", '}')
        };
        let Some(end) = written
            .strip_prefix(opening)
            .and_then(|inside| inside.find(close))
        else {
            return false;
        };
        let inside = Span::new(
            span.start + 2,
            span.start + 2 + u32::try_from(end).unwrap_or_default(),
        );
        let whole = Span::new(span.start, inside.end + 1);
        if whole.end == span.end
            && self
                .ctx
                .source
                .slice(Span::new(span.end, self.content.end.max(span.end)))
                .starts_with(close)
        {
            return false;
        }
        let Some(part) = self.meant(whole, inside) else {
            return false;
        };
        let missing = (Span::at(whole.end), close);
        let problem = half_marks(self.ctx.source, whole, inside, missing);
        self.ctx.report(problem);
        self.parts.push(part);
        self.plain_part(Span::new(whole.end, span.end));
        true
    }

    /// `{first_name}}` and `<order_status>>`, at its `}}` or `>>`.
    fn half_opened(&mut self, span: Span) -> bool {
        // No name is longer, and a text may be full of these marks.
        const MOST: usize = 256;
        let before = self
            .ctx
            .source
            .slice(Span::new(self.content.start.min(span.start), span.start));
        let from = before.floor_char_boundary(before.len().saturating_sub(MOST));
        let before = before.get(from..).unwrap_or_default();
        let open = if self.ctx.source.slice(span) == "}}" {
            '{'
        } else {
            '<'
        };
        let Some(at) = before.rfind(open) else {
            return false;
        };
        let start = span.start - len(before.get(at..).unwrap_or_default());
        let inside = Span::new(start + 1, span.start);
        let whole = Span::new(start, span.end);
        let Some(part) = self.meant(whole, inside) else {
            return false;
        };
        if before
            .get(..at)
            .is_some_and(|before| before.ends_with([open, '\\']))
        {
            return false;
        }
        let problem = half_marks(self.ctx.source, whole, inside, (Span::at(start), open));
        self.ctx.report(problem);
        while matches!(self.parts.last(), Some(Part::Plain(plain)) if plain.start >= start) {
            self.parts.pop();
        }
        if let Some(Part::Plain(last)) = self.parts.last_mut() {
            last.end = last.end.min(start);
        }
        self.parts.push(part);
        true
    }

    /// The placeholder that `inside` would be between the right marks.
    fn meant(&self, span: Span, inside: Span) -> Option<Part> {
        let written = self.ctx.source.slice(inside);
        let (name, default) = written
            .split_once('|')
            .map_or((written, None), |(name, default)| (name, Some(default)));
        let name_span = trim(self.ctx.source, Span::new(inside.start, inside.start + len(name)));
        let name = self.ctx.source.slice(name_span);
        let is_start = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
        if !is_start
            || !name
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_')
        {
            return None;
        }
        if self.ctx.source.slice(span).starts_with('<') {
            let name = Ident { span: name_span };
            return default.is_none().then_some(Part::Api(ApiRef { span, name }));
        }
        let default =
            default.map(|default| trim(self.ctx.source, Span::new(inside.end - len(default), inside.end)));
        Some(Part::Attribute {
            span,
            name: Ident { span: name_span },
            default,
        })
    }

    fn placeholder(&mut self, piece: &Pair<'_, Rule>) {
        let span = self.ctx.span(piece);
        let mut inner = piece.clone().into_inner();
        let name = inner.next().map_or(
            Ident {
                span: Span::at(span.end),
            },
            |name| self.ctx.name(&name),
        );
        let default = inner
            .next()
            .map(|default| trim(self.ctx.source, self.ctx.span(&default)));
        if let Some(default) = default.filter(|default| self.ctx.source.slice(*default).contains('"')) {
            self.ctx.report(escaped_quotes(self.ctx.source, default));
        }
        self.parts.push(Part::Attribute { span, name, default });
        self.has_brace_behind(span);
    }

    fn escape(&mut self, span: Span) {
        let letter = match self.ctx.source.slice(span) {
            "\\\"" => '"',
            "\\\\" => '\\',
            "\\n" => '\n',
            "\\{" => {
                self.has_brace = true;
                '{'
            }
            "\\}" => '}',
            "\\<" => '<',
            "\\>" => '>',
            // It stands where the quote is missing, which is told.
            "\\" if !self.is_closed => return self.parts.push(Part::Plain(span)),
            "\\”" if !self.is_closed && span.end >= self.content.end => {
                return self.parts.push(Part::Plain(span));
            }
            _ => {
                self.ctx.report(unknown_escape(self.ctx.source, span));
                return self.parts.push(Part::Plain(span));
            }
        };
        self.parts.push(Part::Char(span, letter));
    }

    /// Plain characters; in a block, line by line without the common indent.
    fn plain(&mut self, span: Span) {
        let mut start = span.start.max(self.content.start).max(self.passed);
        let end = span.end.min(self.content.end);
        while start < end {
            let rest = self.ctx.source.slice(Span::new(start, end));
            let Some(line_end) = rest.find('\n') else { break };
            let line = rest.get(..line_end).unwrap_or_default();
            let kept = line.trim_end_matches('\r');
            let line_break = start + len(kept);
            self.plain_part(Span::new(start, line_break));
            let next_line = start + len(line) + 1;
            start = (next_line + self.cut_indent(next_line)).min(end);
            self.parts.push(Part::Char(Span::new(line_break, start), '\n'));
        }
        self.plain_part(Span::new(start, end));
    }

    fn plain_part(&mut self, span: Span) {
        if !span.is_empty() {
            self.has_brace |= self.ctx.source.slice(span).contains('{');
            self.parts.push(Part::Plain(span));
        }
    }
}

fn all_blank(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.chars().all(is_blank))
}

/// The blanks at the beginning of a line.
fn indent(line: &str) -> &str {
    let rest = line.trim_start_matches(is_blank);
    line.get(..line.len() - rest.len()).unwrap_or_default()
}

/// The beginning that two texts share.
fn shared<'t>(one: &'t str, other: &str) -> &'t str {
    let letters = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    one.get(..letters.map(|(letter, _)| letter.len_utf8()).sum())
        .unwrap_or_default()
}

fn unclosed(source: &Source, span: Span, quote_bytes: u32, close: &str, is_block: bool) -> Diagnostic {
    let quote = Span::new(span.start, span.start + quote_bytes);
    let help = if is_block {
        "close it with `\"\"\"`, and indent its lines: a word such as `sequence` at a line's start ends it"
            .to_owned()
    } else {
        format!("close it with `{close}`")
    };
    let found = Diagnostic::new(Code::UnclosedText, source, quote, "this text is never closed")
        .primary("opened here")
        .with_help(help);
    if !is_block && let Some(found) = before_a_clause(source, span.start) {
        return found;
    }
    if let Some(end) = end_of_title(source, span).filter(|_| !is_block) {
        return found
            .with_help(format!("close it with `{close}` before the `->`"))
            .suggested_fix(
                format!("insert `{close}`"),
                vec![(Span::at(end), close.to_owned())],
            );
    }
    if !is_block && let Some(end) = end_of_lines(source, quote, span.end) {
        let partner = source.slice(Span::new(span.end, end)).chars().next_back();
        let last = Span::new(
            end - partner.map_or(1, |it| len(it.encode_utf8(&mut [0; 4]))),
            end,
        );
        return found
            .with_help("a text of several lines stands between `\"\"\"` and `\"\"\"`")
            .suggested_fix(
                "write it with `\"\"\"`",
                vec![(quote, "\"\"\"".to_owned()), (last, "\"\"\"".to_owned())],
            );
    }
    let last = source.slice(span).chars().next_back().unwrap_or_default();
    let at = Span::new(span.end - len(last.encode_utf8(&mut [0; 4])), span.end);
    if !is_block && span.len() > quote_bytes && is_escaped_quote(source.slice(span), close) {
        let quote = Span::new(at.start - 1, at.end);
        return found
            .with_help(format!(
                "the last quote is part of the text, for a backslash stands before it: write `{close}`, or `\\\\{close}` for a backslash"
            ))
            .suggested_fix("remove the backslash", vec![(quote, close.to_owned())]);
    }
    // `“Hi"`, and `"Hi\` without a letter behind the backslash.
    if !is_block && span.len() > quote_bytes && matches!(last, '"' | '”' | '＂' | '」' | '\\') {
        let found = match last {
            '\\' => found,
            _ => found.with_help(format!(
                "replace `{last}` with `{close}`: it is no partner of the first quote"
            )),
        };
        return found.suggested_fix(
            format!("replace `{last}` with `{close}`"),
            vec![(at, close.to_owned())],
        );
    }
    found.suggested_fix(
        format!("insert `{close}`"),
        vec![(Span::at(span.end), close.to_owned())],
    )
}

/// Whether a text ends with its quote behind a backslash that escapes it.
fn is_escaped_quote(text: &str, close: &str) -> bool {
    let inside = text.strip_suffix(close).unwrap_or_default();
    let backslashes = inside.len() - inside.trim_end_matches('\\').len();
    backslashes % 2 == 1
}

/// Where the title of an option ends, whose unclosed text took the arrow behind it.
fn end_of_title(source: &Source, span: Span) -> Option<u32> {
    let before = source.slice(Span::new(0, span.start));
    let before = before.trim_end_matches(|letter| is_blank(letter) && letter != '\n');
    let begins_line = before.is_empty() || before.ends_with(['\n', '{']);
    if !begins_line && !before.ends_with("button") {
        return None;
    }
    let (title, _) = source.slice(span).split_once("->")?;
    let title = title.trim_end_matches(is_blank);
    (title.len() > 1).then(|| span.start + len(title))
}

fn unknown_escape(source: &Source, span: Span) -> Diagnostic {
    const PLAIN: &str = "*_#~`-+!|&.()[]'";
    let written = source.slice(span);
    let found = Diagnostic::new(
        Code::UnknownEscape,
        source,
        span,
        format!("unknown escape `{written}`"),
    )
    .with_help("a backslash is written `\\\\`; the escapes are `\\\"` `\\\\` `\\n` `\\{` `\\}` `\\<` `\\>`");
    // A sign that has a meaning elsewhere, as in Markdown.
    if written
        .strip_prefix('\\')
        .is_some_and(|sign| !sign.is_empty() && PLAIN.contains(sign))
    {
        let backslash = Span::new(span.start, span.start + 1);
        return found
            .with_help("leave the backslash out: this sign is read as it is")
            .suggested_fix("remove the backslash", vec![(backslash, String::new())]);
    }
    found.suggested_fix(
        "write the backslash as `\\\\`",
        vec![(Span::at(span.start), "\\".to_owned())],
    )
}

/// A placeholder with one mark too few.
fn half_marks(source: &Source, whole: Span, inside: Span, (at, mark): (Span, char)) -> Diagnostic {
    let inside = source.slice(inside);
    let (meant, lacks) = match mark {
        '<' | '>' => (format!("<<{inside}>>"), format!("a `{mark}`")),
        _ => (format!("{{{{{inside}}}}}"), "a brace".to_owned()),
    };
    Diagnostic::new(
        Code::BadPlaceholder,
        source,
        whole,
        format!("`{}` lacks {lacks}", source.slice(whole)),
    )
    .with_help(format!("write `{meant}`"))
    .suggested_fix(format!("replace with `{meant}`"), vec![(at, mark.to_string())])
}

/// A placeholder with braces that do not belong to it.
fn too_many_braces(source: &Source, whole: Span, meant: &str, edits: Vec<(Span, String)>) -> Diagnostic {
    let written = source.slice(whole);
    Diagnostic::new(
        Code::BadPlaceholder,
        source,
        whole,
        match meant.starts_with('<') {
            true => format!("`{written}` has too many `<` and `>`"),
            false => format!("`{written}` has too many braces"),
        },
    )
    .with_help(match meant.starts_with('<') {
        true => format!("write `{meant}`; `\\<` and `\\>` are the characters themselves"),
        false => format!("write `{meant}`; `\\{{` and `\\}}` are the characters themselves"),
    })
    .suggested_fix(format!("replace with `{meant}`"), edits)
}

fn stray_marks(source: &Source, span: Span) -> Diagnostic {
    let marks = source.slice(span);
    let (opening, escaped) = if marks == ">>" {
        ("<<", "\\>\\>")
    } else {
        ("{{", "\\}\\}")
    };
    Diagnostic::new(
        Code::StrayMarks,
        source,
        span,
        format!("`{marks}` without `{opening}` before it"),
    )
    .with_help(format!(
        "open it with `{opening}`, or write `{escaped}` for the characters themselves"
    ))
    .suggested_fix(
        format!("replace with `{escaped}`"),
        vec![(span, escaped.to_owned())],
    )
}

/// `{{first_name|my \"friend\"}}`
fn escaped_quotes(source: &Source, default: Span) -> Diagnostic {
    let quotes = source.slice(default).match_indices("\\\"").map(|(at, quote)| {
        let start = default.start + u32::try_from(at).unwrap_or_default();
        Span::new(start, start + len(quote))
    });
    let edits = quotes.map(|quote| (quote, "'".to_owned())).collect();
    Diagnostic::new(
        Code::BadPlaceholder,
        source,
        default,
        "a default has no `\"` in it",
    )
    .primary("escapes are not read here")
    .with_help("write `'`, or leave the quotes out")
    .suggested_fix("replace with `'`", edits)
}

/// `{{first_name|"there"}}`, cut off by the quote of its default.
fn quoted_default(source: &Source, span: Span, inside: &str) -> Option<Diagnostic> {
    let name = inside.strip_suffix('|')?;
    let rest = source
        .slice(Span::new(span.end, source.span().end))
        .strip_prefix('"')?;
    let (default, _) = rest.split('\n').next()?.split_once("\"}}")?;
    if default.contains(['"', '{']) {
        return None;
    }
    let close = span.end + 1 + len(default);
    Some(
        Diagnostic::new(
            Code::BadPlaceholder,
            source,
            Span::new(span.start, close + 3),
            format!(
                "the default of `{}` stands in quotes",
                name.trim_matches(is_blank)
            ),
        )
        .with_help(format!("the default needs no quotes: `{{{{{name}|{default}}}}}`"))
        .suggested_fix(
            "remove the quotes",
            vec![
                (Span::new(span.end, span.end + 1), String::new()),
                (Span::new(close, close + 1), String::new()),
            ],
        ),
    )
}

/// `{{name` without its end, `{{ }}`, `{{two words}}`, `<<name`.
fn broken_marks(source: &Source, span: Span) -> Diagnostic {
    let span = trim(source, span);
    let written = source.slice(span);
    let (opening, closing, noun, escaped) = if written.starts_with("<<") {
        ("<<", ">>", "API", "\\<\\<")
    } else {
        ("{{", "}}", "attribute", "\\{\\{")
    };
    let inside = written.strip_prefix(opening).unwrap_or(written);
    if let Some(found) = quoted_default(source, span, inside) {
        return found;
    }
    let Some(inside) = inside.strip_suffix(closing) else {
        return Diagnostic::new(
            Code::BadPlaceholder,
            source,
            span,
            format!("`{opening}` is never closed"),
        )
        .with_help(format!(
            "close it with `{closing}`, or write `{escaped}` for the characters themselves"
        ));
    };
    if let Some(secret) = inside.trim_start_matches(is_blank).strip_prefix("secret ") {
        let secret = secret.trim_matches(is_blank);
        return Diagnostic::new(
            Code::BadPlaceholder,
            source,
            span,
            "a secret cannot stand inside a text",
        )
        .with_help(format!(
            "put the whole value into the secret, and write `= secret {secret}` without quotes"
        ));
    }
    let message = if inside.chars().all(is_blank) {
        format!("nothing stands between `{opening}` and `{closing}`")
    } else {
        format!("`{}` is not the name of an {noun}", inside.trim_matches(is_blank))
    };
    let words: Vec<&str> = inside.split_whitespace().collect();
    if words.len() > 1
        && inside
            .chars()
            .all(|letter| is_blank(letter) || letter == '_' || letter.is_alphanumeric())
    {
        return Diagnostic::new(Code::BadPlaceholder, source, span, message).with_help(format!(
            "a name has letters, digits and `_`: `{opening}{}{closing}`",
            words.join("_")
        ));
    }
    let example = if noun == "API" {
        "<<order_status>>"
    } else {
        "{{first_name}}` or `{{first_name|there}}"
    };
    Diagnostic::new(Code::BadPlaceholder, source, span, message)
        .with_help(format!("one name stands inside: `{example}`"))
}
