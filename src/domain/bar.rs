//! Bars: what happened over an interval of time, a number of trades, a volume, a turnover or a price range.

use super::{Nanos, Price, Qty, Volume};
use std::fmt;

/// A length of time that bars are built over: a whole number of seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeframe(u32);

impl Timeframe {
    /// One second: the one built from trades; every longer one is made of it.
    pub const S1: Self = Self(1);
    /// Five seconds.
    pub const S5: Self = Self(5);
    /// Fifteen seconds.
    pub const S15: Self = Self(15);
    /// One minute.
    pub const M1: Self = Self(60);
    /// Three minutes.
    pub const M3: Self = Self(180);
    /// Five minutes.
    pub const M5: Self = Self(300);
    /// Fifteen minutes.
    pub const M15: Self = Self(900);
    /// Half an hour.
    pub const M30: Self = Self(1_800);
    /// One hour.
    pub const H1: Self = Self(3_600);
    /// Four hours.
    pub const H4: Self = Self(14_400);
    /// One day, from 00:00 UTC.
    pub const D1: Self = Self(86_400);
    /// Every timeframe the engine builds, shortest first. Each is a multiple of an earlier one.
    pub const ALL: [Self; 11] =
        [Self::S1, Self::S5, Self::S15, Self::M1, Self::M3, Self::M5, Self::M15, Self::M30, Self::H1, Self::H4, Self::D1];

    /// A timeframe of so many seconds, 1 to 31 days' worth.
    pub fn from_secs(secs: u32) -> Option<Self> {
        (1..=31 * 86_400).contains(&secs).then_some(Self(secs))
    }

    /// Its length in seconds.
    pub const fn secs(self) -> u32 {
        self.0
    }

    /// Its length.
    pub const fn nanos(self) -> Nanos {
        Nanos::from_secs(self.0 as i64)
    }

    /// The start of the interval that holds the moment; intervals are aligned to the epoch.
    pub const fn start_of(self, at: Nanos) -> Nanos {
        at.floor_to(self.nanos())
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.0 {
            s if s.is_multiple_of(86_400) => (s / 86_400, "d"),
            s if s.is_multiple_of(3_600) => (s / 3_600, "h"),
            s if s.is_multiple_of(60) => (s / 60, "m"),
            s => (s, "s"),
        };
        f.pad(&format!("{count}{unit}"))
    }
}

impl std::str::FromStr for Timeframe {
    type Err = BarSpecError;
    fn from_str(text: &str) -> Result<Self, BarSpecError> {
        let bad = || BarSpecError(text.to_owned());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let count: u32 = text[..digits].parse().map_err(|_| bad())?;
        let unit = match &text[digits..] {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            _ => return Err(bad()),
        };
        count.checked_mul(unit).and_then(Self::from_secs).ok_or_else(bad)
    }
}

/// A text that names no kind of bar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no bar: expected a time (1s 5s 15s 1m 3m 5m 15m 30m 1h 4h 1d), tick:100, volume:5, dollar:1000000 or range:10")]
pub struct BarSpecError(pub String);

/// What closes a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BarSpec {
    /// Time, aligned to the epoch.
    Time(Timeframe),
    /// A number of trades.
    Tick(u32),
    /// A traded quantity in base units; the trade that completes it closes the bar.
    Volume(Qty),
    /// A turnover in quote units; the trade that completes it closes the bar.
    Dollar(Price),
    /// A distance from low to high, in ticks of the instrument.
    Range(u32),
}

impl fmt::Display for BarSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Time(tf) => tf.to_string(),
            Self::Tick(n) => format!("tick:{n}"),
            Self::Volume(q) => format!("volume:{q}"),
            Self::Dollar(n) => format!("dollar:{n}"),
            Self::Range(n) => format!("range:{n}"),
        };
        f.pad(&text)
    }
}

impl std::str::FromStr for BarSpec {
    type Err = BarSpecError;
    fn from_str(text: &str) -> Result<Self, BarSpecError> {
        let bad = || BarSpecError(text.to_owned());
        let Some((kind, size)) = text.split_once(':') else { return text.parse().map(Self::Time) };
        let count = || size.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(bad);
        Ok(match kind {
            "tick" => Self::Tick(count()?),
            "range" => Self::Range(count()?),
            "volume" => Self::Volume(size.parse().ok().filter(|q: &Qty| q.units() > 0).ok_or_else(bad)?),
            "dollar" => Self::Dollar(size.parse().ok().filter(|q: &Price| q.units() > 0).ok_or_else(bad)?),
            _ => return Err(bad()),
        })
    }
}

/// One bar: open, high, low, close, and what was traded in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// When its interval begins; for bars that are not of time, its first trade.
    pub start: Nanos,
    /// First price.
    pub open: Price,
    /// Highest price.
    pub high: Price,
    /// Lowest price.
    pub low: Price,
    /// Last price.
    pub close: Price,
    /// Traded quantity, base units.
    pub volume: Volume,
    /// The part of it that takers bought.
    pub buy_volume: Volume,
    /// Number of trades.
    pub trades: u32,
}

impl Bar {
    /// A bar of nothing traded at a price.
    pub const fn flat(start: Nanos, price: Price) -> Self {
        Self {
            start,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: Volume::ZERO,
            buy_volume: Volume::ZERO,
            trades: 0,
        }
    }

    /// Takers' buying less their selling, in base units.
    pub fn delta(&self) -> f64 {
        (self.buy_volume + self.buy_volume - self.volume).to_f64()
    }

    /// Whether it only repeats a price because nothing was traded.
    pub fn is_quiet(&self) -> bool {
        self.trades == 0 && self.volume.is_zero() && self.high == self.low
    }

    /// Takes in a later bar: the whole spans both. A quiet bar adds no price to one that traded.
    pub fn absorb(&mut self, later: &Self) {
        if later.is_quiet() && (!self.is_quiet() || later.close == self.close) {
            return;
        }
        if self.is_quiet() {
            *self = Self { start: self.start, ..*later };
            return;
        }
        self.high = self.high.max(later.high);
        self.low = self.low.min(later.low);
        self.close = later.close;
        self.volume += later.volume;
        self.buy_volume += later.buy_volume;
        self.trades = self.trades.saturating_add(later.trades);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for text in ["1s", "15s", "1m", "4h", "1d", "tick:100", "volume:0.5", "dollar:1000000", "range:10"] {
            assert_eq!(text.parse::<BarSpec>().unwrap().to_string(), text);
        }
        for text in ["", "m", "0m", "1y", "tick:0", "tick:x", "volume:-1", "99999d", "renko:1"] {
            assert!(text.parse::<BarSpec>().is_err(), "{text}");
        }
    }

    #[test]
    fn each_timeframe_divides_into_a_shorter_one() {
        for (i, tf) in Timeframe::ALL.iter().enumerate().skip(1) {
            assert!(Timeframe::ALL[..i].iter().any(|s| tf.secs().is_multiple_of(s.secs())));
        }
    }
}
