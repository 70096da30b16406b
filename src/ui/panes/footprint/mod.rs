//! Footprints: what takers bought and sold at each price of each bar.
//!
//! A column is a bar: a thin candle and beside it a row for each group of prices. What was *sold* at the bid stands at the left, what
//! was *bought* at the ask at the right. Imbalances ([`crate::footprint::imbalance`]) have a mark at their side and three or more in
//! a row a bracket; the point of control has a diamond, rows out of the value area are dim. Below stand delta, delta since
//! 00:00 UTC and volume.
//!
//! Settings kept with a layout: `mode`, `zoom` (steps wider than usual), `finer` (steps finer than what fits).

mod cells;
mod columns;
mod input;
#[cfg(test)]
mod tests;
mod text;

use self::cells::{Glyphs, Plot};
use self::columns::Columns;
use super::grouping::{self, Extent, Grouping};
use super::reason;
use crate::app::commands::{Command, Scope};
use crate::bars::BarView;
use crate::domain::{BarSpec, Nanos, Symbol};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::widgets::paint;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Cells of a column, from the widest view to the closest.
const WIDTHS: [u16; 7] = [9, 11, 13, 15, 19, 25, 33];
/// The zoom a footprint begins with.
const FIRST_ZOOM: usize = 3;

/// What stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    /// Sold at the bid and bought at the ask.
    #[default]
    BidAsk,
    /// Bought less sold.
    Delta,
    /// Bought and sold.
    Volume,
}

impl Mode {
    const ALL: [(Self, &'static str); 3] = [(Self::BidAsk, "bid x ask"), (Self::Delta, "delta"), (Self::Volume, "volume")];

    const fn next(self) -> Self {
        match self {
            Self::BidAsk => Self::Delta,
            Self::Delta => Self::Volume,
            Self::Volume => Self::BidAsk,
        }
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(mode, _)| *mode == self).map_or("", |(_, name)| name)
    }
}

/// The parts of a footprint pane; a part there is no room for is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Layout {
    /// The line with what is pointed at.
    header: Rect,
    /// The columns.
    plot: Rect,
    /// Delta, cumulative delta and volume of each bar, a line below the plot.
    footer: Rect,
    /// Prices, to the right.
    prices: Rect,
    /// Times, at the bottom.
    times: Rect,
}

impl Layout {
    /// Divides an area whose price labels are `label` cells wide.
    fn of(area: Rect, label: u16) -> Self {
        let header = u16::from(area.height >= 5);
        let times = u16::from(area.height >= 4 && area.width >= 16);
        let axis = if area.width >= 16 { (label + 2).min(area.width / 2) } else { 0 };
        let inner = area.height - header - times;
        // With the line above it.
        let footer: u16 = match inner {
            0..=7 => 0,
            8..=11 => 2,
            _ => 4,
        };
        let plot = Rect { y: area.y + header, width: area.width - axis, height: inner - footer, ..area };
        let below = plot.bottom() + footer.min(1);
        Self {
            header: Rect { height: header, ..area },
            plot,
            footer: Rect { y: below, height: footer.saturating_sub(1), ..plot },
            prices: Rect { x: plot.right(), width: axis, ..plot },
            times: Rect { y: area.y + header + inner, height: times, ..area },
        }
    }
}

/// What was bought and sold at each price of each bar.
#[derive(Debug)]
pub struct FootprintPane {
    mode: Mode,
    zoom: usize,
    grouping: Grouping,
    drag: Option<input::Drag>,
    /// As last drawn.
    layout: Layout,
    columns: Columns,
    shown: Option<(Symbol, BarSpec, usize)>,
    span: Option<(Nanos, Nanos)>,
}

impl Default for FootprintPane {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            zoom: FIRST_ZOOM,
            grouping: Grouping::default(),
            drag: None,
            layout: Layout::default(),
            columns: Columns::default(),
            shown: None,
            span: None,
        }
    }
}

/// The position of the newest bar in view.
fn right(bars: &BarView, cx: &Cx<'_>) -> usize {
    let newest = bars.len().saturating_sub(1);
    cx.window.newest.map_or(newest, |at| bars.position(Nanos(at.0.saturating_add(1))).saturating_sub(1).min(newest))
}

impl FootprintPane {
    /// Cells of a column; two figures need more than one.
    fn width(&self) -> u16 {
        let width = WIDTHS[self.zoom.min(WIDTHS.len() - 1)];
        if self.mode == Mode::BidAsk { width.max(WIDTHS[1]) } else { width }
    }

