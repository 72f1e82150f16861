//! Calls: what a block asks of endpoints, and what becomes of the answers.

use std::time::Duration;

use super::spans::CallSpan;
use super::{Run, Steps};
use crate::contract::{Decoded, Expected, PROBLEMS_KEPT, PROBLEMS_OF_EACH, decode, request};
use crate::effects::{Answer, CallReport, Effect, Event, Failure};
use crate::error::{Error, ErrorKind};
use crate::program::code::Op;
use crate::program::{ApiCode, ApiId, Place};
use crate::settings::Limit;
use crate::value::Value;

/// The calls of one block, under way.
pub(super) struct Pending<'t> {
    run: Run,
    op: &'t Op,
    /// In source order.
    calls: Vec<Call>,
}

/// One call of a block; a block calls an API once.
struct Call {
    api: ApiId,
    /// Why it is not sent; `None` where it is.
    unsent: Option<Failure>,
    span: CallSpan,
}

/// What an API gave for the block that asked it.
pub(super) type CallResult = (ApiId, Decoded);

impl<'t> Steps<'t> {
    /// Makes a block: at once where it asks nobody, otherwise when the answers are there.
    pub(super) fn block(&mut self, run: Run, op: &'t Op) {
        let apis = op.apis();
        if apis.is_empty() {
            return self.build(run, op, Vec::new());
        }
        let limits = &self.settings.limits;
        let calls = u32::try_from(apis.len()).unwrap_or(u32::MAX);
        if calls > limits.calls.saturating_sub(self.spent.calls) {
            return self.stop_at(Limit::Calls, run);
        }
        self.spent.calls += calls;
        self.start_calls(run, op, apis);
    }

    fn start_calls(&mut self, run: Run, op: &'t Op, apis: Vec<ApiId>) {
        let time_left = self.time_left();
        if time_left.is_zero() {
            self.tell_time_is_over(run);
        }
        let mut requests = Vec::with_capacity(apis.len());
        let mut calls = Vec::with_capacity(apis.len());
        for id in apis {
            let Some(api) = self.data.apis.get(id.index()) else {
                continue;
            };
            let timeout = api.timeout.min(time_left);
            let built = request::build(api, self.data, self.settings, self.ledger.customer(), timeout);
            let built = built.and_then(|mut request| {
                self.add_idempotency_key(id, &mut request)?;
                Ok(request)
            });
            let request = match built {
                Err(reason) => Err(Failure::Blocked(reason)),
                Ok(_) if timeout.is_zero() => Err(Failure::Timeout),
                Ok(request) => Ok(request),
            };
            let span = self.span.call(&api.name, request.as_ref().ok());
            let unsent = request.map(|request| requests.push(request)).err();
            calls.push(Call {
                api: id,
                unsent,
                span,
            });
        }
        let pending = Pending { run, op, calls };
        if requests.is_empty() {
            self.complete(pending, Vec::new(), time_left);
        } else {
            self.emit(Effect::Calls(requests));
            self.pending = Some(pending);
        }
    }

    /// What is left of the turn's time.
    fn time_left(&self) -> Duration {
        self.settings.limits.time.saturating_sub(self.spent.time)
    }

    /// Tells the host once that from here on calls end in `timeout` without being sent.
    fn tell_time_is_over(&mut self, run: Run) {
        if !std::mem::replace(&mut self.spent.is_time_over, true) {
            let place = self.place_name(run);
            self.emit(Effect::Event(Limit::Time.reached(place)));
        }
    }

    pub(super) fn take_answers(&mut self, answers: Vec<Answer>) -> Result<(), Error> {
        let protocol = |reason: String| Err(Error::new(ErrorKind::Protocol, reason));
        let Some(pending) = self.pending.take() else {
            return protocol("no call of this turn waits for an answer".to_owned());
        };
        let sent = pending.calls.iter().filter(|call| call.unsent.is_none()).count();
        if answers.len() != sent {
            let given = answers.len();
            self.pending = Some(pending);
            return protocol(format!(
                "of the {sent} answers that this turn waits for, {given} were given"
            ));
        }
        // The calls of a block run side by side: together they take as long as the slowest.
        let slowest = answers
            .iter()
            .map(|answer| answer.elapsed)
            .max()
            .unwrap_or_default();
        let time_left = self.time_left();
        self.spent.time = self.spent.time.saturating_add(slowest);
        self.complete(pending, answers, time_left);
        Ok(())
    }

