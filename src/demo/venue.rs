//! One symbol's exchange: the matching book, and everything it publishes.

use super::book::{Fill, LimitBook, OrderId, Placed};
use super::config::SymbolConfig;
use super::event::{AggTrade, BookTicker, DemoEvent, DemoKind, DepthUpdate};
use super::klines::{Archive, Units};
use super::running::RunningBars;
use crate::domain::{Level, Nanos, Side, Symbol};

/// The owner of orders that nobody keeps account of.
pub(super) const CROWD: u16 = 0;
/// The first market maker; the others follow.
pub(super) const FIRST_MAKER: u16 = 1;
/// How many market makers quote a symbol.
pub(super) const MAKERS: usize = 4;

/// What a wake-up may touch beside its own symbol.
pub(super) struct Cx<'a> {
    /// Now.
    pub(super) at: Nanos,
    /// The last book update id, shared by all symbols.
    pub(super) update_id: &'a mut u64,
    /// Where events go.
    pub(super) out: &'a mut Vec<DemoEvent>,
}

/// The open end of the depth stream: what changed since the last update was sent.
#[derive(Debug, Clone, Default)]
struct Window {
    first: u64,
    last: u64,
    prev: u64,
    changed: Vec<(bool, i64)>,
}

/// One symbol's book with its streams, and the two numbers all its agents look at.
#[derive(Debug, Clone)]
pub(super) struct Venue {
    pub(super) symbol: Symbol,
    pub(super) units: Units,
    pub(super) book: LimitBook,
    pub(super) archive: Archive,
    pub(super) running: RunningBars,
    /// What it is worth today, in ticks, before trading pushes it.
    pub(super) fair: f64,
    /// Volatility as a multiple of the ordinary one.
    pub(super) volatility: f64,
    /// Passing effect of recent trading on what everybody thinks it is worth (logarithm).
    pub(super) push: f64,
    /// Lasting effect of trading that the latent value has not taken up yet (logarithm).
    pub(super) lasting: f64,
    /// Lots each maker is long.
    pub(super) inventory: [i64; MAKERS],
    /// Turnover in quote units that moves the price by one basis point for a while.
    weight: f64,
    window: Window,
    quoted: Option<(i64, i64, i64, i64)>,
    agg_id: u64,
    trade_id: u64,
    fills: Vec<Fill>,
}

impl Venue {
    pub(super) fn new(
        config: &SymbolConfig,
        units: Units,
        archive: Archive,
        running: RunningBars,
        first_ids: (u64, u64),
    ) -> Self {
        Self {
            symbol: config.symbol,
            units,
            book: LimitBook::new(),
            archive,
            running,
            fair: config.price / (units.tick as f64 * 1e-8),
            volatility: 1.0,
            push: 0.0,
            lasting: 0.0,
            inventory: [0; MAKERS],
            weight: 4_000_000.0 * config.size / 1_000.0 * config.activity,
            window: Window::default(),
            quoted: None,
            agg_id: first_ids.0,
            trade_id: first_ids.1,
            fills: Vec::new(),
        }
    }

    /// What the symbol is worth to somebody who watches the trading, ticks.
    pub(super) fn value(&self) -> f64 {
        self.fair * self.push.exp()
    }

    /// The middle of the book, ticks; the value while a side is empty.
    pub(super) fn mid(&self) -> f64 {
        match (self.book.best(Side::Buy), self.book.best(Side::Sell)) {
            (Some(bid), Some(ask)) => (bid.0 + ask.0) as f64 / 2.0,
            _ => self.value(),
        }
    }

    /// So many basis points of the price, in ticks.
    pub(super) fn bp(&self, count: f64) -> f64 {
        self.fair * count * 1e-4
    }

    /// Lots worth this many quote units, at least one.
    pub(super) fn lots(&self, notional: f64) -> i64 {
        (notional / (self.fair * self.units.tick_value())).round().max(1.0) as i64
    }

    /// Quote units these lots are worth.
    pub(super) fn notional(&self, lots: i64) -> f64 {
        lots as f64 * self.fair * self.units.tick_value()
    }

    /// Rests a limit order; one that would trade at once is refused.
    pub(super) fn quote(&mut self, side: Side, price: i64, lots: i64, owner: u16, cx: &mut Cx<'_>) -> Option<OrderId> {
        if price < 1 || lots < 1 || self.book.crosses(side, price) {
            return None;
        }
        let placed = self.book.limit(side, price, lots, owner, &mut self.fills);
        self.changed(side, price, cx);
        placed.resting
    }

    /// Takes an order out; says whether it was still there.
    pub(super) fn cancel(&mut self, id: OrderId, cx: &mut Cx<'_>) -> bool {
        let Some((side, price, _)) = self.book.cancel(id) else { return false };
        self.changed(side, price, cx);
        true
    }

    /// Trades at once up to the limit and publishes the trades.
    pub(super) fn take(&mut self, side: Side, limit: i64, lots: i64, cx: &mut Cx<'_>) -> Placed {
        let mut fills = std::mem::take(&mut self.fills);
        fills.clear();
        let placed = self.book.take(side, Some(limit), lots, &mut fills);
        for group in fills.chunk_by(|a, b| a.price == b.price) {
            self.publish_trade(side, group, cx);
        }
        self.fills = fills;
        self.publish_quote(cx);
        placed
    }

