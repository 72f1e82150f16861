//! One turn, step by step: input and outcomes in, effects out, no I/O.
//!
//! `dispatch.rs` decides what an input does, `block.rs` makes blocks, `calls.rs` asks for calls
//! and takes their answers, `question.rs` asks and listens, `jump.rs` goes elsewhere,
//! `expression.rs` works values out, `said.rs` counts what is said and `read.rs` what is read for it, `option_id.rs` names options and `once.rs` knows an input that
//! was taken before. What changes is in the `ledger` (customer) and the `draft` (session) until the turn
//! ends; what ran is in the `trace`, and what a host's subscriber is told in the `spans`.

mod block;
mod calls;
mod dispatch;
mod draft;
mod expression;
mod jump;
mod ledger;
mod once;
mod option_id;
mod question;
mod read;
mod said;
mod scratch;
mod spans;
mod trace;

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use indexmap::IndexMap;

use crate::answer;
use crate::customer::{Customer, bytes_with};
use crate::effects::{Answer, Effect, Event, Wait};
use crate::error::{Error, ErrorKind};
use crate::input::{Input, InputKind};
use crate::output::Block;
use crate::program::code::{Do, Expr, Handover, Op, Pc};
use crate::program::{ApiId, AttributeRef, BodyId, Data, Program};
use crate::session::Session;
use crate::settings::{Limit, Settings};
use crate::short_text::ShortText;
use crate::time::Timestamp;
use crate::value::{Type, Value};
use calls::Pending;
use draft::Draft;
use expression::{Scope, ValueError};
use ledger::Ledger;
use once::Delivery;
use said::BESIDE_BYTES;
use scratch::Buffers;
pub(crate) use scratch::{Scratch, ScratchPool};
use spans::TurnSpan;
use trace::{Trace, What};

#[cfg(feature = "unstable-trace")]
pub use trace::Traced;

/// A turn under way, driven by the host: for an app with an HTTP client or an async runtime of
/// its own. [`Engine::turn`](crate::Engine::turn) is this in a loop.
///
/// # Examples
///
/// Each block is sent as soon as it is there, so the customer reads the first one while the
/// endpoint still thinks about the second:
///
/// ```
/// # use std::time::Duration;
/// # use sayflow::{Answer, Block, Client, Customer, Engine, Input, Program, Reply, Request, Session, Source};
/// use sayflow::Effect;
///
/// # struct Shop;
/// # impl Client for Shop {
/// #     fn call(&self, requests: &[Request]) -> Vec<Answer> {
/// #         let body = br#"{"success": true, "data": "packed"}"#.to_vec();
/// #         let reply = Reply { status: 200, location: None, body };
/// #         vec![Answer { result: Ok(reply), elapsed: Duration::from_secs(3) }; requests.len()]
/// #     }
/// # }
/// # let client = Shop;
/// let flow = r#"
/// api status: text {
///   get "https://api.shop.example/status"
/// }
/// on start {
///   text "One moment, I am looking."
///   text "Your order: <<status>>." else "I cannot see it."
/// }
/// "#;
/// # let engine = Engine::new(Program::load([Source::new("order.flow", flow)])?);
/// # let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
/// let mut log = Vec::new();
/// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
/// loop {
///     match steps.advance()? {
///         Effect::Block(Block::Text { text }) => log.push(format!("send {text}")),
///         Effect::Calls(requests) => {
///             log.extend(requests.iter().map(|request| format!("call {}", request.url)));
///             // All requests at once; with a client of another kind, `.await` stands here.
///             let answers = client.call(&requests);
///             steps.answer(answers)?;
///         }
///         Effect::Wait(_) => break,
///         _ => {}
///     }
/// }
/// assert_eq!(log, [
///     "send One moment, I am looking.",
///     "call https://api.shop.example/status",
///     "send Your order: packed.",
/// ]);
/// # Ok::<(), sayflow::Error>(())
/// ```
pub struct Steps<'t> {
    data: &'t Data,
    settings: &'t Settings,
    input: &'t Input,
    ledger: Ledger<'t>,
    draft: Draft<'t>,
    /// What runs next; `None` where everything has run.
    run: Option<Run>,
    /// The extra of the tap that opened the run.
    extra: ShortText,
    /// What is to be handed out before anything else runs.
    effects: VecDeque<Effect>,
    buffers: Buffers,
    trace: Trace,
    span: TurnSpan<'t>,
    /// The calls that are under way.
    pending: Option<Pending<'t>>,
    delivery: Delivery,
    /// The calls that were given a key, by their APIs.
    called: Vec<ApiId>,
    spent: Spent,
    failure_handler: FailureHandler,
    /// Whether a limit has ended the turn.
    has_stopped: bool,
    is_over: bool,
}

