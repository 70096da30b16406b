//! Dates as spreadsheets write them: `31/12/2009`, `12/31/09`, `31.12.2009`, whose day and month can change places.
//!
//! Which of the two comes first no single row says. It is told by the whole column: a first field above 12 is a day, a
//! second one too; where there is neither, the order in which the rows run in one direction is taken, and of two such the
//! one whose most frequent step is a day. What still cannot be told is asked for.

use super::values::split_wide;
use super::{Head, ImportError, Line, file, times};
use crate::domain::Nanos;
use std::collections::BTreeMap;
use std::path::Path;

/// Different steps between dates that are counted.
const STEPS: usize = 10_000;

/// Which of day and month a date begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/12/2009`
    DayFirst,
    /// `12/31/2009`
    MonthFirst,
}

impl DateOrder {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::DayFirst => "day first",
            Self::MonthFirst => "month first",
        }
    }
}

impl std::str::FromStr for DateOrder {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "dmy" => Ok(Self::DayFirst),
            "mdy" => Ok(Self::MonthFirst),
            _ => Err(format!("`{text}`: expected dmy (31/12/2009) or mdy (12/31/2009)")),
        }
    }
}

/// The fields of a date and what stands behind it.
struct Parts<'a> {
    fields: [i16; 3],
    /// The year stands in front, so that nothing is open.
    year_first: bool,
    clock: &'a str,
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mark = ['/', '-', '.'].into_iter().find(|mark| date.contains(*mark))?;
    let mut split = date.split(mark);
    let texts = [split.next()?, split.next()?, split.next()?];
    if split.next().is_some() || !texts.iter().all(|text| text.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let year_first = match texts.map(str::len) {
        [4, 1..=2, 1..=2] => true,
        [1..=2, 1..=2, 2 | 4] => false,
        _ => return None,
    };
    let number = |text: &str| text.parse::<i16>().ok();
    let [first, second, third] = texts;
    let mut fields = [number(first)?, number(second)?, number(third)?];
    if third.len() == 2 && !year_first {
        // As POSIX reads two digits: 69 to 99 are of the last century.
        fields[2] += if fields[2] < 69 { 2_000 } else { 1_900 };
    }
    Some(Parts { fields, year_first, clock: clock.trim() })
}

impl Parts<'_> {
    /// The midnight it names.
    fn day(&self, order: DateOrder) -> Option<Nanos> {
        let [first, second, third] = self.fields;
        let (year, month, day) = match (self.year_first, order) {
            (true, _) => (first, second, third),
            (false, DateOrder::DayFirst) => (third, second, first),
            (false, DateOrder::MonthFirst) => (third, first, second),
        };
        let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let stamp = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        i64::try_from(stamp.as_nanosecond()).ok().map(Nanos)
    }
}

/// A time of day: `9:30`, `15:30:00`, `15:30:00.5`, `3:30 PM`; midnight where there is none.
fn clock(text: &str) -> Option<Nanos> {
    let text = text.strip_suffix("UTC").or_else(|| text.strip_suffix('Z')).unwrap_or(text).trim();
    if text.is_empty() {
        return Some(Nanos::ZERO);
    }
    let upper = text.to_ascii_uppercase();
    let (text, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(text), _) => (text.trim(), Some(0)),
        (_, Some(text)) => (text.trim(), Some(12)),
        _ => (upper.as_str(), None),
    };
    let mut fields = text.split(':');
    let two = |text: &str| (1..=2).contains(&text.len()).then(|| text.parse::<i64>().ok()).flatten();
    let (hour, minute) = (two(fields.next()?)?, two(fields.next()?)?);
    let seconds = match fields.next() {
        Some(text) => Nanos::parse_secs(text.as_bytes()).ok()?,
        None => Nanos::ZERO,
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let whole = (0..24).contains(&hour) && (0..60).contains(&minute) && (Nanos::ZERO..Nanos::from_secs(60)).contains(&seconds);
    (whole && fields.next().is_none()).then(|| Nanos::from_secs(hour * 3_600 + minute * 60) + seconds)
}

/// The moment of a row: as [`times::any`] reads it, else a date in the table's order with or without a time of day, UTC.
pub fn moment(text: &str, order: Option<DateOrder>) -> Option<Nanos> {
    let text = text.trim();
    times::any(text).or_else(|| {
        let parts = parts(text)?;
        let order = if parts.year_first { DateOrder::DayFirst } else { order? };
        Some(parts.day(order)? + clock(parts.clock)?)
    })
}

