//! Catalogs between a flow and its translators: each step beside the catalog that it gives.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;

use proptest::prelude::*;
use sayflow::texts::{self, CustomerText};
use sayflow::{Diagnostic, Source, check, syntax};
use sayflow_kit::texts::{Exported, Imported, Language, characters, export, import};

const BENGALI: Language<'_> = Language { tag: "bn", own: None };

/// What customers read of a flow, without the handlers that every flow has.
fn texts_of(flow: &str) -> Vec<CustomerText> {
    let source = Source::new("shop/shop.flow", flow);
    let (file, found) = syntax::parse(&source);
    assert!(found.is_empty(), "{found:?}");
    let mut texts = texts::collect(&[file]);
    texts.retain(|text| !text.is_default);
    texts
}

fn exported(flow: &str, catalog: Option<&str>, language: Language<'_>) -> Exported {
    let catalog = catalog.map(|text| Source::new("shop/texts/bn.po", text));
    export(&texts_of(flow), catalog.as_ref(), language, Path::new("shop")).unwrap()
}

fn imported(flow: &str, catalog: Option<&str>, file: &str) -> Imported {
    let catalog = catalog.map(|text| Source::new("shop/texts/bn.po", text));
    let file = Source::new("back.po", file);
    import(
        &texts_of(flow),
        catalog.as_ref(),
        &file,
        BENGALI,
        Path::new("shop"),
    )
    .unwrap()
}

/// The catalog behind its header, and what was done.
fn shown(exported: &Exported) -> String {
    let Exported {
        text,
        texts,
        new,
        stale,
        gone,
        open,
    } = exported;
    let (_, entries) = text.split_once("\n\n").unwrap();
    format!("{texts} texts, {new} new, {stale} stale, {gone} gone, {open} open\n\n{entries}")
}

fn finding(found: &Diagnostic) -> String {
    let label = found.labels().first().unwrap();
    let place = label.source.place(label.span.start);
    format!(
        "{} {place}: {found} [{}]",
        found.code(),
        label.source.slice(label.span)
    )
}

const BEFORE: &str = r#"
attribute items: number = 0

on start {
  text "Hello!"
  /// Say it warmly.
  text @ask "How are you, {{first_name|friend}}?"
  text "Old news."
  goto cart
}

sequence cart {
  text "{{items}} items."
  buttons @menu "What next?" {
    "Buy" -> buy
    "Nothing" -> buy
  }
}

sequence buy {
  text "Bought. Thank you!"
}
"#;

const TRANSLATED: &str = r##"# Texts of the shop.
msgid ""
msgstr ""
"Language: bn\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"
"X-Team: us\n"

msgctxt "on start"
msgid "Hello!"
msgstr "নমস্কার!"

# Better ideas are welcome.
#, no-wrap
msgctxt "on start@ask"
msgid "How are you, {{first_name|friend}}?"
msgstr "কেমন আছেন, {{first_name|বন্ধু}}?"

msgctxt "on start"
msgid "Old news."
msgstr "পুরোনো খবর।"

msgctxt "cart"
msgid "{{items}} items."
msgid_plural "{{items}} items."
msgstr[0] "{{items}}টি পণ্য।"
msgstr[1] "মোট {{items}}টি পণ্য।"

msgctxt "cart@menu"
msgid "What next?"
msgstr "এরপর?"

msgctxt "cart@menu"
msgid "Buy"
msgstr "কিনুন"

msgctxt "buy"
msgid "Bought. Thank you!"
msgstr "কেনা হয়েছে। ধন্যবাদ!"

#~ msgctxt "on start"
#~ msgid "Good bye!"
#~ msgstr "বিদায়!"

# The end.
"##;

#[test]
fn a_new_catalog_has_every_text_in_the_order_of_the_flow() {
    let exported = exported(BEFORE, None, BENGALI);
    insta::assert_snapshot!(exported.text);
}

#[test]
fn an_edited_flow_keeps_what_was_translated() {
    let after = BEFORE
        // A block that is given an id says the same; one whose words change is looked at again.
        .replace("text \"Hello!\"", "text @hello \"Hello!\"")
        .replace(
            "How are you, {{first_name|friend}}?",
            "And how are you today, {{first_name|friend}}?",
        )
        .replace("  text \"Old news.\"\n", "")
        // A sequence that knows its former name, and a text that went to another sequence.
        .replace("sequence cart", "sequence bag was \"cart\"")
        .replace("goto cart", "goto bag")
        .replace("  text \"Bought. Thank you!\"\n", "  goto thanks\n")
        + "\nsequence thanks {\n  text \"Good bye!\"\n  text \"Bought. Thank you!\"\n}\n";
    let exported = exported(&after, Some(TRANSLATED), BENGALI);
    let (header, _) = exported.text.split_once("\n\n").unwrap();
    assert!(
        header.starts_with("# Texts of the shop.\n") && header.contains("X-Team: us"),
        "{header}"
    );
    insta::assert_snapshot!(shown(&exported));
}

