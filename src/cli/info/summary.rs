//! What is in a recording, as `info` prints it. The names of the fields are the keys of `--json` and stay.

use crate::domain::{Nanos, Price};
use crate::recording::{BadLine, Damage, Truncated};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Gaps and marks kept of a file; all are counted.
pub const KEPT: usize = 1_000;

/// A moment, written as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Nanos);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.rfc3339())
    }
}

/// A decimal, written as the exact JSON number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exact(pub Price);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

/// One file.
#[derive(Debug, Clone, Serialize, Default)]
pub struct Summary {
    /// The file that was named.
    pub file: String,
    /// The formats it was converted from; empty for a recording.
    pub converted_from: Vec<String>,
    /// Its size, bytes.
    pub bytes: u64,
    /// The size of its text, bytes.
    pub inflated: u64,
    /// Gzip members.
    pub members: u64,
    /// Lines.
    pub lines: u64,
    /// Lines that drive the engine.
    pub inputs: u64,
    /// Lines that say what an engine said.
    pub derived: u64,
    /// Where the data comes from; empty when it does not say.
    pub venue: String,
    /// The program that wrote it; empty when it does not say.
    pub app: String,
    /// The first input's time.
    pub from: Option<Moment>,
    /// The last input's time.
    pub to: Option<Moment>,
    /// From first to last.
    pub seconds: f64,
    /// Inputs per second of that span.
    pub events_per_second: f64,
    /// Lines by topic, all symbols together.
    pub topics: BTreeMap<String, u64>,
    /// Each symbol, by name.
    pub symbols: BTreeMap<String, SymbolSummary>,
    /// Stretches without data.
    pub gap_count: u64,
    /// The first of them.
    pub gaps: Vec<Gap>,
    /// Marks the user put.
    pub marks: Vec<Mark>,
    /// Book changes that did not continue the book before.
    pub book_breaks: u64,
    /// Lines that could not be used.
    pub bad: u64,
    /// The first of them.
    pub bad_lines: Vec<BadLine>,
    /// Inputs out of time order.
    pub backwards: u64,
    /// Lines of topics that are not known.
    pub unknown_topics: BTreeMap<String, u64>,
    /// Keys that are not known.
    pub unknown_keys: u64,
    /// Places that could not be read.
    pub damage: Vec<Damage>,
    /// The file's end in the middle.
    pub truncated: Option<Truncated>,
    /// What `--check` found.
    pub check: Option<Check>,
}

/// One symbol in a file.
#[derive(Debug, Clone, Serialize, Default)]
pub struct SymbolSummary {
    /// Smallest step of a price; 0 when not known.
    pub tick: Option<Exact>,
    /// Smallest step of a quantity; 0 when not known.
    pub lot: Option<Exact>,
    /// Lines by topic.
    pub topics: BTreeMap<String, u64>,
    /// Lowest price of a trade or bar.
    pub low: Option<Exact>,
    /// Highest price of a trade or bar.
    pub high: Option<Exact>,
    /// First price.
    pub first: Option<Exact>,
    /// Last price.
    pub last: Option<Exact>,
}

/// A stretch without data.
#[derive(Debug, Clone, Serialize)]
pub struct Gap {
    /// Its beginning.
    pub from: Moment,
    /// Its end; `None` when the file ends in it.
    pub to: Option<Moment>,
    /// The symbol; `None` for all.
    pub symbol: Option<String>,
    /// Why, in words.
    pub why: String,
}

/// A mark the user put.
#[derive(Debug, Clone, Serialize)]
pub struct Mark {
    /// When.
    pub at: Moment,
    /// Its label.
    pub label: String,
}

/// Derived lines against what the engine makes of the inputs.
#[derive(Debug, Clone, Serialize, Default)]
pub struct Check {
    /// Derived bars compared.
    pub compared: u64,
    /// Derived lines of kinds or lengths that this engine does not compute.
    pub passed_over: u64,
    /// Those that differ.
    pub differing: u64,
    /// The first of them.
    pub first: Option<Difference>,
    /// The engine's state after the last input, as a number that is the same for the same inputs.
    pub digest: String,
}

/// A derived line that differs.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    /// Its line.
    pub line: u64,
    /// What it says.
    pub recorded: String,
    /// What the engine computes.
    pub computed: String,
}
