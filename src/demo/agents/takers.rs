//! Takers without an opinion about the trend: the noise of many small orders, and those who pick off stale quotes.

use super::{coin, protected};
use crate::demo::factors::decay;
use crate::demo::random::Chance;
use crate::demo::venue::{Cx, Venue};
use crate::domain::Side;

/// Many small market orders. They come in bursts, each exciting more, and tend to repeat the side of the one before.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Noise {
    size: f64,
    activity: f64,
    excitement: f64,
    side: Side,
}

impl Noise {
    pub(in crate::demo) const fn new(size: f64, activity: f64) -> Self {
        Self { size, activity, excitement: 0.0, side: Side::Buy }
    }

    pub(in crate::demo) fn wake(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        if !chance.happens(0.62) {
            self.side = coin(chance);
        }
        let mut notional = self.size * chance.log_normal(1.0, 1.9);
        notional = notional.min(self.size * 400.0);
        let mut lots = venue.lots(notional);
        // Round numbers are common.
        if lots > 20 && chance.happens(0.35) {
            let unit = 10_i64.pow(lots.ilog10());
            lots = (lots / unit) * unit;
        }
        venue.take_seen(self.side, protected(venue, self.side, 6.0), lots, cx);
        self.excitement = (self.excitement + 0.3).min(7.0);
        let rate = 1.9 * self.activity * venue.volatility.powf(0.9) * (1.0 + self.excitement);
        let delay = chance.exponential(1.0 / rate).clamp(0.0005, 6.0);
        self.excitement *= decay(0.45 / self.activity, delay);
        delay
    }
}

/// Traders who know the value and take quotes that have not followed it yet.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Sniper {
    size: f64,
    activity: f64,
}

impl Sniper {
    pub(in crate::demo) const fn new(size: f64, activity: f64) -> Self {
        Self { size, activity }
    }

    pub(in crate::demo) fn wake(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let value = venue.value();
        let edge = venue.bp(0.15).max(0.6);
        for side in [Side::Buy, Side::Sell] {
            let Some((price, _)) = venue.book.best(side.opposite()) else { continue };
            if (value - price as f64) * side.sign() as f64 > edge {
                let limit = (value - edge * side.sign() as f64).round() as i64;
                let notional = self.size * chance.log_normal(25.0, 1.0);
                venue.take(side, limit, venue.lots(notional), cx);
            }
        }
        chance.exponential(0.15 / self.activity.sqrt()).clamp(0.004, 1.0)
    }
}
