//! Records: what was written comes back, and nobody writes over what they have not seen.

use sayflow::{Customer, Input, InputKind, Session, Timestamp, Value};

use super::Check;
use super::scene::{ASHA, BELA, Broken, LONG, Scene, holds, same, says, waiting_since};
use crate::error::ErrorKind;
use crate::record::{Changes, Outgoing, Record, Saved};

pub(super) const CHECKS: &[Check] = &[
    ("a conversation that nobody wrote is absent", absent),
    ("a record comes back as it was saved", comes_back),
    (
        "conversations are distinguished by every byte of their names",
        distinguished,
    ),
    (
        "of two who loaded the same version, the second does not save",
        second_conflicts,
    ),
    ("a new conversation is made once", made_once),
    (
        "a name that is empty, too long or holds a control character is refused",
        bad_names,
    ),
    (
        "what could not be read again is refused, and nothing of it is kept",
        unwritable,
    ),
    ("the clock never goes back", clock),
];

fn absent(scene: &Scene<'_>) -> Result<(), Broken> {
    same(
        "a conversation in an empty store",
        &scene.store.load(ASHA)?,
        &None,
    )?;
    scene.text(ASHA, "m-1")?;
    same(
        "a conversation with an input and no turn yet",
        &scene.store.load(ASHA)?,
        &None,
    )?;
    let claim = scene.claim(LONG)?;
    same("its record in a claim", &claim.record, &None)?;
    same(
        "a conversation whose first turn is under way",
        &scene.store.load(ASHA)?,
        &None,
    )
}

fn comes_back(scene: &Scene<'_>) -> Result<(), Broken> {
    let record = Record {
        version: 0,
        session: waiting_since("2026-11-20T10:00:00Z".parse().unwrap_or(Timestamp::MIN))?,
        customer: customer(),
    };
    for version in 1..=2 {
        let before = Record {
            version: version - 1,
            ..record.clone()
        };
        let saved = scene.store.save(ASHA, &before)?;
        same(
            "a save over the version that was loaded",
            &saved,
            &Saved::Version(version),
        )?;
        let after = Record {
            version,
            ..record.clone()
        };
        same("the record", &scene.record(ASHA)?, &after)?;
    }
    Ok(())
}

/// A customer of whom much is known, in many scripts.
fn customer() -> Customer {
    let mut customer = Customer::new(i64::MAX);
    customer.first_name = "আশা 👩🏽‍🚀 \"O'Brien\" \\ %s $1 ?".to_owned();
    customer.timezone = Some(5.75);
    customer.bot_enabled = false;
    customer.created_at = Some(Timestamp::from_microseconds(1_603_176_101_039_735));
    customer.set_attribute("nul", "before\u{0}after");
    customer.set_attribute("loyalty-balance", Value::from(2450));
    customer.set_attribute("vip", true);
    customer.set_attribute("long", "ö".repeat(40_000));
    customer.set_attribute("a", "behind z is a");
    customer
}

fn distinguished(scene: &Scene<'_>) -> Result<(), Broken> {
    let names = [
        "a",
        "A",
        "a ",
        "a/1",
        "a/1/0",
        "a%",
        "a_",
        "é",
        "e\u{301}",
        "'; --",
        &"x".repeat(512),
    ];
    for (uid, name) in (1..).zip(names) {
        let saved = scene.store.save(name, &Record::new(Customer::new(uid)))?;
        same(&format!("the first save of `{name}`"), &saved, &Saved::Version(1))?;
    }
    for (uid, name) in (1..).zip(names) {
        same(
            &format!("the customer of `{name}`"),
            &scene.record(name)?.customer.uid,
            &uid,
        )?;
    }
    Ok(())
}

fn second_conflicts(scene: &Scene<'_>) -> Result<(), Broken> {
    same(
        "a first save",
        &scene.store.save(ASHA, &Record::new(Customer::new(1)))?,
        &Saved::Version(1),
    )?;
    let (mut one, mut other) = (scene.record(ASHA)?, scene.record(ASHA)?);
    one.customer.first_name = "Asha".to_owned();
    other.customer.first_name = "Bela".to_owned();
    same(
        "the save of the one",
        &scene.store.save(ASHA, &one)?,
        &Saved::Version(2),
    )?;
    same(
        "the save of the other",
        &scene.store.save(ASHA, &other)?,
        &Saved::Conflict,
    )?;
    let stored = scene.record(ASHA)?;
    same(
        "the name after a conflict",
        &stored.customer.first_name,
        &"Asha".to_owned(),
    )?;
    same("the version after a conflict", &stored.version, &2)?;
    for version in [3, u64::MAX] {
        let ahead = Record {
            version,
            ..stored.clone()
        };
        let saved = scene.store.save(ASHA, &ahead)?;
        same(
            &format!("a save over version {version}, which is to come"),
            &saved,
            &Saved::Conflict,
        )?;
    }
    let elsewhere = scene.store.save(BELA, &stored)?;
    same(
        "a save of version 2 of a conversation that is not there",
        &elsewhere,
        &Saved::Conflict,
    )
}

