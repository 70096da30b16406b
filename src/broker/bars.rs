//! Bars where there is nothing else: what fills at the open, and what fills inside.
//!
//! Only open, high, low and close are known, and the open alone is known to come first. So there are four looks at a bar: orders
//! that fill at its open; stops inside it; limits and take-profits inside it; and stops of brackets whose entry filled inside it.
//! Where a stop and a target could both fill inside, the stop does. An order sent after the bar began sees its close and nothing
//! else of it, for that is all that is known to have come later.

use super::desk::{BarStep, Deal, Desk};
use super::exchange::Now;
use super::market::MarketSight;
use super::order::{Phase, Role, reaches};
use crate::domain::{Bar, Nanos, OrderKind, Price, Side, Symbol, TriggerBy};

/// A price within a bar, with the time a fill there is said to have.
#[derive(Clone, Copy)]
struct Point {
    price: Price,
    market_at: Nanos,
    /// Whether it is the bar's open, and so comes before everything else of it.
    first: bool,
}

impl Desk {
    /// A bar closed.
    pub(super) fn bar(&mut self, symbol: Symbol, bar: &Bar, now: &mut Now<'_>) {
        let Some(market) = now.market(symbol) else { return };
        self.step = BarStep::Open;
        for i in 0..self.orders.len() {
            let whole = self.orders[i].view.sent <= bar.start;
            let point = if whole {
                Point { price: bar.open, market_at: bar.start, first: true }
            } else {
                Point { price: bar.close, market_at: now.at, first: false }
            };
            if self.concerned(i, symbol, now) {
                self.at_point(i, point, &market, now);
            }
        }
        self.step = BarStep::Inside;
        for i in 0..self.orders.len() {
            if self.concerned(i, symbol, now) && !matches!(self.orders[i].kind(), OrderKind::TakeProfit { .. }) {
                self.stop_inside(i, bar, &market, now);
            }
        }
        for i in 0..self.orders.len() {
            if !self.concerned(i, symbol, now) {
                continue;
            }
            if matches!(self.orders[i].kind(), OrderKind::TakeProfit { .. }) {
                self.stop_inside(i, bar, &market, now);
            } else {
                self.limit_inside(i, bar, &market, now);
            }
        }
        for i in 0..self.orders.len() {
            let order = &self.orders[i];
            if matches!(order.role, Role::Exit(_)) && order.symbol == symbol && order.since == now.exchange.moment {
                self.stop_inside(i, bar, &market, now);
            }
        }
        self.step = BarStep::None;
        for i in 0..self.orders.len() {
            let order = &self.orders[i];
            if order.phase == Phase::Armed && order.trigger == TriggerBy::Last && self.concerned(i, symbol, now) {
                let best = match self.orders[i].side {
                    Side::Sell => bar.high,
                    Side::Buy => bar.low,
                };
                let whole = self.orders[i].view.sent <= bar.start;
                self.follow(i, if whole { best } else { bar.close }, now);
            }
        }
    }

    /// Whether an order at the exchange is of the symbol and came before this bar.
    fn concerned(&self, i: usize, symbol: Symbol, now: &Now<'_>) -> bool {
        let order = &self.orders[i];
        order.symbol == symbol && order.is_live() && order.since != now.exchange.moment
    }

    /// A price every order that was there at that time sees: the open, or for one sent later the close.
    fn at_point(&mut self, i: usize, point: Point, market: &MarketSight<'_>, now: &mut Now<'_>) {
        let order = &self.orders[i];
        match order.phase {
            Phase::Taking => {
                self.take_at(i, point.price, market, Some(point.market_at), now);
                self.rest_after_bar(i, now);
            }
            Phase::Returning => self.return_at(i, point.price, now),
            Phase::Resting => {
                let Some(limit) = order.limit else { return };
                if point.price != limit && reaches(order.side, limit, point.price) {
                    // It rested while the bar opened beyond it: the open is the better price. A close is only known to be beyond.
                    let price = if point.first { point.price } else { limit };
                    self.made_at(i, price, point.market_at, market, now);
                }
            }
            Phase::Armed if order.trigger == TriggerBy::Last && self.sets_off(i, point.price) => {
                self.set_off_at(i, point, market, now);
            }
            _ => {}
        }
    }

    /// A stop is set off within a bar, and trades there.
    fn set_off_at(&mut self, i: usize, point: Point, market: &MarketSight<'_>, now: &mut Now<'_>) {
        let name = self.orders[i].kind().name();
        let state = self.orders[i].open_state();
        self.orders[i].phase = Phase::Taking;
        self.edit(i, now, |view| {
            view.triggered = true;
            view.state = state;
            view.reason = format!("{name} set off at {}", point.price).into();
        });
        self.take_at(i, point.price, market, Some(point.market_at), now);
        self.rest_after_bar(i, now);
    }

    /// Whether a bar's high or low sets a stop off. It trades at its own price, or at the open where that is past it already.
    fn stop_inside(&mut self, i: usize, bar: &Bar, market: &MarketSight<'_>, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (Phase::Armed, TriggerBy::Last, Some(stop)) = (order.phase, order.trigger, order.stop) else { return };
        if order.view.sent > bar.start {
            return;
        }
        if self.sets_off(i, bar.high) || self.sets_off(i, bar.low) {
            let price = if self.sets_off(i, bar.open) { bar.open } else { stop };
            self.set_off_at(i, Point { price, market_at: bar.start, first: false }, market, now);
        }
    }

    /// Whether a bar trades through a limit. Touching it is not enough: nothing is known of the queue.
    fn limit_inside(&mut self, i: usize, bar: &Bar, market: &MarketSight<'_>, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (Phase::Resting, Some(limit)) = (order.phase, order.limit) else { return };
        if order.view.sent > bar.start {
            return;
        }
        let (through, better) = match order.side {
            Side::Buy => (bar.low < limit, bar.open.min(limit)),
            Side::Sell => (bar.high > limit, bar.open.max(limit)),
        };
        if through {
            self.made_at(i, better, bar.start, market, now);
        }
    }

    fn made_at(&mut self, i: usize, price: Price, market_at: Nanos, market: &MarketSight<'_>, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let mut qty = order.left;
        if order.view.request.reduce_only {
            qty = qty.min(self.account.reducible(order.symbol, order.side));
        }
        let deal = Deal { market_at: Some(market_at), ..Deal::at(price, qty, true) };
        self.trade(i, deal, market, now);
    }
}
