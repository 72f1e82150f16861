//! Where the time of a call went.
//!
//! A call runs in one thread from its first step to its last, so its marks stand in a thread-local: what
//! looks up, connects and reads lies behind traits of ureq, which carry nothing of ours.

use std::cell::Cell;
use std::mem;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::time::Duration as TimeLeft;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

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

/// A connection that marks when its call sends and receives.
#[derive(Debug)]
pub(super) struct Watched {
    transport: Box<dyn Transport>,
    /// Whether its last reply has not been followed by a question whether it is open.
    has_just_replied: bool,
}

impl Watched {
    pub(super) fn new(transport: Box<dyn Transport>) -> Self {
        Self {
            transport,
            has_just_replied: false,
        }
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        change(|marks| marks.sent = marks.sent.or_else(|| Some(now())));
        self.transport.transmit_output(amount, in_milliseconds(timeout))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let has_input = self.transport.await_input(in_milliseconds(timeout))?;
        if has_input {
            change(|marks| marks.first_byte = marks.first_byte.or_else(|| Some(now())));
        }
        self.has_just_replied = has_input;
        Ok(has_input)
    }

    /// The pool asks twice, when it takes a connection back and when it gives it out again. The system is
    /// asked only then: each question is three calls of it.
    fn is_open(&mut self) -> bool {
        mem::take(&mut self.has_just_replied) || self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}

/// Rounded up, so that calls with the same budget set the same timeout on a socket: one call of the system
/// less each time.
fn in_milliseconds(timeout: NextTimeout) -> NextTimeout {
    let rounded = timeout.after.as_nanos().div_ceil(1_000_000);
    let after = u64::try_from(rounded).map_or(timeout.after, TimeLeft::from_millis);
    NextTimeout { after, ..timeout }
}
