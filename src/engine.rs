//! The door: a program with the host's settings, shared between threads.

use std::sync::Arc;

use crate::customer::Customer;
use crate::driver::{Client, Turn, run_turn};
use crate::effects::Masked;
use crate::error::Error;
use crate::input::Input;
use crate::interpreter::{self, Steps};
use crate::output::OptionId;
use crate::program::Program;
use crate::session::Session;
use crate::settings::{Grant, Limits, OptionKey, Secret, Settings};

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
}

impl Engine {
    /// The program with default settings: no secrets, every channel connected.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self::builder(program).build()
    }

    /// The program with settings of the host's choice.
    #[must_use]
    pub fn builder(program: Program) -> EngineBuilder {
        EngineBuilder {
            program,
            settings: Settings::default(),
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
        run_turn(self.steps(session, customer, input)?, client)
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
    ///   [`Limits::input_bytes`].
    /// - [`ErrorKind::BadUrl`](crate::ErrorKind::BadUrl): a file whose address is no absolute http or
    ///   https address.
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
        Steps::new(&self.program, &self.settings, session, customer, input)
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
    /// let id = options[0].id.as_ref().ok_or("a sequence comes back")?;
    /// assert_eq!(engine.sequence_of_option(id), Some("hours"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sequence_of_option(&self, id: &OptionId) -> Option<&str> {
        interpreter::sequence_of_option(self.program.data(), id)
    }

    /// A text with every secret of the host marked: for logs of what an endpoint sent back.
    ///
    /// A secret is found as it is, in a URL, as JSON escapes it (`\u002b`), with references of HTML
    /// (`&amp;`, `&#39;`), and, from 8 bytes on, in Base64 when that holds nothing else. It is not found in
    /// pieces, backwards, encoded twice or as part of a longer Base64 text, as in `Authorization: Basic`.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Engine, Program, Secret, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::builder(Program::load([source])?)
    ///     .secret("TOKEN", Secret::new("s3cret/key"), ["https://api.shop.example"])
    ///     .build();
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

/// Collects the host's settings for an [`Engine`].
///
/// # Examples
///
/// The secrets come from the host's own store. What the flow wants is known before a customer is
/// there, so a start without one can be refused:
///
/// ```
/// use std::collections::HashMap;
/// use sayflow::{Engine, Program, Secret, Source};
///
/// let flow = r#"
/// server shop "https://api.shop.example" {
///   header "X-Shop-Token" = secret SHOP_TOKEN
/// }
/// api hours: text {
///   get shop "/hours"
/// }
/// on start {
///   text "<<hours>>" else "From ten to eight."
/// }
/// "#;
/// let store = HashMap::from([("SHOP_TOKEN", "s3cret")]);
/// let program = Program::load([Source::new("shop.flow", flow)])?;
/// let wanted = program.secrets();
/// let mut builder = Engine::builder(program);
/// for (name, origins) in wanted {
///     let value = *store.get(name.as_str()).ok_or_else(|| format!("no secret `{name}`"))?;
///     builder = builder.secret(name, Secret::new(value), origins);
/// }
/// let engine = builder.build();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EngineBuilder {
    program: Program,
    settings: Settings,
}

