//! What was found of pairs, for programs (`docs/pairs.md`). Keys stand in the order they are documented in.

use super::{Found, LegStats};
use crate::analytics::Undefined;
use crate::analytics::adf::Adf;
use crate::analytics::cointegration::Coint;
use crate::analytics::pairs::{Counts, LeftOut, Mark, Method, Point};
use crate::domain::{Nanos, Symbol, Timeframe};
use serde::{Serialize, Serializer};

/// Reasons by the names of the figures that are missing.
#[derive(Debug, Default)]
pub struct Why(Vec<(&'static str, String)>);

impl Why {
    /// The figure, or nothing and its reason kept.
    pub fn take<T: Copy>(&mut self, name: &'static str, figure: &Result<T, Undefined>) -> Option<T> {
        figure.as_ref().map_err(|why| self.0.push((name, why.to_string()))).ok().copied()
    }

    /// Nothing, for this reason.
    pub fn say(&mut self, name: &'static str, reason: impl Into<String>) {
        self.0.push((name, reason.into()));
    }
}

impl Serialize for Why {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, reason)| (name, reason)))
    }
}

/// Critical values.
#[derive(Debug, Serialize)]
pub struct Critical {
    #[serde(rename = "1%")]
    one: f64,
    #[serde(rename = "5%")]
    five: f64,
    #[serde(rename = "10%")]
    ten: f64,
}

impl From<[f64; 3]> for Critical {
    fn from([one, five, ten]: [f64; 3]) -> Self {
        Self { one, five, ten }
    }
}

/// A unit-root test: of the spread, or of the residuals as the test of cointegration makes it.
#[derive(Debug, Serialize)]
pub struct UnitRoot {
    stat: f64,
    p: f64,
    lags: usize,
    n: usize,
    crit: Critical,
}

impl From<Adf> for UnitRoot {
    fn from(Adf { stat, p, lags, n, crit }: Adf) -> Self {
        Self { stat, p, lags, n, crit: crit.into() }
    }
}

impl From<Coint> for UnitRoot {
    fn from(Coint { stat, p, crit, lags, n }: Coint) -> Self {
        Self { stat, p, lags, n, crit: crit.into() }
    }
}

/// Bars of one leg without the other.
#[derive(Debug, Serialize)]
pub struct Left {
    inside: usize,
    outside: usize,
}

impl From<LeftOut> for Left {
    fn from(LeftOut { inside, outside }: LeftOut) -> Self {
        Self { inside, outside }
    }
}

/// Of both legs.
#[derive(Debug, Serialize)]
pub struct LeftBoth {
    y: Left,
    x: Left,
}

impl From<Counts> for LeftBoth {
    fn from(counts: Counts) -> Self {
        Self { y: counts.y.into(), x: counts.x.into() }
    }
}

/// A moment in seconds; whole, as bars of time are.
pub fn seconds(at: Nanos) -> i64 {
    at.secs()
}

/// Why there is no r²: only least squares explains a share of a variance.
fn why_no_r2(method: Method) -> String {
    format!("r2 is of least squares: {method} has none")
}

#[derive(Debug, Serialize)]
struct Stats {
    mean: Option<f64>,
    sd: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    skew: Option<f64>,
    kurtosis: Option<f64>,
    volatility: Option<f64>,
    volume: f64,
    vwap: Option<f64>,
}

