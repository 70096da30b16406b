//! What drives the engine: live sockets, REST, replays. The only place with a wall clock, threads and a network.

mod alerts;
mod archive;
pub mod backtest;
mod chore;
pub mod clock;
pub mod dataset;
pub mod deliver;
pub mod demo_server;
pub mod inbox;
pub mod journal;
pub mod live;
pub mod monitor;
pub mod previews;
pub mod replay;
pub mod rest;
pub mod retention;
pub mod socket;
pub mod store;
pub mod tabulate;
mod tls;
mod trading;
pub mod view;
pub mod words;

pub use alerts::AlertOptions;
pub use archive::ArchiveOptions;
pub use trading::TradingOptions;
