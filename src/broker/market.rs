//! What the simulated exchange sees of the market: whoever drives it answers.

use crate::book::{OrderBook, Top};
use crate::domain::{Instrument, Nanos, Price, Symbol};

/// A symbol's market at this moment, after the event that is being told.
#[derive(Debug, Clone, Copy)]
pub struct MarketSight<'a> {
    /// Its trading rules.
    pub instrument: &'a Instrument,
    /// The book, while it is in sync.
    pub book: Option<&'a OrderBook>,
    /// The best bid and ask, while quotes come.
    pub top: Option<&'a Top>,
    /// The last price of trades or bars.
    pub last: Option<Price>,
    /// The exchange's mark price.
    pub mark: Option<Price>,
    /// Traded within the last minute (of bars: in the last bar), base units.
    pub volume: f64,
    /// How long its last event took from the exchange to us, where that is known.
    pub lag: Option<Nanos>,
    /// Whether all that ever came of it were ready-made bars.
    pub bars_only: bool,
}

/// All symbols' markets.
pub trait Markets {
    /// One symbol's; `None` where it is not followed.
    fn market(&self, symbol: Symbol) -> Option<MarketSight<'_>>;
}
