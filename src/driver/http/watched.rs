//! A connection with an eye on its call.

use std::sync::Weak;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::{fmt, mem, thread};

use ureq::Error;
use ureq::unversioned::transport::time::Duration as TimeLeft;
use ureq::unversioned::transport::{Buffers, NextTimeout, ShutdownHandle, Transport};

use super::{allowance, phases};

/// A connection that marks when its call sends and receives, and is shut where sending takes too long or what
/// comes has no end.
pub(super) struct Watched {
    transport: Box<dyn Transport>,
    /// What shuts its socket from another thread.
    socket: Option<Weak<dyn ShutdownHandle>>,
    /// Bytes that were sent since something came.
    unanswered: usize,
    /// Whether its last reply has not been followed by a question whether it is open.
    has_just_replied: bool,
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watched").field(&self.transport).finish()
    }
}

/// So much the system takes at once on a connection on which nothing is on its way.
const TAKEN_AT_ONCE: usize = 4 << 10;

impl Watched {
    pub(super) fn new(transport: Box<dyn Transport>, socket: Option<Weak<dyn ShutdownHandle>>) -> Self {
        Self {
            transport,
            socket,
            unanswered: 0,
            has_just_replied: false,
        }
    }

    /// Sends while another thread watches the time. The system alone does not: a server that reads a little now and
    /// then has the whole time anew for each part of what is sent.
    fn transmit_watched(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let socket = self.socket.clone();
        let after = *timeout.after;
        let (is_sent, sent) = mpsc::channel::<()>();
        let watch = move || {
            let is_late = sent.recv_timeout(after) == Err(RecvTimeoutError::Timeout);
            if is_late && let Some(socket) = socket.and_then(|socket| socket.upgrade()) {
                socket.shutdown();
            }
            is_late
        };
        thread::scope(|scope| {
            let watch = thread::Builder::new().spawn_scoped(scope, watch);
            let result = self.transport.transmit_output(amount, timeout);
            drop(is_sent);
            let is_late = watch.is_ok_and(|watch| watch.join().unwrap_or(false));
            if is_late {
                return Err(Error::Timeout(timeout.reason));
            }
            result
        })
    }
}

impl Transport for Watched {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        phases::sends();
        let timeout = in_milliseconds(timeout);
        self.unanswered = self.unanswered.saturating_add(amount);
        if self.unanswered <= TAKEN_AT_ONCE {
            return self.transport.transmit_output(amount, timeout);
        }
        self.transmit_watched(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let before = self.buffers().input().len();
        let has_input = self.transport.await_input(in_milliseconds(timeout))?;
        allowance::spend(self.buffers().input().len().saturating_sub(before))?;
        if has_input {
            phases::receives();
            self.unanswered = 0;
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
