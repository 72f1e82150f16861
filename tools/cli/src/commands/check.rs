//! `sayflow check`: what is wrong with a flow.

mod fixes;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sayflow::Diagnostic;
use sayflow::channel::{self, Channel};

use crate::channels;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, Flow};
use crate::render::{Counts, Format, counted, render};
use crate::told::{self, Told};

/// Find what is wrong with a flow
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Check {
    /// Folders with `.flow` files, each a flow, or files that are one flow together
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// How findings are written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    /// What fails the check besides errors
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,

    /// Warn of what a channel cannot show as well; may be given several times
    #[arg(long, value_name = "CHANNEL", value_parser = channels::parser())]
    channel: Vec<Channel>,

    /// Apply the fixes that keep or plainly restore the meaning, and say what was changed
    #[arg(long)]
    fix: bool,
}

const AFTER_HELP: &str = "\
Examples:
  sayflow check shop
  sayflow check shop --deny warnings --format github    in a workflow
  sayflow check shop --format json | jq .code           one JSON object a line
  sayflow check shop --channel whatsapp --channel line  where they shorten or split

Findings go to the standard output, the summary to the standard error. Lines and
columns begin at 1, columns are characters. docs/diagnostics.md describes every key of
the JSON format, docs/channels.md the limits of each channel.

Exit codes:
  0  no errors
  1  errors, or warnings with `--deny warnings`
  2  misuse: an unknown argument, a file that cannot be read";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings, too
    Warnings,
}

/// What checking all paths gave.
#[derive(Debug, Default)]
struct Checked {
    findings: Vec<Diagnostic>,
    files: usize,
    sequences: usize,
}

impl Check {
    /// Checks every flow and prints what there is to say.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let mut all = Checked::default();
        let mut told = Told::to(anstream::stdout());
        for mut flow in flow_files::flows(&self.paths)? {
            if self.fix {
                flow = fixes::apply(flow, &mut told)?;
            }
            all.add(&flow, &self.channel);
        }
        told.write_all(render(&all.findings, self.format).as_bytes())?;
        told.end()?;
        let counts = Counts::of(&all.findings);
        writeln!(told::aside(), "{}", all.summary(counts))?;
        let is_denied = self.deny == Some(Deny::Warnings) && counts.warnings > 0;
        Ok(Exit::after(counts.errors > 0 || is_denied))
    }
}

impl Checked {
    fn add(&mut self, flow: &Flow, channels: &[Channel]) {
        let (program, found) = sayflow::check(flow.with_catalogs());
        let mut findings: Vec<_> = flow.damage().chain(&found).cloned().collect();
        findings.extend(channel::check(flow.with_catalogs(), channels));
        findings.sort_by_key(|finding| place_in_flow(flow, finding));
        self.findings.append(&mut findings);
        self.files += flow.files.len() + flow.catalogs.len();
        self.sequences += program.map_or(0, |program| program.sequences().count());
    }

    /// `2 errors, 1 warning in 3 files`, `no problems in 3 files, 12 sequences`.
    fn summary(&self, counts: Counts) -> String {
        let mut words = format!("{} in {}", counts.words(), counted(self.files, "file"));
        if self.findings.is_empty() {
            words = format!("{words}, {}", counted(self.sequences, "sequence"));
        }
        words
    }
}

/// What several checks found stands in the order of the files and lines.
fn place_in_flow(flow: &Flow, finding: &Diagnostic) -> Option<(usize, u32)> {
    let label = finding.labels().first()?;
    let mut files = flow.files.iter().chain(&flow.catalogs);
    let file = files.position(|file| file.source == label.source)?;
    Some((file, label.span.start))
}
