//! Timers: never early, once, and gone when they are replaced.

use sayflow::{Customer, InputKind, NoCalls};

use super::Check;
use super::scene::{ASHA, BELA, Broken, LONG, SHORT, Scene, engine, holds, rings, same, says, waiting_since};
use crate::record::{Changes, Claim, Record, Saved};
use crate::worker::{Did, Worker};

pub(super) const CHECKS: &[Check] = &[
    ("a timer does not ring early", not_early),
    (
        "a timer rings with the moment that the session waits for",
        rings_as_asked,
    ),
    ("a timer rings once", once),
    ("a timer rings again where its worker died", again),
    ("a timer that a turn does not set anew is unset", unset),
    (
        "a timer that is set anew does not ring at its former moment",
        set_anew,
    ),
    ("what came first is done first, input or timer", first_come),
    ("a timer that is refused is unset", refused),
    ("a save sets the timer that its session waits for", saved),
    (
        "a save of a session that waits as before leaves its timer alone",
        saved_as_before,
    ),
    (
        "a turn that asks nothing anew leaves the timer as it was set",
        not_asked_anew,
    ),
    (
        "a timer that changes nothing does not ring again, and others are served",
        left_alone,
    ),
    (
        "a claim with nothing left in it is no attempt and holds up nobody",
        emptied,
    ),
];

/// A conversation whose timer has rung or will: the claim of an input and its commit.
fn set(scene: &Scene<'_>, changes: &Changes) -> Result<(), Broken> {
    scene.store.receive(ASHA, &sayflow::Input::text("Hi"))?;
    let claim = scene.claim(LONG)?;
    scene.commit(&claim, changes).map(|_| ())
}

/// A conversation whose timer rings now.
fn set_now(scene: &Scene<'_>) -> Result<(), Broken> {
    let now = scene.store.now()?;
    let changes = Changes {
        session: waiting_since(now)?,
        ..rings(now)
    };
    set(scene, &changes)
}

fn is_timer(claim: &Claim) -> Result<(), Broken> {
    let silence = matches!(claim.input.kind, InputKind::NoReply(_));
    holds(
        silence && claim.entry.is_none(),
        format!(
            "expected a timer, claimed {:?} with the number {:?}",
            claim.input.kind, claim.entry
        ),
    )
}

fn not_early(scene: &Scene<'_>) -> Result<(), Broken> {
    let due = scene.store.now()? + LONG;
    set(scene, &rings(due))?;
    scene.nothing_to_claim(&format!("the timer rings {due}"))?;
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    same(
        "what is claimed before the timer rings",
        &claim.input.id.as_deref(),
        &Some("m-1"),
    )?;
    // One that is near.
    let near = scene.store.now()? + SHORT;
    scene.commit(
        &claim,
        &Changes {
            session: waiting_since(near)?,
            ..rings(near)
        },
    )?;
    // As closely before and after the moment as calls can be.
    for _ in 0..100_000 {
        let before = scene.store.now()?;
        if let Some(claim) = scene.store.claim(None, LONG)? {
            is_timer(&claim)?;
            return holds(
                claim.now >= near,
                format!("the timer rings {near}, and was claimed {}", claim.now),
            );
        }
        holds(
            before < near,
            format!("the timer rings {near}, and was not claimed {before}"),
        )?;
    }
    Err(Broken(format!(
        "the timer rings {near}, and the clock does not come there"
    )))
}

fn rings_as_asked(scene: &Scene<'_>) -> Result<(), Broken> {
    let ring = scene.store.now()?;
    let session = waiting_since(ring)?;
    let due = session.wait().due;
    // It rings at the moment of the changes, which is not that of the session: the input had waited.
    set(
        scene,
        &Changes {
            session,
            ..rings(ring)
        },
    )?;
    let claim = scene.claim(LONG)?;
    is_timer(&claim)?;
    same(
        "the moment that is reported",
        &claim.input.kind,
        &InputKind::NoReply(due),
    )?;
    same("the moment of the input", &claim.input.now, &claim.now)?;
    holds(claim.input.id.is_some(), "a timer was claimed without an id")
}

fn once(scene: &Scene<'_>) -> Result<(), Broken> {
    set_now(scene)?;
    let claim = scene.claim(LONG)?;
    scene.nothing_to_claim("the timer is claimed")?;
    scene.commit(&claim, &says(&["Still there?"]))?;
    scene.nothing_to_claim("the timer has rung")
}

