//! Paper trading on a chart: fills, the position's average price, working orders, and what strategies said.

use super::axes::price_tag;
use super::layout::Layout;
use super::viewport::{Columns, Zoom};
use crate::bars::BarView;
use crate::domain::{MANUAL, Nanos, OrderId, OrderState, OrderView, Price, Qty, Side, Symbol, money};
use crate::ui::pane::Cx;
use crate::ui::panes::{direction, own};
use crate::ui::theme::Theme;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::scale::PriceScale;
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};
use std::sync::Arc;

/// Signals that are looked at from the newest on.
const MOST_SIGNALS: usize = 2_000;
/// Fills that are looked at, of each account.
const MOST_FILLS: usize = 5_000;

/// A price of one's own: a working order's, or a position's average.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// The row, from the top of the plot.
    pub row: u16,
    /// The price.
    pub price: Price,
    /// Whose it is and which, of an order.
    pub order: Option<(Arc<str>, OrderId)>,
    /// What stands at the left of it.
    label: String,
    /// How it is drawn.
    style: Style,
}

/// A chart laid out, for trading to be drawn on.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub view: &'a BarView,
    pub symbol: Symbol,
}

impl Sheet<'_> {
    /// Gathers the lines in view and draws them where nothing is drawn yet; of those out of view it says how many there are.
    pub fn draw_lines(&self, lines: &mut Vec<Line>, buf: &mut Buffer, cx: &Cx<'_>) {
        lines.clear();
        let (plot, theme) = (self.layout.plot, cx.theme);
        let (mut above, mut below) = (0, 0);
        let mut beyond = |price: Price| *(if self.scale.y_beyond(price) < 0.0 { &mut above } else { &mut below }) += 1;
        for (account, position) in own::positions(self.symbol, cx) {
            let Some(row) = self.scale.row(position.average) else {
                beyond(position.average);
                continue;
            };
            let side = if position.qty > Qty::ZERO { "long" } else { "short" };
            let label = format!(
                "{}{side} {} {} ({:+.2}%)",
                whose(&account.name),
                position.qty.abs(),
                own::profit(position.unrealised, 14),
                own::percent(position)
            );
            let style = direction(theme, money::to_f64(position.unrealised));
            lines.push(Line { row, price: position.average, order: None, label, style });
        }
        for (price, order) in own::orders(self.symbol, cx) {
            match self.scale.row(price) {
                Some(row) => lines.push(Line {
                    row,
                    price,
                    order: Some((Arc::clone(&order.account), order.id)),
                    label: words(order),
                    style: own::of_side(theme, order.request.side),
                }),
                None => beyond(price),
            }
        }
        for line in lines.iter() {
            // A position's line is whole, that of an order is broken.
            let (gap, glyph) = match (line.order.is_some(), theme.ascii) {
                (true, false) => (2, '╌'),
                (true, true) => (2, '-'),
                (false, false) => (1, '─'),
                (false, true) => (1, '='),
            };
            for x in (plot.left()..plot.right()).filter(|x| gap == 1 || (x - plot.left()) % gap == 0) {
                put_under(buf, x, plot.y + line.row, glyph, line.style);
            }
        }
        let (up, down) = if theme.ascii { ('^', 'v') } else { ('↑', '↓') };
        let mut say = |count: u16, arrow: char, y: u16| {
            // A line's own words come first.
            let taken = lines.iter().any(|line| plot.y + line.row == y);
            if count > 0 && plot.height > 3 && !taken {
                paint::text(buf, plot.x, y, plot.width, &format!("{arrow}{count} own"), theme.own);
            }
        };
        say(above, up, plot.y + 1);
        say(below, down, plot.bottom().saturating_sub(2));
    }

    /// Writes what the lines are at the left; of several in a row the first, and how many there are.
    pub fn draw_labels(&self, lines: &[Line], buf: &mut Buffer, theme: &Theme) {
        let plot = self.layout.plot;
        for (at, line) in lines.iter().enumerate() {
            if lines[..at].iter().any(|before| before.row == line.row) {
                continue;
            }
            let more = lines[at + 1..].iter().filter(|other| other.row == line.row).count();
            let more = if more > 0 { format!(" +{more}") } else { String::new() };
            let text = format!(" {}{more} ", line.label);
            let room = plot.width * 2 / 3;
            let text = crate::ui::text::fit(&text, room, theme.ascii);
            let style = Style { bg: theme.text.bg, ..line.style };
            paint::text(buf, plot.x + 1, plot.y + line.row, room, &text, style);
        }
    }

    /// Marks where something traded: upwards for what was bought, hollow where it rested in the book.
    pub fn draw_fills(&self, buf: &mut Buffer, cx: &Cx<'_>) {
        let Some(begin) = self.columns.bars.first().map(|column| column.bar.start) else { return };
        let theme = cx.theme;
        for account in &cx.view.snapshot.trading.broker.accounts {
            let recent = account.fills.iter().rev().take(MOST_FILLS).take_while(|fill| fill.market_at >= begin);
            for fill in recent.filter(|fill| fill.symbol == self.symbol) {
                let glyph = match (fill.side, fill.maker, theme.ascii) {
                    (Side::Buy, false, false) => '▲',
                    (Side::Buy, true, false) => '△',
                    (Side::Sell, false, false) => '▼',
                    (Side::Sell, true, false) => '▽',
                    (Side::Buy, _, true) => '^',
                    (Side::Sell, _, true) => 'v',
                };
                let style = own::of_side(theme, fill.side).add_modifier(Modifier::BOLD);
                if let (Some(x), Some(row)) = (self.x(fill.market_at), self.scale.row(fill.price)) {
                    put(buf, x, self.layout.plot.y + row, glyph, style);
                }
            }
        }
    }

    /// Marks what strategies said: under the bar to buy, over it to sell or to leave.
    pub fn draw_signals(&self, buf: &mut Buffer, cx: &Cx<'_>) {
        let Some(begin) = self.columns.bars.first().map(|column| column.bar.start) else { return };
        let (theme, plot) = (cx.theme, self.layout.plot);
        let recent = cx.view.snapshot.trading.signals.iter().rev().take(MOST_SIGNALS).take_while(|signal| signal.at >= begin);
        for signal in recent.filter(|signal| signal.symbol == self.symbol) {
            let column = self.columns.holds(self.view, signal.at).and_then(|at| self.columns.bars.get(at));
            let Some(column) = column else { continue };
            let glyph = match (signal.side, theme.ascii) {
                ("BUY", false) => '↑',
                ("SELL", false) => '↓',
                (_, false) => '×',
                ("BUY", true) => 'b',
                ("SELL", true) => 's',
                (_, true) => 'x',
            };
            let row = match signal.side {
                "BUY" => self.scale.row(column.bar.low).map(|row| row.saturating_add(1)),
                _ => self.scale.row(column.bar.high).map(|row| row.saturating_sub(1)),
            };
            if let Some(row) = row.filter(|row| *row < plot.height) {
                put(buf, plot.x + column.x + self.zoom.body / 2, plot.y + row, glyph, theme.own.add_modifier(Modifier::BOLD));
            }
        }
    }

    /// The cell of a moment.
    fn x(&self, at: Nanos) -> Option<u16> {
        let column = self.columns.bars.get(self.columns.holds(self.view, at)?)?;
        Some(self.layout.plot.x + column.x + self.zoom.body / 2)
    }
}

/// Draws a tag on the price axis.
pub(super) fn draw_tag(buf: &mut Buffer, layout: &Layout, line: &Line, text: &str) {
    let glyph = line.label.chars().next().filter(|_| line.order.is_some()).unwrap_or(' ');
    price_tag(buf, layout, line.row, glyph, text, line.style.add_modifier(Modifier::REVERSED));
}

/// An account that is not the user's own is named.
fn whose(account: &str) -> String {
    if *account == *MANUAL { String::new() } else { format!("{} ", crate::ui::text::safe(account)) }
}

/// What an order is, in a few letters: the side, what is left, the kind, the account.
fn words(order: &OrderView) -> String {
    let by = if *order.account == *MANUAL { String::new() } else { format!(" {}", crate::ui::text::safe(&order.account)) };
    let pending = if order.state == OrderState::Pending { " (pending)" } else { "" };
    format!("{} {} {}{by}{pending}", own::letter(order.request.side), order.left(), order.request.kind.name())
}

#[cfg(test)]
mod tests;
