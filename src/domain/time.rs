//! Time as integer nanoseconds since the Unix epoch, UTC.

use super::number::{self, NumberError};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Nanoseconds: a moment since 1970-01-01T00:00:00Z, or the difference of two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Nanos(pub i64);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The seconds are not a number that fits.
    #[error("{0} (expected seconds since 1970 with up to 9 decimals)")]
    Seconds(#[from] NumberError),
    /// Not one of the accepted forms.
    #[error("`{0}` is not a time: expected RFC 3339 (2024-08-08T23:54:14Z), epoch seconds, or +10m from the start")]
    Form(String),
}

impl Nanos {
    /// The epoch; also no time at all.
    pub const ZERO: Self = Self(0);
    /// The last moment there is.
    pub const MAX: Self = Self(i64::MAX);
    /// One second.
    pub const SECOND: Self = Self(1_000_000_000);

    /// So many nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// So many microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// So many milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// So many seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1_000_000_000))
    }

    /// Whole milliseconds, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Whole seconds, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// As seconds in a float, for drawing and statistics.
    pub fn to_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// The latest multiple of `step` at or before this moment.
    pub const fn floor_to(self, step: Self) -> Self {
        Self(self.0 - self.0.rem_euclid(step.0))
    }

    /// The difference, held at the ends of the range.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Parses seconds with up to 9 decimals, digit by digit.
    ///
    /// # Errors
    /// [`TimeError::Seconds`] when it is no number, does not fit or is finer than a nanosecond.
    pub fn parse_secs(text: &[u8]) -> Result<Self, TimeError> {
        let nanos = number::parse_scaled(text, 9)?;
        i64::try_from(nanos).map(Self).map_err(|_| TimeError::Seconds(NumberError::OutOfRange))
    }

    /// Writes seconds in their shortest exact decimal form, as in a recording's `ts`.
    ///
    /// # Errors
    /// Only when the writer fails.
    pub fn write_secs(self, out: &mut impl fmt::Write) -> fmt::Result {
        number::write_scaled(out, i128::from(self.0), 9)
    }

    /// As a length of time that [`parse_span`] reads back: `15m`, `1h30m`, `250ms`. What is finer than a millisecond is left out.
    pub fn span(self) -> String {
        let mut rest = self.millis().max(0);
        let mut text = String::new();
        for (unit, millis) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
            if rest >= millis {
                text.push_str(&format!("{}{unit}", rest / millis));
                rest %= millis;
            }
        }
        if text.is_empty() { "0s".to_owned() } else { text }
    }

    /// As RFC 3339 in UTC, with as many decimals as it needs.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_nanosecond(i128::from(self.0)).map_or_else(|_| format!("{}ns", self.0), |t| t.to_string())
    }

    /// Parses what a person types: RFC 3339, epoch seconds, or `+10m` (also `+90s`, `+1h30m`) after `start`.
    ///
    /// # Errors
    /// [`TimeError::Form`] naming the accepted forms.
    pub fn parse_human(text: &str, start: Self) -> Result<Self, TimeError> {
        let text = text.trim();
        let bad = || TimeError::Form(text.to_owned());
        if let Some(offset) = text.strip_prefix('+') {
            return parse_span(offset).map(|span| start + span).ok_or_else(bad);
        }
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Self::parse_secs(text.as_bytes()).map_err(|_| bad());
        }
        let stamp: jiff::Timestamp = match text.parse() {
            Ok(stamp) => stamp,
            Err(_) => text
                .parse::<jiff::civil::DateTime>()
                .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC))
                .map_err(|_| bad())?
                .timestamp(),
        };
        i64::try_from(stamp.as_nanosecond()).map(Self).map_err(|_| bad())
    }
}

/// Parses a length of time such as `90s`, `10m`, `1h30m`, `250ms` or `2d`.
pub fn parse_span(text: &str) -> Option<Nanos> {
    let mut rest = text.trim();
    let mut total = 0_i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let units = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let count: i64 = rest[..digits].parse().ok()?;
        let unit: i64 = match &rest[digits..digits + units] {
            "ms" => 1_000_000,
            "" | "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            _ => return None,
        };
        total = total.checked_add(count.checked_mul(unit)?)?;
        rest = &rest[digits + units..];
    }
    Some(Nanos(total))
}

impl Add for Nanos {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Nanos {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl AddAssign for Nanos {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_never_go_through_a_float() {
        assert_eq!(Nanos::parse_secs(b"1722856114.123456789"), Ok(Nanos(1_722_856_114_123_456_789)));
        let mut text = String::new();
        Nanos(1_722_856_114_123_000_000).write_secs(&mut text).unwrap();
        assert_eq!(text, "1722856114.123");
        assert!(Nanos::parse_secs(b"9223372037").is_err());
    }

    #[test]
    fn people_write_times_in_several_ways() {
        let start = Nanos::from_secs(1_000);
        assert_eq!(Nanos::parse_human("+10m", start), Ok(Nanos::from_secs(1_600)));
        assert_eq!(Nanos::parse_human("+1h30m", start), Ok(Nanos::from_secs(6_400)));
        assert_eq!(Nanos::parse_human("1723161255.5", start), Ok(Nanos(1_723_161_255_500_000_000)));
        assert_eq!(Nanos::parse_human("2024-08-08T23:54:15Z", start), Ok(Nanos::from_secs(1_723_161_255)));
        assert_eq!(Nanos::parse_human("2024-08-08 23:54:15", start), Ok(Nanos::from_secs(1_723_161_255)));
        assert!(Nanos::parse_human("soon", start).is_err());
        assert!(Nanos::parse_human("+10x", start).is_err());
    }

    #[test]
    fn prints_rfc3339() {
        assert_eq!(Nanos::from_millis(1_723_161_255_030).rfc3339(), "2024-08-08T23:54:15.03Z");
    }
}
