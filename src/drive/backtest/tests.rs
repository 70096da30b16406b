//! What is run on what, and what is said where it cannot be.

use super::{Backtest, BacktestError, Running, Survey};
use crate::domain::{BrokerConfig, Profile, Symbol, Timeframe};
use crate::strategies;
use crate::strategy::Needs;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Trades of a price that goes up and down in waves of an hour, four a minute; after the first of them `more`.
fn recording(folder: &tempfile::TempDir, minutes: i64, more: &str) -> PathBuf {
    let path = folder.path().join("BTCUSDT.rec");
    let mut text =
        r#"{"ts":1704067200,"topic":"meta","data":{"format":"rtai.rec","version":1,"venue":"binance-futures","symbols":[{"sym":"BTCUSDT","tick":0.01,"lot":0.001}]}}"#
            .to_owned();
    text.push('\n');
    for n in 0..minutes * 4 {
        let wave = (n as f64 / 240.0 * std::f64::consts::TAU).sin() * 300.0;
        let ts = 1_704_067_201 + n * 15;
        let _ = writeln!(
            text,
            r#"{{"ts":{ts},"topic":"trade","sym":"BTCUSDT","data":{{"price":{:.2},"qty":0.5,"side":"buy"}}}}"#,
            60_000.0 + wave + (n * 7_919 % 101) as f64 / 10.0
        );
        if n == 0 {
            text.push_str(more);
        }
    }
    std::fs::write(&path, text).unwrap();
    path
}

fn of(path: PathBuf, strategies: &[&str]) -> Backtest {
    Backtest {
        files: vec![path],
        strategies: strategies.iter().map(|text| strategies::parse(text).unwrap()).collect(),
        broker: Some(BrokerConfig { profile: Profile::Simple, ..BrokerConfig::default() }),
        ..Backtest::default()
    }
}

fn said(backtest: &Backtest) -> String {
    backtest.run(&mut |_| ControlFlow::Continue(())).unwrap_err().to_string()
}

#[test]
fn what_a_user_traded_belongs_to_the_session_alone() {
    let folder = tempfile::tempdir().unwrap();
    let order = r#"{"ts":1704067201.5,"topic":"user","data":{"do":"paper","on":true}}
{"ts":1704067202,"topic":"user","data":{"do":"order","account":"manual","place":{"single":{"sym":"BTCUSDT","side":"buy","size":{"qty":1},"kind":"market"}}}}
"#;
    let path = recording(&folder, 400, order);
    let mut as_recorded = of(path.clone(), &[]);
    as_recorded.broker = None;
    let outcome = as_recorded.run(&mut |_| ControlFlow::Continue(())).unwrap();
    let names: Vec<&str> = outcome.accounts.iter().map(|account| &*account.view.name).collect();
    assert_eq!(names, ["manual"]);
    assert_eq!((outcome.accounts[0].view.fill_count, outcome.accounts[0].view.positions.len()), (1, 1));
    assert_eq!(outcome.accounts[0].performance.exposure_pct, Ok(0.0));
    assert_eq!(outcome.accounts[0].performance.exposure_open_pct, Ok(100.0));
    let outcome = of(path, &["ma_cross(fast=5,slow=15)"]).run(&mut |_| ControlFlow::Continue(())).unwrap();
    let names: Vec<&str> = outcome.accounts.iter().map(|account| &*account.view.name).collect();
    assert_eq!(names, ["ma_cross"]);
    let performance = &outcome.accounts[0].performance;
    assert!(performance.trades.count >= 5, "{}", performance.trades.count);
    // The last minute is cut short: its end is a point too.
    assert_eq!((performance.bars, outcome.accounts[0].bar), (400, Timeframe::M1));
    assert_eq!(performance.end, outcome.last);
    assert_eq!(outcome.inputs, 1_603);
}

#[test]
fn a_recording_in_which_nothing_was_traded_asks_for_a_strategy() {
    let folder = tempfile::tempdir().unwrap();
    let path = recording(&folder, 5, "");
    assert!(said(&of(path.clone(), &[])).contains("--strategy"));
    let elsewhere = Backtest { symbol: Some(Symbol::new("ETHUSDT").unwrap()), ..of(path.clone(), &["ma_cross"]) };
    assert!(said(&elsewhere).contains("ETHUSDT is not in it: there is BTCUSDT"), "{}", said(&elsewhere));
    let none = BrokerConfig { cash: 0.into(), ..BrokerConfig::default() };
    assert!(said(&Backtest { broker: Some(none), ..of(path, &["ma_cross"]) }).contains("more than 0"));
    assert!(said(&of(PathBuf::from("nowhere.rec"), &["ma_cross"])).contains("nowhere.rec"));
}

#[test]
fn needs_are_held_against_what_came() {
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let mut survey = Survey { symbols: vec![symbol], ..Survey::default() };
    survey.seen.insert(symbol, super::Seen { events: 1, bars: Some(Timeframe::M5), ..Default::default() });
    let lacks = |needs: Needs| survey.lacks(needs, &[symbol]).unwrap_or_default();
    assert_eq!(lacks(Needs::default()), "");
    assert!(lacks(Needs { book: true, ..Needs::default() }).contains("an order book is needed"));
    assert!(lacks(Needs { trades: true, ..Needs::default() }).contains("only ready-made bars"));
    assert!(lacks(Needs { pair: true, ..Needs::default() }).contains("second symbol"));
    assert_eq!((survey.has_bars(symbol, Timeframe::M1), survey.has_bars(symbol, Timeframe::H1)), (false, true));
}

#[test]
fn it_stops_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let backtest = of(recording(&folder, 2_000, ""), &["ma_cross"]);
    let stopped = backtest.run(&mut |_| ControlFlow::Break(())).unwrap_err();
    assert!(matches!(stopped, BacktestError::Stopped), "{stopped}");
}

#[test]
fn on_a_thread_of_its_own_it_gives_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let backtest = of(recording(&folder, 300, ""), &["ma_cross(fast=5,slow=15)"]);
    let here = backtest.run(&mut |_| ControlFlow::Continue(())).unwrap();
    let running = Running::start(backtest).unwrap();
    let there = loop {
        if let Some(answer) = running.answer() {
            break answer.unwrap();
        }
        std::thread::yield_now();
    };
    assert_eq!(here.accounts[0].performance, there.accounts[0].performance);
    assert_eq!(running.progress().inputs, here.inputs);
}
