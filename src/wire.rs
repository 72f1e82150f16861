//! How durations, numbers and words stand in JSON forms.
//!
//! Inside an enum that is told apart by a key, serde keeps a number aside before it is read. With serde_json's
//! `arbitrary_precision`, which any package of a build may switch on, such a number is no number to anybody but
//! [`serde_json::Number`]: everything here is read through it.

use std::fmt;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

/// A duration as seconds with their fraction.
pub(crate) mod seconds {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(duration.as_secs_f64())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let seconds = Number::deserialize(deserializer)?.as_f64();
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration.ok_or_else(|| D::Error::custom("expected seconds, from 0 on"))
    }
}

/// A duration as whole milliseconds.
pub(crate) mod milliseconds {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let milliseconds = Number::deserialize(deserializer)?.as_u64();
        let duration = milliseconds.map(Duration::from_millis);
        duration.ok_or_else(|| D::Error::custom("expected whole milliseconds, from 0 on"))
    }
}

/// An HTTP status that may be absent.
pub(crate) fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    let number = Option::<Number>::deserialize(deserializer)?;
    let status = number.map(|number| number.as_u64().and_then(|status| u16::try_from(status).ok()));
    match status {
        Some(None) => Err(D::Error::custom("expected an HTTP status")),
        found => Ok(found.flatten()),
    }
}

/// Prints the word that JSON has for a variant without fields.
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Serialize> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}
