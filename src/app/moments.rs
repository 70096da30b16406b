//! Moments as a person enters them.

use crate::domain::Nanos;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Reads a moment: a time of day alone is of the day of `now`, a date alone is its beginning, both without a zone are of `zone`;
/// `+10m` and `-2h` count from `start`; else as recordings write it, `2024-08-08T23:54:14Z`. `None` for what is none of these.
pub fn read(text: &str, now: Nanos, start: Nanos, zone: &TimeZone) -> Option<Nanos> {
    let text = text.trim();
    let nanos = |stamp: jiff::Timestamp| i64::try_from(stamp.as_nanosecond()).ok().map(Nanos);
    let local = |civil: DateTime| nanos(zone.to_zoned(civil).ok()?.timestamp());
    let padded = if text.matches(':').count() == 1 { format!("{text}:00") } else { text.to_owned() };
    let dashes = text.bytes().filter(|byte| *byte == b'-').count();
    if dashes == 0
        && let Ok(time) = padded.parse::<Time>()
    {
        let today = zone.to_datetime(jiff::Timestamp::from_nanosecond(i128::from(now.0)).ok()?);
        return local(today.date().to_datetime(time));
    }
    if dashes == 2 && text.len() == 10 {
        return local(text.parse::<Date>().ok()?.to_datetime(Time::midnight()));
    }
    if dashes == 2 && !text.ends_with(['Z', 'z']) && !text.contains('+') {
        // Without a zone it is of the one that is shown.
        if let Ok(civil) = padded.parse::<DateTime>() {
            return local(civil);
        }
    }
    if let Some(back) = text.strip_prefix('-') {
        let length = Nanos::parse_human(&format!("+{back}"), Nanos::ZERO).ok()?;
        return Some(start.saturating_sub(length));
    }
    Nanos::parse_human(text, start).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_of_the_zone_that_is_shown() {
        let at = |text: &str| Nanos::parse_human(text, Nanos::ZERO).unwrap();
        let now = at("2024-08-09T03:00:00Z");
        let eastern = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        let read = |text: &str| read(text, now, at("2024-08-01T00:00:00Z"), &eastern);
        assert_eq!(read("12:30"), Some(at("2024-08-08T16:30:00Z")));
        assert_eq!(read("12:30:05"), Some(at("2024-08-08T16:30:05Z")));
        assert_eq!(read("2024-01-08"), Some(at("2024-01-08T05:00:00Z")));
        assert_eq!(read("2024-08-08T01:02:03"), Some(at("2024-08-08T05:02:03Z")));
        assert_eq!(read("2024-08-08 01:02"), Some(at("2024-08-08T05:02:00Z")));
        assert_eq!(read("2024-08-08T01:02:03Z"), Some(at("2024-08-08T01:02:03Z")));
        assert_eq!(read("+90m"), Some(at("2024-08-01T01:30:00Z")));
        assert_eq!(read("-2h"), Some(at("2024-07-31T22:00:00Z")));
        // An hour that does not exist where clocks go forward is taken as the one after.
        assert_eq!(read("2024-03-10T02:30:00"), Some(at("2024-03-10T07:30:00Z")));
        for text in ["", "soon", "25:00", "2024-13-01", "-x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
