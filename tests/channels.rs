//! Channels: what degrading keeps, that nothing is beyond a limit afterwards, and how turns look on each channel.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads files")]

#[path = "channels/flows.rs"]
mod flows;
#[path = "channels/kept.rs"]
mod kept;
#[path = "channels/limits.rs"]
mod limits;
#[path = "channels/page.rs"]
mod page;
#[path = "channels/random.rs"]
mod random;

use sayflow::channel::{ChangeKind, Channel, Degraded, Part, Unit, degrade};
use sayflow::{Block, BlockOption, Card, OptionTarget};

/// The six that have limits.
fn limited() -> impl Iterator<Item = Channel> {
    Channel::ALL
        .into_iter()
        .filter(|channel| *channel != Channel::Web)
}

fn text(text: &str) -> Block {
    Block::Text {
        text: text.to_owned(),
    }
}

fn tap(title: &str) -> BlockOption {
    BlockOption {
        title: title.into(),
        target: OptionTarget::Sequence("there".into()),
        extra: None,
        id: Some(format!("0.{title}").into()),
    }
}

fn link(title: &str) -> BlockOption {
    BlockOption {
        target: OptionTarget::Url("https://shop.example/".into()),
        id: None,
        ..tap(title)
    }
}

fn phone(title: &str) -> BlockOption {
    BlockOption {
        target: OptionTarget::Phone("+8801700000000".into()),
        id: None,
        ..tap(title)
    }
}

fn buttons(prompt: Option<&str>, options: Vec<BlockOption>) -> Block {
    Block::Buttons {
        text: prompt.map(str::to_owned),
        options,
    }
}

fn quick_replies(prompt: Option<&str>, options: Vec<BlockOption>) -> Block {
    Block::QuickReplies {
        text: prompt.map(str::to_owned),
        options,
    }
}

/// Options with the titles `1`, `2`, ….
fn numbered(number: usize) -> Vec<BlockOption> {
    (1..=number).map(|number| tap(&number.to_string())).collect()
}

fn kinds(degraded: &Degraded) -> Vec<&ChangeKind> {
    degraded.changes.iter().map(|change| &change.kind).collect()
}

/// Each message as its kind with the titles of its options.
fn shown(blocks: &[Block]) -> Vec<String> {
    let titles = |options: &[BlockOption]| {
        let titles: Vec<&str> = options.iter().map(|option| option.title.as_str()).collect();
        titles.join(" | ")
    };
    let with = |kind: &str, text: &Option<String>, options: &[BlockOption]| {
        format!(
            "{kind} {:?}: {}",
            text.as_deref().unwrap_or_default(),
            titles(options)
        )
    };
    let line = |block: &Block| match block {
        Block::Text { text } => format!("text {text:?}"),
        Block::Image { url } => format!("image {url}"),
        Block::Audio { url } => format!("audio {url}"),
        Block::Gallery { cards } => {
            let cards: Vec<String> = cards
                .iter()
                .map(|card| format!("{} [{}]", card.title, titles(&card.buttons)))
                .collect();
            format!("gallery {}", cards.join(", "))
        }
        Block::Buttons { text, options } => with("buttons", text, options),
        Block::QuickReplies { text, options } => with("quick replies", text, options),
        Block::List { text, options } => with("list", text, options),
        other => format!("{other:?}"),
    };
    blocks.iter().map(line).collect()
}

fn shown_on(channel: Channel, blocks: Vec<Block>) -> Vec<String> {
    shown(&degrade(blocks, channel).blocks)
}

