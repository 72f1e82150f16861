//! Where strict reading of a line stops, what was expected there, and the tokens around that place.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

use super::{first_word, text_at};
use crate::source::{Source, Span};
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::placement::Place;
use crate::syntax::text::is_blank;

/// Signs of more than one character.
const SIGNS: [&str; 10] = ["->", "..", "==", "!=", "<=", ">=", "<<", ">>", "{{", "}}"];

/// Where strict reading stopped and what was expected there.
pub(super) struct Stop {
    pub(super) offset: u32,
    pub(super) expected: String,
}

pub(super) fn stop_of(source: &Source, span: Span, place: Place) -> Option<Stop> {
    let is_entry = matches!(place, Place::Action | Place::Do);
    let rule = if is_entry {
        Rule::strict_entry
    } else if place.is_in_test() {
        Rule::strict_step
    } else {
        Rule::strict_line
    };
    let error = Grammar::parse(rule, source.slice(span)).err()?;
    let (InputLocation::Pos(offset) | InputLocation::Span((offset, _))) = error.location;
    let ErrorVariant::ParsingError { positives, .. } = error.variant else {
        return None;
    };
    Some(Stop {
        offset: u32::try_from(offset).ok()?,
        expected: expected(&positives),
    })
}

/// The expected rules in plain words, what is needed before what is allowed.
fn expected(rules: &[Rule]) -> String {
    if rules.contains(&Rule::visits) {
        return "a value".to_owned();
    }
    let mut names: Vec<&str> = rules.iter().filter_map(|rule| plain_name(*rule)).collect();
    names.sort_unstable_by_key(|name| (name.starts_with('`'), *name));
    names.dedup();
    if names.is_empty() {
        return "the end of the line".to_owned();
    }
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// A rule as authors know it; `None` for what may follow but need not.
fn plain_name(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::line_text | Rule::block_text | Rule::curly_text => "a quoted text",
        Rule::api_ref => "`<<api>>`",
        Rule::name => "a name",
        Rule::equals => "`=`",
        Rule::colon => "`:`",
        Rule::time => "a duration such as `5s`",
        Rule::number | Rule::bound => "a number",
        Rule::type_ref => "a type",
        Rule::output => "an output such as `text`",
        Rule::trigger | Rule::trigger_word => "a trigger such as `start` or `words`",
        Rule::accept_kind => "a kind of answer such as `email`",
        Rule::target => "a sequence, `url` or `phone`",
        Rule::assignment | Rule::claim => "`NAME = VALUE`",
        Rule::event_words => "words such as `limit reached`",
        Rule::raw => "a reply between backticks",
        Rule::answer => "an answer such as `\"…\"`, `file`, `reply` or `timeout`",
        Rule::expr => "a value",
        _ => return None,
    })
}

/// A word, a whole text, or one character.
pub(super) fn first_token(text: &str) -> &str {
    let word = first_word(text);
    if !word.is_empty() {
        return word;
    }
    if let Some(sign) = SIGNS.iter().find(|sign| text.starts_with(**sign)) {
        return sign;
    }
    let letter = text.chars().next().map_or(0, char::len_utf8);
    text_at(text)
        .filter(|text| text.starts_with('"'))
        .unwrap_or(text.get(..letter).unwrap_or_default())
}

/// The last token that begins before `offset`.
pub(super) fn token_before(line: &str, offset: u32) -> &str {
    let mut rest = line
        .get(..offset as usize)
        .unwrap_or(line)
        .trim_end_matches(is_blank);
    loop {
        let token = first_token(rest);
        let behind = rest
            .get(token.len()..)
            .unwrap_or_default()
            .trim_start_matches(is_blank);
        if behind.is_empty() {
            return token;
        }
        rest = behind;
    }
}
