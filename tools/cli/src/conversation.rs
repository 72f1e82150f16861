//! One conversation: a program, its endpoints, and the customer who talks to it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use sayflow::{
    Answer, Block, Client, Customer, Effect, Engine, Error, Event, Input, Program, Request, Session,
    Timestamp, Turn, Wait,
};

use crate::atomic_file;
use crate::endpoints::Endpoints;
use crate::exit::Stop;
use crate::saved::Saved;
use sayflow_test::masking;

/// A conversation with everything it needs to go on.
pub(crate) struct Conversation {
    engine: Engine,
    endpoints: Endpoints,
    kept: Saved,
    /// The customer of a conversation that begins anew.
    first_customer: Customer,
    clock: Clock,
    /// Where the conversation is kept after each turn.
    file: Option<PathBuf>,
    has_begun: bool,
}

/// Watches a turn while it runs.
pub(crate) trait Stage {
    /// Has the calls performed.
    fn calls(&mut self, requests: &[Request], client: &dyn Client) -> Vec<Answer>;
    /// Shows a block.
    fn block(&mut self, block: &Block) -> std::io::Result<()>;
    /// Takes notice of an event.
    fn event(&mut self, event: &Event) -> std::io::Result<()>;
}

pub(crate) use sayflow_test::masking::Changes;

impl Conversation {
    /// A conversation, gone on with where its file says so.
    pub(crate) fn new(
        program: Program,
        endpoints: Endpoints,
        customer: Option<Customer>,
        file: Option<PathBuf>,
    ) -> Result<Self, Stop> {
        let first_customer = customer.unwrap_or_else(|| Customer::new(1));
        let saved = match &file {
            Some(path) => Saved::read(path)?,
            None => None,
        };
        if let Some(path) = &file {
            // Told now and not after the first turn.
            atomic_file::check_writable(path)?;
        }
        let has_begun = saved.is_some();
        let kept = saved.unwrap_or_else(|| Saved::new(first_customer.clone()));
        let engine = endpoints.engine(program);
        let clock = Clock::default();
        Ok(Self {
            engine,
            endpoints,
            kept,
            first_customer,
            clock,
            file,
            has_begun,
        })
    }

    /// Goes on with another program, at the same place.
    pub(crate) fn reload(&mut self, program: Program) {
        self.engine = self.endpoints.engine(program);
    }

    /// Forgets everything that was said.
    pub(crate) fn restart(&mut self) {
        self.kept = Saved::new(self.first_customer.clone());
    }

    /// Whether it was begun in an earlier process.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun
    }

    pub(crate) fn program(&self) -> &Program {
        self.engine.program()
    }

    /// Whether the flow has a sequence of that name, that id or that former name.
    pub(crate) fn has_sequence(&self, name: &str) -> bool {
        let (mut session, mut customer) = (Session::new(), Customer::new(1));
        let input = Input::start_at(name);
        // Nothing happens before the first step.
        self.engine.steps(&mut session, &mut customer, &input).is_ok()
    }

    pub(crate) fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    pub(crate) fn customer(&self) -> &Customer {
        &self.kept.customer
    }

    /// The customer as it may be shown.
    pub(crate) fn shown_customer(&self) -> Customer {
        masking::customer(&self.engine, &self.kept.customer)
    }

    /// What it waits for.
    pub(crate) fn wait(&self) -> Wait {
        self.kept.session.wait()
    }

    /// Changes the customer from outside, as a platform does.
    pub(crate) fn set_customer(&mut self, customer: Customer) -> Result<(), Stop> {
        self.kept.customer = customer;
        self.keep()
    }

    /// The moment of an input that comes now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass until a moment.
    pub(crate) fn jump_to(&mut self, moment: Timestamp) {
        self.clock.jump_to(moment);
    }

    /// Runs one turn to its end.
    pub(crate) fn turn(&mut self, input: &Input) -> Result<Result<Turn, Error>, Stop> {
        let turn = self.engine.turn(
            &mut self.kept.session,
            &mut self.kept.customer,
            input,
            self.endpoints.client(),
        );
        self.keep()?;
        Ok(turn.map(|turn| masking::turn(&self.engine, turn)))
    }

    /// Runs one turn while a stage shows it.
    pub(crate) fn play(
        &mut self,
        input: &Input,
        stage: &mut dyn Stage,
    ) -> Result<Result<Changes, Error>, Stop> {
        let turn = self.steps(input, stage)?;
        self.keep()?;
        Ok(turn)
    }

    fn steps(&mut self, input: &Input, stage: &mut dyn Stage) -> Result<Result<Changes, Error>, Stop> {
        let Saved { session, customer } = &mut self.kept;
        let mut steps = match self.engine.steps(session, customer, input) {
            Ok(steps) => steps,
            Err(error) => return Ok(Err(error)),
        };
        loop {
            match steps.advance() {
                Ok(Effect::Calls(requests)) => {
                    if let Err(error) = steps.answer(stage.calls(&requests, self.endpoints.client())) {
                        return Ok(Err(error));
                    }
                }
                Ok(Effect::Block(block)) => stage.block(&masking::block(&self.engine, block))?,
                Ok(Effect::Event(event)) => stage.event(&masking::event(&self.engine, event))?,
                Ok(Effect::Wait(_)) => {
                    return Ok(Ok(masking::changes(&self.engine, steps.into_attributes())));
                }
                // An effect of a later library says nothing that this tool could show.
                Ok(_) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    fn keep(&self) -> Result<(), Stop> {
        self.file.as_deref().map_or(Ok(()), |path| self.kept.write(path))
    }
}

/// The system's clock, which may be ahead: silence need not be waited for.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    ahead: Duration,
}

impl Clock {
    fn now(self) -> Timestamp {
        Timestamp::from(SystemTime::now()) + self.ahead
    }

    fn jump_to(&mut self, moment: Timestamp) {
        let missing = moment
            .as_microseconds()
            .saturating_sub(self.now().as_microseconds());
        self.ahead += Duration::from_micros(u64::try_from(missing).unwrap_or_default());
    }
}
