//! Where a saved session goes on in a program, which may have been edited since.
//!
//! A session names places; here they are looked for. Where one is gone, its sequence begins again or nothing does:
//! no place is ever taken for another.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::effects::Method;
use crate::outcome::Outcome;
use crate::program::code::{Anchor, Ask, Op, Pc};
use crate::program::words::fold;
use crate::program::{ApiId, BodyId, Data, Program};
use crate::session::{Anchorage, Frame, Session};
use crate::source::Source;
use crate::syntax::ast::{Entry, Head, Trigger};

/// How a session that was saved goes on in a program, which may have been edited since.
///
/// A place is named as [`Wait::ask`](crate::Wait::ask) names it, `sequence@id`. Where several places wait (a call
/// inside a call, a question below a handler), the one told is the innermost that is not as it was.
///
/// # Examples
///
/// Before an edited flow goes out, a shop counts whom it would disturb:
///
/// ```
/// use sayflow::{Customer, Engine, Input, NoCalls, Program, Restored, Session, Source};
///
/// let flow = r#"
/// attribute city: text
///
/// on start {
///   goto delivery
/// }
///
/// sequence delivery {
///   ask "Where do you live?" save city
///   text "We deliver to {{city}}."
/// }
/// "#;
/// let edit = |from: &str, to: &str| Program::load([Source::new("shop.flow", flow.replace(from, to))]);
/// let engine = Engine::new(edit("", "")?);
/// let mut session = Session::new();
/// engine.turn(&mut session, &mut Customer::new(7), &Input::start(), &NoCalls)?;
///
/// let reworded = edit("Where do you live?", "Which city, please?")?;
/// assert_eq!(reworded.restore(&session), Restored::Exact);
///
/// let renamed = flow.replace("sequence delivery", "sequence shipping was \"delivery\"");
/// let renamed = Program::load([Source::new("shop.flow", renamed.replace("goto delivery", "goto shipping"))])?;
/// let (from, to) = ("delivery@city".to_owned(), "shipping@city".to_owned());
/// assert_eq!(renamed.restore(&session), Restored::Moved { from: from.clone(), to });
///
/// let without_question = edit("ask \"Where do you live?\" save city", "text \"We deliver.\"")?;
/// let sequence = "delivery".to_owned();
/// assert_eq!(without_question.restore(&session), Restored::Restarted { from, sequence });
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "restored", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Restored {
    /// It goes on where it was; a session that waits for nothing always does.
    Exact,
    /// It goes on where it was, under another name: its sequence was renamed, or the words of its handler changed.
    Moved {
        /// The place as the session has it.
        from: String,
        /// The same place as the flow has it now.
        to: String,
    },
    /// The place is gone. `on moved` speaks, then the sequence or handler begins again.
    Restarted {
        /// The place that is gone.
        from: String,
        /// What begins again: a sequence's name, or a handler's head such as `on start`.
        sequence: String,
    },
    /// The place is gone, and so is its sequence, or it does what must not be done twice: a `post`, a `do` or a
    /// `handover`. `on moved` speaks, and any input is welcome.
    Lost {
        /// The place that is gone.
        from: String,
    },
}

/// For a log.
impl fmt::Display for Restored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Moved { from, to } => write!(f, "moved from `{from}` to `{to}`"),
            Self::Restarted { from, sequence } => write!(f, "restarted `{sequence}`: `{from}` is gone"),
            Self::Lost { from } => write!(f, "lost: `{from}` is gone"),
        }
    }
}

impl Program {
    /// How a session that was saved, perhaps in an earlier form of the flow, goes on in this program.
    ///
    /// It changes nothing: a turn looks for the same places by itself, and tells with
    /// [`Event::Restored`](crate::Event::Restored) where one is gone. [`Restored`] shows what it is good for.
    #[must_use]
    pub fn restore(&self, session: &Session) -> Restored {
        self.data().restored(session)
    }
}

