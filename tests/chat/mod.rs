//! Runs a script against a flow and writes down everything that is said.
//!
//! A script is lines: `> …` is what the customer or the host does, a `#` begins a comment,
//! everything else is output of an earlier run and is not read. `docs/language.md` describes
//! the form at its end; `command.rs` is the list of what may stand behind `>`.
//!
//! Each input is taken three times, and all must agree: by [`Engine::turn`], by the step machine
//! on a session and a customer that went through JSON, and by a step machine that is dropped
//! after its first effect, which must leave no trace.

mod client;
mod command;
mod show;

use sayflow::{
    BlockOption, Client, Customer, Effect, Engine, Error, Event, Input, Limits, Program, Session, Source,
    Timestamp, Turn,
};

use client::Canned;
use command::Command;

pub(crate) use show::diagnostic;

/// A flow under its name; the empty name is the flow that a script begins with.
pub(crate) type Flows<'f> = &'f dyn Fn(&str) -> Vec<Source>;

/// Runs a script and gives it back with what came of every line.
pub(crate) fn run(script: &str, flows: Flows<'_>) -> String {
    let mut chat = Chat::new(flows);
    for line in script.lines() {
        if let Some(command) = line.strip_prefix('>') {
            chat.say(line);
            chat.take(Command::read(command.trim()));
        } else if line.starts_with('#') || line.is_empty() {
            chat.say(line);
        }
    }
    chat.transcript
}

struct Chat<'f> {
    flows: Flows<'f>,
    program: Program,
    settings: Vec<Command>,
    engine: Engine,
    session: Session,
    customer: Customer,
    now: Timestamp,
    client: Canned,
    /// Every option that was ever shown, oldest first.
    options: Vec<BlockOption>,
    shows_requests: bool,
    shows_ids: bool,
    transcript: String,
}

impl<'f> Chat<'f> {
    fn new(flows: Flows<'f>) -> Self {
        let program = load(flows(""));
        let mut customer = Customer::new(7);
        customer.platform_id = 1;
        customer.first_name = "Asha".to_owned();
        Self {
            flows,
            engine: Engine::new(program.clone()),
            program,
            settings: Vec::new(),
            session: Session::new(),
            customer,
            now: "2026-11-20T10:00:00Z".parse().unwrap(),
            client: Canned::default(),
            options: Vec::new(),
            shows_requests: false,
            shows_ids: false,
            transcript: String::new(),
        }
    }

