//! What a maker earned on recent trades.

use crate::book::Top;
use crate::domain::{Nanos, Trade};
use crate::indicator::{Break, Build, Extra, Flow, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Spec, Sum, Unit};
use std::collections::VecDeque;

/// Liquidity-provider incentive: the realised spread.
pub const SPEC: Spec = Spec {
    name: "lp_incentive",
    title: "Liquidity-provider incentive",
    about: "What makers kept of the spread on recent trades once the price had moved: below 0 whoever quoted lost to better informed takers.",
    formula: "mean of 2·d·(p − m₊ₕ)/m · 10⁴ over trades of the window whose horizon h has passed; m: middle just before the trade, \
              d: 1 for a taker's buy, −1 for a sell",
    source: "Huang, Stoll: Dealer versus auction markets, J. Financial Economics 41(3), 1996",
    unit: Unit::BasisPoints,
    range: Range::SIGNED,
    needs: Needs::TRADES_AND_TOP,
    warm_up: "the first trade whose horizon has passed",
    across_gaps: "trades whose horizon falls into a gap of the quotes are left out",
    params: &[
        Param::real("window", "look-back in seconds", 60.0, 1.0, 3_600.0),
        Param::real("horizon", "seconds after a trade at which the middle is looked at", 5.0, 0.1, 600.0),
    ],
    extras: &[
        Extra { name: "effective", about: "effective spread, 2·d·(p − m)/m: what takers paid", unit: Unit::BasisPoints },
        Extra {
            name: "adverse",
            about: "adverse selection, effective less realised: what makers lost to the move",
            unit: Unit::BasisPoints,
        },
    ],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Incentive::new(params))),
};

#[derive(Debug, Clone, Copy)]
struct Made {
    at: Nanos,
    direction: f64,
    price: f64,
    mid: f64,
}

#[derive(Debug, Clone, Copy)]
struct Outcome {
    at: Nanos,
    realised: f64,
    effective: f64,
}

#[derive(Debug, Clone)]
struct Incentive {
    window: Nanos,
    horizon: Nanos,
    pending: VecDeque<Made>,
    outcomes: VecDeque<Outcome>,
    realised: Sum,
    effective: Sum,
    any: bool,
}

impl Incentive {
    fn new(params: &Params) -> Self {
        Self {
            window: super::seconds(params, 0),
            horizon: super::seconds(params, 1),
            pending: VecDeque::with_capacity(64),
            outcomes: VecDeque::with_capacity(64),
            realised: Sum::default(),
            effective: Sum::default(),
            any: false,
        }
    }

    /// Judges the trades whose horizon has passed by then, by the best prices until then.
    fn mature(&mut self, at: Nanos, top: Option<&Top>) {
        while let Some(made) = self.pending.front().copied() {
            if made.at + self.horizon > at {
                break;
            }
            self.pending.pop_front();
            let Some(top) = top else { continue };
            let bps = |from: f64| 2.0 * made.direction * (made.price - from) / made.mid * 1e4;
            let outcome = Outcome { at: made.at, realised: bps(top.mid_f64()), effective: bps(made.mid) };
            if outcome.realised.is_finite() && outcome.effective.is_finite() {
                if self.outcomes.len() == self.outcomes.capacity() {
                    self.expire(at);
                }
                self.outcomes.push_back(outcome);
                self.realised.add(outcome.realised);
                self.effective.add(outcome.effective);
            }
        }
    }

    fn expire(&mut self, now: Nanos) {
        let from = now.saturating_sub(self.window);
        while let Some(outcome) = self.outcomes.front() {
            if outcome.at >= from {
                break;
            }
            self.realised.add(-outcome.realised);
            self.effective.add(-outcome.effective);
            self.outcomes.pop_front();
        }
        if self.outcomes.is_empty() {
            (self.realised, self.effective) = (Sum::default(), Sum::default());
        }
    }
}

impl Flow for Incentive {
    fn on_top(&mut self, at: Nanos, old: Option<&Top>, _new: &Top) {
        self.mature(at, old);
    }

    fn on_trade(&mut self, at: Nanos, trade: &Trade, top: Option<&Top>) {
        self.any = true;
        self.mature(at, top);
        let Some(mid) = top.map(Top::mid_f64).filter(|mid| *mid > 0.0) else { return };
        self.pending.push_back(Made { at, direction: trade.side.sign() as f64, price: trade.price.to_f64(), mid });
    }

    fn on_break(&mut self, _at: Nanos, what: Break) {
        if what == Break::Quotes {
            self.pending.clear();
        }
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        self.mature(now.at, now.top);
        self.expire(now.at);
        if now.trades_down.is_some() || !self.any {
            return Err(now.no_trades(Lack::Waiting("a trade")));
        }
        if self.outcomes.is_empty() {
            now.top()?;
            return Err(Lack::Undefined("no trade of the window has been judged yet"));
        }
        let count = self.outcomes.len() as f64;
        let (realised, effective) = (self.realised.value() / count, self.effective.value() / count);
        Reading::with(realised, &[effective, effective - realised]).ok_or(Lack::Undefined("out of range"))
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
