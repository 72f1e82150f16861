//! What an input does. One order decides; the language page lists it.

use super::expression::STEP_BYTES;
use super::{Run, Steps, What, option_id};
use crate::contract::check_web_url;
use crate::effects::{Effect, Event};
use crate::error::{Error, ErrorKind};
use crate::input::InputKind;
use crate::output::BlockOption;
use crate::plain::shortened;
use crate::program::words::{begins, fold, matches};
use crate::program::{BodyId, SequenceId};
use crate::session::{Anchorage, Carried, Frame, KeptOption, Question, Shown};
use crate::settings::Limit;
use crate::short_text::ShortText;
use crate::time::Timestamp;

/// An option that was tapped or whose title was typed.
pub(super) struct Tapped {
    /// The sequence that it opens; `None` for an answer.
    target: Option<ShortText>,
    extra: Option<ShortText>,
    title: Option<ShortText>,
    /// The flow's own title, where it was shown in another language.
    own: Option<ShortText>,
    /// The question that it answers.
    ask: Option<Anchorage>,
}

impl Tapped {
    /// What it answers: the same in every language.
    fn answer(&self) -> Option<&str> {
        let answer = self.extra.as_ref().or(self.own.as_ref()).or(self.title.as_ref());
        answer.map(ShortText::as_str)
    }
}

impl From<&KeptOption> for Tapped {
    fn from(option: &KeptOption) -> Self {
        let Carried { extra, own, ask } = option.carried.as_deref().cloned().unwrap_or_default();
        Self {
            target: option.target.clone(),
            extra,
            title: option.title.clone(),
            own,
            ask,
        }
    }
}

