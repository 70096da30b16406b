//! The Binance feeds on real data: no break in the chain of book updates, and a book that equals the exchange's own quotes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::book::OrderBook;
use rtai_tui::domain::{Event, Market as MarketEvent, Nanos, Quote, Symbol};
use rtai_tui::exchanges::binance::{Binance, FeedConfig, Market};
use rtai_tui::feed::{ConnId, Feed, Frame, Severity, Step, Tag};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

fn open(name: &str) -> Option<Box<dyn Read>> {
    let root = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let Ok(file) = std::fs::File::open(root.join(name)) else {
        eprintln!("skipped: {name} is not here (set RTAI_DATA_DIR)");
        return None;
    };
    Some(match name.rsplit('.').next() {
        Some("gz") => Box::new(flate2::read::GzDecoder::new(file)),
        Some("zst") => Box::new(ruzstd::decoding::StreamingDecoder::new(file).unwrap()),
        _ => Box::new(file),
    })
}

/// What a session gave, with the book rebuilt from the events alone and compared with every quote of the same update.
#[derive(Default)]
struct Seen {
    books: BTreeMap<Symbol, OrderBook>,
    tops: BTreeMap<(Symbol, u64), Quote>,
    /// With whether the book's own update was still to come.
    quotes: Vec<(Symbol, Quote, bool)>,
    counts: BTreeMap<&'static str, u64>,
    symbols: BTreeMap<Symbol, u64>,
    warnings: Vec<String>,
}

impl Seen {
    fn count(&self, kind: &str) -> u64 {
        self.counts.get(kind).copied().unwrap_or(0)
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Emit(MarketEvent { symbol: Some(symbol), event }) => self.event(symbol, event),
            Step::Instruments(list) => *self.counts.entry("instruments").or_default() += list.len() as u64,
            Step::Notice(severity, text) if severity > Severity::Info => self.warnings.push(text),
            other => panic!("an import asks for nothing: {other:?}"),
        }
    }

    fn event(&mut self, symbol: Symbol, event: Event) {
        *self.symbols.entry(symbol).or_default() += 1;
        let kind = match event {
            Event::Trade(_) => "trade",
            Event::Quote(quote) => {
                let ahead = !self.tops.contains_key(&(symbol, quote.update_id.unwrap()));
                self.quotes.push((symbol, quote, ahead));
                "quote"
            }
            Event::Book(snapshot) => {
                self.books.entry(symbol).or_default().reset(&snapshot);
                self.top(symbol, snapshot.last);
                "book"
            }
            Event::Depth(diff) => {
                self.books.get_mut(&symbol).expect("a change comes after a book").apply(&diff);
                self.top(symbol, diff.last);
                "depth"
            }
            Event::Liquidation(_) => "liquidation",
            Event::Mark(_) => "mark",
            Event::Bar(..) => "bar",
            Event::History(..) => "history",
            Event::Link(link) => panic!("the chain broke: {link:?}"),
        };
        *self.counts.entry(kind).or_default() += 1;
    }

    fn top(&mut self, symbol: Symbol, update: u64) {
        let book = &self.books[&symbol];
        assert!(!book.is_crossed(), "{symbol} at {update}");
        if let (Some((bid, bid_qty)), Some((ask, ask_qty))) = (book.best_bid(), book.best_ask()) {
            let quote = Quote { bid, bid_qty, ask, ask_qty, update_id: Some(update), ex: None };
            self.tops.insert((symbol, update), quote);
        }
    }

    /// How many quotes have a book at the same update: those that came before it, and the others. Panics on the first that differs.
    fn compare(&self) -> (usize, usize) {
        let mut compared = (0, 0);
        for (symbol, quote, ahead) in &self.quotes {
            if let Some(top) = self.tops.get(&(*symbol, quote.update_id.unwrap())) {
                assert_eq!(Quote { ex: None, ..*quote }, *top, "{symbol}");
                *(if *ahead { &mut compared.0 } else { &mut compared.1 }) += 1;
            }
        }
        compared
    }
}

