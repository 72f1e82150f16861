//! Gaps in what a customer reads: a place for an attribute that is unset.
//!
//! A gap counts where it can be seen: with no letter or digit beside it, as in `Hi !` or `You have  points`. An
//! address lacks a part only where one of its path does; a parameter may be empty.

use sayflow::{Block, BlockOption, Card, Customer, OptionTarget};
use serde_json::Value as Json;

use super::finding::Defect;
use super::judge::Suspicion;
use super::map::{Map, Piece, Template};
use super::talk::Turn;

/// Finds the gaps in what a turn showed.
pub(super) fn find(map: &Map, turn: &Turn, found: &mut Vec<Suspicion>) {
    for (block, place) in turn.blocks() {
        let Some((place, line)) = place.and_then(|place| Some((place, map.line(place)?))) else {
            continue;
        };
        if line.templates.is_empty() {
            continue;
        }
        let (texts, addresses) = shown(block);
        for template in &line.templates {
            let shown = if template.is_address { &addresses } else { &texts };
            let gap = shown
                .iter()
                .find_map(|text| Some((*text, gap(template, text, turn)?)));
            if let Some((text, name)) = gap {
                found.push(suspicion(template, text, name, place));
                break;
            }
        }
    }
}

fn suspicion(template: &Template, text: &str, name: &str, place: super::map::Place) -> Suspicion {
    let defect = match template.is_address {
        true => Defect::BrokenAddress,
        false => Defect::EmptyPlace,
    };
    Suspicion {
        defect,
        place,
        message: format!("`{name}` is unset, so the customer gets “{}”", text.trim_end()),
    }
}

/// The attribute whose place in a text is empty for all to see.
fn gap<'t>(template: &'t Template, text: &str, turn: &Turn) -> Option<&'t str> {
    let pieces = &template.pieces;
    pieces.iter().enumerate().find_map(|(index, piece)| {
        let Piece::Attribute {
            name,
            has_default: false,
        } = piece
        else {
            return None;
        };
        let is_seen = match template.is_address {
            true => is_part_of_path(pieces, index),
            false => is_visible(pieces, index),
        };
        let is_unset = || is_unset(&turn.before, name) || is_unset(&turn.after, name);
        (is_seen && fits(pieces, index, text) && is_unset()).then_some(name.as_str())
    })
}

/// Whether an attribute or field, by its name in the flow, has no value that can be seen.
fn is_unset(customer: &Customer, name: &str) -> bool {
    // Fields are part of the JSON form under their names; an attribute with a key of its own is not, and is
    // taken as unset: what is shown decides.
    let values = serde_json::to_value(customer).unwrap_or_default();
    match values.get(name) {
        None | Some(Json::Null) => true,
        Some(Json::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// Whether nothing but blanks, marks and ends is beside a place.
fn is_visible(pieces: &[Piece], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| pieces.get(before));
    let behind = pieces.get(index + 1);
    let last = match before {
        None => None,
        Some(Piece::Plain(plain)) => plain.chars().next_back(),
        Some(_) => return false,
    };
    let next = match behind {
        None => None,
        Some(Piece::Plain(plain)) => plain.chars().next(),
        Some(_) => return false,
    };
    let is_word = |found: Option<char>| found.is_some_and(char::is_alphanumeric);
    // A line of its own may well be empty.
    let is_line = |found: Option<char>| found.is_none_or(|found| found == '\n');
    let is_own_line = is_line(last) && is_line(next);
    !(is_word(last) || is_word(next) || is_own_line)
}

/// Whether a place of an address is one part of its path, or a name within one.
fn is_part_of_path(pieces: &[Piece], index: usize) -> bool {
    let before = pieces.get(..index).unwrap_or_default();
    let has_query = before
        .iter()
        .any(|piece| matches!(piece, Piece::Plain(plain) if plain.contains(['?', '#'])));
    let follows_slash = matches!(before.last(), Some(Piece::Plain(plain)) if plain.ends_with('/'));
    !has_query && follows_slash
}

/// Whether a text is what a template shows where one of its places is empty.
fn fits(pieces: &[Piece], empty: usize, text: &str) -> bool {
    let mut parts: Vec<Option<String>> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Plain(plain) => parts.push(Some(seen(plain))),
            _ if index == empty => {}
            Piece::Attribute { .. } | Piece::Api => parts.push(None),
        }
    }
    let parts: Vec<Option<&str>> = parts.iter().map(Option::as_deref).collect();
    matches(&parts, &seen(text))
}

