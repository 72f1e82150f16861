//! A random customer against a flow whose endpoints answer anything: what goes wrong is found before a
//! customer finds it.
//!
//! `customer.rs` chooses what is done next out of the flow's own words (`vocabulary.rs`, `answers.rs`), and
//! `replies.rs` what endpoints answer. `talk.rs` plays it; `judge.rs`, `gaps.rs` and `questions.rs` look at what
//! came of it, by the lines of the flow (`map.rs`). `shrink.rs` makes the conversation short.

mod answers;
mod customer;
mod finding;
mod gaps;
mod judge;
mod map;
mod questions;
mod random;
mod replies;
mod shrink;
mod talk;
mod vocabulary;

use std::collections::{HashMap, HashSet};

use sayflow::syntax::ast::{File, Head};
use sayflow::syntax::parse;
use sayflow::texts::is_catalog;
use sayflow::{Engine, Error, Label, Program, Source};

use crate::stand_in;
use customer::{Habits, Mood};
use judge::Suspicion;
use map::{Handler, LineKind, Map, Place};
use questions::Questions;
use random::Random;
use replies::Endpoints;
use talk::{Deed, Plan, Talk, Turn};
use vocabulary::Vocabulary;

pub use finding::{Defect, Finding};

/// So many conversations that reached something new are kept to be continued.
const KEPT_TALKS: usize = 200;
/// Of those, so many are new.
const NEWEST_TALKS: usize = 12;
/// A conversation of so many turns is left, as its findings would be long.
const MOST_TURNS: usize = 24;

/// An exploration of a flow, to be run.
///
/// The same flow, seed and number of steps find the same, on every machine. Nothing is sent anywhere.
///
/// # Examples
///
/// ```
/// use sayflow::Source;
/// use sayflow_test::{Defect, Exploration};
///
/// let flow = Source::new("hi.flow", "on start {\n  text \"Hi {{first_name}}!\"\n}\non unmatched {\n  text \"Pardon?\"\n}\n");
/// let exploration = Exploration::new([flow])?.seed(7).steps(100);
/// let explored = exploration.run();
/// let [finding] = explored.findings.as_slice() else { panic!("one finding") };
/// assert_eq!(finding.defect, Defect::EmptyPlace);
/// assert_eq!(finding.message, "`first_name` is unset, so the customer gets “Hi !”");
/// assert_eq!(
///     finding.to_test(exploration.program()),
///     r#"test "empty place in on start" {
///   start
///   text "Hi !"
/// }
/// "#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Exploration {
    program: Program,
    map: Map,
    vocabulary: Vocabulary,
    /// The tests that there are, by their names: no finding gets the name of another test.
    tests: HashMap<String, String>,
    seed: u64,
    steps: usize,
}

/// What an exploration came to.
#[derive(Clone, Debug)]
pub struct Explored {
    /// The defects, in the order of their lines.
    pub findings: Vec<Finding>,
    /// The sequences, handlers and branches that no conversation went through, in their order.
    pub unseen: Vec<Label>,
    /// What the customer did in all, that for making findings shorter aside.
    pub steps: usize,
    /// The seed.
    pub seed: u64,
}

impl Exploration {
    /// An exploration of a flow: 10,000 steps with the seed 1.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Flow`](sayflow::ErrorKind::Flow): the flow has errors.
    pub fn new(sources: impl IntoIterator<Item = Source>) -> Result<Self, Error> {
        let sources: Vec<Source> = sources.into_iter().collect();
        let program = Program::load(sources.iter().cloned())?;
        let (_, sources): (Vec<Source>, Vec<Source>) = sources.into_iter().partition(is_catalog);
        let map = Map::new(&sources);
        let vocabulary = Vocabulary::new(&map);
        Ok(Self {
            program,
            tests: map.files.iter().flat_map(tests).collect(),
            map,
            vocabulary,
            seed: 1,
            steps: 10_000,
        })
    }

    /// The same beside files that are no part of the flow: a finding gets no name that a test in them has, unless that
    /// test says the same.
    #[must_use]
    pub fn beside(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        for source in sources {
            self.tests.extend(tests(&parse(&source).0));
        }
        self
    }

    /// Whether the test of a finding is there already, in the flow or in the files beside it.
    #[must_use]
    pub fn is_there(&self, finding: &Finding) -> bool {
        self.tests
            .get(&finding.scene.name)
            .is_some_and(|test| *test == finding.to_test(&self.program).trim_end())
    }

