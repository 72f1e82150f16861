//! Two texts in one: what was taken away, what came in its place.

/// Of texts with more words than this, only what they share at both ends is found.
const WORDS: usize = 400;

/// One text, with `[-was-]` and `{+is+}` where they differ, word by word.
///
/// # Examples
///
/// ```
/// let diff = sayflow_test::word_diff("Your order is packed.", "Your order is on its way.");
/// assert_eq!(diff, "Your order is [-packed-]{+on its way+}.");
/// ```
#[must_use]
pub fn word_diff(was: &str, is: &str) -> String {
    let (was, is) = (words(was), words(is));
    let start = was.iter().zip(&is).take_while(|(a, b)| a == b).count();
    let rest = was.len().min(is.len()) - start;
    let end = was.iter().rev().zip(is.iter().rev());
    let end = end.take(rest).take_while(|(a, b)| a == b).count();
    let (first, was, last) = cut(&was, start, end);
    let (_, is, _) = cut(&is, start, end);
    let mut diff = Diff {
        text: first.concat(),
        ..Diff::default()
    };
    diff.middle(was, is);
    diff.flush();
    diff.text + &last.concat()
}

/// The words of a text with the blanks and marks between them, each on its own.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut start = 0;
    let mut before = false;
    for (at, letter) in text.char_indices() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        if at > start && !(is_word && before) {
            words.extend(text.get(start..at));
            start = at;
        }
        before = is_word;
    }
    words.extend(text.get(start..).filter(|last| !last.is_empty()));
    words
}

/// The beginning, the middle and the end of so many words.
fn cut<'w, 't>(
    words: &'w [&'t str],
    start: usize,
    end: usize,
) -> (&'w [&'t str], &'w [&'t str], &'w [&'t str]) {
    let (first, rest) = words.split_at_checked(start).unwrap_or((words, &[]));
    let middle = rest.len().saturating_sub(end);
    let (middle, last) = rest.split_at_checked(middle).unwrap_or((rest, &[]));
    (first, middle, last)
}

#[derive(Default)]
struct Diff {
    text: String,
    was: String,
    is: String,
}

impl Diff {
    /// What has no beginning and no end in common: the words of the longest common part stay.
    fn middle(&mut self, was: &[&str], is: &[&str]) {
        if was.len() > WORDS || is.len() > WORDS {
            self.was.push_str(&was.concat());
            self.is.push_str(&is.concat());
            return;
        }
        let common = common(was, is);
        let (mut was, mut is) = (was, is);
        while let (Some((gone, was_rest)), Some((come, is_rest))) = (was.split_first(), is.split_first()) {
            if gone == come {
                // A blank alone does not keep two changes apart.
                match gone.trim().is_empty() && !(self.was.is_empty() && self.is.is_empty()) {
                    true => {
                        self.was.push_str(gone);
                        self.is.push_str(come);
                    }
                    false => {
                        self.flush();
                        self.text.push_str(gone);
                    }
                }
                (was, is) = (was_rest, is_rest);
            } else if left(&common, was_rest.len(), is.len()) >= left(&common, was.len(), is_rest.len()) {
                self.was.push_str(gone);
                was = was_rest;
            } else {
                self.is.push_str(come);
                is = is_rest;
            }
        }
        self.was.push_str(&was.concat());
        self.is.push_str(&is.concat());
    }

    fn flush(&mut self) {
        let (was, is) = (std::mem::take(&mut self.was), std::mem::take(&mut self.is));
        if !was.is_empty() {
            self.text.push_str(&format!("[-{was}-]"));
        }
        if !is.is_empty() {
            self.text.push_str(&format!("{{+{is}+}}"));
        }
    }
}

/// How many words the last so many words of both have in common: a row for each number of the first.
fn common(was: &[&str], is: &[&str]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; is.len() + 1]];
    for gone in was.iter().rev() {
        let mut row = vec![0];
        for (index, come) in is.iter().rev().enumerate() {
            row.push(if gone == come {
                left(&rows, rows.len() - 1, index) + 1
            } else {
                left(&rows, rows.len() - 1, index + 1).max(row.last().copied().unwrap_or_default())
            });
        }
        rows.push(row);
    }
    rows
}

fn left(common: &[Vec<usize>], was: usize, is: usize) -> usize {
    common
        .get(was)
        .and_then(|row| row.get(is))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::word_diff;

    #[test]
    fn words_are_compared() {
        let table = [
            ("same", "same", "same"),
            ("", "new", "{+new+}"),
            ("old", "", "[-old-]"),
            ("a b c", "a x c", "a [-b-]{+x+} c"),
            (
                "Hi Asha, bye",
                "Hi Rahim, bye bye",
                "Hi [-Asha-]{+Rahim+},{+ bye+} bye",
            ),
            (
                "one two three four",
                "one 2 3 four",
                "one [-two three-]{+2 3+} four",
            ),
            ("আমার অর্ডার", "তোমার অর্ডার", "[-আমার-]{+তোমার+} অর্ডার"),
        ];
        for (was, is, diff) in table {
            assert_eq!(word_diff(was, is), diff, "{was} | {is}");
        }
    }

    #[test]
    fn long_texts_end_soon() {
        let long = |word: &str| format!("a {} z", format!("{word} ").repeat(100_000));
        assert!(word_diff(&long("x"), &long("y")).len() > 400_000);
    }
}
