//! The liquidity heatmap: what rested in the book at each price over time, and what became of it.
//!
//! Settings kept with a layout: `closer` (steps of time closer than usual), `price_closer` (steps of price), `fainter` (half doublings
//! by which less is shown too), `dots`, `least` (least trade shown, base units).

mod draw;
mod grid;
mod input;
mod life;
mod ramp;
mod scales;
mod shade;
#[cfg(test)]
mod tests;
mod text;

use self::draw::Plot;
use self::grid::{Frame, Grid};
use self::ramp::Ramp;
use self::scales::Layout;
use super::reason;
use crate::app::commands::{Command, Scope};
use crate::domain::{Nanos, Price};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::widgets::paint;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Least and most half doublings by which the bottom of the ramp is moved down.
const FAINTER: (i8, i8) = (-16, 16);

/// Resting liquidity over time and price.
#[derive(Debug)]
pub struct HeatmapPane {
    /// Steps of time closer than usual.
    closer: i8,
    /// Steps of price closer than usual.
    price_closer: i8,
    /// The price in the middle, where the user holds it.
    held: Option<Price>,
    /// Half doublings by which the bottom of the ramp is moved down.
    fainter: i8,
    dots: bool,
    /// The least trade shown, in units; `None` shows those that stand out.
    least: Option<f32>,
    drag: Option<input::Drag>,
    /// As last drawn.
    frame: Frame,
    layout: Layout,
    /// The newest column in view, and the newest there is.
    newest: (i64, i64),
    /// The largest trade in view, in units.
    traded: f32,
    grid: Grid,
    ramp: Ramp,
    pixels: Vec<u8>,
    starts: Vec<(u16, Nanos)>,
}

impl Default for HeatmapPane {
    fn default() -> Self {
        Self {
            closer: 0,
            price_closer: 0,
            held: None,
            fainter: 0,
            dots: true,
            least: None,
            drag: None,
            frame: Frame::default(),
            layout: Layout::default(),
            newest: (0, 0),
            traded: 0.0,
            grid: Grid::default(),
            ramp: Ramp::default(),
            pixels: Vec::new(),
            starts: Vec::new(),
        }
    }
}

/// The middle of the best prices, where there are both.
fn middle_of(bid: Price, ask: Price) -> Option<Price> {
    match (bid.units() > 0, ask.units() > 0) {
        (true, true) => Some(Price::from_units(i64::midpoint(bid.units(), ask.units()))),
        (true, false) => Some(bid),
        (false, true) => Some(ask),
        (false, false) => None,
    }
}

/// Why there is nothing to draw.
fn why_empty(cx: &Cx<'_>) -> String {
    let only_trades = cx.symbol_view().is_some_and(|view| view.book_state == BookState::Never && !view.trades.is_empty());
    if cx.view.session.replay.is_some() && only_trades {
        return "no order book in this recording so far, only trades".to_owned();
    }
    reason::why_empty(cx, "order book")
}

/// The price to be kept in the middle: that of the newest column in view.
fn centre(view: &SymbolView, live: bool, column: i64, length: Nanos) -> Option<Price> {
    if live && view.book_state.is_synced() {
        return middle_of(view.book.best_bid()?.0, view.book.best_ask()?.0);
    }
    let layer = view.liquidity.layers.iter().find(|layer| layer.column <= length)?;
    let end = layer.column_of(Nanos((column + 1).saturating_mul(length.0).saturating_sub(1)));
    let touch = layer.touches.get(layer.touch_position(end)?)?;
    middle_of(touch.bid, touch.ask)
}

impl HeatmapPane {
    /// The columns in view.
    fn columns(&self) -> std::ops::Range<i64> {
        self.newest.0 + 1 - i64::from(self.layout.plot.width)..self.newest.0 + 1
    }

