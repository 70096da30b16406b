//! One grid of time: its closed chunks and the one that is still written.

use super::chunk::Chunk;
use super::pending::{Entry, Pending};
use super::view::{LayerView, OpenView, Touch};
use super::{LayerSpec, key_of};
use crate::bars::Series;
use crate::book::OrderBook;
use crate::domain::{Level, Nanos, Price, Side};
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Levels a side that are looked at for a band at most: those nearest to the touch.
const MOST: usize = 8_192;
/// Levels a side that a band holds at least, however far they reach.
const LEAST: usize = 250;
/// Changes that close a chunk, or twice the levels it began with where that is more.
const CHANGES: usize = 8_192;
/// Changes of the best prices that are kept.
const TOUCHES: usize = 16_384;

/// What happened to a level in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Change {
    pub key: i64,
    /// Number of the column on the layer's grid.
    pub column: i64,
    /// By how much more rests from its end on.
    pub delta: i64,
    pub removed: i64,
    pub consumed: i64,
}

/// The chunk that is still written.
#[derive(Debug, Clone)]
struct Open {
    start: i64,
    /// Lowest and highest key.
    band: (i64, i64),
    /// Price units that are kept as one.
    step: i64,
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
    touches: Series<Touch>,
    /// Number of the running column.
    running: i64,
}

impl Layer {
    pub fn new(spec: LayerSpec) -> Self {
        Self {
            spec,
            pending: Pending::default(),
            sealed: Arc::default(),
            bytes: 0,
            open: None,
            touches: Series::with_capacity(TOUCHES),
            running: 0,
        }
    }

    fn column(&self, at: Nanos) -> i64 {
        at.0.div_euclid(self.spec.column.0)
    }

    /// The band of the chunk that is written.
    pub fn band(&self) -> Option<(i64, i64)> {
        self.open.as_ref().map(|open| open.band)
    }

    /// The key of the step of prices that a level belongs to.
    #[inline]
    fn rounded(&self, key: i64) -> i64 {
        self.open.as_ref().map_or(key, |open| if open.step == 1 { key } else { floor(key, open.step) })
    }

    /// Closes the running column if it has ended, and hands what happened in it to the coarser layer.
    pub fn close(&mut self, at: Nanos, book: &OrderBook, coarser: Option<&mut Self>) -> bool {
        let now = self.column(at);
        if now <= self.running {
            return false;
        }
        let ended = self.running;
        self.running = now;
        self.touch(ended, book);
        if let Some(coarser) = coarser {
            for entry in self.pending.entries() {
                coarser.pending.add(&Entry { key: coarser.rounded(entry.key), ..*entry });
            }
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
            let Entry { key, change, removed, consumed } = *entry;
            open.changes.push(Change { key, column: ended, delta: change, removed, consumed });
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

    /// Notes the best prices at a column's end where they have changed.
    fn touch(&mut self, column: i64, book: &OrderBook) {
        let price = |level: Option<Level>| level.map_or(Price::ZERO, |(price, _)| price);
        let (bid, ask) = (price(book.best_bid()), price(book.best_ask()));
        if self.touches.last().is_none_or(|last| last.bid != bid || last.ask != ask) {
            self.touches.push(Touch { column, bid, ask });
        }
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
        let chunk = Chunk::pack(open.start..end, open.band, open.step, &open.initial, &changes);
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
            step: open.step,
            initial: Arc::clone(&open.initial),
            changes: open.changes.clone(),
        });
        LayerView { column: self.spec.column, sealed: Arc::clone(&self.sealed), open, touches: self.touches.clone() }
    }

    #[cfg(test)]
    pub fn memory(&self) -> (usize, usize) {
        let open = self.open.as_ref().map_or(0, |open| open.initial.len() * 16 + open.changes.len() * size_of::<Change>());
        (self.sealed.iter().map(|chunk| chunk.bytes()).sum(), open)
    }
}

impl Hash for Layer {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.sealed.iter().for_each(|chunk| chunk.hash(hasher));
        if let Some(open) = &self.open {
            (open.start, open.band, &open.initial).hash(hasher);
            open.changes.iter().for_each(|change| change.hash(hasher));
        }
        self.pending.entries().hash(hasher);
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

/// A key whose price is rounded down to a multiple of `step`.
#[inline]
const fn floor(key: i64, step: i64) -> i64 {
    let units = key >> 1;
    (units - units.rem_euclid(step)) << 1 | (key & 1)
}

/// The largest of 1, 5, 10, 50 … that is at most `value`, so that every round row of a screen is made of whole ones; at least 1.
const fn step_of(value: i64) -> i64 {
    let mut step = 1;
    while step <= value / 10 {
        step *= 10;
    }
    if step <= value / 5 { step * 5 } else { step }
}

/// A chunk with what a book holds around its middle; none where it holds nothing.
fn begin(spec: &LayerSpec, start: i64, book: &OrderBook) -> Option<Open> {
    let centre = middle(book)?;
    let step = if spec.grain == 0 { 1 } else { step_of((centre >> 1).abs() / spec.grain) };
    let reach = (i128::from(centre.abs()) * i128::from(spec.reach) / 10_000) as i64;
    let key = |side: Side, level: Option<Level>| level.and_then(|(price, _)| key_of(price, side));
    let (mut low, mut high) = (centre.saturating_sub(reach), centre.saturating_add(reach));
    // Sparse books reach at least so many levels far; of crowded ones only the nearest fit.
    low = low.min(key(Side::Buy, book.bids().nth(LEAST)).unwrap_or(low));
    high = high.max(key(Side::Sell, book.asks().nth(LEAST)).unwrap_or(high));
    (low, high) = (floor(low & !1, step), floor(high | 1, step) + (step - 1) * 2);
    // Of each step of prices both sides and all levels, or none.
    low = low.max(key(Side::Buy, book.bids().nth(MOST)).map_or(low, |key| floor(key, step) + step * 2));
    high = high.min(key(Side::Sell, book.asks().nth(MOST)).map_or(high, |key| floor(key, step) - 2));
    let calm = (centre - (centre - low) / 2, centre + (high - centre) / 2);
    let mut initial: Vec<(i64, i64)> = Vec::with_capacity(book.len().0.min(MOST) + book.len().1.min(MOST));
    for side in [Side::Buy, Side::Sell] {
        let begun = initial.len();
        for (price, qty) in book.levels(side).take(MOST) {
            let Some(key) = key_of(price, side).filter(|at| (low..=high).contains(at)) else { break };
            let (key, from) = (floor(key, step), initial.len());
            match initial.last_mut().filter(|last| from > begun && last.0 == key) {
                Some(last) => last.1 = last.1.wrapping_add(qty.units()),
                None => initial.push((key, qty.units())),
            }
        }
    }
    initial.sort_by_key(|(key, _)| *key);
    Some(Open { start, band: (low, high), step, calm, initial: Arc::new(initial), changes: Series::default() })
}
