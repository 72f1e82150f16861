//! What is wrong with one turn.

use sayflow::{Event, InputKind, OPTIONS_KEPT, OptionTarget, Outcome};

use super::finding::Defect;
use super::gaps;
use super::map::{DEFAULTS, Handler, LineKind, Map, Place};
use super::talk::{Talk, Turn};
use super::vocabulary::Vocabulary;
use crate::scene::Said;

/// A defect at a line, with what happens there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suspicion {
    pub(super) defect: Defect,
    pub(super) place: Place,
    pub(super) message: String,
}

impl Suspicion {
    fn new(defect: Defect, place: Place, message: impl Into<String>) -> Self {
        Self {
            defect,
            place,
            message: message.into(),
        }
    }

    /// Whether both are the same defect.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.defect == other.defect && self.place == other.place
    }
}

/// Everything that is wrong with the turn that a conversation has just had.
pub(super) fn judge(map: &Map, vocabulary: &Vocabulary, talk: &Talk, turn: &Turn) -> Vec<Suspicion> {
    let mut found = Vec::new();
    events(map, turn, &mut found);
    unseen_failures(map, turn, &mut found);
    skipped_questions(map, turn, &mut found);
    gaps::find(map, turn, &mut found);
    found.extend(refused_option(map, talk, turn));
    found.extend(stolen_answer(map, turn));
    if found.is_empty() {
        found.extend(no_answer(map, turn));
    }
    if found.is_empty() {
        found.extend(dead_end(map, vocabulary, turn));
    }
    // The handlers that a flow does not write are none of its lines.
    found.retain(|suspicion| suspicion.place.file != DEFAULTS);
    found
}

fn events(map: &Map, turn: &Turn, found: &mut Vec<Suspicion>) {
    let mut calls = turn.played.calls.iter();
    for (said, place) in turn.played.said.iter().zip(&turn.spoke) {
        let Said::Event(event) = said else { continue };
        match event {
            Event::LimitReached { limit, reason, .. } if limit != "time" => {
                if let Some(place) = circle(map, turn).or(*place) {
                    let message = format!("{reason}: the turn is cut short in `{}`", map.body_name(place));
                    found.push(Suspicion::new(Defect::LimitReached, place, message));
                }
            }
            Event::ValueError { reason, .. } => {
                found.extend(place.map(|place| Suspicion::new(Defect::ValueError, place, reason.as_str())));
            }
            Event::Call(report) => {
                let was_sent = calls.next().is_none_or(|called| called.is_sent);
                if let (false, Outcome::Blocked, Some(place)) = (was_sent, report.outcome, place) {
                    let why = report.message.as_deref().unwrap_or("a value is not allowed");
                    let message = format!("`{}` is not asked: {why}", report.api);
                    found.push(Suspicion::new(Defect::UnsentCall, *place, message));
                }
            }
            _ => {}
        }
    }
}

/// The first sequence that a turn entered three times or more.
fn circle(map: &Map, turn: &Turn) -> Option<Place> {
    let heads = turn.ran.iter().map(|(place, _)| *place).filter(|place| {
        let line = map.line(*place);
        line.is_some_and(|line| matches!(line.kind, LineKind::Sequence))
    });
    let mut heads: Vec<Place> = heads.collect();
    heads.sort();
    let mut rounds = heads.chunk_by(|one, next| one == next);
    rounds.find(|round| round.len() > 2)?.first().copied()
}

/// Calls that failed without an `else` or handler that spoke of it.
fn unseen_failures(map: &Map, turn: &Turn, found: &mut Vec<Suspicion>) {
    let has_handler =
        turn.has_run(|place| place.file == DEFAULTS || map.handler(place) == Some(Handler::ApiFailure));
    for (index, (said, place)) in turn.played.said.iter().zip(&turn.spoke).enumerate() {
        let (Said::Event(Event::Call(report)), Some(place)) = (said, place) else {
            continue;
        };
        let Some(line) = map.line(*place) else { continue };
        if !report.outcome.is_failure() || has_branched(map, turn, *place) {
            continue;
        }
        let is_unseen = match line.kind {
            LineKind::CallApi { is_silenced } => !is_silenced,
            // What is left of items speaks for itself.
            _ => has_handler && !speaks_behind(turn, index),
        };
        if is_unseen {
            let message = format!("when `{}` fails, the customer is not told", report.api);
            found.push(Suspicion::new(Defect::UnseenFailure, *place, message));
        }
    }
}

/// Whether an `else` ran right behind a line.
fn has_branched(map: &Map, turn: &Turn, place: Place) -> bool {
    let mut ran = turn.ran.iter().map(|(place, _)| *place);
    ran.find(|ran| *ran == place);
    let next = ran.next().and_then(|next| map.line(next));
    next.is_some_and(|line| matches!(line.kind, LineKind::Branch))
}

/// Whether the turn shows something behind what it said at an index, or hands over.
fn speaks_behind(turn: &Turn, index: usize) -> bool {
    let behind = turn.played.said.get(index..).unwrap_or_default();
    behind
        .iter()
        .any(|said| matches!(said, Said::Block(_) | Said::Event(Event::Handover { .. })))
}

