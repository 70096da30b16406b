//! `backtest`, `optimize` and `reconcile` from outside: trades and figures against backtesting.py (`tests/reference/backtest.py`), what
//! they say of wrong usage, and that a session agrees with its own backtest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::broker::Happening;
use rtai_tui::domain::{
    Event, Input, Instrument, Market, Meta, Nanos, OrderRequest, Payload, Placement, Price, Qty, Side, Symbol, Trade,
    TradingAction, UserAction,
};
use rtai_tui::engine::Engine;
use rtai_tui::recording::encode_input;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

mod recipe;
use recipe::{Noise, bars, reference};

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    /// Status, standard output and standard error.
    fn run(&self, line: &str) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
        command.args(line.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null()).env("HOME", self.0.path());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    #[track_caller]
    fn good(&self, line: &str) -> String {
        let (status, out, err) = self.run(line);
        assert_eq!(status, 0, "{line}: {err}");
        out
    }

    #[track_caller]
    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.good(&format!("{line} --json"))).unwrap()
    }

    /// What is said of something that cannot be, and the status.
    #[track_caller]
    fn refused(&self, line: &str) -> (i32, String) {
        let (status, out, err) = self.run(line);
        assert_ne!(status, 0, "{line}: {out}");
        assert_eq!(out, "", "{line}");
        (status, err)
    }
}

fn table(rows: &[[i64; 5]]) -> String {
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    let cents = |value: i64| format!("{}.{:02}", value / 100, value % 100);
    for [start, open, high, low, close] in rows {
        let _ = writeln!(text, "{start},{},{},{},{},1.00000001", cents(*open), cents(*high), cents(*low), cents(*close));
    }
    text
}

#[track_caller]
fn near(case: &str, what: &str, ours: &Value, theirs: &Value, allowed: f64) {
    match (ours.as_f64(), theirs.as_f64()) {
        (Some(ours), Some(theirs)) => {
            let error = (ours - theirs).abs() / theirs.abs().max(1e-12);
            assert!(error <= allowed, "{case}: {what} is {ours}, should be {theirs} ({error:.1e})");
        }
        (ours, theirs) => assert_eq!(ours.is_some(), theirs.is_some(), "{case}: {what} is {ours:?}, should be {theirs:?}"),
    }
}

/// Figures of ours, theirs, and how near they have to be.
const FIGURES: [(&str, &str, f64); 18] = [
    ("final_equity", "final_equity", 1e-6),
    ("fees", "fees", 1e-3),
    ("exposure_pct", "exposure_pct", 1e-9),
    ("return_pct", "return_pct", 1e-3),
    ("buy_hold_pct", "buy_hold_pct", 1e-9),
    ("annual_return_pct", "annual_return_pct", 1e-3),
    ("volatility_pct", "volatility_pct", 1e-3),
    ("cagr_pct", "cagr_pct", 1e-3),
    ("sharpe", "sharpe", 1e-3),
    ("sortino", "sortino", 1e-3),
    ("calmar", "calmar", 1e-3),
    ("max_drawdown_pct", "max_drawdown_pct", 1e-3),
    ("win_rate_pct", "win_rate_pct", 1e-9),
    ("best_trade_pct", "best_pct", 1e-3),
    ("worst_trade_pct", "worst_pct", 1e-3),
    ("avg_trade_pct", "average_pct", 1e-3),
    ("profit_factor", "profit_factor", 1e-3),
    ("sqn", "sqn", 1e-3),
];

fn hold_figures(case: &str, found: &Value, run: &Value) {
    for (ours, theirs, allowed) in FIGURES {
        // Fees of what is still open are ours already, theirs only once it is closed.
        if ours != "fees" || run["open"].as_array().unwrap().is_empty() {
            near(case, ours, &found[ours], &run["figures"][theirs], allowed);
        }
    }
    assert_eq!(found["trades"].as_f64(), run["figures"]["trades"].as_f64(), "{case}");
}

fn line(file: &str, run: &Value) -> String {
    format!(
        "backtest {file} --strategy ma_cross --set fast={} --set slow={} --set short={} --profile simple --fee-bps 4",
        run["fast"], run["slow"], run["short"]
    )
}

