//! What one series is like: its mean, deviation, extremes and shape.

use super::correlation::log_returns;
use super::sample::{self, finite};
use super::undefined::Undefined;

/// A series in figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Values.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Standard deviation with n − 1; 0 where all are the same.
    pub sd: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// Skewness, corrected for the size of the sample (G₁ of Joanes and Gill, *The Statistician* 47, 1998; `pandas` `skew`,
    /// `scipy.stats.skew(bias=False)`); `None` below 3 values and where all are the same.
    pub skew: Option<f64>,
    /// Kurtosis beyond the normal distribution's, corrected likewise (G₂ of the same; `pandas` `kurt`); `None` below 4 values
    /// and where all are the same.
    pub kurtosis: Option<f64>,
}

/// The figures of a series.
///
/// # Errors
/// Fewer than 2 values, and values that are not finite.
pub fn summary(values: &[f64]) -> Result<Summary, Undefined> {
    let (min, max) = sample::extent(values, 2)?;
    let n = values.len() as f64;
    let (near, rest) = sample::centre(values);
    // In units of the range nothing overflows in the fourth power.
    let unit = if min < max { max - min } else { 1.0 };
    let deviation = |value: f64| ((value - near) - rest) / unit;
    let power = |exponent: i32| sample::sum(values, |value| deviation(value).powi(exponent));
    let (second, third, fourth) = (power(2), power(3), power(4));
    let shape = |value: f64, least: usize| Some(value).filter(|value| values.len() >= least && value.is_finite() && min < max);
    let skew = n * (n - 1.0).sqrt() / (n - 2.0) * third / second.powf(1.5);
    let normal = 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0));
    let kurtosis = n * (n + 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0)) * fourth / second.powi(2) - normal;
    Ok(Summary {
        n: values.len(),
        mean: finite(near + rest)?.clamp(min, max),
        sd: if min < max { finite((second / (n - 1.0)).sqrt() * unit)? } else { 0.0 },
        min,
        max,
        skew: shape(skew, 3),
        kurtosis: shape(kurtosis, 4),
    })
}

/// Volatility a year: the standard deviation (n − 1) of the log returns from bar to bar, times √(bars a year); 0.5 is 50 %.
///
/// # Errors
/// Fewer than 3 closes, closes that are not above zero (`NotFinite` says which), a number of bars that is not above zero.
pub fn annualised_volatility(closes: &[f64], bars_per_year: f64) -> Result<f64, Undefined> {
    if closes.len() < 3 {
        return Err(Undefined::TooShort { have: closes.len(), need: 3 });
    }
    if let Some(at) = closes.iter().position(|close| !(close.is_finite() && *close > 0.0)) {
        return Err(Undefined::NotFinite { at });
    }
    if !(bars_per_year.is_finite() && bars_per_year > 0.0) {
        return Err(Undefined::OutOfRange);
    }
    finite(summary(&log_returns(closes))?.sd * bars_per_year.sqrt())
}

/// How many standard deviations (n − 1) the last value is above the mean of all given.
///
/// # Errors
/// Fewer than 2 values, values that are not finite, and all the same.
pub fn z_score(spread: &[f64]) -> Result<f64, Undefined> {
    sample::varying(spread, 2, Undefined::Constant)?;
    let (near, rest) = sample::centre(spread);
    let squares = sample::sum(spread, |value| ((value - near) - rest).powi(2));
    let last = spread.last().copied().unwrap_or(near);
    finite(((last - near) - rest) / (squares / (spread.len() - 1) as f64).sqrt())
}
