//! How far two series move together.

use super::sample::{self, finite};
use super::undefined::Undefined;

/// Pearson's correlation, −1 to 1, as `pandas.Series.corr`.
///
/// # Errors
/// Fewer than 2 pairs, lengths that differ, values that are not finite, and either series constant (`ConstantX` is `a`).
pub fn correlation(a: &[f64], b: &[f64]) -> Result<f64, Undefined> {
    let sums = sample::moments(b, a, 2)?;
    finite(sums.xy / (sums.xx.sqrt() * sums.yy.sqrt())).map(|value| value.clamp(-1.0, 1.0))
}

/// ln(close / close before): one less than there are closes. Not a number where a close is not above zero, which every
/// statistic refuses by its place.
pub fn log_returns(closes: &[f64]) -> Vec<f64> {
    closes.windows(2).map(|pair| log_return(pair[0], pair[1])).collect()
}

/// The logarithmic return from one close to the next.
pub fn log_return(before: f64, close: f64) -> f64 {
    if before > 0.0 && close > 0.0 { (close / before).ln() } else { f64::NAN }
}
