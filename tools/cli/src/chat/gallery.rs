//! A gallery as cards side by side.

use sayflow::Card;

use super::blocks::{button, picture, place};
use super::choices::Choices;
use super::frame::{beside, framed};
use super::line::{Line, cut, wrapped};
use super::palette::{BOT, PLAIN, QUIET, STRONG};

/// The columns inside a card, at least where the screen has them, and at most.
const NARROWEST: usize = 22;
const WIDEST: usize = 30;
/// Its borders, and the blank to the next.
const AROUND: usize = 5;

/// The cards in rows; those of a row are equally high.
pub(crate) fn lines(cards: &[Card], choices: &mut Choices, width: usize) -> Vec<Line> {
    let in_a_row = ((width + 1) / (NARROWEST + AROUND)).max(1);
    let inner = ((width + 1) / in_a_row).saturating_sub(AROUND).min(WIDEST);
    let mut lines = Vec::new();
    for row in cards.chunks(in_a_row) {
        let row: Vec<Sections> = row.iter().map(|card| sections(card, choices, inner)).collect();
        let heights: Vec<usize> = (0..3).map(|index| height(&row, index)).collect();
        let framed: Vec<Vec<Line>> = row.into_iter().map(|card| boxed(card, &heights, inner)).collect();
        lines.extend(beside(&framed));
    }
    lines
}

/// Picture, words and buttons of a card.
type Sections = [Vec<Line>; 3];

fn sections(card: &Card, choices: &mut Choices, inner: usize) -> Sections {
    let picture = card
        .image
        .as_deref()
        .map(|url| picture(&cut(&format!("▣ {}", file(url)), inner), inner))
        .unwrap_or_default();
    let mut words = wrapped(STRONG, &card.title, inner);
    if let Some(subtitle) = &card.subtitle {
        words.extend(wrapped(QUIET, subtitle, inner));
    }
    if let Some(url) = &card.url {
        words.push(Line::new(
            QUIET,
            &cut(&format!("↗ {}", without_scheme(url)), inner),
        ));
    }
    let buttons = card.buttons.iter().flat_map(|option| {
        let mark = place(&option.target).map_or_else(String::new, |(mark, _)| format!(" {mark}"));
        button(option, &format!("{}{mark}", option.title), choices, inner)
    });
    [picture, words, buttons.collect()]
}

/// The last part of a URL's path.
fn file(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

fn height(row: &[Sections], index: usize) -> usize {
    row.iter()
        .filter_map(|card| card.get(index))
        .map(Vec::len)
        .max()
        .unwrap_or_default()
}

/// A card with each section as high as the highest of its row.
fn boxed(card: Sections, heights: &[usize], inner: usize) -> Vec<Line> {
    let [mut picture, mut words, mut buttons] = card;
    for (section, height) in [&mut picture, &mut words, &mut buttons].into_iter().zip(heights) {
        section.resize(*height, Line::new(PLAIN, ""));
    }
    picture.extend(words);
    framed(&[picture, buttons], inner, BOT)
}
