//! The order book of one symbol, and the rule that says whether a change continues it.

mod order_book;
mod sequence;
mod side;
mod top;

pub use order_book::{Cumulative, DEFAULT_LEVELS, OrderBook};
pub use sequence::{Continuity, Sequence};
pub use top::Top;
