//! The fields of the customer record, in the order of the contract.

use serde::{Serialize, Serializer};

use super::Customer;
use crate::time::Timestamp;
use crate::value::{Number, Type, Value};

macro_rules! fields {
    ($($variant:ident $name:literal $access:ident $ty:ident,)+) => {
        /// A field of the customer record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum RecordField {
            $($variant,)+
        }

        impl RecordField {
            /// Every field, in the order in which requests carry them.
            pub(crate) const ALL: [Self; 16] = [$(Self::$variant,)+];

            /// The field's name in flows, requests and replies.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The field of that name.
            pub(crate) fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// Whether flows and replies may write it.
            pub(crate) const fn is_writable(self) -> bool {
                match self {
                    $(Self::$variant => fields!(@ $access),)+
                }
            }

            /// What it holds.
            pub(crate) const fn ty(self) -> Type {
                match self {
                    $(Self::$variant => Type::$ty,)+
                }
            }
        }
    };
    (@ readable) => { false };
    (@ writable) => { true };
}

fields! {
    Uid "uid" readable Number,
    PlatformId "platform_id" readable Number,
    BotEnabled "bot_enabled" readable YesNo,
    Avatar "avatar" writable Text,
    FirstName "first_name" writable Text,
    LastName "last_name" writable Text,
    FullName "full_name" writable Text,
    Gender "gender" writable Text,
    Timezone "timezone" writable Number,
    Locale "locale" writable Text,
    Language "language" writable Text,
    Phone "phone" writable Text,
    Email "email" writable Text,
    CreatedAt "created_at" readable Text,
    LastMessageText "last_message_text" readable Text,
    LastMessageTime "last_message_time" readable Text,
}

/// What a field of a record holds, in the form in which requests carry it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum FieldRef<'c> {
    Whole(i64),
    YesNo(bool),
    Text(&'c str),
    Hours(Option<f64>),
    Moment(Option<Timestamp>),
}

impl FieldRef<'_> {
    /// The bytes of its text; none of anything else.
    pub(crate) fn text_bytes(self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Whole(_) | Self::YesNo(_) | Self::Hours(_) | Self::Moment(_) => 0,
        }
    }

    /// Whether the field says nothing: an empty text, no channel, a bot that is enabled as usual.
    pub(crate) fn is_unknown(self) -> bool {
        match self {
            Self::Whole(whole) => whole == 0,
            Self::YesNo(flag) => flag,
            Self::Text(text) => text.is_empty(),
            Self::Hours(hours) => hours.is_none(),
            Self::Moment(moment) => moment.is_none(),
        }
    }

    /// The field as a value; `None` where it is empty.
    pub(crate) fn to_value(self) -> Option<Value> {
        match self {
            Self::Whole(whole) => Some(whole.into()),
            Self::YesNo(flag) => Some(flag.into()),
            Self::Text("") => None,
            Self::Text(text) => Some(text.into()),
            Self::Hours(hours) => hours.and_then(Number::from_f64).map(Value::Number),
            Self::Moment(moment) => moment.map(|moment| moment.to_string().into()),
        }
    }
}

impl Serialize for FieldRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(whole) => serializer.serialize_i64(*whole),
            Self::YesNo(flag) => serializer.serialize_bool(*flag),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Hours(Some(hours)) => serializer.serialize_f64(*hours),
            Self::Hours(None) => serializer.serialize_none(),
            Self::Moment(Some(moment)) => moment.serialize(serializer),
            Self::Moment(None) => serializer.serialize_str(""),
        }
    }
}

impl Customer {
    /// A field of the record.
    pub(crate) fn field(&self, field: RecordField) -> FieldRef<'_> {
        match field {
            RecordField::Uid => FieldRef::Whole(self.uid),
            RecordField::PlatformId => FieldRef::Whole(self.platform_id),
            RecordField::BotEnabled => FieldRef::YesNo(self.bot_enabled),
            RecordField::Timezone => FieldRef::Hours(self.timezone),
            RecordField::CreatedAt => FieldRef::Moment(self.created_at),
            RecordField::LastMessageTime => FieldRef::Moment(self.last_message_time),
            RecordField::Avatar => FieldRef::Text(&self.avatar),
            RecordField::FirstName => FieldRef::Text(&self.first_name),
            RecordField::LastName => FieldRef::Text(&self.last_name),
            RecordField::FullName => FieldRef::Text(&self.full_name),
            RecordField::Gender => FieldRef::Text(&self.gender),
            RecordField::Locale => FieldRef::Text(&self.locale),
            RecordField::Language => FieldRef::Text(&self.language),
            RecordField::Phone => FieldRef::Text(&self.phone),
            RecordField::Email => FieldRef::Text(&self.email),
            RecordField::LastMessageText => FieldRef::Text(&self.last_message_text),
        }
    }

    /// Writes a field that may be written; `None` empties it. A value of another type changes nothing.
    pub(crate) fn set_field(&mut self, field: RecordField, value: Option<Value>) {
        if field == RecordField::Timezone {
            match value {
                None => self.timezone = None,
                Some(Value::Number(hours)) => self.timezone = Some(hours.as_f64()),
                Some(_) => {}
            }
        } else if let Some(text) = self.text_field_mut(field).filter(|_| field.is_writable()) {
            match value {
                None => text.clear(),
                Some(Value::Text(value)) => *text = value,
                Some(_) => {}
            }
        }
    }

    fn text_field_mut(&mut self, field: RecordField) -> Option<&mut String> {
        Some(match field {
            RecordField::Avatar => &mut self.avatar,
            RecordField::FirstName => &mut self.first_name,
            RecordField::LastName => &mut self.last_name,
            RecordField::FullName => &mut self.full_name,
            RecordField::Gender => &mut self.gender,
            RecordField::Locale => &mut self.locale,
            RecordField::Language => &mut self.language,
            RecordField::Phone => &mut self.phone,
            RecordField::Email => &mut self.email,
            RecordField::LastMessageText => &mut self.last_message_text,
            _ => return None,
        })
    }

    /// Takes a field from JSON that the host kept; says what was expected where it does not fit.
    pub(super) fn set_field_from_json(
        &mut self,
        field: RecordField,
        json: serde_json::Value,
    ) -> Result<(), &'static str> {
        match field {
            RecordField::Uid => self.uid = json.as_i64().ok_or("a whole number")?,
            RecordField::PlatformId => self.platform_id = json.as_i64().ok_or("a whole number")?,
            RecordField::BotEnabled => self.bot_enabled = json.as_bool().ok_or("true or false")?,
            RecordField::Timezone => self.timezone = Some(json.as_f64().ok_or("a number of hours")?),
            RecordField::CreatedAt => self.created_at = moment(&json)?,
            RecordField::LastMessageTime => self.last_message_time = moment(&json)?,
            _ => {
                let serde_json::Value::String(text) = json else {
                    return Err("a text");
                };
                if let Some(place) = self.text_field_mut(field) {
                    *place = text;
                }
            }
        }
        Ok(())
    }
}

fn moment(json: &serde_json::Value) -> Result<Option<Timestamp>, &'static str> {
    const EXPECTED: &str = "a moment such as `2026-11-20T10:00:00Z`";
    match json.as_str().ok_or(EXPECTED)? {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| EXPECTED),
    }
}
