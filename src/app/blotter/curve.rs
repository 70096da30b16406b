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
}

/// An amount of a float, to the hundredth of a hundredth.
pub fn money(amount: f64) -> Money {
    Money::try_from(amount).map(|amount| amount.round_dp(4)).unwrap_or_default()
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
        self.deepest.and_then(|(depth, at)| Some((depth, self.points.get(at)?.at)))
    }

    /// Position of the last point at or before a moment.
    pub fn position(&self, at: Nanos) -> Option<usize> {
        self.points.partition_point(|point| point.at <= at).checked_sub(1)
    }

    /// Looks at accounts again, where any has another point than before.
    pub fn follow(&mut self, accounts: &[&Arc<AccountView>]) {
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
    }

    fn merge(&mut self, accounts: &[&Arc<AccountView>]) {
        // What an account was worth last; before its first point what it began with.
        let mut worth: Vec<(f64, bool)> = accounts.iter().map(|account| (to_f64(account.start), false)).collect();
        let mut nexts: Vec<_> = accounts.iter().map(|account| account.curve.iter().peekable()).collect();
        let mut peak = self.start;
        loop {
            let Some(at) = nexts.iter_mut().filter_map(|points| points.peek().map(|point| point.at)).min() else { return };
            for (points, worth) in nexts.iter_mut().zip(&mut worth) {
                while let Some(point) = points.next_if(|point| point.at <= at) {
                    *worth = (point.equity, point.exposed);
                }
            }
            let equity: f64 = worth.iter().map(|(equity, _)| equity).sum();
            if !equity.is_finite() {
                continue;
            }
            peak = peak.max(equity);
            let drawdown = if peak > 0.0 { ((peak - equity) / peak).max(0.0) } else { 0.0 };
            if drawdown > self.deepest.map_or(0.0, |(deepest, _)| deepest) {
                self.deepest = Some((drawdown, self.points.len()));
            }
            self.points.push(CurvePoint { at, equity, drawdown, exposed: worth.iter().any(|(_, exposed)| *exposed) });
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
        curve.follow(&[&first, &second]);
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
        curve.follow(&[&first]);
        curve.follow(&[&second]);
        assert_eq!(curve.points()[0].equity, 120.0);
        curve.follow(&[]);
        assert!(curve.points().is_empty() && curve.deepest().is_none());
    }
}
