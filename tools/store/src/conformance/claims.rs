//! Claims: one worker at a time, and nothing written by who is late.

use sayflow::{Customer, Input, Timestamp};

use super::Check;
use super::scene::{ASHA, BELA, Broken, LONG, SHORT, Scene, holds, rings, same, says, texts, waiting_since};
use crate::record::{Changes, Received, Record, Saved};

pub(super) const CHECKS: &[Check] = &[
    (
        "nobody else claims a conversation before its lease ends",
        exclusive,
    ),
    (
        "a conversation is claimed again when its lease has ended",
        claimed_again,
    ),
    (
        "leases of second attempts do not all last alike, and none is shorter than was asked",
        apart,
    ),
    ("who was late writes nothing", late),
    ("who was late and not overtaken writes", late_and_alone),
    ("a claim is committed once", committed_once),
    (
        "a turn does not write over what the host saved meanwhile",
        saved_meanwhile,
    ),
    ("a save begins the count of attempts anew", saved_after_attempts),
    (
        "a claim whose attempt is taken back rests, and is counted no more",
        taken_back,
    ),
    ("everything that a turn changed is there after its commit", whole),
    ("nothing of a turn is there before its commit", nothing_before),
    (
        "a conversation whose turns fail does not hold up another",
        not_held_up,
    ),
    ("a conversation is claimed by its name", by_name),
];

fn exclusive(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    scene.nothing_to_claim("the only conversation is claimed")?;
    scene.text(ASHA, "m-2")?;
    scene.nothing_to_claim("the only conversation is claimed, and has got another input")?;
    let by_name = scene.store.claim(Some(ASHA), LONG)?;
    holds(
        by_name.is_none(),
        "a conversation that is claimed was claimed by its name",
    )?;
    scene.text(BELA, "m-1")?;
    same(
        "who is claimed beside the first",
        &scene.claim(LONG)?.conversation.as_str(),
        &BELA,
    )?;
    scene.commit(&claim, &says(&[]))?;
    same(
        "who is claimed after the first commit",
        &scene.claim(LONG)?.conversation.as_str(),
        &ASHA,
    )
}

fn claimed_again(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    let first = scene.claim(SHORT)?;
    same("the attempt", &first.attempt, &1)?;
    scene.wait_for(SHORT)?;
    let again = scene.claim(LONG)?;
    same("the input of the second attempt", &again.input, &first.input)?;
    same("the number of the input", &again.entry, &first.entry)?;
    same("the attempt", &again.attempt, &2)?;
    holds(
        again.fence > first.fence,
        format!("the fence was {}, and is {}", first.fence, again.fence),
    )?;
    scene.text(ASHA, "m-2")?;
    scene.commit(&again, &says(&[]))?;
    same("the attempt at the next input", &scene.claim(LONG)?.attempt, &1)
}

/// Several conversations are claimed a second time, and looked at until they can be claimed a third time. Of each lease it
/// is then known that it lasted longer than until the last look in vain, and no longer than until the next claim: where no
/// two of these spans are apart, all may have lasted alike, or somebody held up the looks.
fn apart(scene: &Scene<'_>) -> Result<(), Broken> {
    const ROUNDS: u32 = 8;
    let mut lease = 10 * SHORT;
    for round in 0..ROUNDS {
        let names: Vec<String> = (0..8).map(|number| format!("web:{round}{number}")).collect();
        for name in &names {
            scene.text(name, "m-1")?;
            scene.claim_of(name, SHORT)?;
        }
        scene.wait_for(SHORT)?;
        // When it was claimed, when it was looked for in vain, when it was claimed again.
        let mut leases = Vec::new();
        for name in &names {
            let claimed = scene.claim_of(name, lease)?.now;
            leases.push((name, claimed, claimed, None));
        }
        while leases.iter().any(|(.., again)| again.is_none()) {
            for (name, claimed, in_vain, again) in leases.iter_mut().filter(|(.., again)| again.is_none()) {
                let look = scene.store.now()?;
                holds(
                    look < *claimed + 100 * lease,
                    format!("claimed {claimed} for {lease:?}, and not again {look}"),
                )?;
                match scene.store.claim(Some(name), LONG)? {
                    Some(claim) => *again = Some(claim.now),
                    None => *in_vain = look,
                }
            }
        }
        let since =
            |claimed: Timestamp, moment: Timestamp| moment.as_microseconds() - claimed.as_microseconds();
        let mut longest_in_vain = 0;
        let mut shortest = i64::MAX;
        for (_, claimed, in_vain, again) in leases {
            let lasted = since(claimed, again.unwrap_or(claimed));
            holds(
                i128::from(lasted) >= lease.as_micros().cast_signed(),
                format!("leased for {lease:?}, and claimed again after {lasted} microseconds"),
            )?;
            longest_in_vain = longest_in_vain.max(since(claimed, in_vain));
            shortest = shortest.min(lasted);
        }
        if longest_in_vain > shortest {
            return Ok(());
        }
        lease = (2 * lease).min(50 * SHORT);
    }
    Err(Broken(format!(
        "eight conversations were claimed a second time, {ROUNDS} times over, and their leases may all have lasted alike"
    )))
}

