//! What is wrong with a text that should be JSON, and what to do about it.

use std::fmt;

use crate::source::Span;
use crate::value::MAX_DEPTH;

/// One mistake with its place in the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) mistake: Mistake,
    pub(crate) span: Span,
}

/// A mistake; printed, it says what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    Nothing,
    PlainText,
    Jsonp,
    TextBehind,
    TooDeep,
    NotClosed(String),
    WrongBracket(char),
    NoValue,
    Unexpected(char),
    Comment,
    OddBlank,
    NoComma,
    TrailingComma,
    ExtraComma,
    NoColon,
    KeyNotOpened(String),
    KeyNotClosed(String),
    UnquotedKey(String),
    UnquotedText,
    SingleQuotes,
    CurlyQuotes,
    TextNotClosed,
    RawControl(char),
    BadEscape,
    LoneSurrogate,
    BadNumber(String),
    NumberTooLarge,
    WrongWord { word: String, right: &'static str },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::PlainText => f.write_str("plain text"),
            Self::Jsonp => f.write_str("JSONP, a call of a function"),
            Self::TextBehind => f.write_str("something behind the end of the JSON"),
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} lists and objects in each other"),
            Self::NotClosed(open) => write!(f, "a `{open}` that is never closed"),
            Self::WrongBracket(wrong) => write!(f, "a `{wrong}` that closes nothing"),
            Self::NoValue => f.write_str("no value"),
            Self::Unexpected(c) => write!(f, "`{}`", c.escape_debug()),
            Self::Comment => f.write_str("a comment"),
            Self::OddBlank => f.write_str("an invisible character"),
            Self::NoComma => f.write_str("no comma"),
            Self::TrailingComma => f.write_str("a comma behind the last entry"),
            Self::ExtraComma => f.write_str("one comma too many"),
            Self::NoColon => f.write_str("no colon"),
            Self::KeyNotOpened(key) => write!(f, "no quote in front of `{key}`"),
            Self::KeyNotClosed(key) => write!(f, "no quote behind `{key}`"),
            Self::UnquotedKey(key) => write!(f, "the key `{key}` without quotes"),
            Self::UnquotedText => f.write_str("a text without quotes"),
            Self::SingleQuotes => f.write_str("a text in single quotes"),
            Self::CurlyQuotes => f.write_str("a text in curly quotes"),
            Self::TextNotClosed => f.write_str("a text that is never closed"),
            Self::RawControl('\n' | '\r') => f.write_str("a line break within a text"),
            Self::RawControl('\t') => f.write_str("a tab within a text"),
            Self::RawControl(c) => write!(f, "the control character U+{:04X} within a text", u32::from(*c)),
            Self::BadEscape => f.write_str("an escape that JSON does not have"),
            Self::LoneSurrogate => f.write_str("half of a character"),
            Self::BadNumber(written) => write!(f, "`{written}`, which is no number"),
            Self::NumberTooLarge => f.write_str("a number too large to be read"),
            Self::WrongWord { word, .. } => write!(f, "`{word}`"),
        }
    }
}

impl Mistake {
    /// What is quoted of the reply, as it stands there.
    pub(crate) fn quoted_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::KeyNotOpened(quoted)
            | Self::KeyNotClosed(quoted)
            | Self::UnquotedKey(quoted)
            | Self::BadNumber(quoted) => Some(quoted),
            _ => None,
        }
    }

    /// The next action.
    pub(crate) fn help(&self) -> String {
        let help = match self {
            Self::Nothing => "send a JSON object: `{\"success\": true, \"data\": …}`",
            Self::PlainText => "put the text into the reply: `{\"success\": true, \"data\": \"…\"}`",
            Self::Jsonp => "send the object alone, without a function around it",
            Self::TextBehind => "send one JSON object and nothing behind it, debug output included",
            Self::TooDeep => {
                "send less: a value that is saved has at most 64 levels, and nothing else in the contract more than five"
            }
            Self::NotClosed(_) => "close it; where the reply was cut short, send it whole",
            Self::WrongBracket(_) | Self::NoValue | Self::Unexpected(_) => {
                "build the reply with a JSON encoder rather than by hand"
            }
            Self::Comment => "take comments out: JSON has none",
            Self::OddBlank => "use plain blanks and line breaks",
            Self::NoComma => "write a comma between entries",
            Self::TrailingComma | Self::ExtraComma => "take the comma out",
            Self::NoColon => "write a colon between key and value",
            Self::KeyNotOpened(key) | Self::KeyNotClosed(key) | Self::UnquotedKey(key) => {
                return format!("write `\"{key}\"`");
            }
            Self::UnquotedText | Self::CurlyQuotes => "put texts into double quotes: `\"…\"`",
            Self::SingleQuotes => {
                "use double quotes; where Python writes the reply, `json.dumps` does so and `str` does not"
            }
            Self::TextNotClosed => "close the text with `\"`",
            Self::RawControl('\n' | '\r') => "write a line break as `\\n`",
            Self::RawControl('\t') => "write a tab as `\\t`",
            Self::RawControl(c) => return format!("write it as `\\u{:04x}`", u32::from(*c)),
            Self::BadEscape => "write a backslash itself as `\\\\`",
            Self::LoneSurrogate => "send the whole character; cutting a text may have halved it",
            Self::BadNumber(_) => "write numbers as `12` or `0.5`, and anything else in quotes",
            Self::NumberTooLarge => "send it as a text",
            Self::WrongWord { right: "null", .. } => "write a value, or `null` where there may be none",
            Self::WrongWord { right, .. } => return format!("write `{right}`"),
        };
        help.to_owned()
    }
}
