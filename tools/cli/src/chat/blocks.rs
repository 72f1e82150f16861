//! Blocks as bubbles.

use sayflow::{Block, BlockOption, OptionTarget};

use super::choices::Choices;
use super::frame::{framed, in_rows};
use super::gallery;
use super::line::{Line, cut, widest, wrapped};
use super::palette::{BOT, CHIP, CUSTOMER, NUMBER, PICTURE, PLAIN, QUIET};

/// The columns of a bubble's text on a wide screen.
const BUBBLE: usize = 62;
/// The columns of a picture with a short address.
const PICTURE_WIDTH: usize = 32;

/// A block as lines; its options get the next numbers.
pub(crate) fn lines(block: &Block, choices: &mut Choices, width: usize) -> Vec<Line> {
    let inner = inner(width);
    match block {
        Block::Text { text } => bubble(vec![wrapped(PLAIN, text, inner)]),
        Block::Image { url } => bubble(media("▣ image", url, inner)),
        Block::Audio { url } => bubble(media("♪ audio", url, inner)),
        Block::Video { url } => bubble(media("▶ video", url, inner)),
        Block::Gallery { cards } => gallery::lines(cards, choices, width),
        Block::Buttons { text, options } => {
            let said = text
                .as_deref()
                .map(|text| wrapped(PLAIN, text, inner))
                .unwrap_or_default();
            bubble(vec![said, buttons(options, choices, inner)])
        }
        Block::List { text, options } => {
            let said = text
                .as_deref()
                .map(|text| wrapped(PLAIN, text, inner))
                .unwrap_or_default();
            let mut list = vec![Line::new(QUIET, "≡ list")];
            list.extend(buttons(options, choices, inner));
            bubble(vec![said, list])
        }
        Block::QuickReplies { text, options } => {
            let said = text
                .as_deref()
                .map(|text| bubble(vec![wrapped(PLAIN, text, inner)]));
            let mut lines = said.unwrap_or_default();
            lines.extend(in_rows(
                options
                    .iter()
                    .map(|option| chip(option, choices, inner))
                    .collect(),
                width,
            ));
            lines
        }
        // A pause is not seen, and a block of a later library is not known.
        _ => Vec::new(),
    }
}

/// What the customer says, at the right.
pub(crate) fn customer(text: &str, width: usize) -> Vec<Line> {
    let said = wrapped(PLAIN, text, inner(width));
    let inner = widest(&said);
    framed(&[said], inner, CUSTOMER)
        .into_iter()
        .map(|line| line.at_right(width))
        .collect()
}

/// The columns inside a bubble.
fn inner(width: usize) -> usize {
    BUBBLE.min(width.saturating_sub(8)).max(10)
}

fn bubble(sections: Vec<Vec<Line>>) -> Vec<Line> {
    let inner = sections
        .iter()
        .map(|section| widest(section))
        .max()
        .unwrap_or_default();
    framed(&sections, inner, BOT)
}

/// A ground where the picture would be, and its address.
fn media(name: &str, url: &str, inner: usize) -> Vec<Vec<Line>> {
    let address = wrapped(QUIET, url, inner);
    let ground = widest(&address).max(PICTURE_WIDTH.min(inner));
    let mut lines = picture(name, ground);
    lines.extend(address);
    vec![lines]
}

/// The ground where a picture would be, with some words on it.
pub(crate) fn picture(words: &str, inner: usize) -> Vec<Line> {
    let line = |text| {
        Line::new(PICTURE, text)
            .centred(inner, PICTURE)
            .padded(inner, PICTURE)
    };
    vec![line(""), line(words), line("")]
}

/// The buttons, and where those lead that do not come back to the bot.
fn buttons(options: &[BlockOption], choices: &mut Choices, inner: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for option in options {
        lines.extend(button(option, &option.title, choices, inner));
        if let Some((mark, place)) = place(&option.target) {
            let place = cut(&format!("{mark} {place}"), inner.saturating_sub(3));
            lines.push(Line::new(QUIET, &format!("   {place}")));
        }
    }
    lines
}

/// A button with its number; a long title takes several lines.
pub(crate) fn button(option: &BlockOption, title: &str, choices: &mut Choices, inner: usize) -> Vec<Line> {
    let number = choices.add(option);
    let mut start = Line::new(NUMBER, &format!("{number:>2} "));
    let titles = wrapped(PLAIN, title, inner.saturating_sub(3)).into_iter();
    titles
        .map(|title| std::mem::replace(&mut start, Line::new(PLAIN, "   ")).join(title))
        .collect()
}

fn chip(option: &BlockOption, choices: &mut Choices, inner: usize) -> Vec<Line> {
    let number = choices.add(option);
    let title = cut(&option.title, inner.saturating_sub(6));
    let mut line = Line::new(NUMBER, &format!("{number} ")).with(PLAIN, &title);
    if let Some((mark, _)) = place(&option.target) {
        line = line.with(QUIET, &format!(" {mark}"));
    }
    let width = line.width();
    framed(&[vec![line]], width, CHIP)
}

/// Where an option leads that does not come back to the bot, and a mark for it.
pub(crate) fn place(target: &OptionTarget) -> Option<(char, &str)> {
    match target {
        OptionTarget::Url(url) => Some(('↗', url)),
        OptionTarget::Phone(number) => Some(('☏', number)),
        _ => None,
    }
}
