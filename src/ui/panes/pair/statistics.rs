//! Basic statistics of both legs and the spread over the window.

use super::figures::{minus, significant};
use crate::analytics::Undefined;
use crate::analytics::summary::{Summary, annualised_volatility, summary};
use crate::app::pairs::{PairKey, PairWork};
use crate::bars::BarView;
use crate::domain::{BarSpec, Nanos, Symbol};
use crate::drive::view::View;
use crate::ui::widgets::figures::short;

/// Seconds of a year of 365 days: markets that never close.
const YEAR: f64 = 365.0 * 86_400.0;

/// One leg.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LegFigures {
    /// Of the closes.
    pub closes: Result<Summary, Undefined>,
    /// Of the closes, a year; 0.5 is 50 %.
    pub volatility: Result<f64, Undefined>,
    /// What was traded, in units of the symbol; `None` where a bar is no longer there.
    pub volume: Option<f64>,
    /// The mean of (high + low + close) ÷ 3 by volume; `None` where nothing was traded.
    pub vwap: Option<f64>,
}

/// Both legs and the spread.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statistics {
    /// The bars they are of.
    pub bars: usize,
    pub y: LegFigures,
    pub x: LegFigures,
    pub spread: Result<Summary, Undefined>,
    of: (PairKey, Option<Nanos>, usize),
}

impl Statistics {
    fn version(work: &PairWork) -> (PairKey, Option<Nanos>, usize) {
        (work.key, work.latest_point().map(|point| point.at), work.course().len())
    }

    /// Those of a pair, unless these are its already.
    pub fn keep(kept: &mut Option<Self>, work: &PairWork, view: &View) {
        let of = Self::version(work);
        if kept.as_ref().is_some_and(|kept| kept.of == of) {
            return;
        }
        let course = work.course();
        let (y, x) = course.window();
        let first = course.len().saturating_sub(y.len());
        let starts: Vec<Nanos> = (first..course.len()).filter_map(|at| Some(course.get(at)?.at)).collect();
        let leg = |symbol: Symbol, closes: &[f64]| leg(work, view, symbol, closes, &starts);
        let spread = match course.last().and_then(|point| point.beta) {
            Some(beta) => summary(&y.iter().zip(x).map(|(y, x)| y - beta * x).collect::<Vec<_>>()),
            None => Err(course.figures().line.err().unwrap_or(Undefined::OutOfRange)),
        };
        let (leg_y, leg_x) = (leg(work.key.y, y), leg(work.key.x, x));
        *kept = Some(Self { bars: y.len(), y: leg_y, x: leg_x, spread, of });
    }

    /// The rows of a table: what it is, and the figure of y, x and the spread, as texts of at most `width` cells.
    pub fn rows(&self, width: u16, ascii: bool) -> Vec<(&'static str, [String; 3])> {
        let whole = [self.y.closes.as_ref(), self.x.closes.as_ref(), self.spread.as_ref()];
        let of = |value: fn(&Summary) -> Option<f64>, text: &dyn Fn(f64) -> String| {
            whole.map(|summary| summary.ok().and_then(value).map_or_else(|| "-".to_owned(), text))
        };
        let price = |value: f64| figure(value, width, ascii);
        let shape = |value: f64| minus(format!("{value:.2}"), ascii);
        let legs = |of: &dyn Fn(&LegFigures) -> Option<String>| {
            [of(&self.y), of(&self.x), None].map(|text| text.unwrap_or_else(|| "-".to_owned()))
        };
        vec![
            ("mean", of(|summary| Some(summary.mean), &price)),
            ("sd", of(|summary| Some(summary.sd), &price)),
            ("min", of(|summary| Some(summary.min), &price)),
            ("max", of(|summary| Some(summary.max), &price)),
            ("skew", of(|summary| summary.skew, &shape)),
            ("kurtosis", of(|summary| summary.kurtosis, &shape)),
            ("vol/year", legs(&|leg| leg.volatility.as_ref().ok().map(|volatility| format!("{:.1}%", volatility * 100.0)))),
            ("volume", legs(&|leg| leg.volume.map(short))),
            ("VWAP", legs(&|leg| leg.vwap.map(price))),
        ]
    }

    /// Why some of it is missing, one line each.
    pub fn why(&self) -> Vec<String> {
        let mut why: Vec<String> = Vec::new();
        let mut add = |what: &str, error: Option<&Undefined>| why.extend(error.map(|error| format!("{what}: {error}")));
        let (y, x) = (&self.y, &self.x);
        add("closes", y.closes.as_ref().err().or(x.closes.as_ref().err()));
        add("spread", self.spread.as_ref().err());
        add("vol/year", y.volatility.as_ref().err().or(x.volatility.as_ref().err()));
        let flat = |summary: &Result<Summary, Undefined>| summary.as_ref().is_ok_and(|summary| summary.min >= summary.max);
        if flat(&y.closes) || flat(&x.closes) || flat(&self.spread) {
            why.push("skew, kurtosis: what does not change has none".to_owned());
        }
        for leg in [y, x] {
            match (leg.volume, leg.vwap) {
                (None, _) => why.push("volume, VWAP: not all of these bars are held".to_owned()),
                (Some(_), None) => why.push("VWAP: nothing was traded".to_owned()),
                _ => continue,
            }
            break;
        }
        why
    }
}

fn leg(work: &PairWork, view: &View, symbol: Symbol, closes: &[f64], starts: &[Nanos]) -> LegFigures {
    let bars = view.snapshot.symbol(symbol).and_then(|view| view.bars(BarSpec::Time(work.key.timeframe)));
    let traded = bars.filter(|_| starts.len() == closes.len()).and_then(|bars| traded(bars, starts));
    LegFigures {
        closes: summary(closes),
        volatility: annualised_volatility(closes, YEAR / f64::from(work.key.timeframe.secs())),
        volume: traded.map(|(volume, _)| volume),
        vwap: traded.filter(|(volume, _)| *volume > 0.0).map(|(volume, value)| value / volume).filter(|vwap| vwap.is_finite()),
    }
}

/// What was traded in the bars that start then, and its value; `None` where one of them is not there.
fn traded(bars: &BarView, starts: &[Nanos]) -> Option<(f64, f64)> {
    let mut at = bars.position(*starts.first()?);
    let (mut volume, mut value) = (0.0, 0.0);
    for start in starts {
        while bars.get(at).is_some_and(|bar| bar.start < *start) {
            at += 1;
        }
        let bar = bars.get(at).filter(|bar| bar.start == *start)?;
        let amount = bar.volume.to_f64();
        volume += amount;
        value += amount * (bar.high.to_f64() + bar.low.to_f64() + bar.close.to_f64()) / 3.0;
    }
    Some((volume, value))
}

/// A number with as many digits as there is room for.
fn figure(value: f64, width: u16, ascii: bool) -> String {
    let digits = if value.abs() >= 10_000.0 { 7 } else { 6 };
    let fits = |text: &String| crate::ui::text::width(text) <= width;
    let whole = (4..=digits).rev().map(|digits| minus(significant(value, digits), ascii)).find(fits);
    whole.unwrap_or_else(|| minus(short(value), ascii))
}
