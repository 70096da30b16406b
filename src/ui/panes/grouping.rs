//! How prices are put into rows: so many ticks each that what is to be seen fits, or as many as the user wants; and which of the
//! rows are in view.

use crate::domain::{Instrument, Price};

/// Steps of grouping there are: 1, 2, 5 × 10ⁿ ticks.
const STEPS: i8 = 40;
/// A price in view may go so near to the ends, in tenths of the rows, before it is brought to the middle.
const EDGE: i64 = 2;

/// Rows of prices, chosen anew for every picture but as still as can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grouping {
    /// Steps finer than what fits; coarser below zero.
    pub finer: i8,
    /// The price held in the middle by the user, price units.
    pub held: Option<i64>,
    /// The step that fits.
    fitting: i8,
    /// Price units of a row; 0 before anything was drawn.
    pub step: i64,
    /// Ticks of a row.
    pub ticks: i64,
    /// The lowest row in view: its lowest price divided by the step.
    pub base: i64,
    /// Rows in view.
    pub rows: u16,
}

/// What is to be seen.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Lowest price.
    pub low: Price,
    /// Highest price.
    pub high: Price,
    /// The price that matters most where not all fits.
    pub focus: Price,
}

/// Price units of the smallest difference of two prices.
pub fn tick(instrument: &Instrument) -> i64 {
    // A tick that is not known is as fine as prices are shown.
    if instrument.tick.units() > 0 { instrument.tick.units() } else { 1_000_000 }
}

const fn ticks_of(step: i8) -> i64 {
    let lead = [1_i64, 2, 5][(step % 3) as usize];
    lead.saturating_mul(10_i64.saturating_pow((step / 3) as u32))
}

impl Grouping {
    /// Chooses rows for what is to be seen. Unless it is something else than before (`anew`), they change only when they must.
    pub fn look(&mut self, tick: i64, extent: Extent, rows: u16, anew: bool) {
        let (low, high) = (extent.low.units().min(extent.high.units()), extent.high.units().max(extent.low.units()));
        let fits = |step: i8| {
            let units = tick.max(1).saturating_mul(ticks_of(step));
            high.div_euclid(units).saturating_sub(low.div_euclid(units)) < i64::from(rows.max(1))
        };
        let least = (0..STEPS).find(|step| fits(*step)).unwrap_or(STEPS - 1);
        // A step that is a little too coarse stays: rows that change with every tick cannot be read.
        let stays = !anew && self.step > 0 && self.rows == rows && (least..=least + 1).contains(&self.fitting);
        if !stays {
            self.fitting = least;
        }
        let chosen = (i32::from(self.fitting) - i32::from(self.finer)).clamp(0, i32::from(STEPS) - 1) as i8;
        self.finer = self.fitting - chosen;
        let step = tick.max(1).saturating_mul(ticks_of(chosen));
        let same = !anew && self.step == step && self.rows == rows;
        (self.step, self.ticks, self.rows) = (step, ticks_of(chosen), rows);
        let count = i64::from(rows);
        let (lowest, highest) = (low.div_euclid(step), high.div_euclid(step));
        let focus = extent.focus.units().div_euclid(step);
        self.base = if let Some(held) = self.held {
            held.div_euclid(step).saturating_sub(count / 2)
        } else if highest.saturating_sub(lowest) < count {
            let holds = self.base <= lowest && highest < self.base.saturating_add(count);
            if same && holds { self.base } else { lowest - (count - 1 - (highest - lowest)) / 2 }
        } else {
            let from = focus.saturating_sub(self.base);
            let holds = (count * EDGE / 10..=count * (10 - EDGE) / 10).contains(&from);
            if same && holds { self.base } else { focus.saturating_sub(count / 2) }
        };
    }

    /// Holds what lies so many rows above the middle there.
    pub fn hold(&mut self, rows: i64) {
        if self.step > 0 {
            self.held = Some(self.middle().units().saturating_add(rows.saturating_mul(self.step)).max(0));
        }
    }

