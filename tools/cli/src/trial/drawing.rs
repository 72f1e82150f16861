//! A call as people read it: what was sent, what came back, what the customer sees of it.

use std::time::Duration;

use sayflow::{CallReport, Diagnostic, Outcome, PROBLEMS_KEPT, Phases, Source};

use super::Trial;
use crate::chat::blocks;
use crate::chat::choices::Choices;
use crate::chat::line::{Line, wrapped};
use crate::chat::palette::{BAD, GOOD, PLAIN, QUIET, STRONG};
use crate::render::{self, Counts};

/// The lines of a terminal that a reply may fill where nothing is wrong with it.
const REPLY_LINES: usize = 20;

/// The whole call, each part behind an empty line; always coloured.
pub(crate) fn draw(trial: &Trial) -> String {
    let mut parts = vec![text(&[asked(trial)])];
    if let Some(sent) = &trial.request {
        parts.push(text(&sent.lines()));
        parts.push(text(&[received(trial)]));
    }
    parts.push(draw_reply(trial, &format!("reply of {}", trial.report.api)));
    parts.join("\n")
}

/// What came back and what it makes; the name is that of the reply in findings.
pub(crate) fn draw_reply(trial: &Trial, name: &str) -> String {
    let width = render::width();
    let findings = findings(trial, name);
    let mut parts = Vec::new();
    match &trial.reply {
        Some(_) if !findings.is_empty() => {
            let drawn = render::for_people(&findings, |more| others(&findings, more));
            parts.push(format!("{}\n", drawn.trim_end()));
        }
        Some(reply) => parts.push(text(&raw(&reply.to_string(), render::terminal_columns()))),
        None => {}
    }
    if let Some(block) = &trial.block {
        parts.push(text(&blocks::lines(block, &mut Choices::default(), width)));
    }
    parts.push(text(&verdict(trial, &findings, width)));
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n")
}

/// The API and where it is declared.
fn asked(trial: &Trial) -> Line {
    let CallReport { api, place, .. } = &trial.report;
    Line::new(STRONG, api).with(QUIET, &format!(" at {place}"))
}

fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The status, and where the time went.
fn received(trial: &Trial) -> Line {
    let head = match trial.report.status {
        Some(status) => format!("HTTP {status}"),
        None => "no reply".to_owned(),
    };
    let mut line =
        Line::new(STRONG, &head).with(PLAIN, &format!(" in {}", milliseconds(trial.report.elapsed)));
    let phases = phases(&trial.phases);
    if !phases.is_empty() {
        line = line.with(QUIET, &format!(": {phases}"));
    }
    line
}

fn phases(phases: &Phases) -> String {
    // Where no byte came, the wait ended with nothing.
    let wait = phases.read.map_or("waited", |_| "first byte");
    let parts = [
        ("look-up", phases.look_up),
        ("connect", phases.connect),
        ("TLS", phases.tls),
        (wait, phases.wait),
        ("last byte", phases.read),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(name, time)| Some(format!("{name} {}", milliseconds(time?))));
    parts.collect::<Vec<_>>().join(", ")
}

/// Whole milliseconds, or tenths where that would be nothing.
fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    match milliseconds {
        few if few < 9.95 => format!("{few:.1} ms"),
        many => format!("{many:.0} ms"),
    }
}

/// The problems of the reply as findings in its text.
fn findings(trial: &Trial, name: &str) -> Vec<Diagnostic> {
    let Some(reply) = &trial.reply else {
        return Vec::new();
    };
    let reply = Source::new(name, reply.to_string());
    trial
        .problems()
        .map(|problem| problem.to_diagnostic(&reply))
        .collect()
}

/// How many findings are not drawn, and who lists them.
fn others(findings: &[Diagnostic], more: usize) -> String {
    let Counts { errors, warnings, .. } = Counts::of(findings);
    if errors.max(warnings) < PROBLEMS_KEPT {
        return format!("{more} more (`--json` lists them all)");
    }
    format!("at least {more} more (`--json` lists {PROBLEMS_KEPT} of a kind)")
}

/// A reply as it came: on a terminal its beginning, elsewhere all of it, so that it can be read again.
fn raw(reply: &str, terminal_columns: Option<usize>) -> Vec<Line> {
    let lines = reply.lines();
    let Some(columns) = terminal_columns else {
        return lines.map(|line| Line::new(QUIET, line)).collect();
    };
    let mut lines: Vec<Line> = lines.flat_map(|line| wrapped(QUIET, line, columns)).collect();
    if lines.len() > REPLY_LINES {
        lines.truncate(REPLY_LINES);
        lines.push(Line::new(QUIET, "…"));
    }
    lines
}

/// What was saved, and how the call ended.
fn verdict(trial: &Trial, findings: &[Diagnostic], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (key, value) in &trial.attributes {
        let line = match value {
            Some(value) => Line::new(QUIET, "saves ").with(PLAIN, &format!("{key} = {value}")),
            None => Line::new(QUIET, "clears ").with(PLAIN, key),
        };
        lines.push(line);
    }
    let report = &trial.report;
    let style = if trial.is_good() { GOOD } else { BAD };
    let mut line = Line::new(style, report.outcome.as_str());
    if report.outcome == Outcome::Empty {
        line = line.with(QUIET, ": there is nothing to show, and the block is left out");
    }
    if !findings.is_empty() {
        let counts = Counts::of(findings).words_of_kept(PROBLEMS_KEPT);
        line = line.with(QUIET, &format!(": {counts} in the reply"));
    }
    lines.push(line);
    if let Some(reason) = &trial.limit {
        let line = format!(
            "limit reached: {reason}. A conversation ends its turn here, and shows nothing of the reply."
        );
        lines.extend(wrapped(BAD, &line, width));
    }
    // Of a reply that was read it is what the endpoint wants to see in the log; else it is the reason.
    let label = match report.outcome {
        Outcome::Ok | Outcome::Empty | Outcome::Declined | Outcome::Contract => "message: ",
        _ => "",
    };
    let message = report.message.iter().map(|message| format!("{label}{message}"));
    lines.extend(message.flat_map(|message| wrapped(QUIET, &message, width)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_byte_is_told_where_one_came() {
        let mut times = Phases::default();
        times.connect = Some(Duration::from_micros(140));
        times.wait = Some(Duration::from_millis(4999));
        assert_eq!(phases(&times), "connect 0.1 ms, waited 4999 ms");
        times.read = Some(Duration::from_millis(12));
        assert_eq!(
            phases(&times),
            "connect 0.1 ms, first byte 4999 ms, last byte 12 ms"
        );
    }
}