impl Steps<'_> {
    /// Decides what the input does and sets out to do it.
    pub(super) fn dispatch(&mut self) -> Result<(), Error> {
        let kind = &self.input.kind;
        check_kind(kind)?;
        let tapped = match kind {
            InputKind::Tap(id) => Some(self.tapped(id)),
            _ => None,
        };
        let title = tapped
            .as_ref()
            .and_then(|tapped| tapped.as_ref().ok()?.title.as_deref());
        self.note_message(kind, title);
        if !self.ledger.customer().bot_enabled {
            if let InputKind::NoReply(due) = kind {
                // A person answers now. What is due stays due no longer, or it would ring for ever.
                let question = self.overdue(*due)?;
                self.draft.set_question(question);
            }
            self.emit(Effect::Event(Event::BotDisabled));
            return Ok(());
        }
        self.draft.begin();
        match (kind, tapped) {
            (InputKind::Start(sequence), _) => self.start(sequence.as_deref())?,
            (InputKind::NoReply(due), _) => self.silence(*due)?,
            (InputKind::Tap(_), Some(tapped)) => self.tap(&tapped?),
            (InputKind::Text(text), _) => self.hear(text),
            (InputKind::Intent(intent), _) => self.understand(intent),
            _ => self.listen(),
        }
        Ok(())
    }

    /// Refuses an input that is too large: what it says is saved, and the session keeps its id.
    pub(super) fn check_size(&self) -> Result<(), Error> {
        let said = match &self.input.kind {
            InputKind::Text(text) | InputKind::Intent(text) => text.len(),
            InputKind::Image(url) | InputKind::Audio(url) | InputKind::Video(url) | InputKind::File(url) => {
                url.len()
            }
            InputKind::Tap(id) => id.len(),
            InputKind::Start(sequence) => sequence.as_ref().map_or(0, String::len),
            InputKind::Location { .. } | InputKind::NoReply(_) => 0,
        };
        let bytes = said + self.input.id.as_ref().map_or(0, String::len);
        let most = self.settings.limits.input_bytes;
        if bytes <= most {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::InputTooLarge,
            format!("an input of {bytes} bytes, where {most} are the most"),
        ))
    }

    /// Writes `last_message_text` and `last_message_time`; a start or a silence is no message.
    fn note_message(&mut self, kind: &InputKind, title: Option<&str>) {
        match kind {
            InputKind::Start(_) | InputKind::NoReply(_) => {}
            InputKind::Text(text) => self.note_message_text(Some(text)),
            InputKind::Tap(_) => self.note_message_text(title),
            InputKind::Image(url) | InputKind::Audio(url) | InputKind::Video(url) | InputKind::File(url) => {
                self.note_message_text(Some(url));
            }
            InputKind::Location { latitude, longitude } => {
                self.note_message_text(Some(&format!("{latitude},{longitude}")));
            }
            InputKind::Intent(_) => self.note_message_text(None),
        }
    }

    fn note_message_text(&mut self, text: Option<&str>) {
        let buffers = &mut self.buffers;
        let text = text.map(|text| {
            let mut kept = buffers.text(text.len());
            kept.push_str(text);
            kept
        });
        self.ledger.note_message(text, self.input.now);
    }

    /// The conversation begins, or begins anew.
    fn start(&mut self, sequence: Option<&str>) -> Result<(), Error> {
        match sequence {
            None => self.start_handler(self.data.handlers.start),
            Some(name) => match self.data.sequence_named(name) {
                Some(found) => self.open_sequence(found, None),
                None => {
                    return Err(Error::new(
                        ErrorKind::UnknownSequence,
                        format!("the flow has no sequence `{}`", shortened(name)),
                    ));
                }
            },
        }
        Ok(())
    }

    /// Opens a sequence in place of everything else.
    fn open_sequence(&mut self, sequence: SequenceId, extra: Option<&ShortText>) {
        self.forget();
        self.extra = extra.cloned().unwrap_or_default();
        self.enter(sequence);
    }

    /// The open question, whose time is over, without its time.
    fn overdue(&self, due: Option<Timestamp>) -> Result<Question, Error> {
        let not_due = |reason: &str| Err(Error::new(ErrorKind::NotDue, reason));
        let Some(question) = self.draft.question().cloned() else {
            return not_due("no question is open");
        };
        match (question.due, due) {
            (None, _) => return not_due("the open question waits for no silence"),
            (Some(set), Some(given)) if set != given => {
                return not_due("this silence was for a question that is answered, or was asked again");
            }
            (Some(set), Some(_)) if self.input.now < set => {
                return Err(Error::new(
                    ErrorKind::NotYetDue,
                    format!("the customer has time to answer until {set}"),
                ));
            }
            _ => {}
        }
        Ok(Question {
            due: None,
            ..question
        })
    }

    /// The customer stayed silent for as long as the open question waits.
    fn silence(&mut self, due: Option<Timestamp>) -> Result<(), Error> {
        let question = self.overdue(due)?;
        let Some((run, pc)) = self
            .ask(&question)
            .and_then(|(run, ask)| ask.no_reply.map(|(_, pc)| (run, pc)))
        else {
            let reason = "the flow no longer says what happens in silence";
            return Err(Error::new(ErrorKind::NotDue, reason));
        };
        self.extra.clone_from(&question.extra);
        self.trace.note(run, What::Branch(pc));
        self.interrupt_with(Frame::Silence(question), Run { pc, ..run });
        Ok(())
    }

    /// Lets something run above the open question.
    fn interrupt_with(&mut self, frame: Frame, run: Run) {
        if self.draft.depth() >= self.settings.limits.depth as usize {
            return self.stop_at(Limit::Depth, run);
        }
        // The question itself is in the frame.
        self.draft.take_question();
        self.draft.push(frame);
        self.run = Some(run);
    }

    /// What an option id means: an option that the session knows, or the target in the id alone.
    fn tapped(&self, id: &str) -> Result<Tapped, Error> {
        let customer = self.ledger.customer();
        let parsed = option_id::parse(id, customer.uid, self.settings.option_key())
            .ok_or_else(|| Error::new(ErrorKind::UnknownOption, "this is no option of this customer"))?;
        for question in self.draft.questions() {
            let shown = question.shown.iter().flat_map(Shown::with_own_titles);
            if let Some((option, own)) = shown
                .into_iter()
                .find(|(option, _)| option.id.as_deref() == Some(id))
            {
                return Ok(Tapped {
                    target: (!parsed.target.is_empty()).then(|| parsed.target.into()),
                    extra: option.extra.clone(),
                    title: Some(option.title.clone()),
                    own: own.cloned(),
                    ask: Some(question.at.clone()),
                });
            }
        }
        let kept = self
            .draft
            .kept_option(parsed.number)
            .filter(|kept| option_id::is_of(parsed.target, kept.target.as_deref().unwrap_or_default()));
        Ok(match kept {
            Some(kept) => kept.into(),
            None => Tapped {
                target: (!parsed.target.is_empty()).then(|| parsed.target.into()),
                extra: None,
                title: None,
                own: None,
                ask: None,
            },
        })
    }

    /// Rules 2 and 3: an option of a question that waits answers it, any other opens its target.
    fn tap(&mut self, tapped: &Tapped) {
        let is_asked = |question: &Question| {
            let asked = tapped.ask.as_ref();
            asked.is_some_and(|asked| self.is_same_question(asked, &question.at))
        };
        let Some(above) = self.draft.questions().position(is_asked) else {
            return self.follow(tapped);
        };
        // What answers its silence, or came between, is answered by it as well.
        self.draft.go_down(above);
        let Some(question) = self.draft.question() else {
            return self.follow(tapped);
        };
        match self.ask(question) {
            Some(_) => self.answer_with_option(tapped),
            None if tapped.target.is_some() => self.follow(tapped),
            None => self.leave_lost_question(),
        }
    }

    /// Whether two places are one: an option of an earlier asking answers a question as well, also when the question has
    /// another name by now.
    fn is_same_question(&self, one: &Anchorage, other: &Anchorage) -> bool {
        let place = |at| self.data.ask_at(at).map(|(body, pc, _)| (body, pc));
        one == other || place(one).is_some_and(|found| place(other) == Some(found))
    }

    /// Follows an option that is not of the open question.
    fn follow(&mut self, tapped: &Tapped) {
        let has_saved = self.save_late_answer(tapped);
        let target = tapped
            .target
            .as_deref()
            .and_then(|target| option_id::sequence(self.data, target));
        match target {
            Some(sequence) => self.open_sequence(sequence, tapped.extra.as_ref()),
            // An answer to a question that is closed leads nowhere and disturbs nothing.
            None if tapped.target.is_none() && (has_saved || self.draft.question().is_some()) => {
                self.ask_again()
            }
            None => self.start_handler(self.data.handlers.stale),
        }
    }

    /// An option of a closed ask still saves its value.
    fn save_late_answer(&mut self, tapped: &Tapped) -> bool {
        let Some(ask) = tapped.ask.as_ref() else {
            return false;
        };
        let Some((run, ask)) = self.ask_at(ask) else {
            return false;
        };
        self.save_option(run, ask, tapped.answer())
    }

    /// The customer typed something: rules 4 to 8.
    fn hear(&mut self, text: &str) {
        let folded = fold(text);
        if let Some(question) = self.draft.question()
            && let Some(tapped) = typed_answer(question, &folded)
        {
            return self.tap(&tapped);
        }
        let handler = match self.allows_interrupts() {
            true => self.words_handler(&folded),
            false => None,
        };
        match handler {
            Some(handler) => self.interrupt(handler),
            None if self.draft.question().is_some() => self.listen(),
            None => match self.typed_option(&folded) {
                Some(tapped) => self.follow(&tapped),
                None => self.listen(),
            },
        }
    }

    /// The host understood an intent: rule 5, and what an answer without words does.
    fn understand(&mut self, intent: &str) {
        match self
            .data
            .handlers
            .intents
            .get(intent)
            .copied()
            .filter(|_| self.allows_interrupts())
        {
            Some(handler) => self.interrupt(handler),
            None => self.listen(),
        }
    }

    /// Whether the open question lets `on words` and `on intent` come first.
    fn allows_interrupts(&self) -> bool {
        let Some(question) = self.draft.question() else {
            return true;
        };
        self.ask(question).is_none_or(|(_, ask)| ask.allows_interrupts)
    }

    /// A handler runs; a question that is open waits below it.
    fn interrupt(&mut self, handler: BodyId) {
        let run = Run { body: handler, pc: 0 };
        self.extra = ShortText::default();
        // A handler that waits already begins again: the same words never pile up.
        if self.draft.drop_run_of(self.data, &self.place_name(run)) {
            self.run = Some(run);
            return;
        }
        match self.draft.question().cloned() {
            Some(question) => self.interrupt_with(Frame::Ask(question), run),
            None => {
                self.forget();
                self.run = Some(run);
            }
        }
    }

    /// Rules 6 and 8: an answer to the open question, or something nobody waited for.
    fn listen(&mut self) {
        if self.draft.question().is_some() {
            return self.hear_answer();
        }
        let handlers = &self.data.handlers;
        let handler = if self.draft.is_first_input() {
            handlers.start
        } else {
            handlers.unmatched
        };
        self.start_handler(handler);
    }

    /// The handler whose words are the whole message: exact before `*`, the longest first.
    fn words_handler(&mut self, folded: &str) -> Option<BodyId> {
        let handlers = &self.data.handlers;
        if let Some(handler) = handlers.words.get(folded) {
            return Some(*handler);
        }
        let mut read = 0;
        let left = self.steps_left() as usize;
        let mut patterns = handlers
            .patterns
            .iter()
            .filter(|(pattern, _)| begins(pattern, folded));
        let found = patterns.find_map(|(pattern, body)| {
            read += folded.len();
            match read / STEP_BYTES > left {
                true => Some(None),
                false => matches(pattern, folded).then_some(Some(*body)),
            }
        });
        self.count_read(read);
        found.flatten()
    }

    /// Rule 7: the typed title of a sequence option in the last output.
    fn typed_option(&self, folded: &str) -> Option<Tapped> {
        let option = self.draft.options_on_screen().find(|option| {
            option.target.is_some() && option.title.as_deref().is_some_and(|title| fold(title) == folded)
        })?;
        Some(option.into())
    }

    /// Rules 2 and 4: the value is saved, then the target followed, where there is one.
    fn answer_with_option(&mut self, tapped: &Tapped) {
        let Some((run, ask)) = self.draft.question().and_then(|question| self.ask(question)) else {
            return self.listen();
        };
        let has_saved = self.save_option(run, ask, tapped.answer());
        let leads_away = tapped.target.is_some();
        if leads_away || has_saved {
            self.trace.note(run, What::Answered(true));
        }
        let target = tapped
            .target
            .as_deref()
            .and_then(|target| option_id::sequence(self.data, target));
        match (target, has_saved) {
            (Some(sequence), _) => self.open_sequence(sequence, tapped.extra.as_ref()),
            (None, _) if leads_away => self.start_handler(self.data.handlers.stale),
            (None, true) => self.go_on_behind(run, ask),
            (None, false) => self.wrong_answer(),
        }
    }
}

