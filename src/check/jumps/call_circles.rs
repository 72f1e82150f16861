//! Circles of calls: a depth-first walk over the calls that every run comes to.

use super::{Jump, Ways};

/// A sequence on the path of the walk: the call that led to it, and how many of its own are done.
struct Step<'f> {
    at: usize,
    to_here: Option<Jump<'f>>,
    done: usize,
}

/// How far the walk is with a sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnPath,
    Done,
}

/// The circles, each once, none sharing a sequence with another.
pub(super) fn call_circles<'f>(ways: &Ways<'f>) -> Vec<Vec<Jump<'f>>> {
    let mut circles: Vec<Vec<Jump<'f>>> = Vec::new();
    let mut states = vec![State::New; ways.len()];
    let mut is_told = vec![false; ways.len()];
    for start in 0..ways.len() {
        if states.get(start) != Some(&State::New) {
            continue;
        }
        set(&mut states, start, State::OnPath);
        let mut path = vec![Step {
            at: start,
            to_here: None,
            done: 0,
        }];
        while let Some(step) = path.last_mut() {
            let call = ways
                .get(step.at)
                .and_then(|way| way.calls.get(step.done))
                .copied();
            step.done += 1;
            let Some(call) = call else {
                set(&mut states, step.at, State::Done);
                path.pop();
                continue;
            };
            match states.get(call.to) {
                Some(State::New) => {
                    set(&mut states, call.to, State::OnPath);
                    path.push(Step {
                        at: call.to,
                        to_here: Some(call),
                        done: 0,
                    });
                }
                Some(State::OnPath) => circles.extend(circle(&path, call, &mut is_told)),
                _ => {}
            }
        }
    }
    circles
}

/// The circle that a call back into the path closes; `None` where one of its sequences is in another.
fn circle<'f>(path: &[Step<'f>], back: Jump<'f>, is_told: &mut [bool]) -> Option<Vec<Jump<'f>>> {
    let first = path.iter().rposition(|step| step.at == back.to)?;
    let calls = path.iter().skip(first + 1).filter_map(|step| step.to_here);
    let circle: Vec<Jump<'f>> = calls.chain([back]).collect();
    if circle.iter().any(|jump| is_told.get(jump.from) == Some(&true)) {
        return None;
    }
    circle.iter().for_each(|jump| set(is_told, jump.from, true));
    Some(circle)
}

fn set<T>(flags: &mut [T], index: usize, value: T) {
    if let Some(flag) = flags.get_mut(index) {
        *flag = value;
    }
}