/// What nobody said: the input of a turn that begins without one.
static NO_INPUT: Input = Input {
    id: None,
    now: Timestamp::from_microseconds(0),
    kind: InputKind::Start(None),
};

/// The next operation.
#[derive(Clone, Copy, Debug)]
struct Run {
    body: BodyId,
    pc: Pc,
}

/// How much of the limits a turn has used.
#[derive(Debug, Default)]
struct Spent {
    steps: u32,
    calls: u32,
    blocks: u32,
    /// Of all texts that are handed out.
    bytes: usize,
    /// What was found wrong with all replies.
    problems: usize,
    /// The limit that a text has passed: the turn ends before anybody sees it.
    passed: Option<Limit>,
    time: Duration,
    /// Whether the host was told that no time is left.
    is_time_over: bool,
}

/// `on api failure` runs at most once a turn, as a call.
#[derive(Debug, Default)]
struct FailureHandler {
    has_run: bool,
    /// Where to go on behind it, and how many frames there were. Not an anchor, so it is
    /// forgotten where the handler itself waits for an answer.
    resume: Option<(usize, Run)>,
}

impl<'t> Steps<'t> {
    /// A turn that has not begun yet.
    pub(crate) fn new(
        program: &'t Program,
        settings: &'t Settings,
        (session, customer): (&'t mut Session, &'t mut Customer),
        input: &'t Input,
        scratch: Scratch,
    ) -> Self {
        let span = TurnSpan::open(settings, customer, Some(input));
        Self::in_turn_span(program, settings, (session, customer), input, span, scratch)
    }

