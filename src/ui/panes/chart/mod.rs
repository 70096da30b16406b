//! The chart: candles, line or area, volume, axes, crosshair.

mod anchored;
mod axes;
mod compare;
mod countdown;
mod figure;
mod header;
mod heikin;
mod input;
mod layout;
mod levels;
mod linked;
mod measure;
mod overlays;
mod plot;
mod studies;
mod style;
mod subpanes;
#[cfg(test)]
mod tests;
mod trading;
pub mod viewport;

use self::anchored::Anchored;
use self::compare::{Compare, Sheet};
use self::heikin::Averaged;
use self::layout::{Layout, Wish};
use self::measure::{Measure, Point, Sum};
use self::plot::Plot;
use self::studies::Studies;
use self::style::Style;
use self::viewport::{Anchor, Columns, FIRST_ZOOM, Groups, ZOOMS, Zoom, least_right};
use super::reason;
use crate::app::alerts::crossing;
use crate::app::commands::{Command, Scope};
use crate::app::link::Cross;
use crate::app::studies::StudyAct;
use crate::bars::BarView;
use crate::domain::{BarSpec, Nanos, Price, Symbol, Timeframe};
use crate::drive::view::Mode;
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::scale::PriceScale;
use crate::ui::widgets::{figures, paint, ticks, time_axis};
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

/// After this long, asked-for history is no longer said to be loading and may be asked for again.
const PATIENCE: Nanos = Nanos::from_secs(10);

/// Older bars that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    symbol: Symbol,
    timeframe: Timeframe,
    /// Start of the oldest bar then held.
    before: Nanos,
    /// When.
    at: Nanos,
}

/// The left button of the mouse, held down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Drag {
    /// Where it went down.
    column: u16,
    /// The newest bar then in view.
    newest: usize,
    /// Whether the mouse has moved since.
    moved: bool,
    /// Whether it measures rather than pans.
    measures: bool,
}

/// A chart of one symbol's bars.
#[derive(Debug, Clone)]
pub struct ChartPane {
    style: Style,
    zoom: usize,
    anchor: Anchor,
    /// Whether the zoom came with a layout and nobody has zoomed since.
    kept_zoom: bool,
    cross: Option<Cross>,
    /// The crosshair as this chart set it at a bar's close: it stays at the close.
    at_close: Option<Cross>,
    /// Whether the crosshair goes where the mouse goes.
    hovers: bool,
    measure: Option<Measure>,
    /// The volume measured last.
    sum: Sum,
    /// Steps the price scale is stretched by.
    stretch: i8,
    volume: bool,
    log: bool,
    compare: Compare,
    studies: Studies,
    asked: Option<Asked>,
    drag: Option<Drag>,
    /// As last drawn, for keys and the mouse to refer to.
    layout: Layout,
    columns: Columns,
    scale: Option<PriceScale>,
    averaged: Averaged,
    anchored: Anchored,
    /// From when to before when it shows bars.
    span: Option<(Nanos, Nanos)>,
    /// The tags of alerts on the price axis.
    tags: Vec<levels::Tag>,
    /// Whether what was traded and is worked on is shown.
    trading: bool,
    /// Prices of orders and positions in view.
    lines: Vec<trading::Line>,
    dots: Dots,
    starts: Vec<(u16, Nanos)>,
}

impl Default for ChartPane {
    fn default() -> Self {
        Self {
            style: Style::default(),
            zoom: FIRST_ZOOM,
            anchor: Anchor::Follow,
            kept_zoom: false,
            cross: None,
            at_close: None,
            hovers: false,
            measure: None,
            sum: Sum::default(),
            stretch: 0,
            volume: true,
            log: false,
            compare: Compare::default(),
            studies: Studies::default(),
            asked: None,
            drag: None,
            layout: Layout::default(),
            columns: Columns::default(),
            scale: None,
            averaged: Averaged::default(),
            anchored: Anchored::default(),
            span: None,
            tags: Vec::new(),
            trading: true,
            lines: Vec::new(),
            dots: Dots::default(),
            starts: Vec::new(),
        }
    }
}

impl ChartPane {
    /// A chart that follows the newest candle.
    pub fn new() -> Self {
        Self::default()
    }

