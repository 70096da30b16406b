//! What an account's course came to, in the figures of the trade.
//!
//! The definitions are those of backtesting.py 0.6.6 (`_stats.py`), which the tests hold them to: equity at the close of each bar, daily
//! returns of the last equity of each UTC day, compounded; a year is 365 days where bars come on weekends and 252 where not. What has no
//! value says why ([`Why`]) and never is NaN. Sources of single figures stand with them; all of them are in docs/backtest.md.

mod calendar;
mod drawdown;
pub mod normal;
pub mod sharpe;
#[cfg(test)]
mod tests;
mod trades;
mod why;

pub use calendar::{Period, PeriodProfit, profits};
pub use drawdown::Drawdown;
pub use trades::{Trades, trade_return};
pub use why::{Figure, Why};

use crate::broker::{AccountView, EquityPoint, RoundTrip};
use crate::domain::{Nanos, money};
use calendar::{Daily, bar_start};
use trades::{geometric_mean, variance};
use why::finite;

/// Trades below which ratios say little.
pub const FEW: usize = 30;
/// Days of a mean year.
const YEAR_DAYS: f64 = 365.25;

/// What performance is told of.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    /// The length of the account's bars.
    pub bar: Nanos,
    /// What the account began with.
    pub cash: f64,
    /// Equity at the close of each bar; of a bar that the recording's end cuts short, at the end.
    pub points: &'a [EquityPoint],
    /// What was opened and closed.
    pub trades: &'a [RoundTrip],
    /// Since when something is held that was not closed (the market's time).
    pub open_since: Option<Nanos>,
    /// The main symbol's price where holding it begins, and at the end.
    pub hold: Option<(f64, f64)>,
    /// Sums of the account.
    pub sums: Sums,
}

/// What an account's fills came to, quote units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// Fees paid.
    pub fees: f64,
    /// What slippage models cost.
    pub slippage: f64,
    /// Funding received less paid.
    pub funding: f64,
    /// Price × quantity of all fills.
    pub turnover: f64,
    /// Fills.
    pub fills: u64,
    /// Fills that rested in the book.
    pub made: u64,
}

impl From<&AccountView> for Sums {
    fn from(account: &AccountView) -> Self {
        Self {
            fees: money::to_f64(account.fees),
            slippage: money::to_f64(account.slippage),
            funding: money::to_f64(account.funding),
            turnover: money::to_f64(account.turnover),
            fills: account.fill_count,
            made: account.fills_made,
        }
    }
}

/// An account's course in figures. Percents are of 100.
#[derive(Debug, Clone, PartialEq)]
pub struct Performance {
    /// Start of the first bar; zero where there is none.
    pub start: Nanos,
    /// Close of the last one.
    pub end: Nanos,
    /// Bars.
    pub bars: usize,
    /// Share of the bars in which something was held that was closed later: from the bar of the entry to the bar of the exit, both
    /// included.
    pub exposure_pct: Figure,
    /// The same, what is still open at the end included.
    pub exposure_open_pct: Figure,
    /// Equity at the end, quote units.
    pub final_equity: f64,
    /// The highest equity at a bar's close.
    pub peak_equity: f64,
    /// Profit by what the account began with.
    pub return_pct: Figure,
    /// What holding the main symbol would have made, without fees, from the first bar a strategy could act on.
    pub buy_hold_pct: Figure,
    /// The return a year by the time that passed, a year being 365.25 days.
    pub cagr_pct: Figure,
    /// The return a year by the geometric mean of the daily returns.
    pub annual_return_pct: Figure,
    /// Standard deviation a year of compounded daily returns: √((σ² + (1 + g)²)ⁿ − (1 + g)²ⁿ). W. Marty, ssrn 3054517.
    pub volatility_pct: Figure,
    /// Return a year by volatility a year, nothing being free of risk.
    pub sharpe: Figure,
    /// Return a year by √(mean of the squares of the losing days' returns) a year.
    pub sortino: Figure,
    /// Return a year by the deepest drawdown.
    pub calmar: Figure,
    /// The deepest fall of equity below its highest at closes of bars, negative.
    pub max_drawdown_pct: f64,
    /// The longest time below the highest equity; `None` where there was none.
    pub max_drawdown_duration: Option<Nanos>,
    /// The trades.
    pub trades: Trades,
    /// Sums of the fills.
    pub sums: Sums,
    /// Price × quantity of all fills by the mean equity.
    pub turnover_ratio: Figure,
    /// Share of the fills that rested in the book, 0 to 1.
    pub maker_share: Figure,
    /// How ratios were made those of a year, in words.
    pub annualisation: String,
    /// Whether there are so few trades that ratios say little.
    pub few: bool,
}

