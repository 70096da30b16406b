//! The order book of one symbol, and the rule by which its changes continue one another.

mod sequence;

pub use sequence::{Continuity, Sequence};

use crate::domain::{BookSnapshot, DepthDiff, Level, Price, Qty};

/// Levels kept on one side; beyond it the ones farthest from the middle are let go.
pub const MAX_LEVELS: usize = 20_000;

/// Price levels of both sides. Kept sorted with the best level last, since most changes are near it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderBook {
    /// Rising prices: the best bid is last.
    bids: Vec<Level>,
    /// Falling prices: the best ask is last.
    asks: Vec<Level>,
}

impl OrderBook {
    /// Holds exactly what a snapshot says from now on. Levels without quantity are left out.
    pub fn reset(&mut self, snapshot: &BookSnapshot) {
        fill(&mut self.bids, &snapshot.bids, |level| level.0.units());
        fill(&mut self.asks, &snapshot.asks, |level| -level.0.units());
    }

    /// Changes the levels that a diff names; quantity 0 removes one, and removing an unknown one is normal.
    pub fn apply(&mut self, diff: &DepthDiff) {
        for &level in &diff.bids {
            set(&mut self.bids, level, Price::units);
        }
        for &level in &diff.asks {
            set(&mut self.asks, level, |price| -price.units());
        }
    }

    /// The highest bid.
    pub fn best_bid(&self) -> Option<Level> {
        self.bids.last().copied()
    }

    /// The lowest ask.
    pub fn best_ask(&self) -> Option<Level> {
        self.asks.last().copied()
    }

    /// Bids from the best down.
    pub fn bids(&self) -> impl DoubleEndedIterator<Item = Level> + ExactSizeIterator + '_ {
        self.bids.iter().rev().copied()
    }

    /// Asks from the best up.
    pub fn asks(&self) -> impl DoubleEndedIterator<Item = Level> + ExactSizeIterator + '_ {
        self.asks.iter().rev().copied()
    }

    /// The quantity bid at a price.
    pub fn bid_qty(&self, price: Price) -> Qty {
        find(&self.bids, price.units(), Price::units)
    }

    /// The quantity asked at a price.
    pub fn ask_qty(&self, price: Price) -> Qty {
        find(&self.asks, -price.units(), |price| -price.units())
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }

    /// Whether the best bid is not below the best ask, which no exchange's book ever is.
    pub fn is_crossed(&self) -> bool {
        matches!((self.best_bid(), self.best_ask()), (Some(bid), Some(ask)) if bid.0 >= ask.0)
    }

    /// The book as a snapshot of that update.
    pub fn to_snapshot(&self, last: u64) -> BookSnapshot {
        BookSnapshot { last, bids: self.bids().collect(), asks: self.asks().collect(), ex: None }
    }
}

fn fill(side: &mut Vec<Level>, levels: &[Level], key: impl Fn(&Level) -> i64) {
    side.clear();
    side.extend(levels.iter().filter(|level| level.1.units() > 0));
    side.sort_by_key(|level| key(level));
    // Of a price named twice the later entry holds, as if they had come one after the other.
    side.reverse();
    side.dedup_by_key(|level| level.0);
    side.reverse();
    trim(side);
}

fn trim(side: &mut Vec<Level>) {
    if side.len() > MAX_LEVELS {
        side.drain(..side.len() - MAX_LEVELS);
    }
}

/// The position of a key, or where it belongs, looking from the best level outwards first.
#[inline]
fn locate(side: &[Level], target: i64, key: impl Fn(Price) -> i64) -> Result<usize, usize> {
    // Most changes are within a few levels of the best.
    let near = side.len().saturating_sub(16);
    if near > 0 && key(side[near].0) > target {
        return side[..near].binary_search_by_key(&target, |level| key(level.0));
    }
    for (i, level) in side[near..].iter().enumerate().rev() {
        match key(level.0).cmp(&target) {
            std::cmp::Ordering::Equal => return Ok(near + i),
            std::cmp::Ordering::Less => return Err(near + i + 1),
            std::cmp::Ordering::Greater => {}
        }
    }
    Err(near)
}

fn set(side: &mut Vec<Level>, (price, qty): Level, key: impl Fn(Price) -> i64) {
    match locate(side, key(price), &key) {
        Ok(at) if qty.units() <= 0 => {
            side.remove(at);
        }
        Ok(at) => side[at].1 = qty,
        Err(_) if qty.units() <= 0 => {}
        Err(at) => {
            side.insert(at, (price, qty));
            trim(side);
        }
    }
}

fn find(side: &[Level], target: i64, key: impl Fn(Price) -> i64) -> Qty {
    locate(side, target, key).map_or(Qty::ZERO, |at| side[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn levels(raw: &[(i64, i64)]) -> Vec<Level> {
        raw.iter().map(|&(p, q)| (Price::from_units(p), Qty::from_units(q))).collect()
    }

    fn plainly(side: &mut BTreeMap<Price, Qty>, changes: &[Level]) {
        for &(price, qty) in changes {
            if qty.is_zero() {
                side.remove(&price);
            } else {
                side.insert(price, qty);
            }
        }
    }

    proptest! {
        #[test]
        fn equals_a_plain_map(
            start in proptest::collection::vec((1_i64..60, 0_i64..5), 0..60),
            changes in proptest::collection::vec((proptest::collection::vec((1_i64..90, 0_i64..4), 0..9), any::<bool>()), 0..60),
        ) {
            let mut book = OrderBook::default();
            book.reset(&BookSnapshot { bids: levels(&start), asks: levels(&start), ..BookSnapshot::default() });
            let (mut bids, mut asks) = (BTreeMap::new(), BTreeMap::new());
            for level in levels(&start).into_iter().filter(|level| !level.1.is_zero()) {
                bids.insert(level.0, level.1);
                asks.insert(level.0, level.1);
            }
            for (raw, is_bid) in &changes {
                let changed = levels(raw);
                let mut diff = DepthDiff::default();
                if *is_bid {
                    plainly(&mut bids, &changed);
                    diff.bids = changed;
                } else {
                    plainly(&mut asks, &changed);
                    diff.asks = changed;
                }
                book.apply(&diff);
            }
            prop_assert!(book.bids().eq(bids.iter().rev().map(|(p, q)| (*p, *q))));
            prop_assert!(book.asks().eq(asks.iter().map(|(p, q)| (*p, *q))));
            for price in (0..100).map(Price::from_units) {
                prop_assert_eq!(book.bid_qty(price), bids.get(&price).copied().unwrap_or_default());
                prop_assert_eq!(book.ask_qty(price), asks.get(&price).copied().unwrap_or_default());
            }
        }
    }

    #[test]
    fn lets_the_farthest_levels_go() {
        let mut book = OrderBook::default();
        let bids = (1..=MAX_LEVELS as i64 + 10).map(|n| (n, 1)).collect::<Vec<_>>();
        book.apply(&DepthDiff { bids: levels(&bids), ..DepthDiff::default() });
        assert_eq!(book.bids().len(), MAX_LEVELS);
        assert_eq!(book.bids().next_back(), Some((Price::from_units(11), Qty::from_units(1))));
    }
}
