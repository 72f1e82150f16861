//! Records scripted conversations: inputs and answers as data, a scene as the result.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use sayflow::{
    Answer, Block, BlockOption, Client, Customer, Engine, Failure, Input, Program, Reply, Request, Session,
    Source, Timestamp, Turn,
};
use sayflow_test::{Recorder, Suite, Test};

/// Answers each API with what the script has for it, in order; the last goes on.
#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<HashMap<String, VecDeque<Result<Reply, Failure>>>>,
}

impl Script {
    pub(crate) fn then(self, api: &str, result: Result<Reply, Failure>) -> Self {
        let mut answers = self.answers.lock().unwrap();
        answers.entry(api.to_owned()).or_default().push_back(result);
        drop(answers);
        self
    }

    pub(crate) fn body(self, api: &str, body: &str) -> Self {
        self.then(api, reply(200, body))
    }
}

pub(crate) fn reply(status: u16, body: &str) -> Result<Reply, Failure> {
    Ok(Reply {
        status,
        location: None,
        body: body.into(),
    })
}

impl Client for Script {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let mut answers = self.answers.lock().unwrap();
        let results = requests.iter().map(|request| {
            let queue = answers
                .get_mut(&request.api)
                .expect("the script answers every API");
            match queue.len() {
                1 => queue.front().cloned().unwrap(),
                _ => queue.pop_front().unwrap(),
            }
        });
        let answers = results.map(|result| Answer {
            result,
            elapsed: Duration::from_millis(40),
        });
        answers.collect()
    }
}

/// A conversation under way, which is recorded.
pub(crate) struct Talk {
    pub(crate) engine: Engine,
    session: Session,
    pub(crate) customer: Customer,
    recorder: Recorder,
    script: Script,
    flow: String,
    now: Timestamp,
    turns: Vec<Turn>,
}

impl Talk {
    pub(crate) fn new(name: &str, flow: &str, script: Script) -> Self {
        Self::with(name, flow, script, Customer::new(1))
    }

    pub(crate) fn with(name: &str, flow: &str, script: Script, customer: Customer) -> Self {
        let program = Program::load([Source::new("talk.flow", flow)]).expect("the flow is good");
        let mut engine = Engine::new(program.clone());
        for (secret, origins) in program.secrets() {
            engine = engine.with_secret(secret, "s3cret", origins);
        }
        let session = Session::new();
        Self {
            engine,
            recorder: Recorder::new(name, &session, &customer),
            session,
            customer,
            script,
            flow: flow.to_owned(),
            now: "2026-01-01T09:00:00Z".parse().unwrap(),
            turns: Vec::new(),
        }
    }

    pub(crate) fn say(&mut self, input: Input) -> &Turn {
        let input = input.at(self.now);
        let Self {
            engine,
            session,
            customer,
            recorder,
            script,
            ..
        } = self;
        let turn = recorder
            .turn(engine, (session, customer), &input, script)
            .expect("the input fits");
        self.turns.push(turn);
        self.turns.last().unwrap()
    }

    /// Taps an option of a turn, the oldest of that title in it.
    pub(crate) fn tap(&mut self, turn: usize, title: &str) {
        let options = self.turns[turn].blocks.iter().flat_map(options);
        let tapped = options.into_iter().find(|option| option.title == title).unwrap();
        let id = tapped.id.clone().unwrap();
        self.say(Input::tap(id.as_str()));
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now + Duration::from_secs(seconds);
    }

    pub(crate) fn silence(&mut self) {
        self.now = self.session.wait().due.expect("a question waits");
        self.say(Input::no_reply());
    }

    pub(crate) fn give(&mut self, change: impl FnOnce(&mut Customer)) {
        let before = self.customer.clone();
        change(&mut self.customer);
        self.recorder
            .customer_changed(&self.engine, &before, &self.customer);
    }

    pub(crate) fn restart(&mut self) {
        let saved = serde_json::to_string(&self.session).unwrap();
        self.session = serde_json::from_str(&saved).unwrap();
        self.recorder.restarted();
    }

    /// Forgets what was recorded so far.
    pub(crate) fn record_anew(&mut self, name: &str) {
        self.recorder = Recorder::new(name, &self.session, &self.customer);
    }

    /// The test, and what is wrong when it is run.
    pub(crate) fn test(self) -> (String, Vec<String>) {
        let test = self.recorder.finish().to_test(self.engine.program());
        let failures = failures(&self.flow, &test);
        (test, failures)
    }
}

/// Runs the tests of a text beside a flow.
fn failures(flow: &str, test: &str) -> Vec<String> {
    let sources = [
        Source::new("talk.flow", flow),
        Source::new("talk.test.flow", test),
    ];
    match Suite::load(sources) {
        Err(findings) => findings.iter().map(ToString::to_string).collect(),
        Ok(suite) => {
            let verdicts = suite.tests().map(Test::run);
            let failures = verdicts.flat_map(|verdict| verdict.failures);
            failures.map(|failure| failure.to_string()).collect()
        }
    }
}

fn options(block: &Block) -> Vec<BlockOption> {
    match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => options.clone(),
        Block::Gallery { cards } => cards.iter().flat_map(|card| card.buttons.clone()).collect(),
        _ => Vec::new(),
    }
}
