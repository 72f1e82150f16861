//! Catalogs that go out to translators, and translations that come back.

use std::collections::{HashMap, HashSet, hash_map};
use std::ops::RangeInclusive;
use std::path::Path;

use sayflow::texts::{self, CustomerText, Entry, Plurals, PoFile, PoText, SOURCE_LANGUAGE};
use sayflow::{Code, Diagnostic, Source, Span};

use super::languages::plural_forms;
use super::merge::{FUZZY, context, has_words, merge};
use super::messages::{Message, messages};
use super::write;

/// Numbers by which two rules are compared: every rule in use repeats after 100, or after 1000 for millions.
const SAMPLES: RangeInclusive<u64> = 0..=1001;

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
    /// How many are of a text that has changed since: the catalog has them, marked `fuzzy`.
    pub fuzzy: usize,
    /// How many were not taken over.
    pub refused: usize,
    /// What is wrong with the file, in the order of its lines: why something was refused, and what cannot be read.
    pub found: Vec<Diagnostic>,
}

/// Takes the translations of a file into the catalog of a language. What is of a text that has changed since is taken
/// marked `fuzzy`. What cannot be used stays outside: an entry whose places for values are not those of its text,
/// whose text the flow does not have, or whose plural forms are for other numbers than those of the catalog.
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
        given_plurals: given
            .field("Plural-Forms")
            .and_then(|rule| Plurals::read(rule).ok()),
        imported: Imported {
            text: String::new(),
            taken: 0,
            known: 0,
            open: 0,
            fuzzy: 0,
            refused: 0,
            found,
        },
    };
    let entries = given.entries.into_iter().filter(|entry| !entry.is_obsolete);
    let mut strays = Vec::new();
    let places = places(&messages);
    for entry in import.once(entries) {
        let place = places.get(&(context(&entry), entry.id.value.as_str())).copied();
        match place.and_then(|place| Some((messages.get(place)?, catalog_file.entries.get_mut(place)?))) {
            Some((message, own)) => import.take(entry, message, own),
            None => strays.push(entry),
        }
    }
    import.strays(strays, &messages, &mut catalog_file.entries);
    import
        .imported
        .found
        .sort_by_key(|found| found.labels().first().map(|label| label.span.start));
    let text = write::catalog(&header, &catalog_file.entries, &catalog_file.trailing);
    Ok(Imported {
        text: with_line_breaks_of(catalog, text),
        ..import.imported
    })
}

/// The number of each message by where it lives, now or before, and what it says; the first of those that share both.
fn places<'t>(messages: &[Message<'t>]) -> HashMap<(&'t str, &'t str), usize> {
    let mut places = HashMap::new();
    for (number, message) in messages.iter().enumerate() {
        for context in message.contexts() {
            places.entry((context, message.id())).or_insert(number);
        }
    }
    places
}

struct Import<'i> {
    file: &'i Source,
    /// How the catalog chooses among forms, and how the file does; `None` where it does not say.
    plurals: Option<Plurals>,
    given_plurals: Option<Plurals>,
    imported: Imported,
}

