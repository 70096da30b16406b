//! The tape: trades as they come, newest on top; filtered by size, one row for each taker's order.

mod prints;
mod rows;
mod seconds;
mod settings;
#[cfg(test)]
mod tests;

use self::prints::{Prints, Rule};
use self::rows::{Columns, Painter, Weight, above, silence};
use self::seconds::second_of;
use super::reason;
use super::threshold::Threshold;
use crate::app::commands::{Command, Scope};
use crate::app::link::Cross;
use crate::bars::Series;
use crate::domain::{BarSpec, Symbol, Volume};
use crate::engine::snapshot::{SymbolView, TapeTrade};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::widgets::{clock, paint};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

/// Trades whose median size says what is large.
const RECENT: u64 = 255;
/// A trade of this many times the median is large, unless the user says otherwise.
const LARGE: Threshold = Threshold::Times(10.0);
/// Rows a step of the wheel moves.
const WHEEL: i64 = 3;
/// Seconds that are summed up above the rows.
const SUMMED: i64 = 10;

/// The trades of one symbol.
#[derive(Debug, Clone)]
pub struct TapePane {
    prints: Prints,
    rule: Rule,
    large: Threshold,
    /// Whether each second's delta is shown.
    delta: bool,
    /// Number of the newest trade in the row on top, counted from the first ever held; `None` follows the newest.
    top: Option<u64>,
    shown: Option<Symbol>,
    /// Rows as last drawn.
    rows: u16,
    /// Widest price and size so far, so that columns don't dance.
    widths: (u16, u16),
    sizes: Vec<i64>,
}

impl Default for TapePane {
    fn default() -> Self {
        Self {
            prints: Prints::default(),
            rule: Rule::default(),
            large: LARGE,
            delta: true,
            top: None,
            shown: None,
            rows: 0,
            widths: (0, 0),
            sizes: Vec::new(),
        }
    }
}

impl TapePane {
    /// A tape that follows the newest trade.
    pub fn new() -> Self {
        Self::default()
    }

    /// The row on top.
    fn top_row(&self) -> usize {
        let newest = self.prints.len().saturating_sub(1);
        self.top.map_or(newest, |number| self.prints.position(number))
    }

    /// Moves down by so many rows, to older trades when positive; at the top it follows again.
    fn scroll(&mut self, rows: i64, cx: &Cx<'_>) -> Handled {
        let Some(symbol) = symbol(cx) else { return Handled::Yes };
        self.prints.update(symbol, self.rule);
        let newest = self.prints.len().saturating_sub(1);
        let step = usize::try_from(rows.unsigned_abs()).unwrap_or(usize::MAX);
        let at = self.top_row();
        let target = if rows < 0 { at.saturating_add(step) } else { at.saturating_sub(step) };
        let target = target.max(usize::from(self.rows.max(1)) - 1).min(newest);
        self.top = (target < newest).then(|| self.prints.get(target).map(|print| print.number)).flatten();
        Handled::Yes
    }

    /// The median size of the trades up to a number, 1e-8 base units: what is large does not change while paused.
    fn median(&mut self, trades: &Series<TapeTrade>, up_to: u64) -> f64 {
        self.sizes.clear();
        let last = up_to.max(trades.dropped()) - trades.dropped();
        let recent = last.saturating_sub(RECENT)..=last;
        self.sizes.extend(recent.filter_map(|index| trades.get(index as usize)).map(|trade| trade.qty.units()));
        let middle = self.sizes.len() / 2;
        if self.sizes.is_empty() { 0.0 } else { *self.sizes.select_nth_unstable(middle).1 as f64 }
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView) {
        if self.shown != cx.symbol {
            self.shown = cx.symbol;
            self.widths = (0, 0);
            self.top = None;
        }
        self.prints.update(symbol, self.rule);
        // After a jump back in a replay the paused place may lie in the future.
        let newest = self.prints.len().saturating_sub(1);
        if self.top.is_some() && self.top_row() >= newest {
            self.top = None;
        }
        let head = above(area.height).max(u16::from(self.top.is_some() && area.height > 1));
        self.rows = area.height - head;
        let from = self.top_row();
        let instrument = &symbol.instrument;
        let decimals = (instrument.price_decimals(), instrument.qty_decimals());
        let median = self.median(&symbol.trades, self.prints.get(from).map_or(0, |print| print.number));
        let shown = || (0..usize::from(self.rows)).map_while(|row| self.prints.get(from.checked_sub(row)?));
        let mut widths = self.widths;
        for print in shown() {
            widths.0 = widths.0.max(rows::price(print, decimals.0).len() as u16);
            widths.1 = widths.1.max(rows::size(print, decimals.1).len() as u16);
        }
        let columns = Columns::of(area.width, widths, self.rule.merge, self.delta);
        let painter = Painter { cx, columns, decimals };
        let deltas = || shown().filter_map(|print| self.prints.seconds.delta(second_of(print.at)));
        let most = if columns.delta > 0 { deltas().map(i128::abs).max().unwrap_or(0) } else { 0 };
        let most = Volume::from_units(most).to_f64();
        let mut second = None;
        for (print, y) in shown().zip(area.y + head..) {
            let times = if median > 0.0 { print.qty as f64 / median } else { 0.0 };
            let large = self.large.holds(print.qty, print.notional, times);
            // A second's delta stands in the newest of its rows.
            let begins = second.replace(second_of(print.at)) != Some(second_of(print.at));
            let delta = self.prints.seconds.delta(second_of(print.at)).filter(|_| begins);
            let delta = delta.map(|delta| (Volume::from_units(delta).to_f64(), most));
            painter.row(buf, Rect { y, height: 1, ..area }, print, Weight { times, large }, delta);
        }
        if head > 1 {
            painter.headings(buf, Rect { y: area.y + head - 1, height: 1, ..area }, instrument);
        }
        self.widths = widths;
        self.draw_head(area, buf, cx, symbol, newest - from.min(newest));
        if self.prints.len() == 0
            && let Some(least) = self.rule.minimum
        {
            let least = least.label(&instrument.base, &instrument.quote, cx.theme.ascii);
            let text = format!("no trade of {least} yet ({} shows smaller ones)", cx.key(Command::TapeSmaller));
            let area = Rect { y: area.y + head, height: area.height - head, ..area };
            reason::message(area, buf, &text, cx.theme.dim, cx.theme.ascii);
        }
    }

