//! What was found of a pair, for people.

use super::{Found, LegStats};
use crate::analytics::Undefined;
use crate::analytics::pairs::verdict;
use crate::analytics::summary::{Summary, summary};
use crate::cli::out::grouped;
use std::fmt::Write as _;

/// Width of the names in front.
const NAMES: usize = 15;
/// Width of a column of figures.
const COLUMN: usize = 16;

/// A figure of a summary.
type Pick = fn(&Summary) -> Option<f64>;
/// A figure of a leg, as text.
type Told = fn(&LegStats) -> Option<String>;

/// A number to so many significant figures with thousands apart, for prices as for volumes.
pub fn number(value: f64, figures: usize) -> String {
    let text = verdict::figures(value.abs(), figures);
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    let sign = if value < 0.0 && text != "0" { "−" } else { "" };
    rest.map_or_else(|| format!("{sign}{whole}"), |rest| format!("{sign}{whole}.{rest}"))
}

fn figure(value: Result<f64, Undefined>, figures: usize) -> String {
    value.map_or_else(|why| format!("none: {why}"), |value| number(value, figures))
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "  {name:<NAMES$}{value}");
}

/// The page of one pair.
pub fn page(found: &Found) -> String {
    let (analysis, setup) = (&found.analysis, &found.setup);
    let mut text = format!("{} = α + β · {}\n", found.y, found.x);
    let closed = found.closed().map_or_else(|| "no bar that both have".to_owned(), |at| format!("to {}", at.rfc3339()));
    let _ = writeln!(
        text,
        "  {} bars {closed}; {} over {} bars, z over {}\n",
        found.timeframe,
        setup.method,
        grouped(setup.window as u64),
        setup.z
    );
    match analysis.line {
        Ok(fit) => {
            let r2 = fit.r2.map_or_else(String::new, |r2| format!("   r² {r2:.4}"));
            let over = format!("   ({} bars)", grouped(fit.n as u64));
            line(&mut text, "hedge ratio", &format!("β {}   α {}{r2}{over}", number(fit.beta, 6), number(fit.alpha, 6)));
        }
        Err(why) => line(&mut text, "hedge ratio", &format!("none: {why}")),
    }
    line(&mut text, "spread", &figure(analysis.spread, 6));
    line(&mut text, "z-score", &analysis.z.map_or_else(|why| format!("none: {why}"), |z| verdict::minus(z, 3)));
    let of = if setup.returns { "log returns" } else { "closes" };
    let corr = analysis
        .corr
        .map_or_else(|why| format!("none: {why}"), |r| format!("{} of the last {} {of}", verdict::minus(r, 4), setup.z));
    line(&mut text, "correlation", &corr);
    line(&mut text, "half-life", &verdict::half_life(&analysis.half_life, found.timeframe));
    line(&mut text, "spread (ADF)", &verdict::stationarity(&analysis.adf).words);
    if let Ok(adf) = analysis.adf {
        line(&mut text, "", &test(adf.stat, adf.lags, adf.n, adf.crit));
    }
    line(&mut text, "Engle-Granger", &verdict::cointegration(&analysis.coint).words);
    if let Ok(coint) = analysis.coint {
        line(&mut text, "", &test(coint.stat, coint.lags, coint.n, coint.crit));
    }
    let legs = (found.y, found.x);
    let beta = analysis.line.ok().map(|line| line.beta);
    line(&mut text, "signal", &verdict::signal(analysis.signal, found.course.waits(), setup, legs, beta, analysis.z.ok()));
    text.push('\n');
    statistics(&mut text, found);
    text.push('\n');
    let _ = writeln!(text, "  {} bars both have; {}.", grouped(found.counts.common as u64), left_out(found));
    if analysis.adf.is_ok() {
        let _ = writeln!(text, "  {}.", verdict::CAVEAT);
    }
    text
}

fn test(stat: f64, lags: usize, n: usize, crit: [f64; 3]) -> String {
    let [one, five, ten] = crit.map(|value| verdict::minus(value, 2));
    let lags = if lags == 1 { "1 lag".to_owned() } else { format!("{lags} lags") };
    format!(
        "statistic {}; 1 % {one}, 5 % {five}, 10 % {ten}; {lags}, {} observations",
        verdict::minus(stat, 3),
        grouped(n as u64)
    )
}

fn left_out(found: &Found) -> String {
    let counts = found.counts;
    let mut parts = Vec::new();
    for (name, other, left) in [(found.y, found.x, counts.y), (found.x, found.y, counts.x)] {
        if left.inside > 0 {
            parts.push(format!("{} of {name} that {other} has not", grouped(left.inside as u64)));
        }
        if left.outside > 0 {
            parts.push(format!("{} of {name} before or after {other}'s", grouped(left.outside as u64)));
        }
    }
    if parts.is_empty() { "none left out".to_owned() } else { format!("left out: {}", parts.join(", ")) }
}

/// The legs and the spread over the window, beside each other.
fn statistics(text: &mut String, found: &Found) {
    let [y, x] = &found.legs;
    let spread = summary(&found.course.spreads());
    let _ = writeln!(
        text,
        "  {:<NAMES$}{:>COLUMN$}{:>COLUMN$}{:>COLUMN$}",
        "over the window",
        found.y.to_string(),
        found.x.to_string(),
        "spread"
    );
    let of = |leg: &Result<Summary, Undefined>, pick: Pick, figures: usize| {
        leg.as_ref().ok().and_then(pick).map_or_else(|| "-".to_owned(), |value| number(value, figures))
    };
    let rows: [(&str, Pick, usize); 6] = [
        ("mean", |s| Some(s.mean), 7),
        ("deviation", |s| Some(s.sd), 4),
        ("least", |s| Some(s.min), 7),
        ("greatest", |s| Some(s.max), 7),
        ("skew", |s| s.skew, 3),
        ("excess kurtosis", |s| s.kurtosis, 3),
    ];
    for (name, pick, figures) in rows {
        let [y, x, spread] = [&y.summary, &x.summary, &spread].map(|leg| of(leg, pick, figures));
        let _ = writeln!(text, "  {name:<NAMES$}{y:>COLUMN$}{x:>COLUMN$}{spread:>COLUMN$}");
    }
    let rows: [(&str, Told); 3] = [
        ("volatility p.a.", |leg| leg.volatility.ok().map(|v| format!("{:.1} %", v * 100.0))),
        ("volume", |leg| Some(number(leg.volume, 6))),
        ("VWAP", |leg| leg.vwap.map(|vwap| number(vwap, 7))),
    ];
    for (name, pick) in rows {
        let [y, x] = [y, x].map(|leg| pick(leg).unwrap_or_else(|| "-".to_owned()));
        let _ = writeln!(text, "  {name:<NAMES$}{y:>COLUMN$}{x:>COLUMN$}");
    }
}
