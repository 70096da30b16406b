//! Trade flow imbalance.

use crate::book::Top;
use crate::domain::{Nanos, Trade};
use crate::indicator::{Build, Cell, Flow, Lack, Moment, Needs, Param, Place, Range, Reading, Spec, TimeWindow, Unit};

/// Trade flow imbalance.
pub const SPEC: Spec = Spec {
    name: "tfi",
    title: "Trade flow imbalance",
    about: "The part of what was traded that buyers took, less the part that sellers took: 1 when all takers bought.",
    formula: "Σ signed quantity / Σ quantity over the window; takers' buys count +, sells −",
    source: "",
    unit: Unit::Ratio,
    range: Range::between(-1.0, 1.0, Some(0.0)),
    needs: Needs::TRADES,
    warm_up: "the first trade",
    across_gaps: "hold: no value while trades are lost, then goes on with those still in the window",
    params: &[Param::real("window", "look-back in seconds", 60.0, 0.1, 86_400.0)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Tfi { window: TimeWindow::new(super::seconds(params, 0)), any: false })),
};

#[derive(Debug, Clone)]
struct Tfi {
    /// Signed and whole quantity.
    window: TimeWindow<2>,
    any: bool,
}

impl Flow for Tfi {
    fn on_trade(&mut self, at: Nanos, trade: &Trade, _top: Option<&Top>) {
        let qty = i128::from(trade.qty.units());
        self.window.push(at, [qty * i128::from(trade.side.sign()), qty]);
        self.any = true;
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        if now.trades_down.is_some() {
            return Err(now.no_trades(Lack::Waiting("trades")));
        }
        let [signed, whole] = self.window.sums(now.at);
        let lack = if self.any { Lack::Undefined("no trade in the window") } else { Lack::Waiting("a trade") };
        if whole <= 0 {
            return Err(lack);
        }
        Reading::new(signed as f64 / whole as f64).ok_or(lack)
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        if cell.trades > 0 {
            self.window.push(super::start(cell), [cell.bought - cell.sold, cell.bought + cell.sold]);
            self.any = true;
        }
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
