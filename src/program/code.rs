//! The code of a program: what the interpreter steps through.
//!
//! A body is one list of operations. Branches are jumps, so a place in it is one number that
//! lives no longer than a turn; what outlives it is an [`Anchor`], found again by its id.

use std::time::Duration;

use super::{ActionId, ApiId, AttributeRef, Place, SequenceId};
use crate::outcome::Outcome;
use crate::short_text::ShortText;
use crate::syntax::ast::{Media, Operator, OptionsKind};
use crate::value::{Number, OneOf, Type, Value};

/// A place in a body: the index of an operation.
pub(crate) type Pc = u32;

/// The code of a sequence or handler.
#[derive(Debug)]
pub(crate) struct Body {
    /// The sequence's name; a handler's is its head, such as `on start`.
    pub(crate) name: ShortText,
    pub(crate) code: Vec<Op>,
    /// The asks and calls in it, under their ids.
    pub(crate) anchors: Vec<Anchor>,
    /// The line of each operation, for traces.
    #[cfg(feature = "unstable-trace")]
    pub(crate) lines: super::lines::Lines,
}

/// A place in a body that can be found again by its id.
#[derive(Debug)]
pub(crate) struct Anchor {
    pub(crate) id: ShortText,
    pub(crate) pc: Pc,
}

/// One operation.
#[derive(Debug)]
pub(crate) enum Op {
    /// A text, image, audio or video.
    Say(Box<Say>),
    Gallery(Box<Gallery>),
    Options(Box<Options>),
    Ask(Box<Ask>),
    /// `call <<api>>`
    CallApi(Box<CallApi>),
    /// Go and come back behind this operation; the text is the anchor's id.
    Call(SequenceId, ShortText),
    /// Go and not come back.
    Goto(SequenceId),
    /// End this run.
    End,
    /// The end of the body.
    Return,
    Set(AttributeRef, Box<Expr>),
    Clear(AttributeRef),
    Jump(Pc),
    /// Jump where the condition is not true.
    Unless(Box<Expr>, Pc),
    /// Jump where this customer has been here before.
    Once(ShortText, Pc),
    Pause(Duration),
    Handover(Box<Handover>),
    Do(Box<Do>),
}

impl Op {
    /// Where a block goes on when its calls do not all end well; `None` for what calls nobody.
    pub(crate) fn branches(&self) -> Option<&Branches> {
        match self {
            Self::Say(say) => Some(&say.branches),
            Self::Gallery(gallery) => Some(&gallery.branches),
            Self::Options(options) => Some(&options.branches),
            Self::Ask(ask) => Some(&ask.branches),
            Self::CallApi(call) => Some(&call.branches),
            _ => None,
        }
    }

    /// The APIs of a block, each once, in source order.
    pub(crate) fn apis(&self) -> Vec<ApiId> {
        let mut apis = Vec::new();
        let mut add = |api: ApiId| {
            if !apis.contains(&api) {
                apis.push(api);
            }
        };
        match self {
            Self::Say(say) => say.content.apis().for_each(add),
            Self::CallApi(call) => add(call.api),
            Self::Gallery(gallery) => {
                for item in &gallery.items {
                    if let GalleryItem::Api(api) = item {
                        add(*api);
                    }
                }
            }
            Self::Options(options) => options.apis().for_each(add),
            Self::Ask(ask) => ask.apis().for_each(add),
            _ => {}
        }
        apis
    }
}

/// What happens when a block's calls do not all end well.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branches {
    /// The branch of each outcome that has one, in source order.
    pub(crate) arms: Vec<(Vec<Outcome>, Pc)>,
    /// Behind the block and its branches.
    pub(crate) next: Pc,
}

impl Branches {
    /// Where to go on for a call that ended so; an arm without outcomes is a bare `else`.
    pub(crate) fn of(&self, outcome: Outcome) -> Option<Pc> {
        self.arms
            .iter()
            .find(|(outcomes, _)| {
                outcomes.contains(&outcome) || (outcomes.is_empty() && outcome.is_failure())
            })
            .map(|(_, pc)| *pc)
    }
}

/// A text, image, audio or video.
#[derive(Debug)]
pub(crate) struct Say {
    pub(crate) media: Media,
    pub(crate) content: Template,
    pub(crate) branches: Branches,
    pub(crate) place: Place,
}

/// A text with values in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    pub(crate) pieces: Box<[Piece]>,
    /// What it is in other languages, by their numbers; `None` where it is in none.
    pub(crate) translations: Option<Box<[Option<Translation>]>>,
}

/// What a template is in another language.
#[derive(Clone, Debug)]
pub(crate) enum Translation {
    Text(Vec<Piece>),
    /// One of several forms, by the value of an attribute and the rule of the language that they are from.
    Plural {
        count: AttributeRef,
        /// Its number among those of the program.
        language: usize,
        forms: Vec<Vec<Piece>>,
    },
}

impl Template {
    /// A text in no other language.
    pub(crate) fn new(pieces: Vec<Piece>) -> Self {
        Self {
            pieces: pieces.into(),
            translations: None,
        }
    }

