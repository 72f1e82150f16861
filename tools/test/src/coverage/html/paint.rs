//! Colours inside a line: quoted texts and comments.

use std::fmt::Write as _;

use super::Escaped;

/// Paints the lines of a file, from the first to the last.
#[derive(Default)]
pub(super) struct Painter {
    /// Whether a `"""` text is open.
    is_in_block: bool,
}

impl Painter {
    /// A line as HTML.
    pub(super) fn paint(&mut self, line: &str) -> String {
        let mut html = String::new();
        let mut rest = line;
        while !rest.is_empty() {
            let (class, length) = self.piece(rest);
            let (piece, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            let piece = Escaped(piece);
            _ = match class {
                Some(class) => write!(html, "<span class=\"{class}\">{piece}</span>"),
                None => write!(html, "{piece}"),
            };
            rest = behind;
        }
        html
    }

    /// The class of what stands first, and its bytes.
    fn piece(&mut self, rest: &str) -> (Option<&'static str>, usize) {
        const BLOCK: &str = "\"\"\"";
        if self.is_in_block {
            let end = rest.find(BLOCK);
            self.is_in_block = end.is_none();
            return (Some("text"), end.map_or(rest.len(), |end| end + BLOCK.len()));
        }
        if rest.starts_with("//") {
            return (Some("comment"), rest.len());
        }
        if let Some(inside) = rest.strip_prefix(BLOCK) {
            self.is_in_block = !inside.contains(BLOCK);
            let end = inside.find(BLOCK).map(|end| end + 2 * BLOCK.len());
            return (Some("text"), end.unwrap_or(rest.len()));
        }
        if let Some(inside) = rest.strip_prefix('"') {
            return (Some("text"), 1 + quoted(inside));
        }
        let end = [rest.find('"'), rest.find("//")].into_iter().flatten().min();
        (None, end.unwrap_or(rest.len()))
    }
}

/// The bytes to the end of a quoted text, its quote included.
fn quoted(inside: &str) -> usize {
    let mut is_escaped = false;
    for (index, char) in inside.char_indices() {
        match char {
            '"' if !is_escaped => return index + 1,
            _ => is_escaped = char == '\\' && !is_escaped,
        }
    }
    inside.len()
}
