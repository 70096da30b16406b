//! Stochastic oscillator.

use super::studies::{candle, study};
use crate::indicator::{Build, Extra, Needs, Param, Place, Range, Reading, Spec, Unit};
use wickra_core::{Indicator, Sma, Stochastic};

/// Stochastic oscillator.
pub const SPEC: Spec = Spec {
    name: "stoch",
    title: "Stochastic oscillator",
    about: "Where the close lies between the lowest low and the highest high, 0 to 100, smoothed. Above 80 near the top, below 20 near the bottom.",
    formula: "%K: mean over `slow` bars of 100 · (close − lowest) / (highest − lowest) over `period` bars; %D: mean of `signal` of them",
    source: "Lane: Lane's Stochastics, 1984; as TA-Lib's STOCH",
    unit: Unit::Ratio,
    range: Range::between(0.0, 100.0, Some(50.0)),
    needs: Needs::NOTHING,
    warm_up: "period + slow + signal − 2 bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[
        Param::whole("period", "bars it looks back", 14, 1, super::LONGEST),
        Param::whole("slow", "bars %K is averaged over", 3, 1, super::LONGEST),
        Param::whole("signal", "values of %K that %D averages", 3, 1, super::LONGEST),
    ],
    extras: &[Extra { name: "d", about: "%D, the moving average of %K", unit: Unit::Ratio }],
    place: Place::Beneath,
    build: Build::Bars(|params| {
        let made = || Some((Stochastic::new(params.whole(0), params.whole(1)).ok()?, Sma::new(params.whole(2)).ok()?));
        study(made(), |(stochastic, signal), bar| {
            // Its %D is the slowed %K.
            let slow = stochastic.update(candle(bar))?.d.clamp(0.0, 100.0);
            Reading::with(slow, &[signal.update(slow)?.clamp(0.0, 100.0)])
        })
    }),
};
