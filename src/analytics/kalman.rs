//! A hedge ratio that may change from bar to bar: a Kalman filter whose state is the line y = α + β·x.
//!
//! Source: E. P. Chan, *Algorithmic Trading* (2013), chapter 3. The state is a random walk with covariance Vw = δ/(1 − δ)·I a bar,
//! y is observed with variance Ve; state and its covariance begin at 0, and Vw is added at every bar, the first included.

/// The filter: the line and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kalman {
    /// Variance each part of the state gains a bar: δ/(1 − δ).
    walk: f64,
    /// Variance of an observation.
    noise: f64,
    beta: f64,
    alpha: f64,
    /// Covariance of (β, α), by rows.
    covariance: [[f64; 2]; 2],
}

/// What one bar says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Slope after the bar: the hedge ratio.
    pub beta: f64,
    /// Intercept after the bar.
    pub alpha: f64,
    /// y less what the line before the bar foretold.
    pub error: f64,
    /// Standard deviation the error was expected to have, √Q; above 0.
    pub deviation: f64,
}

impl Step {
    /// The error in units of its expected deviation.
    pub fn z(&self) -> f64 {
        self.error / self.deviation
    }
}

impl Default for Kalman {
    /// δ = 10⁻⁴, Ve = 10⁻³.
    fn default() -> Self {
        Self::new(1e-4, 1e-3)
    }
}

impl Kalman {
    /// A filter that has seen nothing. `delta` is how fast the line may change, 0 (never) to less than 1; `ve` the variance of an
    /// observation, above 0, in y's unit squared. What is outside is taken to the nearest that is inside.
    pub fn new(delta: f64, ve: f64) -> Self {
        let delta = if delta.is_nan() { 0.0 } else { delta.clamp(0.0, 1.0 - f64::EPSILON) };
        let noise = if ve.is_nan() { f64::MIN_POSITIVE } else { ve.clamp(f64::MIN_POSITIVE, f64::MAX) };
        Self { walk: delta / (1.0 - delta), noise, beta: 0.0, alpha: 0.0, covariance: [[0.0; 2]; 2] }
    }

    /// Takes a bar in. `None`, and nothing changed, where y or x is not finite or the result would not be.
    pub fn update(&mut self, y: f64, x: f64) -> Option<Step> {
        if !(y.is_finite() && x.is_finite()) {
            return None;
        }
        let [[mut bb, ba], [ab, mut aa]] = self.covariance;
        bb += self.walk;
        aa += self.walk;
        let error = y - (x * self.beta + self.alpha);
        // R·[x 1]ᵀ and [x 1]·R.
        let (column_b, column_a) = (bb * x + ba, ab * x + aa);
        let (row_b, row_a) = (x * bb + ab, x * ba + aa);
        let variance = row_b * x + row_a + self.noise;
        let (gain_b, gain_a) = (column_b / variance, column_a / variance);
        let next = Self {
            beta: self.beta + gain_b * error,
            alpha: self.alpha + gain_a * error,
            covariance: [[bb - gain_b * row_b, ba - gain_b * row_a], [ab - gain_a * row_b, aa - gain_a * row_a]],
            ..*self
        };
        let step = Step { beta: next.beta, alpha: next.alpha, error, deviation: variance.sqrt() };
        let numbers = [step.beta, step.alpha, error, variance, step.z()];
        let sound = variance > 0.0 && numbers.iter().chain(next.covariance.as_flattened()).all(|value| value.is_finite());
        sound.then(|| {
            *self = next;
            step
        })
    }
}
