//! Orders on their way in: checked and sent, then judged when they reach the exchange.

use super::desk::{BarStep, Desk};
use super::exchange::{Kind, Message, Now, Timer};
use super::order::{Order, Phase, Role, reaches};
use super::queue::Place;
use super::random::{Purpose, draw};
use super::review;
use super::taken::{opposite, shown};
use crate::domain::{
    Money, Nanos, OrderId, OrderKind, OrderRequest, OrderState, OrderView, Placement, Price, Profile, Qty, Side, Size,
    TimeInForce, TriggerBy,
};
use std::sync::Arc;

/// The part of its orders the mock broker rejects.
const MOCK_REJECTS: f64 = 0.05;

/// A request as the first picture of an order.
pub(super) fn picture(id: OrderId, account: &Arc<str>, request: OrderRequest, at: Nanos) -> OrderView {
    let qty = match request.size {
        Size::Qty(qty) => qty,
        Size::Quote(_) | Size::Equity(_) => Qty::ZERO,
    };
    OrderView {
        id,
        account: account.clone(),
        state: OrderState::Pending,
        qty,
        filled: Qty::ZERO,
        paid: Money::ZERO,
        fees: Money::ZERO,
        sent: at,
        changed: at,
        stop: request.kind.stop(),
        triggered: false,
        queue: None,
        linked: None,
        reason: "".into(),
        request,
    }
}

/// The exits of a bracket as requests of nothing yet.
pub(super) fn exits(entry: &OrderRequest, stop: Option<Price>, target: Option<Price>) -> Vec<OrderRequest> {
    let exit = |kind, why: &str| OrderRequest {
        side: entry.side.opposite(),
        size: Size::Qty(Qty::ZERO),
        kind,
        tif: TimeInForce::Gtc,
        post_only: false,
        reduce_only: true,
        trigger: entry.trigger,
        why: why.into(),
        symbol: entry.symbol,
    };
    let stop = stop.map(|stop| exit(OrderKind::Stop { stop }, "the bracket's stop"));
    let target = target.map(|price| exit(OrderKind::Limit { price }, "the bracket's target"));
    stop.into_iter().chain(target).collect()
}

/// The requests of a placement that are sent themselves.
pub(super) fn parts(place: &Placement) -> Vec<&OrderRequest> {
    match place {
        Placement::Single(order) => vec![order],
        Placement::Oco(both) => both.iter().collect(),
        Placement::Bracket { entry, .. } => vec![entry],
    }
}

impl Desk {
    /// Why a placement is refused at once, if it is; and the price each part is expected to trade at.
    fn objection(&self, place: &Placement, now: &Now<'_>) -> Result<Option<Price>, Arc<str>> {
        if !now.exchange.on {
            return Err("paper trading is off: turn it on first".into());
        }
        let symbol = place.symbol();
        let Some(market) = now.market(symbol) else {
            return Err(format!("{symbol} is not followed: add it first").into());
        };
        for part in parts(place) {
            if let Some(reason) = review::late(part, now.at) {
                return Err(reason);
            }
        }
        let view = self.account.view(&|_| None);
        let review = review::review_placement(place, &market, &view, &now.exchange.config, &now.exchange.venue);
        match review.problems.first() {
            Some(problem) => Err(problem.clone()),
            None => Ok(review.estimate.map(|estimate| estimate.price)),
        }
    }

