//! The door: a program with the host's settings, shared between threads.

mod settings;

use std::sync::Arc;

use crate::customer::Customer;
use crate::driver::{Client, Turn, run_turn};
use crate::effects::Masked;
use crate::error::Error;
use crate::input::Input;
use crate::interpreter::{self, Scratch, ScratchPool, Steps};
use crate::output::Block;
use crate::program::Program;
use crate::session::Session;
use crate::settings::Settings;

/// A program and the host's settings. Immutable, `Send` and `Sync`, cheap to clone.
///
/// A host makes one when it starts and shares it; whoever the customer is comes in with each turn.
///
/// # Examples
///
/// ```
/// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
///
/// let program = Program::load([Source::new(
///     "hi.flow",
///     "on start {\n  text \"Hi {{first_name|there}}!\"\n}\n",
/// )])?;
/// let engine = Engine::new(program);
/// let (mut session, mut customer) = (Session::new(), Customer::new(1));
/// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
/// assert_eq!(turn.blocks, [Block::Text { text: "Hi there!".to_owned() }]);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    program: Program,
    settings: Arc<Settings>,
    scratch: Arc<ScratchPool>,
}

impl Engine {
    /// The program with default settings: no secrets, every channel connected.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self {
            program,
            settings: Arc::default(),
            scratch: Arc::default(),
        }
    }

    /// The program that runs.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Runs one turn to its end: the input in, blocks out, session and customer changed.
    ///
    /// The client performs the calls; a program that makes none runs with [`NoCalls`](crate::NoCalls).
    /// Neither a call that fails nor a limit that is reached is an error: the flow goes on.
    ///
    /// # Errors
    ///
    /// Those of [`steps`](Self::steps), and [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) for a
    /// client that does not give one answer for each request. Session and customer are untouched then.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let flow = r#"
    /// attribute guests: number
    /// on start {
    ///   ask "For how many people?" save guests
    ///   text "A table for {{guests}}."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("table.flow", flow)])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let mut said = Vec::new();
    /// for input in [Input::start(), Input::text("৮")] {
    ///     said.extend(engine.turn(&mut session, &mut customer, &input, &NoCalls)?.blocks);
    /// }
    /// assert_eq!(said[1], Block::Text { text: "A table for 8.".to_owned() });
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn turn(
        &self,
        session: &mut Session,
        customer: &mut Customer,
        input: &Input,
        client: &dyn Client,
    ) -> Result<Turn, Error> {
        self.run(session, customer, input, client, None)
    }

    /// Runs one turn as [`turn`](Self::turn) does, and lends its blocks instead of giving them away: each is shown to
    /// the host as soon as it is made, and its memory is used again for the next one. The blocks of what is
    /// returned are empty.
    ///
    /// For hosts that write blocks into something of their own. A turn of texts and options, whose titles
    /// the flow has in full, allocates nothing here once a session and an engine have seen a few turns.
    ///
    /// # Errors
    ///
    /// As for [`turn`](Self::turn). Blocks may have been shown before an
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol).
    ///
    /// # Examples
    ///
    /// The reply to a webhook is written without a copy of any text:
    ///
    /// ```
    /// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n  text \"What is it?\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let mut reply = String::new();
    /// let mut show = |block: &Block| {
    ///     if let Block::Text { text } = block {
    ///         reply.push_str(text);
    ///         reply.push('\n');
    ///     }
    /// };
    /// let turn = engine.turn_into(&mut session, &mut customer, &Input::start(), &NoCalls, &mut show)?;
    /// assert!(turn.blocks.is_empty() && turn.wait.ask.is_none());
    /// assert_eq!(reply, "Hi!\nWhat is it?\n");
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn turn_into(
        &self,
        session: &mut Session,
        customer: &mut Customer,
        input: &Input,
        client: &dyn Client,
        show: &mut dyn FnMut(&Block),
    ) -> Result<Turn, Error> {
        self.run(session, customer, input, client, Some(show))
    }

    fn run(
        &self,
        session: &mut Session,
        customer: &mut Customer,
        input: &Input,
        client: &dyn Client,
        show: Option<&mut dyn FnMut(&Block)>,
    ) -> Result<Turn, Error> {
        let scratch = self.scratch.get();
        let mut steps = Steps::new(&self.program, &self.settings, (session, customer), input, scratch);
        steps.begin()?;
        let turn = run_turn(&mut steps, client, show)?;
        self.scratch.put_back(steps.into_scratch());
        Ok(turn)
    }

    /// Begins a turn that the host drives itself, one effect after the other.
    ///
    /// Session and customer change when [`Effect::Wait`](crate::Effect::Wait) is reached;
    /// dropping the machine before leaves them untouched.
    ///
    /// # Errors
    ///
    /// An input that does not fit; session and customer are untouched then:
    ///
    /// - [`ErrorKind::UnknownOption`](crate::ErrorKind::UnknownOption): a tap on what is no option of
    ///   this host and customer.
    /// - [`ErrorKind::UnknownSequence`](crate::ErrorKind::UnknownSequence): a start at a sequence that
    ///   the flow does not have.
    /// - [`ErrorKind::InputTooLarge`](crate::ErrorKind::InputTooLarge): more bytes than
    ///   [`Limits::input_bytes`](crate::Limits::input_bytes).
    /// - [`ErrorKind::BadUrl`](crate::ErrorKind::BadUrl): a file whose address is no absolute http or
    ///   https address.
    /// - [`ErrorKind::BadPlace`](crate::ErrorKind::BadPlace): a place that lies nowhere.
    /// - [`ErrorKind::NotDue`](crate::ErrorKind::NotDue): a silence that nothing waits for.
    ///
    /// # Examples
    ///
    /// The channel breaks in the middle of a turn; it can be begun again as if nothing had been.
    /// [`Steps`] shows a whole turn.
    ///
    /// ```
    /// use sayflow::{Customer, Engine, Input, Program, Session, Source};
    ///
    /// let flow = "attribute seen: yes/no\non start {\n  set seen = yes\n  text \"Hi! {{seen}}\"\n}\n";
    /// let engine = Engine::new(Program::load([Source::new("hi.flow", flow)])?);
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// steps.advance()?;
    /// drop(steps);
    /// assert_eq!((session, customer), (Session::new(), Customer::new(7)));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn steps<'t>(
        &'t self,
        session: &'t mut Session,
        customer: &'t mut Customer,
        input: &'t Input,
    ) -> Result<Steps<'t>, Error> {
        let scratch = Scratch::default();
        let mut steps = Steps::new(&self.program, &self.settings, (session, customer), input, scratch);
        steps.begin()?;
        Ok(steps)
    }

    /// The sequence that an option opens, by the id that the option was shown with. `None` for an option that is
    /// an answer, and for one whose sequence the flow does not have. Whether the id is genuine is not looked at.
    ///
    /// # Examples
    ///
    /// What is tapped most, from a log of inputs:
    ///
    /// ```
    /// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let flow = r#"
    /// on start {
    ///   buttons "Welcome!" {
    ///     "Opening hours" -> hours
    ///   }
    /// }
    /// sequence hours {
    ///   text "From ten to eight."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// let [Block::Buttons { options, .. }] = turn.blocks.as_slice() else { panic!("buttons") };
    /// let id = options[0].id.as_deref().ok_or("a sequence comes back")?;
    /// assert_eq!(engine.sequence_of_option(id), Some("hours"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sequence_of_option(&self, id: &str) -> Option<&str> {
        interpreter::sequence_of_option(self.program.data(), id)
    }

    /// A text with every secret of the host marked: for logs of what an endpoint sent back.
    ///
    /// A secret is found as it is, in a URL, as JSON escapes it (`\u002b`), with references of HTML
    /// (`&amp;`, `&#39;`), and, from 8 bytes on, in Base64, alone or as a part of what is encoded
    /// (`Authorization: Basic`). It is not found in pieces, backwards or encoded twice, but as JSON in a text of JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Engine, Program, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?)
    ///     .with_secret("TOKEN", "s3cret/key", ["https://api.shop.example"]);
    /// let line = format!("{}", engine.masked("401: bad token s3cret%2Fkey"));
    /// assert_eq!(line, "401: bad token ***");
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn masked(&self, text: &str) -> Masked {
        self.settings.mask().masked(text)
    }

    /// Begins a turn that calls one API and shows the block it fills: what a tool or a health check wants
    /// to see of an endpoint. The request, the reading of the reply and the block are those of a
    /// conversation; no handler of the flow runs where the call fails.
    ///
    /// The session is best a new one. The customer gets what the reply saves, so that of a real customer is
    /// best a copy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownApi`](crate::ErrorKind::UnknownApi): the flow has no API of that name.
    ///
    /// # Examples
    ///
    /// Whether the shop would answer, before a campaign begins:
    ///
    /// ```
    /// use sayflow::{Client, Customer, Effect, Engine, Event, NoCalls, Outcome, Program, Session, Source};
    ///
    /// let flow = r#"
    /// api hours: text {
    ///   get "https://api.shop.example/hours"
    /// }
    /// on start {
    ///   text "<<hours>>" else "From ten to eight."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
    /// # let client = NoCalls;
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let mut steps = engine.api_steps("hours", &mut session, &mut customer)?;
    /// let mut outcome = None;
    /// loop {
    ///     match steps.advance()? {
    ///         Effect::Calls(requests) => steps.answer(client.call(&requests))?,
    ///         Effect::Event(Event::Call(report)) => outcome = Some(report.outcome),
    ///         Effect::Wait(_) => break,
    ///         _ => {}
    ///     }
    /// }
    /// // Here without a network.
    /// assert_eq!(outcome, Some(Outcome::Blocked));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn api_steps<'t>(
        &'t self,
        api: &str,
        session: &'t mut Session,
        customer: &'t mut Customer,
    ) -> Result<Steps<'t>, Error> {
        Steps::of_api(&self.program, &self.settings, session, customer, api)
    }
}
