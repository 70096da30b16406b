//! Stops: set off by a price, and trailing ones that follow it.

use super::desk::Desk;
use super::exchange::Now;
use super::order::{Phase, reaches};
use crate::domain::{OrderKind, Price, Side, Trail, TriggerBy};

impl Desk {
    /// The direction in which the price has to come for a stop to be set off.
    fn direction(&self, i: usize) -> Side {
        let order = &self.orders[i];
        match order.kind() {
            OrderKind::TakeProfit { .. } => order.side.opposite(),
            _ => order.side,
        }
    }

    /// Whether a price sets a stop off.
    #[inline]
    pub(super) fn sets_off(&self, i: usize, price: Price) -> bool {
        let Some(stop) = self.orders[i].stop else { return false };
        reaches(self.direction(i), price, stop)
    }

    /// A price as an armed order sees it.
    #[inline]
    pub(super) fn arm_price(&mut self, i: usize, price: Price, by: TriggerBy, now: &mut Now<'_>) {
        if self.orders[i].trigger != by {
            return;
        }
        if self.sets_off(i, price) {
            self.set_off(i, price, now);
        } else if matches!(self.orders[i].kind(), OrderKind::Trailing { .. }) {
            self.follow(i, price, now);
        }
    }

    /// A stop is set off: it becomes what it is to become, and trades from the next event on.
    pub(super) fn set_off(&mut self, i: usize, price: Price, now: &mut Now<'_>) {
        let name = self.orders[i].kind().name();
        self.edit(i, now, |view| {
            view.triggered = true;
            view.reason = format!("{name} set off at {price}").into();
        });
        self.orders[i].phase = Phase::Taking;
        self.stand(i, now);
    }

    /// A trailing stop follows a price; it never goes back.
    pub(super) fn follow(&mut self, i: usize, price: Price, now: &Now<'_>) {
        let order = &self.orders[i];
        let OrderKind::Trailing { by, from } = order.kind() else { return };
        let side = order.side;
        // A stop that sells follows a price that rises.
        if order.best.is_none() && from.is_some_and(|from| !reaches(side.opposite(), price, from)) {
            return;
        }
        if order.best.is_some_and(|best| reaches(side, price, best)) {
            return;
        }
        let distance = match by {
            Trail::Absolute(distance) => distance.units(),
            Trail::BasisPoints(bps) => (i128::from(price.units()) * i128::from(bps) / 10_000) as i64,
        };
        let mut units = price.units().saturating_add(side.sign() * distance);
        // On the tick, and never closer than was asked for.
        let tick = now.market(order.symbol).map_or(0, |market| market.instrument.tick.units());
        if tick > 0 {
            let over = units.rem_euclid(tick);
            units += if side == Side::Buy && over > 0 { tick - over } else { -over };
        }
        let stop = Price::from_units(units);
        let order = &mut self.orders[i];
        order.best = Some(price);
        // An amended stop may stand closer than the distance: it waits until the price has caught up.
        if order.stop.is_none_or(|old| reaches(side.opposite(), stop, old)) {
            order.stop = Some(stop);
            order.moved = true;
            self.account.touch();
        }
    }
}
