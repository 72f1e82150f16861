//! `sayflow test --coverage`: how much of the flows was run, and what never.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sayflow::{Source, syntax};
use sayflow_test::{Coverage, Share};

use super::suites::TestedFlow;
use crate::atomic_file;
use crate::exit::Stop;
use crate::told;
use crate::visible::visible;

/// What is to be known about how much was run.
#[derive(Debug, Args)]
pub(super) struct Covering {
    /// Tell what of the flow no test has run: lines, branches, outcomes of calls
    #[arg(
        long = "coverage",
        value_enum,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    form: Option<Form>,

    /// Where the coverage is written; `lcov` and `html` go to `lcov.info` and `coverage.html` without it
    #[arg(long = "coverage-file", value_name = "FILE", requires = "form")]
    file: Option<PathBuf>,

    /// Fail where less of the lines, of the branches or of the outcomes is run than so many percent
    #[arg(
        long = "coverage-min",
        value_name = "PERCENT",
        value_parser = clap::value_parser!(u8).range(0..=100)
    )]
    least: Option<u8>,
}

/// How coverage is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// A table, and a sentence for everything that was never run
    Text,
    /// A trace file, which editors and services read
    Lcov,
    /// A page with the lines of the flow in colour
    Html,
}

impl Covering {
    /// Refuses a place that is taken, before anything is run.
    pub(super) fn check(&self) -> Result<(), Stop> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if file == Path::new("-") {
            return Err(Stop::misuse(
                "the standard output is for the results: name a file for the coverage, such as `--coverage-file lcov.info`",
            ));
        }
        atomic_file::check_no_flow(file)
    }

    /// A count of nothing yet; `None` where nobody asks.
    pub(super) fn begin(&self, flows: &[TestedFlow]) -> Option<Coverage> {
        if self.form.is_none() && self.least.is_none() {
            return None;
        }
        let mut sources: Vec<&Source> = Vec::new();
        for source in flows
            .iter()
            .filter_map(|flow| flow.suite.as_ref().ok())
            .flat_map(|suite| suite.sources())
        {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let files: Vec<_> = sources
            .into_iter()
            .map(|source| syntax::parse(source).0)
            .collect();
        Some(Coverage::new(&files))
    }

    /// Writes what is asked for; what is left to be told of it, and whether that is enough.
    pub(super) fn end(&self, coverage: &Coverage) -> Result<(String, bool), Stop> {
        let mut told = String::new();
        match (self.form, &self.file) {
            (None, _) => {}
            (Some(Form::Text), None) => told.push_str(&visible(&coverage.to_text())),
            (Some(form), file) => {
                let usual = Path::new(form.usual_file());
                let file = file.as_deref().unwrap_or(usual);
                atomic_file::write(file, &form.written(coverage))?;
                told.push_str(&format!(
                    "coverage written to {}\n",
                    visible(&file.display().to_string())
                ));
            }
        }
        let short = self.shortages(coverage);
        let is_enough = short.is_empty();
        if !told.is_empty() && !is_enough {
            told.push('\n');
        }
        told.extend(short);
        Ok((told, is_enough))
    }

    /// The file that is written, which is no change to wait for.
    pub(super) fn written_file(&self) -> Option<PathBuf> {
        let form = self.form?;
        match &self.file {
            None if form == Form::Text => None,
            None => Some(form.usual_file().into()),
            Some(file) => Some(file.clone()),
        }
    }

    /// A line for each share that is too small.
    fn shortages(&self, coverage: &Coverage) -> Vec<String> {
        let Some(least) = self.least else {
            return Vec::new();
        };
        let totals = coverage.totals();
        let shares: [(&str, Share); 3] = [
            ("lines", totals.lines),
            ("branches", totals.branches),
            ("outcomes", totals.outcomes),
        ];
        let short = shares.into_iter().filter_map(|(things, share)| {
            let percent = share.percent().filter(|percent| *percent < usize::from(least))?;
            Some(format!(
                "{percent} % of the {things} were run ({share}), less than {least} %\n"
            ))
        });
        short.collect()
    }
}

impl Form {
    fn written(self, coverage: &Coverage) -> String {
        match self {
            Self::Text => coverage.to_text(),
            Self::Lcov => coverage.to_lcov(),
            Self::Html => visible(&coverage.to_html()).into_owned(),
        }
    }

    /// Where the tools that read it look for it.
    fn usual_file(self) -> &'static str {
        match self {
            Self::Text => "coverage.txt",
            Self::Lcov => "lcov.info",
            Self::Html => "coverage.html",
        }
    }
}

/// Tells what does not belong among the results.
pub(super) fn tell_beside(told: &str) -> Result<(), Stop> {
    told::aside().write_all(told.as_bytes())?;
    Ok(())
}