    /// Sends orders. A refusal stands in the history as a rejected order.
    pub(super) fn submit(&mut self, place: &Placement, now: &mut Now<'_>) -> Result<OrderId, Arc<str>> {
        self.account.forget(now.at);
        let verdict = self.objection(place, now);
        if verdict.is_ok() {
            self.account.sent(now.at);
        }
        let name = self.account.name().clone();
        let mut ids = Vec::new();
        for part in parts(place) {
            let id = now.exchange.next_order();
            ids.push((id, picture(id, &name, part.clone(), now.at)));
        }
        let first = ids.first().map_or(0, |part| part.0);
        let reference = match verdict {
            Ok(reference) => reference,
            Err(reason) => {
                for (_, mut view) in ids {
                    view.state = OrderState::Rejected;
                    view.reason = reason.clone();
                    let view = Arc::new(view);
                    self.account.set_order(view.clone(), None);
                    now.exchange.log(now.at, &name, super::view::Happening::Order(view));
                }
                return Err(reason);
            }
        };
        let due = self.due_of_next(place, now);
        let roles: Vec<Role> = match place {
            Placement::Single(_) => vec![Role::Single],
            Placement::Oco(_) => ids.iter().rev().map(|(other, _)| Role::Oco(*other)).collect(),
            Placement::Bracket { .. } => vec![Role::Entry],
        };
        for ((id, mut view), role) in ids.into_iter().zip(roles) {
            if let Role::Oco(other) = role {
                view.linked = Some(other);
            }
            self.list(view, Phase::Sent, role, reference, now);
            now.exchange.send(due, self.number, Message::Place(id));
        }
        if let Placement::Bracket { entry, stop, target } = place {
            for request in exits(entry, *stop, *target) {
                let id = now.exchange.next_order();
                let view = OrderView { linked: Some(first), ..picture(id, &name, request, now.at) };
                self.list(view, Phase::Waiting, Role::Exit(first), None, now);
            }
        }
        self.refresh();
        Ok(first)
    }

    /// Puts an order on the list and tells of it.
    pub(super) fn list(&mut self, view: OrderView, phase: Phase, role: Role, reference: Option<Price>, now: &mut Now<'_>) {
        let i = self.enlist(view, phase, role, now);
        self.orders[i].reference = reference;
        self.tell(i, now);
    }

    /// Puts an order on the list, without telling of it. Where it is.
    pub(super) fn enlist(&mut self, view: OrderView, phase: Phase, role: Role, now: &Now<'_>) -> usize {
        self.serial += 1;
        let mut order = Order::new(view, self.serial, phase, role);
        order.since = now.exchange.moment;
        if let Some(market) = now.market(order.symbol)
            && market.instrument.lot.units() > 0
        {
            order.lot = market.instrument.lot.to_f64();
        }
        self.add(order)
    }

    fn due_of_next(&mut self, place: &Placement, now: &Now<'_>) -> Nanos {
        let lag = now.market(place.symbol()).and_then(|market| market.lag);
        self.due_of_message(lag, now)
    }

    /// When a message sent now arrives: none overtakes one sent before it.
    pub(super) fn due_of_message(&mut self, lag: Option<Nanos>, now: &Now<'_>) -> Nanos {
        self.messages += 1;
        self.arrival = self.arrival.max(now.at + now.exchange.entry(self.messages, lag));
        self.arrival
    }

    /// An order reaches the exchange.
    pub(super) fn arrive(&mut self, id: OrderId, now: &mut Now<'_>) {
        let Some(i) = self.index(id).filter(|i| self.orders[*i].phase == Phase::Sent) else { return };
        let order = &self.orders[i];
        if now.exchange.config.profile == Profile::MockBroker
            && draw(now.exchange.seed, order.serial, Purpose::Reject) < MOCK_REJECTS
        {
            return self.finish(i, OrderState::Rejected, "the mock broker rejects 5 % of orders, and this is one", now);
        }
        if let TimeInForce::Gtd(until) = order.view.request.tif {
            if until <= now.at {
                return self.finish(i, OrderState::Expired, "its time was up when it reached the exchange", now);
            }
            now.exchange.timers.insert((until, Kind::Expiry, id), Timer::Expiry(self.number, id));
        }
        self.stand(i, now);
    }

