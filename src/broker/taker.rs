//! Orders that take: through the levels of a book, or at the next price where there is none.

use super::desk::{Deal, Desk};
use super::exchange::Now;
use super::market::MarketSight;
use super::order::Phase;
use super::slippage::{basis_points, slipped};
use super::taken::opposite;
use crate::book::OrderBook;
use crate::domain::{AccountKind, OrderKind, OrderState, Price, Qty, TimeInForce};

/// What an order was shown to trade at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// A trade at a price.
    Trade(Price),
    /// Best prices or the book.
    Quotes,
}

/// What a walk through a book would take.
struct Walk {
    /// Price, quantity, and what was displayed there.
    parts: Vec<(Price, Qty, Qty)>,
    /// All of it.
    total: Qty,
    /// The whole of what is wanted; of a size in money, as much as the prices allow.
    wanted: Qty,
}

impl Desk {
    /// An order that takes sees an event.
    pub(super) fn take(&mut self, i: usize, seen: Seen, now: &mut Now<'_>) {
        let Some(market) = now.market(self.orders[i].symbol) else { return };
        if now.exchange.walks()
            && let Some(book) = market.book
        {
            return self.walk(i, book, &market, now);
        }
        let side = self.orders[i].side;
        let there = match seen {
            Seen::Trade(price) => Some(price),
            // `simple` and the mock broker know trades only, as long as there are any.
            Seen::Quotes if now.exchange.walks() || market.last.is_none() => opposite(&market, side),
            Seen::Quotes => None,
        };
        if let Some(there) = there {
            self.take_at(i, there, &market, None, now);
            self.after_taking(i, now);
        }
    }

    /// The whole of an order at a price, slippage added, where it is no worse than its limit.
    pub(super) fn take_at(
        &mut self,
        i: usize,
        there: Price,
        market: &MarketSight<'_>,
        market_at: Option<crate::domain::Nanos>,
        now: &mut Now<'_>,
    ) {
        let order = &self.orders[i];
        if order.beyond(there) {
            return;
        }
        let (side, number) = (order.side, order.serial.wrapping_mul(1 << 20).wrapping_add(order.fills));
        let lot = market.instrument.lot;
        let rough = if order.is_unsized() { self.account.size(order.view.request.size, there, lot) } else { order.left };
        let bps = basis_points(now.exchange.slippage(), rough, market.volume, now.exchange.seed, number);
        let price = slipped(there, side, bps, order.limit);
        if self.orders[i].is_unsized() && !self.work_out(i, price, market, now) {
            return;
        }
        let wanted = self.orders[i].left;
        let Some(qty) = self.affordable(i, wanted, price, lot, now) else { return };
        let deal = Deal { price, qty, maker: false, there, market_at };
        self.trade(i, deal, market, now);
        self.cut_off(i, qty < wanted, price, now);
    }

    /// Works out a size in money at a price. `false` when it comes to nothing, which ends the order.
    fn work_out(&mut self, i: usize, price: Price, market: &MarketSight<'_>, now: &mut Now<'_>) -> bool {
        let order = &self.orders[i];
        let mut qty = self.account.size(order.view.request.size, price, market.instrument.lot);
        if order.view.request.reduce_only {
            qty = qty.min(self.account.reducible(order.symbol, order.side));
        }
        self.set_qty(i, qty, price, now)
    }

    fn set_qty(&mut self, i: usize, qty: Qty, price: Price, now: &mut Now<'_>) -> bool {
        if qty.units() <= 0 {
            let reason = format!("what it is for buys less than the smallest quantity at {price}");
            self.finish(i, OrderState::Rejected, &reason, now);
            return false;
        }
        self.orders[i].left = qty;
        self.edit(i, now, |view| view.qty = qty);
        true
    }

    /// As much of a quantity as the account can pay or deliver at a price: prices move after the check. `None` when that is
    /// nothing, which ends the order.
    fn affordable(&mut self, i: usize, qty: Qty, price: Price, lot: Qty, now: &mut Now<'_>) -> Option<Qty> {
        if self.account.terms().kind == AccountKind::Margin {
            return Some(qty);
        }
        let order = &self.orders[i];
        let (id, symbol, side) = (order.id, order.symbol, order.side);
        let most = self.account.most(symbol, side, price, false, Some(id));
        if most >= qty {
            return Some(qty);
        }
        let most = Qty::from_units(most.units() - most.units().rem_euclid(lot.units().max(1)));
        if most.units() > 0 {
            return Some(most);
        }
        let reason = match self.account.check(symbol, side, qty, price, Some(id)) {
            Err(reason) => reason,
            Ok(()) => "less than the smallest quantity is affordable".into(),
        };
        self.finish(i, OrderState::Cancelled, &reason, now);
        None
    }