impl Performance {
    /// The figures of a course.
    pub fn of(course: &Course<'_>) -> Self {
        let Course { bar, cash, points, trades, hold, sums, .. } = *course;
        let (first, last) = (points.first(), points.last());
        let final_equity = last.map_or(cash, |point| point.equity);
        let drawdown = Drawdown::of(points);
        let span = match (first, last) {
            (Some(first), Some(last)) => last.at.saturating_sub(first.at),
            _ => Nanos::ZERO,
        };
        let years = span.to_secs_f64() / 86_400.0 / YEAR_DAYS;
        let daily = if points.is_empty() { Err(Why::NoBars) } else { Daily::of(points, bar) };
        let ratios = Ratios::of(&daily, drawdown.deepest_pct);
        let closed = Trades::of(trades);
        let mean = points.iter().map(|point| point.equity).sum::<f64>() / points.len().max(1) as f64;
        Self {
            start: first.map_or(Nanos::ZERO, |point| bar_start(point.at, bar)),
            end: last.map_or(Nanos::ZERO, |point| point.at),
            bars: points.len(),
            exposure_pct: exposure(course, false),
            exposure_open_pct: exposure(course, true),
            final_equity,
            peak_equity: points.iter().map(|point| point.equity).fold(cash, f64::max),
            return_pct: if cash > 0.0 { finite((final_equity - cash) / cash * 100.0) } else { Err(Why::OutOfRange) },
            buy_hold_pct: match hold {
                Some((from, to)) if from > 0.0 => finite((to - from) / from * 100.0),
                _ => Err(Why::NoPrice),
            },
            cagr_pct: match final_equity / cash {
                _ if years <= 0.0 => Err(Why::NoBars),
                grown if grown <= 0.0 => Err(Why::Ruined),
                grown => finite((grown.powf(1.0 / years) - 1.0) * 100.0),
            },
            annual_return_pct: ratios.annual.map(|value| value * 100.0),
            volatility_pct: ratios.volatility.map(|value| value * 100.0),
            sharpe: ratios.sharpe,
            sortino: ratios.sortino,
            calmar: ratios.calmar,
            max_drawdown_pct: drawdown.deepest_pct,
            max_drawdown_duration: drawdown.longest,
            few: closed.count < FEW,
            trades: closed,
            sums,
            turnover_ratio: if mean > 0.0 { finite(sums.turnover / mean) } else { Err(Why::OutOfRange) },
            maker_share: if sums.fills == 0 { Err(Why::NoFills) } else { finite(sums.made as f64 / sums.fills as f64) },
            annualisation: match &daily {
                Ok(daily) => {
                    let s = if daily.days == 1 { "" } else { "s" };
                    let year = if daily.year == 365.0 { "365 a year" } else { "252 a year (no weekends)" };
                    format!("daily returns of {} day{s}, {year}", daily.days)
                }
                Err(why) => why.to_string(),
            },
        }
    }
}

/// What daily returns say of a year, parts of one.
struct Ratios {
    annual: Figure,
    volatility: Figure,
    sharpe: Figure,
    sortino: Figure,
    calmar: Figure,
}

