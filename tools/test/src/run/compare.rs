//! What a turn said, held against the lines that expect it.

use sayflow::syntax::ast::{Media, OptionsKind};
use sayflow::{Block, BlockOption, Card, Event, OptionTarget, Program, Span, Value};

use crate::quoted::Quoted;
use crate::scene::Said;
use crate::script::{
    CardParts, Expectation, Expected, ExpectedCard, ExpectedOption, List, Matcher, Member, Notice,
};

/// Where what was said is not what is expected.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// The line of the test, where another than the expectation's own.
    pub(crate) span: Option<Span>,
    pub(crate) message: String,
    /// Whether something else altogether was said, which the message tells as "the bot …".
    pub(crate) is_another: bool,
    /// Two texts whose words can be compared.
    pub(crate) texts: Option<(String, String)>,
}

pub(crate) type Fits = Result<(), Mismatch>;

impl Mismatch {
    fn new(message: impl Into<String>) -> Self {
        Self {
            span: None,
            message: message.into(),
            is_another: false,
            texts: None,
        }
    }

    fn at(self, span: Span) -> Self {
        Self {
            span: Some(span),
            ..self
        }
    }
}

fn unlike(message: impl Into<String>) -> Fits {
    Err(Mismatch::new(message))
}

fn another(said: &Said) -> Fits {
    Err(Mismatch {
        is_another: true,
        ..Mismatch::new(format!("the bot {}", what_it_does(said)))
    })
}

/// Whether something must be mentioned in the test of its turn; a report need not.
pub(crate) fn must_be_mentioned(said: &Said) -> bool {
    !matches!(said, Said::Event(Event::Call(_) | Event::Restored(_)))
}

/// Whether what was said is what is expected; the mismatch says what is not.
pub(crate) fn fits(program: &Program, expectation: &Expectation, said: &Said) -> Fits {
    match (&expectation.what, said) {
        (Expected::Say(media, matcher), Said::Block(block)) => say(*media, matcher.as_ref(), said, block),
        (Expected::Gallery(cards), Said::Block(Block::Gallery { cards: shown })) => match cards {
            Some(cards) => list(
                cards,
                shown,
                ("card", "cards"),
                |card| card.title.clone(),
                |expected, shown| card(program, expected, shown),
            ),
            None => Ok(()),
        },
        (
            Expected::Options {
                kind,
                prompt,
                options,
            },
            Said::Block(block),
        ) => match options_in(block) {
            Some((shown, text, found)) if shown == *kind => {
                compared("prompt", prompt.as_ref(), text)?;
                match options {
                    Some(expected) => self::options(program, expected, found),
                    None => Ok(()),
                }
            }
            _ => another(said),
        },
        (Expected::Pause(expected), Said::Block(Block::Pause { duration })) if expected == duration => Ok(()),
        (Expected::Pause(_), Said::Block(Block::Pause { duration })) => {
            unlike(format!("the pause takes {} s", duration.as_secs_f64()))
        }
        (
            Expected::Handover {
                team: expected,
                priority: wanted,
            },
            Said::Event(Event::Handover { team, priority }),
        ) => {
            compared("team", expected.as_ref(), Some(team))?;
            match (wanted, priority) {
                (Some(wanted), found) if found.as_ref() != Some(wanted) => unlike(match found {
                    Some(found) => format!("the priority is `{found}`"),
                    None => "the handover has no priority".to_owned(),
                }),
                _ => Ok(()),
            }
        }
        (Expected::Do { action, values }, Said::Event(Event::Action { name, values: found }))
            if action == name =>
        {
            match values {
                Some(values) => action_values(values, found),
                None => Ok(()),
            }
        }
        (Expected::Event(notice), Said::Event(event)) if Notice::of(event) == Some(*notice) => Ok(()),
        _ => another(said),
    }
}

/// The text or address that is all of a block, and what it is.
pub(crate) fn media_in(block: &Block) -> Option<(Media, &str)> {
    match block {
        Block::Text { text } => Some((Media::Text, text)),
        Block::Image { url } => Some((Media::Image, url)),
        Block::Audio { url } => Some((Media::Audio, url)),
        Block::Video { url } => Some((Media::Video, url)),
        _ => None,
    }
}

