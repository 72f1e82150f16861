//! The spans of a library whose host listens.
//!
//! What is told without being asked for are names of the flow, numbers, and the identifiers of the
//! customer and the input. Whatever a customer or an endpoint says is told to a host that asks for it, and
//! masked even then.

use std::borrow::Cow;

use tracing::field::{self, Empty};
use tracing::{Span, debug, info, info_span, warn};

use crate::contract::origin;
use crate::customer::Customer;
use crate::effects::{CallReport, Effect, Event, Request, Wait};
use crate::error::Error;
use crate::input::Input;
use crate::output::Block;
use crate::settings::{Limit, Settings};
use crate::wire::Word;

/// Who speaks, for the filters of a subscriber.
const TARGET: &str = "sayflow";

/// The span of a turn, and what is known of it only at its end.
pub(in crate::interpreter) struct TurnSpan<'t> {
    span: Span,
    settings: &'t Settings,
    /// The sequence or handler that ran last.
    place: &'t str,
    blocks: u64,
    calls: u64,
    /// How the turn ends, where that is not decided by what it waits for.
    end: Option<&'static str>,
    is_over: bool,
}

impl<'t> TurnSpan<'t> {
    /// Begins the span of a turn; a turn without an input is a tool's, or a health check's.
    pub(in crate::interpreter) fn open(
        settings: &'t Settings,
        customer: &Customer,
        input: Option<&Input>,
    ) -> Self {
        let span = info_span!(
            target: TARGET,
            "turn",
            uid = customer.uid,
            channel = customer.platform_id,
            input = input.map(|input| input.kind.name()),
            input_id = input.and_then(|input| input.id()),
            said = Empty,
            place = Empty,
            ask = Empty,
            blocks = Empty,
            calls = Empty,
            end = Empty,
            error = Empty,
        );
        if settings.are_texts_told
            && !span.is_disabled()
            && let Some(said) = input.and_then(|input| serde_json::to_string(input).ok())
        {
            span.record("said", masked(&said, settings).as_ref());
        }
        Self {
            span,
            settings,
            place: "",
            blocks: 0,
            calls: 0,
            end: None,
            is_over: false,
        }
    }

    /// The span, to be entered for one piece of work.
    pub(in crate::interpreter) fn handle(&self) -> Span {
        self.span.clone()
    }

    /// An operation of this sequence or handler runs.
    pub(in crate::interpreter) fn runs(&mut self, place: &'t str) {
        self.place = place;
    }

    /// An effect is put in line. How a call went is told by its own span.
    pub(in crate::interpreter) fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::Block(block) => self.block(block),
            Effect::Event(event) => self.event(event),
            Effect::Calls(_) | Effect::Wait(_) => {}
        }
    }

    fn block(&mut self, block: &Block) {
        self.blocks += 1;
        if self.settings.are_texts_told
            && let Ok(block) = serde_json::to_string(block)
        {
            let block = masked(&block, self.settings);
            info!(target: TARGET, block = block.as_ref(), "a block is shown");
        }
    }

    /// Tells what happened, without the values that come from customers and endpoints.
    fn event(&mut self, event: &Event) {
        match event {
            Event::Call(_) => {}
            Event::Action { name, .. } => info!(target: TARGET, action = name, "an action is asked for"),
            Event::Handover { priority, .. } => {
                self.end = Some("handover");
                info!(target: TARGET, priority, "the customer is handed over");
            }
            Event::BotDisabled => {
                self.end = Some("bot_disabled");
                debug!(target: TARGET, "the bot is disabled");
            }
            Event::Restored(restored) => {
                warn!(target: TARGET, %restored, "a place is gone from the flow");
            }
            Event::LimitReached { limit, place, .. } => {
                // Without time the flow goes on, and its calls end in `timeout`.
                if limit != Limit::Time.name() {
                    self.end = Some("limit");
                }
                warn!(target: TARGET, limit, place, "a limit is reached");
            }
            Event::ValueError { reason, place } => {
                warn!(target: TARGET, reason, place, "a value could not be worked out");
            }
        }
    }

    /// The input was not taken. The error's own words may repeat it.
    pub(in crate::interpreter) fn refused(&mut self, error: &Error) {
        self.end = Some("refused");
        let kind = Word(error.kind());
        self.span.record("error", field::display(&kind));
        self.span
            .in_scope(|| warn!(target: TARGET, error = %kind, "an input is refused"));
    }

    /// Ends the span, although the host may hold the machine for longer.
    pub(in crate::interpreter) fn end(&mut self, wait: &Wait, is_repeated: bool) {
        let waits = if wait.ask.is_some() { "question" } else { "idle" };
        match is_repeated {
            true => self.end = Some("repeated"),
            false => drop(self.end.get_or_insert(waits)),
        }
        self.span.record("ask", wait.ask.as_deref());
        self.close();
    }

    fn close(&mut self) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        if !self.place.is_empty() {
            self.span.record("place", self.place);
        }
        self.span.record("blocks", self.blocks);
        self.span.record("calls", self.calls);
        self.span.record("end", self.end.unwrap_or("abandoned"));
        self.span = Span::none();
    }

    /// Begins the span of a call; one without a request is not sent.
    pub(in crate::interpreter) fn call(&mut self, api: &str, request: Option<&Request>) -> CallSpan {
        self.calls += 1;
        let span = info_span!(
            target: TARGET,
            "call",
            api,
            method = request.map(|request| field::display(request.method)),
            // Path and query may hold attributes; an origin cannot.
            origin = request.and_then(|request| origin(request.url.expose())),
            url = Empty,
            timeout_ms = request.map(|request| milliseconds(request.timeout)),
            place = Empty,
            outcome = Empty,
            status = Empty,
            elapsed_ms = Empty,
            problems = Empty,
            message = Empty,
        );
        if self.settings.are_texts_told
            && let Some(request) = request
        {
            span.record("url", request.url.to_string());
        }
        CallSpan(span)
    }
}

/// A turn that is dropped before its end was given up by the host.
impl Drop for TurnSpan<'_> {
    fn drop(&mut self) {
        self.close();
    }
}

/// The span of a call, from the request to its answer.
#[derive(Debug)]
pub(in crate::interpreter) struct CallSpan(Span);

impl CallSpan {
    /// Tells how the call went; the span ends with the value.
    pub(in crate::interpreter) fn end(&self, report: &CallReport, settings: &Settings) {
        let outcome = report.outcome.as_str();
        self.0.record("place", report.place.as_str());
        self.0.record("outcome", outcome);
        self.0.record("status", report.status);
        self.0.record("elapsed_ms", milliseconds(report.elapsed));
        self.0.record("problems", report.problems.len());
        if settings.are_texts_told
            && let Some(message) = report.message.as_deref()
        {
            self.0.record("message", masked(message, settings).as_ref());
        }
        if report.outcome.is_failure() {
            let api = report.api.as_str();
            self.0
                .in_scope(|| warn!(target: TARGET, api, outcome, "a call failed"));
        }
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn masked<'s>(text: &'s str, settings: &Settings) -> Cow<'s, str> {
    settings.mask().apply(text)
}
