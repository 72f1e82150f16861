//! Where a run goes: into sequences and back, past what does not hold, to its end.

use super::{Run, Steps, What};
use crate::effects::Limit;
use crate::program::code::{Expr, Op, Pc};
use crate::program::{BodyId, SequenceId};
use crate::session::{Anchorage, Frame};

impl<'t> Steps<'t> {
    /// Goes to a sequence and comes back behind this operation.
    pub(super) fn call(&mut self, run: Run, target: SequenceId, anchor: &str) {
        if self.draft.depth() >= self.settings.limits.depth as usize {
            return self.stop_at(Limit::Depth, run);
        }
        let body = self.data.body(run.body).map_or("", |body| &body.name);
        self.draft.push(Frame::Call(Anchorage {
            body: body.into(),
            id: anchor.into(),
        }));
        self.enter(target);
    }

    /// Goes to a sequence and not back.
    pub(super) fn goto(&mut self, target: SequenceId) {
        self.forget();
        self.enter(target);
    }

    pub(super) fn enter(&mut self, sequence: SequenceId) {
        self.draft.note_visit(sequence);
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
    pub(super) fn go_back(&mut self, run: Run) {
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
            Some(Frame::Call(anchorage)) => match self.find(&anchorage) {
                // Behind anything but a call stand branches that nobody chose.
                Some(found) if matches!(self.op(found), Some(Op::Call(..))) => {
                    self.run = Some(Run {
                        pc: found.pc + 1,
                        ..found
                    })
                }
                _ => self.start_handler(self.data.handlers.moved),
            },
            Some(waiting) => {
                self.draft.push(waiting);
                self.reopen();
            }
        }
        debug_assert!(
            self.run
                .is_none_or(|next| next.body != run.body || next.pc != run.pc)
        );
    }

    pub(super) fn op(&self, run: Run) -> Option<&'t Op> {
        self.data.body(run.body)?.code.get(run.pc as usize)
    }

    /// The operation that a session names; `None` where the flow no longer has it.
    pub(super) fn find(&self, anchorage: &Anchorage) -> Option<Run> {
        let body = *self.data.body_by_name.get(&anchorage.body).or_else(|| {
            // A sequence that was renamed is found under its former name.
            let sequence = self.data.sequence_named(&anchorage.body)?;
            Some(&self.data.sequences.get(sequence.index())?.body)
        })?;
        let anchor = self
            .data
            .body(body)?
            .anchors
            .iter()
            .find(|anchor| anchor.id == anchorage.id)?;
        Some(Run { body, pc: anchor.pc })
    }

    /// Lets a handler run in place of everything else.
    pub(super) fn start_handler(&mut self, handler: Option<BodyId>) {
        self.forget();
        self.extra = String::new();
        self.run = handler.map(|body| Run { body, pc: 0 });
    }

    pub(super) fn unless(&mut self, run: Run, condition: &'t Expr, pc: Pc) {
        let holds = self.scope().is_true(condition);
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
        let body = self.data.body(run.body).map_or("", |body| &body.name);
        let is_first_time = self.draft.is_first_time(self.data, body, id);
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
