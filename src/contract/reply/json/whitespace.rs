//! What stands between values: blanks, and comments that JSON does not have.

use super::{Mistake, Read, Reader};

impl Reader<'_> {
    /// Skips blanks, and comments as faults.
    pub(super) fn skip_blanks(&mut self) -> Read<()> {
        loop {
            self.skip_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
            let start = self.at;
            let rest = self.rest();
            if rest.starts_with(['"', ':', ',', '{', '}', '[', ']']) {
                return Ok(());
            }
            if rest.starts_with("//") || rest.starts_with('#') {
                self.skip_while(|c| c != '\n');
                self.fault(Mistake::Comment, start, self.at)?;
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                self.fault(Mistake::Comment, start, self.at)?;
            } else if rest.starts_with(['\u{a0}', '\u{feff}', '\u{200b}', '\u{b}', '\u{c}']) {
                self.bump();
                self.fault(Mistake::OddBlank, start, self.at)?;
            } else {
                return Ok(());
            }
        }
    }
}
