//! What a catalog says of itself: its language, that of the flow, its plural forms.

use super::Read;
use super::entry::Forms;
use crate::check::Findings;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::texts::plural::Plurals;
use crate::texts::po::PoFile;
use crate::texts::tag::{Tag, stem, tag_of};

/// The field of a header that names the language of the flow's own texts. It is ours: gettext has none.
pub const SOURCE_LANGUAGE: &str = "X-Source-Language";

/// What a catalog says of itself.
pub(super) struct Header {
    /// The language of the flow's own texts, and where it is named.
    pub(super) own: Option<(Tag, Span)>,
    /// `None` where the catalog names none that can be read.
    pub(super) plurals: Option<Plurals>,
    /// Whether it names some that cannot be read.
    pub(super) has_broken_plurals: bool,
}

impl Header {
    pub(super) fn forms(&self) -> Forms<'_> {
        match &self.plurals {
            Some(plurals) => Forms::Known(plurals),
            None if self.has_broken_plurals => Forms::Broken,
            None => Forms::Unnamed,
        }
    }
}

/// The language of a catalog by its name; `None`, and a finding, where that is none, or another catalog's.
pub(super) fn language(source: &Source, others: &[Read], findings: &mut Findings) -> Option<Tag> {
    let Some(tag) = tag_of(source) else {
        let message = format!("`{}` is no tag of a language", stem(source));
        let found = Diagnostic::new(Code::CatalogLanguage, source, Span::at(0), message)
            .primary("this catalog is not used")
            .with_help(
                "name the file after its language, as BCP 47 writes it: `texts/bn.po`, `texts/pt-BR.po`",
            );
        findings.add(found);
        return None;
    };
    let Some(other) = others.iter().find(|other| other.tag == tag) else {
        return Some(tag);
    };
    let message = format!("two catalogs are of the language `{tag}`");
    let found = Diagnostic::new(Code::CatalogLanguage, source, Span::at(0), message)
        .primary("this one is not used")
        .label(&other.source, Span::at(0), "the one that is used")
        .with_help("keep one of them");
    findings.add(found);
    None
}

/// The language of the flow's own texts, on which the catalogs agree.
pub(super) fn own_language(catalogs: &[Read], findings: &mut Findings) -> Tag {
    let mut named = catalogs.iter().filter_map(|catalog| {
        catalog
            .header
            .own
            .as_ref()
            .map(|(tag, span)| (catalog, tag, *span))
    });
    let Some((first, own, first_span)) = named.next() else {
        return Tag::english();
    };
    for (catalog, tag, span) in named.filter(|(_, tag, _)| *tag != own) {
        let message = format!("the flow's own texts cannot be both `{own}` and `{tag}`");
        let found = Diagnostic::new(Code::CatalogLanguage, &catalog.source, span, message)
            .primary("this one is passed over")
            .label(&first.source, first_span, "the one that is used")
            .with_help(format!(
                "write `{SOURCE_LANGUAGE}: {own}` in each catalog, or `{tag}` in each"
            ));
        findings.add(found);
    }
    own.clone()
}

/// Reads the header of a catalog.
pub(super) fn read(source: &Source, file: &PoFile, tag: &Tag, findings: &mut Findings) -> Header {
    let mut report = |field: &str, code: Code, message: String, help: String| {
        let span = file.field_span(field);
        findings.add(Diagnostic::new(code, source, span, message).with_help(help));
    };
    if let Some(written) = file.field("Language").filter(|written| !written.is_empty())
        && Tag::read(written).as_ref() != Some(tag)
    {
        report(
            "Language",
            Code::CatalogLanguage,
            format!("the header says `{written}`, the name of the file `{tag}`"),
            format!("write `Language: {}`; the name of the file decides", stem(source)),
        );
    }
    let charset = file
        .field("Content-Type")
        .and_then(|kind| kind.split_once("charset="));
    if let Some((_, charset)) = charset
        && !["utf-8", "utf8", "us-ascii", "ascii", "charset"].contains(&&*charset.to_ascii_lowercase())
    {
        report(
            "Content-Type",
            Code::MalformedCatalog,
            format!("the header says `{charset}`, and a catalog is UTF-8"),
            "write `Content-Type: text/plain; charset=UTF-8`, and save the file so".to_owned(),
        );
    }
    let mut own = None;
    if let Some(written) = file.field(SOURCE_LANGUAGE) {
        own = Tag::read(written).map(|tag| (tag, file.field_span(SOURCE_LANGUAGE)));
        if own.is_none() {
            report(
                SOURCE_LANGUAGE,
                Code::CatalogLanguage,
                format!("`{written}` is no tag of a language"),
                format!("write the language of the flow's own texts, such as `{SOURCE_LANGUAGE}: en`"),
            );
        }
    }
    let written = file.field("Plural-Forms").filter(|written| !written.is_empty());
    let plurals = match written.map(Plurals::read) {
        Some(Err(reason)) => {
            report(
                "Plural-Forms",
                Code::PluralForms,
                format!("these plural forms cannot be read: {reason}"),
                "the page of the gettext manual about plural forms lists those of most languages".to_owned(),
            );
            None
        }
        Some(Ok(plurals)) => Some(plurals),
        None => None,
    };
    Header {
        own,
        has_broken_plurals: written.is_some() && plurals.is_none(),
        plurals,
    }
}
