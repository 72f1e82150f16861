//! The outbox: every row at least once, in order, under a key of its own.

use std::collections::BTreeSet;
use std::time::Duration;

use sayflow::{Block, BlockOption, Card, Event, Input, OptionTarget};

use super::Check;
use super::scene::{ASHA, BELA, Broken, LONG, SHORT, Scene, holds, same, says, texts};
use crate::record::{Changes, Outgoing};

pub(super) const CHECKS: &[Check] = &[
    ("what was written into the outbox comes out", comes_out),
    (
        "rows are handed out in the order in which they were written",
        in_order,
    ),
    (
        "a row is handed out until it is delivered, under the same key",
        until_delivered,
    ),
    ("a row that was delivered is never handed out again", never_again),
    ("a key that no row has delivers none", unknown_keys),
    (
        "while somebody delivers, nobody else is given rows of that conversation",
        exclusive,
    ),
    (
        "rows that follow are handed out once all before them are delivered",
        followed,
    ),
    ("a key is that of the turn and the place in it", keys),
    (
        "the rows of one conversation do not hold up another's",
        not_held_up,
    ),
    ("rows of a conversation are handed out by its name", by_name),
    (
        "a hundred rows are handed out at a time, and the rest after them",
        a_hundred,
    ),
];

fn comes_out(scene: &Scene<'_>) -> Result<(), Broken> {
    let option = || BlockOption {
        title: "M".into(),
        target: OptionTarget::Sequence("size_table".into()),
        extra: Some("\"m\"".into()),
        id: Some("M_size-table.1".into()),
    };
    let text = || Some("\u{0}\"আশা\" \\ 👩🏽‍🚀\r\n".to_owned());
    let url = || "https://cdn.shop.example/a.png?x=1&y=%20".to_owned();
    let blocks = [
        Block::Text {
            text: "ö".repeat(60_000),
        },
        Block::Image { url: url() },
        Block::Audio { url: url() },
        Block::Video { url: url() },
        Block::Gallery {
            cards: vec![Card::default()],
        },
        Block::Buttons {
            text: text(),
            options: vec![option(), option()],
        },
        Block::QuickReplies {
            text: None,
            options: vec![option()],
        },
        Block::List {
            text: text(),
            options: vec![option()],
        },
        Block::Pause {
            duration: Duration::from_millis(1_500),
        },
    ];
    let handover = Event::Handover {
        team: "Support".to_owned(),
        priority: None,
    };
    let left_alone = Input::text("\u{0}\"আশা\"").with_id("m-0");
    let mut outbox = vec![Outgoing::LeftAlone(left_alone.at(scene.store.now()?))];
    outbox.extend(blocks.into_iter().map(Outgoing::Block));
    outbox.push(Outgoing::Event(handover));
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    scene.commit(
        &claim,
        &Changes {
            outbox: outbox.clone(),
            ..says(&[])
        },
    )?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same(
        "whose they are",
        &rows.iter().all(|row| row.conversation == ASHA),
        &true,
    )?;
    let seen: Vec<Outgoing> = rows.into_iter().map(|row| row.outgoing).collect();
    same("the outbox", &seen, &outbox)
}

fn in_order(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["9", "10", "1"])?;
    scene.said(BELA, &["x"])?;
    scene.said(ASHA, &["0"])?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same("the rows of two turns", &texts(&rows), &vec!["9", "10", "1", "0"])
}

fn until_delivered(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["one", "two"])?;
    let first = scene.deliveries(ASHA, SHORT)?;
    // Whoever delivers dies, twice.
    for _ in 0..2 {
        scene.wait_for(SHORT)?;
        same(
            "the rows when the lease has ended",
            &scene.deliveries(ASHA, SHORT)?,
            &first,
        )?;
    }
    Ok(())
}

fn never_again(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["one", "two", "three"])?;
    let rows = scene.deliveries(ASHA, SHORT)?;
    let middle = rows.get(1).ok_or_else(|| {
        Broken(format!(
            "three texts were said, and {} are to be delivered",
            rows.len()
        ))
    })?;
    // Twice, as two may have delivered it.
    scene.store.delivered(&middle.key)?;
    scene.store.delivered(&middle.key)?;
    scene.wait_for(SHORT)?;
    let rest = scene.deliveries(ASHA, SHORT)?;
    same("the rows that are left", &texts(&rest), &vec!["one", "three"])?;
    for row in &rest {
        scene.store.delivered(&row.key)?;
    }
    scene.wait_for(SHORT)?;
    same(
        "the rows after all were delivered",
        &scene.deliveries(ASHA, LONG)?,
        &Vec::new(),
    )
}

