//! JSON values inside documents: keys stay in the order in which they were put there.

use indexmap::IndexMap;
use sayflow::{Number, Value};
use serde::Serialize;

/// A JSON value that prints the same whichever features of serde_json are on.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    Null,
    YesNo(bool),
    Whole(i64),
    /// Printed with its fraction, `6.0`.
    Real(f64),
    Number(Number),
    Text(String),
    List(Vec<Self>),
    Object(IndexMap<String, Self>),
}

impl Json {
    /// An object with these entries.
    pub(super) fn object<const N: usize>(entries: [(&str, Self); N]) -> Self {
        let entries = entries.into_iter();
        Self::Object(entries.map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A list of these values.
    pub(super) fn list<const N: usize>(items: [Self; N]) -> Self {
        Self::List(items.into())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::YesNo(flag)
    }
}

impl From<i64> for Json {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}

/// A constant of a flow, which is never a list or an object.
impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::YesNo(flag) => Self::YesNo(*flag),
            Value::Number(number) => Self::Number(*number),
            other => Self::Text(other.to_string()),
        }
    }
}
