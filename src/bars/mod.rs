//! Bars built from trades: by time, in a chain of timeframes, and by ticks, volume, turnover or range.

pub mod activity;
pub mod series;
pub mod timeline;

pub use activity::ActivityBars;
pub use series::Series;
pub use timeline::TimeBars;

use crate::domain::Bar;

/// Bars of one kind as they are shown: the closed ones and the one still forming.
#[derive(Debug, Clone, Default)]
pub struct BarView {
    /// Closed bars, oldest first.
    pub closed: Series<Bar>,
    /// The bar still forming.
    pub forming: Option<Bar>,
}

impl BarView {
    /// Number of bars, the forming one included.
    pub fn len(&self) -> usize {
        self.closed.len() + usize::from(self.forming.is_some())
    }

    /// Whether there is no bar at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bar at a position, oldest first, the forming one last.
    pub fn get(&self, index: usize) -> Option<&Bar> {
        if index == self.closed.len() { self.forming.as_ref() } else { self.closed.get(index) }
    }

    /// The newest bar.
    pub fn last(&self) -> Option<&Bar> {
        self.forming.as_ref().or_else(|| self.closed.last())
    }

    /// Bars from a position on, oldest first, the forming one last.
    pub fn iter_from(&self, index: usize) -> impl Iterator<Item = &Bar> {
        let forming = if index <= self.closed.len() { self.forming.as_ref() } else { None };
        self.closed.iter_from(index).chain(forming)
    }

    /// The position of the first bar that starts at or after a moment; `len()` when there is none.
    pub fn position(&self, start: crate::domain::Nanos) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.get(middle).is_some_and(|bar| bar.start < start) { low = middle + 1 } else { high = middle }
        }
        low
    }
}
