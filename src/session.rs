//! One customer's place in a conversation: plain data, by names only.

mod format;
mod kept_option;
mod taken;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::effects::Wait;
use crate::output::BlockOption;
use crate::short_text::ShortText;
use crate::syntax::ast::OptionsKind;
use crate::time::Timestamp;

use format::Format;
pub(crate) use kept_option::{Carried, KeptOption};
pub(crate) use taken::{Gave, Taken};

/// How many options a session keeps: the newest of those that are on screen, carry an extra or answer a question, and
/// all of the last output's where these are more. Any other still reaches its target, which its id names.
///
/// # Examples
///
/// A button of last year opens what it always did; only its extra is forgotten:
///
/// ```
/// use sayflow::{Block, Customer, Engine, Input, NoCalls, OPTIONS_KEPT, Program, Session, Source};
///
/// let flow = r#"
/// on start {
///   buttons "New today:" {
///     "Buy the shawl" -> buy extra "SHAWL"
///   }
/// }
/// sequence buy {
///   if extra is empty {
///     text "What would you like to buy?"
///   } else {
///     text "A good choice."
///   }
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
/// let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// let first = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
/// for _ in 0..OPTIONS_KEPT {
///     engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
/// }
/// let [Block::Buttons { options, .. }] = first.blocks.as_slice() else { panic!("buttons") };
/// let tap = Input::tap(options[0].id.as_ref().ok_or("a sequence comes back")?.as_str());
/// let turn = engine.turn(&mut session, &mut customer, &tap, &NoCalls)?;
/// assert_eq!(turn.blocks, [Block::Text { text: "What would you like to buy?".to_owned() }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const OPTIONS_KEPT: usize = 50;

/// One customer's place and state in a program. The host stores it between turns.
///
/// It names sequences, asks and options and never counts lines, so it fits an edited flow as
/// well as names do. Its JSON form carries a format version.
///
/// # Examples
///
/// ```
/// use sayflow::Session;
///
/// let saved = serde_json::to_string(&Session::new())?;
/// assert_eq!(saved, r#"{"format":3}"#);
/// let session: Session = serde_json::from_str(&saved)?;
/// assert_eq!(session, Session::new());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    format: Format,
    /// Whether an input was taken before.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) started: bool,
    /// What is gone back to, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) returns: Vec<Frame>,
    /// The open question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<Box<Question>>,
    /// How often each sequence was entered whose visits the flow reads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) visits: BTreeMap<ShortText, u32>,
    /// The `once` blocks that this customer has had.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) once: BTreeSet<Anchorage>,
    /// The options that can be typed or mean more than their ids say, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) options: Vec<KeptOption>,
    /// The number of the next option.
    #[serde(default, rename = "next", skip_serializing_if = "is_zero")]
    pub(crate) next_option: u64,
    /// The first option of the last output; from here on titles can be typed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) screen: u64,
    /// The inputs that were taken last, oldest first.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) inputs: VecDeque<Taken>,
}

impl Session {
    /// A conversation that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same customer's conversation, begun anew: nothing is known of it but the numbers that its options had.
    ///
    /// [`Session::new`] gives them out again, so that a button of last week, tapped in the new conversation, can be
    /// taken for one that it has shown itself.
    ///
    /// # Examples
    ///
    /// A support desk forgets a conversation; the button that the customer still sees opens what it names:
    ///
    /// ```
    /// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let flow = r#"
    /// on start {
    ///   buttons "Which one?" {
    ///     "The shawl" -> buy extra "SHAWL"
    ///   }
    /// }
    /// attribute order: text
    /// sequence buy {
    ///   set order = extra
    ///   text "You order {{order}}."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let before = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// let mut session = session.renewed();
    /// let now = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// let ids = |blocks: &[Block]| match blocks {
    ///     [Block::Buttons { options, .. }] => options.iter().map(|option| option.id.clone()).collect(),
    ///     _ => vec![],
    /// };
    /// assert_ne!(ids(&before.blocks), ids(&now.blocks));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self {
            next_option: self.next_option,
            ..Self::new()
        }
    }

    /// What the conversation waits for, as the last turn said.
    ///
    /// # Examples
    ///
    /// A host that was restarted sets its timers anew from what it has stored:
    ///
    /// ```
    /// use sayflow::Session;
    ///
    /// # use sayflow::{Customer, Engine, Input, NoCalls, Program, Source};
    /// # let flow = r#"
    /// # attribute order_no: text
    /// # on start {
    /// #   ask "What is your order number?" save order_no {
    /// #     no reply 10m {
    /// #       text "Are you still there?"
    /// #     }
    /// #   }
    /// #   text "Thank you: {{order_no}}."
    /// # }
    /// # "#;
    /// # let engine = Engine::new(Program::load([Source::new("order.flow", flow)])?);
    /// # let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// # let start = Input::start().at("2026-11-20T10:00:00Z".parse()?);
    /// # engine.turn(&mut session, &mut customer, &start, &NoCalls)?;
    /// # let stored = serde_json::to_string(&session)?;
    /// let session: Session = serde_json::from_str(&stored)?;
    /// let wait = session.wait();
    /// assert_eq!(wait.ask.as_deref(), Some("on start@order_no"));
    /// assert_eq!(wait.due, Some("2026-11-20T10:10:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn wait(&self) -> Wait {
        self.question
            .as_ref()
            .map_or_else(Wait::default, |question| Wait {
                ask: Some(question.at.to_string()),
                due: question.due,
            })
    }
}

/// An ask, call or `once` by name: `sequence@id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Anchorage {
    /// The sequence's or handler's name.
    pub(crate) body: ShortText,
    pub(crate) id: ShortText,
}

impl Anchorage {
    pub(crate) fn new(body: impl Into<ShortText>, id: impl Into<ShortText>) -> Self {
        Self {
            body: body.into(),
            id: id.into(),
        }
    }

    /// The beginning of a sequence or handler, which is behind nothing.
    pub(crate) fn beginning(body: &str) -> Self {
        Self::new(body, "")
    }

    pub(crate) fn is_beginning(&self) -> bool {
        self.id.is_empty()
    }
}

impl fmt::Display for Anchorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.body, self.id)
    }
}

impl Serialize for Anchorage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Anchorage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        // An id holds no `@`, a handler's name may.
        let (body, id) = text
            .rsplit_once('@')
            .ok_or_else(|| serde::de::Error::custom("expected `sequence@id`"))?;
        Ok(Self::new(body, id))
    }
}

/// What is gone back to when a run ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Frame {
    /// Behind a call.
    Call(Anchorage),
    /// A question that a handler interrupted; it is asked again.
    Ask(Question),
    /// A question whose silence is being answered; it stays as it is.
    Silence(Question),
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    pub(crate) at: Anchorage,
    /// Wrong answers so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) wrong: u64,
    /// The extra of the tap that opened the run which asked.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub(crate) extra: ShortText,
    /// When the customer's silence counts as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<Timestamp>,
    /// Its options as they were shown, to be shown again without a new call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) shown: Vec<Shown>,
}

/// The options of a question as they were shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    pub(crate) kind: OptionsKind,
    pub(crate) options: Vec<BlockOption>,
    /// What each option that was shown in another language answers, by its number: the flow's own title.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) own: BTreeMap<u64, ShortText>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
