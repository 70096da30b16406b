//! The paper broker: a simulated exchange, and the ledger of what was traded there.
//!
//! It is part of the engine's state: no clock, no I/O, nothing random but from its seed. What it fills is decided by the market
//! events it is told and nothing else.

mod market;
pub mod view;

use crate::domain::*;
use crate::domain::{Bar, Timeframe};
pub use market::{MarketSight, Markets};
use std::sync::Arc;
pub use view::{AccountView, BrokerEvent, BrokerView, EquityPoint, Happening, Lot, PositionView, RoundTrip, SignalView};
pub struct Account;
impl Account {
    pub fn positions_into<T>(&self, into: &mut Vec<T>, make: impl Fn(Symbol, Qty, Price, Nanos) -> T) {
        into.clear();
        let _ = make;
    }
    pub fn equity_f64(&self) -> f64 {
        0.0
    }
    pub fn buying_power_f64(&self) -> f64 {
        0.0
    }
    pub fn open_orders(&self) -> usize {
        0
    }
}
#[derive(Debug, Clone)]
pub struct Broker {
    config: BrokerConfig,
    events: Vec<BrokerEvent>,
}
impl Broker {
    pub fn new(config: &BrokerConfig, _: &str, _: u64) -> Self {
        Self { config: config.clone(), events: vec![] }
    }
    pub fn config(&self) -> &BrokerConfig {
        &self.config
    }
    pub fn taker_fee(&self) -> f64 {
        0.0
    }
    pub fn is_on(&self) -> bool {
        false
    }
    pub fn act(&mut self, _: Nanos, _: &TradingAction, _: &dyn Markets) {}
    pub fn open_account(&mut self, _: Nanos, _: &str, _: Option<Money>, _: Timeframe) {}
    pub fn submit(&mut self, _: Nanos, _: &str, _: &Placement, _: &dyn Markets) -> Result<OrderId, Arc<str>> {
        Ok(1)
    }
    pub fn cancel(&mut self, _: Nanos, _: &str, _: Option<OrderId>, _: Option<Symbol>, _: &dyn Markets) {}
    pub fn due(&self) -> Nanos {
        Nanos::MAX
    }
    pub fn advance(&mut self, _: Nanos, _: &dyn Markets) {}
    pub fn is_idle(&self) -> bool {
        true
    }
    pub fn cares(&self, _: Symbol) -> bool {
        false
    }
    pub fn on_trade(&mut self, _: Nanos, _: Symbol, _: &Trade, _: &dyn Markets) {}
    pub fn on_quote(&mut self, _: Nanos, _: Symbol, _: &dyn Markets) {}
    pub fn on_book(&mut self, _: Nanos, _: Symbol, _: &dyn Markets) {}
    pub fn on_bar(&mut self, _: Nanos, _: Symbol, _: &Bar, _: Timeframe, _: &dyn Markets) {}
    pub fn on_mark(&mut self, _: Nanos, _: Symbol, _: &Mark, _: &dyn Markets) {}
    pub fn on_break(&mut self, _: Nanos, _: Symbol) {}
    pub fn on_second(&mut self, _: Nanos, _: &dyn Markets) {}
    pub fn on_bar_close(&mut self, _: Nanos, _: &str, _: &dyn Markets) {}
    pub fn signal(&mut self, _: SignalView) {}
    pub fn events_after(&self, _: u64) -> impl Iterator<Item = &BrokerEvent> {
        self.events.iter()
    }
    pub fn last_event(&self) -> u64 {
        0
    }
    pub fn account(&self, _: &str) -> Option<&Account> {
        None
    }
    pub fn view(&self) -> BrokerView {
        BrokerView::default()
    }
    pub fn save(&self) -> SavedTrading {
        SavedTrading::default()
    }
    pub fn hash_into(&self, _: &mut impl std::hash::Hasher) {}
}