#[test]
fn trades_and_figures_are_those_of_backtesting_py() {
    for synthetic in reference()["synthetic"].as_array().unwrap() {
        let rows = bars(&synthetic["recipe"]);
        let step = synthetic["recipe"]["step"].as_i64().unwrap();
        let bar = match step {
            60 => "1m",
            900 => "15m",
            86_400 => "1d",
            other => panic!("{other}"),
        };
        let folder = Folder::new(&[("BTCUSDT.csv", table(&rows))]);
        for run in synthetic["runs"].as_array().unwrap() {
            let line = line("BTCUSDT.csv", run) + &format!(" --bar {bar} --tf {bar}");
            let found = folder.json(&line);
            hold_figures(&line, &found, run);
            let (ours, theirs) = (found["trade_list"].as_array().unwrap(), run["trades"].as_array().unwrap());
            assert_eq!(ours.len(), theirs.len(), "{line}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                let number = |n: usize| theirs[n].as_i64().unwrap();
                let start = |bar: i64| Value::from(rows[bar as usize][0]);
                assert_eq!(
                    (&ours["entry_ts"], &ours["exit_ts"]),
                    (&start(number(1)), &start(number(2))),
                    "{line}: {ours} {theirs}"
                );
                assert_eq!(ours["side"], if number(0) > 0 { "long" } else { "short" }, "{line}: {ours} {theirs}");
                near(&line, "entry", &ours["entry"], &Value::from(number(3) as f64 / 100.0), 1e-12);
                near(&line, "exit", &ours["exit"], &Value::from(number(4) as f64 / 100.0), 1e-12);
                near(&line, "quantity", &ours["qty"], &Value::from(number(0).abs() as f64 / 1e8), 1e-6);
            }
            assert_eq!(found["open_positions"].as_array().unwrap().len(), run["open"].as_array().unwrap().len(), "{line}");
        }
    }
}

fn data() -> Option<PathBuf> {
    let found = [std::env::var("RTAI_TEST_DATA").unwrap_or_default(), "/work/shared/data".to_owned()];
    found.into_iter().map(|folder| PathBuf::from(folder).join("klines")).find(|folder| folder.is_dir())
}

#[test]
fn real_minutes_trade_as_in_backtesting_py() {
    let Some(data) = data() else {
        println!("skipped: no klines here");
        return;
    };
    let folder = Folder::new(&[]);
    for run in reference()["real"].as_array().unwrap() {
        let name = run["file"].as_str().unwrap();
        let start: i64 = 1_735_700_400;
        let line = line(&data.join(name).display().to_string(), run);
        let found = folder.json(&line);
        hold_figures(&line, &found, run);
        assert_eq!(found["bars"], run["n"], "{line}");
        let ours = found["trade_list"].as_array().unwrap();
        for (place, theirs) in run["trades"].as_array().unwrap().iter().enumerate() {
            let ours = &ours[place * 20];
            let bar = |n: usize| start + 60 * theirs[n].as_i64().unwrap();
            assert_eq!(
                (ours["entry_ts"].as_i64(), ours["exit_ts"].as_i64()),
                (Some(bar(1)), Some(bar(2))),
                "{line}: {ours} {theirs}"
            );
        }
    }
}

fn minutes(n: u64) -> Folder {
    let recipe = serde_json::json!({ "n": n, "step": 60, "start": 1_704_067_200, "seed": 5, "weekdays": false });
    Folder::new(&[("BTCUSDT.csv", table(&bars(&recipe)))])
}

#[test]
fn wrong_usage_is_said_before_anything_runs() {
    let folder = minutes(300);
    std::fs::write(folder.0.path().join("empty.rec"), "").unwrap();
    let nothing = r#"{"ts":1,"topic":"meta","data":{"format":"rtai.rec","version":1,"venue":"x","symbols":[]}}"#;
    std::fs::write(folder.0.path().join("nothing.rec"), format!("{nothing}\n")).unwrap();
    for (line, status, said) in [
        ("backtest BTCUSDT.csv --strategy ma_cros", 2, "did you mean `ma_cross`"),
        ("backtest BTCUSDT.csv --strategy ma_cross --set fsat=5", 2, "fast"),
        ("backtest BTCUSDT.csv --strategy ma_cross --set fast=many", 2, "a whole number from"),
        ("backtest BTCUSDT.csv --strategy ma_cross --set fast=50", 2, "expected fast < slow"),
        ("backtest BTCUSDT.csv --strategy ma_cross --set momentum.fast=5", 2, "momentum"),
        ("backtest BTCUSDT.csv --strategy ma_cross --cash 0", 2, "more than 0"),
        ("backtest BTCUSDT.csv --strategy ma_cross --cash -5", 2, "more than 0"),
        ("backtest BTCUSDT.csv --strategy ma_cross --leverage 1000", 2, "125"),
        ("backtest BTCUSDT.csv --strategy ma_cross --profile easy", 2, "realistic"),
        ("backtest BTCUSDT.csv --strategy ma_cross --bar 7m", 2, "expected one of"),
        ("backtest BTCUSDT.csv --strategy ma_cross --bar 1s", 1, "the shortest are of 1m"),
        ("backtest BTCUSDT.csv --strategy pairs", 1, "second symbol"),
        ("backtest BTCUSDT.csv --strategy rtai", 1, "rtai:"),
        ("backtest BTCUSDT.csv", 1, "choose a strategy"),
        ("backtest missing.csv --strategy ma_cross", 1, "missing.csv"),
        ("backtest empty.rec --strategy ma_cross", 1, "empty.rec"),
        ("backtest nothing.rec --strategy ma_cross", 1, "no market data"),
        ("optimize BTCUSDT.csv --strategy ma_cross --grid fast=9:1:1", 2, "FROM:TO:STEP"),
        ("optimize BTCUSDT.csv --strategy ma_cross --grid fsat=1:9:1", 2, "fast"),
        ("optimize BTCUSDT.csv --strategy ma_cross --grid fast=50:60:5", 2, "none of the 3 combinations"),
        ("reconcile BTCUSDT.csv", 1, "BTCUSDT.csv"),
    ] {
        let (found, error) = folder.refused(line);
        assert!(error.contains(said) && found == status, "{line}: {found} {error}");
    }
}

