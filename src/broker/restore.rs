//! Orders put back after a restart.
//!
//! Nothing is known of what the market did meanwhile but its first price: a limit order it has passed fills at its own price, as it
//! would have on the way; any other begins anew at the end of its queue. Stops look at the first price as at every other.

use super::desk::Desk;
use super::exchange::{Kind, Now, Timer};
use super::order::{Phase, Role, reaches};
use crate::domain::{OrderId, OrderKind, OrderState, OrderView, Price, TimeInForce};

/// What every order is told that waits on.
const AGAIN: &str = "placed again after a restart";
/// What every limit order is told that rests again.
const END: &str = "placed again after a restart, at the end of its queue";

/// How a saved order belonged to others.
fn role(view: &OrderView, all: &[OrderView]) -> Role {
    let Some(linked) = view.linked else {
        let entry = all.iter().any(|other| other.linked == Some(view.id));
        return if entry { Role::Entry } else { Role::Single };
    };
    let mutual = all.iter().any(|other| other.id == linked && other.linked == Some(view.id));
    // An OCO's other one that is done already has ended this one with it; a bracket's entry that is done has not.
    if mutual { Role::Oco(linked) } else { Role::Exit(linked) }
}

impl Desk {
    /// Places saved orders again.
    pub(super) fn place_again(&mut self, saved: &[OrderView], now: &mut Now<'_>) {
        for view in saved.iter().filter(|view| view.state.is_open()) {
            let role = role(view, saved);
            self.enlist(OrderView { queue: None, ..view.clone() }, Phase::Waiting, role, now);
        }
        for view in saved {
            self.again(view.id, now);
        }
    }

    fn again(&mut self, id: OrderId, now: &mut Now<'_>) {
        let Some(i) = self.index(id) else { return };
        let order = &self.orders[i];
        let (request, triggered) = (&order.view.request, order.view.triggered);
        if !now.exchange.on {
            return self.finish(i, OrderState::Cancelled, "paper trading was off when it was put back", now);
        }
        match request.tif {
            TimeInForce::Gtd(until) if until <= now.at => {
                return self.finish(i, OrderState::Expired, "its time was up while the program was away", now);
            }
            TimeInForce::Gtd(until) => {
                now.exchange.timers.insert((until, Kind::Expiry, id), Timer::Expiry(self.number, id));
            }
            TimeInForce::Ioc | TimeInForce::Fok => {
                let reason = format!("{}: the program was closed before it could trade", request.tif.name());
                return self.finish(i, OrderState::Cancelled, &reason, now);
            }
            TimeInForce::Gtc => {}
        }
        if let Role::Exit(entry) = order.role
            && order.left.units() <= 0
        {
            if self.index(entry).is_none() {
                return self.finish(i, OrderState::Cancelled, "its entry ended without a position to close", now);
            }
            if order.view.filled.is_zero() {
                return self.tell(i, now);
            }
            // All it was given has traded; its entry may fill further.
            return self.change(i, now, |view| view.reason = AGAIN.into());
        }
        let phase = match order.kind() {
            OrderKind::Market => Phase::Taking,
            OrderKind::Limit { .. } => Phase::Returning,
            OrderKind::StopLimit { .. } if triggered => Phase::Returning,
            _ if triggered => Phase::Taking,
            _ => Phase::Armed,
        };
        if matches!(order.kind(), OrderKind::Trailing { .. }) {
            // Whatever is better than its stop moves it on, where that is better than it stands.
            self.orders[i].best = self.orders[i].stop;
        }
        self.enter(i, phase, now);
        let state = self.orders[i].open_state();
        self.change(i, now, |view| {
            view.state = state;
            view.reason = AGAIN.into();
        });
        let symbol = self.orders[i].symbol;
        self.trim(symbol, now);
    }

    /// The first price after a restart, as a limit order sees it.
    pub(super) fn return_at(&mut self, i: usize, price: Price, now: &mut Now<'_>) {
        let order = &self.orders[i];
        let passed = order.limit.is_some_and(|limit| price != limit && reaches(order.side, limit, price));
        self.return_as(i, passed, now);
    }

    /// A limit order comes back: the first price has passed it, or it rests again.
    pub(super) fn return_as(&mut self, i: usize, passed: bool, now: &mut Now<'_>) {
        if passed {
            self.orders[i].phase = Phase::Resting;
            self.edit(i, now, |view| view.reason = "the price passed it while the program was away".into());
            self.made(i, None, now);
            return;
        }
        self.edit(i, now, |view| view.reason = END.into());
        self.join(i, now);
    }
}
