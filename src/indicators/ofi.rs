//! Order flow imbalance at the best prices.

use crate::book::Top;
use crate::domain::{Nanos, number::SCALE};
use crate::indicator::{Break, Build, Cell, Flow, Lack, Moment, Needs, Param, Place, Range, Reading, Spec, TimeWindow, Unit};

/// Order flow imbalance.
pub const SPEC: Spec = Spec {
    name: "ofi",
    title: "Order flow imbalance",
    about: "Pressure at the best prices: what was added to bids and taken from asks, less the opposite. Above 0 buyers press.",
    formula: "Σ eₙ over the window; eₙ = 1[Pb ≥ Pb′]·Qb − 1[Pb ≤ Pb′]·Qb′ − 1[Pa ≤ Pa′]·Qa + 1[Pa ≥ Pa′]·Qa′, primes: before",
    source: "Cont, Kukanov, Stoikov: The Price Impact of Order Book Events, J. Financial Econometrics 12(1), 2014",
    unit: Unit::Base,
    range: Range::SIGNED,
    needs: Needs::TOP,
    warm_up: "the first quote",
    across_gaps: "reset: begins anew with the first quote after the gap",
    params: &[Param::real("window", "look-back in seconds", 10.0, 0.1, 3_600.0)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Ofi { window: TimeWindow::new(super::seconds(params, 0)) })),
};

#[derive(Debug, Clone)]
struct Ofi {
    window: TimeWindow<1>,
}

/// What one change of the best prices adds, in units of 1e-8.
pub(crate) fn event(old: &Top, new: &Top) -> i128 {
    super::mlofi::event([(old.bid, old.bid_qty), (old.ask, old.ask_qty)], [(new.bid, new.bid_qty), (new.ask, new.ask_qty)])
}

impl Flow for Ofi {
    fn on_top(&mut self, at: Nanos, old: Option<&Top>, new: &Top) {
        if let Some(old) = old {
            self.window.push(at, [event(old, new)]);
        }
    }

    fn on_break(&mut self, _at: Nanos, what: Break) {
        if what == Break::Quotes {
            self.window.clear();
        }
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        now.top()?;
        let [sum] = self.window.sums(now.at);
        Reading::new(sum as f64 / SCALE as f64).ok_or(Lack::Undefined("out of range"))
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        super::recall_sums(&mut self.window, cell, Break::Quotes, [cell.ofi]);
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
