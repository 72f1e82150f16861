//! What many turns came to, as numbers that a host exports.

mod latencies;
mod prometheus;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::driver::Turn;
use crate::effects::{CallReport, Event};
use crate::error::{Error, ErrorKind};
use crate::outcome::Outcome;
use crate::restore::Restored;
use latencies::Latencies;

/// Counts turns and how their calls ended: for dashboards and alarms.
///
/// Plain data. Nothing that customers or endpoints say is in it: its words are the names of the flow's APIs,
/// and those of outcomes, limits and refusals, so it stays as small as the flow. Each thread or process may
/// keep one of its own; [`merge`](Self::merge) adds them up, and as JSON they travel.
///
/// # Examples
///
/// A worker counts what it did, and gives it to whoever scrapes its metrics:
///
/// ```
/// use sayflow::{Counters, Customer, Engine, Input, NoCalls, Outcome, Program, Session, Source};
///
/// let flow = r#"
/// api stock: text {
///   get "https://api.shop.example/stock"
/// }
/// on start {
///   text "<<stock>>" else "Ask in the shop."
/// }
/// "#;
/// let engine = Engine::new(Program::load([Source::new("stock.flow", flow)])?);
/// let mut counters = Counters::default();
/// for uid in 1..=3 {
///     let (mut session, mut customer) = (Session::new(), Customer::new(uid));
///     match engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls) {
///         Ok(turn) => counters.record(&turn),
///         Err(error) => counters.record_refusal(&error),
///     }
/// }
/// assert_eq!(counters.turns(), 3);
/// assert_eq!(counters.calls("stock", Outcome::Blocked), 3);
/// let metrics = counters.to_prometheus();
/// assert!(metrics.contains("sayflow_calls_total{api=\"stock\",outcome=\"blocked\"} 3\n"));
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    turns: u64,
    repeats: u64,
    blocks: u64,
    actions: u64,
    handovers: u64,
    /// Inputs that were left alone because `bot_enabled` is false.
    left_alone: u64,
    value_errors: u64,
    /// Conversations whose place is gone from the flow: that began its sequence again, and that could not.
    restarted: u64,
    lost: u64,
    /// By the name of the field of `Limits`.
    limits: BTreeMap<String, u64>,
    refusals: BTreeMap<ErrorKind, u64>,
    /// By the API's name.
    calls: BTreeMap<String, Calls>,
}

/// How the calls of one API went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Calls {
    outcomes: BTreeMap<Outcome, u64>,
    latencies: Latencies,
}

impl Counters {
    /// Counts a turn with its blocks and events; of one that is [repeated](Turn::is_repeated), that it was.
    pub fn record(&mut self, turn: &Turn) {
        if turn.is_repeated {
            return add(&mut self.repeats, 1);
        }
        add(&mut self.turns, 1);
        add(
            &mut self.blocks,
            u64::try_from(turn.blocks.len()).unwrap_or(u64::MAX),
        );
        for event in &turn.events {
            match event {
                Event::Call(report) => self.record_call(report),
                Event::Action { .. } => add(&mut self.actions, 1),
                Event::Handover { .. } => add(&mut self.handovers, 1),
                Event::BotDisabled => add(&mut self.left_alone, 1),
                Event::Restored(restored) => self.record_restored(restored),
                Event::LimitReached { limit, .. } => add(entry(&mut self.limits, limit), 1),
                Event::ValueError { .. } => add(&mut self.value_errors, 1),
            }
        }
    }

    fn record_restored(&mut self, restored: &Restored) {
        match restored {
            // Goes on without a word.
            Restored::Exact | Restored::Moved { .. } => {}
            Restored::Restarted { .. } => add(&mut self.restarted, 1),
            Restored::Lost { .. } => add(&mut self.lost, 1),
        }
    }

    fn record_call(&mut self, report: &CallReport) {
        let calls = entry(&mut self.calls, &report.api);
        add(calls.outcomes.entry(report.outcome).or_default(), 1);
        if was_sent(report) {
            calls.latencies.record(report.elapsed);
        }
    }

    /// Counts an input that the engine refused, by its kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Counters, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let source = Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n");
    /// let engine = Engine::new(Program::load([source])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let refused = engine.turn(&mut session, &mut customer, &Input::no_reply(), &NoCalls).unwrap_err();
    /// let mut counters = Counters::default();
    /// counters.record_refusal(&refused);
    /// assert!(counters.to_prometheus().contains("sayflow_refusals_total{kind=\"not_due\"} 1\n"));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn record_refusal(&mut self, error: &Error) {
        add(self.refusals.entry(error.kind()).or_default(), 1);
    }

    /// Adds what another one has counted.
    ///
    /// # Examples
    ///
    /// Workers hand their counts on as JSON; where they arrive, they become one:
    ///
    /// ```
    /// use sayflow::Counters;
    ///
    /// # let from_workers: [String; 2] = [(); 2].map(|()| serde_json::to_string(&Counters::default()).unwrap());
    /// let mut total = Counters::default();
    /// for json in &from_workers {
    ///     total.merge(&serde_json::from_str(json)?);
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn merge(&mut self, other: &Self) {
        let Self {
            turns,
            repeats,
            blocks,
            actions,
            handovers,
            left_alone,
            value_errors,
            restarted,
            lost,
            limits,
            refusals,
            calls,
        } = other;
        add(&mut self.turns, *turns);
        add(&mut self.repeats, *repeats);
        add(&mut self.blocks, *blocks);
        add(&mut self.actions, *actions);
        add(&mut self.handovers, *handovers);
        add(&mut self.left_alone, *left_alone);
        add(&mut self.value_errors, *value_errors);
        add(&mut self.restarted, *restarted);
        add(&mut self.lost, *lost);
        add_each(&mut self.limits, limits);
        add_each(&mut self.refusals, refusals);
        for (api, calls) in calls {
            let mine = entry(&mut self.calls, api);
            add_each(&mut mine.outcomes, &calls.outcomes);
            mine.latencies.merge(&calls.latencies);
        }
    }

    /// The turns, without those that were repeated.
    #[must_use]
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// The blocks that they showed.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// The calls of an API that ended so; 0 for one that is not known.
    #[must_use]
    pub fn calls(&self, api: &str, outcome: Outcome) -> u64 {
        let calls = self.calls.get(api);
        calls
            .and_then(|calls| calls.outcomes.get(&outcome))
            .copied()
            .unwrap_or_default()
    }

    /// Everything counted, in the text format of Prometheus, version 0.0.4: to be served as
    /// `text/plain; version=0.0.4`.
    ///
    /// `docs/observability.md` has the metrics. An API appears with its first call, and then with every outcome.
    #[must_use]
    pub fn to_prometheus(&self) -> String {
        prometheus::exposition(self)
    }
}

/// Whether a call took any time: not one that was blocked, nor one that the turn had no time left for.
fn was_sent(report: &CallReport) -> bool {
    match report.outcome {
        Outcome::Blocked => false,
        Outcome::Timeout => !report.elapsed.is_zero(),
        _ => true,
    }
}

/// A counter that is full stays so.
fn add(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}

fn add_each<K: Clone + Ord>(counts: &mut BTreeMap<K, u64>, more: &BTreeMap<K, u64>) {
    for (key, more) in more {
        add(counts.entry(key.clone()).or_default(), *more);
    }
}

/// What is kept under a name.
fn entry<'m, V: Default>(map: &'m mut BTreeMap<String, V>, name: &str) -> &'m mut V {
    map.entry(name.to_owned()).or_default()
}
