//! Supertrend.

use super::studies::{candle, study};
use crate::indicator::{Build, Extra, Needs, Param, Place, Range, Reading, Spec, Unit};
use wickra_core::{Indicator, SuperTrend};

/// Supertrend.
pub const SPEC: Spec = Spec {
    name: "supertrend",
    title: "Supertrend",
    about: "A stop that trails the trend: below the price while it goes up, above it while it goes down; crossing it turns the trend.",
    formula: "(high + low)/2 ± k · ATR, each band moving only towards the price until it is crossed",
    source: "Seban: Das ist Ihr Trend, 2008",
    unit: Unit::Price,
    range: Range::ANY,
    needs: Needs::NOTHING,
    warm_up: "n + 1 bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[
        Param::whole("period", "bars of the average true range", 10, 1, super::LONGEST),
        Param::real("multiple", "average true ranges from the middle", 3.0, 0.1, 20.0),
    ],
    extras: &[Extra { name: "direction", about: "1 while the trend goes up, −1 while it goes down", unit: Unit::Ratio }],
    place: Place::Price,
    build: Build::Bars(|params| {
        study(SuperTrend::new(params.whole(0), params.get(1)).ok(), |trend, bar| {
            trend.update(candle(bar)).and_then(|trend| Reading::with(trend.value, &[trend.direction]))
        })
    }),
};
