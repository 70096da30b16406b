//! From a number to a height on the screen, and where an axis of numbers has its labels.

use super::scale::round_up;

/// Share of the range left free above and below.
const MARGIN: f64 = 0.04;

/// A range of numbers on a number of rows, the highest on top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueScale {
    low: f64,
    high: f64,
    rows: u16,
}

impl ValueScale {
    /// A scale that shows `low` to `high` with a margin; a range of nothing is widened. Its ends are rounded, so that small moves
    /// don't move the picture. Numbers that are not finite give a scale around zero.
    pub fn fit(low: f64, high: f64, rows: u16) -> Self {
        let (low, high) = if low.is_finite() && high.is_finite() { (low.min(high), low.max(high)) } else { (0.0, 0.0) };
        let least = (low.abs().max(high.abs()) * 1e-9).max(1e-12);
        let (low, high) = if high - low < least {
            let half = (high.abs() * 0.05).max(least.max(0.5e-3));
            (low - half, high + half)
        } else {
            (low, high)
        };
        let pad = (high - low) * MARGIN;
        let step = round_up((high - low) / 40.0);
        let scale = Self { low: ((low - pad) / step).floor() * step, high: ((high + pad) / step).ceil() * step, rows };
        if scale.low.is_finite() && scale.high.is_finite() { scale } else { Self { low: -1.0, high: 1.0, rows } }
    }

    /// Rows it covers.
    pub const fn rows(&self) -> u16 {
        self.rows
    }

    /// Lowest and highest value.
    pub const fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Distance from the top in rows, within the scale for any number.
    pub fn y(&self, value: f64) -> f64 {
        let part = (self.high - value) / (self.high - self.low);
        let part = if part.is_finite() { part } else { 0.5 };
        part.clamp(0.0, 1.0) * f64::from(self.rows)
    }

    /// The row that shows a number; `None` when it is above or below the scale.
    pub fn row(&self, value: f64) -> Option<u16> {
        (self.rows > 0 && value >= self.low && value <= self.high).then(|| (self.y(value) as u16).min(self.rows - 1))
    }

    /// Round numbers (1, 2, 5 × 10ⁿ) at least `gap` rows apart with the row of each, highest first; and how many decimals tell
    /// them apart.
    pub fn ticks(&self, gap: u16) -> (Vec<(f64, u16)>, usize) {
        if self.rows == 0 {
            return (Vec::new(), 0);
        }
        let per_row = (self.high - self.low) / f64::from(self.rows);
        let step = round_up(per_row * f64::from(gap.max(1)));
        let decimals = if step >= 1.0 { 0 } else { (-step.log10()).ceil().clamp(0.0, 12.0) as usize };
        let mut found: Vec<(f64, u16)> = Vec::new();
        let top = (self.high / step).floor();
        for n in 0..=self.rows {
            let value = (top - f64::from(n)) * step;
            if value < self.low {
                break;
            }
            if let Some(row) = self.row(value)
                && found.last().is_none_or(|(_, last)| row >= last + gap.max(1))
            {
                // No zero with a sign.
                found.push((value + 0.0, row));
            }
        }
        (found, decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_are_round_and_told_apart() {
        let (ticks, decimals) = ValueScale::fit(-0.013, 0.021, 12).ticks(3);
        let labels: Vec<String> = ticks.iter().map(|(value, _)| format!("{value:.decimals$}")).collect();
        assert_eq!(labels, ["0.02", "0.01", "0.00", "-0.01"]);
        let (ticks, decimals) = ValueScale::fit(100.0, 1_900.0, 10).ticks(3);
        assert_eq!(decimals, 0);
        assert_eq!(ticks.iter().map(|(value, _)| *value).collect::<Vec<_>>(), [1_000.0]);
    }

    #[test]
    fn a_value_that_does_not_move_is_in_the_middle() {
        let scale = ValueScale::fit(0.7, 0.7, 9);
        assert_eq!(scale.row(0.7), Some(4));
        assert_eq!(ValueScale::fit(f64::NAN, 1.0, 9).row(0.0), Some(4));
    }

    proptest! {
        #[test]
        fn heights_are_inside_and_labels_apart(low: f64, high: f64, rows in 0_u16..100, gap in 0_u16..6, at: f64) {
            let scale = ValueScale::fit(low, high, rows);
            prop_assert!(scale.y(at) >= 0.0 && scale.y(at) <= f64::from(rows));
            let (ticks, _) = scale.ticks(gap);
            prop_assert!(ticks.windows(2).all(|pair| pair[1].1 >= pair[0].1 + gap.max(1)));
            prop_assert!(ticks.iter().all(|(value, row)| *row < rows && value.is_finite()));
        }
    }
}
