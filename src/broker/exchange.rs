//! What all accounts share at the simulated exchange: settings, numbers, timers and the log of what happened.

use super::market::{MarketSight, Markets};
use super::view::{BrokerEvent, Happening};
use super::{latency, slippage};
use crate::bars::Series;
use crate::domain::{BrokerConfig, Nanos, OrderId, Price, Profile, Qty, QueueModel, Slippage, Symbol};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Events kept.
const EVENTS: usize = 10_000;

/// What a timer is for; at one moment they come in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// 00:00 UTC.
    Day,
    /// Funding is exchanged.
    Funding,
    /// A good-till-date order's time is up.
    Expiry,
    /// A message reaches the exchange.
    Message,
}

/// When a timer is due, and its place among those due at the same moment.
pub(super) type Key = (Nanos, Kind, u64);

/// What is done when a timer is due.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Timer {
    Day,
    Funding(Symbol),
    /// Of an account, by its position, and an order.
    Expiry(usize, OrderId),
    Message(usize, Message),
}

/// What is under way to the exchange.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    /// An order.
    Place(OrderId),
    /// One order taken back, or those of a symbol, or all.
    Cancel { order: Option<OrderId>, symbol: Option<Symbol>, why: Arc<str> },
    /// An order changed.
    Amend { order: OrderId, qty: Option<Qty>, price: Option<Price>, stop: Option<Price> },
    /// Positions closed at the market, orders cancelled first.
    Close { symbol: Option<Symbol>, sent: Nanos, why: Arc<str> },
}

/// What is shared.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    pub config: Arc<BrokerConfig>,
    pub venue: Arc<str>,
    pub seed: u64,
    /// Whether paper trading is on.
    pub on: bool,
    /// Number of the market event being told.
    pub moment: u64,
    pub last_order: OrderId,
    pub last_fill: u64,
    pub timers: BTreeMap<Key, Timer>,
    /// Messages sent so far: their order among those that arrive at one moment.
    pub messages: u64,
    log: Series<BrokerEvent>,
    logged: u64,
    /// How often something changed that no account counts.
    pub changes: u64,
}

impl Exchange {
    pub(super) fn new(config: &BrokerConfig, venue: &str, seed: u64) -> Self {
        Self {
            config: Arc::new(config.clone()),
            venue: venue.into(),
            seed,
            on: false,
            moment: 0,
            last_order: 0,
            last_fill: 0,
            timers: BTreeMap::new(),
            messages: 0,
            log: Series::with_capacity(EVENTS),
            logged: 0,
            changes: 0,
        }
    }

    /// The queue model in force; `None` where limits fill without a queue.
    pub(super) fn queue(&self) -> Option<QueueModel> {
        (self.config.profile == Profile::Realistic).then_some(self.config.queue)
    }

    /// Whether takers walk the book where there is one.
    pub(super) fn walks(&self) -> bool {
        self.config.profile == Profile::Realistic
    }

    pub(super) fn slippage(&self) -> Slippage {
        slippage::model(&self.config)
    }

    pub(super) fn entry(&self, number: u64, lag: Option<Nanos>) -> Nanos {
        latency::entry(&self.config, self.seed, number, lag)
    }

    pub(super) fn next_order(&mut self) -> OrderId {
        self.last_order += 1;
        self.last_order
    }

    pub(super) fn next_fill(&mut self) -> u64 {
        self.last_fill += 1;
        self.last_fill
    }

    pub(super) fn log(&mut self, at: Nanos, account: &Arc<str>, what: Happening) {
        self.logged += 1;
        self.log.push(BrokerEvent { number: self.logged, at, account: account.clone(), what });
    }

    pub(super) fn note(&mut self, at: Nanos, account: &Arc<str>, bad: bool, text: Arc<str>) {
        self.changes += 1;
        self.log(at, account, Happening::Note { bad, text });
    }

    pub(super) const fn last_event(&self) -> u64 {
        self.logged
    }

    pub(super) fn events_after(&self, number: u64) -> impl Iterator<Item = &BrokerEvent> {
        let first = self.logged - self.log.len() as u64;
        self.log.iter_from(number.saturating_sub(first) as usize)
    }

    /// When the next timer is due.
    pub(super) fn due(&self) -> Nanos {
        self.timers.first_key_value().map_or(Nanos::MAX, |(key, _)| key.0)
    }

    /// Sends a message that arrives at `due`.
    pub(super) fn send(&mut self, due: Nanos, account: usize, message: Message) {
        self.messages += 1;
        self.timers.insert((due, Kind::Message, self.messages), Timer::Message(account, message));
    }
}

/// A moment at the exchange: the time, what is shared, and the markets.
pub(super) struct Now<'a> {
    pub at: Nanos,
    pub exchange: &'a mut Exchange,
    pub markets: &'a dyn Markets,
}

impl<'a> Now<'a> {
    pub(super) fn market(&self, symbol: Symbol) -> Option<MarketSight<'a>> {
        self.markets.market(symbol)
    }
}
