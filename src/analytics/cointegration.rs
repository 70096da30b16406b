//! Whether two series that wander stay together: the test of R. F. Engle and C. W. J. Granger, *Co-integration and error
//! correction: representation, estimation, and testing*, Econometrica 55 (1987).

use super::adf::{Solver, Statistic, Trend};
use super::mackinnon::{self, Series};
use super::regression;
use super::undefined::Undefined;

/// A test for cointegration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coint {
    /// t of the residuals' level: the lower, the less it is believable that they wander apart.
    pub stat: f64,
    /// MacKinnon's p-value for two series, 0 to 1.
    pub p: f64,
    /// Critical values of the statistic at 1, 5 and 10 %.
    pub crit: [f64; 3],
    /// Lagged changes in the regression.
    pub lags: usize,
    /// Observations of the regression.
    pub n: usize,
}

/// [`Pair::coint`] of one pair.
///
/// # Errors
/// As [`Pair::coint`].
pub fn coint(y: &[f64], x: &[f64]) -> Result<Coint, Undefined> {
    Pair::default().coint(y, x)
}

/// Tests pairs one after another in the same memory.
#[derive(Debug, Default, Clone)]
pub struct Pair {
    residuals: Vec<f64>,
    solver: Solver,
}

impl Pair {
    /// The residuals of y on x with a constant, tested without one, lags by AIC, as `statsmodels.tsa.stattools.coint(y, x)`. It is
    /// not the same as with y and x exchanged.
    ///
    /// # Errors
    /// Fewer than 3 bars (an even number up to 20 is one too few), lengths that differ, values that are not finite, either series
    /// constant, and y a line of x but for a millionth of its variance.
    pub fn coint(&mut self, y: &[f64], x: &[f64]) -> Result<Coint, Undefined> {
        let fit = regression::fit(y, x)?;
        if fit.line.r2.is_none_or(|r2| r2 >= 1.0 - 100.0 * f64::EPSILON.sqrt()) {
            return Err(Undefined::Collinear);
        }
        self.residuals.clear();
        self.residuals.extend(y.iter().zip(x).map(|(y, x)| fit.residual(*y, *x)));
        let Statistic { stat, lags, n } = self.solver.statistic(&self.residuals, Trend::None)?;
        // One less than there are bars, as egranger of Stata and statsmodels.
        let crit = mackinnon::critical_values(y.len() - 1, Series::Two);
        Ok(Coint { stat, p: mackinnon::p_value(stat, Series::Two), crit, lags, n })
    }
}
