//! What an account's owner does to its orders once they are sent, and what the exchange does to the account.

use super::desk::Desk;
use super::entry::picture;
use super::exchange::{Message, Now};
use super::order::{Phase, Role, reaches};
use super::review;
use super::risk::Alarm;
use super::taken::opposite;
use crate::domain::{OrderId, OrderKind, OrderRequest, OrderState, Price, Qty, Side, Size, Symbol};
use std::sync::Arc;

impl Desk {
    /// Sends a message about orders of a symbol, of one order, or of all.
    pub(super) fn send(&mut self, symbol: Option<Symbol>, message: Message, now: &mut Now<'_>) {
        let symbol = symbol.or_else(|| self.symbols.first().copied());
        let lag = symbol.and_then(|symbol| now.market(symbol)).and_then(|market| market.lag);
        let due = self.due_of_message(lag, now);
        now.exchange.send(due, self.number, message);
    }

    /// A message reaches the exchange.
    pub(super) fn receive(&mut self, message: Message, now: &mut Now<'_>) {
        match message {
            Message::Place(id) => self.arrive(id, now),
            Message::Cancel { order, symbol, why } => self.cancel(order, symbol, &why, now),
            Message::Amend { order, qty, price, stop } => {
                if let Err(reason) = self.amend(order, qty, price, stop, now) {
                    self.refuse_amend(order, &reason, now);
                }
            }
            Message::Close { symbol, sent, why } => {
                self.cancel(None, symbol, &why, now);
                self.close(symbol, sent, &why, false, now);
            }
        }
    }

    /// Cancels orders: nothing of them fills after this.
    pub(super) fn cancel(&mut self, order: Option<OrderId>, symbol: Option<Symbol>, why: &str, now: &mut Now<'_>) {
        for i in 0..self.orders.len() {
            let open = &self.orders[i];
            let meant = order.is_none_or(|id| open.id == id) && symbol.is_none_or(|symbol| open.symbol == symbol);
            if meant && open.phase != Phase::Done && !open.forced {
                self.finish(i, OrderState::Cancelled, why, now);
            }
        }
    }

    /// Closes positions at the market; the orders are at the exchange at once.
    pub(super) fn close(
        &mut self,
        symbol: Option<Symbol>,
        sent: crate::domain::Nanos,
        why: &str,
        forced: bool,
        now: &mut Now<'_>,
    ) {
        let held: Vec<(Symbol, Qty)> = self
            .account
            .positions()
            .filter(|held| symbol.is_none_or(|symbol| held.symbol == symbol))
            .map(|held| (held.symbol, held.qty))
            .collect();
        for (symbol, qty) in held {
            let side = if qty.units() > 0 { Side::Sell } else { Side::Buy };
            let request = OrderRequest { reduce_only: true, why: why.into(), ..OrderRequest::market(symbol, side, qty.abs()) };
            let id = now.exchange.next_order();
            let mut view = picture(id, &self.account.name().clone(), request, sent);
            view.state = OrderState::Working;
            view.changed = now.at;
            view.reason = why.into();
            self.list(view, Phase::Taking, Role::Single, None, now);
            if let Some(i) = self.index(id) {
                self.orders[i].forced = forced;
            }
        }
        self.refresh();
    }

    fn refuse_amend(&mut self, order: OrderId, reason: &str, now: &mut Now<'_>) {
        let text = format!("order {order} was not changed: {reason}");
        if let Some(i) = self.index(order) {
            self.change(i, now, |view| view.reason = text.as_str().into());
        }
        now.exchange.note(now.at, self.account.name(), true, text.into());
    }

    /// Sends a change of an order, where it is one that makes sense.
    pub(super) fn send_amend(
        &mut self,
        order: OrderId,
        (qty, price, stop): (Option<Qty>, Option<Price>, Option<Price>),
        now: &mut Now<'_>,
    ) {
        let symbol = self.index(order).map(|i| self.orders[i].symbol);
        match self.amended(order, qty, price, stop, now) {
            Ok(_) => self.send(symbol, Message::Amend { order, qty, price, stop }, now),
            Err(reason) => self.refuse_amend(order, &reason, now),
        }
    }

