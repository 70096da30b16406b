//! On-balance volume.

use super::studies::study;
use crate::domain::Bar;
use crate::indicator::{Build, Needs, Place, Range, Reading, Spec, Unit};
use ta::indicators::OnBalanceVolume;
use ta::{Close, Next, Volume};

/// On-balance volume.
pub const SPEC: Spec = Spec {
    name: "obv",
    title: "On-balance volume",
    about: "Volume of the bars that closed up less that of those that closed down, since the first bar: whether volume goes with the price.",
    formula: "obv ± volume: + if close > close′, − if close < close′; begins with the first bar's volume",
    source: "Granville: New Key to Stock Market Profits, 1963; as TA-Lib's OBV",
    unit: Unit::Base,
    range: Range::SIGNED,
    needs: Needs::NOTHING,
    warm_up: "the first bar; its level depends on where the bars begin",
    across_gaps: super::ACROSS_GAPS,
    params: &[],
    extras: &[],
    place: Place::Beneath,
    build: Build::Bars(|_| study(Some(OnBalanceVolume::new()), |volume, bar| Reading::new(volume.next(&Taken::of(bar))))),
};

/// What `ta` wants to know of a bar.
struct Taken {
    close: f64,
    volume: f64,
}

impl Taken {
    fn of(bar: &Bar) -> Self {
        Self { close: bar.close.to_f64(), volume: bar.volume.to_f64() }
    }
}

impl Close for Taken {
    fn close(&self) -> f64 {
        self.close
    }
}

impl Volume for Taken {
    fn volume(&self) -> f64 {
        self.volume
    }
}
