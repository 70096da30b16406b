//! `rtai-tui`: a terminal trading workstation. One deterministic engine serves live data, replay and backtest.
//!
//! The modules are floors of a house; imports only go down (`docs/architecture.md`).

pub mod bars;
pub mod domain;
pub mod feed;
pub mod recording;
