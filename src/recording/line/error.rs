//! Why a line cannot be used.

use crate::domain::{NumberError, SymbolError};

/// Why a line is no record. Shown to people beside the line's number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Longer than [`crate::recording::MAX_LINE`].
    #[error("longer than 1 MiB")]
    TooLong,
    /// Bytes that are no text.
    #[error("not UTF-8 text")]
    NotText,
    /// No JSON object.
    #[error("not a JSON object: {0}")]
    Json(String),
    /// The same key twice: it is not known which one is meant.
    #[error("key `{0}` occurs twice")]
    Duplicate(&'static str),
    /// A key that its topic needs.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// Neither a number nor a text with a number in it, or one that cannot be held exactly.
    #[error("`{key}`: {error}")]
    Number {
        /// The key.
        key: &'static str,
        /// What is wrong.
        error: NumberError,
    },
    /// A time that is no number of seconds, does not fit or is finer than a nanosecond.
    #[error("`{0}` is not a time: expected seconds since 1970, before the year 2262, with up to 9 decimals")]
    Time(&'static str),
    /// A quantity below zero.
    #[error("`{0}` is negative")]
    Negative(&'static str),
    /// A value that is none of those the key can have.
    #[error("`{key}` is `{found}`: expected {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What stands there, shortened.
        found: String,
        /// What can stand there.
        expected: &'static str,
    },
    /// A symbol that is empty, too long or could disturb a terminal.
    #[error("`sym`: {0}")]
    Symbol(#[from] SymbolError),
    /// A `meta` of a later version.
    #[error("format {0}: this program reads rtai.rec version 1")]
    Version(String),
}

impl LineError {
    /// A value that cannot be, shortened so that a report stays small and free of control characters.
    pub(super) fn value(key: &'static str, found: &str, expected: &'static str) -> Self {
        let found = found.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        Self::Value { key, found, expected }
    }

    pub(super) fn json(error: &serde_json::Error) -> Self {
        Self::Json(format!("{:?} at column {}", error.classify(), error.column()).to_lowercase())
    }
}
