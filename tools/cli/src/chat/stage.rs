//! A turn on the screen, block by block as it runs, or at its end as a channel shows it.

use std::io;

use sayflow::channel::{self, Channel, Degraded};
use sayflow::{Answer, Block, Client, Event, Request};

use super::blocks;
use super::choices::Choices;
use super::line::Line;
use super::notes;
use super::screen::Screen;
use crate::conversation::Stage;

/// Shows a turn and gathers its options.
pub(crate) struct Performance<'s> {
    screen: &'s Screen,
    is_traced: bool,
    choices: Choices,
    /// Where a channel shows the turn, what waits for its end: a block may become a part of the next.
    held: Option<Held>,
}

/// A turn until its end.
struct Held {
    channel: Channel,
    blocks: Vec<Block>,
    /// What happened beside the blocks, behind how many of them.
    beside: Vec<(usize, Vec<Line>)>,
}

impl<'s> Performance<'s> {
    pub(crate) fn new(screen: &'s Screen, is_traced: bool, channel: Option<Channel>) -> Self {
        Self {
            screen,
            is_traced,
            choices: Choices::default(),
            held: channel.map(|channel| Held {
                channel,
                blocks: Vec::new(),
                beside: Vec::new(),
            }),
        }
    }

    /// Shows what is not shown yet, and gives the options that were.
    pub(crate) fn finish(mut self) -> io::Result<Choices> {
        if let Some(held) = self.held.take() {
            self.show_degraded(channel::degrade(held.blocks, held.channel), held.beside)?;
        }
        Ok(self.choices)
    }

    /// Each block with what happened before it and, below the last that one became, what was changed.
    fn show_degraded(&mut self, degraded: Degraded, beside: Vec<(usize, Vec<Line>)>) -> io::Result<()> {
        let mut beside = beside.into_iter().peekable();
        let changes = |shown: usize| {
            let those = degraded
                .changes
                .iter()
                .filter(move |change| change.into.end == shown);
            those
                .flat_map(|change| notes::change(change, self.screen.width()))
                .collect::<Vec<_>>()
        };
        let changes: Vec<_> = (0..=degraded.blocks.len()).map(changes).collect();
        let mut changes = changes.into_iter();
        self.screen.show(&changes.next().unwrap_or_default())?;
        let mut last = (usize::MAX, 0);
        for (block, origin) in degraded.blocks.iter().zip(&degraded.origins) {
            if last.0 != *origin {
                last = (*origin, self.choices.len());
            }
            while let Some((_, lines)) = beside.next_if(|(behind, _)| behind <= origin) {
                self.screen.show(&lines)?;
            }
            self.show(block)?;
            // What became of one block is one block, also where a text stands behind its options.
            self.choices.set_last_block(self.choices.len() > last.1);
            self.screen.show(&changes.next().unwrap_or_default())?;
        }
        beside.try_for_each(|(_, lines)| self.screen.show(&lines))
    }

    fn show(&mut self, block: &Block) -> io::Result<()> {
        if let Block::Pause { duration } = block {
            self.screen.pause(*duration);
            return Ok(());
        }
        let before = self.choices.len();
        let lines = blocks::lines(block, &mut self.choices, self.screen.width());
        self.choices.set_last_block(self.choices.len() > before);
        self.screen.show(&lines)
    }
}

impl Stage for Performance<'_> {
    fn calls(&mut self, requests: &[Request], client: &dyn Client) -> Vec<Answer> {
        let names: Vec<&str> = requests.iter().map(|request| request.api.as_str()).collect();
        self.screen
            .while_working(&names.join(", "), || client.call(requests))
    }

    fn block(&mut self, block: &Block) -> io::Result<()> {
        match &mut self.held {
            Some(held) => held.blocks.push(block.clone()),
            None => self.show(block)?,
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        let lines = notes::of_event(event, self.is_traced, self.screen.width());
        match &mut self.held {
            Some(held) => held.beside.push((held.blocks.len(), lines)),
            None => self.screen.show(&lines)?,
        }
        Ok(())
    }
}
