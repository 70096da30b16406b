//! Indicators of events: trades, quotes, books and liquidations as they come.

use super::{Lack, Reading, Weighted};
use crate::book::{OrderBook, Top};
use crate::domain::{Liquidation, Nanos, Trade};
use std::fmt;

/// What an indicator can look at when it is read.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// Engine time. A look-back of T holds what came at `at − T` or later and before `at`.
    pub at: Nanos,
    /// The best bid and ask, while quotes come.
    pub top: Option<&'a Top>,
    /// The book while it is in sync, or why it is not.
    pub book: Result<&'a OrderBook, &'a Lack>,
    /// Since when the trades' connection is down.
    pub trades_down: Option<Nanos>,
    /// Since when the connection of quotes and books is down.
    pub book_down: Option<Nanos>,
    /// Whether the venue has liquidations: futures.
    pub futures: bool,
}

impl<'a> Moment<'a> {
    /// The best bid and ask.
    ///
    /// # Errors
    /// Why there is none.
    pub fn top(&self) -> Result<&'a Top, Lack> {
        self.top.ok_or(match self.book_down {
            Some(since) => Lack::LinkDown(since, "quotes"),
            None => Lack::Waiting("a quote"),
        })
    }

    /// The book.
    ///
    /// # Errors
    /// Why it cannot be believed.
    pub fn book(&self) -> Result<&'a OrderBook, Lack> {
        self.book.map_err(Clone::clone)
    }

    /// What is lacking while there was no trade: `otherwise`, unless their connection is down.
    pub fn no_trades(&self, otherwise: Lack) -> Lack {
        self.trades_down.map_or(otherwise, |since| Lack::LinkDown(since, "trades"))
    }
}

/// Something was not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Trades did not come for a while; they come again.
    Trades,
    /// Quotes did not come for a while, and the best prices are not known any more.
    Quotes,
    /// The book lost its place.
    Book,
}

/// One second (or a part of it) in figures: enough to work most indicators out anew when their parameters change.
///
/// It covers `[end − length, end)`, as a sample at `end` does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Its end.
    pub end: Nanos,
    /// How long it is: a second, or less where samples are taken more often.
    pub length: Nanos,
    /// Whether it has ended; the newest one has not, and its second goes on.
    pub ended: bool,
    /// The best bid and ask at its end.
    pub top: Option<Top>,
    /// What has not been seen in it, in the order of [`Break`]: trades, quotes, book.
    pub breaks: [bool; 3],
    /// Sum of the order flow imbalance of the best prices, in units of 1e-8.
    pub ofi: i128,
    /// Sum of the order flow imbalance of each of five levels, in units of 1e-8; `None` without a book at its end.
    pub mlofi: Option<[i128; 5]>,
    /// Number of trades.
    pub trades: u32,
    /// Quantity takers bought, in units of 1e-8.
    pub bought: i128,
    /// Quantity takers sold, in units of 1e-8.
    pub sold: i128,
    /// The last trade's price.
    pub last: Option<i64>,
    /// The prices of its trades in units of 1e-8, weighted by quantity.
    pub paid: Weighted,
}

impl Cell {
    /// Whether something was not seen in it.
    pub const fn broken(&self, what: Break) -> bool {
        self.breaks[what as usize]
    }
}

/// An indicator of events. All methods but [`Flow::read`] are called for every event of the kind, in the events' order.
///
/// Once warm, none of them may allocate.
pub trait Flow: fmt::Debug + Send + Sync {
    /// The best bid and ask changed. `old` is `None` where they were not known.
    fn on_top(&mut self, _at: Nanos, _old: Option<&Top>, _new: &Top) {}

    /// The book changed, and can be believed.
    fn on_book(&mut self, _at: Nanos, _book: &OrderBook) {}

    /// A trade, of a positive price and quantity; `top` is the best bid and ask just before it.
    fn on_trade(&mut self, _at: Nanos, _trade: &Trade, _top: Option<&Top>) {}

    /// A liquidation order.
    fn on_liquidation(&mut self, _at: Nanos, _liquidation: &Liquidation) {}

    /// A whole second of the epoch ends: everything before `end` has been told. Always every second, whatever the sampling grid.
    fn on_second(&mut self, _end: Nanos, _top: Option<&Top>) {}

    /// A sample is about to be taken.
    fn on_sample(&mut self, _at: Nanos) {}

    /// Something was not seen.
    fn on_break(&mut self, _at: Nanos, _what: Break) {}

    /// The value at a moment that is not before any event told.
    ///
    /// # Errors
    /// Why there is none.
    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack>;

    /// Takes a cell of the past in place of its events, and says whether it can: an indicator that cannot begins anew when it is
    /// set up differently.
    fn recall(&mut self, _cell: &Cell) -> bool {
        false
    }

    /// Whether it is recalled from the trades still kept, told by [`Flow::on_trade`], rather than from cells.
    fn recalls_trades(&self) -> bool {
        false
    }

    /// Whether it is recalled from the liquidations still kept, told by [`Flow::on_liquidation`].
    fn recalls_liquidations(&self) -> bool {
        false
    }

    /// A copy, for a copy of the engine.
    fn boxed(&self) -> Box<dyn Flow>;
}

impl Clone for Box<dyn Flow> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}
