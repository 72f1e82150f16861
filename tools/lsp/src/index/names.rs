//! The names themselves, noted file by file: what a change costs is its own file.

use std::collections::{BTreeMap, BTreeSet};

use sayflow::syntax::ast::File;

use super::collect::{self, Notes};
use super::{Kind, Mention, Role, Symbol};

/// Every name of a flow; the numbers of the files are the flow's.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_file: Vec<Notes>,
    /// The places of each symbol in the order of files and lines. What is named by an id or a former
    /// name stands with the symbol that it means.
    mentions: BTreeMap<Symbol, Vec<Mention>>,
    /// Ids and former names of sequences, with the sequence each belongs to.
    owners: BTreeMap<Symbol, Symbol>,
}

impl Names {
    /// Notes the names of a file that stands in the place of another.
    pub(crate) fn replace(&mut self, at: usize, file: &File) {
        let Some(place) = self.by_file.get_mut(at) else {
            return;
        };
        let old = std::mem::replace(place, collect::notes(file));
        self.changed(at, &old);
    }

    /// Notes the names of a file that is new at a place; those behind it move on by one.
    pub(crate) fn insert(&mut self, at: usize, file: &File) {
        let is_last = at >= self.by_file.len();
        let at = at.min(self.by_file.len());
        self.by_file.insert(at, collect::notes(file));
        if is_last {
            self.changed(at, &Notes::default());
        } else {
            self.gather();
        }
    }

    /// Forgets a file; those behind it move up by one.
    pub(crate) fn remove(&mut self, at: usize) {
        if at < self.by_file.len() {
            self.by_file.remove(at);
            self.gather();
        }
    }

    /// Every name in a file in the order of the walk, with what it means.
    pub(super) fn in_file(&self, at: usize) -> impl Iterator<Item = (&Symbol, Mention)> {
        let notes = self.by_file.get(at).into_iter().flat_map(|notes| &notes.mentions);
        notes.map(move |(symbol, span, role)| {
            let (symbol, role) = self.meant(symbol, *role);
            (
                symbol,
                Mention {
                    file: at,
                    span: *span,
                    role,
                },
            )
        })
    }

    pub(super) fn mentions(&self, symbol: &Symbol) -> &[Mention] {
        self.mentions.get(symbol).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Symbol> {
        let first = Symbol {
            kind,
            name: String::new(),
        };
        let from = self.mentions.range(first..);
        from.map(|(symbol, _)| symbol)
            .take_while(move |symbol| symbol.kind == kind)
    }

    /// The sequence that has a name as its id or former name.
    pub(super) fn owner(&self, symbol: &Symbol) -> Option<&Symbol> {
        self.owners.get(symbol)
    }

    /// Puts the notes of a file in the place of those that it had.
    fn changed(&mut self, at: usize, old: &Notes) {
        if self.moves_others(at, old) {
            return self.gather();
        }
        let gone = old.mentions.iter().map(|(symbol, ..)| symbol);
        let gone = gone.map(|symbol| self.meant(symbol, Role::Uses).0.clone());
        let gone = gone.collect();
        self.put(at, gone);
    }

    /// Whether what changed in a file changes what names in other files mean.
    fn moves_others(&self, at: usize, old: &Notes) -> bool {
        let Some(new) = self.by_file.get(at) else {
            return true;
        };
        let declared = |notes: &Notes| -> BTreeSet<Symbol> {
            let mentions = notes.mentions.iter();
            let declared = mentions.filter(|(.., role)| *role == Role::Declares);
            declared.map(|(symbol, ..)| symbol.clone()).collect()
        };
        let (was, is) = (declared(old), declared(new));
        let mut aliases = self.by_file.iter().flat_map(|notes| &notes.aliases);
        old.aliases != new.aliases
            || was != is && aliases.any(|(alias, _)| was.contains(alias) != is.contains(alias))
    }

    /// Puts the notes of all files together.
    fn gather(&mut self) {
        let aliases = self.by_file.iter().flat_map(|notes| &notes.aliases);
        // The first that claims an id has it.
        self.owners = aliases.rev().cloned().collect();
        let mentions = self.by_file.iter().flat_map(|notes| &notes.mentions);
        for (symbol, _, role) in mentions {
            // A sequence goes before an id of the same letters.
            if *role == Role::Declares {
                self.owners.remove(symbol);
            }
        }
        self.mentions.clear();
        (0..self.by_file.len()).for_each(|at| self.put(at, BTreeSet::new()));
    }

    /// Puts the names of a file in the place of what stands there for it; `gone` are the symbols that it named.
    fn put(&mut self, at: usize, gone: BTreeSet<Symbol>) {
        let mut here: BTreeMap<Symbol, Vec<Mention>> =
            gone.into_iter().map(|symbol| (symbol, Vec::new())).collect();
        for (symbol, mention) in self.in_file(at) {
            match here.get_mut(symbol) {
                Some(mentions) => mentions.push(mention),
                None => drop(here.insert(symbol.clone(), vec![mention])),
            }
        }
        for (symbol, mut mentions) in here {
            mentions.sort_by_key(|mention| mention.span);
            let all = self.mentions.entry(symbol.clone()).or_default();
            let first = all.partition_point(|mention| mention.file < at);
            let behind = all.partition_point(|mention| mention.file <= at);
            all.splice(first..behind, mentions);
            if all.is_empty() {
                self.mentions.remove(&symbol);
            }
        }
    }

    /// The symbol that a name means, and what it does there.
    fn meant<'n>(&'n self, symbol: &'n Symbol, role: Role) -> (&'n Symbol, Role) {
        match self.owners.get(symbol) {
            Some(owner) => (owner, Role::Alias),
            None => (symbol, role),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop, proptest};
    use sayflow::Source;

    use super::*;

    /// Items that declare, use, and mean each other by id and former name.
    const ITEMS: [&str; 7] = [
        "sequence track id \"142\" {\n  goto pay\n}\n",
        "sequence pay was \"track\" {\n  goto 142\n}\n",
        "sequence pay was \"142\" {\n  goto old\n}\n",
        "sequence old {\n  goto track\n  goto nowhere\n}\n",
        "attribute pay: text\n",
        "on start {\n  goto track\n  text \"{{pay}} <<order_status>>\"\n}\n",
        "sequence broken id \"old\"\n  goto pay\n",
    ];

    fn file() -> impl Strategy<Value = File> {
        prop::collection::vec(prop::sample::select(&ITEMS[..]), 0..4)
            .prop_map(|items| sayflow::syntax::parse(&Source::new("a.flow", items.concat())).0)
    }

    proptest! {
        #[test]
        fn names_kept_up_are_those_noted_anew(edits in prop::collection::vec((0..3_usize, file()), 1..12)) {
            let mut names = Names::default();
            let mut files: Vec<File> = Vec::new();
            for (at, file) in edits {
                if at < files.len() {
                    names.replace(at, &file);
                    files[at] = file;
                } else {
                    names.insert(files.len(), &file);
                    files.push(file);
                }
                let mut anew = Names::default();
                anew.by_file.extend(files.iter().map(collect::notes));
                anew.gather();
                assert_eq!(names.owners, anew.owners);
                assert_eq!(names.mentions, anew.mentions);
            }
        }
    }
}
