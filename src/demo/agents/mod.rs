//! Who trades on the demo market. Each agent sleeps until its next wake-up, looks at its symbol, acts and says how long it
//! will sleep. None knows another; they meet in the book.

pub(super) mod crowd;
pub(super) mod leverage;
pub(super) mod makers;
pub(super) mod takers;
pub(super) mod trend;
pub(super) mod whale;

use super::random::Chance;
use super::venue::Venue;
use crate::domain::Side;

/// Buying or selling with even chances.
fn coin(chance: &mut Chance) -> Side {
    if chance.happens(0.5) { Side::Buy } else { Side::Sell }
}

/// The worst price a taker accepts: so many basis points beyond the best opposite price, at least two ticks.
fn protected(venue: &Venue, side: Side, bp: f64) -> i64 {
    let best = venue.book.best(side.opposite()).map_or(venue.mid(), |b| b.0 as f64);
    let room = venue.bp(bp).max(2.0);
    (best + room * side.sign() as f64).round().max(1.0) as i64
}
