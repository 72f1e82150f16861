//! What the text before a cursor is, read letter by letter: the tree of a line that is half typed does not say.

use sayflow::syntax::{self, Place};

use super::wanted::is_of_name;

/// In what a cursor stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Within {
    #[default]
    Code,
    /// A text of one line.
    Text,
    /// A `"""` text.
    Block,
    Comment,
}

/// What a placeholder names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// `{{…}}`
    Attribute,
    /// `<<…>>`
    Api,
}

impl Marks {
    pub(super) const fn closing(self) -> &'static str {
        match self {
            Self::Attribute => "}}",
            Self::Api => ">>",
        }
    }
}

/// The text before a cursor, as far as it matters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before<'t> {
    pub(super) within: Within,
    /// The placeholder that is open, and what stands in it.
    pub(super) open: Option<(Marks, &'t str)>,
}

impl<'t> Before<'t> {
    /// Reads the text before a cursor.
    pub(super) fn of(text: &'t str) -> Self {
        let mut before = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let read = before.step(rest);
            rest = rest.get(read..).unwrap_or_default();
        }
        before
    }

    /// How much of the text behind the cursor belongs to the word before it.
    pub(super) fn right_half(self, word: &str, after: &str) -> usize {
        match (self.within, self.open) {
            (Within::Text, None) => to_quote(after).unwrap_or(0),
            // What begins here is another word.
            (Within::Code, None) if word.is_empty() => 0,
            _ => after.len() - after.trim_start_matches(is_of_name).len(),
        }
    }

    /// Reads what comes next, and says how many bytes it is.
    fn step(&mut self, rest: &'t str) -> usize {
        if rest.starts_with('\n') {
            self.break_line(rest.get(1..).unwrap_or_default());
            return 1;
        }
        let letter = rest.chars().next().map_or(1, char::len_utf8);
        match self.within {
            Within::Comment => letter,
            Within::Code => self.code(rest).unwrap_or(letter),
            Within::Text | Within::Block => self.text(rest).unwrap_or(letter),
        }
    }

    /// Everything but a block ends with its line, and a block ends where an item begins.
    fn break_line(&mut self, next: &str) {
        self.open = None;
        let word = next
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .next();
        let is_item = || syntax::words(Place::File).any(|item| Some(item) == word);
        if self.within != Within::Block || is_item() {
            self.within = Within::Code;
        }
    }

    fn code(&mut self, rest: &'t str) -> Option<usize> {
        let (within, length) = if rest.starts_with("//") {
            (Within::Comment, 2)
        } else if rest.starts_with("\"\"\"") {
            (Within::Block, 3)
        } else if rest.starts_with(['"', '“']) {
            (Within::Text, rest.chars().next().map_or(1, char::len_utf8))
        } else {
            return match rest.starts_with("{{") {
                // Outside of a text these are braces of blocks.
                true => Some(2),
                false => self.placeholder(rest),
            };
        };
        (self.within, self.open) = (within, None);
        Some(length)
    }

    fn text(&mut self, rest: &'t str) -> Option<usize> {
        if rest.starts_with('\\') {
            let escaped = rest.chars().nth(1).filter(|letter| *letter != '\n');
            return Some(1 + escaped.map_or(0, char::len_utf8));
        }
        let length = match self.within {
            Within::Block => rest.starts_with("\"\"\"").then_some(3),
            _ => rest
                .chars()
                .next()
                .filter(|letter| matches!(letter, '"' | '”'))
                .map(char::len_utf8),
        };
        if length.is_some() {
            (self.within, self.open) = (Within::Code, None);
            return length;
        }
        self.placeholder(rest)
    }

    fn placeholder(&mut self, rest: &'t str) -> Option<usize> {
        self.open = match rest.get(..2)? {
            "{{" => Some((Marks::Attribute, rest.get(2..)?)),
            "<<" => Some((Marks::Api, rest.get(2..)?)),
            "}}" | ">>" => None,
            _ => return None,
        };
        Some(2)
    }
}

/// How far the quote is that closes a text, where the line has one left over.
fn to_quote(after: &str) -> Option<usize> {
    let line = after.lines().next().unwrap_or_default();
    let mut is_escaped = false;
    let quotes = line.char_indices().filter(|(_, letter)| {
        let is_quote = !is_escaped && matches!(letter, '"' | '”');
        is_escaped = !is_escaped && *letter == '\\';
        is_quote
    });
    let quotes: Vec<usize> = quotes.map(|(at, _)| at).collect();
    quotes.first().copied().filter(|_| quotes.len() % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(text: &str) -> (Within, Option<(Marks, &str)>) {
        let before = Before::of(text);
        (before.within, before.open)
    }

    #[test]
    fn texts_end_with_their_quotes_or_their_line() {
        assert_eq!(within("text \"a"), (Within::Text, None));
        assert_eq!(within("text \"a\\\""), (Within::Text, None));
        assert_eq!(within("text “a” "), (Within::Code, None));
        assert_eq!(within("text \"a\n"), (Within::Code, None));
    }

    #[test]
    fn a_block_goes_on_until_its_quotes_or_the_next_item() {
        assert_eq!(within("text \"\"\"\n  \"a\" // b\n"), (Within::Block, None));
        assert_eq!(within("text \"\"\"\n  a\n  \"\"\" "), (Within::Code, None));
        assert_eq!(within("text \"\"\"\n  a\nsequence b {\n"), (Within::Code, None));
        assert_eq!(within("text \"\"\"\n  a\nsequences are\n"), (Within::Block, None));
    }

    #[test]
    fn a_comment_is_no_text() {
        assert_eq!(within("end // \"<<"), (Within::Comment, None));
        assert_eq!(within("text \"http://a"), (Within::Text, None));
    }

    #[test]
    fn placeholders_that_are_open() {
        assert_eq!(
            within("text \"{{ po"),
            (Within::Text, Some((Marks::Attribute, " po")))
        );
        assert_eq!(within("text \"{{po}} "), (Within::Text, None));
        assert_eq!(within("image <<ba"), (Within::Code, Some((Marks::Api, "ba"))));
        assert_eq!(within("text \"\\<<"), (Within::Text, None));
        assert_eq!(within("text \"\\\\<<"), (Within::Text, Some((Marks::Api, ""))));
        assert_eq!(within("if a {{"), (Within::Code, None));
    }
}
