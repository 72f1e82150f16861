//! `sayflow texts import`: what a translator sends back.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use sayflow::{Source, texts};
use sayflow_kit::read_within;
use sayflow_kit::texts::{Imported, Language, import};

use super::super::run::report;
use super::export::replace;
use super::{Readable, new_catalog, tag};
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::render::{Format, counted, render};
use crate::told;
use crate::visible::visible;

/// As large as a catalog may be.
const MOST_MEBIBYTES: u32 = 8;

/// Take the translations of a file into the catalog of a language
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Import {
    /// The translator's `.po` file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// The language, as BCP 47 writes it: bn, pt-BR
    #[arg(long, value_name = "TAG")]
    lang: String,
}

const AFTER_HELP: &str = "\
A translation is taken over where its text is the flow's and its `{{…}}` and `<<…>>` are those
of the text; what is refused is told with its place, and the rest is taken. What is of a text
that has changed meanwhile is taken marked `fuzzy`. What is empty or marked `fuzzy` in the file
changes nothing.

Examples:
  sayflow texts import back.po shop --lang bn

Exit codes:
  0  every translation of the file is in the catalog
  1  some were refused, or lines of the file cannot be read; or the flow has errors, or the
     catalog lines that cannot be read
  2  misuse: an unknown argument, a file that cannot be read or written";

impl Import {
    pub(super) fn run(&self) -> Result<Exit, Stop> {
        let language = tag(&self.lang)?;
        let given = self.given(&language)?;
        let Some(readable) = Readable::read(&self.path)? else {
            return Ok(Exit::Findings);
        };
        let catalog = readable.catalog(&language);
        if Readable::is_damaged(catalog) {
            return Ok(Exit::Findings);
        }
        let own = readable.own_language(catalog);
        let wanted = Language {
            tag: &self.lang,
            own: own.as_deref(),
        };
        let source = catalog.map(|catalog| &catalog.source);
        let folder = flow_files::folder(&self.path);
        let imported = match import(&readable.texts, source, &given, wanted, folder) {
            Ok(imported) => imported,
            Err(found) => {
                report(&found);
                return Ok(Exit::Findings);
            }
        };
        let place = catalog.map_or_else(
            || new_catalog(&self.path, &self.lang),
            |catalog| catalog.path.clone(),
        );
        replace(&place, source, &imported.text)?;
        anstream::stdout().write_all(render(&imported.found, Format::Human).as_bytes())?;
        let name = place.strip_prefix(".").unwrap_or(&place).to_string_lossy();
        writeln!(told::aside(), "{}: {}", visible(&name), summary(&imported))?;
        Ok(Exit::after(!imported.found.is_empty()))
    }

    /// The translator's file; refuses one in another language.
    fn given(&self, language: &str) -> Result<Source, Stop> {
        let unreadable =
            |reason: &str| Stop::misuse(format!("cannot read `{}`: {reason}", self.file.display()));
        let bytes = File::open(&self.file).and_then(|file| read_within(MOST_MEBIBYTES, file));
        let bytes = bytes.map_err(|error| unreadable(&error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8: save it as UTF-8"))?;
        let source = Source::new(self.file.to_string_lossy(), text);
        let (file, _) = texts::read(&source);
        match file.field("Language").filter(|written| !written.is_empty()) {
            Some(written) if tag(written).ok().as_deref() != Some(language) => Err(Stop::misuse(format!(
                "`{}` says that it is in `{written}`, not in `{}`",
                self.file.display(),
                self.lang
            ))),
            _ => Ok(source),
        }
    }
}

/// `12 translations taken over, 1 fuzzy, 3 there already, 2 not translated, 1 refused`
fn summary(imported: &Imported) -> String {
    let Imported {
        taken,
        known,
        open,
        fuzzy,
        refused,
        ..
    } = imported;
    format!(
        "{} taken over, {fuzzy} fuzzy, {known} there already, {open} not translated, {refused} refused",
        counted(*taken, "translation")
    )
}
