//! How far a Sharpe ratio can be believed: the probabilistic and the deflated one.
//!
//! D. H. Bailey and M. López de Prado, *The Sharpe Ratio Efficient Frontier*, Journal of Risk 15 (2012), and *The Deflated Sharpe Ratio*,
//! Journal of Portfolio Management 40 (2014). All ratios here are of one observation, not of a year.

use super::normal::{cdf, quantile};
use super::why::{Figure, Why, finite};

/// Euler's constant.
const EULER: f64 = 0.577_215_664_901_532_9;
/// Returns below which nothing is said.
const LEAST: usize = 3;

/// Returns in figures, moments without correction for the sample's size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Returns.
    pub n: usize,
    /// Mean by standard deviation (n − 1).
    pub sharpe: f64,
    /// Third standardised moment.
    pub skew: f64,
    /// Fourth standardised moment; 3 for the normal distribution.
    pub kurtosis: f64,
}

impl Moments {
    /// Of returns from one observation to the next.
    ///
    /// # Errors
    /// Fewer than three, or all the same.
    pub fn of(returns: &[f64]) -> Result<Self, Why> {
        let n = returns.len();
        if n < LEAST {
            return Err(Why::Returns { have: n, need: LEAST });
        }
        let count = n as f64;
        let mean = returns.iter().sum::<f64>() / count;
        let power = |exponent: i32| returns.iter().map(|value| (value - mean).powi(exponent)).sum::<f64>() / count;
        let variance = power(2);
        let first = returns.first().copied().unwrap_or_default();
        // The mean of equal values is not always that value, to the last digit.
        if variance <= f64::MIN_POSITIVE || returns.iter().all(|value| *value == first) {
            return Err(Why::Still);
        }
        Ok(Self {
            n,
            sharpe: finite(mean / (variance * count / (count - 1.0)).sqrt())?,
            skew: finite(power(3) / variance.powf(1.5))?,
            kurtosis: finite(power(4) / (variance * variance))?,
        })
    }
}

/// The chance, 0 to 1, that the true Sharpe ratio is above a benchmark, given so many returns of such a shape.
///
/// Φ((SR − SR*)·√(n − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²))
///
/// # Errors
/// Where the moments leave no variance.
pub fn probabilistic(of: &Moments, benchmark: f64) -> Figure {
    let Moments { n, sharpe, skew, kurtosis } = *of;
    let variance = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe * sharpe;
    if variance.is_nan() || variance <= 0.0 {
        return Err(Why::OutOfRange);
    }
    finite(cdf((sharpe - benchmark) * (n as f64 - 1.0).sqrt() / variance.sqrt()))
}

/// The Sharpe ratio that the best of so many trials without any skill is expected to have, their ratios having this variance.
///
/// √V·((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e)))
pub fn expected_best(trials: usize, variance: f64) -> f64 {
    let n = trials as f64;
    let (Some(first), Some(second)) = (quantile(1.0 - 1.0 / n), quantile(1.0 - 1.0 / (n * std::f64::consts::E))) else {
        return 0.0;
    };
    variance.max(0.0).sqrt() * ((1.0 - EULER) * first + EULER * second)
}

/// The deflated Sharpe ratio: the chance, 0 to 1, that the true ratio is above what the best of all trials would show by luck alone.
/// `ratios` are those of all trials, this one included.
///
/// # Errors
/// As [`probabilistic`].
pub fn deflated(of: &Moments, ratios: &[f64]) -> Figure {
    let n = ratios.len() as f64;
    let variance = if ratios.len() < 2 {
        0.0
    } else {
        let mean = ratios.iter().sum::<f64>() / n;
        ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (n - 1.0)
    };
    probabilistic(of, expected_best(ratios.len(), variance))
}
