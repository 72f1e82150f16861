//! Bytes as decisions: how a fuzzer's input becomes a flow, a conversation or a reply.

/// Bytes that are read from the front, one decision after the other.
///
/// When they are used up, every decision is the first one; so whatever is made of them comes to an end as long as
/// the first choice of everything goes no deeper.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'b> {
    rest: &'b [u8],
}

impl<'b> Bytes<'b> {
    /// The decisions that these bytes stand for.
    #[must_use]
    pub const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether nothing is left to decide with.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte; 0 where none is left.
    pub const fn byte(&mut self) -> u8 {
        match self.rest {
            [first, rest @ ..] => {
                self.rest = rest;
                *first
            }
            [] => 0,
        }
    }

    /// A number below `count`; 0 where that is 0.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()).checked_rem(count).unwrap_or(0)
    }

    /// One in `count`; never where nothing is left.
    pub fn one_in(&mut self, count: usize) -> bool {
        !self.is_empty() && self.below(count) + 1 == count
    }

    /// One of several; `None` where there is none.
    pub fn pick<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        choices.get(self.below(choices.len()))
    }

    /// One of several words; empty where there is none.
    pub fn word<'w>(&mut self, words: &[&'w str]) -> &'w str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// As many bytes as the next one says.
    pub fn some(&mut self) -> &'b [u8] {
        let count = usize::from(self.byte()).min(self.rest.len());
        let (some, rest) = self.rest.split_at(count);
        self.rest = rest;
        some
    }

    /// What stands before the next NUL, which is taken as well.
    pub fn part(&mut self) -> &'b [u8] {
        let end = self.rest.iter().position(|byte| *byte == 0);
        let (part, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.get(1..).unwrap_or_default();
        part
    }

    /// Everything that is left.
    #[must_use]
    pub const fn rest(self) -> &'b [u8] {
        self.rest
    }

    /// A short text, whatever the bytes are.
    pub fn text(&mut self) -> String {
        text(self.some())
    }
}

/// Bytes as a text; what is no UTF-8 becomes U+FFFD.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The parts of an input that has several, with a NUL between two.
pub fn parts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == 0)
}
