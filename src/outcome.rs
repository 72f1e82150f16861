//! The ten words in which a call ends.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How a call ended. Every call ends in exactly one of these; where several would fit, the
/// first in this order. They are the words of `else`, of tests, logs and statistics.
///
/// # Examples
///
/// ```
/// use sayflow::Outcome;
///
/// // A shop's alarm counts the calls that failed in last night's log.
/// let log = ["ok", "empty", "not json", "ok", "too large"];
/// let outcomes: Vec<Outcome> = log.into_iter().map(str::parse).collect::<Result<_, _>>()?;
/// assert_eq!(outcomes.iter().filter(|outcome| outcome.is_failure()).count(), 2);
/// assert_eq!(outcomes.iter().min(), Some(&Outcome::TooLarge));
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// Not sent: the channel is not connected, calls are not enabled, a secret is not granted
    /// for that origin, or an address or value is not allowed.
    #[serde(rename = "blocked")]
    Blocked,
    /// The time was over: the five seconds, the binding's own, or the turn's.
    #[serde(rename = "timeout")]
    Timeout,
    /// Name look-up, connecting, TLS, a reset, a reply cut short, or no HTTP at all.
    #[serde(rename = "unreachable")]
    Unreachable,
    /// An HTTP status that is not 2xx.
    #[serde(rename = "status")]
    Status,
    /// A body over the limit.
    #[serde(rename = "too large")]
    TooLarge,
    /// Not UTF-8 or not JSON.
    #[serde(rename = "not json")]
    NotJson,
    /// The endpoint said `"success": false`.
    #[serde(rename = "declined")]
    Declined,
    /// JSON, but not what the contract says.
    #[serde(rename = "contract")]
    Contract,
    /// A good reply whose text or list is empty.
    #[serde(rename = "empty")]
    Empty,
    /// A good reply.
    #[serde(rename = "ok")]
    Ok,
}

impl Outcome {
    /// Every outcome, in the order of precedence.
    pub const ALL: [Self; 10] = [
        Self::Blocked,
        Self::Timeout,
        Self::Unreachable,
        Self::Status,
        Self::TooLarge,
        Self::NotJson,
        Self::Declined,
        Self::Contract,
        Self::Empty,
        Self::Ok,
    ];

    /// The outcome as authors write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Status => "status",
            Self::TooLarge => "too large",
            Self::NotJson => "not json",
            Self::Declined => "declined",
            Self::Contract => "contract",
            Self::Empty => "empty",
            Self::Ok => "ok",
        }
    }

    /// Whether an `else` without a list covers it: everything but `ok` and `empty`.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::Ok | Self::Empty)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word of [`Outcome::as_str`]; any other is an error of [`ErrorKind::Parse`](crate::ErrorKind::Parse).
impl std::str::FromStr for Outcome {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|outcome| outcome.as_str() == word);
        known.ok_or_else(|| {
            let words = || Self::ALL.into_iter().map(Self::as_str);
            Error::unknown("no call ends in this word", word, words(), || {
                format!("the words are {}", words().collect::<Vec<_>>().join(", "))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;

    #[test]
    fn a_word_in_which_no_call_ends_is_told_the_words() {
        assert!(Outcome::ALL.iter().all(|it| it.as_str().parse() == Ok(*it)));
        insta::assert_snapshot!(
            "broken".parse::<Outcome>().unwrap_err(),
            @"no call ends in this word: the words are blocked, timeout, unreachable, status, too large, not json, declined, contract, empty, ok"
        );
    }
}