    /// Decides what the input does; session and customer are as they were where it is refused.
    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        let span = self.span.handle();
        let begun = span.in_scope(|| self.take_input());
        begun.inspect_err(|error| self.span.refused(error))
    }

    fn take_input(&mut self) -> Result<(), Error> {
        self.check_size()?;
        self.recognise()?;
        match self.is_repeated() {
            true => Ok(()),
            false => self.dispatch(),
        }
    }

    /// A turn with the one block that an API fills, and nothing before or behind it.
    pub(crate) fn of_api(
        program: &'t Program,
        settings: &'t Settings,
        session: &'t mut Session,
        customer: &'t mut Customer,
        api: &str,
    ) -> Result<Self, Error> {
        let Some(body) = program.data().api_named(api).map(|api| api.alone) else {
            let reason = format!("the flow has no API `{api}`");
            return Err(Error::new(ErrorKind::UnknownApi, reason));
        };
        let span = TurnSpan::open(settings, customer, None);
        let scratch = Scratch::default();
        let mut steps = Self::in_turn_span(program, settings, (session, customer), &NO_INPUT, span, scratch);
        steps.draft.begin();
        steps.run = Some(Run { body, pc: 0 });
        Ok(steps)
    }

    fn in_turn_span(
        program: &'t Program,
        settings: &'t Settings,
        (session, customer): (&'t mut Session, &'t mut Customer),
        input: &'t Input,
        span: TurnSpan<'t>,
        scratch: Scratch,
    ) -> Self {
        let Scratch {
            effects,
            before,
            changes,
            buffers,
        } = scratch;
        Self {
            data: program.data(),
            settings,
            input,
            ledger: Ledger::new(customer, before),
            draft: Draft::new(session, changes),
            run: None,
            extra: ShortText::default(),
            effects,
            buffers,
            trace: Trace::default(),
            span,
            pending: None,
            delivery: Delivery::Unknown,
            called: Vec::new(),
            spent: Spent::default(),
            failure_handler: FailureHandler::default(),
            has_stopped: false,
            is_over: false,
        }
    }

    /// Runs to the next effect. After [`Effect::Wait`] the turn is over and session and customer
    /// are changed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] when the last effect was [`Effect::Calls`] and no answers were
    /// given, or when the turn is over.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Customer, Effect, Engine, ErrorKind, Input, Program, Session, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?);
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// assert!(matches!(steps.advance()?, Effect::Block(_)));
    /// assert!(matches!(steps.advance()?, Effect::Wait(_)));
    /// assert_eq!(steps.advance().unwrap_err().kind(), ErrorKind::Protocol);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn advance(&mut self) -> Result<Effect, Error> {
        let span = self.span.handle();
        span.in_scope(|| self.next_effect())
    }

    fn next_effect(&mut self) -> Result<Effect, Error> {
        loop {
            self.trace.give();
            if let Some(effect) = self.effects.pop_front() {
                return Ok(effect);
            }
            if self.pending.is_some() {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    "the calls of this turn wait for their answers",
                ));
            }
            if self.is_over {
                return Err(Error::new(ErrorKind::Protocol, "this turn is over"));
            }
            match self.run {
                Some(run) => self.step(run),
                None => return Ok(Effect::Wait(self.finish())),
            }
        }
    }

    /// Does a piece of the host's work inside the turn's span, for a host that awaits nothing.
    pub(crate) fn in_span<T>(&self, work: impl FnOnce() -> T) -> T {
        self.span.handle().in_scope(work)
    }

    /// Gives the answers to the calls of the last effect, in their order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Protocol`] when the last effect was no [`Effect::Calls`], or when the number
    /// of answers differs from the number of requests; the calls go on waiting then.
    ///
    /// # Examples
    ///
    /// The host shuts down and has no time for calls. It answers for them, and the turn ends in
    /// order:
    ///
    /// ```
    /// # use sayflow::{Block, Customer, Engine, Input, Program, Session, Source};
    /// use std::time::Duration;
    /// use sayflow::{Answer, Effect, Failure};
    ///
    /// # let flow = r#"
    /// # api status: text {
    /// #   get "https://api.shop.example/status"
    /// # }
    /// # on start {
    /// #   text "Your order: <<status>>." else "I cannot see it right now."
    /// # }
    /// # "#;
    /// # let engine = Engine::new(Program::load([Source::new("order.flow", flow)])?);
    /// # let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// # let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// let mut said = Vec::new();
    /// loop {
    ///     match steps.advance()? {
    ///         Effect::Calls(requests) => {
    ///             let result = Err(Failure::Blocked("shutting down".to_owned()));
    ///             steps.answer(vec![Answer { result, elapsed: Duration::ZERO }; requests.len()])?;
    ///         }
    ///         Effect::Block(block) => said.push(block),
    ///         Effect::Wait(_) => break,
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!(said, [Block::Text { text: "I cannot see it right now.".to_owned() }]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn answer(&mut self, answers: Vec<Answer>) -> Result<(), Error> {
        let span = self.span.handle();
        span.in_scope(|| self.take_answers(answers))
    }

    /// The attributes and fields of the record that changed, under their keys; `None` for one that was
    /// cleared. Before [`Effect::Wait`] they are what would have changed: the turn is given up.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source, Value};
    ///
    /// let flow = "attribute tea: text\non start {\n  set tea = \"green\"\n  text \"{{tea}} tea?\"\n}\n";
    /// let engine = Engine::new(Program::load([Source::new("tea.flow", flow)])?);
    /// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    /// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
    /// while !matches!(steps.advance()?, Effect::Wait(_)) {}
    /// assert_eq!(steps.into_attributes()["tea"], Some(Value::from("green")));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn into_attributes(mut self) -> IndexMap<String, Option<Value>> {
        self.take_attributes()
    }

    /// The same, once.
    pub(crate) fn take_attributes(&mut self) -> IndexMap<String, Option<Value>> {
        match std::mem::replace(&mut self.delivery, Delivery::Unknown) {
            Delivery::Again(attributes) => attributes,
            _ => self.ledger.changes(),
        }
    }

    /// Takes a block back that the host has no use for: the next one is made in its memory.
    pub(crate) fn take_back(&mut self, block: Block) {
        self.buffers.take_block(block);
    }

    /// The memory that a turn worked in which is over.
    pub(crate) fn into_scratch(mut self) -> Scratch {
        let before = self.ledger.take_before(&mut self.buffers);
        self.effects.clear();
        Scratch {
            effects: self.effects,
            before,
            changes: self.draft.take_changes(),
            buffers: self.buffers,
        }
    }

    /// Whether the session has taken this very input before: the turn gives what it gave then, and changes nothing.
    /// [`Turn::is_repeated`](crate::Turn::is_repeated) says more.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        matches!(self.delivery, Delivery::Again(_))
    }

    /// Ends the turn: from here on the changes stand.
    fn finish(&mut self) -> Wait {
        self.is_over = true;
        self.keep();
        let wait = self.draft.wait();
        self.span.end(&wait, self.is_repeated());
        wait
    }

    /// Lets the changes stand; a turn that is repeated has none.
    fn keep(&mut self) {
        if self.is_repeated() {
            return;
        }
        if let Delivery::First(mut taken) = std::mem::replace(&mut self.delivery, Delivery::Unknown) {
            taken.attributes = self.ledger.changes();
            self.draft.note_taken(taken, self.settings.limits.inputs_kept);
        }
        self.draft.keep(self.data);
        self.ledger.keep();
    }

    /// Runs one operation; none once a limit has ended the turn, whatever was to come next.
    fn step(&mut self, run: Run) {
        if self.has_stopped {
            self.run = None;
            return;
        }
        let data: &'t Data = self.data;
        let Some(op) = self.op(run) else {
            self.run = None;
            return;
        };
        self.span
            .runs(self.data.body(run.body).map_or("", |body| &body.name));
        if let Some(limit) = self.spent.passed {
            return self.stop_at(limit, run);
        }
        if self.spent.steps >= self.settings.limits.steps {
            return self.stop_at(Limit::Steps, run);
        }
        self.spent.steps += 1;
        self.run = Some(Run {
            pc: run.pc + 1,
            ..run
        });
        if !matches!(op, Op::Unless(..) | Op::Once(..)) {
            self.trace.note(run, What::Ran);
        }
        match op {
            Op::Say(_) | Op::Gallery(_) | Op::Options(_) | Op::Ask(_) | Op::CallApi(_) => self.block(run, op),
            Op::Call(target, anchor) => self.call(run, *target, anchor),
            Op::Goto(target) => self.goto(*target),
            Op::End => self.end(),
            Op::Return => self.go_back(),
            Op::Set(attribute, value) => self.set(run, *attribute, value),
            Op::Clear(attribute) => self.ledger.write(data, *attribute, None),
            Op::Jump(pc) => self.run = Some(Run { pc: *pc, ..run }),
            Op::Unless(condition, pc) => self.unless(run, condition, *pc),
            Op::Once(id, pc) => self.once(run, id, *pc),
            Op::Pause(duration) => self.show(run, Block::Pause { duration: *duration }),
            Op::Handover(handover) => self.handover(run, handover),
            Op::Do(action) => self.act(run, action),
        }
    }

    fn set(&mut self, run: Run, attribute: AttributeRef, expr: &'t Expr) {
        let value = match self.value(expr) {
            Ok(value) => value,
            Err(error) => return self.report(run, error),
        };
        self.save(run, attribute, value);
    }

    /// Saves a value where it fits its attribute's type, converted where it is a text.
    fn save(&mut self, run: Run, attribute: AttributeRef, value: Option<Value>) {
        let ty = self.type_of(attribute);
        let Some(value) = value else {
            return self.ledger.write(self.data, attribute, None);
        };
        match fitting(value, &ty) {
            Some(Value::Text(text)) if text.len() > self.settings.limits.text_bytes => {
                self.stop_at(Limit::TextBytes, run);
            }
            Some(value) if !self.has_room_for(attribute, &value) => self.stop_at(Limit::CustomerBytes, run),
            Some(value) => self.ledger.write(self.data, attribute, Some(value)),
            None => self.report(
                run,
                ValueError::new("a value does not fit the type of its attribute"),
            ),
        }
    }

    /// Whether a customer may have this value as well; one that is no larger than what it replaces always may.
    fn has_room_for(&self, attribute: AttributeRef, value: &Value) -> bool {
        let (customer, key) = (self.ledger.customer(), self.data.key(attribute));
        let (before, after) = (customer.saved_bytes_of(key), bytes_with(key, value));
        after <= before || customer.saved_bytes() - before + after <= self.settings.limits.customer_bytes
    }

    fn type_of(&self, attribute: AttributeRef) -> Type {
        match attribute {
            AttributeRef::Record(field) => field.ty(),
            AttributeRef::Saved(id) => self
                .data
                .attribute(id)
                .map_or(Type::Any, |attribute| attribute.ty.clone()),
        }
    }

    fn handover(&mut self, run: Run, handover: &Handover) {
        let team = self.text(&handover.team);
        if let Some(limit) = self.spent.passed {
            return self.stop_at(limit, run);
        }
        let priority = handover.priority.as_deref().map(str::to_owned);
        self.emit(Effect::Event(Event::Handover { team, priority }));
        self.ledger.disable_bot();
        self.forget();
        self.run = None;
    }

    fn act(&mut self, run: Run, action: &'t Do) {
        let name = self
            .data
            .actions
            .get(action.action.index())
            .map_or("", |action| &action.name);
        let mut values = IndexMap::new();
        self.count(BESIDE_BYTES);
        for (key, ty, expr) in &action.values {
            if self.has_said_too_much() {
                break;
            }
            match self.value(expr) {
                Ok(None) => {}
                Ok(Some(value)) => match fitting(value, ty) {
                    Some(value) => {
                        self.count(key.len());
                        self.count_value(&value);
                        values.insert(key.to_string(), value);
                    }
                    None => self.report(run, ValueError::new("a value does not fit the type of its key")),
                },
                Err(error) => self.report(run, error),
            }
        }
        if let Some(limit) = self.spent.passed {
            return self.stop_at(limit, run);
        }
        self.emit(Effect::Event(Event::Action {
            name: name.to_owned(),
            values,
        }));
    }

    /// Shows a block, unless that is one too many: then the turn ends.
    fn show(&mut self, run: Run, block: Block) {
        if self.has_stopped {
            return;
        }
        if let Some(limit) = self.spent.passed {
            return self.stop_at(limit, run);
        }
        if self.spent.blocks >= self.settings.limits.blocks {
            return self.stop_at(Limit::Blocks, run);
        }
        self.spent.blocks += 1;
        self.draft.note_output();
        self.emit(Effect::Block(block));
    }

    /// Ends the turn in order: what was said stays said, and the session waits for any input.
    fn stop_at(&mut self, limit: Limit, run: Run) {
        if std::mem::replace(&mut self.has_stopped, true) {
            return;
        }
        let place = self.place_name(run);
        self.emit(Effect::Event(limit.reached(place)));
        self.draft.forget_unseen();
        self.forget();
        self.run = None;
    }

    /// Tells the host what a value could not be; what follows from a passed limit says nothing new.
    fn report(&mut self, run: Run, error: ValueError) {
        if self.has_said_too_much() {
            return;
        }
        let place = self.place_name(run);
        self.count(place.len() + BESIDE_BYTES);
        self.emit(Effect::Event(Event::ValueError {
            reason: error.into_reason(),
            place,
        }));
    }

    /// Puts an effect in line.
    fn emit(&mut self, effect: Effect) {
        self.trace.effect();
        self.span.effect(&effect);
        self.delivery.note(&effect);
        self.effects.push_back(effect);
    }

    fn place_name(&self, run: Run) -> String {
        self.body_name(run).into()
    }

    /// The sequence or handler that runs.
    fn body_name(&self, run: Run) -> ShortText {
        let body = self.data.body(run.body);
        body.map(|body| body.name.clone()).unwrap_or_default()
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            data: self.data,
            customer: self.ledger.customer(),
            draft: &self.draft,
            extra: &self.extra,
            text_bytes: self.settings.limits.text_bytes,
            steps_left: self.steps_left(),
            read: Cell::new(0),
        }
    }
}

/// The sequence that an option opens, by the option's id alone.
pub(crate) fn sequence_of_option<'d>(data: &'d Data, id: &str) -> Option<&'d str> {
    let parsed = option_id::parse(id, 0, None)?;
    let sequence = option_id::sequence(data, parsed.target)?;
    data.sequences
        .get(sequence.index())
        .map(|sequence| &*sequence.name)
}

/// The value as a type has it; `None` where it does not fit.
fn fitting(value: Value, ty: &Type) -> Option<Value> {
    if ty.admits(&value) {
        return Some(value);
    }
    answer::convert(value.as_text()?, ty)
}

impl fmt::Debug for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steps")
            .field("run", &self.run)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}
