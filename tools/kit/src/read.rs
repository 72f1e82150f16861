//! Files that may be of any kind and size, read as far as anybody needs them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The largest that a flow (1 MiB) or a catalog (8 MiB) may be, and a character more.
const BEGINNING: u64 = (8 << 20) + 4;

/// A file of the disk that somebody else has named: a pipe or a device in its place is refused, for it might be waited for
/// for ever.
///
/// # Errors
///
/// It cannot be opened, or is no regular file.
pub fn regular_file(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file",
        ));
    }
    File::open(path)
}

/// As much of a flow or a catalog as tells whether it is larger than either may be.
///
/// # Errors
///
/// It cannot be read.
pub fn read_beginning(file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = file.take(BEGINNING).read_to_end(&mut bytes)?;
    if length as u64 == BEGINNING
        && let Err(error) = std::str::from_utf8(&bytes)
        && error.error_len().is_none()
    {
        // A character that is cut in two is no fault of the file.
        bytes.truncate(error.valid_up_to());
    }
    Ok(bytes)
}

/// All of a file that has so many MiB at the most.
///
/// # Errors
///
/// It cannot be read, or is larger, which the error says.
pub fn read_within(mebibytes: u32, file: impl Read) -> io::Result<Vec<u8>> {
    let most = u64::from(mebibytes) << 20;
    let mut bytes = Vec::new();
    let length = file.take(most + 1).read_to_end(&mut bytes)?;
    if length as u64 > most {
        let larger = format!("it is larger than {mebibytes} MiB");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, larger));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_at_the_end_of_the_beginning_is_whole_or_left_out() {
        let mut text = "é".repeat(5 << 20);
        assert_eq!(read_beginning(text.as_bytes()).unwrap().len(), (8 << 20) + 4);
        text.insert(0, 'a');
        assert_eq!(read_beginning(text.as_bytes()).unwrap().len(), (8 << 20) + 3);
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let refused = regular_file(&std::env::temp_dir()).unwrap_err();
        assert_eq!(refused.to_string(), "it is no regular file");
        let missing = regular_file(Path::new("no such file")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        // Opening it would wait for whoever writes.
        #[cfg(unix)]
        {
            let pipe = std::env::temp_dir().join(format!("sayflow-kit-pipe-{}", std::process::id()));
            let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
            let refused = regular_file(&pipe);
            fs::remove_file(&pipe).unwrap();
            assert!(made.success());
            assert_eq!(refused.unwrap_err().to_string(), "it is no regular file");
        }
    }

    #[test]
    fn what_never_ends_is_refused() {
        let endless = || io::repeat(b'[');
        let refused = read_within(1, endless()).unwrap_err();
        assert_eq!(refused.to_string(), "it is larger than 1 MiB");
        assert_eq!(read_within(1, endless().take(1 << 20)).unwrap().len(), 1 << 20);
    }
}
