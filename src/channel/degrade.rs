//! From the blocks of a turn to blocks within the limits of a channel.

mod gallery;
mod options;

use super::change::Degraded;
use super::limits::Part;
use super::plan::Kind;
use super::reason::{self, Reason};
use super::split;
use super::{Channel, Limit};
use crate::output::Block;

impl Channel {
    /// Makes of the blocks of a turn what the channel can show; with it comes a sentence for each change, for the
    /// host's log.
    ///
    /// Nothing is beyond a limit of the channel afterwards, and nothing that was said is gone: a text becomes
    /// several, a title that does not fit ends in `…`, a button that the channel does not have becomes a list, a
    /// message or a line of text. Every option that comes back keeps its id, and these keep their order; those that
    /// open a page or call a number may stand behind them. What was degraded once is not changed again. For
    /// [`Channel::Web`] nothing is changed.
    ///
    /// An option is recognised by its id, so the host sends the id back when it is tapped, not the title.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::channel::Channel;
    /// use sayflow::{Block, Card};
    ///
    /// let shawl = Card {
    ///     title: "Nakshi shawl".to_owned(),
    ///     image: Some("https://cdn.shop.example/shawl.jpg".to_owned()),
    ///     ..Card::default()
    /// };
    /// let gallery = vec![Block::Gallery { cards: vec![shawl] }];
    ///
    /// let (blocks, changes) = Channel::Telegram.degrade(gallery.clone());
    /// assert_eq!(blocks.len(), 2);
    /// assert_eq!(blocks[1], Block::Text { text: "Nakshi shawl".to_owned() });
    /// assert_eq!(changes, ["Telegram has no galleries: the card `Nakshi shawl` is sent as messages"]);
    ///
    /// let (blocks, changes) = Channel::Messenger.degrade(gallery.clone());
    /// assert_eq!(blocks, gallery);
    /// assert!(changes.is_empty());
    /// ```
    #[must_use]
    pub fn degrade(self, blocks: Vec<Block>) -> (Vec<Block>, Vec<String>) {
        let Degraded { blocks, changes, .. } = degrade(blocks, self);
        (blocks, changes.into_iter().map(|change| change.reason).collect())
    }
}

/// As [`Channel::degrade`], with each change as data and what became of each block.
///
/// # Examples
///
/// ```
/// use sayflow::channel::{ChangeKind, Channel, degrade};
/// use sayflow::{Block, Card};
///
/// let title = "Nakshi shawl".to_owned();
/// let shawl = Card { title: title.clone(), subtitle: Some("৳2450".to_owned()), ..Card::default() };
/// let degraded = degrade(vec![Block::Gallery { cards: vec![shawl] }], Channel::Telegram);
/// assert_eq!(degraded.changes[0].kind, ChangeKind::CardToMessages { title });
/// ```
#[must_use]
pub fn degrade(blocks: Vec<Block>, channel: Channel) -> Degraded {
    if channel.bounds().next().is_none() {
        let origins = (0..blocks.len()).collect();
        return Degraded {
            blocks,
            origins,
            changes: Vec::new(),
        };
    }
    let mut stage = Stage {
        channel,
        done: Degraded::default(),
        index: 0,
        start: 0,
        is_behind_text: false,
    };
    for (index, block) in blocks.into_iter().enumerate() {
        stage.next(index, block);
    }
    stage.done
}

/// A turn under way to its channel.
struct Stage {
    channel: Channel,
    done: Degraded,
    /// The block of the turn that is being shown, and where its first block stands in what is done.
    index: usize,
    start: usize,
    /// Whether the block before it was a text.
    is_behind_text: bool,
}

impl Stage {
    fn next(&mut self, index: usize, block: Block) {
        let first_change = self.done.changes.len();
        (self.index, self.start) = (index, self.done.blocks.len());
        let is_text = matches!(block, Block::Text { .. });
        match block {
            Block::Text { text } => self.text(&text, Part::Text),
            Block::Audio { url } => self.audio(url),
            Block::Gallery { cards } => self.gallery(cards),
            Block::Buttons { text, options } => self.options(Kind::Buttons, text, options),
            Block::QuickReplies { text, options } => self.options(Kind::QuickReplies, text, options),
            Block::List { text, options } => self.options(Kind::List, text, options),
            Block::Image { .. } | Block::Video { .. } | Block::Pause { .. } => self.push(block),
        }
        self.is_behind_text = is_text;
        let into = self.start..self.done.blocks.len();
        for change in self.done.changes.iter_mut().skip(first_change) {
            change.into = into.clone();
        }
    }

    fn push(&mut self, block: Block) {
        self.done.blocks.push(block);
        self.done.origins.push(self.index);
    }

    fn report(&mut self, reason: Reason) {
        self.done.changes.push(reason.into_change(self.index));
    }

    /// Says a text, in as many messages as it needs; `part` is what it is a part of.
    fn text(&mut self, text: &str, part: Part) {
        let Some(limit) = self.channel.bound(Part::Text) else {
            return self.push(Block::Text {
                text: text.to_owned(),
            });
        };
        let pieces = split::pieces(text, limit);
        match pieces.len() {
            0 => self.report(reason::left_out()),
            1 if pieces.iter().all(|piece| piece.len() == text.len()) => {}
            messages if part == Part::Text => self.report(reason::text_split(limit, Some(messages))),
            _ => {}
        }
        for piece in pieces {
            self.push(Block::Text {
                text: piece.to_owned(),
            });
        }
    }

    fn audio(&mut self, url: String) {
        match self.channel.lacks(Part::Audio) {
            Some(limit) => {
                self.report(reason::media_to_text(limit));
                self.text(&url, Part::Text);
            }
            None => self.push(Block::Audio { url }),
        }
    }

    /// Cuts a title or subtitle to its limit.
    fn shorten(&mut self, text: &mut String, limit: &'static Limit) {
        if let Some(shown) = split::shortened(text, limit.unit, limit.max) {
            self.report(reason::shortened(limit, text, &shown, None));
            *text = shown;
        }
    }
}
