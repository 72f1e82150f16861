//! From sources to a program: the list of steps.

mod allow;
mod conversation;
mod failures;
mod guesses;
mod hardcoded_secrets;
#[cfg(feature = "unstable-tools")]
mod incremental;
mod jumps;
mod lower;
pub(crate) mod names;
mod nodes;
mod reachability;
mod requests;
mod taken_answers;
mod usage;
mod uses;

use std::collections::HashMap;

use crate::diagnostics::{Diagnostic, Severity};
use crate::error::Error;
use crate::program::Program;
use crate::source::Source;
use crate::syntax::{self, ast::File};
use crate::texts::{Catalogs, is_catalog};
#[cfg(feature = "unstable-tools")]
pub use incremental::IncrementalCheck;
pub(crate) use lower::default_handlers;
use names::Names;
use uses::Use;

pub(crate) use allow::silence;

/// What the steps find, in the order in which they find it.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    all: Vec<Diagnostic>,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Diagnostic) {
        self.all.push(finding);
    }

    /// Whether something was found that keeps the flow from running.
    pub(crate) fn has_errors(&self) -> bool {
        self.all.iter().any(|found| found.severity() == Severity::Error)
    }

    pub(crate) fn retain(&mut self, is_kept: impl FnMut(&Diagnostic) -> bool) {
        self.all.retain(is_kept);
    }

    /// Everything found, in the order in which it was.
    pub(crate) fn into_found(self) -> Vec<Diagnostic> {
        self.all
    }

    /// Everything found, file by file and in the order of the lines.
    fn sorted(mut self, files: &[File], catalogs: &[Source]) -> Vec<Diagnostic> {
        let key = |source: &Source| source.text().as_ptr();
        let sources = files.iter().map(|file| &file.source).chain(catalogs);
        let order: HashMap<_, _> = sources
            .enumerate()
            .map(|(index, source)| (key(source), index))
            .collect();
        self.all.sort_by_cached_key(|found| {
            let label = found.labels.first();
            label.map(|label| (order.get(&key(&label.source)).copied(), label.span.start))
        });
        self.all
    }
}

/// Checks the files of a flow, whose order means nothing but that of the findings: the program, where nothing
/// keeps it from running, and every finding, file by file and in the order of the lines.
///
/// A source whose name ends in `.po` is a catalog: the flow's texts in the language that the file is named
/// after. Nothing in one keeps the flow from running.
///
/// Nothing is read but these texts, and no flow makes it panic. For a host that only wants to
/// run the flow, [`Program::load`] is shorter.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, check};
///
/// let welcome = Source::new("welcome.flow", "on start {\n  goto ordrs\n}\n");
/// let orders = Source::new("orders.flow", "sequence orders {\n  txet \"Which one?\"\n}\n");
/// let (program, found) = check([welcome, orders]);
/// // One look shows everything there is to mend, in every file.
/// let codes: Vec<_> = found.iter().map(|found| found.code().as_str()).collect();
/// assert_eq!(codes, ["check::unknown_sequence", "syntax::unknown_keyword"]);
/// assert!(program.is_none());
/// ```
///
/// A flow with a warning runs, so an editor can try it out and underline the warning:
///
/// ```
/// use sayflow::{Severity, Source, check};
///
/// let flow = r#"
/// on start {
///   text "Hello!"
/// }
/// sequence winter_sale {
///   text "Shawls for ৳2450."
/// }
/// "#;
/// let (program, found) = check([Source::new("shop.flow", flow)]);
/// assert!(program.is_some());
/// assert_eq!(found[0].severity(), Severity::Warning);
/// assert_eq!(found[0].code().as_str(), "check::unreachable_sequence");
/// ```
#[must_use]
pub fn check(sources: impl IntoIterator<Item = Source>) -> (Option<Program>, Vec<Diagnostic>) {
    let (catalogs, sources): (Vec<Source>, Vec<Source>) = sources.into_iter().partition(is_catalog);
    let mut files = Vec::new();
    let mut found = Vec::new();
    for source in sources {
        let (file, of_file) = syntax::parse(&source);
        files.push(file);
        found.extend(of_file);
    }
    check_with_catalogs(&files, &catalogs, found)
}

