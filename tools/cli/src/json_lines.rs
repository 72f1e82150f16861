//! `sayflow run --json`: one input a line in, one turn a line out.

use std::io::{self, Write};

use sayflow::{Customer, Error, Input};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::conversation::Conversation;
use crate::exit::{Exit, Stop};
use crate::lines::{Line, Lines};
use crate::record;
use crate::visible::{in_json, visible};
use crate::watch::Watch;

/// Answers every line of the standard input with a line of JSON.
pub(crate) fn run(mut conversation: Conversation, watch: Option<&Watch>) -> Result<Exit, Stop> {
    let mut output = io::stdout().lock();
    for line in Lines::new(io::stdin().lock()) {
        let line = line?;
        if let Some(program) = watch.and_then(Watch::take) {
            conversation.reload(program);
        }
        writeln!(output, "{}", answer(&mut conversation, line)?)?;
        output.flush()?;
        for complaint in conversation.endpoints().complaints() {
            // What cannot be said on the standard error is not worth the end of a conversation.
            let _ = writeln!(anstream::stderr(), "{}", visible(&complaint));
        }
    }
    Ok(Exit::Fine)
}

fn answer(conversation: &mut Conversation, line: Line) -> Result<String, Stop> {
    let line = match line {
        Ok(line) => line,
        Err(damage) => return written(&refusal(&"input", &damage)),
    };
    let json: Json = match serde_json::from_str(&line) {
        Ok(json) => json,
        Err(error) => return written(&refusal(&"input", &format!("not JSON: {error}"))),
    };
    if let Some(change) = json.get("customer") {
        return change_customer(conversation, change);
    }
    let has_time = json.get("now").is_some();
    let input = match serde_json::from_value::<Input>(json) {
        Ok(input) if has_time => input,
        Ok(input) => input.at(conversation.now()),
        Err(error) => return written(&refusal(&"input", &error.to_string())),
    };
    match conversation.turn(&input)? {
        Ok(turn) => written(&turn),
        Err(error) => written(&refused(&error)),
    }
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
