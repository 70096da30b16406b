//! What a position is made of, oldest first, and what became of it: lots are closed first in, first out.

use super::super::amount::Amount;
use super::super::view::RoundTrip;
use crate::domain::{Nanos, OrderId, Price, Qty, Side, Symbol};

/// What one order opened and has not yet been closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenLot {
    /// The order.
    pub order: OrderId,
    /// Base units, positive.
    pub qty: Qty,
    /// Σ price × quantity, positive.
    pub paid: Amount,
    /// Fees that belong to it.
    pub fees: Amount,
    /// The market's time of its first fill.
    pub at: Nanos,
}

impl OpenLot {
    /// Takes a part off it: all of it exactly when all of it is taken.
    fn take(&mut self, qty: Qty) -> Self {
        let (part, whole) = (qty.units(), self.qty.units());
        let taken = Self { qty, paid: self.paid.part(part, whole), fees: self.fees.part(part, whole), ..*self };
        self.qty -= qty;
        self.paid -= taken.paid;
        self.fees -= taken.fees;
        taken
    }

    /// The average price paid.
    pub fn price(&self) -> Price {
        self.paid.per(self.qty).unwrap_or_default()
    }
}

/// What an order closed of what another one opened, while more may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trip {
    /// The symbol.
    pub symbol: Symbol,
    /// `Buy` for a long.
    pub side: Side,
    /// The order that opened it.
    pub entry_order: OrderId,
    /// The order that closed it.
    pub exit_order: OrderId,
    qty: Qty,
    entry_at: Nanos,
    exit_at: Nanos,
    entry: Amount,
    exit: Amount,
    fees: Amount,
}

impl Trip {
    /// As it is shown.
    pub fn view(&self) -> RoundTrip {
        let gross = if self.side == Side::Buy { self.exit - self.entry } else { self.entry - self.exit };
        RoundTrip {
            symbol: self.symbol,
            side: self.side,
            qty: self.qty,
            entry_at: self.entry_at,
            exit_at: self.exit_at,
            entry: self.entry.per(self.qty).unwrap_or_default(),
            exit: self.exit.per(self.qty).unwrap_or_default(),
            pnl: (gross - self.fees).money(),
            fees: self.fees.money(),
            entry_order: self.entry_order,
            exit_order: self.exit_order,
        }
    }
}

/// The part of a fill that closes something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closing {
    /// The order that traded.
    pub order: OrderId,
    /// At what price.
    pub price: Price,
    /// How much of it closes.
    pub qty: Qty,
    /// The part of its fee that belongs to that.
    pub fee: Amount,
    /// The market's time of it.
    pub at: Nanos,
}

/// Closes lots of a position on `side`, oldest first, and adds what came of each to the trips under way.
pub(crate) fn close(
    lots: &mut std::collections::VecDeque<OpenLot>,
    trips: &mut Vec<Trip>,
    symbol: Symbol,
    side: Side,
    closing: Closing,
) {
    let (mut qty, mut fee) = (closing.qty, closing.fee);
    while !qty.is_zero() {
        let Some(lot) = lots.front_mut() else { return };
        let taken = lot.take(qty.min(lot.qty));
        // The last one takes what is left, so that the parts add up to the whole fee.
        let exit_fee = fee.part(taken.qty.units(), qty.units());
        qty -= taken.qty;
        fee -= exit_fee;
        if lot.qty.is_zero() {
            lots.pop_front();
        }
        let exit = Amount::of(closing.price, taken.qty);
        let same = |trip: &&mut Trip| {
            trip.exit_order == closing.order && trip.entry_order == taken.order && trip.symbol == symbol && trip.side == side
        };
        match trips.iter_mut().find(same) {
            Some(trip) => {
                trip.qty += taken.qty;
                trip.exit_at = closing.at;
                trip.entry += taken.paid;
                trip.exit += exit;
                trip.fees += taken.fees + exit_fee;
            }
            None => trips.push(Trip {
                symbol,
                side,
                entry_order: taken.order,
                exit_order: closing.order,
                qty: taken.qty,
                entry_at: taken.at,
                exit_at: closing.at,
                entry: taken.paid,
                exit,
                fees: taken.fees + exit_fee,
            }),
        }
    }
}
