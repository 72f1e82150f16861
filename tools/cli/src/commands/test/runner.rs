//! Runs tests on several threads, and tells of them in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sayflow_test::{Test, Verdict};

use crate::exit::Stop;

/// A test that was run.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) verdict: Verdict,
    pub(super) elapsed: Duration,
}

/// Runs the tests, so many at once. Each is told as soon as it and all those before it have ended.
pub(super) fn run<'s>(
    tests: &[Test<'s>],
    jobs: usize,
    mut tell: impl FnMut(Test<'s>, Ran) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, ended) = mpsc::channel();
        for _ in 0..jobs.min(tests.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(test) = tests.get(number)
                    // Nobody listens any more where telling has failed.
                    && sender.send((number, run_one(*test))).is_ok()
                {}
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut told = tests.iter().enumerate().peekable();
        for (number, ran) in ended {
            early.insert(number, ran);
            while let Some((number, test)) = told.peek().copied()
                && let Some(ran) = early.remove(&number)
            {
                tell(*test, ran)?;
                told.next();
            }
        }
        Ok(())
    })
}

fn run_one(test: Test<'_>) -> Ran {
    let begun = Instant::now();
    let verdict = test.run();
    Ran {
        verdict,
        elapsed: begun.elapsed(),
    }
}
