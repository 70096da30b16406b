//! Two bar histories joined on the bars both have.
//!
//! Bars meet where they start at the same moment; nothing is filled in. What has no counterpart is left out and counted. A close that
//! is not a number above zero is no close: its bar and its counterpart are left out as well.

use crate::domain::Nanos;
use std::iter::Peekable;

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// The one that is explained.
    Y,
    /// The one that explains it.
    X,
}

/// A bar both have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joined {
    /// When it starts.
    pub at: Nanos,
    /// y's close, above zero.
    pub y: f64,
    /// x's close, above zero.
    pub x: f64,
}

/// Bars of one leg that were left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Within the stretch of time both cover.
    pub inside: usize,
    /// Before the other began, or after its last bar.
    pub outside: usize,
}

impl LeftOut {
    /// All of them.
    pub const fn total(self) -> usize {
        self.inside + self.outside
    }
}

/// How the joining went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Bars both have.
    pub common: usize,
    /// Bars of y alone.
    pub y: LeftOut,
    /// Bars of x alone.
    pub x: LeftOut,
}

/// What becomes of the next bar, or of the next two that start together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Both have it; takes one bar of each.
    Common(Joined),
    /// One has it alone, or it has no close; takes one bar of that leg.
    Left {
        /// Whose bar.
        leg: Leg,
        /// When it starts.
        at: Nanos,
        /// Whether it lies within the stretch both cover.
        inside: bool,
    },
}

/// The joining of two histories that grow: it stops where one of them ends, and goes on from there when there is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Joiner {
    /// Whether anything came of y, and of x.
    began: [bool; 2],
}

impl Joiner {
    /// Joins bars — start and close, in ascending order of starts — until either has no more. What is left of the other stays there.
    pub fn run<Y, X>(&mut self, y: &mut Peekable<Y>, x: &mut Peekable<X>, mut each: impl FnMut(Step))
    where
        Y: Iterator<Item = (Nanos, f64)>,
        X: Iterator<Item = (Nanos, f64)>,
    {
        while let (Some(&(at_y, close_y)), Some(&(at_x, close_x))) = (y.peek(), x.peek()) {
            let good = is_close(close_y) && is_close(close_x);
            if at_y == at_x && good {
                each(Step::Common(Joined { at: at_y, y: close_y, x: close_x }));
                self.began = [true; 2];
                y.next();
                x.next();
                continue;
            }
            if at_y <= at_x {
                each(Step::Left { leg: Leg::Y, at: at_y, inside: self.began[1] || at_y == at_x });
                self.began[0] = true;
                y.next();
            }
            if at_x <= at_y {
                each(Step::Left { leg: Leg::X, at: at_x, inside: self.began[0] });
                self.began[1] = true;
                x.next();
            }
        }
    }
}

/// Whether a close is a price.
pub(super) fn is_close(close: f64) -> bool {
    close.is_finite() && close > 0.0
}

/// Joins two whole histories — start and close, in ascending order of starts.
pub fn join(y: impl IntoIterator<Item = (Nanos, f64)>, x: impl IntoIterator<Item = (Nanos, f64)>) -> (Vec<Joined>, Counts) {
    let (mut y, mut x) = (y.into_iter().peekable(), x.into_iter().peekable());
    let (mut joined, mut counts) = (Vec::new(), Counts::default());
    Joiner::default().run(&mut y, &mut x, |step| match step {
        Step::Common(bar) => joined.push(bar),
        Step::Left { leg, inside, .. } => {
            let left = if leg == Leg::Y { &mut counts.y } else { &mut counts.x };
            *(if inside { &mut left.inside } else { &mut left.outside }) += 1;
        }
    });
    counts.common = joined.len();
    counts.y.outside += y.count();
    counts.x.outside += x.count();
    (joined, counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bars(starts: &[i64]) -> Vec<(Nanos, f64)> {
        starts.iter().map(|start| (Nanos(*start), *start as f64 + 1.0)).collect()
    }

    #[test]
    fn what_one_has_alone_is_counted_by_where_it_lies() {
        let (joined, counts) = join(bars(&[0, 1, 2, 4, 5, 6]), bars(&[2, 3, 5, 6, 7, 8, 9]));
        assert_eq!(joined.iter().map(|bar| bar.at.0).collect::<Vec<_>>(), [2, 5, 6]);
        assert_eq!(counts.y, LeftOut { inside: 1, outside: 2 });
        assert_eq!(counts.x, LeftOut { inside: 1, outside: 3 });
        let (joined, counts) = join(bars(&[0, 1]), bars(&[2, 3]));
        assert!(joined.is_empty());
        assert_eq!((counts.y.outside, counts.x.outside), (2, 2));
    }

    #[test]
    fn a_close_that_is_no_price_takes_its_counterpart_out() {
        let mut y = bars(&[0, 1, 2, 3]);
        y[1].1 = f64::NAN;
        y[2].1 = 0.0;
        let (joined, counts) = join(y, bars(&[0, 1, 2, 3]));
        assert_eq!(joined.len(), 2);
        assert_eq!((counts.y.inside, counts.x.inside), (2, 2));
    }

    proptest! {
        #[test]
        fn every_bar_is_accounted_for(mut y in proptest::collection::btree_set(0_i64..60, 0..40), mut x in proptest::collection::btree_set(0_i64..60, 0..40)) {
            let (all_y, all_x) = (y.len(), x.len());
            let both: Vec<i64> = y.intersection(&x).copied().collect();
            let (joined, counts) = join(bars(&y.iter().copied().collect::<Vec<_>>()), bars(&x.iter().copied().collect::<Vec<_>>()));
            prop_assert_eq!(joined.iter().map(|bar| bar.at.0).collect::<Vec<_>>(), both);
            prop_assert_eq!(counts.common + counts.y.total(), all_y);
            prop_assert_eq!(counts.common + counts.x.total(), all_x);
            if let (Some(from), Some(to)) = (y.first().max(x.first()).copied(), y.last().min(x.last()).copied()) {
                let (both_y, both_x) = (y.clone(), x.clone());
                y.retain(|at| (from..=to).contains(at) && !both_x.contains(at));
                x.retain(|at| (from..=to).contains(at) && !both_y.contains(at));
                if all_x > 0 && all_y > 0 {
                    prop_assert_eq!((counts.y.inside, counts.x.inside), (y.len(), x.len()));
                }
            }
        }
    }
}
