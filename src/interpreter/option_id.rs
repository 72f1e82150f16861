//! Option ids: `NUMBER.TARGET`, and `.TAG` under the host's key.
//!
//! The id alone reaches the target, so an option outlives the session's memory of it. A target
//! whose name is long, or has a dot in it, stands there as a hash. At most 64 bytes.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use crate::program::{Data, SequenceId};

/// The longest name that stands in an id as it is, in bytes.
const NAME_BYTES: usize = 28;
const HASH_DIGITS: u32 = 16;

/// The most bytes of an id: 16 digits, a dot, a name, a dot and 16 digits.
pub(super) const BYTES: usize = 16 + 1 + NAME_BYTES + 1 + 16;

/// Writes the id of an option into an empty text.
pub(super) fn write(id: &mut String, number: u64, target: Option<&str>, uid: i64, key: Option<&[u8; 16]>) {
    let target = target.unwrap_or_default();
    let digits = (u64::BITS - number.leading_zeros()).div_ceil(4).max(1);
    push_hex(id, number, digits);
    id.push('.');
    if stands_as_it_is(target) {
        id.push_str(target);
    } else {
        id.push('#');
        push_hex(id, hash(target), HASH_DIGITS);
    }
    if let Some(key) = key {
        let tag = tag(id, uid, key);
        id.push('.');
        push_hex(id, tag, HASH_DIGITS);
    }
}

fn push_hex(text: &mut String, number: u64, digits: u32) {
    for digit in (0..digits).rev() {
        let value = u32::try_from((number >> (4 * digit)) & 0xf).unwrap_or_default();
        text.push(char::from_digit(value, 16).unwrap_or_default());
    }
}

/// What an id says, where it says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parsed<'i> {
    pub(super) number: u64,
    /// The sequence's name or hash; empty for an answer.
    pub(super) target: &'i str,
}

/// Reads an id that came back; `None` where it is none, or where its tag is not right.
pub(super) fn parse<'i>(id: &'i str, uid: i64, key: Option<&[u8; 16]>) -> Option<Parsed<'i>> {
    if let Some(key) = key {
        let (body, given) = id.rsplit_once('.')?;
        let mut expected = String::with_capacity(16);
        push_hex(&mut expected, tag(body, uid, key), HASH_DIGITS);
        // Every byte is compared, so that the time tells nothing about the tag.
        let differences = given
            .bytes()
            .zip(expected.bytes())
            .fold(0, |sum, (a, b)| sum | (a ^ b));
        if given.len() != expected.len() || differences != 0 {
            return None;
        }
    }
    let mut parts = id.split('.');
    let number = parts.next().filter(|digits| digits.len() <= 16)?;
    let target = parts.next()?;
    let is_whole = parts.next().is_none_or(|tag| tag.len() == 16) && parts.next().is_none();
    is_whole.then(|| {
        Some(Parsed {
            number: u64::from_str_radix(number, 16).ok()?,
            target,
        })
    })?
}

/// Number and target of an id that this engine made.
pub(super) fn number_and_target(id: &str) -> Option<(u64, Option<&str>)> {
    let parsed = parse(id, 0, None)?;
    Some((
        parsed.number,
        Some(parsed.target).filter(|target| !target.is_empty()),
    ))
}

/// The sequence that the target of an id means.
pub(super) fn sequence(data: &Data, target: &str) -> Option<SequenceId> {
    let Some(hashed) = target.strip_prefix('#') else {
        return data.sequence_named(target);
    };
    let wanted = u64::from_str_radix(hashed, 16).ok()?;
    data.sequence_by_name
        .iter()
        .find(|(name, _)| !stands_as_it_is(name) && hash(name) == wanted)
        .map(|(_, sequence)| *sequence)
}

/// Whether a name is short enough, and cannot be taken for anything else.
fn stands_as_it_is(name: &str) -> bool {
    name.len() <= NAME_BYTES && !name.bytes().any(|byte| matches!(byte, b'.' | b'#'))
}

fn hash(name: &str) -> u64 {
    let mut hasher = SipHasher24::new();
    hasher.write(name.as_bytes());
    hasher.finish()
}

fn tag(body: &str, uid: i64, key: &[u8; 16]) -> u64 {
    let mut hasher = SipHasher24::new_with_key(key);
    hasher.write(&uid.to_le_bytes());
    hasher.write(body.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{BYTES, parse, write};
    const KEY: [u8; 16] = *b"sixteen byte key";

    fn make(number: u64, target: Option<&str>, uid: i64, key: Option<&[u8; 16]>) -> String {
        let mut id = String::new();
        write(&mut id, number, target, uid, key);
        id
    }

    #[test]
    fn an_id_fits_and_comes_back() {
        let long = "ক".repeat(100);
        for target in [
            None,
            Some("track"),
            Some("1.4.2"),
            Some("#142"),
            Some(long.as_str()),
        ] {
            for key in [None, Some(&KEY)] {
                let id = make(u64::MAX, target, 7, key);
                assert!(id.len() <= BYTES && BYTES <= 64, "{id}");
                assert_eq!(
                    parse(&id, 7, key).map(|parsed| parsed.number),
                    Some(u64::MAX),
                    "{id}"
                );
            }
        }
    }

    #[test]
    fn a_tag_belongs_to_customer_and_target() {
        let id = make(3, Some("track"), 7, Some(&KEY));
        assert!(parse(&id, 8, Some(&KEY)).is_none());
        let forged = id.replace("track", "admin");
        assert!(parse(&forged, 7, Some(&KEY)).is_none());
        assert!(parse("3.track", 7, Some(&KEY)).is_none());
        assert!(parse("", 7, None).is_none());
    }
}
