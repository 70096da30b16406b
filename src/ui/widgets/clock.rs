//! Moments as people read them, in the zone that is shown.

use crate::domain::Nanos;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment on the calendar and clock of a zone.
pub fn local(at: Nanos, zone: &TimeZone) -> DateTime {
    jiff::Timestamp::from_nanosecond(i128::from(at.0)).map_or(DateTime::default(), |stamp| zone.to_datetime(stamp))
}

/// `12:34`.
pub fn hour_minute(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `12:34:56`.
pub fn hour_minute_second(at: DateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// `12:34:56.789`.
pub fn with_millis(at: DateTime) -> String {
    format!("{:02}:{:02}:{:02}.{:03}", at.hour(), at.minute(), at.second(), at.millisecond())
}

/// `9 Aug`.
pub fn day_month(at: DateTime) -> String {
    format!("{} {}", at.day(), month(at))
}

/// `Aug`.
pub fn month(at: DateTime) -> &'static str {
    MONTHS.get(usize::from(at.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or("")
}

/// `2024-08-09 12:34:56`.
pub fn full(at: DateTime) -> String {
    format!("{:04}-{:02}-{:02} {}", at.year(), at.month(), at.day(), hour_minute_second(at))
}

/// The zone's distance from UTC at a moment: `UTC`, `UTC+2`, `UTC+5:30`.
pub fn zone_label(at: Nanos, zone: &TimeZone) -> String {
    let secs = jiff::Timestamp::from_nanosecond(i128::from(at.0)).map_or(0, |stamp| zone.to_offset(stamp).seconds());
    let (sign, size) = (if secs < 0 { '-' } else { '+' }, secs.unsigned_abs());
    match (size / 3_600, size % 3_600 / 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// A length of time in its two largest units: `3s`, `2m 05s`, `1h 02m`, `3d 4h`.
pub fn span(length: Nanos) -> String {
    let secs = length.secs().max(0);
    match secs {
        0..60 => format!("{secs}s"),
        60..3_600 => format!("{}m {:02}s", secs / 60, secs % 60),
        3_600..86_400 => format!("{}h {:02}m", secs / 3_600, secs % 3_600 / 60),
        _ => format!("{}d {}h", secs / 86_400, secs % 86_400 / 3_600),
    }
}

/// A length of time as a clock that runs: `00:42`, `1:02:03`, `2d 03:04`.
pub fn running(length: Nanos) -> String {
    let secs = length.secs().max(0);
    match secs {
        0..3_600 => format!("{:02}:{:02}", secs / 60, secs % 60),
        3_600..86_400 => format!("{}:{:02}:{:02}", secs / 3_600, secs % 3_600 / 60, secs % 60),
        _ => format!("{}d {:02}:{:02}", secs / 86_400, secs % 86_400 / 3_600, secs % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_half_hours_and_dst() {
        let kolkata = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).unwrap());
        let at = Nanos::from_secs(1_723_161_255);
        assert_eq!(full(local(at, &kolkata)), "2024-08-09 05:24:15");
        assert_eq!(zone_label(at, &kolkata), "UTC+5:30");
        assert_eq!(zone_label(at, &TimeZone::UTC), "UTC");
        let eastern = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        assert_eq!(zone_label(at, &eastern), "UTC-4");
        assert_eq!(zone_label(Nanos::from_secs(1_705_000_000), &eastern), "UTC-5");
    }

    #[test]
    fn every_moment_can_be_shown() {
        for at in [Nanos(i64::MIN), Nanos::ZERO, Nanos::MAX] {
            assert!(!full(local(at, &TimeZone::UTC)).is_empty());
            assert!(!span(at).is_empty() && !running(at).is_empty());
        }
        assert_eq!(span(Nanos::from_secs(125)), "2m 05s");
        assert_eq!(running(Nanos::from_secs(42)), "00:42");
        assert_eq!(with_millis(local(Nanos::from_millis(1_723_161_255_030), &TimeZone::UTC)), "23:54:15.030");
    }
}
