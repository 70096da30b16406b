//! Which stretch of time is in view, and where in it a moment is.

use crate::domain::Nanos;

/// A stretch of time on so many cells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sight {
    /// The moment at the left edge.
    pub from: Nanos,
    /// Nanoseconds of a cell.
    pub per_cell: f64,
    /// Cells.
    pub width: u16,
}

impl Sight {
    /// All from the first to the last moment.
    pub fn whole(first: Nanos, last: Nanos, width: u16) -> Self {
        let all = (last.0.saturating_sub(first.0)).max(1_000_000_000) as f64;
        Self { from: first, per_cell: all / f64::from(width.max(1)) * 1.000_001, width }
    }

    /// Cells of a length that end with a moment.
    pub fn ending(last: Nanos, per_cell: f64, width: u16) -> Self {
        let back = (per_cell * f64::from(width)) as i64;
        Self { from: Nanos(last.0.saturating_sub(back).saturating_add(1)), per_cell, width }
    }

    /// The moment at which so many cells from the left begin.
    pub fn at(&self, cell: f64) -> Nanos {
        Nanos(self.from.0.saturating_add((self.per_cell * cell) as i64))
    }

    /// The moment behind the right edge.
    pub fn to(&self) -> Nanos {
        self.at(f64::from(self.width))
    }

    /// The cell of a moment; `None` out of view.
    pub fn cell(&self, at: Nanos) -> Option<u16> {
        let cell = (at.0.checked_sub(self.from.0)?) as f64 / self.per_cell;
        (cell >= 0.0 && cell < f64::from(self.width)).then_some(cell as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_and_moments_agree(first in 0_i64..1_000_000, span in 1_i64..1_000_000, width in 1_u16..300, cell in 0_u16..300) {
            let sight = Sight::whole(Nanos::from_secs(first), Nanos::from_secs(first + span), width);
            prop_assert_eq!(sight.cell(Nanos::from_secs(first)), Some(0));
            prop_assert_eq!(sight.cell(Nanos::from_secs(first + span)), Some(width - 1));
            prop_assert_eq!(sight.cell(Nanos(sight.from.0 - 1)), None);
            if cell < width {
                prop_assert_eq!(sight.cell(sight.at(f64::from(cell) + 0.5)), Some(cell));
            }
            let ending = Sight::ending(Nanos::from_secs(first + span), 1e9, width);
            prop_assert_eq!(ending.cell(Nanos::from_secs(first + span)), Some(width - 1));
        }
    }
}
