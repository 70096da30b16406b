//! How often it trades.

use crate::book::Top;
use crate::domain::{Nanos, Trade};
use crate::indicator::{Build, Cell, Flow, Lack, Moment, Needs, Param, Place, Range, Reading, Spec, TimeWindow, Unit};

/// Trades per second.
pub const SPEC: Spec = Spec {
    name: "rate",
    title: "Trade rate",
    about: "Trades per second: how busy the market is.",
    formula: "number of trades in the window / its length in seconds",
    source: "",
    unit: Unit::PerSecond,
    range: Range::POSITIVE,
    needs: Needs::TRADES,
    warm_up: "the first trade",
    across_gaps: "hold: no value while trades are lost, then counts on",
    params: &[Param::real("window", "look-back in seconds", 10.0, 0.1, 86_400.0)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| {
        let length = super::seconds(params, 0);
        Box::new(Rate { window: TimeWindow::new(length), seconds: length.to_secs_f64(), any: false })
    }),
};

#[derive(Debug, Clone)]
struct Rate {
    window: TimeWindow<1>,
    seconds: f64,
    any: bool,
}

impl Flow for Rate {
    fn on_trade(&mut self, at: Nanos, _trade: &Trade, _top: Option<&Top>) {
        self.window.push(at, [1]);
        self.any = true;
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        if now.trades_down.is_some() || !self.any {
            return Err(now.no_trades(Lack::Waiting("a trade")));
        }
        let [count] = self.window.sums(now.at);
        Reading::new(count as f64 / self.seconds).ok_or(Lack::Undefined("out of range"))
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        if cell.trades > 0 {
            self.window.push(super::start(cell), [i128::from(cell.trades)]);
            self.any = true;
        }
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
