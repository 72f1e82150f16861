//! An input line by line, where no terminal is: the standard one, or a file of any size.

use std::io::{self, BufRead, ErrorKind, Read};

/// The longest that a line of the standard input may be, its end included: more than any input takes.
const MOST_MEBIBYTES: u32 = 16;

/// The next line with its end, which has so many MiB at the most; none behind the last one.
///
/// # Errors
///
/// It cannot be read, or is longer: nobody knows whether it ever ends.
pub(crate) fn read_line(mebibytes: u32, input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let most = u64::from(mebibytes) << 20;
    let mut bytes = Vec::new();
    let length = input.take(most + 1).read_until(b'\n', &mut bytes)?;
    if length as u64 > most {
        let longer = format!("a line of the input is longer than {mebibytes} MiB");
        return Err(io::Error::new(ErrorKind::InvalidData, longer));
    }
    Ok((length > 0).then_some(bytes))
}

/// The lines of an input that say something. One that is no text ends nothing: it says so, and the
/// next one follows. One that is too long is an error.
pub(crate) struct Lines<R>(R);

/// A line, or why it is none.
pub(crate) type Line = Result<String, String>;

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(input: R) -> Self {
        Self(input)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match read_line(MOST_MEBIBYTES, &mut self.0).transpose()? {
                Ok(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => {}
                Ok(bytes) => return Some(Ok(text(bytes))),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// A line without its end.
fn text(bytes: Vec<u8>) -> Line {
    let mut line = String::from_utf8(bytes).map_err(|error| {
        let (sound, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let column = String::from_utf8_lossy(sound).chars().count() + 1;
        let byte = rest.first().copied().unwrap_or_default();
        format!("this line is not UTF-8: byte 0x{byte:02X} in column {column}; send it again as UTF-8")
    })?;
    let end = line.trim_end_matches(['\n', '\r']).len();
    line.truncate(end);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_does_not_end_is_an_error() {
        let refused = Lines::new(io::BufReader::new(io::repeat(0))).next();
        assert_eq!(
            refused.unwrap().unwrap_err().to_string(),
            "a line of the input is longer than 16 MiB"
        );
        let longest = io::repeat(b'a').take((16 << 20) - 1).chain(b"\nb".as_slice());
        let lines: Vec<usize> = Lines::new(io::BufReader::new(longest))
            .map(|line| line.unwrap().unwrap().len())
            .collect();
        assert_eq!(lines, [(16 << 20) - 1, 1]);
    }

    #[test]
    fn a_line_that_is_no_text_ends_nothing() {
        let input = b"one\r\n \n\xc3\xa4\xff\ntwo".as_slice();
        let lines: Vec<Line> = Lines::new(input).map(Result::unwrap).collect();
        let damage = "this line is not UTF-8: byte 0xFF in column 2; send it again as UTF-8";
        assert_eq!(
            lines,
            [Ok("one".to_owned()), Err(damage.to_owned()), Ok("two".to_owned())]
        );
    }
}
