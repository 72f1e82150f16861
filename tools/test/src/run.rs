//! Runs a test: its lines one after the other, on the engine that runs in production.

pub(crate) mod compare;
mod facts;
mod mock;
mod report;

use std::mem;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sayflow::{
    Answer, Block, BlockOption, CallReport, Customer, Effect, Engine, Event, Failure, Input, InputKind,
    OptionTarget, Outcome, Program, Request, Session, Source, Span, Timestamp, Value, Wait,
};

use crate::coverage::Coverage;
use crate::files;
use crate::quoted::Quoted;
use crate::scene::{Said, changed, said_lines};
use crate::script::{Expectation, Happening, Line, Step};
use crate::suite::{Flow, Test};
use crate::transcript::{Transcript, TranscriptTurn};
use compare::{fits, must_be_mentioned};
use mock::Mocks;

pub use report::{Difference, TestFailure};

/// When a test begins that does not say so.
const BEGINNING: &str = "2026-01-01T09:00:00Z";

/// So many silences of one `wait` fall due; a question that is asked again by its own silence would never end.
const SILENCES: usize = 100;

/// How a test ended.
#[derive(Debug)]
pub struct Verdict {
    /// What is not as the test expects, in the order of its lines; empty for a test that passed.
    pub failures: Vec<TestFailure>,
    name: String,
    source: Source,
    program: Program,
    /// What was said from each line that began a turn, for whoever rewrites the test.
    pub(crate) turns: Vec<TurnRun>,
    /// What does not hold besides, for the same.
    pub(crate) wrong: Vec<Wrong>,
}

/// A fact that does not hold, and what does.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// The claim at this place, and the value of the attribute that it is about.
    Claim { span: Span, value: Option<Value> },
    /// How often the call of the line with this number was made.
    Calls { line: usize, count: usize },
}

impl Verdict {
    /// Whether the test passed.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.failures.is_empty()
    }

    /// The whole conversation.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        let turn = |turn: &TurnRun| TranscriptTurn {
            input: self.source.slice(turn.span).to_owned(),
            said: said_lines(&self.program, turn.said.iter().map(|spoken| &spoken.said)),
        };
        Transcript {
            name: self.name.clone(),
            turns: self.turns.iter().map(turn).collect(),
        }
    }
}

/// What one line of a test led to: one turn, for a `wait` none or several.
#[derive(Debug)]
pub(crate) struct TurnRun {
    /// The number of the line that began it.
    pub(crate) line: usize,
    /// That line.
    pub(crate) span: Span,
    pub(crate) said: Vec<Spoken>,
    /// The flow that said it.
    pub(crate) program: Program,
    /// Whether it came about as the test means it: nothing was missing.
    pub(crate) is_sound: bool,
    /// The lines behind it that expect something.
    pub(crate) expected: Vec<usize>,
}

/// Something that was said, and the line of the flow that said it.
#[derive(Debug)]
pub(crate) struct Spoken {
    pub(crate) said: Said,
    pub(crate) place: Option<(Source, Span)>,
}

impl Test<'_> {
    /// Runs the test.
    #[must_use]
    pub fn run(self) -> Verdict {
        self.run_counting(None)
    }

    /// Runs the test and counts what runs of the flow.
    #[must_use]
    pub fn run_with(self, coverage: &mut Coverage) -> Verdict {
        self.run_counting(Some(coverage))
    }

    fn run_counting(self, coverage: Option<&mut Coverage>) -> Verdict {
        let mut run = Run::new(self, coverage);
        for (number, line) in self.loaded.script.lines.iter().enumerate() {
            if run.is_lost {
                break;
            }
            run.line(number, line);
        }
        run.end_turn();
        run.finish()
    }
}