impl Import<'_> {
    /// The translations of the file, without what is not translated, and each text once.
    fn once(&mut self, entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
        let mut firsts: HashMap<(Option<String>, String), Span> = HashMap::new();
        let mut translated = Vec::new();
        for entry in entries {
            if entry.is_broken {
                // Why was told when it was read.
                self.refuse([]);
                continue;
            }
            if entry.is_fuzzy() || !has_words(&entry) {
                self.imported.open += 1;
                continue;
            }
            let context = entry.context.as_ref().map(|context| context.value.clone());
            match firsts.entry((context, entry.id.value.clone())) {
                hash_map::Entry::Occupied(first) => {
                    let found = self.refusal(Code::DuplicateEntry, &entry, "this text has two entries");
                    let found = found.label(self.file, *first.get(), "the one that is taken");
                    self.refuse([found.with_help("keep one of them")]);
                }
                hash_map::Entry::Vacant(place) => {
                    place.insert(entry.id.span);
                    translated.push(entry);
                }
            }
        }
        translated
    }

    /// Takes a translation of a text that the flow has.
    fn take(&mut self, mut given: Entry, message: &Message<'_>, own: &mut Entry) {
        if let Err(found) = self.in_own_forms(&mut given) {
            return self.refuse([*found]);
        }
        let first = message.texts.first();
        let problems = first.map(|text| texts::problems(self.file, &given, text, self.plurals.as_ref()));
        let problems = problems.unwrap_or_default();
        if !problems.is_empty() {
            return self.refuse(problems);
        }
        let values =
            |entry: &Entry| -> Vec<String> { entry.strings.iter().map(|text| text.value.clone()).collect() };
        let is_known = values(own) == values(&given) && !own.is_fuzzy();
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
        add_comments(own, &given.comments);
    }

    /// Translations of texts that changed or moved since the file was handed out: each goes to the text that it is
    /// for now, as an export would bring it there; the others are refused.
    fn strays(&mut self, strays: Vec<Entry>, messages: &[Message<'_>], own: &mut [Entry]) {
        let ids: HashSet<&str> = strays.iter().map(|stray| stray.id.value.as_str()).collect();
        let (open, mut places): (Vec<Message<'_>>, Vec<&mut Entry>) = messages
            .iter()
            .zip(own)
            .filter(|(message, own)| {
                // A text that waits for somebody to look at it is known by its former words, too.
                let former = own.previous.id.as_deref().filter(|_| own.is_fuzzy());
                !has_words(own) || ids.contains(message.id()) || former.is_some_and(|id| ids.contains(id))
            })
            .map(|(message, own)| (message.clone(), own))
            .unzip();
        let mut usable = Vec::new();
        for mut stray in strays {
            match self.in_own_forms(&mut stray) {
                Ok(()) => usable.push(stray),
                Err(found) => self.refuse([*found]),
            }
        }
        let forms = self.plurals.as_ref().map_or(2, Plurals::forms);
        let mut merged = merge(&open, usable, forms).entries.into_iter();
        for ((message, own), entry) in open.iter().zip(&mut places).zip(merged.by_ref()) {
            match (has_words(&entry), entry.is_fuzzy()) {
                (false, _) => {}
                (true, false) => self.take(entry, message, own),
                // A guess is no better than what is there.
                (true, true) if has_words(own) && !own.is_fuzzy() => self.unknown(&entry),
                (true, true) => {
                    self.imported.fuzzy += 1;
                    own.strings.clone_from(&entry.strings);
                    own.flags.clone_from(&entry.flags);
                    own.previous.clone_from(&entry.previous);
                    add_comments(own, &entry.comments);
                }
            }
        }
        merged.for_each(|entry| self.unknown(&entry));
    }

    fn unknown(&mut self, entry: &Entry) {
        let found = self.refusal(Code::UnknownText, entry, "the flow does not say this there");
        let help = "the text is gone since the file was handed out: export the catalog again";
        self.refuse([found.with_help(help)]);
    }

    /// Leaves one translation out.
    fn refuse(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.imported.refused += 1;
        self.imported.found.extend(found);
    }

    /// Puts the forms of a translation in the order of the catalog's rule: each takes that which the file has for the
    /// same numbers.
    ///
    /// # Errors
    ///
    /// Says so where the file has several for them.
    fn in_own_forms(&self, given: &mut Entry) -> Result<(), Box<Diagnostic>> {
        let (Some(own), Some(theirs)) = (&self.plurals, &self.given_plurals) else {
            return Ok(());
        };
        // What has another number of forms than its file says is refused as such.
        if given.plural.is_none() || own == theirs || given.strings.len() != theirs.forms() {
            return Ok(());
        }
        let mut forms: Vec<Option<PoText>> = vec![None; own.forms()];
        for count in SAMPLES {
            let text = given.strings.get(theirs.form(count));
            let (Some(text), Some(form)) = (text, forms.get_mut(own.form(count))) else {
                continue;
            };
            if form.get_or_insert_with(|| text.clone()).value != text.value {
                let message = "the forms of this file are for other numbers than those of the catalog";
                let found = self.refusal(Code::PluralForms, given, message);
                return Err(Box::new(found.with_help(
                    "give the file the header `Plural-Forms` of the catalog, and each entry the forms that it says",
                )));
            }
        }
        let last = given.strings.last().cloned().unwrap_or_default();
        given.strings = forms
            .into_iter()
            .map(|form| form.unwrap_or_else(|| last.clone()))
            .collect();
        Ok(())
    }

    fn refusal(&self, code: Code, entry: &Entry, message: &str) -> Diagnostic {
        Diagnostic::new(code, self.file, entry.id.span, message).primary("this translation is not taken over")
    }
}

fn add_comments(own: &mut Entry, comments: &[String]) {
    for comment in comments {
        if !own.comments.contains(comment) {
            own.comments.push(comment.clone());
        }
    }
}
