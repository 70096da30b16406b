//! Equity over time of one account or of all together, with how far it stands below its highest.

use crate::broker::AccountView;
use crate::domain::money::to_f64;
use crate::domain::{Money, Nanos};
use std::sync::Arc;

/// Equity at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// When.
    pub at: Nanos,
    /// Equity, quote units.
    pub equity: f64,
    /// How far it is below its highest until then, a part of one.
    pub drawdown: f64,
    /// Whether anything was held.
    pub exposed: bool,
}

/// How an account's points are known: they are only added, or all replaced.
type Stamp = (Arc<str>, u64, u64, usize, Nanos);

/// Equity over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    points: Vec<CurvePoint>,
    start: f64,
    stamps: Vec<Stamp>,
    /// The deepest fall, and where in `points` it was.
    deepest: Option<(f64, usize)>,
    /// The highest equity.
    peak: f64,
    /// How many of the points are the accounts' own; behind them stands what they are worth now.
    own: usize,
}

/// An amount of a float, to the hundredth of a hundredth.
pub fn money(amount: f64) -> Money {
    Money::try_from(amount).map(|amount| amount.round_dp(4)).unwrap_or_default()
}

/// How far an amount is below the highest, a part of one.
fn below(peak: f64, equity: f64) -> f64 {
    if peak > 0.0 { ((peak - equity) / peak).max(0.0) } else { 0.0 }
}

impl Curve {
    /// The points, oldest first.
    pub fn points(&self) -> &[CurvePoint] {
        &self.points
    }

    /// What the accounts began with, quote units.
    pub const fn start(&self) -> f64 {
        self.start
    }

    /// The deepest fall seen at these points, a part of one, and when.
    pub fn deepest(&self) -> Option<(f64, Nanos)> {
        let own = self.deepest.and_then(|(depth, at)| Some((depth, self.points.get(at)?.at)));
        let now = self.points.get(self.own).map(|point| (point.drawdown, point.at));
        now.filter(|(depth, _)| *depth > own.map_or(0.0, |(deepest, _)| deepest)).or(own)
    }

    /// Position of the last point at or before a moment.
    pub fn position(&self, at: Nanos) -> Option<usize> {
        self.points.partition_point(|point| point.at <= at).checked_sub(1)
    }

    /// Looks at accounts again, where any has another point than before. Behind their points stands what they are worth at this
    /// moment: they have none for every tick.
    pub fn follow(&mut self, accounts: &[&Arc<AccountView>], at: Nanos) {
        self.gather(accounts);
        self.points.truncate(self.own);
        if self.points.last().is_none_or(|last| last.at >= at) {
            return;
        }
        let equity: f64 = accounts.iter().map(|account| to_f64(account.equity)).sum();
        let exposed = accounts.iter().any(|account| !account.positions.is_empty());
        let drawdown = below(self.peak.max(equity), equity);
        self.points.push(CurvePoint { at, equity, drawdown, exposed });
    }

    fn gather(&mut self, accounts: &[&Arc<AccountView>]) {
        let stamp = |account: &&Arc<AccountView>| {
            let curve = &account.curve;
            let last = curve.last().map_or(Nanos::ZERO, |point| point.at);
            (Arc::clone(&account.name), curve.replaced(), curve.dropped(), curve.len(), last)
        };
        let start: f64 = accounts.iter().map(|account| to_f64(account.start)).sum();
        let stamps: Vec<Stamp> = accounts.iter().map(stamp).collect();
        if stamps == self.stamps && start.to_bits() == self.start.to_bits() {
            return;
        }
        self.points.clear();
        self.start = start;
        self.stamps = stamps;
        self.deepest = None;
        self.merge(accounts);
        self.own = self.points.len();
    }

