//! The paper broker: a simulated exchange, and the ledger of what was traded there.
//!
//! It is part of the engine's state: no clock, no I/O, nothing random but from its seed. What it fills is decided by the market
//! events it is told and nothing else.

mod market;
pub mod view;

pub use market::{MarketSight, Markets};
pub use view::{AccountView, BrokerEvent, BrokerView, EquityPoint, Happening, Lot, PositionView, RoundTrip, SignalView};
