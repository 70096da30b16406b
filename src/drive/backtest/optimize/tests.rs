//! Whole optimisations of the moving-average cross on made-up bars: what they say must be what single backtests say.

use super::super::{Backtest, BacktestError, Progress};
use super::{Axis, Optimization, OptimizeError, Optimized, Parting, Rank};
use crate::domain::{BrokerConfig, Profile};
use crate::strategies;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Minutes of a price that wanders, as a table of bars.
pub(in crate::drive::backtest) fn table(folder: &tempfile::TempDir, minutes: u64) -> PathBuf {
    let path = folder.path().join("BTCUSDT_1m.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(file, "timestamp,open,high,low,close,volume").unwrap();
    let (mut state, mut price, mut trend) = (7_u64, 6_000_000_i64, 0_i64);
    for minute in 0..minutes {
        let mut roll = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % bound) as i64
        };
        if roll(50) == 0 {
            trend = roll(401) - 200;
        }
        let close = price + trend + roll(3_001) - 1_500;
        let (high, low) = (price.max(close) + roll(500), price.min(close) - roll(500));
        let cents = |value: i64| format!("{}.{:02}", value / 100, value % 100);
        let start = 1_704_067_200 + minute * 60;
        writeln!(file, "{start},{},{},{},{},1.5", cents(price), cents(high), cents(low), cents(close)).unwrap();
        price = close;
    }
    path
}

fn on(path: PathBuf) -> Backtest {
    let broker = BrokerConfig { profile: Profile::Simple, ..BrokerConfig::default() };
    Backtest { files: vec![path], broker: Some(broker), ..Backtest::default() }
}

fn optimize(backtest: Backtest, axes: &[&str], parting: Parting) -> Result<Optimized, OptimizeError> {
    let axes: Vec<Axis> = axes.iter().map(|axis| axis.parse().unwrap()).collect();
    let base = strategies::parse("ma_cross").unwrap();
    let optimization = Optimization { backtest, base, axes, rank: Rank::Return, parting };
    optimization.run(&mut |_| ControlFlow::Continue(()))
}

#[test]
fn combinations_side_by_side_do_what_each_does_alone() {
    let folder = tempfile::tempdir().unwrap();
    let backtest = on(table(&folder, 3_000));
    let whole = Parting { hold_out: 0.0, folds: 0 };
    let found = optimize(backtest.clone(), &["fast=3:12:3", "slow=10:40:10"], whole).unwrap();
    assert_eq!((found.trials.len(), found.skipped), (15, 1));
    for trial in found.trials.iter().step_by(4) {
        let alone = Backtest { strategies: vec![trial.combination.setup.clone()], ..backtest.clone() };
        let alone = alone.run(&mut |_| ControlFlow::Continue(())).unwrap();
        let figures = &alone.accounts[0].performance;
        assert!(figures.trades.count > 10, "{}", figures.trades.count);
        assert_eq!(trial.whole.trades, figures.trades, "{}", trial.combination.setup);
        assert_eq!((trial.whole.final_equity, trial.whole.max_drawdown_pct), (figures.final_equity, figures.max_drawdown_pct));
        assert_eq!(trial.inside, trial.whole);
    }
    let returns: Vec<f64> = found.trials.iter().map(|trial| trial.inside.return_pct.unwrap()).collect();
    assert!(returns.windows(2).all(|pair| pair[0] >= pair[1]), "{returns:?}");
    assert!(found.trials.iter().all(|trial| trial.deflated.is_ok_and(|chance| (0.0..=1.0).contains(&chance))));
}

#[test]
fn what_does_not_fit_into_memory_is_read_along() {
    let folder = tempfile::tempdir().unwrap();
    let backtest = on(table(&folder, 3_000));
    let parting = Parting { hold_out: 0.25, folds: 3 };
    let axes: [Axis; 2] = ["fast=3:12:3".parse().unwrap(), "slow=20:40:10".parse().unwrap()];
    let (all, _) = super::grid::combinations(&strategies::parse("ma_cross").unwrap(), &axes).unwrap();
    let mut tell = |_: Progress| ControlFlow::Continue(());
    let (kept, inputs, _) = super::work::run_holding(&backtest, all.clone(), parting, 1_000, &mut tell).unwrap();
    let (along, same, _) = super::work::run_holding(&backtest, all, parting, 1, &mut tell).unwrap();
    assert_eq!((inputs, kept.len()), (same, along.len()));
    for (kept, along) in kept.iter().zip(&along) {
        assert_eq!((&kept.whole, &kept.inside, &kept.outside), (&along.whole, &along.inside, &along.outside));
        assert_eq!(kept.folds.len(), 3);
    }
}

#[test]
fn the_time_is_parted_without_a_rest() {
    let folder = tempfile::tempdir().unwrap();
    let backtest = on(table(&folder, 2_000));
    let found = optimize(backtest, &["fast=4:8:4", "slow=20:40:20"], Parting { hold_out: 0.25, folds: 4 }).unwrap();
    for trial in &found.trials {
        let (inside, outside) = (&trial.inside, trial.outside.as_ref().unwrap());
        assert_eq!(inside.bars + outside.bars, trial.whole.bars);
        assert_eq!(inside.trades.count + outside.trades.count, trial.whole.trades.count);
        let grown = |part: &crate::analytics::performance::Performance| 1.0 + part.return_pct.unwrap() / 100.0;
        assert!((grown(inside) * grown(outside) - grown(&trial.whole)).abs() < 1e-12);
        let bars: usize = trial.folds.iter().map(|fold| fold.outside.bars).sum();
        assert_eq!(bars + trial.folds[0].inside.bars, trial.whole.bars);
    }
    assert_eq!(found.steps.len(), 4);
    assert!(found.steps.windows(2).all(|pair| pair[0].to == pair[1].until));
    // The best until then, and of equals the first.
    for (number, step) in found.steps.iter().enumerate() {
        let until = |place: usize| found.trials[place].folds[number].inside.return_pct.unwrap();
        assert!((0..found.trials.len()).all(|other| until(step.best) >= until(other)));
    }
    assert!(found.walked_pct().unwrap().is_finite());
}

#[test]
fn it_can_be_stopped_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let backtest = on(table(&folder, 5_000));
    let base = strategies::parse("ma_cross").unwrap();
    let axes = vec!["fast=3:12:1".parse().unwrap()];
    let parting = Parting { hold_out: 0.0, folds: 0 };
    let optimization = Optimization { backtest: backtest.clone(), base, axes, rank: Rank::Sharpe, parting };
    let stopped = optimization.run(&mut |_| ControlFlow::Break(())).unwrap_err();
    assert!(matches!(stopped, OptimizeError::Backtest(BacktestError::Stopped)), "{stopped}");
    let said = |backtest: Backtest| optimize(backtest, &["fast=3:4"], parting).unwrap_err().to_string();
    assert!(
        said(Backtest { symbol: Some(crate::domain::Symbol::new("ETHUSDT").unwrap()), ..backtest.clone() }).contains("BTCUSDT")
    );
    assert!(said(Backtest { bar: Some(crate::domain::Timeframe::S1), ..backtest }).contains("shortest are of 1m"));
}