/// Questions with options alone that were left out, and nobody said a word.
fn skipped_questions(map: &Map, turn: &Turn, found: &mut Vec<Suspicion>) {
    let mut ran = turn.ran.iter().map(|(place, holds)| (*place, *holds)).peekable();
    while let Some((place, holds)) = ran.next() {
        let Some(ask) = map.ask(place).filter(|_| holds.is_none()) else {
            continue;
        };
        let has_spoken = turn.spoke.iter().zip(&turn.played.said).any(|(by, said)| {
            let is_failure = matches!(said, Said::Event(Event::Call(report)) if report.outcome.is_failure());
            let is_block = matches!(said, Said::Block(_));
            *by == Some(place) && (is_block || is_failure)
        });
        let is_branched = ran.peek().is_some_and(|(next, _)| {
            let line = map.line(*next);
            line.is_some_and(|line| matches!(line.kind, LineKind::Branch))
        });
        let is_cut = turn
            .played
            .said
            .iter()
            .any(|said| matches!(said, Said::Event(Event::LimitReached { .. })));
        if !has_spoken && !is_branched && !ask.has_else && !is_cut && turn.asks != Some(place) {
            let message = "the question is left out, and the flow goes on as if it were answered";
            found.push(Suspicion::new(Defect::SkippedQuestion, place, message));
        }
    }
}

/// An option that the flow showed, and does not take.
fn refused_option(map: &Map, talk: &Talk, turn: &Turn) -> Option<Suspicion> {
    let tapped = turn.tapped.as_ref().filter(|tapped| tapped.is_answer)?;
    let ask = map.ask(tapped.by?)?;
    let newer = talk.shown.iter().rev().take_while(|shown| shown.id != tapped.id);
    let is_stale = turn.ran.first().is_some_and(|(place, _)| {
        map.handler(*place) == Some(Handler::Stale) || (place.file == DEFAULTS && turn.asked != tapped.by)
    });
    let is_refused = turn.answered(map) == Some(false) || (is_stale && newer.count() + 1 < OPTIONS_KEPT);
    let line = ask.options.iter().find(|(title, _)| *title == tapped.title);
    let place = line.map(|(_, place)| *place).or(tapped.by)?;
    let message = format!("a tap on “{}” is refused", tapped.title);
    is_refused.then(|| Suspicion::new(Defect::RefusedOption, place, message))
}

/// A right answer to a question that takes few things, heard by somebody else.
fn stolen_answer(map: &Map, turn: &Turn) -> Option<Suspicion> {
    let asked = turn.asked?;
    let InputKind::Text(text) = &turn.played.input.kind else {
        return None;
    };
    let first = turn.ran.first()?.0;
    let ask = map.ask(asked)?;
    let is_stolen =
        map.handler(first) == Some(Handler::Words) && ask.allows_interrupts && ask.answers.takes_only(text);
    let message = format!(
        "the answer “{text}” starts `{}` and never reaches its question",
        map.body_name(first)
    );
    is_stolen.then(|| Suspicion::new(Defect::StolenAnswer, asked, message))
}

/// A customer who said something that is met with silence.
fn no_answer(map: &Map, turn: &Turn) -> Option<Suspicion> {
    let has_spoken = turn.blocks().next().is_some();
    let is_dealt_with = turn.played.said.iter().any(|said| {
        matches!(
            said,
            Said::Event(
                Event::Handover { .. }
                    | Event::Action { .. }
                    | Event::BotDisabled
                    | Event::LimitReached { .. }
            )
        )
    });
    // Taking an old answer anew disturbs nothing, and says nothing.
    let is_late = turn
        .tapped
        .as_ref()
        .is_some_and(|tapped| tapped.is_answer && tapped.by != turn.asked);
    if has_spoken || is_dealt_with || is_late || turn.is_silence() {
        return None;
    }
    let mut calls = turn.played.said.iter().zip(&turn.spoke).rev();
    let reply = calls.find_map(|(said, place)| match said {
        Said::Event(Event::Call(report)) => Some((report, (*place)?)),
        _ => None,
    });
    let (place, message) = match reply {
        Some((report, place)) => {
            let message = format!(
                "nothing comes back when `{}` ends in `{}`",
                report.api, report.outcome
            );
            (place, message)
        }
        None => {
            let place = turn.ran.first()?.0;
            (
                place,
                format!("nothing comes back from `{}`", map.body_name(place)),
            )
        }
    };
    Some(Suspicion::new(Defect::NoAnswer, place, message))
}

/// A turn behind which nothing is left but to be misunderstood.
fn dead_end(map: &Map, vocabulary: &Vocabulary, turn: &Turn) -> Option<Suspicion> {
    let listens = vocabulary.has_unmatched || !vocabulary.words.is_empty() || !vocabulary.intents.is_empty();
    let leads_out = turn.blocks().any(|(block, _)| has_link(block));
    if turn.played.wait.ask.is_some() || turn.has_options || listens || leads_out || !turn.after.bot_enabled {
        return None;
    }
    // One way to the end of a sequence is as dead as another.
    let place = map.line(turn.blocks().last()?.1?)?.body;
    let message = format!("the conversation is stuck after `{}`", map.body_name(place));
    Some(Suspicion::new(Defect::DeadEnd, place, message))
}

fn has_link(block: &sayflow::Block) -> bool {
    use sayflow::Block;
    let is_link = |target: &OptionTarget| matches!(target, OptionTarget::Url(_) | OptionTarget::Phone(_));
    match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => {
            options.iter().any(|option| is_link(&option.target))
        }
        Block::Gallery { cards } => cards
            .iter()
            .any(|card| card.url.is_some() || card.buttons.iter().any(|option| is_link(&option.target))),
        _ => false,
    }
}
