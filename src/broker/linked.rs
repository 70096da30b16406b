//! Orders that belong together: OCO, and a bracket's entry with its exits.

use super::desk::Desk;
use super::exchange::Now;
use super::order::{Phase, Role};
use crate::domain::{OrderId, OrderState, Qty, Size};

/// The other one of an OCO, or of a bracket's exits.
fn other(desk: &Desk, i: usize) -> Option<usize> {
    match desk.orders[i].role {
        Role::Oco(id) => desk.index(id),
        Role::Exit(entry) => desk.exits(entry).find(|exit| *exit != i),
        Role::Single | Role::Entry => None,
    }
}

/// Whether it is an exit whose entry may still fill more.
pub(super) fn may_grow(desk: &Desk, i: usize) -> bool {
    matches!(desk.orders[i].role, Role::Exit(entry) if desk.index(entry).is_some())
}

/// An order traded `qty`: the other one becomes less by as much; of an entry, exits become more.
pub(super) fn filled(desk: &mut Desk, i: usize, qty: Qty, now: &mut Now<'_>) {
    let (id, role, done) = (desk.orders[i].id, desk.orders[i].role, desk.orders[i].phase == Phase::Done);
    if role == Role::Entry {
        grow(desk, id, qty, now);
        if done {
            entry_done(desk, id, now);
        }
        return;
    }
    let Some(other) = other(desk, i) else { return };
    let left = desk.orders[other].left - qty;
    if left.units() > 0 {
        let reason = format!("made smaller: order {id} traded {qty} of the same quantity");
        desk.resize(other, left, &reason, now);
    } else if may_grow(desk, other) {
        desk.park(other, &format!("order {id} traded; it waits for more of its entry"), now);
    } else if !desk.orders[other].is_unsized() {
        desk.finish(other, OrderState::Cancelled, &format!("order {id} of the pair has traded"), now);
    }
    if done && let Some(other) = self::other(desk, i) {
        desk.finish(other, OrderState::Cancelled, &format!("order {id} of the pair has traded"), now);
    }
}

/// An order ended without (all of) it having traded.
pub(super) fn ended(desk: &mut Desk, i: usize, state: OrderState, now: &mut Now<'_>) {
    let id = desk.orders[i].id;
    if desk.orders[i].role == Role::Entry {
        entry_done(desk, id, now);
    } else if let Some(other) = other(desk, i) {
        desk.finish(other, OrderState::Cancelled, &format!("order {id} of the pair was {state}"), now);
    }
}

/// A bracket's entry traded: its exits close as much more.
fn grow(desk: &mut Desk, entry: OrderId, qty: Qty, now: &mut Now<'_>) {
    let exits: Vec<usize> = desk.exits(entry).collect();
    for i in exits {
        // The end of one has ended the other.
        if desk.orders[i].phase == Phase::Done {
            continue;
        }
        desk.orders[i].left += qty;
        let waited = desk.orders[i].phase == Phase::Waiting;
        desk.edit(i, now, |view| {
            view.qty += qty;
            view.request.size = Size::Qty(view.qty);
            view.reason = "".into();
        });
        // A quantity that grows goes to the end of the queue.
        if waited || desk.orders[i].phase == Phase::Resting {
            desk.stand(i, now);
        } else {
            desk.tell(i, now);
        }
    }
}

/// A bracket's entry is done: exits that have nothing to close end, and none can grow any more.
fn entry_done(desk: &mut Desk, entry: OrderId, now: &mut Now<'_>) {
    let exits: Vec<usize> = desk.exits(entry).collect();
    for i in exits {
        if desk.orders[i].phase == Phase::Done || desk.orders[i].left.units() > 0 {
            continue;
        }
        let state = if desk.orders[i].view.filled.is_zero() { OrderState::Cancelled } else { OrderState::Filled };
        let reason = if state == OrderState::Filled { "" } else { "its entry ended without a position to close" };
        desk.finish(i, state, reason, now);
    }
}
