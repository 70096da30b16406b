//! One grid of time: its closed chunks and the one that is still written.

use super::chunk::Chunk;
use super::pending::{Entry, Pending, SAME};
use super::view::{LayerView, OpenView};
use super::{LayerSpec, key_of};
use crate::bars::Series;
use crate::book::OrderBook;
use crate::domain::{Level, Nanos, Side};
use std::collections::VecDeque;
use std::hash::Hasher;
use std::sync::Arc;

/// Levels a side that a band holds at most: those nearest to the touch.
const MOST: usize = 4_096;
/// Levels a side that a band holds at least, however far they reach.
const LEAST: usize = 250;
/// Changes that close a chunk, or twice the levels it began with where that is more.
const CHANGES: usize = 4_096;

/// What happened to a level in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub key: i64,
    /// Number of the column on the layer's grid.
    pub column: i64,
    /// What rested before, or [`SAME`].
    pub before: i64,
    /// What rests at the column's end, or [`SAME`].
    pub qty: i64,
    pub removed: i64,
    pub consumed: i64,
}

/// The chunk that is still written.
#[derive(Debug, Clone)]
struct Open {
    start: i64,
    band: (i64, i64),
    /// While the middle stays between these keys the band does.
    calm: (i64, i64),
    /// What rested at its start, in order of key.
    initial: Arc<Vec<(i64, i64)>>,
    changes: Series<Change>,
}

/// One grid of time.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    spec: LayerSpec,
    pub pending: Pending,
    sealed: Arc<VecDeque<Arc<Chunk>>>,
    bytes: usize,
    open: Option<Open>,
    /// Number of the running column.
    running: i64,
}

impl Layer {
    pub fn new(spec: LayerSpec) -> Self {
        Self { spec, pending: Pending::default(), sealed: Arc::default(), bytes: 0, open: None, running: 0 }
    }

    fn column(&self, at: Nanos) -> i64 {
        at.0.div_euclid(self.spec.column.0)
    }

    /// The band of the chunk that is written.
    pub fn band(&self) -> Option<(i64, i64)> {
        self.open.as_ref().map(|open| open.band)
    }

    /// Closes the running column if it has ended, and hands what happened in it to the coarser layer.
    pub fn close(&mut self, at: Nanos, book: &OrderBook, coarser: Option<&mut Self>) -> bool {
        let now = self.column(at);
        if now <= self.running {
            return false;
        }
        let ended = self.running;
        self.running = now;
        if let Some(coarser) = coarser {
            self.pending.entries().iter().for_each(|entry| coarser.pending.absorb(entry));
            if self.pending.overflowed() {
                coarser.pending.overflow();
            }
        }
        let Some(open) = &mut self.open else {
            self.pending.clear();
            self.open = begin(&self.spec, ended + 1, book);
            return true;
        };
        let (low, high) = open.band;
        for entry in self.pending.entries().iter().filter(|entry| entry.key >= low && entry.key <= high) {
            let Entry { key, before, qty, removed, consumed } = *entry;
            open.changes.push(Change { key, column: ended, before, qty, removed, consumed });
        }
        let full = open.changes.len() >= CHANGES.max(open.initial.len() * 2);
        let left = middle(book).is_none_or(|middle| middle < open.calm.0 || middle > open.calm.1);
        let overflowed = self.pending.overflowed();
        self.pending.clear();
        if full || left || overflowed {
            self.seal(ended + 1);
            self.open = begin(&self.spec, ended + 1, book);
        }
        true
    }

    /// Closes the chunk at a moment from which on nothing is known, or everything anew.
    pub fn stop(&mut self, at: Nanos) {
        let end = self.column(at);
        self.pending.clear();
        self.seal(end);
    }

    /// Begins a chunk with what rests from a moment on.
    pub fn begin(&mut self, at: Nanos, book: &OrderBook) {
        self.running = self.column(at);
        self.open = begin(&self.spec, self.running, book);
    }