    /// Follows and groups by itself again.
    pub const fn fit(&mut self) {
        (self.finer, self.held) = (0, None);
    }

    /// The price in the middle.
    pub fn middle(&self) -> Price {
        Price::from_units(self.base.saturating_add(i64::from(self.rows) / 2).saturating_mul(self.step))
    }

    /// The row of a price.
    pub fn key_of(&self, price: Price) -> i64 {
        price.units().div_euclid(self.step.max(1))
    }

    /// The lowest price of a row.
    pub fn price_of(&self, key: i64) -> Price {
        Price::from_units(key.saturating_mul(self.step))
    }

    /// The line of a row, from the top; `None` where it is out of view.
    pub fn line_of(&self, key: i64) -> Option<u16> {
        let from = key.checked_sub(self.base)?;
        (0..i64::from(self.rows)).contains(&from).then(|| self.rows - 1 - from as u16)
    }

    /// The row of a line.
    pub fn key_at(&self, line: u16) -> i64 {
        self.base.saturating_add(i64::from(self.rows) - 1 - i64::from(line))
    }

    /// Whether prices or their grouping are no longer chosen by themselves.
    pub const fn by_hand(&self) -> bool {
        self.held.is_some() || self.finer != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn extent(low: i64, high: i64) -> Extent {
        Extent { low: Price::from_units(low), high: Price::from_units(high), focus: Price::from_units(high) }
    }

    #[test]
    fn rows_are_as_fine_as_fits_and_stand_still() {
        let mut grouping = Grouping::default();
        grouping.look(10, extent(1_000, 1_390), 20, false);
        assert_eq!((grouping.step, grouping.ticks), (20, 2));
        let before = grouping;
        grouping.look(10, extent(1_010, 1_385), 20, false);
        assert_eq!(grouping, before);
        // One step too coarse is kept, two are not.
        grouping.look(10, extent(1_200, 1_300), 20, false);
        assert_eq!(grouping.step, 20);
        grouping.look(10, extent(1_000, 1_000 + 10 * 5 * 19), 20, true);
        grouping.look(10, extent(1_200, 1_300), 20, false);
        assert_eq!(grouping.step, 10);
    }

    #[test]
    fn what_is_held_stays_in_the_middle() {
        let mut grouping = Grouping::default();
        grouping.look(1, extent(100, 110), 21, false);
        grouping.hold(50);
        grouping.look(1, extent(100, 110), 21, false);
        assert_eq!(grouping.line_of(grouping.key_of(Price::from_units(155))), Some(10));
        assert!(grouping.by_hand());
        grouping.fit();
        grouping.look(1, extent(100, 110), 21, false);
        assert!(grouping.line_of(105).is_some() && !grouping.by_hand());
    }

    proptest! {
        #[test]
        fn what_fits_is_in_view(moves in proptest::collection::vec((1_i64..1_000_000, 0_i64..100_000, 1_u16..80, any::<bool>()), 1..20)) {
            let mut grouping = Grouping::default();
            for (low, range, rows, anew) in moves {
                grouping.look(5, extent(low, low + range), rows, anew);
                for price in [low, low + range] {
                    let key = grouping.key_of(Price::from_units(price));
                    let line = grouping.line_of(key).unwrap();
                    prop_assert_eq!(grouping.key_at(line), key);
                }
            }
        }

        #[test]
        fn nothing_overflows(low: i64, high: i64, tick: i64, rows: u16, finer: i8, hold: i32) {
            let mut grouping = Grouping { finer, ..Grouping::default() };
            grouping.look(tick, extent(low, high), rows, false);
            grouping.hold(i64::from(hold));
            grouping.look(tick, extent(low, high), rows, false);
            let _ = (grouping.middle(), grouping.line_of(low), grouping.price_of(high), grouping.key_at(rows));
        }
    }
}
