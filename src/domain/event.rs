//! The events that drive the engine, exactly as a recording stores them.

use super::{Bar, EngineConfig, Instrument, Nanos, Price, Qty, Symbol, Timeframe, UserAction};

/// Which side: of an aggressor, an order, a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Buying; the bid side of a book.
    Buy,
    /// Selling; the ask side of a book.
    Sell,
}

impl Side {
    /// `buy` or `sell`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }

    /// The other side.
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// +1 for buying, −1 for selling.
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }
}

/// One input of the engine: a payload at a moment of engine time, in its place in the order.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its place in the order of inputs, from 1.
    pub seq: u64,
    /// When it was received; never earlier than the input before.
    pub at: Nanos,
    /// What came.
    pub payload: Payload,
}

/// What an input carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// Something the market did.
    Market(Market),
    /// Something the user did.
    User(UserAction),
    /// What is being recorded: instruments and settings.
    Meta(Box<Meta>),
}

/// Something the market did, of one symbol (a link change can be of all).
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// The instrument; `None` only for a [`Link`] change that concerns every symbol.
    pub symbol: Option<Symbol>,
    /// What happened to it.
    pub event: Event,
}

impl Market {
    /// An event of one symbol.
    pub const fn of(symbol: Symbol, event: Event) -> Self {
        Self { symbol: Some(symbol), event }
    }
}

/// The kinds of market events.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A trade.
    Trade(Trade),
    /// The best bid and ask.
    Quote(Quote),
    /// A full order book.
    Book(BookSnapshot),
    /// A change of the order book.
    Depth(DepthDiff),
    /// A liquidation order.
    Liquidation(Liquidation),
    /// A futures mark price.
    Mark(Mark),
    /// A finished bar, where there are no trades to build it from.
    Bar(Historical, Timeframe),
    /// Bars fetched to fill the chart, oldest first.
    History(Timeframe, Vec<Historical>),
    /// The connection changed.
    Link(Link),
}

impl Event {
    /// The topic it has in a recording.
    pub const fn topic(&self) -> &'static str {
        match self {
            Self::Trade(_) => "trade",
            Self::Quote(_) => "quote",
            Self::Book(_) => "book",
            Self::Depth(_) => "depth",
            Self::Liquidation(_) => "liq",
            Self::Mark(_) => "mark",
            Self::Bar(..) => "bar",
            Self::History(..) => "history",
            Self::Link(_) => "link",
        }
    }
}

/// A bar as an exchange or a file gives it. `bar.buy_volume` and `bar.trades` are 0 where the source does not say.
pub type Historical = Bar;

/// A trade between a taker and a maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trade {
    /// The price.
    pub price: Price,
    /// The quantity, base units.
    pub qty: Qty,
    /// The aggressor's side: `Buy` when the taker bought.
    pub side: Side,
    /// The exchange's id, where given.
    pub id: Option<u64>,
    /// When the exchange says it happened.
    pub ex: Option<Nanos>,
}

/// The best bid and ask with their quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    /// Best bid price.
    pub bid: Price,
    /// Quantity at the best bid.
    pub bid_qty: Qty,
    /// Best ask price.
    pub ask: Price,
    /// Quantity at the best ask.
    pub ask_qty: Qty,
    /// The book update it belongs to, where given.
    pub update_id: Option<u64>,
    /// When the exchange says it happened.
    pub ex: Option<Nanos>,
}

/// A price level: a price and the quantity resting there; quantity 0 removes it.
pub type Level = (Price, Qty);

/// A full order book at one update.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BookSnapshot {
    /// The update it reflects.
    pub last: u64,
    /// Bids in any order.
    pub bids: Vec<Level>,
    /// Asks in any order.
    pub asks: Vec<Level>,
    /// When the exchange says it was taken.
    pub ex: Option<Nanos>,
}

/// Changed levels of an order book, quantities absolute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DepthDiff {
    /// First update in it (`U`).
    pub first: u64,
    /// Last update in it (`u`).
    pub last: u64,
    /// Last update of the diff before it (`pu`), where the venue chains them so.
    pub prev: Option<u64>,
    /// Changed bids.
    pub bids: Vec<Level>,
    /// Changed asks.
    pub asks: Vec<Level>,
    /// When the exchange says it happened.
    pub ex: Option<Nanos>,
}

/// An order that closed somebody's position by force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Liquidation {
    /// Side of the order: `Sell` when a long was liquidated.
    pub side: Side,
    /// Its price.
    pub price: Price,
    /// Its quantity, base units.
    pub qty: Qty,
    /// When the exchange says it happened.
    pub ex: Option<Nanos>,
}

/// A futures mark price with what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The mark price.
    pub price: Price,
    /// The index price, where given.
    pub index: Option<Price>,
    /// The funding rate of the current interval in units of 1e-8 (0.0001 = 1 bp), where given.
    pub funding: Option<Price>,
    /// When funding is next exchanged.
    pub next: Option<Nanos>,
}

/// A change of the connection to the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it became.
    pub state: LinkState,
    /// Which data it concerns.
    pub scope: LinkScope,
    /// Why, in words.
    pub why: String,
}

/// What a connection became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Data flows again.
    Up,
    /// No data comes.
    Down,
    /// The book lost its place and is being fetched anew.
    Resync,
}

impl LinkState {
    /// As a recording writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Resync => "resync",
        }
    }
}

/// Which data a link change concerns: a venue may carry trades and books on different connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LinkScope {
    /// Everything.
    #[default]
    All,
    /// Trades, and the bars made of them.
    Trades,
    /// Quotes and books.
    Book,
}

impl LinkScope {
    /// As a recording writes it; [`LinkScope::All`] is left out there.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Trades => "trades",
            Self::Book => "book",
        }
    }

    /// Whether trades are concerned.
    pub const fn trades(self) -> bool {
        matches!(self, Self::All | Self::Trades)
    }

    /// Whether books are concerned.
    pub const fn book(self) -> bool {
        matches!(self, Self::All | Self::Book)
    }
}

/// What a recording is of: its first line.
#[derive(Debug, Clone, PartialEq)]
pub struct Meta {
    /// Where it comes from, such as `binance-futures` or `demo`.
    pub venue: String,
    /// What is traded there.
    pub instruments: Vec<Instrument>,
    /// The program and version that wrote it.
    pub app: String,
    /// The engine's settings at the time.
    pub engine: EngineConfig,
}
