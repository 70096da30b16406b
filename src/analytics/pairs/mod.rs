//! Pairs of instruments: a hedge ratio between two, the spread it leaves, how far that is from its mean, and what to do about it.
//!
//! Everything is of closes of bars of time that both legs have. y is what is explained, x what explains it; the spread is y − β·x.

pub mod align;
pub mod analysis;
pub mod course;
pub mod matrix;
pub mod moments;
pub mod pairing;
pub mod ranking;
pub mod setup;
pub mod signal;
#[cfg(test)]
mod tests;
mod tracker;
pub mod verdict;

pub use align::{Counts, Joined, LeftOut, Leg, join};
pub use analysis::Analysis;
pub use course::{Course, Point};
pub use matrix::Matrix;
pub use pairing::{LegState, Pairing};
pub use ranking::{Figures, Ranked, Ranking, SortBy};
pub use setup::{Method, PairSetup, SetupError};
pub use signal::{Mark, Rule, Signal};
