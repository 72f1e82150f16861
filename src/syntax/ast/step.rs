//! The lines of a `test`: what is given, what happens, and what is expected.

use super::{Expr, Ident, Media, OptionsKind, Target, Text, Time};
use crate::source::Span;
use crate::value::Number;

/// A line of a `test`.
#[derive(Clone, Debug)]
pub enum Step {
    /// `given first_name = "Asha", vip = yes`
    Given(Vec<Assignment>),
    /// `mock API = "…", then timeout`; without answers they are the lines of its block.
    Mock {
        /// Whose replies these are.
        api: Ident,
        /// One reply after the other.
        answers: Vec<MockAnswer>,
    },
    /// `at "2026-11-20T10:00:00Z"`
    At(Text),
    /// `flow "edited"`
    Flow(Text),
    /// `restart`
    Restart,
    /// `start`, `start track`
    Start(Option<Ident>),
    /// `customer "12"`
    Customer(Said),
    /// `tap "Buy" of "Gift card"`
    Tap {
        /// The option's title.
        title: Text,
        /// The prompt of its block, or the title of its card.
        of: Option<Box<Text>>,
    },
    /// `intent "greeting"`
    Intent(Text),
    /// `wait 10m`
    Wait(Time),
    /// `again`
    Again,
    /// A block, an event or a call that is expected, or denied.
    Expected {
        /// The `not` before it.
        not: Option<Span>,
        /// What it is.
        what: Expected,
    },
    /// `expect order_no = "AB-1", vip is empty`
    Expect(Vec<Claim>),
    /// `...`
    Skip(Span),
}

/// `name = value`, where a request is looked at also `"X-Lang" = value`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// An attribute, or what a request calls it.
    pub name: AssignedName,
    /// What it is.
    pub value: Expr,
}

/// What an [`Assignment`] gives a value to.
#[derive(Clone, Debug)]
pub enum AssignedName {
    /// `order_no`
    Name(Ident),
    /// `"X-Lang"`
    Text(Text),
}

/// A fact about attributes.
#[derive(Clone, Debug)]
pub enum Claim {
    /// `order_no = "AB-1"`
    Equal {
        /// The attribute.
        name: Ident,
        /// What it must be.
        value: Expr,
    },
    /// `balance > 3`, `size is empty`
    Holds(Expr),
}

/// What the customer sends.
#[derive(Clone, Debug)]
pub enum Said {
    /// `customer "12"`
    Text(Text),
    /// `customer image "https://…"`
    Media {
        /// `image`, `audio`, `video` or `file`, as written.
        kind: Span,
        /// Where it is.
        url: Text,
    },
    /// `customer location 23.8, 90.4`
    Location {
        /// Degrees north.
        latitude: Number,
        /// Degrees east.
        longitude: Number,
    },
}

/// One reply of an API in a test.
#[derive(Clone, Debug)]
pub struct MockAnswer {
    /// The whole answer, without `then`.
    pub span: Span,
    /// What comes back.
    pub kind: AnswerKind,
    /// The attributes that it saves.
    pub sets: Vec<Assignment>,
}

/// What comes back of a mocked call.
#[derive(Clone, Debug)]
pub enum AnswerKind {
    /// `"Shipped"`: the text, or the address of an image.
    Text(Text),
    /// `video "https://…"`
    Media {
        /// Which kind.
        media: Media,
        /// Where it is.
        url: Text,
    },
    /// `file "fake/picks.json"`
    File(Text),
    /// ``reply `{…}` ``
    Reply(Raw),
    /// ``status 503 `…` ``
    Status {
        /// The number as written.
        code: Span,
        /// The body.
        body: Option<Raw>,
    },
    /// `timeout`, `declined "Come back later."`
    Outcome {
        /// The word as written.
        word: Span,
        /// The message of the reply.
        message: Option<Text>,
    },
}

/// The bytes of a reply between backticks, nothing in them escaped.
#[derive(Clone, Copy, Debug)]
pub struct Raw {
    /// With the backticks.
    pub span: Span,
}

/// How a text is compared.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// `"exact"`
    Equals(Text),
    /// `~ "a part"`
    Contains(Text),
    /// `/regex/`, with its slashes.
    Matches(Span),
}

/// What a turn shows or does.
#[derive(Clone, Debug)]
pub enum Expected {
    /// `text "…"`, `image "…"`, `audio "…"`, `video "…"`
    Say {
        /// Which of the four.
        media: Media,
        /// What it shows; `None` for anything.
        matcher: Option<Matcher>,
    },
    /// `gallery`
    Gallery,
    /// `card "Title"`
    Card(Matcher),
    /// `subtitle "…"`
    Subtitle(Matcher),
    /// `url "…"`, where a card leads
    Url(Matcher),
    /// `button "Buy" -> track`
    Button(Box<ExpectedOption>),
    /// `buttons "Prompt"`, `quick replies "Prompt"`
    Options {
        /// Which of the two.
        kind: OptionsKind,
        /// What is said above; `None` for anything.
        prompt: Option<Matcher>,
    },
    /// `"Title" -> track extra "x"`
    Option(Box<ExpectedOption>),
    /// `pause 2s`
    Pause(Time),
    /// `handover "Support" priority high`
    Handover {
        /// Who takes over; `None` for anyone.
        team: Option<Matcher>,
        /// How urgent; `None` for any.
        priority: Option<Ident>,
    },
    /// `do send_email`
    Do(Ident),
    /// `event limit reached`: its words.
    Event(Span),
    /// `called order_status 2 times with order_no = "AB-1"`
    Called {
        /// The API.
        api: Ident,
        /// How often, as written; `None` for at least once.
        times: Option<Span>,
        /// What the request said.
        with: Vec<Assignment>,
    },
}

/// An option that is expected.
#[derive(Clone, Debug)]
pub struct ExpectedOption {
    /// What the customer reads.
    pub title: Matcher,
    /// Where it leads; `None` for anywhere.
    pub target: Option<Target>,
    /// What the tap carries; `None` for anything.
    pub extra: Option<Text>,
}