/// Why a text is no moment.
pub fn no_moment(text: &str, order: Option<DateOrder>) -> String {
    match order.filter(|_| parts(text).is_some()) {
        Some(order) => format!("time `{text}`: no date with the {}, as the table has them", order.words()),
        None => format!(
            "time `{text}`: expected ISO 8601 (2025-01-01 03:00:00), a date (31/12/2009) or an epoch number in s, ms, µs or ns"
        ),
    }
}

/// How a column of dates runs if it is read in one order.
#[derive(Debug, Default)]
struct Run {
    last: Option<Nanos>,
    rising: u64,
    falling: u64,
    steps: BTreeMap<i64, u64>,
}

impl Run {
    fn look(&mut self, day: Nanos) {
        let Some(before) = self.last.replace(day) else { return };
        let step = (day.secs() - before.secs()) / 86_400;
        match step.signum() {
            1 => self.rising += 1,
            -1 => self.falling += 1,
            _ => return,
        }
        if self.steps.len() < STEPS || self.steps.contains_key(&step) {
            *self.steps.entry(step).or_default() += 1;
        }
    }

    /// In one direction all along.
    const fn is_straight(&self) -> bool {
        (self.rising > 0) != (self.falling > 0)
    }

    fn is_daily(&self) -> bool {
        self.steps.iter().max_by_key(|(_, count)| **count).is_some_and(|(step, _)| step.abs() == 1)
    }
}

/// What a column of dates says about its order.
#[derive(Debug, Default)]
struct Tally {
    rows: u64,
    /// Rows that can only be read with the day or with the month first, and the line of the first.
    only: [(u64, u64); 2],
    runs: [Run; 2],
}

const ORDERS: [DateOrder; 2] = [DateOrder::DayFirst, DateOrder::MonthFirst];

impl Tally {
    fn look(&mut self, line: u64, text: &str) {
        let Some(parts) = parts(text.trim()).filter(|parts| !parts.year_first) else { return };
        self.rows += 1;
        let [day, month] = &mut self.only;
        let [first, second, _] = parts.fields;
        let vote = match (first > 12, second > 12) {
            (true, false) => Some(day),
            (false, true) => Some(month),
            _ => None,
        };
        if let Some((count, first)) = vote {
            *first = if *count == 0 { line } else { *first };
            *count += 1;
        }
        for (run, order) in self.runs.iter_mut().zip(ORDERS) {
            if let Some(day) = parts.day(order) {
                run.look(day);
            }
        }
    }

    fn order(&self) -> Result<DateOrder, String> {
        let [(day, day_line), (month, month_line)] = self.only;
        let fewer = day.min(month);
        if day + month > 0 {
            // A row or two that do not fit are bad lines rather than another order.
            if fewer * 100 > self.rows {
                return Err(format!("line {day_line} has its date with the day first, line {month_line} with the month first"));
            }
            return Ok(if day > month { DateOrder::DayFirst } else { DateOrder::MonthFirst });
        }
        let [day, month] = &self.runs;
        let told = |of: fn(&Run) -> bool| match (of(day), of(month)) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        };
        let straight = day.is_straight() || month.is_straight();
        told(Run::is_straight)
            .or_else(|| told(Run::is_daily).filter(|_| straight))
            .ok_or_else(|| "its dates could have the day or the month first".to_owned())
    }
}

