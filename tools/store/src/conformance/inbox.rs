//! The inbox: every input once, in order, with the store's moment.

use std::time::Duration;

use sayflow::{Input, InputKind, Timestamp};

use super::Check;
use super::scene::{ASHA, BELA, Broken, LONG, SHORT, Scene, holds, rings, same, says, texts, waiting_since};
use crate::record::{Changes, Received, Refused, Saved};

pub(super) const CHECKS: &[Check] = &[
    ("an input comes back as it was received", comes_back),
    ("an input is stamped with the store's clock", stamped),
    (
        "an input without an id has one of the store, the same at each attempt",
        given_an_id,
    ),
    ("inputs without an id are all new", all_new),
    ("an id that the conversation has had is recognised", recognised),
    ("an input waits until its turn is over", waits),
    (
        "inputs are claimed in the order in which they were received",
        in_order,
    ),
    (
        "an input that is refused leaves its place to the next and can be read",
        refused,
    ),
    ("pruning forgets what was handled, and only that", pruned),
    (
        "pruning counts each input and each row once, refused or not",
        counted,
    ),
];

fn comes_back(scene: &Scene<'_>) -> Result<(), Broken> {
    let inputs = [
        Input::start(),
        Input::start_at("size_table"),
        Input::text("\u{0} \u{feff}\"আশা\" \\ 👩🏽‍🚀\r\n"),
        Input::text("ö".repeat(30_000)),
        Input::tap("M_size-table.1"),
        Input::intent("greet"),
        Input::location(-89.999_999_9, 0.1 + 0.2),
        Input::no_reply(),
        Input {
            kind: InputKind::NoReply(Some(Timestamp::from_microseconds(1))),
            ..Input::no_reply()
        },
    ];
    for (number, input) in inputs.into_iter().enumerate() {
        let id = format!("m-{number}");
        let received = scene.store.receive(ASHA, &input.clone().with_id(&*id))?;
        same(&format!("what became of {input:?}"), &received, &Received::New)?;
        let claim = scene.claim(LONG)?;
        same("the input", &claim.input.kind, &input.kind)?;
        same("its id", &claim.input.id, &Some(id))?;
        holds(
            claim.entry.is_some(),
            "an input was claimed without its number, as if it were a timer",
        )?;
        scene.commit(&claim, &says(&[]))?;
    }
    Ok(())
}

fn stamped(scene: &Scene<'_>) -> Result<(), Broken> {
    for (id, claimed) in [("m-1", Timestamp::MIN), ("m-2", Timestamp::MAX)] {
        let before = scene.store.now()?;
        let received = scene
            .store
            .receive(ASHA, &Input::text("Hi").with_id(id).at(claimed))?;
        same("what became of the input", &received, &Received::New)?;
        let after = scene.store.now()?;
        let claim = scene.claim(LONG)?;
        let now = claim.input.now;
        holds(
            (before..=after).contains(&now),
            format!("received between {before} and {after}, said to be of {claimed}, stamped {now}"),
        )?;
        holds(
            claim.now >= now,
            format!("arrived {now}, claimed {} before that", claim.now),
        )?;
        scene.commit(&claim, &says(&[]))?;
    }
    Ok(())
}

fn given_an_id(scene: &Scene<'_>) -> Result<(), Broken> {
    for _ in 0..2 {
        let received = scene.store.receive(ASHA, &Input::text("Hi"))?;
        same("what became of an input without an id", &received, &Received::New)?;
    }
    let first = scene.claim(SHORT)?;
    holds(
        first.input.id.is_some(),
        "an input without an id was claimed without one",
    )?;
    scene.wait_for(SHORT)?;
    let again = scene.claim(LONG)?;
    same("the id at the second attempt", &again.input.id, &first.input.id)?;
    scene.commit(&again, &says(&[]))?;
    let second = scene.claim(LONG)?;
    holds(
        second.input.id != first.input.id,
        format!("two inputs have the id {:?}", first.input.id),
    )
}