impl Data {
    fn restored(&self, session: &Session) -> Restored {
        let open = session
            .question
            .iter()
            .map(|question| (&question.at, self.asked_at(question)));
        let below = session.returns.iter().rev().map(|frame| match frame {
            Frame::Call(at) => (at, self.behind_call(at).map(|(body, _)| body)),
            Frame::Ask(question) | Frame::Silence(question) => (&question.at, self.asked_at(question)),
        });
        let mut moved = None;
        for (at, body) in open.chain(below) {
            let Some(body) = body else { return self.without(at) };
            let name = self.name_of(body);
            if *name != *at.body && moved.is_none() {
                let to = Anchorage::new(name, at.id.clone()).to_string();
                moved = Some(Restored::Moved {
                    from: at.to_string(),
                    to,
                });
            }
        }
        moved.unwrap_or(Restored::Exact)
    }

    fn asked_at(&self, question: &crate::session::Question) -> Option<BodyId> {
        self.ask_at(&question.at).map(|(body, ..)| body)
    }

    /// What becomes of a session one of whose places is gone.
    pub(crate) fn without(&self, at: &Anchorage) -> Restored {
        let from = at.to_string();
        let body = self
            .body_called(&at.body)
            .or_else(|| self.handlers_of(&at.body).into_iter().next());
        match body {
            // `on moved` speaks in any case, and not twice.
            Some(body) if Some(body) != self.handlers.moved && !self.acts(body) => Restored::Restarted {
                from,
                sequence: self.name_of(body).to_owned(),
            },
            _ => Restored::Lost { from },
        }
    }

    /// The question that a session names; `None` where the flow no longer has it.
    pub(crate) fn ask_at(&self, at: &Anchorage) -> Option<(BodyId, Pc, &Ask)> {
        let (body, pc) = self.find(at)?;
        match self.body(body)?.code.get(pc as usize)? {
            Op::Ask(ask) => Some((body, pc, ask)),
            _ => None,
        }
    }

    /// Where a run goes on that comes back from a call; `None` where the flow no longer has the call.
    pub(crate) fn behind_call(&self, at: &Anchorage) -> Option<(BodyId, Pc)> {
        if at.is_beginning() {
            // Another edit may have come while `on moved` waited for an answer.
            let begins = self.body_called(&at.body).filter(|body| !self.acts(*body));
            return begins.map(|body| (body, 0));
        }
        let (body, pc) = self.find(at)?;
        // Behind anything but a call stand branches that nobody chose.
        let is_call = matches!(self.body(body)?.code.get(pc as usize)?, Op::Call(..));
        is_call.then_some((body, pc + 1))
    }

    /// The operation that a session names.
    fn find(&self, at: &Anchorage) -> Option<(BodyId, Pc)> {
        let anchor = |body: BodyId| {
            let code = self.body(body)?;
            let mut anchors = code.anchors.iter();
            let found = anchors.find(|anchor| anchor.id == at.id);
            let renamed = || {
                let mut anchors = code.anchors.iter();
                anchors.find(|anchor| self.is_former_call(&code.code, anchor, &at.id))
            };
            Some((body, found.or_else(renamed)?.pc))
        };
        match self.body_called(&at.body) {
            Some(body) => anchor(body),
            None => self.handlers_of(&at.body).into_iter().find_map(anchor),
        }
    }

    /// Whether a place is a call without an id of its own, of a sequence that had this name.
    fn is_former_call(&self, code: &[Op], anchor: &Anchor, name: &str) -> bool {
        let Some(Op::Call(target, id)) = code.get(anchor.pc as usize) else {
            return false;
        };
        let called = self.sequences.get(target.index());
        called.is_some_and(|called| called.name == *id && called.names().any(|former| former == name))
    }

    /// The sequence or handler of this name; a sequence that was renamed is found under its former one.
    fn body_called(&self, name: &str) -> Option<BodyId> {
        self.body_by_name.get(name).copied().or_else(|| {
            let sequence = self.sequence_named(name)?;
            Some(self.sequences.get(sequence.index())?.body)
        })
    }

