//! Alerts as the screen and the printers see them.

use super::{Alerts, Running};
use crate::alert::Expression;
use crate::bars::Series;
use crate::domain::{Alert, AlertState, Firing, Nanos, Symbol};
use crate::engine::symbol::SymbolState;
use std::borrow::Cow;
use std::sync::Arc;

/// All alerts at one moment.
#[derive(Debug, Clone, Default)]
pub struct AlertsView {
    /// By number.
    pub list: Vec<AlertView>,
    /// The one that is being written, looked at as it stands.
    pub draft: Option<AlertView>,
    /// What fired, newest last, numbered without a gap.
    pub firings: Series<Arc<Firing>>,
}

/// One alert at one moment.
#[derive(Debug, Clone)]
pub struct AlertView {
    /// As it was set.
    pub alert: Arc<Alert>,
    /// How far it has come.
    pub state: AlertState,
    /// Since when its expression has been true, while it has to be for longer.
    pub pending: Option<Nanos>,
    /// What the last check found; `None` where it is not known, or was not checked.
    pub truth: Option<bool>,
    /// Its expression, or why it cannot be read.
    pub expression: Result<Expression, Arc<str>>,
    /// The symbol it is about.
    pub symbol: Symbol,
    /// The values of the expression's quantities now, or why there is none; empty while it is not looked at.
    pub values: Vec<Result<f64, Cow<'static, str>>>,
}

impl AlertView {
    /// What its expression looks at: names with values, or why there is none.
    pub fn named_values(&self) -> impl Iterator<Item = (&str, &Result<f64, Cow<'static, str>>)> {
        let inputs = self.expression.iter().flat_map(crate::alert::Expression::inputs);
        inputs.map(|input| input.name.as_str()).zip(&self.values)
    }
}

impl Alerts {
    /// All alerts as they stand.
    pub(in crate::engine) fn view(&self, symbols: &[SymbolState]) -> AlertsView {
        let view = |running: &Running| {
            let slots = running.slots.iter().map(|slot| *slot as usize);
            let value = |slot: usize| match self.values[slot] {
                value if value.is_finite() => Ok(value),
                _ => Err(self.slots[slot].why(symbols)),
            };
            AlertView {
                alert: Arc::clone(&running.alert),
                state: running.life.state,
                pending: running.life.pending.filter(|_| running.hold > Nanos::ZERO),
                truth: running.truth.filter(|_| running.is_awake()),
                expression: running.expression.clone(),
                symbol: running.symbol_of(None),
                values: slots.map(value).collect(),
            }
        };
        AlertsView {
            list: self.running.iter().filter(|running| !running.draft).map(view).collect(),
            draft: self.running.iter().find(|running| running.draft).map(view),
            firings: self.firings.clone(),
        }
    }
}
