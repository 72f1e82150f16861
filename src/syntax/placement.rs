//! Which line may stand where: one table for diagnostics and for completion.

use super::ast::{Carrier, Expected, Head, Media, Node, OptionLine, OptionsKind, Step, Text, Verb, When};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};

/// A kind of block, by what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The top level of a file.
    File,
    /// A `server`.
    Server,
    /// An `api`.
    Api,
    /// An `action`.
    Action,
    /// A `do`.
    Do,
    /// What runs: a sequence, a handler, a branch, the inside of `if`, `once` and `no match`.
    Statements,
    /// An `ask`.
    Ask,
    /// A `gallery`.
    Gallery,
    /// A `card`.
    Card,
    /// `buttons` or `quick replies`.
    Options,
    /// A `test`.
    Test,
    /// A `mock`.
    Mock,
    /// A `gallery` in a `test`.
    TestGallery,
    /// A `card` in a `test`.
    TestCard,
    /// `buttons` or `quick replies` in a `test`.
    TestOptions,
    /// The block of a line that is broken or takes no block: whatever stands there is not judged.
    Broken,
}

impl Place {
    /// Whether it is a `test` or a block within one.
    pub(super) const fn is_in_test(self) -> bool {
        matches!(
            self,
            Self::Test | Self::Mock | Self::TestGallery | Self::TestCard | Self::TestOptions
        )
    }

    /// The place as messages say it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::File => "at the top level of a file",
            Self::Server => "in a `server`",
            Self::Api => "in an `api`",
            Self::Action => "in an `action`",
            Self::Do => "in a `do`",
            Self::Statements => "in a sequence",
            Self::Ask => "in an `ask`",
            Self::Gallery => "in a `gallery`",
            Self::Card => "in a `card`",
            Self::Options => "in `buttons` or `quick replies`",
            Self::Test => "in a `test`",
            Self::Mock => "in a `mock`",
            Self::TestGallery => "in a `gallery` of a `test`",
            Self::TestCard => "in a `card` of a `test`",
            Self::TestOptions => "in `buttons` or `quick replies` of a `test`",
            Self::Broken => "in this block",
        }
    }
}

/// Whether a line opens a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// It must.
    Needed,
    /// It may.
    Welcome,
    /// It cannot.
    Refused,
}

macro_rules! words {
    ($($variant:ident $text:literal [$($place:ident)+] $block:ident,)+) => {
        /// What a line begins with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Word {
            $($variant,)+
        }

        impl Word {
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word as authors write it.
            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// Where it may stand, its home first.
            pub(super) const fn places(self) -> &'static [Place] {
                match self {
                    $(Self::$variant => &[$(Place::$place),+],)+
                }
            }

            /// Whether its line opens a block.
            pub(super) const fn block(self) -> Block {
                match self {
                    $(Self::$variant => Block::$block,)+
                }
            }
        }
    };
}

