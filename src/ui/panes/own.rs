//! What the user and the strategies have in a symbol: working orders and positions, for panes with prices.

use crate::broker::{AccountView, PositionView};
use crate::domain::{MANUAL, Money, OrderView, Price, Side, Symbol, money};
use crate::ui::pane::Cx;
use crate::ui::theme::Theme;
use ratatui::style::Style;
use std::sync::Arc;

/// The open orders of a symbol that stand at a price, with it, of all accounts.
pub fn orders<'a>(symbol: Symbol, cx: &Cx<'a>) -> impl Iterator<Item = (Price, &'a Arc<OrderView>)> + use<'a> {
    let accounts = cx.view.snapshot.trading.broker.accounts.iter();
    let working = accounts.flat_map(|account| account.working.iter());
    working.filter(move |order| order.request.symbol == symbol).filter_map(|order| Some((order.stands_at()?, order)))
}

/// The positions in a symbol with their accounts, the user's own first.
pub fn positions<'a>(symbol: Symbol, cx: &Cx<'a>) -> Vec<(&'a AccountView, &'a PositionView)> {
    let accounts = cx.view.snapshot.trading.broker.accounts.iter();
    let mut held: Vec<_> = accounts.filter_map(|account| Some((account.as_ref(), account.position(symbol)?))).collect();
    held.sort_by_key(|(account, _)| *account.name != *MANUAL);
    held
}

/// The letter of a side.
pub const fn letter(side: Side) -> char {
    match side {
        Side::Buy => 'B',
        Side::Sell => 'S',
    }
}

/// The style of a side.
pub const fn of_side(theme: &Theme, side: Side) -> Style {
    match side {
        Side::Buy => theme.up,
        Side::Sell => theme.down,
    }
}

/// Profit with its sign, shortened to so many cells.
pub fn profit(amount: Money, width: u16) -> String {
    let whole = money::to_price(amount).map(|amount| format!("{}{amount:#.2}", if amount > Price::ZERO { "+" } else { "" }));
    whole
        .filter(|text| text.len() <= usize::from(width))
        .unwrap_or_else(|| crate::ui::widgets::figures::short_signed(money::to_f64(amount)))
}

/// Profit as percent of what a position cost.
pub fn percent(position: &PositionView) -> f64 {
    let cost = money::notional(position.average, position.qty.abs());
    position.unrealised.checked_div(cost).map_or(0.0, |part| money::to_f64(part) * 100.0)
}
