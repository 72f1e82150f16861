//! The door: a program with the host's settings, shared between threads.

mod limits;
mod secret;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::customer::Customer;
use crate::driver::{Client, Turn, run_turn};
use crate::error::Error;
use crate::input::Input;
use crate::interpreter::Steps;
use crate::program::Program;
use crate::session::Session;

pub use limits::Limits;
pub use secret::Secret;

/// A program and the host's settings. Immutable, `Send` and `Sync`, cheap to clone.
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

/// What the host decides.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) secrets: HashMap<String, Grant>,
    /// Other origins for servers, by their names.
    pub(crate) servers: HashMap<String, String>,
    /// The channels that are connected; `None` for all.
    pub(crate) channels: Option<BTreeSet<i64>>,
    /// Whether calls are made at all.
    pub(crate) are_calls_disabled: bool,
    pub(crate) option_key: Option<[u8; 16]>,
}

/// A secret and the origins that may receive it.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) secret: Secret,
    pub(crate) origins: Vec<String>,
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
    ///
    /// # Errors
    ///
    /// An input that does not fit; session and customer are untouched then.
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
    /// An input that does not fit; session and customer are untouched then.
    pub fn steps<'t>(
        &'t self,
        session: &'t mut Session,
        customer: &'t mut Customer,
        input: &'t Input,
    ) -> Result<Steps<'t>, Error> {
        Steps::new(&self.program, &self.settings, session, customer, input)
    }
}

/// Collects the host's settings for an [`Engine`].
#[derive(Debug)]
pub struct EngineBuilder {
    program: Program,
    settings: Settings,
}

impl EngineBuilder {
    /// Bounds of a turn other than the defaults.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Gives a secret to the flow, granted to the origins (`https://api.shop.example`) that may
    /// receive it. A request to any other origin that needs it is blocked.
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
    #[must_use]
    pub fn server(mut self, name: impl Into<String>, origin: impl Into<String>) -> Self {
        self.settings.servers.insert(name.into(), origin.into());
        self
    }

    /// The channels (`platform_id`) that are connected; calls for any other are blocked.
    /// Without this setting every channel is.
    #[must_use]
    pub fn connected_channels(mut self, channels: impl IntoIterator<Item = i64>) -> Self {
        self.settings.channels = Some(channels.into_iter().collect());
        self
    }

    /// Whether calls are made at all, which is the default; where not, each is blocked.
    #[must_use]
    pub fn calls_enabled(mut self, enabled: bool) -> Self {
        self.settings.are_calls_disabled = !enabled;
        self
    }

    /// A key for option ids: a tap on an id that was not made with it, or was made for another
    /// customer, is refused.
    #[must_use]
    pub fn option_key(mut self, key: [u8; 16]) -> Self {
        self.settings.option_key = Some(key);
        self
    }

    /// The engine.
    #[must_use]
    pub fn build(self) -> Engine {
        Engine {
            program: self.program,
            settings: Arc::new(self.settings),
        }
    }
}
