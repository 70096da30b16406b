//! How unusual a value is against its own past.

use std::collections::VecDeque;

/// Samples that a z-score looks back over.
pub const WINDOW: usize = 300;
/// Samples before there is a z-score.
pub const LEAST_SAMPLES: usize = 30;

/// The z-score over the last [`WINDOW`] samples that had a value, the newest included: (x − mean) / sd, sd with n − 1.
///
/// Worked out anew from the window each time: exact however the values drift, and 300 additions are nothing at one a second.
#[derive(Debug, Clone)]
pub struct ZScore {
    values: VecDeque<f64>,
    window: usize,
}

impl Default for ZScore {
    fn default() -> Self {
        Self::new(WINDOW)
    }
}

impl ZScore {
    /// Over so many samples, at least 2.
    pub fn new(window: usize) -> Self {
        let window = window.max(2);
        Self { values: VecDeque::with_capacity(window), window }
    }

    /// Samples held.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Takes in a sample and says how unusual it is; `None` before [`LEAST_SAMPLES`] or while all are alike. Samples that are not
    /// finite are left out.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if !value.is_finite() {
            return None;
        }
        if self.values.len() == self.window {
            self.values.pop_front();
        }
        self.values.push_back(value);
        if self.values.len() < LEAST_SAMPLES.min(self.window) {
            return None;
        }
        let (head, tail) = self.values.as_slices();
        score(head, tail, value)
    }
}

fn score(head: &[f64], tail: &[f64], value: f64) -> Option<f64> {
    let count = (head.len() + tail.len()) as f64;
    // Distances from the newest value: they are small even where the values are huge.
    let centre = value;
    let mean = (sum(head, |x| x - centre) + sum(tail, |x| x - centre)) / count;
    let square = |x: f64| {
        let d = x - centre - mean;
        d * d
    };
    let variance = (sum(head, square) + sum(tail, square)) / (count - 1.0);
    let sd = variance.sqrt();
    let z = -mean / sd;
    (sd > 0.0 && z.is_finite()).then_some(z)
}

/// A sum in four strands, which the processor adds side by side.
#[inline]
fn sum(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<4>();
    let mut strands = [0.0; 4];
    for chunk in chunks {
        for (strand, value) in strands.iter_mut().zip(chunk) {
            *strand += f(*value);
        }
    }
    strands[0] + strands[1] + (strands[2] + strands[3]) + rest.iter().map(|value| f(*value)).sum::<f64>()
}

/// The oscillator of a z-score: 100 · Φ(z), from 0 to 100.
pub fn oscillator(z: f64) -> f64 {
    (50.0 * libm::erfc(-z / std::f64::consts::SQRT_2)).clamp(0.0, 100.0)
}