    /// Ends an order of which the account could not pay or deliver more.
    fn cut_off(&mut self, i: usize, short: bool, price: Price, now: &mut Now<'_>) {
        if short {
            self.finish(i, OrderState::Cancelled, &format!("the account could not pay or deliver more of it at {price}"), now);
        }
    }

    fn plan(&self, i: usize, book: &OrderBook, market: &MarketSight<'_>) -> Walk {
        let order = &self.orders[i];
        let (symbol, lot) = (order.symbol, market.instrument.lot);
        let unsized_order = order.is_unsized();
        let mut walk = Walk { parts: Vec::new(), total: Qty::ZERO, wanted: order.left };
        // What of a size in money is still to be spent.
        let mut rest = 1.0;
        for (price, shown) in book.levels(order.side.opposite()) {
            if order.beyond(price) {
                break;
            }
            let available = self.taken.available(symbol, order.side.opposite(), price, shown);
            let left = if unsized_order {
                let whole = self.account.size(order.view.request.size, price, lot).to_f64() * rest;
                let step = if lot.units() > 0 { lot.to_f64() } else { 1e-8 };
                Qty::from_f64((whole / step + 1e-9).floor() * step)
            } else {
                walk.wanted - walk.total
            };
            let qty = left.min(available);
            if unsized_order {
                let whole = self.account.size(order.view.request.size, price, lot).to_f64();
                rest -= if whole > 0.0 { qty.to_f64() / whole } else { 1.0 };
            }
            if qty.units() > 0 {
                walk.total += qty;
                walk.parts.push((price, qty, shown));
            }
            if left <= available {
                break;
            }
        }
        if unsized_order {
            walk.wanted = walk.total;
        }
        walk
    }

    fn walk(&mut self, i: usize, book: &OrderBook, market: &MarketSight<'_>, now: &mut Now<'_>) {
        let walk = self.plan(i, book, market);
        let order = &self.orders[i];
        let (symbol, side) = (order.symbol, order.side.opposite());
        if order.view.request.tif == TimeInForce::Fok && walk.total < walk.wanted {
            let at = order.limit.map_or_else(String::new, |limit| format!(" at {limit} or better"));
            let reason = format!("fill or kill: only {} of {} was there{at}", walk.total, walk.wanted);
            return self.finish(i, OrderState::Cancelled, &reason, now);
        }
        if order.is_unsized() {
            let Some(best) = book.levels(side).next() else { return };
            let mut qty = walk.wanted;
            if order.view.request.reduce_only {
                qty = qty.min(self.account.reducible(symbol, order.side));
            }
            if !self.set_qty(i, qty, best.0, now) {
                return;
            }
        }
        for (price, planned, shown) in walk.parts {
            let wanted = planned.min(self.orders[i].left);
            if self.orders[i].phase == Phase::Done || wanted.units() <= 0 {
                break;
            }
            let Some(qty) = self.affordable(i, wanted, price, market.instrument.lot, now) else { return };
            self.taken.take(symbol, side, price, shown, qty);
            self.untidy = true;
            self.trade(i, Deal::at(price, qty, false), market, now);
            self.cut_off(i, qty < wanted, price, now);
        }
        self.after_taking(i, now);
    }

    /// What becomes of what is left of an order after it took what there was.
    fn after_taking(&mut self, i: usize, now: &mut Now<'_>) {
        let order = &self.orders[i];
        if order.phase != Phase::Taking {
            return;
        }
        let (tif, limit) = (order.view.request.tif, order.limit);
        if matches!(tif, TimeInForce::Ioc | TimeInForce::Fok) {
            let at = limit.map_or_else(String::new, |limit| format!(" at {limit} or better"));
            let reason = format!("{}: nothing more was there{at}", tif.name());
            self.finish(i, OrderState::Cancelled, &reason, now);
        } else if limit.is_some() && !matches!(order.kind(), OrderKind::Market) {
            self.join(i, now);
        }
    }

    /// What is left of a limit order that saw a first bar rests.
    pub(super) fn rest_after_bar(&mut self, i: usize, now: &mut Now<'_>) {
        self.after_taking(i, now);
    }
}
