//! The prices alerts wait for, as lines and marks of panes with a price axis.

use crate::alert::Expression;
use crate::domain::{AlertId, Phase, Price};
use crate::engine::AlertView;
use crate::ui::pane::Cx;
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// How an alert stands, as far as its level is drawn differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// It is being written.
    Draft,
    /// It waits for its expression to be true.
    Armed,
    /// It is paused, done, or has fired and waits until it may again.
    Aside,
}

impl Mood {
    /// How its line and mark are drawn.
    pub const fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Draft => theme.accent,
            Self::Armed => theme.alert,
            Self::Aside => theme.dim,
        }
    }
}

/// A price an alert waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// The price.
    pub price: Price,
    /// How the alert stands.
    pub mood: Mood,
    /// The alert; none for one that is being written.
    pub id: Option<AlertId>,
}

/// The mark of an alert.
pub const fn mark(theme: &Theme) -> char {
    if theme.ascii { '!' } else { '⚑' }
}

/// The levels of the pane's symbol, from the lowest on; of one price the one that is being written and the armed ones first.
pub fn levels(cx: &Cx<'_>) -> Vec<Level> {
    let alerts = &cx.view.snapshot.alerts;
    let Some(symbol) = cx.symbol else { return Vec::new() };
    let of = |view: &AlertView, draft: bool| {
        let mood = match view.state.phase {
            _ if draft => Mood::Draft,
            Phase::Armed if !view.alert.paused => Mood::Armed,
            _ => Mood::Aside,
        };
        let id = (!draft).then_some(view.alert.id);
        let expression = view.expression.as_ref().ok().filter(|_| view.symbol == symbol);
        let prices = expression.map(Expression::levels).unwrap_or_default();
        prices.into_iter().map(move |level| Level { price: Price::from_f64(level.price), mood, id })
    };
    let list = alerts.list.iter().flat_map(|view| of(view, false));
    let mut levels: Vec<Level> = list.chain(alerts.draft.iter().flat_map(|view| of(view, true))).collect();
    levels.sort_by_key(|level| (level.price, level.mood, level.id));
    levels
}
