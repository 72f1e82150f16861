//! Customers who are forgotten: nothing of them is left, and nothing of before comes again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use sayflow::{Customer, Input};

use super::Check;
use super::scene::{ASHA, BELA, Broken, LONG, Scene, holds, rings, same, says, texts, waiting_since};
use super::threads::at_once;
use crate::record::{Changes, Received, Record, Saved};

pub(super) const CHECKS: &[Check] = &[
    (
        "of a customer who was forgotten nothing is left, and everything of others",
        nothing_left,
    ),
    (
        "keys of a customer who was forgotten never come again",
        other_keys,
    ),
    ("who still had a customer who was forgotten writes nothing", late),
    (
        "a message of a customer who was forgotten is a first one",
        begins_anew,
    ),
    (
        "a message that arrives while its customer is forgotten does not wait for ever",
        meanwhile,
    ),
];

/// A conversation with something of everything: a record, rows of which one is delivered, an input that was refused, one
/// that waits, and a timer that has rung.
fn lived(scene: &Scene<'_>, conversation: &str) -> Result<(), Broken> {
    for id in ["m-1", "m-2", "m-3"] {
        scene.text(conversation, id)?;
    }
    let refused = scene.claim_of(conversation, LONG)?;
    scene.store.refuse(&refused, "no")?.written()?;
    let claim = scene.claim_of(conversation, LONG)?;
    let now = scene.store.now()?;
    let changes = Changes {
        session: waiting_since(now)?,
        ring: rings(now).ring,
        ..says(&["delivered", "waiting"])
    };
    scene.commit(&claim, &changes)?;
    let rows = scene.deliveries(conversation, LONG)?;
    rows.first()
        .map_or(Ok(()), |row| Ok(scene.store.delivered(&row.key)?))
}

fn nothing_left(scene: &Scene<'_>) -> Result<(), Broken> {
    // One whose name begins like the other's, as keys of rows do.
    let others = [BELA.to_owned(), format!("{ASHA}/1")];
    for conversation in others.iter().map(String::as_str).chain([ASHA]) {
        lived(scene, conversation)?;
    }
    scene.store.forget("nobody")?;
    scene.store.forget(ASHA)?;
    same("the record", &scene.store.load(ASHA)?, &None)?;
    same(
        "what is to be done, although an input waited and a timer had rung",
        &scene.store.claim(Some(ASHA), LONG)?,
        &None,
    )?;
    same(
        "what is to be delivered",
        &scene.deliveries(ASHA, LONG)?,
        &Vec::new(),
    )?;
    let refused = scene.store.refused(10)?;
    let refused: BTreeSet<&str> = refused.iter().map(|refused| &*refused.conversation).collect();
    let expected = others.iter().map(String::as_str).collect();
    same("whose inputs were refused", &refused, &expected)?;
    for id in ["m-1", "m-2", "m-3"] {
        scene.text(ASHA, id)?;
    }
    for other in &others {
        scene.record(other)?;
        scene.repeat(other, "m-1", "after somebody else was forgotten")?;
        scene.claim_of(other, LONG)?;
    }
    Ok(())
}

fn other_keys(scene: &Scene<'_>) -> Result<(), Broken> {
    let mut seen = BTreeSet::new();
    for round in 0..3 {
        scene.said(ASHA, &["one"])?;
        scene.said(ASHA, &["two"])?;
        let rows = scene.deliveries(ASHA, LONG)?;
        same("the rows", &texts(&rows), &vec!["one", "two"])?;
        for row in rows {
            let key = row.key.clone();
            holds(
                seen.insert(row.key),
                format!("forgotten {round} times, and the key `{key}` again"),
            )?;
        }
        scene.store.forget(ASHA)?;
    }
    // Whoever was delivering says so later.
    scene.said(ASHA, &["three"])?;
    for key in &seen {
        scene.store.delivered(key)?;
    }
    let rows = scene.deliveries(ASHA, LONG)?;
    same(
        "the rows after those of before are delivered",
        &texts(&rows),
        &vec!["three"],
    )
}

