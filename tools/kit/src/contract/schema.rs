//! A JSON Schema of draft 2020-12 as a value.

use indexmap::IndexMap;
use serde::Serialize;

use super::json::Json;

/// The dialect of every schema.
pub(super) const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A JSON Schema (draft 2020-12). It serializes with the same keys in the same order whichever
/// features of serde_json are on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub(super) dialect: Option<&'static str>,
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Kinds::is_any")]
    pub(super) kinds: Kinds,
    #[serde(rename = "const", skip_serializing_if = "Option::is_none")]
    pub(super) constant: Option<Json>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(super) choices: Vec<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Box<Self>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) properties: IndexMap<String, Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) required: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) additional_properties: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) not: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) r#if: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) then: Option<Box<Self>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) all_of: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) any_of: Vec<Self>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) examples: Vec<Json>,
    #[serde(rename = "$defs", skip_serializing_if = "IndexMap::is_empty")]
    pub(super) definitions: IndexMap<String, Self>,
}

/// What `type` says.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Kinds {
    #[default]
    Any,
    One(Kind),
    Several(Vec<Kind>),
}

/// A kind of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Kinds {
    fn is_any(&self) -> bool {
        *self == Self::Any
    }
}

impl Schema {
    /// Any value of a kind.
    pub(super) fn of(kind: Kind) -> Self {
        Self {
            kinds: Kinds::One(kind),
            ..Self::default()
        }
    }

    /// Any value of one of these kinds.
    pub(super) fn of_any(kinds: &[Kind]) -> Self {
        Self {
            kinds: Kinds::Several(kinds.into()),
            ..Self::default()
        }
    }

    /// This one value.
    pub(super) fn constant(value: impl Into<Json>) -> Self {
        Self {
            constant: Some(value.into()),
            ..Self::default()
        }
    }

    /// One of these values.
    pub(super) fn one_of(choices: impl IntoIterator<Item = Json>) -> Self {
        Self {
            choices: choices.into_iter().collect(),
            ..Self::default()
        }
    }

    /// A text that matches.
    pub(super) fn matching(pattern: impl Into<String>) -> Self {
        Self {
            pattern: Some(pattern.into()),
            ..Self::of(Kind::String)
        }
    }

    /// What fits one of these.
    pub(super) fn any_of(schemas: impl IntoIterator<Item = Self>) -> Self {
        Self {
            any_of: schemas.into_iter().collect(),
            ..Self::default()
        }
    }

    /// A list of these.
    pub(super) fn list_of(items: Self) -> Self {
        Self {
            items: Some(Box::new(items)),
            ..Self::of(Kind::Array)
        }
    }

    /// What the definition of that name says.
    pub(super) fn reference(name: &str) -> Self {
        Self {
            reference: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// No value at all.
    pub(super) fn nothing() -> Self {
        Self {
            not: Some(Box::default()),
            ..Self::default()
        }
    }

    pub(super) fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    pub(super) fn described(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    pub(super) fn example(mut self, example: impl Into<Json>) -> Self {
        self.examples.push(example.into());
        self
    }

    /// With an entry that may be absent.
    pub(super) fn optional(mut self, key: &str, value: Self) -> Self {
        self.properties.insert(key.to_owned(), value);
        self
    }

    /// With an entry that must be there.
    pub(super) fn required(mut self, key: &str, value: Self) -> Self {
        self.required.push(key.to_owned());
        self.optional(key, value)
    }

    /// With what holds where the condition does.
    pub(super) fn when(mut self, condition: Self, then: Self) -> Self {
        self.r#if = Some(Box::new(condition));
        self.then = Some(Box::new(then));
        self
    }

    /// The condition that an object has this value under a key.
    pub(super) fn has(key: &str, value: impl Into<Json>) -> Self {
        Self::default().required(key, Self::constant(value))
    }

    /// The schemas directly inside this one.
    fn inner_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        let boxed = [
            &mut self.items,
            &mut self.additional_properties,
            &mut self.not,
            &mut self.r#if,
            &mut self.then,
        ];
        let boxed = boxed.into_iter().filter_map(Option::as_deref_mut);
        boxed
            .chain(self.properties.values_mut())
            .chain(&mut self.all_of)
            .chain(&mut self.any_of)
            .chain(self.definitions.values_mut())
    }

    /// Points every reference to where the definitions are kept, and says which there are.
    pub(super) fn point_references(&mut self, place: &str, names: &mut Vec<String>) {
        if let Some(name) = &mut self.reference {
            if !names.contains(name) {
                names.push(name.clone());
            }
            name.insert_str(0, place);
        }
        for inner in self.inner_mut() {
            inner.point_references(place, names);
        }
    }
}
