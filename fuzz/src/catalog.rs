//! Reading a catalog.

use std::sync::OnceLock;

use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Severity, Source, check};

use crate::{bytes, spans};

const FLOW: &str = include_str!("../../examples/languages/shop.flow");

/// The languages of the catalogs.
const LANGUAGES: [&str; 2] = ["bn", "ar"];

/// Any bytes are a catalog of a flow, or two with a NUL between them. The flow runs, and nothing found is an error;
/// what was found lies in a file. A customer of that language is told as much as everybody else, perhaps in other
/// words.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    let catalogs = LANGUAGES.into_iter().zip(bytes::parts(bytes));
    let catalogs =
        catalogs.map(|(language, text)| Source::new(format!("texts/{language}.po"), bytes::text(text)));
    let sources: Vec<Source> = std::iter::once(flow().clone()).chain(catalogs).collect();
    let (program, found) = check(sources.iter().cloned());
    assert!(
        found.iter().all(|found| found.severity() < Severity::Error),
        "{found:?}"
    );
    spans::lie_in_their_files(&found, &sources);

    let engine = Engine::new(program.unwrap());
    for language in LANGUAGES {
        let blocks = said(&engine, language);
        let kinds = |blocks: &[Block]| blocks.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        assert_eq!(kinds(&blocks), kinds(in_its_own_words()), "{blocks:?}");
    }
}

fn flow() -> &'static Source {
    static FLOW_SOURCE: OnceLock<Source> = OnceLock::new();
    FLOW_SOURCE.get_or_init(|| Source::new("shop.flow", FLOW))
}

/// What everybody else is told.
fn in_its_own_words() -> &'static [Block] {
    static SAID: OnceLock<Vec<Block>> = OnceLock::new();
    SAID.get_or_init(|| said(&Engine::new(Program::load([flow().clone()]).unwrap()), "en"))
}

/// A visit in which every kind of text is said, one with a number in it among them.
fn said(engine: &Engine, language: &str) -> Vec<Block> {
    let (mut session, mut customer) = (Session::new(), Customer::new(7));
    customer.language = language.to_owned();
    let mut blocks = Vec::new();
    let mut say = |input| {
        let turn = engine
            .turn(&mut session, &mut customer, &input, &NoCalls)
            .unwrap();
        blocks.extend(turn.blocks);
        let answer = blocks.iter().rev().find_map(first_option).unwrap_or_default();
        Input::tap(answer)
    };
    say(Input::start());
    let size = say(Input::start_at("buy"));
    say(size);
    say(Input::start_at("hours"));
    say(Input::start_at("done"));
    blocks
}

fn first_option(block: &Block) -> Option<&str> {
    match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => {
            options.first()?.id.as_deref()
        }
        _ => None,
    }
}
