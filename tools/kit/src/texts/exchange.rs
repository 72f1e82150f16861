//! Catalogs that go out to translators, and translations that come back.

use std::path::Path;

use sayflow::texts::{self, CustomerText, Entry, Plurals, PoFile, PoText, SOURCE_LANGUAGE};
use sayflow::{Code, Diagnostic, Source};

use super::languages::plural_forms;
use super::merge::{FUZZY, merge};
use super::messages::{Message, messages};
use super::write;

/// A catalog with every text of its flow.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The catalog.
    pub text: String,
    /// How many texts the flow has.
    pub texts: usize,
    /// How many had no entry.
    pub new: usize,
    /// How many translations became stale.
    pub stale: usize,
    /// How many entries are for no text any more.
    pub gone: usize,
    /// How many texts are to be translated or looked at.
    pub open: usize,
}

/// What a catalog is of.
#[derive(Clone, Copy, Debug)]
pub struct Language<'l> {
    /// Its language, as its file is named.
    pub tag: &'l str,
    /// The language of the flow's own texts; `None` for what the catalog says, or `en`. In that language itself a
    /// catalog holds the texts that count something, for their plural forms.
    pub own: Option<&'l str>,
}

/// Writes the catalog of a language: the texts of a flow in their order, with what `catalog` says of them.
///
/// A text that has changed keeps its translation, marked `fuzzy`; what is gone stays, marked as obsolete, and so does
/// whatever translators wrote. Exporting again changes nothing. Places are shown as seen from `folder`.
///
/// # Errors
///
/// The lines of the catalog that cannot be read: they would be lost.
///
/// # Examples
///
/// ```
/// use std::path::Path;
/// use sayflow::{Source, syntax, texts};
/// use sayflow_kit::texts::{Language, export};
///
/// let flow = Source::new("shop/hi.flow", "on start {\n  text \"Hello!\"\n}\n");
/// let texts = texts::collect(&[syntax::parse(&flow).0]);
/// let bengali = Language { tag: "bn", own: None };
/// let exported = export(&texts[..1], None, bengali, Path::new("shop")).map_err(|found| found[0].to_string())?;
/// assert!(exported.text.ends_with("\n\n#. text\n#: hi.flow:2\nmsgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"\"\n"));
/// # Ok::<(), String>(())
/// ```
pub fn export(
    texts: &[CustomerText],
    catalog: Option<&Source>,
    language: Language<'_>,
    folder: &Path,
) -> Result<Exported, Vec<Diagnostic>> {
    let (file, found) = catalog.map_or_else(Default::default, texts::read);
    if !found.is_empty() {
        return Err(found);
    }
    let header = header(&file, language);
    let forms = plurals(&header).map_or(2, |plurals| plurals.forms());
    let messages = messages(meant(texts, &header, language));
    let mut merged = merge(&messages, file.entries, forms);
    for (entry, message) in merged.entries.iter_mut().zip(&messages) {
        entry.references = message.references(folder);
    }
    let current = merged.entries.iter().take(messages.len());
    let open = current
        .filter(|entry| entry.is_fuzzy() || !entry.is_translated())
        .count();
    let text = write::catalog(&header, &merged.entries, &file.trailing);
    Ok(Exported {
        text: with_line_breaks_of(catalog, text),
        texts: messages.len(),
        new: merged.new,
        stale: merged.stale,
        gone: merged.gone,
        open,
    })
}

fn with_line_breaks_of(catalog: Option<&Source>, text: String) -> String {
    match catalog.is_some_and(|catalog| catalog.text().contains("\r\n")) {
        true => text.replace('\n', "\r\n"),
        false => text,
    }
}

