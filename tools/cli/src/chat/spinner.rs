//! Something that moves while the customer waits.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::palette::{BOT, QUIET};
use crate::visible::visible;

/// Work that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(120);
const FRAME: Duration = Duration::from_millis(90);
/// To the first column, and the line erased.
const ERASE: &str = "\r\x1b[K";

/// Turns beside a text.
pub(crate) const TURNING: &[&str] = &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/// Somebody types.
pub(crate) const TYPING: &[&str] = &["●∙∙", "∙●∙", "∙∙●", "∙●∙"];

/// Does the work while the frames of a picture follow each other; nothing of it is left behind.
pub(crate) fn during<T>(frames: &'static [&'static str], text: &str, work: impl FnOnce() -> T) -> T {
    let text = visible(text);
    thread::scope(|scope| {
        let (done, is_done) = mpsc::channel::<()>();
        scope.spawn(move || {
            let mut wait = PATIENCE;
            for frame in frames.iter().cycle() {
                if is_done.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
                draw(&format!("{ERASE} {BOT}{frame}{BOT:#} {QUIET}{text}{QUIET:#}"));
                wait = FRAME;
            }
            draw(ERASE);
        });
        let result = work();
        drop(done);
        result
    })
}

/// A spinner that cannot be drawn does not matter; what is said after it fails loudly.
fn draw(text: &str) {
    let mut output = anstream::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}
