//! What a combination came to, on the whole and in parts of the time.

use super::super::outcome::points;
use super::grid::Combination;
use crate::analytics::performance::sharpe::Moments;
use crate::analytics::performance::{Course, Figure, Performance, Sums, Why, returns};
use crate::broker::{AccountView, EquityPoint, RoundTrip};
use crate::domain::{Nanos, Timeframe, money};
use std::ops::Range;

/// What combinations are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rank {
    /// Sharpe ratio; the return where the time is too short for one.
    #[default]
    Sharpe,
    /// Return.
    Return,
    /// Sortino ratio.
    Sortino,
    /// Calmar ratio.
    Calmar,
    /// Profit factor.
    ProfitFactor,
    /// System quality number.
    Sqn,
}

impl Rank {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Sharpe, Self::Return, Self::Sortino, Self::Calmar, Self::ProfitFactor, Self::Sqn];

    /// Its name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sharpe => "sharpe",
            Self::Return => "return_pct",
            Self::Sortino => "sortino",
            Self::Calmar => "calmar",
            Self::ProfitFactor => "profit_factor",
            Self::Sqn => "sqn",
        }
    }

    /// The figure of a performance.
    ///
    /// # Errors
    /// Why it has none.
    pub fn of(self, performance: &Performance) -> Figure {
        match self {
            Self::Sharpe => performance.sharpe,
            Self::Return => performance.return_pct,
            Self::Sortino => performance.sortino,
            Self::Calmar => performance.calmar,
            Self::ProfitFactor => performance.trades.profit_factor,
            Self::Sqn => performance.trades.sqn,
        }
    }
}

/// How the time is parted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parting {
    /// The part of the time at the end, 0 to 0.9, that combinations are not ranked by.
    pub hold_out: f64,
    /// Folds of the walk-forward; 0 for none.
    pub folds: usize,
}

/// One fold of a combination: all time before, and the part that follows.
#[derive(Debug, Clone)]
pub struct Fold {
    /// Before.
    pub inside: Performance,
    /// What follows.
    pub outside: Performance,
    /// Returns of what follows, in the steps of [`returns`] over the whole time.
    pub returns: Vec<f64>,
}

/// What a combination came to.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The combination.
    pub combination: Combination,
    /// All the time.
    pub whole: Performance,
    /// The time it is ranked by.
    pub inside: Performance,
    /// The time after that; `None` where none is held out.
    pub outside: Option<Performance>,
    /// Shape of the returns within the time it is ranked by.
    pub moments: Result<Moments, Why>,
    /// How long the steps of those returns are.
    pub step: Nanos,
    /// The chance that its true Sharpe ratio is above what the best of all trials shows by luck.
    pub deflated: Figure,
    /// The folds.
    pub folds: Vec<Fold>,
}

/// The first point behind a part of the time.
fn behind(points: &[EquityPoint], part: f64) -> usize {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return 0 };
    let until = first.at.0 as f64 + (last.at.0 - first.at.0) as f64 * part;
    points.partition_point(|point| (point.at.0 as f64) <= until)
}

/// An account's course that parts are taken of.
struct Whole<'a> {
    bar: Nanos,
    cash: f64,
    points: &'a [EquityPoint],
    trades: &'a [RoundTrip],
    view: &'a AccountView,
}

impl Whole<'_> {
    /// The figures of some of the bars: trades count where they were closed.
    fn part(&self, range: Range<usize>) -> Performance {
        let all = range == (0..self.points.len());
        let before = range.start.checked_sub(1).and_then(|at| self.points.get(at));
        let points = self.points.get(range).unwrap_or_default();
        let from = before.map_or(Nanos(i64::MIN), |point| point.at);
        let to = points.last().map_or(from, |point| point.at);
        let trades: Vec<RoundTrip> =
            self.trades.iter().filter(|trade| trade.exit_at >= from && trade.exit_at < to).copied().collect();
        let sums = if all {
            Sums::from(self.view)
        } else {
            Sums { fees: trades.iter().map(|trade| money::to_f64(trade.fees)).sum(), ..Sums::default() }
        };
        Performance::of(&Course {
            bar: self.bar,
            cash: before.map_or(self.cash, |point| point.equity),
            points,
            trades: if all { self.trades } else { &trades },
            open_since: None,
            hold: None,
            sums,
        })
    }
}

impl Trial {
    pub(super) fn of(combination: Combination, view: &AccountView, bar: Timeframe, end: Nanos, parting: Parting) -> Self {
        let points = points(view, end);
        let trades: Vec<RoundTrip> = view.trades.iter().copied().collect();
        let whole = Whole { bar: bar.nanos(), cash: money::to_f64(view.start), points: &points, trades: &trades, view };
        let count = points.len();
        let kept = if parting.hold_out > 0.0 { behind(&points, 1.0 - parting.hold_out) } else { count };
        let (step, steps) = returns(points.get(..kept).unwrap_or_default(), bar.nanos());
        let parts = (parting.folds + 1) as f64;
        let fold = |number: usize| {
            let (from, to) = (behind(&points, number as f64 / parts), behind(&points, (number + 1) as f64 / parts));
            let before = from.saturating_sub(1);
            Fold {
                inside: whole.part(0..from),
                outside: whole.part(from..to),
                returns: returns(points.get(before..to).unwrap_or_default(), bar.nanos()).1,
            }
        };
        let everything = whole.part(0..count);
        Self {
            combination,
            inside: if kept == count { everything.clone() } else { whole.part(0..kept) },
            whole: everything,
            outside: (kept < count).then(|| whole.part(kept..count)),
            moments: Moments::of(&steps),
            step,
            deflated: Err(Why::NoBars),
            folds: (1..=parting.folds).map(fold).collect(),
        }
    }
}
