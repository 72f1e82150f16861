//! Names that come from outside: of conversations and of inputs.

use sayflow::{Input, Timestamp};

use crate::error::{Error, ErrorKind};

/// Longer than any channel's, and short enough for the index of every database.
const NAME_BYTES: usize = 512;

/// Refuses a conversation that no store can name.
pub(crate) fn check_conversation(conversation: &str) -> Result<(), Error> {
    check("the name of a conversation", conversation)
}

/// The same where one may be named.
pub(crate) fn check_wanted(conversation: Option<&str>) -> Result<(), Error> {
    conversation.map_or(Ok(()), check_conversation)
}

/// Refuses an input whose id no store can remember.
pub(crate) fn check_input(input: &Input) -> Result<(), Error> {
    match &input.id {
        Some(id) => check("the id of an input", id),
        None => Ok(()),
    }
}

fn check(what: &str, name: &str) -> Result<(), Error> {
    let wrong = if name.is_empty() {
        "is empty".to_owned()
    } else if name.len() > NAME_BYTES {
        format!("has {} bytes", name.len())
    } else if let Some(control) = name.chars().find(|char| char.is_control()) {
        format!("has the control character U+{:04X}", u32::from(control))
    } else {
        return Ok(());
    };
    let advice = if wrong.starts_with("has the control") {
        "leave it out".to_owned()
    } else {
        format!("give it 1 to {NAME_BYTES} bytes")
    };
    Err(Error::new(ErrorKind::Name, format!("{what} {wrong}: {advice}")))
}

/// The key of a row of the outbox: the turn that wrote it, and its place in that turn.
pub(crate) fn row_key(conversation: &str, version: u64, place: usize) -> String {
    format!("{conversation}/{version}/{place}")
}

/// The conversation of a row, by its key.
pub(crate) fn conversation_of(row_key: &str) -> Option<&str> {
    let (of_turn, _place) = row_key.rsplit_once('/')?;
    let (conversation, _version) = of_turn.rsplit_once('/')?;
    Some(conversation)
}

/// The id of an input to which the channel gave none. No two inputs of a store have the same, nor has one of a store
/// that is made anew or from a copy and numbers its entries again: idempotency keys are made of it.
pub(crate) fn input_id(entry: u64, arrived_at: Timestamp) -> String {
    format!("entry-{entry}-{}", arrived_at.as_microseconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_no_store_takes_says_why() {
        let long = "é".repeat(300);
        let reasons = ["", &long, "whatsapp:\u{0}1"]
            .map(|name| check_conversation(name).unwrap_err().to_string())
            .join("\n");
        insta::assert_snapshot!(reasons, @r"
        the name of a conversation is empty: give it 1 to 512 bytes
        the name of a conversation has 600 bytes: give it 1 to 512 bytes
        the name of a conversation has the control character U+0000: leave it out
        ");
        assert!(check_conversation(&"x".repeat(NAME_BYTES)).is_ok());
        assert!(check_conversation("whatsapp:৮৮০").is_ok());
    }

    #[test]
    fn the_id_of_an_input_is_held_to_the_same() {
        assert!(check_input(&Input::text("\u{0}").with_id("m-1")).is_ok());
        assert!(check_input(&Input::text("Hi").with_id("m\u{0}1")).is_err());
    }
}
