//! Equity over time with the drawdown below it: the whole course, or the stretch of time of the linked charts; with fills, and what
//! holding the symbol would have made.
//!
//! Kept with a layout: `whole`, `hold` and `marks` (`true`, `false`).

mod draw;
mod input;
mod sight;

use self::sight::Sight;
use super::words;
use crate::app::commands::Scope;
use crate::bars::BarView;
use crate::domain::{BarSpec, Nanos, Timeframe};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::chart::viewport::{FIRST_ZOOM, ZOOMS, Zoom};
use crate::ui::panes::reason;
use crate::ui::widgets::braille::Dots;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The zoom that is the usual one: as of the charts of pairs, a line needs less room than candles.
const BASE: usize = FIRST_ZOOM - 2;

/// Where things are.
#[derive(Debug, Clone, Copy, Default)]
struct Layout {
    /// The line of figures; empty where there is no room.
    line: Rect,
    /// Equity.
    plot: Rect,
    /// Drawdown; empty where there is no room.
    falls: Rect,
    /// The axis of values at the right of both.
    axis: u16,
    /// The axis of times; empty where there is no room.
    times: Rect,
}

impl Layout {
    /// Cells of the axis of values.
    const AXIS: u16 = 11;

    fn of(area: Rect) -> Self {
        let line = u16::from(area.height >= 4);
        let times = u16::from(area.height >= 6);
        let axis = Self::AXIS.min(area.width / 3);
        let rest = area.height.saturating_sub(line + times);
        let falls = if rest >= 8 { (rest * 3 / 10).max(2) } else { 0 };
        let plot = Rect { y: area.y + line, width: area.width - axis, height: rest - falls, ..area };
        let falls = Rect { y: plot.bottom(), height: falls, ..plot };
        Self { line: Rect { height: line, ..area }, plot, falls, axis, times: Rect { y: falls.bottom(), height: times, ..area } }
    }

    const fn beside(&self, of: Rect) -> Rect {
        Rect { x: of.x + of.width, width: self.axis, ..of }
    }
}

/// Where a drag began, and what was at the right edge then.
#[derive(Debug, Clone, Copy)]
struct Drag {
    x: u16,
    to: Nanos,
    moved: bool,
}

/// Equity over time.
#[derive(Debug)]
pub struct EquityPane {
    /// Whether all of the course is in view, whatever charts show.
    whole: bool,
    /// Whether holding the symbol is drawn beside it.
    hold: bool,
    /// Whether fills are marked.
    marks: bool,
    layout: Layout,
    sight: Option<Sight>,
    dots: Dots,
    drag: Option<Drag>,
}

impl Default for EquityPane {
    fn default() -> Self {
        Self { whole: true, hold: false, marks: true, layout: Layout::default(), sight: None, dots: Dots::default(), drag: None }
    }
}

/// The length of the bars that linked charts show.
fn timeframe(cx: &Cx<'_>) -> Timeframe {
    match cx.bars {
        BarSpec::Time(timeframe) => timeframe,
        _ => Timeframe::M1,
    }
}

/// Nanoseconds of a cell at a zoom.
fn per_cell(zoom: Zoom, cx: &Cx<'_>) -> f64 {
    timeframe(cx).nanos().0 as f64 * f64::from(zoom.bars) / f64::from(zoom.pitch.max(1))
}

fn zoom_index(cx: &Cx<'_>) -> usize {
    (BASE as i64 + i64::from(cx.window.zoom)).clamp(0, ZOOMS.len() as i64 - 1) as usize
}

/// The first moment there is, and the last: while nothing is held equity stays as it is, until now.
fn ends(cx: &Cx<'_>) -> Option<(Nanos, Nanos)> {
    let points = cx.blotter.curve.points();
    Some((points.first()?.at, points.last()?.at.max(cx.view.snapshot.at)))
}

impl EquityPane {
    /// The stretch of time to show.
    fn look(&self, cx: &Cx<'_>) -> Option<Sight> {
        let (first, last) = ends(cx)?;
        let width = self.layout.plot.width;
        if self.whole {
            return Some(Sight::whole(first, last, width));
        }
        let zoom = ZOOMS.get(zoom_index(cx)).copied().unwrap_or(ZOOMS[BASE]);
        let per_cell = per_cell(zoom, cx);
        let bar = timeframe(cx).nanos();
        let to = cx.window.newest.map_or(last, |newest| Nanos(newest.0.saturating_add(bar.0 - 1)).min(last));
        Some(Sight::ending(to.max(first), per_cell, width))
    }
}

/// A symbol's bars by which a price of the past is told: the finest that reach back to a moment, else those that reach furthest.
fn bars_at(view: &SymbolView, at: Nanos) -> Option<&BarView> {
    let reaches = |bars: &&BarView| bars.get(0).is_some_and(|first| first.start <= at);
    let first = |bars: &&BarView| bars.get(0).map_or(Nanos::MAX, |first| first.start);
    view.time_bars.values().find(reaches).or_else(|| view.time_bars.values().min_by_key(first))
}

/// The price of bars at a moment: the close of the bar before, or the open of the first.
fn close_at(bars: &BarView, at: Nanos) -> Option<f64> {
    let after = bars.position(Nanos(at.0.saturating_add(1)));
    match after.checked_sub(1) {
        // The bar it is in tells its open only: what comes later in it was not known.
        Some(within) => bars.get(within).map(|bar| bar.open.to_f64()),
        None => bars.get(0).map(|bar| bar.open.to_f64()),
    }
}

/// A symbol's price at a moment, as its bars tell it.
pub(super) fn price_at(view: &SymbolView, at: Nanos) -> Option<f64> {
    close_at(bars_at(view, at)?, at).filter(|price| *price > 0.0)
}

impl Pane for EquityPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::raw("Equity"), Span::styled(words::whose(cx), theme.accent)];
        if !self.whole {
            spans.push(Span::styled(format!(" {}", timeframe(cx)), theme.dim));
            if cx.window.newest.is_some() {
                spans.push(Span::styled(" not following", theme.warning));
            }
        }
        if let Some(symbol) = cx.symbol.filter(|_| self.hold) {
            spans.push(Span::styled(format!(" beside {symbol} held"), theme.series_2));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Equity
    }

    fn on_command(&mut self, command: crate::app::commands::Command, count: u32, cx: &Cx<'_>) -> Handled {
        self.answer(command, count, cx)
    }

    fn on_line(&mut self, command: crate::app::commands::Command, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        if command == crate::app::commands::Command::ChartGoTo { self.go_to(text, cx) } else { Ok(Handled::No) }
    }

    fn settings(&self) -> toml::Table {
        let all = [("whole", self.whole), ("hold", self.hold), ("marks", self.marks)];
        all.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    fn restore(&mut self, settings: &toml::Table) {
        let read = |name: &str, now: bool| settings.get(name).and_then(toml::Value::as_bool).unwrap_or(now);
        self.whole = read("whole", self.whole);
        self.hold = read("hold", self.hold);
        self.marks = read("marks", self.marks);
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.answer_mouse(event, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.layout = Layout::of(area);
        self.sight = None;
        if area.width < 16 || area.height < 3 {
            return;
        }
        let Some(sight) = self.look(cx) else {
            let why = words::nothing(cx, "no equity to draw yet");
            return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii);
        };
        self.sight = Some(sight);
        self.draw(buf, cx, sight);
    }
}
