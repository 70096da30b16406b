//! Where a price axis has its labels.

use super::scale::{PriceScale, round_up};
use crate::domain::Price;

/// Finest price that can be told apart at so many decimal places, in price units.
const POWERS: [i64; 9] = [100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

/// A label of a price axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// The round price.
    pub price: Price,
    /// Its row, from the top.
    pub row: u16,
}

/// Round prices (1, 2, 5 × 10ⁿ) about `gap` rows apart or more (one less where rounding to rows takes it) that can be told
/// apart with so many decimals, highest first.
pub fn price_ticks(scale: &PriceScale, decimals: usize, gap: u16) -> Vec<Tick> {
    let (low, high) = scale.ends();
    let finest = POWERS[decimals.min(8)] as f64;
    let gap = gap.max(1);
    let least = gap.saturating_sub(1).max(1);
    let mut ticks = Vec::new();
    if scale.rows() == 0 || !(high - low).is_finite() {
        return ticks;
    }
    let mut add = |units: f64| {
        if units.abs() >= i64::MAX as f64 {
            return;
        }
        let price = Price::from_units(units as i64);
        if let Some(row) = scale.row(price)
            && ticks.last().is_none_or(|last: &Tick| row >= last.row + least)
        {
            ticks.push(Tick { price, row });
        }
    };
    if scale.is_log() && high / low > 4.0 {
        let top = high.log10().ceil() as i32;
        let bottom = low.log10().floor() as i32;
        // Whole decades first decide whether there is room for what lies between them.
        let roomy = f64::from(scale.rows()) / (high / low).log10() >= f64::from(gap) * 3.5;
        for decade in (bottom..=top).rev() {
            let unit = 10_f64.powi(decade);
            let marks: &[f64] = if roomy { &[5.0, 2.0, 1.0] } else { &[1.0] };
            marks.iter().map(|mark| mark * unit).filter(|value| *value >= finest).for_each(&mut add);
        }
    } else {
        let step = round_up((scale.units_per_row() * (f64::from(gap) - 0.3)).max(finest));
        let mut multiple = (high / step).floor();
        for _ in 0..=scale.rows() {
            if multiple * step < low {
                break;
            }
            add(multiple * step);
            multiple -= 1.0;
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(low: &str, high: &str, rows: u16, decimals: usize, log: bool) -> Vec<String> {
        let scale = PriceScale::fit(low.parse().unwrap(), high.parse().unwrap(), Price::from_units(1), rows, log);
        price_ticks(&scale, decimals, 3).iter().map(|tick| format!("{:.decimals$}", tick.price)).collect()
    }

    #[test]
    fn labels_are_round() {
        assert_eq!(
            labels("61800.2", "61950.9", 20, 2, false),
            ["61950.00", "61900.00", "61850.00", "61800.00"].map(String::from)[..].to_vec()
        );
        assert_eq!(labels("0.001", "0.002", 9, 4, false), ["0.0020", "0.0015", "0.0010"].map(String::from)[..].to_vec());
    }

    #[test]
    fn labels_are_told_apart_by_their_decimals() {
        let shown = labels("100.0001", "100.0009", 40, 2, false);
        assert!(shown.windows(2).all(|pair| pair[0] != pair[1]), "{shown:?}");
    }

    #[test]
    fn decades_in_a_log_scale() {
        assert_eq!(labels("1", "10000", 16, 0, true), ["10000", "1000", "100", "10", "1"].map(String::from)[..].to_vec());
        assert_eq!(labels("1", "100", 40, 0, true), ["100", "50", "20", "10", "5", "2", "1"].map(String::from)[..].to_vec());
    }

    proptest! {
        #[test]
        fn rows_never_collide(low in any::<i64>(), high in any::<i64>(), rows in 0_u16..120, decimals in 0_usize..9, log: bool, gap in 0_u16..6) {
            let scale = PriceScale::fit(Price::from_units(low), Price::from_units(high), Price::from_units(1), rows, log);
            let ticks = price_ticks(&scale, decimals, gap);
            prop_assert!(ticks.windows(2).all(|pair| pair[1].row >= pair[0].row + gap.saturating_sub(1).max(1)));
            prop_assert!(ticks.iter().all(|tick| tick.row < rows));
        }
    }
}