    /// An order takes its stand at the exchange: it waits for its stop, for something to trade with, or in the queue.
    pub(super) fn stand(&mut self, i: usize, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (symbol, side, request) = (order.symbol, order.side, &order.view.request);
        if request.reduce_only && !order.is_unsized() {
            let most = self.account.reducible(symbol, side);
            if most.is_zero() {
                let reason = "reduce-only, and there is no position to reduce";
                return self.finish(i, OrderState::Rejected, reason, now);
            }
            if order.left > most {
                self.cut(i, most, "made smaller: reduce-only, and the position is no larger", now);
            }
        }
        let order = &self.orders[i];
        match order.kind() {
            OrderKind::Market => self.go(i, Phase::Taking, now),
            OrderKind::Limit { .. } => self.stand_limit(i, now),
            _ if order.view.triggered => match order.limit {
                Some(_) => self.stand_limit(i, now),
                None => self.go(i, Phase::Taking, now),
            },
            OrderKind::Trailing { from, .. } => {
                if from.is_none() && order.best.is_none() {
                    let market = now.market(symbol);
                    let price = market.and_then(|market| match self.orders[i].trigger {
                        TriggerBy::Last => market.last,
                        TriggerBy::Mark => market.mark,
                    });
                    if let Some(price) = price {
                        self.follow(i, price, now);
                    }
                }
                self.go(i, Phase::Armed, now);
            }
            _ => self.go(i, Phase::Armed, now),
        }
    }

    /// Into a phase at the exchange, and told of.
    pub(super) fn go(&mut self, i: usize, phase: Phase, now: &mut Now<'_>) {
        self.enter(i, phase, now);
        if self.step == BarStep::Open {
            self.orders[i].since = now.exchange.moment.wrapping_sub(1);
        }
        let state = self.orders[i].open_state();
        self.change(i, now, |view| view.state = state);
    }

    /// A limit order against the standing market: it takes, is refused as post-only, or joins the queue.
    fn stand_limit(&mut self, i: usize, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (Some(limit), side) = (order.limit, order.side) else { return };
        let Some(market) = now.market(order.symbol) else { return self.go(i, Phase::Resting, now) };
        let request = &order.view.request;
        // Within a bar its own prices decide, not the close that is known as the last.
        if self.step != BarStep::None {
            return self.join(i, now);
        }
        // Without best prices the last one says; being at it is not yet being through it.
        let best = opposite(&market, side);
        let crosses = match best {
            Some(best) => reaches(side, limit, best),
            None => market.last.is_some_and(|last| last != limit && reaches(side, limit, last)),
        };
        if crosses && request.post_only {
            let tick = market.instrument.tick.units().max(1);
            let there = best.or(market.last).unwrap_or(limit);
            let nearest = Price::from_units(there.units() - side.sign() * tick);
            let (name, most) = if side == Side::Buy { ("ask", "most") } else { ("bid", "least") };
            let reason = format!("post-only, but {limit} would trade at once with the {name} of {there}: at {most} {nearest}");
            return self.finish(i, OrderState::Rejected, &reason, now);
        }
        if crosses || matches!(request.tif, TimeInForce::Ioc | TimeInForce::Fok) {
            return self.go(i, Phase::Taking, now);
        }
        self.join(i, now);
    }

    /// A limit order joins the queue at its price, behind all that is displayed. One that would trade with the account's own
    /// resting order is refused: the newer one, as exchanges prevent trades with oneself.
    pub(super) fn join(&mut self, i: usize, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let (id, symbol, side) = (order.id, order.symbol, order.side);
        let Some(limit) = order.limit else { return };
        let own = self.orders.iter().find(|other| {
            other.phase == Phase::Resting
                && other.side != side
                && other.symbol == symbol
                && other.id != id
                && other.limit.is_some_and(|price| reaches(side, limit, price))
        });
        if let Some(own) = own {
            let price = own.limit.unwrap_or(limit);
            let reason = format!("{limit} would trade with your own order {} at {price}: cancel that first", own.id);
            let state = if order.view.filled.is_zero() { OrderState::Rejected } else { OrderState::Cancelled };
            return self.finish(i, state, &reason, now);
        }
        let queued = now.exchange.queue().is_some();
        let market = now.market(symbol).filter(|_| queued);
        let displayed = market.and_then(|market| shown(&market, side, limit));
        self.orders[i].place = displayed.map(|qty| Place::behind(qty.to_f64()));
        self.go(i, Phase::Resting, now);
    }

    /// A good-till-date order's time is up.
    pub(super) fn expire(&mut self, id: OrderId, now: &mut Now<'_>) {
        if let Some(i) = self.index(id) {
            self.finish(i, OrderState::Expired, "its time was up", now);
        }
    }
}