words! {
    Attribute "attribute" [File] Refused,
    Server "server" [File] Welcome,
    Api "api" [File] Needed,
    Action "action" [File] Welcome,
    Sequence "sequence" [File] Needed,
    On "on" [File] Needed,
    Test "test" [File] Needed,

    Get "get" [Api] Refused,
    Post "post" [Api] Refused,
    Header "header" [Api Server] Refused,
    Param "param" [Api] Refused,
    Field "field" [Api] Refused,
    Timeout "timeout" [Api] Refused,
    LeadsTo "leads to" [Api] Refused,
    Sets "sets" [Api] Refused,

    Text "text" [Statements Test] Refused,
    Image "image" [Statements Card Test TestCard] Refused,
    Audio "audio" [Statements Test] Refused,
    Video "video" [Statements Test] Refused,
    Gallery "gallery" [Statements Test] Needed,
    Buttons "buttons" [Statements Ask Test] Needed,
    QuickReplies "quick replies" [Statements Ask Test] Needed,
    Ask "ask" [Statements] Welcome,
    Set "set" [Statements] Refused,
    Clear "clear" [Statements] Refused,
    If "if" [Statements] Needed,
    Goto "goto" [Statements] Refused,
    Call "call" [Statements] Refused,
    End "end" [Statements] Refused,
    Once "once" [Statements] Needed,
    Wait "wait" [Statements Test] Refused,
    Handover "handover" [Statements Test] Refused,
    Do "do" [Statements Test] Welcome,

    Accept "accept" [Ask] Refused,
    Retry "retry" [Ask] Refused,
    NoMatch "no match" [Ask] Needed,
    NoReply "no reply" [Ask] Needed,
    NoInterrupts "no interrupts" [Ask] Refused,

    Card "card" [Gallery TestGallery Mock] Welcome,
    Subtitle "subtitle" [Card TestCard] Refused,
    Url "url" [Card TestCard] Refused,
    Button "button" [Card TestCard] Refused,

    Given "given" [Test] Refused,
    Mock "mock" [Test] Welcome,
    At "at" [Test] Refused,
    Flow "flow" [Test] Refused,
    Restart "restart" [Test] Refused,
    Start "start" [Test] Refused,
    Customer "customer" [Test] Refused,
    Tap "tap" [Test] Refused,
    Intent "intent" [Test] Refused,
    Again "again" [Test] Refused,
    Pause "pause" [Test] Refused,
    Event "event" [Test] Refused,
    Expect "expect" [Test] Refused,
    Called "called" [Test] Refused,
    Skip "..." [Test TestGallery TestCard TestOptions] Refused,

    Title "\"…\"" [Options TestOptions Mock] Refused,
    ApiItem "<<…>>" [Gallery Options] Refused,
    KeyType "key: type" [Action] Refused,
    KeyValue "key = value" [Do] Refused,
}

