//! What fired: when, at which price, what made it true, whether it was seen, and how it was delivered. The newest is first.
//!
//! Live it is what is kept, from sessions before as well; in a replay what fired until now. Always there: the mark of what was not
//! seen, time, expression. Then, as there is room: symbol, price, a crossing in full,
//! deliveries, values, note. Without room for deliveries a sign says that one has not come through.

use super::detail::broken;
use super::words::{self, MOMENT};
use crate::app::alerts::AlertAct;
use crate::app::commands::{Command, Scope};
use crate::app::link::{Cross, Window};
use crate::domain::{AlertId, Firing, Nanos};
use crate::drive::store::{DeliveryState, HistoryRow};
use crate::drive::view::{Mode, ReplayRequest, Request, View};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::list::{self, Column, ListState};
use crate::ui::panes::reason;
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// The most lines about the row under the cursor.
const FOOT: usize = 3;

const TIME: Column = Column { title: "time", width: MOMENT, right: true };
const PRICE: Column = Column { title: "price", width: 10, right: true };
/// The most cells of deliveries.
const DELIVERED: u16 = 17;
/// The least an expression is shown of, and what is shown of it before deliveries: a price that is crossed.
const LEAST: u16 = 14;
const WHOLE: u16 = 26;

/// A firing, with what is kept of it.
#[derive(Clone, Copy)]
struct Entry<'a> {
    firing: &'a Firing,
    kept: Option<&'a HistoryRow>,
}

/// Where firings come from, the newest first.
#[derive(Clone, Copy)]
struct Source<'a> {
    view: &'a View,
    kept: bool,
}

impl<'a> Source<'a> {
    fn of(view: &'a View) -> Self {
        // What is not kept is shown as long as the session lasts.
        let kept = view.session.mode != Mode::Replay && !view.session.alerts.history.is_empty();
        Self { view, kept }
    }

    fn len(self) -> usize {
        if self.kept { self.view.session.alerts.history.len() } else { self.view.snapshot.alerts.firings.len() }
    }

    fn get(self, at: usize) -> Option<Entry<'a>> {
        let at = self.len().checked_sub(at + 1)?;
        if self.kept {
            let row = self.view.session.alerts.history.get(at)?;
            return Some(Entry { firing: &row.firing, kept: Some(row) });
        }
        Some(Entry { firing: self.view.snapshot.alerts.firings.get(at)?, kept: None })
    }

    fn iter(self) -> impl Iterator<Item = Entry<'a>> {
        (0..self.len()).filter_map(move |at| self.get(at))
    }

    /// What its content is known by: firings never change, they come and go at the ends.
    fn stamp(self) -> (bool, usize, u64) {
        (self.kept, self.len(), self.get(0).map_or(0, |newest| newest.firing.number))
    }
}

/// The firings of an alert, the newest first.
pub(super) fn of_alert(view: &View, id: AlertId) -> impl Iterator<Item = &Firing> {
    Source::of(view).iter().map(|entry| entry.firing).filter(move |firing| firing.id == id)
}

/// The newest firing of an alert that is kept.
pub(super) fn newest(view: &View, id: AlertId) -> Option<&HistoryRow> {
    view.session.alerts.history.iter().rev().find(|row| row.firing.id == id)
}

/// What made an alert true.
pub(super) fn values(firing: &Firing, cx: &Cx<'_>) -> String {
    let mut out = String::new();
    for (name, value) in firing.values.iter() {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(name);
        out.push(' ');
        out.push_str(&words::named_value(name, *value, firing.symbol, cx));
    }
    out
}

/// What fired.
#[derive(Debug, Default)]
pub struct AlertHistoryPane {
    list: ListState,
    /// The number of the firing the cursor is on; `None` while it follows the newest.
    held: Option<u64>,
    /// Those that match the filter, by their place among all, the newest first; `None` without a filter.
    matching: Option<Vec<usize>>,
    /// What [`Self::matching`] was made of.
    made_of: (String, (bool, usize, u64)),
    /// Where the list was drawn.
    listed: Rect,
}

