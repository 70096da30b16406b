//! What the indicators of bars are made of.

use crate::domain::Bar;
use crate::indicator::{Reading, Study};
use std::fmt;
use ta::Next;
use ta::indicators::ExponentialMovingAverage;
use wickra_core::{Candle, Indicator};

/// A study of some state that a function steps from bar to bar.
#[derive(Clone)]
struct Stepped<S> {
    /// `None` where it cannot be set up, which the ranges of the parameters rule out.
    state: Option<S>,
    step: fn(&mut S, &Bar) -> Option<Reading>,
}

impl<S: fmt::Debug> fmt::Debug for Stepped<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}

impl<S: Clone + fmt::Debug + Send + Sync + 'static> Study for Stepped<S> {
    fn on_bar(&mut self, bar: &Bar) -> Option<Reading> {
        (self.step)(self.state.as_mut()?, bar)
    }

    fn preview(&self, bar: &Bar) -> Option<Reading> {
        self.state.clone().and_then(|mut state| (self.step)(&mut state, bar))
    }

    fn boxed(&self) -> Box<dyn Study> {
        Box::new(self.clone())
    }
}

/// A study of a state and the step that takes in a bar.
pub(super) fn study<S>(state: Option<S>, step: fn(&mut S, &Bar) -> Option<Reading>) -> Box<dyn Study>
where
    S: Clone + fmt::Debug + Send + Sync + 'static,
{
    Box::new(Stepped { state, step })
}

/// Counts up to so many values.
#[derive(Debug, Clone)]
pub(super) struct Warm {
    missing: usize,
}

impl Warm {
    pub(super) const fn after(values: usize) -> Self {
        Self { missing: values }
    }

    /// Whether there have been so many, the one now coming included.
    pub(super) fn up(&mut self) -> bool {
        self.missing = self.missing.saturating_sub(1);
        self.missing == 0
    }
}

/// The exponential moving average of `ta`, begun as TA-Lib begins it: with the mean of the first n values.
#[derive(Debug, Clone)]
pub(super) struct Ema {
    period: usize,
    seen: usize,
    sum: f64,
    average: ExponentialMovingAverage,
}

impl Ema {
    pub(super) fn new(period: usize) -> Option<Self> {
        Some(Self { period, seen: 0, sum: 0.0, average: ExponentialMovingAverage::new(period).ok()? })
    }

    pub(super) fn next(&mut self, value: f64) -> Option<f64> {
        if self.seen == self.period {
            return Some(self.average.next(value));
        }
        self.seen += 1;
        self.sum += value;
        // Its first value is what it begins with.
        (self.seen == self.period).then(|| self.average.next(self.sum / self.period as f64))
    }
}

/// The average true range of `wickra-core`, begun as TA-Lib begins it: the first true range is that of the second bar.
#[derive(Debug, Clone)]
pub(super) struct Atr {
    before: Option<f64>,
    average: wickra_core::Atr,
}

impl Atr {
    pub(super) fn new(period: usize) -> Option<Self> {
        Some(Self { before: None, average: wickra_core::Atr::new(period).ok()? })
    }

    pub(super) fn next(&mut self, bar: &Bar) -> Option<f64> {
        let now = candle(bar);
        let before = self.before.replace(now.close)?;
        // A candle that reaches to the close before is as high as the true range, also where there is none before it.
        self.average.update(Candle::new_unchecked(before, now.high.max(before), now.low.min(before), now.close, 0.0, 0))
    }
}

/// A bar as `wickra-core` takes it.
pub(super) fn candle(bar: &Bar) -> Candle {
    let (open, high, low, close) = (bar.open.to_f64(), bar.high.to_f64(), bar.low.to_f64(), bar.close.to_f64());
    Candle::new_unchecked(open, high, low, close, bar.volume.to_f64(), 0)
}
