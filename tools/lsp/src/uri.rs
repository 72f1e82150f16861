//! Addresses of documents: paths where they are files, and one spelling for each.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path of a `file:` address; `None` for a buffer that has no file yet.
pub(crate) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    // An authority such as `localhost` stands before the first slash.
    let path = decoded(rest.get(rest.find('/')?..)?)?;
    let is_drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(match path.get(1..) {
        Some(drive) if is_drive => drive,
        _ => path.as_str(),
    }))
}

/// The address of a path.
pub(crate) fn of_path(path: &Path) -> Uri {
    let mut uri = String::from("file://");
    let written = path.to_string_lossy();
    if !written.starts_with('/') {
        uri.push('/');
    }
    for byte in written.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
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

fn decoded(escaped: &str) -> Option<String> {
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
    String::from_utf8(bytes).ok()
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