/// Checks the files of a flow that are read already, with what was found while reading them; [`check`] does
/// both. For tools that keep the trees.
///
/// # Examples
///
/// ```
/// use sayflow::{Source, check_files, syntax};
///
/// let source = Source::new("hello.flow", "on start {\n  text \"Hello!\"\n}\n");
/// let (file, found) = syntax::parse(&source);
/// let (program, found) = check_files(&[file], found);
/// assert!(program.is_some() && found.is_empty());
/// ```
#[cfg(feature = "unstable-tools")]
#[must_use]
pub fn check_files(files: &[File], found: Vec<Diagnostic>) -> (Option<Program>, Vec<Diagnostic>) {
    check_with_catalogs(files, &[], found)
}

/// As [`check_files`], with the catalogs of the flow.
#[must_use]
pub fn check_with_catalogs(
    files: &[File],
    catalogs: &[Source],
    found: Vec<Diagnostic>,
) -> (Option<Program>, Vec<Diagnostic>) {
    let mut findings = Findings { all: found };
    let names = Names::collect(files, &mut findings);
    let translations = Catalogs::read(files, catalogs, &mut findings);
    let (data, uses) = lower::lower(&names, translations, &mut findings);
    for file in files {
        check_file(file, &names, &mut findings);
    }
    check_whole(files, &names, &uses, &mut findings);
    let program = (!findings.has_errors()).then(|| Program::new(data));
    (program, findings.sorted(files, catalogs))
}

/// What is found in a file by its own lines and by the declarations that they name.
fn check_file(file: &File, names: &Names<'_>, findings: &mut Findings) {
    failures::check(file, names, findings);
    conversation::check(file, findings);
    reachability::check_lines(file, findings);
}

/// What is found in a flow as a whole.
fn check_whole(files: &[File], names: &Names<'_>, uses: &[Use<'_>], findings: &mut Findings) {
    requests::check(names, findings);
    hardcoded_secrets::check(names, findings);
    let leads_away = jumps::check(names, findings);
    conversation::check_ways_out(files, names, &leads_away, findings);
    taken_answers::check(files, names, findings);
    reachability::check(names, uses, findings);
    usage::check(names, uses, findings);
    allow::apply(files, findings);
    guesses::show_values(names, findings);
    guesses::withhold(files, findings);
}

impl Program {
    /// Checks the files of a flow and takes the program; warnings are let pass.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Flow`](crate::ErrorKind::Flow) with every finding, where one is an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Program, Source};
    ///
    /// let program = Program::load([
    ///     Source::new("welcome.flow", "on start {\n  goto hours\n}\n"),
    ///     Source::new("hours.flow", "sequence hours {\n  text \"From ten to eight.\"\n}\n"),
    /// ])?;
    /// assert!(program.sequences().eq(["hours"]));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    ///
    /// A catalog beside the flow, as an app embeds it (`include_str!("../flows/texts/bn.po")`): customers whose
    /// `language`, or else `locale`, is Bengali read it.
    ///
    /// ```
    /// # use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    /// let flow = "on start {\n  text \"Welcome!\"\n}\n";
    /// let bengali = "msgctxt \"on start\"\nmsgid \"Welcome!\"\nmsgstr \"স্বাগতম!\"\n";
    /// let program = Program::load([Source::new("shop.flow", flow), Source::new("texts/bn.po", bengali)])?;
    /// let engine = Engine::new(program);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// customer.language = "bn_BD".to_owned();
    /// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// assert_eq!(turn.blocks, [Block::Text { text: "স্বাগতম!".to_owned() }]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn load(sources: impl IntoIterator<Item = Source>) -> Result<Self, Error> {
        let (program, found) = check(sources);
        program.ok_or_else(|| Error::flow(found))
    }
}
