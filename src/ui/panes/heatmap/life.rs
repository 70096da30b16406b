//! What became of one price: what rested there, since when, and how much of it was consumed and pulled.

use crate::domain::{Nanos, Price, Side};
use crate::liquidity::LayerView;
use std::ops::Range;

/// One level of the book at one column, with its life up to then. Quantities in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Its price.
    pub price: Price,
    /// Its side.
    pub side: Side,
    /// What rested there at the column's end.
    pub resting: i64,
    /// Since when something rested there without a break.
    pub since: Nanos,
    /// Whether it may have rested before: nothing older is kept.
    pub longer: bool,
    /// What was traded against it since then.
    pub consumed: i64,
    /// What was taken back since then: all that it shrank by, less what was traded.
    pub pulled: i64,
}

/// The largest level among some prices at the end of a column; `None` where nothing rests or nothing is known.
pub fn largest(layer: &LayerView, column: i64, prices: (Price, Price)) -> Option<Life> {
    let mut levels: Vec<(Price, Side, i64)> = Vec::new();
    layer.visit(&(column..column + 1), prices, |step| {
        match levels.iter_mut().find(|level| (level.0, level.1) == (step.price, step.side)) {
            Some(level) => level.2 = level.2.wrapping_add(step.change),
            None => levels.push((step.price, step.side, step.change)),
        }
    });
    let (price, side, resting) = levels.into_iter().filter(|level| level.2 > 0).max_by_key(|level| level.2)?;
    Some(life(layer, layer.first()?..column + 1, price, side, resting))
}

fn life(layer: &LayerView, columns: Range<i64>, price: Price, side: Side, resting: i64) -> Life {
    let (mut qty, mut begun, mut ended) = (0_i64, columns.start, None);
    let (mut consumed, mut removed) = (0_i64, 0_i64);
    layer.visit(&columns, (price, price), |step| {
        if step.side != side || step.price != price {
            return;
        }
        // A chunk that ends takes everything away, and the next one brings it back in the same column.
        if qty == 0 && step.change > 0 && ended != Some(step.column) {
            (begun, consumed, removed) = (step.column, 0, 0);
        }
        qty = qty.wrapping_add(step.change);
        consumed = consumed.saturating_add(step.consumed);
        removed = removed.saturating_add(step.removed);
        if qty == 0 {
            ended = Some(step.column);
        }
    });
    let longer = layer.spans(begun - 1..begun).next().is_none();
    Life { price, side, resting, since: layer.start_of(begun), longer, consumed, pulled: removed.saturating_sub(consumed).max(0) }
}
