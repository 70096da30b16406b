//! One line of a recording to one typed record.
//!
//! Two decoders: `scan` reads the canonical line as [`crate::recording::encode_input`] writes it (also with one space after each `:` and
//! `,`, as other tools write it) and declines everything else; `reference` reads every line through `serde_json`. Where
//! both read a line they give the same record; a property test holds them to it.

mod context;
mod error;
mod object;
mod reference;
mod scan;
mod topics;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;

pub use context::LineContext;
pub use error::LineError;

use crate::domain::{Bar, BarSpec, Nanos, Payload, Symbol, Trade};
use std::borrow::Cow;

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum Record<'a> {
    /// What the engine is driven by.
    Input {
        /// Its `ts`, as written.
        at: Nanos,
        /// What came.
        payload: Payload,
    },
    /// A bar that does not say whether it is an input: the rest of the file decides, see [`crate::recording::Reader`].
    Bar {
        /// Its `ts`: when it closed.
        at: Nanos,
        /// The instrument.
        symbol: Symbol,
        /// What closed it. Only a bar of time can be an input.
        spec: BarSpec,
        /// The bar.
        bar: Bar,
    },
    /// What an engine said at the time; a replay computes it anew.
    Derived {
        /// Its `ts`.
        at: Nanos,
        /// Which kind.
        topic: DerivedTopic,
        /// The instrument.
        symbol: Symbol,
    },
    /// A topic that this version does not know.
    Unknown {
        /// Its `ts`.
        at: Nanos,
        /// Its name.
        topic: Cow<'a, str>,
    },
}

impl Record<'_> {
    /// The line's `ts`, as written.
    pub const fn at(&self) -> Nanos {
        match self {
            Self::Input { at, .. } | Self::Bar { at, .. } | Self::Derived { at, .. } | Self::Unknown { at, .. } => *at,
        }
    }
}

/// The kinds of lines that an engine's answers are recorded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DerivedTopic {
    /// A finished bar that was built from trades.
    Bar,
    /// An indicator's value.
    Indicator,
    /// A strategy's signal.
    Signal,
    /// An order's change.
    Order,
    /// A simulated execution.
    Fill,
    /// The account's value.
    Equity,
    /// An alert that fired.
    Alert,
}

impl DerivedTopic {
    /// Every kind.
    pub const ALL: [Self; 7] = [Self::Bar, Self::Indicator, Self::Signal, Self::Order, Self::Fill, Self::Equity, Self::Alert];

    /// As `topic` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::Indicator => "indi",
            Self::Signal => "signal",
            Self::Order => "order",
            Self::Fill => "fill",
            Self::Equity => "equity",
            Self::Alert => "alert",
        }
    }
}

/// A record and what was passed over in its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<'a> {
    /// What the line says.
    pub record: Record<'a>,
    /// Keys that this version does not know, in the line and its `data`.
    pub unknown_keys: u32,
}

/// Reads one line without its newline. A leading byte-order mark and white space around are passed over.
///
/// # Errors
/// [`LineError`] says what is wrong with the line; it never depends on other lines except through the context's symbols.
pub fn decode_line<'a>(line: &'a [u8], context: &LineContext) -> Result<Decoded<'a>, LineError> {
    match scan::scan(line, context) {
        Some(record) => Ok(Decoded { record, unknown_keys: 0 }),
        None => reference::decode(line, context),
    }
}

/// Reads a canonical trade line at the beginning of a text of whole lines without building a whole [`Record`], or declines;
/// [`decode_line`] reads it too. Gives the line's length with its line break as well.
#[inline]
pub(super) fn decode_trade<'c>(text: &[u8], context: &'c LineContext) -> Option<(Nanos, &'c Symbol, Trade, usize)> {
    scan::scan_trade(text, context)
}
