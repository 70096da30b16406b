//! Leveraged positions and what happens to them on a sharp move: the exchange sells out longs and buys in shorts at any
//! price, which moves it further, to the next ones.

use super::coin;
use crate::demo::event::ForcedOrder;
use crate::demo::random::Chance;
use crate::demo::venue::{Cx, Venue};
use crate::domain::{Price, Qty, Side};
use std::collections::VecDeque;

#[derive(Debug, Clone, Copy)]
struct Position {
    long: bool,
    /// Mark price at which it is closed by force, ticks.
    trigger: f64,
    notional: f64,
}

/// Everybody's leveraged positions in one symbol, oldest first; the oldest are closed in peace when there are too many.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Leverage {
    size: f64,
    activity: f64,
    positions: VecDeque<Position>,
    latest: Option<ForcedOrder>,
}

impl Leverage {
    const MOST: usize = 240;
    /// Margin calls handled at one wake-up; the rest follow at the next ones, which is what a cascade looks like.
    const AT_ONCE: usize = 3;

    pub(in crate::demo) const fn new(size: f64, activity: f64) -> Self {
        Self { size, activity, positions: VecDeque::new(), latest: None }
    }

    /// Liquidates what the price has reached, and lets somebody open a position.
    pub(in crate::demo) fn wake(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let mark = f64::midpoint(venue.mid(), venue.fair);
        for _ in 0..Self::AT_ONCE {
            let hit = self.positions.iter().position(|p| if p.long { mark <= p.trigger } else { mark >= p.trigger });
            let Some(position) = hit.and_then(|i| self.positions.remove(i)) else { break };
            self.liquidate(position, venue, cx);
        }
        if chance.happens(0.08) {
            let long = coin(chance) == Side::Buy;
            // Leverage of about 20 to 125: the margin lasts for this share of the price.
            let distance = chance.log_normal(0.009, 0.6).clamp(0.002, 0.06);
            let trigger = mark * if long { 1.0 - distance } else { 1.0 + distance };
            self.positions.push_back(Position { long, trigger, notional: self.size * chance.log_normal(14.0, 1.4).min(900.0) });
            if self.positions.len() > Self::MOST {
                self.positions.pop_front();
            }
        }
        0.25 / self.activity.sqrt() * chance.between(0.8, 1.2)
    }

    fn liquidate(&mut self, position: Position, venue: &mut Venue, cx: &mut Cx<'_>) {
        let side = if position.long { Side::Sell } else { Side::Buy };
        // What is left of the margin at the trigger bounds the price.
        let limit = (position.trigger * (1.0 + 0.002 * side.sign() as f64)).round() as i64;
        let before = cx.out.len();
        let placed = venue.take_seen(side, limit, venue.lots(position.notional), cx);
        if placed.filled == 0 {
            return;
        }
        // Its fills are the trades just published.
        let (mut paid, mut last) = (0_i128, Qty::ZERO);
        for event in cx.out.get(before..).unwrap_or_default() {
            if let crate::demo::event::DemoKind::AggTrade(trade) = &event.kind {
                paid += i128::from(trade.price.units()) * i128::from(trade.qty.units());
                last = trade.qty;
            }
        }
        let qty = venue.units.qty(placed.filled);
        let average = paid / i128::from(qty.units().max(1)) / i128::from(venue.units.tick) * i128::from(venue.units.tick);
        self.latest = Some(ForcedOrder {
            side,
            price: venue.units.price(limit),
            average: Price::from_units(average as i64),
            qty,
            last_qty: last,
            time: cx.at,
        });
    }

    /// The latest liquidation since this was asked last.
    pub(in crate::demo) const fn latest(&mut self) -> Option<ForcedOrder> {
        self.latest.take()
    }
}
