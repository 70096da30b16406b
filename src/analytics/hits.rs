//! How often a signal points where the price goes.

use super::{hac, known};

/// What a signal's sign is told from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Centre {
    /// A value that says neither this nor that: 0 of imbalances, flows and z-scores.
    At(f64),
    /// The median of the samples looked at: what has no such value, such as a spread or a rate.
    Median,
}

impl Default for Centre {
    fn default() -> Self {
        Self::At(0.0)
    }
}

/// The share of samples where the signal less its centre has the sign of the return, 0 to 1, with its standard error ([`hac`]).
/// Samples where either is 0 are left out; `None` if no other is left.
pub fn rate(signal: &[Option<f64>], returns: &[Option<f64>], centre: f64, overlap: usize) -> Option<hac::Mean> {
    let hit = |(x, y): (&Option<f64>, &Option<f64>)| {
        let (x, y) = (known(*x)? - centre, known(*y)?);
        (x != 0.0 && y != 0.0).then_some(if (x > 0.0) == (y > 0.0) { 1.0 } else { 0.0 })
    };
    let hits: Vec<Option<f64>> = signal.iter().zip(returns).map(hit).collect();
    hac::mean(&hits, overlap)
}

/// The median of values given in ascending order.
pub fn median(sorted: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let n = sorted.clone().count();
    let mut middle = sorted.skip(n.checked_sub(1)? / 2);
    let low = middle.next()?;
    if n.is_multiple_of(2) { Some(f64::midpoint(low, middle.next()?)) } else { Some(low) }
}
