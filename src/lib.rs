//! `rtai-tui`: a terminal trading workstation. One deterministic engine serves live data, replay and backtest.
//!
//! The modules are floors of a house; imports only go down (`docs/architecture.md`).

pub mod alert;
pub mod analytics;
pub mod app;
pub mod bars;
pub mod book;
pub mod broker;
pub mod cli;
pub mod codecs;
pub mod config;
pub mod demo;
pub mod domain;
pub mod drive;
pub mod engine;
pub mod exchanges;
pub mod feed;
pub mod footprint;
pub mod indicator;
pub mod indicators;
pub mod liquidity;
pub mod recording;
pub mod strategies;
pub mod strategy;
pub mod tables;
pub mod ui;