    /// Works out what is in view.
    fn look(&mut self, area: Rect, cx: &Cx<'_>, view: &SymbolView) -> Option<()> {
        let decimals = view.instrument.price_decimals();
        let now = cx.view.snapshot.at;
        let known = view.last_price()?;
        self.layout = Layout::of(area, paint::cells(&format!("{known:#.decimals$}")).max(6));
        let (length, closer) = scales::column_length(cx.bars, self.closer);
        self.closer = closer;
        let newest = now.0.div_euclid(length.0);
        let shown = cx.window.newest.map_or(newest, |at| at.0.div_euclid(length.0).min(newest));
        self.newest = (shown, newest);
        let rows = usize::from(self.layout.plot.height) * 2;
        let tick = view.instrument.tick;
        // The size of a row must not change with every tick of the price.
        let reference = view.time_bars.values().next_back().and_then(|bars| bars.last()).map_or(known, |bar| bar.open);
        let (row, price_closer) = scales::row_units(reference, tick, rows, length, self.price_closer);
        self.price_closer = price_closer;
        let layer = view.liquidity.layer_for(length, row)?;
        let centre = self.held.or_else(|| centre(view, shown == newest, shown, length)).unwrap_or(known);
        let at = centre.units().div_euclid(row);
        let same = self.frame.row == row && self.frame.rows == rows && self.frame.since == view.liquidity.since;
        let from_bottom = at - self.frame.base;
        let (low, high) = (rows as i64 * 3 / 10, rows as i64 * 7 / 10);
        // The picture stands still while the price stays in its middle part.
        let stays = same && self.held.is_none() && (low..=high).contains(&from_bottom);
        let base = if stays { self.frame.base } else { at - rows as i64 / 2 };
        self.frame = Frame {
            since: view.liquidity.since,
            length,
            layer: layer.column,
            row,
            base,
            rows,
            columns: usize::from(self.layout.plot.width),
        };
        Some(())
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView) -> Option<()> {
        self.look(area, cx, view)?;
        self.ramp.take(cx.theme);
        let columns = self.columns();
        let (frame, now) = (self.frame, cx.view.snapshot.at);
        let layer = view.liquidity.layer_for(frame.length, frame.row)?;
        self.grid.prepare(frame, columns.clone(), view, layer, now);
        let scale = shade::range(&self.grid, columns.clone(), self.fainter);
        self.traded = scale.traded;
        shade::shade(&self.grid, columns.clone(), frame.rows, &scale, &mut self.pixels);
        let plot = Plot {
            layout: self.layout,
            columns: columns.clone(),
            length: frame.length,
            row: frame.row,
            base: frame.base,
            rows: frame.rows,
            scale,
            grid: &self.grid,
            ramp: &self.ramp,
            theme: cx.theme,
        };
        let follows = self.newest.0 >= self.newest.1;
        let live = follows && view.book_state.is_synced();
        let touch = live.then(|| Some((view.book.best_bid()?.0, view.book.best_ask()?.0))).flatten();
        plot.touch(layer, touch, &mut self.pixels);
        plot.cells(buf, &self.pixels);
        plot.beyond(buf, &self.pixels);
        plot.endings(buf);
        if self.dots {
            plot.dots(buf, self.least);
        }
        let first = layer.first().map(|column| layer.start_of(column));
        plot.gaps(buf, &view.liquidity, first, now);
        plot.beginning(buf, first, view.liquidity.since, cx.zone);

        let cross = cx.cross.map(|cross| {
            let column = cross.at.0.div_euclid(frame.length.0);
            let x = columns.contains(&column).then(|| (column - columns.start) as u16);
            let price = cross.price.or_else(|| centre(view, column == self.newest.1, column, frame.length));
            let line = price.and_then(|price| plot.line_of(plot.row_of(price)));
            (x, line, cross.at, price)
        });
        if let Some((x, line, ..)) = cross {
            plot.cross(buf, x, line);
        }
        let parts = match cross {
            Some((Some(_), _, at, Some(price))) => {
                let low = Price::from_units(price.units() - price.units().rem_euclid(frame.row));
                let prices = (low, Price::from_units(low.units().saturating_add(frame.row - 1)));
                let end = Nanos((at.0.div_euclid(frame.length.0) + 1).saturating_mul(frame.length.0).saturating_sub(1));
                let column = layer.column_of(end).min(layer.running().unwrap_or(i64::MAX) - 1);
                let known = plot.grid.is_known(at.0.div_euclid(frame.length.0));
                text::pointed(cx, view, at, price, life::largest(layer, column, prices).filter(|_| known), known)
            }
            _ => text::walls(cx, view, &plot),
        };
        text::header(buf, cx, view, &plot, &parts);
        text::prices(buf, cx, view, &plot, cross.and_then(|(_, line, _, price)| line.zip(price)));
        let cross_time = cross.and_then(|(x, _, at, _)| Some((x?, at)));
        text::times(buf, cx, &plot, &mut self.starts, cross_time);
        let end = Nanos((self.newest.0 + 1).saturating_mul(frame.length.0));
        text::notes(buf, cx, &plot, (!follows).then(|| now.saturating_sub(end)), self.held.is_some());
        Some(())
    }
}