    /// Reads the answers, saves what they save, in source order, and makes the block.
    fn complete(&mut self, pending: Pending<'t>, answers: Vec<Answer>, time_left: Duration) {
        let Pending { run, op, calls } = pending;
        let mut answers = answers.into_iter();
        let mut results = Vec::with_capacity(calls.len());
        for call in calls {
            let Some(api) = self.data.apis.get(call.api.index()) else {
                continue;
            };
            let answer = match call.unsent {
                Some(failure) => Some(Answer {
                    result: Err(failure),
                    elapsed: Duration::ZERO,
                }),
                None => {
                    let limits = (api.timeout.min(time_left), self.settings.limits.reply_bytes);
                    answers.next().map(|answer| within(answer, limits))
                }
            };
            let Some(answer) = answer else { continue };
            results.push((call.api, self.read_answer(api, op, &answer, &call.span)));
        }
        self.build(run, op, results);
    }

    fn read_answer(&mut self, api: &ApiCode, op: &Op, answer: &Answer, span: &CallSpan) -> Decoded {
        let expected = Expected {
            output: api.output,
            leads_to: &api.leads_to,
            data: self.data,
            customer: self.ledger.customer(),
            limits: &self.settings.limits,
            mask: &self.settings.mask(),
            problems: PROBLEMS_KEPT
                .saturating_sub(self.spent.problems)
                .max(PROBLEMS_OF_EACH),
        };
        let mut decoded = decode(&answer.result, &expected);
        self.spent.problems += decoded.problems.len();
        if !decoded.outcome.is_failure() {
            self.apply(std::mem::take(&mut decoded.attributes));
        }
        let report = call_report(api, op, answer, &mut decoded);
        span.end(&report, self.settings);
        self.emit(Effect::Event(Event::Call(report)));
        decoded
    }

    /// Saves the attributes of a good reply, all of them.
    fn apply(&mut self, attributes: Vec<(String, Option<Value>)>) {
        for (key, value) in attributes {
            match self.data.attribute_ref(&key) {
                Some(attribute) => self.ledger.write(self.data, attribute, value),
                None => self.ledger.write_key(&key, value),
            }
        }
    }
}

fn call_report(api: &ApiCode, op: &Op, answer: &Answer, decoded: &mut Decoded) -> CallReport {
    CallReport {
        api: api.name.to_string(),
        outcome: decoded.outcome,
        status: decoded.status,
        elapsed: answer.elapsed,
        message: decoded.message.take(),
        place: place_of(op).map(ToString::to_string).unwrap_or_default(),
        problems: std::mem::take(&mut decoded.problems),
    }
}

/// An answer as the contract has it: a client of the host's own may hand on more than it was asked
/// for, or later.
fn within(answer: Answer, (timeout, most_bytes): (Duration, usize)) -> Answer {
    let Answer { result, elapsed } = answer;
    let result = match result {
        Ok(_) if elapsed > timeout => Err(Failure::Timeout),
        Ok(reply) if reply.body.len() > most_bytes && (200..300).contains(&reply.status) => {
            Err(Failure::TooLarge)
        }
        result => result,
    };
    Answer { result, elapsed }
}

fn place_of(op: &Op) -> Option<&Place> {
    match op {
        Op::Say(say) => Some(&say.place),
        Op::CallApi(call) => Some(&call.place),
        Op::Gallery(gallery) => Some(&gallery.place),
        Op::Options(options) => Some(&options.place),
        Op::Ask(ask) => ask.options.first().map(|options| &options.place),
        _ => None,
    }
}
