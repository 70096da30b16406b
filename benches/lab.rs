//! What the signals lab costs: an hour of seconds of sixteen indicators, piece by piece as a pane works it out, and as a whole.
//!
//! `cargo bench --bench lab`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use rand::{RngExt as _, SeedableRng as _};
use rtai_tui::analytics::hits::Centre;
use rtai_tui::analytics::lab::{Column, Of, Sheet, Work};
use rtai_tui::app;
use rtai_tui::domain::{EngineConfig, Event, Input, Market, Nanos, Payload, Price, Qty, Quote, Symbol};
use rtai_tui::engine::{Engine, Snapshot};
use std::time::{Duration, Instant};

const SAMPLES: usize = 3_600;
const INDICATORS: usize = 16;
/// A frame of the pane does this many pieces, and is to take no longer than this for them.
const PIECES: usize = 4;
const LIMIT: Duration = Duration::from_millis(1);

fn sheet() -> Sheet {
    let mut random = rand_pcg::Pcg64::seed_from_u64(1);
    let mut walk = |start: f64, memory: f64| -> Vec<Option<f64>> {
        let mut value = start;
        (0..SAMPLES)
            .map(|_| {
                value = start + (value - start) * memory + random.random::<f64>() - 0.5;
                Some(value)
            })
            .collect()
    };
    let columns = (0..INDICATORS).map(|i| Column {
        name: format!("indicator {i}"),
        centre: if i % 3 == 0 { Centre::Median } else { Centre::At(0.0) },
        value: walk(0.0, i as f64 / 16.0),
        z: Vec::new(),
    });
    let columns = columns.collect();
    Sheet { step_ms: 1_000, mids: walk(60_000.0, 1.0), columns }
}

/// An engine's samples of so long.
fn sampled() -> Snapshot {
    let mut engine = Engine::new(EngineConfig::default(), "binance-futures");
    for second in 0..SAMPLES as i64 {
        let price = |tick: i64| Price::from_units((600_000 + second % 7 + tick) * 10_000_000);
        let qty = |n: i64| Qty::from_units((1 + n) * 100_000_000);
        let quote = Quote {
            bid: price(0),
            bid_qty: qty(second % 5),
            ask: price(1),
            ask_qty: qty(second % 3),
            update_id: Some(second as u64),
            ex: None,
        };
        let market = Market { symbol: Some(Symbol::new("BTCUSDT").unwrap()), event: Event::Quote(quote) };
        let at = Nanos::from_secs(1_700_000_000 + second) + Nanos::from_millis(1);
        engine.apply(&Input { seq: second as u64 + 1, at, payload: Payload::Market(market) });
    }
    engine.snapshot()
}

fn main() {
    let snapshot = sampled();
    let taken: Vec<Duration> = (0..30)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(app::lab::sheet(&snapshot.symbols[0].flow, SAMPLES, &[Of::Value]));
            begun.elapsed()
        })
        .collect();
    println!("taking the samples in: {:?}", taken.iter().min().unwrap());
    let mut pieces = Vec::new();
    let mut whole = Vec::new();
    for _ in 0..30 {
        let mut work = Work::new(sheet(), Of::Value, 0);
        let begun = Instant::now();
        loop {
            let piece = Instant::now();
            let more = work.step();
            pieces.push(piece.elapsed());
            if !more {
                break;
            }
        }
        whole.push(begun.elapsed());
        std::hint::black_box(work.into_report());
    }
    pieces.sort_unstable();
    whole.sort_unstable();
    let at = |share: f64| pieces[((pieces.len() - 1) as f64 * share) as usize];
    println!(
        "{SAMPLES} samples of {INDICATORS} indicators: {:?} in {} pieces",
        whole[whole.len() / 2],
        pieces.len() / whole.len()
    );
    println!("a piece: median {:?}, 99 % {:?}, longest {:?}", at(0.5), at(0.99), at(1.0));
    let frame = at(0.5) * PIECES as u32;
    println!("a frame does {PIECES}: {frame:?}");
    assert!(frame < LIMIT, "a frame's share of the work takes longer than {LIMIT:?}");
}
