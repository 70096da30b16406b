//! What is carried from bar to bar of a pair, and what one bar adds to it.

use super::moments::Moments;
use super::signal::{Mark, Rule};
use super::{Method, PairSetup};
use crate::analytics::correlation::log_return;
use crate::analytics::huber::huber;
use crate::analytics::kalman::Kalman;

/// Figures of a bar; not a number where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub beta: f64,
    pub alpha: f64,
    pub r2: f64,
    pub spread: f64,
    pub z: f64,
    pub corr: f64,
    pub mark: Option<Mark>,
}

impl Row {
    pub const NONE: Self =
        Self { beta: f64::NAN, alpha: f64::NAN, r2: f64::NAN, spread: f64::NAN, z: f64::NAN, corr: f64::NAN, mark: None };

    /// Takes the line and the spread and z-score it makes, where all that is finite.
    pub fn set_line(&mut self, (beta, alpha, r2): (f64, f64, f64), closes: &Closes<'_>, bars: usize) {
        let Some((y, x)) = closes.back(0) else { return };
        (self.beta, self.alpha, self.r2, self.spread) = (beta, alpha, r2, y - beta * x);
        self.z = closes.z_score(beta, bars).unwrap_or(f64::NAN);
    }
}

/// Closes of both legs up to a bar, and maybe one that is not among them yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closes<'a> {
    pub y: &'a [f64],
    pub x: &'a [f64],
    pub then: Option<(f64, f64)>,
}

impl Closes<'_> {
    pub fn len(&self) -> usize {
        self.y.len().min(self.x.len()) + usize::from(self.then.is_some())
    }

    /// The pair so many bars before the newest.
    #[inline]
    pub fn back(&self, bars: usize) -> Option<(f64, f64)> {
        let bars = match self.then {
            Some(pair) if bars == 0 => return Some(pair),
            Some(_) => bars - 1,
            None => bars,
        };
        let at = |values: &[f64]| values.len().checked_sub(bars + 1).and_then(|at| values.get(at)).copied();
        Some((at(self.y)?, at(self.x)?))
    }

    /// The log returns into the bar so many before the newest.
    #[inline]
    fn returns_back(&self, bars: usize) -> Option<(f64, f64)> {
        let ((y, x), (before_y, before_x)) = (self.back(bars)?, self.back(bars + 1)?);
        Some((log_return(before_y, y), log_return(before_x, x)))
    }

    /// The newest pairs, oldest first.
    fn newest(&self, bars: usize) -> impl Iterator<Item = (f64, f64)> + Clone + '_ {
        (0..bars.min(self.len())).rev().filter_map(|bars| self.back(bars))
    }

    /// The z-score of the newest y − β·x among the last so many, from the values. What differs by less than the prices' own rounding
    /// has none.
    pub fn z_score(&self, beta: f64, bars: usize) -> Option<f64> {
        if self.len() < bars || bars < 2 {
            return None;
        }
        let (near_y, near_x) = self.back(0)?;
        let deviation = |(y, x): (f64, f64)| (y - near_y) - beta * (x - near_x);
        let mean = self.newest(bars).map(deviation).sum::<f64>() / bars as f64;
        let squares = self.newest(bars).map(|pair| (deviation(pair) - mean).powi(2)).sum::<f64>();
        z_score(-mean, squares, bars, rounding(near_y, beta, near_x))
    }

    /// The line by Huber over the last so many bars.
    fn huber(&self, bars: usize) -> Option<(f64, f64, f64)> {
        let line = match self.then {
            None => {
                let from = self.len().checked_sub(bars)?;
                huber(self.y.get(from..)?, self.x.get(from..)?)
            }
            Some(_) if self.len() < bars => return None,
            Some(_) => {
                let (y, x): (Vec<f64>, Vec<f64>) = self.newest(bars).unzip();
                huber(&y, &x)
            }
        };
        line.ok().map(|line| (line.beta, line.alpha, f64::NAN))
    }
}

/// What y − β·x may be off by because prices are rounded.
pub(super) fn rounding(y: f64, beta: f64, x: f64) -> f64 {
    4.0 * f64::EPSILON * (y.abs() + (beta * x).abs())
}

/// Whether values of y − β·x differ by no more than prices are rounded by.
pub(super) fn is_rounding(spread: &[f64], y: f64, beta: f64, x: f64) -> bool {
    let (near, n) = (spread.first().copied().unwrap_or(0.0), spread.len() as f64);
    let mean = spread.iter().map(|value| value - near).sum::<f64>() / n;
    let squares = spread.iter().map(|value| (value - near - mean).powi(2)).sum::<f64>();
    (squares / (n - 1.0)).sqrt() <= rounding(y, beta, x)
}

