//! How long calls took, as a histogram with fixed bounds.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::add;
use crate::contract::HTTP_DEADLINE;

/// The upper bounds of the buckets. What took longer is in none, such as most of what ends in `timeout`.
pub(super) const BOUNDS: [Duration; 11] = [
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(4),
    HTTP_DEADLINE,
];

/// How many calls took how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Latencies {
    /// The calls of each bucket that are in none before it.
    buckets: [u64; BOUNDS.len()],
    pub(super) count: u64,
    /// All of them together, in microseconds.
    sum_us: u64,
}

impl Latencies {
    pub(super) fn record(&mut self, elapsed: Duration) {
        let mut buckets = BOUNDS.iter().zip(&mut self.buckets);
        if let Some((_, bucket)) = buckets.find(|(bound, _)| elapsed <= **bound) {
            add(bucket, 1);
        }
        add(&mut self.count, 1);
        add(
            &mut self.sum_us,
            u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        );
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (bucket, more) in self.buckets.iter_mut().zip(other.buckets) {
            add(bucket, more);
        }
        add(&mut self.count, other.count);
        add(&mut self.sum_us, other.sum_us);
    }

    /// For each bound in seconds, the calls that took no longer.
    pub(super) fn cumulative(&self) -> impl Iterator<Item = (f64, u64)> {
        let mut so_far = 0_u64;
        BOUNDS.iter().zip(self.buckets).map(move |(bound, bucket)| {
            add(&mut so_far, bucket);
            (bound.as_secs_f64(), so_far)
        })
    }

    pub(super) fn sum(&self) -> Duration {
        Duration::from_micros(self.sum_us)
    }
}
