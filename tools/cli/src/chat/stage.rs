//! A turn on the screen, block by block as it runs.

use std::io;

use sayflow::{Answer, Block, Client, Event, Request};

use super::blocks;
use super::choices::Choices;
use super::notes;
use super::screen::Screen;
use crate::conversation::Stage;

/// Shows a turn and gathers its options.
pub(crate) struct Performance<'s> {
    screen: &'s Screen,
    is_traced: bool,
    choices: Choices,
}

impl<'s> Performance<'s> {
    pub(crate) fn new(screen: &'s Screen, is_traced: bool) -> Self {
        Self {
            screen,
            is_traced,
            choices: Choices::default(),
        }
    }

    /// The options that were shown.
    pub(crate) fn choices(self) -> Choices {
        self.choices
    }
}

impl Stage for Performance<'_> {
    fn calls(&mut self, requests: &[Request], client: &dyn Client) -> Vec<Answer> {
        let names: Vec<&str> = requests.iter().map(|request| request.api.as_str()).collect();
        self.screen
            .while_working(&names.join(", "), || client.call(requests))
    }

    fn block(&mut self, block: &Block) -> io::Result<()> {
        if let Block::Pause { duration } = block {
            self.screen.pause(*duration);
            return Ok(());
        }
        let before = self.choices.len();
        let lines = blocks::lines(block, &mut self.choices, self.screen.width());
        self.choices.set_last_block(self.choices.len() > before);
        self.screen.show(&lines)
    }

    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.screen
            .show(&notes::of_event(event, self.is_traced, self.screen.width()))
    }
}
