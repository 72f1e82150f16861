//! `sayflow texts`: what customers read, for whoever translates it.

mod export;
mod import;
mod list;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use sayflow::texts::{self, CustomerText, SOURCE_LANGUAGE};
use sayflow::{Diagnostic, Source, syntax};
use sayflow_kit::CATALOGS;

use super::run::report;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, Flow, FlowFile};

/// List every text that a customer can read; export and import translations
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
pub(crate) struct Texts {
    #[command(subcommand)]
    what: Option<What>,

    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// How to write the list: human, or json for a line of JSON for each text
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human, hide_possible_values = true)]
    format: Format,
}

const AFTER_HELP: &str = "\
Each text stands with its place, its name for translators, what it is, and its length in
characters as people count them: a letter with all its signs is one, and what `{{…}}` and
`<<…>>` are replaced by is not counted. Catalogs are the `.po` files in the folder `texts`
beside the flow.

Examples:
  sayflow texts shop
  sayflow texts export shop --lang bn      write shop/texts/bn.po, or bring it up to date
  sayflow texts import back.po shop --lang bn

Exit codes:
  0  fine
  1  the flow has errors, a catalog has lines that cannot be read, or a translation was refused
  2  misuse: an unknown argument, a file that cannot be read or written";

#[derive(Debug, Subcommand)]
enum What {
    Export(export::Export),
    Import(import::Import),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Texts {
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        match &self.what {
            Some(What::Export(export)) => export.run(),
            Some(What::Import(import)) => import.run(),
            None => list::run(&self.path, self.format),
        }
    }
}

/// A flow without errors, and what customers read of it.
struct Readable {
    flow: Flow,
    texts: Vec<CustomerText>,
}

impl Readable {
    /// Reads the flow at a path; `None` where it has errors, which are told. What cannot be read would seem to be gone.
    fn read(path: &Path) -> Result<Option<Self>, Stop> {
        let flow = flow_files::flow(path)?;
        if let Err(errors) = flow.program() {
            report(&errors);
            return Ok(None);
        }
        let files: Vec<_> = flow.sources().map(|source| syntax::parse(&source).0).collect();
        let texts = texts::collect(&files);
        Ok(Some(Self { flow, texts }))
    }

    /// The catalog of a language, where there is one.
    fn catalog(&self, language: &str) -> Option<&FlowFile> {
        let mut catalogs = self.flow.catalogs.iter();
        catalogs.find(|catalog| texts::language_of(&catalog.source).as_deref() == Some(language))
    }

    /// What cannot be read of the catalogs.
    fn unreadable(&self) -> Vec<Diagnostic> {
        let of_catalog = |catalog: &FlowFile| match &catalog.damage {
            Some(damage) => vec![damage.clone()],
            None => texts::read(&catalog.source).1,
        };
        self.flow.catalogs.iter().flat_map(of_catalog).collect()
    }

    /// Tells what keeps a catalog from being written anew: what is no text would be lost.
    fn is_damaged(catalog: Option<&FlowFile>) -> bool {
        let damage = catalog.and_then(|catalog| catalog.damage.clone());
        damage.is_some_and(|damage| {
            report(&[damage]);
            true
        })
    }

    /// What another catalog says about the language of the flow's own texts, for one that is not there yet.
    fn own_language(&self, catalog: Option<&FlowFile>) -> Option<String> {
        let mut others = self.flow.catalogs.iter().filter(|_| catalog.is_none());
        others.find_map(|other| {
            let (file, _) = texts::read(&other.source);
            file.field(SOURCE_LANGUAGE).map(str::to_owned)
        })
    }
}

/// The tag of a language as it is compared; refuses what is none.
fn tag(written: &str) -> Result<String, Stop> {
    // The name of a catalog may have folders before it, a tag has none: the catalog would lie outside of the flow.
    let is_name = !written.contains(['/', '\\', '.']);
    let named = is_name.then(|| texts::language_of(&Source::new(format!("{written}.po"), "")));
    named.flatten().ok_or_else(|| {
        Stop::misuse(format!(
            "`{written}` is no tag of a language: write it as BCP 47 does, such as `bn` or `pt-BR`"
        ))
    })
}

/// Where the catalog of a language lies that is not there yet.
fn new_catalog(flow: &Path, language: &str) -> PathBuf {
    flow_files::folder(flow)
        .join(CATALOGS)
        .join(format!("{language}.po"))
}
