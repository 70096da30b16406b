//! What a user does that changes the engine's state: recorded and replayed like a trade.

use super::{Alert, AlertId, AlertState, BarSpec, Instrument, Symbol, TradingAction};

/// A user's action. In a recording: topic `user`, `do` plus the fields.
#[derive(Debug, Clone, PartialEq)]
pub enum UserAction {
    /// Follow one more symbol (`add_symbol`).
    AddSymbol(Instrument),
    /// Stop following a symbol and forget it (`remove_symbol`).
    RemoveSymbol(Symbol),
    /// Build bars of one more kind for every symbol (`bars`).
    Bars(BarSpec),
    /// Work out exactly these indicators of events for every symbol, in their text form (`indicators`).
    Indicators(Vec<String>),
    /// Set an alert, or another in the place of one of its number, come as far as that (`alert`).
    SetAlert(Box<(Alert, AlertState)>),
    /// Take an alert away (`remove_alert`).
    RemoveAlert(AlertId),
    /// Trade on paper (the action's own name).
    Trading(Box<TradingAction>),
    /// Put a mark at this moment (`mark`).
    Mark(String),
    /// An action this version does not know; kept so that nothing is lost. Its whole `data` object as JSON.
    Other(String),
}

impl UserAction {
    /// Whether it only changes what is looked at, so that a replay goes on as recorded after it.
    pub const fn is_view(&self) -> bool {
        !matches!(self, Self::Other(_) | Self::Trading(_))
    }
}
