//! What something costs in memory, compared with what the page says that it may.

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;

use crate::page;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static ONE_BY_ONE: Mutex<()> = Mutex::new(());

/// Keeps every other test waiting: memory is that of the whole process.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does something whose memory, at its peak, stays below what the page states for it.
pub(crate) fn bounded<T>(attack: &str, act: impl FnOnce() -> T) -> T {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let result = act();
    let cost = MEMORY.peak_usage().saturating_sub(before);
    let stated = page::stated(attack, cost);
    assert!(
        cost <= stated,
        "{attack}: {cost} bytes, and the page states {stated}"
    );
    result
}
