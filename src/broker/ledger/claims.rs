//! What open orders hold back.
//!
//! Cash accounts: open buys hold what they would cost with their fee, open sells the base units they would sell. Margin accounts:
//! of each symbol the initial margin by which the position could grow at worst, as exchanges with one position a symbol reckon
//! it: max(|P + B|, |P − S|) − |P| by leverage, with P the position's value, B and S what open buys and sells would trade for
//! (Binance, "Leverage and margin of USDⓈ-M futures"). Reduce-only orders hold nothing, and orders of which only one can
//! trade (OCO) hold once.

use super::super::amount::Amount;
use super::super::terms::Terms;
use crate::domain::{AccountKind, OrderId, OrderView, Price, Qty, Side, Size, Symbol};

/// What one open order would trade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Claim {
    /// The order.
    pub order: OrderId,
    /// The same for orders of which only one can trade.
    group: OrderId,
    /// The symbol.
    pub symbol: Symbol,
    side: Side,
    qty: Qty,
    notional: Amount,
}

impl Claim {
    /// What an order holds back: at its limit, else at the price that sets it off, else at `reference`; `None` for nothing.
    /// `equity` is what sizes in parts of it refer to.
    pub(crate) fn of(order: &OrderView, reference: Option<Price>, equity: Amount) -> Option<Self> {
        let request = &order.request;
        if request.reduce_only || !order.state.is_open() {
            return None;
        }
        let price = request.kind.price().or(order.stop).or(request.kind.stop()).or(reference).unwrap_or_default();
        let (qty, notional) = match (order.left(), request.size) {
            (left, _) if !left.is_zero() => (left, Amount::of(price, left)),
            (_, Size::Quote(amount)) => money_size(Amount::of(amount, Qty::from_units(100_000_000)), price),
            (_, Size::Equity(part)) => money_size(equity.part(part.into(), 10_000), price),
            (left, Size::Qty(_)) => (left, Amount::ZERO),
        };
        let group = order.linked.map_or(order.id, |linked| linked.min(order.id));
        Some(Self { order: order.id, group, symbol: request.symbol, side: request.side, qty, notional })
    }
}

impl Claim {
    /// The price it is reckoned at.
    pub(crate) fn price(&self) -> Option<Price> {
        self.notional.per(self.qty)
    }
}

fn money_size(amount: Amount, price: Price) -> (Qty, Amount) {
    (amount.buys(price), amount)
}

/// What a symbol's open orders would trade at most, on each side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Demand {
    /// What buys would cost.
    pub buys: Amount,
    /// What sells would bring.
    pub sells: Amount,
    /// Base units that would be sold.
    pub sold: Qty,
}

/// Adds up the claims of a symbol, but for one order's.
pub(crate) fn demand(claims: &[Claim], symbol: Symbol, except: Option<OrderId>) -> Demand {
    let counts = |claim: &&Claim| claim.symbol == symbol && Some(claim.order) != except;
    let mut sum = Demand::default();
    for claim in claims.iter().filter(counts) {
        // Of orders of which only one can trade the largest counts; among equals the first.
        let outdone = claims.iter().filter(counts).any(|other| {
            other.group == claim.group
                && other.side == claim.side
                && (other.notional, claim.order) > (claim.notional, other.order)
        });
        if outdone {
            continue;
        }
        match claim.side {
            Side::Buy => sum.buys += claim.notional,
            Side::Sell => {
                sum.sells += claim.notional;
                sum.sold += claim.qty;
            }
        }
    }
    sum
}

/// The fee an order might cost at most: of makers' and takers' the larger, never less than nothing.
fn fee(terms: &Terms, notional: Amount) -> Amount {
    notional.basis_points(terms.worst_bps())
}

/// What a symbol's open orders hold of money, where its position is worth `value` (negative when short).
pub(crate) fn load(terms: &Terms, value: Amount, demand: &Demand) -> Amount {
    match terms.kind {
        AccountKind::Cash => demand.buys + fee(terms, demand.buys),
        AccountKind::Margin => {
            let (buys, sells) = growth(value, demand);
            (terms.initial(buys) + fee(terms, demand.buys)).max(terms.initial(sells) + fee(terms, demand.sells))
        }
    }
}

/// By how much buys and sells could make a position larger that is worth `value`.
pub(crate) fn growth(value: Amount, demand: &Demand) -> (Amount, Amount) {
    let beyond = |then: Amount| (then.abs() - value.abs()).max(Amount::ZERO);
    (beyond(value + demand.buys), beyond(value - demand.sells))
}

/// What all open orders hold of money, but for one order's. `value` answers what a symbol's position is worth.
pub(crate) fn held(terms: &Terms, claims: &[Claim], except: Option<OrderId>, value: impl Fn(Symbol) -> Amount) -> Amount {
    let mut sum = Amount::ZERO;
    for (at, claim) in claims.iter().enumerate() {
        if !claims[..at].iter().any(|earlier| earlier.symbol == claim.symbol) {
            sum += load(terms, value(claim.symbol), &demand(claims, claim.symbol, except));
        }
    }
    sum
}
