//! The spread.

use super::instant::Instant;
use crate::indicator::{Build, Lack, Moment, Needs, Place, Range, Reading, Spec, Unit};

/// The quoted spread.
pub const SPEC: Spec = Spec {
    name: "spread",
    title: "Quoted spread",
    about: "What it costs to buy and sell again at the best prices, in basis points of the middle.",
    formula: "(Pa − Pb)/mid · 10⁴",
    source: "",
    unit: Unit::BasisPoints,
    range: Range::ANY,
    needs: Needs::TOP,
    warm_up: "the first quote",
    across_gaps: "no value until the first quote after the gap",
    params: &[],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|_| Box::new(Instant::of_top(read))),
};

fn read(now: &Moment<'_>) -> Result<Reading, Lack> {
    let top = now.top()?;
    let spread = (i128::from(top.ask.units()) - i128::from(top.bid.units())) as f64 / 1e8;
    Reading::new(spread / top.mid_f64() * 1e4).ok_or(Lack::Undefined("the middle is 0"))
}
