//! From what came back to an outcome, the data of a block and attributes.
//!
//! `json` reads the text, `data` and `attributes` check the values against the contract, and
//! whatever is wrong becomes a [`Problem`]: all of them at once, in the order of the reply.

mod attributes;
mod data;
mod duplicate_keys;
mod finding;
mod json;
mod not_json;
mod usual_mistakes;

use crate::customer::Customer;
use crate::diagnostics::Code;
use crate::effects::{Failure, Reply};
use crate::outcome::Outcome;
use crate::plain::is_blank;
use crate::program::{Data, Output, SequenceId};
use crate::settings::Limits;
use crate::syntax::ast::Media;
use crate::value::Value;

use super::{Mask, Problem};
use finding::{Findings, Path, log_line};
use json::{Kind, Node};

/// What the flow wants of a reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'e> {
    pub(crate) output: Output,
    /// The sequences that options may open; empty for any.
    pub(crate) leads_to: &'e [SequenceId],
    pub(crate) data: &'e Data,
    /// Whom attributes are saved to.
    pub(crate) customer: &'e Customer,
    pub(crate) limits: &'e Limits,
    /// What may not be quoted.
    pub(crate) mask: &'e Mask<'e>,
    /// How many errors are kept, and how many warnings.
    pub(crate) problems: usize,
}

/// How a call ended and what it brought.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) outcome: Outcome,
    /// The HTTP status, where a reply came.
    pub(crate) status: Option<u16>,
    /// [`ReplyData::Nothing`] unless the outcome is `ok`.
    pub(crate) data: ReplyData,
    /// By key, `None` for one to be cleared; none unless the outcome is `ok` or `empty`.
    pub(crate) attributes: Vec<(String, Option<Value>)>,
    /// The reply's own message, or why no reply came, for the log: one line, secrets masked.
    pub(crate) message: Option<String>,
    pub(crate) problems: Vec<Problem>,
}

/// What fills a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReplyData {
    Text(String),
    Media { kind: Media, url: String },
    Options(Vec<ReplyOption>),
    Cards(Vec<ReplyCard>),
    Nothing,
}

impl ReplyData {
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => is_blank(text),
            Self::Options(options) => options.is_empty(),
            Self::Cards(cards) => cards.is_empty(),
            Self::Media { .. } | Self::Nothing => false,
        }
    }
}

/// A card of a gallery; its title is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplyCard {
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) buttons: Vec<ReplyOption>,
}

/// A button or quick reply; its title is never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplyOption {
    pub(crate) title: String,
    pub(crate) target: ReplyTarget,
    pub(crate) extra: Option<String>,
}

/// What a tap on an option does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReplyTarget {
    Sequence(SequenceId),
    Url(String),
    /// Normalized.
    Phone(String),
}

/// Decides how a call ended.
pub(crate) fn decode(result: &Result<Reply, Failure>, expected: &Expected<'_>) -> Decoded {
    match result {
        Err(failure) => without_reply(failure, expected.mask),
        Ok(reply) if !(200..300).contains(&reply.status) => Decoded {
            message: Some(describe_status(reply, expected.mask)),
            ..ended(Outcome::Status, Some(reply.status))
        },
        Ok(reply) => decode_body(reply, expected),
    }
}

/// A call that brought nothing.
fn ended(outcome: Outcome, status: Option<u16>) -> Decoded {
    Decoded {
        outcome,
        status,
        data: ReplyData::Nothing,
        attributes: Vec::new(),
        message: None,
        problems: Vec::new(),
    }
}

fn without_reply(failure: &Failure, mask: &Mask<'_>) -> Decoded {
    let (outcome, message) = match failure {
        Failure::Blocked(why) => (Outcome::Blocked, log_line(mask, why)),
        Failure::Timeout => (Outcome::Timeout, "no complete reply in time".to_owned()),
        Failure::Unreachable(how) => (Outcome::Unreachable, log_line(mask, how)),
        Failure::TooLarge => (Outcome::TooLarge, "the reply is larger than the limit".to_owned()),
    };
    Decoded {
        message: Some(message).filter(|message| !message.is_empty()),
        ..ended(outcome, None)
    }
}

fn describe_status(reply: &Reply, mask: &Mask<'_>) -> String {
    match &reply.location {
        Some(location) => format!(
            "HTTP {} to {}: redirects are not followed, so call that address",
            reply.status,
            log_line(mask, location)
        ),
        None => format!("HTTP {}", reply.status),
    }
}

