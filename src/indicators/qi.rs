//! Queue imbalance.

use super::instant::Instant;
use crate::domain::Side;
use crate::indicator::{Build, Lack, Moment, Needs, Place, Range, Reading, Spec, Unit};

/// Queue imbalance.
pub const SPEC: Spec = Spec {
    name: "qi",
    title: "Queue imbalance",
    about: "What rests at the best bid against what rests at the best ask: 1 when all of it is bid.",
    formula: "(Qb − Qa)/(Qb + Qa) at the best prices",
    source: "",
    unit: Unit::Ratio,
    range: Range::between(-1.0, 1.0, Some(0.0)),
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
    Reading::new((bid - ask) / (bid + ask)).ok_or(Lack::Undefined("nothing rests at the best prices"))
}
