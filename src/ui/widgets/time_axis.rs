//! Where a time axis has its labels, and what they say.

use super::{clock, paint};
use crate::domain::Nanos;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Free cells between two labels.
const GAP: u16 = 2;

/// Distances between labels below a day, in seconds.
const STEPS: [i64; 17] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200];
/// Distances of whole days, counted within the month.
const DAYS: [i64; 4] = [1, 2, 5, 10];
/// Distances of whole months.
const MONTHS: [i64; 4] = [1, 3, 6, 12];
const DAY: i64 = 86_400;

/// How far labels are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Secs(i64),
    Days(i64),
    Months(i64),
    Years(i64),
}

impl Step {
    /// Its usual length in seconds.
    const fn secs(self) -> i64 {
        match self {
            Self::Secs(n) => n,
            Self::Days(n) => n * DAY,
            Self::Months(n) => n * 30 * DAY,
            Self::Years(n) => n * 365 * DAY,
        }
    }

    /// Cells its labels take.
    const fn cells(self) -> u16 {
        match self {
            Self::Secs(n) if n < 60 => 8,
            Self::Secs(_) => 6,
            Self::Days(_) => 6,
            Self::Months(_) | Self::Years(_) => 4,
        }
    }

    /// The number of the interval that a moment is in; a new label begins where it changes.
    fn bucket(self, at: DateTime) -> i64 {
        let day = day_number(at);
        match self {
            Self::Secs(n) => (day * DAY + second_of_day(at)).div_euclid(n),
            // Within the month, so that the first of a month always begins a new one.
            // What is left of it after whole steps belongs to the last of them.
            Self::Days(n) => month_number(at) * 32 + ((i64::from(at.day()) - 1) / n).min(if n == 1 { 30 } else { 30 / n - 1 }),
            Self::Months(n) => month_number(at).div_euclid(n),
            Self::Years(n) => i64::from(at.year()).div_euclid(n),
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        STEPS
            .into_iter()
            .map(Self::Secs)
            .chain(DAYS.into_iter().map(Self::Days))
            .chain(MONTHS.into_iter().map(Self::Months))
            .chain([2, 5, 10, 50].into_iter().map(Self::Years))
    }
}

fn second_of_day(at: DateTime) -> i64 {
    i64::from(at.hour()) * 3_600 + i64::from(at.minute()) * 60 + i64::from(at.second())
}

fn month_number(at: DateTime) -> i64 {
    i64::from(at.year()) * 12 + i64::from(at.month()) - 1
}

/// Days in the order of the calendar; only equality and order of neighbours matter.
fn day_number(at: DateTime) -> i64 {
    at.date().duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24
}

/// A label of a time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The column it belongs to.
    pub column: u16,
    /// The column its text begins at.
    pub left: u16,
    /// What it says.
    pub text: String,
    /// Whether it says that a new day, month or year begins, rather than a time within one.
    pub is_date: bool,
}

/// The labels of columns that begin at certain moments, given from left to right, on an axis of `width` cells.
///
/// Labels stand where a round interval of the zone's own clock begins, never overlap, and name the date where it changes.
pub fn labels(columns: &[(u16, Nanos)], width: u16, zone: &TimeZone) -> Vec<Label> {
    let Some(step) = choose(columns) else { return Vec::new() };
    let mut found: Vec<Label> = Vec::new();
    let mut before: Option<DateTime> = None;
    for &(column, start) in columns {
        let at = clock::local(start, zone);
        if let Some(before) = before
            && step.bucket(before) != step.bucket(at)
        {
            let (text, is_date) = describe(step, before, at);
            let cells = paint::cells(&text);
            if cells <= width {
                let left = column.saturating_sub(cells / 2).min(width - cells);
                found.push(Label { column, left, text, is_date });
            }
        }
        before = Some(at);
    }
    // Where no label says which day it is, the first one does.
    if matches!(step, Step::Secs(_))
        && !found.iter().any(|label| label.is_date)
        && let (Some(first), Some((_, start))) = (found.first_mut(), columns.first())
    {
        let text = format!("{} {}", clock::day_month(clock::local(*start, zone)), first.text);
        let cells = paint::cells(&text);
        if cells <= width {
            first.left = first.column.saturating_sub(cells / 2).min(width - cells);
            (first.text, first.is_date) = (text, true);
        }
    }
    thin(&found)
}

