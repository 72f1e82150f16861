//! The schema of a request: the body of a POST.

use sayflow::{Api, Argument, Program};

use super::json::Json;
use super::record::{self, RECORD};
use super::schema::{DIALECT, Kind, Schema};
use super::types;

/// The component that holds the customer.
pub(super) const CUSTOMER: &str = "Customer";

/// The schema of what every POST carries: the customer record and the saved attributes; with a program,
/// its attributes have their declared types.
///
/// The `field`s of an API come on top: [`openapi`](super::openapi()) has the whole body of each.
///
/// # Examples
///
/// ```
/// let schema = serde_json::to_value(sayflow_kit::contract::request(None))?;
/// assert_eq!(schema["required"][0], "uid");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn request(program: Option<&Program>) -> Schema {
    Schema {
        dialect: Some(DIALECT),
        ..customer(program, |_| true)
    }
}

/// The record and those of the flow's attributes that are wanted.
pub(super) fn customer(program: Option<&Program>, is_wanted: impl Fn(&str) -> bool) -> Schema {
    let mut schema = Schema::of(Kind::Object)
        .titled("The customer, as every POST carries them")
        .described(
            "The customer record, always whole, and the saved attributes beside it. A text that is not known is \
             empty. An attribute that is unset is absent; it can never replace a field of the record.",
        );
    for field in &RECORD {
        schema = schema.required(field.name, field.in_request());
    }
    for (key, ty) in program.into_iter().flat_map(Program::attribute_types) {
        if is_wanted(key) {
            let description = format!("The flow declares it as {ty}; absent where it is unset.");
            schema = schema.optional(key, types::value_of(ty).described(description));
        }
    }
    schema.additional_properties = Some(Box::new(
        Schema::default()
            .described("Attributes that the flow does not declare: what replies and the host have saved."),
    ));
    schema.examples.push(example());
    schema
}

/// The body of a POST, with the bare name of the customer's schema.
pub(super) fn body(program: &Program, api: &Api<'_>) -> Schema {
    let fields: Vec<_> = api.fields().collect();
    if fields.is_empty() {
        return Schema::reference(CUSTOMER);
    }
    // A field replaces an attribute of its key, and may be of another type.
    let is_field = |key: &str| fields.iter().any(|(field, _)| *field == key);
    let replaces = program.attribute_types().any(|(key, _)| is_field(key));
    let customer = if replaces {
        customer(Some(program), |key| !is_field(key))
    } else {
        Schema {
            all_of: vec![Schema::reference(CUSTOMER)],
            ..Schema::default()
        }
    };
    let body = fields.iter().fold(customer, |body, (key, argument)| {
        body.required(key, field(program, argument))
    });
    Schema {
        // The example of the customer lacks the fields.
        examples: Vec::new(),
        ..body
    }
    .titled(format!("The body of `{}`", api.name()))
    .described("The customer, as every POST carries them, and the fields of this API.")
}

/// A field of an API as JSON.
fn field(program: &Program, argument: &Argument<'_>) -> Schema {
    match argument {
        Argument::Value(value) => Schema::constant(*value),
        Argument::Text(text) if !text.contains("{{") => Schema::constant(text.as_str()),
        Argument::Text(text) => Schema::of(Kind::String).described(format!("The text `{text}`, filled in.")),
        Argument::Secret(name) => {
            Schema::of(Kind::String).described(format!("The secret `{name}`, which the host gives."))
        }
        Argument::Attribute(key) => match (record::field(key), types::declared(program, key)) {
            (Some(field), _) => field.in_request(),
            (None, Some(ty)) => types::value_or_null(ty).described(format!(
                "The attribute `{key}` or its default; `null` where it is unset."
            )),
            (None, None) => Schema::default(),
        },
        _ => Schema::default(),
    }
}

/// A whole customer.
fn example() -> Json {
    let fields = RECORD.iter();
    Json::Object(
        fields
            .map(|field| (field.name.to_owned(), field.example()))
            .collect(),
    )
}
