//! Conversations of random flows that are edited on the way: what keeps every place changes nothing that anybody
//! reads, and what takes places away leaves no question behind that was asked for good.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::Index;
use sayflow::{
    Block, Customer, Engine, ErrorKind, Event, Input, NoCalls, Program, Session, Source, Timestamp,
};

/// The sequences that are called and tapped, and the handlers that come between.
const SEQUENCES: usize = 3;
const HANDLERS: usize = 2;

/// A statement; every question, call and `once` has a number for an id.
#[derive(Clone, Debug)]
enum Step {
    Text,
    Count,
    Call(usize),
    Once(Vec<Step>),
    Ask {
        target: usize,
        is_patient: bool,
        no_match: Vec<Step>,
        no_reply: Vec<Step>,
    },
}

#[derive(Clone, Debug)]
struct Flow {
    start: Vec<Step>,
    handlers: Vec<Vec<Step>>,
    sequences: Vec<Vec<Step>>,
}

/// What is done to a flow.
#[derive(Clone, Debug)]
enum Edit {
    /// Sequences are renamed with `was`, handlers get other words beside one of their own.
    Rename,
    /// So many of the ids are other ones, and so many `no reply` are gone: one in this many.
    Break(usize),
}

/// What a customer does next.
#[derive(Clone, Debug)]
enum Move {
    Say(&'static str),
    Tap(Index),
    KeepSilent,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leaf = prop_oneof![
        2 => Just(Step::Text),
        1 => Just(Step::Count),
        1 => (0..SEQUENCES).prop_map(Step::Call),
    ];
    let step = leaf.prop_recursive(4, 12, 3, |inner| {
        let inner = prop::collection::vec(inner, 0..3);
        let ask = (0..SEQUENCES, any::<bool>(), inner.clone(), inner.clone());
        prop_oneof![
            1 => inner.prop_map(Step::Once),
            3 => ask.prop_map(|(target, is_patient, no_match, no_reply)| Step::Ask {
                target,
                is_patient,
                no_match,
                no_reply,
            }),
        ]
    });
    prop::collection::vec(step, 1..4)
}

fn a_flow() -> impl Strategy<Value = Flow> {
    let bodies = |number| prop::collection::vec(steps(), number);
    let all = (steps(), bodies(HANDLERS), bodies(SEQUENCES));
    all.prop_map(|(start, handlers, sequences)| Flow {
        start,
        handlers,
        sequences,
    })
}

fn a_move() -> impl Strategy<Value = Move> {
    let words = prop::sample::select(vec!["help 0", "help 1", "agent 0", "agent 1", "5", "7", "?"]);
    prop_oneof![
        3 => words.prop_map(Move::Say),
        1 => any::<Index>().prop_map(Move::Tap),
        1 => Just(Move::KeepSilent),
    ]
}

/// Writes a flow down, as it is after so many edits.
struct Writer<'e> {
    flow: String,
    edits: &'e [Edit],
    /// The number of the last statement.
    number: usize,
}

impl Writer<'_> {
    fn write(flow: &Flow, edits: &[Edit]) -> String {
        let mut writer = Writer {
            flow: "attribute count: number = 0\nattribute answer: number = 0\n".to_owned(),
            edits,
            number: 0,
        };
        writer.item("on start", &flow.start);
        for (index, handler) in flow.handlers.iter().enumerate() {
            let mut words = vec![format!("\"help {index}\""), format!("\"agent {index}\"")];
            for (at, _) in writer.renames().enumerate() {
                words.insert(0, format!("\"words {index} {at}\""));
                words.rotate_left(1);
            }
            writer.item(&format!("on words {}", words.join(", ")), handler);
        }
        for (index, sequence) in flow.sequences.iter().enumerate() {
            let names = 0..=writer.renames().count();
            let names: Vec<String> = names
                .map(|version| format!("sequence_{index}_{version}"))
                .collect();
            let (name, former) = names.split_last().unwrap();
            let was: String = former.iter().map(|name| format!(" was \"{name}\"")).collect();
            writer.item(&format!("sequence {name}{was}"), sequence);
        }
        writer.flow
    }

    fn renames(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| matches!(edit, Edit::Rename))
    }

    fn sequence(&self, index: usize) -> String {
        format!("sequence_{index}_{}", self.renames().count())
    }

    /// What an edit makes of the statement with the last number: its id, and whether it is whole.
    fn id(&self) -> (String, bool) {
        let mut id = format!("id{}", self.number);
        let mut is_whole = true;
        for (at, edit) in self.edits.iter().enumerate() {
            if let Edit::Break(every) = edit
                && (self.number + at).is_multiple_of(*every)
            {
                is_whole = false;
                write!(id, "_{at}").unwrap();
            }
        }
        (id, is_whole)
    }

    fn item(&mut self, head: &str, steps: &[Step]) {
        writeln!(self.flow, "{head} {{").unwrap();
        self.steps(steps);
        self.flow.push_str("}\n");
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.number += 1;
            let number = self.number;
            let (id, is_whole) = self.id();
            match step {
                Step::Text => writeln!(self.flow, "text \"text {number}\"").unwrap(),
                Step::Count => self.flow.push_str("set count = count + 1\n"),
                Step::Call(target) => {
                    let target = self.sequence(*target);
                    writeln!(self.flow, "call @{id} {target}").unwrap();
                }
                Step::Once(inner) => {
                    writeln!(self.flow, "once @{id} {{\ntext \"once {number}\"").unwrap();
                    self.steps(inner);
                    self.flow.push_str("}\n");
                }
                Step::Ask {
                    target,
                    is_patient,
                    no_match,
                    no_reply,
                } => {
                    let target = self.sequence(*target);
                    writeln!(
                        self.flow,
                        "ask @{id} \"question {number}\" save answer {{\naccept number\nquick replies {{\n\"7\"\n\"Go\" -> {target}\n}}"
                    )
                    .unwrap();
                    if *is_patient {
                        self.flow.push_str("retry 1 \"A number, please.\"\n");
                    }
                    self.branch("no match", no_match, true);
                    self.branch("no reply 10m", no_reply, is_whole);
                    self.flow.push_str("}\n");
                }
            }
        }
    }

    fn branch(&mut self, head: &str, steps: &[Step], is_there: bool) {
        let begin = self.flow.len();
        writeln!(self.flow, "{head} {{\ntext \"{head}\"").unwrap();
        self.steps(steps);
        self.flow.push_str("}\n");
        if steps.is_empty() || !is_there {
            self.flow.truncate(begin);
        }
    }
}

