//! What a backtest came to.

use super::Player;
use crate::analytics::performance::{Course, Drawdown, Performance, Sums};
use crate::bars::Series;
use crate::broker::{AccountView, EquityPoint, RoundTrip, SignalView};
use crate::domain::{BrokerConfig, Nanos, Symbol, Timeframe, money};
use crate::engine::StrategyView;
use std::sync::Arc;

/// What a backtest came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Where the data is from.
    pub venue: String,
    /// How the simulated exchange behaved.
    pub broker: BrokerConfig,
    /// The seed.
    pub seed: u64,
    /// Inputs of the recording.
    pub inputs: u64,
    /// The first input's time.
    pub first: Nanos,
    /// The last input's time.
    pub last: Nanos,
    /// The accounts: each strategy's; of a session as recorded, those that have traded or have a strategy.
    pub accounts: Vec<AccountOutcome>,
    /// What the strategies said, the newest 10,000.
    pub signals: Series<Arc<SignalView>>,
    /// What was wrong with the files.
    pub notes: Vec<String>,
}

/// What an account came to.
#[derive(Debug, Clone)]
pub struct AccountOutcome {
    /// The account, with its orders, fills and trades.
    pub view: Arc<AccountView>,
    /// The strategy that traded on it.
    pub strategy: Option<Arc<StrategyView>>,
    /// The symbol that buying and holding is counted of.
    pub symbol: Option<Symbol>,
    /// The bars equity was looked at.
    pub bar: Timeframe,
    /// Equity at the close of each bar, and at the end.
    pub points: Vec<EquityPoint>,
    /// How far equity was below its highest at each of the points.
    pub drawdown: Drawdown,
    /// The figures.
    pub performance: Performance,
}

impl AccountOutcome {
    /// Its strategy in its text form, or the account's name.
    pub fn title(&self) -> &str {
        self.strategy.as_ref().map_or(&self.view.name, |strategy| strategy.run.strategy.as_str())
    }
}

/// Equity at the close of each bar; where the end is behind the last close, at the end too.
pub(super) fn points(view: &AccountView, end: Nanos) -> Vec<EquityPoint> {
    let mut points: Vec<EquityPoint> = view.bars.iter().copied().collect();
    if points.last().is_none_or(|last| last.at < end) {
        points.push(EquityPoint {
            at: end,
            equity: money::to_f64(view.equity),
            cash: money::to_f64(view.cash),
            unrealised: money::to_f64(view.unrealised),
            exposed: !view.positions.is_empty(),
        });
    }
    points
}

impl Outcome {
    pub(super) fn of(player: Player, notes: Vec<String>) -> Self {
        let engine = &player.engine;
        let trading = engine.trading();
        let account = |view: &Arc<AccountView>| {
            let strategy = trading.strategies.iter().find(|strategy| strategy.run.account == view.name).cloned();
            if strategy.is_none() && view.fill_count == 0 {
                return None;
            }
            let hold = player.holds.iter().find(|hold| hold.account == view.name);
            let bar = hold.map_or(Timeframe::M1, |hold| hold.bar);
            let held = hold.and_then(|hold| Some((hold.from?.to_f64(), engine.last_price(hold.symbol)?.to_f64())));
            let points = points(view, engine.now());
            let trades: Vec<RoundTrip> = view.trades.iter().copied().collect();
            let performance = Performance::of(&Course {
                bar: bar.nanos(),
                cash: money::to_f64(view.start),
                points: &points,
                trades: &trades,
                open_since: view.positions.iter().map(|held| held.since).min(),
                hold: held,
                sums: Sums::from(&**view),
            });
            let symbol = hold.map(|hold| hold.symbol);
            Some(AccountOutcome {
                view: Arc::clone(view),
                strategy,
                symbol,
                bar,
                drawdown: Drawdown::of(&points),
                points,
                performance,
            })
        };
        Self {
            venue: engine.meta("").venue,
            broker: (*trading.broker.config).clone(),
            seed: engine.config().seed,
            inputs: player.inputs,
            first: player.first.unwrap_or(Nanos::ZERO),
            last: engine.now(),
            accounts: trading.broker.accounts.iter().filter_map(account).collect(),
            signals: trading.signals.clone(),
            notes,
        }
    }
}
