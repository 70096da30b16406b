//! Sizes a user enters: from which on something is shown, or is large.

use crate::domain::Qty;
use crate::ui::widgets::figures;
use std::fmt;

/// A least size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// A quantity, base units.
    Base(Qty),
    /// A price times a quantity, quote units.
    Quote(Qty),
    /// So many times what is usual (the median).
    Times(f64),
}

impl Threshold {
    /// Whether something reaches it: its quantity and its price × quantity, both in 1e-8 and 1e-16 units, and how many times
    /// the usual size it is.
    pub fn holds(self, qty: i128, notional: i128, times: f64) -> bool {
        match self {
            Self::Base(least) => qty >= i128::from(least.units()),
            Self::Quote(least) => notional >= i128::from(least.units()) * 100_000_000,
            Self::Times(least) => times >= least,
        }
    }

    /// The next larger or smaller round size (1, 2, 5, 10 …) of the same kind; `None` below the smallest.
    pub fn step(self, larger: bool) -> Option<Self> {
        match self {
            Self::Base(least) => round_step(least, larger, 100_000).map(Self::Base),
            Self::Quote(least) => round_step(least, larger, FIRST.units()).map(Self::Quote),
            Self::Times(times) => {
                Some(Self::Times(if larger { times * 2.0 } else { times / 2.0 }).clamp_times()).filter(|next| *next != self)
            }
        }
    }

    const fn clamp_times(self) -> Self {
        match self {
            Self::Times(times) => Self::Times(times.clamp(1.0, 100_000.0)),
            other => other,
        }
    }

    /// With its unit: `0.5 BTC`, `50.0K USDT`, `10× median`.
    pub fn label(self, base: &str, quote: &str, ascii: bool) -> String {
        let unit = |unit: &str, otherwise: &str| if unit.is_empty() { otherwise.to_owned() } else { unit.to_owned() };
        match self {
            Self::Base(qty) => format!("{} {}", qty, unit(base, "units")),
            Self::Quote(amount) => format!("{} {}", figures::short(amount.to_f64()), unit(quote, "quote")),
            Self::Times(times) => format!("{times}{} median", if ascii { 'x' } else { '×' }),
        }
    }
}

/// The first step of amounts in quote units.
pub const FIRST: Qty = Qty::from_units(1_000 * 100_000_000);

fn round_step(from: Qty, larger: bool, least: i64) -> Option<Qty> {
    let steps = (0..18_u32).flat_map(|power| [1, 2, 5].map(|digit| 10_i64.pow(power).saturating_mul(digit)));
    let mut steps = steps.filter(|units| *units >= least);
    let found = if larger { steps.find(|units| *units > from.units()) } else { steps.rfind(|units| *units < from.units()) };
    if larger && found.is_none() { Some(from) } else { found.map(Qty::from_units) }
}

impl fmt::Display for Threshold {
    /// As it is entered and kept: `0.5`, `$50000`, `10x`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(qty) => write!(f, "{qty}"),
            Self::Quote(amount) => write!(f, "${amount}"),
            Self::Times(times) => write!(f, "{times}x"),
        }
    }
}

impl std::str::FromStr for Threshold {
    type Err = String;

    /// Reads `0.5` (base units), `$50k` or `50k USDT` (quote units), `10x` (times the median).
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_lowercase().replace([',', '_', ' '], "");
        let wrong = || format!("`{text}` is no size: 0.5 is in base units, $50k in quote units, 10x is times the median");
        if let Some(times) = text.strip_suffix(['x', '×']) {
            let times = times.parse::<f64>().map_err(|_| wrong())?;
            return if (1.0..=100_000.0).contains(&times) { Ok(Self::Times(times)) } else { Err(wrong()) };
        }
        let bare = ["usdt", "usdc", "fdusd", "busd", "usd", "$"].iter().find_map(|unit| text.strip_suffix(unit));
        let (quote, amount) = match (bare, text.strip_prefix('$')) {
            (_, Some(rest)) => (true, rest),
            (Some(rest), None) => (true, rest),
            (None, None) => (false, text.as_str()),
        };
        let (amount, factor) = match amount.as_bytes().last() {
            Some(b'k') => (&amount[..amount.len() - 1], 1_000),
            Some(b'm') => (&amount[..amount.len() - 1], 1_000_000),
            _ => (amount, 1),
        };
        let units = Qty::parse(amount.as_bytes()).ok().and_then(|qty| qty.units().checked_mul(factor));
        let size = units.filter(|units| *units > 0).map(Qty::from_units).ok_or_else(wrong)?;
        Ok(if quote { Self::Quote(size) } else { Self::Base(size) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_traders_write_them() {
        let read = |text: &str| text.parse::<Threshold>().map(|size| size.to_string());
        for (text, kept) in [
            ("0.5", "0.5"),
            (" $50k ", "$50000"),
            ("50k usdt", "$50000"),
            ("1.5m$", "$1500000"),
            ("1,000", "1000"),
            ("2k", "2000"),
            ("10x", "10x"),
            ("2.5×", "2.5x"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(kept), "{text}");
            assert_eq!(read(kept).as_deref(), Ok(kept));
        }
        for text in ["", "0", "-1", "k", "x", "0x", "nanx", "ten", "$", "999999999999999"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn steps_are_round_and_end() {
        let mut at: Threshold = "$1k".parse().unwrap();
        let mut seen = Vec::new();
        for _ in 0..4 {
            at = at.step(true).unwrap();
            seen.push(at.to_string());
        }
        assert_eq!(seen, ["$2000", "$5000", "$10000", "$20000"]);
        assert_eq!("$1000".parse::<Threshold>().unwrap().step(false), None);
        assert_eq!("0.03".parse::<Threshold>().unwrap().step(true).unwrap().to_string(), "0.05");
        assert_eq!("0.03".parse::<Threshold>().unwrap().step(false).unwrap().to_string(), "0.02");
        assert_eq!("1x".parse::<Threshold>().unwrap().step(false), None);
    }

    #[test]
    fn a_size_is_reached_in_its_own_unit() {
        let half: Threshold = "0.5".parse().unwrap();
        let dollars: Threshold = "$30k".parse().unwrap();
        let notional = |price: i128, qty: i128| price * qty;
        assert!(half.holds(50_000_000, 0, 0.0) && !half.holds(49_999_999, i128::MAX, 9.0));
        assert!(dollars.holds(0, notional(6_000_000_000_000, 50_000_000), 0.0));
        assert!(!dollars.holds(0, notional(5_999_999_999_999, 50_000_000), 0.0));
        assert_eq!(half.label("BTC", "USDT", false), "0.5 BTC");
        assert_eq!(dollars.label("BTC", "USDT", false), "30.0K USDT");
    }
}
