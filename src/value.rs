//! What an attribute holds: values, numbers and types.

mod one_of;

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use one_of::OneOf;

/// So many lists and objects of a value may be in each other. What sessions, events and stores put around a value is
/// then still read again: serde_json refuses 128.
pub(crate) const MAX_DEPTH: usize = 64;

/// A number as the contract knows it: whole where it is whole, so that an order number of
/// sixteen digits comes back as it went.
///
/// It is always finite. A whole real equals the whole number, and prints like it.
///
/// # Examples
///
/// ```
/// use sayflow::Number;
///
/// let order = Number::from(9_007_199_254_740_993);
/// assert_eq!(order.to_string(), "9007199254740993");
/// let price = Number::from_f64(2450.0).ok_or("not finite")?;
/// assert_eq!(price, Number::from(2450));
/// assert_eq!(Number::from_f64(f64::NAN), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Number(Repr);

#[derive(Clone, Copy, Debug)]
enum Repr {
    Whole(i64),
    Real(f64),
}

impl Number {
    /// The number of a JSON number; `None` where it is not finite.
    #[must_use]
    pub(crate) fn from_json(number: &serde_json::Number) -> Option<Self> {
        number
            .as_i64()
            .map(Self::from)
            .or_else(|| Self::from_f64(number.as_f64()?))
    }

    /// A real number; `None` where it is not finite.
    #[must_use]
    pub fn from_f64(real: f64) -> Option<Self> {
        real.is_finite().then_some(Self(Repr::Real(real)))
    }

    /// The nearest real number.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest real number is what is asked for"
    )]
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Whole(whole) => whole as f64,
            Repr::Real(real) => real,
        }
    }

    /// The number as a whole one; `None` where it has a fraction, or is a real above 2⁵³.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "guarded by the range in which reals are exact"
    )]
    pub fn as_i64(self) -> Option<i64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match self.0 {
            Repr::Whole(whole) => Some(whole),
            Repr::Real(real) if real.fract() == 0.0 && real.abs() <= EXACT => Some(real as i64),
            Repr::Real(_) => None,
        }
    }

    /// The result of an operation on both; `None` where it is not a number.
    pub(crate) fn apply(
        self,
        other: Self,
        whole: impl Fn(i64, i64) -> Option<i64>,
        real: impl Fn(f64, f64) -> f64,
    ) -> Option<Self> {
        let exact = self.as_i64().zip(other.as_i64()).and_then(|(a, b)| whole(a, b));
        exact
            .map(Self::from)
            .or_else(|| Self::from_f64(real(self.as_f64(), other.as_f64())))
    }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        Self(Repr::Whole(whole))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self.as_i64(), other.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

/// As customers read it: `2450`, not `2450.0`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_i64() {
            Some(whole) => fmt::Display::fmt(&whole, f),
            None => fmt::Display::fmt(&self.as_f64(), f),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_i64() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.as_f64()),
        }
    }
}

/// Reads through [`serde_json::Number`], so that numbers survive whichever of its features are on.
impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::from_json(&number).ok_or_else(|| serde::de::Error::custom("a number must be finite"))
    }
}

/// The value of an attribute.
///
/// # Examples
///
/// ```
/// use sayflow::Value;
///
/// let value: Value = serde_json::from_str("2450.0")?;
/// assert_eq!(value.to_string(), "2450");
/// assert_eq!(Value::from("Dhaka").to_string(), "Dhaka");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Value {
    /// A text; dates are texts of the form `2026-11-20`.
    Text(String),
    /// A number.
    Number(Number),
    /// Yes or no.
    YesNo(bool),
    /// A list or an object, which only an attribute declared `any` may hold.
    Json(serde_json::Value),
}

impl Value {
    /// The value of a JSON value; `None` for `null`, for a number that is not finite, and for more than 64 lists and
    /// objects in each other.
    ///
    /// # Examples
    ///
    /// What a shop's own records say of a customer becomes attributes; what they do not know stays unset:
    ///
    /// ```
    /// use sayflow::{Customer, Value};
    /// use serde_json::json;
    ///
    /// let mut customer = Customer::new(7);
    /// for (key, json) in [("points", json!(240)), ("birthday", json!(null))] {
    ///     if let Some(value) = Value::from_json(json) {
    ///         customer.set_attribute(key, value);
    ///     }
    /// }
    /// assert_eq!(customer.attribute("points"), Some(&Value::from(240)));
    /// assert_eq!(customer.attribute("birthday"), None);
    /// ```
    #[must_use]
    pub fn from_json(json: serde_json::Value) -> Option<Self> {
        Self::try_from_json(json).ok()
    }

