//! What is told while files are written.

use std::io::{self, Write};

/// An output whose reader may leave: it takes everything in, so that every file is written whether or not anybody
/// reads along, and what was written before another file was refused has been told by then.
#[derive(Debug)]
pub(crate) struct Told<W> {
    output: W,
    heard: io::Result<()>,
}

impl<W: Write> Told<W> {
    pub(crate) fn to(output: W) -> Self {
        Self {
            output,
            heard: Ok(()),
        }
    }

    /// Why what was told did not arrive, if it did not.
    pub(crate) fn end(self) -> io::Result<()> {
        self.heard
    }
}

impl<W: Write> Write for Told<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.heard.is_ok() {
            self.heard = self.output.write_all(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.heard.is_ok() {
            self.heard = self.output.flush();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_leaves_is_told_of_at_the_end() {
        let mut room = [0_u8; 4];
        let mut told = Told::to(&mut room[..]);
        for text in ["one", "two", "3"] {
            told.write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(told.end().unwrap_err().kind(), io::ErrorKind::WriteZero);
        assert_eq!(&room, b"onet");
    }
}