impl Stats {
    /// Reasons are kept under the leg's name and the figure's.
    fn of(leg: &LegStats, names: [&'static str; 5], why: &mut Why) -> Self {
        let [all, skew, kurtosis, volatility, vwap] = names;
        let summary = why.take(all, &leg.summary);
        let shape = |value: Option<f64>, name, why: &mut Why| {
            if value.is_none() && summary.is_some() {
                why.say(name, if summary.is_some_and(|s| s.sd > 0.0) { "too few bars" } else { "it did not change" });
            }
            value
        };
        if leg.vwap.is_none() {
            why.say(vwap, "nothing was traded");
        }
        Self {
            mean: summary.map(|s| s.mean),
            sd: summary.map(|s| s.sd),
            min: summary.map(|s| s.min),
            max: summary.map(|s| s.max),
            skew: shape(summary.and_then(|s| s.skew), skew, why),
            kurtosis: shape(summary.and_then(|s| s.kurtosis), kurtosis, why),
            volatility: why.take(volatility, &leg.volatility),
            volume: leg.volume,
            vwap: leg.vwap,
        }
    }
}

#[derive(Debug, Serialize)]
struct BothStats {
    y: Stats,
    x: Stats,
}

/// The document of `pairs --json`.
#[derive(Debug, Serialize)]
pub struct Document {
    y: Symbol,
    x: Symbol,
    bar: String,
    n: Option<usize>,
    method: &'static str,
    beta: Option<f64>,
    alpha: Option<f64>,
    r2: Option<f64>,
    spread: Option<f64>,
    z: Option<f64>,
    half_life: Option<f64>,
    adf: Option<UnitRoot>,
    coint: Option<UnitRoot>,
    corr: Option<f64>,
    ts: Option<i64>,
    signal: Option<&'static str>,
    window: usize,
    common: usize,
    left_out: LeftBoth,
    stats: BothStats,
    why: Why,
}

/// Of one pair.
pub fn document(found: &Found) -> Document {
    let analysis = &found.analysis;
    let mut why = Why::default();
    let n = why.take("n", &analysis.line.map(|line| line.n));
    let beta = why.take("beta", &analysis.line.map(|line| line.beta));
    let alpha = why.take("alpha", &analysis.line.map(|line| line.alpha));
    let r2 = why.take("r2", &analysis.line.map(|line| line.r2)).flatten();
    if let (Ok(_), None) = (&analysis.line, r2) {
        why.say("r2", why_no_r2(found.setup.method));
    }
    let spread = why.take("spread", &analysis.spread);
    let z = why.take("z", &analysis.z);
    let half_life = why.take("half_life", &analysis.half_life);
    let adf = why.take("adf", &analysis.adf).map(UnitRoot::from);
    let coint = why.take("coint", &analysis.coint).map(UnitRoot::from);
    let corr = why.take("corr", &analysis.corr);
    if analysis.at.is_none() {
        why.say("ts", "no bar that both have");
    }
    let [y, x] = &found.legs;
    let stats = BothStats {
        y: Stats::of(y, ["stats.y", "stats.y.skew", "stats.y.kurtosis", "stats.y.volatility", "stats.y.vwap"], &mut why),
        x: Stats::of(x, ["stats.x", "stats.x.skew", "stats.x.kurtosis", "stats.x.volatility", "stats.x.vwap"], &mut why),
    };
    Document {
        y: found.y,
        x: found.x,
        bar: found.timeframe.to_string(),
        n,
        method: found.setup.method.name(),
        beta,
        alpha,
        r2,
        spread,
        z,
        half_life,
        adf,
        coint,
        corr,
        ts: found.closed().map(seconds),
        signal: analysis.z.is_ok().then_some(analysis.signal.name()),
        window: found.setup.window,
        common: found.counts.common,
        left_out: found.counts.into(),
        stats,
        why,
    }
}

/// A line of `pairs --series`.
#[derive(Debug, Serialize)]
pub struct SeriesLine {
    ts: i64,
    y_close: f64,
    x_close: f64,
    beta: Option<f64>,
    alpha: Option<f64>,
    r2: Option<f64>,
    spread: Option<f64>,
    z: Option<f64>,
    corr: Option<f64>,
    mark: Option<&'static str>,
}

/// Of one bar.
pub fn line(point: &Point, timeframe: Timeframe) -> SeriesLine {
    let Point { at, y, x, beta, alpha, r2, spread, z, corr, mark } = *point;
    let ts = seconds(at + timeframe.nanos());
    SeriesLine { ts, y_close: y, x_close: x, beta, alpha, r2, spread, z, corr, mark: mark.map(Mark::name) }
}