fn made_once(scene: &Scene<'_>) -> Result<(), Broken> {
    same(
        "a first save",
        &scene.store.save(ASHA, &Record::new(Customer::new(1)))?,
        &Saved::Version(1),
    )?;
    let again = scene.store.save(ASHA, &Record::new(Customer::new(2)))?;
    same("a second save of version 0", &again, &Saved::Conflict)?;
    same(
        "the customer after a conflict",
        &scene.record(ASHA)?.customer.uid,
        &1,
    )
}

fn bad_names(scene: &Scene<'_>) -> Result<(), Broken> {
    for name in ["", &"x".repeat(513), "a\u{0}b", "a\nb"] {
        let told = [
            scene.store.receive(name, &Input::text("Hi")).err(),
            scene.store.receive(ASHA, &Input::text("Hi").with_id(name)).err(),
            scene.store.save(name, &Record::new(Customer::new(1))).err(),
            scene.store.load(name).err(),
            scene.store.claim(Some(name), LONG).err(),
            scene.store.deliveries(Some(name), LONG).err(),
            scene.store.forget(name).err(),
        ];
        let refused = |error: &Option<crate::Error>| {
            error
                .as_ref()
                .is_some_and(|error| error.kind() == ErrorKind::Name)
        };
        holds(
            told.iter().all(refused),
            format!(
                "`{}` as a name of a conversation or an input: {told:?}",
                name.escape_debug()
            ),
        )?;
    }
    scene.nothing_to_claim("every input was refused for its name")?;
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    scene.commit(&claim, &says(&[])).map(|_| ())?;
    same(
        "the session of a turn",
        &scene.record(ASHA)?.session,
        &Session::new(),
    )
}

fn unwritable(scene: &Scene<'_>) -> Result<(), Broken> {
    let nowhere = Input {
        kind: InputKind::Location {
            latitude: f64::NAN,
            longitude: 0.0,
        },
        ..Input::start()
    };
    let mut deep = serde_json::Value::Null;
    for _ in 0..70 {
        deep = serde_json::Value::Array(vec![deep]);
    }
    let mut customer = Customer::new(7);
    customer.set_attribute("crm", Value::Json(deep));
    let refused = |what: &str, error: Option<crate::Error>| {
        let is_told = error
            .as_ref()
            .is_some_and(|error| error.kind() == ErrorKind::Unwritable);
        holds(is_told, format!("{what}: {error:?}"))
    };
    refused(
        "a place that is no number, received",
        scene.store.receive(ASHA, &nowhere).err(),
    )?;
    scene.nothing_to_claim("the only input was refused")?;
    refused(
        "seventy lists in each other, saved",
        scene.store.save(ASHA, &Record::new(customer.clone())).err(),
    )?;
    same("the record after a refused save", &scene.store.load(ASHA)?, &None)?;

    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    let changes = [
        Changes {
            customer,
            ..says(&["one"])
        },
        Changes {
            outbox: vec![Outgoing::LeftAlone(nowhere)],
            ..says(&[])
        },
    ];
    for changes in changes {
        refused(
            "a turn with one of these, committed",
            scene.store.commit(&claim, &changes).err(),
        )?;
    }
    same(
        "the record after refused commits",
        &scene.store.load(ASHA)?,
        &None,
    )?;
    same(
        "the outbox after refused commits",
        &scene.deliveries(ASHA, LONG)?.len(),
        &0,
    )?;
    scene.commit(&claim, &says(&[])).map(|_| ())
}

fn clock(scene: &Scene<'_>) -> Result<(), Broken> {
    let mut before = scene.store.now()?;
    for _ in 0..100 {
        let now = scene.store.now()?;
        holds(
            now >= before,
            format!("`now` was {before}, and is {now} afterwards"),
        )?;
        before = now;
    }
    scene.wait_past(before)
}
