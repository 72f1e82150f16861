//! What the URL and the headers of a request carry.

use sayflow::{Argument, Program};
use serde::Serialize;

use super::target::{Piece, Target, pieces};
use crate::contract::schema::{Kind, Kinds, Schema};
use crate::contract::types;

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) required: bool,
    pub(super) schema: Schema,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    Path,
    Query,
    Header,
}

/// The attributes in a path.
pub(super) fn of_path(program: &Program, target: &Target) -> Vec<Parameter> {
    let parameters = target.parameters().into_iter();
    let parameters = parameters.map(|(name, piece)| Parameter {
        name,
        place: Place::Path,
        description: Some(describe(std::slice::from_ref(piece))),
        required: true,
        // An attribute without a value blocks the call.
        schema: filled(program, std::slice::from_ref(piece), false),
    });
    parameters.collect()
}

/// The query that stands in the URL; what has no name of its own goes to the notes.
pub(super) fn of_query(program: &Program, target: &Target, notes: &mut Vec<String>) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for written in &target.query {
        let (name, value) = match written.split_first() {
            Some((Piece::Plain(first), rest)) => match first.split_once('=') {
                Some((name, "")) => (name, rest.to_vec()),
                Some((name, value)) => (name, [&[Piece::Plain(decoded(value))], rest].concat()),
                None if rest.is_empty() => (first.as_str(), Vec::new()),
                None => ("", Vec::new()),
            },
            _ => ("", Vec::new()),
        };
        if name.is_empty() {
            notes.push(format!("Its query also has `{}`.", shown(written)));
        } else {
            parameters.push(of_template(program, Place::Query, &decoded(name), &value));
        }
    }
    merged_lists(parameters)
}

/// The params or headers of an API, secrets apart.
pub(super) fn of_arguments<'p>(
    program: &Program,
    place: Place,
    arguments: impl Iterator<Item = (&'p str, Argument<'p>)>,
) -> Vec<Parameter> {
    let parameters = arguments.filter_map(|(name, argument)| {
        Some(match argument {
            Argument::Text(text) => of_template(program, place, name, &pieces(program, &text)),
            Argument::Value(value) => {
                let constant = match value.as_yes_no() {
                    // As people read it, unlike in JSON.
                    Some(flag) => Schema::constant(if flag { "yes" } else { "no" }),
                    None => Schema::constant(value),
                };
                parameter(place, name, None, constant)
            }
            Argument::Attribute(key) => Parameter {
                required: false,
                ..parameter(
                    place,
                    name,
                    Some(format!("The attribute `{key}`; absent where it is unset.")),
                    types::written(program, key),
                )
            },
            _ => return None,
        })
    });
    merged_lists(parameters.collect())
}

fn parameter(place: Place, name: &str, description: Option<String>, schema: Schema) -> Parameter {
    Parameter {
        name: name.to_owned(),
        place,
        description,
        required: true,
        schema,
    }
}

fn of_template(program: &Program, place: Place, name: &str, value: &[Piece]) -> Parameter {
    match value {
        [] => parameter(place, name, None, Schema::constant("")),
        [Piece::Plain(text)] => parameter(place, name, None, Schema::constant(text.as_str())),
        _ => parameter(place, name, Some(describe(value)), filled(program, value, true)),
    }
}

/// What a template becomes; empty where its only attribute is unset and may be.
fn filled(program: &Program, value: &[Piece], may_be_empty: bool) -> Schema {
    let [Piece::Attribute { key, default }] = value else {
        return Schema::of(Kind::String);
    };
    let schema = types::written(program, key);
    let is_any_text = schema.kinds == Kinds::One(Kind::String) && schema.pattern.is_none();
    match default {
        _ if is_any_text => schema,
        Some(default) if schema.choices.contains(&default.as_str().into()) => schema,
        Some(default) => Schema::any_of([schema, Schema::constant(default.as_str())]),
        None if may_be_empty => Schema::any_of([schema, Schema::constant("")]),
        None => schema,
    }
}

fn describe(value: &[Piece]) -> String {
    match value {
        [Piece::Attribute { key, default: None }] => format!("The attribute `{key}`."),
        [
            Piece::Attribute {
                key,
                default: Some(default),
            },
        ] => format!("The attribute `{key}`, or `{default}` where it is unset."),
        _ => format!("The text `{}`, filled in.", shown(value)),
    }
}

/// A template as authors write it.
fn shown(value: &[Piece]) -> String {
    let pieces = value.iter().map(|piece| match piece {
        Piece::Plain(text) => text.clone(),
        Piece::Attribute { key, default: None } => format!("{{{{{key}}}}}"),
        Piece::Attribute {
            key,
            default: Some(default),
        } => format!("{{{{{key}|{default}}}}}"),
    });
    pieces.collect()
}

/// Makes one parameter with a list of those that a request carries several times.
pub(super) fn merged_lists(parameters: Vec<Parameter>) -> Vec<Parameter> {
    let mut merged: Vec<Parameter> = Vec::new();
    for parameter in parameters {
        let known = merged
            .iter_mut()
            .find(|known| known.name == parameter.name && known.place == parameter.place);
        match known {
            None => merged.push(parameter),
            Some(known) => {
                let items = match known.schema.items.take() {
                    Some(items) => *items,
                    None => std::mem::take(&mut known.schema),
                };
                known.schema = Schema::list_of(alternatives([items, parameter.schema]));
                known.description = Some("Sent several times.".to_owned());
                known.required |= parameter.required;
            }
        }
    }
    merged
}

/// A schema that accepts what one of these accepts.
pub(super) fn alternatives(schemas: impl IntoIterator<Item = Schema>) -> Schema {
    let mut distinct: Vec<Schema> = Vec::new();
    for schema in schemas {
        let is_choice = !schema.any_of.is_empty() && schema == Schema::any_of(schema.any_of.clone());
        let parts = if is_choice { schema.any_of } else { vec![schema] };
        for part in parts {
            if !distinct.iter().any(|known| says_the_same(known, &part)) {
                distinct.push(part);
            }
        }
    }
    match distinct.pop() {
        Some(only) if distinct.is_empty() => only,
        Some(last) => Schema::any_of(distinct.into_iter().chain([last])),
        None => Schema::default(),
    }
}

fn says_the_same(one: &Schema, other: &Schema) -> bool {
    let bare = |schema: &Schema| Schema {
        examples: Vec::new(),
        ..schema.clone()
    };
    bare(one) == bare(other)
}

/// A part of a query without its percent-encoding.
fn decoded(written: &str) -> String {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let digits = behind.get(..2).filter(|_| *first == b'%');
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        if byte.is_some() {
            rest = behind.get(2..).unwrap_or_default();
        }
        bytes.push(byte.unwrap_or(*first));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| written.to_owned())
}
