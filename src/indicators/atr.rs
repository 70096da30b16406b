//! Average true range.

use super::studies::{Atr, study};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};

/// Average true range.
pub const SPEC: Spec = Spec {
    name: "atr",
    title: "Average true range",
    about: "How far the price moves in a bar, on average, jumps from the bar before included: a measure for stops and sizes.",
    formula: "mean of max(high, close′) − min(low, close′) over n bars, smoothed by Wilder; close′: of the bar before",
    source: "Wilder: New Concepts in Technical Trading Systems, 1978; as TA-Lib's ATR",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::NOTHING,
    warm_up: "n + 1 bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 14, 1, super::LONGEST)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Bars(|params| study(Atr::new(params.whole(0)), |range, bar| range.next(bar).and_then(Reading::new))),
};
