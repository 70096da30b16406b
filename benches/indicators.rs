//! What the order-flow indicators cost, beside what reading their events costs: all sixteen together are to cost at most as much.
//!
//! `cargo bench --bench indicators`; from `captures/usdm_btcusdt_20240808.gz` of the data folder (`RTAI_DATA_DIR`), else from the
//! bundled recording. Also: how long a changed parameter takes over a day of samples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

mod common;

use common::inputs;
use rtai_tui::domain::{EngineConfig, Event, Input, Market, Nanos, Payload, Price, Qty, Quote, Side, Symbol, Trade, UserAction};
use rtai_tui::engine::Engine;
use rtai_tui::indicators;
use rtai_tui::recording::{LineContext, decode_line, encode_input};
use std::time::Instant;

const ROUNDS: usize = 7;

/// The least time of several rounds, in milliseconds.
fn best(mut round: impl FnMut()) -> f64 {
    let once = |round: &mut dyn FnMut()| {
        let begun = Instant::now();
        round();
        begun.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(|_| once(&mut round)).fold(f64::INFINITY, f64::min)
}

fn run(inputs: &[Input], indicators: Option<Vec<String>>) -> Engine {
    let mut engine = Engine::new(EngineConfig { indicators, ..EngineConfig::default() }, "bench");
    for input in inputs {
        engine.apply(input);
    }
    engine
}

fn parsing(inputs: &[Input]) {
    let lines: Vec<Vec<u8>> = inputs
        .iter()
        .map(|input| {
            let mut line = Vec::new();
            encode_input(input, &mut line);
            line
        })
        .collect();
    let parse = best(|| {
        let context = LineContext::default();
        for line in &lines {
            std::hint::black_box(decode_line(line, &context).unwrap());
        }
    });
    let without = best(|| {
        std::hint::black_box(run(inputs, Some(Vec::new())));
    });
    let with = best(|| {
        std::hint::black_box(run(inputs, None));
    });
    println!(
        "{} events: parsing {parse:.1} ms, engine without indicators {without:.1} ms, with all sixteen {with:.1} ms",
        inputs.len()
    );
    println!("all sixteen: {:.1} ms, {:.2} of parsing (limit 1.0)", with - without, (with - without) / parse);
    for spec in indicators::flow() {
        let alone = best(|| {
            std::hint::black_box(run(inputs, Some(vec![spec.name.to_owned()])));
        });
        println!("  {:<14}{:>6.2} ms", spec.name, alone - without);
    }
}

/// A day of quotes and trades, one each second.
fn day() -> Vec<Input> {
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let mut inputs = Vec::new();
    for second in 0..86_400_i64 {
        let price = 6_000_000_000_000 + (second * 7_919 % 10_007) * 10_000_000;
        let quote = Quote {
            bid: Price::from_units(price),
            bid_qty: Qty::from_units(100_000_000 + second),
            ask: Price::from_units(price + 10_000_000),
            ask_qty: Qty::from_units(200_000_000 - second),
            update_id: None,
            ex: None,
        };
        let side = if second * 31 % 7 < 3 { Side::Buy } else { Side::Sell };
        let trade = Trade { price: quote.ask, qty: Qty::from_units(1_000_000 + second % 977), side, id: None, ex: None };
        let at = Nanos::from_secs(1_722_902_400 + second);
        for (offset, event) in [(1, Event::Quote(quote)), (2, Event::Trade(trade))] {
            let payload = Payload::Market(Market::of(symbol, event));
            inputs.push(Input { seq: inputs.len() as u64 + 1, at: at + Nanos(offset), payload });
        }
    }
    inputs
}

fn changing() {
    let engine = run(&day(), None);
    for text in [
        "ofi(window=30)",
        "tfi(window=300)",
        "cvd(anchor=1722902500)",
        "vwap(anchor=1722902500)",
        "rv(window=60)",
        "kyle(seconds=100)",
        "lpi(half_life=30)",
        "vpin(bucket_volume=0.5)",
    ] {
        let mut list: Vec<String> = indicators::flow().map(|spec| spec.name.to_owned()).collect();
        list.push(text.to_owned());
        let took = best(|| {
            let mut changed = engine.clone();
            changed.look(&UserAction::Indicators(list.clone()));
            std::hint::black_box(changed.snapshot());
        });
        println!("a day worked out anew, {text}: {took:.1} ms, {:.3} of the limit (1 s)", took / 1e3);
    }
}

fn main() {
    parsing(&inputs());
    changing();
}