fn late(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    let late = scene.claim(SHORT)?;
    scene.wait_for(SHORT)?;
    let current = scene.claim(LONG)?;
    scene.commit_in_vain(&late, &says(&["late"]), "another worker has the conversation")?;
    let refusal = scene.store.refuse(&late, "late")?;
    same(
        "a refusal while another worker has the conversation",
        &refusal,
        &Saved::Conflict,
    )?;
    same("what was refused", &scene.store.refused(10)?.len(), &0)?;
    scene.nothing_to_claim("a worker that was late gave back what is not its own")?;
    scene.commit(&current, &says(&["in time"]))?;
    scene.commit_in_vain(&late, &says(&["late"]), "another worker has done the turn")?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same("the outbox", &texts(&rows), &vec!["in time"])?;
    scene.nothing_to_claim("the input was handled")
}

fn late_and_alone(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(SHORT)?;
    scene.wait_for(SHORT)?;
    scene.commit(&claim, &says(&[]))?;
    scene.nothing_to_claim("the input was handled")
}

fn committed_once(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    scene.text(ASHA, "m-2")?;
    let claim = scene.claim(LONG)?;
    scene.commit(&claim, &says(&["once"]))?;
    scene.commit_in_vain(&claim, &says(&["twice"]), "the claim has ended with its commit")?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same("the outbox", &texts(&rows), &vec!["once"])?;
    same(
        "the next input",
        &scene.claim(LONG)?.input.id.as_deref(),
        &Some("m-2"),
    )
}

fn saved_meanwhile(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    // Twice: a conversation that is not there yet, and one that is.
    for version in 1..=2_u32 {
        let claim = scene.claim(LONG)?;
        let mut record = claim
            .record
            .clone()
            .unwrap_or_else(|| Record::new(Customer::new(7)));
        record.customer.set_attribute("saved", i64::from(version));
        let saved = scene.store.save(ASHA, &record)?;
        same(
            "a save during a turn",
            &saved,
            &Saved::Version(u64::from(version)),
        )?;
        scene.commit_in_vain(&claim, &says(&["overtaken"]), "the host saved the conversation")?;
        let stored = scene.record(ASHA)?;
        same(
            "the customer after the conflict",
            &stored.customer,
            &record.customer,
        )?;
        same(
            "the outbox after the conflict",
            &scene.deliveries(ASHA, LONG)?.len(),
            &0,
        )?;
    }
    let again = scene.claim(LONG)?;
    same(
        "the input that is claimed at once",
        &again.input.id.as_deref(),
        &Some("m-1"),
    )?;
    same("the attempt, as nobody failed", &again.attempt, &1)?;
    scene.commit(&again, &says(&["done"])).map(|_| ())
}

fn saved_after_attempts(scene: &Scene<'_>) -> Result<(), Broken> {
    let two_die = || {
        for attempt in 1..=2 {
            same("the attempt", &scene.claim(SHORT)?.attempt, &attempt)?;
            scene.wait_for(SHORT)?;
        }
        Ok::<(), Broken>(())
    };
    scene.text(ASHA, "m-1")?;
    two_die()?;
    let record = Record::new(Customer::new(7));
    scene.store.save(ASHA, &record)?.written()?;
    let claim = scene.claim_of(ASHA, LONG)?;
    same("the attempt after a save", &claim.attempt, &1)?;
    let now = scene.store.now()?;
    let changes = Changes {
        session: waiting_since(now)?,
        ..rings(now)
    };
    scene.commit(&claim, &changes)?;

    // The timer of a session that the host then lets begin anew, and another input.
    two_die()?;
    let record = scene.record(ASHA)?;
    let renewed = Record {
        session: record.session.renewed(),
        ..record
    };
    scene.store.save(ASHA, &renewed)?.written()?;
    scene.text(ASHA, "m-2")?;
    let claim = scene.claim_of(ASHA, LONG)?;
    same(
        "what is claimed behind a timer that was taken back, and its attempt",
        &(claim.input.id.as_deref(), claim.attempt),
        &(Some("m-2"), 1),
    )
}

