//! `sayflow explore`: a random customer looks for what goes wrong.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use sayflow::{Label, Program};
use sayflow_test::{Exploration, Explored, Finding};
use serde::Serialize;

use super::run::report;
use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::render::{Remark, counted, place_of_label, remark};
use crate::told::{self, Told};
use crate::visible::{in_json, visible};

/// What a file's name has before its number and its ending: systems take 255 bytes in all.
const STEM_BYTES: usize = 200;

/// Let a random customer look for what goes wrong
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Explore {
    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// Which random customer: the same number finds the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many things the customer does in all
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    steps: usize,

    /// Write each finding as a test into a folder, `DEFECT-SEQUENCE.test.flow`
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,

    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
The customer taps, types titles, words, answers and nonsense, sends pictures and places, keeps
silent and comes back. No server is asked: every API answers in this process, now with a good
reply, now with one of the other outcomes. What goes wrong is shown with the line of the flow
and with the shortest conversation that leads there, as a `test` block that passes as long as
the defect is there. Sequences and branches that were never seen are listed; they are no
findings. docs/explore.md lists what is looked for.

Examples:
  sayflow explore shop
  sayflow explore shop --seed 7 --steps 100000    another customer, and more patient
  sayflow explore shop --write shop/found         keep the tests
  sayflow explore shop --json | jq .defect

Exit codes:
  0  nothing was found
  1  there are findings, or the flow has errors
  2  misuse: an unknown argument, a file that cannot be read or written";

/// A finding, or a line that was never seen, for programs.
#[derive(Serialize)]
struct Line<'l> {
    #[serde(skip_serializing_if = "Option::is_none")]
    defect: Option<&'l str>,
    message: &'l str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'l str>,
    file: &'l str,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<String>,
}

impl Explore {
    /// Explores the flow and prints what was found.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let flow = flow_files::flow(&self.path)?;
        if let Err(errors) = flow.program() {
            report(&errors);
            return Ok(Exit::Findings);
        }
        // Found out before the minutes that an exploration may take.
        self.write.as_deref().map_or(Ok(()), atomic_file::make_folder)?;
        let beside = self.write.as_deref().map(flow_files::tests_in).transpose()?;
        let exploration = Exploration::new(flow.with_catalogs())?
            .beside(beside.into_iter().flatten())
            .seed(self.seed)
            .steps(self.steps);
        let explored = exploration.run();
        let program = exploration.program();
        // Written before the first finding is shown, for whoever reads along may leave; told behind the last.
        let mut told = Vec::new();
        let written = match &self.write {
            Some(folder) => write_tests(folder, (&exploration, &explored), &mut told),
            None => Ok(()),
        };
        let mut output = Told::to(anstream::stdout());
        match self.json {
            true => print_json(&mut output, &explored, program)?,
            false => print(&mut output, &explored, program)?,
        }
        output.end()?;
        told::aside().write_all(&told)?;
        written?;
        let findings = explored.findings.len();
        writeln!(
            told::aside(),
            "{} in {}, seed {}",
            counted(findings, "finding"),
            counted(explored.steps, "step"),
            explored.seed
        )?;
        Ok(Exit::after(findings > 0))
    }
}

fn print(output: &mut dyn Write, explored: &Explored, program: &Program) -> Result<(), Stop> {
    let mut text = String::new();
    for finding in &explored.findings {
        text.push_str(&remark(&Remark {
            code: finding.defect.as_str(),
            message: &finding.message,
            label: &finding.label,
            help: &finding.help,
        }));
        text.push_str(&visible(&finding.to_test(program)));
        text.push('\n');
    }
    for label in &explored.unseen {
        let written = label.source.slice(label.span);
        let (place, what) = (place_of_label(label), visible(written));
        text.push_str(&format!("{place}: {}: {what}\n", label.text));
    }
    Ok(output.write_all(text.as_bytes())?)
}

fn print_json(output: &mut dyn Write, explored: &Explored, program: &Program) -> Result<(), Stop> {
    let findings = explored.findings.iter().map(|finding| Line {
        defect: Some(finding.defect.as_str()),
        help: Some(&finding.help),
        test: Some(finding.to_test(program)),
        ..line(&finding.label, &finding.message)
    });
    let unseen = explored.unseen.iter().map(|label| line(label, &label.text));
    for line in findings.chain(unseen) {
        let json = serde_json::to_string(&line).map_err(|error| Stop::misuse(error.to_string()))?;
        writeln!(output, "{}", in_json(&json))?;
    }
    Ok(())
}

fn line<'l>(label: &'l Label, message: &'l str) -> Line<'l> {
    let position = label.source.position(label.span.start);
    Line {
        defect: None,
        message,
        help: None,
        file: label.source.name(),
        line: position.line,
        column: position.column,
        test: None,
    }
}

/// Writes the tests that are not there yet, each into a file of its own, and tells of each.
fn write_tests(
    folder: &Path,
    (exploration, explored): (&Exploration, &Explored),
    told: &mut dyn Write,
) -> Result<(), Stop> {
    let mut names = BTreeSet::new();
    for finding in &explored.findings {
        if exploration.is_there(finding) {
            writeln!(told, "`{}` is there already", visible(&finding.scene.name))?;
            continue;
        }
        let (stem, test) = (file_stem(finding), finding.to_test(exploration.program()));
        let numbered = (2_u32..).map(|number| format!("{stem}-{number}"));
        for name in std::iter::once(stem.clone()).chain(numbered) {
            let path = folder.join(format!("{name}.test.flow"));
            // A test of that name that somebody has edited stays.
            if names.insert(name) && atomic_file::is_replaced(&path, "", &test)? {
                writeln!(told, "wrote {}", visible(&path.to_string_lossy()))?;
                break;
            }
        }
    }
    Ok(())
}

/// The defect, and where it is in the words of its test's name, as far as a name of a file goes.
fn file_stem(finding: &Finding) -> String {
    let name = &finding.scene.name;
    let place = name.split_once(" in ").map_or(name.as_str(), |(_, place)| place);
    let words = place.split(|found: char| !found.is_alphanumeric() && found != '_');
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<&str> = std::iter::once(finding.defect.as_str()).chain(words).collect();
    let mut stem = words.join("-");
    stem.truncate(stem.floor_char_boundary(STEM_BYTES));
    stem
}
