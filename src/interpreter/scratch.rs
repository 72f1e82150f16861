//! The memory that a turn works in. Behind the turn it is empty and kept for the next one.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::draft::Changes;
use super::ledger::Entry;
use crate::effects::Effect;
use crate::output::{Block, BlockOption, Card};

/// Collections with nothing in them but room.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(super) effects: VecDeque<Effect>,
    pub(super) before: Vec<Entry>,
    pub(super) changes: Changes,
    pub(super) buffers: Buffers,
}

/// What blocks are made in.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    texts: Vec<String>,
    options: Vec<Vec<BlockOption>>,
}

impl Buffers {
    /// So many of each are kept, and none that is larger: one long text is not paid for ever after.
    const MOST: usize = 8;
    const MOST_BYTES: usize = 4096;
    const MOST_OPTIONS: usize = 32;

    /// An empty text with room for so many bytes.
    pub(super) fn text(&mut self, bytes: usize) -> String {
        let mut text = self.texts.pop().unwrap_or_default();
        text.reserve(bytes);
        text
    }

    /// An empty list with room for so many options.
    pub(super) fn options(&mut self, number: usize) -> Vec<BlockOption> {
        let mut options = self.options.pop().unwrap_or_default();
        options.reserve(number);
        options
    }

    /// Takes a text that is no longer needed.
    pub(super) fn take_text(&mut self, mut text: String) {
        if self.texts.len() < Self::MOST && (1..=Self::MOST_BYTES).contains(&text.capacity()) {
            text.clear();
            self.texts.push(text);
        }
    }

    fn take_options(&mut self, mut options: Vec<BlockOption>) {
        options.clear();
        if self.options.len() < Self::MOST && (1..=Self::MOST_OPTIONS).contains(&options.capacity()) {
            self.options.push(options);
        }
    }

    /// Takes a block that was lent.
    pub(super) fn take_block(&mut self, block: Block) {
        match block {
            Block::Text { text }
            | Block::Image { url: text }
            | Block::Audio { url: text }
            | Block::Video { url: text } => self.take_text(text),
            Block::Buttons { text, options }
            | Block::QuickReplies { text, options }
            | Block::List { text, options } => {
                text.into_iter().for_each(|text| self.take_text(text));
                self.take_options(options);
            }
            Block::Gallery { cards } => cards.into_iter().for_each(|card| self.take_card(card)),
            Block::Pause { .. } => {}
        }
    }

    fn take_card(&mut self, card: Card) {
        self.take_text(card.title);
        self.take_options(card.buttons);
        let texts = [card.subtitle, card.image, card.url];
        texts.into_iter().flatten().for_each(|text| self.take_text(text));
    }
}

/// The scratch memory of an engine's turns. A turn that finds none takes its own, so that no turn waits for another.
#[derive(Debug, Default)]
pub(crate) struct ScratchPool(Mutex<Vec<Scratch>>);

impl ScratchPool {
    /// About as many turns as run side by side.
    const MOST: usize = 64;

    pub(crate) fn get(&self) -> Scratch {
        let kept = self.0.try_lock().ok();
        kept.and_then(|mut kept| kept.pop()).unwrap_or_default()
    }

    pub(crate) fn put_back(&self, scratch: Scratch) {
        if let Ok(mut kept) = self.0.try_lock()
            && kept.len() < Self::MOST
        {
            kept.push(scratch);
        }
    }
}
