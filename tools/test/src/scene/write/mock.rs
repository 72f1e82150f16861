//! What an endpoint answered, as a mock: the short form where nothing is lost by it, otherwise the whole reply.

use indexmap::IndexMap;
use sayflow::{Api, Outcome, Output, Program, Reply, Value};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::json_text;
use super::quote::{is_writable, line};
use super::words;
use crate::scene::Called;

/// So many characters of JSON fit on a line that can still be read.
const LINE_CHARS: usize = 120;

/// A reply that kept nothing of the contract is written out up to here; of a longer one the outcome is.
const REPLY_BYTES: usize = 4_096;

/// A mock has no more bytes than this: several fit in the 1 MiB of a file.
const MOCK_BYTES: usize = 64 * 1024;

/// What stands behind `mock API`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mock {
    /// `= "text"`, `= timeout` …, without the mark; of several lines the first belongs on the line of the word.
    Answer(Vec<String>),
    /// Cards or options, which stand between braces. Where there is no place for braces, behind `then`, the reply
    /// itself stands.
    Body {
        /// What stands between the braces.
        lines: Vec<String>,
        /// The reply itself.
        reply: Vec<String>,
    },
}

impl Mock {
    /// What stands for a reply that cannot be written.
    pub(super) fn left_out() -> Self {
        Self::Answer(vec![Outcome::TooLarge.as_str().to_owned()])
    }

    fn bytes(&self) -> usize {
        let lines = match self {
            Self::Answer(lines) => [lines.as_slice(), &[]],
            Self::Body { lines, reply } => [lines.as_slice(), reply],
        };
        lines.iter().copied().flatten().map(String::len).sum()
    }
}

/// The mock of a call; `None` for a reply that is too large for a test, or has what a test cannot write.
pub(super) fn mock(program: &Program, called: &Called) -> Option<Mock> {
    written(program, called).filter(|mock| mock.bytes() <= MOCK_BYTES)
}

