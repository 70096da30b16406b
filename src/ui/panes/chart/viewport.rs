//! Which bars are in view, and in which column each of them is.

use crate::bars::BarView;
use crate::domain::{Bar, BarSpec, Nanos};

/// How wide bars are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zoom {
    /// Bars shown as one.
    pub bars: u32,
    /// Cells from one to the next.
    pub pitch: u16,
    /// Cells of its body.
    pub body: u16,
}

const fn zoom(bars: u32, pitch: u16, body: u16) -> Zoom {
    Zoom { bars, pitch, body }
}

/// Every zoom, from the widest view to the closest.
pub const ZOOMS: [Zoom; 13] = [
    zoom(200, 1, 1),
    zoom(100, 1, 1),
    zoom(50, 1, 1),
    zoom(20, 1, 1),
    zoom(10, 1, 1),
    zoom(5, 1, 1),
    zoom(2, 1, 1),
    zoom(1, 1, 1),
    zoom(1, 2, 1),
    zoom(1, 4, 3),
    zoom(1, 6, 5),
    zoom(1, 9, 7),
    zoom(1, 13, 11),
];
/// The zoom a chart begins with.
pub const FIRST_ZOOM: usize = 8;
/// Cells of the widest gap that is drawn, however much is missing.
const WIDEST_GAP: i64 = 5;

/// The newest bar in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The newest there is.
    Follow,
    /// The one that holds this moment: new bars don't move the view.
    At(Nanos),
}

/// Which bars are drawn as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Groups {
    /// Length of a group, for time bars.
    length: Option<i64>,
    bars: u64,
    /// Number of the first bar held, so that groups of bars that are not of time stay the same.
    dropped: u64,
}

impl Groups {
    /// Groups of so many bars of a kind.
    pub fn of(view: &BarView, spec: BarSpec, bars: u32) -> Self {
        let length = match spec {
            BarSpec::Time(timeframe) => Some(timeframe.nanos().0.saturating_mul(i64::from(bars)).max(1)),
            _ => None,
        };
        Self { length, bars: u64::from(bars.max(1)), dropped: view.closed.dropped() }
    }

    fn key(&self, index: usize, bar: &Bar) -> i64 {
        match self.length {
            Some(length) => bar.start.0.div_euclid(length),
            None => ((self.dropped + index as u64) / self.bars) as i64,
        }
    }

    /// The first bar of the group that a bar is in.
    pub fn begin(&self, view: &BarView, index: usize) -> usize {
        let Some(bar) = view.get(index).filter(|_| self.bars > 1) else { return index };
        let key = self.key(index, bar);
        match self.length {
            Some(length) => view.position(Nanos(key.saturating_mul(length))).min(index),
            None => ((key as u64).saturating_mul(self.bars).saturating_sub(self.dropped) as usize).min(index),
        }
    }

    /// The last bar of the group that a bar is in.
    pub fn end(&self, view: &BarView, index: usize) -> usize {
        let Some(bar) = view.get(index).filter(|_| self.bars > 1) else { return index };
        let next = self.key(index, bar).saturating_add(1);
        let after = match self.length {
            Some(length) => view.position(Nanos(next.saturating_mul(length))),
            None => (next as u64).saturating_mul(self.bars).saturating_sub(self.dropped) as usize,
        };
        after.saturating_sub(1).clamp(index, view.len().saturating_sub(1).max(index))
    }

    /// The bars of a group that begins at a position as one, and the position of the last of them.
    pub fn merged(&self, view: &BarView, first: usize) -> Option<(Bar, usize)> {
        let mut merged = *view.get(first)?;
        let last = self.end(view, first);
        (first + 1..=last).filter_map(|index| view.get(index)).for_each(|later| merged.absorb(later));
        Some((merged, last))
    }
}

/// One bar, or several as one, in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its leftmost cell, from the left of the plot.
    pub x: u16,
    /// What is drawn.
    pub bar: Bar,
    /// Position of its first bar.
    pub first: usize,
    /// Position of its last bar.
    pub last: usize,
    /// Whether bars are missing before it.
    pub after_gap: bool,
}

/// Where bars are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Its leftmost cell.
    pub x: u16,
    /// Its cells.
    pub width: u16,
}

/// Tells whether closed bars are still the ones they were, and drawn as one in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stamp {
    groups: Groups,
    replaced: u64,
    first: Option<Bar>,
}

impl Stamp {
    /// Of the bars as they are.
    pub fn of(view: &BarView, groups: Groups) -> Self {
        Self { groups, replaced: view.closed.replaced(), first: view.closed.first().copied() }
    }
}