    /// The same, or why it is none.
    pub(crate) fn try_from_json(json: serde_json::Value) -> Result<Self, &'static str> {
        match json {
            serde_json::Value::Null => Err("a value cannot be null"),
            serde_json::Value::Bool(flag) => Ok(Self::YesNo(flag)),
            serde_json::Value::Number(number) => Number::from_json(&number)
                .map(Self::Number)
                .ok_or("a number must be finite"),
            serde_json::Value::String(text) => Ok(Self::Text(text)),
            json if fits_depth(&json, MAX_DEPTH) => Ok(Self::Json(json)),
            _ => Err("a value cannot have more than 64 lists and objects in each other"),
        }
    }

    /// About how many bytes it has.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Number(_) | Self::YesNo(_) => NUMBER_BYTES,
            Self::Json(json) => json_size(json),
        }
    }

    /// The text, dates included; `None` for any other value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number; `None` for any other value, a text of digits too.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Value;
    ///
    /// let points: Value = serde_json::from_str("240")?;
    /// let is_gold = points.as_number().is_some_and(|points| points.as_f64() >= 200.0);
    /// assert!(is_gold);
    /// assert_eq!(Value::from("240").as_number(), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// True for yes, false for no; `None` for any other value.
    #[must_use]
    pub fn as_yes_no(&self) -> Option<bool> {
        match self {
            Self::YesNo(flag) => Some(*flag),
            _ => None,
        }
    }
}

/// What a number, a yes or no and what is around a value are taken to have.
const NUMBER_BYTES: usize = 8;

/// About how many bytes a list or an object has.
fn json_size(json: &serde_json::Value) -> usize {
    use serde_json::Value as Json;
    let inner: usize = match json {
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(json_size).sum(),
        Json::Object(entries) => entries
            .iter()
            .map(|(key, value)| key.len() + json_size(value))
            .sum(),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    };
    inner + NUMBER_BYTES
}

/// As customers read it in a text.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::YesNo(true) => f.write_str("yes"),
            Self::YesNo(false) => f.write_str("no"),
            Self::Json(json) => json.fmt(f),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(whole: i64) -> Self {
        Self::Number(whole.into())
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::YesNo(flag)
    }
}

/// Whether at most so many lists and objects are in each other.
fn fits_depth(json: &serde_json::Value, most: usize) -> bool {
    let fits_inside = |json| most > 0 && fits_depth(json, most - 1);
    match json {
        serde_json::Value::Array(items) => most > 0 && items.iter().all(fits_inside),
        serde_json::Value::Object(entries) => most > 0 && entries.values().all(fits_inside),
        _ => true,
    }
}

/// Reads through [`serde_json::Value`], so that numbers survive whichever of its features are on.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        Self::try_from_json(json).map_err(serde::de::Error::custom)
    }
}

/// What an attribute may hold.
///
/// # Examples
///
/// A form in which a shop's people correct what is saved of a customer:
///
/// ```
/// use sayflow::{Type, Value};
///
/// let size = Type::OneOf(["S", "M", "L"].into_iter().collect());
/// assert!(size.admits(&Value::from("M")));
/// // A typed answer is brought into the author's spelling; a value is taken as it is.
/// assert!(!size.admits(&Value::from("m")));
/// assert_eq!(format!("expected {size}"), r#"expected one of "S", "M", "L""#);
/// assert!(!Type::Date.admits(&Value::from("20/11/2026")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    YesNo,
    /// A calendar date, as a text of the form `2026-11-20`.
    Date,
    /// One of these texts.
    OneOf(OneOf),
    /// Anything that JSON can say.
    Any,
}

impl Type {
    /// Whether an attribute of this type may hold `value` as it is.
    #[must_use]
    #[inline]
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (Self::Text, Value::Text(_))
            | (Self::Number, Value::Number(_))
            | (Self::YesNo, Value::YesNo(_)) => true,
            (Self::Date, Value::Text(text)) => is_date(text),
            (Self::OneOf(options), Value::Text(text)) => options.has(text),
            _ => false,
        }
    }
}

impl Type {
    /// What JSON has for a value of this type, in words: what to write where [`admits`](Self::admits)
    /// is false.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::Type;
    ///
    /// assert_eq!(format!("expected {}", Type::YesNo.in_json()), "expected `true` or `false`");
    /// ```
    #[must_use]
    pub fn in_json(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::YesNo => "`true` or `false`".to_owned(),
            Self::Date => "a date such as `2026-11-20`".to_owned(),
            Self::OneOf(_) | Self::Any => self.to_string(),
        }
    }
}

/// As authors write it; of a long `one of` the beginning.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Number => f.write_str("number"),
            Self::YesNo => f.write_str("yes/no"),
            Self::Date => f.write_str("date"),
            Self::Any => f.write_str("any"),
            Self::OneOf(texts) => write!(f, "one of {texts}"),
        }
    }
}

/// Whether a text is a calendar date of the form `2026-11-20`.
#[must_use]
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}
