//! The tape: trades as they come, newest on top.

mod rows;
#[cfg(test)]
mod tests;

use self::rows::{Columns, draw_row};
use super::reason;
use crate::app::commands::{Command, Scope};
use crate::bars::Series;
use crate::domain::Symbol;
use crate::engine::snapshot::TapeTrade;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::widgets::paint;
use crossterm::event::{MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

/// Trades whose median size says what is large.
const RECENT: usize = 255;
/// A trade of this many times the median is large.
const LARGE: f64 = 10.0;
/// Rows a step of the wheel moves.
const WHEEL: i64 = 3;

/// The trades of one symbol.
#[derive(Debug, Clone, Default)]
pub struct TapePane {
    /// Number of the trade on top, counted from the first ever held; `None` follows the newest.
    top: Option<u64>,
    shown: Option<Symbol>,
    /// Rows as last drawn.
    rows: u16,
    /// Widest price and size so far, so that columns don't dance.
    widths: (u16, u16),
    sizes: Vec<i64>,
}

impl TapePane {
    /// A tape that follows the newest trade.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves down by so many rows, to older trades when positive; at the top it follows again.
    fn scroll(&mut self, rows: i64, cx: &Cx<'_>) -> Handled {
        let Some(trades) = trades(cx) else { return Handled::Yes };
        let newest = newest(trades);
        let top = self.top.unwrap_or(newest).min(newest);
        let target = if rows < 0 { top.saturating_add(rows.unsigned_abs()) } else { top.saturating_sub(rows.unsigned_abs()) };
        let oldest_top = (trades.dropped() + u64::from(self.rows.max(1)) - 1).min(newest);
        self.top = (target < newest).then_some(target.max(oldest_top)).filter(|top| *top < newest);
        Handled::Yes
    }

    /// The median size of the trades up to one, in quantity units: what is large does not change while paused.
    fn median(&mut self, trades: &Series<TapeTrade>, up_to: usize) -> f64 {
        self.sizes.clear();
        let recent = up_to.saturating_sub(RECENT)..=up_to;
        self.sizes.extend(recent.filter_map(|index| trades.get(index)).map(|trade| trade.qty.units()));
        let middle = self.sizes.len() / 2;
        if self.sizes.is_empty() { 0.0 } else { *self.sizes.select_nth_unstable(middle).1 as f64 }
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, trades: &Series<TapeTrade>) {
        if self.shown != cx.symbol {
            self.shown = cx.symbol;
            self.widths = (0, 0);
            self.top = None;
        }
        let newest = newest(trades);
        // After a jump back in a replay the paused place may lie in the future.
        if self.top.is_some_and(|top| top >= newest) {
            self.top = None;
        }
        let paused = u16::from(self.top.is_some() && area.height > 1);
        self.rows = area.height - paused;
        let top = self.top.unwrap_or(newest).max(trades.dropped());
        let Some(instrument) = cx.symbol_view().map(|view| &view.instrument) else { return };
        let decimals = (instrument.price_decimals(), instrument.qty_decimals());
        let from = (top - trades.dropped()) as usize;
        let median = self.median(trades, from);
        let shown = || (0..usize::from(self.rows)).map_while(|row| trades.get(from.checked_sub(row)?));
        for trade in shown() {
            self.widths.0 = self.widths.0.max(rows::price(trade, decimals.0).len() as u16);
            self.widths.1 = self.widths.1.max(rows::size(trade, decimals.1).len() as u16);
        }
        let columns = Columns::of(area.width, self.widths);
        for (trade, y) in shown().zip(area.y + paused..) {
            let times_median = if median > 0.0 { trade.qty.units() as f64 / median } else { 0.0 };
            let place = Rect { y, height: 1, ..area };
            draw_row(buf, place, &columns, trade, decimals, (times_median, LARGE), cx);
        }
        if paused > 0 {
            let dot = if cx.theme.ascii { '-' } else { '·' };
            let behind = newest - top;
            let key = cx.key(Command::ListBottom);
            let texts = [
                format!(" paused {dot} {behind} newer {dot} {key} follows "),
                format!(" paused {dot} {key} follows "),
                " paused ".to_owned(),
            ];
            let style = cx.theme.accent.add_modifier(Modifier::REVERSED);
            if let Some(text) = texts.iter().find(|text| paint::cells(text) <= area.width) {
                paint::text_centred(buf, area, area.y, text, style);
            }
        }
    }
}

/// Number of the newest trade, counted from the first ever held.
fn newest(trades: &Series<TapeTrade>) -> u64 {
    trades.dropped() + (trades.len() as u64).saturating_sub(1)
}

fn trades<'a>(cx: &Cx<'a>) -> Option<&'a Series<TapeTrade>> {
    cx.symbol_view().map(|view| &view.trades).filter(|trades| !trades.is_empty())
}

impl Pane for TapePane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let mut spans = vec![Span::styled("Trades", cx.theme.bright)];
        if self.top.is_some() {
            spans.push(Span::styled(" paused", cx.theme.accent));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Tape
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        let page = i64::from(self.rows.max(2) - 1);
        match command {
            Command::ListDown => self.scroll(count, cx),
            Command::ListUp => self.scroll(-count, cx),
            Command::ListPageDown => self.scroll(page * count, cx),
            Command::ListPageUp => self.scroll(-page * count, cx),
            Command::ListTop => self.scroll(i64::MIN, cx),
            Command::ListBottom => {
                self.top = None;
                Handled::Yes
            }
            _ => Handled::No,
        }
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        match event.kind {
            MouseEventKind::ScrollDown => self.scroll(WHEEL, cx),
            MouseEventKind::ScrollUp => self.scroll(-WHEEL, cx),
            _ => Handled::No,
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        match trades(cx) {
            Some(trades) => self.draw(area, buf, cx, trades),
            None => reason::message(area, buf, &reason::why_empty(cx, "trades"), cx.theme.dim, cx.theme.ascii),
        }
    }
}
