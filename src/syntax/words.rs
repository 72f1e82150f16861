//! Every word of the language, in one table: for diagnostics, for completion and for the editors'
//! colours.
//!
//! What a line begins with and where it may stand is said in `placement.rs`; see
//! [`words`](super::words()). The rest of the words stand here, and [`groups`] gives all of them.

use super::placement::{Place, Word};
use crate::Outcome;

/// What an attribute can hold.
pub const TYPES: [&str; 6] = ["text", "number", "yes/no", "date", "one of", "any"];

/// What an API returns.
pub const OUTPUTS: [&str; 6] = ["text", "image", "gallery", "buttons", "quick replies", "nothing"];

/// What starts a run, behind `on`.
pub const TRIGGERS: [&str; 7] = [
    "start",
    "words",
    "intent",
    "unmatched",
    "api failure",
    "stale",
    "moved",
];

/// What an answer can be, behind `accept`.
pub const ANSWERS: [&str; 13] = [
    "text", "email", "phone", "number", "date", "url", "yes/no", "one of", "image", "file", "location",
    "pattern", "regex",
];

/// What joins two values, or turns one round.
pub const OPERATORS: [&str; 6] = ["and", "or", "not", "is", "contains", "starts with"];

/// What joins two values, in signs.
pub const OPERATOR_SIGNS: [&str; 10] = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/"];

/// Names with a meaning.
pub const VALUES: [&str; 4] = ["yes", "no", "empty", "extra"];

/// What is given something in brackets.
pub const FUNCTIONS: [&str; 1] = ["visits"];

/// What stands within a line, outside of tests.
pub const CLAUSES: [&str; 9] = [
    "id", "was", "key", "save", "extra", "if", "priority", "else", "secret",
];

/// Where an option leads besides to a sequence.
pub const TARGETS: [&str; 2] = ["url", "phone"];

/// What leads to a target; the first is how the formatter writes it.
pub const ARROWS: [&str; 4] = ["->", "→", "–>", "—>"];

/// What a duration ends in: seconds, minutes, hours, days.
pub const UNITS: [&str; 4] = ["s", "m", "h", "d"];

/// The usual priorities of a `handover`. The host decides what they mean, and may know others.
pub const PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

/// What stands within a line of a test only.
pub const TEST_CLAUSES: [&str; 6] = ["sets", "then", "of", "times", "time", "with"];

/// What a mock answers with, besides texts, options, cards and outcomes.
pub const MOCKED: [&str; 6] = ["file", "reply", "status", "image", "audio", "video"];

/// What the customer of a test may send as an address.
pub const SENT: [&str; 4] = ["image", "audio", "video", "file"];

/// Where the customer of a test may be.
pub const SENT_PLACE: &str = "location";

/// What a host is told besides blocks, behind `event` in a test.
pub const EVENTS: [&str; 3] = ["limit reached", "value error", "bot disabled"];

/// Words that cannot be names.
pub const RESERVED: [&str; 15] = [
    "and", "or", "not", "is", "yes", "no", "empty", "contains", "starts", "with", "visits", "extra", "end",
    "url", "phone",
];

/// A group of words that mean something of the same kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the group is called in the files of the editors.
    pub name: &'static str,
    /// Its words, as the formatter writes them; some consist of two (`quick replies`, `yes/no`).
    pub words: Vec<&'static str>,
}

/// All words, by what they are. A word stands in several groups where it means several things:
/// `text` is a line, a type, an output and an answer.
///
/// # Examples
///
/// An editor colours what names a type.
///
/// ```
/// use sayflow::syntax::words;
///
/// let types = words::groups().into_iter().find(|group| group.name == "types");
/// let types = types.ok_or("no group has this name")?;
/// assert_eq!(types.words, ["text", "number", "yes/no", "date", "one of", "any"]);
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn groups() -> Vec<Group> {
    let group = |name, words| Group { name, words };
    vec![
        group("items", lines(|home| home == Place::File)),
        group(
            "settings",
            lines(|home| matches!(home, Place::Server | Place::Api)),
        ),
        group("statements", lines(is_of_a_sequence)),
        group("steps", lines(|home| home == Place::Test)),
        group("types", TYPES.to_vec()),
        group("outputs", OUTPUTS.to_vec()),
        group("triggers", TRIGGERS.to_vec()),
        group("answers", ANSWERS.to_vec()),
        group("operators", OPERATORS.to_vec()),
        group("values", VALUES.to_vec()),
        group("functions", FUNCTIONS.to_vec()),
        group("clauses", CLAUSES.to_vec()),
        group("targets", TARGETS.to_vec()),
        group("priorities", PRIORITIES.to_vec()),
        group(
            "outcomes",
            Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect(),
        ),
        group("test_clauses", TEST_CLAUSES.to_vec()),
        group("mocked", MOCKED.to_vec()),
        group("sent", SENT.into_iter().chain([SENT_PLACE]).collect()),
        group("events", EVENTS.to_vec()),
    ]
}

/// What lines begin with, by the first place where they may stand.
fn lines(is_home: fn(Place) -> bool) -> Vec<&'static str> {
    let homes = |word: &&Word| word.places().first().is_some_and(|home| is_home(*home));
    Word::ALL
        .iter()
        .filter(homes)
        .filter_map(|word| word.keyword())
        .collect()
}

const fn is_of_a_sequence(home: Place) -> bool {
    matches!(
        home,
        Place::Statements | Place::Ask | Place::Gallery | Place::Card | Place::Options
    )
}
