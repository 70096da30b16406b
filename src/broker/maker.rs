//! Orders that rest: trades eat the queue ahead of them, the book moves them forward or meets them.

use super::desk::{Deal, Desk};
use super::exchange::Now;
use super::order::{Phase, reaches};
use super::queue::Place;
use super::taken::shown;
use crate::domain::{Qty, Side, Symbol, Trade};

impl Desk {
    /// A trade as a resting order sees it. `rest` is what of the trade the account's orders before it have not had.
    #[inline]
    pub(super) fn rest_trade(&mut self, i: usize, trade: &Trade, rest: &mut Qty, now: &mut Now<'_>) {
        let order = &mut self.orders[i];
        let Some(limit) = order.limit else { return };
        let through = match order.side {
            Side::Buy => trade.price < limit,
            Side::Sell => trade.price > limit,
        };
        let qty = if through {
            order.left
        } else if trade.price != limit {
            return;
        } else {
            let Some(model) = now.exchange.queue() else {
                return self.made(i, None, now);
            };
            let (Some(place), true) = (&mut order.place, trade.side != order.side) else { return };
            place.trade(model, rest.to_f64());
            order.moved = true;
            let reached = place.reached(order.lot);
            if reached <= 0.0 {
                self.account.touch();
                return;
            }
            let qty = Qty::from_f64(reached).min(*rest).min(order.left);
            *rest -= qty;
            qty
        };
        self.made(i, Some(qty), now);
    }

    /// A resting order trades at its price; all of what is left where nothing else is said.
    pub(super) fn made(&mut self, i: usize, qty: Option<Qty>, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (Some(price), Some(market)) = (order.limit, now.market(order.symbol)) else { return };
        let mut qty = qty.unwrap_or(order.left).min(order.left);
        if order.view.request.reduce_only {
            qty = qty.min(self.account.reducible(order.symbol, order.side));
        }
        self.trade(i, Deal::at(price, qty, true), &market, now);
    }

    /// Best prices or the book changed, as a resting order sees it.
    #[inline]
    pub(super) fn rest_book(&mut self, i: usize, market: &super::market::MarketSight<'_>, now: &mut Now<'_>) {
        let order = &mut self.orders[i];
        let Some(limit) = order.limit else { return };
        let Some(model) = now.exchange.queue() else {
            // Without queues trades fill; quotes do where there are no trades.
            if market.last.is_none()
                && super::taken::opposite(market, order.side).is_some_and(|best| reaches(order.side, limit, best))
            {
                self.made(i, None, now);
            }
            return;
        };
        let side = order.side;
        if let Some(displayed) = shown(market, side, limit) {
            let displayed = displayed.to_f64();
            let moved = match &mut order.place {
                Some(place) => place.depth(model, displayed),
                empty => {
                    *empty = Some(Place::behind(displayed));
                    true
                }
            };
            if moved {
                order.moved = true;
                self.account.touch();
            }
        }
        if super::taken::opposite(market, side).is_some_and(|best| reaches(side, limit, best)) {
            self.meet(i, market, now);
        }
    }

    /// The other side has come to a resting order's price: who came with that would have traded with it first. It fills at its own
    /// price with as much as is displayed there and was not taken before.
    fn meet(&mut self, i: usize, market: &super::market::MarketSight<'_>, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (symbol, against, left) = (order.symbol, order.side.opposite(), order.left);
        let mut total = Qty::ZERO;
        let mut part = |desk: &mut Self, price, displayed| {
            let qty = desk.taken.available(symbol, against, price, displayed).min(left - total);
            if qty.units() > 0 {
                desk.taken.take(symbol, against, price, displayed, qty);
                total += qty;
            }
            total < left
        };
        if let Some(book) = market.book {
            for (price, displayed) in book.levels(against) {
                if self.orders[i].beyond(price) || !part(self, price, displayed) {
                    break;
                }
            }
        } else if let Some(top) = market.top {
            let (price, displayed) = match against {
                Side::Buy => (top.bid, top.bid_qty),
                Side::Sell => (top.ask, top.ask_qty),
            };
            part(self, price, displayed);
        }
        if total.units() > 0 {
            self.untidy = true;
            self.made(i, Some(total), now);
        }
    }

    /// The link or the book was lost: where orders stand in their queues is not known any more.
    pub(super) fn lose(&mut self, symbol: Symbol) {
        for order in self.orders.iter_mut().filter(|order| order.symbol == symbol && order.phase == Phase::Resting) {
            order.moved |= order.place.take().is_some();
        }
        self.taken.forget(symbol);
        self.account.touch();
        self.refresh();
    }
}
