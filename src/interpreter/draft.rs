//! The session during a turn: what changes is kept beside it and written when the turn ends.

use super::option_id;
use crate::effects::Wait;
use crate::output::BlockOption;
use crate::program::{Data, Sequence, SequenceId};
use crate::session::{Anchorage, Carried, Frame, KeptOption, OPTIONS_KEPT, Question, Session, Taken};

/// A session with everything that a turn has changed so far.
#[derive(Debug)]
pub(super) struct Draft<'t> {
    session: &'t mut Session,
    /// `None` where it is as before.
    returns: Option<Vec<Frame>>,
    /// `None` where it is as before.
    question: Option<Option<Question>>,
    changes: Changes,
    next_option: u64,
    /// The first option of those that are in no block yet.
    first_unseen: u64,
    /// Whether an input was taken, and not left to a person.
    begins: bool,
    /// Whether the customer saw something new, so that older titles can no longer be typed.
    has_spoken: bool,
    /// The first option of a question that was said last and closes: said again, it is older than what came between.
    first_on_screen: Option<u64>,
}

/// What is added to the session's own.
#[derive(Debug, Default)]
pub(super) struct Changes {
    visits: Vec<(SequenceId, u32)>,
    once: Vec<Anchorage>,
    options: Vec<KeptOption>,
}

impl<'t> Draft<'t> {
    /// A session before a turn, and room to write down what it changes.
    pub(super) fn new(session: &'t mut Session, changes: Changes) -> Self {
        let next_option = session.next_option;
        Self {
            session,
            returns: None,
            question: None,
            changes,
            next_option,
            first_unseen: next_option,
            begins: false,
            has_spoken: false,
            first_on_screen: None,
        }
    }

    pub(super) fn is_first_input(&self) -> bool {
        !self.session.started
    }

    /// The input that was taken under this id, where it is still known.
    pub(super) fn taken(&self, id: &str) -> Option<&Taken> {
        self.session.inputs.iter().find(|taken| *taken.id == *id)
    }

    /// Writes down that an input was taken; so many are kept.
    pub(super) fn note_taken(&mut self, taken: Taken, most: usize) {
        let inputs = &mut self.session.inputs;
        // Room is made first, so that a session has none for more than are kept.
        let surplus = (inputs.len() + 1).saturating_sub(most).min(inputs.len());
        inputs.drain(..surplus);
        inputs.push_back(taken);
    }

    /// From here on the conversation has begun.
    pub(super) fn begin(&mut self) {
        self.begins = true;
    }

    pub(super) fn question(&self) -> Option<&Question> {
        match &self.question {
            Some(question) => question.as_ref(),
            None => self.session.question.as_deref(),
        }
    }

    /// Opens a question, or changes the open one.
    pub(super) fn set_question(&mut self, question: Question) {
        self.question = Some(Some(question));
    }

    /// Takes the open question away; what it showed can still be tapped as long as it is kept.
    pub(super) fn take_question(&mut self) -> Option<Question> {
        let question = self.question().cloned();
        self.question = Some(None);
        question
    }

    /// Closes the open question.
    pub(super) fn close_question(&mut self) {
        let was_said_last = self.question.is_none() && !self.has_spoken;
        if let Some(question) = self.take_question() {
            if was_said_last {
                self.first_on_screen = first_option(&question);
            }
            self.keep_options_of(question);
        }
    }

