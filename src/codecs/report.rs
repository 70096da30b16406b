//! What an import took in, and what it could not.

use super::DateOrder;
use std::fmt;
use std::path::PathBuf;

/// Problems kept with their reasons; all are counted.
const KEPT: usize = 20;

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// What became of one input file. Nothing of it is left out without being counted here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The file.
    pub file: PathBuf,
    /// The codec that read it.
    pub codec: &'static str,
    /// Lines read; blank lines and headers are not counted.
    pub lines: u64,
    /// Inputs made of them.
    pub inputs: u64,
    /// Lines that could not be read.
    pub bad: u64,
    /// The first of them with their reasons.
    pub problems: Vec<Problem>,
    /// Messages of kinds this program does not know.
    pub unknown: u64,
    /// Messages that gave no event of their own: acknowledgements, bars beside trades, book changes before a snapshot.
    pub silent: u64,
    /// Events that had been seen before.
    pub duplicates: u64,
    /// Trades that are no market trades (insurance fund, zero price or quantity).
    pub non_market: u64,
    /// Times an order book lost its place.
    pub resyncs: u64,
    /// Inputs whose time was earlier than the one before; taken at that one's time.
    pub backwards: u64,
    /// Numbers with more than eight decimal places, rounded.
    pub rounded: u64,
    /// Cells of a table without a value: the symbol has no bar there.
    pub missing: u64,
    /// How its dates were read, where day and month could change places.
    pub dates: Option<DateOrder>,
    /// What else was passed over, in words.
    pub notes: Vec<String>,
    /// Where the file ended too early, in words.
    pub damage: Option<String>,
}

impl Report {
    /// Counts a line that could not be read.
    pub fn bad_line(&mut self, line: u64, reason: impl Into<String>) {
        self.bad += 1;
        if self.problems.len() < KEPT {
            let reason: String = reason.into();
            let reason = reason.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            self.problems.push(Problem { line, reason });
        }
    }

    /// Whether more than one line in a hundred could not be read.
    pub fn is_bad(&self) -> bool {
        self.bad.saturating_mul(100) > self.lines
    }
}

impl fmt::Display for Report {
    /// One line for people, with only what is not zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {} lines, {} inputs", self.file.display(), self.codec, self.lines, self.inputs)?;
        for (count, what) in [
            (self.bad, "bad lines"),
            (self.unknown, "of unknown kind"),
            (self.silent, "without an event of their own"),
            (self.duplicates, "duplicates"),
            (self.non_market, "no market trades"),
            (self.resyncs, "book resyncs"),
            (self.backwards, "out of time order"),
            (self.rounded, "numbers rounded to 8 decimals"),
            (self.missing, "cells without a value"),
        ] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        if let Some(order) = self.dates {
            write!(f, ", dates read {}", order.words())?;
        }
        self.notes.iter().try_for_each(|note| write!(f, ", {note}"))?;
        if let Some(damage) = &self.damage {
            write!(f, ", {damage}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_kept_short_safe_and_few() {
        let mut report = Report { lines: 1_000, ..Report::default() };
        (1..=30).for_each(|line| report.bad_line(line, format!("\u{1b}[31m{}", "x".repeat(500))));
        assert_eq!((report.bad, report.problems.len()), (30, KEPT));
        assert!(report.problems[0].reason.starts_with("\u{fffd}[31m") && report.problems[0].reason.chars().count() == 200);
        assert!(report.is_bad());
    }

    #[test]
    fn only_what_happened_is_said() {
        let report = Report { file: "a.csv".into(), codec: "ohlcv", lines: 10, inputs: 9, bad: 1, ..Report::default() };
        assert_eq!(report.to_string(), "a.csv: ohlcv, 10 lines, 9 inputs, 1 bad lines");
    }
}
