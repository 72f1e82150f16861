//! One line of output, put together word by word with the blanks between them.

use sayflow::syntax::ast::{ApiRef, Expr, Ident, Text};
use sayflow::{Source, Span};

use super::broken::{marks, same_characters};
use super::{expr, text};

/// Where a line is printed: the text its spans point into, and how deep it stands.
#[derive(Clone, Copy)]
pub(super) struct Ctx<'a> {
    /// The text that the spans point into.
    pub(super) source: &'a Source,
    /// How many blocks stand around the line.
    pub(super) depth: usize,
}

impl<'a> Ctx<'a> {
    /// The author's own characters.
    pub(super) fn slice(self, span: Span) -> &'a str {
        self.source.slice(span)
    }

    /// The blanks in front of a line at this depth.
    pub(super) fn indent(self) -> String {
        "  ".repeat(self.depth)
    }
}

/// Whether a character is a blank or line break that the language passes over: the set of `gap`
/// in the grammar.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\n' | '\t' | '\r' | '\u{A0}' | '\u{FEFF}' | '\u{1680}' | '\u{2000}'
            ..='\u{200B}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// The letters, digits and `_` that a line begins with.
fn first_word(line: &str) -> &str {
    let end = line.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    line.get(..end.unwrap_or(line.len())).unwrap_or_default()
}

/// A line under construction. Every method adds something behind what is there; empty words
/// add nothing, so a name that is missing in a broken line leaves no blank.
pub(super) struct Line<'a> {
    pub(super) ctx: Ctx<'a>,
    text: String,
    is_glued: bool,
    is_closed: bool,
}

impl<'a> Line<'a> {
    /// An empty line.
    pub(super) fn new(ctx: Ctx<'a>) -> Self {
        Self {
            ctx,
            text: String::new(),
            is_glued: true,
            is_closed: true,
        }
    }

    /// The finished line, and whether it is whole. One that says something else than `written` is
    /// not, and stays as written, with its stray quotes, as does one whose first word a blank divides: `as k` is no `ask`.
    /// Neither is one with a text that is never closed.
    pub(super) fn finish(self, written: &str) -> (String, bool) {
        let is_same = same_characters(&self.text, written) && marks(&self.text) >= marks(written);
        if is_same && first_word(&self.text) == first_word(written) {
            (self.text, self.is_closed)
        } else {
            (written.to_owned(), false)
        }
    }

    /// A word, with a blank before it.
    pub(super) fn word(mut self, word: &str) -> Self {
        if !word.is_empty() {
            if !self.is_glued {
                self.text.push(' ');
            }
            self.text.push_str(word);
            self.is_glued = false;
        }
        self
    }

    /// A mark right behind the word before it, as `:` and `,` stand.
    pub(super) fn mark(mut self, mark: &str) -> Self {
        self.text.push_str(mark);
        self
    }

    /// A mark whose next word stands right behind it, as behind `(`.
    pub(super) fn opening(self, mark: &str) -> Self {
        let mut line = self.word(mark);
        line.is_glued = true;
        line
    }

    /// The author's words with one blank between them: `quick  replies` becomes `quick replies`.
    pub(super) fn words(self, span: Span) -> Self {
        self.ctx.slice(span).split(is_blank).fold(self, Self::word)
    }

    /// A name.
    pub(super) fn name(self, name: Ident) -> Self {
        let name = self.ctx.slice(name.span);
        self.word(name)
    }

    /// `@id`, where there is one.
    pub(super) fn id(self, id: Option<Ident>) -> Self {
        match id {
            Some(id) => {
                let id = self.ctx.slice(id.span);
                self.word(&format!("@{id}"))
            }
            None => self,
        }
    }

    /// `<<api>>`
    pub(super) fn api(self, api: ApiRef) -> Self {
        let name = self.ctx.slice(api.name.span);
        self.word(&format!("<<{name}>>"))
    }

    /// A quoted text.
    pub(super) fn text(mut self, quoted: &Text) -> Self {
        self.is_closed &= text::is_closed(self.ctx, quoted);
        let quoted = text::quoted(self.ctx, quoted);
        self.word(&quoted)
    }

    /// A value or a condition.
    pub(super) fn expr(self, value: &Expr) -> Self {
        expr::expr(self, value)
    }

    /// `keyword value`, where there is a value.
    pub(super) fn option<T>(
        self,
        keyword: &str,
        value: Option<T>,
        add: impl FnOnce(Self, T) -> Self,
    ) -> Self {
        match value {
            Some(value) => add(self.word(keyword), value),
            None => self,
        }
    }

    /// Things with `, ` between them.
    pub(super) fn list<T>(self, items: &[T], add: impl Fn(Self, &T) -> Self) -> Self {
        items.iter().enumerate().fold(self, |line, (index, item)| {
            let line = if index == 0 { line } else { line.mark(",") };
            add(line, item)
        })
    }
}
