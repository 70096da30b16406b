//! Imports of real market data, where it is there: counts against what is known of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::codecs::{Merged, Options, Report};
use rtai_tui::domain::{EngineConfig, Event, Meta, Payload, Symbol, Timeframe};
use rtai_tui::engine::Engine;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn data(names: &[&str]) -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let paths: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        println!("skipped: {} is not there", missing.display());
        return None;
    }
    Some(paths)
}

struct Imported {
    meta: Meta,
    counts: BTreeMap<(Symbol, &'static str), u64>,
    reports: Vec<Report>,
    engine: Engine,
}

impl Imported {
    fn count(&self, symbol: &str, topic: &str) -> u64 {
        self.counts.iter().filter(|((s, t), _)| s.as_str() == symbol && *t == topic).map(|(_, count)| count).sum()
    }
}

fn import(names: &[&str]) -> Option<Imported> {
    let mut merged = Merged::open(&data(names)?, &Options::default()).unwrap();
    let meta = merged.meta();
    let mut engine = Engine::new(EngineConfig::default(), &meta.venue);
    let mut counts = BTreeMap::new();
    let mut last = None;
    while let Some(input) = merged.next_input().unwrap() {
        assert!(last.is_none_or(|last| last <= input.at));
        last = Some(input.at);
        if let Payload::Market(market) = &input.payload {
            let topic = match &market.event {
                Event::Trade(_) => "trade",
                Event::Quote(_) => "quote",
                Event::Book(_) => "book",
                Event::Depth(_) => "depth",
                Event::Bar(..) => "bar",
                _ => "other",
            };
            if let Some(symbol) = market.symbol {
                *counts.entry((symbol, topic)).or_default() += 1;
            }
        }
        engine.apply(&input);
    }
    let reports = merged.reports().cloned().collect();
    Some(Imported { meta, counts, reports, engine })
}

#[test]
fn captures_give_every_trade_and_a_book_in_step() {
    for (name, symbol, venue, lines, trades) in [
        ("usdm_btcusdt", "BTCUSDT", "binance-futures", 93_954, 21_313),
        ("usdm_ethusdt", "ETHUSDT", "binance-futures", 74_655, 14_076),
        ("spot_btcusdt", "BTCUSDT", "binance-spot", 41_249, 9_757),
        ("spot_ethusdt", "ETHUSDT", "binance-spot", 33_618, 6_106),
    ] {
        let Some(imported) = import(&[&format!("captures/{name}_20240808.gz")]) else { return };
        let report = &imported.reports[0];
        assert_eq!((report.lines, report.bad, report.resyncs, report.unknown), (lines, 0, 0, 0), "{name}: {report}");
        assert_eq!((imported.count(symbol, "trade"), imported.count(symbol, "book")), (trades, 1), "{name}");
        assert_eq!(imported.meta.venue, venue);
        let snapshot = imported.engine.snapshot();
        assert_eq!(snapshot.rates.breaks, 0, "{name}");
        assert!(snapshot.symbols[0].book_state.is_synced(), "{name}");
        assert!(report.lines == report.inputs + report.duplicates + report.silent + report.non_market, "{name}: {report}");
    }
}

#[test]
fn two_captures_merge_into_one_recording() {
    let Some(imported) = import(&["captures/usdm_btcusdt_20240808.gz", "captures/usdm_ethusdt_20240808.gz"]) else { return };
    assert_eq!((imported.count("BTCUSDT", "trade"), imported.count("ETHUSDT", "trade")), (21_313, 14_076));
    let steps: Vec<_> = imported.meta.instruments.iter().map(|i| format!("{} {} {}", i.symbol, i.tick, i.lot)).collect();
    assert_eq!(steps, ["BTCUSDT 0.1 0.001", "ETHUSDT 0.01 0.001"]);
    assert!(imported.engine.snapshot().symbols.iter().all(|view| view.book_state.is_synced()));
}

#[test]
fn sessions_give_rules_and_books() {
    for (name, venue, symbols) in [
        ("wire/BINANCE.jsonl.zst", "binance-spot", ["BLZETH", "LRCBTC", "NKNUSDT", "RUNEEUR"]),
        ("wire/BINANCE_FUTURES.jsonl.zst", "binance-futures", ["AKROUSDT", "CTKUSDT", "KEEPUSDT", "SUSHIUSDT"]),
    ] {
        let Some(imported) = import(&[name]) else { return };
        let report = &imported.reports[0];
        assert_eq!((report.bad, report.resyncs), (0, 0), "{report}");
        assert_eq!(imported.meta.venue, venue);
        let known: Vec<_> = imported.meta.instruments.iter().map(|i| i.symbol.to_string()).collect();
        assert_eq!(known, symbols);
        assert!(imported.meta.instruments.iter().all(|i| !i.base.is_empty() && !i.tick.is_zero()));
        for symbol in symbols {
            assert_eq!(imported.count(symbol, "book"), 1, "{symbol}");
        }
        assert_eq!(imported.engine.snapshot().rates.breaks, 0);
    }
}

#[test]
fn klines_and_tables_give_every_row() {
    let names = ["AVAX", "LINK", "LTC"].map(|name| format!("klines/{name}USDT-1m-2026-02.zip"));
    let Some(imported) = import(&names.each_ref().map(String::as_str)) else { return };
    for symbol in ["AVAXUSDT", "LINKUSDT", "LTCUSDT"] {
        assert_eq!(imported.count(symbol, "bar"), 40_320);
    }
    let Some(imported) = import(&["klines/2025_BTCUSDT_1m.csv.gz", "klines/2025_ETHUSDT_1m.csv.gz"]) else { return };
    assert_eq!((imported.count("BTCUSDT", "bar"), imported.count("ETHUSDT", "bar")), (50_000, 50_000));
    assert!(imported.reports.iter().all(|report| report.bad == 0 && report.backwards == 0));
    // All of them are looked at, from the first.
    for view in &imported.engine.snapshot().symbols {
        let minutes = &view.time_bars[&Timeframe::M1].closed;
        assert_eq!((minutes.len(), minutes.dropped()), (50_000, 0), "{}", view.instrument.symbol);
    }
}

#[test]
fn tables_of_closes_give_every_value() {
    for (name, rows, closes, dates) in [
        ("shell-rdp-close_USD.csv", 4_520, [("Shell", "7.75"), ("RDP", "1.06")], "1990-01-02T00:00:00Z"),
        ("BKD_ESC_2009_2011.csv", 1_005, [("BKD", "6.03"), ("ESC", "10.24")], "2009-01-02T00:00:00Z"),
    ] {
        let Some(imported) = import(&[&format!("daily/{name}")]) else { return };
        let report = &imported.reports[0];
        assert_eq!((report.lines, report.bad, report.backwards), (rows, 0, 0), "{report}");
        assert_eq!(report.inputs + report.missing, rows * 2, "{report}");
        let snapshot = imported.engine.snapshot();
        for (symbol, close) in closes {
            let view = snapshot.symbols.iter().find(|view| view.instrument.symbol.as_str() == symbol).unwrap();
            let days = &view.time_bars[&Timeframe::D1].closed;
            assert_eq!(days.len() as u64, imported.count(symbol, "bar"), "{symbol}");
            let first = days.first().unwrap();
            assert_eq!((first.close.to_string().as_str(), first.start.rfc3339().as_str()), (close, dates), "{symbol}");
        }
    }
}

#[test]
fn frames_of_today_are_understood() {
    let Some(imported) = import(&["wire/binance_usdm_2026.txt"]) else { return };
    let report = &imported.reports[0];
    assert_eq!((report.lines, report.bad, report.unknown), (64, 0, 0), "{report}");
    assert_eq!((imported.count("BTCUSDT", "trade"), imported.count("BTCUSDT", "quote")), (12, 12));
    assert!(imported.counts.keys().any(|(symbol, _)| symbol.as_str() == "牛来USDT"));
}