    /// About how many bytes the text has.
    pub(crate) fn size_hint(&self) -> usize {
        /// What a value is taken to have.
        const VALUE_BYTES: usize = 16;
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(plain) => plain.len(),
                Piece::Attribute(..) | Piece::Api(_) => VALUE_BYTES,
            })
            .sum()
    }

    /// The APIs that it asks, in source order.
    pub(crate) fn apis(&self) -> impl Iterator<Item = ApiId> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Api(api) => Some(*api),
            Piece::Plain(_) | Piece::Attribute(..) => None,
        })
    }
}

/// A part of a template.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Plain(ShortText),
    Attribute(AttributeRef, Option<Box<str>>),
    Api(ApiId),
}

#[derive(Debug)]
pub(crate) struct Gallery {
    pub(crate) items: Vec<GalleryItem>,
    pub(crate) branches: Branches,
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(crate) enum GalleryItem {
    Card(Card),
    Api(ApiId),
}

#[derive(Debug)]
pub(crate) struct Card {
    pub(crate) title: Template,
    pub(crate) subtitle: Option<Template>,
    pub(crate) image: Option<Template>,
    pub(crate) url: Option<Template>,
    pub(crate) buttons: Vec<OptionCode>,
}

/// Buttons or quick replies.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) kind: OptionsKind,
    pub(crate) prompt: Option<Template>,
    pub(crate) items: Vec<OptionsItem>,
    pub(crate) branches: Branches,
    pub(crate) place: Place,
}

impl Options {
    /// Whether its options answer what the flow says, whoever the customer is.
    pub(crate) fn is_written_out(&self) -> bool {
        let is_plain = |template: &Template| template.pieces.iter().all(|it| matches!(it, Piece::Plain(_)));
        self.items.iter().all(|item| match item {
            OptionsItem::Option(option) => is_plain(option.extra.as_deref().unwrap_or(&option.title)),
            OptionsItem::Api(_) => false,
        })
    }

    fn apis(&self) -> impl Iterator<Item = ApiId> {
        self.items.iter().filter_map(|item| match item {
            OptionsItem::Api(api) => Some(*api),
            OptionsItem::Option(_) => None,
        })
    }
}

#[derive(Debug)]
pub(crate) enum OptionsItem {
    Option(OptionCode),
    Api(ApiId),
}

#[derive(Debug)]
pub(crate) struct OptionCode {
    pub(crate) title: Template,
    pub(crate) target: TargetCode,
    pub(crate) extra: Option<Box<Template>>,
    pub(crate) condition: Option<Box<Expr>>,
    /// Its title in the flow, for traces.
    #[cfg(feature = "unstable-trace")]
    pub(crate) written: crate::source::Span,
}

#[derive(Debug)]
pub(crate) enum TargetCode {
    Sequence(SequenceId),
    Url(Box<Template>),
    Phone(Box<Template>),
    Answer,
}

/// A question.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Its id, which is also its anchor's.
    pub(crate) id: ShortText,
    pub(crate) prompt: Option<Template>,
    pub(crate) save: Option<AttributeRef>,
    /// What answers besides an option; `None` where only an option does.
    pub(crate) accept: Option<Accept>,
    pub(crate) options: Vec<Options>,
    pub(crate) retry: Option<Retry>,
    pub(crate) no_match: Option<Pc>,
    pub(crate) no_reply: Option<(Duration, Pc)>,
    pub(crate) allows_interrupts: bool,
    /// Runs when no option is left; its `next` is behind the ask.
    pub(crate) branches: Branches,
}

impl Ask {
    /// The APIs that fill its options, in source order.
    pub(crate) fn apis(&self) -> impl Iterator<Item = ApiId> {
        self.options.iter().flat_map(Options::apis)
    }
}

#[derive(Debug)]
pub(crate) struct Retry {
    /// How often; `None` for as often as needed.
    pub(crate) times: Option<u32>,
    pub(crate) text: Template,
}

/// What an answer must be.
#[derive(Debug)]
pub(crate) enum Accept {
    Text,
    Email,
    Phone,
    Number(Option<(Number, Number)>),
    Date,
    Url,
    YesNo,
    OneOf(OneOf),
    Image,
    File,
    Location,
    /// `A` an ASCII letter, `#` a digit, everything else itself.
    Pattern(Vec<PatternPart>),
    Regex(regex::Regex),
}

/// One character of a `pattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatternPart {
    Letter,
    Digit,
    Char(char),
}

#[derive(Debug)]
pub(crate) struct CallApi {
    pub(crate) api: ApiId,
    pub(crate) branches: Branches,
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(crate) struct Handover {
    pub(crate) team: Template,
    pub(crate) priority: Option<Box<str>>,
}

#[derive(Debug)]
pub(crate) struct Do {
    pub(crate) action: ActionId,
    pub(crate) values: Vec<(Box<str>, Type, Expr)>,
}

/// An expression with its names resolved.
#[derive(Debug)]
pub(crate) enum Expr {
    Constant(Value),
    Template(Template),
    Attribute(AttributeRef),
    Extra,
    Visits(SequenceId),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    IsEmpty { value: Box<Expr>, negated: bool },
    Binary(Operator, Box<Expr>, Box<Expr>),
}
