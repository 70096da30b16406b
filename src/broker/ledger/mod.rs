//! The books of one account: positions, money, what was closed, and how equity went. All of it is exact.
//!
//! Everything rests on one number, `base`: what the account began with, plus what sells brought, less what buys cost, less fees,
//! plus funding. Equity is base + Σ quantity × price. The cash of a cash account is `base`; the wallet of a margin account is
//! `base` + Σ cost of what is held. A rounding in how a position's cost is parted cannot reach equity.

pub(crate) mod claims;
pub(crate) mod curve;
pub(crate) mod lots;
pub(crate) mod position;
pub(crate) mod room;
#[cfg(test)]
mod tests;
mod watch;

use super::amount::Amount;
use super::terms::Terms;
use super::view::RoundTrip;
use crate::bars::Series;
use crate::domain::{Fill, OrderId, Price, Qty, SavedAccount, SavedLot, SavedPosition, Side, Symbol};
use lots::{OpenLot, Trip};
use position::Position;
use watch::Watch;

/// Round trips kept.
const TRIPS: usize = 1_000_000;

/// Sums over all fills.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Totals {
    pub realised: Amount,
    pub fees: Amount,
    pub funding: Amount,
    pub slippage: Amount,
    pub turnover: Amount,
    pub made: u64,
    pub fills: u64,
}

/// The books of one account.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    start: Amount,
    base: Amount,
    /// By symbol; those that are flat stay for what was realised in them.
    positions: Vec<Position>,
    /// The position looked at last.
    recent: usize,
    /// Positions that are not flat.
    open: usize,
    /// Σ quantity × price.
    value: Amount,
    /// The same at the prices liquidation looks at, and Σ |quantity| × price of them.
    strict: Amount,
    gross: Amount,
    /// Gross value >> this is at least the maintenance margin: a quick test that is on the safe side.
    shift: u32,
    watch: Watch,
    pub(crate) totals: Totals,
    day_start: Amount,
    /// What was closed by orders that may yet close more.
    trips: Vec<Trip>,
    closed: Series<RoundTrip>,
}

impl Ledger {
    /// Opens the books with so much.
    pub(crate) fn new(start: Amount, terms: &Terms) -> Self {
        Self {
            start,
            base: start,
            positions: Vec::new(),
            recent: 0,
            open: 0,
            value: Amount::ZERO,
            strict: Amount::ZERO,
            gross: Amount::ZERO,
            shift: terms.shift(),
            watch: Watch::new(start, start, 0.0),
            totals: Totals::default(),
            day_start: start,
            trips: Vec::new(),
            closed: Series::with_capacity(TRIPS),
        }
    }

    /// Goes by other terms from now on.
    pub(crate) fn set_terms(&mut self, terms: &Terms) {
        self.shift = terms.shift();
    }

    #[inline]
    fn find(&mut self, symbol: Symbol) -> Option<usize> {
        if self.positions.get(self.recent).is_some_and(|position| position.symbol == symbol) {
            return Some(self.recent);
        }
        // To see whether symbols are the same is quicker than to see which comes first.
        let found = self.positions.iter().position(|position| position.symbol == symbol)?;
        self.recent = found;
        Some(found)
    }

    /// A trade's or bar's price. Whether equity may have changed.
    #[inline]
    pub(crate) fn mark(&mut self, symbol: Symbol, price: Price) -> bool {
        let Some(position) = self.find(symbol).and_then(|at| self.positions.get_mut(at)) else { return false };
        if position.mark == price || position.qty.is_zero() {
            return false;
        }
        let change = Amount::of(price - position.mark, position.qty);
        position.mark = price;
        self.value += change;
        if position.exchange.is_none() {
            self.strict += change;
            self.gross += if position.qty < Qty::ZERO { -change } else { change };
        }
        self.watch.look(self.base + self.value);
        true
    }

    /// The exchange's mark price. Whether anything depends on it.
    pub(crate) fn mark_price(&mut self, symbol: Symbol, price: Price) -> bool {
        let Some(position) = self.find(symbol).and_then(|at| self.positions.get_mut(at)) else { return false };
        let before = position.strict_value();
        position.exchange = Some(price);
        let after = position.strict_value();
        self.strict += after - before;
        self.gross += after.abs() - before.abs();
        before != after
    }

