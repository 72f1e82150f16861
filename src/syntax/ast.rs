//! The tree of one file.
//!
//! Every line of a flow says what it is by its first word, and braces group lines; so the tree
//! is uniform: a [`Node`] is a line's [`Head`] with an optional [`Body`] of further nodes and the
//! `else` [`Branch`]es behind it. What may stand where is one table (`placement.rs`), not a shape
//! of the tree: a misplaced line is still in the tree, in its place.
//!
//! Nodes hold spans, not strings: text is read from the [`Source`] the file keeps.
//! Nothing but blanks lies between the pieces of the tree, so printing it gives the file back.

mod step;
mod text;

use std::time::Duration;

use crate::source::{Source, Span};
use crate::value::Number;

pub use step::{
    AnswerKind, AssignedName, Assignment, Claim, Expected, ExpectedOption, Matcher, MockAnswer, Raw, Said,
    Step,
};
pub use text::{Part, Text};

/// One file of a flow.
#[derive(Clone, Debug)]
pub struct File {
    /// The text that the spans point into.
    pub source: Source,
    /// Items, and the comments and broken lines between them, in source order.
    pub entries: Vec<Entry>,
}

/// One thing of a file or block, in source order.
#[derive(Clone, Debug)]
pub enum Entry {
    /// An item or statement, sound or broken.
    Node(Node),
    /// A comment, note or `allow`.
    Remark(Remark),
}

/// A comment, without its line break.
#[derive(Clone, Copy, Debug)]
pub struct Remark {
    /// From the slashes to the end of the text.
    pub span: Span,
    /// What it is for.
    pub kind: RemarkKind,
    /// Whether something stands before it on its line.
    pub is_trailing: bool,
}

/// What a comment is for.
#[derive(Clone, Copy, Debug)]
pub enum RemarkKind {
    /// `// …`
    Comment,
    /// `/// …`, for the translator of the line below.
    Note,
    /// `// allow check::code: reason`, for the line below.
    Allow {
        /// The code as written.
        code: Span,
        /// The reason, where one is given.
        reason: Option<Span>,
    },
}

/// A line: its head, its block and what stands behind the block.
#[derive(Clone, Debug)]
pub struct Node {
    /// The head, from its first word to its last, without the brace.
    pub span: Span,
    /// What the line says.
    pub head: Head,
    /// The block, where the line opens one.
    pub body: Option<Body>,
    /// The `else` branches behind it, in source order.
    pub branches: Vec<Branch>,
}

/// What stands between braces.
#[derive(Clone, Debug)]
pub struct Body {
    /// The `{`.
    pub open: Span,
    /// What stands inside, in source order.
    pub entries: Vec<Entry>,
    /// The `}`; `None` where it is missing.
    pub close: Option<Span>,
}

/// `else …` behind a block, an `if` or an `ask`.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Comments between the `}` before and this `else`.
    pub remarks: Vec<Remark>,
    /// From `else` to the end of the head, without the brace.
    pub span: Span,
    /// When the branch runs.
    pub when: When,
    /// What runs; `None` with a text or where the block is missing.
    pub body: Option<Body>,
    /// `else "…"`: what is said instead.
    pub text: Option<Text>,
}

/// When an `else` branch runs.
#[derive(Clone, Debug)]
pub enum When {
    /// `else`
    Always,
    /// `else if EXPR`
    If(Expr),
    /// `else timeout, not json`: each outcome as written.
    Outcomes(Vec<Span>),
}

/// A name as written, without `@` or marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident {
    /// Where it stands; empty where a name is missing in a broken line.
    pub span: Span,
}

/// `<<name>>`
#[derive(Clone, Copy, Debug)]
pub struct ApiRef {
    /// With the marks.
    pub span: Span,
    /// The name inside.
    pub name: Ident,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeRef {
    /// The whole type.
    pub span: Span,
    /// Which type; `None` where it is not one.
    pub kind: Option<TypeKind>,
}

/// The types of the language.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `text`
    Text,
    /// `number`
    Number,
    /// `yes/no`
    YesNo,
    /// `date`
    Date,
    /// `one of "a", "b"`
    OneOf(Vec<Text>),
    /// `any`
    Any,
}

/// A time span as written.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// Number and unit.
    pub span: Span,
    /// How long; `None` where it cannot be read.
    pub duration: Option<Duration>,
}

/// The words in front of a block that say what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Media {
    /// `text`
    Text,
    /// `image`
    Image,
    /// `audio`
    Audio,
    /// `video`
    Video,
}