struct Run<'s> {
    test: Test<'s>,
    /// The flow that replaced the suite's.
    edited: Option<Flow>,
    session: Session,
    customer: Customer,
    now: Timestamp,
    /// When the silence of the open question falls due.
    due: Option<Timestamp>,
    mocks: Mocks,
    /// Every option that was shown, oldest first.
    options: Vec<Shown>,
    last_input: Option<Input>,
    inputs: usize,
    calls: Vec<Made>,
    turns: Vec<TurnRun>,
    coverage: Option<&'s mut Coverage>,
    failures: Vec<TestFailure>,
    wrong: Vec<Wrong>,
    /// Whether a line could not happen, so that those behind it say nothing.
    is_lost: bool,
}

struct Shown {
    option: BlockOption,
    /// The prompt of its block, or the title of its card.
    of: Option<String>,
}

/// A call that was made.
struct Made {
    api: String,
    /// What its request said.
    said: Vec<(String, String)>,
}

impl<'s> Run<'s> {
    fn new(test: Test<'s>, coverage: Option<&'s mut Coverage>) -> Self {
        let mut customer = Customer::new(1);
        customer.platform_id = 1;
        Self {
            test,
            edited: None,
            session: Session::new(),
            customer,
            now: BEGINNING.parse().unwrap_or_default(),
            due: None,
            mocks: Mocks::default(),
            options: Vec::new(),
            last_input: None,
            inputs: 0,
            calls: Vec::new(),
            turns: Vec::new(),
            coverage,
            failures: Vec::new(),
            wrong: Vec::new(),
            is_lost: false,
        }
    }

    fn finish(mut self) -> Verdict {
        let program = self.flow().engine.program().clone();
        // Facts are looked at where they stand, what is said at the end of its turn.
        self.failures.sort_by_key(TestFailure::start);
        Verdict {
            failures: self.failures,
            name: self.test.name().to_owned(),
            source: self.test.source().clone(),
            program,
            turns: self.turns,
            wrong: self.wrong,
        }
    }

    fn flow(&self) -> &Flow {
        self.edited.as_ref().unwrap_or(&self.test.suite.flow)
    }

    /// The folder of the test's file.
    fn beside(&self, path: &str) -> PathBuf {
        let folder = Path::new(self.test.source().name()).parent();
        folder.unwrap_or(Path::new("")).join(path)
    }

    fn fail(&mut self, failure: TestFailure) {
        self.failures.push(failure);
    }

    /// A line that cannot happen; what stands behind it would only be told for the same reason.
    fn lose(&mut self, line: &Line, message: impl Into<String>, help: Option<String>) {
        self.is_lost = true;
        self.spoil_turn();
        self.fail(TestFailure::new(self.test.source(), line.span, message, help));
    }

    /// Notes that the turn would have gone otherwise, had the test been whole.
    fn spoil_turn(&mut self) {
        if let Some(turn) = self.turns.last_mut() {
            turn.is_sound = false;
        }
    }

    fn line(&mut self, number: usize, line: &'s Line) {
        match &line.step {
            Step::Given(given) => self.give(line, given),
            Step::Mock { api, answers } => self.mocks.set(api, answers),
            Step::At(moment) => self.now = *moment,
            Step::Flow(path) => self.edit(line, path),
            Step::Restart => self.restart(line),
            Step::Happens(happening) => {
                self.end_turn();
                self.turns.push(TurnRun {
                    line: number,
                    span: line.span,
                    said: Vec::new(),
                    program: self.flow().engine.program().clone(),
                    is_sound: true,
                    expected: Vec::new(),
                });
                self.happen(line, happening);
            }
            Step::Expected(_) | Step::Skip => {
                if let Some(turn) = self.turns.last_mut() {
                    turn.expected.push(number);
                }
            }
            Step::Expect(claims) => {
                for claim in claims {
                    self.claim(claim);
                }
            }
            Step::Called(calls) => self.called((number, line), calls),
        }
    }

    fn give(&mut self, line: &Line, given: &[(String, Value)]) {
        for (name, value) in given {
            let key = mock::key_of(self.flow().engine.program(), name).to_owned();
            let change = [(key, Some(value.clone()))].into_iter().collect();
            match changed(&self.customer, &change) {
                Some(customer) => self.customer = customer,
                None => return self.lose(line, format!("`{name}` cannot hold this"), None),
            }
        }
    }

