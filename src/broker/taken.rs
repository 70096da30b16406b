//! What an account took off displayed levels: it is not there a second time until the level changes.

use super::market::MarketSight;
use crate::domain::{Price, Qty, Side, Symbol};
use std::hash::{Hash, Hasher};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Part {
    symbol: Symbol,
    /// The side of the book.
    side: Side,
    price: Price,
    /// What was displayed.
    shown: Qty,
    /// How much of it was taken.
    taken: Qty,
}

/// What was taken, level by level.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken(Vec<Part>);

impl Taken {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What of a level is still there.
    pub(super) fn available(&self, symbol: Symbol, side: Side, price: Price, shown: Qty) -> Qty {
        let part = self.0.iter().find(|p| p.price == price && p.side == side && p.symbol == symbol && p.shown == shown);
        part.map_or(shown, |part| shown - part.taken)
    }

    /// Remembers that so much of a level was taken.
    pub(super) fn take(&mut self, symbol: Symbol, side: Side, price: Price, shown: Qty, qty: Qty) {
        match self.0.iter_mut().find(|p| p.price == price && p.side == side && p.symbol == symbol) {
            Some(part) if part.shown == shown => part.taken += qty,
            Some(part) => (part.shown, part.taken) = (shown, qty),
            None => self.0.push(Part { symbol, side, price, shown, taken: qty }),
        }
    }

    /// Forgets levels that have changed. `true` when any had.
    pub(super) fn look(&mut self, symbol: Symbol, market: &MarketSight<'_>) -> bool {
        let before = self.0.len();
        self.0.retain(|part| part.symbol != symbol || shown(market, part.side, part.price) == Some(part.shown));
        self.0.len() != before
    }

    /// Forgets a symbol's levels.
    pub(super) fn forget(&mut self, symbol: Symbol) -> bool {
        let before = self.0.len();
        self.0.retain(|part| part.symbol != symbol);
        self.0.len() != before
    }

    pub(super) fn symbols(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.0.iter().map(|part| part.symbol)
    }

    pub(super) fn hash_into(&self, h: &mut impl Hasher) {
        self.0.hash(h);
    }
}

/// What is displayed at a price of a side of the book; `None` where that is not known: no book, or a price farther out than it
/// reaches. Of quotes alone only what is at the best price or better is known.
#[inline]
pub(super) fn shown(market: &MarketSight<'_>, side: Side, price: Price) -> Option<Qty> {
    if let Some(book) = market.book {
        let qty = book.qty_at(side, price);
        if !qty.is_zero() {
            return Some(qty);
        }
        let (farthest, _) = book.levels(side).next_back()?;
        let inside = match side {
            Side::Buy => price > farthest,
            Side::Sell => price < farthest,
        };
        return inside.then_some(Qty::ZERO);
    }
    let top = market.top?;
    let (best, qty) = match side {
        Side::Buy => (top.bid, top.bid_qty),
        Side::Sell => (top.ask, top.ask_qty),
    };
    let better = match side {
        Side::Buy => price > best,
        Side::Sell => price < best,
    };
    if price == best { Some(qty) } else { better.then_some(Qty::ZERO) }
}

/// The best price of the other side: what an order of `side` would trade at.
#[inline]
pub(super) fn opposite(market: &MarketSight<'_>, side: Side) -> Option<Price> {
    if let Some(book) = market.book {
        let best = match side {
            Side::Buy => book.best_ask(),
            Side::Sell => book.best_bid(),
        };
        return best.map(|level| level.0);
    }
    let top = market.top?;
    let (price, qty) = match side {
        Side::Buy => (top.ask, top.ask_qty),
        Side::Sell => (top.bid, top.bid_qty),
    };
    (!qty.is_zero() && price.units() > 0).then_some(price)
}
