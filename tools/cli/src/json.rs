//! JSON from outside, and what is wrong with it in words for people.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use sayflow_kit::{read_within, regular_file};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::{Map, Value as Json};

use crate::exit::Stop;

/// More than any session or customer takes.
const MOST_MEBIBYTES: u32 = 64;

/// What a file holds.
pub(crate) fn read(path: &Path) -> Result<Json, Stop> {
    parse(&read_text(path)?).map_err(|fault| useless(path, &fault))
}

/// The same, not looked into.
pub(crate) fn read_text(path: &Path) -> Result<String, Stop> {
    text_of(path, File::open(path))
}

/// The same of a file that is written again: no pipe, which nobody may ever write into.
pub(crate) fn read_kept_text(path: &Path) -> Result<String, Stop> {
    text_of(path, regular_file(path))
}

fn text_of(path: &Path, file: io::Result<File>) -> Result<String, Stop> {
    let bytes = file.and_then(|file| read_within(MOST_MEBIBYTES, file));
    let bytes = bytes.map_err(|error| useless(path, &error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| useless(path, "it is not UTF-8: save it as UTF-8"))
}

/// Why a file is of no use.
pub(crate) fn useless(path: &Path, fault: &str) -> Stop {
    Stop::misuse(format!("cannot use `{}`: {fault}", path.display()))
}

/// What a text says, or where it is no JSON. A key that is there twice is none.
pub(crate) fn parse(text: &str) -> Result<Json, String> {
    read_json(text, |line, column| format!("line {line}, column {column}"))
}

/// The same for a text that is one line of many.
pub(crate) fn parse_line(text: &str) -> Result<Json, String> {
    read_json(text, |_, column| format!("column {column}"))
}

fn read_json(text: &str, place: impl Fn(usize, usize) -> String) -> Result<Json, String> {
    serde_json::from_str(text)
        .map(|Distinct(json)| json)
        .map_err(|error| {
            let line = text
                .lines()
                .nth(error.line().saturating_sub(1))
                .unwrap_or_default();
            let before = line.get(..error.column().saturating_sub(1)).unwrap_or(line);
            let place = place(error.line(), before.chars().count() + 1);
            let told = error.to_string();
            match error.classify() {
                Category::Eof => {
                    format!("the JSON ends too early, in {place}: a quote, `}}` or `]` is missing")
                }
                Category::Data => {
                    let told = told.split(" at line ").next().unwrap_or_default();
                    format!("{told}, in {place}")
                }
                _ => format!("not JSON in {place}: {}", advice(&told)),
            }
        })
}

/// What is wrong, and what to do about it. The words of serde_json have no type of their own.
fn advice(told: &str) -> &'static str {
    let begins = |beginning: &str| told.starts_with(beginning);
    if begins("lone leading surrogate") || begins("unexpected end of hex escape") {
        "half of a character: cutting a text may have halved it"
    } else if begins("number out of range") {
        "a number too large to be read: write it as a text"
    } else if begins("recursion limit") {
        "too many lists and objects in each other"
    } else if begins("control character") {
        "a control character within a text: a line break is `\\n`, a tab `\\t`"
    } else if begins("invalid escape") {
        "an escape that JSON does not have: a backslash itself is `\\\\`"
    } else {
        "keys and texts stand in double quotes, with `,` between two entries and none behind the last"
    }
}

/// JSON in which no object has a key twice: of two values one would be lost without a word.
struct Distinct(Json);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any).map(Self)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(Distinct(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if entries.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key `{key}` is there twice")));
            }
            let Distinct(value) = map.next_value()?;
            entries.insert(key, value);
        }
        Ok(entries.into())
    }
}

/// What a value is, in words.
pub(crate) fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_in_words_of_its_own() {
        let deep = "[".repeat(200);
        for (text, told) in [
            (r#"["\ud800"]"#, "half of a character"),
            (r#"["\ud800\u0041"]"#, "half of a character"),
            ("[1e400]", "a number too large to be read"),
            (&deep, "too many lists and objects in each other"),
            ("[\"\u{1}\"]", "a control character within a text"),
            (r#"["\x"]"#, "an escape that JSON does not have"),
        ] {
            let fault = parse(text).unwrap_err();
            assert!(fault.contains(told), "{text}: {fault}");
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_refused() {
        let fault = "the key `b` is there twice, in line 2, column 12".to_owned();
        assert_eq!(parse("{\"a\":\n{\"b\": 1, \"b\": 2}}"), Err(fault));
        let json = parse(r#"{"b": {"a": [1, 2.5, -3, null, true, "x"]}, "a": {}}"#).unwrap();
        let expected = serde_json::json!({"b": {"a": [1, 2.5, -3, null, true, "x"]}, "a": {}});
        assert_eq!(json, expected);
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        let ends = |place: &str| {
            Err(format!(
                "the JSON ends too early, in {place}: a quote, `}}` or `]` is missing"
            ))
        };
        assert_eq!(parse(r#"{"a": 1"#), ends("line 1, column 7"));
        assert_eq!(parse("{\n  \"é\": [1,"), ends("line 2, column 10"));
        for (text, place) in [
            ("nobody", "line 1, column 2"),
            ("{\n  \"é\": no}", "line 2, column 9"),
            ("[1,]", "line 1, column 4"),
            ("{} {}", "line 1, column 4"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!(
                fault.split(':').next(),
                Some(&*format!("not JSON in {place}")),
                "{text}"
            );
        }
    }
}
