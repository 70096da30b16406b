//! What is traded: its symbol and the exchange's rules for prices and quantities.

use super::{Price, Qty, Symbol};

/// An instrument and its trading rules. A zero rule means the rule is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// The exchange's name of it.
    pub symbol: Symbol,
    /// Prices are multiples of this, in quote units.
    pub tick: Price,
    /// Quantities are multiples of this, in base units.
    pub lot: Qty,
    /// The least price × quantity of an order, in quote units.
    pub min_notional: Price,
    /// What is bought or sold, such as `BTC`; empty when not known.
    pub base: String,
    /// What it is paid in, such as `USDT`; empty when not known.
    pub quote: String,
}

impl Instrument {
    /// An instrument of which only the name is known.
    pub fn unknown(symbol: Symbol) -> Self {
        Self { symbol, tick: Price::ZERO, lot: Qty::ZERO, min_notional: Price::ZERO, base: String::new(), quote: String::new() }
    }

    /// Decimal places a price is shown with: those of the tick, else 2.
    pub fn price_decimals(&self) -> usize {
        if self.tick.is_zero() { 2 } else { self.tick.decimals() }
    }

    /// Decimal places a quantity is shown with: those of the lot, else 4.
    pub fn qty_decimals(&self) -> usize {
        if self.lot.is_zero() { 4 } else { self.lot.decimals() }
    }
}