impl EngineBuilder {
    /// Sets bounds of a turn other than the defaults.
    ///
    /// # Examples
    ///
    /// A flow that strangers write gets less room than one of the house:
    ///
    /// ```
    /// use std::time::Duration;
    /// use sayflow::{Engine, Limits, Program, Source};
    ///
    /// let program = Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?;
    /// let limits = Limits { calls: 4, time: Duration::from_secs(8), ..Limits::default() };
    /// let engine = Engine::builder(program).limits(limits).build();
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Gives a secret to the flow, granted to the origins (`https://api.shop.example`) that may
    /// receive it. A request to any other origin that needs it is blocked.
    ///
    /// What is no origin, such as `api.shop.example` or `*`, grants nothing, and the
    /// [message](crate::CallReport::message) of the call that is blocked says so.
    ///
    /// The same name again replaces secret and origins.
    ///
    /// # Examples
    ///
    /// An author, or somebody who may edit the flow, cannot send the shop's token elsewhere:
    ///
    /// ```
    /// use sayflow::{Customer, Engine, Event, Input, NoCalls, Outcome, Program, Secret, Session, Source};
    ///
    /// let flow = r#"
    /// api leak: text {
    ///   get "https://elsewhere.example/"
    ///   header "X-Shop-Token" = secret SHOP_TOKEN
    /// }
    /// on start {
    ///   text "<<leak>>" else "No."
    /// }
    /// "#;
    /// let engine = Engine::builder(Program::load([Source::new("leak.flow", flow)])?)
    ///     .secret("SHOP_TOKEN", Secret::new("s3cret"), ["https://api.shop.example"])
    ///     .build();
    /// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &Input::start(), &NoCalls)?;
    /// let [Event::Call(report)] = turn.events.as_slice() else { panic!("one call") };
    /// assert_eq!(report.outcome, Outcome::Blocked);
    /// let why = "secret `SHOP_TOKEN` is not granted to https://elsewhere.example";
    /// assert_eq!(report.message.as_deref(), Some(why));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn secret(
        mut self,
        name: impl Into<String>,
        secret: Secret,
        origins: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let origins = origins.into_iter().map(Into::into).collect();
        self.settings
            .secrets
            .insert(name.into(), Grant { secret, origins });
        self
    }

    /// Points a server of the flow at another origin, such as a fake on loopback.
    ///
    /// It takes the place of the whole address that the flow gives the server, and may have a path. An
    /// origin instead of a name (`https://cdn.shop.example`) stands for every API there, also for those with
    /// an absolute URL; a server's name goes before it. A name that the flow does not have changes nothing.
    ///
    /// # Examples
    ///
    /// The flow that is tested is the one that customers talk to, to the last byte:
    ///
    /// ```
    /// use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source};
    ///
    /// let flow = r#"
    /// server shop "https://api.shop.example"
    /// api hours: text {
    ///   get shop "/hours"
    /// }
    /// on start {
    ///   text "<<hours>>" else "From ten to eight."
    /// }
    /// "#;
    /// let engine = Engine::builder(Program::load([Source::new("shop.flow", flow)])?)
    ///     .server("shop", "http://127.0.0.1:8080")
    ///     .build();
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// let Effect::Calls(requests) = steps.advance()? else { panic!("a call") };
    /// assert_eq!(requests[0].url.to_string(), "http://127.0.0.1:8080/hours");
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn server(mut self, name: impl Into<String>, origin: impl Into<String>) -> Self {
        self.settings.servers.insert(name.into(), origin.into());
        self
    }

    /// Sets the channels ([`Customer::platform_id`]) that are connected; calls for any other are blocked.
    /// Without this setting every channel is.
    ///
    /// # Examples
    ///
    /// A shop has paid for its page and not yet for its second one:
    ///
    /// ```
    /// # use sayflow::{Effect, Engine, Input, Program, Session, Source};
    /// use sayflow::Customer;
    ///
    /// # let flow = r#"
    /// # api hours: text {
    /// #   get "https://api.shop.example/hours"
    /// # }
    /// # on start {
    /// #   text "<<hours>>" else "From ten to eight."
    /// # }
    /// # "#;
    /// # let program = Program::load([Source::new("shop.flow", flow)])?;
    /// # let input = Input::start();
    /// let engine = Engine::builder(program).connected_channels([101]).build();
    /// for (channel, is_called) in [(101, true), (102, false)] {
    ///     let mut customer = Customer::new(7);
    ///     customer.platform_id = channel;
    /// #     let mut session = Session::new();
    ///     let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    ///     assert_eq!(matches!(steps.advance()?, Effect::Calls(_)), is_called);
    /// }
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn connected_channels(mut self, channels: impl IntoIterator<Item = i64>) -> Self {
        self.settings.channels = Some(channels.into_iter().collect());
        self
    }

    /// Sets whether spans tell what customers and endpoints say; by default they do not.
    ///
    /// Spans and their events then carry the input, the blocks, the URLs of calls and the messages of replies:
    /// personal data, which whoever reads the logs can read. Secrets are masked even then.
    ///
    /// # Examples
    ///
    /// On the desk of somebody who looks for a fault, and nowhere else:
    ///
    /// ```
    /// use sayflow::{Engine, Program, Source};
    ///
    /// let program = Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?;
    /// let engine = Engine::builder(program).texts_in_spans(cfg!(debug_assertions)).build();
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[cfg(feature = "tracing")]
    #[must_use]
    pub fn texts_in_spans(mut self, are_told: bool) -> Self {
        self.settings.are_texts_told = are_told;
        self
    }

    /// Sets whether calls are made at all, which is the default; where not, each is blocked.
    ///
    /// # Examples
    ///
    /// A preview shows what the flow says, and no order is placed by it:
    ///
    /// ```
    /// # use sayflow::{Customer, Engine, Input, Program, Session, Source};
    /// use sayflow::{Answer, Block, Client, Request};
    ///
    /// struct Orders;
    ///
    /// impl Client for Orders {
    ///     fn call(&self, requests: &[Request]) -> Vec<Answer> {
    ///         panic!("a preview has ordered {requests:?}");
    ///     }
    /// }
    ///
    /// # let flow = r#"
    /// # api place_order: text {
    /// #   post "https://api.shop.example/orders"
    /// # }
    /// # on start {
    /// #   text "Ordered: <<place_order>>." else "I could not order it."
    /// # }
    /// # "#;
    /// # let program = Program::load([Source::new("shop.flow", flow)])?;
    /// # let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let engine = Engine::builder(program).calls_enabled(false).build();
    /// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &Orders)?;
    /// assert_eq!(turn.blocks, [Block::Text { text: "I could not order it.".to_owned() }]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn calls_enabled(mut self, enabled: bool) -> Self {
        self.settings.are_calls_disabled = !enabled;
        self
    }

    /// Sets a key for option ids: a tap on an id that was not made with it, or was made for another
    /// customer, is refused. Without a key whoever can send a tap can open any sequence.
    ///
    /// The ids carry a tag, SipHash-2-4 under this key. A new key makes every option that customers
    /// still see on their screens unknown.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Customer, Engine, ErrorKind, Input, NoCalls, Program, Session, Source};
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
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// let engine = Engine::builder(program).option_key(*b"sixteen byte key").build();
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// let forged = Input::tap("0.hours");
    /// let refused = engine.turn(&mut session, &mut customer, &forged, &NoCalls).unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::UnknownOption);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn option_key(mut self, key: [u8; 16]) -> Self {
        self.settings.option_key = Some(OptionKey(key));
        self
    }

    /// Makes the engine.
    #[must_use]
    pub fn build(self) -> Engine {
        Engine {
            program: self.program,
            settings: Arc::new(self.settings),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, Secret};
    use crate::program::Program;
    use crate::source::Source;

    #[test]
    fn an_engine_is_printed_without_what_the_host_hides() {
        let flow = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
        let engine = Engine::builder(Program::load([flow]).unwrap())
            .option_key([211; 16])
            .secret("TOKEN", Secret::new("s3cret"), ["https://api.shop.example"]);
        for printed in [format!("{engine:?}"), format!("{:?}", engine.build())] {
            assert!(printed.contains("option_key: Some(***)") && printed.contains("secret: ***"));
            assert!(!printed.contains("211") && !printed.contains("s3cret"));
        }
    }
}