#[test]
fn five_buttons_are_a_list_on_whatsapp_and_two_messages_on_messenger() {
    let turn = || vec![buttons(Some("Which?"), numbered(5))];
    assert_eq!(
        shown_on(Channel::WhatsApp, turn()),
        [r#"list "Which?": 1 | 2 | 3 | 4 | 5"#]
    );
    let messages = [r#"buttons "Which?": 1 | 2 | 3"#, r#"buttons "…": 4 | 5"#];
    assert_eq!(shown_on(Channel::Messenger, turn()), messages);
    assert_eq!(
        shown_on(Channel::Telegram, turn()),
        [r#"buttons "Which?": 1 | 2 | 3 | 4 | 5"#]
    );
}

#[test]
fn a_list_has_ten_options() {
    let messages = shown_on(Channel::WhatsApp, vec![buttons(Some("Which?"), numbered(12))]);
    assert_eq!(
        messages,
        [
            r#"list "Which?": 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10"#,
            r#"list "…": 11 | 12"#
        ]
    );
}

#[test]
fn quick_replies_that_would_vanish_or_open_a_page_are_buttons() {
    let many = shown_on(Channel::Line, vec![quick_replies(Some("Which?"), numbered(14))]);
    assert_eq!(many.len(), 4);
    assert_eq!(many[3], r#"buttons "…": 13 | 14"#);
    let turn = || vec![quick_replies(Some("Or:"), vec![tap("Offers"), link("Our shop")])];
    assert_eq!(
        shown_on(Channel::Messenger, turn()),
        [r#"buttons "Or:": Offers | Our shop"#]
    );
    assert_eq!(
        shown_on(Channel::Telegram, turn()),
        [r#"buttons "Or:": Offers | Our shop"#]
    );
    assert_eq!(
        shown_on(Channel::Line, turn()),
        [r#"quick replies "Or:": Offers | Our shop"#]
    );
}

#[test]
fn links_and_numbers_stand_apart_where_they_must() {
    let turn = || {
        let options = vec![tap("Track"), link("Our shop"), phone("Call us"), tap("Help")];
        vec![buttons(Some("What?"), options)]
    };
    assert_eq!(
        shown_on(Channel::WhatsApp, turn()),
        [
            r#"buttons "What?": Track | Help"#,
            r#"buttons "Our shop": Our shop"#,
            r#"text "Call us: +8801700000000""#
        ]
    );
    assert_eq!(
        shown_on(Channel::Telegram, turn()),
        [
            r#"buttons "What?": Track | Our shop | Help"#,
            r#"text "Call us: +8801700000000""#
        ]
    );
    assert_eq!(
        shown_on(Channel::Line, turn()),
        [r#"buttons "What?": Track | Our shop | Call us | Help"#]
    );
    let alone = vec![buttons(
        Some("Call us when you like."),
        vec![phone("Shop"), phone("Office")],
    )];
    let lines = "text \"Call us when you like.\\nShop: +8801700000000\\nOffice: +8801700000000\"";
    assert_eq!(shown_on(Channel::Viber, alone), [lines]);
}

#[test]
fn options_without_a_text_take_the_one_before_them() {
    let degraded = degrade(vec![text("Hi!"), buttons(None, numbered(2))], Channel::Messenger);
    assert_eq!(shown(&degraded.blocks), [r#"buttons "Hi!": 1 | 2"#]);
    assert_eq!(degraded.origins, [1]);
    assert_eq!(degraded.changes[0].into, 0..1);
    assert_eq!(kinds(&degraded), [&ChangeKind::PromptTaken]);
    let degraded = degrade(vec![buttons(None, numbered(2))], Channel::Messenger);
    assert_eq!(shown(&degraded.blocks), [r#"buttons "…": 1 | 2"#]);
}

#[test]
fn a_title_on_viber_has_250_characters() {
    let title = "শ".repeat(250);
    let turn = |title: &str| vec![quick_replies(Some("Which?"), vec![tap(title)])];
    assert!(degrade(turn(&title), Channel::Viber).changes.is_empty());
    let degraded = degrade(turn(&format!("{title}শ")), Channel::Viber);
    assert_eq!(
        shown(&degraded.blocks),
        [format!("quick replies \"Which?\": {}…", "শ".repeat(249))]
    );
}

#[test]
fn a_title_that_is_cut_is_told_in_full_and_unlike_the_others() {
    let options = vec![
        tap("Opening hours of the shop"),
        tap("Opening hours of the office"),
    ];
    let degraded = degrade(vec![buttons(Some("Which?"), options)], Channel::WhatsApp);
    assert_eq!(
        shown(&degraded.blocks),
        [r#"buttons "Which?": Opening hours of th… | Opening hours of t…2"#]
    );
    let ChangeKind::Shortened {
        full, id: Some(id), ..
    } = &degraded.changes[1].kind
    else {
        panic!("{:?}", degraded.changes)
    };
    assert_eq!(full, "Opening hours of the office");
    assert_eq!(id.as_str(), "0.Opening hours of the office");
    // WhatsApp takes no two alike, others do.
    let alike = || vec![buttons(Some("Which?"), vec![tap("Shawl"), tap("Shawl")])];
    assert_eq!(
        shown_on(Channel::WhatsApp, alike()),
        [r#"buttons "Which?": Shawl | Shawl 2"#]
    );
    assert_eq!(
        shown_on(Channel::Messenger, alike()),
        [r#"buttons "Which?": Shawl | Shawl"#]
    );
}

fn card(title: &str, buttons: Vec<BlockOption>) -> Card {
    Card {
        title: title.into(),
        image: Some(format!("https://cdn.shop.example/{title}.png")),
        buttons,
        ..Card::default()
    }
}

#[test]
fn a_gallery_is_several_or_messages() {
    let cards = || {
        (1..=12)
            .map(|number| card(&number.to_string(), vec![tap("Buy")]))
            .collect()
    };
    let degraded = degrade(vec![Block::Gallery { cards: cards() }], Channel::Messenger);
    assert_eq!(kinds(&degraded), [&ChangeKind::GallerySplit { galleries: 2 }]);
    let lengths = degraded.blocks.iter().map(|block| match block {
        Block::Gallery { cards } => cards.len(),
        other => panic!("{other:?}"),
    });
    assert_eq!(lengths.collect::<Vec<_>>(), [10, 2]);
    let degraded = degrade(vec![Block::Gallery { cards: cards() }], Channel::WhatsApp);
    assert_eq!(degraded.blocks.len(), 24);
    assert_eq!(
        shown(&degraded.blocks)[..2],
        ["image https://cdn.shop.example/1.png", r#"buttons "1": Buy"#]
    );
}

#[test]
fn cards_of_one_gallery_are_alike_on_line() {
    let cards = vec![
        card("a", vec![tap("Buy")]),
        card("b", vec![tap("Buy"), tap("Try")]),
        card("c", vec![]),
        card("d", vec![tap("Buy")]),
    ];
    assert_eq!(
        shown_on(Channel::Line, vec![Block::Gallery { cards }]),
        [
            "gallery a [Buy]",
            "gallery b [Buy | Try]",
            "image https://cdn.shop.example/c.png",
            r#"text "c""#,
            "gallery d [Buy]"
        ]
    );
}

#[test]
fn buttons_that_a_card_has_no_room_for_stand_behind_it() {
    let cards = vec![card("a", numbered(5)), card("b", vec![phone("Call us")])];
    assert_eq!(
        shown_on(Channel::Instagram, vec![Block::Gallery { cards }]),
        [
            "gallery a [1 | 2 | 3]",
            r#"buttons "a": 4 | 5"#,
            "gallery b []",
            "text \"b\\nCall us: +8801700000000\""
        ]
    );
}

#[test]
fn what_is_empty_is_not_sent() {
    let turn = vec![
        text(" \n"),
        Block::Gallery { cards: vec![] },
        buttons(Some("Hm."), vec![]),
    ];
    let degraded = degrade(turn, Channel::Telegram);
    assert_eq!(shown(&degraded.blocks), [r#"text "Hm.""#]);
    assert_eq!(kinds(&degraded), [&ChangeKind::LeftOut; 3]);
    assert_eq!(degraded.changes[0].into, 0..0);
}

#[test]
fn blanks_that_are_left_out_are_told() {
    let long = format!("Hi!{}", " ".repeat(5000));
    let degraded = degrade(
        vec![text(&long), buttons(Some(&long), numbered(1))],
        Channel::WhatsApp,
    );
    assert_eq!(shown(&degraded.blocks), [r#"text "Hi!""#, r#"buttons "Hi!": 1"#]);
    assert_eq!(kinds(&degraded), [&ChangeKind::TextSplit { messages: 1 }; 2]);
    let reason =
        "the text is longer than 4096 characters, the most on WhatsApp: the blanks at its end are left out";
    assert_eq!(degraded.changes[0].to_string(), reason);
}

#[test]
fn a_sound_is_an_address_on_viber() {
    let sound = || {
        vec![Block::Audio {
            url: "https://cdn.shop.example/hi.mp3".to_owned(),
        }]
    };
    assert_eq!(
        shown_on(Channel::Viber, sound()),
        [r#"text "https://cdn.shop.example/hi.mp3""#]
    );
    assert_eq!(
        shown_on(Channel::Line, sound()),
        ["audio https://cdn.shop.example/hi.mp3"]
    );
}

#[test]
fn a_change_is_json() {
    let degraded = degrade(vec![buttons(Some("Which?"), numbered(4))], Channel::Line);
    assert!(degraded.changes.is_empty());
    let degraded = degrade(vec![buttons(Some("Which?"), numbered(5))], Channel::Line);
    insta::assert_snapshot!(serde_json::to_string_pretty(&degraded.changes).unwrap());
}

#[test]
fn a_page_of_ones_own_shows_everything() {
    let turn = vec![
        text(""),
        buttons(None, numbered(200)),
        Block::Gallery { cards: vec![] },
    ];
    let degraded = degrade(turn.clone(), Channel::Web);
    assert_eq!(degraded.blocks, turn);
    assert_eq!(degraded.origins, [0, 1, 2]);
    assert!(degraded.changes.is_empty());
}

#[test]
fn channels_are_read_and_written() {
    for channel in Channel::ALL {
        assert_eq!(channel.to_string().parse(), Ok(channel));
        assert_eq!(channel.limits().next().is_none(), channel == Channel::Web);
    }
    let unknown = "discord".parse::<Channel>().unwrap_err().to_string();
    let known = "messenger, instagram, whatsapp, telegram, line, viber, web";
    assert_eq!(
        unknown,
        format!("no channel has this name: the channels are {known}")
    );
}

#[test]
fn every_limit_stands_once_in_order_and_has_a_source() {
    for channel in Channel::ALL {
        let parts: Vec<Part> = channel.limits().map(|limit| limit.part).collect();
        assert!(parts.is_sorted_by(|a, b| a < b), "{channel}: {parts:?}");
        for limit in channel.limits() {
            assert!(limit.source.starts_with("https://"), "{limit:?}");
            assert!(!limit.says.is_empty() && !limit.says.ends_with('.'), "{limit:?}");
            assert_eq!(
                limit.unit == Unit::Items,
                !limits::is_length(limit.part),
                "{limit:?}"
            );
        }
    }
}
