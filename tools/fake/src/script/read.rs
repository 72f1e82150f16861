//! From the bytes of a file to what it says, with every mistake at once.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use indexmap::IndexMap;
use sayflow::{Outcome, Output};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::{Content, Entry, Fault, Says};
use sayflow_kit::nearest::did_you_mean;

/// Longer than any call waits.
const LONGEST_DELAY_MS: u64 = 60_000;

/// So many mistakes of a file are told: they are told again with each request.
const MOST_FAULTS: usize = 20;

const KEYS: [&str; 7] = ["when", "reply", "body", "status", "outcome", "delay_ms", "times"];

/// The API that a file is for.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) output: Output,
    /// All the names that its requests may say; `None` where nobody knows them all.
    pub(crate) names: Option<Vec<String>>,
}

/// Reads a file.
pub(crate) fn read(bytes: &[u8], subject: &Subject) -> Result<Content, Vec<Fault>> {
    let as_it_stands = |why: &str| Ok(Content::Body(Some(format!("{why}: it is sent as it stands"))));
    let Ok(text) = std::str::from_utf8(bytes) else {
        return as_it_stands("it is no UTF-8");
    };
    let list = match serde_json::from_str::<&RawValue>(text) {
        Err(error) => return as_it_stands(&format!("it is no JSON ({error})")),
        Ok(value) if value.get().starts_with('{') => return Ok(Content::Body(None)),
        Ok(value) if !value.get().starts_with('[') => {
            return as_it_stands("it is neither a JSON object nor a list");
        }
        Ok(list) => list,
    };
    let breaks = text.match_indices('\n').map(|(index, _)| index);
    let mut reader = Reader {
        text,
        subject,
        line_breaks: breaks.collect(),
        faults: Vec::new(),
        untold: 0,
    };
    let entries = reader.list(list);
    if reader.faults.is_empty() {
        Ok(Content::Script(entries))
    } else {
        Err(reader.told())
    }
}

/// Why an API cannot be made to end so; `None` where it can.
pub(crate) fn impossible(outcome: Outcome, output: Output) -> Option<String> {
    match (outcome, output) {
        (Outcome::Blocked, _) => {
            Some("no server can give the outcome `blocked`: such a call is never sent".to_owned())
        }
        (Outcome::Empty, Output::Image | Output::Nothing) => {
            Some(format!("a reply for `{output}` is never `empty`"))
        }
        _ => None,
    }
}

/// Why a status does not go with an outcome.
fn contradiction(outcome: Outcome, status: u16) -> Option<String> {
    let is_good = (200..=299).contains(&status);
    match outcome {
        Outcome::Status if is_good => Some(format!("the status {status} is not the outcome `status`")),
        Outcome::Status | Outcome::Ok => None,
        _ if is_good => None,
        _ => Some(format!(
            "with the status {status} the outcome is `status`, not `{outcome}`"
        )),
    }
}

struct Reader<'t> {
    text: &'t str,
    subject: &'t Subject,
    /// Where the lines end.
    line_breaks: Vec<usize>,
    /// At most one more than is told, for its place.
    faults: Vec<Fault>,
    /// How many there are beyond.
    untold: usize,
}

/// The members of a JSON object in order, also those whose key was there before.
struct Members<V>(Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Each<V> {
            type Value = Members<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Each(PhantomData))
    }
}

/// What an entry has so far.
#[derive(Default)]
struct Draft {
    when: Vec<(String, Json)>,
    says: Vec<(&'static str, Option<Says>)>,
    status: Option<u16>,
    delay: Duration,
    times: Option<u32>,
}

impl<'t> Reader<'t> {
    fn list(&mut self, list: &'t RawValue) -> Vec<Entry> {
        let items: Vec<&RawValue> = serde_json::from_str(list.get()).unwrap_or_default();
        if items.is_empty() {
            self.fault(list, "", "a script has at least one entry");
        }
        let items = items.into_iter().enumerate();
        items
            .filter_map(|(index, item)| self.entry(&format!("/{index}"), item))
            .collect()
    }

    fn entry(&mut self, pointer: &str, item: &'t RawValue) -> Option<Entry> {
        let Ok(Members(members)) = serde_json::from_str::<Members<&RawValue>>(item.get()) else {
            self.fault(item, pointer, "an entry of a script is an object");
            return None;
        };
        let mut draft = Draft::default();
        for (key, value) in self.once(pointer, members) {
            let pointer = below(pointer, &key);
            match key.as_str() {
                "when" => draft.when = self.when(&pointer, value),
                "reply" => draft.says.push(("reply", Some(Says::Bytes(value.get().into())))),
                "body" => draft.says.push(("body", self.body(&pointer, value))),
                "outcome" => draft.says.push(("outcome", self.outcome(&pointer, value))),
                "status" => draft.status = self.number(&pointer, value, 200..=599),
                "delay_ms" => {
                    let delay = self.number(&pointer, value, 0..=LONGEST_DELAY_MS);
                    draft.delay = Duration::from_millis(delay.unwrap_or_default());
                }
                "times" => draft.times = self.number(&pointer, value, 1..=u32::MAX),
                _ => {
                    let near = did_you_mean(&key, KEYS, "keys");
                    self.fault(value, &pointer, &format!("unknown key `{key}`: {near}"));
                }
            }
        }
        self.whole(pointer, item, draft)
    }