impl Media {
    /// The word as a flow writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// Which kind of options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionsKind {
    /// `buttons`
    Buttons,
    /// `quick replies`
    QuickReplies,
}

impl OptionsKind {
    /// The words as a flow writes them.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buttons => "buttons",
            Self::QuickReplies => "quick replies",
        }
    }
}

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `get`
    Get,
    /// `post`
    Post,
}

/// Where a setting of a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// `header`
    Header,
    /// `param`
    Param,
    /// `field`
    Field,
}

impl Carrier {
    /// The word as a flow writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Param => "param",
            Self::Field => "field",
        }
    }
}

/// What a `text`, `image`, `audio` or `video` shows.
#[derive(Clone, Debug)]
pub enum Content {
    /// A quoted text.
    Text(Text),
    /// `<<api>>` in place of a text.
    Api(ApiRef),
}

/// Where an option leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// A sequence.
    Sequence(Ident),
    /// `url "…"`
    Url(Box<Text>),
    /// `phone "…"`
    Phone(Box<Text>),
}

/// `"Title" -> TARGET extra "…" if EXPR`, in options and as a card's `button`.
#[derive(Clone, Debug)]
pub struct OptionLine {
    /// What the customer reads.
    pub title: Text,
    /// Where it leads.
    pub target: Option<Target>,
    /// What the tap carries.
    pub extra: Option<Box<Text>>,
    /// When it is shown.
    pub condition: Option<Box<Expr>>,
}

impl OptionLine {
    /// Whether nothing stands behind the title.
    pub(super) const fn is_title_only(&self) -> bool {
        self.target.is_none() && self.extra.is_none() && self.condition.is_none()
    }
}

/// What starts a run.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// `on start`
    Start,
    /// `on words "a", "b*"`
    Words(Vec<Text>),
    /// `on intent "a", "b"`
    Intent(Vec<Text>),
    /// `on unmatched`
    Unmatched,
    /// `on api failure`
    ApiFailure,
    /// `on stale`
    Stale,
    /// `on moved`
    Moved,
}

/// What an answer must be.
#[derive(Clone, Debug)]
pub enum Accept {
    /// `text`
    Text,
    /// `email`
    Email,
    /// `phone`
    Phone,
    /// `number` or `number 1..10`
    Number(Option<(Number, Number)>),
    /// `date`
    Date,
    /// `url`
    Url,
    /// `yes/no`
    YesNo,
    /// `one of "a", "b"`
    OneOf(Vec<Text>),
    /// `image`
    Image,
    /// `file`
    File,
    /// `location`
    Location,
    /// `pattern "AA-######"`
    Pattern(Text),
    /// `regex "…"`
    Regex(Text),
}

/// What a line says.
#[derive(Clone, Debug)]
pub enum Head {
    // Items.
    /// `attribute NAME key "…": TYPE = default`
    Attribute {
        /// Its name in the flow.
        name: Ident,
        /// Its name in requests and replies, where that differs.
        key: Option<Box<Text>>,
        /// What it holds.
        ty: TypeRef,
        /// What is read while it is unset.
        default: Option<Box<Expr>>,
    },
    /// `server NAME "origin"`
    Server {
        /// Its name.
        name: Ident,
        /// Scheme, host, port and perhaps a path.
        origin: Text,
    },
    /// `api NAME: OUTPUT`
    Api {
        /// Its name.
        name: Ident,
        /// The output as written.
        output: Span,
    },
    /// `action NAME`
    Action {
        /// Its name.
        name: Ident,
    },
    /// `sequence NAME id "…" was "…"`
    Sequence {
        /// Its name.
        name: Ident,
        /// The id that endpoints know it by.
        id: Option<Text>,
        /// Former names.
        was: Vec<Text>,
    },
    /// `on …`
    On(Trigger),
    /// `test "name"`
    Test {
        /// Its name.
        name: Text,
    },

    // In a server or an API.
    /// `get "URL"`, `post NAME "/path"`
    Request {
        /// How it is sent.
        verb: Verb,
        /// The server that the path belongs to.
        server: Option<Ident>,
        /// A URL, or the path on the server.
        url: Text,
    },
    /// `header "K" = V`, `param "k" = V`, `field "k" = V`
    Setting {
        /// Where it goes.
        carrier: Carrier,
        /// Its key.
        key: Text,
        /// Its value.
        value: Box<Expr>,
    },
    /// `timeout 4s`
    Timeout(Time),
    /// `leads to a, b`
    LeadsTo(Vec<Ident>),
    /// `sets a, b`
    Sets(Vec<Ident>),