    /// The first line: that it is paused, that nothing came for a while, or the sums of the last seconds.
    fn draw_head(&self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView, behind: usize) {
        let dot = if cx.theme.ascii { '-' } else { '·' };
        if self.top.is_some() && area.height > 1 {
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
        } else if above(area.height) > 0 {
            let now = cx.view.session.now;
            if let Some(age) = silence(symbol.trades.last().map(|trade| trade.at), now) {
                let text = format!("no trade for {}", clock::span(age));
                paint::text(buf, area.x, area.y, area.width, &text, cx.theme.warning);
            } else {
                rows::sums(buf, area, cx, &self.prints.seconds.last(now, SUMMED), SUMMED, &symbol.instrument.base);
            }
        }
    }

    /// Points the linked crosshair at the row that was clicked on.
    fn point(&self, event: MouseEvent, area: Rect, cx: &Cx<'_>) -> Handled {
        let first = area.bottom().saturating_sub(self.rows);
        if !area.contains(Position::new(event.column, event.row)) || event.row < first {
            return Handled::No;
        }
        let row = self.top_row().checked_sub(usize::from(event.row - first));
        let Some(print) = row.and_then(|row| self.prints.get(row)) else { return Handled::No };
        let at = match cx.bars {
            BarSpec::Time(timeframe) => timeframe.start_of(print.at),
            _ => print.at,
        };
        Handled::Run(Action::Cross(Some(Cross { at, price: Some(print.last) })))
    }
}

/// The symbol, once there are trades or liquidations of it.
fn symbol<'a>(cx: &Cx<'a>) -> Option<&'a SymbolView> {
    cx.symbol_view().filter(|view| !view.trades.is_empty() || !view.liquidations.is_empty())
}

impl Pane for TapePane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::styled("Trades", theme.bright)];
        if let Some(least) = self.rule.minimum {
            let (base, quote) = cx.symbol_view().map_or(("", ""), |view| (&view.instrument.base, &view.instrument.quote));
            let sign = if theme.ascii { ">=" } else { "≥" };
            spans.push(Span::styled(format!(" {sign} {}", least.label(base, quote, theme.ascii)), theme.accent));
        }
        if self.top.is_some() {
            spans.push(Span::styled(" paused", theme.accent));
        }
        if self.rule.merge && self.top.is_none() {
            spans.push(Span::styled(" by order", theme.dim));
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
            Command::Cancel if self.top.is_some() => {
                self.top = None;
                Handled::Yes
            }
            other => self.choose(other, count),
        }
    }

    fn on_line(&mut self, command: Command, text: &str, _cx: &Cx<'_>) -> Result<Handled, String> {
        self.entered(command, text).map(|()| Handled::Yes)
    }

    fn settings(&self) -> toml::Table {
        self.chosen()
    }

    fn restore(&mut self, settings: &toml::Table) {
        self.take_back(settings);
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_volume(cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, cx: &Cx<'_>) -> Handled {
        match event.kind {
            MouseEventKind::ScrollDown => self.scroll(WHEEL, cx),
            MouseEventKind::ScrollUp => self.scroll(-WHEEL, cx),
            MouseEventKind::Down(MouseButton::Left) => self.point(event, area, cx),
            _ => Handled::No,
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        match symbol(cx) {
            Some(symbol) => self.draw(area, buf, cx, symbol),
            None => reason::message(area, buf, &reason::why_empty(cx, "trades"), cx.theme.dim, cx.theme.ascii),
        }
    }
}
