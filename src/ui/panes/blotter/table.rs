//! What every list of the blotter does alike: columns that give way, sorting by any of them, filter, the row under the cursor in
//! full, copying and writing to a file.
//!
//! Kept with a layout: `sort` (a column's heading) and `reverse`.

use super::words;
use crate::app::blotter::{BlotterAct, export};
use crate::app::commands::{Command, Scope};
use crate::app::link::Cross;
use crate::domain::{Nanos, Price, Symbol};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::list::ListState;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::cmp::Ordering;
use std::sync::Arc;

/// The most lines about the row under the cursor.
const FOOT: usize = 5;
/// So many rows are measured to find how wide columns are.
const MEASURED: usize = 60;

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    /// A number, the largest first.
    Figure(f64),
    /// A text, from A on.
    Text(Arc<str>),
    /// Nothing: comes last whatever the direction.
    None,
}

impl Key {
    pub fn money(of: crate::domain::Money) -> Self {
        Self::Figure(crate::domain::money::to_f64(of))
    }

    pub fn time(at: Nanos) -> Self {
        Self::Figure(at.0 as f64)
    }

    pub fn text(of: &str) -> Self {
        Self::Text(of.into())
    }
}

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// Its heading, by which it is also known in layouts.
    pub title: &'static str,
    /// Its cells at least.
    pub least: u16,
    /// Its cells at most, where there is room.
    pub most: u16,
    /// Whether it stands at the right.
    pub right: bool,
    /// The lowest gives way last; 0 never.
    pub rank: u8,
    /// Whether it has a bar, which takes what room there is.
    pub bar: bool,
}

pub(super) const fn part(title: &'static str, least: u16, most: u16, right: bool, rank: u8) -> Part {
    Part { title, least, most, right, rank, bar: false }
}

/// A column with a bar in it.
pub(super) const fn barred(title: &'static str, least: u16, most: u16, rank: u8) -> Part {
    Part { title, least, most, right: false, rank, bar: true }
}

/// What is listed.
pub(super) trait Listing: Default {
    /// One row.
    type Row: Clone;

