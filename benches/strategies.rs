//! What a closed bar costs a strategy: a backtest of `ma_cross` is to spend at most 50 ns a bar on it.
//!
//! `cargo bench --bench strategies`; a random walk of 20,000 bars, short enough that some round is not interrupted; one bar in sixty crosses, and is told in words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use rtai_tui::bars::Series;
use rtai_tui::book::{OrderBook, Top};
use rtai_tui::domain::{Bar, Instrument, Nanos, Price, Symbol, Timeframe};
use rtai_tui::strategies;
use rtai_tui::strategy::{Look, Sample, Sight};
use std::collections::BTreeMap;
use std::time::Instant;

const BARS: i64 = 20_000;
const ROUNDS: usize = 100;

/// A market in which there is nothing but samples that do not change.
struct Still;

impl Look for Still {
    fn bars(&self, _symbol: Symbol, _timeframe: Timeframe) -> Option<&Series<Bar>> {
        None
    }
    fn instrument(&self, _symbol: Symbol) -> Option<&Instrument> {
        None
    }
    fn top(&self, _symbol: Symbol) -> Option<&Top> {
        None
    }
    fn book(&self, _symbol: Symbol) -> Option<&OrderBook> {
        None
    }
    fn last(&self, _symbol: Symbol) -> Option<Price> {
        None
    }
    fn indicator(&self, _symbol: Symbol, _id: &str) -> Option<Sample> {
        Some(Sample { value: 0.5, z: Some(0.5) })
    }
}

fn main() {
    let symbols = ["BTCUSDT", "ETHUSDT"].map(|name| Symbol::new(name).unwrap());
    let mut random = 1_u64;
    let mut price = 6_400_000_000_000_i64;
    let bars: Vec<Bar> = (0..BARS)
        .map(|at| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let open = Price::from_units(price);
            price += ((random >> 60) as i64 - 7) * 10_000_000;
            let close = Price::from_units(price);
            Bar { close, high: open.max(close), low: open.min(close), ..Bar::flat(Nanos::from_secs(60 * at), open) }
        })
        .collect();
    for text in ["collector", "ma_cross", "ma_cross(fast=50,slow=200)", "momentum", "rtai", "pairs", "hybrid"] {
        let setup = strategies::parse(text).unwrap();
        let mut best = f64::INFINITY;
        let mut count = 0;
        for _ in 0..ROUNDS {
            let mut strategy = (setup.spec.build)(&setup.params, &BTreeMap::new()).unwrap();
            let mut answers = Vec::new();
            let begun = Instant::now();
            for bar in &bars {
                let sight = Sight {
                    now: bar.start + Timeframe::M1.nanos(),
                    symbols: &symbols,
                    timeframe: Timeframe::M1,
                    market: &Still,
                    equity: 100_000.0,
                    buying_power: 100_000.0,
                    taker_fee: 0.0005,
                    positions: &[],
                    open_orders: 0,
                };
                strategy.on_bar(&sight, symbols[0], bar, &mut answers);
                if setup.spec.needs.pair {
                    strategy.on_bar(&sight, symbols[1], bar, &mut answers);
                }
            }
            best = best.min(begun.elapsed().as_nanos() as f64 / BARS as f64);
            count = answers.len();
        }
        println!("{text:28} {best:7.1} ns a bar, {count} answers");
    }
}
