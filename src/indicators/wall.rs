//! Walls: levels that stand out.

use super::instant::Instant;
use crate::book::OrderBook;
use crate::domain::{Price, Side, Volume};
use crate::indicator::{Build, Extra, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Spec, Unit};

/// Liquidity walls.
pub const SPEC: Spec = Spec {
    name: "wall",
    title: "Liquidity walls",
    about: "How much the largest bid near the price stands out against the largest ask: above 1 the support is the stronger wall.",
    formula: "bid wall / ask wall, each the largest quantity of the first levels of its side / their mean",
    source: "",
    unit: Unit::Ratio,
    range: Range { least: Some(0.0), most: None, neutral: Some(1.0) },
    needs: Needs::BOOK,
    warm_up: "the first book",
    across_gaps: "no value while the book is out of sync",
    params: &[Param::whole("levels", "levels of each side", 20, 2, 1_000)],
    extras: &[
        Extra { name: "bid_wall", about: "largest bid / mean bid", unit: Unit::Ratio },
        Extra { name: "ask_wall", about: "largest ask / mean ask", unit: Unit::Ratio },
        Extra { name: "bid_wall_price", about: "where the largest bid rests: support", unit: Unit::Price },
        Extra { name: "ask_wall_price", about: "where the largest ask rests: resistance", unit: Unit::Price },
    ],
    place: Place::Marks,
    build: Build::Flow(|params| Box::new(Instant::of_book(params, read))),
};

/// The largest level of the first ones of a side: its quantity in means of them, and its price. Of equals the nearest.
fn largest(book: &OrderBook, side: Side, levels: usize) -> Option<(f64, Price)> {
    let (mut sum, mut count, mut best) = (Volume::ZERO, 0_u32, None);
    for (price, qty) in book.levels(side).take(levels) {
        sum += qty.volume();
        count += 1;
        if best.is_none_or(|(_, most)| qty > most) {
            best = Some((price, qty));
        }
    }
    let (price, most) = best?;
    Some((most.to_f64() * f64::from(count) / sum.to_f64(), price))
}

fn read(now: &Moment<'_>, params: &Params) -> Result<Reading, Lack> {
    let book = now.book()?;
    let side = |side| largest(book, side, params.whole(0)).ok_or(Lack::Undefined("a side of the book is empty"));
    let ((bid, bid_price), (ask, ask_price)) = (side(Side::Buy)?, side(Side::Sell)?);
    let extras = [bid, ask, bid_price.to_f64(), ask_price.to_f64()];
    Reading::with(bid / ask, &extras).ok_or(Lack::Undefined("nothing rests"))
}
