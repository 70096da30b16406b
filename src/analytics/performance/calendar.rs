//! Equity by calendar: the last of each day, and profit by day and month. All days are of UTC.

use super::Why;
use crate::broker::EquityPoint;
use crate::domain::Nanos;

/// Nanoseconds of a day.
const DAY: Nanos = Nanos::from_secs(86_400);

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// 00:00 to 24:00 UTC.
    Day,
    /// From the first of a month to its end.
    Month,
}

/// Profit of a stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeriodProfit {
    /// Where it begins, 00:00 UTC.
    pub start: Nanos,
    /// Equity at its end less equity at the end of the one before, quote units.
    pub profit: f64,
    /// The same in percent of the equity at the end of the one before; 0 where that was nothing.
    pub pct: f64,
    /// Equity at its end.
    pub equity: f64,
}

/// The start of the bar that a point closes: a point at 00:00 is of the day before.
pub(super) fn bar_start(at: Nanos, bar: Nanos) -> Nanos {
    Nanos(at.0.saturating_sub(1)).floor_to(bar)
}

/// Year and month (1 to 12) of a moment. After H. Hinnant, *chrono-compatible low-level date algorithms* (2013).
fn year_and_month(at: Nanos) -> (i64, i64) {
    let days = at.0.div_euclid(DAY.0) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months counted from March.
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month)
}

/// Midnight at which a month begins. The inverse of [`year_and_month`], from the same source.
fn month_start(year: i64, month: i64) -> Nanos {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Nanos((era * 146_097 + day_of_era - 719_468).saturating_mul(DAY.0))
}

/// Where the period begins that a moment is in.
fn period_start(at: Nanos, period: Period) -> Nanos {
    match period {
        Period::Day => at.floor_to(DAY),
        Period::Month => {
            let (year, month) = year_and_month(at);
            month_start(year, month)
        }
    }
}

/// A period that has a bar: where it begins, equity at its end, and its bars.
struct End {
    start: Nanos,
    equity: f64,
    bars: usize,
}

/// The periods that have a bar, oldest first.
fn ends(points: &[EquityPoint], bar: Nanos, period: Period) -> Vec<End> {
    let mut ends: Vec<End> = Vec::new();
    // The end of the day that the last period was looked up on: until then nothing has to be looked up.
    let mut midnight = Nanos(i64::MIN);
    for point in points {
        if point.at > midnight || ends.is_empty() {
            let at = bar_start(point.at, bar);
            midnight = Nanos(at.floor_to(DAY).0.saturating_add(DAY.0));
            let start = period_start(at, period);
            if ends.last().is_none_or(|last| last.start != start) {
                ends.push(End { start, equity: point.equity, bars: 0 });
            }
        }
        if let Some(last) = ends.last_mut() {
            last.equity = point.equity;
            last.bars += 1;
        }
    }
    ends
}

/// Profit by day or month: of the first one against what the account began with.
pub fn profits(points: &[EquityPoint], bar: Nanos, cash: f64, period: Period) -> Vec<PeriodProfit> {
    let mut before = cash;
    let profit = |End { start, equity, .. }: End| {
        let profit = equity - before;
        let pct = if before > 0.0 { profit / before * 100.0 } else { 0.0 };
        before = equity;
        PeriodProfit { start, profit, pct, equity }
    };
    ends(points, bar, period).into_iter().map(profit).collect()
}

/// Returns from day to day, and how many days there were a year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Daily {
    /// Days that have a bar.
    pub days: usize,
    /// Equity of a day by that of the day before, less 1.
    pub returns: Vec<f64>,
    /// Days that count as a year: 365 where bars come on weekends too, else 252.
    pub year: f64,
}

impl Daily {
    /// As backtesting.py resamples: the last equity of each day that has a bar; a bar belongs to the day it starts in.
    pub(super) fn of(points: &[EquityPoint], bar: Nanos) -> Result<Self, Why> {
        let ends = ends(points, bar, Period::Day);
        if ends.iter().any(|day| day.equity <= 0.0) {
            return Err(Why::Ruined);
        }
        let returns = ends.windows(2).map(|pair| pair[1].equity / pair[0].equity - 1.0).collect();
        // 1970-01-01 was a Thursday.
        let weekend = |day: &&End| (day.start.0.div_euclid(DAY.0) + 3).rem_euclid(7) >= 5;
        let weekends = ends.iter().filter(weekend).map(|day| day.bars).sum::<usize>() as f64 / points.len().max(1) as f64;
        Ok(Self { days: ends.len(), returns, year: if weekends > 2.0 / 7.0 * 0.6 { 365.0 } else { 252.0 } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Nanos {
        Nanos::parse_human(text, Nanos::ZERO).unwrap()
    }

    fn point(when: &str, equity: f64) -> EquityPoint {
        EquityPoint { at: at(when), equity, ..EquityPoint::default() }
    }

    #[test]
    fn midnight_ends_a_day_and_a_month() {
        let bar = Nanos::from_secs(60);
        let points =
            [point("2024-02-28T23:59:00Z", 110.0), point("2024-02-29T00:00:00Z", 121.0), point("2024-03-01T00:00:00Z", 60.5)];
        let days = profits(&points, bar, 100.0, Period::Day);
        let shown: Vec<_> = days.iter().map(|day| (day.start.rfc3339()[..10].to_owned(), day.profit, day.pct.round())).collect();
        assert_eq!(shown, [("2024-02-28".to_owned(), 21.0, 21.0), ("2024-02-29".to_owned(), -60.5, -50.0)]);
        let months = profits(&points, bar, 100.0, Period::Month);
        assert_eq!((months.len(), months[0].start, months[0].profit), (1, at("2024-02-01T00:00:00Z"), -39.5));
    }

    #[test]
    fn weekends_make_a_longer_year() {
        let day = Nanos::from_secs(86_400);
        let week = |skip: usize| -> Vec<EquityPoint> {
            let from = at("2024-08-05T00:00:00Z"); // a Monday
            let days = (0..14).filter(|n| n % 7 < 7 - skip);
            days.map(|n| EquityPoint { at: Nanos(from.0 + (n as i64 + 1) * day.0), equity: 1.0, ..Default::default() }).collect()
        };
        assert_eq!(Daily::of(&week(0), day).unwrap().year, 365.0);
        assert_eq!(Daily::of(&week(2), day).unwrap().year, 252.0);
    }

    proptest! {
        #[test]
        fn a_month_begins_in_itself(secs in -60_000_000_000_i64..200_000_000_000) {
            let moment = Nanos(secs.saturating_mul(100_000_000));
            let start = period_start(moment, Period::Month);
            prop_assert!(start <= moment && moment.0 - start.0 < 31 * DAY.0);
            prop_assert_eq!(year_and_month(start), year_and_month(moment));
            let before = year_and_month(Nanos(start.0 - 1));
            prop_assert_ne!(before, year_and_month(moment));
            let shown = moment.rfc3339();
            let (year, month) = year_and_month(moment);
            prop_assert!(shown.starts_with(&format!("{year:04}-{month:02}-")), "{} {} {}", shown, year, month);
        }
    }
}
