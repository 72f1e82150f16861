//! Turns of all sorts, in all scripts.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sayflow::channel::Channel;
use sayflow::{Block, BlockOption, Card, OptionTarget};

pub(crate) fn channel() -> impl Strategy<Value = Channel> {
    proptest::sample::select(Channel::ALL.to_vec())
}

/// A few signs that belong together in a script, a mark or a blank.
fn sign() -> impl Strategy<Value = String> {
    let fixed = [
        "a",
        "Order",
        "কি",
        "ক্ষ",
        "ب",
        "لا",
        "e\u{301}",
        "\u{301}",
        "👨‍👩‍👧",
        "🇧🇩",
        "👍🏽",
        "\u{600}",
        "\u{200d}",
        "。",
        "いい",
        " ",
        "  ",
        " \u{301}",
        "\n",
        "\n\n",
        "\r\n",
        ". ",
        "? ",
        "।",
        "“",
        "”",
        "」",
        "…",
        "\t",
        "\u{a0}",
        "\u{fe0f}",
    ];
    prop_oneof![
        9 => proptest::sample::select(fixed.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn text(signs: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(sign(), signs).prop_map(|signs| signs.concat())
}

/// A text that is often longer than a channel's limit.
pub(crate) fn long_text() -> impl Strategy<Value = String> {
    prop_oneof![text(0..40), text(100..700), text(2000..4000)]
}

fn option_line() -> impl Strategy<Value = BlockOption> {
    let target = prop_oneof![
        4 => Just(OptionTarget::Sequence("there".into())),
        1 => Just(OptionTarget::Answer),
        2 => "[a-z]{1,8}".prop_map(|path| OptionTarget::Url(format!("https://shop.example/{path}").into())),
        1 => Just(OptionTarget::Phone("+8801700000000".into())),
    ];
    (text(1..20), target, any::<u16>()).prop_map(|(title, target, number)| {
        let comes_back = matches!(target, OptionTarget::Sequence(_) | OptionTarget::Answer);
        BlockOption {
            title: title.into(),
            target,
            extra: None,
            id: comes_back.then(|| number.to_string().into()),
        }
    })
}

fn options() -> impl Strategy<Value = Vec<BlockOption>> {
    prop_oneof![vec(option_line(), 0..5), vec(option_line(), 5..30)]
}

fn card() -> impl Strategy<Value = Card> {
    let url = || option::of(Just("https://shop.example/a".to_owned()));
    (
        text(1..90),
        option::of(text(1..90)),
        url(),
        url(),
        vec(option_line(), 0..6),
    )
        .prop_map(|(title, subtitle, image, url, buttons)| Card {
            title,
            subtitle,
            image,
            url,
            buttons,
        })
}

fn block() -> impl Strategy<Value = Block> {
    let url = "https://cdn.shop.example/a".to_owned();
    let prompt = || option::of(prop_oneof![text(0..40), text(100..1500)]);
    prop_oneof![
        3 => long_text().prop_map(|text| Block::Text { text }),
        1 => Just(Block::Image { url: url.clone() }),
        1 => Just(Block::Audio { url: url.clone() }),
        1 => Just(Block::Video { url }),
        2 => vec(card(), 0..15).prop_map(|cards| Block::Gallery { cards }),
        2 => (prompt(), options()).prop_map(|(text, options)| Block::Buttons { text, options }),
        2 => (prompt(), options()).prop_map(|(text, options)| Block::QuickReplies { text, options }),
        1 => (prompt(), options()).prop_map(|(text, options)| Block::List { text, options }),
    ]
}

pub(crate) fn turn() -> impl Strategy<Value = Vec<Block>> {
    vec(block(), 0..5)
}

/// The options of a block, those of cards included.
pub(crate) fn options_of(block: &Block) -> Vec<&BlockOption> {
    match block {
        Block::Buttons { options, .. }
        | Block::QuickReplies { options, .. }
        | Block::List { options, .. } => options.iter().collect(),
        Block::Gallery { cards } => cards.iter().flat_map(|card| &card.buttons).collect(),
        _ => Vec::new(),
    }
}

/// The texts of a block, without titles.
pub(crate) fn words(block: &Block) -> String {
    match block {
        Block::Text { text } => text.clone(),
        Block::Buttons { text, .. } | Block::QuickReplies { text, .. } | Block::List { text, .. } => {
            text.clone().unwrap_or_default()
        }
        _ => String::new(),
    }
}
