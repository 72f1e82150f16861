//! Where the time of a call went.
//!
//! A call runs in one thread from its first step to its last, so its marks stand in a thread-local: what
//! looks up, connects and reads lies behind traits of ureq, which carry nothing of ours.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long the parts of one call took, in their order.
///
/// A part that did not happen is `None`: a connection that was open already needs no look-up of a name, and
/// `http` no TLS. A part that failed counts until it failed. What is missing to the whole
/// [`elapsed`](crate::Answer::elapsed) was spent between the parts. [`HttpClient::timed_call`] has an example.
///
/// [`HttpClient::timed_call`]: crate::HttpClient::timed_call
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Phases {
    /// Asking the system for the addresses of the host's name.
    pub look_up: Option<Duration>,
    /// Opening a connection, to a proxy and through it where there is one.
    pub connect: Option<Duration>,
    /// Agreeing on keys, and checking the server's certificate.
    pub tls: Option<Duration>,
    /// From the first byte sent to the first byte of the reply.
    pub wait: Option<Duration>,
    /// From the first byte of the reply to the last.
    pub read: Option<Duration>,
}

/// The parts so far, and when those that are open began.
#[derive(Clone, Copy, Default)]
struct Marks {
    phases: Phases,
    sent: Option<Instant>,
    first_byte: Option<Instant>,
}

thread_local! {
    static MARKS: Cell<Marks> = const { Cell::new(Marks {
        phases: Phases { look_up: None, connect: None, tls: None, wait: None, read: None },
        sent: None,
        first_byte: None,
    }) };
}

fn change(change: impl FnOnce(&mut Marks)) {
    let mut marks = MARKS.get();
    change(&mut marks);
    MARKS.set(marks);
}

/// Begins a call of this thread.
pub(super) fn begin() {
    MARKS.set(Marks::default());
}

/// A connection is open; what was sent and received to open it belongs to that part.
pub(super) fn connected() {
    change(|marks| (marks.sent, marks.first_byte) = (None, None));
}

/// Whether the connection was opened for this call.
pub(super) fn is_connection_new() -> bool {
    MARKS.get().phases.connect.is_some()
}

/// The call sends.
pub(super) fn sends() {
    change(|marks| marks.sent = marks.sent.or_else(|| Some(now())));
}

/// Something of the reply has come.
pub(super) fn receives() {
    change(|marks| marks.first_byte = marks.first_byte.or_else(|| Some(now())));
}

/// Ends a call of this thread.
pub(super) fn end() -> Phases {
    let Marks {
        mut phases,
        sent,
        first_byte,
    } = MARKS.get();
    let now = now();
    phases.wait = sent.map(|sent| first_byte.unwrap_or(now).saturating_duration_since(sent));
    phases.read = first_byte.map(|first_byte| now.saturating_duration_since(first_byte));
    phases
}

/// A part that is measured where it happens.
#[derive(Clone, Copy)]
pub(super) enum Part {
    LookUp,
    Connect,
    Tls,
}

/// Does a part of the call, and counts its time whether it succeeds or not.
pub(super) fn measure<T>(part: Part, work: impl FnOnce() -> T) -> T {
    let begin = now();
    let done = work();
    let took = begin.elapsed();
    change(|marks| {
        let phase = match part {
            Part::LookUp => &mut marks.phases.look_up,
            Part::Connect => &mut marks.phases.connect,
            Part::Tls => &mut marks.phases.tls,
        };
        // A connection through a proxy opens one to the proxy; the outer one ends last and counts.
        *phase = Some(took);
    });
    done
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "how long a call takes is real time")]
    Instant::now()
}
