//! "Did you mean": the known names nearest to a mistyped one, as the checker measures them.

/// The names that are listed where none is near.
const MOST_LISTED: usize = 12;

/// The candidates within a third of the word's length of edits, the nearest first.
pub fn nearest<'n>(word: &str, candidates: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((edits(word, candidate)?, candidate)))
        .collect();
    near.sort_by_key(|(edits, _)| *edits);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The edits from a word to a candidate, letter case aside; `None` where they are too many.
pub fn edits(word: &str, candidate: &str) -> Option<usize> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let most = (length / 3).max(1).min(length.saturating_sub(1));
    let edits = strsim::osa_distance(&word, &candidate.to_lowercase());
    (edits <= most).then_some(edits)
}

/// What to add to a message that knows no such name: the nearest one, or the first where none is near.
///
/// ```
/// use sayflow_kit::nearest::did_you_mean;
///
/// assert_eq!(did_you_mean("shpo", ["shop", "mail"], "servers"), "did you mean `shop`?");
/// assert_eq!(did_you_mean("x", ["shop", "mail"], "servers"), "its servers are shop, mail");
/// ```
pub fn did_you_mean<'n>(word: &str, known: impl IntoIterator<Item = &'n str>, things: &str) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match (nearest(word, known.iter().copied()).first(), known.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => format!("it has no {things}"),
        (None, known) => match known.get(..MOST_LISTED) {
            Some(first) if first.len() < known.len() => format!("its {things} are {}, …", first.join(", ")),
            _ => format!("its {things} are {}", known.join(", ")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names_within_a_third() {
        assert_eq!(nearest("trak", ["agent", "Track", "trap"]), ["Track", "trap"]);
        assert!(nearest("foo", ["unknown_sequence", "x"]).is_empty());
        assert!(nearest("x", ["y"]).is_empty());
    }

    #[test]
    fn where_no_name_is_near_some_are_said() {
        assert_eq!(did_you_mean("shpo", ["shop"], "servers"), "did you mean `shop`?");
        assert_eq!(
            did_you_mean("nope", ["shop", "mail"], "servers"),
            "its servers are shop, mail"
        );
        assert_eq!(did_you_mean("nope", [], "servers"), "it has no servers");
        let many = did_you_mean("nope", ["x"; MOST_LISTED + 1], "servers");
        assert!(many.ends_with("x, x, …"), "{many}");
    }
}