    fn keep_options_of(&mut self, question: Question) {
        for shown in question.shown {
            for option in shown.options {
                let Some((number, target)) = number_and_target(&option) else {
                    continue;
                };
                let target = target.map(Into::into);
                let carried = Carried {
                    extra: option.extra,
                    own: shown.own.get(&number).cloned(),
                    ask: Some(question.at.clone()),
                };
                self.changes.options.push(KeptOption {
                    number,
                    title: Some(option.title),
                    target,
                    carried: Some(Box::new(carried)),
                });
            }
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.frames().len()
    }

    fn frames(&self) -> &[Frame] {
        self.returns.as_deref().unwrap_or(&self.session.returns)
    }

    fn frames_mut(&mut self) -> &mut Vec<Frame> {
        self.returns.get_or_insert_with(|| self.session.returns.clone())
    }

    pub(super) fn push(&mut self, frame: Frame) {
        self.frames_mut().push(frame);
    }

    pub(super) fn pop(&mut self) -> Option<Frame> {
        if self.frames().is_empty() {
            None
        } else {
            self.frames_mut().pop()
        }
    }

    /// Forgets calls down to the question that waits below them, if one does.
    pub(super) fn unwind_calls(&mut self) {
        while matches!(self.frames().last(), Some(Frame::Call(_))) {
            self.pop();
        }
    }

    /// Forgets every return and every question.
    pub(super) fn clear(&mut self) {
        self.close_question();
        while let Some(frame) = self.pop() {
            match frame {
                Frame::Call(_) => {}
                Frame::Ask(question) | Frame::Silence(question) => self.keep_options_of(question),
            }
        }
    }

    /// Drops the run that the body called so began, and every run above it; false where there is
    /// none. A run is what stands above a question that waits: calls, then its own question.
    pub(super) fn drop_run_of(&mut self, data: &Data, body: &str) -> bool {
        let mut start = 0;
        let mut root: Option<&str> = None;
        let mut begins = None;
        for (index, frame) in self.frames().iter().enumerate() {
            let (at, ends_run) = match frame {
                Frame::Call(at) => (at, false),
                Frame::Ask(question) | Frame::Silence(question) => (&question.at, true),
            };
            if data.is_body_called(root.get_or_insert(&at.body), body) {
                begins = begins.or(Some(start));
            }
            if ends_run {
                (start, root) = (index + 1, None);
            }
        }
        let open = self.question().map(|question| root.unwrap_or(&question.at.body));
        let is_open = open.is_some_and(|open| data.is_body_called(open, body));
        let begins = begins.or_else(|| is_open.then_some(start));
        let Some(begins) = begins else { return false };
        self.close_question();
        while self.depth() > begins {
            if let Some(Frame::Ask(question) | Frame::Silence(question)) = self.pop() {
                self.keep_options_of(question);
            }
        }
        true
    }

    /// Drops the questions of the body called so whose silence is answered on top: what answers it is a part of the
    /// body itself.
    pub(super) fn drop_silences_in(&mut self, data: &Data, body: &str) {
        while let Some(Frame::Silence(question)) = self.frames().last()
            && data.is_body_called(&question.at.body, body)
        {
            if let Some(Frame::Silence(question)) = self.pop() {
                self.keep_options_of(question);
            }
        }
    }

    /// Goes down to a question that waits: closes as many of [`questions`](Self::questions) as there are above it.
    pub(super) fn go_down(&mut self, above: usize) {
        let is_any_open = self.question().is_some();
        for _ in 0..above + usize::from(!is_any_open) {
            self.close_question();
            self.unwind_calls();
            if let Some(Frame::Ask(question) | Frame::Silence(question)) = self.pop() {
                self.set_question(question);
            }
        }
    }

    /// The questions that are open or wait below a handler, the open one first.
    pub(super) fn questions(&self) -> impl Iterator<Item = &Question> {
        let below = self.frames().iter().rev().filter_map(|frame| match frame {
            Frame::Call(_) => None,
            Frame::Ask(question) | Frame::Silence(question) => Some(question),
        });
        self.question().into_iter().chain(below)
    }

    /// How often a sequence was entered, under its present name and those before.
    pub(super) fn visits(&self, data: &Data, sequence: SequenceId) -> u32 {
        let names = data
            .sequences
            .get(sequence.index())
            .into_iter()
            .flat_map(Sequence::names);
        let before = names.filter_map(|name| self.session.visits.get(name)).copied();
        let now = self
            .changes
            .visits
            .iter()
            .filter(|(id, _)| *id == sequence)
            .map(|(_, count)| *count);
        before.chain(now).fold(0, u32::saturating_add)
    }

    pub(super) fn note_visit(&mut self, sequence: SequenceId) {
        match self.changes.visits.iter_mut().find(|(id, _)| *id == sequence) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.changes.visits.push((sequence, 1)),
        }
    }

    /// Whether this is the first time here; the next time it is not.
    pub(super) fn is_first_time(&mut self, data: &Data, body: &str, id: &str) -> bool {
        let place = |body: &str| Anchorage {
            body: body.into(),
            id: id.into(),
        };
        let has_been =
            |place: &Anchorage| self.session.once.contains(place) || self.changes.once.contains(place);
        let sequence = data
            .sequence_named(body)
            .and_then(|sequence| data.sequences.get(sequence.index()));
        let is_known = match sequence {
            Some(sequence) => sequence.names().any(|name| has_been(&place(name))),
            None => {
                // The words of a handler may have changed, and it is the same one.
                let is_same = |at: &Anchorage| *at.id == *id && data.is_body_called(&at.body, body);
                has_been(&place(body)) || self.session.once.iter().any(is_same)
            }
        };
        if !is_known {
            self.changes.once.push(place(body));
        }
        !is_known
    }

