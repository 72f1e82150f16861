//! Texts as the language writes them, so that what is read back is the same to the last character.

/// Lines are told apart from here on, where a block of lines is to be had.
const ONE_LINE_CHARS: usize = 60;

/// How a text stands in a test.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Quoted {
    /// Behind the word, on its line.
    Line(String),
    /// The lines between `"""` and `"""`.
    Lines(Vec<String>),
}

/// Whether the language can write a text: it has no escape for control characters other than line breaks.
pub(crate) fn is_writable(text: &str) -> bool {
    !text.chars().any(is_unwritable)
}

fn is_unwritable(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\t')
}

/// A text between quotes on one line. What cannot be written is left out.
pub(crate) fn line(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    escape(text, &mut quoted, "\\\"");
    quoted.push('"');
    quoted
}

/// The same for a comment, where a sign stands for each character that cannot be written: what it parts stays apart.
pub(super) fn in_comment(text: &str) -> String {
    line(&text.replace(is_unwritable, "\u{fffd}"))
}

/// A text in the more readable of its two forms.
pub(super) fn text(text: &str) -> Quoted {
    if !is_block(text) {
        return Quoted::Line(line(text));
    }
    let lines = text.split('\n').map(|line| {
        let mut escaped = String::with_capacity(line.len());
        escape(line, &mut escaped, "\"");
        escaped.replace("\"\"", "\"\\\"")
    });
    Quoted::Lines(lines.collect())
}

/// Whether lines of their own read better. The indent that all lines of a block share is cut off, and so are
/// blanks at its ends: a text with any of these stays on one line.
fn is_block(text: &str) -> bool {
    let has_lines = text.contains("\n\n") || text.chars().count() > ONE_LINE_CHARS;
    let is_plain = |line: &str| line.trim() == line;
    let ends = [text.split('\n').next(), text.split('\n').next_back()];
    text.contains('\n')
        && has_lines
        && text.split('\n').all(is_plain)
        && ends.iter().all(|end| end.is_some_and(|line| !line.is_empty()))
}

/// A regular expression that only this text fits, between its slashes.
pub(super) fn regex(text: &str) -> String {
    let mut regex = String::from("/^");
    for letter in text.chars() {
        match letter {
            letter if letter.is_control() || letter == '/' => {
                regex.push_str(&format!("\\x{{{:x}}}", u32::from(letter)));
            }
            '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                regex.extend(['\\', letter]);
            }
            letter => regex.push(letter),
        }
    }
    regex.push_str("$/");
    regex
}

fn escape(text: &str, escaped: &mut String, quote: &str) {
    let mut letters = text.chars().peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        let behind = letters.peek().copied();
        match letter {
            '"' => escaped.push_str(quote),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            // A name between single marks looks like a placeholder that was meant.
            '{' | '}' => escaped.extend(['\\', letter]),
            '<' if before == Some('<') || behind.is_some_and(|next| next == '<' || is_name(next)) => {
                escaped.push_str("\\<");
            }
            '>' if before == Some('>') || behind == Some('>') => escaped.push_str("\\>"),
            letter if is_unwritable(letter) => {}
            letter => escaped.push(letter),
        }
        before = Some(letter);
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_'
}

#[cfg(test)]
mod tests {
    use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};

    use super::{Quoted, is_writable, line, regex, text};

    /// What the language reads where this text is written.
    fn read_back(written: &str) -> String {
        let flow = format!("attribute name: text\non start {{\n  text {written}\n}}\n");
        let program = Program::load([Source::new("text.flow", flow)]).unwrap();
        let (mut session, mut customer) = (Session::new(), Customer::new(1));
        let engine = Engine::new(program);
        let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls);
        match turn.unwrap().blocks.as_slice() {
            [Block::Text { text }] => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    const TEXTS: &[&str] = &[
        "Hi",
        "She said \"yes\".",
        "{{name}} and {name} and {",
        "<<name>> and <name> and 1 < 2 > 1 <",
        "a \\n b \\",
        "one\ntwo",
        "Dear Asha,\n\nthank you for your order. We are on it.\n\"\"\"Yours\"\"\"\n{{name}} \\ <<x>>",
        "  two blanks, and a line that is long enough for lines of its own,\n    with an indent",
        "ends with a line break, and is long enough for lines of its own\n",
        "a long line with a tab\t, long enough for lines of its own\nand a second",
        "“curly” → ৳2450 🧣",
        "}}}} >>>> <<<< {{{{",
        "// no comment",
    ];

    #[test]
    fn what_is_written_is_what_is_read() {
        for said in TEXTS {
            assert_eq!(read_back(&line(said)), *said);
            if let Quoted::Lines(lines) = text(said) {
                let block = format!("\"\"\"\n    {}\n    \"\"\"", lines.join("\n    "));
                assert_eq!(read_back(&block), *said);
            }
        }
    }

    #[test]
    fn a_long_text_of_lines_stands_on_lines() {
        let forms = TEXTS.iter().map(|said| matches!(text(said), Quoted::Lines(_)));
        assert_eq!(forms.filter(|is_block| *is_block).count(), 2);
    }

    #[test]
    fn a_control_character_needs_a_regex() {
        assert!(is_writable("a\tb\nc") && !is_writable("a\rb"));
        assert_eq!(regex("a/b\r(c)"), "/^a\\x{2f}b\\x{d}\\(c\\)$/");
    }
}
