//! Both sides of a market's resting orders.

use super::side::BookSide;
use crate::domain::{BookSnapshot, DepthDiff, Level, Price, Qty, Side, Volume};

/// Levels a side keeps unless told otherwise: more than an exchange's whole book usually has.
pub const DEFAULT_LEVELS: usize = 20_000;

/// A price level with all that rests from the best price up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cumulative {
    /// The level's price.
    pub price: Price,
    /// What rests at it, base units.
    pub qty: Qty,
    /// What rests from the best price up to and including it, base units.
    pub total: Volume,
}

/// An order book: price → resting quantity on each side.
///
/// Whether a change continues it is not decided here but by [`super::Sequence`]. Memory is bounded: a side that grows beyond its
/// limit by an eighth loses the levels farthest from the best price. A clone copies two flat arrays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBook {
    bids: BookSide,
    asks: BookSide,
}

impl Default for OrderBook {
    fn default() -> Self {
        Self::with_levels(DEFAULT_LEVELS)
    }
}

impl OrderBook {
    /// An empty book that keeps about so many levels a side, at least one.
    pub const fn with_levels(limit: usize) -> Self {
        let limit = if limit == 0 { 1 } else { limit };
        Self { bids: BookSide::bids(limit), asks: BookSide::asks(limit) }
    }

    /// Replaces everything by a snapshot. Of a price given twice the later quantity stands.
    pub fn reset(&mut self, snapshot: &BookSnapshot) {
        self.bids.replace(&snapshot.bids);
        self.asks.replace(&snapshot.asks);
    }

    /// Sets the changed levels; a quantity of zero removes one, and removing an unknown level is normal.
    pub fn apply(&mut self, diff: &DepthDiff) {
        self.apply_each(diff, |_, _, _| {});
    }

    /// As [`OrderBook::apply`], telling of each level what rested there before.
    #[inline]
    pub fn apply_each(&mut self, diff: &DepthDiff, mut each: impl FnMut(Side, Level, Qty)) {
        for level in &diff.bids {
            each(Side::Buy, *level, self.bids.set(*level));
        }
        for level in &diff.asks {
            each(Side::Sell, *level, self.asks.set(*level));
        }
    }

    /// Sets one level; a quantity of zero removes it. Returns what rested there before.
    pub fn set(&mut self, side: Side, level: Level) -> Qty {
        match side {
            Side::Buy => self.bids.set(level),
            Side::Sell => self.asks.set(level),
        }
    }

