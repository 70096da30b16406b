//! Moving average convergence and divergence.

use super::studies::{Ema, study};
use crate::indicator::{Build, Extra, Needs, Param, Place, Range, Reading, Spec, Unit};

/// Moving average convergence and divergence.
pub const SPEC: Spec = Spec {
    name: "macd",
    title: "Moving average convergence divergence",
    about: "A fast moving average less a slow one: above 0 the price rises of late. Its crossing of the signal is a change of pace.",
    formula: "EMA fast − EMA slow of the closes; signal: EMA of that; histogram: that less the signal",
    source: "Appel: Technical Analysis, 2005; as TA-Lib's MACD",
    unit: Unit::Price,
    range: Range::SIGNED,
    needs: Needs::NOTHING,
    warm_up: "slow + signal − 1 bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[
        Param::whole("fast", "bars of the fast average", 12, 1, super::LONGEST),
        Param::whole("slow", "bars of the slow average", 26, 2, super::LONGEST),
        Param::whole("signal", "values the signal averages", 9, 1, super::LONGEST),
    ],
    extras: &[
        Extra { name: "signal", about: "its own moving average", unit: Unit::Price },
        Extra { name: "histogram", about: "how far it is above the signal", unit: Unit::Price },
    ],
    place: Place::Beneath,
    build: Build::Bars(|params| {
        // As TA-Lib has it, the slow one is the slower.
        let (fast, slow) = (params.whole(0).min(params.whole(1)), params.whole(0).max(params.whole(1)));
        let made =
            || Some(Macd { fast: Ema::new(fast)?, slow: Ema::new(slow)?, signal: Ema::new(params.whole(2))?, late: slow - fast });
        study(made(), |macd, bar| macd.next(bar.close.to_f64()))
    }),
};

#[derive(Debug, Clone)]
struct Macd {
    fast: Ema,
    slow: Ema,
    signal: Ema,
    /// Closes until the fast average begins: both have their first value at the same bar.
    late: usize,
}

impl Macd {
    fn next(&mut self, close: f64) -> Option<Reading> {
        let slow = self.slow.next(close);
        if self.late > 0 {
            self.late -= 1;
            return None;
        }
        let value = self.fast.next(close)? - slow?;
        let signal = self.signal.next(value)?;
        Reading::with(value, &[signal, value - signal])
    }
}
