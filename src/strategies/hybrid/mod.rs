//! The rule of `rtai`, gated by a model's probability.

mod features;
mod logistic;
mod model;
#[cfg(feature = "onnx")]
mod onnx;
#[cfg(test)]
mod tests;

use super::common::digest;
use super::reversion::{Candidate, NEEDS, PARAMS, Reversion};
use crate::bars::Series;
use crate::domain::{Bar, Side, Symbol};
use crate::strategy::{Answer, Param, Params, Resources, SetupError, Sight, Spec, Status, Strategy, Wants};
use features::{Closes, INDICATORS, Vector};
use model::Model;
use std::collections::VecDeque;
use std::hash::Hasher;

/// The rule of `rtai`, gated by a model's probability.
pub static SPEC: Spec = Spec {
    name: "hybrid",
    title: "Mean reversion gated by a model",
    about: "The rule of `rtai`, but it enters only where a model holds the trade for likely to go well: a logistic regression that learns as the bars \
            come, never from what it has yet to foretell, or a model of your own from an ONNX file.",
    rules: "As `rtai`; besides, the model's probability that the close `horizon` bars on is above this one has to be above `threshold` to buy, \
            and below 1 − `threshold` to sell short. The model of its own learns from every bar, once the `horizon` bars after it have closed, and \
            lets nothing pass before it has learnt from `learn` of them.",
    needs: NEEDS,
    params: &[
        Param::number("threshold", "probability above which a trade is let pass", 0.55, 0.0, 0.999),
        Param::whole("horizon", "bars on that the label looks", 5, 1, 1_000),
        Param::whole("learn", "samples to learn from before a trade is let pass (own model)", 200, 1, 1_000_000),
        Param::number("l2", "penalty of large weights (own model)", 1.0, 0.000001, 1_000_000.0),
        Param::file("model", "an ONNX file to take the probability from; none for the model of its own"),
        PARAMS[0],
        PARAMS[1],
        PARAMS[2],
        PARAMS[3],
        PARAMS[4],
        PARAMS[5],
        PARAMS[6],
        PARAMS[7],
        PARAMS[8],
    ],
    check: |_| Ok(()),
    build: |params, files| Ok(Box::new(Hybrid::new(params, files)?)),
};

#[derive(Debug, Clone)]
struct Hybrid {
    rule: Reversion,
    closes: Closes,
    model: Model,
    threshold: f64,
    horizon: usize,
    learn: u64,
    /// Closes and figures of the last bars, oldest first: what has still no label.
    open: VecDeque<(f64, Option<Vector>)>,
    probability: Option<f64>,
    /// What was held back last, in words.
    held_back: Option<String>,
}

impl Hybrid {
    fn new(params: &Params, files: &Resources) -> Result<Self, SetupError> {
        Ok(Self {
            rule: Reversion::new("hybrid", params)?,
            closes: Closes::default(),
            model: Model::new(params, files)?,
            threshold: params.number("threshold"),
            horizon: params.whole("horizon"),
            learn: params.whole("learn") as u64,
            open: VecDeque::new(),
            probability: None,
            held_back: None,
        })
    }

    /// Learns from the bar whose label this close is, and asks for the probability at this one.
    fn foretell(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar) {
        let close = bar.close.to_f64();
        if self.open.len() == self.horizon
            && let Some((then, Some(figures))) = self.open.pop_front()
            // A close that is where it was is neither.
            && close != then
        {
            self.model.learn(&figures, close > then);
        }
        let figures = self.rule.figures.filter(|_| is_newest(sight, symbol, bar));
        let figures = figures.and_then(|figures| self.closes.vector(sight, symbol, &figures));
        self.probability = figures.and_then(|figures| self.model.probability(&figures, self.learn));
        self.open.push_back((close, figures));
    }

    /// The probability that a trade goes well.
    fn for_side(&self, side: Side) -> Option<f64> {
        self.probability.map(|up| if side == Side::Buy { up } else { 1.0 - up })
    }
}

/// Whether a bar is the last that has closed. To those of before it began, which it is shown as well, the samples there are do not belong.
fn is_newest(sight: &Sight<'_>, symbol: Symbol, bar: &Bar) -> bool {
    let last = sight.market.bars(symbol, sight.timeframe).and_then(Series::last);
    last.is_none_or(|last| last.start <= bar.start)
}

impl Strategy for Hybrid {
    fn wants(&self) -> Wants {
        Wants { indicators: INDICATORS.map(str::to_owned).to_vec(), samples: true }
    }

    fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>) {
        if sight.symbols.first() != Some(&symbol) {
            return;
        }
        self.closes.push(bar.close.to_f64());
        let candidate = self.rule.on_bar(sight, symbol, bar, answers);
        self.foretell(sight, symbol, bar);
        self.held_back = None;
        let Some(Candidate { side, why }) = candidate else { return };
        match self.for_side(side) {
            Some(probability) if probability > self.threshold => {
                let why = format!("{why}; probability {probability:.3} is above {}", self.threshold);
                self.rule.enter(sight, symbol, &Candidate { side, why }, answers);
            }
            Some(probability) => {
                self.held_back = Some(format!("held back: probability {probability:.3} is not above {}", self.threshold));
            }
            None => self.held_back = Some("held back: the model has no probability yet".to_owned()),
        }
    }

    fn on_sample(&mut self, sight: &Sight<'_>, _answers: &mut Vec<Answer>) {
        self.rule.on_sample(sight);
    }

    fn status(&self) -> Status {
        let likely = match self.probability {
            Some(probability) => format!("p(up) {probability:.3}"),
            None => self.model.waits(self.learn),
        };
        let rule = self.held_back.clone().unwrap_or_else(|| self.rule.status());
        // With the short side, the trade it would make is against where the close stands.
        let side = self.rule.leans();
        Status { text: format!("{rule}; {likely}"), probability: self.for_side(side) }
    }

    fn boxed(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn digest(&self, into: &mut dyn Hasher) {
        digest(self, into);
    }
}
