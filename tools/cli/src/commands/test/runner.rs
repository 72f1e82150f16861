//! Runs tests on several threads, and tells of them in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sayflow_test::{Coverage, Test, Verdict};

use crate::exit::Stop;

/// A test that was run.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) verdict: Verdict,
    pub(super) elapsed: Duration,
}

/// Runs the tests, so many at once, and counts what they run. Each is told as soon as it and all those before it
/// have ended.
pub(super) fn run<'s>(
    tests: &[Test<'s>],
    jobs: usize,
    coverage: &mut Option<Coverage>,
    mut tell: impl FnMut(Test<'s>, Ran) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, ended) = mpsc::channel();
        let mut workers = Vec::new();
        for _ in 0..jobs.min(tests.len()) {
            let (sender, next, mut counted) = (sender.clone(), &next, coverage.clone());
            workers.push(scope.spawn(move || {
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(test) = tests.get(number)
                    // Nobody listens any more where telling has failed.
                    && sender.send((number, run_one(*test, counted.as_mut()))).is_ok()
                {}
                counted
            }));
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
        for worker in workers {
            if let (Some(all), Ok(Some(counted))) = (coverage.as_mut(), worker.join()) {
                all.merge(&counted);
            }
        }
        Ok(())
    })
}

fn run_one(test: Test<'_>, coverage: Option<&mut Coverage>) -> Ran {
    let begun = Instant::now();
    let verdict = match coverage {
        Some(coverage) => test.run_with(coverage),
        None => test.run(),
    };
    Ran {
        verdict,
        elapsed: begun.elapsed(),
    }
}
