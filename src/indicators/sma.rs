//! Simple moving average.

use super::studies::{Warm, study};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};
use ta::Next;
use ta::indicators::SimpleMovingAverage;

/// Simple moving average.
pub const SPEC: Spec = Spec {
    name: "sma",
    title: "Simple moving average",
    about: "The mean of the last closes: where the price has been of late, every bar counting the same.",
    formula: "Σ close / n over the last n bars",
    source: "as TA-Lib's SMA",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::NOTHING,
    warm_up: "n bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 20, 1, super::LONGEST)],
    extras: &[],
    place: Place::Price,
    build: Build::Bars(|params| {
        let period = params.whole(0);
        let state = SimpleMovingAverage::new(period).ok().map(|average| (average, Warm::after(period)));
        study(state, |(average, warm), bar| {
            let mean = average.next(bar.close.to_f64());
            if warm.up() { Reading::new(mean) } else { None }
        })
    }),
};
