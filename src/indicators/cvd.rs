//! Cumulative volume delta.

use super::session::{ANCHOR, Session};
use crate::book::Top;
use crate::domain::{Nanos, Trade, number::SCALE};
use crate::indicator::{Build, Cell, Flow, Lack, Moment, Needs, Place, Range, Reading, Spec, Unit};

/// Cumulative volume delta.
pub const SPEC: Spec = Spec {
    name: "cvd",
    title: "Cumulative volume delta",
    about: "What takers bought less what they sold since the day began. Rising against a falling price, buyers are being absorbed.",
    formula: "Σ signed quantity since 00:00 UTC or the anchor",
    source: "",
    unit: Unit::Base,
    range: Range::SIGNED,
    needs: Needs::TRADES,
    warm_up: "the first trade",
    across_gaps: "marked: goes on from where it was, and the gap is marked, since what was traded in it is not known",
    params: &[ANCHOR],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Cvd { session: Session::new(params, 0), sum: 0, any: false })),
};

#[derive(Debug, Clone)]
struct Cvd {
    session: Session,
    sum: i128,
    any: bool,
}

impl Cvd {
    fn add(&mut self, at: Nanos, signed: i128) {
        if self.session.begins(at) {
            self.sum = 0;
        }
        if self.session.holds(at) {
            self.sum += signed;
            self.any = true;
        }
    }
}

impl Flow for Cvd {
    fn on_trade(&mut self, at: Nanos, trade: &Trade, _top: Option<&Top>) {
        self.add(at, i128::from(trade.qty.units()) * i128::from(trade.side.sign()));
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        // A sample at midnight is the last of the day that ends.
        if self.session.begins(now.at - Nanos(1)) {
            self.sum = 0;
        }
        if now.trades_down.is_some() || !self.any {
            return Err(now.no_trades(Lack::Waiting("a trade")));
        }
        Reading::new(self.sum as f64 / SCALE as f64).ok_or(Lack::Undefined("out of range"))
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        if cell.trades > 0 {
            self.add(super::start(cell), cell.bought - cell.sold);
        }
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