fn late(scene: &Scene<'_>) -> Result<(), Broken> {
    // In the first turn, and in one that began from a record.
    for id in ["m-1", "m-2"] {
        scene.text(ASHA, id)?;
        let late = scene.claim(LONG)?;
        scene.store.forget(ASHA)?;
        scene.commit_in_vain(&late, &says(&["late"]), "the customer was forgotten")?;
        scene.text(ASHA, id)?;
        let current = scene.claim(LONG)?;
        scene.commit_in_vain(
            &late,
            &says(&["late"]),
            "the customer was forgotten and has written again",
        )?;
        let refusal = scene.store.refuse(&late, "late")?;
        same(
            "a refusal of an input that was forgotten",
            &refusal,
            &Saved::Conflict,
        )?;
        scene.commit(&current, &says(&[]))?;
        same(
            "what is to be delivered",
            &scene.deliveries(ASHA, LONG)?,
            &Vec::new(),
        )?;
    }
    let before = scene.record(ASHA)?;
    scene.store.forget(ASHA)?;
    let saved = scene.store.save(ASHA, &before)?;
    same("a save of what was forgotten", &saved, &Saved::Conflict)?;
    same("the record after it", &scene.store.load(ASHA)?, &None)
}

fn begins_anew(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    let before = scene.claim(LONG)?;
    scene.commit(&before, &says(&["one"]))?;
    scene.store.forget(ASHA)?;
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    same("the record in the first claim", &claim.record, &None)?;
    same("its attempt", &claim.attempt, &1)?;
    holds(
        claim.fence > before.fence,
        format!("the fence was {}, and is {}", before.fence, claim.fence),
    )?;
    let version = scene.commit(&claim, &says(&["one"]))?;
    let mut record = scene.record(ASHA)?;
    same("the version of the record", &record.version, &version)?;
    record.customer.first_name = "Asha".to_owned();
    scene.store.save(ASHA, &record)?.written()?;
    same(
        "the name that was saved",
        &scene.record(ASHA)?.customer.first_name,
        &record.customer.first_name,
    )?;

    // Or the host knows the customer first.
    scene.store.forget(ASHA)?;
    let version = scene
        .store
        .save(ASHA, &Record::new(Customer::new(8)))?
        .written()?;
    let record = scene.record(ASHA)?;
    same(
        "version and number of a customer who is saved anew",
        &(record.version, record.customer.uid),
        &(version, 8),
    )?;
    scene.said(ASHA, &["two"])?;
    same("the rows", &texts(&scene.deliveries(ASHA, LONG)?), &vec!["two"])
}

/// Two receive, one works, one forgets.
fn meanwhile(scene: &Scene<'_>) -> Result<(), Broken> {
    const TIMES: u32 = 10;
    const AT_MOST: u32 = 100;
    let is_over = AtomicBool::new(false);
    let pause = || thread::sleep(Duration::from_millis(1));
    let input = |id: &str| Input::text("Hi").with_id(id);
    let work = || {
        let Some(claim) = scene.store.claim(Some(ASHA), LONG)? else {
            return Ok(None);
        };
        let saved = scene.store.commit(&claim, &says(&[]))?;
        let id = claim.input.id.filter(|_| saved != Saved::Conflict);
        Ok::<_, Broken>(Some(id))
    };
    let seen = at_once(|number| {
        let (mut received, mut handled) = (Vec::new(), Vec::new());
        match number {
            1 => {
                for _ in 0..TIMES {
                    pause();
                    // Over also where it fails: the others do not wait for it.
                    if let Err(error) = scene.store.forget(ASHA) {
                        is_over.store(true, Ordering::Relaxed);
                        return Err(error.into());
                    }
                }
                is_over.store(true, Ordering::Relaxed);
            }
            2 => {
                while !is_over.load(Ordering::Relaxed) {
                    handled.extend(work()?.flatten());
                    pause();
                }
            }
            _ => {
                for message in 0..AT_MOST {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let id = format!("m-{number}-{message}");
                    scene.store.receive(ASHA, &input(&id))?;
                    received.push(id);
                    pause();
                }
            }
        }
        Ok((received, handled))
    })?;
    let (received, handled): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
    let mut handled: BTreeSet<String> = handled.into_iter().flatten().collect();
    while let Some(id) = work()? {
        handled.extend(id);
    }
    for id in received.into_iter().flatten() {
        // Forgotten, or handled.
        let is_new = scene.store.receive(ASHA, &input(&id))? == Received::New;
        holds(
            is_new || handled.contains(&id),
            format!(
                "`{id}` arrived while its customer was forgotten: its id is known, and nobody is given it"
            ),
        )?;
    }
    Ok(())
}