#[test]
fn several_strategies_run_side_by_side_as_each_alone() {
    let folder = minutes(1_500);
    let both =
        folder.json("backtest BTCUSDT.csv --strategy ma_cross(fast=5,slow=20) --strategy ma_cross --set fast=4 --profile simple");
    let runs = both["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2);
    assert_eq!((&runs[0]["account"], &runs[1]["account"]), (&"ma_cross".into(), &"ma_cross-2".into()));
    let alone = folder.json("backtest BTCUSDT.csv --strategy ma_cross --set fast=4 --set slow=20 --profile simple");
    for key in ["trades", "final_equity", "trade_list", "max_drawdown_pct"] {
        assert_eq!(runs[0][key], alone[key], "{key}");
        assert_eq!(both[key], alone[key], "{key}");
    }
    let page = folder.good("backtest BTCUSDT.csv --strategy ma_cross --strategy ma_cross(fast=5,slow=20) --profile simple");
    assert!(page.contains("ma_cross(fast=5,slow=20)") && page.contains("max drawdown"), "{page}");
    assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
}

#[test]
fn the_same_run_prints_the_same_bytes() {
    let folder = minutes(800);
    for line in [
        "backtest BTCUSDT.csv --strategy ma_cross --profile mock-broker --seed 7 --json --curve",
        "backtest BTCUSDT.csv --strategy ma_cross --trades",
        "optimize BTCUSDT.csv --strategy ma_cross --grid fast=3:9:2 --grid slow=10:30:10 --walk-forward 2 --json",
    ] {
        assert_eq!(folder.good(line), folder.good(line), "{line}");
    }
}

#[test]
fn an_optimisation_ranks_and_holds_out() {
    let folder = minutes(3_000);
    let grid = "optimize BTCUSDT.csv --strategy ma_cross --grid fast=3:15:3 --grid slow=10:40:10 --profile simple";
    let found = folder.json(&format!("{grid} --walk-forward 4 --rank return"));
    assert_eq!((found["combinations"].as_u64(), found["skipped"].as_u64()), (Some(18), Some(2)));
    let results = found["results"].as_array().unwrap();
    let inside: Vec<f64> = results.iter().map(|row| row["in_sample"]["return_pct"].as_f64().unwrap()).collect();
    assert!(inside.windows(2).all(|pair| pair[0] >= pair[1]), "{inside:?}");
    assert!(results.iter().all(|row| row["out_of_sample"]["bars"].as_u64().unwrap() > 700));
    assert_eq!(found["walk_forward"].as_array().unwrap().len(), 4);
    let best = &results[0]["params"];
    let alone = folder.json(&format!(
        "backtest BTCUSDT.csv --strategy ma_cross --set fast={} --set slow={} --profile simple",
        best["fast"], best["slow"]
    ));
    assert_eq!((&alone["final_equity"], &alone["trades"]), (&results[0]["final_equity"], &results[0]["trades"]));
    let page = folder.good(&format!("{grid} --walk-forward 4 --top 5"));
    assert!(page.contains("walk-forward") && page.contains("deflated") && page.contains('█'), "{page}");
}

fn at(millis: i64) -> Nanos {
    Nanos::from_millis(1_704_067_200_000 + millis)
}

/// A session as the live program writes it: inputs, and what the broker said as derived lines. `edit` may change each of those.
fn session(edit: impl Fn(&str, String) -> Option<String>) -> String {
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let instrument =
        Instrument { tick: Price::parse(b"0.1").unwrap(), lot: Qty::parse(b"0.001").unwrap(), ..Instrument::unknown(symbol) };
    let meta = Meta {
        venue: "binance-futures".to_owned(),
        instruments: vec![instrument],
        app: String::new(),
        engine: rtai_tui::domain::EngineConfig::default(),
    };
    let mut payloads = vec![(at(0), Payload::Meta(Box::new(meta)))];
    let act = |action: TradingAction| Payload::User(UserAction::Trading(Box::new(action)));
    payloads.push((at(1), act(TradingAction::Paper { on: true })));
    let mut noise = Noise(3);
    let mut price = 640_000;
    for n in 0..2_000_i64 {
        price += noise.below(21) - 10;
        let side = if noise.below(2) == 0 { Side::Buy } else { Side::Sell };
        let trade =
            Trade { price: Price::from_units(price * 10_000_000), qty: Qty::from_units(50_000_000), side, id: None, ex: None };
        payloads.push((at(10 + n * 100), Payload::Market(Market::of(symbol, Event::Trade(trade)))));
        if n % 100 == 50 {
            let side = if n % 200 == 50 { Side::Buy } else { Side::Sell };
            let place = Placement::Single(OrderRequest::market(symbol, side, Qty::parse(b"0.25").unwrap()));
            payloads.push((at(11 + n * 100), act(TradingAction::Order { account: "manual".into(), place })));
        }
    }
    let mut text = Vec::new();
    let mut engine: Option<Engine> = None;
    let mut heard = 0;
    for (seq, (at, payload)) in payloads.into_iter().enumerate() {
        let input = Input { seq: seq as u64 + 1, at, payload };
        if let (Payload::Meta(meta), None) = (&input.payload, &engine) {
            engine = Some(Engine::from_meta(meta));
        }
        encode_input(&input, &mut text);
        if text.last() != Some(&b'\n') {
            text.push(b'\n');
        }
        let engine = engine.as_mut().unwrap();
        engine.apply(&input);
        for event in engine.broker_events_after(heard) {
            let (topic, data) = match &event.what {
                Happening::Fill(fill) => ("fill", serde_json::to_string(&**fill).unwrap()),
                Happening::Order(order) => ("order", serde_json::to_string(&**order).unwrap()),
                Happening::Equity { value, cash, unrealised, .. } => {
                    let (account, value) = (&event.account, value.to_string());
                    (
                        "equity",
                        format!(r#"{{"account":"{account}","value":"{value}","cash":"{cash}","unrealized":"{unrealised}"}}"#),
                    )
                }
                _ => continue,
            };
            let mut ts = String::new();
            event.at.write_secs(&mut ts).unwrap();
            let sym = if topic == "equity" { String::new() } else { format!(r#""sym":"{symbol}","#) };
            if let Some(line) = edit(topic, format!(r#"{{"ts":{ts},"topic":"{topic}",{sym}"data":{data}}}"#)) {
                text.extend_from_slice(line.as_bytes());
                text.push(b'\n');
            }
        }
        heard = engine.last_broker_event();
    }
    String::from_utf8(text).unwrap()
}

#[test]
fn a_session_agrees_with_its_own_backtest() {
    let folder = Folder::new(&[("session.rec", session(|_, line| Some(line)))]);
    let page = folder.good("reconcile session.rec");
    assert!(page.contains("no difference"), "{page}");
    let found = folder.json("reconcile session.rec");
    assert_eq!((&found["same"], &found["fills_recorded"]), (&true.into(), &found["fills_backtest"]));
    assert!(found["fills_recorded"].as_u64().unwrap() >= 20, "{found}");
    assert!(found["equity"][0]["compared"].as_u64().unwrap() > 20, "{found}");
    assert!(found["slippage_recorded"]["fills"].as_u64().unwrap() >= 20, "{found}");
    // The same as a backtest of the session as it was.
    let backtest = folder.json("backtest session.rec");
    assert_eq!((&backtest["account"], &backtest["fills"]), (&"manual".into(), &found["fills_recorded"]));
}

#[test]
fn each_fill_that_differs_is_named() {
    let changed = session(|topic, line| {
        let number = |n: u64| line.contains(&format!("\"number\":{n},"));
        match topic {
            "fill" if number(5) => None,
            "fill" if number(8) => {
                let (front, rest) = line.split_once("\"price\":").unwrap();
                let (price, back) = rest.split_once(',').unwrap();
                Some(format!("{front}\"price\":{},{back}", price.parse::<f64>().unwrap() + 10.0))
            }
            _ => Some(line),
        }
    });
    let folder = Folder::new(&[("session.rec", changed)]);
    let found = folder.json("reconcile session.rec");
    assert_eq!(found["same"], false);
    let differing = found["differing"].as_array().unwrap();
    assert_eq!(differing.len(), 2, "{found}");
    assert!(differing[0]["recorded"].is_null() && differing[0]["backtest"]["number"] == 5, "{found}");
    assert!(differing[0]["cause"].as_str().unwrap().contains("not recorded"), "{found}");
    assert!(differing[1]["cause"].as_str().unwrap().contains("bps"), "{found}");
    let page = folder.good("reconcile session.rec");
    assert!(page.contains("2 fills differ") && page.contains("cause") && !page.contains("no difference\n"), "{page}");
}
