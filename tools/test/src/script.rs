//! A `test` block as steps that can be run: names and texts taken out of the tree.

mod read;
mod text;

use std::time::Duration;

use sayflow::syntax::ast::{Media, OptionsKind};
use sayflow::{Event, Input, InputKind, OptionTarget, Outcome, Span, Timestamp, Value};

pub(crate) use read::read;

/// A test as it is run.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) lines: Vec<Line>,
}

/// A line of a test.
#[derive(Debug)]
pub(crate) struct Line {
    /// From its first word to its last.
    pub(crate) span: Span,
    pub(crate) step: Step,
}

/// What a line does.
#[derive(Debug)]
pub(crate) enum Step {
    Given(Vec<(String, Value)>),
    Mock {
        api: String,
        answers: Vec<Mocked>,
    },
    At(Timestamp),
    Flow(String),
    Restart,
    Happens(Happening),
    Expected(Expectation),
    /// `expect`: each claim by its number in the flow that works them out.
    Expect(Vec<Claim>),
    Called(Calls),
    Skip,
}

/// What begins a turn.
#[derive(Debug)]
pub(crate) enum Happening {
    Start(Option<String>),
    Text(String),
    /// A file.
    Sent(InputKind),
    Location(f64, f64),
    Tap {
        title: String,
        of: Option<String>,
    },
    Intent(String),
    Wait(Duration),
    Again,
}

/// One reply of a mocked API.
#[derive(Clone, Debug)]
pub(crate) struct Mocked {
    pub(crate) span: Span,
    pub(crate) content: Content,
    /// The attributes that it saves, by their names in the flow.
    pub(crate) sets: Vec<(String, Value)>,
}

/// What comes back of a mocked call.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A text, or an address, by the API's output.
    Text(String),
    Media(Media, String),
    Options(Vec<MockedOption>),
    Cards(Vec<MockedCard>),
    /// A file beside the test.
    File(String),
    /// The bytes as they stand.
    Raw(String),
    Status(u16, Option<String>),
    Outcome(Outcome, Option<String>),
}

/// An option of a mocked reply.
#[derive(Clone, Debug)]
pub(crate) struct MockedOption {
    pub(crate) title: String,
    pub(crate) target: OptionTarget,
    pub(crate) extra: Option<String>,
}

/// A card of a mocked reply.
#[derive(Clone, Debug, Default)]
pub(crate) struct MockedCard {
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) buttons: Vec<MockedOption>,
}

/// Something that a turn must show or do, or must not.
#[derive(Debug)]
pub(crate) struct Expectation {
    pub(crate) is_denied: bool,
    pub(crate) what: Expected,
}

/// What a turn shows or does.
#[derive(Debug)]
pub(crate) enum Expected {
    Say(Media, Option<Matcher>),
    Gallery(Option<List<ExpectedCard>>),
    Options {
        kind: OptionsKind,
        prompt: Option<Matcher>,
        options: Option<List<ExpectedOption>>,
    },
    Pause(Duration),
    Handover {
        team: Option<Matcher>,
        priority: Option<String>,
    },
    Do {
        action: String,
        values: Option<Vec<(String, Value)>>,
    },
    Event(Notice),
}

/// An event that a test expects by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    LimitReached,
    ValueError,
    BotDisabled,
}

impl Notice {
    const ALL: [Self; 3] = [Self::LimitReached, Self::ValueError, Self::BotDisabled];

    /// What an event is called; `None` where a test expects it otherwise.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::LimitReached { .. } => Some(Self::LimitReached),
            Event::ValueError { .. } => Some(Self::ValueError),
            Event::BotDisabled => Some(Self::BotDisabled),
            _ => None,
        }
    }

    fn from_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == words)
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::LimitReached => "limit reached",
            Self::ValueError => "value error",
            Self::BotDisabled => "bot disabled",
        }
    }
}

/// The members of a block in their order.
pub(crate) type List<T> = Vec<Member<T>>;

/// A line within a block.
#[derive(Debug)]
pub(crate) enum Member<T> {
    Is(Span, T),
    IsNot(Span, T),
    Skip,
}

#[derive(Debug)]
pub(crate) struct ExpectedCard {
    pub(crate) title: Matcher,
    pub(crate) parts: Option<CardParts>,
}

/// What the block of a card lists.
#[derive(Debug, Default)]
pub(crate) struct CardParts {
    pub(crate) subtitle: Option<Matcher>,
    pub(crate) image: Option<Matcher>,
    pub(crate) url: Option<Matcher>,
    pub(crate) buttons: List<ExpectedOption>,
    /// Whether `...` stands in it: then nothing need be missing.
    pub(crate) is_partial: bool,
}

#[derive(Debug)]
pub(crate) struct ExpectedOption {
    pub(crate) title: Matcher,
    pub(crate) target: Option<OptionTarget>,
    pub(crate) extra: Option<String>,
}

/// How a text is compared.
#[derive(Debug)]
pub(crate) enum Matcher {
    Equals(String),
    Contains(String),
    Matches(regex::Regex),
}

impl Matcher {
    pub(crate) fn fits(&self, text: &str) -> bool {
        match self {
            Self::Equals(expected) => expected == text,
            Self::Contains(part) => text.contains(part.as_str()),
            Self::Matches(regex) => regex.is_match(text),
        }
    }
}

/// A fact about attributes that a flow of its own works out.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) span: Span,
    /// The condition, in the words of the flow.
    pub(crate) condition: String,
    /// The attributes that it reads.
    pub(crate) names: Vec<String>,
    /// Whether the bot must be enabled, where that is what it says: a bot that is not works nothing out.
    pub(crate) is_about_bot: Option<bool>,
    /// Its number among the claims of all tests.
    pub(crate) number: usize,
}

/// How often an API was called, and what was said to it.
#[derive(Debug)]
pub(crate) struct Calls {
    pub(crate) is_denied: bool,
    pub(crate) api: String,
    pub(crate) times: Option<usize>,
    pub(crate) with: Vec<(String, Value)>,
}

impl Happening {
    /// The input, where it is one by itself.
    pub(crate) fn input(&self) -> Option<Input> {
        Some(match self {
            Self::Start(None) => Input::start(),
            Self::Start(Some(sequence)) => Input::start_at(sequence),
            Self::Text(text) => Input::text(text),
            Self::Sent(file) => file.clone().into(),
            Self::Location(latitude, longitude) => Input::location(*latitude, *longitude),
            Self::Intent(name) => Input::intent(name),
            Self::Tap { .. } | Self::Wait(_) | Self::Again => return None,
        })
    }
}