    /// The same with another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same with another number of steps; a step is one thing that the customer does.
    #[must_use]
    pub fn steps(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// The flow's program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Lets the customer talk until the steps are used up.
    #[must_use]
    pub fn run(&self) -> Explored {
        let engine = stand_in::engine(&self.program);
        let mut walk = Walk::new(self, &engine);
        while walk.steps < self.steps {
            walk.conversation();
        }
        let unseen = walk.unseen();
        let mut suspicions = walk.suspicions;
        suspicions.extend(walk.questions.suspicions());
        suspicions.sort_by_key(|(suspicion, _)| (suspicion.place, suspicion.defect));
        let mut findings: Vec<Finding> = Vec::new();
        for (suspicion, plan) in suspicions {
            if let Some(mut finding) = self.finding(&engine, &suspicion, plan) {
                self.name(&mut finding, &findings);
                findings.push(finding);
            }
        }
        Explored {
            findings,
            unseen,
            steps: walk.steps,
            seed: self.seed,
        }
    }

    /// The shortest conversation that shows what is suspected.
    fn finding(&self, engine: &Engine, suspicion: &Suspicion, plan: Plan) -> Option<Finding> {
        let plan = shrink::shrink(plan, &|plan| {
            let (talk, ..) = self.replay(engine, suspicion, plan)?;
            Some(talk.plan)
        });
        let (talk, turns, shown) = self.replay_aloud(engine, suspicion, plan)?;
        let name = format!(
            "{} in {}",
            suspicion.defect.as_str().replace('_', " "),
            self.map.body_name(suspicion.place)
        );
        Some(Finding {
            defect: suspicion.defect,
            message: shown.message,
            label: self.label(suspicion.place, suspicion.defect.label())?,
            help: suspicion.defect.help().to_owned(),
            scene: talk.plan.scene(name, engine, &turns),
        })
    }

    /// Plays a plan until it shows what is suspected. Where nothing is said in all of it, it begins with a start, or
    /// goes on with a word: a test expects something.
    fn replay_aloud(
        &self,
        engine: &Engine,
        suspicion: &Suspicion,
        plan: Plan,
    ) -> Option<(Talk, Vec<Turn>, Suspicion)> {
        let is_aloud = |turns: &[Turn]| turns.iter().any(|turn| !turn.played.said.is_empty());
        let (mut talk, mut turns, shown) = self.replay(engine, suspicion, &plan)?;
        if is_aloud(&turns) {
            return Some((talk, turns, shown));
        }
        let started = self.replay(engine, suspicion, &plan.behind(Deed::Start));
        if let Some(aloud) = started.filter(|(_, turns, _)| is_aloud(turns)) {
            return Some(aloud);
        }
        let endpoints = Endpoints::new(&self.program, &self.vocabulary);
        let hello = Deed::Text("Hi".to_owned());
        turns.extend(talk.play(engine, &self.map, &hello, &mut |api| endpoints.plain(api)));
        Some((talk, turns, shown))
    }

    /// Plays a plan until it shows what is suspected.
    fn replay(
        &self,
        engine: &Engine,
        suspicion: &Suspicion,
        plan: &Plan,
    ) -> Option<(Talk, Vec<Turn>, Suspicion)> {
        let endpoints = Endpoints::new(&self.program, &self.vocabulary);
        let mut shown = None;
        let plain = |api: &str| endpoints.plain(api);
        let (talk, turns) = plan.replay(engine, &self.map, &plain, |talk, turn| {
            shown = match questions::shows(&self.map, suspicion, turn) {
                true => Some(suspicion.clone()),
                false => judge::judge(&self.map, &self.vocabulary, talk, turn)
                    .into_iter()
                    .find(|found| found.is_same(suspicion)),
            };
            shown.is_some()
        })?;
        Some((talk, turns, shown?))
    }

    /// Puts a number behind the name of a test where another one has that name.
    fn name(&self, finding: &mut Finding, findings: &[Finding]) {
        let name = finding.scene.name.clone();
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        for name in std::iter::once(name.clone()).chain(numbered) {
            let is_new = findings.iter().all(|finding| finding.scene.name != name);
            let is_free = !self.tests.contains_key(&name);
            finding.scene.name = name;
            if is_new && (is_free || self.is_there(finding)) {
                break;
            }
        }
    }

    fn label(&self, place: Place, text: &str) -> Option<Label> {
        Some(Label {
            source: self.map.source(place)?.clone(),
            span: place.span,
            text: text.to_owned(),
        })
    }
}

/// The tests of a file: what each is called, and its text.
fn tests(file: &File) -> impl Iterator<Item = (String, String)> {
    file.nodes().filter_map(|node| match &node.head {
        Head::Test { name } => {
            let close = node.body.as_ref().and_then(|body| body.close);
            let written = file
                .source
                .slice(close.map_or(node.span, |close| node.span.to(close)));
            Some((name.plain(&file.source), written.replace("\r\n", "\n")))
        }
        _ => None,
    })
}

/// An exploration under way.
struct Walk<'e> {
    exploration: &'e Exploration,
    engine: &'e Engine,
    random: Random,
    endpoints: Endpoints<'e>,
    habits: Habits,
    questions: Questions,
    /// The conversations that reached something new.
    kept: Vec<Talk>,
    seen: HashSet<(Place, Option<bool>)>,
    suspicions: Vec<(Suspicion, Plan)>,
    steps: usize,
}