/// Refuses a place that is none, and a file that cannot be fetched: its address would be saved, sent and perhaps shown.
fn check_kind(kind: &InputKind) -> Result<(), Error> {
    if let InputKind::Location { latitude, longitude } = kind
        && !(latitude.abs() <= 90.0 && longitude.abs() <= 180.0)
    {
        return Err(Error::new(
            ErrorKind::BadPlace,
            format!("there is no place {latitude} degrees north and {longitude} degrees east"),
        ));
    }
    let Some(url) = kind.url() else {
        return Ok(());
    };
    check_web_url(url).map_err(|fault| {
        let help = fault.help();
        Error::new(
            ErrorKind::BadUrl,
            format!("the address of the file {fault}: {help}"),
        )
    })
}

/// The option of a question whose title was typed; `url` and `phone` never answer.
fn typed_answer(question: &Question, folded: &str) -> Option<Tapped> {
    let mut shown = question.shown.iter().flat_map(Shown::with_own_titles);
    let (option, own) = shown.find(|(option, _)| option.id.is_some() && fold(&option.title) == folded)?;
    let (_, target) = option.id.as_deref().and_then(option_id::number_and_target)?;
    Some(Tapped {
        target: target.map(Into::into),
        extra: option.extra.clone(),
        title: Some(option.title.clone()),
        own: own.cloned(),
        ask: Some(question.at.clone()),
    })
}

impl Shown {
    /// The options, each with the flow's own title where it was shown in another language.
    pub(super) fn with_own_titles(&self) -> impl Iterator<Item = (&BlockOption, Option<&ShortText>)> {
        self.options.iter().map(|option| {
            // A flow without catalogs has none, and reads no id for it.
            let number = option.id.as_deref().filter(|_| !self.own.is_empty());
            let number = number.and_then(option_id::number_and_target);
            (option, number.and_then(|(number, _)| self.own.get(&number)))
        })
    }
}
