//! Reading a reply as JSON (RFC 8259): every value with its bytes, every mistake with a way on.
//!
//! One reader serves good and faulty replies, so a reply is never judged by two parsers, and
//! features of other JSON crates in the build change nothing. Mistakes that backends really make
//! are mended on the way, each as a [`Fault`], so that the contract is checked in the same run.

mod fault;
mod scalar;
mod whitespace;

use std::borrow::Cow;

use super::finding::shortened;
use crate::contract::Mask;
use crate::source::Span;
use crate::value::{MAX_DEPTH, Number, Value};

pub(super) use fault::{Fault, Mistake};

/// After so many faults the rest is not worth reading.
const FAULTS: usize = 20;

/// A value with its place in the reply.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node<'r> {
    pub(super) kind: Kind<'r>,
    pub(super) span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind<'r> {
    /// What a fault stands for, and nobody can say what was meant.
    Unreadable,
    Null,
    Bool(bool),
    /// A finite number as it is written.
    Number(&'r str),
    Text(Cow<'r, str>),
    List(Vec<Node<'r>>),
    /// In the order of the reply; of equal keys the last counts.
    Object(Vec<(Cow<'r, str>, Node<'r>)>),
}

impl<'r> Node<'r> {
    /// The value under a key, where this is an object that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let Kind::Object(entries) = &self.kind else {
            return None;
        };
        let found = entries.iter().rev().find(|(name, _)| name == key);
        found.map(|(_, value)| value)
    }

    /// The keys of an object; none of anything else.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let entries = match &self.kind {
            Kind::Object(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, _)| key.as_ref())
    }

    /// The text, where this is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The JSON pointer of the innermost value that holds a byte, with keys as sentences quote them.
    pub(super) fn pointer_at(&self, at: u32, mask: &Mask<'_>) -> String {
        let holds = |node: &&Self| node.span.start <= at && at < node.span.end;
        let (path, inner) = match &self.kind {
            Kind::List(items) => match items.iter().enumerate().find(|(_, item)| holds(item)) {
                Some((index, item)) => (format!("/{index}"), item),
                None => return String::new(),
            },
            Kind::Object(entries) => match entries.iter().find(|(_, value)| holds(&value)) {
                Some((key, value)) => (format!("/{}", escape_key(&shortened(mask, key))), value),
                None => return String::new(),
            },
            _ => return String::new(),
        };
        path + &inner.pointer_at(at, mask)
    }

    /// The number, where this is one; whole where it is written so and fits 64 bits.
    pub(super) fn as_number(&self) -> Option<Number> {
        let Kind::Number(written) = self.kind else {
            return None;
        };
        let whole = written.parse::<i64>().ok().map(Number::from);
        whole.or_else(|| Number::from_f64(written.parse().ok()?))
    }

    /// What an attribute holds of it; `None` for `null`.
    pub(super) fn to_value(&self) -> Option<Value> {
        match &self.kind {
            Kind::Unreadable | Kind::Null => None,
            Kind::Bool(flag) => Some((*flag).into()),
            Kind::Number(_) => self.as_number().map(Value::Number),
            Kind::Text(text) => Some(text.as_ref().into()),
            Kind::List(_) | Kind::Object(_) => Some(Value::Json(self.to_json())),
        }
    }

    /// The same value for serde, its numbers in 64 bits whatever serde's features are.
    fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Unreadable | Kind::Null => serde_json::Value::Null,
            Kind::Bool(flag) => (*flag).into(),
            Kind::Number(written) => match written.parse::<i64>() {
                Ok(whole) => whole.into(),
                Err(_) => written.parse::<f64>().unwrap_or_default().into(),
            },
            Kind::Text(text) => text.as_ref().into(),
            Kind::List(items) => items.iter().map(Self::to_json).collect(),
            Kind::Object(entries) => entries
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_json()))
                .collect(),
        }
    }
}

/// A key within a JSON pointer (RFC 6901, section 3).
pub(super) fn escape_key(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Reads a text; `None` where it ends too soon or cannot be guessed. Without faults it is JSON.
pub(super) fn read(text: &str) -> (Option<Node<'_>>, Vec<Fault>) {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
        faults: Vec::new(),
    };
    let root = reader.root().ok();
    (root, reader.faults)
}

/// The rest cannot be read; the reason is among the faults.
struct Lost;

type Read<T> = Result<T, Lost>;

struct Reader<'r> {
    text: &'r str,
    /// The next byte, always on a character border.
    at: usize,
    depth: usize,
    faults: Vec<Fault>,
}

