//! Questions over many turns: whether a right answer leads on.

use std::collections::HashMap;

use super::finding::Defect;
use super::judge::Suspicion;
use super::map::{Map, Place};
use super::talk::{Plan, Talk, Turn};
use crate::scene::Said;

/// A question that was answered less often is not judged.
const LEAST_ANSWERS: usize = 20;

/// What became of the questions of a flow so far.
#[derive(Debug, Default)]
pub(super) struct Questions {
    asked: HashMap<Place, Asked>,
}

/// The right answers to a question.
#[derive(Debug, Default)]
struct Asked {
    answers: usize,
    /// Whether one led elsewhere, or was met with other words than another.
    leads_on: bool,
    /// What they are met with.
    words: Option<Vec<Said>>,
    /// The shortest conversation that answers it and comes back to it.
    plan: Option<Plan>,
}

impl Questions {
    pub(super) fn note(&mut self, map: &Map, talk: &Talk, turn: &Turn) {
        let (Some(place), Some(true)) = (turn.asked, turn.answered(map)) else {
            return;
        };
        let asked = self.asked.entry(place).or_default();
        asked.answers += 1;
        let words = without_ids(turn);
        let is_same = turn.asks == Some(place);
        asked.leads_on |= !is_same || asked.words.as_ref().is_some_and(|known| *known != words);
        asked.words = Some(words);
        let is_lighter = |plan: &Plan| plan.weight() > talk.plan.weight();
        if is_same && asked.plan.as_ref().is_none_or(is_lighter) {
            asked.plan = Some(talk.plan.clone());
        }
    }

    /// The questions that no right answer leaves, each with a conversation.
    pub(super) fn suspicions(self) -> impl Iterator<Item = (Suspicion, Plan)> {
        let endless = |asked: &Asked| asked.answers >= LEAST_ANSWERS && !asked.leads_on;
        self.asked
            .into_iter()
            .filter(move |(_, asked)| endless(asked))
            .filter_map(|(place, asked)| {
                let suspicion = Suspicion {
                    defect: Defect::EndlessQuestion,
                    place,
                    message: "whatever the answer is, the same question comes again".to_owned(),
                };
                Some((suspicion, asked.plan?))
            })
    }
}

/// Whether a turn shows what is suspected of its question.
pub(super) fn shows(map: &Map, suspicion: &Suspicion, turn: &Turn) -> bool {
    suspicion.defect == Defect::EndlessQuestion
        && turn.asked == Some(suspicion.place)
        && turn.asks == Some(suspicion.place)
        && turn.answered(map) == Some(true)
}

/// What a turn said, the ids of its options left out, which are new each time.
fn without_ids(turn: &Turn) -> Vec<Said> {
    use sayflow::Block;
    let mut said: Vec<Said> = turn.played.said.clone();
    for one in &mut said {
        match one {
            Said::Block(Block::Buttons { options, .. } | Block::QuickReplies { options, .. }) => {
                options.iter_mut().for_each(|option| option.id = None);
            }
            Said::Block(Block::Gallery { cards }) => {
                let options = cards.iter_mut().flat_map(|card| &mut card.buttons);
                options.for_each(|option| option.id = None);
            }
            _ => {}
        }
    }
    said
}
