//! Reading attributes of a customer through a program: names become keys, defaults apply.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::code::{Body, Piece, Template};
use super::{ApiCode, AttributeId, AttributeRef, BodyId, Data, SequenceId};
use crate::answer;
use crate::customer::{Customer, FieldRef, RecordField};
use crate::name::canonical;
use crate::value::{Type, Value};

impl Data {
    pub(crate) fn body(&self, body: BodyId) -> Option<&Body> {
        self.bodies.get(body.index())
    }

    /// The sequence with that name, id or former name, as sessions and replies have it.
    pub(crate) fn sequence_named(&self, name: &str) -> Option<SequenceId> {
        let found = self.sequence_by_name.get(name);
        found
            .or_else(|| self.sequence_by_name.get(canonical(name).as_ref()))
            .copied()
    }

    /// The API of that name.
    pub(crate) fn api_named(&self, name: &str) -> Option<&ApiCode> {
        let name = canonical(name);
        self.apis.iter().find(|api| *api.name == *name)
    }

    /// The attribute declared under a key, as replies and customers name it.
    pub(crate) fn attribute_ref(&self, key: &str) -> Option<AttributeRef> {
        let saved = |key: &str| self.attribute_by_key.get(key).copied();
        RecordField::from_name(key).map(AttributeRef::Record).or_else(|| {
            saved(key)
                .or_else(|| saved(&canonical(key)))
                .map(AttributeRef::Saved)
        })
    }

    /// The key under which the customer has an attribute or field.
    pub(crate) fn key(&self, attribute: AttributeRef) -> &str {
        match attribute {
            AttributeRef::Record(field) => field.as_str(),
            AttributeRef::Saved(id) => self.attribute(id).map_or("", |attribute| &attribute.key),
        }
    }

    pub(crate) fn attribute(&self, id: AttributeId) -> Option<&super::Attribute> {
        self.attributes.get(id.index())
    }

    /// What an attribute is read as: its value, or its default; `None` where it is unset.
    pub(crate) fn value<'a>(
        &'a self,
        customer: &'a Customer,
        attribute: AttributeRef,
    ) -> Option<Cow<'a, Value>> {
        match attribute {
            AttributeRef::Record(field) => customer.field(field).to_value().map(Cow::Owned),
            AttributeRef::Saved(id) => {
                let declared = self.attribute(id)?;
                let saved = customer.attribute(&declared.key);
                let read = saved.and_then(|saved| as_declared(saved, &declared.ty));
                read.or(declared.default.as_ref().map(Cow::Borrowed))
            }
        }
    }

    /// What is saved under a key, as its attribute is read; as it is, where the flow declares none.
    pub(crate) fn saved<'a>(&self, key: &str, saved: &'a Value) -> Option<Cow<'a, Value>> {
        let id = self.attribute_by_key.get(key).copied();
        match id.and_then(|id| self.attribute(id)) {
            Some(declared) => as_declared(saved, &declared.ty),
            None => Some(Cow::Borrowed(saved)),
        }
    }

    /// A template without APIs in the customer's language, its attributes filled in as they are saved. What is longer than `most`
    /// bytes ends behind the value that makes it so: no text is longer than a value more.
    pub(crate) fn text_of(&self, customer: &Customer, template: &Template, most: usize) -> String {
        let mut text = String::with_capacity(template.size_hint());
        for piece in self.pieces(customer, template) {
            if text.len() > most {
                break;
            }
            self.write_piece(customer, piece, &mut text);
        }
        text
    }

    /// Writes a piece of a template; nothing for an API.
    pub(crate) fn write_piece(&self, customer: &Customer, piece: &Piece, out: &mut String) {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Attribute(attribute, default) => {
                if !self.write_value(customer, *attribute, out) {
                    out.push_str(default.as_deref().unwrap_or_default());
                }
            }
            Piece::Api(_) => {}
        }
    }

    /// Writes what a customer reads of an attribute; false, and nothing, where it is unset or empty.
    pub(crate) fn write_value(&self, customer: &Customer, attribute: AttributeRef, out: &mut String) -> bool {
        if let AttributeRef::Record(field) = attribute
            && let FieldRef::Text(text) = customer.field(field)
        {
            out.push_str(text);
            return !text.is_empty();
        }
        let before = out.len();
        match self.value(customer, attribute).as_deref() {
            None => {}
            Some(Value::Text(text)) => out.push_str(text),
            // Writing to a string cannot fail.
            Some(value) => drop(write!(out, "{value}")),
        }
        out.len() > before
    }
}

/// A saved value as one of the attribute's type, which may be another by now; `None` where it says nothing in that type.
#[inline]
fn as_declared<'a>(saved: &'a Value, ty: &Type) -> Option<Cow<'a, Value>> {
    match ty.admits(saved) {
        true => Some(Cow::Borrowed(saved)),
        false => converted(saved, ty).map(Cow::Owned),
    }
}

#[cold]
fn converted(saved: &Value, ty: &Type) -> Option<Value> {
    match saved {
        Value::Json(_) => None,
        Value::Text(text) => answer::convert(text, ty),
        saved => answer::convert(&saved.to_string(), ty),
    }
}
