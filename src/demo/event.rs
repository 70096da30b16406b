//! What the demo market tells: the content of Binance's USD-M streams, before it is put into words.

use super::klines::Kline;
use crate::domain::{Level, Nanos, Price, Qty, Side, Symbol, Timeframe};

/// Something that happened on the demo market.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoEvent {
    /// Engine time; never earlier than the event before.
    pub at: Nanos,
    /// The symbol it happened to.
    pub symbol: Symbol,
    /// What happened.
    pub kind: DemoKind,
}

/// The kinds of events, one for each stream.
#[derive(Debug, Clone, PartialEq)]
pub enum DemoKind {
    /// One taker order's fills at one price.
    AggTrade(AggTrade),
    /// The best prices or their quantities changed.
    BookTicker(BookTicker),
    /// What changed in the book over the last 100 ms.
    Depth(DepthUpdate),
    /// Mark price, index and funding, every second.
    Mark(MarkUpdate),
    /// A position was closed by force; at most one a second, the latest.
    Liquidation(ForcedOrder),
    /// The running or just closed bar, at most every 250 ms and only when it changed.
    Kline(Timeframe, Kline),
}

/// One taker order's fills at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AggTrade {
    /// Rises by one with every aggregate of the symbol.
    pub agg_id: u64,
    /// The first of its fills.
    pub first_id: u64,
    /// The last of its fills.
    pub last_id: u64,
    /// Price of all of them.
    pub price: Price,
    /// Quantity together, base units.
    pub qty: Qty,
    /// Whether the taker sold.
    pub buyer_is_maker: bool,
    /// When they were matched.
    pub time: Nanos,
}

/// The best bid and ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookTicker {
    /// The book update they belong to.
    pub update_id: u64,
    /// Best bid price.
    pub bid: Price,
    /// Quantity there.
    pub bid_qty: Qty,
    /// Best ask price.
    pub ask: Price,
    /// Quantity there.
    pub ask_qty: Qty,
}

/// Changed levels with their absolute quantities; zero removes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepthUpdate {
    /// `U`: from this update id on.
    pub first: u64,
    /// `u`: up to this update id.
    pub last: u64,
    /// `pu`: the `last` of the update before of this symbol. Ids are shared by all symbols, so only this one chains.
    pub prev: u64,
    /// Changed bids, lowest first.
    pub bids: Vec<Level>,
    /// Changed asks, lowest first.
    pub asks: Vec<Level>,
}

/// Mark price, index and funding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkUpdate {
    /// The mark price.
    pub price: Price,
    /// The index price.
    pub index: Price,
    /// Funding rate of the current interval in units of 1e-8.
    pub funding: Price,
    /// When funding is next exchanged: every eight hours.
    pub next_funding: Nanos,
}

/// An order that closed a leveraged position by force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForcedOrder {
    /// Side of the order: `Sell` when a long was liquidated.
    pub side: Side,
    /// The order's limit: the price at which the position is worth nothing.
    pub price: Price,
    /// Average price of its fills.
    pub average: Price,
    /// Quantity filled, base units.
    pub qty: Qty,
    /// Quantity of its last fill.
    pub last_qty: Qty,
    /// When it was filled.
    pub time: Nanos,
}
