//! Prints how many bytes of the heap one chat of an engine takes between two turns.
//!
//! It is a program of its own because counting slows every allocation down, and the engines must not
//! pay for that where they are timed.

#![expect(clippy::unwrap_used, reason = "a bench may fail")]

use others::engine::Engine;
use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

fn main() {
    let name = std::env::args().nth(1).unwrap();
    let engine = Engine::named(&name).unwrap();
    let program = (engine.load)(&(engine.source)(100));
    // What the first two chats make the program build is not theirs.
    for _ in 0..2 {
        program.open().start();
    }
    let mut chats = Vec::with_capacity(engine.sessions);
    let before = HEAP.current_usage();
    for _ in 0..engine.sessions {
        let mut chat = program.open();
        chat.start();
        chat.tap();
        chat.sent();
        chats.push(chat);
    }
    println!("{}", (HEAP.current_usage() - before) / engine.sessions);
}
