//! What stands between values: blanks, and comments that JSON does not have.

use super::{Mistake, Read, Reader};

impl Reader<'_> {
    /// Skips blanks, and comments as faults.
    pub(super) fn skip_blanks(&mut self) -> Read<()> {
        loop {
            self.skip_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
            let start = self.at;
            match self.peek() {
                Some('#') => self.skip_comment()?,
                Some('/') if self.rest().starts_with("//") => self.skip_comment()?,
                Some('/') if self.rest().starts_with("/*") => {
                    let rest = self.rest();
                    self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                    self.fault(Mistake::Comment, start, self.at)?;
                }
                Some('\u{a0}' | '\u{feff}' | '\u{200b}' | '\u{b}' | '\u{c}') => {
                    self.bump();
                    self.fault(Mistake::OddBlank, start, self.at)?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// Skips a comment up to the end of its line.
    fn skip_comment(&mut self) -> Read<()> {
        let start = self.at;
        self.skip_while(|c| c != '\n');
        self.fault(Mistake::Comment, start, self.at)
    }
}
