//! The conformance suite finds what it is there to find: each promise is broken once, and noticed.

mod broken;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::thread;

use broken::{Broken, Fault};
use sayflow_store::conformance;

/// A fault, and the promise that is broken by it before all others.
const TABLE: &[(Fault, &str)] = &[
    (
        Fault::InventsRecords,
        "a conversation that nobody wrote is absent",
    ),
    (Fault::CutsTexts, "a record comes back as it was saved"),
    (
        Fault::IgnoresCase,
        "conversations are distinguished by every byte of their names",
    ),
    (
        Fault::OverwritesOnSave,
        "of two who loaded the same version, the second does not save",
    ),
    (Fault::OverwritesOnSave, "a new conversation is made once"),
    (Fault::OverwritesOnSave, "of many who save at once, one does"),
    (
        Fault::TakesAnyName,
        "a name that is empty, too long or holds a control character is refused",
    ),
    (
        Fault::TakesWhatNobodyReads,
        "what could not be read again is refused, and nothing of it is kept",
    ),
    (Fault::ClockGoesBack, "the clock never goes back"),
    (Fault::TrimsInputs, "an input comes back as it was received"),
    (
        Fault::TakesClaimedForDone,
        "an input waits until its turn is over",
    ),
    (
        Fault::SaysThatEverythingWaits,
        "an input waits until its turn is over",
    ),
    (
        Fault::KeepsTheSendersClock,
        "an input is stamped with the store's clock",
    ),
    (
        Fault::GivesNewIds,
        "an input without an id has one of the store, the same at each attempt",
    ),
    (
        Fault::TakesTheSameTextForTheSame,
        "inputs without an id are all new",
    ),
    (
        Fault::ForgetsIds,
        "an id that the conversation has had is recognised",
    ),
    (
        Fault::ForgetsIds,
        "an input that is received by many at once is taken once",
    ),
    (
        Fault::SwapsInputs,
        "inputs are claimed in the order in which they were received",
    ),
    (
        Fault::LosesRefused,
        "an input that is refused leaves its place to the next and can be read",
    ),
    (
        Fault::PrunesEverything,
        "pruning forgets what was handled, and only that",
    ),
    (
        Fault::CountsRefusedTwice,
        "pruning counts each input and each row once, refused or not",
    ),
    (
        Fault::NoLease,
        "nobody else claims a conversation before its lease ends",
    ),
    (
        Fault::NoLeaseAndNoFence,
        "many workers, some of whom die, handle every input once and in order",
    ),
    (
        Fault::NeverEndsALease,
        "a conversation is claimed again when its lease has ended",
    ),
    (
        Fault::EndsLeasesTogether,
        "leases of second attempts do not all last alike, and none is shorter than was asked",
    ),
    (Fault::NoFence, "who was late writes nothing"),
    (Fault::RefusesTheLate, "who was late and not overtaken writes"),
    (Fault::HidesConflicts, "a claim is committed once"),
    (
        Fault::OverwritesOnCommit,
        "a turn does not write over what the host saved meanwhile",
    ),
    (
        Fault::CountsOnAfterSaves,
        "a save begins the count of attempts anew",
    ),
    (
        Fault::CountsWhatIsTakenBack,
        "a claim whose attempt is taken back rests, and is counted no more",
    ),
    (
        Fault::LosesOutbox,
        "everything that a turn changed is there after its commit",
    ),
    (Fault::WritesEarly, "nothing of a turn is there before its commit"),
    (
        Fault::SickFirst,
        "a conversation whose turns fail does not hold up another",
    ),
    (
        Fault::IgnoresNamesInClaims,
        "a conversation is claimed by its name",
    ),
    (Fault::RingsEarly, "a timer does not ring early"),
    (
        Fault::RingsWithoutItsMoment,
        "a timer rings with the moment that the session waits for",
    ),
    (Fault::RingsForever, "a timer rings once"),
    (
        Fault::RingsForever,
        "a timer that changes nothing does not ring again, and others are served",
    ),
    (
        Fault::RingsOnceWhateverComes,
        "a timer rings again where its worker died",
    ),
    (
        Fault::KeepsTimers,
        "a timer that a turn does not set anew is unset",
    ),
    (
        Fault::FirstTimerWins,
        "a timer that is set anew does not ring at its former moment",
    ),
    (Fault::RingsLate, "what came first is done first, input or timer"),
    (Fault::LosesRefused, "a timer that is refused is unset"),
    (
        Fault::SavesNoTimer,
        "a save sets the timer that its session waits for",
    ),
    (
        Fault::SavesTimersAnew,
        "a save of a session that waits as before leaves its timer alone",
    ),
    (
        Fault::ClaimsWithoutTimers,
        "a turn that asks nothing anew leaves the timer as it was set",
    ),
    (
        Fault::ClaimsNothingForEver,
        "a claim with nothing left in it is no attempt and holds up nobody",
    ),
    (Fault::LosesEvents, "what was written into the outbox comes out"),
    (
        Fault::ReversesOutbox,
        "rows are handed out in the order in which they were written",
    ),
    (
        Fault::NewKeysEachTime,
        "a row is handed out until it is delivered, under the same key",
    ),
    (
        Fault::ForgetsWhatWasDelivered,
        "a row that was delivered is never handed out again",
    ),
    (Fault::ReadsKeysAsNumbers, "a key that no row has delivers none"),
    (
        Fault::DeliversSideBySide,
        "while somebody delivers, nobody else is given rows of that conversation",
    ),
    (
        Fault::DeliversSideBySide,
        "of many who deliver at once, one is given a row",
    ),
    (
        Fault::DeliversAtTheEndOfALease,
        "rows that follow are handed out once all before them are delivered",
    ),
    (
        Fault::KeysOfItsOwn,
        "a key is that of the turn and the place in it",
    ),
    (
        Fault::OneConversationAtATime,
        "the rows of one conversation do not hold up another's",
    ),
    (
        Fault::IgnoresNamesInTheOutbox,
        "rows of a conversation are handed out by its name",
    ),
    (
        Fault::HandsOutFew,
        "a hundred rows are handed out at a time, and the rest after them",
    ),
    (
        Fault::ForgetsNothing,
        "of a customer who was forgotten nothing is left, and everything of others",
    ),
    (
        Fault::BeginsKeysAnew,
        "keys of a customer who was forgotten never come again",
    ),
    (
        Fault::NoFence,
        "who still had a customer who was forgotten writes nothing",
    ),
    (
        Fault::KeepsCustomers,
        "a message of a customer who was forgotten is a first one",
    ),
    (
        Fault::LosesWhatArrivesMeanwhile,
        "a message that arrives while its customer is forgotten does not wait for ever",
    ),
];

