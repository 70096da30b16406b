//! Traded volume and price over the whole of a recording, in a bounded number of buckets.

use crate::domain::{Nanos, Price, Volume};

/// Most buckets; when they do not reach, each two become one.
const MOST: usize = 600;

/// What was traded in one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bucket {
    /// Quantity, base units.
    pub volume: Volume,
    /// Number of trades or bars.
    pub count: u64,
    /// The last price; `None` where nothing was traded.
    pub close: Option<Price>,
}

/// Buckets of equal length, aligned to the epoch, at most 600.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    start: Nanos,
    width: Nanos,
    buckets: Vec<Bucket>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { start: Nanos::ZERO, width: Nanos::SECOND, buckets: Vec::new() }
    }
}

impl Timeline {
    /// When the first bucket begins.
    pub const fn start(&self) -> Nanos {
        self.start
    }

    /// How long each is.
    pub const fn width(&self) -> Nanos {
        self.width
    }

    /// The buckets, in order of time.
    pub fn buckets(&self) -> &[Bucket] {
        &self.buckets
    }

    /// Takes a trade in; times do not run backwards.
    pub(super) fn add(&mut self, at: Nanos, price: Price, volume: Volume) {
        if self.buckets.is_empty() {
            self.start = floor(at, self.width);
        }
        let mut place = self.place(at);
        while place >= MOST {
            self.halve();
            place = self.place(at);
        }
        if self.buckets.len() <= place {
            self.buckets.resize(place + 1, Bucket::default());
        }
        if let Some(bucket) = self.buckets.get_mut(place) {
            bucket.volume += volume;
            bucket.count += 1;
            bucket.close = Some(price);
        }
    }

    fn place(&self, at: Nanos) -> usize {
        let distance = i128::from(at.0) - i128::from(self.start.0);
        usize::try_from(distance.max(0) / i128::from(self.width.0)).unwrap_or(usize::MAX)
    }

    /// Makes every bucket twice as long.
    fn halve(&mut self) {
        let wide = Nanos(self.width.0.saturating_mul(2));
        let start = floor(self.start, wide);
        // An empty bucket comes before the first where that keeps the pairs aligned.
        let lead = usize::from(start != self.start);
        let mut merged: Vec<Bucket> = Vec::with_capacity(MOST);
        for (i, bucket) in self.buckets.iter().enumerate() {
            let place = usize::midpoint(i, lead);
            if merged.len() <= place {
                merged.resize(place + 1, Bucket::default());
            }
            if let Some(into) = merged.get_mut(place) {
                into.volume += bucket.volume;
                into.count += bucket.count;
                into.close = bucket.close.or(into.close);
            }
        }
        (self.start, self.width, self.buckets) = (start, wide, merged);
    }
}

/// The multiple of a width at or before a moment, held at the beginning of time.
fn floor(at: Nanos, width: Nanos) -> Nanos {
    Nanos(at.0.saturating_sub(at.0.rem_euclid(width.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_lost_and_the_size_is_bounded(
            begin in prop_oneof![any::<i64>(), 0_i64..2_000_000_000_000_000_000],
            steps in proptest::collection::vec(prop_oneof![0_i64..5_000_000_000, 0..i64::MAX / 4], 1..200),
        ) {
            let mut timeline = Timeline::default();
            let mut at = begin;
            for (i, step) in steps.iter().enumerate() {
                at = at.saturating_add(*step);
                timeline.add(Nanos(at), Price::from_units(i as i64), Volume::from_units(1));
            }
            prop_assert!(timeline.buckets().len() <= MOST);
            prop_assert_eq!(timeline.buckets().iter().map(|b| b.count).sum::<u64>(), steps.len() as u64);
            prop_assert_eq!(timeline.buckets().iter().map(|b| b.volume.units()).sum::<i128>(), steps.len() as i128);
            let last = timeline.buckets().last().unwrap();
            prop_assert_eq!(last.close, Some(Price::from_units(steps.len() as i64 - 1)));
        }
    }

    #[test]
    fn an_hour_has_eight_second_buckets() {
        let mut timeline = Timeline::default();
        for second in 0..3_600 {
            timeline.add(Nanos::from_secs(1_000_001 + second), Price::from_units(second), Volume::from_units(1));
        }
        assert_eq!((timeline.width(), timeline.start()), (Nanos::from_secs(8), Nanos::from_secs(1_000_000)));
        assert_eq!(timeline.buckets().len(), 451);
        assert_eq!((timeline.buckets()[0].count, timeline.buckets()[1].count), (7, 8));
    }
}