    /// Forgets all levels.
    pub fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
    }

    /// The highest bid.
    pub fn best_bid(&self) -> Option<Level> {
        self.bids.best()
    }

    /// The lowest ask.
    pub fn best_ask(&self) -> Option<Level> {
        self.asks.best()
    }

    /// Whether the best bid is not below the best ask, which no resting orders can be: updates were lost.
    pub fn is_crossed(&self) -> bool {
        matches!((self.best_bid(), self.best_ask()), (Some(bid), Some(ask)) if bid.0 >= ask.0)
    }

    /// Bids from the best downwards.
    pub fn bids(&self) -> impl DoubleEndedIterator<Item = Level> + ExactSizeIterator + Clone + '_ {
        self.bids.iter()
    }

    /// Asks from the best upwards.
    pub fn asks(&self) -> impl DoubleEndedIterator<Item = Level> + ExactSizeIterator + Clone + '_ {
        self.asks.iter()
    }

    /// One side from the best outwards.
    pub fn levels(&self, side: Side) -> impl DoubleEndedIterator<Item = Level> + ExactSizeIterator + Clone + '_ {
        self.side(side).iter()
    }

    /// What rests at a price; zero when nothing does.
    pub fn qty_at(&self, side: Side, price: Price) -> Qty {
        self.side(side).qty_at(price)
    }

    /// One side from the best outwards with running totals.
    pub fn cumulative(&self, side: Side) -> impl Iterator<Item = Cumulative> + '_ {
        self.levels(side).scan(Volume::ZERO, |total, (price, qty)| {
            *total += qty.volume();
            Some(Cumulative { price, qty, total: *total })
        })
    }

    /// What rests on a side from the best price up to and including a price, base units.
    pub fn depth_to(&self, side: Side, price: Price) -> Volume {
        self.cumulative(side)
            .take_while(|level| match side {
                Side::Buy => level.price >= price,
                Side::Sell => level.price <= price,
            })
            .last()
            .map_or(Volume::ZERO, |level| level.total)
    }

    /// Number of levels of bids and of asks.
    pub const fn len(&self) -> (usize, usize) {
        (self.bids.len(), self.asks.len())
    }

    /// Whether nothing rests on either side.
    pub const fn is_empty(&self) -> bool {
        self.bids.len() == 0 && self.asks.len() == 0
    }

    const fn side(&self, side: Side) -> &BookSide {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn level(price: i64, qty: i64) -> Level {
        (Price::from_units(price), Qty::from_units(qty))
    }

    fn levels() -> impl Strategy<Value = Vec<Level>> {
        proptest::collection::vec((1_i64..60, 0_i64..4).prop_map(|(p, q)| level(p, q)), 0..40)
    }

    fn naive(map: &mut BTreeMap<Price, Qty>, levels: &[Level]) {
        for (price, qty) in levels {
            if qty.is_zero() {
                map.remove(price);
            } else {
                map.insert(*price, *qty);
            }
        }
    }

    proptest! {
        #[test]
        fn equals_a_plain_map(
            start in (levels(), levels()),
            changes in proptest::collection::vec((levels(), levels()), 0..12),
        ) {
            let (mut bids, mut asks) = (BTreeMap::new(), BTreeMap::new());
            let mut book = OrderBook::default();
            naive(&mut bids, &start.0);
            naive(&mut asks, &start.1);
            book.reset(&BookSnapshot { bids: start.0, asks: start.1, ..BookSnapshot::default() });
            for (b, a) in changes {
                naive(&mut bids, &b);
                naive(&mut asks, &a);
                book.apply(&DepthDiff { bids: b, asks: a, ..DepthDiff::default() });
                let expected: Vec<Level> = bids.iter().rev().map(|(p, q)| (*p, *q)).collect();
                prop_assert_eq!(book.bids().collect::<Vec<_>>(), expected);
                let expected: Vec<Level> = asks.iter().map(|(p, q)| (*p, *q)).collect();
                prop_assert_eq!(book.asks().collect::<Vec<_>>(), expected);
                for price in 0..61 {
                    let price = Price::from_units(price);
                    prop_assert_eq!(book.qty_at(Side::Sell, price), asks.get(&price).copied().unwrap_or_default());
                    let depth: i64 = asks.range(..=price).map(|(_, q)| q.units()).sum();
                    prop_assert_eq!(book.depth_to(Side::Sell, price), Volume::from_units(i128::from(depth)));
                    let depth: i64 = bids.range(price..).map(|(_, q)| q.units()).sum();
                    prop_assert_eq!(book.depth_to(Side::Buy, price), Volume::from_units(i128::from(depth)));
                }
                let crossed = matches!((bids.last_key_value(), asks.first_key_value()), (Some(b), Some(a)) if b.0 >= a.0);
                prop_assert_eq!(book.is_crossed(), crossed);
            }
        }

        #[test]
        fn keeps_the_best_when_it_is_full(prices in proptest::collection::vec(any::<i64>(), 0..200)) {
            let mut book = OrderBook::with_levels(16);
            let mut best = i64::MIN;
            for price in prices {
                book.set(Side::Buy, level(price, 1));
                best = best.max(price);
                prop_assert!(book.len().0 <= 18);
                prop_assert_eq!(book.best_bid(), Some(level(best, 1)));
            }
            prop_assert!(book.bids().is_sorted_by(|a, b| a.0 > b.0));
        }
    }

    #[test]
    fn a_snapshot_is_cut_to_the_limit_from_the_far_end() {
        let mut book = OrderBook::with_levels(2);
        let bids = vec![level(1, 1), level(3, 1), level(2, 1)];
        let asks = vec![level(9, 1), level(7, 1), level(8, 1), level(7, 5)];
        book.reset(&BookSnapshot { bids, asks, ..BookSnapshot::default() });
        assert_eq!(book.bids().collect::<Vec<_>>(), [level(3, 1), level(2, 1)]);
        assert_eq!(book.asks().collect::<Vec<_>>(), [level(7, 5), level(8, 1)]);
        book.clear();
        assert!(book.is_empty() && !book.is_crossed());
    }
}
