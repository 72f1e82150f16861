//! Texts, numbers and words, and what people write in their place.

use std::borrow::Cow;

use super::{Kind, Mistake, Read, Reader};

impl<'r> Reader<'r> {
    /// A text in double quotes.
    pub(super) fn text_value(&mut self) -> Read<Cow<'r, str>> {
        let start = self.at;
        self.bump();
        let rest = self.rest();
        // Whatever ends it is ASCII, so no character is cut.
        let end = rest.bytes().position(|b| matches!(b, b'"' | b'\\' | ..b' '));
        let plain = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += plain.len();
        if self.eat('"') {
            return Ok(plain.into());
        }
        self.text_from(start, plain.to_owned(), '"').map(Cow::Owned)
    }

    /// The rest of a text that is more than plain characters.
    fn text_from(&mut self, start: usize, mut text: String, close: char) -> Read<String> {
        loop {
            text.push_str(self.skip_while(|c| c != close && c != '\\' && c >= ' '));
            match self.peek() {
                _ if self.rest().trim_start().is_empty() => return self.lose(Mistake::TextNotClosed, start),
                Some('\\') => text.extend(self.escape()?),
                Some(c) if c == close => {
                    self.bump();
                    return Ok(text);
                }
                Some('\n' | '\r') if self.is_next_line_something_else() => {
                    self.end_at_line(start, &mut text)?;
                    return Ok(text);
                }
                c => {
                    self.fault(Mistake::RawControl(c.unwrap_or_default()), self.at, self.at + 1)?;
                    text.extend(c);
                    self.bump();
                }
            }
        }
    }

    /// Whether the line after a break in a text begins with a key or a bracket: then a quote was
    /// forgotten at the end of this line.
    fn is_next_line_something_else(&self) -> bool {
        let next = self.rest().trim_start();
        if next.starts_with(['}', ']']) {
            return true;
        }
        let Some((key, behind)) = next.strip_prefix('"').and_then(|rest| rest.split_once('"')) else {
            return false;
        };
        let is_key = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        is_key && behind.trim_start().starts_with(':')
    }

    /// Ends a text whose quote was forgotten in front of the comma that separates it.
    fn end_at_line(&mut self, start: usize, text: &mut String) -> Read<()> {
        let written = self.text.get(start..self.at).unwrap_or_default();
        let separator = written.len() - written.trim_end_matches([' ', ',']).len();
        self.at -= separator;
        text.truncate(text.len().saturating_sub(separator));
        self.fault(Mistake::TextNotClosed, start, self.at)
    }

    /// What a `\` and the characters behind it stand for.
    fn escape(&mut self) -> Read<Option<char>> {
        let start = self.at;
        self.bump();
        let letter = self.peek();
        self.bump();
        Ok(Some(match letter {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode_escape(start).map(Some),
            other => {
                self.fault(Mistake::BadEscape, start, self.at)?;
                return Ok(other);
            }
        }))
    }

    fn unicode_escape(&mut self, start: usize) -> Read<char> {
        let Some(unit) = self.hex_unit() else {
            self.fault(Mistake::BadEscape, start, self.at)?;
            return Ok(char::REPLACEMENT_CHARACTER);
        };
        if let Some(c) = char::from_u32(unit.into()) {
            return Ok(c);
        }
        let behind_first = self.at;
        let is_pair = self.rest().starts_with("\\u");
        self.at += if is_pair { 2 } else { 0 };
        let low = if is_pair { self.hex_unit() } else { None };
        let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
        if let Some(c) = pair {
            return Ok(c);
        }
        self.at = behind_first;
        self.fault(Mistake::LoneSurrogate, start, self.at)?;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    /// Four hexadecimal digits.
    fn hex_unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }

    /// A number, or what looks like one.
    pub(super) fn number(&mut self) -> Read<Kind<'r>> {
        let start = self.at;
        let written = self.skip_while(|c| c.is_alphanumeric() || matches!(c, '-' | '+' | '.' | '_'));
        if !is_number(written) {
            self.fault(Mistake::BadNumber(written.to_owned()), start, self.at)?;
            return Ok(Kind::Unreadable);
        }
        // Only an exponent or very many digits can lead out of the range.
        let may_overflow = written.len() > 300 || written.contains(['e', 'E']);
        if may_overflow && !written.parse::<f64>().is_ok_and(f64::is_finite) {
            self.fault(Mistake::NumberTooLarge, start, self.at)?;
            return Ok(Kind::Unreadable);
        }
        Ok(Kind::Number(written))
    }

    /// `true`, `false`, `null`, or anything that is no JSON at all.
    pub(super) fn word_or_mistake(&mut self) -> Read<Kind<'r>> {
        let start = self.at;
        match self.peek() {
            Some(c) if c.is_alphabetic() || c == '_' => {}
            Some('\'' | '‘' | '’' | '“' | '”') => return self.odd_quotes().map(Kind::Text),
            Some('+' | '.') => return self.number(),
            Some(',' | '}' | ']') => return self.lose(Mistake::NoValue, start),
            Some(c) => return self.lose(Mistake::Unexpected(c), start),
            None => return self.lose(Mistake::NoValue, start.saturating_sub(1)),
        }
        let word = self.skip_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
        let (kind, right) = match word {
            "true" => return Ok(Kind::Bool(true)),
            "false" => return Ok(Kind::Bool(false)),
            "null" => return Ok(Kind::Null),
            _ if word.eq_ignore_ascii_case("true") => (Kind::Bool(true), "true"),
            _ if word.eq_ignore_ascii_case("false") => (Kind::Bool(false), "false"),
            "None" | "nil" | "undefined" | "NULL" | "Null" | "NaN" | "Infinity" => (Kind::Unreadable, "null"),
            _ => return self.unquoted_text(start),
        };
        let word = word.to_owned();
        self.fault(Mistake::WrongWord { word, right }, start, self.at)?;
        Ok(kind)
    }

    /// A text without quotes, up to the end of its line or of what it stands in.
    fn unquoted_text(&mut self, start: usize) -> Read<Kind<'r>> {
        if self.depth == 0 {
            let is_call = self.peek() == Some('(');
            return self.lose(
                if is_call {
                    Mistake::Jsonp
                } else {
                    Mistake::PlainText
                },
                start,
            );
        }
        self.skip_while(|c| !matches!(c, ',' | '}' | ']' | '\n' | '\r' | '"'));
        let text = self.text.get(start..self.at).unwrap_or_default().trim_end();
        self.fault(Mistake::UnquotedText, start, start + text.len())?;
        Ok(Kind::Text(text.into()))
    }

    /// A text in single or curly quotes.
    fn odd_quotes(&mut self) -> Read<Cow<'r, str>> {
        let start = self.at;
        let (mistake, close) = match self.peek() {
            Some('\'') => (Mistake::SingleQuotes, '\''),
            Some('‘' | '’') => (Mistake::CurlyQuotes, '’'),
            _ => (Mistake::CurlyQuotes, '”'),
        };
        self.bump();
        let text = self.text_from(start, String::new(), close)?;
        self.fault(mistake, start, self.at)?;
        Ok(text.into())
    }

    /// A key that is not in double quotes.
    pub(super) fn unquoted_key(&mut self) -> Read<Cow<'r, str>> {
        let start = self.at;
        match self.peek() {
            Some(c) if c.is_alphanumeric() || c == '_' || c == '$' => {}
            Some('\'' | '‘' | '’' | '“' | '”') => return self.odd_quotes(),
            Some(c) => return self.lose(Mistake::Unexpected(c), start),
            None => return self.lose(Mistake::NoValue, start.saturating_sub(1)),
        }
        let key = self.skip_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
        let end = self.at;
        let mistake = if self.eat('"') {
            Mistake::KeyNotOpened
        } else {
            Mistake::UnquotedKey
        };
        self.fault(mistake(key.to_owned()), start, end)?;
        Ok(key.into())
    }
}

/// Whether a text is a JSON number (RFC 8259, section 6).
fn is_number(written: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = written.strip_prefix('-').unwrap_or(written);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
