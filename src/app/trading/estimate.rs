//! What an order would come to with the market as it is now.

use super::fields::{SizeBy, TicketField, TicketKind, With};
use super::plan::{Ground, percent, price};
use super::ticket::{Ticket, plain};
use crate::domain::{AccountKind, Money, Price, Qty, Side, money};
use crate::engine::snapshot::SymbolView;

/// What an order would come to. What is not known is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimate {
    /// Its limit price as written.
    pub limit: Option<Price>,
    /// The price that sets it off as written; of a trailing stop where it would stand now.
    pub stop: Option<Price>,
    /// Its quantity, rounded down to the lot.
    pub qty: Option<Qty>,
    /// The price it would trade at: on average where it takes from the book.
    pub price: Option<Price>,
    /// Levels of the book it would take from; zero where it waits or rests.
    pub levels: usize,
    /// Whether the book does not hold as much as it would take.
    pub beyond_book: bool,
    /// Quote units lost against the best price by taking from further levels.
    pub slippage: Option<Money>,
    /// Whether it would rest in the book.
    pub rests: bool,
    /// What rests at its price now, and would be ahead of it.
    pub ahead: Option<Qty>,
    /// Price × quantity.
    pub worth: Option<Money>,
    /// The fee, and what it is in basis points.
    pub fee: Option<(Money, Money)>,
    /// What it would bind: margin, or cash with the fee. Zero for what makes a position smaller.
    pub needs: Option<Money>,
    /// What is free for that.
    pub free: Option<Money>,
    /// The position now.
    pub before: Qty,
    /// The position after it.
    pub after: Option<Qty>,
    /// What is lost from the price it would trade at to the stop loss, fees of both left out.
    pub risk: Option<Money>,
    /// What is won up to the target.
    pub reward: Option<Money>,
}

/// Works it out.
pub(super) fn estimate(ticket: &Ticket, ground: &Ground<'_>) -> Estimate {
    let symbol = ground.symbol;
    let limit = if ticket.kind.has_limit() { price(&ticket.price) } else { None };
    let mut found = Estimate { limit, stop: stop(ticket, symbol), before: ground.held(), ..Estimate::default() };
    let best = best(symbol, ticket.side);
    let around = found.limit.or(found.stop.filter(|_| ticket.kind.waits())).or(best).or_else(|| symbol.last_price());
    found.qty = quantity(ticket, ground, around);
    let crosses =
        limit.zip(best).is_some_and(|(limit, best)| if ticket.side == Side::Buy { limit >= best } else { limit <= best });
    let takes = ticket.kind == TicketKind::Market || (ticket.kind == TicketKind::Limit && crosses);
    found.rests = ticket.kind == TicketKind::Limit && !crosses;
    match found.qty.filter(|_| takes) {
        Some(qty) => walk(symbol, ticket.side, qty, limit, &mut found),
        None => found.price = around,
    }
    if found.price.is_none() {
        found.price = around;
    }
    if let (true, Some(limit), true) = (found.rests, limit, symbol.book_state.is_synced()) {
        found.ahead = Some(symbol.book.qty_at(ticket.side, limit));
    }
    found.worth = found.price.zip(found.qty).map(|(price, qty)| money::notional(price, qty));
    let venue = &ground.view.snapshot.venue;
    let (maker, taker) = ground.view.snapshot.trading.broker.config.fees(venue);
    let bps = if found.rests { maker } else { taker };
    found.fee = found.worth.map(|worth| (money::basis_points(worth, bps), bps));
    bind(ticket, ground, &mut found);
    if ticket.with == With::Bracket {
        let distance = |other: Option<Price>| Some(money::notional((other? - found.price?).abs(), found.qty?));
        found.risk = distance(price(&ticket.loss));
        found.reward = distance(price(&ticket.target));
    }
    found
}

