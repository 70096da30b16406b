//! A fixed hash of the engine's state, for the proof that the same inputs give the same state.

use super::{Engine, snapshot::BookState};
use crate::domain::{Bar, Nanos};
use siphasher::sip::SipHasher13;
use std::hash::{Hash, Hasher};

impl Engine {
    /// A hash of all that matters: bars, trades, footprints, books, marks, links and notices of every symbol, and the counts.
    ///
    /// The same on every machine and in every run. Costs time in proportion to what is kept.
    pub fn digest(&self) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(0x7274_6169, 1);
        let h = &mut hasher;
        (self.seq, self.last_input, self.notice_count, self.overflow).hash(h);
        let totals = self.rates.totals;
        (totals.inputs, totals.trades, totals.depths, totals.ignored_trades, totals.breaks).hash(h);
        for notice in self.notices.iter() {
            (notice.number, notice.at, &*notice.text).hash(h);
        }
        self.removed.hash(h);
        self.alerts.hash(h);
        self.trading.hash(h);
        for state in &self.symbols {
            let rules = &*state.instrument;
            (rules.symbol, rules.tick, rules.lot, rules.min_notional, &rules.base, &rules.quote).hash(h);
            for (timeframe, view) in state.bars.all() {
                timeframe.hash(h);
                view.iter_from(0).for_each(|bar| hash_bar(bar, h));
            }
            for bars in &state.activity {
                bars.spec().hash(h);
                bars.view().iter_from(0).for_each(|bar| hash_bar(bar, h));
            }
            for trade in state.trades.iter() {
                (trade.at, trade.ex, trade.price, trade.qty, trade.side).hash(h);
            }
            state.footprint.hash(h);
            for (at, l) in state.liquidations.iter() {
                (at, l.side, l.price, l.qty, l.ex).hash(h);
            }
            if let Some(top) = state.top {
                (top.at, top.bid, top.bid_qty, top.ask, top.ask_qty, top.update_id).hash(h);
            }
            if let Some((at, mark)) = state.mark {
                (at, mark.price, mark.index, mark.funding, mark.next).hash(h);
            }
            state.book.bids().for_each(|level| level.hash(h));
            state.book.asks().for_each(|level| level.hash(h));
            if let Some(liquidity) = &state.liquidity {
                liquidity.hash(h);
            }
            state.flow.hash(h);
            match &state.book_state {
                BookState::Never => 0_u8.hash(h),
                BookState::Synced(at) => (1_u8, at).hash(h),
                BookState::Lost(at, why) => (2_u8, at, &**why).hash(h),
            }
            (state.trades_link.as_str(), state.last_event).hash(h);
        }
        hasher.finish()
    }
}

fn hash_bar(bar: &Bar, h: &mut impl Hasher) {
    let start: Nanos = bar.start;
    (start, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.buy_volume, bar.trades).hash(h);
}