/// The closest step whose labels have room.
fn choose(columns: &[(u16, Nanos)]) -> Option<Step> {
    let (first, last) = (columns.first()?, columns.last()?);
    let cells = f64::from(last.0.saturating_sub(first.0)).max(1.0);
    let secs_per_cell = ((last.1.0 as f64 - first.1.0 as f64) / 1e9 / cells).max(1e-9);
    let roomy = |step: &Step| step.secs() as f64 / secs_per_cell >= f64::from(step.cells() + GAP + 2);
    Step::all().find(roomy).or(Some(Step::Years(100)))
}

fn describe(step: Step, before: DateTime, at: DateTime) -> (String, bool) {
    if at.year() != before.year() && !matches!(step, Step::Secs(_)) {
        return (at.year().to_string(), true);
    }
    match step {
        Step::Months(_) | Step::Years(_) => (clock::month(at).to_owned(), false),
        _ if at.month() != before.month() && matches!(step, Step::Days(_)) => (clock::month(at).to_owned(), true),
        _ if at.date() != before.date() => (clock::day_month(at), matches!(step, Step::Secs(_))),
        Step::Secs(n) if n < 60 => (clock::hour_minute_second(at), false),
        _ => (clock::hour_minute(at), false),
    }
}

/// Leaves out what would touch another label; dates go before times.
fn thin(found: &[Label]) -> Vec<Label> {
    let mut kept: Vec<Label> = Vec::new();
    for dates in [true, false] {
        for label in found.iter().filter(|label| label.is_date == dates) {
            let right = label.left + paint::cells(&label.text);
            let at = kept.partition_point(|other| other.left < label.left);
            let free_before = at == 0 || kept[at - 1].left + paint::cells(&kept[at - 1].text) + GAP <= label.left;
            let free_after = kept.get(at).is_none_or(|next| right + GAP <= next.left);
            if free_before && free_after {
                kept.insert(at, label.clone());
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(start: &str, step: i64, count: u16, pitch: u16, zone: &TimeZone) -> String {
        let from = Nanos::parse_human(start, Nanos::ZERO).unwrap();
        let columns: Vec<_> = (0..count).map(|i| (i * pitch, from + Nanos::from_secs(step * i64::from(i)))).collect();
        labels(&columns, count * pitch, zone).iter().map(|label| label.text.clone()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn labels_suit_every_zoom() {
        let utc = TimeZone::UTC;
        assert_eq!(shown("2024-08-08T12:00:00Z", 1, 60, 1, &utc), "8 Aug 12:00:15 12:00:30 12:00:45");
        assert_eq!(shown("2024-08-08T12:00:00Z", 60, 60, 1, &utc), "8 Aug 12:10 12:20 12:30 12:40 12:50");
        assert_eq!(shown("2024-08-08T23:30:00Z", 60, 60, 1, &utc), "23:40 23:50 9 Aug 00:10 00:20");
        assert_eq!(shown("2024-08-08T12:00:00Z", 3_600, 48, 1, &utc), "9 Aug 12:00 10 Aug");
        assert_eq!(shown("2024-08-25T00:00:00Z", 86_400, 40, 1, &utc), "Sep 11 Sep 21 Sep Oct");
        assert_eq!(shown("2023-06-01T00:00:00Z", 86_400 * 7, 80, 1, &utc), "Jul Oct 2024 Apr Jul Oct");
        assert_eq!(shown("2015-06-01T00:00:00Z", 86_400 * 70, 40, 1, &utc), "2016 2018 2020 2022");
    }

    #[test]
    fn labels_are_round_on_the_zones_own_clock() {
        let kolkata = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).unwrap());
        assert_eq!(shown("2024-08-08T17:30:00Z", 300, 24, 2, &kolkata), "23:30 9 Aug 00:30");
        let eastern = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        // 2024-11-03 06:00 UTC: the hour from one to two comes a second time.
        assert_eq!(shown("2024-11-03T03:30:00Z", 1_800, 12, 8, &eastern), "3 Nov 01:00 02:00 03:00 04:00");
    }

    proptest! {
        #[test]
        fn labels_never_touch(start in any::<i64>(), steps in proptest::collection::vec(0_i64..200_000_000_000_000, 0..120), pitch in 1_u16..9, width in 0_u16..200) {
            let mut at = Nanos(start / 2);
            let columns: Vec<_> = steps.iter().enumerate().map(|(i, step)| { at += Nanos(*step); (i as u16 * pitch, at) }).collect();
            let found = labels(&columns, width, &TimeZone::UTC);
            for label in &found {
                prop_assert!(label.left + paint::cells(&label.text) <= width);
            }
            for pair in found.windows(2) {
                prop_assert!(pair[0].left + paint::cells(&pair[0].text) + GAP <= pair[1].left);
            }
        }
    }
}
