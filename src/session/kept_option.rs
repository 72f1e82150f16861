//! An option that can still be tapped, and how it is written.
//!
//! `[3,"Back to the start","home"]`: its number, what it says and where it leads. What few options have stands
//! behind that as an object, and `null` in the place of what is absent. Formats 1 and 2 have an object for all of it.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Anchorage;
use crate::short_text::ShortText;

/// An option that can still be tapped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeptOption {
    pub(crate) number: u64,
    /// Kept while it can be typed, or while it is an answer.
    pub(crate) title: Option<ShortText>,
    /// The sequence that it opens.
    pub(crate) target: Option<ShortText>,
    /// `None` where there is nothing of it.
    pub(crate) carried: Option<Box<Carried>>,
}

/// What a tap brings along.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Carried {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) extra: Option<ShortText>,
    /// What it answers where it was shown in another language: the flow's own title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<ShortText>,
    /// The question that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ask: Option<Anchorage>,
}

impl Carried {
    fn boxed(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

impl KeptOption {
    pub(crate) fn has_extra(&self) -> bool {
        self.carried
            .as_ref()
            .is_some_and(|carried| carried.extra.is_some())
    }

    /// Whether it answers a question.
    pub(crate) fn is_answer(&self) -> bool {
        self.carried.as_ref().is_some_and(|carried| carried.ask.is_some())
    }
}

impl Serialize for KeptOption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(None)?;
        parts.serialize_element(&self.number)?;
        parts.serialize_element(&self.title)?;
        if self.target.is_some() || self.carried.is_some() {
            parts.serialize_element(&self.target)?;
        }
        if let Some(carried) = &self.carried {
            parts.serialize_element(carried)?;
        }
        parts.end()
    }
}

impl<'de> Deserialize<'de> for KeptOption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

/// Reads both forms.
struct Written;

/// The form of formats 1 and 2.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    n: u64,
    to: Option<ShortText>,
    extra: Option<ShortText>,
    r#as: Option<ShortText>,
    own: Option<ShortText>,
    ask: Option<Anchorage>,
}

impl<'de> Visitor<'de> for Written {
    type Value = KeptOption;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an option as `[number, title, target]`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<KeptOption, A::Error> {
        let number = parts.next_element()?;
        let option = KeptOption {
            number: number.ok_or_else(|| A::Error::invalid_length(0, &self))?,
            title: parts
                .next_element()?
                .ok_or_else(|| A::Error::invalid_length(1, &self))?,
            target: parts.next_element()?.flatten(),
            carried: parts.next_element()?.and_then(Carried::boxed),
        };
        match parts.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(option),
            Some(_) => Err(A::Error::custom("an option has four parts at most")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<KeptOption, A::Error> {
        let named = Named::deserialize(MapAccessDeserializer::new(fields))?;
        let carried = Carried {
            extra: named.extra,
            own: named.own,
            ask: named.ask,
        };
        Ok(KeptOption {
            number: named.n,
            title: named.r#as,
            target: named.to,
            carried: carried.boxed(),
        })
    }
}
