//! Market makers: ladders of quotes around what each thinks the symbol is worth.

use crate::demo::book::OrderId;
use crate::demo::random::Chance;
use crate::demo::venue::{Cx, FIRST_MAKER, Venue};
use crate::domain::Side;

/// A market maker. It moves its ladder only when the value has left its tolerance, leans against its inventory, and quotes
/// wider, or not at all near the touch, when the market is wild.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Maker {
    index: usize,
    /// Half of its spread, basis points.
    half: f64,
    /// How far the value may stray before it requotes, basis points.
    tolerance: f64,
    /// Quote units at its best price.
    size: f64,
    /// Inventory in quote units at which it stops quoting one side.
    most: f64,
    reference: f64,
    pace: f64,
    ladder: [Vec<(i64, OrderId)>; 2],
}

const RUNGS: usize = 9;

impl Maker {
    /// The maker of this number: the first quotes tightest and smallest.
    pub(in crate::demo) fn new(index: usize, size: f64, activity: f64) -> Self {
        let rank = index as f64;
        Self {
            index,
            half: 0.04 + 0.16 * rank * rank,
            tolerance: 0.22 + 0.18 * rank,
            size: size * (22.0 + 16.0 * rank),
            most: size * 2_500.0,
            reference: 0.0,
            pace: (0.16 + 0.1 * rank) / activity.max(0.05).sqrt(),
            ladder: [Vec::new(), Vec::new()],
        }
    }

    /// Looks and requotes where needed; says in how many seconds to wake it again.
    pub(in crate::demo) fn wake(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let inventory = venue.inventory.get(self.index).copied().unwrap_or(0);
        if let Some(slot) = venue.inventory.get_mut(self.index) {
            // It hedges elsewhere little by little.
            *slot -= *slot / 64;
        }
        let load = (venue.notional(inventory) / self.most).clamp(-1.5, 1.5);
        let wild = venue.volatility.max(0.7);
        let value = venue.value() - venue.bp(load * 0.5 * wild);
        if (value - self.reference).abs() > venue.bp(self.tolerance * wild).max(0.45) || chance.happens(0.06) {
            self.reference = value + venue.bp(0.05 * wild) * chance.normal();
            for side in [Side::Buy, Side::Sell] {
                // Too much of it already: no more on this side.
                let rungs = if load * side.sign() as f64 > 1.0 { 0 } else { RUNGS };
                self.requote(side, rungs, venue, chance, cx);
            }
            venue.publish_quote(cx);
        }
        // Nobody watches more closely than in a storm.
        (chance.exponential(self.pace) / wild).clamp(0.02, 2.0)
    }

    fn requote(&mut self, side: Side, rungs: usize, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) {
        let wild = venue.volatility;
        let half = self.half * wild.powf(1.5).max(0.6);
        let step = 0.14 + 0.12 * self.index as f64;
        // In a storm it leaves the touch to others.
        let skip = if wild > 2.6 { 2 } else { 0 };
        let mut wanted: Vec<(i64, f64)> = Vec::with_capacity(rungs);
        for rung in skip..rungs {
            let away = venue.bp(half + step * wild.max(0.8) * (rung as f64).powf(1.4));
            let price = match side {
                Side::Buy => (self.reference - away).floor(),
                Side::Sell => (self.reference + away).ceil(),
            } as i64;
            let next = wanted.last().map_or(price, |(last, _)| match side {
                Side::Buy => price.min(last - 1),
                Side::Sell => price.max(last + 1),
            });
            wanted.push((next, self.size * (1.0 + 0.7 * rung as f64)));
        }
        let ladder = &mut self.ladder[usize::from(side == Side::Sell)];
        ladder.retain(|(price, id)| {
            let keep = wanted.iter().any(|w| w.0 == *price) && !chance.happens(0.05);
            if !keep {
                venue.cancel(*id, cx);
            }
            keep && venue.book.order(*id).is_some()
        });
        for (price, notional) in wanted {
            if ladder.iter().all(|(held, _)| *held != price) {
                let lots = venue.lots(notional * chance.log_normal(0.8, 0.6));
                // Never a taker: behind the other side's best if that has not moved yet.
                let price = match (side, venue.book.best(side.opposite())) {
                    (Side::Buy, Some((ask, _))) => price.min(ask - 1),
                    (Side::Sell, Some((bid, _))) => price.max(bid + 1),
                    _ => price,
                };
                if let Some(id) = venue.quote(side, price, lots, FIRST_MAKER + self.index as u16, cx) {
                    ladder.push((price, id));
                }
            }
        }
    }
}
