//! The id writer: the tree of a file in, edits out that give a name to what has none.
//!
//! Sessions, taps and translations refer to statements by id. Inside one sequence, or one `on`, an
//! id is unique; an `ask` without one goes by its attribute and a `call` by its target. The writer
//! adds what is missing, right behind the keyword, and never touches what an author wrote.

mod carrier;
mod name;

use sayflow::syntax::ast::{Entry, File, Head, Ident, Node};
use sayflow::{Source, Span};

use carrier::{Carrier, carriers};
use name::Names;

/// The edits that write an `@id` on every statement that needs one and has none; pass them to
/// [`apply_edits`](crate::apply_edits).
///
/// The names are made of the first words of the texts, and the same file always gives the same
/// names. Blocks and `once` need an id; an `ask` and a `call` where their default is missing or
/// taken by something above them. Broken lines and what lies in them are left alone.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, syntax};
///
/// let text = "on start {\n  text \"Hi and welcome to the shop!\"\n  once {\n    goto tour\n  }\n}\n";
/// let (file, _) = syntax::parse(&Source::new("a.flow", text));
/// let edited = sayflow_kit::apply_edits(text, &sayflow_kit::missing_ids(&file));
/// assert_eq!(
///     edited,
///     "on start {\n  text @hi_and_welcome \"Hi and welcome to the shop!\"\n  once @once {\n    goto tour\n  }\n}\n"
/// );
/// ```
#[must_use]
pub fn missing_ids(file: &File) -> Vec<(Span, String)> {
    let mut edits = Vec::new();
    for entry in &file.entries {
        if let Entry::Node(item) = entry
            && matches!(item.head, Head::Sequence { .. } | Head::On(_))
        {
            edits.extend(missing_in(&file.source, item));
        }
    }
    edits
}

/// The edits for one sequence or `on`.
fn missing_in(source: &Source, item: &Node) -> Vec<(Span, String)> {
    let carriers = carriers(source, item);
    let mut names = Names::default();
    for id in carriers.iter().filter_map(|carrier| carrier.id) {
        names.take(source.slice(id.span));
    }
    let mut unnamed = Vec::new();
    for carrier in carriers.iter().filter(|carrier| carrier.id.is_none()) {
        if !goes_by_default(source, carrier.default, &mut names) && !carrier.is_broken {
            unnamed.push(carrier);
        }
    }
    unnamed
        .into_iter()
        .filter_map(|carrier| edit(source, carrier, &mut names))
        .collect()
}

/// Whether a default names a statement; the first of two alike has it.
fn goes_by_default(source: &Source, default: Option<Ident>, names: &mut Names) -> bool {
    let default = default
        .map(|default| source.slice(default.span))
        .unwrap_or_default();
    !default.is_empty() && names.take(default)
}

fn edit(source: &Source, carrier: &Carrier<'_>, names: &mut Names) -> Option<(Span, String)> {
    let at = carrier.keyword_end(source)?;
    let id = names.invent(carrier.keyword, &carrier.said(source));
    let behind = source
        .text()
        .get(at as usize..)
        .and_then(|rest| rest.chars().next());
    let blank = if behind.is_none_or(char::is_whitespace) {
        ""
    } else {
        " "
    };
    Some((Span::at(at), format!(" @{id}{blank}")))
}
