//! The crowd: everybody's limit orders. They fill the depth, close gaps at the touch, and flee when the value moves over them.

use super::coin;
use crate::demo::book::OrderId;
use crate::demo::random::Chance;
use crate::demo::venue::{CROWD, Cx, Venue};
use crate::domain::Side;

/// The limit orders of the many.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Crowd {
    orders: Vec<OrderId>,
    touch: Vec<OrderId>,
    size: f64,
    activity: f64,
    /// Levels it keeps filled on each side.
    levels: usize,
}

impl Crowd {
    pub(in crate::demo) fn new(size: f64, activity: f64) -> Self {
        let levels = (620.0 * activity.sqrt()) as usize;
        Self { orders: Vec::new(), touch: Vec::new(), size, activity, levels }
    }

    /// Fills an empty book.
    pub(in crate::demo) fn seed(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) {
        for _ in 0..self.levels * 4 {
            for side in [Side::Buy, Side::Sell] {
                if venue.book.depth(side) < self.levels {
                    self.place_deep(side, venue, chance, cx);
                }
            }
        }
    }

    /// One order placed or cancelled somewhere in the depth.
    pub(in crate::demo) fn wake_depth(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        for side in [Side::Buy, Side::Sell] {
            let depth = venue.book.depth(side);
            let wanted = if depth < self.levels / 2 { 6 } else { 1 };
            for _ in 0..wanted {
                if chance.happens(if depth < self.levels { 0.9 } else { 0.4 }) && depth < self.levels + self.levels / 8 {
                    self.place_deep(side, venue, chance, cx);
                }
            }
            if depth > self.levels {
                Self::prune(side, venue, cx);
            }
        }
        let cancels = if venue.book.len() > self.levels * 3 { 3 } else { 1 };
        for _ in 0..cancels {
            self.cancel_one(venue, chance, cx);
        }
        if self.orders.len() > venue.book.len() + 256 {
            self.orders.retain(|id| venue.book.order(*id).is_some());
        }
        venue.publish_quote(cx);
        chance.exponential(0.035 / self.activity)
    }

    fn place_deep(&mut self, side: Side, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) {
        // Coarse ticks spread the same number of levels over a wider range.
        let scale = venue.bp(8.0).max(70.0);
        let away = match chance.unit() {
            u if u < 0.3 => chance.exponential(0.3 * scale),
            u if u < 0.85 => chance.exponential(scale),
            _ => chance.log_normal(2.5 * scale, 0.7),
        };
        let away = (away + venue.bp(0.3 * venue.volatility)).min(12.0 * scale);
        let mut price = (venue.value() - away * side.sign() as f64).round() as i64;
        // People like round prices.
        if chance.happens(0.12) && away > 20.0 {
            price = (price / 10) * 10;
        }
        let far = away / scale;
        let notional = self.size * chance.log_normal(4.5, 1.2) * (1.0 + 1.6 * far).powf(0.8);
        if let Some(id) = venue.quote(side, price, venue.lots(notional), CROWD, cx) {
            self.orders.push(id);
        }
    }

    fn cancel_one(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) {
        if self.orders.is_empty() {
            return;
        }
        let at = chance.index(self.orders.len());
        let id = self.orders[at];
        let thin = venue.book.order(id).is_some_and(|(side, ..)| venue.book.depth(side) < self.levels * 3 / 4);
        if !thin {
            venue.cancel(id, cx);
            self.orders.swap_remove(at);
        }
    }

    /// Takes the worst level away: orders the price has left far behind.
    fn prune(side: Side, venue: &mut Venue, cx: &mut Cx<'_>) {
        if let Some(price) = venue.book.worst(side) {
            for (id, _) in venue.book.queue(side, price) {
                venue.cancel(id, cx);
            }
        }
    }

    /// Somebody improves the price while there is room, joins the queue, or leaves it.
    pub(in crate::demo) fn wake_touch(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let wild = venue.volatility;
        if let (Some((bid, bid_lots)), Some((ask, ask_lots))) = (venue.book.best(Side::Buy), venue.book.best(Side::Sell)) {
            let value = venue.value();
            let middle = (bid + ask) as f64 / 2.0;
            if ask - bid > 1 && chance.happens((1.2 / wild).min(0.95)) {
                // Whoever finds room between the best price and the value steps in front, most often right up to the value.
                let shy = 0.3 + venue.bp(0.04 * (wild - 1.3).max(0.0));
                let (low, high) = ((value - shy).floor() as i64, (value + shy).ceil() as i64);
                let side = if value - bid as f64 > ask as f64 - value { Side::Buy } else { Side::Sell };
                let (from, to) = match side {
                    Side::Buy => (bid, low.min(ask - 1)),
                    Side::Sell => (ask, high.max(bid + 1)),
                };
                let part = if chance.happens(0.75) { 1.0 } else { chance.unit() };
                let price = from + ((to - from) as f64 * part).round() as i64;
                if (price - from) * side.sign() > 0 {
                    let lots = venue.lots(self.size * chance.log_normal(14.0, 1.4));
                    self.touch.extend(venue.quote(side, price, lots, CROWD, cx));
                }
            } else {
                let side = coin(chance);
                let (price, resting) = if side == Side::Buy { (bid, bid_lots) } else { (ask, ask_lots) };
                let crowded = venue.notional(resting) / (self.size * 260.0);
                let leaving = (value - middle) * (side.sign() as f64) < -0.4;
                if chance.happens((0.66 - 0.3 * crowded - if leaving { 0.25 } else { 0.0 }).max(0.02)) {
                    let lots = venue.lots(self.size * chance.log_normal(9.0, 1.6));
                    self.touch.extend(venue.quote(side, price, lots, CROWD, cx));
                } else if !self.touch.is_empty() {
                    let id = self.touch.swap_remove(chance.index(self.touch.len()));
                    venue.cancel(id, cx);
                }
            }
        }
        if self.touch.len() > 400 {
            self.touch.retain(|id| venue.book.order(*id).is_some());
            // Those forgotten here live on as part of the depth.
            let keep = self.touch.len().min(120);
            self.orders.extend(self.touch.drain(keep..));
        }
        venue.publish_quote(cx);
        chance.exponential(0.013 / self.activity / wild.sqrt())
    }

    /// Orders the value has moved over are withdrawn before somebody takes them; most, not all.
    pub(in crate::demo) fn wake_flight(venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let value = venue.value();
        let slack = venue.bp(0.12 * venue.volatility).max(0.55);
        for side in [Side::Buy, Side::Sell] {
            for _ in 0..60 {
                let Some((price, _)) = venue.book.best(side) else { break };
                if (price as f64 - value) * (side.sign() as f64) < slack || venue.book.depth(side) < 30 {
                    break;
                }
                let mut stayed = false;
                for (id, _) in venue.book.queue(side, price) {
                    if chance.happens(0.8) {
                        venue.cancel(id, cx);
                    } else {
                        stayed = true;
                    }
                }
                if stayed {
                    break;
                }
            }
        }
        venue.publish_quote(cx);
        chance.exponential(0.09).clamp(0.01, 0.4)
    }
}
