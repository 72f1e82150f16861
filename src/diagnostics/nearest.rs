//! "Did you mean": the known name nearest to a mistyped one.

/// The candidate within a third of the word's length of edits, the nearest first; ties go to the first.
pub(crate) fn nearest<'n>(word: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let most = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let found: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            if found.len().abs_diff(wanted.len()) > most {
                return None;
            }
            let edits = edits_between(&wanted, &found);
            (edits <= most && edits < wanted.len()).then_some((edits, candidate))
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `from` into `to`.
fn edits_between(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (j, b) in to.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut cost = at(&row, j) + usize::from(a != b);
            cost = cost.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swaps = i > 0 && j > 0 && from.get(i - 1) == Some(b) && to.get(j - 1) == Some(a);
            if swaps && a != b {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_name_within_a_third() {
        assert_eq!(nearest("wellcome", ["track", "welcome"]), Some("welcome"));
        assert_eq!(nearest("tarck", ["track", "welcome"]), Some("track"));
        assert_eq!(nearest("Track", ["track"]), Some("track"));
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("offers", ["agents"]), None);
    }
}
