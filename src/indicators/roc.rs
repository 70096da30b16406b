//! Rate of change.

use super::studies::{Warm, study};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};
use ta::Next;
use ta::indicators::RateOfChange;

/// Rate of change.
pub const SPEC: Spec = Spec {
    name: "roc",
    title: "Rate of change",
    about: "How far the close is from the one n bars ago, in percent.",
    formula: "100 · (close − closeₙ) / closeₙ, closeₙ: n bars ago",
    source: "as TA-Lib's ROC",
    unit: Unit::Percent,
    range: Range::SIGNED,
    needs: Needs::NOTHING,
    warm_up: "n + 1 bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 10, 1, super::LONGEST)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Bars(|params| {
        let period = params.whole(0);
        let state = RateOfChange::new(period).ok().map(|rate| (rate, Warm::after(period + 1)));
        study(state, |(rate, warm), bar| {
            let change = rate.next(bar.close.to_f64());
            if warm.up() { Reading::new(change) } else { None }
        })
    }),
};
