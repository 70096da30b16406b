//! Book imbalance over the first levels.

use super::instant::Instant;
use crate::domain::{Side, Volume};
use crate::indicator::{Build, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Spec, Unit};

/// Top-of-book imbalance.
pub const SPEC: Spec = Spec {
    name: "tobi",
    title: "Top-of-book imbalance",
    about: "What rests in the first levels of bids against what rests in those of asks: 1 when all of it is bid.",
    formula: "(ΣQb − ΣQa)/(ΣQb + ΣQa) over the first levels",
    source: "",
    unit: Unit::Ratio,
    range: Range::between(-1.0, 1.0, Some(0.0)),
    needs: Needs::BOOK,
    warm_up: "the first book",
    across_gaps: "no value while the book is out of sync",
    params: &[Param::whole("levels", "levels of each side", 5, 1, 1_000)],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Instant::of_book(params, read))),
};

fn read(now: &Moment<'_>, params: &Params) -> Result<Reading, Lack> {
    let book = now.book()?;
    let total = |side| -> Volume {
        let levels = book.levels(side).take(params.whole(0));
        levels.fold(Volume::ZERO, |sum, (_, qty)| sum + qty.volume())
    };
    let (bids, asks) = (total(Side::Buy), total(Side::Sell));
    let whole = bids + asks;
    Reading::new((bids - asks).to_f64() / whole.to_f64()).ok_or(Lack::Undefined("the book is empty"))
}
