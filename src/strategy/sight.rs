//! What a strategy sees: read-only, and of the past alone.

use crate::bars::Series;
use crate::book::{OrderBook, Top};
use crate::domain::{Bar, Instrument, Nanos, Price, Qty, Symbol, Timeframe};

/// A sample of an indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The raw value.
    pub value: f64,
    /// How unusual it is, where its z-score is known.
    pub z: Option<f64>,
}

/// What can be looked at of the market; the engine answers.
pub trait Look {
    /// Closed bars of a symbol, oldest first.
    fn bars(&self, symbol: Symbol, timeframe: Timeframe) -> Option<&Series<Bar>>;
    /// A symbol's trading rules.
    fn instrument(&self, symbol: Symbol) -> Option<&Instrument>;
    /// The best bid and ask, while quotes come.
    fn top(&self, symbol: Symbol) -> Option<&Top>;
    /// The book, while it is in sync.
    fn book(&self, symbol: Symbol) -> Option<&OrderBook>;
    /// The last price of trades or bars.
    fn last(&self, symbol: Symbol) -> Option<Price>;
    /// The newest sample of an indicator of events that is worked out, by its text form; `None` while it has no value.
    fn indicator(&self, symbol: Symbol, id: &str) -> Option<Sample>;
}

/// A position of the strategy's account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PositionSight {
    /// The symbol.
    pub symbol: Symbol,
    /// Base units, negative when short; never zero.
    pub qty: Qty,
    /// The average price paid.
    pub average: Price,
    /// When it was opened.
    pub since: Nanos,
}

/// What a strategy sees when it is asked.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Engine time.
    pub now: Nanos,
    /// The run's symbols; the first is the main one.
    pub symbols: &'a [Symbol],
    /// The bars it acts on.
    pub timeframe: Timeframe,
    /// The market.
    pub market: &'a dyn Look,
    /// Its account's equity, quote units.
    pub equity: f64,
    /// What its account can still spend, quote units.
    pub buying_power: f64,
    /// What takers pay, a part of one (0.0005 = 5 bps).
    pub taker_fee: f64,
    /// Its account's positions.
    pub positions: &'a [PositionSight],
    /// Orders of its account that are open.
    pub open_orders: usize,
}

impl Sight<'_> {
    /// The position in a symbol, base units; 0 when flat.
    pub fn position(&self, symbol: Symbol) -> Qty {
        self.positions.iter().find(|held| held.symbol == symbol).map_or(Qty::ZERO, |held| held.qty)
    }
}

impl std::fmt::Debug for Sight<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sight").field("now", &self.now).field("positions", &self.positions).finish_non_exhaustive()
    }
}