/// The options of a block below its prompt, and what they are.
pub(crate) fn options_in(block: &Block) -> Option<(OptionsKind, Option<&str>, &[BlockOption])> {
    match block {
        Block::Buttons { text, options } => Some((OptionsKind::Buttons, text.as_deref(), options)),
        Block::QuickReplies { text, options } => Some((OptionsKind::QuickReplies, text.as_deref(), options)),
        _ => None,
    }
}

fn say(media: Media, matcher: Option<&Matcher>, said: &Said, block: &Block) -> Fits {
    match media_in(block) {
        Some((shown, text)) if shown == media => {
            let what = if media == Media::Text { "text" } else { "address" };
            compared(what, matcher, Some(text))
        }
        _ => another(said),
    }
}

/// A text as it is expected.
fn compared(what: &str, matcher: Option<&Matcher>, found: Option<&str>) -> Fits {
    let Some(matcher) = matcher else { return Ok(()) };
    let Some(found) = found else {
        return unlike(format!("there is no {what}"));
    };
    if matcher.fits(found) {
        return Ok(());
    }
    let (message, texts) = match matcher {
        Matcher::Equals(expected) => (
            format!("the {what} is another"),
            Some((expected.clone(), found.to_owned())),
        ),
        Matcher::Contains(_) => (
            format!("the {what} does not contain this: {}", Quoted(found)),
            None,
        ),
        Matcher::Matches(_) => (format!("the {what} does not match this: {}", Quoted(found)), None),
    };
    Err(Mismatch {
        texts,
        ..Mismatch::new(message)
    })
}

pub(crate) fn card(program: &Program, expected: &ExpectedCard, shown: &Card) -> Fits {
    compared("title", Some(&expected.title), Some(&shown.title))?;
    let Some(parts) = &expected.parts else {
        return Ok(());
    };
    part(
        parts,
        "subtitle",
        parts.subtitle.as_ref(),
        shown.subtitle.as_deref(),
    )?;
    part(parts, "image", parts.image.as_ref(), shown.image.as_deref())?;
    part(parts, "url", parts.url.as_ref(), shown.url.as_deref())?;
    options(program, &parts.buttons, &shown.buttons)
}

fn part(parts: &CardParts, what: &str, matcher: Option<&Matcher>, found: Option<&str>) -> Fits {
    match (matcher, found) {
        (None, Some(found)) if !parts.is_partial => unlike(format!(
            "the card has a {what} that the test does not mention: {}",
            Quoted(found)
        )),
        _ => compared(what, matcher, found),
    }
}

fn options(program: &Program, expected: &List<ExpectedOption>, shown: &[BlockOption]) -> Fits {
    list(
        expected,
        shown,
        ("option", "options"),
        |option| String::from(&option.title),
        |expected, shown| option(program, expected, shown),
    )
}

pub(crate) fn option(program: &Program, expected: &ExpectedOption, shown: &BlockOption) -> Fits {
    compared("title", Some(&expected.title), Some(&shown.title))?;
    if let Some(target) = &expected.target
        && !is_same_target(program, target, &shown.target)
    {
        let title = Quoted(&shown.title);
        return unlike(match &shown.target {
            OptionTarget::Sequence(word) => {
                let name = program.sequence_name(word).unwrap_or(word);
                format!("option {title} leads to {name}")
            }
            OptionTarget::Url(url) => format!("option {title} leads to url {}", Quoted(url)),
            OptionTarget::Phone(number) => format!("option {title} leads to phone {}", Quoted(number)),
            _ => format!("option {title} answers the question and leads nowhere"),
        });
    }
    match (&expected.extra, &shown.extra) {
        (Some(extra), found) if found.as_deref() != Some(&**extra) => unlike(match found {
            Some(found) => format!(
                "the extra of option {} is {}",
                Quoted(&shown.title),
                Quoted(found)
            ),
            None => format!("option {} has no extra", Quoted(&shown.title)),
        }),
        _ => Ok(()),
    }
}

