//! How fast a spread comes back to its mean.

use super::regression::ols;
use super::undefined::Undefined;

/// Bars until half of a deviation is gone: −ln 2 / λ, λ being the slope of the change Δs on the level before it, s₋₁, by least
/// squares with intercept. Source: E. P. Chan, *Algorithmic Trading* (2013), chapter 2 (the Ornstein–Uhlenbeck process).
///
/// # Errors
/// Fewer than 4 values, values that are not finite, a series that did not change, and one that does not revert (λ ≥ 0).
pub fn half_life(spread: &[f64]) -> Result<f64, Undefined> {
    const NEED: usize = 4;
    if spread.len() < NEED {
        return Err(Undefined::TooShort { have: spread.len(), need: NEED });
    }
    if let Some(at) = spread.iter().position(|value| !value.is_finite()) {
        return Err(Undefined::NotFinite { at });
    }
    let changes: Vec<f64> = spread.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let lambda = match ols(&changes, &spread[..spread.len() - 1]) {
        Ok(line) => line.beta,
        Err(Undefined::ConstantX) => return Err(Undefined::Constant),
        // The same step every time: a straight line, drawn back to nothing.
        Err(Undefined::ConstantY) => 0.0,
        // The changes of finite values can overflow, and then stand for values out of range.
        Err(Undefined::NotFinite { .. }) => return Err(Undefined::OutOfRange),
        Err(other) => return Err(other),
    };
    if lambda >= 0.0 {
        return Err(Undefined::NotReverting { lambda });
    }
    super::sample::finite(-std::f64::consts::LN_2 / lambda)
}
