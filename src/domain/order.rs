//! Orders as they are asked for, and what becomes of them.

use super::{Money, Nanos, Price, Qty, Side, Symbol};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The number an order is known by, from 1, over all accounts; the same for as long as it is kept.
pub type OrderId = u64;

/// How much is to be traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// So many base units.
    Qty(Qty),
    /// For so much in quote units, rounded down to the lot at the price it trades at (market orders only).
    Quote(Price),
    /// For so many hundredths of a percent of the account's equity, fees included, rounded down to the lot at the price it
    /// trades at (market orders only); 10,000 is all of it.
    Equity(u32),
}

/// How a trailing stop follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trail {
    /// At this distance in price.
    Absolute(Price),
    /// At this distance in hundredths of a percent of the best price seen.
    BasisPoints(u32),
}

/// What an order does at which price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// Trades at once at what there is.
    Market,
    /// Trades at its price or better.
    Limit {
        /// The worst price it trades at.
        price: Price,
    },
    /// Becomes a market order when the price reaches `stop` from the good side: above for buying, below for selling.
    Stop {
        /// The price that sets it off.
        stop: Price,
    },
    /// Becomes a limit order at `price` when the price reaches `stop`.
    StopLimit {
        /// The price that sets it off.
        stop: Price,
        /// The worst price it then trades at.
        price: Price,
    },
    /// Becomes a market order when the price reaches `stop` from the bad side: below for buying, above for selling.
    TakeProfit {
        /// The price that sets it off.
        stop: Price,
    },
    /// A stop that follows the price at a distance and never goes back.
    Trailing {
        /// At which distance.
        by: Trail,
        /// The price at which it begins to follow; at once where not given.
        from: Option<Price>,
    },
}

impl OrderKind {
    /// Its name for people and files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Limit { .. } => "limit",
            Self::Stop { .. } => "stop",
            Self::StopLimit { .. } => "stop-limit",
            Self::TakeProfit { .. } => "take-profit",
            Self::Trailing { .. } => "trailing stop",
        }
    }

    /// Its limit price.
    pub const fn price(&self) -> Option<Price> {
        match self {
            Self::Limit { price } | Self::StopLimit { price, .. } => Some(*price),
            _ => None,
        }
    }

    /// The price that sets it off; that of a trailing stop moves and stands in its [`OrderView`].
    pub const fn stop(&self) -> Option<Price> {
        match self {
            Self::Stop { stop } | Self::StopLimit { stop, .. } | Self::TakeProfit { stop } => Some(*stop),
            _ => None,
        }
    }
}

/// How long an order stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeInForce {
    /// Until it is cancelled.
    #[default]
    Gtc,
    /// What does not trade at once is cancelled.
    Ioc,
    /// All of it trades at once, or nothing.
    Fok,
    /// Until a moment of engine time.
    Gtd(Nanos),
}

impl TimeInForce {
    /// `GTC`, `IOC`, `FOK` or `GTD`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gtc => "GTC",
            Self::Ioc => "IOC",
            Self::Fok => "FOK",
            Self::Gtd(_) => "GTD",
        }
    }
}

/// Which price sets a stop off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerBy {
    /// The price of trades (of bars, where there are only bars).
    #[default]
    Last,
    /// The exchange's mark price.
    Mark,
}

/// An order as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// What is traded.
    #[serde(rename = "sym")]
    pub symbol: Symbol,
    /// Buying or selling.
    pub side: Side,
    /// How much.
    pub size: Size,
    /// What it does at which price.
    pub kind: OrderKind,
    /// How long it stays.
    #[serde(default)]
    pub tif: TimeInForce,
    /// Whether it is rejected where it would trade at once.
    #[serde(default)]
    pub post_only: bool,
    /// Whether it may only make the position smaller.
    #[serde(default)]
    pub reduce_only: bool,
    /// Which price sets a stop off.
    #[serde(default)]
    pub trigger: TriggerBy,
    /// Why it was placed, in words; may be empty.
    #[serde(default)]
    pub why: Arc<str>,
}

impl OrderRequest {
    /// A market order of a quantity.
    pub fn market(symbol: Symbol, side: Side, qty: Qty) -> Self {
        Self {
            symbol,
            side,
            size: Size::Qty(qty),
            kind: OrderKind::Market,
            tif: TimeInForce::Gtc,
            post_only: false,
            reduce_only: false,
            trigger: TriggerBy::Last,
            why: "".into(),
        }
    }

    /// A limit order of a quantity.
    pub fn limit(symbol: Symbol, side: Side, qty: Qty, price: Price) -> Self {
        Self { kind: OrderKind::Limit { price }, ..Self::market(symbol, side, qty) }
    }
}