    /// Books a fill; returns what it realised and the position after it. The position is valued at `last` from then on.
    pub(crate) fn fill(&mut self, fill: &Fill, last: Option<Price>) -> (Amount, Qty) {
        let at = match self.positions.binary_search_by(|position| position.symbol.cmp(&fill.symbol)) {
            Ok(at) => at,
            Err(at) => {
                self.positions.insert(at, Position::flat(fill.symbol));
                at
            }
        };
        self.recent = at;
        let Some(position) = self.positions.get_mut(at) else { return (Amount::ZERO, Qty::ZERO) };
        self.value -= position.value();
        self.strict -= position.strict_value();
        self.gross -= position.strict_value().abs();
        let was_open = !position.qty.is_zero();
        let turned = position.qty;
        let fee = Amount::from_money(fill.fee);
        let realised = position.fill(fill, fee, &mut self.trips);
        let qty = position.qty;
        position.mark = match last {
            Some(last) => last,
            None if was_open => position.mark,
            None => fill.price,
        };
        self.value += position.value();
        self.strict += position.strict_value();
        self.gross += position.strict_value().abs();
        self.open = self.open - usize::from(was_open) + usize::from(!qty.is_zero());
        let notional = Amount::of(fill.price, fill.qty);
        self.base += if fill.side == Side::Buy { -notional } else { notional };
        self.base -= fee;
        self.totals.realised += realised;
        self.totals.fees += fee;
        self.totals.slippage += Amount::from_money(fill.slippage);
        self.totals.turnover += notional;
        self.totals.made += u64::from(fill.maker);
        self.totals.fills += 1;
        // Once flat (or turned) nothing more can be added to what was closed.
        if was_open && turned.units().signum() != qty.units().signum() {
            let symbol = fill.symbol;
            self.settle(|trip| trip.symbol == symbol);
        }
        self.watch.look(self.equity());
        (realised, qty)
    }

    /// An order is done: what it closed is final.
    pub(crate) fn finish(&mut self, order: OrderId) {
        if !self.trips.is_empty() {
            self.settle(|trip| trip.exit_order == order);
        }
    }

    fn settle(&mut self, done: impl Fn(&Trip) -> bool) {
        let closed = &mut self.closed;
        self.trips.retain(|trip| {
            let done = done(trip);
            if done {
                closed.push(trip.view());
            }
            !done
        });
    }

    /// Exchanges funding: longs pay where the rate is above zero. What was received; `None` where nothing is held.
    pub(crate) fn fund(&mut self, symbol: Symbol, mark: Price, rate: Price) -> Option<Amount> {
        let qty = self.position(symbol)?.qty;
        if qty.is_zero() {
            return None;
        }
        let received = -Amount::of(mark, qty).scaled(rate.units(), 100_000_000);
        self.base += received;
        self.totals.funding += received;
        self.watch.look(self.equity());
        Some(received)
    }

    /// 00:00 UTC.
    pub(crate) fn new_day(&mut self) {
        self.day_start = self.equity();
    }

    #[inline]
    pub(crate) fn equity(&self) -> Amount {
        self.base + self.value
    }

    pub(crate) fn start(&self) -> Amount {
        self.start
    }

    pub(crate) fn day_start(&self) -> Amount {
        self.day_start
    }

    /// What buys have to be paid from in a cash account.
    pub(crate) fn base(&self) -> Amount {
        self.base
    }

    /// What positions cost in all; less for shorts.
    pub(crate) fn cost(&self) -> Amount {
        self.positions.iter().map(|position| position.cost).sum()
    }

    /// Σ |quantity| × last price.
    pub(crate) fn exposure(&self) -> Amount {
        self.positions.iter().map(|position| position.value().abs()).sum()
    }

    /// Σ |quantity| × the price liquidation looks at.
    pub(crate) fn gross(&self) -> Amount {
        self.gross
    }

    /// Equity at the prices liquidation looks at.
    pub(crate) fn strict_equity(&self) -> Amount {
        self.base + self.strict
    }

