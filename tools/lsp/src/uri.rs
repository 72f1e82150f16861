//! Addresses of documents: paths where they are files, and one spelling for each.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path of a `file:` address; `None` for a buffer that has no file yet.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    // An authority such as `localhost` stands before the first slash.
    let mut path = decoded(rest.get(rest.find('/')?..)?)?;
    let is_drive = path.get(2) == Some(&b':');
    if is_drive {
        path.remove(0);
    }
    Some(PathBuf::from(name(path)?))
}

/// A name of the system, which need not be UTF-8 there.
#[cfg(unix)]
fn name(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

/// A name of the system.
#[cfg(not(unix))]
fn name(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

/// The address of a path, which leads back to it whatever bytes it has.
pub(crate) fn of_path(path: &Path) -> Uri {
    let mut uri = String::from("file://");
    let written = path.as_os_str().as_encoded_bytes();
    if !written.starts_with(b"/") {
        uri.push('/');
    }
    for &byte in written {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            // Writing to a string does not fail.
            _ => write!(uri, "%{byte:02X}").unwrap_or_default(),
        }
    }
    Uri(uri)
}

/// The one spelling of an address: clients differ in what they escape.
pub(crate) fn canonical(uri: &Uri) -> Uri {
    path(uri).map_or_else(|| uri.clone(), |path| of_path(&path))
}

fn decoded(escaped: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
                u8::try_from(value).ok()?
            }
            _ => byte,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_back() {
        let uri = Uri::from("file:///home/a%20b/%e0%a6%95.flow");
        let found = path(&uri).unwrap();
        assert_eq!(found, Path::new("/home/a b/ক.flow"));
        assert_eq!(of_path(&found).0, "file:///home/a%20b/%E0%A6%95.flow");
    }

    #[cfg(unix)]
    #[test]
    fn any_bytes_and_back() {
        let uri = Uri::from("file:///home/caf%E9%5C.flow");
        let found = path(&uri).unwrap();
        assert_eq!(found.as_os_str().as_encoded_bytes(), b"/home/caf\xe9\\.flow");
        assert_eq!(of_path(&found), uri);
    }

    #[test]
    fn other_addresses_have_no_path() {
        assert_eq!(path(&Uri::from("untitled:Untitled-1")), None);
        assert_eq!(path(&Uri::from("file:///a%zz")), None);
        assert_eq!(path(&Uri::from("file:")), None);
    }

    #[test]
    fn one_spelling_of_a_drive() {
        let uri = canonical(&Uri::from("file:///c%3A/shop/a.flow"));
        assert_eq!(uri, canonical(&Uri::from("file:///c:/shop/a.flow")));
    }
}