fn again(scene: &Scene<'_>) -> Result<(), Broken> {
    set_now(scene)?;
    let first = scene.claim(SHORT)?;
    scene.wait_for(SHORT)?;
    let again = scene.claim(LONG)?;
    is_timer(&again)?;
    same("its kind", &again.input.kind, &first.input.kind)?;
    same("its id", &again.input.id, &first.input.id)?;
    same("the attempt", &again.attempt, &2)
}

fn unset(scene: &Scene<'_>) -> Result<(), Broken> {
    let near = scene.store.now()? + SHORT;
    set(
        scene,
        &Changes {
            session: waiting_since(near)?,
            ..rings(near)
        },
    )?;
    scene.text(ASHA, "m-1")?;
    // Where the timer rang first, the input is next.
    for _ in 0..2 {
        let claim = scene.claim(LONG)?;
        scene.commit(&claim, &says(&[]))?;
        if claim.entry.is_some() {
            break;
        }
    }
    scene.wait_past(near)?;
    scene.nothing_to_claim("the timer was unset by the turn of an input")
}

fn set_anew(scene: &Scene<'_>) -> Result<(), Broken> {
    let far = scene.store.now()? + LONG;
    set(scene, &rings(far))?;
    set(scene, &rings(far + LONG))?;
    let near = scene.store.now()?;
    set(
        scene,
        &Changes {
            session: waiting_since(near)?,
            ..rings(near)
        },
    )?;
    let claim = scene.claim(LONG)?;
    is_timer(&claim)?;
    scene.commit(&claim, &rings(far))?;
    scene.nothing_to_claim("the timer was set anew for an hour later")
}

fn first_come(scene: &Scene<'_>) -> Result<(), Broken> {
    set_now(scene)?;
    let now = scene.store.now()?;
    scene.wait_past(now)?;
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    is_timer(&claim)?;
    scene.commit(&claim, &says(&[]))?;
    let claim = scene.claim(LONG)?;
    same(
        "what came behind the timer",
        &claim.input.id.as_deref(),
        &Some("m-1"),
    )?;

    // The other way round: another input arrived while the first had its turn, before the timer rings.
    scene.text(ASHA, "m-2")?;
    let arrived = scene.store.now()?;
    scene.wait_past(arrived)?;
    let ring = scene.store.now()?;
    scene.commit(
        &claim,
        &Changes {
            session: waiting_since(ring)?,
            ..rings(ring)
        },
    )?;
    let claim = scene.claim(LONG)?;
    same(
        "what came before the timer",
        &claim.input.id.as_deref(),
        &Some("m-2"),
    )
}

fn refused(scene: &Scene<'_>) -> Result<(), Broken> {
    set_now(scene)?;
    let claim = scene.claim(LONG)?;
    is_timer(&claim)?;
    scene.store.refuse(&claim, "nothing waits for it")?.written()?;
    scene.nothing_to_claim("the timer was refused")?;
    same("what was refused", &scene.store.refused(10)?.len(), &1)
}

fn saved(scene: &Scene<'_>) -> Result<(), Broken> {
    let now = scene.store.now()?;
    let past = sayflow::Timestamp::from_microseconds(now.as_microseconds() - 3_600_000_000);
    let mut record = Record::new(Customer::new(7));
    record.session = waiting_since(past)?;
    same(
        "a first save",
        &scene.store.save(ASHA, &record)?,
        &Saved::Version(1),
    )?;
    is_timer(&scene.claim(SHORT)?)?;
    scene.wait_for(SHORT)?;
    let quiet = Record {
        version: 1,
        ..Record::new(Customer::new(7))
    };
    same(
        "a save of a session that waits for nothing",
        &scene.store.save(ASHA, &quiet)?,
        &Saved::Version(2),
    )?;
    scene.nothing_to_claim("the session that was saved waits for nothing")
}

