//! What a file can see of the others: the declarations, and what changed of them since the last time.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::check::lower::id;
use crate::check::names::{Declared, Names, Table, canonical, inside};
use crate::source::Span;
use crate::syntax::ast::Head;

use super::super::nodes::each_below;

/// The declarations of a flow, each as the name it has and a number that changes with its text.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Outline {
    sequences: Vec<Entry>,
    apis: Vec<Entry>,
    servers: Vec<Entry>,
    actions: Vec<Entry>,
    attributes: Vec<Entry>,
    /// What matters of the handlers: whether the flow has one of a kind.
    handles: [bool; 3],
}

#[derive(Debug, PartialEq)]
struct Entry {
    name: Box<str>,
    /// What else it is called by: ids and former names of a sequence, the key of an attribute.
    aliases: Vec<Box<str>>,
    signature: u64,
}

/// With more names than these, looking for them costs more than it saves.
const MOST_CHANGED: usize = 32;

/// What changed between two outlines.
#[derive(Debug)]
pub(super) enum Change {
    None,
    /// These names mean something else, or are new, or gone; the others may have other numbers.
    Some {
        symbols: HashSet<String>,
        moves: Moves,
    },
    /// Every file may see it.
    All,
}

/// The number that each declaration has now; `None` where it is gone.
#[derive(Debug, Default)]
pub(super) struct Moves {
    sequences: Vec<Option<usize>>,
    apis: Vec<Option<usize>>,
    servers: Vec<Option<usize>>,
    actions: Vec<Option<usize>>,
    attributes: Vec<Option<usize>>,
}

impl Outline {
    pub(super) fn of(names: &Names<'_>) -> Self {
        let head = |declared: &Declared<'_>| declared.node.span;
        Self {
            sequences: entries(&names.sequences, head),
            apis: entries(&names.apis, whole),
            servers: entries(&names.servers, whole),
            actions: entries(&names.actions, whole),
            attributes: entries(&names.attributes, whole),
            handles: [
                names.handles_api_failure(),
                names.handles_start(),
                names.handles_interrupts(),
            ],
        }
    }

    /// What is different in `new`.
    pub(super) fn change(&self, new: &Self) -> Change {
        if self == new {
            return Change::None;
        }
        if self.handles != new.handles {
            return Change::All;
        }
        let mut symbols = HashSet::new();
        let moves = Moves {
            sequences: moves(&self.sequences, &new.sequences, &mut symbols),
            apis: moves(&self.apis, &new.apis, &mut symbols),
            servers: moves(&self.servers, &new.servers, &mut symbols),
            actions: moves(&self.actions, &new.actions, &mut symbols),
            attributes: moves(&self.attributes, &new.attributes, &mut symbols),
        };
        if symbols.len() > MOST_CHANGED {
            return Change::All;
        }
        Change::Some { symbols, moves }
    }
}

impl Moves {
    pub(super) fn sequence(&self, number: u32) -> Option<u32> {
        moved(&self.sequences, number)
    }

    pub(super) fn api(&self, number: u32) -> Option<u32> {
        moved(&self.apis, number)
    }

    pub(super) fn server(&self, number: u32) -> Option<u32> {
        moved(&self.servers, number)
    }

    pub(super) fn action(&self, number: u32) -> Option<u32> {
        moved(&self.actions, number)
    }

    pub(super) fn attribute(&self, number: u32) -> Option<u32> {
        moved(&self.attributes, number)
    }
}

/// The number that a declaration has by now.
fn moved(table: &[Option<usize>], number: u32) -> Option<u32> {
    table.get(number as usize)?.map(id)
}

/// Whether a name is a word of a text, both as names are compared.
pub(super) fn is_written(name: &str, text: &str) -> bool {
    // Beyond ASCII everything ends a word here: a name may be seen where none is, never overlooked.
    let goes_on = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    !name.is_empty()
        && text.match_indices(name).any(|(at, found)| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            !goes_on(before) && !goes_on(bytes.get(at + found.len()))
        })
}

fn entries(table: &Table<'_>, seen: fn(&Declared<'_>) -> Span) -> Vec<Entry> {
    let all = table.all.iter();
    all.map(|declared| {
        let mut hasher = DefaultHasher::new();
        // Of two that are declared in two files, the other may become the one that counts.
        declared.source.name().hash(&mut hasher);
        declared.source.slice(seen(declared)).hash(&mut hasher);
        Entry {
            name: canonical(declared.source.slice(declared.span)).into(),
            aliases: aliases(declared),
            signature: hasher.finish(),
        }
    })
    .collect()
}

fn aliases(declared: &Declared<'_>) -> Vec<Box<str>> {
    let texts = match &declared.node.head {
        Head::Sequence { id, was, .. } => id.as_ref().into_iter().chain(was),
        Head::Attribute { key, .. } => key.as_deref().into_iter().chain(&[]),
        _ => return Vec::new(),
    };
    texts
        .map(|text| canonical(inside(declared.source, text)).into())
        .collect()
}

/// A declaration with its block, be it closed or not.
fn whole(declared: &Declared<'_>) -> Span {
    let mut span = declared.node.span;
    each_below(declared.node, &mut |node| span = span.to(node.span));
    span
}

/// Where each of `old` is in `new`; what is in one of them only, or not as it was, is put to `symbols`.
fn moves(old: &[Entry], new: &[Entry], symbols: &mut HashSet<String>) -> Vec<Option<usize>> {
    let mut by_name: HashMap<&str, usize> = new
        .iter()
        .enumerate()
        .map(|(at, entry)| (&*entry.name, at))
        .collect();
    let mut changed = |entry: &Entry| {
        symbols.extend(
            std::iter::once(&entry.name)
                .chain(&entry.aliases)
                .map(ToString::to_string),
        );
    };
    let mut moves = Vec::with_capacity(old.len());
    for entry in old {
        let at = by_name.remove(&*entry.name);
        match at.and_then(|at| new.get(at)) {
            Some(now) if now == entry => {}
            now => {
                changed(entry);
                now.into_iter().for_each(&mut changed);
            }
        }
        moves.push(at);
    }
    by_name.values().filter_map(|at| new.get(*at)).for_each(changed);
    moves
}
