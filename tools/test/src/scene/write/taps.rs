//! Which of the options that were shown a tap means, in words.

use sayflow::{Block, BlockOption};

use super::Lines;
use super::quote::line;
use crate::scene::{Played, Said};

/// Every option that was shown, oldest first.
#[derive(Debug, Default)]
pub(super) struct Taps {
    shown: Vec<Shown>,
}

#[derive(Debug)]
struct Shown {
    id: Option<String>,
    title: String,
    /// The prompt of its block, or the title of its card.
    of: Option<String>,
}

impl Taps {
    /// Takes in what a turn showed.
    pub(super) fn note(&mut self, played: &Played) {
        for said in &played.said {
            match said {
                Said::Block(Block::Buttons { text, options } | Block::QuickReplies { text, options }) => {
                    self.add(text.as_ref(), options);
                }
                Said::Block(Block::Gallery { cards }) => {
                    for card in cards {
                        self.add(Some(&card.title), &card.buttons);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, of: Option<&String>, options: &[BlockOption]) {
        self.shown.extend(options.iter().map(|option| Shown {
            id: option.id.as_ref().map(String::from),
            title: String::from(&option.title),
            of: of.cloned(),
        }));
    }

    /// Writes a tap: by the title, and by what it belongs to where a newer one has the same title.
    pub(super) fn write(&self, lines: &mut Lines, id: &str) {
        let newest = |is_it: &dyn Fn(&Shown) -> bool| self.shown.iter().rev().find(|shown| is_it(shown));
        let is_tapped = |shown: &Shown| shown.id.as_deref() == Some(id);
        let Some(tapped) = newest(&is_tapped) else {
            lines.note("this option was shown before the record began");
            return lines.push(&format!("tap {}", line(id)));
        };
        let title = line(&tapped.title);
        let has_title = |shown: &Shown| shown.title == tapped.title;
        if newest(&has_title).is_some_and(is_tapped) {
            return lines.push(&format!("tap {title}"));
        }
        let has_both = |shown: &Shown| has_title(shown) && shown.of == tapped.of;
        match &tapped.of {
            Some(of) => {
                if !newest(&has_both).is_some_and(is_tapped) {
                    lines.note("an older option of that title and block was tapped; this taps the newest");
                }
                lines.push(&format!("tap {title} of {}", line(of)));
            }
            None => {
                lines.note("an older option of that title was tapped, in a block without words; this taps the newest");
                lines.push(&format!("tap {title}"));
            }
        }
    }
}
