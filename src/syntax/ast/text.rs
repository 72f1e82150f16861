//! Quoted texts.

use std::borrow::Cow;

use super::{ApiRef, Ident};
use crate::source::{Source, Span};

/// A quoted text.
#[derive(Clone, Debug)]
pub struct Text {
    /// With the quotes.
    pub span: Span,
    /// Whether it is a `"""` block of several lines.
    pub is_block: bool,
    /// What it is made of, in order; adjacent plain parts are allowed, empty ones are not.
    pub parts: Box<[Part]>,
}

impl Text {
    /// Its characters; the places of values are left out.
    #[must_use]
    pub fn plain(&self, source: &Source) -> String {
        self.parts.iter().filter_map(|part| part.plain(source)).collect()
    }

    /// Its characters; `None` where it has places for values.
    #[must_use]
    pub fn literal(&self, source: &Source) -> Option<String> {
        self.parts.iter().map(|part| part.plain(source)).collect()
    }
}

/// A part of a text.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Characters as they stand.
    Plain(Span),
    /// An escape or line break, and the character it stands for.
    Char(Span, char),
    /// `{{name}}` or `{{name|default}}`.
    Attribute {
        /// With the marks.
        span: Span,
        /// The name inside.
        name: Ident,
        /// The default without the blanks around it.
        default: Option<Span>,
    },
    /// `<<name>>`
    Api(ApiRef),
}

impl Part {
    /// Its characters; `None` for the place of a value.
    #[must_use]
    pub fn plain(self, source: &Source) -> Option<Cow<'_, str>> {
        match self {
            Self::Plain(span) => Some(source.slice(span).into()),
            Self::Char(_, char) => Some(char.to_string().into()),
            Self::Attribute { .. } | Self::Api(_) => None,
        }
    }
}
