//! The demo market: a simulated exchange with a real limit order book and agents that trade on it.
//!
//! Pure and deterministic: a seed and a time in, events out. It knows no sockets; its server stands floors above and puts
//! its events and answers into words with [`wire`].

mod agents;
mod book;
mod config;
mod desk;
mod event;
mod factors;
mod history;
mod klines;
mod market;
mod random;
mod running;
mod venue;
pub mod wire;

pub use book::{Fill, LimitBook, OrderId, Placed};
pub use config::{DemoConfig, OwnMove, SymbolConfig};
pub use event::{AggTrade, BookTicker, DemoEvent, DemoKind, DepthUpdate, ForcedOrder, MarkUpdate};
pub use klines::Kline;
pub use market::DemoMarket;