fn capture(market: Market, name: &str) -> Option<(Seen, Binance)> {
    let mut feed = Binance::new(market, FeedConfig::import());
    let mut seen = Seen::default();
    let mut out = Vec::new();
    for line in BufReader::new(open(name)?).lines() {
        let line = line.unwrap();
        let (at, text) = line.split_once(' ').unwrap();
        feed.on_frame(Nanos(at.parse().unwrap()), Frame::Text(ConnId(0), text), &mut out).unwrap();
        out.drain(..).for_each(|step| seen.take(step));
    }
    Some((seen, feed))
}

/// A whole capture: the counts of its events, and how many quotes met a book of the same update.
fn check(market: Market, name: &str, symbol: &str, lines: u64, trades: u64, depths: u64) -> Option<(usize, usize)> {
    let (seen, feed) = capture(market, name)?;
    let counters = feed.counters();
    assert_eq!((counters.messages, counters.malformed, counters.unknown), (lines, 0, 0));
    assert_eq!((counters.resyncs, counters.non_market), (0, 0));
    assert_eq!((seen.count("trade"), seen.count("book")), (trades, 1));
    // Some of the changes are older than the snapshot.
    assert!((depths - 60..=depths).contains(&seen.count("depth")), "{}", seen.count("depth"));
    assert_eq!(seen.symbols.len(), 1);
    assert!(seen.warnings.is_empty(), "{:?}", seen.warnings);
    let symbol = Symbol::new(symbol).unwrap();
    let (last, book) = feed.book(symbol).unwrap();
    assert_eq!(book, &seen.books[&symbol]);
    assert_eq!(seen.tops.last_key_value().map(|((_, id), _)| *id), Some(last));
    let compared = seen.compare();
    println!("{name}: {compared:?} quotes equal the book at the same update; {counters:?}");
    Some(compared)
}

#[test]
fn futures_btc() {
    let compared = check(Market::UsdM, "captures/usdm_btcusdt_20240808.gz", "BTCUSDT", 93_954, 21_313, 6_551);
    assert!(compared.is_none_or(|n| n == (503, 126)), "{compared:?}");
}

#[test]
fn futures_eth() {
    let compared = check(Market::UsdM, "captures/usdm_ethusdt_20240808.gz", "ETHUSDT", 74_655, 14_076, 6_586);
    assert!(compared.is_none_or(|n| n == (471, 80)), "{compared:?}");
}

#[test]
fn spot_btc() {
    let compared = check(Market::Spot, "captures/spot_btcusdt_20240808.gz", "BTCUSDT", 41_249, 9_757, 3_451);
    assert!(compared.is_none_or(|n| n.0 > 500), "{compared:?}");
}

#[test]
fn spot_eth() {
    let compared = check(Market::Spot, "captures/spot_ethusdt_20240808.gz", "ETHUSDT", 33_618, 6_106, 3_434);
    assert!(compared.is_none_or(|n| n.0 > 500), "{compared:?}");
}

#[test]
fn frames_of_2026() {
    let Some((seen, feed)) = capture(Market::UsdM, "wire/binance_usdm_2026.txt") else { return };
    let counters = feed.counters();
    assert_eq!((counters.messages, counters.malformed, counters.unknown, counters.duplicates), (64, 0, 0, 0));
    assert_eq!(seen.count("liquidation"), 21);
    assert_eq!(seen.count("mark"), 3);
    assert_eq!(seen.symbols[&Symbol::new("牛来USDT").unwrap()], 1);
    // No snapshot is there, so no book may be either; a candle follows from the trades.
    assert_eq!((seen.count("book"), seen.count("depth"), seen.count("bar")), (0, 0, 0));
    println!("{:?}", seen.counts);
}

