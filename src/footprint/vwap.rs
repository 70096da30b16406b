//! The volume-weighted average price since a moment, and how far prices were spread about it.

use crate::domain::{Bar, Price, Volume};

/// Sums that an average is worked out from. They can be added to at any time.
///
/// Prices are taken relative to the first one, so that squares keep their digits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct VwapSums {
    /// The first price, price units.
    origin: Option<i64>,
    /// Σ quantity.
    volume: i128,
    /// Σ quantity × (price − origin).
    moved: i128,
    /// Σ quantity × (price − origin)².
    square: f64,
}

/// An average and its spread, as prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vwap {
    /// Σ price × quantity ÷ Σ quantity, in price units.
    pub mean: f64,
    /// The standard deviation of prices weighted by quantity: √(Σ quantity × (price − mean)² ÷ Σ quantity), in price units.
    pub deviation: f64,
}

impl VwapSums {
    /// Adds what was traded at a price.
    #[inline]
    pub fn add(&mut self, price: Price, volume: Volume) {
        let origin = *self.origin.get_or_insert(price.units());
        let away = i128::from(price.units()) - i128::from(origin);
        self.volume = self.volume.saturating_add(volume.units());
        self.moved = self.moved.saturating_add(away.saturating_mul(volume.units()));
        self.square += away as f64 * away as f64 * volume.units() as f64;
    }

    /// Adds a bar of which only the bar is known: all its volume at its typical price, (high + low + close) ÷ 3.
    pub fn add_bar(&mut self, bar: &Bar) {
        let sum = i128::from(bar.high.units()) + i128::from(bar.low.units()) + i128::from(bar.close.units());
        self.add(Price::from_units((sum / 3) as i64), bar.volume);
    }

    /// Adds all of another sum.
    pub fn merge(&mut self, other: &Self) {
        let Some(theirs) = other.origin else { return };
        let origin = *self.origin.get_or_insert(theirs);
        let shift = i128::from(theirs) - i128::from(origin);
        self.volume = self.volume.saturating_add(other.volume);
        self.moved = self.moved.saturating_add(other.moved).saturating_add(shift.saturating_mul(other.volume));
        let (shift, volume, moved) = (shift as f64, other.volume as f64, other.moved as f64);
        self.square += other.square + 2.0 * shift * moved + shift * shift * volume;
    }

    /// The average so far; `None` before anything was traded.
    pub fn vwap(&self) -> Option<Vwap> {
        let origin = self.origin.filter(|_| self.volume > 0)?;
        let volume = self.volume as f64;
        let moved = self.moved as f64 / volume;
        let variance = self.square / volume - moved * moved;
        let mean = origin as f64 + moved;
        (mean.is_finite() && variance.is_finite()).then(|| Vwap { mean, deviation: variance.max(0.0).sqrt() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn add_all(sums: &mut VwapSums, trades: &[(i64, i128)]) {
        for (price, volume) in trades {
            sums.add(Price::from_units(*price), Volume::from_units(*volume));
        }
    }

    #[test]
    fn a_known_average() {
        let mut sums = VwapSums::default();
        assert_eq!(sums.vwap(), None);
        for (price, volume) in [(100, 1), (104, 3)] {
            sums.add(Price::from_units(price), Volume::from_units(volume));
        }
        let found = sums.vwap().unwrap();
        assert_eq!(found.mean, 103.0);
        assert!((found.deviation - 3.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_bar_counts_at_its_typical_price() {
        let mut sums = VwapSums::default();
        let mut bar = Bar::flat(crate::domain::Nanos(0), Price::from_units(90));
        sums.add_bar(&bar);
        assert_eq!(sums.vwap(), None);
        (bar.high, bar.volume) = (Price::from_units(120), Volume::from_units(5));
        sums.add_bar(&bar);
        assert_eq!(sums.vwap().unwrap(), Vwap { mean: 100.0, deviation: 0.0 });
    }

    proptest! {
        #[test]
        fn equals_a_plain_recomputation(trades in proptest::collection::vec((1_i64..1_000_000_000_000, 1_i128..1_000_000_000), 1..100)) {
            let mut sums = VwapSums::default();
            add_all(&mut sums, &trades);
            let found = sums.vwap().unwrap();
            let total: f64 = trades.iter().map(|(_, volume)| *volume as f64).sum();
            let mean = trades.iter().map(|(price, volume)| *price as f64 * *volume as f64).sum::<f64>() / total;
            let square = trades.iter().map(|(price, volume)| (*price as f64 - mean).powi(2) * *volume as f64).sum::<f64>();
            prop_assert!((found.mean - mean).abs() <= mean * 1e-9);
            prop_assert!((found.deviation - (square / total).sqrt()).abs() <= mean * 1e-6);
            let mut parts = VwapSums::default();
            for part in trades.chunks(7) {
                let mut sums = VwapSums::default();
                add_all(&mut sums, part);
                parts.merge(&sums);
            }
            let merged = parts.vwap().unwrap();
            prop_assert!((merged.mean - found.mean).abs() <= mean * 1e-9);
            prop_assert!((merged.deviation - found.deviation).abs() <= mean * 1e-6);
        }

        #[test]
        fn nothing_leaves_that_is_no_number(trades in proptest::collection::vec((any::<i64>(), 0_i128..=i128::MAX), 0..20)) {
            let mut sums = VwapSums::default();
            add_all(&mut sums, &trades);
            prop_assert!(sums.vwap().is_none_or(|found| found.mean.is_finite() && found.deviation.is_finite()));
        }
    }
}
