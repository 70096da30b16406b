//! One side of a book: levels sorted so that the best is at the end, where nearly all changes happen.

use crate::domain::{Level, Price, Qty};

/// How many levels from the best are looked through one by one before searching by halves.
const NEAR: usize = 12;

/// Levels of one side, worst first.
///
/// A level's key is its price for bids and the bitwise complement of its price for asks: both then sort ascending towards the
/// best price, with one code path and no overflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BookSide {
    levels: Vec<(i64, Qty)>,
    mask: i64,
    limit: usize,
}

impl BookSide {
    pub(super) const fn bids(limit: usize) -> Self {
        Self { levels: Vec::new(), mask: 0, limit }
    }

    pub(super) const fn asks(limit: usize) -> Self {
        Self { levels: Vec::new(), mask: -1, limit }
    }

    const fn key(&self, price: Price) -> i64 {
        price.units() ^ self.mask
    }

    const fn level(&self, (key, qty): (i64, Qty)) -> Level {
        (Price::from_units(key ^ self.mask), qty)
    }

    /// Where the key is, or where it belongs.
    fn find(&self, key: i64) -> Result<usize, usize> {
        let near = self.levels.len().saturating_sub(NEAR);
        let (far, close) = self.levels.split_at(near);
        if near > 0 && close.first().is_some_and(|first| key < first.0) {
            return far.binary_search_by_key(&key, |level| level.0);
        }
        for (i, level) in close.iter().enumerate().rev() {
            if level.0 == key {
                return Ok(near + i);
            }
            if level.0 < key {
                return Err(near + i + 1);
            }
        }
        Err(near)
    }

    /// Sets the quantity at a price; zero or less removes the level. Returns what it was.
    pub(super) fn set(&mut self, (price, qty): Level) -> Qty {
        let key = self.key(price);
        match self.find(key) {
            Ok(at) if qty.units() <= 0 => self.levels.remove(at).1,
            Ok(at) => self.levels.get_mut(at).map_or(Qty::ZERO, |level| std::mem::replace(&mut level.1, qty)),
            Err(_) if qty.units() <= 0 => Qty::ZERO,
            Err(at) => {
                self.levels.insert(at, (key, qty));
                // Trimmed a batch at a time, since dropping the farthest moves all the others.
                if self.levels.len() > self.limit.saturating_add(self.limit / 8) {
                    self.levels.drain(..self.levels.len() - self.limit);
                }
                Qty::ZERO
            }
        }
    }

    /// Replaces all levels; of a price given twice the later quantity stands.
    pub(super) fn replace(&mut self, levels: &[Level]) {
        let mask = self.mask;
        self.levels.clear();
        self.levels.extend(levels.iter().map(|(price, qty)| (price.units() ^ mask, *qty)));
        // A stable sort keeps doubles in their order; reversed, the later one is kept by `dedup`.
        self.levels.reverse();
        self.levels.sort_by_key(|level| level.0);
        self.levels.dedup_by_key(|level| level.0);
        self.levels.retain(|level| level.1.units() > 0);
        self.levels.drain(..self.levels.len().saturating_sub(self.limit));
    }

    pub(super) fn best(&self) -> Option<Level> {
        self.levels.last().map(|level| self.level(*level))
    }

    pub(super) fn qty_at(&self, price: Price) -> Qty {
        self.find(self.key(price)).ok().and_then(|at| self.levels.get(at)).map_or(Qty::ZERO, |level| level.1)
    }

    pub(super) const fn len(&self) -> usize {
        self.levels.len()
    }

    pub(super) fn clear(&mut self) {
        self.levels.clear();
    }

    /// From the best outwards.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = Level> + ExactSizeIterator + Clone + '_ {
        self.levels.iter().rev().map(|level| self.level(*level))
    }
}
