//! A check that is done again after each change, and looks anew only at what the change can touch.
//!
//! What is found in a file's sequences and tests depends on its text and on the declarations it names. So it is
//! kept for as long as the file is the same and no declaration changed that is written in it. Whatever looks at
//! the flow as a whole is done each time: it is the smaller part.

mod outline;

use std::collections::HashMap;

use super::lower::Lowering;
use super::names::{Names, canonical};
use super::uses::{From, Use, Used};
use super::{Findings, check_file, check_whole};
use crate::diagnostics::Diagnostic;
use crate::source::{Source, Span};
use crate::syntax::ast::File;
use outline::{Change, Moves, Outline};

/// A check that remembers: for editors, which check the same flow at each keystroke.
///
/// It finds what [`check`](crate::check()) finds in the files of a flow, at a fraction of the cost, and makes no
/// program. Catalogs of other languages are not looked at.
///
/// # Examples
///
/// ```
/// use sayflow::{IncrementalCheck, Source, syntax};
///
/// let mut checks = IncrementalCheck::default();
/// let read = |name, text| syntax::parse(&Source::new(name, text));
/// let (hours, _) = read("hours.flow", "sequence hours {\n  text \"From ten to eight.\"\n}\n");
/// let (start, found) = read("start.flow", "on start {\n  goto ours\n}\n");
/// let found = checks.check(&[hours.clone(), start], found);
/// assert_eq!(found[0].message(), "unknown sequence `ours`");
///
/// // A letter more in one file: the other is not looked at again.
/// let (start, found) = read("start.flow", "on start {\n  goto hours\n}\n");
/// assert_eq!(checks.check(&[hours, start], found), []);
/// ```
#[derive(Debug, Default)]
pub struct IncrementalCheck {
    /// What is known of each file, by the address of its text.
    files: HashMap<usize, Known>,
    outline: Outline,
}

/// What is known of one file.
#[derive(Debug)]
struct Known {
    source: Source,
    /// The text as names are compared, where that is not the text itself.
    canonical: Option<Box<str>>,
    /// What is found where its names are looked up: it may tell of any declaration.
    of_names: Vec<Diagnostic>,
    /// What is found in its lines.
    of_lines: Vec<Diagnostic>,
    uses: Vec<KnownUse>,
}

/// A use without its source.
#[derive(Clone, Copy, Debug)]
struct KnownUse {
    span: Span,
    from: Option<From>,
    of: Used,
}

impl IncrementalCheck {
    /// Everything there is to say about a flow, as [`check`](crate::check()) says it. `found` is what reading
    /// the files found. Files that are the same as the last time must have the same [`Source`].
    pub fn check(&mut self, files: &[File], found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let mut findings = Findings { all: found };
        let names = Names::collect(files, &mut findings);
        self.forget(files, &names);

        let mut lowering = Lowering::new(&names, None, &mut findings);
        lowering.declarations();
        let mut uses = lowering.take_uses();
        let mut of_files = Findings::default();
        for file in files {
            let known = self
                .files
                .entry(address(&file.source))
                .or_insert_with(|| Known::of(file, &names, &mut lowering));
            uses.extend(known.uses(&file.source));
            of_files.all.extend_from_slice(&known.of_names);
            of_files.all.extend_from_slice(&known.of_lines);
        }
        lowering.handlers_and_names();
        uses.extend(lowering.take_uses());
        findings.all.append(&mut of_files.all);
        check_whole(files, &names, &uses, &mut findings);
        findings.sorted(files, &[])
    }

    /// Forgets what does not hold any more.
    fn forget(&mut self, files: &[File], names: &Names<'_>) {
        let outline = Outline::of(names);
        let change = self.outline.change(&outline);
        self.outline = outline;
        let current: HashMap<usize, &Source> = files
            .iter()
            .map(|file| (address(&file.source), &file.source))
            .collect();
        let is_current = |source: &Source| current.contains_key(&address(source));
        self.files.retain(|_, known| {
            is_current(&known.source)
                && known.speaks_of_only(is_current)
                && match &change {
                    Change::None => true,
                    Change::Some { symbols, moves } => {
                        let names_any = symbols
                            .iter()
                            .any(|symbol| outline::is_written(symbol, known.text()));
                        known.of_names.is_empty() && !names_any && known.follow(moves)
                    }
                    Change::All => false,
                }
        });
    }
}

/// Where a source's text lies, which is its own for as long as the source is kept.
fn address(source: &Source) -> usize {
    source.text().as_ptr().addr()
}

impl Known {
    fn of<'f>(file: &'f File, names: &Names<'f>, lowering: &mut Lowering<'f, '_>) -> Self {
        let (of_names, uses) = lowering.apart(&file.source);
        let mut of_lines = Findings::default();
        check_file(file, names, &mut of_lines);
        let text = file.source.text();
        let canonical = canonical(text);
        Self {
            source: file.source.clone(),
            canonical: (canonical != text).then(|| canonical.into()),
            of_names,
            of_lines: of_lines.all,
            uses: uses.iter().map(KnownUse::of).collect(),
        }
    }

    fn text(&self) -> &str {
        self.canonical.as_deref().unwrap_or(self.source.text())
    }

    fn uses<'f>(&self, source: &'f Source) -> impl Iterator<Item = Use<'f>> {
        self.uses.iter().map(|one| Use {
            source,
            span: one.span,
            from: one.from,
            of: one.of,
        })
    }

    /// Whether all places that its findings show are still there.
    fn speaks_of_only(&self, is_current: impl Fn(&Source) -> bool) -> bool {
        let findings = self.of_names.iter().chain(&self.of_lines);
        findings
            .flat_map(Diagnostic::labels)
            .all(|label| is_current(&label.source))
    }

    /// Takes the numbers that declarations have now; `false` where one is gone.
    fn follow(&mut self, moves: &Moves) -> bool {
        self.uses.iter_mut().all(|one| match one.moved(moves) {
            Some(moved) => {
                *one = moved;
                true
            }
            None => false,
        })
    }
}

impl KnownUse {
    fn of(one: &Use<'_>) -> Self {
        Self {
            span: one.span,
            from: one.from,
            of: one.of,
        }
    }

    fn moved(self, moves: &Moves) -> Option<Self> {
        let from = match self.from {
            Some(From::Sequence(index)) => Some(From::Sequence(moves.sequence(index)?)),
            // Handlers are looked through each time.
            other => other,
        };
        let of = match self.of {
            Used::Goto(index) => Used::Goto(moves.sequence(index)?),
            Used::Call(index) => Used::Call(moves.sequence(index)?),
            Used::Option(index) => Used::Option(moves.sequence(index)?),
            Used::LeadsTo(index) => Used::LeadsTo(moves.sequence(index)?),
            Used::Visits(index) => Used::Visits(moves.sequence(index)?),
            Used::Api(index) => Used::Api(moves.api(index)?),
            Used::Server(index) => Used::Server(moves.server(index)?),
            Used::Action(index) => Used::Action(moves.action(index)?),
            Used::Read(index) => Used::Read(moves.attribute(index)?),
            Used::Write(index) => Used::Write(moves.attribute(index)?),
        };
        Some(Self { from, of, ..self })
    }
}