    fn zoom(&self) -> Zoom {
        ZOOMS[self.zoom.min(ZOOMS.len() - 1)]
    }

    /// Position of the newest bar in view.
    fn right(&self, view: &BarView, groups: Groups, cells: u16) -> usize {
        let newest = view.len().saturating_sub(1);
        match self.anchor {
            Anchor::Follow => newest,
            Anchor::At(at) => {
                let holds = view.position(Nanos(at.0.saturating_add(1))).saturating_sub(1);
                let end = groups.end(view, holds.min(newest));
                // Only near the oldest bar does it matter how far back one can go.
                let near = usize::from(cells).saturating_mul(self.zoom().bars as usize);
                if end < near { end.max(least_right(view, groups, self.zoom(), cells)) } else { end }
            }
        }
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView, view: &BarView) {
        let theme = cx.theme;
        let decimals = symbol.instrument.price_decimals();
        let Some(newest) = view.last() else { return };
        // The axis is as wide as its widest label; the newest price stands for those not yet known.
        let label = paint::cells(&format!("{:#.decimals$}", newest.close)).max(7) + 1;
        let compares = self.compare.is_on(cx) && matches!(cx.bars, BarSpec::Time(_));
        let wish = Wish { legend: self.studies.over().next().is_some(), panes: self.studies.beneath().count() };
        let layout = Layout::of(area, label, self.volume, if compares { Wish::default() } else { wish });
        self.layout = layout;
        let zoom = self.zoom();
        let groups = Groups::of(view, cx.bars, zoom.bars);
        let right = self.right(view, groups, layout.cells());
        self.columns.fill(view, groups, zoom, right, layout.cells());
        self.span = anchored::span(&self.columns, view, cx.bars);
        self.averaged.bars.clear();
        if self.style == Style::HeikinAshi {
            self.averaged.fill(&self.columns, view, groups);
        }
        self.studies.update(symbol, cx.bars, view, &self.columns);
        let Some((low, high)) = range(&self.columns, &self.averaged) else {
            reason::message(area, buf, &price_line(newest.close, decimals), theme.bright, theme.ascii);
            return;
        };
        let (low, high) = overlays::widened(&self.studies, low, high);
        let (low, high) = axes::stretched(low, high, self.stretch);
        let scale = PriceScale::fit(low, high, symbol.instrument.tick, layout.plot.height, self.log);
        self.scale = Some(scale);
        self.starts.clear();
        self.starts.extend(self.columns.bars.iter().map(|column| (column.x + zoom.body / 2, column.bar.start)));
        let labels = time_axis::labels(&self.starts, layout.plot.width, cx.zone);
        let pointed = self.cross.and_then(|cross| self.columns.holds(view, cross.at));
        if compares {
            self.tags.clear();
            self.lines.clear();
            let picked = pointed;
            let sheet = Sheet { layout, columns: &self.columns, zoom, labels: &labels, picked };
            self.compare.draw(&sheet, &mut self.dots, buf, cx);
            return self.draw_notes(buf, view, right, cx);
        }
        let ticks = ticks::price_ticks(&scale, decimals, if layout.plot.height < 12 { 2 } else { 3 });
        let (direction, _) = axes::direction(symbol, newest, cx);

        let plot = Plot { layout, columns: &self.columns, averaged: &self.averaged, zoom, scale, theme };
        plot.draw_bars(buf, self.style, &mut self.dots);
        let under = anchored::Sheet { layout, columns: &self.columns, zoom, scale, symbol, view };
        self.anchored.draw(buf, cx, &under, &mut self.dots);
        let instrument = &symbol.instrument;
        let drawn = overlays::Sheet { layout, columns: &self.columns, zoom, scale, instrument, theme, picked: pointed };
        drawn.draw_lines(&self.studies, &mut self.dots, buf);
        drawn.draw_beneath(&self.studies, &mut self.dots, buf);
        let measured = self.measured().map(|(from, to)| (from, to, measure::measured(from, to, view, &mut self.sum)));
        let sheet = measure::Sheet { layout, columns: &self.columns, zoom, scale, instrument: &symbol.instrument, theme };
        if let Some((from, to, found)) = &measured {
            sheet.draw_box(buf, *from, *to, found);
        }
        let most = plot.draw_volume(buf);
        let picked = self.cross.and_then(|cross| self.columns.bars.get(self.columns.holds(view, cross.at)?).zip(Some(cross)));
        let cross = picked.map(|(column, cross)| plot.draw_cross(buf, column, self.cross_price(cross, &column.bar)));
        plot.draw_gaps(buf);
        let alerts = levels::Sheet { layout, columns: &self.columns, zoom, scale, view };
        alerts.draw_levels(&mut self.tags, buf, cx);
        let traded = trading::Sheet { layout, columns: &self.columns, zoom, scale, view, symbol: symbol.instrument.symbol };
        if self.trading {
            traded.draw_lines(&mut self.lines, buf, cx);
        } else {
            self.lines.clear();
        }
        plot.draw_last(buf, newest.close, direction);
        plot.draw_grid(buf, &ticks, &labels);
        alerts.draw_firings(buf, cx);
        if self.trading {
            traded.draw_labels(&self.lines, buf, theme);
            traded.draw_signals(buf, cx);
            traded.draw_fills(buf, cx);
        }
        drawn.draw_legend(&self.studies, buf);
        drawn.draw_texts(&self.studies, buf);
        self.anchored.label(buf, cx, &layout);

        if let Some((from, to, found)) = &measured {
            sheet.draw_label(buf, *from, *to, found);
        }
        let beneath = countdown::remaining(symbol, view.forming.as_ref(), layout.prices.width.saturating_sub(1), cx);
        let tag = match direction.fg {
            Some(colour) => theme.tag.bg(colour),
            None => theme.tag.add_modifier(Modifier::REVERSED),
        };
        let tags = axes::Tags {
            last: Some((newest.close, tag, beneath)),
            cross: cross.and_then(|(price, _)| price),
            alerts: &self.tags,
            own: &self.lines,
        };
        axes::draw_prices(buf, &layout, &scale, &ticks, &tags, decimals, cx);
        if layout.volume.height > 0 && most > 0.0 {
            let text = figures::short(most);
            paint::text_right(buf, layout.prices.right(), layout.volume.y, layout.prices.width, &text, theme.dim);
        }
        let cross_time = cross.zip(picked).map(|((_, x), (column, _))| (x, column.bar.start));
        axes::draw_times(buf, &layout, &labels, cross_time, cx);
        let at = picked.and_then(|(picked, _)| self.columns.bars.iter().position(|column| column.first == picked.first));
        let shown = match at {
            Some(at) => self.columns.bars.get(at).map(|column| (column.first, column.bar)),
            None => Some((view.len() - 1, *newest)),
        };
        if let Some((first, bar)) = shown.filter(|_| layout.header.height > 0) {
            let averaged = self.averaged.bars.get(at.unwrap_or(self.columns.bars.len() - 1)).copied();
            let before = first.checked_sub(1).and_then(|index| view.get(index)).map(|bar| bar.close);
            let shown = header::Shown { bar: &bar, averaged: averaged.as_ref(), before, picked: at.is_some(), decimals };
            header::draw(layout.header, buf, cx, &shown);
        }
        self.draw_notes(buf, view, right, cx);
    }

