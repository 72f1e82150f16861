//! Regular expressions (ECMA-262) for what the engine checks in code.
//!
//! They use no look-around, no `\d` and no `\p{…}`, so that the engines of other languages read them
//! alike. `$` may match before a line break at the end; where that matters, a schema says so again.

/// What Unicode calls white space beyond its first 160 characters, for a character class.
macro_rules! wide_blanks {
    () => {
        r"\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    };
}

const WIDE_BLANKS: &str = wide_blanks!();

/// What Unicode calls white space, for a character class.
const BLANKS: &str = concat!(r"\u0009-\u000d\u0020\u0085", wide_blanks!());

/// What Unicode calls ignorable, but [`joiners`] and [`variations`], for a character class.
macro_rules! ignorable {
    () => {
        concat!(
            r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e",
            r"\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufff8"
        )
    };
}

/// What joins letters or keeps them apart, for a character class.
macro_rules! joiners {
    () => {
        r"\u200c\u200d"
    };
}

/// What chooses the form of the character before, for a character class.
macro_rules! variations {
    () => {
        r"\ufe00-\ufe0f"
    };
}

/// What nobody sees in a text, and is no white space, for a character class: control characters, and what Unicode calls
/// ignorable.
const HIDDEN: &str = concat!(
    r"\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f",
    ignorable!(),
    joiners!(),
    variations!()
);

/// What a browser makes signs of an address of, for a character class.
const FOREIGN_SIGNS: &str = concat!(
    r"\u2047-\u2049\u2100\u2101\u2105\u2106\u2a74\ufe13\ufe16\ufe55\ufe56\ufe5f\ufe68\ufe6a\ufe6b",
    r"\uff01-\uff0c\uff0f\uff1a-\uff20\uff3b-\uff3e\uff40\uff5b-\uff5e",
);

/// What people write between the digits of a phone number, for a character class.
const SEPARATORS: &str = r" \u00a0\u202f\u0009\-.()\[\]\u2010-\u2014\u2212";

/// The zeros of the scripts of the Basic Multilingual Plane beside ASCII, whose other nine digits
/// follow. The engine knows digits beyond that plane, too; classes with those cannot be read by
/// engines with 16-bit characters.
#[rustfmt::skip]
const ZEROS: [u16; 36] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
    0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// A text that says something.
pub(super) fn not_blank() -> String {
    format!("[^{BLANKS}{HIDDEN}]")
}

/// A text that says nothing.
pub(super) fn blank() -> String {
    format!("^[{BLANKS}{HIDDEN}]*$")
}

/// A text that can be dialled: 3 to 15 digits, perhaps behind `tel:` and `+`.
pub(super) fn phone_number() -> String {
    let (blank, separator) = (format!("[{BLANKS}]*"), format!("[{SEPARATORS}]*"));
    let digits: String = ZEROS
        .iter()
        .map(|zero| format!("\\u{zero:04x}-\\u{:04x}", zero + 9))
        .collect();
    let digit = format!("[0-9{digits}]{separator}");
    format!("^{blank}(?:[Tt][Ee][Ll]:)?{separator}\\+?{separator}(?:{digit}){{3,15}}{blank}$")
}

/// Scheme, host and port of a web address, and whatever follows. The address in brackets is
/// checked by [`bracketed_ipv6`].
pub(super) fn web_address() -> String {
    // Characters outside ASCII are those of a host, but blanks and what the engine refuses there; two may be joined.
    let hidden = concat!(ignorable!(), joiners!(), variations!());
    let wide = format!(r"[^\u0000-\u009f{WIDE_BLANKS}{hidden}{FOREIGN_SIGNS}]");
    let letter = format!(r"(?:[0-9A-Za-z_\-]|{wide}(?:[{}]{wide})*)", joiners!());
    let port = "0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    format!(
        r"^[Hh][Tt][Tt][Pp][Ss]?://(?:\[[0-9A-Fa-f:.]+\]|{letter}+(?:\.{letter}+)*\.?)(?::{port})?(?:[/?#]|$)"
    )
}

/// A character that no web address has.
pub(super) fn blank_or_hidden() -> String {
    format!(r"[\u0000-\u0020\u007f-\u009f{}{WIDE_BLANKS}]", ignorable!())
}

/// An address whose host has at most 255 characters; the engine counts bytes.
pub(super) fn short_host() -> &'static str {
    "^[^/]+//(?:\\[|[^/?#:]{1,255}(?:[:/?#]|$))"
}

/// An address whose host is in brackets.
pub(super) fn bracketed() -> &'static str {
    r"^[^/]+//\["
}

/// An address whose host is an IPv6 address in brackets (RFC 3986, section 3.2.2).
pub(super) fn bracketed_ipv6() -> String {
    const GROUP: &str = "[0-9A-Fa-f]{1,4}";
    const BYTE: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    let last = format!("(?:{GROUP}:{GROUP}|{BYTE}(?:\\.{BYTE}){{3}})");
    let mut forms = vec![format!("(?:{GROUP}:){{6}}{last}")];
    for before in 0..=7_usize {
        let head = match before {
            0 => String::new(),
            1 => format!("(?:{GROUP})?"),
            _ => format!("(?:(?:{GROUP}:){{0,{}}}{GROUP})?", before - 1),
        };
        let tail = match before {
            0..=4 => format!("(?:{GROUP}:){{{}}}{last}", 5 - before),
            5 => last.clone(),
            6 => GROUP.to_owned(),
            _ => String::new(),
        };
        forms.push(format!("{head}::{tail}"));
    }
    format!(r"^[^/]+//\[(?:{})\]", forms.join("|"))
}

/// A calendar date of the form `2026-11-20`.
pub(super) fn date() -> &'static str {
    "^(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)$"
}

/// A moment as the contract writes it, in UTC; an empty text where it is not known.
pub(super) fn moment() -> &'static str {
    r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}\+00:00)?$"
}
