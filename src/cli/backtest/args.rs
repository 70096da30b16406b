//! The flags of `backtest`, `optimize` and `reconcile`.

use crate::cli::args::{Reading, built_timeframe, symbol};
use crate::domain::{BrokerConfig, Latency, Money, Profile, QueueModel, Slippage, Symbol, Timeframe};
use crate::drive::backtest::optimize::{Axis, Rank};
use clap::Args;
use std::path::PathBuf;

/// `backtest`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Definitions, JSON keys and what fills when are in docs/backtest.md.\n\
                  Without --strategy a recorded session is run as it was: the orders and strategies in it.\n\
                  Several --strategy run side by side, each on an account of its own.")]
pub struct Backtest {
    /// Recordings, or files of any format that import recognises; several are one stretch of time
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The strategy: a name such as ma_cross, or with parameters such as 'ma_cross(fast=5,slow=20)'; can be repeated
    #[arg(long = "strategy", value_name = "NAME")]
    pub strategies: Vec<String>,
    /// Set a parameter, such as fast=5, or of one of several strategies ma_cross.fast=5; can be repeated
    #[arg(long = "set", value_name = "PARAMETER=VALUE")]
    pub sets: Vec<String>,
    /// Print every trade
    #[arg(long, conflicts_with = "json")]
    pub trades: bool,
    /// Print JSON, one object
    #[arg(long)]
    pub json: bool,
    /// Put the equity curve into the JSON: equity_curve, rows of ts, equity and drawdown in percent
    #[arg(long, requires = "json")]
    pub curve: bool,
    /// The market.
    #[command(flatten)]
    pub market: Market,
    /// The simulated exchange.
    #[command(flatten)]
    pub exchange: Exchange,
    /// How files that are no recordings are read; --symbol is also the main symbol.
    #[command(flatten)]
    pub reading: Reading,
}

/// What is traded.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The market")]
pub struct Market {
    /// Both symbols of a strategy that trades two: the one that is explained, then the one that explains it
    #[arg(long, value_name = "Y,X", value_parser = pair)]
    pub pair: Option<(Symbol, Symbol)>,
    /// The bars strategies act on: 1s 5s 15s 1m 3m 5m 15m 30m 1h 4h or 1d; 1m, or the shortest there are of files with longer ones
    #[arg(long, value_name = "SPAN", value_parser = built_timeframe)]
    pub bar: Option<Timeframe>,
}

/// How the simulated exchange behaves.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "The simulated exchange (else as [trading] of the configuration has it)")]
pub struct Exchange {
    /// realistic (latency, the book walked, queues), simple (the next trade's price, of bars the next open) or mock-broker
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<Profile>,
    /// What makers and takers pay, basis points; else the venue's fees
    #[arg(long, value_name = "BPS", value_parser = fee, allow_negative_numbers = true)]
    pub fee_bps: Option<Money>,
    /// What each account begins with, quote units
    #[arg(long, value_name = "AMOUNT", value_parser = cash, allow_negative_numbers = true)]
    pub cash: Option<Money>,
    /// Seed of everything random
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How long orders are under way: 50ms, 20ms+80ms (there and back), 10ms..90ms or recorded
    #[arg(long, value_name = "SPAN")]
    pub latency: Option<Latency>,
    /// What leaves a level without a trade was ahead: risk-averse (none of it), power(3), log or front (all)
    #[arg(long, value_name = "MODEL")]
    pub queue: Option<QueueModel>,
    /// What takers pay where no book is known: none, fixed(1), uniform(2) or impact(10), basis points
    #[arg(long, value_name = "MODEL")]
    pub slippage: Option<Slippage>,
    /// Position value per equity at most on futures, 1 to 125
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=125))]
    pub leverage: Option<u32>,
}

impl Exchange {
    /// The settings with what was asked for.
    pub fn over(&self, mut broker: BrokerConfig) -> BrokerConfig {
        broker.profile = self.profile.unwrap_or(broker.profile);
        broker.latency = self.latency.unwrap_or(broker.latency);
        broker.queue = self.queue.unwrap_or(broker.queue);
        broker.slippage = self.slippage.unwrap_or(broker.slippage);
        broker.cash = self.cash.unwrap_or(broker.cash);
        broker.leverage = self.leverage.unwrap_or(broker.leverage);
        if let Some(bps) = self.fee_bps {
            (broker.maker_bps, broker.taker_bps) = (Some(bps), Some(bps));
        }
        broker
    }

