//! The paper broker: a simulated exchange, and the ledger of what was traded there.
//!
//! It is part of the engine's state: no clock, no I/O, nothing random but from its seed. What it fills is decided by the market
//! events it is told and nothing else.

mod account;
mod amount;
mod bars;
mod control;
mod desk;
mod entry;
mod exchange;
mod feed;
mod latency;
mod ledger;
mod linked;
mod maker;
mod market;
mod order;
mod paper;
mod queue;
mod random;
mod restore;
pub mod review;
mod risk;
mod slippage;
mod stops;
mod taken;
mod taker;
mod terms;
pub mod view;

pub use account::{Account, Held};
pub use market::{MarketSight, Markets};
pub use paper::Broker;
pub use review::{Estimate, Review, late, review, review_placement};
pub use risk::Alarm;
pub use terms::Terms;
pub use view::{AccountView, BrokerEvent, BrokerView, EquityPoint, Happening, Lot, PositionView, RoundTrip, SignalView};
