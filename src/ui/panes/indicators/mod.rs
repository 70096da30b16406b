//! The indicators of the order flow: each with how it went, its value, how unusual that is, and whether it can be believed; and one
//! of them in detail.
//!
//! Kept with a layout: `sort`, `reverse`, `at` (the indicator the cursor is on) and `span` (of the chart, in seconds).

mod figures;
mod order;
mod rows;
mod spark;
#[cfg(test)]
mod tests;

use self::order::{Order, Sort};
use self::rows::{Entry, Table};
use super::list::ListState;
use super::reason;
use crate::app::IndicatorAct;
use crate::app::commands::{Command, Scope};
use crate::domain::Nanos;
use crate::engine::snapshot::{FlowView, IndicatorView, SymbolView};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::text;
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

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::IndicatorsAdd => return Handled::Run(Action::Indicator(IndicatorAct::Choose)),
            Command::IndicatorsEdit => return self.act(IndicatorAct::Configure),
            Command::IndicatorsRemove => return self.act(IndicatorAct::Remove),
            Command::IndicatorsReset => return Handled::Run(Action::Indicator(IndicatorAct::Reset)),
            Command::IndicatorsUndo => return Handled::Run(Action::Indicator(IndicatorAct::Undo)),
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
        if let Some(at) = settings.get("at").and_then(Value::as_str) {
            self.at = Some(at.into());
        }
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        if event.kind == MouseEventKind::Down(MouseButton::Left) {
            let hit = self.headings.iter().find(|(rect, _)| rect.contains((event.column, event.row).into()));
            if let Some(&(_, by)) = hit {
                self.order.by(by);
                return Handled::Yes;
            }
        }
        self.list.on_mouse(event, area);
        self.keep_place();
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
        let names = flow.rows.iter().map(|row| text::width(&Entry { row, place: 0 }.name())).max().unwrap_or(0);
        let titles = flow.rows.iter().map(|row| text::width(row.setup.spec.title)).max().unwrap_or(0);
        let columns = rows::columns(area.width, names, titles);
        self.headings = rows::places(&columns, area);
        let table = Table { cx, flow, instrument: &symbol.instrument, stale: stale(symbol, cx), columns };
        let head = table.heading(self.order);
        self.list.render(area, buf, cx, &head, entries.len(), |i| table.line(&entries[i]));
    }
}
