//! What may stand behind `>` in a script.

use std::time::Duration;

use sayflow::{Answer, Failure, Input, InputKind, Limits, Reply};

/// One line of a script.
#[derive(Debug)]
pub(crate) enum Command {
    /// `start`, `start NAME`, `text "…"`, any other words, `tap-id ID`, `intent NAME`,
    /// `image URL` (also `audio`, `video`, `file`), `location 23.8 90.4`, `no reply`,
    /// `no reply MOMENT`
    Input(Input),
    /// `tap TITLE`, the newest option of that title; `tap oldest TITLE`, the oldest
    Tap { title: String, is_oldest: bool },
    /// `at +10m`: the clock moves on
    Later(Duration),
    /// `reply API {…}` the whole reply; `reply API data …` its data; `reply API declined`,
    /// `timeout`, `unreachable`, `blocked`, `too large`, `status 503`, `status 302 LOCATION`, `html`
    Reply(String, Answer),
    /// `customer {…}`
    Customer(serde_json::Value),
    /// `bot enabled`: the host switches the bot on again
    BotEnabled,
    /// `restart process`: session and customer are stored and read
    Restart,
    /// `session {…}`: a session as it lies in the store
    StoredSession(String),
    /// `flow NAME`: the flow was edited
    Flow(String),
    /// `limit calls 2`
    Limit(String, u64),
    /// `secret NAME VALUE ORIGIN`
    Secret {
        name: String,
        value: String,
        origin: String,
    },
    /// `server NAME ORIGIN`
    Server(String, String),
    /// `channels 1 2`
    Channels(Vec<i64>),
    /// `calls disabled`
    CallsDisabled,
    /// `option key`
    OptionKey,
    /// `show requests`
    ShowRequests,
    /// `show ids`
    ShowIds,
}

impl Command {
    pub(crate) fn read(line: &str) -> Self {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match (word, rest) {
            ("start", "") => Self::Input(Input::start()),
            ("start", sequence) => Self::Input(Input::start_at(sequence)),
            ("text", text) if text.starts_with('"') => {
                Self::Input(Input::text(serde_json::from_str::<String>(text).unwrap()))
            }
            ("tap", title) => match title.strip_prefix("oldest ") {
                Some(title) => Self::Tap {
                    title: title.to_owned(),
                    is_oldest: true,
                },
                None => Self::Tap {
                    title: title.to_owned(),
                    is_oldest: false,
                },
            },
            ("tap-id", id) => Self::Input(Input::tap(id)),
            ("intent", name) => Self::Input(Input::intent(name)),
            ("image", url) => Self::Input(Input::image(url)),
            ("audio", url) => Self::Input(Input::audio(url)),
            ("video", url) => Self::Input(Input::video(url)),
            ("file", url) => Self::Input(Input::file(url)),
            ("location", place) => {
                let (north, east) = place.split_once(' ').unwrap();
                Self::Input(Input::location(north.parse().unwrap(), east.parse().unwrap()))
            }
            ("no", "reply") => Self::Input(Input::no_reply()),
            ("no", due) if due.starts_with("reply ") => {
                let due = due.trim_start_matches("reply ").parse().unwrap();
                Self::Input(Input {
                    kind: InputKind::NoReply(Some(due)),
                    ..Input::no_reply()
                })
            }
            ("at", span) => Self::Later(duration(span.strip_prefix('+').unwrap())),
            ("reply", rest) => {
                let (api, answer) = rest.split_once(' ').unwrap();
                Self::Reply(api.to_owned(), self::answer(answer))
            }
            ("customer", json) => Self::Customer(serde_json::from_str(json).unwrap()),
            ("bot", "enabled") => Self::BotEnabled,
            ("restart", "process") => Self::Restart,
            ("session", json) => Self::StoredSession(json.to_owned()),
            ("flow", name) => Self::Flow(name.to_owned()),
            ("limit", rest) => {
                let (name, value) = rest.split_once(' ').unwrap();
                Self::Limit(name.to_owned(), value.parse().unwrap())
            }
            ("secret", rest) => {
                let words: Vec<&str> = rest.split(' ').collect();
                let [name, value, origin] = words[..] else {
                    panic!("`secret` needs a name, a value and an origin: {line}")
                };
                Self::Secret {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    origin: origin.to_owned(),
                }
            }
            ("server", rest) => {
                let (name, origin) = rest.split_once(' ').unwrap();
                Self::Server(name.to_owned(), origin.to_owned())
            }
            ("channels", list) => Self::Channels(list.split(' ').map(|id| id.parse().unwrap()).collect()),
            ("calls", "disabled") => Self::CallsDisabled,
            ("option", "key") => Self::OptionKey,
            ("show", "requests") => Self::ShowRequests,
            ("show", "ids") => Self::ShowIds,
            _ => Self::Input(Input::text(line)),
        }
    }
}

/// `10m`, in the words of the language.
fn duration(text: &str) -> Duration {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().unwrap();
    Duration::from_secs(match unit {
        "s" => number,
        "m" => number * 60,
        "h" => number * 3_600,
        "d" => number * 86_400,
        _ => panic!("no duration: {text}"),
    })
}

fn answer(text: &str) -> Answer {
    // `after 5s …` says how long the call took.
    if let Some((took, rest)) = text.strip_prefix("after ").and_then(|text| text.split_once(' ')) {
        let elapsed = duration(took);
        return Answer {
            elapsed,
            ..answer(rest)
        };
    }
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let reply = |status, body: String| {
        Ok(Reply {
            status,
            location: None,
            body: body.into_bytes(),
        })
    };
    let result = match (word, rest) {
        ("data", data) => reply(200, format!(r#"{{"success":true,"data":{data}}}"#)),
        ("declined", "") => reply(200, r#"{"success":false,"message":"not today"}"#.to_owned()),
        ("html", "") => reply(200, "<html>Welcome to nginx!</html>".to_owned()),
        ("status", code) => {
            let (code, location) = code.split_once(' ').unwrap_or((code, ""));
            let location = (!location.is_empty()).then(|| location.to_owned());
            reply(code.parse().unwrap(), "{}".to_owned()).map(|reply| Reply { location, ..reply })
        }
        ("timeout", "") => Err(Failure::Timeout),
        ("unreachable", "") => Err(Failure::Unreachable("connection refused".to_owned())),
        ("blocked", "") => Err(Failure::Blocked("a private address".to_owned())),
        ("too", "large") => Err(Failure::TooLarge),
        _ => reply(200, text.to_owned()),
    };
    Answer {
        result,
        elapsed: Duration::from_millis(20),
    }
}

pub(crate) fn set_limit(limits: &mut Limits, name: &str, value: u64) {
    let number = u32::try_from(value).unwrap();
    match name {
        "steps" => limits.steps = number,
        "calls" => limits.calls = number,
        "depth" => limits.depth = number,
        "blocks" => limits.blocks = number,
        "text_bytes" => limits.text_bytes = number as usize,
        "turn_bytes" => limits.turn_bytes = number as usize,
        "customer_bytes" => limits.customer_bytes = number as usize,
        "request_bytes" => limits.request_bytes = number as usize,
        "reply_items" => limits.reply_items = number as usize,
        "input_bytes" => limits.input_bytes = number as usize,
        "reply_bytes" => limits.reply_bytes = number as usize,
        "seconds" => limits.time = Duration::from_secs(value),
        _ => panic!("no limit: {name}"),
    }
}
