//! The bars that backtests are held to backtesting.py on: made from a recipe, as `tests/reference/backtest.py` makes them.

use serde_json::Value;
use std::path::PathBuf;

/// SplitMix64, below a bound.
#[allow(dead_code, reason = "one of the two tests draws from it")]
pub struct Noise(pub u64);

impl Noise {
    pub fn below(&mut self, bound: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound) as i64
    }
}

/// A recipe's bars: start in seconds; open, high, low, close in cents.
pub fn bars(recipe: &Value) -> Vec<[i64; 5]> {
    let number = |name: &str| recipe[name].as_i64().unwrap();
    let weekdays = recipe["weekdays"].as_bool().unwrap();
    let mut noise = Noise(number("seed") as u64);
    let (mut rows, mut close, mut at, mut trend) = (Vec::new(), 6_000_000, number("start"), 0);
    while rows.len() < number("n") as usize {
        if !(weekdays && (at / 86_400 + 3) % 7 >= 5) {
            if noise.below(40) == 0 {
                trend = noise.below(801) - 400;
            }
            let first = close + noise.below(201) - 100;
            close = (first + trend + noise.below(8_001) - 4_000).max(100_000);
            let high = first.max(close) + noise.below(1_500);
            let low = first.min(close) - noise.below(1_500);
            rows.push([at, first, high, low, close]);
        }
        at += number("step");
    }
    rows
}

/// What `tests/reference/backtest.py` made.
pub fn reference() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference/backtest.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