#[test]
fn a_new_name_is_no_other_text() {
    let first = exported(BEFORE, Some(TRANSLATED), BENGALI);
    let renamed = BEFORE
        .replace("sequence cart", "sequence bag")
        .replace("goto cart", "goto bag");
    let second = exported(&renamed, Some(&first.text), BENGALI);
    assert_eq!((second.new, second.stale, second.gone), (0, 0, 0));
    let handler = |words: &str| format!("on words {words} {{\n  text @here \"I am here.\"\n}}\n");
    let catalog = "msgctxt \"on words \\\"help\\\"@here\"\nmsgid \"I am here.\"\nmsgstr \"আছি।\"\n";
    let widened = exported(&handler(r#""help", "সাহায্য""#), Some(catalog), BENGALI);
    assert_eq!(
        (widened.new, widened.stale, widened.gone, widened.open),
        (0, 0, 0, 0)
    );
}

#[test]
fn a_renamed_attribute_is_renamed_in_its_translations() {
    let after = BEFORE
        .replace("items", "goods")
        .replace("{{goods}} goods.", "{{goods}} items.");
    let renamed = exported(&after, Some(TRANSLATED), BENGALI);
    assert_eq!((renamed.stale, renamed.gone), (0, 0));
    let entry = "msgid_plural \"{{goods}} items.\"\nmsgstr[0] \"{{goods}}টি পণ্য।\"\nmsgstr[1] \"মোট {{goods}}টি পণ্য।\"\n";
    assert!(renamed.text.contains(entry), "{}", renamed.text);
    // Names that change places make another text.
    let flow = |text: &str| format!("on start {{\n  text \"{text}\"\n}}\n");
    let catalog = "msgctxt \"on start\"\nmsgid \"{{first_name}} and {{last_name}}\"\nmsgstr \"{{first_name}} ও {{last_name}}\"\n";
    let turned = exported(&flow("{{last_name}} and {{first_name}}"), Some(catalog), BENGALI);
    assert_eq!(turned.stale, 1);
}

#[test]
fn blocks_that_are_given_ids_keep_the_entry_that_they_had_together() {
    let flow = "on start {\n  text @one \"Hello!\"\n  text @two \"Hello!\"\n}\n";
    let given = exported(flow, Some(TRANSLATED), BENGALI);
    assert_eq!(given.new, 0);
    assert_eq!(
        given.text.matches("msgstr \"নমস্কার!\"").count(),
        2,
        "{}",
        given.text
    );
}

#[test]
fn a_text_that_comes_back_has_its_translation_again() {
    let gone = exported(
        &BEFORE.replace("  text \"Old news.\"\n", ""),
        Some(TRANSLATED),
        BENGALI,
    );
    assert_eq!(gone.gone, 1);
    let back = exported(BEFORE, Some(&gone.text), BENGALI);
    assert_eq!((back.new, back.stale, back.gone), (0, 0, 0));
    assert!(
        back.text
            .contains("\nmsgctxt \"on start\"\nmsgid \"Old news.\"\nmsgstr \"পুরোনো খবর।\"\n")
    );
}

#[test]
fn forms_come_and_go_with_the_number() {
    let without = exported(
        &BEFORE.replace("{{items}} items", "Some items"),
        Some(TRANSLATED),
        BENGALI,
    );
    let single = without.text.replace("#, fuzzy\n", "");
    let with = exported(BEFORE, Some(&single), BENGALI);
    insta::assert_snapshot!(format!(
        "{}\n===== and back =====\n{}",
        shown(&without),
        shown(&with)
    ));
}

/// A flow that counts, and its catalog in a language with six forms.
const COUNTED: &str =
    "attribute items: number = 0\nattribute bags: number = 0\non start {\n  text \"{{items}} items.\"\n}\n";
const SIX: &str = r#"msgid ""
msgstr "Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\n"

msgctxt "on start"
msgid "{{items}} items."
msgid_plural "{{items}} items."
msgstr[0] "zero"
msgstr[1] "one"
msgstr[2] "two"
msgstr[3] "few {{items}}"
msgstr[4] "many {{items}}"
msgstr[5] "other {{items}}"
"#;

#[test]
fn plural_forms_that_lose_their_place_are_kept() {
    let arabic = Language { tag: "ar", own: None };
    let edits = [
        COUNTED.replace("{{items}} items.", "{{items}} items in {{bags}}."),
        COUNTED.replace("items: number = 0", "items: text = \"0\""),
    ];
    for flow in &edits {
        let changed = exported(flow, Some(SIX), arabic).text;
        for (index, form) in ["zero", "one", "two", "few {{items}}", "many {{items}}"]
            .iter()
            .enumerate()
        {
            let kept = format!("# former msgstr[{index}] \"{form}\"\n");
            assert_eq!(changed.matches(&kept).count(), 1, "{changed}");
        }
        assert!(changed.contains("msgstr \"other {{items}}\""), "{changed}");
        assert_eq!(exported(flow, Some(&changed), arabic).text, changed);
    }
    let (_, entries) = SIX.split_once("\n\n").unwrap();
    let two = format!("msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n{entries}");
    let changed = exported(COUNTED, Some(&two), arabic).text;
    for form in [
        "zero",
        "one",
        "two",
        "few {{items}}",
        "many {{items}}",
        "other {{items}}",
    ] {
        assert!(changed.contains(&format!("\"{form}\"\n")), "{form}: {changed}");
    }
    assert!(changed.contains("#, fuzzy"), "{changed}");
}

#[test]
fn a_catalog_in_the_flows_own_language_is_for_plural_forms() {
    let own = Language {
        tag: "de",
        own: Some("de"),
    };
    let exported = exported(BEFORE, None, own);
    assert_eq!(exported.texts, 1);
    assert!(exported.text.contains("X-Source-Language: de\\n"));
    assert!(exported.text.ends_with("msgstr[0] \"\"\nmsgstr[1] \"\"\n"));
}

#[test]
fn line_breaks_stay_those_of_the_catalog() {
    let windows = TRANSLATED.replace('\n', "\r\n");
    let exported_there = exported(BEFORE, Some(&windows), BENGALI).text;
    assert_eq!(
        exported_there.matches('\n').count(),
        exported_there.matches("\r\n").count()
    );
    let here = exported(BEFORE, Some(TRANSLATED), BENGALI).text;
    assert_eq!(exported_there.replace("\r\n", "\n"), here);
}

#[test]
fn a_catalog_with_broken_lines_is_left_alone() {
    let broken = Source::new("bn.po", format!("{TRANSLATED}\nmsgid \"open\n"));
    let found = export(&texts_of(BEFORE), Some(&broken), BENGALI, Path::new("shop")).unwrap_err();
    assert_eq!(found.len(), 1);
}

#[test]
fn what_comes_back_is_checked_and_taken_over() {
    let file = r#"
msgctxt "on start"
msgid "Hello!"
msgstr "স্বাগতম!"

# I was unsure.
msgctxt "on start@ask"
msgid "How are you, {{first_name|friend}}?"
msgstr "কেমন আছেন, {{first_name}}?"

msgctxt "cart"
msgid "{{items}} items."
msgstr "পণ্য: {{items}}।"

msgctxt "cart@menu"
msgid "What next?"
msgstr "এরপর?"

#, fuzzy
msgctxt "cart@menu"
msgid "Buy"
msgstr "নিন"

msgctxt "cart@menu"
msgid "Nothing"
msgstr ""

msgctxt "cart@menu"
msgid "Sell"
msgstr "বেচুন"

msgctxt "buy"
msgid "Bought. Thank you!"
msgstr "কেনা হয়েছে।
"#;
    let imported = imported(BEFORE, Some(TRANSLATED), file);
    let refused: Vec<String> = imported.found.iter().map(finding).collect();
    let (_, entries) = imported.text.split_once("\n\n").unwrap();
    insta::assert_snapshot!(format!(
        "{} taken, {} known, {} open, refused:\n{}\n\n{entries}",
        imported.taken,
        imported.known,
        imported.open,
        refused.join("\n")
    ));
}

#[test]
fn what_shows_nothing_is_refused_in_every_form() {
    let file = "msgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"\u{202e} \u{200b}\"\n\n\
        msgctxt \"cart\"\nmsgid \"{{items}} items.\"\nmsgid_plural \"{{items}} items.\"\n\
        msgstr[0] \"\\007\"\nmsgstr[1] \"{{items}}\"\n";
    let catalog = "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n";
    let imported = imported(BEFORE, Some(catalog), file);
    let refused: Vec<String> = imported.found.iter().map(finding).collect();
    insta::assert_snapshot!(refused.join("\n").escape_debug(), @r#"texts::blank back.po:3:8: the translation shows nothing [\"\u{202e} \u{200b}\"]\ntexts::blank back.po:8:11: the translation shows nothing [\"\\007\"]"#);
    assert_eq!(imported.taken, 0);
}

#[test]
fn what_is_refused_is_counted_in_translations() {
    let with_two_mistakes =
        "msgctxt \"on start@ask\"\nmsgid \"How are you, {{first_name|friend}}?\"\nmsgstr \"{{a}} {{b}}\"\n";
    let with_a_sign_too_many = "msgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"a \\q\"\n";
    let broken = "msgctxt \"buy\"\nmsgid \"Bought.\"\nmsgstr \"x\n";
    for (file, counts) in [
        (with_two_mistakes, (0, 1, 2)),
        (with_a_sign_too_many, (1, 0, 1)),
        (broken, (0, 1, 1)),
    ] {
        let imported = imported(BEFORE, None, file);
        assert_eq!(
            (imported.taken, imported.refused, imported.found.len()),
            counts,
            "{file}"
        );
    }
}

#[test]
fn a_catalog_with_a_line_break_in_the_name_of_a_file_can_be_read() {
    let flow = Source::new(
        "shop/a\nmsgid \u{2028}b.flow",
        "on start {\n  text \"Hello!\"\n}\n",
    );
    let texts = texts::collect(&[syntax::parse(&flow).0]);
    let exported = export(&texts, None, BENGALI, Path::new("shop")).unwrap();
    let (_, found) = texts::read(&Source::new("bn.po", exported.text.as_str()));
    assert!(found.is_empty(), "{found:?}");
    assert!(
        exported
            .text
            .contains("#: \u{2068}a\u{fffd}msgid \u{fffd}b.flow\u{2069}:2\n"),
        "{}",
        exported.text
    );
}

#[test]
fn what_is_blank_in_the_flow_may_be_blank_in_a_catalog() {
    let flow = "on start {\n  text \"{{first_name|}}\"\n}\n";
    let file = "msgctxt \"on start\"\nmsgid \"{{first_name|}}\"\nmsgstr \"{{first_name|}}\"\n";
    assert_eq!(imported(flow, None, file).taken, 1);
}

#[test]
fn a_file_with_other_plural_forms_is_read_by_its_own_rule() {
    let came = |rule: &str, forms: &[&str]| {
        let forms: Vec<String> = forms
            .iter()
            .enumerate()
            .map(|(index, form)| format!("msgstr[{index}] \"{form}\"\n"))
            .collect();
        let file = format!(
            "msgid \"\"\nmsgstr \"Plural-Forms: {rule}\\n\"\n\nmsgctxt \"on start\"\nmsgid \"{{{{items}}}} items.\"\nmsgid_plural \"{{{{items}}}} items.\"\n{}",
            forms.concat()
        );
        imported(COUNTED, None, &file)
    };
    // The other way round: each form goes to the numbers that the file has it for.
    let turned = came(
        "nplurals=2; plural=(n==0 || n==1);",
        &["many {{items}}", "few {{items}}"],
    );
    assert!(turned.found.is_empty(), "{:?}", turned.found);
    assert!(
        turned
            .text
            .contains("msgstr[0] \"few {{items}}\"\nmsgstr[1] \"many {{items}}\""),
        "{}",
        turned.text
    );
    // None takes the form of one in Bengali, and that of many in the file: which one is meant?
    let other = came(
        "nplurals=2; plural=(n != 1);",
        &["one {{items}}", "many {{items}}"],
    );
    assert_eq!(other.taken, 0);
    insta::assert_snapshot!(finding(&other.found[0]), @"texts::wrong_plural back.po:5:7: the forms of this file are for other numbers than those of the catalog [\"{{items}} items.\"]");
    let alike = came(
        "nplurals=2; plural=(n != 1);",
        &["all {{items}}", "all {{items}}"],
    );
    assert_eq!((alike.taken, alike.refused), (1, 0));
    let one = came("nplurals=1; plural=0;", &["all {{items}}"]);
    assert!(
        one.text
            .contains("msgstr[0] \"all {{items}}\"\nmsgstr[1] \"all {{items}}\""),
        "{}",
        one.text
    );
}

#[test]
fn what_comes_back_for_a_changed_text_is_taken_to_be_looked_at() {
    let changed = BEFORE
        .replace("Old news.", "Old news!")
        .replace("text \"Hello!\"", "text @hi \"Hello!\"");
    let file = "msgctxt \"on start\"\nmsgid \"Old news.\"\nmsgstr \"নতুন কথা।\"\n\nmsgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"হ্যালো!\"\n";
    let fuzzy =
        "#, fuzzy\n#| msgid \"Old news.\"\nmsgctxt \"on start\"\nmsgid \"Old news!\"\nmsgstr \"নতুন কথা।\"\n";
    // Whether the catalog has a translation of the former text or none.
    for catalog in [None, Some(TRANSLATED)] {
        let came = imported(&changed, catalog, file);
        assert!(came.text.contains(fuzzy), "{}", came.text);
        assert_eq!((came.fuzzy, came.refused), (1, 0), "{:?}", came.found);
    }
    // A block that was given an id says the same.
    let came = imported(&changed, None, file);
    assert_eq!(came.taken, 1);
    assert!(
        came.text
            .contains("msgctxt \"on start@hi\"\nmsgid \"Hello!\"\nmsgstr \"হ্যালো!\"\n"),
        "{}",
        came.text
    );
}

#[test]
fn a_text_that_comes_back_twice_is_taken_once() {
    let file = "msgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"এক\"\n\nmsgctxt \"on start\"\nmsgid \"Hello!\"\nmsgstr \"দুই\"\n";
    let came = imported(BEFORE, None, file);
    assert_eq!((came.taken, came.refused), (1, 1));
    assert_eq!(came.found[0].code().as_str(), "texts::duplicate_entry");
    assert!(came.text.contains("msgstr \"এক\"") && !came.text.contains("দুই"));
}

#[test]
fn an_imported_catalog_is_as_it_would_be_exported() {
    let imported = imported(BEFORE, None, TRANSLATED);
    assert!(imported.found.is_empty(), "{:?}", imported.found);
    assert_eq!((imported.taken, imported.known), (7, 0));
    assert_eq!(
        exported(BEFORE, Some(&imported.text), BENGALI).text,
        imported.text
    );
}

#[test]
fn characters_are_counted_as_people_count_them() {
    let table = [
        ("", 0),
        ("Hello", 5),
        ("নমস্কার", 4),
        ("ক্ষুদ্র", 2),
        ("مرحبًا", 5),
        ("e\u{301}", 1),
        ("👨‍👩‍👧", 1),
        ("🇧🇩", 1),
        ("Hi {{first_name|there}}: <<order>>", 5),
        (r"\{\{x\}\}", 5),
    ];
    for (text, count) in table {
        assert_eq!(characters(text), count, "{text}");
    }
}

proptest! {
    /// Whatever a flow says, exporting twice is exporting once, and the checker knows every entry.
    #[test]
    fn exporting_again_changes_nothing(
        words in prop::collection::vec("[a-z \\\\\"{}<>\u{9a8}\u{9cd}\u{627}]{1,12}", 1..6),
        others in prop::collection::vec("[a-z \\\\\"{}<>\u{9a8}\u{9cd}\u{627}]{1,12}", 1..6),
    ) {
        let flow = |words: &[String]| -> String {
            let escape = |word: &String| -> String {
                let escape = |letter| match letter {
                    '"' | '\\' | '{' | '}' | '<' | '>' => format!("\\{letter}"),
                    other => other.to_string(),
                };
                word.chars().map(escape).collect()
            };
            let lines: Vec<String> = words.iter().map(|word| format!("  text \"{} a\"\n", escape(word))).collect();
            format!("on start {{\n{}}}\n", lines.concat())
        };
        let (before, after) = (flow(&words), flow(&others));
        let first = exported(&before, None, BENGALI).text;
        prop_assert_eq!(&exported(&before, Some(&first), BENGALI).text, &first);

        let translated = first.replace("msgstr \"\"\n\n", "msgstr \"ক\"\n\n");
        let second = exported(&after, Some(&translated), BENGALI).text;
        prop_assert_eq!(&exported(&after, Some(&second), BENGALI).text, &second);

        let (_, found) = check([Source::new("a.flow", after), Source::new("texts/bn.po", second)]);
        let unknown = found.iter().find(|found| {
            ["texts::unknown", "texts::malformed", "texts::duplicate_entry"].contains(&found.code().as_str())
        });
        prop_assert!(unknown.is_none(), "{:?}", unknown);
    }
}