    /// Its name.
    const NAME: &'static str;
    /// The beginning of the name of the file it is written to.
    const FILE: &'static str;
    /// Its columns, from left to right.
    const PARTS: &'static [Part];
    /// The heading of that file.
    const CSV: &'static [&'static str];

    /// The rows, in their own order.
    fn rows(&self, cx: &Cx<'_>) -> Vec<Self::Row>;
    /// What the rows are made of: they are gathered again only when it changes. `None` gathers them for every frame.
    fn stamp(&self, cx: &Cx<'_>) -> Option<Stamp>;
    /// A number a row is known by.
    fn id(row: &Self::Row) -> u64;
    /// What stands in a column, given its cells.
    fn cell(&self, row: &Self::Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style);
    /// What a row is sorted by, by a column.
    fn key(row: &Self::Row, part: &'static str) -> Key;
    /// What a filter looks at.
    fn words(row: &Self::Row) -> String;
    /// What there is to say of a row at length: paragraphs.
    fn foot(&self, row: &Self::Row, cx: &Cx<'_>) -> Vec<(String, Style)>;
    /// The row in the file.
    fn csv(row: &Self::Row) -> Vec<String>;
    /// What panes that are linked show of it.
    fn place(row: &Self::Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>);
    /// Whether a column is of no use now.
    fn hides(&self, part: &'static str, cx: &Cx<'_>) -> bool {
        part == "account" && !cx.blotter.is_all(cx.view)
    }
    /// Why there is none, in words that tell what to do.
    fn nothing(&self, cx: &Cx<'_>) -> String;
    /// Answers a command about the row under the cursor.
    fn act(&mut self, _row: Option<&Self::Row>, _command: Command, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }
    /// More for the title.
    fn title(&self, _cx: &Cx<'_>) -> String {
        String::new()
    }
    /// What was chosen in it, for a layout, beside what every list keeps.
    fn settings(&self) -> Option<(&'static str, String)> {
        None
    }
    /// Takes that back.
    fn restore(&mut self, _settings: &toml::Table) {}
}

/// What rows are made of: the broker's changes, the accounts, and how many rows each has.
pub(super) type Stamp = (u64, Vec<(Arc<str>, usize, u64)>);

/// A stamp of what is listed of the accounts that are looked at; `count` is how much of it an account has, and what it let go.
pub(super) fn stamp(cx: &Cx<'_>, count: impl Fn(&crate::broker::AccountView) -> (usize, u64)) -> Stamp {
    let accounts = cx.blotter.accounts(cx.view);
    let each = |account: &&Arc<crate::broker::AccountView>| {
        let (len, last) = count(account);
        (Arc::clone(&account.name), len, last)
    };
    (cx.view.snapshot.trading.broker.changes, accounts.iter().map(each).collect())
}

/// A list of the blotter.
#[derive(Debug)]
pub(super) struct TablePane<L: Listing> {
    pub listing: L,
    list: ListState,
    /// The column it is sorted by; its own order where none.
    sort: Option<&'static str>,
    reverse: bool,
    rows: Vec<L::Row>,
    /// All there are, also those that do not match.
    all: usize,
    made_of: Option<(Stamp, String, Option<&'static str>, bool)>,
    /// The row the cursor is on; `None` while it follows the first.
    held: Option<u64>,
    headings: Vec<(Rect, &'static str)>,
    listed: Rect,
}

impl<L: Listing> Default for TablePane<L> {
    fn default() -> Self {
        Self {
            listing: L::default(),
            list: ListState::default(),
            sort: None,
            reverse: false,
            rows: Vec::new(),
            all: 0,
            made_of: None,
            held: None,
            headings: Vec::new(),
            listed: Rect::default(),
        }
    }
}

impl<L: Listing> TablePane<L> {
    /// Gathers the rows where they may be others than before.
    fn gather(&mut self, cx: &Cx<'_>) {
        let made_of = self.listing.stamp(cx).map(|stamp| (stamp, self.list.title(), self.sort, self.reverse));
        if made_of.is_none() || made_of != self.made_of {
            self.rows = self.listing.rows(cx);
            self.all = self.rows.len();
            if !self.list.title().is_empty() {
                let list = &self.list;
                self.rows.retain(|row| list.shows(&L::words(row)));
            }
            self.order();
            self.made_of = made_of;
        }
        match self.held {
            None => self.list.cursor = 0,
            Some(id) => {
                if let Some(at) = self.rows.iter().position(|row| L::id(row) == id) {
                    self.list.cursor = at;
                }
            }
        }
        self.list.cursor = self.list.cursor.min(self.rows.len().saturating_sub(1));
    }

    fn order(&mut self) {
        let Some(part) = self.sort else {
            if self.reverse {
                self.rows.reverse();
            }
            return;
        };
        let reverse = self.reverse;
        let turn = |order: Ordering| if reverse { order.reverse() } else { order };
        let mut keyed: Vec<(Key, L::Row)> = self.rows.drain(..).map(|row| (L::key(&row, part), row)).collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (Key::Figure(a), Key::Figure(b)) => turn(b.total_cmp(a)),
            (Key::Text(a), Key::Text(b)) => turn(a.cmp(b)),
            (Key::None, Key::None) => Ordering::Equal,
            (Key::None, _) => Ordering::Greater,
            (_, Key::None) => Ordering::Less,
            (Key::Figure(_), Key::Text(_)) => Ordering::Less,
            (Key::Text(_), Key::Figure(_)) => Ordering::Greater,
        });
        self.rows.extend(keyed.into_iter().map(|(_, row)| row));
    }

    /// The row the cursor is on.
    pub fn at(&self) -> Option<&L::Row> {
        self.rows.get(self.list.cursor)
    }

    fn hold(&mut self) {
        self.held = if self.list.cursor == 0 { None } else { self.at().map(L::id) };
    }

    /// Sorts by the column so many further on; its own order comes before the first.
    fn next_sort(&mut self, count: u32, cx: &Cx<'_>) {
        let mut names: Vec<Option<&'static str>> = vec![None];
        names.extend(L::PARTS.iter().filter(|part| !self.listing.hides(part.title, cx)).map(|part| Some(part.title)));
        let at = names.iter().position(|name| *name == self.sort).unwrap_or(0);
        self.sort = names.get((at + count as usize) % names.len()).copied().flatten();
        self.reverse = false;
    }

    /// Shows the row in the panes that are linked.
    fn point(&self) -> Handled {
        let Some((symbol, at)) = self.at().map(L::place) else { return Handled::Yes };
        let mut acts: Vec<Action> = symbol.map(Action::Select).into_iter().collect();
        acts.extend(at.map(|(at, price)| Action::Cross(Some(Cross { at, price }))));
        Handled::Run(Action::All(acts))
    }

    fn copy(&self, cx: &Cx<'_>) -> Handled {
        let Some(row) = self.at() else { return Handled::Yes };
        let parts = L::PARTS.iter().filter(|part| !self.listing.hides(part.title, cx));
        let cells: Vec<String> = parts.map(|part| self.listing.cell(row, part.title, 60, cx).0.trim().to_owned()).collect();
        let text = text::safe(&cells.join("\t")).into_owned();
        Handled::Run(Action::Blotter(BlotterAct::Copy(cells.join("\t"), text)))
    }

    fn export(&self) -> Handled {
        if self.rows.is_empty() {
            return Handled::Yes;
        }
        let text = export::csv(L::CSV, self.rows.iter().map(L::csv));
        Handled::Run(Action::Blotter(BlotterAct::Export(L::FILE, text)))
    }

    /// The columns that fit, with their cells.
    fn columns(&self, room: u16, cx: &Cx<'_>) -> Vec<(Part, u16)> {
        let mut wanted: Vec<&Part> = L::PARTS.iter().filter(|part| !self.listing.hides(part.title, cx)).collect();
        wanted.sort_by_key(|part| part.rank);
        let mut left = room.saturating_add(1);
        let mut fitting: Vec<&Part> = Vec::new();
        for part in wanted {
            if part.rank > 0 && part.least >= left {
                // What gives way takes all of lesser worth with it.
                break;
            }
            left = left.saturating_sub(part.least + 1);
            fitting.push(part);
        }
        let mut columns: Vec<(Part, u16)> = Vec::new();
        for part in L::PARTS.iter().filter(|part| fitting.iter().any(|known| known.title == part.title)) {
            columns.push((*part, part.least));
        }
        // Room that is left goes to what can use it, the most worthy first: as much as what is listed takes, then as much as may be.
        let rows = self.rows.iter().skip(self.list.window().0).take(MEASURED);
        let rows: Vec<&L::Row> = rows.collect();
        let takes = |part: &Part| {
            let cells = rows.iter().map(|row| text::width(self.listing.cell(row, part.title, part.most, cx).0.trim_end()));
            cells.max().unwrap_or(0).clamp(part.least, part.most)
        };
        for bars in [false, true] {
            Self::widen(
                &mut columns,
                &mut left,
                |part| if bars == part.bar { if bars { part.most } else { takes(part) } } else { 0 },
            );
        }
        columns
    }

    fn widen(columns: &mut [(Part, u16)], left: &mut u16, to: impl Fn(&Part) -> u16) {
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by_key(|at| columns.get(*at).map(|(part, _)| part.rank));
        for at in order {
            if let Some((part, width)) = columns.get_mut(at) {
                let more = to(part).saturating_sub(*width).min(*left);
                *width += more;
                *left -= more;
            }
        }
    }

    fn heading(&mut self, columns: &[(Part, u16)], area: Rect, theme: &Theme) -> Line<'static> {
        self.headings.clear();
        let arrow = match (self.reverse, theme.ascii) {
            (false, false) => "▾",
            (true, false) => "▴",
            (false, true) => "v",
            (true, true) => "^",
        };
        let mut x = area.x;
        let mut spans = Vec::new();
        for (part, width) in columns {
            self.headings.push((Rect { x, width: width + 1, height: area.height.min(1), ..area }, part.title));
            x = x.saturating_add(width + 1);
            let sorted = self.sort == Some(part.title);
            let mut title = part.title.to_owned();
            if sorted {
                if text::width(&title) >= *width {
                    title = text::fit(&title, width.saturating_sub(1), theme.ascii).into_owned();
                }
                title.push_str(arrow);
            }
            cell(&mut spans, &title, part.right, *width, if sorted { theme.accent } else { theme.dim }, theme.ascii);
        }
        Line::from(spans)
    }

    fn foot_lines(&self, width: u16, cx: &Cx<'_>) -> Vec<(String, Style)> {
        let Some(row) = self.at() else { return Vec::new() };
        let mut lines = Vec::new();
        for (paragraph, style) in self.listing.foot(row, cx) {
            let paragraph = if cx.theme.ascii { super::ascii(&paragraph) } else { paragraph };
            lines.extend(paint::wrap(&text::safe(&paragraph), width).into_iter().map(|line| (line, style)));
        }
        lines.truncate(FOOT);
        lines
    }
}

/// Writes a cell and the gap after it. What is left blank has no style: themes without colours underline.
pub(super) fn cell(spans: &mut Vec<Span<'static>>, content: &str, right: bool, width: u16, style: Style, ascii: bool) {
    let plain = if ascii { super::ascii(content) } else { content.to_owned() };
    let content = text::fit(&plain, width, ascii).into_owned();
    let blank = usize::from(width.saturating_sub(text::width(&content)));
    if right {
        spans.extend([Span::raw(" ".repeat(blank)), Span::styled(content, style), Span::raw(" ")]);
    } else {
        spans.extend([Span::styled(content, style), Span::raw(" ".repeat(blank + 1))]);
    }
}

impl<L: Listing> Pane for TablePane<L> {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::raw(L::NAME)];
        if self.all > 0 {
            spans.push(Span::styled(format!(" {}", text::count(self.all as u64)), theme.dim));
        }
        spans.push(Span::styled(words::whose(cx), theme.accent));
        spans.push(Span::styled(self.listing.title(cx), theme.accent));
        if let Some(sort) = self.sort {
            spans.push(Span::styled(format!(" by {sort}"), theme.accent));
        }
        if !self.list.title().is_empty() {
            spans.push(Span::styled(self.list.title(), theme.accent));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Blotter
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSelect => self.point(),
            Command::ListSort => {
                self.next_sort(count.max(1), cx);
                Handled::Yes
            }
            Command::ListReverse => {
                self.reverse = !self.reverse;
                Handled::Yes
            }
            Command::BlotterCopy => self.copy(cx),
            Command::BlotterExport => self.export(),
            Command::Cancel if cx.cross.is_some() && self.list.title().is_empty() => Handled::Run(Action::Cross(None)),
            other if self.list.on_command(other, count) => {
                self.hold();
                Handled::Yes
            }
            other => {
                let row = self.at().cloned();
                self.listing.act(row.as_ref(), other, cx)
            }
        }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
        self.held = None;
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("sort".to_owned(), self.sort.unwrap_or_default().into());
        table.insert("reverse".to_owned(), self.reverse.into());
        if let Some((name, value)) = self.listing.settings() {
            table.insert(name.to_owned(), value.into());
        }
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(sort) = settings.get("sort").and_then(toml::Value::as_str) {
            self.sort = L::PARTS.iter().find(|part| part.title == sort).map(|part| part.title);
        }
        self.reverse = settings.get("reverse").and_then(toml::Value::as_bool).unwrap_or(self.reverse);
        self.listing.restore(settings);
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        let here = |rect: Rect| rect.contains((event.column, event.row).into());
        if event.kind == MouseEventKind::Down(MouseButton::Left)
            && let Some(&(_, by)) = self.headings.iter().find(|(rect, _)| here(*rect))
        {
            self.reverse = self.sort == Some(by) && !self.reverse;
            self.sort = Some(by);
            return Handled::Yes;
        }
        let before = self.list.cursor;
        let clicked = self.list.on_mouse(event, self.listed).is_some();
        self.hold();
        // The first press chooses, the second points.
        if clicked && self.list.cursor == before { self.point() } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        self.listed = Rect::default();
        self.headings.clear();
        self.gather(cx);
        if self.rows.is_empty() {
            let why = if self.all > 0 { format!("nothing matches{}", self.list.title()) } else { self.listing.nothing(cx) };
            return reason::message(area, buf, &why, theme.dim, theme.ascii);
        }
        let foot = self.foot_lines(area.width, cx);
        let foot = if cx.focused && usize::from(area.height) >= foot.len() + 4 { foot } else { Vec::new() };
        let listed = Rect { height: area.height - foot.len() as u16, ..area };
        self.listed = listed;
        // One cell less: the mark of a list that is longer than its area.
        let columns = self.columns(area.width.saturating_sub(1), cx);
        let heading = self.heading(&columns, area, theme);
        let (rows, listing) = (&self.rows, &self.listing);
        self.list.render(listed, buf, cx, &heading, rows.len(), |at| {
            let Some(row) = rows.get(at) else { return Line::default() };
            let mut spans = Vec::new();
            for (part, width) in &columns {
                let (content, style) = listing.cell(row, part.title, *width, cx);
                cell(&mut spans, &content, part.right, *width, style, theme.ascii);
            }
            Line::from(spans)
        });
        for ((line, style), y) in foot.iter().zip(listed.bottom()..area.bottom()) {
            buf.set_string(area.x, y, text::fit(line, area.width, theme.ascii), *style);
        }
    }
}