    pub(super) fn next_option_number(&mut self) -> u64 {
        let number = self.next_option;
        self.next_option = number.wrapping_add(1);
        number
    }

    pub(super) fn keep_option(&mut self, option: KeptOption) {
        self.changes.options.push(option);
    }

    pub(super) fn kept_option(&self, number: u64) -> Option<&KeptOption> {
        self.session
            .options
            .iter()
            .rev()
            .find(|option| option.number == number)
    }

    /// The options whose titles can be typed: those of the last output that lead somewhere.
    pub(super) fn options_on_screen(&self) -> impl Iterator<Item = &KeptOption> {
        let screen = self.session.screen;
        self.session
            .options
            .iter()
            .filter(move |option| option.number >= screen)
    }

    pub(super) fn note_output(&mut self) {
        self.has_spoken = true;
        self.first_unseen = self.next_option;
    }

    /// Of options whose block was left out none can be chosen.
    pub(super) fn forget_unseen(&mut self) {
        let first = self.first_unseen;
        self.changes.options.retain(|option| option.number < first);
    }

    /// What the session waits for, once everything is written into it.
    pub(super) fn wait(&self) -> Wait {
        self.session.wait()
    }

    /// Writes everything into the session.
    pub(super) fn keep(&mut self, data: &Data) {
        let session = &mut *self.session;
        session.started |= self.begins;
        if let Some(returns) = self.returns.take() {
            session.returns = returns;
        }
        if let Some(question) = self.question.take() {
            session.question = question.map(Box::new);
        }
        for (sequence, count) in self.changes.visits.drain(..) {
            if let Some(sequence) = data.sequences.get(sequence.index()) {
                let visits = session.visits.entry(sequence.name.clone()).or_default();
                *visits = visits.saturating_add(count);
            }
        }
        session.once.extend(self.changes.once.drain(..));
        if self.has_spoken {
            session.screen = session.next_option;
            // Off the screen no title can be typed, and an id names its target by itself: what is
            // kept is an answer or an extra.
            session.options.retain_mut(|option| {
                if !option.is_answer() {
                    option.title = None;
                }
                option.is_answer() || option.has_extra()
            });
        } else if let Some(first) = self.first_on_screen {
            session.screen = session.screen.min(first);
        }
        // No more room than is needed: sessions may stay in memory by the thousand.
        session.options.reserve_exact(self.changes.options.len());
        session.options.append(&mut self.changes.options);
        // A question that closes leaves older ones behind those that it has let in.
        session.options.sort_by_key(|option| option.number);
        let on_screen = |option: &&KeptOption| option.number >= session.screen;
        let kept = OPTIONS_KEPT.max(session.options.iter().filter(on_screen).count());
        let surplus = session.options.len().saturating_sub(kept);
        session.options.drain(..surplus);
        session.next_option = self.next_option;
    }

    /// What was written down, once it is in the session: room for the next turn, which is another customer's.
    pub(super) fn take_changes(&mut self) -> Changes {
        let mut changes = std::mem::take(&mut self.changes);
        changes.visits.clear();
        changes.once.clear();
        changes.options.clear();
        changes
    }
}

/// What the id of an option says; `None` of one that opens an address.
fn number_and_target(option: &BlockOption) -> Option<(u64, Option<&str>)> {
    option.id.as_deref().and_then(option_id::number_and_target)
}

/// The number of the option that a question showed first.
fn first_option(question: &Question) -> Option<u64> {
    let mut options = question.shown.iter().flat_map(|shown| &shown.options);
    options.find_map(number_and_target).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use crate::driver::NoCalls;
    use crate::{Customer, Engine, Input, Limits, Program, Session, Source};

    #[test]
    fn a_session_has_room_for_as_many_inputs_as_it_keeps() {
        let source = Source::new("a.flow", "on start {\n  text \"Hi\"\n}\n");
        let engine = Engine::new(Program::load([source]).unwrap());
        let (mut session, mut customer) = (Session::new(), Customer::new(1));
        for id in 0..20 {
            let input = Input::start().with_id(id.to_string());
            engine
                .turn(&mut session, &mut customer, &input, &NoCalls)
                .unwrap();
        }
        let kept = Limits::default().inputs_kept;
        assert_eq!((session.inputs.len(), session.inputs.capacity()), (kept, kept));
    }
}
