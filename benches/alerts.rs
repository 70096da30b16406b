//! What alerts cost the engine: 200 armed ones on ten symbols are to add at most a tenth to its time per event.
//!
//! `cargo bench --bench alerts`; the events are those of `captures/usdm_btcusdt_20240808.gz` of the data folder (`RTAI_DATA_DIR`),
//! else of the bundled recording, each told for ten symbols in turn. Both engines work out all indicators, as a session does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

mod common;

use common::inputs;
use rtai_tui::domain::{Alert, AlertState, Channels, EngineConfig, Input, Market, Origin, Payload, Rearm, Symbol, UserAction};
use rtai_tui::engine::Engine;
use std::time::Instant;

const ROUNDS: usize = 9;
const SYMBOLS: usize = 10;

/// Twenty for each symbol: of every kind, most of which stay armed and some of which fire now and then.
const EXPRESSIONS: [&str; 20] = [
    "price > 90000",
    "price < 30000",
    "price crosses above 62000",
    "price crosses below 60000",
    "price moves 2% in 15m",
    "mid > 90000",
    "ask < 30000 for 5s",
    "volume(1m) > 1000",
    "delta(1m) < -500 && price < 60000",
    "spread > 5 for 10s",
    "ofi.z < -4 && vpin > 0.9 for 5s",
    "rv > 3",
    "qi > 0.99 for 30s",
    "rsi(14, 5s) < 10",
    "price > bbands(20, 3, 1m).upper",
    "zscore(S0, S1, 1m) > 5",
    "feed.age > 30s",
    "!feed.synced for 10s",
    "tfi < -0.9 || cvd < -5000",
    "price > sma(20, 1m) * (1 + 1%)",
];

fn symbol(n: usize) -> Symbol {
    Symbol::new(&format!("S{n}")).unwrap()
}

/// Each event ten times, for one symbol after the other.
fn of_ten(inputs: &[Input]) -> Vec<Input> {
    let mut all = Vec::with_capacity(inputs.len() * SYMBOLS);
    for input in inputs {
        let Payload::Market(Market { symbol: of, event }) = &input.payload else { continue };
        let times = if of.is_some() { SYMBOLS } else { 1 };
        for n in 0..times {
            let payload = Payload::Market(Market { symbol: of.map(|_| symbol(n)), event: event.clone() });
            all.push(Input { seq: all.len() as u64 + 1, at: input.at, payload });
        }
    }
    all
}

fn alerts(per_symbol: usize) -> Vec<Input> {
    let mut actions = Vec::new();
    for n in 0..SYMBOLS {
        for expr in EXPRESSIONS.iter().take(per_symbol) {
            let alert = Alert {
                id: actions.len() as u64 + 1,
                symbol: symbol(n),
                expr: (*expr).to_owned(),
                rearm: Rearm::Auto,
                deliver: Channels::NONE,
                note: String::new(),
                paused: false,
                origin: Origin::User,
            };
            let payload = Payload::User(UserAction::SetAlert(Box::new((alert, AlertState::default()))));
            actions.push(Input { seq: 0, at: rtai_tui::domain::Nanos::ZERO, payload });
        }
    }
    actions
}

/// Milliseconds, and how often alerts fired.
fn run(alerts: &[Input], inputs: &[Input]) -> (f64, u64) {
    let mut engine = Engine::new(EngineConfig::default(), "binance-futures");
    for input in alerts {
        engine.apply(input);
    }
    let begun = Instant::now();
    for input in inputs {
        engine.apply(input);
    }
    (begun.elapsed().as_secs_f64() * 1e3, engine.alerts_fired())
}

fn main() {
    let inputs = of_ten(&inputs());
    let (none, all) = (alerts(0), alerts(EXPRESSIONS.len()));
    let (mut without, mut with, mut fired) = (f64::INFINITY, f64::INFINITY, 0);
    // In turn, so that both see the machine alike.
    for _ in 0..ROUNDS {
        without = without.min(run(&none, &inputs).0);
        let (took, count) = run(&all, &inputs);
        (with, fired) = (with.min(took), count);
    }
    let each = |ms: f64| ms * 1e6 / inputs.len() as f64;
    println!("{} events of {SYMBOLS} symbols; {} alerts fired {fired} times", inputs.len(), all.len());
    println!(
        "without alerts {without:.1} ms, {:.0} ns an event; with {} {with:.1} ms, {:.0} ns",
        each(without),
        all.len(),
        each(with)
    );
    println!("alerts add {:+.3} of the engine's time (limit 0.100)", with / without - 1.0);
    for (n, expr) in EXPRESSIONS.iter().enumerate() {
        let ten: Vec<Input> = all.iter().skip(n).step_by(EXPRESSIONS.len()).cloned().collect();
        let took = (0..3).map(|_| run(&ten, &inputs).0).fold(f64::INFINITY, f64::min);
        println!("  ten of {expr:<36} {:+.4}", took / without - 1.0);
    }
}
