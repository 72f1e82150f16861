//! The names of a flow: every declaration and every use, each with its place. Definition, references,
//! highlights, rename, hover and completion stand on it.

mod collect;

use std::collections::BTreeMap;

use sayflow::syntax::ast::{File, Node};
use sayflow::{Span, syntax};

/// What a name can be the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Sequence,
    Api,
    Server,
    Attribute,
    Action,
    Secret,
}

impl Kind {
    /// The word that declares it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Api => "api",
            Self::Server => "server",
            Self::Attribute => "attribute",
            Self::Action => "action",
            Self::Secret => "secret",
        }
    }
}

/// What a name does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is declared.
    Declares,
    /// It is a former name or an id of what is declared there: the same thing by another word.
    Alias,
    /// It gets or loses its value.
    Writes,
    /// Anything else.
    Uses,
}

/// One place where a name stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mention {
    /// The number of the file.
    pub(crate) file: usize,
    pub(crate) span: Span,
    pub(crate) role: Role,
}

/// What a name is the name of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol {
    pub(crate) kind: Kind,
    /// The name as names are compared.
    pub(crate) name: String,
}

impl Symbol {
    pub(crate) fn new(kind: Kind, written: &str) -> Self {
        let name = syntax::canonical(written).into_owned();
        Self { kind, name }
    }
}

/// A declaration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'f> {
    pub(crate) file: &'f File,
    pub(crate) node: &'f Node,
}

/// Every name of a flow.
#[derive(Debug, Default)]
pub(crate) struct Index<'f> {
    files: &'f [File],
    mentions: BTreeMap<Symbol, Vec<Mention>>,
    declared: BTreeMap<Symbol, Declared<'f>>,
    /// Former names and ids of sequences, with the sequence each belongs to.
    aliases: BTreeMap<String, Symbol>,
}

impl<'f> Index<'f> {
    /// The names of the files of a flow.
    pub(crate) fn of(files: &'f [File]) -> Self {
        let mut index = Self {
            files,
            ..Self::default()
        };
        for (at, file) in files.iter().enumerate() {
            collect::file(&mut index, at, file);
        }
        index.resolve_aliases();
        index
    }

    /// The symbol whose name is under a cursor, and where.
    pub(crate) fn at(&self, file: usize, offset: u32) -> Option<(&Symbol, Mention)> {
        let all = self.mentions.iter();
        let here = all.flat_map(|(symbol, mentions)| mentions.iter().map(move |it| (symbol, *it)));
        let mut here = here.filter(|(_, it)| it.file == file && it.span.touches(offset));
        here.next()
    }

    /// Where a symbol is declared; `None` where it is not, or every flow has it.
    pub(crate) fn declared(&self, symbol: &Symbol) -> Option<Declared<'f>> {
        self.declared.get(symbol).copied()
    }

    /// Every place of a symbol, file by file.
    pub(crate) fn mentions(&self, symbol: &Symbol) -> &[Mention] {
        self.mentions.get(symbol).map_or(&[], Vec::as_slice)
    }

    /// Every name in a file, by what it is the name of.
    pub(crate) fn in_file(&self, file: usize) -> impl Iterator<Item = (Kind, Mention)> {
        let all = self.mentions.iter();
        let all = all.flat_map(|(symbol, mentions)| mentions.iter().map(|it| (symbol.kind, *it)));
        all.filter(move |(_, mention)| mention.file == file)
    }

    /// Everything declared of a kind, by name.
    pub(crate) fn all(&self, kind: Kind) -> impl Iterator<Item = (&Symbol, Declared<'f>)> {
        let all = self.declared.iter();
        all.filter(move |(symbol, _)| symbol.kind == kind)
            .map(|(symbol, declared)| (symbol, *declared))
    }

    /// Every symbol of a kind that is written somewhere, declared or not.
    pub(crate) fn written(&self, kind: Kind) -> impl Iterator<Item = &Symbol> {
        self.mentions.keys().filter(move |symbol| symbol.kind == kind)
    }

    /// The sequence that has a name as its id or former name.
    pub(crate) fn alias(&self, symbol: &Symbol) -> Option<&Symbol> {
        let is_sequence = symbol.kind == Kind::Sequence;
        self.aliases.get(&symbol.name).filter(|_| is_sequence)
    }

    /// The file of a mention.
    pub(crate) fn file(&self, mention: Mention) -> Option<&'f File> {
        self.files.get(mention.file)
    }

    fn mention(&mut self, kind: Kind, written: &str, mention: Mention) {
        if !written.is_empty() {
            let symbol = Symbol::new(kind, written);
            self.mentions.entry(symbol).or_default().push(mention);
        }
    }

    /// Puts the places of former names and ids to the sequences that they mean.
    fn resolve_aliases(&mut self) {
        for (alias, symbol) in &self.aliases {
            let other = Symbol::new(Kind::Sequence, alias);
            if self.declared.contains_key(&other) {
                continue;
            }
            let moved = self.mentions.remove(&other).unwrap_or_default();
            let moved = moved.into_iter().map(|mention| Mention {
                role: Role::Alias,
                ..mention
            });
            self.mentions.entry(symbol.clone()).or_default().extend(moved);
        }
        for mentions in self.mentions.values_mut() {
            mentions.sort_by_key(|mention| (mention.file, mention.span));
        }
    }
}
