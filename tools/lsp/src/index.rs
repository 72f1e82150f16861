//! The names of a flow: every declaration and every use, each with its place. Definition, references,
//! highlights, rename, hover and completion stand on it.

mod collect;
mod names;

use sayflow::syntax::ast::{Entry, File, Node};
use sayflow::{Span, syntax};

pub(crate) use names::Names;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// The names of a flow beside its trees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Index<'f> {
    files: &'f [File],
    names: &'f Names,
}

impl<'f> Index<'f> {
    /// The trees of a flow, and the names that were noted of exactly these.
    pub(crate) const fn new(files: &'f [File], names: &'f Names) -> Self {
        Self { files, names }
    }

    /// The trees.
    pub(crate) const fn files(self) -> &'f [File] {
        self.files
    }

    /// The symbol whose name is under a cursor, and where.
    pub(crate) fn at(self, file: usize, offset: u32) -> Option<(&'f Symbol, Mention)> {
        let mut here = self.names.in_file(file);
        here.find(|(_, mention)| mention.span.touches(offset))
    }

    /// Where a symbol is declared; `None` where it is not, or every flow has it.
    pub(crate) fn declared(self, symbol: &Symbol) -> Option<Declared<'f>> {
        let mentions = self.mentions(symbol).iter();
        let first = mentions
            .filter(|mention| mention.role == Role::Declares)
            .min_by_key(|it| it.file)?;
        let file = self.file(*first)?;
        Some(Declared {
            file,
            node: item(file, first.span)?,
        })
    }

    /// Every place of a symbol, file by file.
    pub(crate) fn mentions(self, symbol: &Symbol) -> &'f [Mention] {
        self.names.mentions(symbol)
    }

    /// Every name in a file, by what it is the name of.
    pub(crate) fn in_file(self, file: usize) -> impl Iterator<Item = (Kind, Mention)> {
        self.names
            .in_file(file)
            .map(|(symbol, mention)| (symbol.kind, mention))
    }

    /// Everything declared of a kind, by name.
    pub(crate) fn all(self, kind: Kind) -> impl Iterator<Item = (&'f Symbol, Declared<'f>)> {
        self.written(kind)
            .filter_map(move |symbol| Some((symbol, self.declared(symbol)?)))
    }

    /// Every symbol of a kind that is written somewhere, declared or not.
    pub(crate) fn written(self, kind: Kind) -> impl Iterator<Item = &'f Symbol> {
        self.names.of_kind(kind)
    }

    /// The sequence that has a name as its id or former name.
    pub(crate) fn alias(self, symbol: &Symbol) -> Option<&'f Symbol> {
        self.names.owner(symbol)
    }

    /// The file of a mention.
    pub(crate) fn file(self, mention: Mention) -> Option<&'f File> {
        self.files.get(mention.file)
    }
}

/// The item of a file whose first line a place lies in.
fn item(file: &File, place: Span) -> Option<&Node> {
    let nodes = file.entries.iter().filter_map(|entry| match entry {
        Entry::Node(node) => Some(node),
        Entry::Remark(_) => None,
    });
    nodes.take_while(|node| node.span.start <= place.start).last()
}
