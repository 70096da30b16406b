//! The engine's settings: with the inputs, all that its state depends on.

use super::{BarSpec, BrokerConfig, StrategyRun};

/// What the engine is told before its first input. Written into a recording's `meta`, so that a replay starts alike.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct EngineConfig {
    /// Closed bars kept per symbol and kind, 100 to 1,000,000; of time bars of a minute and longer seven times as many, so that
    /// a quarter of a year of minutes (129,600) is there whole with the default of 20,000.
    pub bar_capacity: usize,
    /// Trades kept per symbol, 100 to 1,000,000.
    pub trade_capacity: usize,
    /// Kinds of bars built beside the timeframes, in their text form.
    pub bars: Vec<String>,
    /// Indicators of events worked out for every symbol, in their text form such as `ofi(window=30)`; all of them with their
    /// defaults where it is not given.
    pub indicators: Option<Vec<String>>,
    /// Distance of the indicators' samples in nanoseconds, aligned to the epoch: 10 ms to 1 h.
    pub sample_every: i64,
    /// Samples kept per symbol and indicator, 1,000 to 1,000,000.
    pub sample_capacity: usize,
    /// Seed of everything random.
    pub seed: u64,
    /// How the simulated exchange behaves.
    pub broker: BrokerConfig,
    /// Strategies that run from the start.
    pub strategies: Vec<StrategyRun>,
    /// Whether only what orders, alerts and strategies depend on is worked out: what panes alone show (footprints, the book's
    /// past) is left out. Fills are the same.
    pub lean: bool,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            bar_capacity: 20_000,
            trade_capacity: 100_000,
            bars: Vec::new(),
            indicators: None,
            sample_every: 1_000_000_000,
            sample_capacity: 86_400,
            seed: 1,
            broker: BrokerConfig::default(),
            strategies: Vec::new(),
            lean: false,
        }
    }
}

impl EngineConfig {
    /// These settings for a session nobody looks at: the past is kept no longer than a new day's recording needs to begin with, so
    /// that memory stays as it is for weeks.
    #[must_use]
    pub fn unseen(&self) -> Self {
        Self {
            bar_capacity: 1_000,
            trade_capacity: 1_000,
            indicators: Some(Vec::new()),
            sample_capacity: 1_000,
            lean: true,
            ..self.clone()
        }
    }

    /// The kinds of bars asked for, those that can be read.
    pub fn bar_specs(&self) -> impl Iterator<Item = BarSpec> + '_ {
        self.bars.iter().filter_map(|text| text.parse().ok())
    }
}