    /// An entry of what was read, unless its parts contradict each other.
    fn whole(&mut self, pointer: &str, item: &'t RawValue, mut draft: Draft) -> Option<Entry> {
        if let [(one, _), (other, _), ..] = draft.says.as_slice() {
            let message =
                format!("an entry has one of `reply`, `body` and `outcome`, not `{one}` and `{other}`");
            self.fault(item, pointer, &message);
            return None;
        }
        let says = match draft.says.pop() {
            Some((_, says)) => says?,
            None => Says::Outcome(Outcome::Ok),
        };
        if let (Says::Outcome(outcome), Some(status)) = (&says, draft.status)
            && let Some(message) = contradiction(*outcome, status)
        {
            self.fault(item, pointer, &message);
            return None;
        }
        Some(Entry {
            when: draft.when,
            says,
            status: draft.status,
            delay: draft.delay,
            times: draft.times.unwrap_or(1),
        })
    }

    fn when(&mut self, pointer: &str, value: &'t RawValue) -> Vec<(String, Json)> {
        let Ok(Members(members)) = serde_json::from_str::<Members<&RawValue>>(value.get()) else {
            self.fault(value, pointer, "`when` is an object of names and values");
            return Vec::new();
        };
        let names = self.once(pointer, members);
        if let Some(known) = &self.subject.names {
            for (name, _) in names.iter().filter(|(name, _)| !known.contains(name)) {
                let near = did_you_mean(name, known.iter().map(String::as_str), "names");
                self.fault(value, pointer, &format!("no request says `{name}`: {near}"));
            }
        }
        let read = |(name, value): (String, &RawValue)| Some((name, serde_json::from_str(value.get()).ok()?));
        names.into_iter().filter_map(read).collect()
    }

    /// The members of an object without those whose key was there before, which are told.
    fn once(
        &mut self,
        pointer: &str,
        members: Vec<(String, &'t RawValue)>,
    ) -> IndexMap<String, &'t RawValue> {
        let mut firsts = IndexMap::new();
        for (key, value) in members {
            if firsts.contains_key(&key) {
                self.fault(value, &below(pointer, &key), "this key is there already");
            } else {
                firsts.insert(key, value);
            }
        }
        firsts
    }

    fn body(&mut self, pointer: &str, value: &'t RawValue) -> Option<Says> {
        let text = serde_json::from_str::<String>(value.get()).ok();
        if text.is_none() {
            self.fault(
                value,
                pointer,
                "`body` is a text, sent as it is; a JSON value is a `reply`",
            );
        }
        text.map(|text| Says::Bytes(text.into()))
    }

    fn outcome(&mut self, pointer: &str, value: &'t RawValue) -> Option<Says> {
        let word = serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned());
        let Ok(outcome) = word.parse::<Outcome>() else {
            let near = did_you_mean(&word, Outcome::ALL.map(Outcome::as_str), "outcomes");
            self.fault(value, pointer, &format!("no call ends in `{word}`: {near}"));
            return None;
        };
        if let Some(why) = impossible(outcome, self.subject.output) {
            self.fault(value, pointer, &why);
            return None;
        }
        Some(Says::Outcome(outcome))
    }

    fn number<N>(
        &mut self,
        pointer: &str,
        value: &'t RawValue,
        range: std::ops::RangeInclusive<N>,
    ) -> Option<N>
    where
        N: serde::de::DeserializeOwned + PartialOrd + std::fmt::Display,
    {
        let number = serde_json::from_str(value.get()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!(
                "expected a whole number from {} to {}",
                range.start(),
                range.end()
            );
            self.fault(value, pointer, &message);
        }
        number
    }

    fn fault(&mut self, place: &RawValue, pointer: &str, message: &str) {
        // A raw value is a piece of the text.
        let offset = place
            .get()
            .as_ptr()
            .addr()
            .saturating_sub(self.text.as_ptr().addr());
        if self.faults.len() > MOST_FAULTS {
            self.untold += 1;
            return;
        }
        self.faults.push(Fault {
            line: self.line_breaks.partition_point(|at| *at < offset) + 1,
            pointer: pointer.to_owned(),
            message: message.to_owned(),
        });
    }

    /// The mistakes as they are told: the first, and how many there are beside.
    fn told(mut self) -> Vec<Fault> {
        if self.untold > 0
            && let Some(last) = self.faults.last_mut()
        {
            last.pointer.clear();
            last.message = format!("{} more mistakes from here on", self.untold + 1);
        }
        self.faults
    }
}

