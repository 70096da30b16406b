use super::core::Core;
use super::tests::{Plain, btc, inputs, replayed, say};
use super::{LiveOptions, RecordingOptions};
use crate::broker::Happening;
use crate::domain::trading::MANUAL;
use crate::domain::{Fill, Nanos, OrderRequest, Placement, Price, Qty, Side, StrategyRun, Timeframe, TradingAction};
use crate::drive::TradingOptions;
use crate::drive::store::Store;
use crate::drive::view::Request;
use crate::engine::Engine;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const BEGIN: Nanos = Nanos::from_secs(1_795_000_000);

fn core(folder: Option<&Path>, store: &Store, begin: Nanos) -> Core {
    let recording = RecordingOptions::new(folder.is_some(), folder.map_or_else(PathBuf::new, |folder| folder.join("recordings")));
    let trading = TradingOptions { store: Some(store.clone()), sessions: folder.map(|folder| folder.join("sessions")) };
    if let Some(folder) = folder {
        std::fs::create_dir_all(folder.join("recordings")).unwrap();
    }
    let options = LiveOptions { recording, trading, ..LiveOptions::new(Box::new(Plain::default()), vec![btc()]) };
    let mut core = Core::new(options, Vec::new(), begin);
    say(&mut core, begin, "trade 100".to_owned());
    core
}

fn ask(core: &mut Core, at: Nanos, action: TradingAction) {
    core.requested(at, Request::Trade(Box::new(action)));
}

fn order(side: Side, qty: i64, price: Option<i64>) -> TradingAction {
    let market = OrderRequest::market(btc(), side, Qty::from_units(qty));
    let request = match price {
        Some(price) => OrderRequest::limit(btc(), side, Qty::from_units(qty), Price::from_units(price)),
        None => market,
    };
    TradingAction::Order { account: MANUAL.into(), place: Placement::Single(request) }
}

fn strategy() -> TradingAction {
    let run = StrategyRun {
        account: "ma_cross".into(),
        strategy: "ma_cross(fast=2,slow=4)".to_owned(),
        symbols: vec![btc()],
        bar: "5s".to_owned(),
        cash: None,
    };
    TradingAction::Strategy { run }
}

/// Half an hour of trades, with orders now and then.
fn session(core: &mut Core, begin: Nanos) -> Nanos {
    ask(core, begin, TradingAction::Paper { on: true });
    ask(core, begin, strategy());
    let mut now = begin;
    for n in 0..1_800_i64 {
        now = begin + Nanos::from_millis(n * 1_000 + n % 700);
        core.pass(now - Nanos::from_millis(1));
        say(core, now, format!("trade {}", 100 + (n / 20) % 13 + n % 3));
        match n % 90 {
            10 => ask(core, now, order(Side::Buy, 3, None)),
            20 => ask(core, now, order(Side::Buy, 4, Some(101 + n % 5))),
            50 => ask(core, now, order(Side::Sell, 5, Some(106 + n % 5))),
            70 => ask(core, now, TradingAction::Cancel { account: MANUAL.into(), order: None, symbol: None }),
            80 => ask(core, now, TradingAction::Flatten { account: MANUAL.into(), symbol: None }),
            _ => {}
        }
        core.look_after(now, || None);
    }
    now
}

fn fills(engine: &Engine) -> Vec<Arc<Fill>> {
    let events = engine.broker_events_after(0);
    events.filter_map(|event| if let Happening::Fill(fill) = &event.what { Some(Arc::clone(fill)) } else { None }).collect()
}

