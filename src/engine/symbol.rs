//! What the engine knows of one symbol.

use super::flow::{FlowState, Past};
use super::snapshot::{BookState, SymbolView, TapeTrade, Top};
use crate::bars::{ActivityBars, Series, TimeBars};
use crate::book::{Continuity, OrderBook, Sequence};
use crate::domain::{
    Bar, BarSpec, BookSnapshot, DepthDiff, EngineConfig, Instrument, Link, LinkState, Liquidation, Mark, Nanos, Price, Qty,
    Quote, Timeframe, Trade,
};
use crate::footprint::Footprint;
use crate::indicator::{Break, Setup};
use crate::liquidity::Liquidity;
use std::sync::Arc;

/// Liquidations kept.
const LIQUIDATIONS: usize = 1_000;

/// One symbol's state.
#[derive(Debug, Clone)]
pub(super) struct SymbolState {
    pub(super) instrument: Arc<Instrument>,
    pub(super) bars: TimeBars,
    pub(super) activity: Vec<ActivityBars>,
    pub(super) trades: Series<TapeTrade>,
    /// What takers bought and sold at each price, by minute.
    pub(super) footprint: Footprint,
    pub(super) liquidations: Series<(Nanos, Liquidation)>,
    pub(super) top: Option<Top>,
    pub(super) book: Arc<OrderBook>,
    pub(super) sequence: Sequence,
    pub(super) book_state: BookState,
    /// The book's past, from the first book on.
    pub(super) liquidity: Option<Box<Liquidity>>,
    pub(super) flow: FlowState,
    pub(super) mark: Option<(Nanos, Mark)>,
    pub(super) trades_link: LinkState,
    pub(super) last_event: Option<Nanos>,
    /// How long its last event took from the exchange to us.
    pub(super) lag: Option<Nanos>,
    /// Whether what panes alone show is left out.
    lean: bool,
}

impl SymbolState {
    pub(super) fn new(instrument: Instrument, config: &EngineConfig) -> Self {
        let mut state = Self {
            instrument: Arc::new(instrument),
            bars: TimeBars::new(config.bar_capacity),
            activity: Vec::new(),
            trades: Series::with_capacity(config.trade_capacity),
            footprint: Footprint::default(),
            liquidations: Series::with_capacity(LIQUIDATIONS),
            top: None,
            book: Arc::default(),
            sequence: Sequence::default(),
            book_state: BookState::Never,
            liquidity: None,
            flow: FlowState::new(config),
            mark: None,
            trades_link: LinkState::Up,
            last_event: None,
            lag: None,
            lean: config.lean,
        };
        config.bar_specs().for_each(|spec| state.add_bars(spec, config.bar_capacity));
        state
    }

    /// Builds bars of one more kind, from the trades kept on.
    pub(super) fn add_bars(&mut self, spec: BarSpec, capacity: usize) {
        if matches!(spec, BarSpec::Time(_)) || self.activity.iter().any(|bars| bars.spec() == spec) {
            return;
        }
        let mut bars = ActivityBars::new(spec, capacity);
        for trade in self.trades.iter() {
            bars.on_trade(trade.at, trade.price, trade.qty, trade.side, &self.instrument);
        }
        self.activity.push(bars);
    }

    #[inline]
    pub(super) fn on_trade(&mut self, at: Nanos, trade: &Trade) {
        self.flow.on_trade(at, trade);
        self.trades.push(TapeTrade { at, ex: trade.ex, price: trade.price, qty: trade.qty, side: trade.side });
        self.bars.on_trade(at, trade.price, trade.qty, trade.side);
        if !self.lean {
            self.footprint.on_trade(at, trade.price, trade.qty, trade.side);
        }
        for bars in &mut self.activity {
            bars.on_trade(at, trade.price, trade.qty, trade.side, &self.instrument);
        }
        if let Some(liquidity) = &mut self.liquidity {
            liquidity.roll(at, &self.book);
            liquidity.on_trade(trade.price, trade.qty, trade.side);
        }
    }

    /// Takes in the best prices; says whether they were news.
    pub(super) fn on_quote(&mut self, at: Nanos, quote: &Quote) -> bool {
        self.set_top(Top {
            at,
            bid: quote.bid,
            bid_qty: quote.bid_qty,
            ask: quote.ask,
            ask_qty: quote.ask_qty,
            update_id: quote.update_id,
        })
    }

    /// Where both the known and the new top carry update ids, only a newer id changes it.
    fn set_top(&mut self, new: Top) -> bool {
        if let Some(Top { update_id: Some(known), .. }) = self.top
            && new.update_id.is_some_and(|id| id <= known)
        {
            return false;
        }
        self.top = Some(new);
        self.flow.on_top(new.at, &new);
        true
    }

    fn top_from_book(&mut self, at: Nanos, update_id: u64) {
        if let (Some((bid, bid_qty)), Some((ask, ask_qty))) = (self.book.best_bid(), self.book.best_ask()) {
            self.set_top(Top { at, bid, bid_qty, ask, ask_qty, update_id: Some(update_id) });
        }
    }

