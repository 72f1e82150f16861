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
        let [.., byte] = (number >> (4 * digit)).to_be_bytes();
        let value = byte & 0xf;
        text.push(char::from(if value < 10 {
            b'0' + value
        } else {
            b'a' - 10 + value
        }));
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
    let (number, rest) = at_dot(id)?;
    let target = match at_dot(rest) {
        Some((target, tag)) if tag.len() == 16 && !tag.contains('.') => target,
        Some(_) => return None,
        None => rest,
    };
    if number.len() > 16 {
        return None;
    }
    Some(Parsed {
        number: u64::from_str_radix(number, 16).ok()?,
        target,
    })
}

/// What stands on both sides of the first dot; ids are too short for a search that needs preparation.
fn at_dot(text: &str) -> Option<(&str, &str)> {
    let dot = text.bytes().position(|byte| byte == b'.')?;
    Some((text.get(..dot)?, text.get(dot + 1..)?))
}

/// Number and target of an id that this engine made.
pub(super) fn number_and_target(id: &str) -> Option<(u64, Option<&str>)> {
    let parsed = parse(id, 0, None)?;
    Some((
        parsed.number,
        Some(parsed.target).filter(|target| !target.is_empty()),
    ))
}

/// The sequence that a target means: a name, or the hash that an id has in its place.
pub(super) fn sequence(data: &Data, target: &str) -> Option<SequenceId> {
    data.sequence_named(target).or_else(|| {
        let wanted = hashed(target)?;
        data.sequence_by_name
            .iter()
            .find(|(name, _)| !stands_as_it_is(name) && hash(name) == wanted)
            .map(|(_, sequence)| *sequence)
    })
}

/// Whether the target of an id is the sequence of that name, in whichever of its forms.
pub(super) fn is_of(target: &str, name: &str) -> bool {
    target == name || hashed(target) == Some(hash(name))
}

/// The hash that stands in an id in the place of a name.
fn hashed(target: &str) -> Option<u64> {
    u64::from_str_radix(target.strip_prefix('#')?, 16).ok()
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
    use super::{BYTES, NAME_BYTES, is_of, parse, sequence, write};
    use crate::program::{Data, SequenceId};

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
                assert!(id.len() <= BYTES, "{id}");
                assert_eq!(
                    parse(&id, 7, key).map(|parsed| parsed.number),
                    Some(u64::MAX),
                    "{id}"
                );
            }
        }
        // Channels take 64.
        let longest = make(u64::MAX, Some(&"t".repeat(NAME_BYTES)), 7, Some(&KEY));
        assert_eq!((longest.len(), BYTES), (62, 62), "{longest}");
    }

    #[test]
    fn a_tag_belongs_to_customer_and_target() {
        let id = make(3, Some("track"), 7, Some(&KEY));
        assert!(parse(&id, 8, Some(&KEY)).is_none());
        let forged = id.replace("track", "admin");
        assert!(parse(&forged, 7, Some(&KEY)).is_none());
        assert!(parse("3.track", 7, Some(&KEY)).is_none());
        // Two digits of the tag differ in the same bit.
        let (start, last) = id.split_at(id.len() - 2);
        let flipped: String = last.bytes().map(|byte| char::from(byte ^ 1)).collect();
        assert!(parse(&format!("{start}{flipped}"), 7, Some(&KEY)).is_none());
    }

    #[test]
    fn what_is_no_id_is_nothing() {
        assert_eq!(parse("2a.track", 7, None).map(|parsed| parsed.number), Some(42));
        assert!(parse("2a.track.0123456789abcdef", 7, None).is_some());
        for wrong in [
            "",
            "2a",
            "x.track",
            "00000000000000002a.track",
            "2a.track.012345678",
            "2a.track.0123456.89abcdef",
        ] {
            assert!(parse(wrong, 7, None).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_long_name_is_found_by_its_hash() {
        let mut data = Data::default();
        let names = [
            "what_we_do_for_you_on_ordinary_days",
            "what_we_do_for_you_on_holidays",
            "short",
            "#142",
        ];
        for (index, name) in (0..).zip(names) {
            data.sequence_by_name.insert(name.into(), SequenceId(index));
        }
        for (index, name) in (0..).zip(names) {
            let id = make(1, Some(name), 7, None);
            let target = parse(&id, 7, None).unwrap().target;
            assert_eq!(target == name, name == "short");
            assert_eq!(sequence(&data, target), Some(SequenceId(index)), "{name}");
            assert_eq!(sequence(&data, name), Some(SequenceId(index)), "{name}");
            for other in names {
                assert_eq!(is_of(target, other), other == name, "{name} {other}");
            }
        }
        let another = make(1, Some("a name that is not there at all"), 7, None);
        assert_eq!(sequence(&data, parse(&another, 7, None).unwrap().target), None);
    }
}