    /// As [`Venue::take`] by somebody of whom the others think that he may know something: it moves their idea of the value.
    pub(super) fn take_seen(&mut self, side: Side, limit: i64, lots: i64, cx: &mut Cx<'_>) -> Placed {
        let placed = self.take(side, limit, lots, cx);
        let signed = self.notional(placed.filled) * side.sign() as f64 / self.weight * 1e-4;
        self.push = (self.push + signed).clamp(-0.003, 0.003);
        self.lasting += signed * 0.12;
        placed
    }

    fn publish_trade(&mut self, side: Side, fills: &[Fill], cx: &mut Cx<'_>) {
        let Some(price) = fills.first().map(|f| f.price) else { return };
        let lots: i64 = fills.iter().map(|f| f.lots).sum();
        for fill in fills {
            let maker = usize::from(fill.owner).checked_sub(usize::from(FIRST_MAKER));
            if let Some(inventory) = maker.and_then(|m| self.inventory.get_mut(m)) {
                *inventory -= fill.lots * side.sign();
            }
        }
        self.changed(side.opposite(), price, cx);
        let first_id = self.trade_id + 1;
        self.trade_id += fills.len() as u64;
        self.agg_id += 1;
        let bought = side == Side::Buy;
        self.archive.trade(cx.at, price as u32, lots as u64, bought, fills.len() as u32);
        self.running.trade(cx.at, price as u32, lots as u64, bought, (first_id, self.trade_id));
        let trade = AggTrade {
            agg_id: self.agg_id,
            first_id,
            last_id: self.trade_id,
            price: self.units.price(price),
            qty: self.units.qty(lots),
            buyer_is_maker: !bought,
            time: cx.at,
        };
        self.publish(DemoKind::AggTrade(trade), cx);
    }

    pub(super) fn publish(&self, kind: DemoKind, cx: &mut Cx<'_>) {
        cx.out.push(DemoEvent { at: cx.at, symbol: self.symbol, kind });
    }

    fn changed(&mut self, side: Side, price: i64, cx: &mut Cx<'_>) {
        *cx.update_id += 1;
        self.window.last = *cx.update_id;
        self.window.changed.push((side == Side::Buy, price));
    }

    /// Publishes the best prices if they or their quantities are not those published last.
    pub(super) fn publish_quote(&mut self, cx: &mut Cx<'_>) {
        let (Some(bid), Some(ask)) = (self.book.best(Side::Buy), self.book.best(Side::Sell)) else { return };
        let now = (bid.0, bid.1, ask.0, ask.1);
        if self.quoted == Some(now) {
            return;
        }
        self.quoted = Some(now);
        let ticker = BookTicker {
            update_id: self.window.last,
            bid: self.units.price(bid.0),
            bid_qty: self.units.qty(bid.1),
            ask: self.units.price(ask.0),
            ask_qty: self.units.qty(ask.1),
        };
        self.publish(DemoKind::BookTicker(ticker), cx);
    }

    /// Publishes what changed in the book since the last time, if anything.
    pub(super) fn publish_depth(&mut self, cx: &mut Cx<'_>) {
        if self.window.changed.is_empty() {
            return;
        }
        let mut changed = std::mem::take(&mut self.window.changed);
        changed.sort_unstable();
        changed.dedup();
        let level = |side: Side, price: i64| (self.units.price(price), self.units.qty(self.book.lots_at(side, price)));
        let bids = changed.iter().filter(|c| c.0).map(|c| level(Side::Buy, c.1)).collect();
        let asks = changed.iter().filter(|c| !c.0).map(|c| level(Side::Sell, c.1)).collect();
        changed.clear();
        let Window { first, last, prev, .. } = self.window;
        self.publish(DemoKind::Depth(DepthUpdate { first, last, prev, bids, asks }), cx);
        // The next window opens with an id of its own, so that a snapshot of an unchanged book falls into it.
        *cx.update_id += 1;
        self.window = Window { first: *cx.update_id, last: *cx.update_id, prev: last, changed };
    }

    /// Forgets what was published while the book was being filled for the first time.
    pub(super) fn open(&mut self, cx: &mut Cx<'_>) {
        let prev = self.window.last;
        *cx.update_id += 1;
        self.window = Window { first: *cx.update_id, last: *cx.update_id, prev, changed: Vec::new() };
        self.quoted = None;
    }

    /// The book as REST tells it: the update id it reflects, and up to `limit` levels of each side, best first.
    pub(super) fn snapshot(&self, limit: usize) -> (u64, Vec<Level>, Vec<Level>) {
        let side = |side| {
            let levels = self.book.levels(side).take(limit);
            levels.map(|(price, lots)| (self.units.price(price), self.units.qty(lots))).collect()
        };
        (self.window.last, side(Side::Buy), side(Side::Sell))
    }

    /// The last trade's aggregate id and fill id.
    pub(super) const fn trade_ids(&self) -> (u64, u64) {
        (self.agg_id, self.trade_id)
    }
}