impl<'e> Walk<'e> {
    fn new(exploration: &'e Exploration, engine: &'e Engine) -> Self {
        Self {
            exploration,
            engine,
            random: Random::new(exploration.seed),
            endpoints: Endpoints::new(&exploration.program, &exploration.vocabulary),
            habits: Habits::default(),
            questions: Questions::default(),
            kept: Vec::new(),
            seen: HashSet::new(),
            suspicions: Vec::new(),
            steps: 0,
        }
    }

    /// A new conversation, or one that goes on where something new was seen.
    fn conversation(&mut self) {
        let Exploration { vocabulary, map, .. } = self.exploration;
        // What was reached last leads to what was never reached more often than the rest.
        let newest = match self.random.chance(50) {
            true => self.kept.len().saturating_sub(NEWEST_TALKS),
            false => 0,
        };
        let kept = self.random.pick(self.kept.get(newest..).unwrap_or_default());
        let kept = kept.cloned();
        let mut talk = match kept {
            Some(kept) if self.random.chance(60) => kept,
            _ => Talk::new(customer::somebody(vocabulary, &mut self.random)),
        };
        let turns = 1 + self.random.below(12);
        // Half of the conversations find every server at work.
        let failures = if self.random.chance(50) { 0 } else { 50 };
        let mood = Mood::any(&mut self.random);
        let mut behind = None;
        for _ in 0..turns {
            let deed = self
                .habits
                .next(map, vocabulary, (&talk, behind), mood, &mut self.random);
            if let Some(turn) = self.turn(&mut talk, &deed, failures) {
                behind = turn.blocks().last().and_then(|(_, place)| place);
            }
            if talk.turns >= MOST_TURNS || self.steps >= self.exploration.steps {
                break;
            }
        }
    }

    fn turn(&mut self, talk: &mut Talk, deed: &Deed, failures: usize) -> Option<Turn> {
        let Self {
            endpoints, random, ..
        } = self;
        self.steps += 1;
        let map = &self.exploration.map;
        let turn = talk.play(self.engine, map, deed, &mut |api| {
            let is_good = !random.chance(failures);
            endpoints.answer(api, is_good, random)
        })?;
        let seen_before = self.seen.len();
        self.seen.extend(&turn.ran);
        let is_new = self.seen.len() > seen_before;
        if is_new && talk.turns < MOST_TURNS * 2 / 3 {
            if self.kept.len() >= KEPT_TALKS {
                self.kept.remove(random.below(self.kept.len()));
            }
            self.kept.push(talk.clone());
        }
        self.questions.note(map, talk, &turn);
        let found = judge::judge(map, &self.exploration.vocabulary, talk, &turn);
        for suspicion in found {
            self.suspect(suspicion, &talk.plan);
        }
        Some(turn)
    }

    /// Keeps a suspicion once, with the shortest conversation that led to it.
    fn suspect(&mut self, suspicion: Suspicion, plan: &Plan) {
        let known = self
            .suspicions
            .iter_mut()
            .find(|(known, _)| known.is_same(&suspicion));
        match known {
            None => self.suspicions.push((suspicion, plan.clone())),
            Some((_, known)) if known.weight() > plan.weight() => *known = plan.clone(),
            Some(_) => {}
        }
    }

    /// What no conversation went through; of a sequence that was never seen, its head alone.
    fn unseen(&self) -> Vec<Label> {
        let entered = |place: Place| self.seen.contains(&(place, None));
        let lines = self.exploration.map.lines();
        let unseen = lines.into_iter().filter_map(|(place, line)| {
            let text = match line.kind {
                LineKind::Handler(Handler::Stale | Handler::Moved) => return None,
                LineKind::Sequence | LineKind::Handler(_) if !entered(place) => "never seen",
                LineKind::Branch if !entered(place) && entered(line.body) => "this branch was never seen",
                LineKind::Condition if !self.seen.contains(&(place, Some(true))) && entered(line.body) => {
                    "this never held"
                }
                _ => return None,
            };
            self.exploration.label(place, text)
        });
        unseen.collect()
    }
}
