//! Pairs held against their definitions worked out from scratch.

mod course;
mod live;

use super::Joined;
use crate::bars::{BarView, Series};
use crate::domain::{Bar, Nanos, Price, Symbol, Timeframe};

/// Numbers from −1 to 1, the same every time.
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }

    /// A whole number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        (f64::midpoint(self.next(), 1.0) * n as f64) as u64 % n
    }
}

/// Two prices of which y follows x with a spread that comes back.
pub fn bars(seed: u64, n: usize) -> Vec<Joined> {
    let mut noise = Noise(seed);
    let (mut x, mut spread) = (60_000.0, 0.0);
    (0..n as i64)
        .map(|i| {
            x += noise.next() * 30.0;
            spread = 0.9 * spread + noise.next() * 1.5;
            Joined { at: Nanos::from_secs(60 * i), y: 500.0 + 0.045 * x + spread, x }
        })
        .collect()
}

pub fn symbol(name: &str) -> Symbol {
    Symbol::new(name).unwrap()
}

pub fn bar(minute: i64, close: f64) -> Bar {
    Bar::flat(Timeframe::M1.start_of(Nanos::from_secs(minute * 60)), Price::from_f64(close))
}

pub fn view(capacity: usize) -> BarView {
    BarView { closed: Series::with_capacity(capacity), forming: None }
}

/// Whether two figures are the same to a part in `1 / within`, or both are none.
pub fn close(a: Option<f64>, b: Option<f64>, within: f64) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= within * a.abs().max(b.abs()).max(1.0),
        (None, None) => true,
        _ => false,
    }
}
