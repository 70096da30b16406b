//! Times as files write them.

use crate::domain::Nanos;

/// A whole number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size: below 1e11
/// seconds (the year 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
pub fn epoch(value: i64) -> Nanos {
    match value.unsigned_abs() {
        0..100_000_000_000 => Nanos::from_secs(value),
        100_000_000_000..100_000_000_000_000 => Nanos::from_millis(value),
        100_000_000_000_000..100_000_000_000_000_000 => Nanos::from_micros(value),
        _ => Nanos::from_nanos(value),
    }
}

/// An epoch number in any unit, seconds with decimals, or ISO 8601; without a zone it is UTC.
pub fn any(text: &str) -> Option<Nanos> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().map(epoch);
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        let (whole, part) = text.split_once('.')?;
        // `1722856114000.0`, as a float column prints whole milliseconds.
        if part.bytes().all(|b| b == b'0') {
            return whole.parse().ok().map(epoch);
        }
        return Nanos::parse_secs(text.as_bytes()).ok();
    }
    iso(text)
}

fn iso(text: &str) -> Option<Nanos> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let stamp = if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        stamp
    } else {
        let utc = jiff::tz::TimeZone::UTC;
        let dashed = if text.as_bytes().get(4) == Some(&b'.') { text.replacen('.', "-", 2) } else { text.to_owned() };
        let civil = dashed.parse::<jiff::civil::DateTime>().ok()?;
        civil.to_zoned(utc).ok()?.timestamp()
    };
    i64::try_from(stamp.as_nanosecond()).ok().map(Nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_moment() {
        let moment = Nanos::from_secs(1_735_700_400);
        for text in [
            "1735700400",
            "1735700400.0",
            "1735700400000",
            "1735700400000.0",
            "1735700400000000",
            "1735700400000000000",
            "2025-01-01 03:00:00",
            "2025-01-01T03:00:00",
            "2025-01-01T03:00:00Z",
            "2025-01-01 03:00:00 UTC",
            "2025-01-01 03:00",
            "2025.01.01 03:00:00",
            "2025-01-01T04:00:00+01:00",
        ] {
            assert_eq!(any(text), Some(moment), "{text}");
        }
        assert_eq!(any("2025-01-01"), Some(Nanos::from_secs(1_735_689_600)));
        assert_eq!(any("1735700400.25"), Some(Nanos(1_735_700_400_250_000_000)));
        for text in ["", "1/2/2009", "soon", "99999999999999999999", "-5", "1.2.3"] {
            assert_eq!(any(text), None, "{text}");
        }
    }
}