    /// From where to where is measured.
    fn measured(&self) -> Option<(Point, Point)> {
        let measure = self.measure?;
        let pointed = || {
            let cross = self.cross?;
            let column = self.columns.bars.get(self.columns.at_time(cross.at)?)?;
            Point::of(Cross { price: Some(self.cross_price(cross, &column.bar)), ..cross })
        };
        Some((measure.from, measure.to.or_else(pointed)?))
    }

    /// What is said over the plot: how far behind it is, and that older bars are on their way.
    fn draw_notes(&self, buf: &mut Buffer, view: &BarView, right: usize, cx: &Cx<'_>) {
        let plot = self.layout.plot;
        if plot.height == 0 {
            return;
        }
        let text = self.older(view, cx);
        if cx.theme.ascii {
            paint::text(buf, plot.x, plot.y, plot.width, &text.replace('…', "..."), cx.theme.dim);
        } else {
            paint::text(buf, plot.x, plot.y, plot.width, text, cx.theme.dim);
        }
        let behind = view.len().saturating_sub(right + 1);
        if behind == 0 {
            return;
        }
        let key = cx.key(Command::ChartFollow);
        let (arrow, dot) = if cx.theme.ascii { ('<', '-') } else { ('◂', '·') };
        let bars = if behind == 1 { "bar" } else { "bars" };
        let text = [
            format!(" {arrow} {behind} {bars} behind {dot} {key} follows "),
            format!(" {arrow} {behind} behind {dot} {key} "),
            format!(" {arrow} {behind} "),
        ]
        .into_iter()
        .find(|text| paint::cells(text) * 2 <= plot.width);
        if let Some(text) = text {
            let style = cx.theme.accent.add_modifier(Modifier::REVERSED);
            paint::text_right(buf, plot.right(), plot.bottom() - 1, plot.width, &text, style);
        }
    }

