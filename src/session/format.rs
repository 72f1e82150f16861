//! The version of a session's JSON form.
//!
//! | format | what is new in it |
//! | --- | --- |
//! | 1 | |
//! | 2 | the inputs that were taken lately; the beginning of a sequence as a place to come back to |
//! | 3 | options as lists; visits of those sequences alone whose visits the flow reads |
//!
//! Every format is read, the last one is written. `tests/sessions` holds sessions of each.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The version of the JSON form; a session that was read has the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Format;

impl Format {
    const OLDEST: u32 = 1;
    const LAST: u32 = 3;
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(Self::LAST)
    }
}

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            // What is new since format 1 may be absent, and options are read in both forms.
            Self::OLDEST..=Self::LAST => Ok(Self),
            other => Err(serde::de::Error::custom(format_args!(
                "session format {other} is not known: this version of sayflow reads formats {} to {}",
                Self::OLDEST,
                Self::LAST
            ))),
        }
    }
}
