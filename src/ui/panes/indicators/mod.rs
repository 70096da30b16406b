//! The indicators of the order flow: each with how it went, its value, how unusual that is, and whether it can be believed; and one
//! of them in detail.
//!
//! Kept with a layout: `sort`, `reverse`, `at` (the indicator the cursor is on) and `span` (of the chart, in seconds).

mod course;
mod detail;
mod figures;
mod order;
mod plot;
mod rows;
mod spark;
#[cfg(test)]
mod tests;

use self::order::{Order, Sort};
use self::plot::Plot;
use self::rows::{Entry, Table};
use super::list::ListState;
use super::reason;
use crate::app::IndicatorAct;
use crate::app::commands::{Command, Scope};
use crate::app::link::Cross;
use crate::domain::Nanos;
use crate::engine::snapshot::{FlowView, IndicatorView, SymbolView};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crate::ui::widgets::paint;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;
use toml::Value;

/// A symbol from which nothing came for so long is stale.
const STALE: Nanos = Nanos::from_secs(3);

/// The indicators of a symbol.
#[derive(Debug, Default)]
pub struct IndicatorsPane {
    list: ListState,
    order: Order,
    /// The text forms of the rows as shown.
    shown: Vec<Arc<str>>,
    /// The indicator the cursor is on, wherever the order puts it.
    at: Option<Arc<str>>,
    /// Where the headings are, for the mouse.
    headings: Vec<(Rect, Sort)>,
    /// Whether one indicator fills the pane.
    open: bool,
    /// Steps of the chart's length of time away from the usual.
    zoom: i8,
    plot: Plot,
    /// Where the chart is, for the mouse.
    chart: Rect,
    /// The part of the pane that the list has.
    listed: Rect,
}

/// How long a chart is, in seconds.
const SPANS: [i64; 10] = [60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400];
/// The one it is at first: what a z-score looks back over.
const USUAL_SPAN: usize = 2;

/// How a pane is divided into the list and the detail view.
fn divide(area: Rect, rows: usize) -> (Rect, Option<Rect>) {
    let list = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(1);
    let spare = area.height.saturating_sub(list);
    if spare > detail::LEAST + 1 && area.width >= 50 {
        let list = Rect { height: list, ..area };
        return (list, Some(Rect { y: list.bottom() + 1, height: spare - 1, ..area }));
    }
    if area.width >= 110 && area.height >= detail::LEAST {
        let list = Rect { width: (area.width * 11 / 20).min(84), ..area };
        return (list, Some(Rect { x: list.right() + 1, width: area.width - list.width - 1, ..area }));
    }
    if area.height >= 40 {
        let list = Rect { height: area.height / 2, ..area };
        return (list, Some(Rect { y: list.bottom() + 1, height: area.height - list.height - 1, ..area }));
    }
    (area, None)
}

/// How long nothing came for a symbol, where that is too long.
fn stale(symbol: &SymbolView, cx: &Cx<'_>) -> Option<Nanos> {
    let age = symbol.last_event.map_or(Nanos::MAX, |at| cx.view.session.now.saturating_sub(at));
    (age > STALE).then_some(age)
}

