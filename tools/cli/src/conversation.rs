//! One conversation: a program, its endpoints, and the customer who talks to it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use sayflow::{
    Answer, Block, Client, Customer, Effect, Engine, Error, Event, Input, Program, Request, Session,
    Timestamp, Turn, Wait,
};

use crate::endpoints::Endpoints;
use crate::exit::Stop;
use crate::recording::{RecordFile, Recording};
use crate::saved::{Saved, SavedFile};
use crate::trace_file::TraceFile;
use sayflow_test::{Played, Said, masking};

/// A conversation with everything it needs to go on.
pub(crate) struct Conversation {
    engine: Engine,
    endpoints: Endpoints,
    kept: Saved,
    /// The customer of a conversation that begins anew.
    first_customer: Customer,
    clock: Clock,
    /// Where the conversation is kept after each turn.
    file: Option<SavedFile>,
    has_begun: bool,
    /// Writes the conversation as a test.
    recording: Option<Recording>,
    /// Takes a trace of each turn.
    traces: Option<TraceFile>,
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
        let (file, saved) = match file {
            Some(path) => {
                let (file, saved) = SavedFile::open(path)?;
                (Some(file), saved)
            }
            None => (None, None),
        };
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
            recording: None,
            traces: None,
        })
    }

    /// Has everything from here on written into a file as a test.
    pub(crate) fn record(&mut self, file: RecordFile) {
        self.recording = Some(Recording::new(file, &self.kept));
    }

    /// Has a trace of each turn written into a file.
    pub(crate) fn trace(&mut self, file: TraceFile) {
        self.traces = Some(file);
    }

    /// Writes what is to be kept of the conversation; a sentence for each file.
    pub(crate) fn end(mut self) -> Result<Vec<String>, Stop> {
        let recorded = self.recording.take().map(Recording::end).transpose()?;
        Ok(recorded.into_iter().flatten().collect())
    }

    /// Goes on with another program, at the same place.
    pub(crate) fn reload(&mut self, program: Program) {
        self.engine = self.endpoints.engine(program);
    }

    /// Forgets everything that was said.
    pub(crate) fn restart(&mut self) {
        self.kept = Saved::new(self.first_customer.clone());
        if let Some(recording) = &mut self.recording {
            recording.begin_anew(&self.kept);
        }
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
        if let Some(recording) = &mut self.recording {
            recording.customer_changed(&self.engine, &self.kept.customer, &customer);
        }
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
        let mut gathered = Gathered::default();
        let changes = self.play(input, &mut gathered)?;
        let mut turn = gathered.0;
        turn.wait = self.wait();
        Ok(changes.map(|changes| {
            turn.attributes = changes;
            turn
        }))
    }

    /// Runs one turn while a stage shows it.
    pub(crate) fn play(
        &mut self,
        input: &Input,
        stage: &mut dyn Stage,
    ) -> Result<Result<Changes, Error>, Stop> {
        let before = (self.kept.session.clone(), self.kept.customer.clone());
        let played = match self.steps(input, stage)? {
            Ok(played) => played,
            Err(error) => return Ok(Err(error)),
        };
        self.keep()?;
        let changes = masking::changes(&self.engine, played.attributes.clone());
        if let Some(recording) = &mut self.recording {
            recording.keep(&self.engine, played.clone())?;
        }
        if let Some(traces) = &mut self.traces {
            traces.keep(&self.engine, before, played)?;
        }
        Ok(Ok(changes))
    }

    fn steps(&mut self, input: &Input, stage: &mut dyn Stage) -> Result<Result<Played, Error>, Stop> {
        let Saved { session, customer } = &mut self.kept;
        let mut steps = match self.engine.steps(session, customer, input) {
            Ok(steps) => steps,
            Err(error) => return Ok(Err(error)),
        };
        let mut played = Played::new(input.clone());
        loop {
            match steps.advance() {
                Ok(Effect::Calls(requests)) => {
                    let answers = stage.calls(&requests, self.endpoints.client());
                    played.answered(&requests, &answers);
                    if let Err(error) = steps.answer(answers) {
                        return Ok(Err(error));
                    }
                }
                Ok(Effect::Block(block)) => {
                    stage.block(&masking::block(&self.engine, block.clone()))?;
                    played.said.push(Said::Block(block));
                }
                Ok(Effect::Event(event)) => {
                    stage.event(&masking::event(&self.engine, event.clone()))?;
                    played.event(event);
                }
                Ok(Effect::Wait(wait)) => {
                    played.wait = wait;
                    played.attributes = steps.into_attributes();
                    return Ok(Ok(played));
                }
                // An effect of a later library says nothing that this tool could show.
                Ok(_) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    fn keep(&mut self) -> Result<(), Stop> {
        self.file.as_mut().map_or(Ok(()), |file| file.write(&self.kept))
    }
}

/// A stage that shows nothing and keeps what was on it.
#[derive(Default)]
struct Gathered(Turn);

impl Stage for Gathered {
    fn calls(&mut self, requests: &[Request], client: &dyn Client) -> Vec<Answer> {
        client.call(requests)
    }

    fn block(&mut self, block: &Block) -> std::io::Result<()> {
        self.0.blocks.push(block.clone());
        Ok(())
    }

    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        self.0.events.push(event.clone());
        Ok(())
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
