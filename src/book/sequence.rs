//! The rule that tells whether a depth change continues a book.

use crate::domain::DepthDiff;

/// How a depth change stands to a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// It comes next: apply it.
    Next,
    /// The book already holds it: drop it.
    Old,
    /// Something between is missing: the book has to be fetched anew.
    Gap,
}

/// The place of a book in its venue's chain of updates.
///
/// Two rules, told apart by the change itself. With `prev` (Binance USD-M): after a snapshot everything that ends before it is
/// dropped and the first change must contain it (`first <= last id <= last`); from then on `prev` must be the last id. Without
/// (Binance spot): what ends at or before the last id is dropped, and a change must begin at or before the id that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sequence {
    last: u64,
    fresh: bool,
}

impl Sequence {
    /// Just after a snapshot at this update.
    pub const fn after_snapshot(last: u64) -> Self {
        Self { last, fresh: true }
    }

    /// The last update the book holds.
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Whether that update lies behind: at or before the last one the book holds.
    pub const fn is_behind(&self, update: u64) -> bool {
        update <= self.last
    }

    /// Judges a change, and moves on when it comes next.
    pub fn check(&mut self, diff: &DepthDiff) -> Continuity {
        let continuity = self.judge(diff);
        if continuity == Continuity::Next {
            *self = Self { last: diff.last, fresh: false };
        }
        continuity
    }

    fn judge(&self, diff: &DepthDiff) -> Continuity {
        let Some(prev) = diff.prev else {
            return if diff.last <= self.last {
                Continuity::Old
            } else if diff.first <= self.last.saturating_add(1) {
                Continuity::Next
            } else {
                Continuity::Gap
            };
        };
        let old = if self.fresh { diff.last < self.last } else { diff.last <= self.last };
        // A snapshot taken exactly between two changes lies in neither; the chain then says that nothing is missing.
        let holds_snapshot = self.fresh && diff.first <= self.last;
        if old {
            Continuity::Old
        } else if holds_snapshot || prev == self.last {
            Continuity::Next
        } else {
            Continuity::Gap
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

    fn judged(snapshot: u64, diffs: &[(u64, u64, Option<u64>)]) -> Vec<Continuity> {
        let mut sequence = Sequence::after_snapshot(snapshot);
        diffs.iter().map(|&(first, last, prev)| sequence.check(&diff(first, last, prev))).collect()
    }

    #[test]
    fn spot_goes_on_at_the_next_id() {
        assert_eq!(judged(10, &[(5, 10, None), (8, 12, None), (13, 13, None), (12, 13, None)]), [Old, Next, Next, Old]);
        assert_eq!(judged(10, &[(11, 12, None), (13, 15, None)]), [Next, Next]);
        assert_eq!(judged(10, &[(12, 14, None)]), [Gap]);
        assert_eq!(judged(10, &[(11, 12, None), (14, 15, None), (13, 15, None)]), [Next, Gap, Next]);
    }

    #[test]
    fn futures_chain_by_the_previous_id() {
        let p = Some;
        assert_eq!(judged(10, &[(3, 9, p(2)), (9, 15, p(8)), (20, 25, p(15)), (26, 27, p(20))]), [Old, Next, Next, Gap]);
        // The last id may equal the snapshot's: that change is the first of the chain.
        assert_eq!(judged(10, &[(9, 10, p(8)), (14, 15, p(10)), (14, 15, p(10))]), [Next, Next, Old]);
        assert_eq!(judged(10, &[(12, 15, p(11))]), [Gap]);
        assert_eq!(judged(10, &[(12, 15, p(10))]), [Next]);
        // After the first, containing the id is not enough.
        assert_eq!(judged(10, &[(9, 12, p(8)), (11, 14, p(10))]), [Next, Gap]);
    }

    #[test]
    fn the_largest_ids_do_not_overflow() {
        assert_eq!(judged(u64::MAX, &[(u64::MAX, u64::MAX, None)]), [Old]);
        assert!(Sequence::after_snapshot(7).is_behind(7) && !Sequence::after_snapshot(7).is_behind(8));
    }
}
