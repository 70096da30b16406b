//! All that an order is looked at with.

use super::super::amount::Amount;
use super::super::ledger::claims::{self, Claim};
use super::super::ledger::room::Room;
use super::super::market::MarketSight;
use super::super::terms::Terms;
use super::super::view::AccountView;
use super::{Estimate, Review};
use crate::book::OrderBook;
use crate::domain::{BrokerConfig, OrderKind, OrderRequest, Price, Profile, Qty, Side, Trail, TriggerBy};

/// All that an order is looked at with.
pub(super) struct Desk<'a> {
    pub market: &'a MarketSight<'a>,
    pub account: &'a AccountView,
    pub config: &'a BrokerConfig,
    pub terms: Terms,
    claims: Vec<Claim>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(market: &'a MarketSight<'a>, account: &'a AccountView, config: &'a BrokerConfig, venue: &str) -> Self {
        // What the account may hold was decided when it was opened.
        let terms = Terms { kind: account.kind, ..Terms::of(config, venue) };
        let equity = Amount::from_money(account.equity);
        let claims = account.working.iter().filter_map(|order| Claim::of(order, market.last, equity)).collect();
        Self { market, account, config, terms, claims }
    }

    pub(super) fn review(&self, request: &OrderRequest) -> Review {
        let estimate = self.estimate(request);
        let problems = self.problems(request, estimate.as_ref());
        let nearest = if problems.is_empty() { None } else { self.nearest(request) };
        let notes = self.notes(request, estimate.as_ref());
        Review { problems, notes, nearest, estimate }
    }

    /// The book takers walk; only the realistic exchange does.
    pub(super) fn book(&self) -> Option<&'a OrderBook> {
        self.market.book.filter(|_| self.config.profile == Profile::Realistic)
    }

    /// The best price a taker of that side meets.
    pub(super) fn best(&self, side: Side) -> Option<Price> {
        let displayed = self.market.book.and_then(|book| match side {
            Side::Buy => book.best_ask(),
            Side::Sell => book.best_bid(),
        });
        let quoted = self.market.top.map(|top| if side == Side::Buy { top.ask } else { top.bid });
        displayed.map(|level| level.0).or(quoted).filter(|price| *price > Price::ZERO)
    }

    /// The middle of the market; the last price where no best prices are known.
    pub(super) fn mid(&self) -> Option<Price> {
        match (self.best(Side::Buy), self.best(Side::Sell)) {
            (Some(ask), Some(bid)) => Some(Price::from_units(i64::midpoint(ask.units(), bid.units()))),
            _ => self.market.last,
        }
    }

    /// The price that sets a stop off looks at.
    pub(super) fn watched(&self, by: TriggerBy) -> Option<Price> {
        match by {
            TriggerBy::Last => self.market.last,
            TriggerBy::Mark => self.market.mark,
        }
    }

    /// Where a trailing stop would stand if it began to follow now.
    pub(super) fn trailing_stop(&self, request: &OrderRequest) -> Option<Price> {
        let OrderKind::Trailing { by, from } = request.kind else { return None };
        let best = from.or_else(|| self.watched(request.trigger))?;
        let away = match by {
            Trail::Absolute(distance) => distance,
            Trail::BasisPoints(bps) => Price::from_units((i128::from(best.units()) * i128::from(bps) / 10_000) as i64),
        };
        Some(if request.side == Side::Sell { best - away } else { best + away }).filter(|price| *price > Price::ZERO)
    }

    /// The position in the symbol, base units.
    pub(super) fn position(&self) -> Qty {
        self.account.position(self.market.instrument.symbol).map_or(Qty::ZERO, |held| held.qty)
    }

    /// What the account has left for orders of the symbol.
    pub(super) fn room(&self) -> Room<'_> {
        let symbol = self.market.instrument.symbol;
        let view = self.account;
        let money = if self.terms.is_cash() { view.cash } else { view.equity.saturating_sub(view.margin) };
        Room {
            terms: &self.terms,
            free: Amount::from_money(money.saturating_sub(view.held)),
            value: view.position(symbol).map_or(Amount::ZERO, |held| Amount::of(held.mark, held.qty)),
            demand: claims::demand(&self.claims, symbol, None),
            bps: self.terms.worst_bps(),
        }
    }
}

/// The price at which an order is charged: its own, or what it would trade at.
pub(super) fn charged(request: &OrderRequest, estimate: Option<&Estimate>) -> Option<Price> {
    let own = request.kind.price().or(request.kind.stop());
    own.or_else(|| estimate.map(|estimate| estimate.price)).filter(|price| *price > Price::ZERO)
}
