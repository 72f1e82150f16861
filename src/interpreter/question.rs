//! Asking, listening, asking again.

use super::{Run, Steps, What};
use crate::answer;
use crate::output::{Block, OptionTarget};
use crate::plain::is_blank;
use crate::program::Data;
use crate::program::code::{Ask, Options};
use crate::session::{Anchorage, Frame, Question, Shown};
use crate::short_text::ShortText;
use crate::syntax::ast::OptionsKind;

/// Whether the options of a question can be answers.
enum OutOfAnswers {
    No,
    /// The flow as it was has shown them: what it writes out always fits, and where only options answer, it shows some.
    Edited,
    /// None of them can. Endpoints and values may give what does not fit, again and again.
    Perhaps,
}

impl<'t> Steps<'t> {
    /// The ask that a question belongs to; `None` where the flow no longer has it.
    pub(super) fn ask(&self, question: &Question) -> Option<(Run, &'t Ask)> {
        self.ask_at(&question.at)
    }

    pub(super) fn ask_at(&self, at: &Anchorage) -> Option<(Run, &'t Ask)> {
        let data: &'t Data = self.data;
        let (body, pc, ask) = data.ask_at(at)?;
        Some((Run { body, pc }, ask))
    }

    /// Opens the question of an ask: its words, then its options.
    pub(super) fn open_question(&mut self, run: Run, ask: &'t Ask, shown: Vec<Shown>) {
        let question = Question {
            at: Anchorage::new(self.body_name(run), ask.id.clone()),
            wrong: 0,
            extra: self.extra.clone(),
            due: self.due(ask),
            shown,
        };
        // A handler that waits for an answer has no anchor to come back to behind a block.
        self.failure_handler.resume = None;
        let prompt = ask.prompt.as_ref().map(|prompt| self.text(prompt));
        self.say_question(run, prompt, &question);
        self.run = None;
        self.open(question);
    }

    /// Lets a question wait for its answer, unless a limit has ended the turn.
    fn open(&mut self, question: Question) {
        if !self.has_stopped {
            self.draft.set_question(question);
        }
    }

    fn due(&self, ask: &Ask) -> Option<crate::time::Timestamp> {
        ask.no_reply.map(|(silence, _)| self.input.now + silence)
    }

    /// Says the words of a question above its options; the first list of options carries them.
    fn say_question(&mut self, run: Run, words: Option<String>, question: &Question) {
        let mut words = words.filter(|words| !is_blank(words));
        if question.shown.is_empty()
            && let Some(text) = words.take()
        {
            self.say(run, text);
        }
        for shown in &question.shown {
            let (text, options) = (words.take(), shown.options.clone());
            self.show(
                run,
                match shown.kind {
                    OptionsKind::Buttons => Block::Buttons { text, options },
                    OptionsKind::QuickReplies => Block::QuickReplies { text, options },
                },
            );
        }
        // What was left out behind a limit leaves a question that nobody sees.
        if let Some(limit) = self.spent.passed {
            self.stop_at(limit, run);
        }
    }

    /// The frame on top is a question that waits: it is open again, asked anew where a handler
    /// came between.
    pub(super) fn reopen(&mut self) {
        match self.draft.pop() {
            Some(Frame::Ask(question)) => {
                self.draft.set_question(question);
                self.ask_again();
            }
            Some(Frame::Silence(question)) => self.draft.set_question(question),
            Some(call @ Frame::Call(_)) => self.draft.push(call),
            None => {}
        }
    }

    /// Says the open question again as it was stored; with the options of now, where an edit has made those unfit.
    pub(super) fn ask_again(&mut self) {
        let Some(mut question) = self.draft.question().cloned() else {
            return;
        };
        let Some((run, ask)) = self.ask(&question) else {
            return self.leave_lost_question();
        };
        if let OutOfAnswers::Edited = self.out_of_answers(&question, ask)
            && !self.data.posts(ask)
        {
            return self.ask_anew(run);
        }
        question.due = self.due(ask);
        let prompt = ask.prompt.as_ref().map(|prompt| self.text(prompt));
        self.trace.note(run, What::SaidAgain);
        self.say_question(run, prompt, &question);
        self.open(question);
    }

    /// Rule 6: the input is an answer to the open question, a right or a wrong one.
    pub(super) fn hear_answer(&mut self) {
        let Some((run, ask)) = self.draft.question().and_then(|question| self.ask(question)) else {
            return self.leave_lost_question();
        };
        match ask
            .accept
            .as_ref()
            .and_then(|accept| answer::read(&self.input.kind, accept))
        {
            Some(value) => {
                self.trace.note(run, What::Answered(true));
                if let Some(attribute) = ask.save {
                    self.save(run, attribute, Some(value));
                }
                self.go_on_behind(run, ask);
            }
            None => self.wrong_answer(),
        }
    }

