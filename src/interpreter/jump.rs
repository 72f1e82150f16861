//! Where a run goes: into sequences and back, past what does not hold, to its end.

use super::{Run, Steps, What};
use crate::effects::{Effect, Event};
use crate::program::code::{Expr, Op, Pc};
use crate::program::{BodyId, SequenceId};
use crate::restore::Restored;
use crate::session::{Anchorage, Frame};
use crate::settings::Limit;
use crate::short_text::ShortText;

impl<'t> Steps<'t> {
    /// Goes to a sequence and comes back behind this operation.
    pub(super) fn call(&mut self, run: Run, target: SequenceId, anchor: &ShortText) {
        if self.draft.depth() >= self.settings.limits.depth as usize {
            return self.stop_at(Limit::Depth, run);
        }
        let body = self.body_name(run);
        self.draft.push(Frame::Call(Anchorage::new(body, anchor.clone())));
        self.enter(target);
    }

    /// Goes to a sequence and not back.
    pub(super) fn goto(&mut self, target: SequenceId) {
        self.forget();
        self.enter(target);
    }

    pub(super) fn enter(&mut self, sequence: SequenceId) {
        if self.data.counted.contains(&sequence) {
            self.draft.note_visit(sequence);
        }
        self.run = self.data.sequences.get(sequence.index()).map(|sequence| Run {
            body: sequence.body,
            pc: 0,
        });
    }

    /// Drops every return, the open question and those that wait below.
    pub(super) fn forget(&mut self) {
        self.draft.clear();
        self.failure_handler.resume = None;
    }

    /// Ends the run; a question that it interrupted is asked again.
    pub(super) fn end(&mut self) {
        self.failure_handler.resume = None;
        self.draft.unwind_calls();
        self.run = None;
        self.reopen();
    }

    /// The end of a body: back to what waits below it.
    pub(super) fn go_back(&mut self) {
        if let Some((depth, behind)) = self.failure_handler.resume
            && depth == self.draft.depth()
        {
            self.failure_handler.resume = None;
            self.run = Some(behind);
            return;
        }
        self.run = None;
        match self.draft.pop() {
            None => {}
            Some(Frame::Call(at)) => match self.data.behind_call(&at) {
                Some((body, _)) if at.is_beginning() => self.begin_again(body),
                Some((body, pc)) => self.run = Some(Run { body, pc }),
                None => self.leave_lost_place(&at),
            },
            Some(waiting) => {
                self.draft.push(waiting);
                self.reopen();
            }
        }
    }

    pub(super) fn op(&self, run: Run) -> Option<&'t Op> {
        self.data.body(run.body)?.code.get(run.pc as usize)
    }

    /// The open question is gone from the flow.
    pub(super) fn leave_lost_question(&mut self) {
        let Some(question) = self.draft.question().cloned() else {
            return;
        };
        self.draft.close_question();
        self.extra = question.extra;
        self.leave_lost_place(&question.at);
    }

    /// Goes on without a place that is gone: `on moved` speaks, and behind it the sequence of that place begins again
    /// where it may.
    fn leave_lost_place(&mut self, at: &Anchorage) {
        let restored = match self.data.without(at) {
            // As deep as it may be, there is no room for the way back from `on moved`.
            _ if self.draft.depth() >= self.settings.limits.depth as usize => {
                Restored::Lost { from: at.to_string() }
            }
            restored => restored,
        };
        let begins = match &restored {
            Restored::Restarted { sequence, .. } => Some(Anchorage::beginning(sequence)),
            _ => None,
        };
        self.emit(Effect::Event(Event::Restored(restored)));
        let moved = self.data.handlers.moved;
        match begins {
            Some(begins) => {
                self.draft.drop_silences_in(self.data, &begins.body);
                self.draft.push(Frame::Call(begins));
                self.run = moved.map(|body| Run { body, pc: 0 });
            }
            None => self.start_handler(moved),
        }
    }

    /// Runs a sequence or handler from its beginning, as a customer who enters it.
    fn begin_again(&mut self, body: BodyId) {
        let sequences = &self.data.sequences;
        match sequences.iter().position(|sequence| sequence.body == body) {
            Some(index) => self.enter(SequenceId(u32::try_from(index).unwrap_or(u32::MAX))),
            None => self.run = Some(Run { body, pc: 0 }),
        }
    }

    /// Lets a handler run in place of everything else.
    pub(super) fn start_handler(&mut self, handler: Option<BodyId>) {
        self.forget();
        self.extra = ShortText::default();
        self.run = handler.map(|body| Run { body, pc: 0 });
    }

    pub(super) fn unless(&mut self, run: Run, condition: &'t Expr, pc: Pc) {
        let holds = self.is_true(condition);
        self.trace.note(run, What::Held(matches!(holds, Ok(true))));
        match holds {
            Ok(true) => {}
            Ok(false) => self.branch(run, pc),
            Err(error) => {
                self.report(run, error);
                self.branch(run, pc);
            }
        }
    }

    pub(super) fn once(&mut self, run: Run, id: &str, pc: Pc) {
        let body = self.body_name(run);
        let is_first_time = self.draft.is_first_time(self.data, &body, id);
        self.trace.note(run, What::Held(is_first_time));
        if !is_first_time {
            self.branch(run, pc);
        }
    }

    /// Goes on at a branch of the operation.
    pub(super) fn branch(&mut self, run: Run, pc: Pc) {
        self.trace.note(run, What::Branch(pc));
        self.run = Some(Run { pc, ..run });
    }
}
