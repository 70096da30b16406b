//! Liquidation pressure.

use crate::domain::{Liquidation, Nanos, Side};
use crate::indicator::{Build, Flow, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Rolling, Spec, Unit};

/// Liquidation pressure.
pub const SPEC: Spec = Spec {
    name: "lpi",
    title: "Liquidation pressure",
    about: "Which way positions are being closed by force, and how hard: above 0 shorts are bought in, below 0 longs are sold out.",
    formula: "I·(1 + A), I = (B − S)/(B + S), A = min(1, (B + S)/(2R)); B, S: notional of buy and sell liquidation orders, decayed; \
              R: mean of B + S over the last samples",
    source: "",
    unit: Unit::Ratio,
    range: Range::between(-2.0, 2.0, Some(0.0)),
    needs: Needs::LIQUIDATIONS,
    warm_up: "none: 0 before the first liquidation",
    across_gaps: "hold: what is known decays on",
    params: &[
        Param::real("half_life", "seconds in which a liquidation's weight halves", 60.0, 1.0, 86_400.0),
        Param::whole("samples", "samples that R looks back over", 300, 2, 10_000),
    ],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Lpi::new(params))),
};

#[derive(Debug, Clone)]
struct Lpi {
    half_life: f64,
    /// Decayed notional of buys and sells, as of `at`.
    bought: f64,
    sold: f64,
    at: Nanos,
    totals: Rolling<f64>,
}

impl Lpi {
    fn new(params: &Params) -> Self {
        let totals = Rolling::new(params.whole(1).max(2));
        Self { half_life: params.get(0).max(1.0), bought: 0.0, sold: 0.0, at: Nanos::ZERO, totals }
    }

    fn decay(&mut self, at: Nanos) {
        if at > self.at && self.bought + self.sold > 0.0 {
            let left = (-at.saturating_sub(self.at).to_secs_f64() / self.half_life).exp2();
            self.bought *= left;
            self.sold *= left;
            // What has decayed to next to nothing is nothing.
            if self.bought + self.sold < f64::MIN_POSITIVE {
                (self.bought, self.sold) = (0.0, 0.0);
            }
        }
        self.at = self.at.max(at);
    }
}

impl Flow for Lpi {
    fn on_liquidation(&mut self, at: Nanos, liquidation: &Liquidation) {
        self.decay(at);
        let notional = liquidation.price.to_f64().max(0.0) * liquidation.qty.to_f64().max(0.0);
        match liquidation.side {
            Side::Buy => self.bought += notional,
            Side::Sell => self.sold += notional,
        }
    }

    fn on_sample(&mut self, at: Nanos) {
        self.decay(at);
        self.totals.push(self.bought + self.sold);
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        if !now.futures {
            return Err(Lack::Absent("no liquidation stream on spot"));
        }
        self.decay(now.at);
        let total = self.bought + self.sold;
        let mean = self.totals.iter().sum::<f64>() / self.totals.len().max(1) as f64;
        if total <= 0.0 || mean <= 0.0 {
            return Reading::new(0.0).ok_or(Lack::Waiting("a liquidation"));
        }
        let imbalance = (self.bought - self.sold) / total;
        let strength = (total / (2.0 * mean)).min(1.0);
        Reading::new((imbalance * (1.0 + strength)).clamp(-2.0, 2.0)).ok_or(Lack::Undefined("out of range"))
    }

    fn recalls_liquidations(&self) -> bool {
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
