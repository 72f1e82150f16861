//! The customer: the record that the platform keeps, and the attributes that flows and replies save.

mod field;

use indexmap::IndexMap;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;
use crate::value::Value;

pub(crate) use field::{FieldRef, RecordField};

/// One customer: record and saved attributes. A text that is not known is empty.
///
/// Its JSON form is one flat object, record first; what is not known is left out.
///
/// # Examples
///
/// ```
/// use sayflow::{Customer, Value};
///
/// let mut customer = Customer::new(7);
/// customer.first_name = "Asha".to_owned();
/// customer.set_attribute("order_no", "AB-123456");
/// assert_eq!(
///     serde_json::to_string(&customer)?,
///     r#"{"uid":7,"first_name":"Asha","order_no":"AB-123456"}"#
/// );
/// assert_eq!(customer.attribute("order_no"), Some(&Value::from("AB-123456")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// The platform's number of this customer, and of nobody else: options and idempotency keys are bound to it.
    pub uid: i64,
    /// The platform's number of the channel.
    pub platform_id: i64,
    /// Whether the bot answers; a handover switches it off, the host on again.
    pub bot_enabled: bool,
    /// URL of a picture.
    pub avatar: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Whole name.
    pub full_name: String,
    /// As the platform writes it.
    pub gender: String,
    /// Hours ahead of UTC, with their fraction: an offset, not a zone. `None` where it is not known.
    pub timezone: Option<f64>,
    /// As the platform writes it, such as `bn_BD`.
    pub locale: String,
    /// As the platform writes it, such as `bn`.
    pub language: String,
    /// As the platform writes it.
    pub phone: String,
    /// As the platform writes it.
    pub email: String,
    /// When the customer was first seen; `None` where it is not known.
    pub created_at: Option<Timestamp>,
    /// What the customer sent last; the engine writes it.
    pub last_message_text: String,
    /// When the customer sent it; the engine writes it. `None` before the first message.
    pub last_message_time: Option<Timestamp>,
    pub(crate) attributes: IndexMap<String, Value>,
}

impl Customer {
    /// A customer of whom only the number is known.
    #[must_use]
    pub fn new(uid: i64) -> Self {
        Self {
            uid,
            platform_id: 0,
            bot_enabled: true,
            avatar: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            full_name: String::new(),
            gender: String::new(),
            timezone: None,
            locale: String::new(),
            language: String::new(),
            phone: String::new(),
            email: String::new(),
            created_at: None,
            last_message_text: String::new(),
            last_message_time: None,
            attributes: IndexMap::new(),
        }
    }

    /// The saved attributes under their keys, in the order in which they were first saved.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// A saved attribute; `None` where it is unset.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        /// So many are looked at one by one in less time than a hash takes.
        const FIRST: usize = 8;
        let mut first = self.attributes.iter().take(FIRST);
        let found = first.find_map(|(known, value)| (known == key).then_some(value));
        found.or_else(|| self.attributes.get(key))
    }

    /// Saves an attribute under its key. A key that names a field of the record is kept apart
    /// from it and never read or sent.
    ///
    /// The value is not compared with the type that a flow declares.
    ///
    /// # Examples
    ///
    /// What the shop's own records know is there before the first turn:
    ///
    /// ```
    /// use sayflow::{Customer, Value};
    ///
    /// let mut customer = Customer::new(7);
    /// for (key, value) in [("vip", Value::from(true)), ("loyalty-balance", Value::from(2450))] {
    ///     customer.set_attribute(key, value);
    /// }
    /// let keys: Vec<_> = customer.attributes().map(|(key, _)| key).collect();
    /// assert_eq!(keys, ["vip", "loyalty-balance"]);
    /// ```
    pub fn set_attribute(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.attributes.insert(key.into(), value.into());
    }

    /// Unsets an attribute; one that is unset stays so.
    pub fn clear_attribute(&mut self, key: &str) {
        self.attributes.shift_remove(key);
    }
}

/// What an attribute costs beside its key and its value.
const ATTRIBUTE_BYTES: usize = 16;

impl Customer {
    /// About how many bytes are saved: attributes, and the texts of the record that flows and replies may write.
    pub(crate) fn saved_bytes(&self) -> usize {
        let attributes = self.attributes.iter();
        let attributes: usize = attributes.map(|(key, value)| attribute_bytes(key, value)).sum();
        let fields = RecordField::ALL.into_iter().filter(|field| field.is_writable());
        let fields: usize = fields.map(|field| self.field(field).text_bytes()).sum();
        attributes + fields
    }

    /// How many of these bytes are one attribute's or field's.
    pub(crate) fn saved_bytes_of(&self, key: &str) -> usize {
        match RecordField::from_name(key) {
            Some(field) => self.field(field).text_bytes(),
            None => self.attribute(key).map_or(0, |value| attribute_bytes(key, value)),
        }
    }
}

/// How many bytes an attribute or field would have with this value.
pub(crate) fn bytes_with(key: &str, value: &Value) -> usize {
    match RecordField::from_name(key) {
        Some(_) => value.as_text().map_or(0, str::len),
        None => attribute_bytes(key, value),
    }
}

fn attribute_bytes(key: &str, value: &Value) -> usize {
    key.len() + value.size() + ATTRIBUTE_BYTES
}

impl Serialize for Customer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in RecordField::ALL {
            let value = self.field(field);
            if field == RecordField::Uid || !value.is_unknown() {
                map.serialize_entry(field.as_str(), &value)?;
            }
        }
        for (key, value) in &self.attributes {
            if RecordField::from_name(key).is_none() {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

/// A field of the wrong type, a value that no attribute can hold, and a customer without `uid` are errors that say so;
/// `null` is the same as absent.
impl<'de> Deserialize<'de> for Customer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = IndexMap::<String, serde_json::Value>::deserialize(deserializer)?;
        let mut customer = Self::new(0);
        let mut has_uid = false;
        for (key, json) in entries {
            if json.is_null() {
                continue;
            }
            let field = RecordField::from_name(&key);
            has_uid |= field == Some(RecordField::Uid);
            match field {
                Some(field) => customer.set_field_from_json(field, json).map_err(|expected| {
                    serde::de::Error::custom(format_args!("`{key}` must be {expected}"))
                })?,
                None => {
                    let value = Value::try_from_json(json)
                        .map_err(|reason| serde::de::Error::custom(format_args!("`{key}`: {reason}")))?;
                    customer.attributes.insert(key, value);
                }
            }
        }
        match has_uid {
            true => Ok(customer),
            false => Err(serde::de::Error::missing_field("uid")),
        }
    }
}
