//! Micro-price divergence.

use super::instant::Instant;
use crate::domain::Side;
use crate::indicator::{Build, Lack, Moment, Needs, Place, Range, Reading, Spec, Unit};

/// Micro-price divergence.
pub const SPEC: Spec = Spec {
    name: "mpd",
    title: "Micro-price divergence",
    about: "How far the micro-price, which leans to the side with less at it, is from the middle: above 0 the next move is rather up.",
    formula: "(micro − mid)/mid · 10⁴, micro = (Pa·Qb + Pb·Qa)/(Qa + Qb)",
    source: "Stoikov: The Micro-Price, Quantitative Finance 18(12), 2018",
    unit: Unit::BasisPoints,
    range: Range::SIGNED,
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
    let (bid, ask) = (super::qty(top, Side::Buy), super::qty(top, Side::Sell));
    // micro − mid = spread/2 · (Qb − Qa)/(Qb + Qa): the same, without the difference of two large prices.
    let half = (i128::from(top.ask.units()) - i128::from(top.bid.units())) as f64 / 2e8;
    let value = half * ((bid - ask) / (bid + ask)) / top.mid_f64() * 1e4;
    Reading::new(value).ok_or(Lack::Undefined("nothing rests at the best prices"))
}
