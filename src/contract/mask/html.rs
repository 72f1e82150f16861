//! Character references of HTML: pages of errors show a request with them.

use super::from_hex;

/// As much as is looked at behind a `&`: the longest name has half of it, and a number may begin with many zeros.
const LONGEST: usize = 40;

/// The character that `&amp;`, `&lowbar;`, `&#39;` or `&#x27;` stands for, and what stands behind it.
pub(super) fn reference(text: &[u8]) -> Option<(char, &[u8])> {
    let text = text.strip_prefix(b"&")?;
    let is_written = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let end = text.iter().take(LONGEST).position(|byte| !is_written(byte))?;
    let (written, rest) = text.split_at_checked(end)?;
    let rest = rest.strip_prefix(b";")?;
    let found = match written {
        [b'#', b'x' | b'X', digits @ ..] if !digits.is_empty() => char::from_u32(from_hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(str::from_utf8(digits).ok()?.parse().ok()?)?,
        name => named(name)?,
    };
    Some((found, rest))
}

/// The names of the ASCII characters (HTML, section 13.5).
fn named(name: &[u8]) -> Option<char> {
    Some(match name {
        b"Tab" => '\t',
        b"NewLine" => '\n',
        b"excl" => '!',
        b"quot" | b"QUOT" => '"',
        b"num" => '#',
        b"dollar" => '$',
        b"percnt" => '%',
        b"amp" | b"AMP" => '&',
        b"apos" => '\'',
        b"lpar" => '(',
        b"rpar" => ')',
        b"ast" | b"midast" => '*',
        b"plus" => '+',
        b"comma" => ',',
        b"period" => '.',
        b"sol" => '/',
        b"colon" => ':',
        b"semi" => ';',
        b"lt" | b"LT" => '<',
        b"equals" => '=',
        b"gt" | b"GT" => '>',
        b"quest" => '?',
        b"commat" => '@',
        b"lsqb" | b"lbrack" => '[',
        b"bsol" => '\\',
        b"rsqb" | b"rbrack" => ']',
        b"Hat" => '^',
        b"lowbar" | b"UnderBar" => '_',
        b"grave" | b"DiacriticalGrave" => '`',
        b"lcub" | b"lbrace" => '{',
        b"verbar" | b"vert" | b"VerticalLine" => '|',
        b"rcub" | b"rbrace" => '}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, reference};

    #[test]
    fn names_and_numbers() {
        for (text, found) in [
            ("&lowbar;live", Some(('_', "live"))),
            ("&UnderBar;", Some(('_', ""))),
            ("&DiacriticalGrave;x", Some(('`', "x"))),
            ("&AMP;amp;", Some(('&', "amp;"))),
            ("&#39;", Some(('\'', ""))),
            ("&#00000115;3", Some(('s', "3"))),
            ("&#X000000000000073;", Some(('s', ""))),
            ("&#x10ffff;", Some(('\u{10ffff}', ""))),
            ("&#x110000;", None),
            ("&#+39;", None),
            ("&#;", None),
            ("&#x;", None),
            ("&;", None),
            ("&lt", None),
            ("&Lowbar;", None),
            ("lt;", None),
        ] {
            let found = found.map(|(found, rest)| (found, rest.as_bytes()));
            assert_eq!(reference(text.as_bytes()), found, "{text}");
        }
    }

    #[test]
    fn a_number_begins_with_some_zeros_and_not_with_any() {
        let number = |length: usize| format!("&#{:0>1$};", 115, length - "#;".len());
        assert_eq!(reference(number(LONGEST).as_bytes()), Some(('s', &b""[..])));
        assert_eq!(reference(number(LONGEST + 1).as_bytes()), None);
    }

    #[test]
    fn every_name_of_an_ascii_character() {
        let names = "Tab\t NewLine\n excl! quot\" QUOT\" num# dollar$ percnt% amp& AMP& apos' lpar( rpar) ast* midast* \
                     plus+ comma, period. sol/ colon: semi; lt< LT< equals= gt> GT> quest? commat@ lsqb[ lbrack[ bsol\\ \
                     rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave` DiacriticalGrave` lcub{ lbrace{ verbar| vert| \
                     VerticalLine| rcub} rbrace}";
        for named in names.split(' ') {
            let (name, character) = named.split_at(named.len() - 1);
            let written = format!("&{name};x");
            let found = reference(written.as_bytes()).map(|(found, rest)| (found.to_string(), rest));
            assert_eq!(found, Some((character.to_owned(), &b"x"[..])), "{name}");
        }
        assert_eq!(reference(b"&nbsp;"), None);
    }
}
