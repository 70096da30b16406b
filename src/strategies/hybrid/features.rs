//! What a model is shown of the market at a bar's close, and what became of it: `docs/hybrid.md` is about both.

use super::super::reversion::Figures;
use crate::domain::Symbol;
use crate::strategy::{Sample, Sight};
use std::collections::VecDeque;

/// Figures of a bar a model is shown.
pub const COUNT: usize = 11;

/// Their names, in their order.
#[cfg_attr(not(any(test, feature = "onnx")), allow(dead_code))]
pub const NAMES: [&str; COUNT] = ["ret_1", "ret_5", "ret_20", "band", "atr_pct", "ofi_z", "tfi", "tfi_z", "vpin", "vpin_z", "qi"];

/// Indicators of events they are made of.
pub const INDICATORS: [&str; 4] = ["ofi", "tfi", "vpin", "qi"];

/// Bars the longest return looks back.
const LONGEST: usize = 20;

/// The figures of one bar.
pub type Vector = [f64; COUNT];

/// Closes that returns are worked out from.
#[derive(Debug, Clone, Default)]
pub struct Closes(VecDeque<f64>);

impl Closes {
    /// Takes in a bar's close.
    pub fn push(&mut self, close: f64) {
        if self.0.len() > LONGEST {
            self.0.pop_front();
        }
        self.0.push_back(close);
    }

    /// The log return over so many bars, in percent.
    fn change(&self, bars: usize) -> Option<f64> {
        let now = *self.0.back()?;
        let then = *self.0.get(self.0.len().checked_sub(bars + 1)?)?;
        let change = 100.0 * (now / then).ln();
        change.is_finite().then_some(change)
    }

    /// All figures at a bar's close; `None` where one has no value.
    pub fn vector(&self, sight: &Sight<'_>, symbol: Symbol, figures: &Figures) -> Option<Vector> {
        let [ofi, tfi, vpin, qi] = INDICATORS.map(|name| sight.market.indicator(symbol, name));
        let (ofi, tfi, vpin, qi) = (ofi?, tfi?, vpin?, qi?);
        let width = figures.upper - figures.middle;
        let band = if width > 0.0 { (figures.close - figures.middle) / width } else { 0.0 };
        // Samples that are all alike have no z-score: nothing about the newest is unusual.
        let z = |sample: Sample| sample.z.unwrap_or(0.0);
        let vector = [
            self.change(1)?,
            self.change(5)?,
            self.change(LONGEST)?,
            band,
            100.0 * figures.atr / figures.close,
            z(ofi),
            tfi.value,
            z(tfi),
            vpin.value,
            z(vpin),
            qi.value,
        ];
        vector.iter().all(|figure| figure.is_finite()).then_some(vector)
    }
}