    pub(super) fn on_book(&mut self, at: Nanos, snapshot: &BookSnapshot) {
        if self.book_state.is_synced() && self.sequence.is_behind(snapshot.last) {
            // A repeat of what is known, as at the beginning of a day's file.
            return;
        }
        if let Some(liquidity) = &mut self.liquidity {
            liquidity.roll(at, &self.book);
        }
        Arc::make_mut(&mut self.book).reset(snapshot);
        self.sequence = Sequence::after_snapshot(snapshot.last);
        self.book_state = if self.book.is_crossed() {
            BookState::Lost(at, "the snapshot's best bid is not below its best ask".into())
        } else {
            BookState::Synced(at)
        };
        match (&self.book_state, &mut self.liquidity) {
            (BookState::Lost(_, why), Some(liquidity)) => liquidity.lose(at, why),
            (BookState::Synced(_), Some(liquidity)) => liquidity.restart(at, &self.book),
            (BookState::Synced(_), none) if !self.lean => *none = Some(Box::new(Liquidity::new(at, &self.book))),
            _ => {}
        }
        if self.book_state.is_synced() {
            self.top_from_book(at, snapshot.last);
            self.flow.on_book(at, &self.book);
        } else {
            self.flow.on_break(at, Break::Book);
        }
    }

    /// Applies a book change, or says why it does not fit.
    pub(super) fn on_depth(&mut self, at: Nanos, diff: &DepthDiff) -> Result<(), &'static str> {
        if !self.book_state.is_synced() {
            return Ok(());
        }
        match self.sequence.check(diff) {
            Continuity::Old => return Ok(()),
            Continuity::Gap => return self.lose_book(at, "updates are missing"),
            Continuity::Next => {}
        }
        self.apply(at, diff);
        if self.book.is_crossed() {
            return self.lose_book(at, "the best bid is not below the best ask");
        }
        self.top_from_book(at, diff.last);
        self.flow.on_book(at, &self.book);
        Ok(())
    }

    #[inline]
    fn apply(&mut self, at: Nanos, diff: &DepthDiff) {
        let Some(liquidity) = &mut self.liquidity else { return Arc::make_mut(&mut self.book).apply(diff) };
        liquidity.roll(at, &self.book);
        let book = Arc::make_mut(&mut self.book);
        let levels = book.len();
        book.apply_each(diff, |side, (price, qty), old| liquidity.on_level(side, price, old, qty.max(Qty::ZERO)));
        if book.len().0 + diff.bids.len() < levels.0 || book.len().1 + diff.asks.len() < levels.1 {
            // A side that had grown too long was cut.
            liquidity.forget();
        }
    }

    fn lose_book(&mut self, at: Nanos, why: &'static str) -> Result<(), &'static str> {
        self.lose(at, why.into());
        Err(why)
    }

    fn lose(&mut self, at: Nanos, why: Arc<str>) {
        if let Some(liquidity) = &mut self.liquidity {
            liquidity.roll(at, &self.book);
            liquidity.lose(at, &why);
        }
        self.flow.on_break(at, Break::Book);
        self.book_state = BookState::Lost(at, why);
    }

    pub(super) fn on_bar(&mut self, timeframe: Timeframe, bar: &Bar) {
        self.bars.on_bar(timeframe, bar);
    }

    pub(super) fn on_link(&mut self, at: Nanos, link: &Link) {
        self.flow.on_link(at, link);
        if let Some(top) = self.top.as_mut().filter(|_| link.scope.book() && link.state == LinkState::Down) {
            // Whatever comes after the gap is newer.
            top.update_id = None;
        }
        if link.scope.trades() && link.state != LinkState::Resync {
            self.trades_link = link.state;
        }
        if link.scope.book() && link.state != LinkState::Up && !matches!(self.book_state, BookState::Never | BookState::Lost(..))
        {
            self.lose(at, link.why.as_str().into());
        }
    }

    pub(super) fn close_second(&mut self, boundary: Nanos, filled: bool) {
        if let Some(liquidity) = &mut self.liquidity {
            liquidity.roll(boundary, &self.book);
        }
        self.bars.close_second(boundary, filled && self.trades_link == LinkState::Up);
    }

    /// Whether all that ever came of it were ready-made bars: then no time that passes changes anything.
    pub(super) fn is_of_bars(&self) -> bool {
        self.liquidity.is_none() && !self.bars.is_from_trades() && self.trades.is_empty() && self.top.is_none()
    }

    /// A cell of the indicators' grid ends.
    pub(super) fn close_cell(&mut self, boundary: Nanos, futures: bool) {
        self.flow.tick(boundary, &self.book, &self.book_state, futures);
    }

    /// The last price: of a trade, or of the newest bar where bars come ready-made.
    #[inline]
    pub(super) fn price(&self) -> Option<Price> {
        self.bars.last_close()
    }

    /// Works out exactly these indicators from now on, and those that alerts need, and says whether all of them could be worked
    /// out over the past as well.
    pub(super) fn set_indicators(&mut self, setups: &[Setup], needed: &[Setup], futures: bool) -> bool {
        let past = Past {
            trades: &self.trades,
            liquidations: &self.liquidations,
            book: &self.book,
            book_state: &self.book_state,
            futures,
        };
        self.flow.set(setups, needed, &past)
    }

    pub(super) fn view(&self) -> SymbolView {
        SymbolView {
            instrument: Arc::clone(&self.instrument),
            last: self.trades.last().copied(),
            top: self.top,
            book: Arc::clone(&self.book),
            book_state: self.book_state.clone(),
            liquidity: self.liquidity.as_ref().map(|liquidity| liquidity.view()).unwrap_or_default(),
            flow: self.flow.view(),
            time_bars: self.bars.all().collect(),
            activity_bars: self.activity.iter().map(|bars| (bars.spec(), bars.view())).collect(),
            trades: self.trades.clone(),
            footprint: self.footprint.view(),
            liquidations: self.liquidations.clone(),
            mark: self.mark,
            trades_link: self.trades_link,
            last_event: self.last_event,
        }
    }
}
