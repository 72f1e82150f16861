//! "Did you mean": the known name nearest to a mistyped one, as the checker measures it.

/// What to add to a message that knows no such name: the nearest one, or all of them.
pub(crate) fn did_you_mean<'n>(word: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = known.iter().filter_map(|name| Some((edits(word, name)?, name)));
    match near.min_by_key(|(edits, _)| *edits) {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is none".to_owned(),
        None => format!("there are {}", known.join(", ")),
    }
}

/// The edits between two names, letter case aside; `None` where they are more than a third.
fn edits(word: &str, candidate: &str) -> Option<usize> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let most = (length / 3).max(1).min(length.saturating_sub(1));
    let edits = strsim::osa_distance(&word, &candidate.to_lowercase());
    (edits <= most).then_some(edits)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn the_nearest_name_or_all() {
        assert_eq!(did_you_mean("whn", ["reply", "when"]), "did you mean `when`?");
        assert_eq!(did_you_mean("nope", ["reply", "when"]), "there are reply, when");
        assert_eq!(did_you_mean("nope", []), "there is none");
    }
}
