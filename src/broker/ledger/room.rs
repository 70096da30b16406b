//! How much an order may trade with what an account has free.

use super::super::amount::Amount;
use super::super::terms::Terms;
use super::claims::{self, Demand};
use crate::domain::{Money, Price, Qty, Side};

/// What an account has left for orders of one symbol.
#[derive(Debug, Clone)]
pub(crate) struct Room<'a> {
    pub terms: &'a Terms,
    /// Money that neither positions nor open orders hold.
    pub free: Amount,
    /// What the symbol's position is worth.
    pub value: Amount,
    /// What the symbol's open orders would trade.
    pub demand: Demand,
    /// The fee it would pay, basis points.
    pub bps: Money,
}

impl Room<'_> {
    /// The most that may be traded at a price; `position` is what is held of the symbol.
    pub(crate) fn most(&self, side: Side, price: Price, position: Qty) -> Qty {
        if price <= Price::ZERO {
            return Qty::ZERO;
        }
        let grows = if side == Side::Buy { position >= Qty::ZERO } else { position <= Qty::ZERO };
        // Beyond this the position could not be written down.
        let bound = if grows { Qty::MAX - position.abs() } else { Qty::MAX };
        let most = match (self.terms.is_cash(), side) {
            (true, Side::Buy) => self.trimmed(side, price, qty_for(self.free, price, self.bps, Qty::ZERO)),
            (true, Side::Sell) => (position - self.demand.sold).max(Qty::ZERO),
            (false, _) => self.on_margin(side, price).max(if grows { Qty::ZERO } else { position.abs() }),
        };
        most.min(bound)
    }

    /// By how much money the hold on the symbol would grow with so much more on a side.
    pub(crate) fn extra(&self, side: Side, notional: Amount) -> Amount {
        self.with(side, notional) - claims::load(self.terms, self.value, &self.demand)
    }

    fn with(&self, side: Side, notional: Amount) -> Amount {
        let mut demand = self.demand;
        match side {
            Side::Buy => demand.buys += notional,
            Side::Sell => demand.sells += notional,
        }
        claims::load(self.terms, self.value, &demand)
    }

    /// Solves |value ± open ± notional| by leverage, less what the position takes, plus fees = what is held and free.
    fn on_margin(&self, side: Side, price: Price) -> Qty {
        let limit = claims::load(self.terms, self.value, &self.demand) + self.free;
        let (value, open) = match side {
            Side::Buy => (self.value, self.demand.buys),
            Side::Sell => (-self.value, self.demand.sells),
        };
        let leverage = i64::from(self.terms.leverage.max(1));
        let rate = Terms::rate(self.terms.worst_bps()).saturating_mul(leverage);
        let whole = 100_000_000;
        let room = limit.part(leverage, 1) - open.part(rate, whole) + value.abs() - value - open;
        self.trimmed(side, price, room.part(whole, whole.saturating_add(rate)).buys(price))
    }

    /// Fees are billed in steps: a step too much is given back.
    fn trimmed(&self, side: Side, price: Price, mut most: Qty) -> Qty {
        let share = if self.terms.is_cash() { 1 } else { i64::from(self.terms.leverage.max(1)) };
        for _ in 0..4 {
            let over = self.extra(side, Amount::of(price, most)) - self.free;
            if over <= Amount::ZERO || most.is_zero() {
                break;
            }
            most = (most - over.part(share, 1).buys(price) - Qty::from_units(1)).max(Qty::ZERO);
        }
        most
    }
}

/// The quantity that costs at most an amount with its fee, rounded down to the lot (1e-8 where that is zero).
pub(crate) fn qty_for(amount: Amount, price: Price, bps: Money, lot: Qty) -> Qty {
    let whole = 100_000_000;
    let mut qty = amount.part(whole, whole + Terms::rate(bps)).buys(price);
    for _ in 0..4 {
        let cost = Amount::of(price, qty);
        let over = cost + cost.basis_points(bps) - amount;
        if over <= Amount::ZERO || qty.is_zero() {
            break;
        }
        qty = (qty - over.buys(price) - Qty::from_units(1)).max(Qty::ZERO);
    }
    if lot > Qty::ZERO { qty - Qty::from_units(qty.units() % lot.units()) } else { qty }
}