    fn say(&mut self, line: &str) {
        self.transcript.push_str(line);
        self.transcript.push('\n');
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Input(input) => self.turn(input),
            Command::Tap { title, is_oldest } => {
                let id = self.option(&title, is_oldest);
                self.turn(Input::tap(id));
            }
            Command::Later(duration) => self.now = self.now + duration,
            Command::Reply(api, answer) => self.client.answer_with(api, answer),
            Command::Customer(mut json) => {
                // Whoever it is does not matter to most chats.
                json.as_object_mut().unwrap().entry("uid").or_insert(0.into());
                self.customer = serde_json::from_value(json).unwrap();
            }
            Command::BotEnabled => self.customer.bot_enabled = true,
            Command::Restart => (self.session, self.customer) = self.stored(),
            Command::StoredSession(json) => match serde_json::from_str(&json) {
                Ok(session) => self.session = session,
                Err(error) => self.say(&format!("not a session: {error}")),
            },
            Command::Flow(name) => {
                self.program = load((self.flows)(&name));
                self.build();
            }
            Command::ShowRequests => self.shows_requests = true,
            Command::ShowIds => self.shows_ids = true,
            setting => {
                self.settings.push(setting);
                self.build();
            }
        }
    }

    /// The engine with everything that the script has set so far.
    fn build(&mut self) {
        let mut engine = Engine::new(self.program.clone());
        let mut limits = Limits::default();
        for setting in &self.settings {
            match setting {
                Command::Limit(name, value) => command::set_limit(&mut limits, name, *value),
                Command::Secret { name, value, origin } => {
                    engine = engine.with_secret(name, value.as_str(), [origin]);
                }
                Command::Server(name, origin) => engine = engine.with_server(name, origin),
                Command::Channels(channels) => {
                    engine = engine.with_connected_channels(channels.iter().copied())
                }
                Command::CallsDisabled => engine = engine.with_calls_enabled(false),
                Command::OptionKey => engine = engine.with_option_key(*b"sixteen bytes ok"),
                other => panic!("no setting: {other:?}"),
            }
        }
        self.engine = engine.with_limits(limits);
    }

    fn option(&self, title: &str, is_oldest: bool) -> String {
        let mut found = self.options.iter().filter(|option| option.title == title);
        let option = if is_oldest {
            found.next()
        } else {
            found.next_back()
        };
        option
            .and_then(|option| option.id.as_ref().map(String::from))
            .unwrap_or_else(|| panic!("no option `{title}` was shown:\n{}", self.transcript))
    }

    /// Session and customer as they come back from a store.
    fn stored(&self) -> (Session, Customer) {
        let session = serde_json::to_string(&self.session).unwrap();
        let customer = serde_json::to_string(&self.customer).unwrap();
        (
            serde_json::from_str(&session).unwrap(),
            serde_json::from_str(&customer).unwrap(),
        )
    }

    fn turn(&mut self, input: Input) {
        let input = input.at(self.now);
        let before = (self.session.clone(), self.customer.clone());
        let mut twin = self.stored();
        assert_eq!(twin, before, "JSON does not give back what it was given");
        self.drop_halfway(&input);
        self.deliver_twice(&input);

        let result = self
            .engine
            .turn(&mut self.session, &mut self.customer, &input, &self.client);
        let after = (self.session.clone(), self.customer.clone());

        let mut lines = Vec::new();
        let stepped = self.steps(&mut twin, &input, &mut lines);
        assert_eq!(twin, after, "a stored session goes on differently");

        match (result, stepped) {
            (Ok(turn), Ok(stepped)) => {
                assert_eq!(turn, stepped, "turn and step machine differ");
                let json = serde_json::to_string(&turn).unwrap();
                let read: Turn = serde_json::from_str(&json).unwrap();
                assert_eq!(
                    serde_json::to_string(&read).unwrap(),
                    json,
                    "a stored turn differs"
                );
                show::end_of_turn(&turn, self.now, &mut lines);
                if lines.is_empty() {
                    lines.push("(nothing)".to_owned());
                }
                self.options
                    .extend(turn.blocks.iter().flat_map(show::options).cloned());
            }
            (Err(error), Err(stepped)) => {
                assert_eq!(error.to_string(), stepped.to_string());
                assert_eq!(before, after, "a refused input changed something");
                lines.push(format!("error {}: {error}", show::kind(error.kind())));
            }
            (turn, stepped) => panic!("turn and step machine differ: {turn:?} and {stepped:?}"),
        }
        for line in lines {
            self.say(&line);
        }
    }

    /// Drives the machine by hand, which keeps the order of blocks and events.
    fn steps(
        &self,
        (session, customer): &mut (Session, Customer),
        input: &Input,
        lines: &mut Vec<String>,
    ) -> Result<Turn, Error> {
        let mut steps = self.engine.steps(session, customer, input)?;
        let mut turn = Turn::default();
        loop {
            match steps.advance()? {
                Effect::Calls(requests) => {
                    if self.shows_requests {
                        requests.iter().for_each(|request| show::request(request, lines));
                    }
                    steps.answer(self.client.call(&requests))?;
                }
                Effect::Block(block) => {
                    show::block(&block, self.shows_ids, lines);
                    turn.blocks.push(block);
                }
                Effect::Event(event) => {
                    show::event(&event, lines);
                    turn.events.push(event);
                }
                Effect::Wait(wait) => {
                    turn.wait = wait;
                    turn.attributes = steps.into_attributes();
                    return Ok(turn);
                }
                other => panic!("unknown effect {other:?}"),
            }
        }
    }

    /// An input that is delivered twice is one turn: the second gives the same, calls nobody and changes nothing.
    fn deliver_twice(&self, input: &Input) {
        let input = input.clone().with_id("m-1");
        let (mut session, mut customer) = (self.session.clone(), self.customer.clone());
        let turn = |session: &mut Session, customer: &mut Customer, client: &dyn Client| {
            self.engine.turn(session, customer, &input, client)
        };
        let Ok(first) = turn(&mut session, &mut customer, &self.client) else {
            return;
        };
        assert!(!first.is_repeated);
        let stored = serde_json::to_string(&session).unwrap();
        let (mut session, before) = (serde_json::from_str(&stored).unwrap(), customer.clone());

        let again = turn(&mut session, &mut customer, &client::NotAgain).unwrap();
        assert!(again.is_repeated);
        assert_eq!(again.blocks, first.blocks);
        assert_eq!(again.attributes, first.attributes);
        assert_eq!(again.wait, first.wait);
        let asked = first.events.iter().filter(|event| {
            matches!(
                event,
                Event::Action { .. } | Event::Handover { .. } | Event::BotDisabled
            )
        });
        assert!(again.events.iter().eq(asked));
        assert_eq!(serde_json::to_string(&session).unwrap(), stored);
        assert_eq!(customer, before);
    }

    /// A turn that the host gives up after its first effect never happened.
    fn drop_halfway(&self, input: &Input) {
        let before = (self.session.clone(), self.customer.clone());
        let (mut session, mut customer) = before.clone();
        let Ok(mut steps) = self.engine.steps(&mut session, &mut customer, input) else {
            return;
        };
        let is_over = matches!(steps.advance(), Ok(Effect::Wait(_)));
        drop(steps);
        if !is_over {
            assert_eq!(before, (session, customer), "a dropped machine left a trace");
        }
    }
}

/// The program of a flow without errors.
fn load(sources: Vec<Source>) -> Program {
    Program::load(sources).unwrap_or_else(|error| {
        let found = error.diagnostics().iter();
        let lines: Vec<String> = found.map(show::diagnostic).collect();
        panic!("the flow has errors:\n{}", lines.join("\n"))
    })
}
