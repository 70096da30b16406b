//! An account as it is shown, and as it is kept over a restart.

use super::super::amount::Amount;
use super::super::ledger::Ledger;
use super::super::ledger::position::Position;
use super::super::risk::Guard;
use super::super::terms::Terms;
use super::super::view::{AccountView, Happening, Lot, PositionView};
use super::Account;
use crate::domain::{Fill, Nanos, OrderView, Qty, SavedAccount};
use std::sync::Arc;

impl Account {
    /// An account as it was saved, at the prices it was valued at then. Its orders are not put back: they are to be placed
    /// anew. Where the day has changed since, [`Account::new_day`] has to be called.
    pub fn restore(saved: &SavedAccount, terms: Terms, at: Nanos) -> Self {
        // What it held decides what it may hold, until it is flat.
        let kind = if saved.lots.is_empty() { terms.kind } else { saved.kind };
        let terms = Terms { kind, ..terms };
        let ledger = Ledger::restore(saved, &terms);
        let (day, peak) = (Amount::from_money(saved.loss_from), Amount::from_money(saved.fall_from));
        let guard = Guard::new(saved.limits.clone(), day, peak, saved.killed.clone());
        let mut account = Self::of(saved.name.clone(), terms, ledger, guard);
        account.curve.add(account.point(at));
        account
    }

    /// As it is kept over a restart.
    pub fn save(&self) -> SavedAccount {
        let (lots, positions) = self.ledger.save();
        let totals = &self.ledger.totals;
        let (loss_from, fall_from) = self.guard.counts_from();
        SavedAccount {
            name: self.name.clone(),
            kind: self.terms.kind,
            start: self.ledger.start().money(),
            cash: self.cash(),
            lots,
            positions,
            orders: self.working.iter().map(|order| (**order).clone()).collect(),
            realised: totals.realised.money(),
            fees: totals.fees.money(),
            funding: totals.funding.money(),
            slippage: totals.slippage.money(),
            turnover: totals.turnover.money(),
            fills: totals.fills,
            made: totals.made,
            peak: self.ledger.watch().peak().money(),
            max_drawdown: self.ledger.watch().deepest(),
            day_start: self.ledger.day_start().money(),
            loss_from: loss_from.money(),
            fall_from: fall_from.money(),
            limits: self.guard.limits().clone(),
            killed: self.guard.killed.clone(),
        }
    }

    /// Shows orders that are done and fills of before a restart; no money moves.
    pub fn put_back(&mut self, history: impl IntoIterator<Item = Arc<OrderView>>, fills: impl IntoIterator<Item = Arc<Fill>>) {
        history.into_iter().for_each(|order| self.history.push(order));
        fills.into_iter().for_each(|fill| self.fills.push(fill));
        self.changed();
    }

    /// What it is worth, as an event.
    pub fn worth(&self, traded: bool) -> Happening {
        Happening::Equity {
            traded,
            value: self.equity(),
            cash: self.cash(),
            unrealised: self.unrealised(),
            buying_power: self.buying_power(),
            fills: self.ledger.totals.fills,
        }
    }

    /// The picture of it; the same one until something changes. `fresh` gives the newer picture of an open order whose queue or
    /// trailing stop moved, `None` where it stands as it was told.
    pub fn view(&self, fresh: &dyn Fn(&OrderView) -> Option<OrderView>) -> Arc<AccountView> {
        self.view.get_or_init(|| Arc::new(self.picture(fresh))).clone()
    }

    fn picture(&self, fresh: &dyn Fn(&OrderView) -> Option<OrderView>) -> AccountView {
        let totals = &self.ledger.totals;
        AccountView {
            name: self.name.clone(),
            kind: self.terms.kind,
            start: self.ledger.start().money(),
            cash: self.cash(),
            equity: self.equity(),
            unrealised: self.unrealised(),
            realised: totals.realised.money(),
            fees: totals.fees.money(),
            slippage: totals.slippage.money(),
            funding: totals.funding.money(),
            buying_power: self.buying_power(),
            held: self.held(),
            margin: self.margin(),
            maintenance: self.terms.maintenance(self.ledger.gross()).money(),
            peak: self.ledger.watch().peak().money(),
            max_drawdown: self.ledger.watch().deepest(),
            day_start: self.ledger.day_start().money(),
            fills_made: totals.made,
            fill_count: totals.fills,
            turnover: totals.turnover.money(),
            positions: self.ledger.positions().map(|position| self.position_view(position)).collect(),
            working: self.working.iter().map(|order| fresh(order).map_or_else(|| order.clone(), Arc::new)).collect(),
            history: self.history.clone(),
            fills: self.fills.clone(),
            trades: self.ledger.trips(),
            curve: self.curve.points().clone(),
            bars: self.bars.clone(),
            limits: self.guard.limits().clone(),
            killed: self.guard.killed.clone(),
            recent_orders: u32::try_from(self.sent.len()).unwrap_or(u32::MAX),
        }
    }

    fn position_view(&self, position: &Position) -> PositionView {
        let short = position.qty < Qty::ZERO;
        let lots = position.lots.iter().map(|lot| Lot {
            order: lot.order,
            qty: if short { -lot.qty } else { lot.qty },
            price: lot.price(),
            at: lot.at,
        });
        PositionView {
            symbol: position.symbol,
            qty: position.qty,
            average: position.average(),
            mark: position.mark,
            value: position.value().money(),
            unrealised: (position.value() - position.cost).money(),
            realised: position.realised.money(),
            fees: position.fees.money(),
            since: position.since,
            liquidation: if self.terms.is_cash() { None } else { self.ledger.liquidation(&self.terms, position) },
            lots: lots.collect(),
        }
    }
}