    // In an action and a `do`.
    /// `key: TYPE`
    Key {
        /// Its name.
        name: Ident,
        /// What it holds.
        ty: TypeRef,
    },
    /// `key = V`
    KeyValue {
        /// Its name.
        name: Ident,
        /// What it is given.
        value: Expr,
    },

    // Blocks.
    /// `text @id "…"`, `image "…"`, `audio "…"`, `video "…"`
    Say {
        /// Which of the four.
        media: Media,
        /// Its id.
        id: Option<Ident>,
        /// What it shows.
        content: Content,
    },
    /// `gallery @id`
    Gallery {
        /// Its id.
        id: Option<Ident>,
    },
    /// `card "Title"`
    Card {
        /// What the customer reads.
        title: Text,
    },
    /// `subtitle "…"`
    Subtitle(Text),
    /// `url "…"`, where a card leads
    CardUrl(Text),
    /// `button "Title" -> TARGET`
    CardButton(OptionLine),
    /// `buttons @id "Prompt"`, `quick replies @id "Prompt"`
    Options {
        /// Which of the two.
        kind: OptionsKind,
        /// Its id.
        id: Option<Ident>,
        /// What is said above the options.
        prompt: Option<Text>,
    },
    /// `"Title" -> TARGET extra "…" if EXPR`
    Option(OptionLine),
    /// `<<api>>` as an item of a gallery or options
    ApiItem(ApiRef),

    // Statements.
    /// `ask @id "Prompt" save attribute`
    Ask {
        /// Its id.
        id: Option<Ident>,
        /// The question.
        prompt: Option<Text>,
        /// Where the answer goes.
        save: Option<Ident>,
    },
    /// `accept …`
    Accept(Accept),
    /// `retry 2 "…"`
    Retry {
        /// How often; `None` for as often as needed.
        times: Option<u32>,
        /// What is said.
        text: Text,
    },
    /// `no match`
    NoMatch,
    /// `no reply 10m`
    NoReply(Time),
    /// `no interrupts`
    NoInterrupts,
    /// `call <<api>>`
    CallApi(ApiRef),
    /// `call @id NAME`
    Call {
        /// Its id.
        id: Option<Ident>,
        /// The sequence.
        target: Ident,
    },
    /// `goto NAME`
    Goto(Ident),
    /// `end`
    End,
    /// `set NAME = EXPR`
    Set {
        /// The attribute.
        name: Ident,
        /// Its new value.
        value: Expr,
    },
    /// `clear NAME`
    Clear(Ident),
    /// `if EXPR`
    If(Expr),
    /// `once @id`
    Once {
        /// Its id.
        id: Option<Ident>,
    },
    /// `wait 2s`
    Wait(Time),
    /// `handover "Team" priority high`
    Handover {
        /// Who takes over.
        team: Text,
        /// How urgent, as written.
        priority: Option<Ident>,
    },
    /// `do NAME`
    Do {
        /// The action.
        name: Ident,
    },

    /// A line of a `test`.
    Step(Step),
    /// A line that could not be read; its diagnostic is already given.
    Bad,
}

/// A value, or an expression of several.
#[derive(Clone, Debug)]
pub struct Expr {
    /// The whole expression.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `"…"`
    Text(Text),
    /// `3`, `2.5`
    Number(Number),
    /// `yes` or `no`
    YesNo(bool),
    /// An attribute.
    Name(Ident),
    /// `secret NAME`
    Secret(Ident),
    /// `extra`
    Extra,
    /// `visits(sequence)`
    Visits(Ident),
    /// `not x`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `x is empty`, `x is not empty`
    IsEmpty {
        /// What is looked at.
        value: Box<Expr>,
        /// Whether `not` stands there.
        negated: bool,
    },
    /// `x + y` and its siblings
    Binary {
        /// Which.
        operator: Operator,
        /// The operator as written.
        at: Span,
        /// What stands before it.
        left: Box<Expr>,
        /// What stands behind it.
        right: Box<Expr>,
    },
    /// `(x)`
    Group(Box<Expr>),
    /// A place where a value is missing or broken; its diagnostic is already given.
    Missing,
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `contains`
    Contains,
    /// `starts with`
    StartsWith,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}
