//! Donchian channel.

use super::studies::{Warm, study};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};
use ta::Next;
use ta::indicators::{Maximum, Minimum};

/// Donchian channel.
pub const SPEC: Spec = Spec {
    name: "donchian",
    title: "Donchian channel",
    about: "The highest high and the lowest low of the last bars: a price beyond them breaks out of its range.",
    formula: "highest high and lowest low of n bars, the present one included; middle: their mean",
    source: "Donchian: High Finance in Copper, Financial Analysts Journal 16(6), 1960",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::NOTHING,
    warm_up: "n bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 20, 1, super::LONGEST)],
    extras: super::BANDS,
    place: Place::Price,
    build: Build::Bars(|params| {
        let period = params.whole(0);
        let made = || Some((Maximum::new(period).ok()?, Minimum::new(period).ok()?, Warm::after(period)));
        study(made(), |(highest, lowest, warm), bar| {
            let (upper, lower) = (highest.next(bar.high.to_f64()), lowest.next(bar.low.to_f64()));
            if warm.up() { Reading::with(f64::midpoint(upper, lower), &[upper, lower]) } else { None }
        })
    }),
};
