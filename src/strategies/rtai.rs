//! Mean reversion that waits for the order flow to turn.

use super::common::digest;
use super::reversion::{NEEDS, PARAMS, Reversion};
use crate::domain::{Bar, Symbol};
use crate::strategy::{Answer, Sight, Spec, Status, Strategy, Wants};
use std::hash::Hasher;

/// Mean reversion that waits for the order flow to turn.
pub static SPEC: Spec = Spec {
    name: "rtai",
    title: "Mean reversion on order flow",
    about: "Buys what has fallen out of its Bollinger band once the sellers behind it let up: price says how far, order-flow imbalance says \
            when, VPIN says whether those who trade may know more.",
    rules: "At a bar's close, flat and with nothing open: buys at the market when the close is below the lower band, `ofi`'s z-score went \
            below −`k` within the bar and its last sample is above its lowest, and `vpin` is below its cap. The stop stands `stop` average true \
            ranges below the close; the quantity loses `risk` percent of the equity there, and costs no more than the equity. It leaves \
            at the first close at or above the middle band or at or below the stop, and after `bars` bars in any case; the stop itself waits at \
            the exchange. With `short=true` the mirror image as well.",
    needs: NEEDS,
    params: &PARAMS,
    check: |_| Ok(()),
    build: |params, _| Ok(Box::new(Rtai { rule: Reversion::new("rtai", params)? })),
};

#[derive(Debug, Clone)]
struct Rtai {
    rule: Reversion,
}

impl Strategy for Rtai {
    fn wants(&self) -> Wants {
        Reversion::wants()
    }

    fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>) {
        if sight.symbols.first() != Some(&symbol) {
            return;
        }
        if let Some(candidate) = self.rule.on_bar(sight, symbol, bar, answers) {
            self.rule.enter(sight, symbol, &candidate, answers);
        }
    }

    fn on_sample(&mut self, sight: &Sight<'_>, _answers: &mut Vec<Answer>) {
        self.rule.on_sample(sight);
    }

    fn status(&self) -> Status {
        Status { text: self.rule.status(), probability: None }
    }

    fn boxed(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn digest(&self, into: &mut dyn Hasher) {
        digest(self, into);
    }
}