fn all_new(scene: &Scene<'_>) -> Result<(), Broken> {
    for number in 1..=3 {
        let received = scene.store.receive(ASHA, &Input::text("Hi"))?;
        same(
            &format!("what became of the same text without an id, number {number}"),
            &received,
            &Received::New,
        )?;
    }
    for _ in 1..=3 {
        scene.turn(ASHA, &[])?;
    }
    scene.nothing_to_claim("three inputs were handled")
}

fn waits(scene: &Scene<'_>) -> Result<(), Broken> {
    let waits = |id: &str, wanted: bool, when: &str| {
        let is_waiting = scene.store.is_waiting(ASHA, id)?;
        same(
            &format!("whether the input `{id}` waits {when}"),
            &is_waiting,
            &wanted,
        )
    };
    waits("m-1", false, "before it has come")?;
    scene.text(ASHA, "m-1")?;
    scene.text(ASHA, "m-2")?;
    waits("m-1", true, "when it has come")?;
    let claim = scene.claim(LONG)?;
    waits("m-1", true, "while it is claimed")?;
    scene.commit(&claim, &says(&[]))?;
    waits("m-1", false, "behind its turn")?;
    waits("m-2", true, "behind the turn before")?;
    let refused = scene.store.refuse(&scene.claim(LONG)?, "cannot be done")?;
    holds(
        refused != Saved::Conflict,
        "the claim of an input was not refused",
    )?;
    waits("m-2", false, "when it was refused")?;
    waits("\u{0}", false, "though no input has such an id")
}

fn recognised(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    scene.repeat(ASHA, "m-1", "while the first one waits")?;
    let claim = scene.claim(LONG)?;
    scene.repeat(ASHA, "m-1", "while the first one is claimed")?;
    scene.commit(&claim, &says(&[]))?;
    scene.repeat(ASHA, "m-1", "after the first one was handled")?;
    scene.nothing_to_claim("an input was received four times and handled once")?;

    scene.text(BELA, "m-1")?;
    let claim = scene.claim(LONG)?;
    same(
        "whose input with that id is new",
        &claim.conversation.as_str(),
        &BELA,
    )?;
    scene.store.refuse(&claim, "no")?.written()?;
    scene.repeat(BELA, "m-1", "after the first one was refused")?;
    scene.nothing_to_claim("an input was received twice and refused once")?;
    scene.text(ASHA, "M-1")
}

fn in_order(scene: &Scene<'_>) -> Result<(), Broken> {
    let ids = ["m-9", "m-1", "m-10", "", "m-2"];
    for id in ids {
        let input = Input::text(id);
        let input = if id.is_empty() { input } else { input.with_id(id) };
        same(
            "what became of an input",
            &scene.store.receive(ASHA, &input)?,
            &Received::New,
        )?;
    }
    for id in ids {
        // The first one again as long as it is not handled.
        for _ in 0..2 {
            let claim = scene.claim(SHORT)?;
            same(
                "the input that is next",
                &claim.input.kind,
                &InputKind::Text(id.to_owned()),
            )?;
            scene.wait_for(SHORT)?;
        }
        scene.turn(ASHA, &[])?;
    }
    scene.nothing_to_claim("every input was handled")
}

