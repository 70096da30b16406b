//! A straight line that single far-off bars hardly move: Huber's M-estimator.
//!
//! Source: P. J. Huber, *Robust Statistics* (1981); the iteration is that of statsmodels' `RLM(y, [x 1], M=HuberT()).fit()`: least
//! squares first, then weights from residuals in units of their scale (the median absolute residual / 0.6745), a weighted fit and
//! a new scale, until the sum of Huber's function changes by no more than `TOLERANCE`, or `MOST` times.

use super::regression::{self, Line};
use super::sample::{self, finite, sum_pairs};
use super::undefined::Undefined;

/// Residuals of more than so many scales count as if they were at it.
const TURN: f64 = 1.345;
/// The upper quartile of the normal distribution: the median absolute deviation of a normal sample is so many of its sd.
const QUARTILE: f64 = 0.674_489_750_196_081_7;
const MOST: usize = 50;
const TOLERANCE: f64 = 1e-8;

/// [`Huber::fit`] of one pair of series.
///
/// # Errors
/// As [`Huber::fit`].
pub fn huber(y: &[f64], x: &[f64]) -> Result<Line, Undefined> {
    Huber::default().fit(y, x)
}

/// Fits lines one after another in the same memory.
#[derive(Debug, Default, Clone)]
pub struct Huber {
    /// Deviations from the means, which is where the digits are.
    x: Vec<f64>,
    y: Vec<f64>,
    residuals: Vec<f64>,
    sizes: Vec<f64>,
}

impl Huber {
    /// Huber's line of y on x; its `r2` is `None`. Where more than half of the bars lie on the line exactly, it is that line.
    ///
    /// # Errors
    /// As [`regression::ols`], whose line it begins with.
    pub fn fit(&mut self, y: &[f64], x: &[f64]) -> Result<Line, Undefined> {
        let start = regression::fit(y, x)?;
        let (centre_x, centre_y) = (sample::centre(x), sample::centre(y));
        self.x.clear();
        self.x.extend(x.iter().map(|x| (x - centre_x.0) - centre_x.1));
        self.y.clear();
        self.y.extend(y.iter().map(|y| (y - centre_y.0) - centre_y.1));

        let (mut beta, mut alpha) = (start.line.beta, 0.0);
        let mut scale = self.look(beta, alpha);
        let mut deviance = self.deviance(scale);
        let mut iteration = 1;
        // A scale of 0 is a line through more than half of the bars: nothing to weigh by.
        while scale > 0.0 {
            let Some((slope, intercept)) = self.weighted(scale) else { break };
            (beta, alpha) = (slope, intercept);
            scale = self.look(beta, alpha);
            let before = deviance;
            deviance = self.deviance(scale);
            iteration += 1;
            let moving = (deviance - before).abs() > TOLERANCE;
            if !moving || iteration >= MOST {
                break;
            }
        }
        let alpha = (centre_y.0 - beta * centre_x.0) + (centre_y.1 - beta * centre_x.1) + alpha;
        Ok(Line { beta: finite(beta)?, alpha: finite(alpha)?, r2: None, n: y.len() })
    }

    /// Takes the residuals of a line; their scale.
    fn look(&mut self, beta: f64, alpha: f64) -> f64 {
        self.residuals.clear();
        self.residuals.extend(self.y.iter().zip(&self.x).map(|(y, x)| (y - beta * x) - alpha));
        self.sizes.clear();
        self.sizes.extend(self.residuals.iter().map(|residual| residual.abs()));
        median(&mut self.sizes) / QUARTILE
    }

    /// Σ of Huber's function of the residuals in units of the scale.
    fn deviance(&self, scale: f64) -> f64 {
        sample::sum(&self.residuals, |residual| {
            let size = (residual / scale).abs();
            if size <= TURN { 0.5 * size * size } else { size * TURN - 0.5 * TURN * TURN }
        })
    }

    /// Slope and intercept of the fit weighted by the residuals; `None` where the weighted x do not vary.
    fn weighted(&mut self, scale: f64) -> Option<(f64, f64)> {
        let weights = &mut self.sizes;
        weights.clear();
        weights.extend(self.residuals.iter().map(|residual| {
            let size = (residual / scale).abs();
            if size <= TURN { 1.0 } else { TURN / size }
        }));
        let total = sample::sum(weights, |weight| weight);
        let mean_x = sum_pairs(weights, &self.x, |weight, x| weight * x) / total;
        let mean_y = sum_pairs(weights, &self.y, |weight, y| weight * y) / total;
        let (mut xx, mut xy) = (0.0, 0.0);
        for ((weight, x), y) in weights.iter().zip(&self.x).zip(&self.y) {
            let dx = x - mean_x;
            xx += weight * dx * dx;
            xy += weight * dx * (y - mean_y);
        }
        let slope = xy / xx;
        slope.is_finite().then_some((slope, mean_y - slope * mean_x))
    }
}

/// The median of a sample that is not empty and holds no NaN, the mean of the two in the middle where their number is even. The
/// sample is left in another order.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if even { f64::midpoint(below.iter().copied().fold(0.0, f64::max), *upper) } else { *upper }
}
