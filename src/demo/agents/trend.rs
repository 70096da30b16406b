//! Takers with an opinion: those who follow a move and those who bet on its return.

use super::protected;
use crate::demo::factors::{SIGMA, decay};
use crate::demo::random::Chance;
use crate::demo::venue::{Cx, Venue};
use crate::domain::Side;

/// Momentum and mean-reverting takers. Both watch averages of the price, the ones the last minute's, the others the last
/// five minutes'.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Trend {
    size: f64,
    activity: f64,
    quick: f64,
    minute: f64,
    long: f64,
}

impl Trend {
    const EVERY: f64 = 0.7;

    pub(in crate::demo) const fn new(size: f64, activity: f64, price: f64) -> Self {
        Self { size, activity, quick: price, minute: price, long: price }
    }

    pub(in crate::demo) fn wake(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let mid = venue.mid();
        for (average, half_life) in [(&mut self.quick, 4.0), (&mut self.minute, 45.0), (&mut self.long, 240.0)] {
            *average += (mid - *average) * (1.0 - decay(half_life, Self::EVERY));
        }
        let wild = venue.volatility.max(0.5);
        let pull = (self.quick / self.minute).ln() / (SIGMA * wild * 60.0_f64.sqrt());
        let stretch = (mid / self.long).ln() / (SIGMA * wild * 300.0_f64.sqrt());
        let keen = (0.5 * self.activity.sqrt()).min(1.0);
        if pull.abs() > 0.7 && chance.happens(0.6 * keen * (pull.abs() - 0.5).min(0.9)) {
            let side = if pull > 0.0 { Side::Buy } else { Side::Sell };
            let lots = venue.lots(self.size * chance.log_normal(30.0, 0.9));
            venue.take_seen(side, protected(venue, side, 2.0), lots, cx);
        }
        if stretch.abs() > 1.3 && pull.abs() < 0.8 && chance.happens(keen * 0.35) {
            let side = if stretch > 0.0 { Side::Sell } else { Side::Buy };
            let lots = venue.lots(self.size * chance.log_normal(45.0, 0.9));
            venue.take_seen(side, protected(venue, side, 2.0), lots, cx);
        }
        Self::EVERY * chance.between(0.9, 1.1)
    }
}
