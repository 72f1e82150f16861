//! What degrading keeps, whatever is said: the limits, every letter, every option.

use proptest::prelude::*;
use sayflow::channel::{Channel, Degraded, degrade};
use sayflow::{Block, OptionTarget};

use super::{buttons, limited, limits, random, tap, text};

/// Everything that a customer can read, without blanks and the marks of what goes on.
fn letters(blocks: &[Block]) -> String {
    blocks
        .iter()
        .map(random::words)
        .collect::<String>()
        .replace(char::is_whitespace, "")
}

/// What of a turn is beyond a limit.
fn problems(channel: Channel, degraded: &Degraded) -> Vec<String> {
    let blocks = degraded.blocks.iter();
    blocks
        .flat_map(|block| limits::problems(channel, block))
        .collect()
}

fn ids(blocks: &[Block]) -> Vec<String> {
    blocks
        .iter()
        .flat_map(random::options_of)
        .filter_map(|option| option.id.as_ref().map(String::from))
        .collect()
}

/// The addresses and numbers that can be reached, sorted: they may stand behind the options that come back.
fn reached(blocks: &[Block]) -> Vec<String> {
    let mut reached: Vec<String> = blocks
        .iter()
        .flat_map(random::options_of)
        .filter_map(|option| match &option.target {
            OptionTarget::Url(url) => Some(String::from(url)),
            _ => None,
        })
        .collect();
    reached.sort();
    reached
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_beyond_a_limit_afterwards(turn in random::turn(), channel in random::channel()) {
        let degraded = degrade(turn, channel);
        prop_assert_eq!(problems(channel, &degraded), Vec::<String>::new());
    }

    #[test]
    fn what_was_degraded_is_not_changed_again(turn in random::turn(), channel in random::channel()) {
        let degraded = degrade(turn, channel);
        let again = degrade(degraded.blocks.clone(), channel);
        prop_assert_eq!(&again.changes, &[]);
        prop_assert_eq!(again.blocks, degraded.blocks);
    }

    #[test]
    fn every_option_keeps_its_id_and_its_order(turn in random::turn(), channel in random::channel()) {
        let before = (ids(&turn), reached(&turn));
        let degraded = degrade(turn, channel);
        prop_assert_eq!((ids(&degraded.blocks), reached(&degraded.blocks)), before);
    }

    #[test]
    fn every_change_names_its_blocks(turn in random::turn(), channel in random::channel()) {
        let length = turn.len();
        let degraded = degrade(turn.clone(), channel);
        prop_assert_eq!(degraded.origins.len(), degraded.blocks.len());
        for change in &degraded.changes {
            prop_assert!(change.block < length);
            prop_assert!(change.into.end <= degraded.blocks.len());
        }
        // A block without a change is shown as it is.
        for (block, origin) in degraded.blocks.iter().zip(&degraded.origins) {
            if degraded.changes.iter().all(|change| change.block != *origin) {
                prop_assert_eq!(block, &turn[*origin]);
            }
        }
    }

    #[test]
    fn a_text_is_cut_between_graphemes_and_no_letter_is_lost(said in random::long_text(), channel in random::channel()) {
        let degraded = degrade(vec![text(&said)], channel);
        prop_assert_eq!(letters(&degraded.blocks), letters(&[text(&said)]));
        let mut rest = said.as_str();
        for block in &degraded.blocks {
            let Block::Text { text } = block else { panic!("a text is texts") };
            let start = rest.find(text.as_str()).unwrap();
            prop_assert!(limits::is_border(&said, said.len() - rest.len() + start));
            rest = &rest[start + text.len()..];
            prop_assert!(limits::is_border(&said, said.len() - rest.len()));
        }
    }
}

#[test]
fn long_texts_of_any_letters_are_said_whole() {
    let units = [
        "word ",
        "a",
        "আমি ",
        "👨‍👩‍👧",
        "\u{301}",
        "🇧🇩",
        ".",
        ". ",
        "\n",
        " ",
        " \u{301}",
        "1.",
        "。",
        "\u{600}",
    ];
    for unit in units {
        let said = unit.repeat(100_000 / unit.len());
        let turn = vec![text(&said), buttons(Some(&said), vec![tap(&said), tap(&said)])];
        for channel in [Channel::Instagram, Channel::Line] {
            let degraded = degrade(turn.clone(), channel);
            assert_eq!(ids(&degraded.blocks), ids(&turn), "{unit:?} on {channel}");
            assert_eq!(problems(channel, &degraded), Vec::<String>::new());
        }
    }
}

#[test]
fn every_one_of_very_many_options_can_be_tapped() {
    for channel in limited() {
        let titles = (0..5_000).map(|number| format!("A title of more than twenty {number}"));
        let turn = vec![buttons(Some("Which?"), titles.map(|title| tap(&title)).collect())];
        assert_eq!(ids(&degrade(turn.clone(), channel).blocks), ids(&turn));
    }
}

#[test]
fn a_megabyte_is_said_within_the_limits() {
    let said = "A word. আমি বাড়ি যাই। 👨‍👩‍👧 كلمة\n\n".repeat(1_000_000 / 60);
    for channel in limited() {
        let degraded = degrade(vec![text(&said)], channel);
        assert_eq!(letters(&degraded.blocks), letters(&[text(&said)]));
        assert_eq!(problems(channel, &degraded), Vec::<String>::new());
    }
}
