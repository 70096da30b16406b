//! What the strategies share: orders, quantities, and figures in words.

use crate::domain::{OrderRequest, Placement, Price, Qty, Side, Size, Symbol};
use crate::indicator::{Build, Study};
use crate::indicators;
use crate::strategy::{Answer, SetupError, Sight, Signal, SignalSide};
use std::fmt::{self, Debug, Write};
use std::hash::Hasher;
use std::sync::Arc;

/// The run's main symbol.
pub(super) fn main_symbol(sight: &Sight<'_>) -> Option<Symbol> {
    sight.symbols.first().copied()
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

/// An indicator of bars by its text form.
///
/// # Errors
/// What is wrong with it, said of the strategy.
pub(super) fn study(strategy: &'static str, text: &str) -> Result<Box<dyn Study>, SetupError> {
    let clash = |why: String| SetupError::Clash { strategy, why };
    let setup = indicators::parse(text).map_err(|error| clash(error.to_string()))?;
    match setup.spec.build {
        Build::Bars(make) => Ok(make(&setup.params)),
        Build::Flow(_) => Err(clash(format!("`{text}` is no indicator of bars"))),
    }
}

/// The nearest price an order may have.
pub(super) fn to_tick(sight: &Sight<'_>, symbol: Symbol, value: f64) -> Price {
    let price = Price::from_f64(value);
    match sight.market.instrument(symbol).map_or(0, |instrument| instrument.tick.units()) {
        tick @ 1.. => Price::from_units((price.units().saturating_add(tick / 2)).div_euclid(tick).saturating_mul(tick)),
        _ => price,
    }
}

/// The greatest quantity an order may have that is not above this; `None` where it is nothing, or worth less than the least an order has
/// to be worth.
pub(super) fn to_lot(sight: &Sight<'_>, symbol: Symbol, qty: f64, price: f64) -> Option<Qty> {
    let rules = sight.market.instrument(symbol);
    let lot = rules.map_or(1, |rules| rules.lot.units().max(1));
    // Beyond what fits there is no market.
    let units = (qty.is_finite() && qty > 0.0).then(|| Qty::from_f64(qty.min(1e9)).units())?;
    let qty = Qty::from_units(units / lot * lot);
    let least = rules.map_or(0.0, |rules| rules.min_notional.to_f64());
    (!qty.is_zero() && qty.to_f64() * price >= least).then_some(qty)
}

/// Room left for the price to move between the signal and the fill, and for rounding.
const HEADROOM: f64 = 0.999;

/// How much is bought or sold so that a stop at a distance loses a part of the equity, and no more than is there without leverage.
pub(super) fn by_risk(sight: &Sight<'_>, symbol: Symbol, price: f64, distance: f64, risk: f64) -> Option<Qty> {
    let affordable = sight.equity.min(sight.buying_power) / (price * (1.0 + sight.taker_fee)) * HEADROOM;
    to_lot(sight, symbol, (sight.equity * risk / distance).min(affordable), price)
}
