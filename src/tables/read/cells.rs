//! A row as it was read: cells that are asked for what they should be.

use crate::domain::number::{DECIMALS, NumberError, parse_scaled};
use crate::domain::{Nanos, Price, Qty, Symbol, Volume};
use crate::tables::{Column, Topic, units_of};

/// A cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Null,
    /// A text, also that of a number.
    Text(String),
    /// A whole number; of a time, nanoseconds.
    Whole(i64),
    /// A double.
    Double(f64),
    /// True or false.
    Flag(bool),
}

impl Cell {
    /// Puts a text in, using the memory of the one before.
    pub fn set_text(&mut self, text: &str) {
        if let Self::Text(old) = self {
            old.clear();
            old.push_str(text);
        } else {
            *self = Self::Text(text.to_owned());
        }
    }
}

/// A row of a table.
#[derive(Debug)]
pub struct Cells {
    topic: Topic,
    /// One for each column of the table.
    pub row: Vec<Cell>,
}

impl Cells {
    /// An empty row.
    pub fn new(topic: Topic) -> Self {
        Self { topic, row: vec![Cell::Null; topic.columns().len()] }
    }

    /// The table.
    pub fn topic(&self) -> Topic {
        self.topic
    }

    fn find(&self, name: &str) -> (&Cell, &'static str) {
        let columns: &'static [Column] = self.topic.columns();
        let found = columns.iter().zip(&self.row).find(|(column, _)| column.name == name);
        found.map_or((&Cell::Null, ""), |(column, cell)| (cell, column.name))
    }

    fn needed<T>(name: &str, value: Option<T>) -> Result<T, String> {
        value.ok_or_else(|| format!("{name} is missing"))
    }

    /// A moment.
    pub(super) fn time(&self, name: &str) -> Result<Nanos, String> {
        Self::needed(name, self.maybe_time(name)?)
    }

    pub(super) fn maybe_time(&self, name: &str) -> Result<Option<Nanos>, String> {
        match self.find(name).0 {
            Cell::Null => Ok(None),
            Cell::Whole(nanos) => Ok(Some(Nanos(*nanos))),
            Cell::Text(text) => moment(text).map(Some).ok_or_else(|| format!("{name} `{}` is no time", short(text))),
            Cell::Double(_) | Cell::Flag(_) => Err(format!("{name} is no time")),
        }
    }

    pub(super) fn whole(&self, name: &str) -> Result<u64, String> {
        Self::needed(name, self.maybe_whole(name)?)
    }

    pub(super) fn maybe_whole(&self, name: &str) -> Result<Option<u64>, String> {
        let bad = |what: &dyn std::fmt::Display| format!("{name} `{what}`: expected a whole number of at least 0");
        match self.find(name).0 {
            Cell::Null => Ok(None),
            Cell::Whole(count) => u64::try_from(*count).map(Some).map_err(|_| bad(count)),
            Cell::Text(text) => {
                // Whole numbers with gaps are written as 7.0 by programs that know no gaps in whole numbers.
                let digits =
                    text.split_once('.').filter(|(_, part)| part.bytes().all(|b| b == b'0')).map_or(&**text, |(all, _)| all);
                digits.parse().map(Some).map_err(|_| bad(&short(text)))
            }
            Cell::Double(value) if value.fract() == 0.0 && (0.0..9e15).contains(value) => Ok(Some(*value as u64)),
            Cell::Double(value) => Err(bad(value)),
            Cell::Flag(_) => Err(bad(&"true/false")),
        }
    }

    fn maybe_units(&self, name: &str) -> Result<Option<i128>, String> {
        let out = |what: &dyn std::fmt::Display, error: NumberError| format!("{name} `{what}`: {error}");
        match self.find(name).0 {
            Cell::Null => Ok(None),
            Cell::Whole(count) => Ok(Some(i128::from(*count) * i128::from(crate::domain::number::SCALE))),
            Cell::Text(text) => parse_scaled(text.as_bytes(), DECIMALS).map(Some).map_err(|error| out(&short(text), error)),
            Cell::Double(value) => units_of(*value).map(Some).ok_or_else(|| out(value, NumberError::OutOfRange)),
            Cell::Flag(_) => Err(out(&"true/false", NumberError::Malformed)),
        }
    }

