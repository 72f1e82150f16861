//! `sayflow run --json`: one input a line in, one turn a line out.

use std::io::{self, Write};

use sayflow::channel::{self, Change, Channel};
use sayflow::{Customer, Error, Input, Turn};
use sayflow_kit::nearest::edits;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::conversation::Conversation;
use crate::exit::{Exit, Stop};
use crate::json;
use crate::lines::{Line, Lines};
use crate::record;
use crate::told;
use crate::visible::{in_json, visible};
use crate::watch::Watch;

/// The key of a line that changes the customer's record.
const CUSTOMER: &str = "customer";

/// Answers every line of the standard input with a line of JSON.
pub(crate) fn run(
    mut conversation: Conversation,
    watch: Option<&Watch>,
    channel: Option<Channel>,
) -> Result<Exit, Stop> {
    let mut output = io::stdout().lock();
    for line in Lines::new(io::stdin().lock()) {
        let line = line?;
        if let Some(program) = watch.and_then(Watch::take) {
            conversation.reload(program);
        }
        writeln!(output, "{}", answer(&mut conversation, line, channel)?)?;
        output.flush()?;
        for complaint in conversation.endpoints().complaints() {
            // What cannot be said on the standard error is not worth the end of a conversation.
            let _ = writeln!(told::aside(), "{}", visible(&complaint));
        }
    }
    for told in conversation.end()? {
        let _ = writeln!(told::aside(), "{}", visible(&told));
    }
    Ok(Exit::Fine)
}

/// What a line asks for.
enum Asked {
    /// A change of the customer's record.
    Customer(Json),
    /// A turn, at a moment of its own or now.
    Turn { input: Input, has_time: bool },
}

fn answer(conversation: &mut Conversation, line: Line, channel: Option<Channel>) -> Result<String, Stop> {
    match line.and_then(|line| asked(&line)) {
        Ok(Asked::Customer(change)) => change_customer(conversation, &change),
        Ok(Asked::Turn { input, has_time }) => {
            let input = if has_time {
                input
            } else {
                input.at(conversation.now())
            };
            match conversation.turn(&input)? {
                Ok(turn) => match channel {
                    Some(channel) => written(&degraded(turn, channel)),
                    None => written(&turn),
                },
                Err(error) => written(&refused(&error)),
            }
        }
        Err(message) => written(&refusal(&"input", &message)),
    }
}

/// A turn as a channel shows it.
#[derive(Serialize)]
struct OnChannel {
    #[serde(flatten)]
    turn: Turn,
    changes: Vec<Change>,
}

fn degraded(mut turn: Turn, channel: Channel) -> OnChannel {
    let degraded = channel::degrade(turn.blocks, channel);
    turn.blocks = degraded.blocks;
    OnChannel {
        turn,
        changes: degraded.changes,
    }
}

fn asked(line: &str) -> Result<Asked, String> {
    let mut json = json::parse(line)?;
    let Some(object) = json.as_object_mut() else {
        let kind = json::kind(&json);
        return Err(format!(
            r#"a line is an object such as `{{"text":"Hi"}}`, not {kind}"#
        ));
    };
    if let Some(change) = object.remove(CUSTOMER) {
        return match object.keys().next() {
            None => Ok(Asked::Customer(change)),
            // One line is answered by one line, which says of one thing whether it went well.
            Some(other) => Err(format!(
                "`{CUSTOMER}` stands in a line of its own: send `{other}` in the next one"
            )),
        };
    }
    if let Some(key) = object.keys().find(|key| edits(key, CUSTOMER).is_some()) {
        return Err(format!("unknown key `{key}`: did you mean `{CUSTOMER}`?"));
    }
    let has_time = object.contains_key("now");
    let input = serde_json::from_value(json).map_err(|error| error.to_string())?;
    Ok(Asked::Turn { input, has_time })
}

/// The whole record, after a change.
#[derive(Serialize)]
struct Changed<'c> {
    customer: &'c Customer,
}

/// Lays the given fields over the customer's; `null` clears one.
fn change_customer(conversation: &mut Conversation, change: &Json) -> Result<String, Stop> {
    let customer = match record::changed(conversation.customer(), conversation.program(), change) {
        Ok(customer) => customer,
        Err(message) => return written(&refusal(&"customer", &message)),
    };
    conversation.set_customer(customer)?;
    written(&Changed {
        customer: &conversation.shown_customer(),
    })
}

fn refused(error: &Error) -> Json {
    refusal(&error.kind(), &error.to_string())
}

fn refusal(kind: &impl Serialize, message: &str) -> Json {
    json!({ "error": { "kind": kind, "message": message } })
}

/// One line without raw control characters: whoever reads along may be a terminal.
fn written(answer: &impl Serialize) -> Result<String, Stop> {
    let json = serde_json::to_string(answer).map_err(|error| Stop::misuse(error.to_string()))?;
    Ok(in_json(&json))
}
