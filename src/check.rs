//! From sources to a program: the list of steps.

mod lower;
pub(crate) mod names;
mod uses;

use crate::diagnostics::{Diagnostic, Severity};
use crate::error::Error;
use crate::program::Program;
use crate::source::Source;
use crate::syntax;
use names::Names;

pub(crate) use lower::fold;

/// What checking a flow gave: everything there is to say, and the program where it can run.
#[derive(Clone, Debug)]
pub struct Checked {
    program: Option<Program>,
    diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// The program; `None` where there is an error.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref()
    }

    /// Every finding, file by file and in the order of the lines.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// What the steps find, in the order in which they find it.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    all: Vec<Diagnostic>,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Diagnostic) {
        self.all.push(finding);
    }
}

/// Checks the files of a flow; their order means nothing but the order of the findings.
///
/// # Examples
///
/// ```
/// let checked = sayflow::check([sayflow::Source::new("a.flow", "on start {\n  text \"Hi!\"\n}\n")]);
/// assert!(checked.program().is_some());
/// assert!(checked.diagnostics().is_empty());
/// ```
#[must_use]
pub fn check(sources: impl IntoIterator<Item = Source>) -> Checked {
    let mut findings = Findings::default();
    let mut files = Vec::new();
    for source in sources {
        let (file, found) = syntax::parse(&source);
        files.push(file);
        findings.all.extend(found);
    }
    let names = Names::collect(&files, &mut findings);
    let (data, _uses) = lower::lower(&names, &mut findings);
    let diagnostics = findings.all;
    let is_sound = diagnostics
        .iter()
        .all(|found| found.severity() != Severity::Error);
    Checked {
        program: is_sound.then(|| Program::new(data)),
        diagnostics,
    }
}

impl Program {
    /// Checks the files of a flow and takes the program; warnings are let pass.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Flow`](crate::ErrorKind::Flow) with every finding, where one is an error.
    pub fn load(sources: impl IntoIterator<Item = Source>) -> Result<Self, Error> {
        let checked = check(sources);
        checked.program.ok_or_else(|| Error::flow(checked.diagnostics))
    }
}