    /// What is said of bars older than the oldest one, when that one is in view and somebody went there.
    fn older(&self, view: &BarView, cx: &Cx<'_>) -> &'static str {
        if self.columns.first() != Some(0) || self.anchor == Anchor::Follow {
            return "";
        }
        let session = &cx.view.session;
        if !matches!(cx.bars, BarSpec::Time(_)) {
            return " bars of this kind begin here ";
        }
        if session.mode == Mode::Replay {
            return " no older bars in this recording ";
        }
        if session.stopped {
            return " feed stopped: older bars can't be loaded ";
        }
        let asked = self.asked.filter(|asked| {
            let oldest = view.get(0).is_some_and(|bar| bar.start == asked.before);
            Some(asked.symbol) == cx.symbol && BarSpec::Time(asked.timeframe) == cx.bars && oldest
        });
        match asked {
            Some(asked) if session.now.saturating_sub(asked.at) < PATIENCE => " loading older bars… ",
            Some(_) => " no older bars came ",
            None => "",
        }
    }
}

/// Lowest and highest price in view.
fn range(columns: &Columns, averaged: &Averaged) -> Option<(Price, Price)> {
    let bars = || columns.bars.iter().map(|column| &column.bar).chain(&averaged.bars);
    let low = bars().map(|bar| bar.low.min(bar.high)).min()?;
    let high = bars().map(|bar| bar.high.max(bar.low)).max()?;
    Some((low, high))
}

/// Why there are no bars. Those that are not of time are built from trades as they come.
fn why_empty(cx: &Cx<'_>) -> String {
    let why = reason::why_empty(cx, "bars");
    let waiting = why.starts_with("no bars") || why.starts_with("loading");
    if !waiting || matches!(cx.bars, BarSpec::Time(_)) {
        return why;
    }
    let what = match cx.bars {
        BarSpec::Time(timeframe) => timeframe.to_string(),
        BarSpec::Tick(count) => format!("{count} trades each"),
        BarSpec::Volume(size) => format!("{size} units each"),
        BarSpec::Dollar(size) => format!("{size:#.0} turnover each"),
        BarSpec::Range(ticks) => format!("{ticks} ticks from low to high"),
    };
    format!("bars of {what}: the first begins with the next trade; there is no older history of this kind")
}

fn price_line(price: Price, decimals: usize) -> String {
    format!("{price:#.decimals$}")
}

impl Pane for ChartPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let dot = if theme.ascii { " - " } else { " · " };
        let symbol = cx.symbol.map_or_else(|| "no symbol".to_owned(), |symbol| symbol.to_string());
        let mut spans = vec![Span::styled(symbol, theme.bright), Span::styled(format!(" {}", cx.bars), theme.accent)];
        let mut add = |text: String| spans.push(Span::styled(format!("{dot}{text}"), theme.dim));
        if self.style != Style::Candles {
            add(self.style.title().to_owned());
        }
        if self.zoom().bars > 1 {
            add(format!("{} as one", self.zoom().bars));
        }
        if self.stretch != 0 && !self.compare.is_on(cx) {
            add("stretched".to_owned());
        }
        if self.compare.is_on(cx) {
            add(if matches!(cx.bars, BarSpec::Time(_)) { "percent" } else { "bars of time are needed to compare" }.to_owned());
        } else if self.log {
            add("log".to_owned());
        }
        if !self.trading {
            add("trading hidden".to_owned());
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Chart
    }

