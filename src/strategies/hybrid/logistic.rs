//! Logistic regression that learns one sample at a time.
//!
//! The weights have a Gaussian prior, whose precision is the L2 penalty; every sample is one step of the recursive Newton method on the
//! penalised likelihood (the extended Kalman filter of the logistic model: C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006,
//! 4.4–4.5; with no rate to be tuned). Figures are standardised by their mean and deviation so far, and cut off at ±5.

use super::features::{COUNT, Vector};

/// The weights: one a figure, and the constant.
const SIZE: usize = COUNT + 1;
/// Standard deviations at which a figure is cut off: one wild bar is not to turn the weights over.
const CUT: f64 = 5.0;

/// The model.
#[derive(Debug, Clone)]
pub struct Logistic {
    /// Figures seen, their mean and sum of squared distances from it (Welford).
    seen: f64,
    mean: Vector,
    squares: Vector,
    weights: [f64; SIZE],
    /// The weights' covariance, by rows.
    covariance: Box<[[f64; SIZE]; SIZE]>,
    learnt: u64,
}

impl Logistic {
    /// A model that has learnt nothing: everything is as likely as not.
    pub fn new(l2: f64) -> Self {
        let mut covariance = Box::new([[0.0; SIZE]; SIZE]);
        for (at, row) in covariance.iter_mut().enumerate() {
            row[at] = 1.0 / l2;
        }
        Self { seen: 0.0, mean: [0.0; COUNT], squares: [0.0; COUNT], weights: [0.0; SIZE], covariance, learnt: 0 }
    }

    /// Samples it has learnt from.
    pub const fn learnt(&self) -> u64 {
        self.learnt
    }

    /// Takes in figures to standardise by: no label is needed for that.
    pub fn see(&mut self, figures: &Vector) {
        self.seen += 1.0;
        for ((mean, squares), figure) in self.mean.iter_mut().zip(&mut self.squares).zip(figures) {
            let distance = figure - *mean;
            *mean += distance / self.seen;
            *squares += distance * (figure - *mean);
        }
    }

    fn standard(&self, figures: &Vector) -> [f64; SIZE] {
        let mut standard = [1.0; SIZE];
        for (at, place) in standard.iter_mut().take(COUNT).enumerate() {
            let deviation = (self.squares[at] / (self.seen - 1.0).max(1.0)).sqrt();
            let value = (figures[at] - self.mean[at]) / deviation;
            *place = if value.is_finite() { value.clamp(-CUT, CUT) } else { 0.0 };
        }
        standard
    }

    fn of(&self, standard: &[f64; SIZE]) -> f64 {
        let sum: f64 = self.weights.iter().zip(standard).map(|(weight, figure)| weight * figure).sum();
        1.0 / (1.0 + (-sum).exp())
    }

    /// The probability that the label is 1.
    pub fn probability(&self, figures: &Vector) -> f64 {
        self.of(&self.standard(figures))
    }

    /// Learns from figures whose label is known.
    pub fn learn(&mut self, figures: &Vector, label: bool) {
        let x = self.standard(figures);
        let probability = self.of(&x);
        let mut along = [0.0; SIZE];
        for (place, row) in along.iter_mut().zip(self.covariance.iter()) {
            *place = row.iter().zip(&x).map(|(covariance, figure)| covariance * figure).sum();
        }
        let spread: f64 = along.iter().zip(&x).map(|(along, figure)| along * figure).sum();
        let curve = probability * (1.0 - probability);
        let shrink = curve / (1.0 + curve * spread);
        for (row, one) in self.covariance.iter_mut().zip(along) {
            for (covariance, other) in row.iter_mut().zip(along) {
                *covariance -= shrink * one * other;
            }
        }
        // The covariance after the sample times x is what was before it, made smaller.
        let step = (f64::from(u8::from(label)) - probability) / (1.0 + curve * spread);
        for (weight, along) in self.weights.iter_mut().zip(along) {
            *weight += step * along;
        }
        self.learnt += 1;
    }
}
