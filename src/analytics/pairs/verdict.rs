//! What the figures of a pair mean, in words.

use super::{PairSetup, Signal};
use crate::analytics::Undefined;
use crate::analytics::adf::Adf;
use crate::analytics::cointegration::Coint;
use crate::domain::{Symbol, Timeframe};

/// What is to be said beside the p of the unit-root test.
pub const CAVEAT: &str = "ADF on an estimated spread: its p is too small; the cointegration p accounts for the estimate";

/// Levels a test is held to, strictest first, in per cent.
const LEVELS: [u8; 3] = [1, 5, 10];

/// A test in words, with the strictest level it passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// 1, 5 or 10 %; `None` where it passes none, or there is no test.
    pub level: Option<u8>,
    /// One line.
    pub words: String,
}

/// Whether the spread is stationary: "stationary at 5 %: p = 0.012".
pub fn stationarity(adf: &Result<Adf, Undefined>) -> Verdict {
    verdict("stationary", adf.as_ref().map(|adf| (adf.stat, adf.p, adf.crit)))
}

/// Whether the two are cointegrated: "not cointegrated: p = 0.43 (10 % would need −3.08, is −1.70)".
pub fn cointegration(coint: &Result<Coint, Undefined>) -> Verdict {
    verdict("cointegrated", coint.as_ref().map(|coint| (coint.stat, coint.p, coint.crit)))
}

fn verdict(what: &str, test: Result<(f64, f64, [f64; 3]), &Undefined>) -> Verdict {
    let (stat, p, crit) = match test {
        Ok(test) => test,
        Err(why) => return Verdict { level: None, words: format!("no test: {why}") },
    };
    let level = LEVELS.into_iter().find(|level| p <= f64::from(*level) / 100.0);
    let words = match level {
        Some(level) => format!("{what} at {level} %: {}", p_value(p)),
        None => format!("not {what}: {} (10 % would need {}, is {})", p_value(p), minus(crit[2], 2), minus(stat, 2)),
    };
    Verdict { level, words }
}

/// A p-value with the digits that matter: "p = 0.012", "p < 0.001".
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "p < 0.001".to_owned()
    } else if p < 0.1 {
        format!("p = {p:.3}")
    } else {
        format!("p = {p:.2}")
    }
}

/// A number with a true minus sign, and none before a zero.
pub fn minus(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { format!("−{text}") } else { text }
}

/// A half-life in bars and time: "12.4 bars (12 min 24 s)".
pub fn half_life(half_life: &Result<f64, Undefined>, timeframe: Timeframe) -> String {
    match half_life {
        Ok(bars) => {
            let decimals = usize::from(*bars < 100.0);
            format!("{bars:.decimals$} bars ({})", span(bars * f64::from(timeframe.secs())))
        }
        Err(why) => why.to_string(),
    }
}

/// A length of time in its two largest units: "2 h 5 min".
pub fn span(seconds: f64) -> String {
    const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
    if seconds > 10_000.0 * 86_400.0 {
        return "over 10,000 d".to_owned();
    }
    let total = seconds.round().max(0.0) as u64;
    let Some(first) = UNITS.iter().position(|(_, length)| total >= *length) else { return "under 1 s".to_owned() };
    let (name, length) = UNITS[first];
    let mut text = format!("{} {name}", total / length);
    if let Some((name, next)) = UNITS.get(first + 1)
        && total % length / next > 0
    {
        text.push_str(&format!(" {} {name}", total % length / next));
    }
    text
}

/// What a unit of the spread is made of: to sell it, sell one of y and buy β of x.
pub fn legs(signal: Signal, y: Symbol, x: Symbol, beta: f64) -> Option<String> {
    let (first, other) = match (signal, beta >= 0.0) {
        (Signal::Flat, _) => return None,
        (Signal::Long, true) => ("buy", "sell"),
        (Signal::Long, false) => ("buy", "buy"),
        (Signal::Short, true) => ("sell", "buy"),
        (Signal::Short, false) => ("sell", "sell"),
    };
    Some(format!("{first} 1 {y}, {other} {} {x}", figures(beta.abs(), 4)))
}

/// A positive number to so many significant figures, without an exponent.
pub fn figures(value: f64, figures: usize) -> String {
    if !(value.is_finite() && value > 0.0) {
        return "0".to_owned();
    }
    let magnitude = value.log10().floor() as i32;
    let decimals = (figures as i32 - 1 - magnitude).clamp(0, 12) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The state of the rule in one line: what to hold and until when.
pub fn signal(
    signal: Signal,
    waits: bool,
    setup: &PairSetup,
    (y, x): (Symbol, Symbol),
    beta: Option<f64>,
    z: Option<f64>,
) -> String {
    let PairSetup { entry, exit, stop, .. } = setup;
    let Some(z) = z else { return "no signal: there is no z-score".to_owned() };
    let held = beta.and_then(|beta| legs(signal, y, x, beta)).map_or_else(String::new, |legs| format!(": {legs}"));
    let now = minus(z, 2);
    match signal {
        Signal::Short => format!("short the spread{held} (z = {now}; out at {}, stop at {stop})", minus(*exit, 2)),
        Signal::Long => format!("long the spread{held} (z = {now}; out at {}, stop at −{stop})", minus(-exit, 2)),
        Signal::Flat if waits => format!("flat: went to the stop, waits for |z| below {entry} (z = {now})"),
        Signal::Flat => format!("flat: z = {now}; sell the spread at {entry}, buy it at −{entry}"),
    }
}
