//! Relative strength index.

use super::studies::study;
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};
use wickra_core::{Indicator, Rsi};

/// Relative strength index.
pub const SPEC: Spec = Spec {
    name: "rsi",
    title: "Relative strength index",
    about: "How much of the recent movement went up, 0 to 100. Above 70 the market is called overbought, below 30 oversold.",
    formula: "100 · G / (G + L), G and L: mean gain and loss from close to close over n bars, smoothed by Wilder",
    source: "Wilder: New Concepts in Technical Trading Systems, 1978; as TA-Lib's RSI",
    unit: Unit::Ratio,
    range: Range::between(0.0, 100.0, Some(50.0)),
    needs: Needs::NOTHING,
    warm_up: "n + 1 bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 14, 2, super::LONGEST)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Bars(|params| {
        study(Rsi::new(params.whole(0)).ok(), |index, bar| {
            index.update(bar.close.to_f64()).and_then(|value| Reading::new(value.clamp(0.0, 100.0)))
        })
    }),
};