    fn seal(&mut self, end: i64) {
        let Some(open) = self.open.take().filter(|open| open.start < end) else { return };
        let changes: Vec<Change> = open.changes.iter().copied().collect();
        let chunk = Chunk::pack(open.start..end, open.band, &open.initial, &changes);
        self.bytes += chunk.bytes();
        let sealed = Arc::make_mut(&mut self.sealed);
        sealed.push_back(Arc::new(chunk));
        while self.bytes > self.spec.bytes && sealed.len() > 1 {
            self.bytes -= sealed.pop_front().map_or(0, |oldest| oldest.bytes());
        }
    }

    pub fn view(&self, synced: bool) -> LayerView {
        let open = self.open.as_ref().filter(|_| synced).map(|open| OpenView {
            columns: open.start..self.running.max(open.start),
            band: open.band,
            initial: Arc::clone(&open.initial),
            changes: open.changes.clone(),
        });
        LayerView { column: self.spec.column, sealed: Arc::clone(&self.sealed), open }
    }

    pub fn hash(&self, hasher: &mut impl Hasher) {
        self.sealed.iter().for_each(|chunk| chunk.hash(hasher));
        if let Some(open) = &self.open {
            [open.start, open.band.0, open.band.1].into_iter().for_each(|n| hasher.write_i64(n));
            open.initial.iter().for_each(|(key, qty)| hasher.write_i64(key ^ qty.rotate_left(32)));
            for change in open.changes.iter() {
                [change.key, change.column, change.qty, change.removed, change.consumed]
                    .into_iter()
                    .for_each(|n| hasher.write_i64(n));
            }
        }
        for entry in self.pending.entries() {
            [entry.key, entry.qty, entry.removed, entry.consumed].into_iter().for_each(|n| hasher.write_i64(n));
        }
    }

    #[cfg(test)]
    pub fn memory(&self) -> (usize, usize) {
        let open = self.open.as_ref().map_or(0, |open| open.initial.len() * 16 + open.changes.len() * size_of::<Change>());
        (self.sealed.iter().map(|chunk| chunk.bytes()).sum(), open)
    }
}

/// The middle between the best prices as a key, or the best price of the only side there is.
fn middle(book: &OrderBook) -> Option<i64> {
    let key = |side: Side, level: Option<Level>| level.and_then(|(price, _)| key_of(price, side));
    match (key(Side::Buy, book.best_bid()), key(Side::Sell, book.best_ask())) {
        (Some(bid), Some(ask)) => Some(i64::midpoint(bid, ask)),
        (bid, ask) => bid.or(ask),
    }
}

/// A chunk with what a book holds around its middle; none where it holds nothing.
fn begin(spec: &LayerSpec, start: i64, book: &OrderBook) -> Option<Open> {
    let centre = middle(book)?;
    let reach = (i128::from(centre.abs()) * i128::from(spec.reach) / 1_000) as i64;
    let key = |side: Side, level: Option<Level>| level.and_then(|(price, _)| key_of(price, side));
    let (mut low, mut high) = (centre.saturating_sub(reach), centre.saturating_add(reach));
    // Sparse books reach at least so many levels far; of crowded ones only the nearest fit.
    low = low.min(key(Side::Buy, book.bids().nth(LEAST)).unwrap_or(low));
    high = high.max(key(Side::Sell, book.asks().nth(LEAST)).unwrap_or(high));
    low = low.max(key(Side::Buy, book.bids().nth(MOST - 1)).unwrap_or(low));
    high = high.min(key(Side::Sell, book.asks().nth(MOST - 1)).unwrap_or(high));
    // Of each price both sides or none.
    (low, high) = (low & !1, high | 1);
    let calm = (centre - (centre - low) / 2, centre + (high - centre) / 2);
    let within = |side: Side, (price, qty): Level| {
        key_of(price, side).filter(|key| *key >= low && *key <= high).map(|key| (key, qty.units()))
    };
    let bids = book.bids().take(MOST).map_while(|level| within(Side::Buy, level));
    let asks = book.asks().take(MOST).map_while(|level| within(Side::Sell, level));
    let mut initial: Vec<(i64, i64)> = bids.collect();
    initial.reverse();
    initial.extend(asks);
    Some(Open { start, band: (low, high), calm, initial: Arc::new(initial), changes: Series::default() })
}

impl Change {
    /// By how much what rests changed.
    pub const fn delta(&self) -> i64 {
        if self.qty == SAME { 0 } else { self.qty - if self.before == SAME { self.qty } else { self.before } }
    }
}