#[test]
fn a_paper_session_and_the_replay_of_its_recording_fill_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut core = core(Some(folder.path()), &Store::in_memory(), BEGIN);
    let end = session(&mut core, BEGIN);
    core.close(end);
    let files = inputs(&folder.path().join("recordings"));
    let again = replayed(files.into_iter().flatten(), core.engine().now());
    let (live, again_fills) = (fills(core.engine()), fills(&again));
    assert!(live.len() > 40 && live.iter().any(|fill| &*fill.account == "ma_cross"), "{}", live.len());
    assert_eq!(live, again_fills);
    assert_eq!(core.engine().digest(), again.digest());
    // The session's own files.
    let sessions = folder.path().join("sessions");
    let session = std::fs::read_dir(&sessions).unwrap().next().unwrap().unwrap().path();
    let lines = |name: &str| -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(session.join(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (equity, trades) = (lines("live_trading_equity.jsonl"), lines("live_trading_trades.jsonl"));
    assert_eq!(trades.len(), live.len());
    assert_eq!(lines("live_trading_updates.jsonl").len(), equity.len() + trades.len());
    assert_eq!(equity[0]["update_type"], "INIT");
    assert_eq!(equity.iter().filter(|line| line["update_type"] == "TRADE").count(), live.len());
    let ticks: Vec<&str> =
        equity.iter().filter(|line| line["update_type"] == "TICK").filter_map(|line| line["timestamp"].as_str()).collect();
    assert!(ticks.len() > 100 && ticks.is_sorted());
    for key in ["timestamp", "portfolio_value", "cash", "buying_power", "trades_executed"] {
        assert!(!equity[0][key].is_null(), "{key}");
    }
    for key in ["timestamp", "symbol", "side", "qty", "price", "fee", "order_id", "strategy", "pnl"] {
        assert!(!trades[0][key].is_null(), "{key}");
    }
}

#[test]
fn accounts_orders_and_fills_are_there_again_after_a_restart() {
    let store = Store::in_memory();
    let mut first = core(None, &store, BEGIN);
    let at = |secs: i64| BEGIN + Nanos::from_secs(secs);
    ask(&mut first, at(1), TradingAction::Paper { on: true });
    ask(&mut first, at(1), order(Side::Buy, 3, None));
    ask(&mut first, at(1), order(Side::Buy, 4, Some(90)));
    ask(&mut first, at(1), order(Side::Buy, 5, Some(50)));
    say(&mut first, at(2), "trade 100".to_owned());
    first.close(at(3));
    let before = first.engine().trading().broker;
    drop(first);
    // Meanwhile the price has passed one of the two limits.
    let mut second = core(None, &store, at(600));
    let after = second.engine().trading().broker;
    assert!(after.on);
    let (before, after) = (before.account(MANUAL).unwrap(), after.account(MANUAL).unwrap());
    assert_eq!((after.cash, after.fees, after.fill_count), (before.cash, before.fees, before.fill_count));
    assert_eq!(after.positions[0].qty, before.positions[0].qty);
    assert_eq!(
        after.working.iter().map(|order| order.id).collect::<Vec<_>>(),
        before.working.iter().map(|order| order.id).collect::<Vec<_>>()
    );
    assert!(after.working.iter().all(|order| !order.reason.is_empty()), "what happened to it is said");
    say(&mut second, at(601), "trade 80".to_owned());
    let now = second.engine().trading().broker;
    let account = now.account(MANUAL).unwrap();
    let last = account.fills.last().unwrap();
    assert_eq!((last.qty, last.price, last.maker, last.number), (Qty::from_units(4), Price::from_units(90), true, 2));
    assert_eq!(account.working.iter().map(|order| order.qty).collect::<Vec<_>>(), [Qty::from_units(5)]);
}

#[test]
fn over_midnight_both_files_fill_alike() {
    let folder = tempfile::tempdir().unwrap();
    let midnight = Timeframe::D1.start_of(BEGIN);
    let begin = midnight - Nanos::from_secs(900);
    let mut core = core(Some(folder.path()), &Store::in_memory(), begin);
    let end = session(&mut core, begin);
    core.close(end);
    let files = inputs(&folder.path().join("recordings"));
    assert_eq!(files.len(), 2);
    let both = replayed(files.iter().flatten().cloned(), core.engine().now());
    assert_eq!(both.digest(), core.engine().digest());
    let second = replayed(files[1].iter().cloned(), core.engine().now());
    let late = |engine: &Engine| fills(engine).into_iter().filter(|fill| fill.at > midnight).collect::<Vec<_>>();
    assert!(late(&both).len() > 20);
    assert_eq!(late(&both), late(&second));
}