impl Word {
    /// The word, unless the line begins with a sign or with what the author names.
    pub(super) const fn keyword(self) -> Option<&'static str> {
        match self {
            Self::Skip | Self::Title | Self::ApiItem | Self::KeyType | Self::KeyValue => None,
            word => Some(word.as_str()),
        }
    }

    /// The word of a head; `None` for broken lines.
    pub(super) const fn of(head: &Head) -> Option<Self> {
        Some(match head {
            Head::Attribute { .. } => Self::Attribute,
            Head::Server { .. } => Self::Server,
            Head::Api { .. } => Self::Api,
            Head::Action { .. } => Self::Action,
            Head::Sequence { .. } => Self::Sequence,
            Head::On(_) => Self::On,
            Head::Test { .. } => Self::Test,
            Head::Request { verb: Verb::Get, .. } => Self::Get,
            Head::Request { verb: Verb::Post, .. } => Self::Post,
            Head::Setting { carrier, .. } => match carrier {
                Carrier::Header => Self::Header,
                Carrier::Param => Self::Param,
                Carrier::Field => Self::Field,
            },
            Head::Timeout(_) => Self::Timeout,
            Head::LeadsTo(_) => Self::LeadsTo,
            Head::Sets(_) => Self::Sets,
            Head::Key { .. } => Self::KeyType,
            Head::KeyValue { .. } => Self::KeyValue,
            Head::Say { media, .. } => Self::of_media(*media),
            Head::Gallery { .. } => Self::Gallery,
            Head::Card { .. } => Self::Card,
            Head::Subtitle(_) => Self::Subtitle,
            Head::CardUrl(_) => Self::Url,
            Head::CardButton(_) => Self::Button,
            Head::Options { kind, .. } => Self::of_options(*kind),
            Head::Option(_) => Self::Title,
            Head::ApiItem(_) => Self::ApiItem,
            Head::Ask { .. } => Self::Ask,
            Head::Accept(_) => Self::Accept,
            Head::Retry { .. } => Self::Retry,
            Head::NoMatch => Self::NoMatch,
            Head::NoReply(_) => Self::NoReply,
            Head::NoInterrupts => Self::NoInterrupts,
            Head::CallApi(_) | Head::Call { .. } => Self::Call,
            Head::Goto(_) => Self::Goto,
            Head::End => Self::End,
            Head::Set { .. } => Self::Set,
            Head::Clear(_) => Self::Clear,
            Head::If(_) => Self::If,
            Head::Once { .. } => Self::Once,
            Head::Wait(_) => Self::Wait,
            Head::Handover { .. } => Self::Handover,
            Head::Do { .. } => Self::Do,
            Head::Step(step) => Self::of_step(step),
            Head::Bad => return None,
        })
    }

    const fn of_step(step: &Step) -> Self {
        match step {
            Step::Given(_) => Self::Given,
            Step::Mock { .. } => Self::Mock,
            Step::At(_) => Self::At,
            Step::Flow(_) => Self::Flow,
            Step::Restart => Self::Restart,
            Step::Start(_) => Self::Start,
            Step::Customer(_) => Self::Customer,
            Step::Tap { .. } => Self::Tap,
            Step::Intent(_) => Self::Intent,
            Step::Wait(_) => Self::Wait,
            Step::Again => Self::Again,
            Step::Expect(_) => Self::Expect,
            Step::Skip(_) => Self::Skip,
            Step::Expected { what, .. } => match what {
                Expected::Say { media, .. } => Self::of_media(*media),
                Expected::Gallery => Self::Gallery,
                Expected::Card(_) => Self::Card,
                Expected::Subtitle(_) => Self::Subtitle,
                Expected::Url(_) => Self::Url,
                Expected::Button(_) => Self::Button,
                Expected::Options { kind, .. } => Self::of_options(*kind),
                Expected::Option(_) => Self::Title,
                Expected::Pause(_) => Self::Pause,
                Expected::Handover { .. } => Self::Handover,
                Expected::Do(_) => Self::Do,
                Expected::Event(_) => Self::Event,
                Expected::Called { .. } => Self::Called,
            },
        }
    }

    const fn of_media(media: Media) -> Self {
        match media {
            Media::Text => Self::Text,
            Media::Image => Self::Image,
            Media::Audio => Self::Audio,
            Media::Video => Self::Video,
        }
    }

    const fn of_options(kind: OptionsKind) -> Self {
        match kind {
            OptionsKind::Buttons => Self::Buttons,
            OptionsKind::QuickReplies => Self::QuickReplies,
        }
    }

    /// The word that a line begins with, where the language knows it.
    pub(super) fn at_start_of(line: &str) -> Option<Self> {
        let mut words = line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
        let first = words.next()?;
        let second = words.find(|word| !word.is_empty()).unwrap_or_default();
        let is_it = |text: &str| match text.strip_prefix(first) {
            Some(rest) => rest.is_empty() || rest.strip_prefix(' ') == Some(second),
            None => false,
        };
        Self::ALL.iter().copied().find(|word| is_it(word.as_str()))
    }

    /// Whether it stands somewhere in tests, where `place` is in one, or somewhere outside of them.
    pub(super) fn is_beside(self, place: Place) -> bool {
        let mut homes = self.places().iter();
        homes.any(|home| home.is_in_test() == place.is_in_test())
    }

    /// Whether it stands at the top level and ends every open block.
    pub(super) fn is_item(self) -> bool {
        matches!(self.places(), [Place::File])
    }
}

impl Head {
    /// Whether the line is an item: it stands at the top level alone, and declares something.
    #[must_use]
    pub fn is_item(&self) -> bool {
        Word::of(self).is_some_and(Word::is_item)
    }
}

/// Whether a line may stand in `place`. Broken lines may stand everywhere.
#[must_use]
pub fn legal(place: Place, head: &Head) -> bool {
    place == Place::Broken || Word::of(head).is_none_or(|word| word.places().contains(&place))
}

/// The words that lines may begin with in `place`, in the order of the documentation.
pub fn words(place: Place) -> impl Iterator<Item = &'static str> {
    let here = Word::ALL
        .iter()
        .filter(move |word| word.places().contains(&place));
    here.filter_map(|word| word.keyword())
}

