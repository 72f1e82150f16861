//! JSON from outside, and what is wrong with it in words for people.

use std::fs::File;
use std::path::Path;

use sayflow_kit::read_within;
use serde_json::Value as Json;
use serde_json::error::Category;

use crate::exit::Stop;

/// More than any session or customer takes.
const MOST_MEBIBYTES: u32 = 64;

/// What a file holds.
pub(crate) fn read(path: &Path) -> Result<Json, Stop> {
    parse(&read_text(path)?).map_err(|fault| useless(path, &fault))
}

/// The same, not looked into.
pub(crate) fn read_text(path: &Path) -> Result<String, Stop> {
    let bytes = File::open(path).and_then(|file| read_within(MOST_MEBIBYTES, file));
    let bytes = bytes.map_err(|error| useless(path, &error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| useless(path, "it is not UTF-8: save it as UTF-8"))
}

/// Why a file is of no use.
pub(crate) fn useless(path: &Path, fault: &str) -> Stop {
    Stop::misuse(format!("cannot use `{}`: {fault}", path.display()))
}

/// What a text says, or where it is no JSON.
pub(crate) fn parse(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| {
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let before = line.get(..error.column().saturating_sub(1)).unwrap_or(line);
        let place = format!("line {}, column {}", error.line(), before.chars().count() + 1);
        match error.classify() {
            Category::Eof => {
                format!("the JSON ends too early, in {place}: a quote, `}}` or `]` is missing")
            }
            _ => format!(
                "not JSON in {place}: keys and texts stand in double quotes, with `,` between two entries and \
                 none behind the last"
            ),
        }
    })
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
