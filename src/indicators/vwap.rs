//! Volume-weighted average price.

use super::session::{ANCHOR, Session};
use crate::book::Top;
use crate::domain::{Nanos, Trade, number::SCALE};
use crate::indicator::{Build, Cell, Extra, Flow, Lack, Moment, Needs, Place, Range, Reading, Spec, Unit, Weighted};

/// Volume-weighted average price.
pub const SPEC: Spec = Spec {
    name: "vwap",
    title: "Volume-weighted average price",
    about: "What was paid on average since the day began, with bands of one and two standard deviations of the prices paid.",
    formula: "Σ p·q / Σ q since 00:00 UTC or the anchor; sd = √(Σ q·(p − vwap)² / Σ q)",
    source: "",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::TRADES,
    warm_up: "the first trade of the session",
    across_gaps: "marked: goes on from where it was; what was traded in the gap is not in it",
    params: &[ANCHOR],
    extras: &[
        Extra { name: "upper1", about: "one standard deviation above", unit: Unit::Price },
        Extra { name: "lower1", about: "one standard deviation below", unit: Unit::Price },
        Extra { name: "upper2", about: "two standard deviations above", unit: Unit::Price },
        Extra { name: "lower2", about: "two standard deviations below", unit: Unit::Price },
    ],
    place: Place::Price,
    build: Build::Flow(|params| Box::new(Vwap { session: Session::new(params, 0), paid: Weighted::default() })),
};

#[derive(Debug, Clone)]
struct Vwap {
    session: Session,
    /// Prices in units of 1e-8, weighted by quantity.
    paid: Weighted,
}

impl Vwap {
    fn enter(&mut self, at: Nanos) -> bool {
        if self.session.begins(at) {
            self.paid = Weighted::default();
        }
        self.session.holds(at)
    }
}

impl Flow for Vwap {
    fn on_trade(&mut self, at: Nanos, trade: &Trade, _top: Option<&Top>) {
        if self.enter(at) {
            self.paid.add(trade.price.units() as f64, i128::from(trade.qty.units()));
        }
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        // A sample at midnight is the last of the day that ends.
        self.enter(now.at - Nanos(1));
        let lack = Lack::Waiting("a trade of the session");
        if now.trades_down.is_some() || self.paid.weight() <= 0 {
            return Err(now.no_trades(lack));
        }
        let scale = SCALE as f64;
        let (mean, sd) = (self.paid.mean() / scale, self.paid.deviation() / scale);
        Reading::with(mean, &[mean + sd, mean - sd, mean + 2.0 * sd, mean - 2.0 * sd]).ok_or(lack)
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        if cell.trades > 0 && self.enter(super::start(cell)) {
            self.paid.join(&cell.paid);
        }
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
