//! `sayflow texts export`: the catalog of a language, made anew or brought up to date.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use sayflow::Source;
use sayflow_kit::texts::{Exported, Language, export};

use super::super::run::report;
use super::{Readable, new_catalog, tag};
use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::render::counted;
use crate::told;
use crate::visible::visible;

/// Write the catalog of a language, or bring it up to date
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Export {
    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// The language, as BCP 47 writes it: bn, pt-BR
    #[arg(long, value_name = "TAG")]
    lang: String,

    /// The language of the flow's own texts; without it what a catalog says, or en
    #[arg(long, value_name = "TAG")]
    source_language: Option<String>,

    /// Write to this file instead of the catalog; `-` is the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
The catalog is `texts/TAG.po` beside the flow. It holds every text in the order of the flow.
What is new has an empty translation; a text that has changed keeps its translation, marked
`fuzzy` with the former text beside it; what is gone stays as `#~`. Nothing that a translator
wrote is lost, and exporting again changes nothing.

Examples:
  sayflow texts export shop --lang bn
  sayflow texts export shop --lang bn --out for_anna.po

Exit codes:
  0  fine
  1  the flow has errors, or the catalog has lines that cannot be read
  2  misuse: an unknown argument, a file that cannot be read or written";

impl Export {
    pub(super) fn run(&self) -> Result<Exit, Stop> {
        self.out
            .as_deref()
            .map_or(Ok(()), atomic_file::check_may_be_catalog)?;
        let language = tag(&self.lang)?;
        if let Some(own) = &self.source_language {
            tag(own)?;
        }
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
            own: self.source_language.as_deref().or(own.as_deref()),
        };
        let source = catalog.map(|catalog| &catalog.source);
        let exported = match export(&readable.texts, source, wanted, flow_files::folder(&self.path)) {
            Ok(exported) => exported,
            Err(found) => {
                report(&found);
                return Ok(Exit::Findings);
            }
        };
        let place = match (&self.out, catalog) {
            (Some(out), _) => {
                write(out, &exported.text)?;
                out.clone()
            }
            (None, catalog) => {
                let place = catalog.map_or_else(
                    || new_catalog(&self.path, &self.lang),
                    |catalog| catalog.path.clone(),
                );
                replace(&place, source, &exported.text)?;
                place
            }
        };
        writeln!(told::aside(), "{}", summary(&place, &exported))?;
        Ok(Exit::Fine)
    }
}

/// Writes a catalog where somebody wants it.
fn write(path: &Path, text: &str) -> Result<(), Stop> {
    if path == Path::new("-") {
        anstream::stdout().write_all(text.as_bytes())?;
        return Ok(());
    }
    make_folder(path)?;
    atomic_file::write(path, text)
}

/// Puts a catalog in the place of the one that was read, or where none was.
pub(super) fn replace(path: &Path, read: Option<&Source>, text: &str) -> Result<(), Stop> {
    make_folder(path)?;
    atomic_file::replace(path, read.map_or("", Source::text), text)
}

fn make_folder(path: &Path) -> Result<(), Stop> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        atomic_file::make_folder(folder)?;
    }
    Ok(())
}

/// `shop/texts/bn.po: 40 texts, 12 new, 3 stale, 1 gone; 15 to translate`
fn summary(path: &Path, exported: &Exported) -> String {
    let name = match path == Path::new("-") {
        true => "standard output".into(),
        false => path.strip_prefix(".").unwrap_or(path).to_string_lossy(),
    };
    let Exported {
        texts,
        new,
        stale,
        gone,
        open,
        ..
    } = exported;
    let texts = counted(*texts, "text");
    let rest = match open {
        0 => "all translated".to_owned(),
        open => format!("{open} to translate"),
    };
    format!(
        "{}: {texts}, {new} new, {stale} stale, {gone} gone; {rest}",
        visible(&name)
    )
}
