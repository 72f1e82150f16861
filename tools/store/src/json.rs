//! How values are written down, and read again.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, ErrorKind};
use crate::record::{Changes, Outgoing, Record};

/// A value as a store keeps it. One that could not be read again is refused, as its conversation would be dead
/// for ever: a number that is none, lists in each other beyond the depth that is read.
pub(crate) fn write<T: Serialize + DeserializeOwned>(
    what: &str,
    conversation: &str,
    value: &T,
) -> Result<String, Error> {
    let written = serde_json::to_string(value).and_then(|json| {
        serde_json::from_str::<T>(&json)?;
        Ok(json)
    });
    written.map_err(|error| {
        let message =
            format!("the {what} of `{conversation}` is not stored, as it could not be read again: {error}");
        Error::new(ErrorKind::Unwritable, message)
            .with_conversation(conversation)
            .with_source(error)
    })
}

/// What was written down, with whose it is for who has to mend it.
pub(crate) fn read<T: DeserializeOwned>(what: &str, conversation: &str, json: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| {
        let message = format!("the {what} of `{conversation}` cannot be read: {error}");
        Error::new(ErrorKind::Unreadable, message)
            .with_conversation(conversation)
            .with_source(error)
    })
}

/// Session and customer of a record.
pub(crate) fn write_record(conversation: &str, record: &Record) -> Result<(String, String), Error> {
    Ok((
        write("session", conversation, &record.session)?,
        write("customer", conversation, &record.customer)?,
    ))
}

/// The changes of a turn.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) session: String,
    pub(crate) customer: String,
    pub(crate) outbox: Vec<String>,
}

pub(crate) fn write_changes(conversation: &str, changes: &Changes) -> Result<Written, Error> {
    let row = |outgoing: &Outgoing| write("outbox", conversation, outgoing);
    Ok(Written {
        session: write("session", conversation, &changes.session)?,
        customer: write("customer", conversation, &changes.customer)?,
        outbox: changes.outbox.iter().map(row).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use sayflow::{Customer, Input, InputKind, Value};

    use super::*;

    #[test]
    fn what_could_not_be_read_again_is_refused_with_the_reason() {
        let deep = (0..70).fold(serde_json::Value::Null, |inner, _| {
            serde_json::Value::Array(vec![inner])
        });
        let mut customer = Customer::new(7);
        customer.set_attribute("crm", Value::Json(deep));
        let east = |longitude| {
            let kind = InputKind::Location {
                latitude: 0.0,
                longitude,
            };
            write("input", "web:1", &Input::from(kind))
        };
        let told = [
            east(f64::NAN),
            east(f64::INFINITY),
            write("customer", "web:1", &customer),
        ]
        .map(|written| written.unwrap_err().to_string());
        insta::assert_snapshot!(told.join("\n"), @r"
        the input of `web:1` is not stored, as it could not be read again: `location` must hold two numbers
        the input of `web:1` is not stored, as it could not be read again: `location` must hold two numbers
        the customer of `web:1` is not stored, as it could not be read again: `crm`: a value cannot have more than 64 lists and objects in each other
        ");
        assert!(east(-180.0).is_ok());
    }
}