impl Ratios {
    fn of(daily: &Result<Daily, Why>, deepest_pct: f64) -> Self {
        let daily = match daily {
            Ok(daily) => daily,
            Err(why) => return Self::none(*why),
        };
        let returns = &daily.returns;
        let short = |need: usize| Why::Days { have: daily.days, need };
        let mean = match geometric_mean(returns, short(2)) {
            Ok(mean) => mean,
            Err(why) => return Self::none(why),
        };
        let annual = finite((1.0 + mean).powf(daily.year) - 1.0);
        let volatility = if returns.len() < 2 {
            Err(short(3))
        } else {
            let square = (1.0 + mean).powi(2);
            let variance = variance(returns);
            finite(((variance + square).powf(daily.year) - square.powf(daily.year)).max(0.0).sqrt())
        };
        let by = |below: Figure, zero: Why| match (annual, below) {
            (Ok(_), Ok(0.0)) => Err(zero),
            (Ok(annual), Ok(below)) => finite(annual / below),
            (Err(why), _) | (_, Err(why)) => Err(why),
        };
        let losses = returns.iter().map(|value| value.min(0.0).powi(2)).sum::<f64>() / returns.len() as f64;
        Self {
            annual,
            volatility,
            sharpe: by(volatility, Why::Still),
            sortino: by(Ok(losses.sqrt() * daily.year.sqrt()), Why::NoLosingDay),
            calmar: by(Ok(-deepest_pct / 100.0), Why::NoDrawdown),
        }
    }

    fn none(why: Why) -> Self {
        Self { annual: Err(why), volatility: Err(why), sharpe: Err(why), sortino: Err(why), calmar: Err(why) }
    }
}

/// Share of the bars, percent, in which something was held.
fn exposure(course: &Course<'_>, open: bool) -> Figure {
    let points = course.points;
    if points.is_empty() {
        return Err(Why::NoBars);
    }
    // The bar a moment is in, or the last before it where there is none; what is before the first is in the first.
    let place = |at: Nanos| {
        let next = points.partition_point(|point| point.at <= at);
        let begun = points.get(next).is_some_and(|point| bar_start(point.at, course.bar) <= at);
        if begun { next } else { next.saturating_sub(1) }
    };
    // +1 where something begins to be held, −1 behind the bar in which it ends.
    let mut steps = vec![0_i64; points.len() + 1];
    let spans = course.trades.iter().map(|trade| (trade.entry_at, trade.exit_at));
    let last = points.last().map_or(Nanos::ZERO, |point| point.at);
    for (from, to) in spans.chain(course.open_since.filter(|_| open).map(|since| (since, last))) {
        steps[place(from)] += 1;
        steps[place(to) + 1] -= 1;
    }
    let mut held = 0;
    let exposed = steps[..points.len()].iter().filter(|step| {
        held += **step;
        held > 0
    });
    Ok(exposed.count() as f64 / points.len() as f64 * 100.0)
}

/// Returns from bar to bar, hour to hour or day to day: the longest steps of which there are at least 30, and how long they are; what
/// [`sharpe`] judges by.
pub fn returns(points: &[EquityPoint], bar: Nanos) -> (Nanos, Vec<f64>) {
    let steps = [Nanos::from_secs(86_400), Nanos::from_secs(3_600)];
    for step in steps.into_iter().filter(|step| *step > bar) {
        let found = sampled(points, bar, step);
        if found.len() >= FEW {
            return (step, found);
        }
    }
    (bar, sampled(points, bar, bar))
}

fn sampled(points: &[EquityPoint], bar: Nanos, step: Nanos) -> Vec<f64> {
    let mut ends: Vec<f64> = Vec::new();
    let (mut begun, mut until) = (Nanos(i64::MIN), Nanos(i64::MIN));
    for point in points {
        if point.at > until || ends.is_empty() {
            let start = bar_start(point.at, bar).floor_to(step);
            until = Nanos(start.0.saturating_add(step.0));
            if ends.is_empty() || start != begun {
                ends.push(point.equity);
            }
            begun = start;
        }
        if let Some(last) = ends.last_mut() {
            *last = point.equity;
        }
    }
    ends.windows(2).map(|pair| if pair[0] > 0.0 { pair[1] / pair[0] - 1.0 } else { 0.0 }).collect()
}
