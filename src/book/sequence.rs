//! Whether a book change continues the book before it.

use crate::domain::DepthDiff;

/// What a change is to a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// It comes next: apply it.
    Next,
    /// The book already has it: leave it out.
    Old,
    /// Changes between are missing: the book must be fetched anew.
    Gap,
}

/// Where a book is in its chain of updates.
///
/// Venues chain in two ways. With `prev` (Binance USD-M): the first change after a snapshot must span the snapshot's
/// update, later ones must name the last one as `prev`. Without (Binance spot): each must begin right after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sequence {
    last: u64,
    /// Nothing was applied since the snapshot.
    fresh: bool,
}

impl Sequence {
    /// Right after a snapshot of that update.
    pub const fn after_snapshot(last: u64) -> Self {
        Self { last, fresh: true }
    }

    /// The last update the book reflects.
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Whether an update is not beyond what the book reflects.
    pub const fn is_behind(&self, update: u64) -> bool {
        update <= self.last
    }

    /// Judges a change, and moves on to it when it comes next.
    pub fn check(&mut self, diff: &DepthDiff) -> Continuity {
        let verdict = self.judge(diff);
        if verdict == Continuity::Next {
            *self = Self { last: diff.last, fresh: false };
        }
        verdict
    }

    fn judge(&self, diff: &DepthDiff) -> Continuity {
        if diff.last < diff.first {
            return Continuity::Gap;
        }
        let Some(prev) = diff.prev else {
            return match diff {
                _ if diff.last <= self.last => Continuity::Old,
                _ if diff.first <= self.last.saturating_add(1) => Continuity::Next,
                _ => Continuity::Gap,
            };
        };
        if self.fresh {
            return match diff {
                _ if diff.last < self.last => Continuity::Old,
                _ if diff.first <= self.last || prev == self.last => Continuity::Next,
                _ => Continuity::Gap,
            };
        }
        match diff {
            _ if prev == self.last => Continuity::Next,
            _ if diff.last <= self.last => Continuity::Old,
            _ => Continuity::Gap,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Continuity::{Gap, Next, Old};

    fn diff(first: u64, last: u64, prev: Option<u64>) -> DepthDiff {
        DepthDiff { first, last, prev, ..DepthDiff::default() }
    }

    #[test]
    fn spot_continues_by_one() {
        let mut sequence = Sequence::after_snapshot(100);
        for (change, verdict) in [
            (diff(90, 100, None), Old),
            (diff(95, 103, None), Next),
            (diff(104, 110, None), Next),
            (diff(104, 110, None), Old),
            (diff(112, 115, None), Gap),
        ] {
            assert_eq!(sequence.check(&change), verdict, "{change:?}");
        }
        // Seen on the real exchange: the first change starts right after the snapshot.
        assert_eq!(Sequence::after_snapshot(100).check(&diff(101, 101, None)), Next);
    }

    #[test]
    fn futures_continue_by_the_previous_update() {
        let mut sequence = Sequence::after_snapshot(100);
        for (change, verdict) in [
            (diff(80, 99, Some(79)), Old),
            (diff(90, 100, Some(85)), Next),
            (diff(130, 140, Some(100)), Next),
            (diff(130, 140, Some(100)), Old),
            (diff(150, 160, Some(145)), Gap),
        ] {
            assert_eq!(sequence.check(&change), verdict, "{change:?}");
        }
        assert_eq!(Sequence::after_snapshot(100).check(&diff(105, 110, Some(103))), Gap);
    }
}
