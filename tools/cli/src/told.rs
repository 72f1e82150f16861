//! What is told of work that goes on to its end, whether or not anybody reads along.

use std::io::{self, Write};

/// An output whose reader may leave: it takes everything in, so that every file is written and every test run, and the
/// exit code is the same. What was written before another file was refused has been told by then.
#[derive(Debug)]
pub(crate) struct Told<W> {
    output: W,
    heard: io::Result<()>,
}

/// What stands beside the output, on the standard error. Nobody is left to tell where it cannot be written.
#[derive(Debug)]
pub(crate) struct Aside(anstream::Stderr);

/// The standard error, for what stands beside the output.
pub(crate) fn aside() -> Aside {
    Aside(anstream::stderr())
}

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Told<W> {
    pub(crate) fn to(output: W) -> Self {
        Self {
            output,
            heard: Ok(()),
        }
    }

    /// Why what was told did not arrive, if it did not. A reader who left has read enough: that is no error.
    pub(crate) fn end(self) -> io::Result<()> {
        match self.heard {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            heard => heard,
        }
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
    fn what_could_not_be_told_is_an_error_at_the_end() {
        let mut room = [0_u8; 4];
        let mut told = Told::to(&mut room[..]);
        for text in ["one", "two", "3"] {
            told.write_all(text.as_bytes()).unwrap();
        }
        assert_eq!(told.end().unwrap_err().kind(), io::ErrorKind::WriteZero);
        assert_eq!(&room, b"onet");
    }

    #[test]
    fn a_reader_who_leaves_changes_nothing() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut told = Told::to(writer);
        told.write_all(b"one").unwrap();
        told.end().unwrap();
    }
}
