//! Values of indicators as texts, and the scale of a pane beneath the bars.

use super::studies::Shown;
use crate::domain::{Instrument, Price};
use crate::indicator::Unit;
use crate::ui::widgets::figures;
use crate::ui::widgets::scale::round_up;

/// A value as its unit wants it, without the unit.
pub(super) fn text(value: f64, unit: Unit, instrument: &Instrument) -> String {
    let size = value.abs();
    if unit == Unit::Price {
        let decimals = instrument.price_decimals();
        return format!("{:#.decimals$}", Price::from_units((value * 1e8) as i64));
    }
    match size {
        _ if size >= 10_000.0 => figures::short(value),
        _ if size >= 100.0 => format!("{value:.1}"),
        _ if size >= 1.0 || size == 0.0 => format!("{value:.2}"),
        _ if size >= 0.01 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

/// The same with its unit.
pub(super) fn with_unit(value: f64, unit: Unit, instrument: &Instrument) -> String {
    let suffix = unit.suffix(&instrument.base, &instrument.quote);
    let text = text(value, unit, instrument);
    match suffix {
        "" | "%" => format!("{text}{suffix}"),
        _ => format!("{text} {suffix}"),
    }
}

/// A range of values on a number of rows, the highest on top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub low: f64,
    pub high: f64,
    pub rows: u16,
}

impl Scale {
    /// One that shows every value of an indicator in view, its ends rounded so that small moves don't move the picture.
    pub fn of(shown: &Shown, rows: u16) -> Self {
        let range = shown.spec().range;
        if let (Some(low), Some(high), Some(_)) = (range.least, range.most, range.neutral) {
            return Self { low, high, rows };
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut see = |value: f64| (low, high) = (low.min(value), high.max(value));
        for reading in shown.values.iter().flatten() {
            see(reading.value());
            let lines = if shown.spec().is_flow() { 0 } else { shown.spec().extras.len() };
            (0..lines).filter_map(|extra| reading.extra(extra)).for_each(&mut see);
        }
        if let Some(neutral) = range.neutral.filter(|_| histogram(shown)) {
            see(neutral);
        }
        if low > high {
            return Self { low: 0.0, high: 1.0, rows };
        }
        let span = (high - low).max(high.abs().max(low.abs()) * 1e-9);
        let step = round_up(span / 12.0).max(f64::MIN_POSITIVE);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        if high > low && (high - low).is_finite() {
            Self { low, high, rows }
        } else {
            Self { low: low - step, high: low + step, rows }
        }
    }

    /// Distance of a value from the top in rows, clamped to the rows.
    pub fn y(&self, value: f64) -> f64 {
        let rows = f64::from(self.rows);
        ((self.high - value) / (self.high - self.low) * rows).clamp(0.0, rows)
    }

    /// The row of a value in view.
    pub fn row(&self, value: f64) -> Option<u16> {
        (self.rows > 0 && value >= self.low && value <= self.high).then(|| (self.y(value) as u16).min(self.rows - 1))
    }

    /// Round values for the axis, at most three, highest first.
    pub fn ticks(&self) -> Vec<f64> {
        let most = if self.rows < 5 { 2.0 } else { 3.0 };
        let mut step = round_up((self.high - self.low) / most);
        loop {
            let first = (self.low / step).ceil();
            let count = (self.high / step).floor() - first + 1.0;
            if count <= most || !count.is_finite() {
                return (0..count.clamp(0.0, 3.0) as i32).rev().map(|i| (first + f64::from(i)) * step).collect();
            }
            step = round_up(step * 1.5);
        }
    }
}

/// Whether it is drawn as bars about its neutral value: what flows, rather than what is.
pub(super) fn histogram(shown: &Shown) -> bool {
    let spec = shown.spec();
    let flows = spec.is_flow() && spec.range.neutral == Some(0.0) && spec.name != "cvd";
    flows || spec.name == "delta"
}

/// Values that a line across the pane marks.
pub(super) fn levels(shown: &Shown) -> Vec<f64> {
    match shown.spec().name {
        "rsi" => vec![70.0, 30.0],
        "stoch" => vec![80.0, 20.0],
        "adx" => vec![25.0],
        _ => shown.spec().range.neutral.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ticks_are_in_view_and_few(low in -1e12..1e12_f64, span in 1e-9..1e12_f64, rows in 0_u16..30) {
            let scale = Scale { low, high: low + span, rows };
            let ticks = scale.ticks();
            prop_assert!(ticks.len() <= 3);
            prop_assert!(ticks.iter().all(|tick| *tick >= low - span * 1e-3 && *tick <= low + span * 1.001), "{scale:?} {ticks:?}");
        }
    }
}