impl<'r> Reader<'r> {
    fn root(&mut self) -> Read<Node<'r>> {
        // RFC 8259, section 8.1: a parser may ignore a byte order mark.
        self.eat('\u{feff}');
        self.skip_blanks()?;
        if self.peek().is_none() {
            return self.lose(Mistake::Nothing, self.at);
        }
        let root = self.value()?;
        self.skip_blanks()?;
        if self.peek().is_some() {
            self.fault(Mistake::TextBehind, self.at, self.text.len())?;
        }
        Ok(root)
    }

    /// A value, blanks in front of it skipped.
    fn value(&mut self) -> Read<Node<'r>> {
        let start = self.at;
        let kind = match self.peek() {
            Some('{') => self.nested(Self::object)?,
            Some('[') => self.nested(Self::list)?,
            Some('"') => Kind::Text(self.text_value()?),
            Some('-' | '0'..='9') => self.number()?,
            _ => self.word_or_mistake()?,
        };
        Ok(Node {
            kind,
            span: self.span_from(start),
        })
    }

    fn nested(&mut self, read: fn(&mut Self, usize) -> Read<Kind<'r>>) -> Read<Kind<'r>> {
        let open = self.at;
        if self.depth == MAX_DEPTH {
            return self.lose(Mistake::TooDeep, open);
        }
        self.depth += 1;
        self.bump();
        let kind = read(self, open)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn list(&mut self, open: usize) -> Read<Kind<'r>> {
        let mut items = Vec::new();
        self.skip_blanks()?;
        while !self.eat(']') {
            self.expect_open(open, '}')?;
            items.push(self.value()?);
            self.separator(']')?;
        }
        Ok(Kind::List(items))
    }

    fn object(&mut self, open: usize) -> Read<Kind<'r>> {
        let mut entries = Vec::new();
        self.skip_blanks()?;
        while !self.eat('}') {
            self.expect_open(open, ']')?;
            let key = self.key()?;
            self.skip_blanks()?;
            entries.push((key, self.value()?));
            self.separator('}')?;
        }
        Ok(Kind::Object(entries))
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Read<Cow<'r, str>> {
        let start = self.at;
        if self.peek() != Some('"') {
            let key = self.unquoted_key()?;
            self.colon()?;
            return Ok(key);
        }
        let key = self.text_value()?;
        let quote = self.at - 1;
        self.skip_blanks()?;
        let is_quote_lost = self.peek() != Some(':');
        if let Some(name) = key.trim_end().strip_suffix(':').filter(|_| is_quote_lost) {
            // `"subtitle: "Hello"`: what looks like the end of the key begins the value.
            let name = name.trim_end().to_owned();
            self.fault(Mistake::KeyNotClosed(name.clone()), start, quote)?;
            self.at = quote;
            return Ok(name.into());
        }
        self.colon()?;
        Ok(key)
    }

    fn colon(&mut self) -> Read<()> {
        self.skip_blanks()?;
        if self.eat(':') {
            return Ok(());
        }
        let start = self.at;
        if self.eat('=') {
            self.eat('>');
        }
        self.fault(Mistake::NoColon, start, self.at.max(start + self.width()))
    }

    /// A comma, or the end of what is open; the commonest mistakes of all are made here.
    fn separator(&mut self, close: char) -> Read<()> {
        let behind = self.at;
        self.skip_blanks()?;
        match self.peek() {
            Some(',') => {}
            Some(c) if self.begins_something(c) => {
                return self.fault(Mistake::NoComma, behind.saturating_sub(1), behind);
            }
            // The bracket that closes, a wrong one or the end: whoever called says which.
            _ => return Ok(()),
        }
        let comma = self.at;
        self.bump();
        self.skip_blanks()?;
        if self.peek() == Some(close) {
            return self.fault(Mistake::TrailingComma, comma, comma + 1);
        }
        while self.peek() == Some(',') {
            self.fault(Mistake::ExtraComma, self.at, self.at + 1)?;
            self.bump();
            self.skip_blanks()?;
        }
        Ok(())
    }

    fn begins_something(&self, c: char) -> bool {
        matches!(c, '"' | '\'' | '{' | '[' | '-' | '“' | '_') || c.is_alphanumeric()
    }

    /// Gives up where a list or object ends in the wrong bracket or not at all.
    fn expect_open(&mut self, open: usize, wrong: char) -> Read<()> {
        match self.peek() {
            None => {
                let opened = self.text.get(open..=open).unwrap_or_default().to_owned();
                self.lose(Mistake::NotClosed(opened), open)
            }
            Some(c) if c == wrong => self.lose(Mistake::WrongBracket(wrong), self.at),
            Some(_) => Ok(()),
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'r str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The bytes of the next character.
    fn width(&self) -> usize {
        self.peek().map_or(0, char::len_utf8)
    }

    fn bump(&mut self) {
        self.at += self.width();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn skip_while(&mut self, belongs: impl Fn(char) -> bool) -> &'r str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn span_from(&self, start: usize) -> Span {
        span(start, self.at)
    }

    /// Notes a mistake that can be read past, unless there were too many.
    fn fault(&mut self, mistake: Mistake, start: usize, end: usize) -> Read<()> {
        let start = self.text.floor_char_boundary(start);
        let end = self.text.ceil_char_boundary(end.max(start));
        self.faults.push(Fault {
            mistake,
            span: span(start, end),
        });
        if self.faults.len() < FAULTS {
            Ok(())
        } else {
            Err(Lost)
        }
    }

    /// Notes a mistake behind which nothing can be read.
    fn lose<T>(&mut self, mistake: Mistake, start: usize) -> Read<T> {
        let start = self.text.floor_char_boundary(start);
        let end = self.text.ceil_char_boundary(start + 1);
        self.faults.push(Fault {
            mistake,
            span: span(start, end),
        });
        Err(Lost)
    }
}

/// A place in the reply; what lies beyond 4 GiB is its end.
fn span(start: usize, end: usize) -> Span {
    let byte = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(byte(start), byte(end))
}

#[cfg(test)]
mod tests;
