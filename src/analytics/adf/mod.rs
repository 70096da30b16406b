//! The augmented Dickey–Fuller test for a unit root: whether a series is drawn back to a mean.
//!
//! Sources: D. A. Dickey and W. A. Fuller, *Likelihood ratio statistics for autoregressive time series with a unit root*,
//! Econometrica 49 (1981); the most lags ⌈12·(n/100)^¼⌉ by G. W. Schwert, *Tests for unit roots: a Monte Carlo investigation*,
//! Journal of Business & Economic Statistics 7 (1989). Search and final regression are those of statsmodels' `adfuller(x,
//! autolag="AIC")`: every number of lags on the sample of the most lags, the least AIC and of equals the fewest lags, then a
//! regression with these on the longer sample they leave.
//!
//! The regressions are nested, so one factorisation has the residual sums of all. Two ways lead to it: `gram`, whose sums of
//! products follow from one another along the lags, and `orthogonal`, slower by more than ten times, for the series
//! whose lags are too much alike for the first.

mod factor;
mod gram;
mod orthogonal;
#[cfg(test)]
mod tests;

use super::mackinnon::{self, Series};
use super::sample;
use super::undefined::Undefined;
use factor::Factor;

/// A test for a unit root.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adf {
    /// t of the level: the lower, the less a unit root is believable.
    pub stat: f64,
    /// MacKinnon's p-value, 0 to 1.
    pub p: f64,
    /// Lagged changes in the regression.
    pub lags: usize,
    /// Observations of the regression.
    pub n: usize,
    /// Critical values of the statistic at 1, 5 and 10 %.
    pub crit: [f64; 3],
}

/// What a regression has beside the level and the lagged changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Nothing: the series has mean zero already, as residuals have.
    None,
    /// A constant.
    Constant,
}

impl Trend {
    fn columns(self) -> usize {
        match self {
            Self::None => 0,
            Self::Constant => 1,
        }
    }
}

/// The statistic alone, before it is held against a distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistic {
    /// t of the level.
    pub stat: f64,
    /// Lagged changes in the regression.
    pub lags: usize,
    /// Observations of the regression.
    pub n: usize,
}

/// The series as the regressions see it: levels, and the change that follows each but the last.
struct Sample<'a> {
    level: &'a [f64],
    change: &'a [f64],
    trend: Trend,
}

/// Which columns a regression has, in which order. The change explained is always the last.
#[derive(Clone, Copy)]
enum Order {
    /// Constant, level, then the lags from the first on: each column more is the regression with one lag more.
    LagsLast,
    /// Constant, lags, then the level, whose t is then read off.
    LevelLast,
}

/// Tests series one after another in the same memory.
#[derive(Debug, Default, Clone)]
pub struct Solver {
    level: Vec<f64>,
    change: Vec<f64>,
    gram: gram::Gram,
    orthogonal: orthogonal::Orthogonal,
    factor: Factor,
}

/// [`Solver::adf`] of one series.
///
/// # Errors
/// As [`Solver::adf`].
pub fn adf(series: &[f64]) -> Result<Adf, Undefined> {
    Solver::default().adf(series)
}

impl Solver {
    /// The test with a constant, lags chosen by AIC, as `statsmodels.tsa.stattools.adfuller(x, autolag="AIC")`.
    ///
    /// # Errors
    /// Fewer than 5 values, values that are not finite, a constant series, and one whose values follow exactly from those before.
    pub fn adf(&mut self, series: &[f64]) -> Result<Adf, Undefined> {
        let Statistic { stat, lags, n } = self.statistic(series, Trend::Constant)?;
        let crit = mackinnon::critical_values(n, Series::One);
        Ok(Adf { stat, p: mackinnon::p_value(stat, Series::One), lags, n, crit })
    }

    /// The statistic of a series, lags chosen by AIC.
    ///
    /// # Errors
    /// As [`Self::adf`]; without a constant 3 values are enough, if their number is odd or above 20.
    pub fn statistic(&mut self, series: &[f64], trend: Trend) -> Result<Statistic, Undefined> {
        self.search(series, trend, false)
    }

    fn search(&mut self, series: &[f64], trend: Trend, always_orthogonal: bool) -> Result<Statistic, Undefined> {
        sample::varying(series, 3 + 2 * trend.columns(), Undefined::Constant)?;
        let length = series.len();
        let schwert = (12.0 * (length as f64 / 100.0).powf(0.25)).ceil() as usize;
        let most = schwert.min(length / 2 - trend.columns() - 1);
        let rows = length - 1 - most;
        if rows <= trend.columns() + 1 + most {
            // An even few values without a constant: as many unknowns as observations.
            return Err(Undefined::TooShort { have: length, need: length + 1 });
        }

        // With a constant the statistic is the same wherever zero is, and the digits are where the values are.
        let origin = match trend {
            Trend::None => 0.0,
            Trend::Constant => series[0],
        };
        let rest = match trend {
            Trend::None => 0.0,
            Trend::Constant => sample::centre(series).1,
        };
        self.level.clear();
        self.level.extend(series.iter().map(|value| (value - origin) - rest));
        self.change.clear();
        self.change.extend(series.windows(2).map(|pair| pair[1] - pair[0]));
        let sample = Sample { level: &self.level, change: &self.change, trend };
        let factor = &mut self.factor;

        let fast = !always_orthogonal;
        if !(fast && self.gram.search(&sample, most, factor)) {
            self.orthogonal.factorise(&sample, most, most, Order::LagsLast, factor);
        }
        let lags = factor.least_aic(rows, trend.columns() + 1).ok_or(Undefined::Deterministic)?;
        if !(fast && self.gram.finish(&sample, lags, factor)) {
            self.orthogonal.factorise(&sample, lags, lags, Order::LevelLast, factor);
        }
        let n = length - 1 - lags;
        let stat = sample::finite(factor.last_t(n).ok_or(Undefined::Deterministic)?)?;
        Ok(Statistic { stat, lags, n })
    }
}
