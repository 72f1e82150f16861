//! Which language a customer reads, and what a text is in it.

use super::code::{Piece, Template, Translation};
use super::{AttributeRef, Data};
use crate::customer::Customer;
use crate::texts::{Plurals, Tag, ranges};

/// The languages of a flow.
#[derive(Debug)]
pub(crate) struct Languages {
    /// That of the flow's own texts.
    pub(crate) own: Tag,
    /// Those of its catalogs; the translations of a template are in the same order.
    pub(crate) all: Vec<Language>,
}

/// The language of a catalog.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) tag: Tag,
    /// How it chooses among plural forms; `None` where its catalog does not say.
    pub(crate) plurals: Option<Plurals>,
}

impl Languages {
    /// The number of the language that a customer reads; `None` for the flow's own texts as they stand.
    fn of(&self, customer: &Customer) -> Option<usize> {
        let wanted = [&customer.language, &customer.locale];
        for range in wanted.into_iter().flat_map(|wanted| ranges(wanted)) {
            let found = self.all.iter().position(|language| language.tag.is(range));
            // A flow in English with a catalog of its plural forms has both; the catalog comes first.
            if found.is_some() || self.own.is(range) {
                return found.or_else(|| self.own_catalog());
            }
        }
        self.own_catalog()
    }

    /// The catalog in the flow's own language, which has its plural forms.
    fn own_catalog(&self) -> Option<usize> {
        let mut ranges = self.own.ranges();
        ranges.find_map(|range| self.all.iter().position(|language| language.tag.is(range)))
    }
}

impl Data {
    /// What a template is in the customer's language; its own pieces where that has no catalog, or no such text.
    pub(crate) fn pieces<'d>(&'d self, customer: &Customer, template: &'d Template) -> &'d [Piece] {
        let translated = template.translations.as_deref();
        translated
            .and_then(|translations| self.translated(customer, translations))
            .unwrap_or(&template.pieces)
    }

    fn translated<'d>(
        &'d self,
        customer: &Customer,
        translations: &'d [Option<Translation>],
    ) -> Option<&'d [Piece]> {
        let languages = self.languages.as_ref()?;
        let number = languages.of(customer)?;
        match translations.get(number)?.as_ref()? {
            Translation::Text(pieces) => Some(pieces),
            Translation::Plural {
                count,
                language,
                forms,
            } => {
                let plurals = languages.all.get(*language)?.plurals.as_ref();
                let form = self
                    .whole(customer, *count)
                    .zip(plurals)
                    .map_or(usize::MAX, |(count, plurals)| plurals.form(count));
                forms
                    .get(form.min(forms.len().checked_sub(1)?))
                    .map(Vec::as_slice)
            }
        }
    }

    /// How many an attribute says there are; `None` where it is unset, below zero or no whole number.
    fn whole(&self, customer: &Customer, attribute: AttributeRef) -> Option<u64> {
        let value = self.value(customer, attribute)?;
        u64::try_from(value.as_number()?.as_i64()?).ok()
    }
}
