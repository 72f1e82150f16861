//! Plays a scene again on a new engine, with the recorded answers and stand-ins for secrets: what a test of the
//! scene will see.

use std::time::Duration;

use sayflow::{Answer, Effect, Engine, Event, Failure, Program, Request, Session};

use super::recorder::changed;
use super::{Act, Called, Played, Said, Scene};
use crate::stand_in;

/// What became of a turn when it was played again.
#[derive(Debug, Default)]
pub(super) struct Rehearsed<'s> {
    /// The calls that were sent, with what was recorded for each.
    pub(super) sent: Vec<(String, Option<&'s Called>)>,
    /// Whether it said and changed the same.
    pub(super) is_same: bool,
}

/// Plays the turns of a scene; one result for each, in order.
pub(super) fn rehearse<'s>(scene: &'s Scene, program: &Program) -> Vec<Rehearsed<'s>> {
    let engine = stand_in::engine(program);
    // A test begins with a new conversation.
    let (mut session, mut customer) = (Session::new(), scene.customer.clone());
    let mut rehearsed = Vec::new();
    for act in &scene.acts {
        match act {
            Act::Given(changes) => customer = changed(&customer, changes).unwrap_or(customer),
            Act::Restart => {}
            Act::Turn(played) => rehearsed.push(turn(&engine, (&mut session, &mut customer), played)),
        }
    }
    rehearsed
}

fn turn<'s>(
    engine: &Engine,
    (session, customer): (&mut Session, &mut sayflow::Customer),
    played: &'s Played,
) -> Rehearsed<'s> {
    let mut rehearsed = Rehearsed::default();
    let Ok(mut steps) = engine.steps(session, customer, &played.input) else {
        return rehearsed;
    };
    let mut again = Played::new(played.input.clone());
    loop {
        match steps.advance() {
            Ok(Effect::Calls(requests)) => {
                let found: Vec<_> = requests
                    .iter()
                    .map(|request| recorded(played, &again, &request.api))
                    .collect();
                let answers: Vec<_> = found.iter().map(|called| answer(*called)).collect();
                again.answered(&requests, &answers);
                let apis = requests.into_iter().map(|Request { api, .. }| api);
                rehearsed.sent.extend(apis.zip(found));
                if steps.answer(answers).is_err() {
                    return rehearsed;
                }
            }
            Ok(Effect::Block(block)) => again.said.push(Said::Block(block)),
            Ok(Effect::Event(event)) => again.event(event),
            Ok(Effect::Wait(wait)) => {
                again.wait = wait;
                break;
            }
            Ok(_) => {}
            Err(_) => return rehearsed,
        }
    }
    again.attributes = steps.into_attributes();
    rehearsed.is_same = is_same(played, &again);
    rehearsed
}

/// What was recorded for the next call of an API: each report, of a call that was sent or not, stands for one.
fn recorded<'s>(played: &'s Played, again: &Played, api: &str) -> Option<&'s Called> {
    let of_api = |called: &&Called| called.api == api;
    let told = again.calls.iter().filter(of_api).count();
    played.calls.iter().filter(of_api).nth(told)
}

/// What a mock gives, which takes no time.
fn answer(called: Option<&Called>) -> Answer {
    let missing = || Err(Failure::Blocked("nothing was recorded for this call".to_owned()));
    Answer {
        result: called.map_or_else(missing, Called::result),
        elapsed: Duration::ZERO,
    }
}

/// Whether two turns are the same to customer and host; how long calls took is not.
fn is_same(one: &Played, other: &Played) -> bool {
    told(one).eq(told(other)) && one.attributes == other.attributes && one.wait == other.wait
}

/// What is said of a turn, the reports of calls aside.
fn told(played: &Played) -> impl Iterator<Item = &Said> {
    let is_report = |said: &&Said| matches!(said, Said::Event(Event::Call(_)));
    played.said.iter().filter(move |said| !is_report(said))
}