/// The order of the dates in a column, by all of it; `None` where it has no dates whose order is open.
///
/// # Errors
/// When it cannot be told.
pub fn order_of(
    path: &Path,
    head: &Head,
    (separator, column): (char, usize),
    given: Option<DateOrder>,
) -> Result<Option<DateOrder>, ImportError> {
    let is_open = |line: &str| {
        let mut fields = Vec::new();
        split_wide(line, separator, column + 1, &mut fields);
        fields.get(column).and_then(|text| parts(text)).is_some_and(|parts| !parts.year_first)
    };
    if given.is_some() || !head.text.lines().any(is_open) {
        return Ok(given);
    }
    let mut text = file::open(path)?;
    let mut tally = Tally::default();
    // Where a packed file is damaged, the rows before tell; that it is damaged is said when it is read for its bars.
    let mut date = String::new();
    while let Ok(Some(line)) = text.lines.next_line() {
        let Line::Text(row) = line else { continue };
        let mut fields = Vec::new();
        split_wide(row, separator, column + 1, &mut fields);
        date.clear();
        date.push_str(fields.get(column).copied().unwrap_or_default());
        tally.look(text.lines.number(), &date);
    }
    tally.order().map(Some).map_err(|what| ImportError::NoDateOrder { file: path.to_path_buf(), what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(dates: &[&str]) -> Result<DateOrder, String> {
        let mut tally = Tally::default();
        dates.iter().zip(2..).for_each(|(date, line)| tally.look(line, date));
        tally.order()
    }

    #[test]
    fn a_field_above_twelve_decides() {
        assert_eq!(told(&["02/01/1990", "03/01/1990", "15/01/1990"]), Ok(DateOrder::DayFirst));
        assert_eq!(told(&["1/2/2009", "1/5/2009", "1/13/2009"]), Ok(DateOrder::MonthFirst));
        let both = told(&["13/01/1990", "01/14/1990"]).unwrap_err();
        assert_eq!(both, "line 2 has its date with the day first, line 3 with the month first");
    }

    #[test]
    fn one_wrong_row_in_many_does_not_turn_the_order() {
        let mut rows: Vec<String> = (0..300).map(|i| format!("{}/1/2009", i % 31 + 1)).collect();
        rows.push("1/31/2009".to_owned());
        assert_eq!(told(&rows.iter().map(String::as_str).collect::<Vec<_>>()), Ok(DateOrder::DayFirst));
    }

    #[test]
    fn else_the_order_that_rises_by_days() {
        assert_eq!(told(&["30.12.09", "02.01.10"]), Ok(DateOrder::DayFirst));
        // As months they would run January to March and begin anew.
        assert_eq!(told(&["01/06/2009", "02/06/2009", "03/06/2009", "01/07/2009"]), Ok(DateOrder::DayFirst));
        assert_eq!(told(&["06/01/2009", "06/02/2009", "06/03/2009"]), Ok(DateOrder::MonthFirst));
        // The newest first.
        assert_eq!(told(&["03/06/2009", "02/06/2009", "01/06/2009"]), Ok(DateOrder::DayFirst));
        for open in [&["01/01/2009"][..], &["05/05/2009", "06/06/2009"], &["01/03/2009", "05/08/2009"]] {
            assert!(told(open).is_err(), "{open:?}");
        }
    }

    #[test]
    fn times_of_day_stand_behind() {
        let at = Nanos::from_secs(1_230_768_000);
        for (text, secs) in [
            ("1/1/2009", 0),
            ("01-01-09", 0),
            ("2009/1/1", 0),
            ("1.1.2009 9:30", 34_200),
            ("1/1/2009 15:30:00", 55_800),
            ("1/1/2009 3:30 PM", 55_800),
            ("1/1/2009 12:05 am", 300),
            ("1/1/2009T15:30:00Z", 55_800),
        ] {
            assert_eq!(moment(text, Some(DateOrder::MonthFirst)), Some(at + Nanos::from_secs(secs)), "{text}");
        }
        for text in ["31/31/2009", "1/2/3", "1/2/2009 25:00", "1/2/2009 1:00:99", "1/2/2009 13:00 PM", "a/b/2009", "1/2/2009/3"] {
            assert_eq!(moment(text, Some(DateOrder::DayFirst)), None, "{text}");
        }
        assert_eq!(moment("1/2/2009", None), None);
    }

    proptest! {
        #[test]
        fn every_day_is_read_back(day in -7_000_i64..20_000, mark in 0..3_usize, short in any::<bool>()) {
            let at = Nanos::from_secs(day * 86_400);
            let text = at.rfc3339();
            let (year, month, date) = (&text[..4], &text[5..7], &text[8..10]);
            // Two digits say the years 1969 to 2068.
            let year = if short && (0..20_000).contains(&day) { &year[2..] } else { year };
            let mark = ["/", "-", "."][mark];
            prop_assert_eq!(moment(&[date, month, year].join(mark), Some(DateOrder::DayFirst)), Some(at));
            prop_assert_eq!(moment(&[month, date, year].join(mark), Some(DateOrder::MonthFirst)), Some(at));
        }
    }
}
