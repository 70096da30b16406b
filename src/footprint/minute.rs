//! One minute: what was bought and sold by takers at each price.

use crate::domain::{Nanos, Price, Qty, Side, Volume};
use std::hash::{Hash, Hasher};

/// What takers traded at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Level {
    /// The price.
    pub price: Price,
    /// Bought by takers: traded at the ask. Base units, not below zero.
    pub buy: Qty,
    /// Sold by takers: traded at the bid. Base units, not below zero.
    pub sell: Qty,
}

/// What is kept for a minute beside its levels, about.
const OVERHEAD: usize = 96;

/// One minute, its prices in order.
///
/// A price comes again only where a sum would no longer fit into a [`Qty`]; whoever adds levels up need not care.
#[derive(Debug, PartialEq, Eq)]
pub struct Minute {
    start: Nanos,
    levels: Vec<Level>,
    /// Position of the level traded last.
    latest: usize,
}

impl Clone for Minute {
    /// Keeps the room there is for new prices.
    fn clone(&self) -> Self {
        let mut levels = Vec::with_capacity(self.levels.capacity());
        levels.extend_from_slice(&self.levels);
        Self { start: self.start, levels, latest: self.latest }
    }
}

impl Minute {
    /// One without a trade, with room for so many prices.
    pub(super) fn new(start: Nanos, room: usize) -> Self {
        Self { start, levels: Vec::with_capacity(room), latest: 0 }
    }

    /// When it begins.
    pub const fn start(&self) -> Nanos {
        self.start
    }

    /// Its levels, the lowest price first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Adds a trade.
    #[inline]
    pub(super) fn add(&mut self, price: Price, qty: Qty, taker: Side) {
        if let Some(level) = self.levels.get_mut(self.latest)
            && level.price == price
            && level.add(qty, taker)
        {
            return;
        }
        let at = self.levels.partition_point(|level| level.price < price);
        self.latest = at;
        if let Some(level) = self.levels.get_mut(at)
            && level.price == price
            && level.add(qty, taker)
        {
            return;
        }
        let mut level = Level { price, ..Level::default() };
        level.add(qty, taker);
        self.levels.insert(at, level);
    }

    /// Gives back what room is left: it does not change any more.
    pub(super) fn seal(&mut self) {
        self.levels.shrink_to_fit();
    }

    /// Bytes it takes, about.
    pub fn bytes(&self) -> usize {
        OVERHEAD + self.levels.len() * size_of::<Level>()
    }

    /// Bought and sold by takers in all.
    pub fn totals(&self) -> (Volume, Volume) {
        self.levels
            .iter()
            .fold((Volume::ZERO, Volume::ZERO), |(buy, sell), level| (buy + level.buy.volume(), sell + level.sell.volume()))
    }
}

impl Level {
    /// Adds a trade, unless the sum does not fit.
    #[inline]
    fn add(&mut self, qty: Qty, taker: Side) -> bool {
        let part = match taker {
            Side::Buy => &mut self.buy,
            Side::Sell => &mut self.sell,
        };
        let sum = part.checked_add(qty);
        *part = sum.unwrap_or(*part);
        sum.is_some()
    }
}

impl Hash for Minute {
    /// What was traded; not where the last trade was.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.start, &self.levels).hash(hasher);
    }
}
