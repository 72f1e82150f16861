//! How a transcript looks: one line a thing, options below their block.

use sayflow::{
    Block, BlockOption, CallReport, Card, Diagnostic, ErrorKind, Event, OptionTarget, Outcome, Request,
    Timestamp, Turn,
};

/// What the engine writes on every input; it would stand under each.
const NOISE: [&str; 2] = ["last_message_text", "last_message_time"];

pub(crate) fn block(block: &Block, shows_ids: bool, lines: &mut Vec<String>) {
    let mut options = |kind: &str, text: &Option<String>, options: &[BlockOption]| {
        said(kind, text.as_deref().unwrap_or_default(), lines);
        lines.extend(options.iter().map(|one| option(one, "  ", shows_ids)));
    };
    match block {
        Block::Buttons { text, options: list } => options("buttons", text, list),
        Block::QuickReplies { text, options: list } => options("quick replies", text, list),
        Block::Text { text } => said("text", text, lines),
        Block::Image { url } => said("image", url, lines),
        Block::Audio { url } => said("audio", url, lines),
        Block::Video { url } => said("video", url, lines),
        Block::Pause { duration } => lines.push(format!("pause: {}s", duration.as_secs_f64())),
        Block::Gallery { cards } => {
            lines.push("gallery:".to_owned());
            cards.iter().for_each(|one| card(one, shows_ids, lines));
        }
        other => lines.push(format!("{other:?}")),
    }
}

/// Further lines of a text stand below its first.
fn said(kind: &str, text: &str, lines: &mut Vec<String>) {
    let mut first = format!("{kind}: ");
    for line in text.split('\n') {
        let shown = format!("{first}{line}");
        lines.push(shown.trim_end().to_owned());
        first = " ".repeat(kind.len() + 2);
    }
}

fn card(card: &Card, shows_ids: bool, lines: &mut Vec<String>) {
    let parts = [
        Some(&card.title),
        card.subtitle.as_ref(),
        card.image.as_ref(),
        card.url.as_ref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    lines.push(format!("  card: {}", parts.join(" | ")));
    lines.extend(
        card.buttons
            .iter()
            .map(|button| option(button, "    ", shows_ids)),
    );
}

fn option(option: &BlockOption, indent: &str, shows_ids: bool) -> String {
    let mut line = format!("{indent}[{}]", option.title);
    match &option.target {
        OptionTarget::Sequence(name) => line.push_str(&format!(" -> {name}")),
        OptionTarget::Url(url) => line.push_str(&format!(" -> url {url}")),
        OptionTarget::Phone(number) => line.push_str(&format!(" -> phone {number}")),
        OptionTarget::Answer => {}
        other => line.push_str(&format!(" -> {other:?}")),
    }
    if let Some(extra) = &option.extra {
        line.push_str(&format!(" extra {extra:?}"));
    }
    if let Some(id) = option.id.as_ref().filter(|_| shows_ids) {
        line.push_str(&format!(" id {id}"));
    }
    line
}

/// The options of a block, in the order in which they are seen.
pub(crate) fn options(block: &Block) -> Vec<&BlockOption> {
    match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => options.iter().collect(),
        Block::Gallery { cards } => cards.iter().flat_map(|card| &card.buttons).collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn event(event: &Event, lines: &mut Vec<String>) {
    match event {
        Event::Call(report) => call(report, lines),
        Event::Action { name, values } => {
            lines.push(format!(
                "action {name}: {}",
                serde_json::to_string(values).unwrap()
            ));
        }
        Event::Handover {
            team,
            priority: Some(priority),
        } => {
            lines.push(format!("handover: {team}, priority {priority}"));
        }
        Event::Handover { team, priority: None } => lines.push(format!("handover: {team}")),
        Event::Restored(restored) => lines.push(restored.to_string()),
        Event::BotDisabled => lines.push("bot disabled".to_owned()),
        Event::LimitReached { limit, place, .. } => lines.push(format!("limit reached: {limit} in {place}")),
        Event::ValueError { reason, place } => lines.push(format!("value error: {reason}, in {place}")),
        other => lines.push(format!("{other:?}")),
    }
}

fn call(report: &CallReport, lines: &mut Vec<String>) {
    let mut line = format!("call {}: {}", report.api, report.outcome);
    if let (Outcome::Status, Some(status)) = (report.outcome, report.status) {
        line.push_str(&format!(" {status}"));
    }
    if report.outcome.is_failure()
        && let Some(message) = &report.message
    {
        line.push_str(&format!(" ({message})"));
    }
    lines.push(line);
    for problem in report.problems() {
        lines.push(format!(
            "  {} {}: {}",
            problem.code, problem.pointer, problem.message
        ));
    }
}

pub(crate) fn request(request: &Request, lines: &mut Vec<String>) {
    lines.push(format!(
        "request {}: {} {}, {}s",
        request.api,
        request.method,
        request.url,
        request.timeout.as_secs_f64()
    ));
    let headers = request.headers.iter();
    lines.extend(headers.map(|(name, value)| format!("  {name}: {value}")));
    lines.extend(request.body.as_ref().map(|body| format!("  {body}")));
}

/// What was saved, and what the conversation waits for.
pub(crate) fn end_of_turn(turn: &Turn, now: Timestamp, lines: &mut Vec<String>) {
    for (key, value) in turn
        .attributes
        .iter()
        .filter(|(key, _)| !NOISE.contains(&key.as_str()))
    {
        lines.push(match value {
            Some(value) => format!("saved {key} = {}", serde_json::to_string(value).unwrap()),
            None => format!("cleared {key}"),
        });
    }
    let Some(ask) = &turn.wait.ask else {
        if let Some(due) = turn.wait.due {
            lines.push(format!(
                "no question open, but something is due in {}",
                span(now, due)
            ));
        }
        return;
    };
    lines.push(match turn.wait.due {
        Some(due) => format!("waits for {ask}, no reply in {}", span(now, due)),
        None => format!("waits for {ask}"),
    });
}

/// How far off a moment is, in the largest unit that fits.
fn span(now: Timestamp, due: Timestamp) -> String {
    let seconds = (due.as_microseconds() - now.as_microseconds()) / 1_000_000;
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units
        .into_iter()
        .find(|(length, _)| seconds % length == 0 && seconds != 0);
    match unit {
        Some((length, name)) => format!("{}{name}", seconds / length),
        None => format!("{seconds}s"),
    }
}

pub(crate) fn kind(kind: ErrorKind) -> String {
    serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned()
}

/// A finding in one line.
pub(crate) fn diagnostic(found: &Diagnostic) -> String {
    let place = found.labels().first().map_or_else(String::new, |label| {
        let position = label.source.position(label.span.start);
        format!("{}:{position}: ", label.source.name())
    });
    format!("{place}{} {}: {found}", found.severity(), found.code())
}