impl IndicatorsPane {
    /// The rows that are shown, in their order.
    fn entries<'a>(&self, flow: &'a FlowView) -> Vec<Entry<'a>> {
        let searched = |row: &IndicatorView| format!("{} {}", row.id, row.setup.spec.title);
        let rows = flow.rows.iter().enumerate().filter(|(_, row)| self.list.shows(&searched(row)));
        let mut entries: Vec<Entry<'a>> = rows.map(|(place, row)| Entry { row, place }).collect();
        entries.sort_by(|a, b| self.order.compare(&a.key(), &b.key()));
        entries
    }

    /// Takes note of which indicator the cursor is on.
    fn keep_place(&mut self) {
        self.at = self.shown.get(self.list.cursor).cloned();
    }

    fn span(&self) -> Nanos {
        let at = (USUAL_SPAN as i64 + i64::from(self.zoom)).clamp(0, SPANS.len() as i64 - 1) as usize;
        Nanos::from_secs(SPANS[at])
    }

    fn step_span(&mut self, by: i8) {
        let (least, most) = (-(USUAL_SPAN as i8), (SPANS.len() - 1 - USUAL_SPAN) as i8);
        self.zoom = self.zoom.saturating_add(by).clamp(least, most);
    }

    /// Moves the crosshair of all linked panes by so many columns of the chart.
    fn step_cross(&self, by: i64, cx: &Cx<'_>) -> Handled {
        let Some(newest) = cx.symbol_view().and_then(|symbol| symbol.flow.times.last().copied()) else { return Handled::Yes };
        let length = self.plot.course.length.0.max(1);
        let now = cx.cross.map_or(newest.0 - length, |cross| cross.at.0);
        let at = Nanos(now.saturating_add(by.saturating_mul(length)).clamp(self.plot.course.from.0, newest.0));
        Handled::Run(Action::Cross(Some(Cross { at, price: None })))
    }

    /// Does something with the indicator the cursor is on.
    fn act(&self, act: fn(String) -> IndicatorAct) -> Handled {
        let id = self.shown.get(self.list.cursor);
        id.map_or(Handled::Yes, |id| Handled::Run(Action::Indicator(act(id.to_string()))))
    }
}

