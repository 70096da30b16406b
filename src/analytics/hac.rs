//! Standard errors of means of samples that overlap in time.
//!
//! Source: W. K. Newey and K. D. West, *A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent covariance
//! matrix*, Econometrica 55 (1987): Σ over all pairs of samples not further apart than m − 1, weighted with Bartlett's kernel
//! 1 − |distance|/m. Without the correction for few samples, as statsmodels' `cov_type='HAC'`. Missing samples keep their place
//! with a deviation of 0, so that distances stay those of time (E. Parzen, *On spectral analysis with missing observations*, 1963).

use std::collections::VecDeque;

/// Σₜₛ max(0, 1 − |t − s|/m)·dₜ·dₛ: the sum of squares of the sums over every window of m samples, divided by m. It is the same
/// number, found in one pass, and cannot be negative. `deviations` are in the order of time with 0 where there is none.
pub fn windowed(deviations: impl Iterator<Item = f64>, overlap: usize) -> f64 {
    let width = overlap.max(1);
    if width == 1 {
        return deviations.map(|d| d * d).sum();
    }
    let mut inside: VecDeque<f64> = VecDeque::with_capacity(width);
    let (mut sum, mut squares) = (0.0, 0.0);
    // Windows that reach over either end count as well: after the last sample, one less remains in each.
    for d in deviations.chain(std::iter::repeat_n(0.0, width - 1)) {
        if inside.len() == width {
            sum -= inside.pop_front().unwrap_or(0.0);
        }
        inside.push_back(d);
        sum += d;
        squares += sum * sum;
    }
    squares / width as f64
}

/// A mean and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Samples.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Its standard error, corrected for `overlap` samples that share part of what they measure; not below 0.
    pub error: f64,
}

/// The mean of the samples that have a value, `None` without any.
pub fn mean(series: &[Option<f64>], overlap: usize) -> Option<Mean> {
    let values = || series.iter().map(|sample| super::known(*sample));
    let n = values().flatten().count();
    if n == 0 {
        return None;
    }
    let mean = values().flatten().sum::<f64>() / n as f64;
    let error = windowed(values().map(|value| value.map_or(0.0, |value| value - mean)), overlap).sqrt() / n as f64;
    Some(Mean { n, mean, error }).filter(|m| m.mean.is_finite() && m.error.is_finite())
}
