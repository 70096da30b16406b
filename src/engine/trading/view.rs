//! Paper trading as the screen reads it.

use crate::bars::Series;
use crate::broker::{BrokerView, SignalView};
use crate::domain::{Nanos, StrategyRun};
use crate::strategy::{Spec, Status};
use std::sync::Arc;

/// Paper trading at one moment.
#[derive(Debug, Clone, Default)]
pub struct TradingView {
    /// The broker's accounts.
    pub broker: BrokerView,
    /// The strategies that run, in the order they were started.
    pub strategies: Vec<Arc<StrategyView>>,
    /// What strategies said, oldest first.
    pub signals: Series<Arc<SignalView>>,
}

/// A strategy that runs.
#[derive(Debug, Clone)]
pub struct StrategyView {
    /// How it was started; its account's name is the strategy's.
    pub run: StrategyRun,
    /// Its entry in the catalogue; `None` where it could not be started.
    pub spec: Option<&'static Spec>,
    /// Why it does not run, where it does not.
    pub error: Option<Arc<str>>,
    /// What it waits for or does.
    pub status: Status,
    /// Since when it runs.
    pub since: Nanos,
    /// Signals it gave.
    pub signals: u64,
}
