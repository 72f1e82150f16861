//! The old name where somebody outside of the flow knows it.
//!
//! Endpoints are sent an attribute under its key, and customers are saved with it; a session waits in a
//! sequence by its name, and so does a button that was sent last week. A question without an id of its own is known
//! by its attribute, and a call by its sequence. So a rename writes the old name beside the new one, as edits that an
//! author can leave out where the flow was never deployed.

use sayflow::syntax::ast::{File, Head, Node, Text};
use sayflow::syntax::walk;
use sayflow::{Edit, Source, Span};

use crate::describe::inside;
use crate::index::{Declared, Index, Kind, Symbol};
use crate::protocol::{Because, Written};
use crate::text::number;

/// The edits at a declaration that keep its old name known under the new one.
pub(super) fn by_others(declared: Declared<'_>, new: &Symbol) -> Vec<Written> {
    let source = &declared.file.source;
    match &declared.node.head {
        Head::Attribute { name, key: None, .. } => {
            let old = source.slice(name.span);
            vec![keeping(source, name.span.end, &format!("key \"{old}\""), KEY)]
        }
        // A key that is the name again says nothing.
        Head::Attribute {
            name, key: Some(key), ..
        } if Symbol::new(new.kind, inside(source, key)) == *new => {
            vec![without(source, Span::new(name.span.end, key.span.end))]
        }
        Head::Sequence { name, .. } => {
            let old = source.slice(name.span);
            let was = keeping(source, declared.node.span.end, &format!("was \"{old}\""), WAS);
            let former = former(declared, new).map(|former| without(source, former));
            former.into_iter().chain([was]).collect()
        }
        _ => Vec::new(),
    }
}

/// The edits that leave questions and calls the id that the old name was to them.
pub(super) fn by_sessions(index: Index<'_>, old: &Symbol) -> Vec<Written> {
    let mut written = Vec::new();
    for file in index.files() {
        walk(file, |node, _| {
            written.extend(id_of(file, node, old).map(|(offset, description)| {
                let id = format!("@{}", old.name);
                keeping(&file.source, offset, &id, description)
            }));
        });
    }
    written
}

/// Where the id of a question or a call belongs that had this name for one, and why.
fn id_of(file: &File, node: &Node, old: &Symbol) -> Option<(u32, &'static str)> {
    let (kind, keyword, name, description) = match &node.head {
        Head::Ask {
            id: None,
            save: Some(attribute),
            ..
        } => (Kind::Attribute, "ask", attribute, ASK),
        Head::Call { id: None, target } => (Kind::Sequence, "call", target, CALL),
        _ => return None,
    };
    let is_meant = old.kind == kind && Symbol::new(kind, file.source.slice(name.span)) == *old;
    is_meant.then(|| (node.span.start + number(keyword.len()), description))
}

const ASK: &str = "sessions wait at the question under this id";
const CALL: &str = "sessions come back to the call under this id";
const KEY: &str = "endpoints are sent this key, and customers are saved with it";
const WAS: &str = "sessions and buttons that are out there know the sequence by this name";

/// The `was` clause by which a sequence had a name before, with the blanks in front of it.
pub(super) fn former(declared: Declared<'_>, name: &Symbol) -> Option<Span> {
    let Head::Sequence { was, .. } = &declared.node.head else {
        return None;
    };
    let source = &declared.file.source;
    let is_it = |text: &&Text| Symbol::new(name.kind, inside(source, text)) == *name;
    let former = was.iter().find(is_it)?;
    let before = source.slice(Span::new(0, former.span.start)).trim_end();
    let before = before.strip_suffix("was")?.trim_end();
    Some(Span::new(number(before.len()), former.span.end))
}

fn keeping(source: &Source, offset: u32, clause: &str, description: &str) -> Written {
    let edit = Edit {
        source: source.clone(),
        span: Span::at(offset),
        text: format!(" {clause}"),
    };
    Written {
        because: Some(Because {
            label: format!("write `{clause}`"),
            description: description.to_owned(),
        }),
        ..Written::plain(edit)
    }
}

fn without(source: &Source, span: Span) -> Written {
    Written::plain(Edit {
        source: source.clone(),
        span,
        text: String::new(),
    })
}
