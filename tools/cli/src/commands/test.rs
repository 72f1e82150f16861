//! `sayflow test`: the conversations of a flow that must go as written.

mod coverage;
mod report;
mod runner;
mod selection;
mod suites;
mod update;

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use clap::Args;
use sayflow_test::Test as Conversation;

use crate::exit::{self, Exit, Stop};
use crate::flow_files;
use crate::told::{self, Told};
use crate::visible::on_one_line;
use crate::watch::Changes;
use coverage::Covering;
use report::{Format, Summary};
use selection::Selection;
use suites::TestedFlow;

/// Run the conversation tests of a flow
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Test {
    /// Folders with `.flow` files, each a flow; files that are one flow together; or `NAME.test.flow` files, whose
    /// tests alone are run, on the flow of their folder
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    selection: Selection,

    /// Name the tests, and run none
    #[arg(long)]
    list: bool,

    /// So many tests at once; as many as there are cores without it
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// How results are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    /// Say nothing of tests that pass
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    covering: Covering,

    /// Rewrite what failing tests expect to what was said, show it, and run them again
    #[arg(long, conflicts_with = "list")]
    update: bool,

    /// The same, asking for each test; answers are read from the standard input
    #[arg(long, conflicts_with = "list")]
    review: bool,

    /// Run them again whenever a file changes, until Ctrl+C
    #[arg(long, conflicts_with_all = ["list", "update", "review"])]
    watch: bool,
}

const AFTER_HELP: &str = "\
A test is a block in any file of a flow, customarily in one named NAME.test.flow:

  test \"greets by name\" {
    given first_name = \"Asha\"
    start
    text \"Hi Asha!\"
  }

Nothing is ever sent: calls are answered by the `mock` lines of the test. The last line
for people is `N passed, N failed`.

Examples:
  sayflow test shop
  sayflow test shop/track.test.flow --filter timeout
  sayflow test shop --format junit > results.xml           in a workflow
  sayflow test shop --watch --quiet                        while it is edited
  sayflow test shop --review                               after the flow was edited
  sayflow test shop --coverage --coverage-min 80           what was never run

Exit codes:
  0  every test passed
  1  a test failed, a flow has errors, or less is covered than `--coverage-min`
  2  misuse: an unknown argument, a file that cannot be read, no test to run";

impl Test {
    /// Runs the tests and prints how they ended.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        self.covering.check()?;
        if self.watch {
            return self.run_again_and_again();
        }
        let flows = suites::load(&self.paths)?;
        if self.list {
            return self.list(&flows);
        }
        if self.update || self.review {
            let (chosen, _) = self.chosen(&flows)?;
            update::update(&flows, &chosen, self)?;
            return self.report(&suites::load(&self.paths)?);
        }
        self.report(&flows)
    }

    /// Runs the tests now and after every change.
    fn run_again_and_again(&self) -> Result<Exit, Stop> {
        let folders: Vec<PathBuf> = self
            .paths
            .iter()
            .map(|path| flow_files::folder(path).to_owned())
            .collect();
        let written = self.covering.written_file();
        let is_source = move |path: &Path| {
            written
                .as_ref()
                .is_none_or(|written| written.file_name() != path.file_name())
        };
        let changes = Changes::below(&folders, is_source)?;
        loop {
            match suites::load(&self.paths).and_then(|flows| self.report(&flows)) {
                Ok(_) => {}
                // A file may be half written, or come back.
                Err(Stop::Misuse(message)) => exit::tell_error(&message),
                Err(stop) => return Err(stop),
            }
            writeln!(told::aside(), "waiting for changes; Ctrl+C ends")?;
            if !changes.wait() {
                return Ok(Exit::Fine);
            }
            writeln!(told::aside())?;
        }
    }

    /// Names the tests that would run.
    fn list(&self, flows: &[TestedFlow]) -> Result<Exit, Stop> {
        if !matches!(self.format, Format::Human | Format::Json) {
            return Err(Stop::misuse(
                "`--list` goes with `--format human` or `--format json`",
            ));
        }
        let (chosen, _) = self.chosen(flows)?;
        if self.format == Format::Json {
            let mut output = self.format.output();
            chosen
                .into_iter()
                .try_for_each(|test| report::list_as_json(&mut output, test))?;
            return self.end_of_list(flows);
        }
        let mut output = anstream::stdout();
        for test in chosen {
            let line = test.source().position(test.span().start).line;
            let file = on_one_line(test.source().name());
            writeln!(output, "{file}:{line}: {}", on_one_line(test.name()))?;
        }
        self.end_of_list(flows)
    }

    /// Says which flows could not be read for their tests.
    fn end_of_list(&self, flows: &[TestedFlow]) -> Result<Exit, Stop> {
        let mut is_broken = false;
        for errors in flows.iter().filter_map(|flow| flow.suite.as_ref().err()) {
            report::draw_errors(errors, &mut told::aside())?;
            is_broken = true;
        }
        Ok(Exit::after(is_broken))
    }

    /// The tests that are meant, and how many others there are.
    fn chosen<'f>(&self, flows: &'f [TestedFlow]) -> Result<(Vec<Conversation<'f>>, usize), Stop> {
        let all: Vec<Conversation<'f>> = flows.iter().flat_map(TestedFlow::tests).collect();
        let number = all.len();
        let is_broken = flows.iter().any(|flow| flow.suite.is_err());
        let chosen = self.selection.choose(all)?;
        if chosen.is_empty() && !is_broken {
            return Err(suites::no_tests(&self.paths));
        }
        let skipped = number - chosen.len();
        Ok((chosen, skipped))
    }

    /// Runs what is chosen of these flows.
    fn report(&self, flows: &[TestedFlow]) -> Result<Exit, Stop> {
        let begun = Instant::now();
        let (chosen, skipped) = self.chosen(flows)?;
        let mut report = self.format.report(self.quiet);
        let mut told = Told::to(self.format.output());
        let broken: Vec<_> = flows
            .iter()
            .filter_map(|flow| flow.suite.as_ref().err())
            .collect();
        let mut summary = Summary {
            failed: broken.len(),
            skipped,
            ..Summary::default()
        };
        report.begin(&mut told, chosen.len() + broken.len())?;
        for errors in broken {
            report.broken(&mut told, errors)?;
        }
        let mut coverage = self.covering.begin(flows);
        runner::run(&chosen, self.jobs(), &mut coverage, |test, ran| {
            match ran.verdict.is_ok() {
                true => summary.passed += 1,
                false => summary.failed += 1,
            }
            report.test(&mut told, test, &ran)
        })?;
        summary.elapsed = begun.elapsed();
        let mut is_covered = true;
        if let Some(coverage) = coverage {
            summary.coverage = Some(coverage.totals());
            (summary.notes, is_covered) = self.covering.end(&coverage)?;
        }
        report.end(&mut told, &summary)?;
        told.end()?;
        if self.format != Format::Human {
            coverage::tell_beside(&summary.notes)?;
        }
        Ok(Exit::after(summary.failed > 0 || !is_covered))
    }

    fn jobs(&self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(cores, NonZeroUsize::get)
    }
}
