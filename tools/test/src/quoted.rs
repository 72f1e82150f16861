//! Texts in messages, as an author writes them: letters of every script stay what they are.

use std::fmt;

/// A text in quotes, on one line.
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                // Controls would be seen by nobody, or by the terminal alone; those of direction turn the line round.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    write!(f, "{}", letter.escape_unicode())?
                }
                _ if letter.is_control() => write!(f, "{}", letter.escape_debug())?,
                _ => write!(f, "{letter}")?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::Quoted;

    #[test]
    fn letters_stay_and_controls_are_seen() {
        assert_eq!(Quoted("স্বাগতম, \"বন্ধু\"!").to_string(), r#""স্বাগতম, \"বন্ধু\"!""#);
        assert_eq!(Quoted("a\nb\u{1b}\\").to_string(), r#""a\nb\u{1b}\\""#);
    }
}
