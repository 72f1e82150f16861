//! Reading a catalog.

use std::sync::OnceLock;

use sayflow::syntax::ast::File;
use sayflow::{
    Block, Customer, Engine, Input, NoCalls, Session, Severity, Source, check_files, check_with_catalogs,
    syntax,
};

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
    let catalogs: Vec<Source> = catalogs
        .map(|(language, text)| Source::new(format!("texts/{language}.po"), bytes::text(text)))
        .collect();
    let (program, found) = check_with_catalogs(flow(), &catalogs, Vec::new());
    assert!(
        found.iter().all(|found| found.severity() < Severity::Error),
        "{found:?}"
    );
    let sources = flow().iter().map(|file| &file.source).chain(&catalogs);
    spans::lie_in_their_files(&found, &sources.cloned().collect::<Vec<_>>());

    let engine = Engine::new(program.unwrap());
    for language in LANGUAGES {
        let blocks = said(&engine, language);
        let kinds = |blocks: &[Block]| blocks.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        assert_eq!(kinds(&blocks), kinds(in_its_own_words()), "{blocks:?}");
    }
}

/// The flow, which is read once; its catalogs are read anew each time.
fn flow() -> &'static [File] {
    static FILES: OnceLock<[File; 1]> = OnceLock::new();
    FILES.get_or_init(|| {
        let (file, found) = syntax::parse(&Source::new("shop.flow", FLOW));
        assert!(found.is_empty(), "{found:?}");
        [file]
    })
}

/// What everybody else is told.
fn in_its_own_words() -> &'static [Block] {
    static SAID: OnceLock<Vec<Block>> = OnceLock::new();
    SAID.get_or_init(|| said(&Engine::new(check_files(flow(), Vec::new()).0.unwrap()), "en"))
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
