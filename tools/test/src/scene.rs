//! A conversation as it happened, and its text as a `test` block.
//!
//! A [`Recorder`] sees every turn of a conversation and makes a [`Scene`] of them: what came in, what endpoints
//! answered, what was said. [`Scene::to_test`] writes the test that says the same: `rehearsal.rs` plays the
//! scene again on a new engine, `write.rs` and its folder turn it into lines.

pub(crate) mod recorder;
pub(crate) mod rehearsal;
mod write;

use indexmap::IndexMap;
use sayflow::{
    Answer, Block, Customer, Event, Failure, Input, Outcome, Program, Reply, Session, Value, Wait,
};

pub use recorder::Recorder;
pub(crate) use recorder::{changed, values};
pub(crate) use write::{
    can_be_expected, is_writable, line as quoted, name_of, said_lines, value as value_words, with_numbers,
};

/// A conversation as it happened, without secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// What its test is called.
    pub name: String,
    /// The conversation's state before the first turn: a new one, unless the record began in its middle.
    pub(crate) session: Session,
    /// The customer before the first turn.
    pub(crate) customer: Customer,
    /// What happened, in order.
    pub(crate) acts: Vec<Act>,
}

/// One thing that happened in a scene. Time passes between two turns as the moments of their inputs say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// The host changed the customer: fields of the record and attributes under their keys, `None` for what was
    /// cleared.
    Given(IndexMap<String, Option<Value>>),
    /// Session and customer were saved and read back, as after a restart of the process.
    Restart,
    /// One input, and all that came of it.
    Turn(Box<Played>),
}

/// A turn as it was played.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// What came in, with its moment.
    pub input: Input,
    /// The calls, in the order in which they were reported.
    pub(crate) calls: Vec<Called>,
    /// What the customer saw and the host was told, in order.
    pub said: Vec<Said>,
    /// The attributes and fields that changed, under their keys; `None` for what was cleared.
    pub attributes: IndexMap<String, Option<Value>>,
    /// What the conversation waited for then.
    pub wait: Wait,
    /// Each API that was asked, with its answer, until the report of the call takes it.
    asked: Vec<(String, Answer)>,
}

/// One thing that a turn said. The blocks and events of a [`Turn`](sayflow::Turn) have no order among each
/// other; these have.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// What the customer saw.
    Block(Block),
    /// What the host was told.
    Event(Event),
}

/// A call, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Called {
    /// The API's name.
    pub(crate) api: String,
    /// What the client gave; for a call that was not sent, why not.
    pub(crate) answer: Answer,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// Whether the client was asked. The engine itself blocks a call that lacks a secret, for instance.
    pub(crate) is_sent: bool,
}

impl Called {
    /// What the engine made of the answer: too late is too late, whatever came then.
    fn result(&self) -> Result<Reply, Failure> {
        match self.outcome {
            Outcome::Timeout => Err(Failure::Timeout),
            Outcome::TooLarge => Err(Failure::TooLarge),
            _ => self.answer.result.clone(),
        }
    }
}

impl Scene {
    /// The turns, in order.
    pub fn turns(&self) -> impl Iterator<Item = &Played> {
        self.acts.iter().filter_map(|act| match act {
            Act::Turn(played) => Some(&**played),
            _ => None,
        })
    }

    /// The scene as a `test` block of the flow it was played with: what was given, mocks with what the
    /// endpoints answered, each input with everything that was said, and how often each API was called.
    ///
    /// The scene is played again on the way. Where that says something else, or where the language of tests
    /// has no words for what happened, a comment that begins with `NOTE:` says so in the test.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Customer, Engine, Input, NoCalls, Program, Session, Source};
    /// use sayflow_test::Recorder;
    ///
    /// let flow = "on start {\n  text \"Hello {{first_name|there}}!\"\n}\n";
    /// let engine = Engine::new(Program::load([Source::new("hi.flow", flow)])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(1));
    /// customer.first_name = "Asha".to_owned();
    ///
    /// let mut recorder = Recorder::new("greets by name", &session, &customer);
    /// let input = Input::start().at("2026-01-01T09:00:00Z".parse()?);
    /// recorder.turn(&engine, (&mut session, &mut customer), &input, &NoCalls)?;
    /// assert_eq!(
    ///     recorder.finish().to_test(engine.program()),
    ///     r#"test "greets by name" {
    ///   given first_name = "Asha"
    ///
    ///   start
    ///   text "Hello Asha!"
    /// }
    /// "#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_test(&self, program: &Program) -> String {
        write::test(self, program)
    }
}
