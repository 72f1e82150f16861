//! Everything at once: threads that receive, save, claim, die and deliver.

use std::collections::BTreeMap;
use std::slice;
use std::sync::Mutex;
use std::thread;

use sayflow::{Customer, Input, InputKind};

use super::Check;
use super::scene::{ASHA, Broken, LONG, SHORT, Scene, holds, same, says, texts};
use crate::record::{Delivery, Received, Record, Saved};

pub(super) const CHECKS: &[Check] = &[
    (
        "an input that is received by many at once is taken once",
        received_at_once,
    ),
    ("of many who save at once, one does", saved_at_once),
    (
        "of many who deliver at once, one is given a row",
        delivered_at_once,
    ),
    (
        "many workers, some of whom die, handle every input once and in order",
        worked_at_once,
    ),
];

const THREADS: u32 = 4;
const CONVERSATIONS: usize = 8;
const INPUTS: usize = 6;

/// Does the same in several threads; what each gives back, in no order.
pub(super) fn at_once<T: Send>(work: impl Fn(u32) -> Result<T, Broken> + Sync) -> Result<Vec<T>, Broken> {
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 1..=THREADS {
            let (work, results) = (&work, &results);
            scope.spawn(move || {
                let result = work(number);
                if let Ok(mut results) = results.lock() {
                    results.push(result);
                }
            });
        }
    });
    let results = results.into_inner();
    results.unwrap_or_default().into_iter().collect()
}

fn received_at_once(scene: &Scene<'_>) -> Result<(), Broken> {
    let input = |number: usize| Input::text("Hi").with_id(format!("m-{number}"));
    for number in 0..20 {
        let received = at_once(|_| Ok(scene.store.receive(ASHA, &input(number))?))?;
        let new = received
            .iter()
            .filter(|received| **received == Received::New)
            .count();
        same(
            "how many of four threads were told that an input is new",
            &new,
            &1,
        )?;
    }
    for number in 0..20 {
        let claim = scene.claim(LONG)?;
        same("the input that is next", &claim.input.id, &input(number).id)?;
        scene.commit(&claim, &says(&[]))?;
    }
    scene.nothing_to_claim("every input was handled")
}

fn saved_at_once(scene: &Scene<'_>) -> Result<(), Broken> {
    for version in 0..20 {
        let saved = at_once(|number| {
            let record = Record {
                version,
                ..Record::new(Customer::new(number.into()))
            };
            Ok((number, scene.store.save(ASHA, &record)?))
        })?;
        let winners: Vec<_> = saved
            .iter()
            .filter(|(_, saved)| *saved != Saved::Conflict)
            .collect();
        let [(number, _)] = winners.as_slice() else {
            return Err(Broken(format!(
                "four threads saved over version {version}: {saved:?}"
            )));
        };
        same(
            "whose customer is stored",
            &scene.record(ASHA)?.customer.uid,
            &i64::from(*number),
        )?;
    }
    Ok(())
}

fn delivered_at_once(scene: &Scene<'_>) -> Result<(), Broken> {
    for number in 0..20 {
        scene.said(&format!("c-{number}"), &["one", "two"])?;
    }
    let given = at_once(|_| {
        let mut rows: Vec<Delivery> = Vec::new();
        loop {
            let more = scene.store.deliveries(None, LONG)?;
            // Far more than there are: they are handed out again and again.
            if more.is_empty() || rows.len() > 1_000 {
                return Ok(rows);
            }
            rows.extend(more);
        }
    })?;
    let mut keys: Vec<String> = given.into_iter().flatten().map(|row| row.key).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    same(
        "how many rows were handed out, and how many of them differ",
        &(all, keys.len()),
        &(40, 40),
    )
}

/// What becomes of a worker between its claim and its commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Works,
    Dies,
    /// It is held up until its lease has ended, and commits nevertheless.
    ComesLate,
}

/// Each turn adds its input to an attribute.
fn worked_at_once(scene: &Scene<'_>) -> Result<(), Broken> {
    let name = |number: usize| format!("c-{number}");
    at_once(|_| {
        for (input, conversation) in (0..INPUTS).flat_map(|input| (0..CONVERSATIONS).map(move |c| (input, c)))
        {
            let id = format!("m-{input}");
            scene
                .store
                .receive(&name(conversation), &Input::text(&*id).with_id(&*id))?;
            let fate = match (input + conversation) % 3 {
                0 => Fate::Works,
                1 => Fate::Dies,
                _ => Fate::ComesLate,
            };
            work(scene, fate)?;
        }
        Ok(())
    })?;
    // Whatever is left, with nobody dying.
    let mut looks = 0;
    while !is_done(scene, &name)? {
        looks += 1;
        holds(looks < 1_000, "inputs wait, and nothing is handed out any more")?;
        work(scene, Fate::Works)?;
        scene.wait_for(SHORT)?;
    }
    let expected: String = (0..INPUTS).map(|input| format!("m-{input} ")).collect();
    let mut rows = BTreeMap::<String, Vec<String>>::new();
    for _ in 0..=CONVERSATIONS {
        let more = scene.store.deliveries(None, LONG)?;
        for row in more {
            let said = texts(slice::from_ref(&row)).concat();
            rows.entry(row.conversation).or_default().push(said);
        }
    }
    for conversation in (0..CONVERSATIONS).map(name) {
        let seen = handled(&scene.record(&conversation)?);
        same(
            &format!("the inputs that `{conversation}` has handled"),
            &seen,
            &expected,
        )?;
        let said: String = rows
            .get(&conversation)
            .into_iter()
            .flatten()
            .map(|text| format!("{text} "))
            .collect();
        same(&format!("the rows of `{conversation}`"), &said, &expected)?;
    }
    Ok(())
}

fn is_done(scene: &Scene<'_>, name: &impl Fn(usize) -> String) -> Result<bool, Broken> {
    for conversation in (0..CONVERSATIONS).map(name) {
        let turns = scene
            .store
            .load(&conversation)?
            .map_or(0, |record| record.version);
        if turns < INPUTS as u64 {
            return Ok(false);
        }
    }
    Ok(true)
}

fn handled(record: &Record) -> String {
    record
        .customer
        .attribute("handled")
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// One claim, and a commit unless the worker dies.
fn work(scene: &Scene<'_>, fate: Fate) -> Result<(), Broken> {
    let lease = if fate == Fate::Works { LONG } else { SHORT };
    let Some(claim) = scene.store.claim(None, lease)? else {
        return Ok(());
    };
    let record = claim
        .record
        .clone()
        .unwrap_or_else(|| Record::new(Customer::new(7)));
    let InputKind::Text(text) = &claim.input.kind else {
        return Err(Broken(format!(
            "texts were received, and {:?} was claimed",
            claim.input.kind
        )));
    };
    let mut changes = says(&[text]);
    changes
        .customer
        .set_attribute("handled", format!("{}{text} ", handled(&record)));
    match fate {
        Fate::Works => scene.commit(&claim, &changes).map(|_| ()),
        Fate::Dies => Ok(()),
        Fate::ComesLate => {
            scene.wait_for(SHORT)?;
            // Written or not: what counts is the sum.
            let (Saved::Version(_) | Saved::Conflict) = scene.store.commit(&claim, &changes)?;
            Ok(())
        }
    }
}
