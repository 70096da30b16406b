//! Why a figure of performance has no value.

use std::fmt;

/// Why there is no figure. Its text is short enough for a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// No bar closed.
    NoBars,
    /// Fewer daily returns than it takes: a day's return needs the day before it.
    Days {
        /// Days with a bar.
        have: usize,
        /// Days it takes.
        need: usize,
    },
    /// Fewer returns than it takes.
    Returns {
        /// Returns there are.
        have: usize,
        /// Returns it takes.
        need: usize,
    },
    /// Nothing was closed.
    NoTrades,
    /// Fewer trades than it takes.
    Trades {
        /// Trades there are.
        have: usize,
        /// Trades it takes.
        need: usize,
    },
    /// No trade lost anything.
    NoLosingTrade,
    /// Every trade made the same.
    SameTrades,
    /// No day lost anything.
    NoLosingDay,
    /// Equity never fell below its highest.
    NoDrawdown,
    /// Equity did not move.
    Still,
    /// Equity came to nothing.
    Ruined,
    /// No price of the main symbol is known.
    NoPrice,
    /// Nothing traded.
    NoFills,
    /// Too large or too small to calculate with.
    OutOfRange,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBars => f.pad("no bar closed"),
            Self::Days { have, need } => f.pad(&format!("{have} of {need} days")),
            Self::Returns { have, need } => f.pad(&format!("{have} of {need} returns")),
            Self::NoTrades => f.pad("no trade"),
            Self::Trades { have, need } => f.pad(&format!("{have} of {need} trades")),
            Self::NoLosingTrade => f.pad("no losing trade"),
            Self::SameTrades => f.pad("all trades alike"),
            Self::NoLosingDay => f.pad("no losing day"),
            Self::NoDrawdown => f.pad("no drawdown"),
            Self::Still => f.pad("equity did not move"),
            Self::Ruined => f.pad("all was lost"),
            Self::NoPrice => f.pad("no price"),
            Self::NoFills => f.pad("no fill"),
            Self::OutOfRange => f.pad("out of range"),
        }
    }
}

impl std::error::Error for Why {}

/// A figure, or why there is none. Never NaN or infinite.
pub type Figure = Result<f64, Why>;

/// A value where it is a number.
pub(super) fn finite(value: f64) -> Figure {
    if value.is_finite() { Ok(value) } else { Err(Why::OutOfRange) }
}
