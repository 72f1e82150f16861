//! A connection to a proxy, which opens a way through it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::time::Duration as TimeLeft;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

/// How long a proxy may take, look-ups and connecting included. ureq alone gives each read of its reply the
/// whole time anew.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    begin: Instant,
    timeout: NextTimeout,
    is_done: Arc<AtomicBool>,
}

impl Opening {
    pub(super) fn within(timeout: NextTimeout) -> Self {
        #[expect(clippy::disallowed_methods, reason = "connecting takes real time")]
        let begin = Instant::now();
        Self {
            begin,
            timeout,
            is_done: Arc::default(),
        }
    }

    /// What is left of the time; an error where nothing is.
    pub(super) fn time_left(&self) -> Result<NextTimeout, Error> {
        let after = self.timeout.after.saturating_sub(self.begin.elapsed());
        if after.is_zero() {
            return Err(Error::Timeout(self.timeout.reason));
        }
        Ok(NextTimeout {
            after: TimeLeft::Exact(after),
            ..self.timeout
        })
    }

    /// The way is open, and the time of the connections that go it is none of this one's.
    pub(super) fn end(&self) {
        self.is_done.store(true, Ordering::Relaxed);
    }

    fn limited(&self, timeout: NextTimeout) -> Result<NextTimeout, Error> {
        if self.is_done.load(Ordering::Relaxed) {
            return Ok(timeout);
        }
        self.time_left()
    }
}

/// A connection to a proxy.
#[derive(Debug)]
pub(super) struct ToProxy {
    pub(super) transport: Box<dyn Transport>,
    pub(super) opening: Opening,
}

impl Transport for ToProxy {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = self.opening.limited(timeout)?;
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = self.opening.limited(timeout)?;
        self.transport.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}
