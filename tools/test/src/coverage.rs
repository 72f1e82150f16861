//! Coverage: which lines, branches and outcomes of a flow the tests have run, and which never.
//!
//! `points.rs` finds in the trees what can be covered, `gaps.rs` says in sentences what was not, and
//! `text.rs`, `lcov.rs` and `html.rs` write it down.

mod gaps;
mod html;
mod lcov;
mod points;
mod share;
mod text;

use std::sync::Arc;

use sayflow::syntax::ast::File;
use sayflow::{CallReport, Traced};

use points::{FilePoints, Flow, Marks, Point};

pub use gaps::Gap;
pub use share::{Share, Totals};

/// What was run of a flow, turn by turn. Cloned before the first turn, each thread may count for itself;
/// [`merge`](Self::merge) brings them together.
///
/// # Examples
///
/// ```
/// use sayflow::{Customer, Effect, Engine, Input, Program, Session, Source, syntax};
/// use sayflow_test::Coverage;
///
/// let source = Source::new("hi.flow", r#"
/// attribute vip: yes/no = no
/// on start {
///   if vip {
///     text "Welcome back!"
///   }
///   text "Hi!"
/// }
/// "#);
/// let mut coverage = Coverage::new(&[syntax::parse(&source).0]);
/// let engine = Engine::new(Program::load([source])?);
/// let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
/// let mut steps = engine.steps(&mut session, &mut customer, &input)?;
/// while !matches!(steps.advance()?, Effect::Wait(_)) {}
/// coverage.add(steps.trace(), []);
///
/// let gaps: Vec<String> = coverage.gaps().iter().map(ToString::to_string).collect();
/// assert_eq!(gaps, ["hi.flow:4:3: `if vip` in `on start` never held"]);
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Coverage {
    flow: Arc<Flow>,
    /// How often each point was run.
    hits: Vec<u64>,
    /// The lines of the turn that is being added.
    turn: Vec<Point>,
}

impl Coverage {
    /// Nothing was run yet of the sequences and handlers of these files. Their tests do not count.
    ///
    /// The trees are to be of the sources that the program was made of.
    #[must_use]
    pub fn new(files: &[File]) -> Self {
        let flow = Flow::new(files);
        Self {
            hits: vec![0; flow.points],
            flow: Arc::new(flow),
            turn: Vec::new(),
        }
    }

    /// Adds a turn: what [`Steps::trace`](sayflow::Steps::trace) gives at its end, and how its calls went.
    /// Lines of other files, such as those of an edited flow, are passed over.
    pub fn add<'t, 'c>(
        &mut self,
        trace: impl IntoIterator<Item = Traced<'t>>,
        calls: impl IntoIterator<Item = &'c CallReport>,
    ) {
        self.turn.clear();
        let flow = Arc::clone(&self.flow);
        let mut file: Option<&FilePoints> = None;
        let mut answered: Option<&Marks> = None;
        for traced in trace {
            if file.is_none_or(|file| file.source != *traced.source) {
                file = flow.file(traced.source);
            }
            if let Some(marks) = file.and_then(|file| file.marks.get(&traced.span.start)) {
                self.note(marks, traced.holds);
                let leads = answered.take().into_iter().flat_map(|marks| &marks.leads);
                for (_, led) in leads.filter(|(entered, _)| marks.ran == Some(*entered)) {
                    self.hit(*led);
                }
                answered = Some(marks).filter(|_| traced.holds == Some(true));
            }
        }
        for report in calls {
            if let Some(seen) = flow.outcome(report, &self.turn) {
                self.hit(seen);
            }
        }
    }

    fn note(&mut self, marks: &Marks, holds: Option<bool>) {
        if let Some(ran) = marks.ran
            && (holds.is_none() || marks.is_condition)
        {
            self.turn.push(ran);
            self.hit(ran);
        }
        let decided = match holds {
            Some(true) => marks.yes,
            Some(false) => marks.no,
            None => None,
        };
        if let Some(decided) = decided {
            self.hit(decided);
        }
    }

    fn hit(&mut self, point: Point) {
        if let Some(hits) = self.hits.get_mut(point.index()) {
            *hits += 1;
        }
    }

    /// Adds what another copy of this coverage has counted.
    pub fn merge(&mut self, other: &Self) {
        for (hits, more) in self.hits.iter_mut().zip(&other.hits) {
            *hits += more;
        }
    }

    /// How often a point was run.
    fn hits(&self, point: Point) -> u64 {
        self.hits.get(point.index()).copied().unwrap_or_default()
    }

    fn is_run(&self, point: Point) -> bool {
        self.hits(point) > 0
    }

    /// How much of the flow was run, all files together.
    #[must_use]
    pub fn totals(&self) -> Totals {
        share::of_flow(self)
    }

    /// What was never run, in the order of the files. What stands inside something that was never run is
    /// not listed by itself.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        gaps::of_flow(self)
    }

    /// A table of every sequence and handler, then what was never run, for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::report(self)
    }

    /// The form of `lcov`'s trace files (`.info`), which other tools read: lines, branches and, as branches
    /// of the line that calls, outcomes.
    #[must_use]
    pub fn to_lcov(&self) -> String {
        lcov::report(self)
    }

    /// One HTML page that needs nothing besides itself: a summary, and every file with what was run.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::report(self)
    }
}
