//! One call outside of a conversation, on the path of a conversation: the engine makes the request, reads
//! the reply and makes the block.

mod curl;
mod drawing;
mod json;
mod request;

use std::cell::Cell;
use std::time::Duration;

use sayflow::{
    Answer, Block, CallReport, Customer, Effect, Engine, Event, Failure, Masked, Phases, Problem, Request,
    Session, Span,
};

use crate::conversation::Changes;
use crate::endpoints::FlowSecrets;
use crate::exit::Stop;
use sayflow_test::masking;

pub(crate) use curl::{StandIns, curl};
pub(crate) use drawing::{draw, draw_reply};
pub(crate) use json::{json, request_json};
pub(crate) use request::Shown;

/// One call and everything that came of it. Secrets in what is sent are masked, and those that the endpoint echoes.
#[derive(Debug)]
pub(crate) struct Trial {
    /// `None` where nothing was sent.
    pub(crate) request: Option<Shown>,
    /// The text of the reply; `None` where none came.
    pub(crate) reply: Option<Masked>,
    pub(crate) phases: Phases,
    pub(crate) report: CallReport,
    /// The block as the customer would see it.
    pub(crate) block: Option<Block>,
    /// What the reply saved.
    pub(crate) attributes: Changes,
    /// Which limit ends a conversation here, before anything is shown.
    pub(crate) limit: Option<String>,
}

/// What was sent, and what came back.
#[derive(Default)]
struct Exchange {
    request: Option<Shown>,
    reply: Option<Masked>,
    phases: Phases,
}

/// Calls an API; `send` performs the request.
pub(crate) fn run(
    engine: &Engine,
    api: &str,
    customer: &Customer,
    send: impl Fn(&Request) -> (Answer, Phases),
) -> Result<Trial, Stop> {
    let (mut session, mut customer) = (Session::new(), customer.clone());
    let mut steps = engine.api_steps(api, &mut session, &mut customer)?;
    let mut exchange = Exchange::default();
    let secrets = FlowSecrets::of(engine.program());
    let (mut reported, mut shown, mut limit) = (None, None, None);
    loop {
        match steps.advance()? {
            Effect::Calls(requests) => {
                let answers = requests
                    .into_iter()
                    .map(|request| exchange.perform(engine, &secrets, &request, &send));
                let answers = answers.collect();
                steps.answer(answers)?;
            }
            Effect::Event(Event::Call(report)) => reported = Some(report),
            Effect::Event(Event::LimitReached { reason, .. }) => limit = Some(reason),
            Effect::Block(block) => shown = Some(masking::block(engine, block)),
            Effect::Wait(_) => break,
            _ => {}
        }
    }
    let attributes = masking::changes(engine, steps.into_attributes());
    let report = reported.ok_or_else(|| Stop::misuse(format!("`{api}` was not called")))?;
    let Exchange {
        request,
        reply,
        phases,
    } = exchange;
    Ok(Trial {
        request,
        reply,
        phases,
        report,
        block: shown,
        attributes,
        limit,
    })
}

/// A call that is not made, and the request with the secrets of the engine in it, for who sends it.
pub(crate) fn prepare(
    engine: &Engine,
    api: &str,
    customer: &Customer,
) -> Result<(Trial, Option<Request>), Stop> {
    let kept = Cell::new(None);
    let trial = run(engine, api, customer, |request| {
        kept.set(Some(request.clone()));
        unsent(request)
    })?;
    Ok((trial, kept.into_inner()))
}

/// What a call that is not made ends in.
pub(crate) fn unsent(_: &Request) -> (Answer, Phases) {
    let answer = Answer {
        result: Err(Failure::Blocked("not sent".to_owned())),
        elapsed: Duration::ZERO,
    };
    (answer, Phases::default())
}

impl Exchange {
    fn perform(
        &mut self,
        engine: &Engine,
        secrets: &FlowSecrets,
        request: &Request,
        send: impl Fn(&Request) -> (Answer, Phases),
    ) -> Answer {
        let (answer, phases) = send(request);
        self.phases = phases;
        self.request = Some(Shown::of(request, secrets));
        if let Ok(reply) = &answer.result {
            self.reply = Some(engine.masked(&String::from_utf8_lossy(&reply.body)));
        }
        answer
    }
}

impl Trial {
    /// Whether the reply was good, and a conversation goes on with it.
    pub(crate) fn is_good(&self) -> bool {
        !self.report.outcome.is_failure() && self.limit.is_none()
    }

    /// The problems of the reply, with their spans in what is shown of it.
    fn problems(&self) -> impl Iterator<Item = Problem> {
        self.report.problems().iter().cloned().map(|mut problem| {
            if let Some(reply) = &self.reply {
                let shown = |offset: u32| {
                    let offset = reply.shown_offset(offset as usize);
                    u32::try_from(offset).unwrap_or(u32::MAX)
                };
                problem.span = Span::new(shown(problem.span.start), shown(problem.span.end));
            }
            problem
        })
    }
}
