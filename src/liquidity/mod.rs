//! What rested at each price over time: the past of an order book, run-length by price, in bounded memory.
//!
//! A book is looked at on fixed grids of time, the [`LAYERS`]: what rests at a price *at a column's end* is that column's quantity.
//! Beside it stands what happened inside the column: how much was traded there (consumed) and by how much the level shrank
//! altogether (removed); what was removed without being traded was pulled. Coarser layers are fed by the finer ones, so an update
//! of the book costs the finest layer only; they keep prices in round steps, since no screen shows every price over hours.
//!
//! A layer is a chain of [`Chunk`]s. Each begins with all that rests within its band of prices around the touch, so every chunk
//! is right by itself: the oldest can be let go, and prices that come back into the band are taken from the book anew. While the
//! book is out of sync there is no chunk: no data is not the same as nothing resting.

mod chunk;
mod layer;
mod pending;
#[cfg(test)]
mod tests;
mod view;

pub use chunk::Chunk;
pub use view::{LayerView, LiquidityView, Loss, Span, Step, Touch};

use crate::book::OrderBook;
use crate::domain::{Nanos, Price, Qty, Side};
use layer::Layer;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A grid of time and what is kept on it.
#[derive(Debug, Clone, Copy)]
pub struct LayerSpec {
    /// Length of a column. Each is a multiple of the one before.
    pub column: Nanos,
    /// Least distance from the middle to the ends of the band, in ten-thousandths of the middle.
    pub reach: i64,
    /// Prices are kept in round steps of at most this part of the middle; each by itself where it is 0.
    pub grain: i64,
    /// Bytes of closed chunks that are kept; the oldest go first.
    pub bytes: usize,
}

const fn spec(millis: i64, reach: i64, grain: i64, kib: usize) -> LayerSpec {
    LayerSpec { column: Nanos::from_millis(millis), reach, grain, bytes: kib << 10 }
}

/// Every layer, the finest first: the coarser in time, the wider and coarser in price.
pub const LAYERS: [LayerSpec; 4] =
    [spec(250, 15, 0, 3_072), spec(1_000, 100, 50_000, 6_144), spec(5_000, 200, 10_000, 3_072), spec(60_000, 500, 5_000, 2_048)];

/// Losses of sync that are remembered.
const LOSSES: usize = 256;
/// Prices beyond this have no key and are left out.
const HIGHEST: i64 = 1 << 61;

/// A price and a side as one number: in order of price, a bid before an ask.
pub(crate) const fn key_of(price: Price, side: Side) -> Option<i64> {
    let units = price.units();
    if units <= -HIGHEST || units >= HIGHEST {
        return None;
    }
    Some(units * 2 + matches!(side, Side::Sell) as i64)
}

/// What a key stands for.
pub(crate) const fn of_key(key: i64) -> (Price, Side) {
    (Price::from_units(key >> 1), if key & 1 == 0 { Side::Buy } else { Side::Sell })
}

/// Keeps the past of one symbol's book.
///
/// `Clone` copies only what is not closed yet; closed chunks are shared.
#[derive(Debug, Clone)]
pub struct Liquidity {
    layers: [Layer; LAYERS.len()],
    /// End of the finest running column.
    edge: Nanos,
    /// Lowest and highest key that any layer's band holds.
    reach: (i64, i64),
    synced: bool,
    losses: Arc<Vec<Loss>>,
    since: Nanos,
}

impl Liquidity {
    /// Begins with a book that can be believed from now on.
    pub fn new(at: Nanos, book: &OrderBook) -> Self {
        let mut begun = Self {
            layers: LAYERS.map(Layer::new),
            edge: Nanos(i64::MIN),
            reach: (1, 0),
            synced: false,
            losses: Arc::default(),
            since: at,
        };
        begun.restart(at, book);
        begun
    }

    /// Closes the columns that have ended; `book` is what rests until now. To be called before the book changes.
    #[inline]
    pub fn roll(&mut self, at: Nanos, book: &OrderBook) {
        if at >= self.edge {
            self.close(at, book);
        }
    }

    #[cold]
    fn close(&mut self, at: Nanos, book: &OrderBook) {
        self.edge = next_edge(at);
        if !self.synced {
            return;
        }
        for index in 0..self.layers.len() {
            let (finer, coarser) = self.layers.split_at_mut(index + 1);
            let Some(layer) = finer.last_mut() else { return };
            if !layer.close(at, book, coarser.first_mut()) {
                break;
            }
        }
        self.measure();
    }

    fn measure(&mut self) {
        let bands = || self.layers.iter().filter_map(Layer::band);
        let low = bands().map(|band| band.0).min().unwrap_or(1);
        self.reach = (low, bands().map(|band| band.1).max().unwrap_or(0));
    }

    #[inline]
    const fn holds(&self, key: i64) -> bool {
        key >= self.reach.0 && key <= self.reach.1
    }

    /// A level of the book changed from `old` to `new`.
    #[inline]
    pub fn on_level(&mut self, side: Side, price: Price, old: Qty, new: Qty) {
        if let Some(key) = key_of(price, side)
            && self.holds(key)
        {
            self.layers[0].pending.level(key, old.units(), new.units());
        }
    }

    /// So much was traded at a price by a taker of that side.
    #[inline]
    pub fn on_trade(&mut self, price: Price, qty: Qty, taker: Side) {
        if self.synced
            && let Some(key) = key_of(price, taker.opposite())
            && self.holds(key)
        {
            self.layers[0].pending.trade(key, qty.units());
        }
    }

    /// The book was replaced as a whole and can be believed; [`Liquidity::roll`] has been called with what it held before.
    pub fn restart(&mut self, at: Nanos, book: &OrderBook) {
        self.edge = next_edge(at);
        if !self.synced
            && let Some(loss) = Arc::make_mut(&mut self.losses).last_mut()
        {
            loss.until.get_or_insert(at);
        }
        self.synced = true;
        for layer in &mut self.layers {
            layer.stop(at);
            layer.begin(at, book);
        }
        self.measure();
    }

    /// The book can no longer be believed.
    pub fn lose(&mut self, at: Nanos, why: &Arc<str>) {
        if !self.synced {
            return;
        }
        self.synced = false;
        self.layers.iter_mut().for_each(|layer| layer.stop(at));
        let losses = Arc::make_mut(&mut self.losses);
        if losses.len() >= LOSSES {
            losses.remove(0);
        }
        losses.push(Loss { from: at, until: None, why: Arc::clone(why) });
    }

    /// The book let go of levels by itself: what is kept is taken from it anew at the next column.
    pub fn forget(&mut self) {
        self.layers.iter_mut().for_each(|layer| layer.pending.overflow());
    }

    /// A picture, cheap to take.
    pub fn view(&self) -> LiquidityView {
        LiquidityView {
            layers: self.layers.iter().map(|layer| layer.view(self.synced)).collect(),
            losses: Arc::clone(&self.losses),
            since: Some(self.since),
        }
    }
}

impl Hash for Liquidity {
    /// All that is kept; not how far time has been looked at.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.layers.hash(hasher);
        self.losses.hash(hasher);
        self.since.hash(hasher);
    }
}

/// The end of the finest column that holds a moment.
fn next_edge(at: Nanos) -> Nanos {
    Nanos(at.0.saturating_sub(at.0.rem_euclid(LAYERS[0].column.0)).saturating_add(LAYERS[0].column.0))
}