fn taken_back(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    scene.text(ASHA, "m-2")?;
    let died = scene.claim(SHORT)?;
    scene.wait_for(SHORT)?;
    let claim = scene.claim(SHORT)?;
    same("the attempt", &claim.attempt, &2)?;
    scene.store.uncount(&claim)?;
    scene.store.uncount(&claim)?;
    scene.wait_for(SHORT)?;
    let again = scene.claim(LONG)?;
    same("the attempt behind one that was taken back", &again.attempt, &2)?;
    same("its input", &again.input, &claim.input)?;
    // Neither gives back a claim that is another's.
    for over in [&died, &claim, &again] {
        scene.store.uncount(over)?;
    }
    scene.nothing_to_claim("the lease of a claim whose attempt was taken back has not ended")?;
    scene.commit(&again, &says(&[]))?;
    scene.store.uncount(&again)?;
    let next = scene.claim(SHORT)?;
    scene.store.uncount(&again)?;
    scene.wait_for(SHORT)?;
    same(
        "the attempts at the next input",
        &(next.attempt, scene.claim(LONG)?.attempt),
        &(1, 2),
    )
}

fn whole(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(LONG)?;
    let mut changes = says(&["one", "two"]);
    let ring = scene.store.now()?;
    changes.ring = Some(ring);
    changes.session = waiting_since(ring)?;
    changes.customer.set_attribute("order_no", "AB-123456");
    let version = scene.commit(&claim, &changes)?;
    let record = scene.record(ASHA)?;
    same("the version", &(version, record.version), &(1, 1))?;
    same("the session", &record.session, &changes.session)?;
    same("the customer", &record.customer, &changes.customer)?;
    let rows = scene.deliveries(ASHA, LONG)?;
    same("the outbox", &texts(&rows), &vec!["one", "two"])?;
    let next = scene.claim(LONG)?;
    holds(
        next.entry.is_none(),
        "the timer was not set, or the input was not taken from the inbox",
    )?;
    same("the record in the next claim", &next.record, &Some(record))
}

fn nothing_before(scene: &Scene<'_>) -> Result<(), Broken> {
    scene.said(ASHA, &["before"])?;
    let rows = scene.deliveries(ASHA, LONG)?;
    for row in &rows {
        scene.store.delivered(&row.key)?;
    }
    let before = scene.record(ASHA)?;
    scene.text(ASHA, "m-1")?;
    let claim = scene.claim(SHORT)?;
    same("the record in a claim", &claim.record, &Some(before.clone()))?;
    // The worker dies.
    scene.wait_for(SHORT)?;
    same(
        "the record after a turn that was not committed",
        &scene.record(ASHA)?,
        &before,
    )?;
    same("the outbox after it", &scene.deliveries(ASHA, LONG)?.len(), &0)?;
    same(
        "the record in the next claim",
        &scene.claim(LONG)?.record,
        &Some(before),
    )
}

fn not_held_up(scene: &Scene<'_>) -> Result<(), Broken> {
    let sick = ["sick-1", "sick-2", "sick-3"];
    for conversation in sick {
        same(
            "an input",
            &scene.store.receive(conversation, &Input::text("Hi"))?,
            &Received::New,
        )?;
    }
    scene.text(BELA, "m-1")?;
    // Every turn fails, and every lease is over at once.
    let mut claimed = Vec::new();
    for _ in 0..8 {
        claimed.push(scene.claim(SHORT)?.conversation);
        scene.wait_for(SHORT)?;
    }
    let all = sick
        .iter()
        .chain(&[BELA])
        .all(|name| claimed.iter().any(|claimed| claimed == name));
    holds(
        all,
        format!("four conversations wait and fail, and eight claims were of {claimed:?}"),
    )
}

fn by_name(scene: &Scene<'_>) -> Result<(), Broken> {
    let unknown = scene.store.claim(Some(ASHA), LONG)?;
    same("a claim of a conversation that is not there", &unknown, &None)?;
    scene.text(ASHA, "m-1")?;
    scene.text(BELA, "m-1")?;
    let claim = scene.claim_of(BELA, LONG)?;
    same("who was claimed by name", &claim.conversation.as_str(), &BELA)?;
    scene.commit(&claim, &says(&[]))?;
    let idle = scene.store.claim(Some(BELA), LONG)?;
    same("a claim of a conversation with nothing to do", &idle, &None)
}
