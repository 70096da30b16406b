//! The past of a book as the screen reads it.

use super::chunk::Chunk;
use super::layer::Change;
use super::of_key;
use crate::bars::Series;
use crate::domain::{Nanos, Price, Side};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

/// A time in which the book was out of sync.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Loss {
    /// When it was lost.
    pub from: Nanos,
    /// When it was in sync again; `None` while it is not.
    pub until: Option<Nanos>,
    /// Why, in words.
    pub why: Arc<str>,
}

/// Something that happens to a level at a column. Quantities in units of 1e-8 base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The level's price; the lowest of its step where prices are kept in steps.
    pub price: Price,
    /// The level's side.
    pub side: Side,
    /// The column, on the layer's grid.
    pub column: i64,
    /// By how much more rests from this column on.
    pub change: i64,
    /// All that the level shrank by within the column.
    pub removed: i64,
    /// What was traded against it within the column.
    pub consumed: i64,
}

/// Columns of which something is known, and the prices it is known of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The columns.
    pub columns: Range<i64>,
    /// Price units that are kept as one: what rests at the lowest of them stands for all.
    pub step: i64,
    /// The lowest price.
    pub low: Price,
    /// The highest price.
    pub high: Price,
}

/// The best prices from the end of a column on; zero on a side that is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The column.
    pub column: i64,
    /// The best bid.
    pub bid: Price,
    /// The best ask.
    pub ask: Price,
}

/// What is still written.
#[derive(Debug, Clone)]
pub(super) struct OpenView {
    pub columns: Range<i64>,
    pub band: (i64, i64),
    pub step: i64,
    pub initial: Arc<Vec<(i64, i64)>>,
    pub changes: Series<Change>,
}

/// One grid of time with what is kept on it. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct LayerView {
    /// Length of a column.
    pub column: Nanos,
    pub(super) sealed: Arc<VecDeque<Arc<Chunk>>>,
    pub(super) open: Option<OpenView>,
    /// How the best prices changed, oldest first.
    pub touches: Series<Touch>,
}

/// The past of one symbol's book. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct LiquidityView {
    /// Every grid, the finest first; empty before the first book.
    pub layers: Vec<LayerView>,
    /// The times without a book, oldest first, the newest 256 of them.
    pub losses: Arc<Vec<Loss>>,
    /// When the first book came.
    pub since: Option<Nanos>,
}

impl LiquidityView {
    /// Whether there has never been a book.
    pub fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    /// The coarsest grid of which whole columns make up `length` and whole steps of prices make up `units`; else the finest.
    pub fn layer_for(&self, length: Nanos, units: i64) -> Option<&LayerView> {
        let fits = |layer: &&LayerView| {
            layer.column.0 > 0 && length.0 % layer.column.0 == 0 && layer.step().is_none_or(|step| units % step == 0)
        };
        self.layers.iter().rev().find(fits).or_else(|| self.layers.first())
    }

    /// The loss of sync that a moment lies in.
    pub fn loss_at(&self, at: Nanos) -> Option<&Loss> {
        let after = self.losses.partition_point(|loss| loss.from <= at);
        self.losses.get(after.checked_sub(1)?).filter(|loss| loss.until.is_none_or(|until| at < until))
    }
}

impl LayerView {
    /// The first column of which anything is kept.
    pub fn first(&self) -> Option<i64> {
        self.sealed.front().map(|chunk| chunk.columns.start).or_else(|| self.open.as_ref().map(|open| open.columns.start))
    }

    /// Price units that are kept as one at present.
    pub fn step(&self) -> Option<i64> {
        self.open.as_ref().map(|open| open.step).or_else(|| self.sealed.back().map(|chunk| chunk.step))
    }

    /// Position in [`LayerView::touches`] of the best prices at the end of a column.
    pub fn touch_position(&self, column: i64) -> Option<usize> {
        let (mut low, mut high) = (0, self.touches.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.touches.get(middle).is_some_and(|touch| touch.column <= column) { low = middle + 1 } else { high = middle }
        }
        low.checked_sub(1)
    }

    /// The column that is still running while the book is in sync: all before it are closed.
    pub fn running(&self) -> Option<i64> {
        self.open.as_ref().map(|open| open.columns.end)
    }

    /// The column that holds a moment.
    pub fn column_of(&self, at: Nanos) -> i64 {
        at.0.div_euclid(self.column.0.max(1))
    }

    /// When a column begins.
    pub fn start_of(&self, column: i64) -> Nanos {
        Nanos(column.saturating_mul(self.column.0))
    }

    /// Bytes of what is closed.
    pub fn bytes(&self) -> usize {
        self.sealed.iter().map(|chunk| chunk.bytes()).sum()
    }

    /// Where among some columns something is known, oldest first.
    pub fn spans(&self, columns: Range<i64>) -> impl Iterator<Item = Span> + '_ {
        let (from, to) = (columns.start, columns.end);
        self.sealed
            .iter()
            .skip(self.sealed.partition_point(|chunk| chunk.columns.end <= from))
            .map(|chunk| (chunk.columns.clone(), chunk.band, chunk.step))
            .chain(self.open.iter().map(|open| (open.columns.clone(), open.band, open.step)))
            .take_while(move |(columns, ..)| columns.start < to)
            .map(move |(columns, band, step)| Span {
                step,
                columns: columns.start.max(from)..columns.end.min(to),
                low: of_key(band.0).0,
                high: of_key(band.1).0,
            })
            .filter(|span| !span.columns.is_empty())
    }

    /// Tells all that happens to the levels of some prices in some columns, beginning with what rests at the first of them (or
    /// where it becomes known). The sum of a level's changes up to a column is what rests there at the column's end.
    /// Not in order of time.
    pub fn visit(&self, columns: &Range<i64>, prices: (Price, Price), mut each: impl FnMut(Step)) {
        let first = self.sealed.partition_point(|chunk| chunk.columns.end <= columns.start);
        for chunk in self.sealed.iter().skip(first).take_while(|chunk| chunk.columns.start < columns.end) {
            chunk.visit(columns, prices, &mut each);
        }
        if let Some(open) = self.open.as_ref().filter(|open| open.columns.start < columns.end && open.columns.end > columns.start)
        {
            open.visit(columns, prices, &mut each);
        }
    }
}

impl OpenView {
    fn visit(&self, columns: &Range<i64>, prices: (Price, Price), each: &mut impl FnMut(Step)) {
        let (low, high) = (prices.0.units(), prices.1.units());
        let begin = self.columns.start.max(columns.start);
        let first = self.initial.partition_point(|(key, _)| key >> 1 < low);
        for (key, qty) in self.initial[first..].iter().take_while(|(key, _)| key >> 1 <= high) {
            let (price, side) = of_key(*key);
            each(Step { price, side, column: begin, change: *qty, removed: 0, consumed: 0 });
        }
        for change in self.changes.iter().take_while(|change| change.column < columns.end) {
            let units = change.key >> 1;
            if units < low || units > high {
                continue;
            }
            let (price, side) = of_key(change.key);
            let (removed, consumed) = if change.column < begin { (0, 0) } else { (change.removed, change.consumed) };
            each(Step { price, side, column: change.column.max(begin), change: change.delta, removed, consumed });
        }
    }
}