    /// Whether a session that says `name` means the sequence or handler that is called `present` now.
    pub(crate) fn is_body_called(&self, name: &str, present: &str) -> bool {
        let present = self.body_by_name.get(present).copied();
        match self.body_called(name) {
            found @ Some(_) => found == present,
            None => present.is_some_and(|present| self.handlers_of(name).contains(&present)),
        }
    }

    /// The handlers that wait for one of the words or intents of a head such as `on words "help", "agent"`.
    fn handlers_of(&self, head: &str) -> Vec<BodyId> {
        if !head.starts_with("on ") {
            return Vec::new();
        }
        let source = Source::new("", format!("{head} {{\n}}\n"));
        let (file, _) = crate::syntax::parse(&source);
        let trigger = file.entries.iter().find_map(|entry| match entry {
            Entry::Node(node) => match &node.head {
                Head::On(trigger) => Some(trigger),
                _ => None,
            },
            _ => None,
        });
        match trigger {
            Some(Trigger::Words(texts)) => {
                let words: Vec<String> = texts.iter().map(|text| fold(&text.plain(&source))).collect();
                self.handlers_of_words(&words)
            }
            Some(Trigger::Intent(texts)) => {
                let intents = texts.iter().map(|text| text.plain(&source));
                intents
                    .filter_map(|intent| self.handlers.intents.get(&*intent).copied())
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The handlers that are declared with these words or patterns.
    fn handlers_of_words(&self, words: &[String]) -> Vec<BodyId> {
        let patterns: HashSet<&str> = words.iter().map(|words| &**words).collect();
        let patterns = self
            .handlers
            .patterns
            .iter()
            .filter(|(pattern, _)| patterns.contains(&**pattern));
        let patterns: HashMap<&str, BodyId> = patterns.map(|(pattern, body)| (&**pattern, *body)).collect();
        let handler = |words: &String| {
            let exact = self.handlers.words.get(words.as_str());
            exact.or_else(|| patterns.get(words.as_str())).copied()
        };
        words.iter().filter_map(handler).collect()
    }

    /// Whether a run of it does what must not be done twice: a `post`, a `do` or a `handover`, there or where it leads.
    fn acts(&self, body: BodyId) -> bool {
        let mut seen = HashSet::from([body]);
        let mut left = vec![body];
        while let Some(body) = left.pop() {
            for op in self.body(body).iter().flat_map(|body| &body.code) {
                let target = match op {
                    Op::Do(_) | Op::Handover(_) => return true,
                    Op::Call(target, _) | Op::Goto(target) => self.sequences.get(target.index()),
                    _ if op.apis().into_iter().any(|api| self.is_post(api)) => return true,
                    _ => None,
                };
                let handler = self.handlers.api_failure.filter(|_| leaves_failures(op));
                let bodies = target.map(|sequence| sequence.body).into_iter().chain(handler);
                left.extend(bodies.filter(|body| seen.insert(*body)));
            }
        }
        false
    }

    /// Whether asking a question sends a `post`.
    pub(crate) fn posts(&self, ask: &Ask) -> bool {
        ask.apis().any(|api| self.is_post(api))
    }

    fn is_post(&self, api: ApiId) -> bool {
        let api = self.apis.get(api.index());
        api.is_some_and(|api| api.method == Method::Post)
    }

    fn name_of(&self, body: BodyId) -> &str {
        self.body(body).map_or("", |body| &body.name)
    }
}

/// Whether some failure of a block has no branch of its own, so that `on api failure` runs.
fn leaves_failures(op: &Op) -> bool {
    let is_shown = !matches!(op, Op::CallApi(_)) && !op.apis().is_empty();
    let mut failures = Outcome::ALL.into_iter().filter(|outcome| outcome.is_failure());
    is_shown
        && op
            .branches()
            .is_some_and(|branches| failures.any(|outcome| branches.of(outcome).is_none()))
}
