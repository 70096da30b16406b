//! Average directional index.

use super::studies::study;
use crate::domain::Bar;
use crate::indicator::{Build, Extra, Needs, Param, Place, Range, Reading, Spec, Unit};
use wickra_core::{Indicator, Smma};

/// Average directional index.
pub const SPEC: Spec = Spec {
    name: "adx",
    title: "Average directional index",
    about: "How strong a trend is, 0 to 100, whichever way: above 25 there is one. +DI above −DI: it goes up.",
    formula: "Wilder's mean of 100 · |+DI − −DI| / (+DI + −DI); ±DI: 100 · smoothed directional movement / smoothed true range",
    source: "Wilder: New Concepts in Technical Trading Systems, 1978; as TA-Lib's ADX",
    unit: Unit::Ratio,
    range: Range::between(0.0, 100.0, None),
    needs: Needs::NOTHING,
    warm_up: "2n bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[Param::whole("period", "bars it looks back", 14, 2, super::LONGEST)],
    extras: &[
        Extra { name: "plus_di", about: "movement up", unit: Unit::Ratio },
        Extra { name: "minus_di", about: "movement down", unit: Unit::Ratio },
    ],
    place: Place::Beneath,
    build: Build::Bars(|params| study(Adx::new(params.whole(0)), Adx::next)),
};

/// `wickra-core` has an ADX whose sums begin with one bar more than TA-Lib's: off by 8e-7 at 200 bars. So its smoothing serves here.
#[derive(Debug, Clone)]
struct Adx {
    /// High, low and close of the bar before.
    before: Option<[f64; 3]>,
    /// Bars of the first sums, which lose a part of themselves before they are complete.
    early: usize,
    /// What is left of those.
    part: f64,
    range: Smma,
    up: Smma,
    down: Smma,
    strength: Smma,
    last: Option<f64>,
}

impl Adx {
    fn new(period: usize) -> Option<Self> {
        let smooth = || Smma::new(period).ok();
        Some(Self {
            before: None,
            early: period.checked_sub(1)?,
            part: 1.0 - 1.0 / period as f64,
            range: smooth()?,
            up: smooth()?,
            down: smooth()?,
            strength: smooth()?,
            last: None,
        })
    }

    fn next(&mut self, bar: &Bar) -> Option<Reading> {
        let now @ [high, low, _] = [bar.high.to_f64(), bar.low.to_f64(), bar.close.to_f64()];
        let [high_before, low_before, close_before] = self.before.replace(now)?;
        let range = high.max(close_before) - low.min(close_before);
        let (rise, fall) = (high - high_before, low_before - low);
        let up = if rise > fall && rise > 0.0 { rise } else { 0.0 };
        let down = if fall > rise && fall > 0.0 { fall } else { 0.0 };
        let part = if self.early > 0 { self.part } else { 1.0 };
        self.early = self.early.saturating_sub(1);
        let (range, up, down) = (self.range.update(range * part), self.up.update(up * part), self.down.update(down * part));
        let share = |moved: f64, range: f64| if range > 0.0 { (100.0 * moved / range).clamp(0.0, 100.0) } else { 0.0 };
        let (range, up, down) = (range?, up?, down?);
        let (plus, minus) = (share(up, range), share(down, range));
        // Where nothing moves the strength stays as it was.
        if plus + minus > 0.0 {
            self.last = self.strength.update(100.0 * (plus - minus).abs() / (plus + minus));
        } else if self.last.is_none() {
            self.last = self.strength.update(0.0);
        }
        Reading::with(self.last?.clamp(0.0, 100.0), &[plus, minus])
    }
}
