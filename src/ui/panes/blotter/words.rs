//! How figures of accounts and orders are said.

use crate::app::blotter::amount;
use crate::app::commands::Command;
use crate::broker::AccountView;
use crate::domain::{Money, Nanos, OrderState, Price, Qty, Side, Symbol};
use crate::ui::pane::Cx;
use crate::ui::panes::{self, price_text};
use crate::ui::theme::Theme;
use crate::ui::widgets::{clock, figures};
use ratatui::style::Style;

/// Cells of a moment.
pub(super) const MOMENT: u16 = 8;

/// An amount in so many cells at most: `12,345.67`, shorter where that is too wide.
pub(super) fn money(of: Money, width: u16) -> String {
    let whole = amount(of);
    if whole.len() <= usize::from(width) { whole } else { figures::short(crate::domain::money::to_f64(of)) }
}

/// The same with its sign always said.
pub(super) fn signed(of: Money, width: u16) -> String {
    let text = money(of, if of > Money::ZERO { width.saturating_sub(1) } else { width });
    if of > Money::ZERO && text != "0.00" { format!("+{text}") } else { text }
}

/// Profit's style; its sign says the same without colours.
pub(super) fn gain(of: Money, theme: &Theme) -> Style {
    panes::direction(theme, crate::domain::money::to_f64(of))
}

/// A part of one as percent with its sign.
pub(super) fn percent(part: f64) -> String {
    let text = figures::percent(1.0, 1.0 + part).unwrap_or_else(|| "-".to_owned());
    // Next to a loss no sign says more than a wrong one.
    if text == "+0.00%" { "0.00%".to_owned() } else { text }
}

/// A fall: `-1.25%`, `0.00%` where there is none.
pub(super) fn fall(part: f64) -> String {
    if part < 0.000_05 { "0.00%".to_owned() } else { format!("-{:.2}%", part * 100.0) }
}

/// A quantity in so many cells at most.
pub(super) fn qty(of: Qty, width: u16) -> String {
    let whole = of.to_string();
    if whole.len() <= usize::from(width) { whole } else { figures::short(of.to_f64()) }
}

/// The decimals of a symbol's prices.
pub(super) fn decimals(symbol: Symbol, cx: &Cx<'_>) -> usize {
    cx.view.snapshot.symbol(symbol).map_or(2, |view| view.instrument.price_decimals())
}

/// A price of a symbol in so many cells at most; average prices have one decimal more than the tick.
pub(super) fn price(of: Price, symbol: Symbol, width: u16, cx: &Cx<'_>) -> String {
    let decimals = decimals(symbol, cx).max(of.decimals().min(decimals(symbol, cx) + 1));
    price_text(of, decimals, width)
}

/// A moment: the time of today, else the day.
pub(super) fn moment(at: Nanos, cx: &Cx<'_>) -> String {
    let (then, now) = (clock::local(at, cx.zone), clock::local(cx.view.session.now, cx.zone));
    if then.date() == now.date() { clock::hour_minute_second(then) } else { clock::day_month(then) }
}

/// A moment in full.
pub(super) fn at_length(at: Nanos, cx: &Cx<'_>) -> String {
    let then = clock::local(at, cx.zone);
    format!("{}.{:03}", clock::full(then), then.millisecond())
}

/// How long ago something was, in its two largest units.
pub(super) fn age(at: Nanos, cx: &Cx<'_>) -> String {
    clock::span(cx.view.session.now.saturating_sub(at).max(Nanos::ZERO))
}

/// A side with its sign.
pub(super) const fn side(of: Side, ascii: bool) -> &'static str {
    match (of, ascii) {
        (Side::Buy, false) => "▲ buy",
        (Side::Sell, false) => "▼ sell",
        (Side::Buy, true) => "^ buy",
        (Side::Sell, true) => "v sell",
    }
}

/// A side's style.
pub(super) const fn side_style(of: Side, theme: &Theme) -> Style {
    match of {
        Side::Buy => theme.up,
        Side::Sell => theme.down,
    }
}

