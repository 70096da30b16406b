//! Exponential moving average.

use super::studies::{Ema, study};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};

/// Exponential moving average.
pub const SPEC: Spec = Spec {
    name: "ema",
    title: "Exponential moving average",
    about: "A mean of the closes in which newer bars count more: it turns sooner than the simple one.",
    formula: "ema + 2/(n + 1) · (close − ema), begun with the mean of the first n closes",
    source: "as TA-Lib's EMA",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::NOTHING,
    warm_up: "n bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 20, 1, super::LONGEST)],
    extras: &[],
    place: Place::Price,
    build: Build::Bars(|params| {
        study(Ema::new(params.whole(0)), |average, bar| average.next(bar.close.to_f64()).and_then(Reading::new))
    }),
};
