//! Equity over time: a point a second at first, fewer as it grows long.

use crate::bars::Series;
use crate::broker::view::EquityPoint;
use crate::domain::Nanos;

/// Points kept before every other one is let go.
const POINTS: usize = 20_000;

/// A curve for drawing.
#[derive(Debug, Clone)]
pub(crate) struct Curve {
    points: Series<EquityPoint>,
    step: Nanos,
}

impl Default for Curve {
    fn default() -> Self {
        Self { points: Series::default(), step: Nanos::SECOND }
    }
}

impl Curve {
    /// Adds a point where one is due. After a while of which nothing was told (nothing was held) the last one is repeated first:
    /// what was level is then drawn level, not as a slope.
    pub(crate) fn add(&mut self, point: EquityPoint) {
        if let Some(last) = self.points.last().copied() {
            let gap = point.at.saturating_sub(last.at);
            if gap < self.step {
                return;
            }
            if gap.0 > self.step.0.saturating_mul(2) && last.equity != point.equity {
                self.points.push(EquityPoint { at: point.at - self.step, ..last });
            }
        }
        self.points.push(point);
        if self.points.len() > POINTS {
            let halved = self.points.iter().step_by(2).copied().collect();
            self.points.replace(halved);
            self.step = Nanos(self.step.0.saturating_mul(2));
        }
    }

    pub(crate) fn points(&self) -> &Series<EquityPoint> {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(secs: i64, equity: f64) -> EquityPoint {
        EquityPoint { at: Nanos::from_secs(secs), equity, cash: 0.0, unrealised: 0.0, exposed: true }
    }

    #[test]
    fn thins_out_as_it_grows() {
        let mut curve = Curve::default();
        (0..POINTS as i64).for_each(|n| curve.add(point(n, n as f64)));
        assert_eq!((curve.points().len(), curve.step), (POINTS, Nanos::SECOND));
        curve.add(point(POINTS as i64, 1.0));
        assert_eq!((curve.points().len(), curve.step), (POINTS / 2 + 1, Nanos::from_secs(2)));
        let after = POINTS as i64 + 1;
        curve.add(point(after, 1.0));
        assert_eq!(curve.points().len(), POINTS / 2 + 1, "a second is too soon now");
        curve.add(point(after + 1, 1.0));
        assert_eq!(curve.points().len(), POINTS / 2 + 2);
        let spaced = curve.points().iter().zip(curve.points().iter().skip(1)).all(|(a, b)| (b.at - a.at).secs() == 2);
        assert!(spaced);
    }

    #[test]
    fn a_pause_is_drawn_level() {
        let mut curve = Curve::default();
        curve.add(point(0, 100.0));
        curve.add(point(3_600, 90.0));
        let seen: Vec<_> = curve.points().iter().map(|p| (p.at.secs(), p.equity)).collect();
        assert_eq!(seen, [(0, 100.0), (3_599, 100.0), (3_600, 90.0)]);
    }
}