/// Orders that are placed together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// One order by itself.
    Single(OrderRequest),
    /// Two orders of which a fill of one takes the same quantity off the other, and the end of one cancels the other.
    Oco(Box<[OrderRequest; 2]>),
    /// An entry, and once it fills (also in part) a stop and a target for what was filled, of which one cancels the other.
    Bracket {
        /// The order that opens the position.
        entry: Box<OrderRequest>,
        /// The price of the stop behind it.
        stop: Option<Price>,
        /// The price of the limit order that takes the profit.
        target: Option<Price>,
    },
}

impl Placement {
    /// The symbol traded.
    pub fn symbol(&self) -> Symbol {
        match self {
            Self::Single(order) => order.symbol,
            Self::Oco(both) => both[0].symbol,
            Self::Bracket { entry, .. } => entry.symbol,
        }
    }
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Sent, not yet at the exchange; or a bracket's exit that waits for its entry.
    Pending,
    /// At the exchange: resting in the book, waiting for its stop, or for something to trade with.
    Working,
    /// Part of it has traded, the rest works on.
    Partial,
    /// All of it has traded.
    Filled,
    /// Taken back, by whom its `reason` says.
    Cancelled,
    /// Refused; its `reason` says why and what would have been accepted.
    Rejected,
    /// Its time was up.
    Expired,
}

impl OrderState {
    /// Its name for people and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Working => "working",
            Self::Partial => "partly filled",
            Self::Filled => "filled",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
        }
    }

    /// Whether something may still become of it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Working | Self::Partial)
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where a resting order stands in the queue at its price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// The quantity that was ahead of it when it joined, base units.
    pub joined: f64,
    /// The quantity ahead of it now, as far as the queue model can tell, base units.
    pub ahead: f64,
    /// What is displayed at its price, base units; it is not in it.
    pub level: f64,
}

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderView {
    /// Its number.
    pub id: OrderId,
    /// The account it is of.
    pub account: Arc<str>,
    /// What was asked for, amendments included.
    pub request: OrderRequest,
    /// How far it has come.
    pub state: OrderState,
    /// Its whole quantity; zero while a size in money is not yet worked out.
    pub qty: Qty,
    /// How much of it has traded.
    pub filled: Qty,
    /// Σ price × quantity of its fills; the average price is this by `filled`.
    #[serde(with = "super::wire::exact")]
    pub paid: Money,
    /// Fees of its fills.
    #[serde(with = "super::wire::exact")]
    pub fees: Money,
    /// When it was sent.
    pub sent: Nanos,
    /// When it last changed.
    pub changed: Nanos,
    /// The price that sets it off as it stands now, of stops; moves with a trailing one.
    pub stop: Option<Price>,
    /// Whether its stop has been set off.
    pub triggered: bool,
    /// Where it rests in the queue; `None` where it does not rest, or nothing is known of the book.
    pub queue: Option<Queue>,
    /// The orders it belongs to: an OCO's other one; a bracket's entry.
    pub linked: Option<OrderId>,
    /// Why it was cancelled, rejected or what happened to it last; empty where there is nothing to say.
    pub reason: Arc<str>,
}

impl OrderView {
    /// How much of it is still to trade.
    pub fn left(&self) -> Qty {
        self.qty - self.filled
    }

    /// The average price of its fills.
    pub fn average(&self) -> Option<Price> {
        if self.filled.is_zero() {
            return None;
        }
        self.paid.checked_div(super::money::of_qty(self.filled)).and_then(super::money::to_price)
    }

    /// The price it stands at on a ladder or chart: its limit, or the price that sets it off.
    pub fn stands_at(&self) -> Option<Price> {
        if self.triggered { self.request.kind.price() } else { self.stop.or(self.request.kind.price()) }
    }
}

/// Something of an order that traded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fill {
    /// Its number over all accounts, from 1; none is ever skipped.
    pub number: u64,
    /// The order's number.
    pub order: OrderId,
    /// The account.
    pub account: Arc<str>,
    /// What was traded.
    #[serde(rename = "sym")]
    pub symbol: Symbol,
    /// Bought or sold.
    pub side: Side,
    /// The price, slippage included.
    pub price: Price,
    /// How much, base units.
    pub qty: Qty,
    /// What the exchange takes for it, quote units; negative where it gives.
    #[serde(with = "super::wire::exact")]
    pub fee: Money,
    /// What the slippage model cost against the price that was there, quote units; 0 where the book was walked.
    #[serde(with = "super::wire::exact")]
    pub slippage: Money,
    /// Whether it rested in the book.
    pub maker: bool,
    /// Engine time at which it became known.
    pub at: Nanos,
    /// The market's time of it: `at`, but for bars, of which it is the start.
    pub market_at: Nanos,
    /// What it realised of the position's profit, fee not taken off, quote units.
    #[serde(with = "super::wire::exact")]
    pub realised: Money,
    /// The position after it, base units, negative when short.
    pub position: Qty,
}