    /// `style`: how bars are drawn; `zoom`: steps closer than usual; `volume` and `log`: whether they are on; `compare`: the
    /// symbols compared with; `trading`: false where what was traded is hidden; `vwap`: from when on the average is; `indicators`: those drawn, with their parameters.
    fn settings(&self) -> toml::Table {
        let mut settings = toml::Table::new();
        settings.insert("style".to_owned(), self.style.name().into());
        settings.insert("zoom".to_owned(), (self.zoom as i64 - FIRST_ZOOM as i64).into());
        settings.insert("volume".to_owned(), self.volume.into());
        settings.insert("log".to_owned(), self.log.into());
        if !self.trading {
            settings.insert("trading".to_owned(), false.into());
        }
        let names = self.compare.symbols().iter().map(|symbol| toml::Value::String(symbol.to_string())).collect();
        settings.insert("compare".to_owned(), toml::Value::Array(names));
        if let Some(at) = self.anchored.at {
            settings.insert("vwap".to_owned(), at.rfc3339().into());
        }
        let names = self.studies.names().into_iter().map(toml::Value::String).collect();
        settings.insert("indicators".to_owned(), toml::Value::Array(names));
        settings
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(style) = settings.get("style").and_then(toml::Value::as_str).and_then(Style::named) {
            self.style = style;
        }
        if let Some(steps) = settings.get("zoom").and_then(toml::Value::as_integer) {
            self.zoom = steps.saturating_add(FIRST_ZOOM as i64).clamp(0, ZOOMS.len() as i64 - 1) as usize;
            self.kept_zoom = true;
        }
        self.volume = settings.get("volume").and_then(toml::Value::as_bool).unwrap_or(self.volume);
        self.trading = settings.get("trading").and_then(toml::Value::as_bool).unwrap_or(self.trading);
        self.log = settings.get("log").and_then(toml::Value::as_bool).unwrap_or(self.log);
        if let Some(names) = settings.get("compare").and_then(toml::Value::as_array) {
            self.compare.set(names.iter().filter_map(|name| Symbol::new(name.as_str()?).ok()));
        }
        if let Some(at) = settings.get("vwap").and_then(toml::Value::as_str) {
            self.anchored.at = Nanos::parse_human(at, Nanos::ZERO).ok();
        }
        if let Some(names) = settings.get("indicators").and_then(toml::Value::as_array) {
            self.studies.set(names.iter().filter_map(toml::Value::as_str));
        }
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let before = self.sync(cx);
        let handled = self.answer(command, count, cx);
        self.publish(before, handled)
    }

    fn on_line(&mut self, command: Command, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        if command != Command::ChartGoTo {
            return self.studies.entered(text, cx);
        }
        let before = self.sync(cx);
        let handled = self.go_to(text, cx)?;
        Ok(self.publish(before, handled))
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<(Symbol, String)> {
        let (symbol, cross) = (cx.symbol_view()?, cx.cross?);
        let column = self.columns.bars.get(self.columns.at_time(cross.at)?)?;
        let price = self.cross_price(cross, &column.bar);
        Some((symbol.instrument.symbol, crossing(price, symbol.last_price().unwrap_or(column.bar.close))))
    }

    fn on_compare(&mut self, symbol: Option<Symbol>) {
        self.compare.toggle(symbol);
    }

    fn on_study(&mut self, act: StudyAct, cx: &Cx<'_>) -> Handled {
        self.studies.act(act, cx)
    }

    fn wanted(&self) -> Vec<String> {
        self.studies.wanted()
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let before = self.sync(cx);
        let handled = self.answer_mouse(event, cx);
        self.publish(before, handled)
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
        self.sync(cx);
        let shown = cx.symbol_view().and_then(|symbol| Some((symbol, symbol.bars(cx.bars)?)));
        match shown {
            Some((symbol, view)) if !view.is_empty() => self.draw(area, buf, cx, symbol, view),
            _ => {
                self.columns = Columns::default();
                reason::message(area, buf, &why_empty(cx), cx.theme.dim, cx.theme.ascii);
            }
        }
    }
}