    /// Whether maintenance margin could be short: never wrong with a no.
    #[inline]
    pub(crate) fn is_near_liquidation(&self) -> bool {
        (self.base + self.strict).units() <= self.gross.units() >> self.shift && self.open > 0
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The position in a symbol, also a flat one.
    pub(crate) fn position(&self, symbol: Symbol) -> Option<&Position> {
        let at = self.positions.binary_search_by(|position| position.symbol.cmp(&symbol)).ok()?;
        self.positions.get(at)
    }

    /// What a symbol's position is worth.
    pub(crate) fn value_of(&self, symbol: Symbol) -> Amount {
        self.position(symbol).map_or(Amount::ZERO, Position::value)
    }

    /// Positions that are not flat, by symbol.
    pub(crate) fn positions(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().filter(|position| !position.qty.is_zero())
    }

    pub(crate) fn is_flat(&self) -> bool {
        self.open == 0
    }

    /// Round trips, those last that may yet grow.
    pub(crate) fn trips(&self) -> Series<RoundTrip> {
        let mut all = self.closed.clone();
        self.trips.iter().for_each(|trip| all.push(trip.view()));
        all
    }

    /// The price at which a position alone would be liquidated, all others standing where they are; `None` where none is.
    pub(crate) fn liquidation(&self, terms: &Terms, position: &Position) -> Option<Price> {
        // base + others + q·p = m·(gross of others + |q|·p), solved for p.
        let others = self.base + self.strict - position.strict_value();
        let need = terms.maintenance(self.gross - position.strict_value().abs());
        let part = terms.maintenance_ppm();
        let qty = position.qty;
        let (missing, per) = if qty > Qty::ZERO { (need - others, 1_000_000 - part) } else { (others - need, 1_000_000 + part) };
        if missing <= Amount::ZERO || per <= 0 {
            return None;
        }
        missing.part(1_000_000, per).per(qty.abs()).filter(|price| !price.is_zero())
    }

    /// As it is kept over a restart.
    pub(crate) fn save(&self) -> (Vec<SavedLot>, Vec<SavedPosition>) {
        let mut kept = Vec::new();
        for position in &self.positions {
            let short = position.qty < Qty::ZERO;
            kept.extend(position.lots.iter().map(|lot| SavedLot {
                symbol: position.symbol,
                qty: if short { -lot.qty } else { lot.qty },
                price: lot.price(),
                at: lot.at,
                order: lot.order,
                paid: lot.paid.money(),
                fees: lot.fees.money(),
            }));
        }
        let positions = self.positions.iter().map(|position| SavedPosition {
            symbol: position.symbol,
            cost: position.cost.money(),
            mark: position.mark,
            realised: position.realised.money(),
            fees: position.fees.money(),
            since: position.since,
        });
        (kept, positions.collect())
    }

    /// Opens the books where they were closed.
    pub(crate) fn restore(saved: &SavedAccount, terms: &Terms) -> Self {
        let mut ledger = Self::new(Amount::from_money(saved.start), terms);
        for kept in &saved.positions {
            ledger.positions.push(Position {
                cost: Amount::from_money(kept.cost),
                mark: kept.mark,
                realised: Amount::from_money(kept.realised),
                fees: Amount::from_money(kept.fees),
                since: kept.since,
                ..Position::flat(kept.symbol)
            });
        }
        ledger.positions.sort_by_key(|position| position.symbol);
        ledger.positions.dedup_by_key(|position| position.symbol);
        for lot in saved.lots.iter().filter(|lot| !lot.qty.is_zero()) {
            let Some(at) = ledger.find(lot.symbol) else { continue };
            let Some(position) = ledger.positions.get_mut(at) else { continue };
            position.qty += lot.qty;
            let (qty, paid) = (lot.qty.abs(), Amount::from_money(lot.paid));
            position.lots.push_back(OpenLot { order: lot.order, qty, paid, fees: Amount::from_money(lot.fees), at: lot.at });
        }
        for position in &mut ledger.positions {
            // What was damaged in between must not make a position of nothing.
            if position.qty.is_zero() {
                position.cost = Amount::ZERO;
                position.lots.clear();
            }
        }
        ledger.open = ledger.positions().count();
        ledger.value = ledger.positions.iter().map(Position::value).sum();
        ledger.strict = ledger.value;
        ledger.gross = ledger.exposure();
        ledger.base = Amount::from_money(saved.cash) - if terms.is_cash() { Amount::ZERO } else { ledger.cost() };
        ledger.totals = Totals {
            realised: Amount::from_money(saved.realised),
            fees: Amount::from_money(saved.fees),
            funding: Amount::from_money(saved.funding),
            slippage: Amount::from_money(saved.slippage),
            turnover: Amount::from_money(saved.turnover),
            made: saved.made,
            fills: saved.fills,
        };
        ledger.watch = Watch::new(ledger.equity(), Amount::from_money(saved.peak), saved.max_drawdown);
        ledger.day_start = Amount::from_money(saved.day_start);
        ledger
    }

    /// Writes all that decides what comes.
    pub(crate) fn hash_into(&self, h: &mut impl std::hash::Hasher) {
        use std::hash::Hash;
        (self.base, self.value, self.strict, self.watch.peak(), self.day_start).hash(h);
        (self.totals.realised, self.totals.fees, self.totals.funding, self.totals.fills, self.totals.made).hash(h);
        for position in &self.positions {
            (position.symbol, position.qty, position.cost, position.mark, position.exchange, position.realised).hash(h);
            position.lots.iter().for_each(|lot| (lot.order, lot.qty, lot.paid, lot.at).hash(h));
        }
    }
}
