//! The only source of chance: a generator that its seed decides.

/// SplitMix64: a seed gives the same choices on every machine and with every version.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
    /// Whether it chooses the first of everything, and nothing that may as well be left.
    is_still: bool,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            state: seed,
            is_still: false,
        }
    }

    /// One that makes no choices: for what is to be as plain as can be.
    pub(super) fn still() -> Self {
        Self {
            state: 0,
            is_still: true,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below another; zero where that is zero.
    pub(super) fn below(&mut self, end: usize) -> usize {
        if self.is_still {
            return 0;
        }
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        let number = self.next().checked_rem(end).unwrap_or_default();
        usize::try_from(number).unwrap_or_default()
    }

    /// Whether something happens that happens so often in a hundred times.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        !self.is_still && self.below(100) < percent
    }

    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }
}
