//! The types of attributes, as JSON and as text in a URL or header.

use sayflow::{Program, Type};

use super::json::Json;
use super::record::{self, Holds};
use super::schema::{Kind, Kinds, Schema};
use super::{patterns, record::Field};

/// What an attribute of a type holds, as a JSON value.
pub(super) fn value_of(ty: &Type) -> Schema {
    match ty {
        Type::Text => Schema::of(Kind::String),
        Type::Number => Schema::of(Kind::Number),
        Type::YesNo => Schema::of(Kind::Boolean),
        Type::Date => Schema {
            format: Some("date"),
            max_length: Some(10),
            ..Schema::matching(patterns::date())
        }
        .example("2026-11-20"),
        Type::OneOf(options) => Schema::one_of(options.iter().map(|option| Json::from(&**option))),
        _ => Schema::default(),
    }
}

/// The same, or `null`.
pub(super) fn value_or_null(ty: &Type) -> Schema {
    let mut schema = value_of(ty);
    if let Kinds::One(kind) = schema.kinds {
        schema.kinds = Kinds::Several(vec![kind, Kind::Null]);
    }
    if !schema.choices.is_empty() {
        schema.choices.push(Json::Null);
    }
    schema
}

/// An attribute or a field of the record as requests write it into a URL or header.
pub(super) fn written(program: &Program, key: &str) -> Schema {
    match (record::field(key), declared(program, key)) {
        (Some(field), _) => written_field(field),
        (None, Some(Type::YesNo)) => yes_or_no(),
        (None, Some(Type::Any) | None) => Schema::of(Kind::String),
        (None, Some(ty)) => value_of(ty),
    }
}

/// The declared type of an attribute, by its key.
pub(super) fn declared<'p>(program: &'p Program, key: &str) -> Option<&'p Type> {
    let mut attributes = program.attribute_types();
    attributes.find(|(known, _)| *known == key).map(|(_, ty)| ty)
}

fn written_field(field: &Field) -> Schema {
    let kind = match field.holds {
        Holds::YesNo => return yes_or_no(),
        Holds::Whole => Kind::Integer,
        Holds::Hours => Kind::Number,
        Holds::Text | Holds::Moment => Kind::String,
    };
    Schema::of(kind).example(field.example())
}

fn yes_or_no() -> Schema {
    Schema::one_of(["yes".into(), "no".into()])
}
