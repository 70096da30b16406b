//! Linearly weighted moving average.

use super::studies::study;
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};
use wickra_core::{Indicator, Wma};

/// Linearly weighted moving average.
pub const SPEC: Spec = Spec {
    name: "wma",
    title: "Weighted moving average",
    about: "A mean of the last closes in which the newest counts n times, the one before n − 1 times, and so on.",
    formula: "Σ i · closeᵢ / Σ i, i = 1 for the oldest of the last n bars to n for the newest",
    source: "as TA-Lib's WMA",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::NOTHING,
    warm_up: "n bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 20, 1, super::LONGEST)],
    extras: &[],
    place: Place::Price,
    build: Build::Bars(|params| {
        study(Wma::new(params.whole(0)).ok(), |average, bar| average.update(bar.close.to_f64()).and_then(Reading::new))
    }),
};
