//! Replacements in a text, as fixes and the id writer make them.

use sayflow::Span;

/// The text with every edit made. The order of the edits does not matter; two insertions at one
/// place come out in the order given. An edit that overlaps one before it, or does not lie on
/// character borders of the text, is left out.
///
/// # Examples
///
/// ```
/// use sayflow::Span;
///
/// let edits = [(Span::new(5, 13), "welcome".to_owned()), (Span::at(0), "  ".to_owned())];
/// assert_eq!(sayflow_kit::apply_edits("goto wellcome", &edits), "  goto welcome");
/// ```
#[must_use]
pub fn apply_edits(text: &str, edits: &[(Span, String)]) -> String {
    let mut ordered: Vec<&(Span, String)> = edits.iter().collect();
    ordered.sort_by_key(|(span, _)| (span.start, span.end));
    let mut edited = String::with_capacity(text.len());
    let mut copied = 0;
    for (span, new) in ordered {
        let range = span.range();
        if let Some(kept) = text.get(copied..range.start)
            && text.get(range.clone()).is_some()
        {
            edited.push_str(kept);
            edited.push_str(new);
            copied = range.end;
        }
    }
    edited.push_str(text.get(copied..).unwrap_or_default());
    edited
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edits: &[(u32, u32, &str)]) -> String {
        let edits: Vec<_> = edits
            .iter()
            .map(|(start, end, new)| (Span::new(*start, *end), (*new).to_owned()))
            .collect();
        apply_edits(text, &edits)
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        assert_eq!(edited("ad", &[(1, 1, "b"), (1, 1, "c")]), "abcd");
    }

    #[test]
    fn an_overlapping_edit_is_left_out() {
        assert_eq!(edited("abcdef", &[(1, 4, "-"), (3, 5, "+")]), "a-ef");
    }

    #[test]
    fn an_edit_outside_the_text_is_left_out() {
        assert_eq!(edited("ö", &[(1, 2, "-"), (2, 9, "-"), (2, 2, "!")]), "ö!");
    }
}
