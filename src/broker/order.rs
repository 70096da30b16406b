//! A working order as the simulated exchange holds it: what matching reads on every event, beside the picture others see.

use super::queue::Place;
use crate::domain::{OrderId, OrderKind, OrderState, OrderView, Price, Qty, Queue, Side, Symbol, TriggerBy};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// Under way to the exchange.
    Sent,
    /// A bracket's exit that has nothing to close yet.
    Waiting,
    /// A stop that has not been set off.
    Armed,
    /// Trades with the first event it sees.
    Taking,
    /// Rests in the book.
    Resting,
    /// A limit order put back after a restart: the first price says whether it was passed meanwhile.
    Returning,
    /// Done; taken off the list after the event.
    Done,
}

/// Which orders it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// None.
    Single,
    /// An OCO with that other one.
    Oco(OrderId),
    /// A bracket's entry.
    Entry,
    /// A bracket's exit: of that entry.
    Exit(OrderId),
}

/// An open order.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub id: OrderId,
    /// Its number within the account: what its draws of chance are named by.
    pub serial: u64,
    pub symbol: Symbol,
    pub side: Side,
    pub phase: Phase,
    /// The market event at which it came into its phase: only later ones concern it.
    pub since: u64,
    /// What is still to trade; zero as well while a size in money is not worked out.
    pub left: Qty,
    /// The worst price it trades at, once it is set off.
    pub limit: Option<Price>,
    /// The price that sets it off.
    pub stop: Option<Price>,
    /// The best price a trailing stop has seen.
    pub best: Option<Price>,
    /// Its place in the queue, where it rests and that is known.
    pub place: Option<Place>,
    pub trigger: TriggerBy,
    pub role: Role,
    /// Whether the exchange itself closes the position by it.
    pub forced: bool,
    /// The instrument's lot as a float, for the queue.
    pub lot: f64,
    /// The price it is expected to trade at, for what it holds.
    pub reference: Option<Price>,
    /// Fills so far, which name its draws.
    pub fills: u64,
    /// Whether its queue or its stop has moved since the picture was made.
    pub moved: bool,
    pub view: Arc<OrderView>,
}

impl Order {
    pub(super) fn new(view: OrderView, serial: u64, phase: Phase, role: Role) -> Self {
        let kind = view.request.kind;
        Self {
            id: view.id,
            serial,
            symbol: view.request.symbol,
            side: view.request.side,
            phase,
            since: 0,
            left: view.left(),
            limit: kind.price(),
            stop: view.stop,
            best: None,
            place: None,
            trigger: view.request.trigger,
            role,
            forced: false,
            lot: 1e-8,
            reference: None,
            fills: 0,
            moved: false,
            view: Arc::new(view),
        }
    }

    pub(super) fn kind(&self) -> OrderKind {
        self.view.request.kind
    }

    /// Whether its size is in money and not worked out yet.
    pub(super) fn is_unsized(&self) -> bool {
        self.view.qty.is_zero() && !matches!(self.role, Role::Exit(_))
    }

    /// Whether the exchange has it and it can trade or be set off at an event.
    pub(super) const fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Armed | Phase::Taking | Phase::Resting | Phase::Returning)
    }

    /// What its state is while it is open at the exchange.
    pub(super) fn open_state(&self) -> OrderState {
        if self.view.filled.is_zero() { OrderState::Working } else { OrderState::Partial }
    }

    /// Its place as others see it.
    pub(super) fn queue(&self) -> Option<Queue> {
        let place = self.place.filter(|_| self.phase == Phase::Resting)?;
        Some(Queue { joined: place.joined, ahead: place.front.max(0.0), level: place.level })
    }

    /// The picture with what has moved since it was made.
    pub(super) fn fresh(&self) -> Option<OrderView> {
        self.moved.then(|| OrderView { queue: self.queue(), stop: self.stop, ..(*self.view).clone() })
    }

    /// Whether `price` is worse than its limit.
    #[inline]
    pub(super) fn beyond(&self, price: Price) -> bool {
        match (self.side, self.limit) {
            (Side::Buy, Some(limit)) => price > limit,
            (Side::Sell, Some(limit)) => price < limit,
            (_, None) => false,
        }
    }

    pub(super) fn hash_into(&self, h: &mut impl Hasher) {
        (self.id, self.serial, self.phase, self.since, self.left, self.limit, self.stop, self.best).hash(h);
        (self.role, self.forced, self.fills, self.reference).hash(h);
        if let Some(place) = self.place {
            place.hash_into(h);
        }
    }
}

/// Whether a price is at or past another, seen from one that waits for it to rise (`Buy`) or fall (`Sell`).
#[inline]
pub(super) fn reaches(direction: Side, price: Price, level: Price) -> bool {
    match direction {
        Side::Buy => price >= level,
        Side::Sell => price <= level,
    }
}
