//! What is said in a place of the flow: in its own words, and in those of its catalogs.

use std::collections::HashMap;

use crate::channel::Limit;
use crate::source::{Source, Span};
use crate::syntax::ast::{self, File, Text};
use crate::texts::{self, CustomerText, Entry, Marked, PoFile, PoText};

/// A text as one language says it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) source: Source,
    pub(super) span: Span,
    /// The language of the catalog that it stands in; `None` for the flow's own words.
    language: Option<String>,
    /// As whoever wrote it knows it, with the places of values.
    pub(super) written: String,
    /// Its characters without those of values.
    plain: String,
    has_values: bool,
}

impl Said {
    /// In the flow's own words.
    pub(super) fn own(source: &Source, text: &Text) -> Self {
        Self {
            source: source.clone(),
            span: text.span,
            language: None,
            written: written(source, text),
            plain: text.plain(source),
            has_values: text.literal(source).is_none(),
        }
    }

    fn translated(source: &Source, language: &str, text: &PoText) -> Self {
        let mut said = Self {
            source: source.clone(),
            span: text.span,
            language: Some(language.to_owned()),
            written: text.value.clone(),
            plain: String::new(),
            has_values: false,
        };
        for part in texts::marks(&text.value) {
            match part {
                Marked::Plain(plain) => said.plain.push_str(&plain),
                Marked::Mark(_) | Marked::Broken(_) => said.has_values = true,
            }
        }
        said
    }

    /// "in `de`, " where a catalog says it.
    pub(super) fn in_language(&self) -> String {
        let language = self.language.as_ref();
        language.map_or_else(String::new, |language| format!("in `{language}`, "))
    }

    /// The whole of it, where no value stands in it.
    pub(super) fn literal(&self) -> Option<&str> {
        (!self.has_values).then_some(self.plain.as_str())
    }

    /// Whether it is too long whatever stands in the places of its values.
    pub(super) fn is_beyond(&self, limit: &Limit) -> bool {
        limit.unit.end_within(&self.plain, limit.max) < self.plain.len()
    }
}

/// A text as an author knows it, with the places of values.
pub(super) fn written(source: &Source, text: &Text) -> String {
    let part = |part: &ast::Part| match part {
        ast::Part::Attribute { span, .. } => source.slice(*span).to_owned(),
        other => other.plain(source).unwrap_or_default().into_owned(),
    };
    text.parts.iter().map(part).collect()
}

/// What catalogs say in the places of a flow's texts, by the file of a text and its first byte.
#[derive(Debug, Default)]
pub(super) struct Translations(HashMap<(*const u8, u32), Vec<Said>>);

impl Translations {
    pub(super) fn read(files: &[File], catalogs: &[Source]) -> Self {
        let mut all = Self::default();
        if catalogs.is_empty() {
            return all;
        }
        let texts = texts::collect(files);
        for source in catalogs {
            let (catalog, _) = texts::read(source);
            all.add(source, &catalog, &texts);
        }
        all
    }

    /// What is wrong with an entry beside its length is what the check of the flow finds.
    fn add(&mut self, source: &Source, catalog: &PoFile, texts: &[CustomerText]) {
        let language = catalog.field("Language").unwrap_or(source.name());
        let entries: HashMap<(&str, &str), &Entry> = catalog
            .entries
            .iter()
            .filter(|entry| !entry.is_obsolete && !entry.is_broken && !entry.is_fuzzy())
            .filter_map(|entry| {
                let context = entry.context.as_ref()?;
                Some(((context.value.as_str(), entry.id.value.as_str()), entry))
            })
            .collect();
        for text in texts {
            let mut contexts = text.contexts.iter();
            let entry = contexts.find_map(|context| entries.get(&(context.as_str(), text.message.as_str())));
            let strings = entry.into_iter().flat_map(|entry| &entry.strings);
            let place = (text.source.text().as_ptr(), text.span.start);
            self.0
                .entry(place)
                .or_default()
                .extend(strings.map(|string| Said::translated(source, language, string)));
        }
    }

    /// The translations of a text, catalog by catalog.
    pub(super) fn of(&self, source: &Source, text: &Text) -> &[Said] {
        let place = (source.text().as_ptr(), text.span.start);
        self.0.get(&place).map_or(&[], Vec::as_slice)
    }
}