    /// Works out what is in view.
    fn look(&mut self, area: Rect, cx: &Cx<'_>, view: &SymbolView, bars: &BarView) -> Option<()> {
        let decimals = view.instrument.price_decimals();
        let close = bars.last()?.close;
        self.layout = Layout::of(area, paint::cells(&format!("{close:#.decimals$}")).max(6));
        let plot = self.layout.plot;
        let width = self.width();
        let right = right(bars, cx);
        // A cell is left free at the right, so that the newest bar does not touch the prices.
        let places = Columns::places(bars, cx.bars, right, plot.width.saturating_sub(1), width);
        let shown = || places.iter().filter_map(|place| bars.get(place.0));
        let focus = shown().next_back()?.close;
        let low = shown().map(|bar| bar.low.min(bar.high)).min()?;
        let high = shown().map(|bar| bar.high.max(bar.low)).max()?;
        let now = Some((view.instrument.symbol, cx.bars, self.zoom));
        if self.shown.map(|shown| shown.0) != now.map(|shown| shown.0) {
            self.grouping.held = None;
        }
        let anew = self.shown != now;
        self.shown = now;
        self.grouping.look(grouping::tick(&view.instrument), Extent { low, high, focus }, plot.height, anew);
        self.columns.fill(view, bars, cx.bars, &places, self.grouping.step);
        let last = self.columns.all.last()?;
        let end = match cx.bars {
            BarSpec::Time(timeframe) => last.bar.start + timeframe.nanos(),
            _ => bars.get(last.index + 1).map_or(Nanos::MAX, |next| next.start),
        };
        self.span = self.columns.all.first().map(|first| (first.bar.start, end));
        Some(())
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, bars: &BarView) -> Option<()> {
        self.look(area, cx, view, bars)?;
        let plot = Plot {
            layout: self.layout,
            grouping: &self.grouping,
            columns: &self.columns.all,
            mode: self.mode,
            width: self.width(),
            theme: cx.theme,
            glyphs: Glyphs::of(cx.theme),
        };
        plot.draw(buf);
        let cross = cx.cross.map(|cross| {
            let column = self.columns.holds(cross.at, bars);
            let price = cross.price.or_else(|| Some(self.columns.all.get(column?)?.bar.close));
            (column, price)
        });
        let line = cross.and_then(|(_, price)| Some((self.grouping.line_of(self.grouping.key_of(price?))?, price?)));
        if let Some((column, _)) = cross {
            plot.cross(buf, column, line.map(|(line, _)| line));
        }
        let pointed = cross.and_then(|(column, price)| Some((self.columns.all.get(column?)?, price)));
        let told = match pointed {
            Some((column, price)) => text::told(cx, view, column, price),
            None => self.columns.all.last().map(|column| text::told(cx, view, column, None)).unwrap_or_default(),
        };
        text::header(buf, cx, &plot, &told);
        text::prices(buf, cx, view, &plot, line);
        text::times(buf, cx, &plot, cross.and_then(|(column, _)| column));
        let behind = bars.len().saturating_sub(right(bars, cx) + 1);
        text::notes(buf, cx, self, view, &self.columns, behind);
        Some(())
    }
}

impl Pane for FootprintPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let symbol = cx.symbol.map_or_else(|| "no symbol".to_owned(), |symbol| symbol.to_string());
        let mut spans = vec![
            Span::styled(symbol, theme.bright),
            Span::styled(format!(" {}", cx.bars), theme.accent),
            Span::styled(" Footprint", theme.dim),
        ];
        let dot = if theme.ascii { " - " } else { " · " };
        spans.push(Span::styled(format!("{dot}{}", self.mode.name()), theme.dim));
        if let Some(view) = cx.symbol_view().filter(|_| self.grouping.step > 0 && self.shown.is_some()) {
            let decimals = view.instrument.price_decimals();
            let step = crate::domain::Price::from_units(self.grouping.step);
            spans.push(Span::styled(format!("{dot}rows of {step:.decimals$}"), theme.dim));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Footprint
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("mode".to_owned(), self.mode.name().into());
        table.insert("zoom".to_owned(), (self.zoom as i64 - FIRST_ZOOM as i64).into());
        table.insert("finer".to_owned(), i64::from(self.grouping.finer).into());
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        let mode = settings.get("mode").and_then(toml::Value::as_str);
        if let Some((mode, _)) = Mode::ALL.iter().find(|(_, name)| Some(*name) == mode) {
            self.mode = *mode;
        }
        if let Some(steps) = settings.get("zoom").and_then(toml::Value::as_integer) {
            self.zoom = steps.saturating_add(FIRST_ZOOM as i64).clamp(0, WIDTHS.len() as i64 - 1) as usize;
        }
        if let Some(finer) = settings.get("finer").and_then(toml::Value::as_integer) {
            self.grouping.finer = finer.clamp(-20, 20) as i8;
        }
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        self.answer(command, count, cx)
    }

    fn on_line(&mut self, _command: Command, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        self.go_to(text, cx)
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::at_price(None, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.answer_mouse(event, cx)
    }

    fn span(&self) -> Option<(Nanos, Nanos)> {
        self.span
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        self.span = None;
        if area.is_empty() {
            return;
        }
        let shown = cx.symbol_view().and_then(|view| Some((view, view.bars(cx.bars).filter(|bars| !bars.is_empty())?)));
        if shown.and_then(|(view, bars)| self.draw(area, buf, cx, view, bars)).is_none() {
            self.columns = Columns::default();
            self.shown = None;
            reason::message(area, buf, &reason::why_empty(cx, "trades"), cx.theme.dim, cx.theme.ascii);
        }
    }
}
