//! All that is said of a pair at its last common bar.

use super::{Course, Method, Signal};
use crate::analytics::Undefined;
use crate::analytics::adf::{Adf, adf};
use crate::analytics::cointegration::{Coint, coint};
use crate::analytics::correlation::{correlation, log_returns};
use crate::analytics::huber::huber;
use crate::analytics::regression::{Line, ols};
use crate::analytics::reversion::half_life;
use crate::analytics::summary::z_score;
use crate::domain::Nanos;

/// A pair at its last common bar, from the definitions and not from rolling sums. Each figure, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Analysis {
    /// When the last common bar starts; `None` without any.
    pub at: Option<Nanos>,
    /// y's close there.
    pub y: Option<f64>,
    /// x's close there.
    pub x: Option<f64>,
    /// Common bars held.
    pub common: usize,
    /// The line; its `n` is the bars it is of: the window, and with Kalman all the filter has seen.
    pub line: Result<Line, Undefined>,
    /// y − β·x.
    pub spread: Result<f64, Undefined>,
    /// How many standard deviations the spread is from its mean.
    pub z: Result<f64, Undefined>,
    /// Bars until half of a deviation of the spread over the window is gone.
    pub half_life: Result<f64, Undefined>,
    /// The unit-root test of the spread over the window, made with the current β. β being estimated from the same bars, its p is too
    /// small; that of `coint` accounts for it.
    pub adf: Result<Adf, Undefined>,
    /// Engle and Granger's test of the closes of the window.
    pub coint: Result<Coint, Undefined>,
    /// Correlation over the last bars of the z-score.
    pub corr: Result<f64, Undefined>,
    /// What the rule holds after the last bar, of the bars whose line is worked out.
    pub signal: Signal,
}

impl Course {
    /// Everything that is said of the last bar. It costs two unit-root tests over the window.
    pub fn latest(&self) -> Analysis {
        let quick = self.figures();
        let (y, x) = self.window();
        let full = window_is_full(y.len(), self.setup().window);
        let spread = self.spread(&quick);
        Analysis {
            half_life: spread.clone().and_then(|spread| half_life(&spread)),
            adf: spread.and_then(|spread| adf(&spread)),
            coint: full.and_then(|()| coint(y, x)),
            ..quick
        }
    }

    /// As [`latest`](Self::latest) without the tests and the half-life, which are `TooShort` of nothing: what a bar close shows at once.
    pub fn figures(&self) -> Analysis {
        let setup = self.setup();
        let last = self.last();
        let line = self.line();
        let spread = line.and_then(|line| {
            let point = last.ok_or(Undefined::TooShort { have: 0, need: setup.window })?;
            Some(line.spread(point.y, point.x)).filter(|spread| spread.is_finite()).ok_or(Undefined::OutOfRange)
        });
        let none = Undefined::TooShort { have: 0, need: 0 };
        Analysis {
            at: last.map(|point| point.at),
            y: last.map(|point| point.y),
            x: last.map(|point| point.x),
            common: self.len(),
            line,
            spread,
            z: self.z(line),
            half_life: Err(none),
            adf: Err(none),
            coint: Err(none),
            corr: self.corr(),
            signal: self.signal(),
        }
    }

    fn line(&self) -> Result<Line, Undefined> {
        let (y, x) = self.window();
        match self.setup().method {
            Method::Kalman => {
                let point = self.last().ok_or(Undefined::TooShort { have: 0, need: 1 })?;
                match (point.beta, point.alpha) {
                    (Some(beta), Some(alpha)) => Ok(Line { beta, alpha, r2: None, n: self.seen() }),
                    _ => Err(Undefined::OutOfRange),
                }
            }
            method => {
                window_is_full(y.len(), self.setup().window)?;
                if method == Method::Ols { ols(y, x) } else { huber(y, x) }
            }
        }
    }

    fn spread(&self, analysis: &Analysis) -> Result<Vec<f64>, Undefined> {
        let (y, x) = self.window();
        let line = analysis.line?;
        window_is_full(y.len(), self.setup().window)?;
        Ok(y.iter().zip(x).map(|(y, x)| line.spread(*y, *x)).collect())
    }

    fn z(&self, line: Result<Line, Undefined>) -> Result<f64, Undefined> {
        let line = line?;
        if self.setup().method == Method::Kalman {
            return self.last().and_then(|point| point.z).ok_or(Undefined::OutOfRange);
        }
        let (y, x) = self.newest(self.setup().z)?;
        let spread: Vec<f64> = y.iter().zip(x).map(|(y, x)| line.spread(*y, *x)).collect();
        let z = z_score(&spread)?;
        // What differs by less than prices are rounded by does not differ.
        match self.last() {
            Some(point) if super::tracker::is_rounding(&spread, point.y, line.beta, point.x) => Err(Undefined::Collinear),
            _ => Ok(z),
        }
    }

    fn corr(&self) -> Result<f64, Undefined> {
        let setup = self.setup();
        let (y, x) = self.newest(setup.z + usize::from(setup.returns))?;
        // The first named is the one that is called x when it does not change.
        if setup.returns { correlation(&log_returns(x), &log_returns(y)) } else { correlation(x, y) }
    }

    /// The newest closes of y and x.
    fn newest(&self, need: usize) -> Result<(&[f64], &[f64]), Undefined> {
        let (y, x) = self.kept();
        let have = y.len();
        let from = have.checked_sub(need).ok_or(Undefined::TooShort { have, need })?;
        Ok((&y[from..], &x[from..]))
    }
}

fn window_is_full(have: usize, need: usize) -> Result<(), Undefined> {
    if have < need { Err(Undefined::TooShort { have, need }) } else { Ok(()) }
}