/// What may stand in the block of a line.
#[must_use]
pub fn place_in(head: &Head) -> Place {
    match head {
        Head::Server { .. } => Place::Server,
        Head::Api { .. } => Place::Api,
        Head::Action { .. } => Place::Action,
        Head::Do { .. } => Place::Do,
        Head::Ask { .. } => Place::Ask,
        Head::Gallery { .. } => Place::Gallery,
        Head::Card { .. } => Place::Card,
        Head::Options { .. } => Place::Options,
        Head::Test { .. } => Place::Test,
        Head::Step(Step::Mock { .. }) => Place::Mock,
        Head::Step(Step::Expected { what, .. }) => match what {
            Expected::Gallery => Place::TestGallery,
            Expected::Card(_) => Place::TestCard,
            Expected::Options { .. } => Place::TestOptions,
            Expected::Do(_) => Place::Do,
            _ => Place::Broken,
        },
        Head::Sequence { .. }
        | Head::On(_)
        | Head::If(_)
        | Head::Once { .. }
        | Head::NoMatch
        | Head::NoReply(_) => Place::Statements,
        _ => Place::Broken,
    }
}

/// A line that has no meaning where it stands.
pub(super) fn misplaced(source: &Source, span: Span, word: Word, head: &Head, place: Place) -> Diagnostic {
    let written = super::error::shorten(source.slice(span));
    let message = match word {
        Word::Title | Word::ApiItem | Word::KeyType | Word::KeyValue => {
            format!("`{written}` cannot stand {}", place.as_str())
        }
        _ => format!("`{}` cannot stand {}", word.as_str(), place.as_str()),
    };
    let found = Diagnostic::new(Code::Misplaced, source, span, message);
    match head {
        Head::KeyValue { name, .. }
            if place != Place::Do && Word::at_start_of(source.slice(name.span)).is_some() =>
        {
            super::error::bad_line(source, span, place)
        }
        Head::KeyValue { .. } if place == Place::Statements => found
            .with_help(format!("give an attribute a value with `set {written}`"))
            .suggested_fix("insert `set`", vec![(Span::at(span.start), "set ".to_owned())]),
        Head::Option(option) if place == Place::Statements && !option.is_title_only() => found
            .with_help("an option stands in a block: `buttons { \"…\" -> sequence }`")
            .suggested_fix(
                "put it into `buttons`",
                vec![
                    (Span::at(span.start), "buttons { ".to_owned()),
                    (Span::at(span.end), " }".to_owned()),
                ],
            ),
        Head::Option(_) if place == Place::Ask => found.with_help(format!(
            "what a customer can choose stands in `quick replies {{ {written} }}`"
        )),
        Head::Option(_) if place == Place::Statements => found
            .with_help("say what it is: `text \"…\"` sends a text")
            .suggested_fix("insert `text`", vec![(Span::at(span.start), "text ".to_owned())]),
        Head::ApiItem(_) if place == Place::Statements => found.with_help(format!(
            "say what it is: `text {written}` sends its text, `call {written}` only calls it"
        )),
        Head::Timeout(_) if place == Place::Ask => {
            let word = Span::new(span.start, span.start + 7);
            found
                .with_help("how long a question waits is said with `no reply 10m { … }`")
                .suggested_fix("replace with `no reply`", vec![(word, "no reply".to_owned())])
        }
        Head::CardButton(button) if place == Place::Statements => {
            button_among_statements(found, source, span, button)
        }
        Head::CardButton(button) if place == Place::Options => found
            .with_help("leave `button` out: an option begins with its title")
            .suggested_fix(
                "remove `button`",
                vec![(Span::new(span.start, button.title.span.start), String::new())],
            ),
        Head::If(_) if place == Place::Options => found.with_help(format!(
            "the condition stands behind each option, without a block: `\"…\" -> … {written}`"
        )),
        Head::CardUrl(_) if place == Place::Options => {
            found.with_help(format!("a link has a title, too: `\"…\" -> {written}`"))
        }
        Head::CardUrl(_) if place == Place::Statements => found.with_help(format!(
            "a link is an option: `buttons \"…\" {{ \"…\" -> {written} }}`; in a `card` it opens when the card is tapped"
        )),
        _ => found.with_help(homes(word, place)),
    }
}

/// A `button` where a block of options was meant.
fn button_among_statements(
    found: Diagnostic,
    source: &Source,
    span: Span,
    button: &OptionLine,
) -> Diagnostic {
    let to_title = Span::new(span.start, button.title.span.start);
    if button.is_title_only() && super::error::opens_block(source, span.end) {
        return found
            .with_help("options below a prompt are `buttons \"…\" { … }`")
            .suggested_fix("replace with `buttons`", vec![(to_title, "buttons ".to_owned())]);
    }
    let around = vec![
        (to_title, "buttons { ".to_owned()),
        (Span::at(span.end), " }".to_owned()),
    ];
    found
        .with_help("write options as `buttons { \"…\" -> sequence }`; a `button` belongs in a `card`")
        .suggested_fix("put it into `buttons`", around)
}

