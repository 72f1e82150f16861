//! The files beside a flow: the body of a reply, or a script of replies.

mod read;

use std::fmt;
use std::time::Duration;

use sayflow::Outcome;
use serde_json::Value as Json;

pub(crate) use read::{Subject, impossible, read};

/// What a file says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// The body of every reply, and why that may surprise.
    Body(Option<String>),
    Script(Vec<Entry>),
}

/// One entry of a script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// What a request must say for the entry to fit.
    pub(crate) when: Vec<(String, Json)>,
    pub(crate) says: Says,
    pub(crate) status: Option<u16>,
    pub(crate) delay: Duration,
    /// How often it serves before the next one has its turn.
    pub(crate) times: u32,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Says {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Whatever makes the call end so.
    Outcome(Outcome),
}

/// A mistake in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Counted from 1.
    pub(crate) line: usize,
    /// A JSON pointer (RFC 6901).
    pub(crate) pointer: String,
    pub(crate) message: String,
}

/// Behind the name of the file: `:3: /0/whn: unknown key`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            pointer,
            message,
        } = self;
        match pointer.as_str() {
            "" => write!(f, ":{line}: {message}"),
            pointer => write!(f, ":{line}: {pointer}: {message}"),
        }
    }
}

/// What a request says, by name; a name may come more than once.
pub(crate) type Asked = Vec<(String, Json)>;

impl Entry {
    /// Whether a request says what the entry wants.
    pub(crate) fn fits(&self, asked: &Asked) -> bool {
        self.when.iter().all(|(name, wanted)| {
            let mut said = asked.iter().filter(|(it, _)| it == name).peekable();
            (wanted.is_null() && said.peek().is_none()) || said.any(|(_, said)| says_the_same(wanted, said))
        })
    }
}

/// The entry that serves: the first that fits and is not used up, otherwise the last that fits.
pub(crate) fn choose(entries: &[Entry], used: &[u32], asked: &Asked) -> Option<usize> {
    let mut last = None;
    for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.fits(asked)) {
        if used.get(index).copied().unwrap_or_default() < entry.times {
            return Some(index);
        }
        last = Some(index);
    }
    last
}

/// Whether two values are the same to people: a query knows texts only.
fn says_the_same(wanted: &Json, said: &Json) -> bool {
    match (wanted, said) {
        (Json::Number(number), Json::String(text)) | (Json::String(text), Json::Number(number)) => {
            *text == number.to_string() || text.parse().ok() == number.as_f64()
        }
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Bool(flag), Json::String(text)) | (Json::String(text), Json::Bool(flag)) => match flag {
            true => matches!(text.as_str(), "true" | "yes"),
            false => matches!(text.as_str(), "false" | "no"),
        },
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Duration, Entry, Json, Outcome, Says, choose, says_the_same};

    fn entry(when: &[(&str, Json)], times: u32) -> Entry {
        Entry {
            when: when
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            says: Says::Outcome(Outcome::Ok),
            status: None,
            delay: Duration::ZERO,
            times,
        }
    }

    #[test]
    fn numbers_and_texts_are_compared_by_what_they_say() {
        let same = [
            (json!(5), json!("5")),
            (json!("5.5"), json!(5.5)),
            (json!(5), json!(5.0)),
            (json!(true), json!("yes")),
            (json!("no"), json!(false)),
            (json!("আ"), json!("আ")),
            (json!(null), json!(null)),
        ];
        for (wanted, said) in same {
            assert!(says_the_same(&wanted, &said), "{wanted} {said}");
        }
        let different = [
            (json!("05"), json!("5")),
            (json!(5), json!("five")),
            (json!("a"), json!("A")),
            (json!(true), json!(1)),
            (json!(null), json!("")),
        ];
        for (wanted, said) in different {
            assert!(!says_the_same(&wanted, &said), "{wanted} {said}");
        }
    }

    #[test]
    fn the_first_that_fits_and_is_not_used_up_serves() {
        let entries = [
            entry(&[("no", json!("A"))], 1),
            entry(&[], 2),
            entry(&[("no", json!("A"))], 1),
        ];
        let mut used = vec![0; 3];
        let mut serve = |no: &str| {
            let chosen = choose(&entries, &used, &vec![("no".to_owned(), json!(no))]);
            used[chosen.unwrap()] += 1;
            chosen.unwrap()
        };
        let served: Vec<usize> = ["A", "B", "A", "A", "A", "B"].map(&mut serve).into();
        assert_eq!(served, [0, 1, 1, 2, 2, 1]);
    }

    #[test]
    fn an_entry_fits_if_all_is_said() {
        let asked = vec![("a".to_owned(), json!(1)), ("a".to_owned(), json!("x"))];
        assert!(entry(&[("a", json!("1"))], 1).fits(&asked));
        assert!(entry(&[("a", json!("x")), ("b", json!(null))], 1).fits(&asked));
        assert!(!entry(&[("a", json!("x")), ("b", json!("y"))], 1).fits(&asked));
        assert!(!entry(&[("a", json!(null))], 1).fits(&asked));
        assert_eq!(choose(&[entry(&[("b", json!(1))], 1)], &[0], &asked), None);
    }
}
