//! Digits of any script as the numbers they are.

/// The zero of each script's decimal digits, in order; the other nine follow it
/// (Unicode 14.0.0, general category Nd).
#[rustfmt::skip]
const ZEROS: [char; 66] = [
    '\u{30}', '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}',
    '\u{1090}', '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}', '\u{1b50}',
    '\u{1bb0}', '\u{1c40}', '\u{1c50}', '\u{a620}', '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}',
    '\u{aa50}', '\u{abf0}', '\u{ff10}', '\u{104a0}', '\u{10d30}', '\u{11066}', '\u{110f0}',
    '\u{11136}', '\u{111d0}', '\u{112f0}', '\u{11450}', '\u{114d0}', '\u{11650}', '\u{116c0}',
    '\u{11730}', '\u{118e0}', '\u{11950}', '\u{11c50}', '\u{11d50}', '\u{11da0}', '\u{16a60}',
    '\u{16ac0}', '\u{16b50}', '\u{1d7ce}', '\u{1d7d8}', '\u{1d7e2}', '\u{1d7ec}', '\u{1d7f6}',
    '\u{1e140}', '\u{1e2f0}', '\u{1e950}', '\u{1fbf0}',
];

/// The value of a decimal digit of any script.
///
/// Bengali `৭` is 7, as are Arabic `٧` and full-width `７`.
pub(crate) fn digit(char: char) -> Option<u8> {
    if char.is_ascii() {
        return char.is_ascii_digit().then(|| char as u8 - b'0');
    }
    let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= char).checked_sub(1)?)?;
    u8::try_from(u32::from(char) - u32::from(*zero))
        .ok()
        .filter(|value| *value < 10)
}

/// The text with every digit in its ASCII form.
pub(crate) fn with_ascii_digits(text: &str) -> String {
    text.chars()
        .map(|char| digit(char).map_or(char, |value| char::from(b'0' + value)))
        .collect()
}

/// The text of a number or a day with digits and signs in their ASCII form: keyboards of Arabic have a point and a comma of
/// their own, and those of East Asia a wide form of each sign.
pub(crate) fn with_ascii_signs(text: &str) -> String {
    let sign = |char| match char {
        '٫' | '．' => '.',
        '٬' | '，' => ',',
        '\u{2212}' | '－' => '-',
        '＋' => '+',
        '／' => '/',
        other => other,
    };
    with_ascii_digits(text).chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::{digit, with_ascii_digits};

    #[test]
    fn digits_of_any_script() {
        assert_eq!(with_ascii_digits("৳ ১২৩, ٤٥ and ７"), "৳ 123, 45 and 7");
        assert_eq!(digit('a'), None);
        assert_eq!(digit('½'), None);
        // What stands behind the Bengali nine.
        assert_eq!(digit('ৰ'), None);
        assert_eq!(digit('\u{10ffff}'), None);
    }
}
