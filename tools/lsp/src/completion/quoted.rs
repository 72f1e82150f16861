//! What is wanted between quotes: names of headers and keys, choices, and in tests what the flow shows.

use sayflow::syntax::Place;
use sayflow::syntax::ast::Carrier;

use super::statement::statement;
use super::wanted::{Wanted, filled};
use crate::spot::Spot;

/// The text that is being typed behind the quote that is open, and what is wanted in its place.
pub(super) fn of<'l>(line: &'l str, spot: Spot<'_>) -> (&'l str, Vec<Wanted<'l>>) {
    let open = line.rfind(['"', '“']).map_or(line.len(), |at| {
        at + line
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8)
    });
    let (head, text) = line.split_at_checked(open).unwrap_or((line, ""));
    let head = head.trim_end_matches(['"', '“']);
    (text, behind(statement(head.trim_end(), spot.place), spot))
}

fn behind<'l>(statement: &'l str, spot: Spot<'_>) -> Vec<Wanted<'l>> {
    let is_test = spot.place == Place::Test;
    match (statement, spot.place) {
        ("header", Place::Api | Place::Server) => vec![Wanted::Keys(Carrier::Header)],
        ("param", Place::Api) => vec![Wanted::Keys(Carrier::Param)],
        ("field", Place::Api) => vec![Wanted::Keys(Carrier::Field)],
        ("tap", _) if is_test => vec![Wanted::Titles],
        ("customer", _) if is_test => vec![Wanted::Titles, Wanted::Heard { is_intent: false }],
        ("intent", _) if is_test => vec![Wanted::Heard { is_intent: true }],
        ("", Place::TestOptions) => vec![Wanted::Titles],
        ("button", Place::TestCard) => vec![Wanted::Titles],
        (tap, _) if is_test && tap.starts_with("tap ") && tap.ends_with(" of") => vec![Wanted::Blocks],
        _ => filled(statement).map(Wanted::Choices).into_iter().collect(),
    }
}
