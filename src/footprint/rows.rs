//! What was traded, summed up in rows of several ticks.

use super::Minute;
use crate::domain::{Price, Qty, Side, Volume};

/// What takers traded within one row of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Row {
    /// Which row: its lowest price divided by the step.
    pub key: i64,
    /// Bought by takers, base units.
    pub buy: Volume,
    /// Sold by takers, base units.
    pub sell: Volume,
}

impl Row {
    /// Bought and sold.
    pub fn volume(&self) -> Volume {
        self.buy + self.sell
    }

    /// Bought less sold.
    pub fn delta(&self) -> Volume {
        self.buy - self.sell
    }
}

/// Rows in which something was traded, the lowest first; each key once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    step: i64,
    rows: Vec<Row>,
}

impl Rows {
    /// None yet, in rows of so many price units (at least 1).
    pub fn new(step: i64) -> Self {
        Self { step: step.max(1), rows: Vec::new() }
    }

    /// Minutes summed up. Fast where minutes are many: neighbours within a row are added before anything is put in order.
    pub fn of_minutes<'a>(minutes: impl Iterator<Item = &'a Minute>, step: i64) -> Self {
        let mut rows = Self::new(step);
        for minute in minutes {
            for level in minute.levels() {
                rows.add(level.price, level.buy.volume(), level.sell.volume());
            }
        }
        rows.settle();
        rows
    }

    /// Single trades summed up: price, quantity and the taker's side.
    pub fn of_trades(trades: impl Iterator<Item = (Price, Qty, Side)>, step: i64) -> Self {
        let mut rows = Self::new(step);
        for (price, qty, taker) in trades {
            match taker {
                Side::Buy => rows.add(price, qty.volume(), Volume::ZERO),
                Side::Sell => rows.add(price, Volume::ZERO, qty.volume()),
            }
        }
        rows.settle();
        rows
    }

    /// Adds what was traded at a price; [`Rows::settle`] is to be called before anything is read.
    #[inline]
    pub fn add(&mut self, price: Price, buy: Volume, sell: Volume) {
        self.add_row(Row { key: price.units().div_euclid(self.step), buy, sell });
    }

    /// Adds all of another sum with the same step; [`Rows::settle`] is to be called before anything is read.
    pub fn add_all(&mut self, other: &Self) {
        debug_assert_eq!(self.step, other.step);
        other.rows.iter().for_each(|row| self.add_row(*row));
    }

    #[inline]
    fn add_row(&mut self, row: Row) {
        match self.rows.last_mut() {
            Some(last) if last.key == row.key => {
                last.buy += row.buy;
                last.sell += row.sell;
            }
            _ => self.rows.push(row),
        }
    }

    /// Puts rows in order and those of one key together.
    pub fn settle(&mut self) {
        if self.rows.is_sorted_by(|a, b| a.key < b.key) {
            return;
        }
        self.rows.sort_unstable_by_key(|row| row.key);
        self.rows.dedup_by(|later, kept| {
            let same = later.key == kept.key;
            if same {
                kept.buy += later.buy;
                kept.sell += later.sell;
            }
            same
        });
    }

    /// The rows, the lowest first.
    pub fn as_slice(&self) -> &[Row] {
        &self.rows
    }

    /// Whether nothing was traded.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Price units of a row.
    pub const fn step(&self) -> i64 {
        self.step
    }

    /// The row of a key.
    pub fn row(&self, key: i64) -> Option<&Row> {
        self.rows.get(self.position(key)?)
    }

    /// The position of a key's row.
    pub fn position(&self, key: i64) -> Option<usize> {
        self.rows.binary_search_by_key(&key, |row| row.key).ok()
    }

    /// The key of the row that a price is in.
    pub const fn key_of(&self, price: Price) -> i64 {
        price.units().div_euclid(self.step)
    }

    /// The lowest price of a row.
    pub const fn price_of(&self, key: i64) -> Price {
        Price::from_units(key.saturating_mul(self.step))
    }

    /// Bought and sold by takers in all.
    pub fn totals(&self) -> (Volume, Volume) {
        self.rows.iter().fold((Volume::ZERO, Volume::ZERO), |(buy, sell), row| (buy + row.buy, sell + row.sell))
    }
}
