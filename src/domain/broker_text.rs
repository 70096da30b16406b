//! The text forms of the simulated exchange's settings, as the configuration and the command line have them.

use super::time::parse_span;
use super::{Latency, Nanos, Profile, QueueModel, Slippage};
use std::fmt;
use std::str::FromStr;

/// A text that is none of what can be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: expected {expected}")]
pub struct BrokerTextError {
    text: String,
    expected: &'static str,
}

fn bad(text: &str, expected: &'static str) -> BrokerTextError {
    BrokerTextError { text: text.chars().filter(|c| !c.is_control()).take(40).collect(), expected }
}

/// The longest an order may be under way.
const LONGEST: Nanos = Nanos::from_secs(60);

impl FromStr for Profile {
    type Err = BrokerTextError;
    fn from_str(text: &str) -> Result<Self, BrokerTextError> {
        Self::named(text).ok_or_else(|| bad(text, "realistic, simple or mock-broker"))
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant { entry, response } if entry == response => f.pad(&entry.span()),
            Self::Constant { entry, response } => f.pad(&format!("{}+{}", entry.span(), response.span())),
            Self::Uniform { least, most } => f.pad(&format!("{}..{}", least.span(), most.span())),
            Self::Recorded => f.pad("recorded"),
        }
    }
}

impl FromStr for Latency {
    type Err = BrokerTextError;
    /// `50ms` each way, `20ms+80ms` there and back, `10ms..90ms` evenly between, or `recorded`.
    fn from_str(text: &str) -> Result<Self, BrokerTextError> {
        let error = || bad(text, "50ms, 20ms+80ms (there and back), 10ms..90ms (evenly between) or recorded; at most 60s");
        let span = |text: &str| parse_span(text.trim()).filter(|span| *span >= Nanos::ZERO && *span <= LONGEST).ok_or_else(error);
        let text = text.trim();
        if text == "recorded" {
            return Ok(Self::Recorded);
        }
        if let Some((least, most)) = text.split_once("..") {
            let (least, most) = (span(least)?, span(most)?);
            return if least <= most { Ok(Self::Uniform { least, most }) } else { Err(error()) };
        }
        let (entry, response) = text.split_once('+').unwrap_or((text, text));
        Ok(Self::Constant { entry: span(entry)?, response: span(response)? })
    }
}

/// `name(number)` or `name`.
fn call(text: &str) -> Option<(&str, Option<f64>)> {
    let text = text.trim();
    let Some((name, rest)) = text.split_once('(') else { return Some((text, None)) };
    let number: f64 = rest.strip_suffix(')')?.trim().parse().ok()?;
    number.is_finite().then_some((name.trim(), Some(number)))
}

impl FromStr for QueueModel {
    type Err = BrokerTextError;
    fn from_str(text: &str) -> Result<Self, BrokerTextError> {
        let error = || bad(text, "risk-averse, power(3), log or front; the power is from 0.1 to 20");
        match call(text).ok_or_else(error)? {
            ("risk-averse", None) => Ok(Self::RiskAverse),
            ("power", power) => {
                let power = power.unwrap_or(3.0);
                if (0.1..=20.0).contains(&power) { Ok(Self::Power(power)) } else { Err(error()) }
            }
            ("log", None) => Ok(Self::Log),
            ("front", None) => Ok(Self::Front),
            _ => Err(error()),
        }
    }
}

impl FromStr for Slippage {
    type Err = BrokerTextError;
    fn from_str(text: &str) -> Result<Self, BrokerTextError> {
        let error = || bad(text, "none, fixed(1), uniform(2) or impact(10), in basis points from 0 to 1000");
        let (name, number) = call(text).ok_or_else(error)?;
        let bps = || number.filter(|bps| (0.0..=1_000.0).contains(bps)).ok_or_else(error);
        match name {
            "none" if number.is_none() => Ok(Self::None),
            "fixed" => bps().map(Self::Fixed),
            "uniform" => bps().map(Self::Uniform),
            "impact" => bps().map(Self::Impact),
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back() {
        for text in ["50ms", "0s", "20ms+80ms", "10ms..90ms", "recorded"] {
            assert_eq!(text.parse::<Latency>().unwrap().to_string(), text);
        }
        assert_eq!("50ms".parse(), Ok(Latency::default()));
        for text in ["risk-averse", "power(3)", "power(2.5)", "log", "front"] {
            assert_eq!(text.parse::<QueueModel>().unwrap().to_string(), text);
        }
        for text in ["none", "fixed(1)", "uniform(2)", "impact(0.5)"] {
            assert_eq!(text.parse::<Slippage>().unwrap().to_string(), text);
        }
        for text in ["", "fast", "90ms..10ms", "2m", "-1ms", "50ms+"] {
            assert!(text.parse::<Latency>().is_err(), "{text}");
        }
        for text in ["power(0)", "power(nan)", "power(3", "front(1)", "risk"] {
            assert!(text.parse::<QueueModel>().is_err(), "{text}");
        }
        for text in ["fixed", "fixed(-1)", "none(1)", "impact(inf)"] {
            assert!(text.parse::<Slippage>().is_err(), "{text}");
        }
        for profile in Profile::ALL {
            assert_eq!(profile.name().parse(), Ok(profile));
        }
    }
}