/// A line that begins with a word of another place and is not read any further.
pub(super) fn misplaced_word(source: &Source, span: Span, word: Word, place: Place) -> Diagnostic {
    let message = format!("`{}` cannot stand {}", word.as_str(), place.as_str());
    let found = Diagnostic::new(Code::Misplaced, source, span, message);
    match (word, place) {
        (Word::Ask, Place::Test) => found
            .with_help("in a test, the words of a question are seen as a `text`")
            .suggested_fix("replace with `text`", vec![(span, "text".to_owned())]),
        _ => found.with_help(homes(word, place)),
    }
}

/// Where a word belongs; in a test, where in it, if anywhere.
fn homes(word: Word, place: Place) -> String {
    let is_near = |home: &&Place| home.is_in_test() == place.is_in_test();
    let mut homes: Vec<&str> = word
        .places()
        .iter()
        .filter(is_near)
        .map(|home| home.as_str())
        .collect();
    if homes.is_empty() {
        homes = word.places().iter().map(|home| home.as_str()).collect();
    }
    format!("it belongs {}", homes.join(" or "))
}

/// An `else` behind something that cannot fail or be untrue.
pub(super) fn else_without_host(source: &Source, span: Span) -> Diagnostic {
    let word = Span::new(span.start, span.start + 4);
    Diagnostic::new(
        Code::Misplaced,
        source,
        word,
        "`else` stands behind nothing that it could replace",
    )
    .with_help("it follows a block that uses an API, an `ask` with options, or an `if`")
}

/// `ask "Size?" { else { … } }`, `ask "Size?" { else "Sorry." }`
pub(super) fn else_in_ask(source: &Source, span: Span, text: Option<&Text>) -> Diagnostic {
    let (before, behind) = match text {
        Some(text) => (
            Span::new(span.start, text.span.start),
            Some((Span::at(text.span.end), " }".to_owned())),
        ),
        None => (span, None),
    };
    let instead = if text.is_some() {
        "no match { text "
    } else {
        "no match"
    };
    let mut edits = vec![(before, instead.to_owned())];
    edits.extend(behind);
    Diagnostic::new(Code::Misplaced, source, span, "`else` cannot stand in an `ask`")
        .with_help("what happens where no answer fits is said with `no match { … }`")
        .suggested_fix("replace with `no match`", edits)
}

/// An `else` whose form does not fit what it stands behind.
pub(super) fn misfit_else(
    source: &Source,
    span: Span,
    host: &Node,
    when: &When,
    text: Option<&Text>,
) -> Option<Diagnostic> {
    let is_if = matches!(host.head, Head::If(_));
    let found = |message: &str| Some(Diagnostic::new(Code::Misplaced, source, span, message));
    match (is_if, when) {
        (false, When::If(_)) if !matches!(host.head, Head::Bad) => found("`else if` stands only behind `if`")
            .map(|found| {
                found.with_help("behind a block, `else` names outcomes: `else timeout, status { … }`")
            }),
        (true, When::Outcomes(_)) => found("outcomes cannot stand behind `if`")
            .map(|found| found.with_help("only a call has an outcome; write `else` or `else if`")),
        (true, _) if let Some(text) = text => {
            found("a text cannot stand behind the `else` of an `if`").map(|found| {
                let block = vec![
                    (Span::at(text.span.start), "{ text ".to_owned()),
                    (Span::at(text.span.end), " }".to_owned()),
                ];
                found
                    .with_help("open a block: `else { text \"…\" }`")
                    .suggested_fix("put it into a block", block)
            })
        }
        (true, _)
            if host
                .branches
                .last()
                .is_some_and(|branch| matches!(branch.when, When::Always)) =>
        {
            found("nothing can follow the `else` of an `if`")
                .map(|found| found.with_help("write `else if` before the last `else`"))
        }
        _ => None,
    }
}
