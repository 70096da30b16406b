//! Bollinger bands.

use super::studies::study;
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};
use wickra_core::{BollingerBands, Indicator};

/// Bollinger bands.
pub const SPEC: Spec = Spec {
    name: "bbands",
    title: "Bollinger bands",
    about: "The simple moving average with bands of so many standard deviations: narrow when the market is quiet, wide when it is not.",
    formula: "mean of the last n closes ± k · sd of them (sd by n)",
    source: "Bollinger: Bollinger on Bollinger Bands, 2001; as TA-Lib's BBANDS",
    unit: Unit::Price,
    range: Range::POSITIVE,
    needs: Needs::NOTHING,
    warm_up: "n bars",
    across_gaps: super::ACROSS_GAPS,
    params: &[
        Param::whole("period", "bars it looks back", 20, 2, super::LONGEST),
        Param::real("deviations", "standard deviations to a band", 2.0, 0.1, 10.0),
    ],
    extras: super::BANDS,
    place: Place::Price,
    build: Build::Bars(|params| {
        study(BollingerBands::new(params.whole(0), params.get(1)).ok(), |bands, bar| {
            bands.update(bar.close.to_f64()).and_then(|bands| Reading::with(bands.middle, &[bands.upper, bands.lower]))
        })
    }),
};