    fn maybe_narrow(&self, name: &str) -> Result<Option<i64>, String> {
        let Some(units) = self.maybe_units(name)? else { return Ok(None) };
        i64::try_from(units).map(Some).map_err(|_| format!("{name}: {}", NumberError::OutOfRange))
    }

    pub(super) fn price(&self, name: &str) -> Result<Price, String> {
        Self::needed(name, self.maybe_price(name)?)
    }

    pub(super) fn maybe_price(&self, name: &str) -> Result<Option<Price>, String> {
        Ok(self.maybe_narrow(name)?.map(Price::from_units))
    }

    pub(super) fn qty(&self, name: &str) -> Result<Qty, String> {
        Self::needed(name, self.maybe_narrow(name)?.map(Qty::from_units))
    }

    pub(super) fn volume(&self, name: &str) -> Result<Volume, String> {
        Self::needed(name, self.maybe_volume(name)?)
    }

    pub(super) fn maybe_volume(&self, name: &str) -> Result<Option<Volume>, String> {
        Ok(self.maybe_units(name)?.map(Volume::from_units))
    }

    pub(super) fn maybe_text(&self, name: &str) -> Option<&str> {
        if let Cell::Text(text) = self.find(name).0 { Some(text) } else { None }
    }

    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        Self::needed(name, self.maybe_text(name))
    }

    pub(super) fn symbol(&self) -> Result<Symbol, String> {
        let text = self.text("symbol")?;
        Symbol::new(text).map_err(|error| format!("symbol `{}`: {error}", short(text)))
    }

    /// An error where a cell that cannot be empty is.
    pub(super) fn check(&self) -> Result<(), String> {
        let mut columns = self.topic.columns().iter().zip(&self.row);
        match columns.find(|(column, cell)| !column.nullable && **cell == Cell::Null) {
            Some((column, _)) => Err(format!("{} is missing", column.name)),
            None => Ok(()),
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// RFC 3339, with a blank for the `T` and an offset as other programs write it.
fn moment(text: &str) -> Option<Nanos> {
    quick_moment(text.as_bytes()).or_else(|| Nanos::parse_human(text, Nanos::ZERO).ok())
}

/// `2024-08-08T23:54:15.030000000Z`, as this program writes it.
fn quick_moment(text: &[u8]) -> Option<Nanos> {
    let number = |from: usize, to: usize| {
        text.get(from..to)?.iter().try_fold(0_i64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (29, b'Z')];
    if text.len() != 30 || marks.iter().any(|(at, mark)| text.get(*at) != Some(mark)) {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let part = number(20, 29)?;
    let lengths =
        [31, if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = lengths.get(usize::try_from(month - 1).ok()?)?;
    if !(1678..2262).contains(&year) || !(1..=*length).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Days since 1970 of the proleptic Gregorian calendar, years beginning in March (Howard Hinnant, days_from_civil).
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * m + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(Nanos((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000_000 + part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quick_times_are_those_of_the_library(nanos in -9_000_000_000_000_000_000_i64..9_000_000_000_000_000_000) {
            let whole = Nanos::from_secs(Nanos(nanos).secs()).rfc3339();
            let text = format!("{}.{:09}Z", whole.trim_end_matches('Z'), nanos.rem_euclid(1_000_000_000));
            prop_assert_eq!(quick_moment(text.as_bytes()), Some(Nanos(nanos)));
        }
    }

    #[test]
    fn times_of_other_programs_are_read() {
        let at = Nanos(1_723_161_255_030_000_000);
        for text in ["2024-08-08T23:54:15.030000000Z", "2024-08-08 23:54:15.03+00:00", "2024-08-08T23:54:15.03Z", "1723161255.03"]
        {
            assert_eq!(moment(text), Some(at), "{text}");
        }
        for text in ["", "soon", "2024-13-08T23:54:15.030000000Z", "2024-02-30T23:54:15.030000000Z"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
