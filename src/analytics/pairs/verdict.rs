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
        // Days may be trading days: how much time so many of them take is not known.
        Ok(bars) if timeframe >= Timeframe::D1 => format!("{} bars", counted(*bars)),
        Ok(bars) => format!("{} bars ({})", counted(*bars), span(bars * f64::from(timeframe.secs()))),
        Err(why) => format!("none: {why}"),
    }
}

/// A number of bars, with a decimal where there are few.
fn counted(bars: f64) -> String {
    let decimals = usize::from(bars < 100.0);
    format!("{bars:.decimals$}")
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
        Signal::Short => format!("short the spread{held} (z = {now}; out at {exit}, stop at {stop})"),
        Signal::Long => {
            let out = if *exit > 0.0 { format!("−{exit}") } else { "0".to_owned() };
            format!("long the spread{held} (z = {now}; out at {out}, stop at −{stop})")
        }
        Signal::Flat if waits => format!("flat: went to the stop, waits for |z| below {entry} (z = {now})"),
        Signal::Flat => format!("flat: z = {now}; sell the spread at {entry}, buy it at −{entry}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adf(stat: f64, p: f64) -> Adf {
        Adf { stat, p, lags: 1, n: 98, crit: [-3.5, -2.89, -2.58] }
    }

    #[test]
    fn a_test_is_told_by_the_strictest_level_it_passes() {
        for (stat, p, level, words) in [
            (-3.9, 0.0004, Some(1), "stationary at 1 %: p < 0.001"),
            (-3.4, 0.0119, Some(5), "stationary at 5 %: p = 0.012"),
            (-2.7, 0.0712, Some(10), "stationary at 10 %: p = 0.071"),
            (-1.7, 0.43, None, "not stationary: p = 0.43 (10 % would need −2.58, is −1.70)"),
            (0.001, 0.9999, None, "not stationary: p = 1.00 (10 % would need −2.58, is 0.00)"),
        ] {
            assert_eq!(stationarity(&Ok(adf(stat, p))), Verdict { level, words: words.to_owned() });
        }
        let none = cointegration(&Err(Undefined::TooShort { have: 60, need: 100 }));
        assert_eq!(none, Verdict { level: None, words: "no test: 60 of 100 bars".to_owned() });
    }

    #[test]
    fn half_lives_are_in_bars_and_time() {
        assert_eq!(half_life(&Ok(12.4), Timeframe::M1), "12.4 bars (12 min 24 s)");
        assert_eq!(half_life(&Ok(8_063.3), Timeframe::M1), "8063 bars (5 d 14 h)");
        assert_eq!(half_life(&Ok(0.5), Timeframe::S1), "0.5 bars (1 s)");
        assert_eq!(half_life(&Ok(0.1), Timeframe::S1), "0.1 bars (under 1 s)");
        assert_eq!(half_life(&Ok(1e300), Timeframe::H4).split_once('(').map(|(_, time)| time), Some("over 10,000 d)"));
        assert_eq!(half_life(&Ok(5.2), Timeframe::D1), "5.2 bars");
        assert_eq!(
            half_life(&Err(Undefined::NotReverting { lambda: 0.01 }), Timeframe::M1),
            "none: does not revert (slope 1.00e-2)"
        );
    }

    #[test]
    fn a_signal_says_what_to_buy_and_sell() {
        let [y, x] = ["ETHUSDT", "BTCUSDT"].map(|name| Symbol::new(name).unwrap_or(Symbol::UNKNOWN));
        let setup = PairSetup { exit: 0.5, ..PairSetup::default() };
        let told = |state, waits, beta, z| signal(state, waits, &setup, (y, x), beta, z);
        let short = told(Signal::Short, false, Some(0.045_898), Some(2.314));
        assert_eq!(short, "short the spread: sell 1 ETHUSDT, buy 0.0459 BTCUSDT (z = 2.31; out at 0.5, stop at 4)");
        let long = told(Signal::Long, false, Some(-17.3), Some(-2.0));
        assert_eq!(long, "long the spread: buy 1 ETHUSDT, buy 17.3 BTCUSDT (z = −2.00; out at −0.5, stop at −4)");
        assert_eq!(told(Signal::Flat, false, None, Some(0.834)), "flat: z = 0.83; sell the spread at 2, buy it at −2");
        assert!(told(Signal::Flat, true, None, Some(3.0)).contains("waits for |z| below 2"));
        assert!(told(Signal::Flat, false, None, None).starts_with("no signal"));
    }

    #[test]
    fn figures_have_the_digits_that_matter() {
        let texts = [0.045_898, 17.3, 123_456.7, 0.0, 1e-9, 2.0].map(|value| figures(value, 4));
        assert_eq!(texts, ["0.0459", "17.3", "123457", "0", "0.000000001", "2"]);
    }
}
