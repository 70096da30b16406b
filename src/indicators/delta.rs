//! Delta of a bar.

use super::studies::study;
use crate::domain::Bar;
use crate::indicator::{Build, Needs, Place, Range, Reading, Spec, Unit};

/// Delta of a bar.
pub const SPEC: Spec = Spec {
    name: "delta",
    title: "Delta per bar",
    about: "What takers bought in a bar less what they sold: who pressed, bar by bar.",
    formula: "Σ d·q of the bar's trades",
    source: "",
    unit: Unit::Base,
    range: Range::SIGNED,
    needs: Needs::NOTHING,
    warm_up: "the first bar that tells who bought",
    across_gaps: super::ACROSS_GAPS,
    params: &[],
    extras: &[],
    place: Place::Beneath,
    build: Build::Bars(|_| study(Some(()), |(), bar| reading(bar))),
};

/// A bar's delta; `None` where it tells its volume but not who bought it, as bars do that were read from a file without that.
pub fn reading(bar: &Bar) -> Option<Reading> {
    known(bar).and_then(Reading::new)
}

/// The same as a number.
pub(super) fn known(bar: &Bar) -> Option<f64> {
    let untold = bar.trades == 0 && bar.buy_volume.is_zero() && !bar.volume.is_zero();
    (!untold).then(|| bar.delta())
}