/// The header with what a catalog has to say of itself; what it says already stays.
fn header(file: &PoFile, language: Language<'_>) -> Entry {
    let mut header = file.header.clone().unwrap_or_default();
    header.id = PoText::default();
    header.plural = None;
    let mut text = header
        .strings
        .first()
        .map_or_else(String::new, |text| text.value.clone());
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let forms = plural_forms(language.tag).unwrap_or("nplurals=2; plural=(n != 1);");
    if language.own.is_some() {
        let others = text.lines().filter(|line| !is_field(line, SOURCE_LANGUAGE));
        text = others.map(|line| format!("{line}\n")).collect();
    }
    for (name, value) in [
        ("Project-Id-Version", "flow"),
        ("PO-Revision-Date", ""),
        ("Last-Translator", ""),
        ("Language-Team", ""),
        ("Language", language.tag),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", forms),
        (SOURCE_LANGUAGE, language.own.unwrap_or("en")),
    ] {
        if !text.lines().any(|line| is_field(line, name)) {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    header.strings = vec![PoText::from(text.as_str())];
    header
}

fn is_field(line: &str, name: &str) -> bool {
    let field = line.split_once(':').map(|(field, _)| field.trim());
    field.is_some_and(|field| field.eq_ignore_ascii_case(name))
}

/// The texts that a catalog is for: in the flow's own language those that count something, all in another one.
fn meant<'t>(texts: &'t [CustomerText], header: &Entry, language: Language<'_>) -> Vec<&'t CustomerText> {
    let file = PoFile {
        header: Some(header.clone()),
        ..PoFile::default()
    };
    let tag = |written: &str| texts::language_of(&Source::new(format!("{written}.po"), ""));
    let is_own = file.field(SOURCE_LANGUAGE).and_then(tag) == tag(language.tag);
    texts
        .iter()
        .filter(|text| !is_own || text.count.is_some())
        .collect()
}

fn plurals(header: &Entry) -> Option<Plurals> {
    let file = PoFile {
        header: Some(header.clone()),
        ..PoFile::default()
    };
    Plurals::read(file.field("Plural-Forms")?).ok()
}

/// A catalog with the translations of somebody's file.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The catalog.
    pub text: String,
    /// How many translations were taken over that the catalog did not have so.
    pub taken: usize,
    /// How many the catalog had already.
    pub known: usize,
    /// How many entries of the file are not translated, or marked `fuzzy`.
    pub open: usize,
    /// What was not taken over, and why, in the order of its lines.
    pub refused: Vec<Diagnostic>,
}

/// Takes the translations of a file into the catalog of a language. What cannot be used stays outside: an entry
/// whose places for values are not those of its text, or whose text the flow does not have.
///
/// # Errors
///
/// The lines of the catalog that cannot be read.
pub fn import(
    texts: &[CustomerText],
    catalog: Option<&Source>,
    file: &Source,
    language: Language<'_>,
    folder: &Path,
) -> Result<Imported, Vec<Diagnostic>> {
    let exported = export(texts, catalog, language, folder)?;
    let source = Source::new("catalog", exported.text);
    let (mut catalog_file, _) = texts::read(&source);
    let (given, found) = texts::read(file);
    let header = header(&catalog_file, language);
    let messages = messages(meant(texts, &header, language));
    let mut import = Import {
        file,
        plurals: plurals(&header),
        imported: Imported {
            text: String::new(),
            taken: 0,
            known: 0,
            open: 0,
            refused: found,
        },
    };
    let entries = given
        .entries
        .iter()
        .filter(|entry| !entry.is_obsolete && !entry.is_broken);
    for entry in entries {
        let place = messages.iter().position(|message| is_for(entry, message));
        let own = place.and_then(|place| Some((messages.get(place)?, catalog_file.entries.get_mut(place)?)));
        import.take(entry, own);
    }
    import
        .imported
        .refused
        .sort_by_key(|refused| refused.labels().first().map(|label| label.span.start));
    let text = write::catalog(&header, &catalog_file.entries, &catalog_file.trailing);
    Ok(Imported {
        text: with_line_breaks_of(catalog, text),
        ..import.imported
    })
}

/// Whether an entry is for the texts of a message, under their present name or one from before.
fn is_for(entry: &Entry, message: &Message<'_>) -> bool {
    let context = entry
        .context
        .as_ref()
        .map_or("", |context| context.value.as_str());
    entry.id.value == message.id() && message.contexts().any(|own| own == context)
}

struct Import<'i> {
    file: &'i Source,
    plurals: Option<Plurals>,
    imported: Imported,
}

impl Import<'_> {
    fn take(&mut self, given: &Entry, own: Option<(&Message<'_>, &mut Entry)>) {
        if given.is_fuzzy() || given.strings.iter().all(|text| text.value.is_empty()) {
            self.imported.open += 1;
            return;
        }
        let Some((message, own)) = own else {
            let found = Diagnostic::new(
                Code::UnknownText,
                self.file,
                given.id.span,
                "the flow does not say this there",
            )
            .primary("this translation is not taken over")
            .with_help(
                "the text was changed or moved since the file was handed out: export the catalog again",
            );
            return self.imported.refused.push(found);
        };
        let first = message.texts.first();
        let problems = first.map(|text| texts::problems(self.file, given, text, self.plurals.as_ref()));
        let problems = problems.unwrap_or_default();
        if !problems.is_empty() {
            return self.imported.refused.extend(problems);
        }
        let values =
            |entry: &Entry| -> Vec<String> { entry.strings.iter().map(|text| text.value.clone()).collect() };
        let is_known = values(own) == values(given) && !own.is_fuzzy();
        if is_known {
            self.imported.known += 1;
        } else {
            self.imported.taken += 1;
            let last = given.strings.last().cloned().unwrap_or_default();
            let forms = own.strings.len();
            own.strings.clone_from(&given.strings);
            // One translation for every number is taken for each form.
            own.strings.resize(forms, last);
            own.flags.retain(|flag| flag != FUZZY);
            own.previous = Default::default();
        }
        for comment in &given.comments {
            if !own.comments.contains(comment) {
                own.comments.push(comment.clone());
            }
        }
    }
}