fn is_same_target(program: &Program, expected: &OptionTarget, shown: &OptionTarget) -> bool {
    match (expected, shown) {
        (OptionTarget::Sequence(name), OptionTarget::Sequence(word)) => {
            program.sequence_name(name) == program.sequence_name(word)
        }
        (OptionTarget::Phone(expected), OptionTarget::Phone(shown)) => digits(expected) == digits(shown),
        _ => expected == shown,
    }
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The members of a block in their order; whatever no line mentions is too much.
fn list<T, S>(
    expected: &[Member<T>],
    shown: &[S],
    (one, many): (&str, &str),
    title: impl Fn(&S) -> String,
    fits: impl Fn(&T, &S) -> Fits,
) -> Fits {
    let mut rest = shown;
    let mut may_skip = false;
    for member in expected {
        match member {
            Member::Skip => may_skip = true,
            Member::IsNot(span, denied) => {
                if let Some(found) = shown.iter().find(|shown| fits(denied, shown).is_ok()) {
                    return Err(Mismatch::new(format!("{one} {} is there", Quoted(&title(found)))).at(*span));
                }
            }
            Member::Is(span, wanted) => {
                let place = if may_skip {
                    rest.iter().position(|shown| fits(wanted, shown).is_ok())
                } else {
                    None
                };
                let at = place.unwrap_or(0);
                let Some(found) = rest.get(at) else {
                    return Err(Mismatch::new(format!("there are no more {many}")).at(*span));
                };
                fits(wanted, found).map_err(|mismatch| Mismatch {
                    message: if may_skip {
                        format!("none of the other {many} is like this")
                    } else {
                        mismatch.message
                    },
                    span: mismatch.span.or(Some(*span)),
                    texts: mismatch.texts.filter(|_| !may_skip),
                    ..mismatch
                })?;
                rest = rest.get(at + 1..).unwrap_or_default();
                may_skip = false;
            }
        }
    }
    match rest.first() {
        Some(extra) if !may_skip => unlike(format!(
            "{one} {} is there, which the test does not mention",
            Quoted(&title(extra))
        )),
        _ => Ok(()),
    }
}

fn action_values(expected: &[(String, Value)], found: &indexmap::IndexMap<String, Value>) -> Fits {
    for (key, value) in expected {
        match found.get(key) {
            Some(found) if found == value => {}
            Some(found) => {
                let texts = (value.to_string(), found.to_string());
                return Err(Mismatch {
                    texts: Some(texts),
                    ..Mismatch::new(format!("`{key}` is another"))
                });
            }
            None => return unlike(format!("`{key}` is not given")),
        }
    }
    match found
        .keys()
        .find(|key| expected.iter().all(|(known, _)| known != *key))
    {
        Some(key) => unlike(format!("`{key}` is given, which the test does not mention")),
        None => Ok(()),
    }
}

/// What is expected, as the end of "expected …".
pub(super) fn expected_words(what: &Expected) -> String {
    match what {
        Expected::Say(Media::Text, _) => "a text".to_owned(),
        Expected::Say(Media::Image, _) => "an image".to_owned(),
        Expected::Say(Media::Audio, _) => "an audio".to_owned(),
        Expected::Say(Media::Video, _) => "a video".to_owned(),
        Expected::Gallery(_) => "a gallery".to_owned(),
        Expected::Options { kind, .. } => kind.as_str().to_owned(),
        Expected::Pause(_) => "a pause".to_owned(),
        Expected::Handover { .. } => "a handover".to_owned(),
        Expected::Do { action, .. } => format!("`do {action}`"),
        Expected::Event(notice) => format!("the event `{}`", notice.as_str()),
    }
}

/// What the bot does instead, as the end of "the bot …".
pub(super) fn what_it_does(said: &Said) -> String {
    match said {
        Said::Block(block) => match block {
            Block::Text { text } => format!("says {}", Quoted(text)),
            Block::Image { .. } => "shows an image".to_owned(),
            Block::Audio { .. } => "plays an audio".to_owned(),
            Block::Video { .. } => "shows a video".to_owned(),
            Block::Gallery { .. } => "shows a gallery".to_owned(),
            Block::Buttons { .. } => "shows buttons".to_owned(),
            Block::QuickReplies { .. } => "shows quick replies".to_owned(),
            Block::Pause { .. } => "pauses".to_owned(),
            _ => "shows something else".to_owned(),
        },
        Said::Event(event) => match event {
            Event::Action { name, .. } => format!("does `{name}`"),
            Event::Handover { team, .. } => format!("hands over to {}", Quoted(team)),
            Event::LimitReached { reason, .. } => format!("stops at a limit: {reason}"),
            Event::ValueError { reason, .. } => format!("has no value here: {reason}"),
            Event::BotDisabled => "is switched off".to_owned(),
            _ => "does something else".to_owned(),
        },
    }
}