    /// The request an order would have after a change.
    fn amended(
        &self,
        id: OrderId,
        qty: Option<Qty>,
        price: Option<Price>,
        stop: Option<Price>,
        now: &Now<'_>,
    ) -> Result<OrderRequest, Arc<str>> {
        let i = self.index(id).ok_or("it is not open any more")?;
        let order = &self.orders[i];
        let mut request = order.view.request.clone();
        if let Some(qty) = qty {
            if order.is_unsized() {
                return Err("its size is in money".into());
            }
            if matches!(order.role, Role::Exit(_)) {
                return Err("a bracket's exit is as large as what its entry has traded".into());
            }
            if qty <= order.view.filled {
                return Err(format!("quantity {qty} is not above the {} that have traded", order.view.filled).into());
            }
            request.size = Size::Qty(qty);
        }
        request.kind = match (request.kind, price, stop) {
            (kind, None, None) => kind,
            (OrderKind::Limit { price: old }, new, None) => OrderKind::Limit { price: new.unwrap_or(old) },
            (OrderKind::Stop { .. }, None, Some(stop)) if !order.view.triggered => OrderKind::Stop { stop },
            (OrderKind::TakeProfit { .. }, None, Some(stop)) if !order.view.triggered => OrderKind::TakeProfit { stop },
            (OrderKind::StopLimit { stop: old, price: limit }, new, set) if set.is_none() || !order.view.triggered => {
                OrderKind::StopLimit { stop: set.unwrap_or(old), price: new.unwrap_or(limit) }
            }
            (OrderKind::Trailing { by, from }, None, Some(_)) if !order.view.triggered => OrderKind::Trailing { by, from },
            (kind, ..) => return Err(format!("a {} order has no such price to change", kind.name()).into()),
        };
        let market = now.market(order.symbol).ok_or("its symbol is not followed any more")?;
        // Rules of the instrument, and what the account can pay; what the order itself holds is not counted against it.
        let mut apart = self.account.clone();
        let mut gone = (*order.view).clone();
        gone.state = OrderState::Cancelled;
        apart.set_order(Arc::new(gone), None);
        let view = apart.view(&|_| None);
        let mut asked = request.clone();
        if let Size::Qty(whole) = asked.size {
            asked.size = Size::Qty(whole - order.view.filled);
        }
        if asked.reduce_only && matches!(asked.size, Size::Qty(qty) if qty.is_zero()) {
            return Ok(request);
        }
        let review = review::review(&asked, &market, &view, &now.exchange.config, &now.exchange.venue);
        review.problems.first().map_or(Ok(request), |problem| Err(problem.clone()))
    }

    /// A change reaches the exchange.
    fn amend(
        &mut self,
        id: OrderId,
        qty: Option<Qty>,
        price: Option<Price>,
        stop: Option<Price>,
        now: &mut Now<'_>,
    ) -> Result<(), Arc<str>> {
        let request = self.amended(id, qty, price, stop, now)?;
        let i = self.index(id).ok_or("it is not open any more")?;
        let order = &self.orders[i];
        let limit = request.kind.price();
        let same_price = limit == order.view.request.kind.price();
        if request.post_only
            && order.phase == Phase::Resting
            && let (Some(limit), Some(market)) = (limit, now.market(order.symbol))
            && let Some(best) = opposite(&market, order.side)
            && reaches(order.side, limit, best)
        {
            return Err(format!("post-only, but {limit} would trade at once with {best}").into());
        }
        let before = order.view.qty;
        let order = &mut self.orders[i];
        if let Some(qty) = qty {
            order.left = qty - order.view.filled;
        }
        if let Some(stop) = stop {
            order.stop = Some(stop);
        }
        if order.phase != Phase::Armed || limit.is_some() {
            order.limit = limit;
        }
        let (phase, grown) = (order.phase, qty.is_some_and(|qty| qty > before));
        let symbol = order.symbol;
        self.edit(i, now, |view| {
            if let Some(qty) = qty {
                view.qty = qty;
            }
            view.request = request;
            view.reason = "amended".into();
        });
        if phase == Phase::Resting && (grown || !same_price) {
            self.stand(i, now);
        } else {
            self.tell(i, now);
        }
        self.trim(symbol, now);
        Ok(())
    }

    /// Looks whether the account has to be stopped or closed by force.
    pub(super) fn look_after(&mut self, now: &mut Now<'_>) {
        self.alarmed = false;
        match self.account.alarm() {
            None => {}
            Some(Alarm::Liquidation(text)) => self.liquidate(&text, now),
            Some(Alarm::Limit(text)) => self.kill(text, now),
        }
    }

    /// Closes every position by force: the exchange does it, so it takes no time to get there.
    fn liquidate(&mut self, text: &str, now: &mut Now<'_>) {
        if self.orders.iter().any(|order| order.forced && order.phase != Phase::Done) {
            return;
        }
        now.exchange.note(now.at, self.account.name(), true, format!("liquidated: {text}").into());
        self.cancel(None, None, "liquidated", now);
        self.close(None, now.at, "liquidated", true, now);
    }

    /// Stops the account: its orders are cancelled, and its positions closed where that is wanted.
    pub(super) fn kill(&mut self, why: Arc<str>, now: &mut Now<'_>) {
        if self.account.killed().is_some() {
            return;
        }
        self.account.kill(why.clone());
        now.exchange.note(now.at, self.account.name(), true, format!("stopped: {why}").into());
        let why: Arc<str> = format!("the account was stopped: {why}").into();
        let message = if self.account.limits().flatten_on_kill {
            Message::Close { symbol: None, sent: now.at, why }
        } else {
            Message::Cancel { order: None, symbol: None, why }
        };
        self.send(None, message, now);
    }
}