fn refused(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    scene.text(ASHA, "m-2")?;
    scene.text(ASHA, "m-3")?;
    scene.turn(ASHA, &[])?;
    let before = scene.record(ASHA)?;
    for (id, reason) in [("m-2", "no option `x`"), ("m-3", "too large \u{0}")] {
        let claim = scene.claim(LONG)?;
        same(
            "the input behind one that was refused",
            &claim.input.id.as_deref(),
            &Some(id),
        )?;
        scene.store.refuse(&claim, reason)?.written()?;
    }
    scene.nothing_to_claim("every input was handled or refused")?;
    same("the record after a refusal", &scene.record(ASHA)?, &before)?;
    let refused = scene.store.refused(10)?;
    let reasons: Vec<&str> = refused.iter().map(|refused| refused.reason.as_str()).collect();
    same(
        "the reasons, newest first",
        &reasons,
        &vec!["too large \u{0}", "no option `x`"],
    )?;
    let is_later = |refused: &Refused| {
        refused
            .input
            .as_ref()
            .is_some_and(|input| refused.at >= input.now)
    };
    let kept = refused
        .iter()
        .all(|refused| refused.conversation == ASHA && is_later(refused));
    holds(
        kept,
        format!("refused inputs of `{ASHA}` are kept as {refused:?}"),
    )?;
    let inputs = refused.into_iter().filter_map(|refused| refused.input);
    let inputs: Vec<_> = inputs.map(|input| input.kind).collect();
    let expected = ["m-3", "m-2"].map(|text| InputKind::Text(text.to_owned()));
    same("the inputs", &inputs, &expected.to_vec())?;
    same(
        "how many are read of two where one is asked for",
        &scene.store.refused(1)?.len(),
        &1,
    )
}

fn pruned(scene: &Scene<'_>) -> Result<(), Broken> {
    for id in ["m-1", "m-2", "m-3"] {
        scene.text(ASHA, id)?;
    }
    scene.turn(ASHA, &["delivered", "waiting"])?;
    let claim = scene.claim(LONG)?;
    scene.store.refuse(&claim, "no")?.written()?;
    let rows = scene.deliveries(ASHA, SHORT)?;
    let first = rows
        .first()
        .ok_or_else(|| Broken("a turn said two texts, and nothing is to be delivered".to_owned()))?;
    scene.store.delivered(&first.key)?;
    let record = scene.record(ASHA)?;

    same(
        "how much of the last hour is older than an hour",
        &scene.store.prune(LONG)?,
        &0,
    )?;
    scene.repeat(ASHA, "m-1", "after pruning what is older than an hour")?;
    same(
        "what was refused, after pruning what is older than an hour",
        &scene.store.refused(10)?.len(),
        &1,
    )?;

    scene.wait_for(SHORT)?;
    scene.store.prune(Duration::ZERO)?;
    same("the record after pruning", &scene.record(ASHA)?, &record)?;
    same(
        "what was refused, after pruning everything",
        &scene.store.refused(10)?.len(),
        &0,
    )?;
    scene.repeat(ASHA, "m-3", "after pruning, while the first one waits")?;
    same(
        "the input that waited before pruning",
        &scene.claim(LONG)?.input.id.as_deref(),
        &Some("m-3"),
    )?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same(
        "the rows that wait after pruning",
        &texts(&rows),
        &vec!["waiting"],
    )?;
    // The window is over.
    scene.text(ASHA, "m-1")
}

fn counted(scene: &Scene<'_>) -> Result<(), Broken> {
    let prune = |what: &str, expected: u64| {
        scene.wait_for(SHORT)?;
        same(
            &format!("how much was forgotten of {what}"),
            &scene.store.prune(Duration::ZERO)?,
            &expected,
        )
    };
    scene.text(ASHA, "m-1")?;
    let now = scene.store.now()?;
    let timer = Changes {
        session: waiting_since(now)?,
        ..rings(now)
    };
    scene.commit(&scene.claim(LONG)?, &timer)?;
    prune("one input that was handled", 1)?;
    let claim = scene.claim(LONG)?;
    scene.store.refuse(&claim, "nothing waits for it")?.written()?;
    prune("one timer that was refused", 1)?;
    for id in ["m-2", "m-3"] {
        scene.text(ASHA, id)?;
        let claim = scene.claim(LONG)?;
        scene.store.refuse(&claim, "no")?.written()?;
    }
    prune("two inputs that were refused", 2)?;
    scene.text(ASHA, "m-4")?;
    scene.turn(ASHA, &["one", "two"])?;
    for row in scene.deliveries(ASHA, LONG)? {
        scene.store.delivered(&row.key)?;
    }
    prune("one input that was handled and two rows that were delivered", 3)?;
    prune("nothing", 0)
}