fn promises_broken_by(fault: Fault) -> BTreeSet<String> {
    match conformance::run(|| Broken::new(fault)) {
        Ok(()) => BTreeSet::new(),
        Err(broken) => broken.promises().map(str::to_owned).collect(),
    }
}

#[test]
fn each_fault_is_found_by_the_check_of_the_promise_that_it_breaks() {
    let missed = Mutex::new(Vec::new());
    let rows = Mutex::new(TABLE.iter());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((fault, promise)) = { rows.lock().unwrap().next() } {
                    let broken = promises_broken_by(*fault);
                    if !broken.contains(*promise) {
                        missed
                            .lock()
                            .unwrap()
                            .push(format!("{fault:?}: {promise}, only {broken:#?}"));
                    }
                }
            });
        }
    });
    assert_eq!(missed.into_inner().unwrap(), Vec::<String>::new());
}

#[test]
fn no_check_is_without_a_fault_that_it_finds() {
    // A store that answers nothing fails in every check.
    let all = promises_broken_by(Fault::AlwaysFails);
    let in_table: BTreeSet<String> = TABLE.iter().map(|(_, promise)| (*promise).to_owned()).collect();
    assert_eq!(in_table, all);
}

#[test]
fn a_broken_promise_says_what_was_seen() {
    let broken = conformance::run(|| Broken::new(Fault::LosesEvents)).unwrap_err();
    insta::assert_snapshot!(broken, @r#"
    this store breaks promises:
    - what was written into the outbox comes out
      the outbox: expected …lock(Pause { duration: 1.5s }), Event(Handover { team: "Support", priority: None })], seen …lock(Pause { duration: 1.5s })]
    "#);
}