impl AlertHistoryPane {
    /// Finds what matches the filter, where that may be another than before.
    fn filter(&mut self, source: Source<'_>) {
        let made_of = (self.list.title(), source.stamp());
        if self.made_of == made_of {
            return;
        }
        let shows = |entry: &Entry<'_>| {
            let firing = entry.firing;
            self.list.shows(&format!("{} {} {}", firing.symbol, firing.expr, firing.note))
        };
        let matching = source.iter().enumerate().filter(|(_, entry)| shows(entry)).map(|(at, _)| at);
        self.matching = (!made_of.0.is_empty()).then(|| matching.collect());
        self.made_of = made_of;
    }

    fn len(&self, source: Source<'_>) -> usize {
        self.matching.as_ref().map_or(source.len(), Vec::len)
    }

    fn get<'a>(&self, source: Source<'a>, row: usize) -> Option<Entry<'a>> {
        match &self.matching {
            Some(matching) => source.get(*matching.get(row)?),
            None => source.get(row),
        }
    }

    /// The firing the cursor is on.
    fn at<'a>(&self, cx: &Cx<'a>) -> Option<Entry<'a>> {
        self.get(Source::of(cx.view), self.list.cursor)
    }

    /// The cursor stays with its firing, but at the top with the newest.
    fn hold(&mut self, cx: &Cx<'_>) {
        self.held = self.at(cx).filter(|_| self.list.cursor > 0).map(|entry| entry.firing.number);
    }

    /// Points at a firing in the linked panes.
    fn point(&self, cx: &Cx<'_>) -> Handled {
        let Some(entry) = self.at(cx) else { return Handled::Yes };
        let firing = entry.firing;
        let mut acts = vec![
            Action::Alert(AlertAct::Select(firing.id)),
            Action::Select(firing.symbol),
            Action::Cross(Some(Cross { at: firing.at, price: firing.price })),
        ];
        if cx.view.session.mode == Mode::Replay {
            acts.push(Action::Session(Request::Replay(ReplayRequest::Seek(firing.at))));
        } else if let Some((from, to)) = cx.span
            && (firing.at < from || firing.at >= to)
        {
            // What is pointed at comes into view, in the middle.
            let newest = Nanos(firing.at.0.saturating_add((to.0 - from.0) / 2));
            let newest = (newest < cx.view.session.now).then_some(newest);
            acts.push(Action::Window(Window { newest, ..cx.window }));
        }
        Handled::Run(Action::All(acts))
    }
}

/// The columns that fit: symbol, price, deliveries, values and note beside time and expression.
struct Columns {
    symbol: Option<Column>,
    expression: Column,
    price: bool,
    delivered: Option<Column>,
    values: Option<Column>,
    note: Option<Column>,
}

/// What there is to be shown.
#[derive(Clone, Copy)]
struct Fill {
    /// Cells of the longest symbol.
    symbol: u16,
    /// Cells of the most deliveries; 0 where there are none.
    deliveries: u16,
    notes: bool,
}

impl Fill {
    fn of(source: Source<'_>) -> Self {
        let symbols = source.view.snapshot.symbols.iter().map(|known| text::width(known.instrument.symbol.as_str()));
        let cells = |row: &HistoryRow| row.deliveries.iter().map(|of| words::channel(of.channel).len() + 2).sum::<usize>();
        let delivered = source.iter().filter_map(|entry| entry.kept).map(cells).max().unwrap_or(0);
        let delivered = u16::try_from(delivered.saturating_sub(1)).unwrap_or(u16::MAX);
        let has_note = |entry: Entry<'_>| !entry.firing.note.is_empty();
        Self {
            symbol: symbols.max().unwrap_or(0).clamp(7, 12),
            deliveries: if delivered == 0 { 0 } else { delivered.clamp(9, DELIVERED) },
            notes: source.iter().any(has_note),
        }
    }
}

impl Columns {
    fn new(room: u16, fill: Fill) -> Self {
        let mut left = room.saturating_sub(2 + TIME.width + 1 + LEAST);
        let mut spare = 0;
        let mut take = |width: u16| {
            let fits = width < left && width > 0;
            if fits {
                left -= width + 1;
            } else if width > 0 {
                // What gives way takes all of lesser worth with it, and leaves its room to the expression.
                spare += std::mem::take(&mut left);
            }
            fits
        };
        let symbol = take(fill.symbol).then_some(Column { title: "symbol", width: fill.symbol, right: false });
        let price = take(PRICE.width);
        let whole = take(WHOLE - LEAST - 1);
        let delivered = take(fill.deliveries);
        let values = take(20);
        let note = take(if fill.notes { 14 } else { 0 });
        left += spare;
        let mut expression =
            Column { title: "expression", width: LEAST.min(room.saturating_sub(2 + TIME.width + 1)), right: false };
        expression.width += if whole { WHOLE - LEAST } else { 0 };
        let mut values = values.then_some(Column { title: "values", width: 20, right: false });
        let mut note = note.then_some(Column { title: "note", width: 14, right: false });
        // What is left goes to all three, the expression first.
        let mut widen = |column: Option<&mut Column>, share: u16| {
            if let Some(column) = column {
                let more = left.min(share);
                column.width += more;
                left -= more;
            }
        };
        widen(Some(&mut expression), 8);
        widen(values.as_mut(), 30);
        widen(note.as_mut(), 46);
        widen(Some(&mut expression), u16::MAX);
        let delivered = delivered.then_some(Column { title: "delivered", width: fill.deliveries, right: false });
        Self { symbol, expression, price, delivered, values, note }
    }