fn unknown_keys(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["one", "two"])?;
    for unknown in ["", "no key", "nobody/1/0", "a\u{0}b/1/0"] {
        scene.store.delivered(unknown)?;
    }
    // Another row, and other spellings of this one.
    for place in [
        "1/2",
        "2/0",
        "01/0",
        "1/00",
        "+1/0",
        "1/+0",
        "1/-0",
        " 1/0",
        "1/0 ",
        "1/0x",
        "1/",
        "/1/0",
        "1/0/",
        "1//0",
        "१/०",
        "18446744073709551617/0",
        "1/4294967296",
    ] {
        scene.store.delivered(&format!("{ASHA}/{place}"))?;
    }
    scene.store.delivered(&format!("{}/1/0", ASHA.to_uppercase()))?;
    same(
        "the rows that are left",
        &texts(&scene.deliveries(ASHA, LONG)?),
        &vec!["one", "two"],
    )
}

fn exclusive(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["one", "two"])?;
    let rows = scene.deliveries(ASHA, LONG)?;
    let nothing = |when: &str| {
        let given = [scene.store.deliveries(None, LONG)?, scene.deliveries(ASHA, LONG)?].concat();
        holds(
            given.is_empty(),
            format!("{when}, and somebody else was given {:?}", texts(&given)),
        )
    };
    nothing("two rows are being delivered")?;
    scene.said(ASHA, &["three"])?;
    nothing("two rows are being delivered, and another was written")?;
    if let Some(last) = rows.last() {
        scene.store.delivered(&last.key)?;
    }
    nothing("the first of two rows is being delivered")
}

fn followed(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["one", "two"])?;
    let rows = scene.deliveries(ASHA, LONG)?;
    scene.said(ASHA, &["three"])?;
    for row in &rows {
        scene.store.delivered(&row.key)?;
    }
    let next = scene.deliveries(ASHA, LONG)?;
    same(
        "the rows that follow, before the lease has ended",
        &texts(&next),
        &vec!["three"],
    )
}

fn keys(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["one", "two"])?;
    scene.said(ASHA, &[])?;
    scene.said(ASHA, &["three"])?;
    let rows = scene.deliveries(ASHA, LONG)?;
    let seen: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    let expected = ["1/0", "1/1", "3/0"].map(|place| format!("{ASHA}/{place}"));
    same(
        "the keys of the first and the third turn",
        &seen,
        &expected.iter().map(String::as_str).collect(),
    )
}

fn not_held_up(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["stuck"])?;
    scene.said(BELA, &["free"])?;
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let rows = scene.store.deliveries(None, LONG)?;
        let names: BTreeSet<_> = rows.iter().map(|row| row.conversation.clone()).collect();
        holds(
            names.len() == 1,
            format!("rows of one conversation at a time, given those of {names:?}"),
        )?;
        seen.extend(names);
    }
    same("whose rows were handed out", &seen.len(), &2)?;
    same(
        "the rows that are left",
        &scene.store.deliveries(None, LONG)?,
        &Vec::new(),
    )
}

fn by_name(scene: &Scene<'_>) -> Result<(), Broken> {
    same(
        "the rows of a conversation that is not there",
        &scene.deliveries(BELA, LONG)?,
        &Vec::new(),
    )?;
    scene.said(ASHA, &["one"])?;
    scene.said(BELA, &["two"])?;
    same(
        "the rows of the one that is named",
        &texts(&scene.deliveries(BELA, LONG)?),
        &vec!["two"],
    )?;
    same(
        "the rows of the other",
        &texts(&scene.deliveries(ASHA, LONG)?),
        &vec!["one"],
    )
}

fn a_hundred(scene: &Scene<'_>) -> Result<(), Broken> {
    let said: Vec<String> = (0..150).map(|number| number.to_string()).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let (now, later) = said.split_at(100);
    scene.said(ASHA, &said)?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same("the rows that are handed out", &texts(&rows), &now.to_vec())?;
    same(
        "those that are left to nobody else",
        &scene.deliveries(ASHA, LONG)?,
        &Vec::new(),
    )?;
    for row in &rows {
        scene.store.delivered(&row.key)?;
    }
    same(
        "the rest",
        &texts(&scene.deliveries(ASHA, LONG)?),
        &later.to_vec(),
    )
}
