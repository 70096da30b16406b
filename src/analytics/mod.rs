//! Statistics of samples: whether one series says anything about another. Nothing here knows of markets beyond a mid price.
//!
//! Series lie on an even grid of time; a sample that is missing is `None`, and what is not finite counts as missing.
//! Every result is finite or says why there is none: [`Missing`] of samples with gaps, [`Undefined`] of the statistics of pairs,
//! which are functions of slices without.

pub mod adf;
pub mod cointegration;
pub mod correlation;
pub mod deciles;
pub mod forward;
pub mod hac;
pub mod hits;
pub mod huber;
pub mod kalman;
pub mod lab;
pub mod mackinnon;
pub mod pairs;
pub mod performance;
#[cfg(test)]
mod properties;
pub mod ranks;
pub mod regression;
pub mod reversion;
mod sample;
pub mod student;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod undefined;

pub use undefined::Undefined;

use std::fmt;

/// Why there is no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Fewer pairs of samples than a figure needs: what there is, and what is needed.
    TooFew(usize, usize),
    /// The first series has one value only.
    ConstantSignal,
    /// The second series has one value only.
    ConstantReturns,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew(0, _) => f.write_str("no samples"),
            Self::TooFew(have, need) => write!(f, "too little data: {have} of {need} samples needed"),
            Self::ConstantSignal => f.write_str("the indicator did not change"),
            Self::ConstantReturns => f.write_str("the price did not change"),
        }
    }
}

/// The finite value of a sample.
pub(crate) fn known(sample: Option<f64>) -> Option<f64> {
    sample.filter(|value| value.is_finite())
}
