//! The regular expressions of a flow: each is compiled once, and neither one nor all of them can eat the memory.

use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

/// The largest regular expression, compiled, in bytes.
const REGEX_BYTES: usize = 256 << 10;
/// What a regular expression may take beside while it reads an answer, in bytes.
const CACHE_BYTES: usize = 256 << 10;
/// So many different regular expressions may be in a flow: to compile one can take as long as to check a hundred lines.
const MOST: usize = 100;

/// What became of each pattern.
#[derive(Default)]
pub(super) struct Regexes {
    compiled: HashMap<String, Result<Regex, String>>,
}

impl Regexes {
    /// A regular expression that a whole answer has to match; an error is why it cannot be used.
    pub(super) fn compiled(&mut self, pattern: &str) -> Result<Regex, String> {
        if let Some(known) = self.compiled.get(pattern) {
            return known.clone();
        }
        if self.compiled.len() >= MOST {
            return Err(format!("a flow has at most {MOST} different ones"));
        }
        let compiled = whole_answer(pattern).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
            error => last_line(&error.to_string()),
        });
        self.compiled.insert(pattern.to_owned(), compiled.clone());
        compiled
    }
}

/// The whole answer has to match, as everywhere else.
fn whole_answer(pattern: &str) -> Result<Regex, regex::Error> {
    let compiled = |pattern: &str| {
        RegexBuilder::new(pattern)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(CACHE_BYTES)
            .build()
    };
    // `a)|(b` is none by itself, but would be one between the brackets below.
    compiled(pattern)?;
    match compiled(&format!(r"\A(?:{pattern})\z")) {
        // A comment, which `(?x)` allows, has swallowed the end; a line break ends the comment.
        Err(regex::Error::Syntax(_)) => compiled(&format!("\\A(?:{pattern}\n)\\z")),
        result => result,
    }
}

/// The last line of what the compiler of regular expressions says; those before draw the place.
fn last_line(message: &str) -> String {
    let last = message.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::whole_answer;

    fn matches(pattern: &str, answer: &str) -> Option<bool> {
        whole_answer(pattern).ok().map(|regex| regex.is_match(answer))
    }

    #[test]
    fn the_whole_answer_matches() {
        assert_eq!(matches("a|b", "b"), Some(true));
        assert_eq!(matches("a|b", "ab"), Some(false));
        assert_eq!(matches("(?m)^a$", "a\nb"), Some(false));
    }

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(matches("a)|(b", "xb"), None);
        assert_eq!(matches("a)|(?:b", "xb"), None);
        assert_eq!(matches("(?x)a # )", "a"), Some(true));
        assert_eq!(matches("(?x)a # )", "xa"), Some(false));
        assert_eq!(matches("(?x)a # )", "a\n"), Some(false));
        assert_eq!(matches("(?x)a | b # or", "b"), Some(true));
        assert_eq!(matches("a # b", "a # b"), Some(true));
    }
}
