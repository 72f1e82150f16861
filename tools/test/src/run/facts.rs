//! Facts that a test expects besides what is said: attributes, and calls that were made.

use sayflow::{Input, Value};

use super::{Made, Run, TestFailure, Wrong, mock};
use crate::quoted::Quoted;
use crate::scene::values;
use crate::script::{Calls, Claim, Line};
use crate::suite::claim_name;

impl Run<'_> {
    pub(super) fn claim(&mut self, claim: &Claim) {
        let holds = match claim.is_about_bot {
            Some(wanted) => self.customer.bot_enabled == wanted,
            None => self.holds(claim),
        };
        if holds {
            return;
        }
        let known = values(&self.customer);
        let program = self.flow().engine.program();
        let value_of = |name: &String| {
            let key = mock::key_of(program, name);
            let own = known.get(key).or_else(|| program.attribute_default(key)).cloned();
            // The record leaves out a bot that is enabled, as usual.
            own.or_else(|| (name == "bot_enabled").then_some(Value::YesNo(true)))
        };
        let value = claim.names.first().and_then(value_of);
        let values = claim.names.iter().map(|name| match value_of(name) {
            Some(Value::Text(text)) => format!("{name} is {}", Quoted(&text)),
            Some(value) => format!("{name} is {value}"),
            None => format!("{name} is not set"),
        });
        let values: Vec<String> = values.collect();
        let message = if values.is_empty() {
            "this does not hold".to_owned()
        } else {
            values.join(", ")
        };
        let failure = TestFailure::new(self.test.source(), claim.span, message, None);
        self.failures.push(failure);
        self.wrong.push(Wrong::Claim {
            span: claim.span,
            value,
        });
    }

    /// Works a claim out on copies, as the flow would.
    fn holds(&self, claim: &Claim) -> bool {
        let (mut session, mut customer) = (self.session.clone(), self.customer.clone());
        customer.bot_enabled = true;
        let input = Input::start_at(claim_name(claim.number)).at(self.now);
        let engine = &self.flow().engine;
        let turn = engine.turn(&mut session, &mut customer, &input, &sayflow::NoCalls);
        turn.is_ok_and(|turn| !turn.blocks.is_empty())
    }

    pub(super) fn called(&mut self, (number, line): (usize, &Line), calls: &Calls) {
        let of_api: Vec<&Made> = self.calls.iter().filter(|made| made.api == calls.api).collect();
        let fits = |made: &&&Made| {
            calls.with.iter().all(|(name, value)| {
                let written = value.to_string();
                made.said
                    .iter()
                    .any(|(known, said)| known.eq_ignore_ascii_case(name) && *said == written)
            })
        };
        let count = of_api.iter().filter(fits).count();
        let is_ok = match (calls.is_denied, calls.times) {
            (true, None) => count == 0,
            (true, Some(times)) => count != times,
            (false, None) => count > 0,
            (false, Some(times)) => count == times,
        };
        if is_ok {
            return;
        }
        self.wrong.push(Wrong::Calls { line: number, count });
        let with = if calls.with.is_empty() {
            ""
        } else {
            " with these values"
        };
        let message = match count {
            0 => format!("{} was not called{with}", calls.api),
            1 => format!("{} was called once{with}", calls.api),
            _ => format!("{} was called {count} times{with}", calls.api),
        };
        let help = of_api.last().filter(|_| !calls.with.is_empty()).map(|made| {
            let said: Vec<String> = made
                .said
                .iter()
                .map(|(name, value)| format!("{name} = {value:?}"))
                .collect();
            format!("its last request said {}", said.join(", "))
        });
        let failure = TestFailure::new(self.test.source(), line.span, message, help);
        self.failures.push(failure);
    }
}