#[test]
fn single_frames_of_2026() {
    let Some(file) = open("wire/frames.ndjson") else { return };
    let mut feed = Binance::new(Market::UsdM, FeedConfig::import());
    let mut seen = Seen::default();
    let mut out = Vec::new();
    for line in BufReader::new(file).lines() {
        feed.on_frame(Nanos(1), Frame::Text(ConnId(0), &line.unwrap()), &mut out).unwrap();
        out.drain(..).for_each(|step| seen.take(step));
    }
    let counters = feed.counters();
    assert_eq!((counters.messages, counters.malformed, counters.unknown), (11, 0, 0));
    // BTCUSDT comes first as aggTrade, so its `trade` repeats it, and an aggTrade of two months before does too.
    assert_eq!((seen.count("trade"), counters.duplicates, counters.non_market), (3, 2, 1));
    assert_eq!((seen.count("quote"), seen.count("mark"), seen.count("liquidation"), seen.count("bar")), (1, 1, 1, 0));
}

/// A session of cryptofeed: REST answers and messages as JSON strings in JSON lines.
fn session(market: Market, name: &str) -> Option<(Seen, Binance)> {
    let mut feed = Binance::new(market, FeedConfig::import());
    let mut seen = Seen::default();
    let mut out = Vec::new();
    let mut lines: Vec<(i64, serde_json::Value)> = BufReader::new(open(name)?)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
        .filter_map(|line| Some(((line.get("ts")?.as_f64()? * 1e9) as i64, line)))
        .collect();
    lines.sort_by_key(|(at, _)| *at);
    for (at, line) in &lines {
        let data = line["data"].as_str().unwrap_or_default();
        let url = line["url"].as_str().unwrap_or_default();
        let tag = if url.contains("exchangeInfo") {
            Tag::Instruments
        } else if let Some((_, rest)) = url.split_once("depth?symbol=") {
            Tag::Snapshot(Symbol::new(rest.split('&').next().unwrap()).unwrap(), 0)
        } else if line["t"] == "recv" {
            feed.on_frame(Nanos(*at), Frame::Text(ConnId(0), data), &mut out).unwrap();
            out.drain(..).for_each(|step| seen.take(step));
            continue;
        } else {
            continue;
        };
        feed.on_frame(Nanos(*at), Frame::Fetched(&tag, Ok(data.as_bytes())), &mut out).unwrap();
        out.drain(..).for_each(|step| seen.take(step));
    }
    Some((seen, feed))
}

#[test]
fn sessions_of_2021() {
    for (market, name) in [(Market::Spot, "wire/BINANCE.jsonl.zst"), (Market::UsdM, "wire/BINANCE_FUTURES.jsonl.zst")] {
        let Some((seen, feed)) = session(market, name) else { return };
        let counters = feed.counters();
        println!("{name}: {:?} {counters:?} {:?} {:?}", seen.counts, seen.warnings, seen.compare());
        assert_eq!((counters.malformed, counters.unknown, counters.resyncs), (0, 0, 0));
        assert_eq!((seen.count("book"), seen.count("instruments")), (4, 4));
        assert!(seen.count("trade") > 0 && seen.count("depth") > 0);
    }
}

/// How fast a capture goes through the feed: `cargo test --release --test binance_captures -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn throughput() {
    let Some(mut file) = open("captures/usdm_btcusdt_20240808.gz") else { return };
    let cpu = || {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        stat.rsplit(") ").next().unwrap().split(' ').skip(11).take(2).map(|n| n.parse::<u64>().unwrap() * 10).sum::<u64>()
    };
    let before = cpu();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    println!("{} ms CPU to inflate", cpu() - before);
    let before = cpu();
    let runs = 10;
    let mut events = 0;
    let mut out = Vec::new();
    for _ in 0..runs {
        let mut feed = Binance::new(Market::UsdM, FeedConfig::import());
        for line in text.lines() {
            let (at, text) = line.split_once(' ').unwrap();
            feed.on_frame(Nanos(at.parse().unwrap()), Frame::Text(ConnId(0), text), &mut out).unwrap();
            events += out.len();
            out.clear();
        }
    }
    println!("{} ms CPU through the feed, {} events", (cpu() - before) / runs, events as u64 / runs);
}