/// The bars in view. Kept between frames so that drawing takes no memory, and so that what was put together before is not
/// put together again.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// From left to right.
    pub bars: Vec<Column>,
    /// From right to left.
    pub gaps: Vec<Gap>,
    /// What was in view before.
    old: Vec<Column>,
    stamp: Stamp,
    /// Closed bars there were.
    closed: usize,
}

impl Columns {
    /// Puts the bars up to `right` into `width` cells, the newest at the right end.
    pub fn fill(&mut self, view: &BarView, groups: Groups, zoom: Zoom, right: usize, width: u16) {
        std::mem::swap(&mut self.bars, &mut self.old);
        self.bars.clear();
        self.gaps.clear();
        let stamp = Stamp::of(view, groups);
        if self.stamp != stamp {
            self.old.clear();
        }
        let closed_before = std::mem::replace(&mut self.closed, view.closed.len());
        self.stamp = stamp;
        let mut x = i64::from(width);
        let mut at = Some(right.min(view.len().saturating_sub(1)));
        let mut newer: Option<i64> = None;
        while let Some((last, bar)) = at.and_then(|index| Some((index, view.get(index)?))) {
            let key = groups.key(last, bar);
            let missing = match newer {
                Some(newer) if groups.length.is_some() => newer.saturating_sub(key).saturating_sub(1),
                _ => 0,
            };
            if missing > 0 {
                let cells = missing.saturating_mul(i64::from(zoom.pitch)).clamp(1, WIDEST_GAP);
                x -= cells;
                if x <= 0 {
                    break;
                }
                self.gaps.push(Gap { x: x as u16, width: cells as u16 });
                if let Some(after) = self.bars.last_mut() {
                    after.after_gap = true;
                }
            }
            x -= i64::from(zoom.pitch);
            if x < 0 {
                break;
            }
            let first = groups.begin(view, last);
            let known = self.old.get(self.old.partition_point(|old| old.first < first));
            let known = known.filter(|old| old.first == first && old.last == last && last < closed_before);
            let merged = known.map_or_else(
                || {
                    let mut merged = view.get(first).copied().unwrap_or(*bar);
                    (first + 1..=last).filter_map(|index| view.get(index)).for_each(|later| merged.absorb(later));
                    merged
                },
                |old| old.bar,
            );
            self.bars.push(Column { x: x as u16, bar: merged, first, last, after_gap: false });
            newer = Some(key);
            at = first.checked_sub(1);
        }
        self.bars.reverse();
    }

    /// Position of the oldest bar in view.
    pub fn first(&self) -> Option<usize> {
        self.bars.first().map(|column| column.first)
    }

    /// The column that holds a moment, or the last one before it.
    pub fn at_time(&self, at: Nanos) -> Option<usize> {
        let after = self.bars.partition_point(|column| column.bar.start <= at);
        if self.bars.is_empty() { None } else { Some(after.saturating_sub(1)) }
    }

    /// The column that holds a moment; `None` where it is out of view.
    pub fn holds(&self, view: &BarView, at: Nanos) -> Option<usize> {
        let column = self.at_time(at)?;
        let (shown, next) = (self.bars.get(column)?, self.bars.get(column)?.last + 1);
        let newer = column + 1 == self.bars.len() && view.get(next).is_some_and(|bar| bar.start <= at);
        (shown.bar.start <= at && !newer).then_some(column)
    }

    /// The column nearest to a cell.
    pub fn at_cell(&self, x: u16) -> Option<usize> {
        let after = self.bars.partition_point(|column| column.x <= x);
        if self.bars.is_empty() { None } else { Some(after.saturating_sub(1)) }
    }
}

/// Position of the newest bar in view when the oldest bar of all is at the left end: a chart does not move further back.
pub fn least_right(view: &BarView, groups: Groups, zoom: Zoom, width: u16) -> usize {
    let mut cells = i64::from(width);
    let mut index = 0;
    let mut older: Option<i64> = None;
    while let Some(bar) = view.get(index) {
        let key = groups.key(index, bar);
        if let Some(older) = older
            && groups.length.is_some()
        {
            let missing = key.saturating_sub(older).saturating_sub(1);
            if missing > 0 {
                cells -= missing.saturating_mul(i64::from(zoom.pitch)).clamp(1, WIDEST_GAP);
            }
        }
        cells -= i64::from(zoom.pitch);
        if cells < 0 {
            return index.saturating_sub(1);
        }
        index = groups.end(view, index) + 1;
        older = Some(key);
    }
    view.len().saturating_sub(1)
}