fn decode_body(reply: &Reply, expected: &Expected<'_>) -> Decoded {
    let status = Some(reply.status);
    let (root, mut problems) = not_json::read(&reply.body, expected.mask);
    let is_json = problems.is_empty();
    let mut decoded = match &root {
        Some(root) => check(root, reply.status, expected),
        None => ended(Outcome::NotJson, status),
    };
    problems.append(&mut decoded.problems);
    problems.sort_by_key(|problem| problem.span);
    if is_json {
        Decoded { problems, ..decoded }
    } else {
        // The contract was checked on what the reply was meant to be, for its problems alone.
        Decoded {
            problems,
            ..ended(Outcome::NotJson, status)
        }
    }
}

fn check(root: &Node<'_>, status: u16, expected: &Expected<'_>) -> Decoded {
    let mut findings = Findings::new(expected.mask, expected.problems);
    if !matches!(root.kind, Kind::Object(_)) {
        let help = usual_mistakes::instead_of_reply(root);
        findings.wrong_type(&Path::Root, root, "a JSON object", help);
        return Decoded {
            problems: findings.into_problems(),
            ..ended(Outcome::Contract, Some(status))
        };
    }
    if let Some(help) = usual_mistakes::wrapped_reply(root, expected.mask) {
        // Whatever else is missing stands in there.
        findings.missing(&Path::Root, root, "success", "`true` or `false`", Some(help));
        return Decoded {
            problems: findings.into_problems(),
            ..ended(Outcome::Contract, Some(status))
        };
    }
    duplicate_keys::check(&Path::Root, root, &mut findings);
    let success = check_success(root, &mut findings);
    let message = check_message(root, &mut findings);
    check_status(root, status, &mut findings);
    if success == Some(false) {
        return Decoded {
            message,
            problems: findings.into_problems(),
            ..ended(Outcome::Declined, Some(status))
        };
    }
    let data = data::check(root, expected, &mut findings);
    let attributes = attributes::check(root, expected, &mut findings);
    let is_good = !findings.has_errors();
    let problems = findings.into_problems();
    let decoded = match data.filter(|_| is_good) {
        None => ended(Outcome::Contract, Some(status)),
        Some(data) if data.is_empty() => Decoded {
            attributes,
            ..ended(Outcome::Empty, Some(status))
        },
        Some(data) => Decoded {
            data,
            attributes,
            ..ended(Outcome::Ok, Some(status))
        },
    };
    Decoded {
        message,
        problems,
        ..decoded
    }
}

fn check_success(root: &Node<'_>, findings: &mut Findings<'_>) -> Option<bool> {
    let path = Path::Root;
    let Some(success) = root.get("success") else {
        let help = usual_mistakes::missing_success(root, findings.mask);
        findings.missing(&path, root, "success", "`true` or `false`", Some(help));
        return None;
    };
    match success.kind {
        Kind::Bool(flag) => Some(flag),
        _ => {
            let help = usual_mistakes::instead_of_yes_no(success);
            findings.wrong_type(&path.key("success"), success, "`true` or `false`", help);
            None
        }
    }
}

fn check_message(root: &Node<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let message = root.get("message")?;
    match &message.kind {
        Kind::Null => None,
        Kind::Text(text) => Some(log_line(findings.mask, text)).filter(|text| !text.is_empty()),
        _ => {
            findings.ignored(&Path::Root.key("message"), message, "a text");
            None
        }
    }
}

fn check_status(root: &Node<'_>, status: u16, findings: &mut Findings<'_>) {
    let Some(sent) = root.get("status") else { return };
    let path = Path::Root.key("status");
    match sent.as_number().and_then(|number| number.as_i64()) {
        None => findings.ignored(&path, sent, "a whole number"),
        Some(number) if number == i64::from(status) => {}
        Some(number) => {
            let number = findings.mask.apply(&number.to_string()).into_owned();
            let fact = format!("says {number} where HTTP says {status}");
            let help = "send the status of the reply itself, or leave `status` out".to_owned();
            let words = (&*fact, &*status.to_string(), Some(help));
            findings.wrong_value(Code::ReplyIgnoredField, &path, sent, words);
        }
    }
}

#[cfg(test)]
mod tests;
