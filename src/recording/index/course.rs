//! Price and volume over a span that is not known in advance, in a bounded number of slots.

use crate::domain::{Nanos, Price, Volume};

/// Slots kept at most; half as many again hold twice the time each when it overflows.
const SLOTS: usize = 1_024;
/// The first slots' length.
const FIRST_STEP: Nanos = Nanos::from_millis(100);

/// What happened in one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When the stretch begins; a multiple of [`Course::step`].
    pub start: Nanos,
    /// Last price in it.
    pub close: Price,
    /// Lowest price in it.
    pub low: Price,
    /// Highest price in it.
    pub high: Price,
    /// Traded quantity in it.
    pub volume: Volume,
}

/// Price and volume over time. Stretches without trades have no slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    step: Nanos,
    slots: Vec<Slot>,
}

impl Default for Course {
    fn default() -> Self {
        Self { step: FIRST_STEP, slots: Vec::new() }
    }
}

impl Course {
    /// The length of a stretch.
    pub fn step(&self) -> Nanos {
        self.step
    }

    /// The stretches with trades, oldest first.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Takes in a trade; moments may not run backwards.
    pub fn take(&mut self, at: Nanos, price: Price, volume: Volume) {
        let start = at.floor_to(self.step);
        self.add(Slot { start, close: price, low: price, high: price, volume });
        while self.slots.len() > SLOTS {
            self.widen();
        }
    }

    fn add(&mut self, slot: Slot) {
        match self.slots.last_mut() {
            Some(last) if last.start == slot.start => {
                last.close = slot.close;
                last.low = last.low.min(slot.low);
                last.high = last.high.max(slot.high);
                last.volume += slot.volume;
            }
            _ => self.slots.push(slot),
        }
    }

    fn widen(&mut self) {
        self.step = Nanos(self.step.0.saturating_mul(2));
        for slot in std::mem::take(&mut self.slots) {
            self.add(Slot { start: slot.start.floor_to(self.step), ..slot });
        }
    }

    /// Takes in another course of the same symbol.
    pub fn join(&mut self, other: &Self) {
        let mut other = other.clone();
        while self.step < other.step {
            self.widen();
        }
        while other.step < self.step {
            other.widen();
        }
        let mut all = std::mem::take(&mut self.slots);
        all.append(&mut other.slots);
        all.sort_by_key(|slot| slot.start);
        all.into_iter().for_each(|slot| self.add(slot));
        while self.slots.len() > SLOTS {
            self.widen();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_course_keeps_its_total_in_few_slots() {
        let mut course = Course::default();
        for n in 0..100_000_i64 {
            course.take(Nanos::from_secs(n), Price::from_units(n), Volume::from_units(1));
        }
        assert!(course.slots().len() <= SLOTS && course.slots().len() > SLOTS / 4);
        assert_eq!(course.slots().iter().map(|slot| slot.volume.units()).sum::<i128>(), 100_000);
        assert_eq!(course.slots().last().map(|slot| slot.close.units()), Some(99_999));
    }
}
