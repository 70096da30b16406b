//! What an order would trade at, by walking the book.

use super::super::amount::Amount;
use super::super::ledger::room::qty_for;
use super::Estimate;
use super::desk::Desk;
use crate::domain::{Money, OrderKind, OrderRequest, Price, Profile, Qty, Side, Size, Slippage};

/// What a taker would get.
struct Walk {
    paid: Amount,
    taken: Qty,
    worst: Price,
}

impl Desk<'_> {
    /// What an order would come to; `None` where no price is known, or there is nothing to trade.
    pub(super) fn estimate(&self, request: &OrderRequest) -> Option<Estimate> {
        let (side, taker) = (request.side, self.terms.taker_bps);
        let own = request.kind.price().or(request.kind.stop()).or_else(|| self.trailing_stop(request));
        let best = self.taker_price(side);
        let lot = self.market.instrument.lot;
        let amount = match request.size {
            Size::Qty(qty) => return self.at(request, qty, own, best),
            Size::Quote(amount) => Amount::of(amount, Qty::from_units(100_000_000)),
            Size::Equity(part) => Amount::from_money(self.account.equity).part(part.into(), 10_000),
        };
        // A size in money becomes a quantity at the price it trades at, which depends on the quantity: once around is enough.
        let first = qty_for(amount, own.or(best)?, taker, lot);
        let price = self.at(request, first, own, best)?.price;
        self.at(request, qty_for(amount, price, taker, lot), own, best)
    }

    /// The price a taker gets at first: the best displayed one, or the last.
    fn taker_price(&self, side: Side) -> Option<Price> {
        let best = if self.config.profile == Profile::Simple { self.market.last } else { self.best(side) };
        best.or(self.market.last).filter(|price| *price > Price::ZERO)
    }

    fn at(&self, request: &OrderRequest, qty: Qty, own: Option<Price>, best: Option<Price>) -> Option<Estimate> {
        if qty <= Qty::ZERO {
            return None;
        }
        let side = request.side;
        let waits = own.is_some() && !matches!(request.kind, OrderKind::Limit { .. });
        let beats = |price: Price, limit: Price| if side == Side::Buy { price <= limit } else { price >= limit };
        let takes = !waits && !request.post_only && best.is_some_and(|best| own.is_none_or(|own| beats(best, own)));
        let (mut paid, mut worst, mut slipped, mut complete) = (Amount::ZERO, own.or(best)?, Amount::ZERO, true);
        if takes && let Some(best) = best {
            let walk = self.walk(side, qty, own, best);
            let rest = qty - walk.taken;
            // What is left of a limit rests at its price; of a market order it is thought to cost what was the worst.
            let rest_at = own.unwrap_or(walk.worst);
            complete = rest.is_zero() || own.is_some();
            paid = walk.paid + Amount::of(rest_at, rest);
            worst = if rest.is_zero() { walk.worst } else { rest_at };
            let over = walk.paid - Amount::of(best, walk.taken);
            slipped = if side == Side::Buy { over } else { -over };
        } else {
            paid += Amount::of(worst, qty);
        }
        let maker = !takes && !waits;
        let room = self.room();
        let charged = request.kind.price().or(request.kind.stop()).map_or(paid, |price| Amount::of(price, qty));
        Some(Estimate {
            qty,
            price: paid.per(qty)?,
            worst,
            notional: paid.money(),
            fee: paid.basis_points(if maker { self.terms.maker_bps } else { self.terms.taker_bps }).money(),
            margin: room.extra(side, charged).money(),
            slippage: slipped.money().max(Money::ZERO),
            maker,
            complete,
        })
    }

    /// Takes what the book shows, up to a limit; without a book all of it at the best price, moved by the slippage model.
    fn walk(&self, side: Side, qty: Qty, limit: Option<Price>, best: Price) -> Walk {
        let Some(book) = self.book() else {
            let price = self.slipped(side, qty, limit, best);
            return Walk { paid: Amount::of(price, qty), taken: qty, worst: price };
        };
        let mut walk = Walk { paid: Amount::ZERO, taken: Qty::ZERO, worst: best };
        for (price, there) in book.levels(side.opposite()) {
            let left = qty - walk.taken;
            let beyond = limit.is_some_and(|limit| if side == Side::Buy { price > limit } else { price < limit });
            if left.is_zero() || beyond {
                break;
            }
            let takes = there.min(left);
            walk.paid += Amount::of(price, takes);
            walk.taken += takes;
            walk.worst = price;
        }
        walk
    }

    /// The best price as the slippage model is expected to move it, never beyond a limit.
    fn slipped(&self, side: Side, qty: Qty, limit: Option<Price>, best: Price) -> Price {
        let bps = match (self.config.profile, self.config.slippage) {
            (Profile::Simple, _) | (Profile::Realistic, Slippage::None) => 0.0,
            (Profile::MockBroker, _) => 1.0,
            (Profile::Realistic, Slippage::Fixed(bps)) => bps,
            (Profile::Realistic, Slippage::Uniform(most)) => most / 2.0,
            (Profile::Realistic, Slippage::Impact(k)) if self.market.volume > 0.0 => {
                k * (qty.to_f64() / self.market.volume).sqrt()
            }
            (Profile::Realistic, Slippage::Impact(_)) => 0.0,
        };
        let bps = if bps.is_finite() { bps.clamp(0.0, 9_999.0) } else { 0.0 };
        let moved = best.to_f64() * (1.0 + bps / 1e4 * side.sign() as f64);
        let moved = if bps == 0.0 { best } else { Price::from_f64(moved) };
        match (limit, side) {
            (Some(limit), Side::Buy) => moved.min(limit),
            (Some(limit), Side::Sell) => moved.max(limit),
            (None, _) => moved,
        }
    }
}
