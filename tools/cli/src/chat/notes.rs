//! What happens beside the conversation: events, calls, attributes, hints.

use sayflow::channel::Change;
use sayflow::{CallReport, Customer, Event, Problem, Restored, Timestamp, Wait};

use super::line::{Line, wrapped};
use super::palette::{BAD, EVENT, GOOD, PLAIN, QUIET, STRONG};
use crate::conversation::Changes;
use crate::record;

/// The line above a chat.
pub(crate) fn title(text: &str, width: usize) -> Line {
    Line::new(QUIET, text).centred(width, PLAIN)
}

/// Something that happened, in the middle.
pub(crate) fn event(text: &str, width: usize) -> Line {
    Line::new(EVENT, &format!("── {text} ──")).centred(width, PLAIN)
}

/// What is missing before the chat begins, or why what was typed does nothing.
pub(crate) fn hint(text: &str, width: usize) -> Vec<Line> {
    wrapped(BAD, text, width)
}

/// An event; a call that went well only in a trace.
pub(crate) fn of_event(happened: &Event, is_traced: bool, width: usize) -> Vec<Line> {
    let text = match happened {
        Event::Call(report) if is_traced || report.outcome.is_failure() => {
            return call(report, is_traced, width);
        }
        Event::Call(_) => return Vec::new(),
        Event::Action { name, values } => {
            let values: Vec<String> = values
                .iter()
                .map(|(key, value)| format!("{key} {value}"))
                .collect();
            format!("{name}: {}", values.join(", "))
        }
        Event::Handover {
            team,
            priority: Some(priority),
        } => format!("handed to {team}, priority {priority}"),
        Event::Handover { team, priority: None } => format!("handed to {team}"),
        Event::BotDisabled => "a person has this conversation; /bot lets the bot answer again".to_owned(),
        Event::Restored(Restored::Restarted { from, sequence }) => {
            format!("{from} is gone from the flow; {sequence} begins again")
        }
        Event::Restored(Restored::Lost { from }) => format!("{from} is gone from the flow"),
        Event::LimitReached { reason, place, .. } => format!("limit reached in {place}: {reason}"),
        Event::ValueError { reason, place } => format!("{place}: {reason}"),
        _ => return Vec::new(),
    };
    vec![event(&text, width)]
}

/// A call: its outcome, and why where it failed.
fn call(report: &CallReport, is_traced: bool, width: usize) -> Vec<Line> {
    let style = if report.outcome.is_failure() { BAD } else { GOOD };
    let mut line = Line::new(QUIET, "  ⇠ ").with(STRONG, &report.api);
    line = line.with(style, &format!(" {}", report.outcome));
    if let Some(status) = report.status {
        line = line.with(QUIET, &format!(" · {status}"));
    }
    line = line.with(QUIET, &format!(" · {} ms", report.elapsed.as_millis()));
    let mut lines = vec![line];
    if is_traced {
        lines.extend(detail(&report.place, width));
    }
    let reasons = report
        .message
        .iter()
        .cloned()
        .chain(report.problems().iter().map(reason));
    for reason in reasons {
        lines.extend(detail(&reason, width));
    }
    lines
}

fn reason(problem: &Problem) -> String {
    let place = if problem.pointer.is_empty() {
        "reply"
    } else {
        &problem.pointer
    };
    let help = problem
        .help
        .as_ref()
        .map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("{place}: {} ({}){help}", problem.message, problem.code)
}

/// What a channel is shown otherwise, and why.
pub(crate) fn change(change: &Change, width: usize) -> Vec<Line> {
    let mut start = Line::new(QUIET, "    ↳ ");
    let indent = start.width();
    let lines = wrapped(QUIET, &change.to_string(), width.saturating_sub(indent));
    lines
        .into_iter()
        .map(|line| std::mem::replace(&mut start, Line::new(PLAIN, &" ".repeat(indent))).join(line))
        .collect()
}

/// Indented below what it belongs to.
fn detail(text: &str, width: usize) -> impl Iterator<Item = Line> {
    let indent = Line::new(PLAIN, "    ");
    let lines = wrapped(QUIET, text, width.saturating_sub(indent.width()));
    lines.into_iter().map(move |line| indent.clone().join(line))
}

/// What a turn changed, and what it waits for.
pub(crate) fn changes(changes: &Changes, wait: &Wait, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, value) in changes {
        let value = value
            .as_ref()
            .map_or_else(|| "cleared".to_owned(), |value| format!("= {value}"));
        lines.extend(detail(&format!("{name} {value}"), width));
    }
    if let Some(question) = &wait.ask {
        let due = wait
            .due
            .map_or_else(String::new, |due| format!(", until {}", moment(due)));
        lines.extend(detail(&format!("waits at {question}{due}"), width));
    }
    lines
}

/// A moment as people read it, to the second.
pub(crate) fn moment(moment: Timestamp) -> String {
    let text = moment.to_string();
    let (seconds, _) = text.split_once('.').unwrap_or((&text, ""));
    format!("{seconds} UTC")
}

/// The customer's record and attributes, one a line.
pub(crate) fn record(customer: &Customer, width: usize) -> Vec<Line> {
    let fields = record::fields(customer).unwrap_or_default();
    let widest = fields
        .keys()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default();
    let mut lines = Vec::new();
    for (name, value) in fields {
        let mut start = Line::new(STRONG, &format!("  {name:widest$}  "));
        let indent = start.width();
        for value in wrapped(PLAIN, &value.to_string(), width.saturating_sub(indent)) {
            let before = std::mem::replace(&mut start, Line::new(PLAIN, &" ".repeat(indent)));
            lines.push(before.join(value));
        }
    }
    lines
}