fn saved_as_before(scene: &Scene<'_>) -> Result<(), Broken> {
    let now = scene.store.now()?;
    let past = sayflow::Timestamp::from_microseconds(now.as_microseconds() - 3_600_000_000);
    let save = || {
        let mut record = scene.record(ASHA)?;
        record
            .customer
            .set_attribute("version", record.version.to_string());
        scene.store.save(ASHA, &record)?.written()
    };
    // The question went out an hour after the moment from which the session counts.
    set(
        scene,
        &Changes {
            session: waiting_since(past)?,
            ..rings(now + LONG)
        },
    )?;
    save()?;
    scene.nothing_to_claim("the timer rings in an hour, and the host saved the customer")?;
    // And one that was refused.
    set(
        scene,
        &Changes {
            session: waiting_since(past)?,
            ..rings(now)
        },
    )?;
    let claim = scene.claim(LONG)?;
    is_timer(&claim)?;
    scene.store.refuse(&claim, "nothing waits for it")?.written()?;
    save()?;
    scene.nothing_to_claim("the timer was refused, and the host saved the customer")
}

fn not_asked_anew(scene: &Scene<'_>) -> Result<(), Broken> {
    let now = scene.store.now()?;
    let past = sayflow::Timestamp::from_microseconds(now.as_microseconds() - 3_600_000_000);
    let ring = now + LONG;
    // The question went out an hour late, and a person has taken the customer over.
    let mut customer = Customer::new(7);
    customer.bot_enabled = false;
    set(
        scene,
        &Changes {
            session: waiting_since(past)?,
            customer,
            ..rings(ring)
        },
    )?;
    let (engine, newcomer) = (engine()?, |_: &str| Customer::new(7));
    let worker = Worker::new(scene.store, &engine, &NoCalls, &newcomer);
    for id in ["m-1", "m-2"] {
        scene.text(ASHA, id)?;
        let did = worker.work_on(ASHA)?;
        holds(
            matches!(did, Did::Turn { .. }),
            format!("the customer wrote, and the worker did {did:?}"),
        )?;
        scene.nothing_to_claim("the timer rings in an hour, and the customer wrote to a person")?;
    }
    scene.text(ASHA, "m-3")?;
    let claim = scene.claim(LONG)?;
    same("the timer that is set", &claim.ring, &Some(ring))?;
    scene.commit(&claim, &says(&[]))?;
    scene.text(ASHA, "m-4")?;
    let claim = scene.claim(LONG)?;
    same("the timer that a turn has unset", &claim.ring, &None)
}

fn left_alone(scene: &Scene<'_>) -> Result<(), Broken> {
    let now = scene.store.now()?;
    let past = sayflow::Timestamp::from_microseconds(now.as_microseconds() - 3_600_000_000);
    let mut record = Record::new(Customer::new(7));
    record.session = waiting_since(past)?;
    // A person has taken the customer over.
    record.customer.bot_enabled = false;
    scene.store.save(ASHA, &record)?.written()?;
    scene.text(BELA, "m-1")?;
    let (engine, newcomer) = (engine()?, |_: &str| Customer::new(8));
    let worker = Worker::new(scene.store, &engine, &NoCalls, &newcomer);
    let mut served = Vec::new();
    for _ in 0..4 {
        match worker.work()? {
            Did::Turn { conversation, .. }
            | Did::Refused { conversation, .. }
            | Did::Overtaken { conversation } => served.push(conversation),
            Did::Nothing => {}
        }
    }
    served.sort();
    same(
        "whose turns are done where a timer rings in vain and an input waits",
        &served,
        &vec![ASHA.to_owned(), BELA.to_owned()],
    )
}

fn emptied(scene: &Scene<'_>) -> Result<(), Broken> {
    // The host saves a session that waits for nothing: while the timer is claimed, and when its worker has died.
    for has_died in [false, true] {
        set_now(scene)?;
        is_timer(&scene.claim(SHORT)?)?;
        if has_died {
            scene.wait_for(SHORT)?;
        }
        let mut record = scene.record(ASHA)?;
        record.session = sayflow::Session::new();
        scene.store.save(ASHA, &record)?.written()?;
        scene.wait_for(SHORT)?;
        let other = format!("{BELA}/{has_died}");
        scene.text(&other, "m-1")?;
        same(
            "who is claimed behind a timer that was taken back",
            &scene.claim(LONG)?.conversation,
            &other,
        )?;
        for _ in 0..3 {
            let taken_back = scene.store.claim(Some(ASHA), SHORT)?;
            same("a claim of a timer that was taken back", &taken_back, &None)?;
            scene.wait_for(SHORT)?;
        }
        scene.store.receive(ASHA, &sayflow::Input::text("Hi"))?;
        let claim = scene.claim(LONG)?;
        same("the attempt at the first input behind it", &claim.attempt, &1)?;
        scene.commit(&claim, &says(&[]))?;
    }
    Ok(())
}
