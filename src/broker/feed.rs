//! Market events as an account's orders see them, one by one and oldest first.

use super::desk::Desk;
use super::exchange::Now;
use super::order::{Phase, reaches};
use super::taken::opposite;
use super::taker::Seen;
use crate::domain::{Bar, Mark, Symbol, Trade, TriggerBy};

impl Desk {
    /// Whether an order at the exchange is of the symbol and came there before this event.
    #[inline]
    fn sees(&self, i: usize, symbol: Symbol, moment: u64) -> Option<Phase> {
        let order = &self.orders[i];
        (order.symbol == symbol && order.since != moment).then_some(order.phase)
    }

    pub(super) fn on_trade(&mut self, symbol: Symbol, trade: &Trade, now: &mut Now<'_>) {
        self.alarmed |= self.account.mark(symbol, trade.price);
        let mut rest = trade.qty;
        for i in 0..self.orders.len() {
            match self.sees(i, symbol, now.exchange.moment) {
                Some(Phase::Resting) => self.rest_trade(i, trade, &mut rest, now),
                Some(Phase::Armed) => self.arm_price(i, trade.price, TriggerBy::Last, now),
                Some(Phase::Taking) => self.take(i, Seen::Trade(trade.price), now),
                Some(Phase::Returning) => self.return_at(i, trade.price, now),
                _ => {}
            }
        }
    }

    /// Best prices changed (`book` false) or the book did.
    pub(super) fn on_quotes(&mut self, symbol: Symbol, book: bool, now: &mut Now<'_>) {
        let Some(market) = now.market(symbol) else { return };
        if !self.taken.is_empty() {
            self.untidy |= self.taken.look(symbol, &market);
        }
        // Where there is a book, it alone says what is displayed: quotes run ahead of it.
        let displays = book || market.book.is_none();
        for i in 0..self.orders.len() {
            match self.sees(i, symbol, now.exchange.moment) {
                Some(Phase::Resting) if displays => self.rest_book(i, &market, now),
                Some(Phase::Taking) => self.take(i, Seen::Quotes, now),
                Some(Phase::Returning) if displays => self.return_quotes(i, &market, now),
                _ => {}
            }
        }
    }

    /// Best prices as the first a limit order sees that was put back after a restart.
    fn return_quotes(&mut self, i: usize, market: &super::market::MarketSight<'_>, now: &mut Now<'_>) {
        let (side, limit) = (self.orders[i].side, self.orders[i].limit);
        let (Some(best), Some(limit)) = (opposite(market, side), limit) else { return };
        // The other side at its price is past it already: who came there would have traded with it.
        self.return_as(i, reaches(side, limit, best), now);
    }

    pub(super) fn on_bar(&mut self, symbol: Symbol, bar: &Bar, now: &mut Now<'_>) {
        self.bar(symbol, bar, now);
        self.alarmed |= self.account.mark(symbol, bar.close);
    }

    pub(super) fn on_mark(&mut self, symbol: Symbol, mark: &Mark, now: &mut Now<'_>) {
        self.alarmed |= self.account.mark_price(symbol, mark.price);
        for i in 0..self.orders.len() {
            if self.sees(i, symbol, now.exchange.moment) == Some(Phase::Armed) {
                self.arm_price(i, mark.price, TriggerBy::Mark, now);
            }
        }
    }
}
