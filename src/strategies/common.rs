//! What the strategies share: bars from before they began, orders, and figures in words.

use crate::domain::{Bar, Nanos, OrderRequest, Placement, Price, Qty, Side, Size, Symbol};
use crate::strategy::{Answer, Sight, Signal, SignalSide};
use std::fmt::{self, Debug, Write};
use std::hash::Hasher;
use std::sync::Arc;

/// The run's main symbol.
pub(super) fn main_symbol(sight: &Sight<'_>) -> Option<Symbol> {
    sight.symbols.first().copied()
}

/// Closed bars of the run's timeframe that start before a moment, oldest first, at most so many: what there was before a strategy began.
pub(super) fn earlier<'a>(
    sight: &Sight<'a>,
    symbol: Symbol,
    before: Nanos,
    most: usize,
) -> impl Iterator<Item = &'a Bar> + use<'a> {
    let bars = sight.market.bars(symbol, sight.timeframe);
    let end = bars.map_or(0, |bars| bars.len() - bars.iter().rev().take_while(|bar| bar.start >= before).count());
    bars.into_iter().flat_map(move |bars| bars.iter_from(end.saturating_sub(most)).take(end.min(most)))
}

/// A market order.
pub(super) fn market(symbol: Symbol, side: Side, size: Size, why: &Arc<str>) -> Answer {
    Answer::Order(Placement::Single(OrderRequest { size, why: why.clone(), ..OrderRequest::market(symbol, side, Qty::ZERO) }))
}

/// What is seen, and why.
pub(super) fn signal(symbol: Symbol, side: SignalSide, why: &Arc<str>) -> Answer {
    Answer::Signal(Signal { symbol, side, why: why.clone() })
}

/// A part of the equity, 0 to 1.
pub(super) fn equity_part(part: f64) -> Size {
    Size::Equity((part.clamp(0.0, 1.0) * 10_000.0).round() as u32)
}

/// Decimal places a symbol's prices are shown with: those of its tick, or of a price where that is not known.
pub(super) fn price_decimals(sight: &Sight<'_>, symbol: Symbol, price: Price) -> usize {
    match sight.market.instrument(symbol) {
        Some(instrument) if !instrument.tick.is_zero() => instrument.price_decimals(),
        _ => price.decimals().max(2),
    }
}

/// A price in words: `64,010.2`.
pub(super) fn price(value: f64, decimals: usize) -> String {
    format!("{:#.decimals$}", Price::from_f64(value))
}

/// Writes a state by all that it says of itself: for states too varied to be named field by field, and read seldom.
pub(super) fn digest(state: &impl Debug, into: &mut dyn Hasher) {
    struct Into<'a>(&'a mut dyn Hasher);
    impl Write for Into<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    // Writing into a hasher does not fail.
    let _ = write!(Into(into), "{state:?}");
}
