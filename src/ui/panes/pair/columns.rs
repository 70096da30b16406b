//! Which bars of a pair are in view, and in which column each of them is: placed as a chart of one symbol places its own, so
//! that charts of one stretch of time stand one above the other.

use crate::domain::{Nanos, Timeframe};
use crate::ui::panes::chart::viewport::Zoom;

/// Cells of the widest gap that is drawn, however much is missing.
const WIDEST_GAP: i64 = 5;

/// The moments of a pair's bars, oldest first.
pub(super) trait Moments {
    /// Number of bars.
    fn len(&self) -> usize;
    /// When a bar began.
    fn at(&self, index: usize) -> Option<Nanos>;
    /// The first bar that began at or after a moment; `len` where there is none.
    fn position(&self, at: Nanos) -> usize;
}

/// One bar, or several as one, in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    /// Its leftmost cell, from the left of the plot.
    pub x: u16,
    /// When its first bar began.
    pub start: Nanos,
    /// Position of its first bar.
    pub first: usize,
    /// Position of its last bar.
    pub last: usize,
    /// Whether bars are missing before it.
    pub after_gap: bool,
}

/// How bars are put together: so many of a length at a zoom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Groups {
    length: i64,
    /// Bars that may be missing without a gap: days have weekends and holidays between them.
    slack: i64,
}

impl Groups {
    /// Groups of bars of a length at a zoom.
    pub fn of(bar: Nanos, zoom: Zoom) -> Self {
        Self {
            length: bar.0.saturating_mul(i64::from(zoom.bars)).max(1),
            slack: if bar >= Timeframe::D1.nanos() { 3 } else { 0 },
        }
    }

    /// Groups that are missing between two.
    fn missing(self, older: i64, newer: i64) -> i64 {
        let missing = newer.saturating_sub(older).saturating_sub(1);
        if missing > self.slack { missing } else { 0 }
    }

    fn key(self, at: Nanos) -> i64 {
        at.0.div_euclid(self.length)
    }

    /// First and last bar of the group that a bar is in.
    fn around(self, bars: &impl Moments, index: usize, at: Nanos) -> (usize, usize) {
        let key = self.key(at);
        let first = bars.position(Nanos(key.saturating_mul(self.length))).min(index);
        let after = bars.position(Nanos(key.saturating_add(1).saturating_mul(self.length)));
        (first, after.saturating_sub(1).max(index))
    }
}

/// The bars in view. Kept between frames so that drawing takes no memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// From left to right.
    pub all: Vec<Column>,
}

impl Columns {
    /// Puts the bars up to `right` into `width` cells, the newest at the right end.
    pub fn fill(&mut self, bars: &impl Moments, groups: Groups, zoom: Zoom, right: usize, width: u16) {
        self.all.clear();
        let mut x = i64::from(width);
        let mut next = Some(right.min(bars.len().saturating_sub(1)));
        let mut newer: Option<i64> = None;
        while let Some((index, at)) = next.and_then(|index| Some((index, bars.at(index)?))) {
            let key = groups.key(at);
            let missing = newer.map_or(0, |newer| groups.missing(key, newer));
            if missing > 0 {
                x -= missing.saturating_mul(i64::from(zoom.pitch)).clamp(1, WIDEST_GAP);
                if let Some(after) = self.all.last_mut() {
                    after.after_gap = true;
                }
            }
            x -= i64::from(zoom.pitch);
            if x < 0 {
                break;
            }
            let (first, last) = if zoom.bars > 1 { groups.around(bars, index, at) } else { (index, index) };
            let start = bars.at(first).unwrap_or(at);
            self.all.push(Column { x: x as u16, start, first, last, after_gap: false });
            newer = Some(key);
            next = first.checked_sub(1);
        }
        self.all.reverse();
    }

    /// The column that holds a moment; `None` where it is out of view.
    pub fn holds(&self, bars: &impl Moments, at: Nanos) -> Option<usize> {
        let index = self.all.partition_point(|column| column.start <= at).checked_sub(1)?;
        let newest = index + 1 == self.all.len();
        let beyond = newest && bars.at(self.all.get(index)?.last + 1).is_some_and(|next| next <= at);
        (!beyond).then_some(index)
    }

