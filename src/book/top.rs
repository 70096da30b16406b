//! The best prices of a market.

use crate::domain::{Nanos, Price, Qty};

/// The best bid and ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Top {
    /// When it was received.
    pub at: Nanos,
    /// Best bid price.
    pub bid: Price,
    /// Quantity there.
    pub bid_qty: Qty,
    /// Best ask price.
    pub ask: Price,
    /// Quantity there.
    pub ask_qty: Qty,
    /// The book update it belongs to, where known.
    pub update_id: Option<u64>,
}

impl Top {
    /// The middle of bid and ask.
    pub fn mid(&self) -> Price {
        Price::from_units(i64::midpoint(self.bid.units(), self.ask.units()))
    }

    /// The middle of bid and ask as a float, in quote units: exact to half a unit.
    pub fn mid_f64(&self) -> f64 {
        (i128::from(self.bid.units()) + i128::from(self.ask.units())) as f64 / 2e8
    }

    /// Ask less bid.
    pub fn spread(&self) -> Price {
        self.ask - self.bid
    }
}
