//! From a price to a height on the screen and back, linear or logarithmic.

use crate::domain::Price;

/// Share of the range left free above and below.
const MARGIN: f64 = 0.05;
/// The ends are rounded to a round step of about this share of the range, so that small moves don't move the picture.
const STILLNESS: f64 = 1.0 / 30.0;

/// A range of prices on a number of rows, the highest on top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceScale {
    low: f64,
    high: f64,
    rows: u16,
    log: bool,
    base: f64,
    factor: f64,
}

impl PriceScale {
    /// A scale that shows `low` to `high` with a margin. A range of nothing is widened to a few `tick`s; a logarithmic scale
    /// of prices that are not positive is linear instead.
    pub fn fit(low: Price, high: Price, tick: Price, rows: u16, log: bool) -> Self {
        let (mut low, mut high) = (low.min(high).units() as f64, low.max(high).units() as f64);
        let log = log && low > 0.0;
        let least = (tick.units().max(1) as f64 * 4.0).max(high.abs() * 2e-5);
        if high - low < least {
            let middle = f64::midpoint(low, high);
            (low, high) = (middle - least / 2.0, middle + least / 2.0);
        }
        if log && low > 0.0 {
            let pad = ((high / low).ln() * MARGIN).exp();
            (low, high) = (low / pad, high * pad);
        } else {
            let pad = (high - low) * MARGIN;
            let step = round_up((high - low) * STILLNESS);
            (low, high) = (((low - pad) / step).floor() * step, ((high + pad) / step).ceil() * step);
        }
        Self::exact(low, high, rows, log)
    }

    /// A scale of exactly these price units, without a margin.
    #[cfg(test)]
    pub(crate) fn bare(low: i64, high: i64, rows: u16) -> Self {
        Self::exact(low as f64, high as f64, rows, false)
    }

    fn exact(low: f64, high: f64, rows: u16, log: bool) -> Self {
        let log = log && low > 0.0;
        let (from, to) = if log { (low.ln(), high.ln()) } else { (low, high) };
        let span = to - from;
        let factor = if span > 0.0 && span.is_finite() { f64::from(rows) / span } else { 0.0 };
        Self { low, high, rows, log, base: to, factor }
    }

    /// Whether equal ratios have equal heights.
    pub const fn is_log(&self) -> bool {
        self.log
    }

    /// Rows it covers.
    pub const fn rows(&self) -> u16 {
        self.rows
    }

    /// Lowest and highest value, in price units.
    pub const fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Distance of a price from the top in rows, between 0 and [`Self::rows`].
    #[inline]
    pub fn y(&self, price: Price) -> f64 {
        self.y_units(price.units() as f64)
    }

    /// As [`Self::y`], of a value in price units.
    #[inline]
    pub fn y_units(&self, units: f64) -> f64 {
        self.beyond(units).clamp(0.0, f64::from(self.rows))
    }

    /// As [`Self::y`], below zero or beyond the rows for a price above or below the scale.
    pub fn y_beyond(&self, price: Price) -> f64 {
        self.beyond(price.units() as f64)
    }

    #[inline]
    fn beyond(&self, units: f64) -> f64 {
        let value = if self.log {
            // Nothing is as far below as zero; a scale's height is far enough.
            units.max(self.low * self.low / self.high).ln()
        } else {
            units
        };
        (self.base - value) * self.factor
    }

    /// The row that shows a price; `None` when it is above or below the scale.
    pub fn row(&self, price: Price) -> Option<u16> {
        let units = price.units() as f64;
        (self.rows > 0 && units >= self.low && units <= self.high).then(|| (self.y(price) as u16).min(self.rows - 1))
    }

    /// The price in the middle of a row.
    pub fn price_at(&self, row: u16) -> Price {
        if self.factor <= 0.0 {
            return Price::from_units(self.low as i64);
        }
        let value = self.base - (f64::from(row) + 0.5) / self.factor;
        Price::from_units(if self.log { value.exp() } else { value } as i64)
    }

    /// Price units that one row spans where rows span most.
    pub fn units_per_row(&self) -> f64 {
        if self.factor <= 0.0 {
            return self.high - self.low;
        }
        if self.log { self.high - (self.base - 1.0 / self.factor).exp() } else { 1.0 / self.factor }
    }
}

/// The least of 1, 2, 5 × 10ⁿ that is at least `value`; 1 for what is not positive.
pub fn round_up(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0].map(|m| m * decade).into_iter().find(|step| *step >= value * (1.0 - 1e-9)).unwrap_or(10.0 * decade)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    #[test]
    fn shows_the_range_with_a_margin() {
        let scale = PriceScale::fit(price("100"), price("110"), price("0.01"), 20, false);
        assert!(scale.y(price("110")) > 0.5 && scale.y(price("110")) < 3.0);
        assert!(scale.y(price("100")) < 19.5 && scale.y(price("100")) > 17.0);
        assert_eq!(scale.row(price("99")), None);
        assert_eq!(scale.row(scale.price_at(7)), Some(7));
    }

    #[test]
    fn small_moves_do_not_move_the_picture() {
        let before = PriceScale::fit(price("100.10"), price("109.80"), price("0.01"), 20, false);
        let after = PriceScale::fit(price("100.10"), price("109.85"), price("0.01"), 20, false);
        assert_eq!(before, after);
    }

    #[test]
    fn equal_ratios_are_equal_heights_in_a_log_scale() {
        let scale = PriceScale::fit(price("10"), price("1000"), price("0.01"), 30, true);
        let (a, b, c) = (scale.y(price("10")), scale.y(price("100")), scale.y(price("1000")));
        assert!(((a - b) - (b - c)).abs() < 1e-9);
        assert!(!PriceScale::fit(price("0"), price("5"), price("1"), 9, true).is_log());
    }

    #[test]
    fn rounds_up_to_one_two_five() {
        for (value, round) in [(0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (5.1, 10.0), (20.0, 20.0), (0.0, 1.0), (f64::NAN, 1.0)] {
            assert!((round_up(value) - round).abs() < 1e-12, "{value}");
        }
    }

    proptest! {
        #[test]
        fn heights_are_always_inside(low in any::<i64>(), high in any::<i64>(), tick in 0_i64..1_000_000_000, rows in 0_u16..200,
                                     log: bool, at in any::<i64>()) {
            let scale = PriceScale::fit(Price::from_units(low), Price::from_units(high), Price::from_units(tick), rows, log);
            let y = scale.y(Price::from_units(at));
            prop_assert!(y >= 0.0 && y <= f64::from(rows));
            prop_assert!(scale.y(Price::from_units(low.max(high))) <= scale.y(Price::from_units(low.min(high))));
            let _ = scale.row(Price::from_units(at));
            let _ = scale.price_at(rows / 2);
            prop_assert!(scale.units_per_row() >= 0.0);
        }
    }
}
