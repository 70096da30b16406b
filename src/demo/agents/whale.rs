//! Occasional large orders: swept at once, worked in slices, or hidden in an iceberg.

use super::{coin, protected};
use crate::demo::book::OrderId;
use crate::demo::random::Chance;
use crate::demo::venue::{CROWD, Cx, Venue};
use crate::domain::Side;

#[derive(Debug, Clone)]
enum Work {
    /// Nothing to do.
    Idle,
    /// Takes a slice now and then.
    Slices { side: Side, left: f64, slice: f64 },
    /// Shows a small part at one price and refills it until all is done or the price has left.
    Iceberg { side: Side, price: i64, left: f64, show: f64, order: Option<OrderId> },
}

/// Somebody with a lot to buy or sell.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Whale {
    size: f64,
    activity: f64,
    work: Work,
}

impl Whale {
    pub(in crate::demo) const fn new(size: f64, activity: f64) -> Self {
        Self { size, activity, work: Work::Idle }
    }

    pub(in crate::demo) fn wake(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        match std::mem::replace(&mut self.work, Work::Idle) {
            Work::Idle => self.begin(venue, chance, cx),
            Work::Slices { side, left, slice } => {
                let part = (slice * chance.between(0.5, 1.5)).min(left);
                venue.take_seen(side, protected(venue, side, 1.5), venue.lots(part), cx);
                if left - part > slice * 0.2 {
                    self.work = Work::Slices { side, left: left - part, slice };
                    chance.exponential(0.8).clamp(0.05, 4.0)
                } else {
                    self.rest(chance)
                }
            }
            Work::Iceberg { side, price, left, show, order } => {
                let resting = order.filter(|id| venue.book.order(*id).is_some());
                let gone = (venue.mid() - price as f64).abs() > venue.bp(4.0).max(6.0);
                if gone || left <= 0.0 {
                    if let Some(id) = resting {
                        venue.cancel(id, cx);
                        venue.publish_quote(cx);
                    }
                    return self.rest(chance);
                }
                let (order, left) = if resting.is_some() {
                    (resting, left)
                } else {
                    let placed = venue.quote(side, price, venue.lots(show), CROWD, cx);
                    venue.publish_quote(cx);
                    (placed, if placed.is_some() { left - show } else { left })
                };
                self.work = Work::Iceberg { side, price, left, show, order };
                chance.between(0.02, 0.2)
            }
        }
    }

    fn begin(&mut self, venue: &mut Venue, chance: &mut Chance, cx: &mut Cx<'_>) -> f64 {
        let side = coin(chance);
        let notional = self.size * chance.log_normal(900.0, 0.8);
        match chance.index(3) {
            0 => {
                venue.take_seen(side, protected(venue, side, 3.5), venue.lots(notional), cx);
                self.rest(chance)
            }
            1 => {
                self.work = Work::Slices { side, left: notional * 2.0, slice: notional / 10.0 };
                0.2
            }
            _ => {
                let price = venue.book.best(side).map_or(venue.mid() as i64, |b| b.0);
                self.work = Work::Iceberg { side, price, left: notional * 2.0, show: notional / 8.0, order: None };
                0.05
            }
        }
    }

    fn rest(&self, chance: &mut Chance) -> f64 {
        chance.exponential(75.0 / self.activity.sqrt()).max(3.0)
    }
}
