//! One position at a time, with a stop behind it: what the strategies share that enter by risk and leave at closes of bars.

use super::common::{by_risk, main_symbol, price, signal, to_tick};
use crate::domain::{OrderRequest, Placement, Side, Symbol};
use crate::strategy::{Answer, Sight, SignalSide};
use std::sync::Arc;

/// A position, or none.
#[derive(Debug, Clone, Default)]
pub(super) struct Trade {
    /// Bars it has been held for, the one it was opened in among them.
    pub bars: u32,
    /// Where it is given up.
    pub stop: Option<f64>,
    /// Whether it was told to be closed.
    leaving: bool,
}

/// Why nothing is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooSmall;

impl Trade {
    /// At a bar's close: which way a position is held, or `None` when flat. `distance` is where the stop of one is whose stop is not known,
    /// as after a restart.
    pub fn held(&mut self, sight: &Sight<'_>, symbol: Symbol, distance: f64) -> Option<Side> {
        // While it is shown bars of the past, what is held now may not have been there yet.
        let held = sight.positions.iter().find(|held| held.symbol == symbol && held.since < sight.now);
        let Some(held) = held else {
            self.bars = 0;
            self.leaving = false;
            // What was just sent may still be under way.
            if sight.open_orders == 0 {
                self.stop = None;
            }
            return None;
        };
        let length = sight.timeframe.nanos().0;
        self.bars = ((sight.now - held.since).0 + length - 1).div_euclid(length).clamp(0, i64::from(u32::MAX)) as u32;
        let side = if held.qty.units() > 0 { Side::Buy } else { Side::Sell };
        if self.stop.is_none() {
            self.stop = Some(held.average.to_f64() - sign(side) * distance);
        }
        Some(side)
    }

    /// Enters at the market with a stop at a distance, sized so that it loses `risk` of the equity.
    ///
    /// # Errors
    /// [`TooSmall`] when that is less than can be traded.
    pub fn enter(
        &mut self,
        sight: &Sight<'_>,
        (symbol, side): (Symbol, Side),
        (close, distance, risk): (f64, f64, f64),
        (why, decimals): (&str, usize),
        answers: &mut Vec<Answer>,
    ) -> Result<(), TooSmall> {
        let stop = to_tick(sight, symbol, close - sign(side) * distance);
        let qty = by_risk(sight, symbol, close, distance, risk).filter(|_| stop.units() > 0).ok_or(TooSmall)?;
        let why: Arc<str> =
            format!("{why}; {qty} with a stop at {} risk {} % of the equity", price(stop.to_f64(), decimals), percent(risk))
                .into();
        let way = if side == Side::Buy { SignalSide::Buy } else { SignalSide::Sell };
        answers.push(signal(symbol, way, &why));
        let entry = Box::new(OrderRequest { why, ..OrderRequest::market(symbol, side, qty) });
        answers.push(Answer::Order(Placement::Bracket { entry, stop: Some(stop), target: None }));
        self.stop = Some(stop.to_f64());
        Ok(())
    }

    /// Closes it, unless that is under way.
    pub fn leave(&mut self, sight: &Sight<'_>, why: String, answers: &mut Vec<Answer>) {
        let Some(symbol) = main_symbol(sight) else { return };
        if self.leaving && sight.open_orders > 0 {
            return;
        }
        self.leaving = true;
        answers.push(signal(symbol, SignalSide::Exit, &why.into()));
        answers.push(Answer::Close(symbol));
    }

    /// Whether a close is beyond the stop, and which that is.
    pub fn stopped(&self, side: Side, close: f64) -> Option<f64> {
        self.stop.filter(|stop| (close - stop) * sign(side) <= 0.0)
    }
}

/// 1 for a long, −1 for a short.
pub(super) const fn sign(side: Side) -> f64 {
    match side {
        Side::Buy => 1.0,
        Side::Sell => -1.0,
    }
}

/// A part of one in percent, without digits that say nothing.
fn percent(part: f64) -> f64 {
    (part * 1e4).round() / 100.0
}