/// What it binds, and the position after it.
fn bind(ticket: &Ticket, ground: &Ground<'_>, found: &mut Estimate) {
    let Some(qty) = found.qty else { return };
    let signed = if ticket.side == Side::Buy { qty } else { -qty };
    let after = found.before.checked_add(signed);
    let held = found.before.abs();
    let against = !held.is_zero() && (found.before > Qty::ZERO) != (ticket.side == Side::Buy);
    found.after = match after {
        // It takes what is there and no more.
        Some(after) if ticket.reduce_only && against && (after > Qty::ZERO) != (found.before > Qty::ZERO) => Some(Qty::ZERO),
        after => after,
    };
    let broker = &ground.view.snapshot.trading.broker;
    let kind = ground.account.map_or_else(|| AccountKind::of_venue(&ground.view.snapshot.venue), |account| account.kind);
    found.free = Some(ground.account.map_or(broker.config.cash, |account| match kind {
        AccountKind::Cash => account.cash - account.held,
        AccountKind::Margin => account.equity - account.margin - account.held,
    }));
    let opens = if against { qty - held.min(qty) } else { qty };
    let fee = found.fee.map_or(Money::ZERO, |(fee, _)| fee);
    found.needs = found.price.map(|price| match (kind, ticket.side) {
        (AccountKind::Cash, Side::Buy) => money::notional(price, qty) + fee,
        (AccountKind::Cash, Side::Sell) => Money::ZERO,
        (AccountKind::Margin, _) if opens.is_zero() => Money::ZERO,
        (AccountKind::Margin, _) => money::notional(price, opens) / Money::from(broker.config.leverage.max(1)) + fee,
    });
}

/// The price a taker of that side gets first.
pub(super) fn best(symbol: &SymbolView, side: Side) -> Option<Price> {
    symbol.top.map(|top| if side == Side::Buy { top.ask } else { top.bid })
}

/// Where what waits is set off.
fn stop(ticket: &Ticket, symbol: &SymbolView) -> Option<Price> {
    if !ticket.applies(TicketField::Stop) {
        return None;
    }
    let written = price(&ticket.stop);
    if !ticket.kind.trails() {
        return written;
    }
    let from = price(&ticket.price).or_else(|| symbol.last_price())?;
    let away = match ticket.kind {
        TicketKind::TrailPercent => money::to_price(money::of_price(from) * percent(&ticket.stop)? / Money::from(100))?,
        _ => written?,
    };
    Some(super::plan::on_tick(if ticket.side == Side::Buy { from + away } else { from - away }, symbol))
}

/// How much it is about a price, rounded down to the lot.
fn quantity(ticket: &Ticket, ground: &Ground<'_>, around: Option<Price>) -> Option<Qty> {
    let symbol = ground.symbol;
    let hundredth = |percent: Money| ground.equity() * percent / Money::from(100);
    let cost = |price: Price| {
        let bps = ground.view.snapshot.trading.broker.config.fees(&ground.view.snapshot.venue).1;
        money::of_price(price) * (Money::ONE + bps / Money::from(10_000))
    };
    let amount = match ticket.size_by {
        SizeBy::Quantity => return plain(&ticket.size).parse::<Qty>().ok().filter(|qty| *qty > Qty::ZERO),
        SizeBy::Notional => money::of_price(price(&ticket.size)?).checked_div(money::of_price(around?))?,
        SizeBy::Equity => hundredth(percent(&ticket.size)?).checked_div(cost(around?))?,
        SizeBy::Risk => {
            let away = (price(&ticket.loss).filter(|_| ticket.with == With::Bracket)? - around?).abs();
            hundredth(percent(&ticket.size)?).checked_div(money::of_price(away))?
        }
    };
    let units = amount.checked_mul(Money::from(100_000_000))?.floor();
    let qty = Qty::from_units(i64::try_from(units).ok()?);
    Some(down_to_lot(qty, symbol))
}

/// The largest quantity orders may have that is no more than this.
pub(super) fn down_to_lot(qty: Qty, symbol: &SymbolView) -> Qty {
    let lot = symbol.instrument.lot.units().max(1);
    Qty::from_units(qty.units().div_euclid(lot).saturating_mul(lot))
}

/// Walks the book, or else takes the best price for all of it.
fn walk(symbol: &SymbolView, side: Side, qty: Qty, limit: Option<Price>, found: &mut Estimate) {
    let Some(best) = best(symbol, side) else { return };
    if !symbol.book_state.is_synced() || symbol.book.is_empty() {
        found.price = Some(best);
        return;
    }
    let beyond = |price: Price| limit.is_some_and(|limit| if side == Side::Buy { price > limit } else { price < limit });
    let (mut left, mut paid) = (qty, Money::ZERO);
    for (price, there) in symbol.book.levels(side.opposite()) {
        if left.is_zero() || beyond(price) {
            break;
        }
        let taken = left.min(there);
        paid += money::notional(price, taken);
        left -= taken;
        found.levels += 1;
    }
    let taken = qty - left;
    // What is left of a limit order rests; of a market order nothing is known.
    found.beyond_book = !left.is_zero() && limit.is_none();
    found.price = paid.checked_div(money::of_qty(taken)).and_then(money::to_price).or(Some(best));
    found.slippage = Some((paid - money::notional(best, taken)).abs());
}