    fn edit(&mut self, line: &Line, path: &str) {
        let flow = files::flow(&self.beside(path))
            .and_then(|sources| Flow::load(&sources, self.test.suite.claims()).map_err(first_message));
        match flow {
            Ok(flow) => self.edited = Some(flow),
            Err(reason) => {
                let help = "it is a file or folder beside the file of this test";
                self.lose(
                    line,
                    format!("the flow {path:?} cannot be run: {reason}"),
                    Some(help.to_owned()),
                );
            }
        }
    }

    fn restart(&mut self, line: &Line) {
        match (again(&self.session), again(&self.customer)) {
            (Ok(session), Ok(customer)) => (self.session, self.customer) = (session, customer),
            (Err(reason), _) | (_, Err(reason)) => {
                self.lose(
                    line,
                    format!("session and customer cannot be read back: {reason}"),
                    None,
                );
            }
        }
    }

    fn happen(&mut self, line: &'s Line, happening: &Happening) {
        match happening {
            Happening::Wait(duration) => self.wait(line, *duration),
            Happening::Again => match self.last_input.clone() {
                Some(input) => self.turn(line, input),
                None => self.lose(line, "there is no input yet to be delivered again", None),
            },
            Happening::Tap { title, of } => match self.tapped(title, of.as_deref()) {
                Ok(input) => self.new_turn(line, input),
                Err((message, help)) => self.lose(line, message, help),
            },
            other => {
                if let Some(input) = other.input() {
                    self.new_turn(line, input);
                }
            }
        }
    }

    fn new_turn(&mut self, line: &'s Line, input: Input) {
        self.inputs += 1;
        let input = input.with_id(self.inputs.to_string());
        self.turn(line, input);
    }

    /// Lets time pass; silences that fall due meanwhile are told to the engine when they do.
    fn wait(&mut self, line: &'s Line, duration: Duration) {
        let end = self.now + duration;
        for _ in 0..SILENCES {
            let Some(due) = self.due.filter(|due| *due <= end) else {
                break;
            };
            self.now = due;
            let mut silence = Input::no_reply();
            silence.kind = InputKind::NoReply(Some(due));
            self.new_turn(line, silence);
        }
        self.now = end;
    }

    /// The tap on the newest option with that title.
    fn tapped(&self, title: &str, of: Option<&str>) -> Result<Input, (String, Option<String>)> {
        let is_meant = |shown: &&Shown| {
            shown.option.title == title && of.is_none_or(|of| shown.of.as_deref() == Some(of))
        };
        let Some(shown) = self.options.iter().rev().find(is_meant) else {
            let known = self.options.iter().rev().map(|shown| shown.option.title.as_str());
            let help = sayflow_kit::nearest::did_you_mean(title, known, "options so far");
            let below = of.map_or_else(String::new, |of| format!(" of {}", Quoted(of)));
            return Err((
                format!("no option {}{below} was shown", Quoted(title)),
                Some(help),
            ));
        };
        match (&shown.option.id, &shown.option.target) {
            (Some(id), _) => Ok(Input::tap(id.as_str())),
            (None, OptionTarget::Url(url)) => Err((
                format!("option {} opens {url}", Quoted(title)),
                Some("the bot never hears of such a tap".to_owned()),
            )),
            (None, _) => Err((
                format!("option {} dials a number", Quoted(title)),
                Some("the bot never hears of such a tap".to_owned()),
            )),
        }
    }

