//! The body of a POST: the customer record, the saved attributes, the fields of the binding.

use std::collections::HashSet;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::{Secrets, Values};
use crate::customer::RecordField;
use crate::effects::Masked;
use crate::program::{ApiCode, ArgumentCode, AttributeRef};
use crate::value::{Number, Value};

/// The body as JSON, its entries in the contract's order and no key twice: a field of the record
/// goes before an attribute of its name, a field of the binding replaces an attribute of its key.
pub(super) fn write(api: &ApiCode, values: &Values<'_>, secrets: &Secrets<'_>) -> Result<Masked, String> {
    let mut body = Body {
        values,
        text: Masked::new("{"),
        is_first: true,
    };
    for field in RecordField::ALL {
        body.entry(field.as_str(), &values.customer.field(field))?;
    }
    let fields: HashSet<&str> = api.fields.iter().map(|(name, _)| &**name).collect();
    for (key, value) in &values.customer.attributes {
        if !fields.contains(key.as_str())
            && RecordField::from_name(key).is_none()
            && let Some(value) = values.data.saved(key, value)
        {
            body.entry(key, &Canonical::of(&value))?;
        }
    }
    for (key, argument) in &api.fields {
        if RecordField::from_name(key).is_some() {
            return Err(format!(
                "field `{key}` has the name of a field of the customer record"
            ));
        }
        match argument {
            ArgumentCode::Constant(value) => body.entry(key, &Canonical::of(value))?,
            ArgumentCode::Template(template) => body.entry(key, &values.template(template))?,
            ArgumentCode::Attribute(AttributeRef::Record(field)) => {
                body.entry(key, &values.customer.field(*field))?
            }
            ArgumentCode::Attribute(attribute) => {
                let value = values.data.value(values.customer, *attribute);
                body.entry(key, &value.as_deref().map(Canonical::of))?;
            }
            ArgumentCode::Secret(name) => body.secret(key, secrets.get(name)?)?,
        }
    }
    body.text.push("}");
    Ok(body.text)
}

/// An object in the making.
struct Body<'v> {
    values: &'v Values<'v>,
    text: Masked,
    is_first: bool,
}

impl Body<'_> {
    fn entry(&mut self, key: &str, value: &impl Serialize) -> Result<(), String> {
        self.key(key)?;
        self.text.push(&to_json(value)?);
        Ok(())
    }

    fn secret(&mut self, key: &str, secret: &str) -> Result<(), String> {
        self.key(key)?;
        let quoted = to_json(&secret)?;
        let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        self.text.push("\"");
        self.text.push_secret(inner);
        self.text.push("\"");
        Ok(())
    }

    fn key(&mut self, key: &str) -> Result<(), String> {
        self.values.check_size(self.text.expose().len())?;
        if !self.is_first {
            self.text.push(",");
        }
        self.is_first = false;
        self.text.push(&to_json(&key)?);
        self.text.push(":");
        Ok(())
    }
}

fn to_json(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| format!("a value cannot be written as JSON: {error}"))
}

/// A value whose JSON does not depend on which features of serde_json are on somewhere in the
/// build: keys in order of the alphabet, numbers in 64 bits.
enum Canonical<'v> {
    Value(&'v Value),
    Json(&'v serde_json::Value),
}

impl<'v> Canonical<'v> {
    fn of(value: &'v Value) -> Self {
        match value {
            Value::Json(json) => Self::Json(json),
            _ => Self::Value(value),
        }
    }
}

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Json(serde_json::Value::Object(entries)) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by_key(|(key, _)| *key);
                let mut map = serializer.serialize_map(Some(sorted.len()))?;
                for (key, value) in sorted {
                    map.serialize_entry(key, &Canonical::Json(value))?;
                }
                map.end()
            }
            Self::Json(serde_json::Value::Array(items)) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Canonical::Json(item))?;
                }
                list.end()
            }
            Self::Json(serde_json::Value::Number(number)) => Number::from_json(number).serialize(serializer),
            Self::Json(json) => json.serialize(serializer),
        }
    }
}
