//! What every list does alike: cursor, scrolling, filter, drawing of rows.

use crate::app::commands::Command;
use crate::ui::pane::Cx;
use crate::ui::text;
use crate::ui::widgets::paint;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Where a list stands.
#[derive(Debug, Clone, Default)]
pub struct ListState {
    /// The row the cursor is on.
    pub cursor: usize,
    /// What rows have to contain, in lower case.
    filter: String,
    offset: usize,
    rows: usize,
    page: usize,
}

impl ListState {
    /// Answers a command of lists; says whether it was one.
    pub fn on_command(&mut self, command: Command, count: u32) -> bool {
        let count = count as usize;
        let last = self.rows.saturating_sub(1);
        self.cursor = match command {
            Command::ListUp => self.cursor.saturating_sub(count),
            Command::ListDown => self.cursor.saturating_add(count).min(last),
            Command::ListPageUp => self.cursor.saturating_sub(self.page.max(1) * count),
            Command::ListPageDown => self.cursor.saturating_add(self.page.max(1) * count).min(last),
            Command::ListTop => 0,
            Command::ListBottom => last,
            Command::Cancel if !self.filter.is_empty() => {
                self.filter.clear();
                self.cursor
            }
            _ => return false,
        };
        true
    }

    /// Answers the mouse: the row clicked on, or nothing.
    pub fn on_mouse(&mut self, event: MouseEvent, area: Rect) -> Option<usize> {
        match event.kind {
            MouseEventKind::ScrollUp => self.cursor = self.cursor.saturating_sub(3),
            MouseEventKind::ScrollDown => self.cursor = (self.cursor + 3).min(self.rows.saturating_sub(1)),
            MouseEventKind::Down(MouseButton::Left) => {
                let first = area.y + 1;
                if event.row >= first && event.row < area.bottom() {
                    let row = self.offset + usize::from(event.row - first);
                    if row < self.rows {
                        self.cursor = row;
                        return Some(row);
                    }
                }
            }
            _ => {}
        }
        None
    }

    /// Shows only rows that contain a text.
    pub fn set_filter(&mut self, text: &str) {
        self.filter = text.to_lowercase();
    }

    /// What is filtered for, as a part of the title.
    pub fn title(&self) -> String {
        if self.filter.is_empty() { String::new() } else { format!(" /{}", text::safe(&self.filter)) }
    }

    /// Whether a row is shown.
    pub fn shows(&self, row: &str) -> bool {
        self.filter.is_empty() || row.to_lowercase().contains(&self.filter)
    }

    /// Draws a heading and the rows that fit under it, the cursor's among them. `row` makes the n-th one.
    pub fn render(
        &mut self,
        area: Rect,
        buf: &mut Buffer,
        cx: &Cx<'_>,
        heading: &Line<'_>,
        rows: usize,
        row: impl Fn(usize) -> Line<'static>,
    ) {
        let heading_rows = area.height.min(1);
        if heading_rows > 0 {
            buf.set_line(area.x, area.y, heading, area.width);
        }
        self.rows = rows;
        self.page = usize::from(area.height.saturating_sub(1));
        self.cursor = self.cursor.min(rows.saturating_sub(1));
        self.offset = self.offset.min(self.cursor).max((self.cursor + 1).saturating_sub(self.page.max(1)));
        self.offset = self.offset.min(rows.saturating_sub(self.page));
        for line in 0..self.page {
            let index = self.offset + line;
            if index >= rows {
                break;
            }
            let y = area.y + 1 + line as u16;
            buf.set_line(area.x, y, &row(index), area.width);
            if index == self.cursor && cx.focused {
                let rect = Rect { y, height: 1, ..area };
                let style = Style { fg: None, ..cx.theme.selection };
                buf.set_style(rect, style);
            }
        }
        self.scroll_mark(area, buf, cx);
    }

    /// Shows at the right which part of a list longer than its area is in view, where nothing else is written.
    fn scroll_mark(&self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        if self.rows <= self.page || self.page == 0 || area.width == 0 {
            return;
        }
        let length = (self.page * self.page / self.rows).max(1);
        let top = self.offset * (self.page - length) / (self.rows - self.page);
        for line in top..(top + length).min(self.page) {
            let glyph = if cx.theme.ascii { '#' } else { '▐' };
            paint::put_under(buf, area.right() - 1, area.y + 1 + line as u16, glyph, cx.theme.border);
        }
    }
}

/// A column: its heading, its cells, and whether it stands at the right.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Its cells, without the gap after it.
    pub width: u16,
    /// Whether it stands at the right.
    pub right: bool,
}

/// The columns that fit, of those given in the order of their worth; returned in the order of `order`.
pub fn columns(worth: &[Column], room: u16) -> Vec<Column> {
    let mut left = room.saturating_add(1);
    let mut fitting = Vec::new();
    for column in worth {
        if column.width < left {
            left -= column.width + 1;
            fitting.push(*column);
        }
    }
    fitting
}

/// One cell of a row, with the gap after it.
pub fn cell(content: &str, column: &Column, style: Style, ascii: bool) -> Span<'static> {
    let content = if column.right { text::right(content, column.width, ascii) } else { text::left(content, column.width, ascii) };
    Span::styled(content + " ", style)
}

/// The heading of columns.
pub fn heading(columns: &[Column], cx: &Cx<'_>) -> Line<'static> {
    columns.iter().map(|column| cell(column.title, column, cx.theme.dim, cx.theme.ascii)).collect()
}

/// Says in the middle of an area why it is empty.
pub fn empty(area: Rect, buf: &mut Buffer, cx: &Cx<'_>, why: &str) {
    if area.height > 0 {
        let why = text::fit(why, area.width, cx.theme.ascii);
        let x = area.x + area.width.saturating_sub(text::width(&why)) / 2;
        buf.set_string(x, area.y + area.height / 2, &why, cx.theme.dim);
    }
}
