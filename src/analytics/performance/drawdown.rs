//! How far equity fell below its highest.

use crate::broker::EquityPoint;
use crate::domain::Nanos;

/// Equity against its highest so far, point by point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drawdown {
    /// Percent below the highest equity so far, 0 or negative, for each point.
    pub course: Vec<f64>,
    /// The least of them.
    pub deepest_pct: f64,
    /// The longest time from a highest equity to when it was reached again, or to the end where it was not; `None` where equity never
    /// was below its highest for a whole bar.
    pub longest: Option<Nanos>,
}

impl Drawdown {
    /// Of the points of an account.
    pub fn of(points: &[EquityPoint]) -> Self {
        let mut drawdown = Self { course: Vec::with_capacity(points.len()), ..Self::default() };
        let mut peak = f64::MIN;
        // Where equity last stood at its highest.
        let mut top = 0;
        for (at, point) in points.iter().enumerate() {
            peak = peak.max(point.equity);
            let below = if peak > 0.0 { -(1.0 - point.equity / peak) * 100.0 } else { 0.0 };
            drawdown.course.push(below.min(0.0));
            drawdown.deepest_pct = drawdown.deepest_pct.min(below);
            if below >= 0.0 || at + 1 == points.len() {
                if at > top + 1 {
                    let span = point.at.saturating_sub(points[top].at);
                    drawdown.longest = Some(drawdown.longest.map_or(span, |longest| longest.max(span)));
                }
                top = at;
            }
        }
        drawdown
    }
}