/// A text without what the engine takes out of the flow's own texts before a customer reads them.
fn seen(text: &str) -> String {
    let is_hidden = |letter: &char| match letter {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        letter => letter.is_control(),
    };
    text.chars().filter(|letter| !is_hidden(letter)).collect()
}

/// Whether a text is made of these parts in order; `None` stands for anything.
fn matches(parts: &[Option<&str>], text: &str) -> bool {
    match parts {
        [] => text.is_empty(),
        [None] => true,
        [None, rest @ ..] => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.into_iter()
                .any(|at| matches(rest, text.get(at..).unwrap_or_default()))
        }
        [Some(plain), rest @ ..] => text.strip_prefix(plain).is_some_and(|text| matches(rest, text)),
    }
}

/// The texts and the addresses of a block.
fn shown(block: &Block) -> (Vec<&str>, Vec<&str>) {
    let (mut texts, mut addresses) = (Vec::new(), Vec::new());
    match block {
        Block::Text { text } => texts.push(text.as_str()),
        Block::Image { url } | Block::Audio { url } | Block::Video { url } => addresses.push(url.as_str()),
        Block::Gallery { cards } => {
            for card in cards {
                of_card(card, &mut texts, &mut addresses);
            }
        }
        Block::Buttons { text, options } | Block::QuickReplies { text, options } => {
            texts.extend(text.as_deref());
            of_options(options, &mut texts, &mut addresses);
        }
        _ => {}
    }
    (texts, addresses)
}

fn of_card<'b>(card: &'b Card, texts: &mut Vec<&'b str>, addresses: &mut Vec<&'b str>) {
    texts.push(&card.title);
    texts.extend(card.subtitle.as_deref());
    addresses.extend(card.image.as_deref());
    addresses.extend(card.url.as_deref());
    of_options(&card.buttons, texts, addresses);
}

fn of_options<'b>(options: &'b [BlockOption], texts: &mut Vec<&'b str>, addresses: &mut Vec<&'b str>) {
    for option in options {
        texts.push(&option.title);
        if let OptionTarget::Url(url) = &option.target {
            addresses.push(url);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> Piece {
        Piece::Attribute {
            name: name.to_owned(),
            has_default: false,
        }
    }

    fn plain(text: &str) -> Piece {
        Piece::Plain(text.to_owned())
    }

    #[test]
    fn a_gap_is_seen_beside_blanks_and_marks() {
        assert!(is_visible(&[plain("Hi "), place("name"), plain("!")], 1));
        assert!(is_visible(&[plain("It costs ৳"), place("price")], 1));
        assert!(is_visible(&[place("name"), plain(", hello")], 0));
        assert!(!is_visible(
            &[plain("Order"), place("suffix"), plain(" is here")],
            1
        ));
        assert!(!is_visible(&[plain("One\n"), place("line"), plain("\nTwo")], 1));
    }

    #[test]
    fn an_empty_place_leaves_the_rest_of_its_text() {
        let pieces = [
            plain("Hi "),
            place("first"),
            plain(" "),
            place("last"),
            plain("!"),
        ];
        assert!(fits(&pieces, 3, "Hi Asha !"));
        assert!(fits(&pieces, 1, "Hi  Rahman!"));
        assert!(!fits(&pieces, 1, "Hi Asha Rahman!"));
    }

    #[test]
    fn what_is_taken_out_of_a_text_hides_no_gap() {
        let pieces = [plain("Hi\u{7}\u{202e} "), place("name"), plain("!")];
        assert!(fits(&pieces, 1, "Hi !"));
    }

    #[test]
    fn a_parameter_of_an_address_may_be_empty() {
        let pieces = [
            plain("https://shop.example/"),
            place("sku"),
            plain("?ref="),
            place("ref"),
        ];
        assert!(is_part_of_path(&pieces, 1));
        assert!(!is_part_of_path(&pieces, 3));
    }
}