    fn merge(&mut self, accounts: &[&Arc<AccountView>]) {
        // What an account was worth last; before its first point what it began with.
        let mut worth: Vec<(f64, bool)> = accounts.iter().map(|account| (to_f64(account.start), false)).collect();
        let mut nexts: Vec<_> = accounts.iter().map(|account| account.curve.iter().peekable()).collect();
        self.peak = self.start;
        loop {
            let Some(at) = nexts.iter_mut().filter_map(|points| points.peek().map(|point| point.at)).min() else { return };
            for (points, worth) in nexts.iter_mut().zip(&mut worth) {
                while let Some(point) = points.next_if(|point| point.at <= at) {
                    *worth = (point.equity, point.exposed);
                }
            }
            let equity: f64 = worth.iter().map(|(equity, _)| equity).sum();
            // An account may be opened before the first event: that has no time yet.
            if !equity.is_finite() || at <= Nanos::ZERO {
                continue;
            }
            self.peak = self.peak.max(equity);
            let drawdown = below(self.peak, equity);
            if drawdown > self.deepest.map_or(0.0, |(deepest, _)| deepest) {
                self.deepest = Some((drawdown, self.points.len()));
            }
            let exposed = worth.iter().any(|(_, exposed)| *exposed);
            self.points.push(CurvePoint { at, equity, drawdown, exposed });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::EquityPoint;

    fn account(name: &str, points: &[(i64, f64)]) -> Arc<AccountView> {
        let mut view = AccountView { name: name.into(), start: Money::from(100), ..AccountView::default() };
        for (at, equity) in points {
            view.curve.push(EquityPoint { at: Nanos::from_secs(*at), equity: *equity, ..EquityPoint::default() });
        }
        Arc::new(view)
    }

    #[test]
    fn accounts_together_are_worth_what_each_was_last() {
        let (first, second) = (account("a", &[(1, 110.0), (3, 90.0)]), account("b", &[(2, 120.0), (3, 130.0)]));
        let mut curve = Curve::default();
        curve.follow(&[&first, &second], Nanos::ZERO);
        let seen: Vec<(i64, f64)> = curve.points().iter().map(|point| (point.at.secs(), point.equity)).collect();
        assert_eq!(seen, [(1, 210.0), (2, 230.0), (3, 220.0)]);
        let (depth, at) = curve.deepest().unwrap();
        assert!((depth - 10.0 / 230.0).abs() < 1e-12 && at == Nanos::from_secs(3));
        assert_eq!((curve.position(Nanos::ZERO), curve.position(Nanos::from_secs(9))), (None, Some(2)));
    }

    #[test]
    fn a_curve_is_made_anew_when_another_account_is_looked_at() {
        let (first, second) = (account("a", &[(1, 110.0)]), account("b", &[(1, 120.0)]));
        let mut curve = Curve::default();
        curve.follow(&[&first], Nanos::ZERO);
        curve.follow(&[&second], Nanos::ZERO);
        assert_eq!(curve.points()[0].equity, 120.0);
        curve.follow(&[], Nanos::ZERO);
        assert!(curve.points().is_empty() && curve.deepest().is_none());
    }

    #[test]
    fn what_accounts_are_worth_now_stands_behind_their_points() {
        let first = account("a", &[(0, 5.0), (1, 110.0)]);
        let worth = |equity: i64| Arc::new(AccountView { equity: Money::from(equity), ..(*first).clone() });
        let mut curve = Curve::default();
        for (at, equity) in [(5, 105), (6, 99), (7, 108)] {
            curve.follow(&[&worth(equity)], Nanos::from_secs(at));
            let seen: Vec<(i64, f64)> = curve.points().iter().map(|point| (point.at.secs(), point.equity)).collect();
            // What was before the first event is left out, and so is what was worth before.
            assert_eq!(seen, [(1, 110.0), (at, equity as f64)]);
        }
        let (depth, at) = curve.deepest().unwrap();
        assert!((depth - 2.0 / 110.0).abs() < 1e-12 && at == Nanos::from_secs(7));
    }
}