    fn all(&self) -> Vec<Column> {
        let all =
            [Some(TIME), self.symbol, Some(self.expression), self.price.then_some(PRICE), self.values, self.note, self.delivered];
        all.into_iter().flatten().collect()
    }
}

/// What the rows have in common.
struct Table<'a> {
    cx: &'a Cx<'a>,
    columns: Columns,
}

impl Table<'_> {
    fn line(&self, entry: Entry<'_>) -> Line<'static> {
        let (cx, theme, firing) = (self.cx, self.cx.theme, entry.firing);
        let ascii = theme.ascii;
        let unseen = entry.kept.is_some_and(|row| !row.seen);
        let mark = match (unseen, ascii) {
            (true, false) => "●",
            (true, true) => "*",
            (false, _) => " ",
        };
        let bright = if unseen { theme.bright.add_modifier(Modifier::BOLD) } else { theme.text };
        let time = words::moment(firing.at, cx.view.session.now, cx.zone);
        let mut spans = vec![
            Span::styled(mark, if unseen { theme.accent.add_modifier(Modifier::BOLD) } else { theme.text }),
            self.trouble(entry),
            list::cell(&time, &TIME, if unseen { theme.text } else { theme.dim }, ascii),
        ];
        if let Some(column) = &self.columns.symbol {
            spans.push(list::cell(firing.symbol.as_str(), column, theme.text, ascii));
        }
        spans.push(list::cell(&firing.expr, &self.columns.expression, bright, ascii));
        if self.columns.price {
            let price = firing.price.map_or_else(|| "-".to_owned(), |price| words::price(price, firing.symbol, cx));
            spans.push(list::cell(&price, &PRICE, theme.text, ascii));
        }
        if let Some(column) = &self.columns.values {
            spans.push(list::cell(&values(firing, cx), column, theme.dim, ascii));
        }
        if let Some(column) = &self.columns.note {
            spans.push(list::cell(&firing.note, column, theme.dim, ascii));
        }
        if let Some(column) = &self.columns.delivered {
            self.deliveries(&mut spans, entry, column.width);
        }
        Line::from(spans)
    }

    /// A sign of what has not come through, where there is no room for the deliveries.
    fn trouble(&self, entry: Entry<'_>) -> Span<'static> {
        let theme = self.cx.theme;
        let rows = || entry.kept.iter().flat_map(|row| &row.deliveries).filter(|_| self.columns.delivered.is_none());
        let failed = rows().find(|row| row.state == DeliveryState::Failed);
        let worst = failed.or_else(|| rows().find(|row| row.state != DeliveryState::Sent));
        let (glyph, style) = worst.map_or((' ', theme.text), |row| words::delivery(row.state, theme));
        Span::styled(glyph.to_string(), style)
    }

    /// The channels in short, each with how far its delivery has come; what failed comes first, as the others may not fit.
    fn deliveries(&self, spans: &mut Vec<Span<'static>>, entry: Entry<'_>, width: u16) {
        let theme = self.cx.theme;
        let rank = |state: DeliveryState| match state {
            DeliveryState::Failed => 0,
            DeliveryState::Waiting { .. } => 1,
            DeliveryState::Sent => 2,
        };
        let mut rows: Vec<_> = entry.kept.iter().flat_map(|row| &row.deliveries).collect();
        rows.sort_by_key(|row| rank(row.state));
        let mut left = width + 1;
        for row in rows {
            let (glyph, style) = words::delivery(row.state, theme);
            let word = format!("{}{glyph}", words::channel(row.channel));
            let width = text::width(&word) + 1;
            if width > left {
                break;
            }
            left -= width;
            spans.extend([Span::styled(word, style), Span::raw(" ")]);
        }
    }

    /// What there is no room for in a row: deliveries that have not come through, values, note.
    fn foot(&self, entry: Entry<'_>, width: u16) -> Vec<(String, Style)> {
        let (cx, theme, firing) = (self.cx, self.cx.theme, entry.firing);
        let mut lines = Vec::new();
        let open = entry.kept.iter().flat_map(|row| &row.deliveries).filter(|row| row.state != DeliveryState::Sent);
        for row in open {
            let (glyph, style) = words::delivery(row.state, theme);
            let said = format!("{glyph} {}: {}", row.channel, words::delivery_at_length(row, cx));
            lines.extend(broken(&said, width).into_iter().map(|line| (line, style)));
        }
        let values = values(firing, cx);
        let fits = |column: &Option<Column>, content: &str| {
            content.is_empty() || column.as_ref().is_some_and(|column| text::width(content) <= column.width)
        };
        let whole = text::width(&firing.expr) <= self.columns.expression.width;
        let mut more = Vec::new();
        if !whole {
            more.push(firing.expr.to_string());
        }
        if !fits(&self.columns.values, &values) {
            more.push(values);
        }
        if !fits(&self.columns.note, &firing.note) {
            more.push(firing.note.to_string());
        }
        let separator = if theme.ascii { "; " } else { " · " };
        let more = more.join(separator);
        if !more.is_empty() {
            lines.extend(broken(&more, width).into_iter().map(|line| (line, theme.dim)));
        }
        lines.truncate(FOOT);
        lines
    }
}

impl Pane for AlertHistoryPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let source = Source::of(cx.view);
        let mut spans = vec![Span::raw("Alert history")];
        if source.len() > 0 {
            spans.push(Span::styled(format!(" {}", text::count(source.len() as u64)), theme.dim));
        }
        let unseen = cx.view.session.alerts.unseen;
        if source.kept && unseen > 0 {
            spans.push(Span::styled(format!(", {} not seen", text::count(unseen as u64)), theme.accent));
        }
        if !self.list.title().is_empty() {
            spans.push(Span::styled(self.list.title(), theme.accent));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Alerts
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSelect => self.point(cx),
            Command::Cancel if cx.cross.is_some() => Handled::Run(Action::Cross(None)),
            other if self.list.on_command(other, count) => {
                self.hold(cx);
                Handled::Yes
            }
            other => {
                let entry = self.at(cx);
                let id = entry.map(|entry| entry.firing.id).filter(|id| super::find(cx.view, *id).is_some());
                super::act(other, id, entry.and_then(|entry| entry.kept).map(|row| row.row), cx)
            }
        }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
        self.held = None;
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let before = self.list.cursor;
        let clicked = self.list.on_mouse(event, self.listed).is_some();
        self.hold(cx);
        // The first press chooses, the second points.
        if clicked && self.list.cursor == before { self.point(cx) } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        let source = Source::of(cx.view);
        self.listed = Rect::default();
        self.filter(source);
        let rows = self.len(source);
        if rows == 0 {
            let filter = self.list.title();
            let why = match (source.len(), cx.view.session.mode) {
                (1.., _) => format!("nothing that fired matches{filter}"),
                (0, Mode::Replay) => "nothing has fired in this recording until now".to_owned(),
                (0, _) => "nothing has fired yet".to_owned(),
            };
            return reason::message(area, buf, &why, theme.dim, theme.ascii);
        }
        self.list.cursor = match self.held {
            None => self.list.cursor.min(rows - 1),
            // Numbers fall from row to row.
            Some(number) => partition(rows, |row| self.get(source, row).is_some_and(|entry| entry.firing.number > number)),
        };
        if self.held.is_none() {
            self.list.cursor = 0;
        }
        // One cell less: the mark of a list that is longer than its area.
        let table = Table { cx, columns: Columns::new(area.width.saturating_sub(1), Fill::of(source)) };
        let foot = self.get(source, self.list.cursor).map(|entry| table.foot(entry, area.width)).unwrap_or_default();
        let foot = if cx.focused && usize::from(area.height) >= foot.len() + 4 { foot } else { Vec::new() };
        let listed = Rect { height: area.height - foot.len() as u16, ..area };
        self.listed = listed;
        let mut heading = list::heading(&table.columns.all(), cx);
        heading.spans.insert(0, Span::raw("  "));
        // `render` takes the list and the rows at once.
        let matching = self.matching.take();
        let get = |row: usize| match &matching {
            Some(matching) => matching.get(row).and_then(|at| source.get(*at)),
            None => source.get(row),
        };
        self.list.render(listed, buf, cx, &heading, rows, |row| get(row).map(|entry| table.line(entry)).unwrap_or_default());
        self.matching = matching;
        for ((line, style), y) in foot.iter().zip(listed.bottom()..area.bottom()) {
            let line = if theme.ascii { line.replace('…', "~") } else { line.clone() };
            buf.set_string(area.x, y, text::fit(&line, area.width, theme.ascii), *style);
        }
    }
}

/// The first of so many rows for which something does not hold any more.
fn partition(rows: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (0, rows);
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) { from = middle + 1 } else { to = middle }
    }
    from.min(rows.saturating_sub(1))
}