impl Pane for IndicatorsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let symbol = cx.symbol_view();
        let count = symbol.map_or(0, |symbol| symbol.flow.rows.len());
        let mut spans = vec![
            Span::raw("Indicators"),
            Span::styled(format!(" {count}"), cx.theme.dim),
            Span::styled(self.list.title(), cx.theme.accent),
        ];
        if let Some(age) = symbol.filter(|symbol| !symbol.flow.is_empty()).and_then(|symbol| stale(symbol, cx)) {
            let age = if age == Nanos::MAX { String::new() } else { format!(" {}", text::span(age, cx.theme.ascii)) };
            spans.push(Span::styled(format!(" stale{age}"), cx.theme.warning));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Indicators
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match command {
            Command::IndicatorsAdd => return Handled::Run(Action::Indicator(IndicatorAct::Choose)),
            Command::IndicatorsEdit => return self.act(IndicatorAct::Configure),
            Command::IndicatorsRemove => return self.act(IndicatorAct::Remove),
            Command::IndicatorsReset => return Handled::Run(Action::Indicator(IndicatorAct::Reset)),
            Command::IndicatorsUndo => return Handled::Run(Action::Indicator(IndicatorAct::Undo)),
            Command::IndicatorsZoomIn => self.step_span(-i8::try_from(count).unwrap_or(i8::MAX)),
            Command::IndicatorsZoomOut => self.step_span(i8::try_from(count).unwrap_or(i8::MAX)),
            Command::IndicatorsOlder => return self.step_cross(-i64::from(count), cx),
            Command::IndicatorsNewer => return self.step_cross(count.into(), cx),
            // What is open is set; what is in the list is opened.
            Command::ListSelect if self.open => return self.act(IndicatorAct::Configure),
            Command::ListSelect => self.open = !self.shown.is_empty(),
            Command::Cancel if cx.cross.is_some() => return Handled::Run(Action::Cross(None)),
            Command::Cancel if self.open => self.open = false,
            Command::ListSort => self.order = Order { by: self.order.by.next(count.max(1)), reverse: false },
            Command::ListReverse => self.order.reverse = !self.order.reverse,
            other if self.list.on_command(other, count) => self.keep_place(),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("sort".to_owned(), self.order.by.name().into());
        table.insert("reverse".to_owned(), self.order.reverse.into());
        table.insert("span".to_owned(), (self.span().0 / Nanos::SECOND.0).into());
        if let Some(at) = &self.at {
            table.insert("at".to_owned(), at.to_string().into());
        }
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(by) = settings.get("sort").and_then(Value::as_str).and_then(Sort::named) {
            self.order.by = by;
        }
        self.order.reverse = settings.get("reverse").and_then(Value::as_bool).unwrap_or(self.order.reverse);
        let span = settings.get("span").and_then(Value::as_integer);
        if let Some(at) = span.and_then(|span| SPANS.iter().position(|own| *own == span)) {
            self.zoom = (at as i64 - USUAL_SPAN as i64) as i8;
        }
        if let Some(at) = settings.get("at").and_then(Value::as_str) {
            self.at = Some(at.into());
        }
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        let id = self.shown.get(self.list.cursor)?;
        let row = cx.symbol_view()?.flow.rows.iter().find(|row| row.id == *id)?;
        propose::of_indicator(row, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let here = |rect: Rect| rect.contains((event.column, event.row).into());
        if here(self.chart) {
            match event.kind {
                MouseEventKind::ScrollUp => self.step_span(-1),
                MouseEventKind::ScrollDown => self.step_span(1),
                MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left) => {
                    let at = self.plot.course.end((event.column - self.chart.x) * 2);
                    return Handled::Run(Action::Cross(Some(Cross { at, price: None })));
                }
                MouseEventKind::Down(MouseButton::Right) if cx.cross.is_some() => return Handled::Run(Action::Cross(None)),
                _ => {}
            }
            return Handled::Yes;
        }
        if event.kind == MouseEventKind::Down(MouseButton::Left)
            && let Some(&(_, by)) = self.headings.iter().find(|(rect, _)| here(*rect))
        {
            self.order.by(by);
            return Handled::Yes;
        }
        if self.open || !here(self.listed) {
            return Handled::Yes;
        }
        let before = self.at.clone();
        let pressed = self.list.on_mouse(event, self.listed).is_some();
        self.keep_place();
        // The first press chooses, the second opens.
        self.open = pressed && self.at == before;
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.headings.clear();
        let Some(symbol) = cx.symbol_view() else {
            return reason::message(area, buf, &reason::why_empty(cx, "indicators"), cx.theme.dim, cx.theme.ascii);
        };
        let flow = &symbol.flow;
        let entries = self.entries(flow);
        self.shown = entries.iter().map(|entry| Arc::clone(&entry.row.id)).collect();
        if let Some(place) = self.at.as_ref().and_then(|at| self.shown.iter().position(|id| id == at)) {
            self.list.cursor = place;
        }
        if entries.is_empty() {
            let why = rows::why_empty(cx, flow, &self.list.title());
            return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii);
        }
        self.at = self.shown.get(self.list.cursor.min(entries.len() - 1)).cloned();
        let names = flow.rows.iter().map(|row| text::width(&Entry { row, place: 0 }.name(cx.theme.ascii))).max().unwrap_or(0);
        let titles = flow.rows.iter().map(|row| text::width(row.setup.spec.title)).max().unwrap_or(0);
        let (list, beside) = if self.open { (Rect::default(), Some(area)) } else { divide(area, entries.len()) };
        let columns = rows::columns(list.width, names, titles);
        self.headings = if self.open { Vec::new() } else { rows::places(&columns, list) };
        let table = Table { cx, flow, instrument: &symbol.instrument, stale: stale(symbol, cx), columns };
        if !self.open {
            let head = table.heading(self.order);
            self.list.render(list, buf, cx, &head, entries.len(), |i| table.line(&entries[i]));
        }
        (self.listed, self.chart) = (list, Rect::default());
        if let (Some(detail), Some(entry)) = (beside, entries.get(self.list.cursor)) {
            let span = self.span();
            rule(list, detail, buf, cx);
            self.chart = detail::draw(detail, buf, &table, entry, &mut self.plot, span, self.open);
        }
    }
}

/// A line between the list and the detail view.
fn rule(list: Rect, detail: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let theme = cx.theme;
    if list.is_empty() {
        return;
    }
    let (across, down) = if theme.ascii { ('-', '|') } else { ('─', '│') };
    if detail.y > list.y {
        (list.left()..list.right()).for_each(|x| paint::put(buf, x, list.bottom(), across, theme.grid));
    } else {
        (list.top()..list.bottom()).for_each(|y| paint::put(buf, list.right(), y, down, theme.grid));
    }
}