/// The JSON pointer of a member.
fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::{Content, Duration, Outcome, Output, Says, Subject, read};

    fn subject() -> Subject {
        Subject {
            output: Output::Image,
            names: Some(vec!["order_no".to_owned(), "lang".to_owned()]),
        }
    }

    #[test]
    fn every_mistake_has_a_line_and_a_way_out() {
        let table = [
            ("[]", ":1: a script has at least one entry"),
            ("[\n  7\n]", ":2: /0: an entry of a script is an object"),
            (
                r#"[{"whn": {}}]"#,
                ":1: /0/whn: unknown key `whn`: did you mean `when`?",
            ),
            (
                r#"[{"when": []}]"#,
                ":1: /0/when: `when` is an object of names and values",
            ),
            (
                r#"[{"when": {"order": 1}}]"#,
                ":1: /0/when: no request says `order`: its names are order_no, lang",
            ),
            (
                r#"[{"reply": {}, "body": ""}]"#,
                ":1: /0: an entry has one of `reply`, `body` and `outcome`, not `reply` and `body`",
            ),
            (
                r#"[{"body": {}}]"#,
                ":1: /0/body: `body` is a text, sent as it is; a JSON value is a `reply`",
            ),
            (
                "[{},\n{\"times\": 0}]",
                ":2: /1/times: expected a whole number from 1 to 4294967295",
            ),
            (
                "[{\"reply\": {},\n\"reply\": 1}]",
                ":2: /0/reply: this key is there already",
            ),
            (
                r#"[{"when": {"lang": 1, "lang": 2}}]"#,
                ":1: /0/when/lang: this key is there already",
            ),
            (
                r#"[{"status": 99}]"#,
                ":1: /0/status: expected a whole number from 200 to 599",
            ),
            (
                r#"[{"delay_ms": -1}]"#,
                ":1: /0/delay_ms: expected a whole number from 0 to 60000",
            ),
            (
                r#"[{"outcome": "timeot"}]"#,
                ":1: /0/outcome: no call ends in `timeot`: did you mean `timeout`?",
            ),
            (
                r#"[{"outcome": "blocked"}]"#,
                ":1: /0/outcome: no server can give the outcome `blocked`: such a call is never sent",
            ),
            (
                r#"[{"outcome": "empty"}]"#,
                ":1: /0/outcome: a reply for `image` is never `empty`",
            ),
            (
                r#"[{"outcome": "declined", "status": 400}]"#,
                ":1: /0: with the status 400 the outcome is `status`, not `declined`",
            ),
            (
                r#"[{"outcome": "status", "status": 204}]"#,
                ":1: /0: the status 204 is not the outcome `status`",
            ),
        ];
        for (text, expected) in table {
            let faults = read(text.as_bytes(), &subject()).unwrap_err();
            let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
            assert_eq!(said, [expected], "{text}");
        }
        let many = read(br#"[{"a": 1, "b/": 2}, {"times": "2"}]"#, &subject()).unwrap_err();
        assert_eq!(many.len(), 3);
        assert_eq!(many[1].pointer, "/0/b~1");
    }

    #[test]
    fn of_many_mistakes_the_first_are_told() {
        let told = |mistakes: usize| {
            let faults = read(
                format!("[{}]", vec!["7"; mistakes].join(",\n")).as_bytes(),
                &subject(),
            );
            let faults = faults.unwrap_err();
            (faults.len(), faults.last().unwrap().to_string())
        };
        let last = |index: usize| format!(":{}: /{index}: an entry of a script is an object", index + 1);
        assert_eq!(told(20), (20, last(19)));
        assert_eq!(told(21), (21, last(20)));
        assert_eq!(
            told(40_000),
            (21, ":21: 39980 more mistakes from here on".to_owned())
        );
    }

    #[test]
    fn an_entry_is_read_whole() {
        let text =
            r#"[{ "when": { "lang": "bn" }, "reply": {"b": 1,  "a": 2}, "delay_ms": 20, "times": 3 }, {}]"#;
        let Ok(Content::Script(entries)) = read(text.as_bytes(), &subject()) else {
            panic!("a script");
        };
        let [first, second] = entries.as_slice() else {
            panic!("two entries");
        };
        assert_eq!(first.says, Says::Bytes(br#"{"b": 1,  "a": 2}"#.to_vec()));
        assert_eq!((first.delay, first.times), (Duration::from_millis(20), 3));
        assert_eq!((&second.says, second.times), (&Says::Outcome(Outcome::Ok), 1));
    }

    #[test]
    fn whatever_else_is_the_body_as_it_stands() {
        assert_eq!(
            read(b" {\"success\": true}\n", &subject()),
            Ok(Content::Body(None))
        );
        for bytes in [b"<html>".as_slice(), b"{\"a\": 1,}", b"\xff", b"", b"7"] {
            let content = read(bytes, &subject());
            assert!(matches!(content, Ok(Content::Body(Some(_)))), "{content:?}");
        }
    }
}
