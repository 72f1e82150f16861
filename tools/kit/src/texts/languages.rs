//! How languages choose among plural forms, for the header of a new catalog.

/// The rules, as the manual of gettext and its own table write them, and the languages of each.
const RULES: &[(&str, &[&str])] = &[
    (
        "nplurals=1; plural=0;",
        &["id", "ja", "km", "ko", "lo", "ms", "my", "th", "vi", "zh"],
    ),
    (
        "nplurals=2; plural=(n != 1);",
        &[
            "af", "az", "bg", "ca", "da", "de", "el", "en", "eo", "es", "et", "eu", "fi", "fo", "gl", "ha",
            "he", "hu", "is", "it", "ka", "kk", "ky", "lb", "ml", "mn", "mr", "nb", "ne", "nl", "nn", "no",
            "or", "ps", "sd", "so", "sq", "sv", "sw", "ta", "te", "tk", "tr", "ug", "ur", "uz", "yi",
        ],
    ),
    (
        "nplurals=2; plural=(n > 1);",
        &[
            "am", "as", "bn", "fa", "fil", "fr", "gu", "hi", "hy", "kn", "oc", "pa", "pt", "si", "tg", "ti",
            "tl", "wo", "zu",
        ],
    ),
    (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
        &["be", "bs", "hr", "ru", "sr", "uk"],
    ),
    (
        "nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;",
        &["cs", "sk"],
    ),
    (
        "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
        &["pl"],
    ),
    (
        "nplurals=3; plural=(n==1 ? 0 : n==0 || (n%100>0 && n%100<20) ? 1 : 2);",
        &["ro"],
    ),
    (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);",
        &["lt"],
    ),
    (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);",
        &["lv"],
    ),
    (
        "nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);",
        &["sl"],
    ),
    (
        "nplurals=5; plural=(n==1 ? 0 : n==2 ? 1 : n<7 ? 2 : n<11 ? 3 : 4);",
        &["ga"],
    ),
    (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
        &["ar"],
    ),
    (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5);",
        &["cy"],
    ),
];

/// The `Plural-Forms` of a language, by its BCP 47 tag; `None` where they are not known here.
///
/// # Examples
///
/// ```
/// use sayflow_kit::texts::plural_forms;
///
/// assert_eq!(plural_forms("bn"), Some("nplurals=2; plural=(n > 1);"));
/// assert_eq!(plural_forms("pt-BR"), plural_forms("pt"));
/// assert_eq!(plural_forms("tlh"), None);
/// ```
#[must_use]
pub fn plural_forms(language: &str) -> Option<&'static str> {
    let language = language.split(['-', '_']).next()?.to_ascii_lowercase();
    let rule = RULES
        .iter()
        .find(|(_, languages)| languages.contains(&language.as_str()));
    rule.map(|(rule, _)| *rule)
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use sayflow::texts::Plurals;

    #[test]
    fn every_rule_can_be_read_and_every_form_is_taken() {
        for (rule, languages) in RULES {
            let plurals = Plurals::read(rule).unwrap();
            for form in 0..plurals.forms() {
                assert!(
                    (0..200).any(|count| plurals.form(count) == form),
                    "{rule}: {form}"
                );
            }
            assert!(languages.is_sorted(), "{languages:?}");
        }
    }

    #[test]
    fn one_takes_another_form_than_many() {
        // Except where a language has one form only, and then the first form is the one for 1, or for none.
        for (rule, _) in RULES.iter().filter(|(rule, _)| !rule.starts_with("nplurals=1;")) {
            let plurals = Plurals::read(rule).unwrap();
            let first = (0..2).find(|count| plurals.form(*count) == 0);
            assert!(first.is_some(), "{rule}");
            assert_ne!(plurals.form(1), plurals.form(5), "{rule}");
        }
        for language in ["bn", "hi", "gu", "fa", "pa", "si", "am", "zu"] {
            let plurals = Plurals::read(super::plural_forms(language).unwrap()).unwrap();
            assert_eq!(
                [0, 1, 2, 11].map(|count| plurals.form(count)),
                [0, 0, 1, 1],
                "{language}"
            );
        }
    }

    #[test]
    fn no_language_has_two_rules() {
        let mut all: Vec<&str> = RULES
            .iter()
            .flat_map(|(_, languages)| *languages)
            .copied()
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