    fn turn(&mut self, line: &'s Line, input: Input) {
        let input = input.at(self.now);
        self.last_input = Some(input.clone());
        let mut session = mem::take(&mut self.session);
        let mut customer = mem::replace(&mut self.customer, Customer::new(0));
        let mut spoken = Vec::new();
        let engine = self.flow().engine.clone();
        let result = self.play(&engine, (&mut session, &mut customer), &input, &mut spoken);
        // A turn that is refused has changed neither.
        (self.session, self.customer) = (session, customer);
        let wait = match result {
            Ok(wait) => wait,
            Err(error) => return self.lose(line, format!("the engine refuses this: {error}"), None),
        };
        self.due = wait.due;
        for Spoken { said, .. } in &spoken {
            if let Said::Block(block) = said {
                self.options.extend(options_of(block));
            }
        }
        if let Some(turn) = self.turns.last_mut() {
            turn.said.extend(spoken);
        }
    }

    fn play(
        &mut self,
        engine: &Engine,
        (session, customer): (&mut Session, &mut Customer),
        input: &Input,
        spoken: &mut Vec<Spoken>,
    ) -> Result<Wait, sayflow::Error> {
        let mut steps = engine.steps(session, customer, input)?;
        loop {
            let effect = steps.advance()?;
            let place = steps.place().map(|(source, span)| (source.clone(), span));
            let said = match effect {
                Effect::Calls(requests) => {
                    let answers = requests.iter().map(|request| self.answer(engine, request));
                    let answers = answers.collect();
                    steps.answer(answers)?;
                    continue;
                }
                Effect::Block(block) => Said::Block(block),
                Effect::Event(event) => Said::Event(event),
                Effect::Wait(wait) => {
                    if let Some(coverage) = &mut self.coverage {
                        let reports = spoken.iter().filter_map(|spoken| match &spoken.said {
                            Said::Event(Event::Call(report)) => Some(report),
                            _ => None,
                        });
                        coverage.add(steps.trace(), reports);
                    }
                    return Ok(wait);
                }
                _ => continue,
            };
            spoken.push(Spoken { said, place });
        }
    }

    /// The mocked reply; a call without one never leaves the test.
    fn answer(&mut self, engine: &Engine, request: &Request) -> Answer {
        let program = engine.program();
        let said = program
            .apis()
            .find(|api| api.name() == request.api)
            .map_or_else(Vec::new, |api| sayflow_fake::said(api, request));
        self.calls.push(Made {
            api: request.api.clone(),
            said,
        });
        let blocked = |reason: &str| Answer {
            result: Err(Failure::Blocked(reason.to_owned())),
            elapsed: Duration::ZERO,
        };
        let Some(mocked) = self.mocks.next(&request.api) else {
            let line = self
                .turns
                .last()
                .and_then(|turn| self.test.loaded.script.lines.get(turn.line));
            let span = line.map_or(self.test.span(), |line| line.span);
            self.spoil_turn();
            self.fail(TestFailure::unmocked(self.test, span, program, &request.api));
            return blocked("the test mocks no reply");
        };
        let read = |path: &str| files::bytes(&self.beside(path));
        match mock::answer(&mocked, request, program, read) {
            Ok(answer) => answer,
            Err(reason) => {
                let message = format!("this reply cannot be given: {reason}");
                let source = self.test.source();
                self.spoil_turn();
                self.fail(TestFailure::new(source, mocked.span, message, None));
                blocked("the reply of the mock is missing")
            }
        }
    }