/// The sign of how far an order has come.
pub(super) const fn state_glyph(of: OrderState, ascii: bool) -> &'static str {
    match (of, ascii) {
        (OrderState::Pending, false) => "◌",
        (OrderState::Working, false) => "○",
        (OrderState::Partial, false) => "◐",
        (OrderState::Filled, false) => "●",
        (OrderState::Cancelled, false) => "–",
        (OrderState::Rejected, false) => "✕",
        (OrderState::Expired, false) => "◷",
        (OrderState::Pending, true) => ".",
        (OrderState::Working, true) => "o",
        (OrderState::Partial, true) => "%",
        (OrderState::Filled, true) => "*",
        (OrderState::Cancelled, true) => "-",
        (OrderState::Rejected, true) => "x",
        (OrderState::Expired, true) => "t",
    }
}

/// The style of how far an order has come.
pub(super) const fn state_style(of: OrderState, theme: &Theme) -> Style {
    match of {
        OrderState::Pending => theme.warning,
        OrderState::Working => theme.text,
        OrderState::Partial => theme.accent,
        OrderState::Filled => theme.good,
        OrderState::Cancelled | OrderState::Expired => theme.dim,
        OrderState::Rejected => theme.error,
    }
}

/// A bar of so many cells, filled to a part of one.
pub(super) fn bar(part: f64, cells: u16, ascii: bool) -> String {
    const LEFT: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 };
    let mut eighths = (part * f64::from(cells) * 8.0).round() as usize;
    if part > 0.0 {
        eighths = eighths.max(1);
    }
    let mut out = String::new();
    for _ in 0..cells {
        let here = eighths.min(8);
        eighths -= here;
        out.push(match (ascii, here) {
            (false, here) => LEFT[here],
            (true, 0) => ' ',
            (true, 1..=3) => '-',
            (true, _) => '=',
        });
    }
    out
}

/// The accounts that are looked at, named in a title; nothing where there is but one.
pub(super) fn whose(cx: &Cx<'_>) -> String {
    let all = cx.view.snapshot.trading.broker.accounts.len();
    match cx.blotter.one(cx.view) {
        Some(account) if all > 1 => format!(" {}", account.name),
        None if all > 1 => " all accounts".to_owned(),
        _ => String::new(),
    }
}

/// Why an account that is looked at does not trade: it was stopped, or paper trading is off.
pub(super) fn idle(cx: &Cx<'_>) -> Option<(String, Style)> {
    let stopped = |account: &&&std::sync::Arc<AccountView>| account.killed.is_some();
    let accounts = cx.blotter.accounts(cx.view);
    let count = accounts.iter().filter(stopped).count();
    let key = cx.key(Command::RiskUnlock);
    match accounts.iter().find(stopped) {
        Some(account) if count == 1 => {
            let why = account.killed.as_deref().unwrap_or_default();
            Some((format!("{} stopped: {why} ({key} lets it trade again)", account.name), cx.theme.error))
        }
        Some(_) => Some((format!("{count} accounts stopped ({key} lets one trade again)"), cx.theme.error)),
        None if !cx.view.snapshot.trading.broker.on => {
            Some((format!("paper trading is off ({} turns it on)", cx.key(Command::PaperToggle)), cx.theme.warning))
        }
        None => None,
    }
}

/// What to do where nothing was traded: `missing` is what there is none of.
pub(super) fn nothing(cx: &Cx<'_>, missing: &str) -> String {
    let key = |command| cx.key(command);
    if cx.view.snapshot.trading.broker.on {
        let (buy, sell, start) = (key(Command::OrderBuy), key(Command::OrderSell), key(Command::StrategyStart));
        format!("{missing}: {buy} buys, {sell} sells, {start} starts a strategy")
    } else {
        format!("{missing}: paper trading is off, {} turns it on", key(Command::PaperToggle))
    }
}
