//! Paper trading inside the engine: the broker is told of the market, strategies of what they look at.

pub mod view;