    /// Saves what an option answers; false where it does not fit the attribute.
    pub(super) fn save_option(&mut self, run: Run, ask: &Ask, answer: Option<&str>) -> bool {
        let (Some(attribute), Some(answer)) = (ask.save, answer) else {
            return answer.is_some();
        };
        match answer::convert(answer, &self.type_of(attribute)) {
            Some(value) => {
                self.save(run, attribute, Some(value));
                true
            }
            None => false,
        }
    }

    /// The question is answered; what stands behind it runs.
    pub(super) fn go_on_behind(&mut self, run: Run, ask: &Ask) {
        self.resume_run_of_question();
        self.run = Some(Run {
            pc: ask.branches.next,
            ..run
        });
    }

    /// Closes the question and takes up the run that asked it.
    fn resume_run_of_question(&mut self) {
        self.extra = self
            .draft
            .question()
            .map(|question| question.extra.clone())
            .unwrap_or_default();
        self.draft.close_question();
    }

    /// Says so as often as the flow wants; then `no match`, or `on unmatched` where there is none.
    pub(super) fn wrong_answer(&mut self) {
        let Some(mut question) = self.draft.question().cloned() else {
            return;
        };
        let Some((run, ask)) = self.ask(&question) else {
            return;
        };
        self.trace.note(run, What::Answered(false));
        let retries = match (&ask.retry, ask.no_match) {
            (Some(retry), _) => retry.times.map_or(u64::MAX, u64::from),
            (None, Some(_)) => 0,
            (None, None) => u64::MAX,
        };
        match self.out_of_answers(&question, ask) {
            OutOfAnswers::No => {}
            // Wrong answers lead on as ever, and where they do not, fresh options may: but not by a second `post`.
            OutOfAnswers::Perhaps if retries < u64::MAX => {}
            _ if self.data.posts(ask) => return self.leave_lost_question(),
            _ => return self.ask_anew(run),
        }
        question.wrong = question.wrong.saturating_add(1);
        if question.wrong <= retries {
            let words = ask
                .retry
                .as_ref()
                .map(|retry| &retry.text)
                .or(ask.prompt.as_ref());
            let words = words.map(|words| self.text(words));
            question.due = self.due(ask);
            let again = match ask.retry {
                Some(_) => What::Branch(run.pc),
                None => What::SaidAgain,
            };
            self.trace.note(run, again);
            self.say_question(run, words, &question);
            return self.open(question);
        }
        match ask.no_match {
            Some(pc) => {
                self.resume_run_of_question();
                self.branch(run, pc);
            }
            // What waits below waits on.
            None => {
                self.draft.close_question();
                self.draft.unwind_calls();
                self.extra = ShortText::default();
                match self.data.handlers.unmatched {
                    Some(body) => self.run = Some(Run { body, pc: 0 }),
                    None => self.end(),
                }
            }
        }
    }

    /// Whether the options that were shown are no answers any more: the type of the attribute has changed, or the
    /// question took any answer before and now takes only options.
    fn out_of_answers(&self, question: &Question, ask: &Ask) -> OutOfAnswers {
        let shown = question.shown.iter().flat_map(Shown::with_own_titles);
        let mut shown = shown.filter(|(option, _)| option.id.is_some()).peekable();
        if ask.accept.is_none() && shown.peek().is_none() {
            return OutOfAnswers::Edited;
        }
        let Some(attribute) = ask.save else {
            return OutOfAnswers::No;
        };
        let ty = self.type_of(attribute);
        let mut misfits = shown.map(|(option, own)| {
            let answer = option.extra.as_deref().or(own.map(|own| &**own));
            let answer = answer.unwrap_or(&option.title);
            option.target == OptionTarget::Answer && answer::convert(answer, &ty).is_none()
        });
        if ask.options.iter().all(Options::is_written_out) {
            return match misfits.any(|misfit| misfit) {
                true => OutOfAnswers::Edited,
                false => OutOfAnswers::No,
            };
        }
        let mut misfits = misfits.peekable();
        match ask.accept.is_none() && misfits.peek().is_some() && misfits.all(|misfit| misfit) {
            true => OutOfAnswers::Perhaps,
            false => OutOfAnswers::No,
        }
    }

    /// Asks with the options that the flow has now.
    fn ask_anew(&mut self, run: Run) {
        self.resume_run_of_question();
        self.run = Some(run);
    }

    /// Shows a text; one of which nobody sees anything is left out.
    pub(super) fn say(&mut self, run: Run, text: String) {
        if !is_blank(&text) {
            self.show(run, Block::Text { text });
        }
    }
}
