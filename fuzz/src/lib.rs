//! What holds for any bytes at all.
//!
//! Each module is one way into sayflow, with one function `holds` that says what is promised there and stops where it
//! is broken. The fuzzers of `targets/` look for bytes that break it; `tests/corpus.rs` tries all bytes that they have
//! kept, with nothing but stable Rust. `README.md` says how to run them, and what they have found.

#![expect(clippy::unwrap_used, reason = "a property stops where it does not hold")]

pub mod bytes;
pub mod catalog;
pub mod check;
pub mod endpoint;
pub mod flows;
pub mod format;
pub mod parse;
pub mod reply;
pub mod session;
pub mod spans;
pub mod turn;

/// A property of any bytes: it panics where it does not hold.
pub type Property = fn(&[u8]);

/// Every target with its property, by the name of its fuzzer and of its folder in `corpus/`.
pub const TARGETS: [(&str, Property); 7] = [
    ("parse", parse::holds),
    ("format", format::holds),
    ("check", check::holds),
    ("catalog", catalog::holds),
    ("reply", reply::holds),
    ("session", session::holds),
    ("turn", turn::holds),
];
