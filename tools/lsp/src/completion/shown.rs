//! What a flow shows and listens to, for the tests that speak about it.

use std::collections::BTreeMap;

use sayflow::Source;
use sayflow::syntax::ast::{Carrier, File, Head, OptionLine, Text, Trigger};
use sayflow::syntax::walk;

use crate::describe::inside;

/// Header names that endpoints often ask for.
const HEADERS: [&str; 5] = [
    "Authorization",
    "Accept-Language",
    "X-Api-Key",
    "X-Flow-Token",
    "X-Request-Id",
];

/// Texts as they are written, each once, with what each is the text of.
pub(super) type Texts = BTreeMap<String, &'static str>;

/// The titles of options.
pub(super) fn titles(files: &[File]) -> Texts {
    each(files, |source, head, texts| {
        if let Head::Option(OptionLine { title, .. }) | Head::CardButton(OptionLine { title, .. }) = head {
            add(texts, source, title, "option");
        }
    })
}

/// The prompts of options and the titles of cards, by which a tap says which block it means.
pub(super) fn blocks(files: &[File]) -> Texts {
    each(files, |source, head, texts| match head {
        Head::Options {
            prompt: Some(prompt), ..
        }
        | Head::Ask {
            prompt: Some(prompt), ..
        } => {
            add(texts, source, prompt, "prompt");
        }
        Head::Card { title } => add(texts, source, title, "card"),
        _ => {}
    })
}

/// What handlers listen to: words, or intents.
pub(super) fn triggers(files: &[File], is_intent: bool) -> Texts {
    each(files, |source, head, texts| match head {
        Head::On(Trigger::Words(words)) if !is_intent => {
            words.iter().for_each(|text| add(texts, source, text, "words"));
        }
        Head::On(Trigger::Intent(intents)) if is_intent => {
            intents.iter().for_each(|text| add(texts, source, text, "intent"));
        }
        _ => {}
    })
}

/// The names that requests of the flow give their headers, params or fields; and the usual headers.
pub(super) fn keys(files: &[File], wanted: Carrier) -> Texts {
    let mut texts = each(files, |source, head, texts| {
        if let Head::Setting { carrier, key, .. } = head
            && *carrier == wanted
        {
            add(texts, source, key, "used in this flow");
        }
    });
    if wanted == Carrier::Header {
        for header in HEADERS {
            texts.entry(header.to_owned()).or_insert("");
        }
    }
    texts
}

fn each(files: &[File], take: impl Fn(&Source, &Head, &mut Texts)) -> Texts {
    let mut texts = Texts::new();
    for file in files {
        walk(file, |node, _| take(&file.source, &node.head, &mut texts));
    }
    texts
}

/// Takes a text that is always the same: what is put in for a value is not known here.
fn add(texts: &mut Texts, source: &Source, text: &Text, what: &'static str) {
    // Whatever `*` stands for in the words of a handler, the rest is said.
    let written = inside(source, text).trim_matches(['*', ' ']);
    if text.literal(source).is_some() && !written.is_empty() && !text.is_block {
        texts.entry(written.to_owned()).or_insert(what);
    }
}
