use super::super::merge::test_import;
use super::super::{Merged, Options};
use crate::domain::{Event, Payload};
use crate::engine::Engine;
use crate::engine::snapshot::BookState;
use std::path::PathBuf;

fn file(name: &str, text: &str, folder: &tempfile::TempDir) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The engine after all of these files, and how many events of each kind there were.
fn played(paths: &[PathBuf]) -> (Engine, [usize; 2], u64) {
    let mut merged = Merged::open(paths, &Options::default()).unwrap();
    let mut engine = Engine::from_meta(&merged.meta());
    let mut kinds = [0; 2];
    while let Some(input) = merged.next_input().unwrap() {
        if let Payload::Market(market) = &input.payload {
            match market.event {
                Event::Book(_) => kinds[0] += 1,
                Event::Depth(_) => kinds[1] += 1,
                _ => {}
            }
        }
        engine.apply(&input);
        for view in &engine.snapshot().symbols {
            assert!(!matches!(view.book_state, BookState::Lost(..)), "{:?}", view.book_state);
        }
    }
    let bad = merged.reports().map(|report| report.bad).sum();
    (engine, kinds, bad)
}

/// Bids then asks of the only symbol, best first.
fn book(engine: &Engine) -> String {
    let snapshot = engine.snapshot();
    let book = &snapshot.symbols[0].book;
    let side = |levels: Vec<(crate::domain::Price, crate::domain::Qty)>| {
        levels.iter().map(|(price, qty)| format!("{price}x{qty}")).collect::<Vec<_>>().join(" ")
    };
    format!("{} | {}", side(book.bids().collect()), side(book.asks().collect()))
}

const L2: &str = "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n";

#[test]
fn trades_have_the_side_of_the_aggressor_and_the_time_of_receipt() {
    let text = "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n\
                bitmex,XBTUSD,1583020803145000,1583020803307160,ccc3c1fa-212c,sell,8531.5,2152\n\
                bitmex,XBTUSD,1583020803276000,1583020803336743,77,buy,8532,1\n";
    let (shown, meta, _) = test_import(&[("bitmex_trades_2020-03-01_XBTUSD.csv", text)]).unwrap();
    assert_eq!(shown, "1583020803.30716 XBTUSD trade 8531.5 2152 sell 0\n1583020803.336743 XBTUSD trade 8532 1 buy 77\n");
    assert_eq!((meta.venue.as_str(), meta.instruments[0].tick.to_string().as_str()), ("bitmex", "0.1"));
    let (shown, ..) = test_import(&[("bitmex_liquidations_2020-03-01_XBTUSD.csv", text)]).unwrap();
    assert!(shown.lines().all(|line| line.contains("Liquidation(")), "{shown}");
    let futures = text.replace("bitmex,", "binance-futures,");
    assert_eq!(test_import(&[("x.csv", &futures)]).unwrap().1.venue, "binance-futures");
}

#[test]
fn rows_that_were_received_together_are_one_update_and_days_continue_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let row = |micros: i64, snapshot: bool, side: &str, price: &str, amount: &str| {
        format!("deribit,BTC-PERPETUAL,{},{micros},{snapshot},{side},{price},{amount}\n", micros - 110_000)
    };
    let (day, next) = (1_585_699_200_355_684, 1_585_785_600_000_000);
    let first = L2.to_owned()
        + &row(day, true, "ask", "6421.5", "18640")
        + &row(day, true, "ask", "6422", "1190")
        + &row(day, true, "bid", "6421", "5")
        // Two updates within one microsecond of each other, and one of several rows.
        + &row(day + 1, false, "ask", "6421.5", "0")
        + &row(day + 1, false, "bid", "6420", "7")
        + &row(day + 2, false, "ask", "6422", "2");
    let paths = vec![file("deribit_incremental_book_L2_2020-04-01_BTC-PERPETUAL.csv", &first, &folder)];
    let (engine, kinds, _) = played(&paths);
    assert_eq!((book(&engine).as_str(), kinds), ("6421x5 6420x7 | 6422x2", [1, 2]));
    // The next day's file begins with the whole book, which replaces what there was.
    let second = L2.to_owned()
        + &row(next, true, "ask", "6500", "1")
        + &row(next, true, "bid", "6499", "1")
        + &row(next + 500, false, "bid", "6499", "3");
    let paths = vec![paths[0].clone(), file("deribit_incremental_book_L2_2020-04-02_BTC-PERPETUAL.csv", &second, &folder)];
    let (engine, kinds, _) = played(&paths);
    assert_eq!((book(&engine).as_str(), kinds), ("6499x3 | 6500x1", [2, 3]));
}

#[test]
fn first_levels_are_told_by_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,\
                    asks[1].price,asks[1].amount,bids[1].price,bids[1].amount\n"
        .to_owned();
    for (n, levels) in
        ["101,1,100,1,102,2,99,2", "101,1,100,1,102,2,99,2", "102,2,100,3,103,5,99,2", "102,2,100,3,,,,"].iter().enumerate()
    {
        text += &format!("binance-futures,BTCUSDT,1598918403{n}00000,1598918403{n}10000,{levels}\n");
    }
    let path = file("binance-futures_book_snapshot_5_2020-09-01_BTCUSDT.csv", &text, &folder);
    let (engine, kinds, bad) = played(&[path]);
    assert_eq!((book(&engine).as_str(), kinds, bad), ("100x3 | 102x2", [1, 2], 0));
}

#[test]
fn quotes_without_a_side_are_counted() {
    let text = "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n\
                huobi-dm-swap,BTC-USD,1590969600016000,1590969600090610,1,9446,9445.9,2\n\
                huobi-dm-swap,BTC-USD,1590969600016000,1590969600090610,,,9445.9,2\n";
    let (shown, meta, reports) = test_import(&[("q.csv", text)]).unwrap();
    assert_eq!(shown, "1590969600.09061 BTC-USD quote 9445.9 2 9446 1 0\n");
    assert_eq!((meta.venue.as_str(), reports[0].silent), ("import", 1));
}

#[test]
fn bad_rows_name_line_and_reason() {
    let mut text = L2.to_owned();
    (0..1_000).for_each(|n| text += &format!("deribit,X-PERP,1,{},false,bid,1.5,2\n", 10 + n));
    text += "deribit,X-PERP,1,yesterday,false,bid,1,2\nderibit,X-PERP,1,2000,no,bid,1,2\nderibit,X-PERP,1,2000,false,buy,1,2\n\
             deribit,X-PERP,1,2000,false,bid,-1,2\nderibit,X-PERP,1\n";
    let (_, _, reports) = test_import(&[("x.csv", &text)]).unwrap();
    let said: Vec<_> = reports[0].problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 1002: local_timestamp `yesterday`: expected microseconds since 1970",
            "line 1003: is_snapshot `no`: expected true or false",
            "line 1004: side `buy`: expected bid or ask",
            "line 1005: price `-1`: expected more than 0",
            "line 1006: 3 columns, expected 8"
        ]
    );
}

#[test]
fn the_samples_are_read_whole() {
    let data = std::env::var("RTAI_DATA_DIR")
        .map_or_else(|_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let folder = data.join("tardis");
    let names = ["bitmex_trades_XBTUSD.csv", "deribit_incremental_book_L2_BTC-PERPETUAL.csv"];
    if !folder.exists() {
        println!("skipped: the samples are not here");
        return;
    }
    for name in names {
        let (engine, _, bad) = played(&[folder.join(name)]);
        assert_eq!((engine.symbols().count(), bad), (1, 0), "{name}");
    }
}