    /// Whether any of its settings was asked for.
    pub fn is_set(&self) -> bool {
        let Self { profile, fee_bps, cash, seed: _, latency, queue, slippage, leverage } = self;
        let amounts = fee_bps.is_some() || cash.is_some() || leverage.is_some();
        amounts || profile.is_some() || latency.is_some() || queue.is_some() || slippage.is_some()
    }
}

/// `optimize`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Combinations are ranked by the time before the part that is held out, and shown with what they did in it.\n\
                  The deflated Sharpe ratio is the chance that the best is better than the luck of so many trials. docs/backtest.md has the rest."
)]
pub struct Optimize {
    /// Recordings, or files of any format that import recognises; several are one stretch of time
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The strategy, with parameters that stay the same if you like
    #[arg(long, value_name = "NAME")]
    pub strategy: String,
    /// A parameter and its values: fast=5:50:5 (from, to, step) or short=false,true; can be repeated
    #[arg(long = "grid", required = true, value_name = "PARAMETER=VALUES")]
    pub grid: Vec<Axis>,
    /// Set a parameter that stays the same; can be repeated
    #[arg(long = "set", value_name = "PARAMETER=VALUE")]
    pub sets: Vec<String>,
    /// Walk forward in so many steps: each time the best of all before is held against what follows
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=50))]
    pub walk_forward: u8,
    /// Percent of the time, at its end, that combinations are not ranked by
    #[arg(long, default_value_t = 25, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=90))]
    pub hold_out: u8,
    /// What they are ranked by: sharpe, return, sortino, calmar, profit-factor or sqn
    #[arg(long, default_value = "sharpe", value_name = "FIGURE", value_parser = rank)]
    pub rank: Rank,
    /// Rows of the table
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub top: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// The market.
    #[command(flatten)]
    pub market: Market,
    /// The simulated exchange.
    #[command(flatten)]
    pub exchange: Exchange,
    /// How files that are no recordings are read; --symbol is also the main symbol.
    #[command(flatten)]
    pub reading: Reading,
}

/// `reconcile`.
#[derive(Debug, Clone, Args)]
pub struct Reconcile {
    /// The recording of a session that traded on paper
    #[arg(value_name = "SESSION")]
    pub file: PathBuf,
    /// Run it with another seed than it was recorded with
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Take what can be read even when more than 1 % of the lines cannot
    #[arg(long)]
    pub keep_going: bool,
}

fn pair(text: &str) -> Result<(Symbol, Symbol), String> {
    let (y, x) = text.split_once(',').ok_or("expected two symbols, such as ETHUSDT,BTCUSDT")?;
    let (y, x) = (symbol(y)?, symbol(x)?);
    if y == x { Err("expected two different symbols".to_owned()) } else { Ok((y, x)) }
}

fn amount(text: &str) -> Option<Money> {
    text.trim().replace('_', "").parse().ok()
}

fn cash(text: &str) -> Result<Money, String> {
    let most = Money::from(1_000_000_000_000_i64);
    amount(text)
        .filter(|cash| *cash > Money::ZERO && *cash <= most)
        .ok_or_else(|| format!("expected more than 0 and at most {most}"))
}

fn fee(text: &str) -> Result<Money, String> {
    let bounds = Money::from(-100)..=Money::from(1_000);
    amount(text).filter(|bps| bounds.contains(bps)).ok_or_else(|| "expected basis points from -100 to 1000".to_owned())
}

fn rank(text: &str) -> Result<Rank, String> {
    let wanted = text.replace('-', "_");
    let found = Rank::ALL.into_iter().find(|rank| rank.name() == wanted || rank.name().trim_end_matches("_pct") == wanted);
    found.ok_or_else(|| "expected sharpe, return, sortino, calmar, profit-factor or sqn".to_owned())
}
