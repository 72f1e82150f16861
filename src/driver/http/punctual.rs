//! A socket that waits no longer than it is told.

use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

/// A time that no system rounds by more than some milliseconds.
const LAST_PART: Duration = Duration::from_millis(50);

/// A connection as the system gives it, with TLS and tunnels above it. A system may round the time of a socket up by a part
/// of it, Linux by a quarter of a second in five, and a call is never as late as that.
#[derive(Debug)]
pub(super) struct Punctual<T>(pub(super) T);

impl<T: Transport> Transport for Punctual<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    /// Waits in parts, each most of what is left.
    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let whole = *timeout.after;
        #[expect(clippy::disallowed_methods, reason = "waiting takes real time")]
        let begun = Instant::now();
        let mut left = whole;
        loop {
            let part = if left > LAST_PART { left - left / 8 } else { left };
            let awaited = self.0.await_input(NextTimeout {
                after: part.into(),
                ..timeout
            });
            match awaited {
                Err(Error::Timeout(_)) if part < left => left = whole.saturating_sub(begun.elapsed()),
                awaited => return awaited,
            }
            if left.is_zero() {
                return Err(Error::Timeout(timeout.reason));
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};

    use super::*;
    use ureq::Timeout;
    use ureq::unversioned::transport::LazyBuffers;

    /// A socket on which nothing comes; it notes how long it was to wait.
    #[derive(Debug)]
    struct Silent {
        waits: Vec<Duration>,
        nothing: Condvar,
        buffers: LazyBuffers,
    }

    impl Transport for Silent {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), Error> {
            Ok(())
        }

        fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
            self.waits.push(*timeout.after);
            let lock = Mutex::new(());
            drop(
                self.nothing
                    .wait_timeout(lock.lock().unwrap(), *timeout.after)
                    .unwrap(),
            );
            Err(Error::Timeout(timeout.reason))
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    #[test]
    fn the_last_part_of_a_wait_is_short() {
        let whole = Duration::from_millis(200);
        let mut socket = Punctual(Silent {
            waits: Vec::new(),
            nothing: Condvar::new(),
            buffers: LazyBuffers::new(16, 16),
        });
        let awaited = socket.await_input(NextTimeout {
            after: whole.into(),
            reason: Timeout::Global,
            ..NextTimeout::default()
        });
        assert!(matches!(awaited, Err(Error::Timeout(Timeout::Global))));
        let waits = socket.0.waits;
        assert_eq!(waits.first(), Some(&(whole - whole / 8)));
        assert!(waits.is_sorted_by(|before, next| before > next), "{waits:?}");
        assert!(waits.last().is_some_and(|last| *last <= LAST_PART), "{waits:?}");
    }
}