/// A conversation: the place of each edit among the moves, and what is edited.
struct Talk<'f> {
    flow: &'f Flow,
    edits: Vec<Edit>,
    engine: Engine,
    session: Session,
    customer: Customer,
    now: Timestamp,
    /// The ids of every option that was shown.
    shown: Vec<String>,
}

impl<'f> Talk<'f> {
    fn new(flow: &'f Flow) -> Self {
        Self {
            flow,
            edits: Vec::new(),
            engine: engine(flow, &[]),
            session: Session::new(),
            customer: Customer::new(7),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
            shown: Vec::new(),
        }
    }

    fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
        self.engine = engine(self.flow, &self.edits);
        let saved = serde_json::to_string(&self.session).unwrap();
        self.session = serde_json::from_str(&saved).unwrap();
    }

    /// What is read, told and counted.
    fn go(&mut self, step: &Move) -> String {
        let input = match step {
            Move::Say(text) => Input::text(*text),
            Move::Tap(at) if !self.shown.is_empty() => {
                Input::tap(self.shown.get(at.index(self.shown.len())).unwrap().as_str())
            }
            Move::Tap(_) => Input::start(),
            Move::KeepSilent => match self.session.wait().due {
                Some(due) => {
                    self.now = due;
                    Input::no_reply_until(due)
                }
                None => Input::text("?"),
            },
        };
        let input = input.at(self.now);
        match self
            .engine
            .turn(&mut self.session, &mut self.customer, &input, &NoCalls)
        {
            Ok(turn) => {
                let mut read = Vec::new();
                for block in &turn.blocks {
                    read.push(match block {
                        Block::Text { text } => text.clone(),
                        Block::QuickReplies { text, options } => {
                            self.shown.extend(
                                options
                                    .iter()
                                    .filter_map(|option| option.id.as_deref().map(str::to_owned)),
                            );
                            format!("{text:?}")
                        }
                        other => format!("{other:?}"),
                    });
                }
                let is_restored = |event: &&Event| matches!(event, Event::Restored(_));
                let told: Vec<&Event> = turn.events.iter().filter(is_restored).collect();
                format!("{read:?} {told:?} {:?}", self.customer.attribute("count"))
            }
            Err(error) => {
                // A silence that nothing is said in any more, by an edit or a limit.
                assert_eq!(error.kind(), ErrorKind::NotDue, "{error}");
                error.to_string()
            }
        }
    }

    /// The places of handlers where a question is open or waits.
    fn questions_of_handlers(&self) -> Vec<String> {
        let session = serde_json::to_value(&self.session).unwrap();
        let below = session.get("returns").and_then(|returns| returns.as_array());
        let below = below.into_iter().flatten();
        let questions = below.filter_map(|frame| frame.get("ask").or(frame.get("silence")));
        let places = questions
            .chain(session.get("question"))
            .filter_map(|question| question.get("at")?.as_str());
        let of_handlers = places.filter(|place| place.starts_with("on "));
        // A handler by its number, whatever its words are now.
        of_handlers
            .map(|place| {
                let (head, id) = place.rsplit_once('@').unwrap();
                let number = head.split('"').nth(1).and_then(|words| words.split(' ').nth(1));
                format!("{}@{id}", number.unwrap_or("start"))
            })
            .collect()
    }
}

fn engine(flow: &Flow, edits: &[Edit]) -> Engine {
    Engine::new(Program::load([Source::new("edited.flow", Writer::write(flow, edits))]).unwrap())
}

proptest! {
    #[test]
    fn an_edit_that_keeps_every_place_changes_nothing_that_is_read(
        flow in a_flow(),
        moves in prop::collection::vec((a_move(), prop::bool::weighted(0.3)), 1..30),
    ) {
        let (mut plain, mut edited) = (Talk::new(&flow), Talk::new(&flow));
        for (step, is_edited) in &moves {
            if *is_edited {
                edited.edit(Edit::Rename);
            }
            prop_assert_eq!(plain.go(step), edited.go(step));
        }
    }

    #[test]
    fn an_edit_that_takes_places_away_lets_no_question_wait_twice(
        flow in a_flow(),
        moves in prop::collection::vec((a_move(), prop::option::weighted(0.2, 2_usize..6)), 1..30),
    ) {
        let mut talk = Talk::new(&flow);
        for (step, every) in &moves {
            if let Some(every) = every {
                talk.edit(Edit::Rename);
                talk.edit(Edit::Break(*every));
            }
            talk.go(step);
            let questions = talk.questions_of_handlers();
            let different: BTreeSet<&String> = questions.iter().collect();
            prop_assert_eq!(different.len(), questions.len(), "{:?}", questions);
        }
    }
}
