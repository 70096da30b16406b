//! The vocabulary of the whole program: exact numbers, time, symbols and the events that drive the engine.
//!
//! This is the lowest floor: nothing here knows any other module of the crate.

pub mod action;
pub mod alert;
pub mod bar;
pub mod broker;
mod broker_text;
pub mod config;
pub mod event;
pub mod instrument;
pub mod money;
pub mod number;
pub mod order;
pub mod symbol;
pub mod time;
pub mod trading;
pub mod wire;

pub use action::UserAction;
pub use alert::{Alert, AlertId, AlertState, Channel, Channels, Firing, Origin, Phase, Rearm};
pub use bar::{Bar, BarSpec, Timeframe};
pub use broker::{AccountKind, BrokerConfig, Latency, Profile, QueueModel, RiskLimits, Slippage};
pub use broker_text::BrokerTextError;
pub use config::EngineConfig;
pub use event::{
    BookSnapshot, DepthDiff, Event, Historical, Input, Level, Link, LinkScope, LinkState, Liquidation, Mark, Market, Meta,
    Payload, Quote, Side, Trade,
};
pub use instrument::Instrument;
pub use money::Money;
pub use number::{NumberError, Price, Qty, Volume};
pub use order::{
    Fill, OrderId, OrderKind, OrderRequest, OrderState, OrderView, Placement, Queue, Size, TimeInForce, Trail, TriggerBy,
};
pub use symbol::{Symbol, SymbolError};
pub use time::{Nanos, TimeError};
pub use trading::{MANUAL, SavedAccount, SavedLot, SavedPosition, SavedTrading, StrategyRun, TradingAction};
