//! Keltner channel.

use super::studies::{Atr, Ema, study};
use crate::indicator::{Build, Needs, Param, Place, Range, Reading, Spec, Unit};

/// Keltner channel.
pub const SPEC: Spec = Spec {
    name: "keltner",
    title: "Keltner channel",
    about: "The exponential moving average with bands of so many average true ranges: as Bollinger bands, by range rather than deviation.",
    formula: "EMA of the closes ± k · ATR",
    source: "Keltner: How to Make Money in Commodities, 1960, with Raschke's EMA and ATR",
    unit: Unit::Price,
    range: Range::ANY,
    needs: Needs::NOTHING,
    warm_up: "n bars, and one more than the range's",
    across_gaps: super::ACROSS_GAPS,
    params: &[
        Param::whole("period", "bars of the moving average", 20, 1, super::LONGEST),
        Param::whole("range", "bars of the average true range", 10, 1, super::LONGEST),
        Param::real("multiple", "average true ranges to a band", 2.0, 0.1, 20.0),
    ],
    extras: super::BANDS,
    place: Place::Price,
    build: Build::Bars(|params| {
        let made = || Some((Ema::new(params.whole(0))?, Atr::new(params.whole(1))?, params.get(2)));
        study(made(), |(average, range, multiple), bar| {
            let (middle, range) = (average.next(bar.close.to_f64()), range.next(bar));
            let (middle, reach) = (middle?, *multiple * range?);
            Reading::with(middle, &[middle + reach, middle - reach])
        })
    }),
};