impl Pane for HeatmapPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let symbol = cx.symbol.map_or_else(|| "no symbol".to_owned(), |symbol| symbol.to_string());
        let mut spans = vec![Span::styled(symbol, theme.bright), Span::styled(" Heatmap", theme.dim)];
        let Some(view) = cx.symbol_view().filter(|_| self.frame.row > 0) else { return Line::from(spans) };
        let dot = if theme.ascii { " - " } else { " · " };
        let millis = self.frame.length.millis();
        let length = if millis < 1_000 { format!("{millis}ms") } else { short_span(millis / 1_000) };
        let decimals = view.instrument.price_decimals();
        spans.push(Span::styled(format!("{dot}{length}"), theme.accent));
        spans.push(Span::styled(format!(" x {:.decimals$}", Price::from_units(self.frame.row)), theme.accent));
        if let (true, Some(least)) = (self.dots, self.least) {
            let least = crate::ui::widgets::figures::short(f64::from(least) / 1e8);
            spans.push(Span::styled(format!("{dot}trades from {least}"), theme.dim));
        }
        if !self.dots {
            spans.push(Span::styled(format!("{dot}no trades"), theme.dim));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Heatmap
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        self.answer(command, count, cx)
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("closer".to_owned(), i64::from(self.closer).into());
        table.insert("price_closer".to_owned(), i64::from(self.price_closer).into());
        table.insert("fainter".to_owned(), i64::from(self.fainter).into());
        table.insert("dots".to_owned(), self.dots.into());
        if let Some(least) = self.least {
            table.insert("least".to_owned(), (f64::from(least) / 1e8).into());
        }
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        let whole = |name: &str, least: i8, most: i8| {
            let value = settings.get(name)?.as_integer()?;
            i8::try_from(value.clamp(i64::from(least), i64::from(most))).ok()
        };
        self.closer = whole("closer", -20, 20).unwrap_or(self.closer);
        self.price_closer = whole("price_closer", -20, 20).unwrap_or(self.price_closer);
        self.fainter = whole("fainter", FAINTER.0, FAINTER.1).unwrap_or(self.fainter);
        self.dots = settings.get("dots").and_then(toml::Value::as_bool).unwrap_or(self.dots);
        let least = settings.get("least").and_then(toml::Value::as_float).filter(|least| *least > 0.0 && least.is_finite());
        self.least = least.map(|least| (least * 1e8) as f32).or(self.least);
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::at_price(None, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.answer_mouse(event, cx)
    }

    fn span(&self) -> Option<(Nanos, Nanos)> {
        let columns = self.columns();
        let end = Nanos(columns.end.saturating_mul(self.frame.length.0));
        (self.frame.length.0 > 0).then(|| (self.start_of(columns.start), end))
    }

    fn on_line(&mut self, _command: Command, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        self.go_to(text, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        let view = cx.symbol_view().filter(|view| !view.liquidity.is_empty());
        if view.and_then(|view| self.draw(area, buf, cx, view)).is_none() {
            self.frame = Frame::default();
            reason::message(area, buf, &why_empty(cx), cx.theme.dim, cx.theme.ascii);
        }
    }
}

fn short_span(secs: i64) -> String {
    match secs {
        0..60 => format!("{secs}s"),
        60..3_600 => format!("{}m", secs / 60),
        3_600..86_400 => format!("{}h", secs / 3_600),
        _ => format!("{}d", secs / 86_400),
    }
}
