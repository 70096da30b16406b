//! Kyle's lambda: what the price pays for flow.

use crate::book::Top;
use crate::domain::{Nanos, Trade, number::SCALE};
use crate::indicator::{
    Break, Build, Cell, Extra, Flow, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Rolling, Spec, Unit,
};

/// Kyle's lambda.
pub const SPEC: Spec = Spec {
    name: "kyle",
    title: "Kyle's lambda, price impact",
    about: "By how much the price moves for each unit that takers buy more than they sell: the higher, the thinner the market.",
    formula: "OLS slope (with intercept) of the change of the last price, from one traded second to the next, on that second's net \
              signed quantity",
    source: "Kyle: Continuous Auctions and Insider Trading, Econometrica 53(6), 1985",
    unit: Unit::PriceByBase,
    range: Range::SIGNED,
    needs: Needs::TRADES,
    warm_up: "30 seconds with a trade, each after another",
    across_gaps: "no change is taken across the gap; seconds before it stay",
    params: &[Param::whole("seconds", "completed seconds with a trade looked back over", 300, 30, 10_000)],
    extras: &[Extra { name: "r2", about: "part of the price changes the flow explains, 0 to 1", unit: Unit::Ratio }],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Kyle::new(params))),
};

/// Seconds before there is a slope.
const LEAST: usize = 30;

#[derive(Debug, Clone)]
struct Kyle {
    /// Net quantity and change of price of the last seconds that had a trade.
    pairs: Rolling<(f64, f64)>,
    /// Last price of the traded second before.
    before: Option<i64>,
    /// The running second: net quantity and last price.
    net: i128,
    last: Option<i64>,
    /// The slope as of the last completed second.
    fitted: Option<Reading>,
}

impl Kyle {
    fn new(params: &Params) -> Self {
        let pairs = Rolling::new(params.whole(0).max(LEAST));
        Self { pairs, before: None, net: 0, last: None, fitted: None }
    }

    fn complete(&mut self) {
        let Some(last) = self.last.take() else { return };
        let net = std::mem::take(&mut self.net);
        if let Some(before) = self.before.replace(last) {
            let change = (i128::from(last) - i128::from(before)) as f64 / SCALE as f64;
            self.pairs.push((net as f64 / SCALE as f64, change));
            self.fitted = if self.pairs.len() < LEAST { None } else { fit(&self.pairs) };
        }
    }
}

/// The slope and r²; `None` when the flow is the same in all seconds. Worked out anew each second, so that it cannot drift.
fn fit(pairs: &Rolling<(f64, f64)>) -> Option<Reading> {
    let count = pairs.len() as f64;
    let (sum_x, sum_y) = pairs.iter().fold((0.0, 0.0), |(x, y), pair| (x + pair.0, y + pair.1));
    let (mean_x, mean_y) = (sum_x / count, sum_y / count);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs.iter() {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    // The same flow in every second leaves nothing but rounding.
    let first = pairs.iter().next()?.0;
    if xx <= 0.0 || pairs.iter().all(|pair| pair.0 == first) {
        return None;
    }
    let r2 = if yy > 0.0 { (xy / xx * (xy / yy)).clamp(0.0, 1.0) } else { f64::NAN };
    Reading::with(xy / xx, &[r2])
}

impl Flow for Kyle {
    fn on_trade(&mut self, _at: Nanos, trade: &Trade, _top: Option<&Top>) {
        self.net += i128::from(trade.qty.units()) * i128::from(trade.side.sign());
        self.last = Some(trade.price.units());
    }

    fn on_second(&mut self, _end: Nanos, _top: Option<&Top>) {
        self.complete();
    }

    fn on_break(&mut self, _at: Nanos, what: Break) {
        if what == Break::Trades {
            self.before = None;
        }
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        if now.trades_down.is_some() || (self.pairs.is_empty() && self.before.is_none() && self.last.is_none()) {
            return Err(now.no_trades(Lack::Waiting("a trade")));
        }
        if self.pairs.len() < LEAST {
            return Err(Lack::WarmingUp(self.pairs.len(), LEAST, "seconds with a trade"));
        }
        self.fitted.ok_or(Lack::Undefined("the flow is the same in every second"))
    }

    fn recall(&mut self, cell: &Cell) -> bool {
        if cell.broken(Break::Trades) {
            self.before = None;
        }
        if cell.trades > 0 {
            self.net += cell.bought - cell.sold;
            self.last = cell.last;
        }
        if cell.ended && cell.end.0 % Nanos::SECOND.0 == 0 {
            self.complete();
        }
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