fn written(program: &Program, called: &Called) -> Option<Mock> {
    let output = program
        .apis()
        .find(|api| api.name() == called.api)
        .map_or(Output::Nothing, |api: Api<'_>| api.output());
    let result = called.result();
    let word = || Some(Mock::Answer(vec![called.outcome.as_str().to_owned()]));
    let Ok(reply) = result else { return word() };
    let body = without_mark(&reply);
    match called.outcome {
        Outcome::Status => Some(Mock::Answer(vec![format!("status {}", reply.status)])),
        // The word alone would be another reply.
        Outcome::Ok | Outcome::Empty => short(program, output, body).or_else(|| raw(body)),
        Outcome::Declined => match declined(body) {
            Some(message) if message.len() <= REPLY_BYTES => {
                Some(Mock::Answer(vec![format!("declined {}", line(&message))]))
            }
            _ if body.len() <= REPLY_BYTES => raw(body).or_else(word),
            _ => word(),
        },
        Outcome::Contract if body.len() <= REPLY_BYTES => raw(body).or_else(word),
        _ => word(),
    }
}

/// The body as the engine reads it, which takes a byte order mark.
fn without_mark(reply: &Reply) -> &[u8] {
    let body = reply.body.as_slice();
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

/// The reply itself; `None` for what is no JSON text.
fn raw(body: &[u8]) -> Option<Mock> {
    raw_lines(body).map(Mock::Answer)
}

fn raw_lines(body: &[u8]) -> Option<Vec<String>> {
    // Each token may get a line of its own, with an indent.
    let body = std::str::from_utf8(body)
        .ok()
        .filter(|body| body.len() <= MOCK_BYTES)?;
    let _: serde::de::IgnoredAny = serde_json::from_str(body).ok()?;
    let compact = json_text::compact(body);
    if compact.chars().count() <= LINE_CHARS {
        return Some(vec![format!("reply `{compact}`")]);
    }
    let lines = json_text::lines(body).into_iter().map(|line| format!("  {line}"));
    let fenced = std::iter::once("reply ```".to_owned()).chain(lines);
    Some(fenced.chain(["  ```".to_owned()]).collect())
}

/// A reply with nothing beside what the contract knows. Message and status of a good reply are for the host's log
/// only.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<D> {
    success: bool,
    #[serde(default, rename = "message")]
    _message: Option<String>,
    #[serde(default, rename = "status")]
    _status: Option<u16>,
    #[serde(default = "none")]
    data: Option<D>,
    #[serde(default)]
    attributes: IndexMap<String, serde_json::Value>,
}

fn none<D>() -> Option<D> {
    None
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declined {
    success: bool,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    #[serde(rename = "type")]
    kind: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardData {
    title: String,
    #[serde(default)]
    subtitle: Option<String>,
    #[serde(default)]
    image: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    buttons: Vec<OptionData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionData {
    title: String,
    #[serde(rename = "type")]
    kind: String,
    value: String,
    #[serde(default)]
    extra: Option<String>,
}

fn declined(body: &[u8]) -> Option<String> {
    let declined: Declined = serde_json::from_slice(body).ok()?;
    (!declined.success && !declined.message.is_empty() && is_writable(&declined.message))
        .then_some(declined.message)
}

/// The value in the form of its output; `None` where that would lose something.
fn short(program: &Program, output: Output, body: &[u8]) -> Option<Mock> {
    match output {
        Output::Text => {
            let (text, sets) = read::<String>(program, body)?;
            match text? {
                text if text.is_empty() && sets.is_empty() => Some(answer("empty", "")),
                text if text.trim().is_empty() || !is_writable(&text) => None,
                text => Some(answer(&line(&text), &sets)),
            }
        }
        Output::Image => {
            let (media, sets) = read::<Media>(program, body)?;
            let media = media?;
            let url = Some(&media.url)
                .filter(|url| is_writable(url))
                .map(|url| line(url))?;
            let value = match media.kind.as_str() {
                "image" => url,
                kind => format!("{kind} {url}"),
            };
            Some(answer(&value, &sets))
        }
        Output::Gallery => list::<CardData>(program, body, card),
        Output::Buttons | Output::QuickReplies => list(program, body, |program, option: &OptionData| {
            Some(vec![format!(
                "{}{}",
                line(&option.title),
                target(program, option)?
            )])
        }),
        Output::Nothing => {
            let (data, sets) = read::<()>(program, body)?;
            data.is_none().then(|| answer("ok", &sets))
        }
        _ => None,
    }
}

fn answer(value: &str, sets: &str) -> Mock {
    Mock::Answer(vec![format!("{value}{sets}")])
}

/// The data of a good reply, and the attributes that it sets, written out.
fn read<D: DeserializeOwned>(program: &Program, body: &[u8]) -> Option<(Option<D>, String)> {
    let body: Body<D> = serde_json::from_slice(body)
        .ok()
        .filter(|body: &Body<D>| body.success)?;
    let sets = body.attributes.into_iter().map(|(key, value)| {
        let name = words::name_of(program, &key)?;
        let value = words::value(&Value::from_json(value)?)?;
        Some(format!("{name} = {value}"))
    });
    let sets: Vec<String> = sets.collect::<Option<_>>()?;
    let sets = match sets.as_slice() {
        [] => String::new(),
        sets => format!(" sets {}", sets.join(", ")),
    };
    Some((body.data, sets))
}

/// A list of cards or options between braces.
fn list<D: DeserializeOwned>(
    program: &Program,
    body: &[u8],
    item: impl Fn(&Program, &D) -> Option<Vec<String>>,
) -> Option<Mock> {
    let (items, sets) = read::<Vec<D>>(program, body)?;
    let items = items.filter(|_| sets.is_empty())?;
    if items.is_empty() {
        return Some(answer("empty", ""));
    }
    let lines: Vec<Vec<String>> = items
        .iter()
        .map(|one| item(program, one))
        .collect::<Option<_>>()?;
    Some(Mock::Body {
        lines: lines.concat(),
        reply: raw_lines(body)?,
    })
}

fn card(program: &Program, card: &CardData) -> Option<Vec<String>> {
    let texts = [
        ("subtitle", &card.subtitle),
        ("image", &card.image),
        ("url", &card.url),
    ];
    let all_writable = texts
        .iter()
        .all(|(_, text)| text.as_deref().is_none_or(is_writable));
    let mut lines = vec![format!("card {} {{", line(&card.title))];
    for (word, text) in texts {
        // A blank text counts as absent.
        if let Some(text) = text.as_ref().filter(|text| !text.trim().is_empty()) {
            lines.push(format!("  {word} {}", line(text)));
        }
    }
    for button in &card.buttons {
        let target = target(program, button)?;
        lines.push(format!("  button {}{target}", line(&button.title)));
    }
    lines.push("}".to_owned());
    (all_writable && is_writable(&card.title)).then_some(lines)
}

/// ` -> track extra "x"`; `None` for what cannot be written, and for a sequence that the flow does not have.
fn target(program: &Program, option: &OptionData) -> Option<String> {
    let extra = option.extra.as_ref().filter(|extra| !extra.trim().is_empty());
    if !is_writable(&option.title) || extra.is_some_and(|extra| !is_writable(extra)) {
        return None;
    }
    let target = match option.kind.as_str() {
        "sequence" => program.sequence_name(&option.value)?.to_owned(),
        kind => format!("{kind} {}", line(&option.value)),
    };
    let extra = extra.map_or_else(String::new, |extra| format!(" extra {}", line(extra)));
    Some(format!(" -> {target}{extra}"))
}