/// `above_mean` in units of the deviation that `squares` about the mean make; none where that is no more than rounding.
pub(super) fn z_score(above_mean: f64, squares: f64, bars: usize, rounding: f64) -> Option<f64> {
    let deviation = (squares / (bars - 1) as f64).sqrt();
    (deviation > rounding).then(|| above_mean / deviation).filter(|z| z.is_finite())
}

/// The rolling sums, the filter and the rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tracker {
    line: Moments,
    spread: Moments,
    corr: Moments,
    kalman: Kalman,
    /// Bars taken in.
    seen: usize,
    pub rule: Rule,
}

impl Tracker {
    pub fn new(setup: &PairSetup) -> Self {
        let none = Moments::default();
        Self { line: none, spread: none, corr: none, kalman: Kalman::default(), seen: 0, rule: Rule::new(setup) }
    }

    /// Bars taken in since the first.
    pub const fn seen(&self) -> usize {
        self.seen
    }

    /// Takes in the newest of `closes`. The line of a method that costs much is left out when it is `later`.
    pub fn step(&mut self, setup: &PairSetup, closes: &Closes<'_>, later: bool) -> Row {
        let mut row = Row::NONE;
        let Some((y, x)) = closes.back(0) else { return row };
        self.seen += 1;
        row.corr = self.correlate(setup, closes).unwrap_or(f64::NAN);
        match setup.method {
            Method::Ols => self.least_squares(setup, closes, &mut row),
            Method::Huber if later => return row,
            Method::Huber => robust(setup, closes, &mut row),
            Method::Kalman => {
                if let Some(step) = self.kalman.update(y, x) {
                    (row.beta, row.alpha, row.spread, row.z) = (step.beta, step.alpha, y - step.beta * x, step.z());
                }
            }
        }
        row.mark = self.mark(setup, &row, self.seen);
        row
    }

    /// What the rule does at a bar. A filter that has seen less than a window still looks for the line.
    pub fn mark(&mut self, setup: &PairSetup, row: &Row, seen: usize) -> Option<Mark> {
        if seen < setup.window { None } else { self.rule.step(Some(row.z)) }
    }

    fn least_squares(&mut self, setup: &PairSetup, closes: &Closes<'_>, row: &mut Row) {
        let Some((y, x)) = closes.back(0) else { return };
        slide(&mut self.line, setup.window, |bars| closes.back(bars));
        slide(&mut self.spread, setup.z, |bars| closes.back(bars));
        let Some(line) = (self.line.n() >= setup.window).then(|| self.line.line()).flatten() else { return };
        let beta = line.0;
        match self.spread.spread_squares(beta) {
            Some(squares) if self.spread.n() >= setup.z => {
                (row.beta, row.alpha, row.r2) = line;
                row.spread = y - beta * x;
                let above = self.spread.above_mean(beta, y, x);
                row.z = z_score(above, squares, setup.z, rounding(y, beta, x)).unwrap_or(f64::NAN);
            }
            _ => row.set_line(line, closes, setup.z),
        }
    }

    fn correlate(&mut self, setup: &PairSetup, closes: &Closes<'_>) -> Option<f64> {
        if setup.returns {
            closes.back(1)?;
            slide(&mut self.corr, setup.z, |bars| closes.returns_back(bars));
        } else {
            slide(&mut self.corr, setup.z, |bars| closes.back(bars));
        }
        (self.corr.n() >= setup.z).then(|| self.corr.correlation()).flatten()
    }
}

/// The row's line by Huber, from the closes alone.
pub(super) fn robust(setup: &PairSetup, closes: &Closes<'_>, row: &mut Row) {
    if let Some(line) = closes.huber(setup.window) {
        row.set_line(line, closes, setup.z);
    }
}

/// Moves a window on by one: `back` are the values by their distance from the newest.
#[inline]
fn slide(moments: &mut Moments, window: usize, back: impl Fn(usize) -> Option<(f64, f64)> + Copy) {
    let Some((y, x)) = back(0) else { return };
    let full = moments.n() >= window;
    moments.add(y, x);
    if full && let Some((y, x)) = back(window) {
        moments.remove(y, x);
    }
    if moments.stale() {
        *moments = Moments::of((0..moments.n()).rev().filter_map(back));
    }
}
