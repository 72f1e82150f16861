//! `sayflow new`: a small bot that works.

use std::borrow::Cow;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use clap::Args;

use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::visible::on_one_line;

/// Write a small bot that works
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct New {
    /// The folder; it must be new or empty
    dir: PathBuf,
}

const AFTER_HELP: &str = "\
Examples:
  sayflow new shop
  sayflow run shop --fake --watch

Exit codes:
  0  the bot is there
  2  the folder is not empty, or cannot be written";

/// The files of the bot, by their paths in it.
const FILES: &[(&str, &str)] = &[
    ("bot.flow", include_str!("../../templates/bot.flow")),
    ("bot.test.flow", include_str!("../../templates/bot.test.flow")),
    (
        "fake/order_status.json",
        include_str!("../../templates/fake/order_status.json"),
    ),
    ("fake/picks.json", include_str!("../../templates/fake/picks.json")),
    ("README.md", include_str!("../../templates/README.md")),
];

impl New {
    /// Writes the files and says what to do with them.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let shown = self.dir.display();
        if !is_free(&self.dir)? {
            return Err(Stop::misuse(format!("`{shown}` is not empty")));
        }
        for (name, text) in FILES {
            let path = self.dir.join(name);
            atomic_file::make_folder(path.parent().unwrap_or(&self.dir))?;
            atomic_file::write(&path, text)?;
        }
        let shown = shown.to_string();
        let (bot, typed) = (typed(&format!("{shown}/bot.flow")).into_owned(), typed(&shown));
        writeln!(
            anstream::stdout(),
            "A bot lies in {typed}.\n\n  \
             sayflow run {typed} --fake --watch   chat with it, and edit {bot} meanwhile\n  \
             sayflow check {typed}                find what is wrong with it\n  \
             sayflow test {typed}                 run its tests"
        )?;
        Ok(Exit::Fine)
    }
}

/// A path as it is typed in a shell: quoted where a blank or a sign would mean something there.
pub(crate) fn typed(path: &str) -> Cow<'_, str> {
    let is_plain =
        |found: char| found.is_alphanumeric() || found == MAIN_SEPARATOR || "/._-+,:@%".contains(found);
    if path.starts_with('-') {
        // A command would take it for one of its options.
        return Cow::Owned(typed(&format!(".{MAIN_SEPARATOR}{path}")).into_owned());
    }
    if !path.is_empty() && path.chars().all(is_plain) {
        return Cow::Borrowed(path);
    }
    Cow::Owned(format!("'{}'", on_one_line(path).replace('\'', r"'\''")))
}

fn is_free(dir: &Path) -> Result<bool, Stop> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        // What else is there is told where the folder is made.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(true),
        Err(error) => Err(Stop::misuse(format!("cannot write `{}`: {error}", dir.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn a_path_is_quoted_where_a_shell_needs_it() {
        assert_eq!(typed("bots/shop-2"), "bots/shop-2");
        assert_eq!(typed("দোকান 1"), "'দোকান 1'");
        assert_eq!((typed("-x"), typed("-x y")), ("./-x".into(), "'./-x y'".into()));
        assert_eq!(typed("it's $5"), r"'it'\''s $5'");
    }
}
