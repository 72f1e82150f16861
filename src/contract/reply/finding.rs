//! What is found wrong with the values of a reply, and where.

use std::cell::OnceCell;

use super::json::{Kind, Node, escape_key};
use crate::contract::{Mask, Problem};
use crate::diagnostics::{Code, Severity};
use crate::plain::{self, one_line};
use crate::source::Span;

/// The way to a value.
#[derive(Debug)]
pub(super) enum Path<'p> {
    Root,
    Key {
        parent: &'p Path<'p>,
        key: &'p str,
        /// As sentences quote it: masked once, however much is found below a key of any length.
        shown: OnceCell<String>,
    },
    Item(&'p Path<'p>, usize),
}

impl<'p> Path<'p> {
    pub(super) fn key(&'p self, key: &'p str) -> Self {
        Self::Key {
            parent: self,
            key,
            shown: OnceCell::new(),
        }
    }

    pub(super) fn item(&'p self, index: usize) -> Self {
        Self::Item(self, index)
    }

    /// What a sentence calls the value.
    fn name(&self, mask: &Mask<'_>) -> String {
        match self {
            Self::Root => "the reply".to_owned(),
            Self::Key { key, shown, .. } => format!("`{}`", shown.get_or_init(|| shortened(mask, key))),
            Self::Item(list, index) => format!("item {} of {}", index + 1, list.name(mask)),
        }
    }

    /// The JSON pointer (RFC 6901), with keys as sentences quote them.
    fn pointer(&self, mask: &Mask<'_>) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key { parent, key, shown } => {
                let shown = shown.get_or_init(|| shortened(mask, key));
                parent.pointer(mask) + "/" + &escape_key(shown)
            }
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer(mask)),
        }
    }
}

/// The problems of a reply, in words without secrets.
#[derive(Debug)]
pub(super) struct Findings<'m> {
    pub(super) mask: &'m Mask<'m>,
    /// How many errors are kept, and how many warnings.
    most: usize,
    problems: Vec<Problem>,
    errors: usize,
    warnings: usize,
}

impl<'m> Findings<'m> {
    pub(super) fn new(mask: &'m Mask<'m>, most: usize) -> Self {
        Self {
            mask,
            most,
            problems: Vec::new(),
            errors: 0,
            warnings: 0,
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Whether no further warning is kept, so that looking for words for one is wasted.
    pub(super) fn is_full_of_warnings(&self) -> bool {
        self.warnings >= self.most
    }

    fn add(&mut self, problem: Problem) {
        let count = match problem.severity() {
            Severity::Error => &mut self.errors,
            _ => &mut self.warnings,
        };
        if *count < self.most {
            *count += 1;
            self.problems.push(problem);
        }
    }

    /// A value of a type that the contract does not have there.
    pub(super) fn wrong_type(
        &mut self,
        path: &Path<'_>,
        node: &Node<'_>,
        expected: &str,
        help: Option<String>,
    ) {
        self.unlike(Code::ReplyWrongType, path, node, expected, help);
    }

    /// A value that is not what the contract says, with a code of its own. Nothing more is said of one that cannot be
    /// read.
    pub(super) fn unlike(
        &mut self,
        code: Code,
        path: &Path<'_>,
        node: &Node<'_>,
        expected: &str,
        help: Option<String>,
    ) {
        if matches!(node.kind, Kind::Unreadable) {
            return;
        }
        let found = describe(self.mask, node);
        self.add(Problem {
            code,
            message: format!("{} is {found}, not {expected}", path.name(self.mask)),
            pointer: path.pointer(self.mask),
            expected: expected.to_owned(),
            found,
            help,
            span: node.span,
        });
    }

    /// A value that is of the right type and still wrong; `fact` goes on behind its name.
    pub(super) fn wrong_value(
        &mut self,
        code: Code,
        path: &Path<'_>,
        node: &Node<'_>,
        (fact, expected, help): (&str, &str, Option<String>),
    ) {
        self.add(Problem {
            code,
            message: format!("{} {fact}", path.name(self.mask)),
            pointer: path.pointer(self.mask),
            expected: expected.to_owned(),
            found: describe(self.mask, node),
            help,
            span: node.span,
        });
    }

    /// A value on which nothing depends.
    pub(super) fn ignored(&mut self, path: &Path<'_>, node: &Node<'_>, expected: &str) {
        let help = Some("leave it out, or send it as the contract says".to_owned());
        self.unlike(Code::ReplyIgnoredField, path, node, expected, help);
    }

    /// A field that an object must have and has not.
    pub(super) fn missing(
        &mut self,
        object_path: &Path<'_>,
        object: &Node<'_>,
        key: &str,
        expected: &str,
        help: Option<String>,
    ) {
        let path = object_path.key(key);
        let start = object.span.start;
        self.add(Problem {
            code: Code::ReplyMissingField,
            message: match object_path {
                Path::Root => format!("`{key}` is missing"),
                _ => format!("`{key}` of {} is missing", object_path.name(self.mask)),
            },
            pointer: path.pointer(self.mask),
            expected: expected.to_owned(),
            found: "nothing".to_owned(),
            help,
            // The bracket that opens the object.
            span: Span::new(start, start.saturating_add(1)),
        });
    }
}

/// A value in a few words.
fn describe(mask: &Mask<'_>, node: &Node<'_>) -> String {
    match &node.kind {
        Kind::Unreadable => "something that cannot be read".to_owned(),
        Kind::Null => "`null`".to_owned(),
        Kind::Bool(flag) => format!("`{flag}`"),
        Kind::Number(written) => format!("the number `{}`", shortened(mask, written)),
        Kind::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
        Kind::Text(text) => format!("the text `{}`", shortened(mask, text)),
        Kind::List(items) if items.is_empty() => "an empty list".to_owned(),
        Kind::List(items) => format!("a list of {}", items.len()),
        Kind::Object(entries) if entries.is_empty() => "an empty object".to_owned(),
        Kind::Object(_) => "an object".to_owned(),
    }
}

/// A text on one line, without secrets: neither one that is there, nor one that shows when what hides in it is
/// taken out.
pub(super) fn quoted(mask: &Mask<'_>, text: &str) -> String {
    mask.apply(&one_line(&mask.apply(text))).into_owned()
}

/// What an endpoint says to the log: no more than anybody reads there, on one line, without secrets.
pub(super) fn log_line(mask: &Mask<'_>, text: &str) -> String {
    plain::beginning(&quoted(mask, text), 1_000)
}

/// The beginning of a text on one line, without secrets.
pub(super) fn shortened(mask: &Mask<'_>, text: &str) -> String {
    plain::shortened(&quoted(mask, text))
}
