//! A straight line through pairs of values by ordinary least squares.

use super::sample::{self, finite};
use super::undefined::Undefined;

/// The line y = α + β·x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Slope: units of y for one of x. Of two legs, the hedge ratio.
    pub beta: f64,
    /// y at x = 0.
    pub alpha: f64,
    /// Share of y's variance the line explains, 0 to 1; `None` where the line is not that of least squares.
    pub r2: Option<f64>,
    /// Pairs it was drawn through.
    pub n: usize,
}

impl Line {
    /// y − β·x: what is left when y is hedged with β of x (α stays in, as desks quote a spread).
    pub fn spread(&self, y: f64, x: f64) -> f64 {
        y - self.beta * x
    }
}

/// Least squares of y on x with intercept, as `statsmodels.OLS`. Deviations from the means are taken before anything is
/// squared, so that prices far from zero that hardly move keep their digits.
///
/// # Errors
/// Fewer than 3 pairs, lengths that differ, values that are not finite, and either series constant.
pub fn ols(y: &[f64], x: &[f64]) -> Result<Line, Undefined> {
    fit(y, x).map(|fit| fit.line)
}

/// A line and what its residuals are calculated from.
pub(super) struct Fit {
    pub line: Line,
    x: (f64, f64),
    y: (f64, f64),
}

impl Fit {
    /// y − α − β·x, from deviations: exact where α is large and the residual small.
    pub fn residual(&self, y: f64, x: f64) -> f64 {
        ((y - self.y.0) - self.y.1) - self.line.beta * ((x - self.x.0) - self.x.1)
    }
}

pub(super) fn fit(y: &[f64], x: &[f64]) -> Result<Fit, Undefined> {
    let sums = sample::moments(y, x, 3)?;
    let beta = finite(sums.xy / sums.xx)?;
    let alpha = finite((sums.y.0 - beta * sums.x.0) + (sums.y.1 - beta * sums.x.1))?;
    let mut fit = Fit { line: Line { beta, alpha, r2: None, n: y.len() }, x: sums.x, y: sums.y };
    let left = sample::sum_pairs(y, x, |y, x| fit.residual(y, x).powi(2));
    fit.line.r2 = Some(finite(1.0 - left / sums.yy)?.clamp(0.0, 1.0));
    Ok(fit)
}
