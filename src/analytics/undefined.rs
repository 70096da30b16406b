//! Why a statistic has no value.

use std::fmt;

/// Why a statistic has no value: the input is too short, degenerate or not a number. Its text is one short sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Undefined {
    /// Fewer bars than the statistic needs.
    TooShort {
        /// Bars there are.
        have: usize,
        /// Bars it takes.
        need: usize,
    },
    /// A value is missing or infinite.
    NotFinite {
        /// Its place, from 0.
        at: usize,
    },
    /// Every x is the same: no slope.
    ConstantX,
    /// Every y is the same: nothing to explain.
    ConstantY,
    /// Every value is the same.
    Constant,
    /// y is a straight line of x: no residual to test.
    Collinear,
    /// Each value follows exactly from those before it: a test of a random part has none to look at.
    Deterministic,
    /// What is away from the mean is not drawn back to it.
    NotReverting {
        /// Slope of the change on the level before it, 0 or more.
        lambda: f64,
    },
    /// An iteration ended without an answer.
    NotConverged,
    /// Values so large, so small or so far apart that squares and quotients of them are no longer numbers.
    OutOfRange,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { have, need } => write!(f, "{have} of {need} bars"),
            Self::NotFinite { at } => write!(f, "not a number at {at}"),
            Self::ConstantX => f.write_str("x did not change"),
            Self::ConstantY => f.write_str("y did not change"),
            Self::Constant => f.write_str("it did not change"),
            Self::Collinear => f.write_str("the two are the same line: no residual to test"),
            Self::Deterministic => f.write_str("each value follows exactly from those before: nothing to test"),
            Self::NotReverting { lambda } => write!(f, "does not revert (slope {lambda:.2e})"),
            Self::NotConverged => f.write_str("no answer within the allowed steps"),
            Self::OutOfRange => f.write_str("too large or too small to calculate with"),
        }
    }
}

impl std::error::Error for Undefined {}