    /// The column nearest to a cell.
    pub fn at_cell(&self, x: u16) -> Option<&Column> {
        let after = self.all.partition_point(|column| column.x <= x);
        self.all.get(after.saturating_sub(1))
    }
}

/// Position of the newest bar in view when the oldest of all is at the left end: one does not move further back.
pub(super) fn least_right(bars: &impl Moments, groups: Groups, zoom: Zoom, width: u16) -> usize {
    let mut cells = i64::from(width);
    let (mut index, mut older) = (0, None::<i64>);
    while let Some(at) = bars.at(index) {
        let key = groups.key(at);
        let missing = older.map_or(0, |older| groups.missing(older, key));
        if missing > 0 {
            cells -= missing.saturating_mul(i64::from(zoom.pitch)).clamp(1, WIDEST_GAP);
        }
        cells -= i64::from(zoom.pitch);
        if cells < 0 {
            return index.saturating_sub(1);
        }
        index = if zoom.bars > 1 { groups.around(bars, index, at).1 + 1 } else { index + 1 };
        older = Some(key);
    }
    bars.len().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::chart::viewport::ZOOMS;
    use proptest::prelude::*;

    impl Moments for Vec<i64> {
        fn len(&self) -> usize {
            Vec::len(self)
        }
        fn at(&self, index: usize) -> Option<Nanos> {
            self.get(index).map(|secs| Nanos::from_secs(*secs))
        }
        fn position(&self, at: Nanos) -> usize {
            self.partition_point(|secs| Nanos::from_secs(*secs) < at)
        }
    }

    const MINUTE: Nanos = Nanos::from_secs(60);

    #[test]
    fn missing_bars_leave_room_and_nothing_is_drawn_twice() {
        let bars: Vec<i64> = [0, 60, 120, 300, 360].to_vec();
        let mut columns = Columns::default();
        columns.fill(&bars, Groups::of(MINUTE, ZOOMS[7]), ZOOMS[7], 4, 10);
        let seen: Vec<(u16, usize, bool)> = columns.all.iter().map(|column| (column.x, column.first, column.after_gap)).collect();
        assert_eq!(seen, [(3, 0, false), (4, 1, false), (5, 2, false), (8, 3, true), (9, 4, false)]);
        assert_eq!(columns.holds(&bars, Nanos::from_secs(130)), Some(2));
        assert_eq!(columns.holds(&bars, Nanos::from_secs(-1)), None);
    }

    #[test]
    fn a_weekend_is_no_gap_between_days() {
        const DAY: i64 = 86_400;
        let days: Vec<i64> = [0, 1, 4, 9].map(|day| day * DAY).to_vec();
        let mut columns = Columns::default();
        columns.fill(&days, Groups::of(Nanos::from_secs(DAY), ZOOMS[7]), ZOOMS[7], 3, 20);
        assert_eq!(columns.all.iter().map(|column| column.after_gap).collect::<Vec<_>>(), [false, false, false, true]);
    }

    proptest! {
        #[test]
        fn every_bar_is_in_one_column(steps in prop::collection::vec(1_i64..5, 1..300), zoom in 0_usize..13, width in 0_u16..300) {
            let mut at = 0;
            let bars: Vec<i64> = steps.iter().map(|step| { at += step * 60; at }).collect();
            let (zoom, mut columns) = (ZOOMS[zoom], Columns::default());
            let groups = Groups::of(MINUTE, zoom);
            columns.fill(&bars, groups, zoom, bars.len() - 1, width);
            prop_assert!(columns.all.windows(2).all(|pair| pair[0].last + 1 == pair[1].first && pair[0].x + zoom.pitch <= pair[1].x));
            prop_assert!(columns.all.iter().all(|column| column.first <= column.last && column.x + zoom.pitch <= width));
            if let Some(column) = columns.all.last() {
                prop_assert_eq!(column.last, bars.len() - 1);
            }
            let least = least_right(&bars, groups, zoom, width);
            prop_assert!(least < bars.len());
        }
    }
}