    /// Holds what was said since the last line that began a turn against what is expected of it.
    fn end_turn(&mut self) {
        let Some(turn) = self.turns.last() else { return };
        let lines = &self.test.loaded.script.lines;
        let mut rest = turn
            .said
            .iter()
            .filter(|spoken| must_be_mentioned(&spoken.said))
            .collect::<Vec<_>>();
        let mut may_skip = false;
        let mut failure = None;
        let program = self.flow().engine.program();
        for number in &turn.expected {
            let Some(line) = lines.get(*number) else { continue };
            let expectation = match &line.step {
                Step::Skip => {
                    may_skip = true;
                    continue;
                }
                Step::Expected(expectation) => expectation,
                _ => continue,
            };
            if expectation.is_denied {
                if let Some(found) = self.denial(turn, line, expectation) {
                    failure = Some(found);
                    break;
                }
                continue;
            }
            let is_like = |spoken: &&Spoken| fits(program, expectation, &spoken.said).is_ok();
            let at = if may_skip {
                rest.iter().position(is_like)
            } else {
                Some(0)
            };
            match at.and_then(|at| Some((at, *rest.get(at)?))) {
                None => {
                    let nearest = rest.iter().find_map(|spoken| {
                        let mismatch = fits(program, expectation, &spoken.said).err()?;
                        (!mismatch.is_another).then_some((mismatch, *spoken))
                    });
                    failure = Some(match nearest {
                        Some((mismatch, spoken)) => {
                            TestFailure::mismatch(self.test, line, expectation, mismatch, spoken)
                                .with_help("this is the nearest of what follows `...` in this turn")
                        }
                        None => TestFailure::missing(self.test, line, expectation, turn, may_skip),
                    });
                    break;
                }
                Some((at, spoken)) => {
                    if let Err(mismatch) = fits(program, expectation, &spoken.said) {
                        failure = Some(TestFailure::mismatch(
                            self.test,
                            line,
                            expectation,
                            mismatch,
                            spoken,
                        ));
                        break;
                    }
                    rest.drain(..=at);
                    may_skip = false;
                }
            }
        }
        if let (None, Some(spoken), false) = (&failure, rest.first(), may_skip) {
            let begun = lines.get(turn.line);
            failure = begun.map(|line| TestFailure::unmentioned(self.test, line, spoken, program));
        }
        if let Some(failure) = failure {
            let said = turn.said.iter().map(|spoken| &spoken.said);
            let lines = said.flat_map(|said| match said {
                Said::Event(Event::Call(report)) => call_that_failed(report).into_iter().collect(),
                said => said_lines(program, [said]),
            });
            let failure = failure.with_turn(lines.collect());
            self.failures.push(failure);
        }
    }

    /// What `not` denies and is there all the same.
    fn denial(&self, turn: &TurnRun, line: &Line, expectation: &Expectation) -> Option<TestFailure> {
        let program = self.flow().engine.program();
        let mut said = turn.said.iter();
        let found = said.find(|spoken| fits(program, expectation, &spoken.said).is_ok());
        found.map(|spoken| TestFailure::denied(self.test, line, spoken))
    }
}

/// How a call ended that brought nothing, as a comment among the lines of its turn.
fn call_that_failed(report: &CallReport) -> Option<String> {
    if report.outcome == Outcome::Ok {
        return None;
    }
    let problems = report.problems().iter().map(|problem| problem.message.clone());
    let reasons: Vec<String> = report.message.iter().cloned().chain(problems).collect();
    let reason = match reasons.is_empty() {
        true => String::new(),
        false => format!(": {}", reasons.join("; ")),
    };
    Some(format!("// {} ended in `{}`{reason}", report.api, report.outcome))
}

fn options_of(block: &Block) -> Vec<Shown> {
    let shown = |options: &[BlockOption], of: Option<&str>| -> Vec<Shown> {
        let shown = options.iter().map(|option| Shown {
            option: option.clone(),
            of: of.map(str::to_owned),
        });
        shown.collect()
    };
    match block {
        Block::Buttons { text, options } | Block::QuickReplies { text, options } => {
            shown(options, text.as_deref())
        }
        Block::Gallery { cards } => {
            let of_card = |card: &sayflow::Card| shown(&card.buttons, Some(&card.title));
            cards.iter().flat_map(of_card).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as it comes back from a store.
fn again<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> Result<T, String> {
    let json = serde_json::to_string(value).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

fn first_message(errors: Vec<sayflow::Diagnostic>) -> String {
    errors.first().map_or_else(String::new, |error| {
        let place = error.labels().first();
        let place = place.map(|label| label.source.place(label.span.start) + ": ");
        place.unwrap_or_default() + error.message()
    })
}
