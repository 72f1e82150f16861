//! How much a call may receive.
//!
//! A call runs in one thread, as [`phases`](super::phases) has it.

use std::cell::Cell;

use ureq::Error;

use super::exchange::Stopped;
use crate::effects::Failure;

/// What may come beside a body: a head, trailers, and what a buffer takes before anybody looks.
const BESIDE_THE_BODY: usize = 128 << 10;
/// How many bytes one of the body may cost: a chunk of one is `1`, the byte, and two line breaks.
const CHUNK_OF_ONE: usize = "1\r\nx\r\n".len();

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Begins a call of this thread, with a reply of at most so many bytes.
pub(super) fn begin(max_reply_bytes: usize) {
    let framed = max_reply_bytes.saturating_mul(CHUNK_OF_ONE);
    LEFT.set(framed.saturating_add(BESIDE_THE_BODY));
}

/// So many bytes have come. Heads and bodies end at limits of their own; this is an error where trailers do
/// not end.
pub(super) fn spend(bytes: usize) -> Result<(), Error> {
    let left = LEFT.get().checked_sub(bytes);
    LEFT.set(left.unwrap_or(0));
    left.map(drop).ok_or_else(|| {
        let why = "the reply goes on and on beside its body".to_owned();
        Stopped::because(Failure::Unreachable(why))
    })
}
