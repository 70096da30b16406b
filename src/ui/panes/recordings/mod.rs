//! The recordings there are, with what is in them: previews come from the background, those in view first.
//!
//! Its settings: `sort`, a column's name, and `reverse`.

mod detail;
mod order;
mod rows;
#[cfg(test)]
mod tests;

use self::order::{Order, Sort};
use self::rows::Entry;
use super::list::ListState;
use super::reason;
use crate::app::RecordingFile;
use crate::app::commands::{Command, Scope};
use crate::drive::previews::{Health, Preview, Shelf};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of the list that are wanted before details get any.
const LIST_ROWS: u16 = 5;

/// The recordings there are, with what is in them.
#[derive(Debug, Default)]
pub struct RecordingsPane {
    list: ListState,
    order: Order,
    /// The list and the previews that were last put in order.
    sorted: Option<(Arc<Vec<RecordingFile>>, Shelf, Order, String)>,
    /// Places in the library, in the order shown.
    shown: Vec<usize>,
    /// The file the cursor is on, wherever the order puts it.
    at: Option<PathBuf>,
    lacking: Vec<PathBuf>,
    /// Where the headings are, for the mouse.
    headings: Vec<(Rect, Sort)>,
}

/// What is known of a file.
fn preview<'a>(cx: &Cx<'a>, file: &RecordingFile) -> Option<&'a Preview> {
    cx.library.previews.get(&file.path).map(AsRef::as_ref)
}

impl RecordingsPane {
    /// Puts the files in order, unless that is done already.
    fn sort(&mut self, cx: &Cx<'_>) {
        let (files, shelf) = (&cx.library.recordings, &cx.library.previews);
        let filter = self.list.title();
        let same = self.sorted.as_ref().is_some_and(|(list, known, order, text)| {
            Arc::ptr_eq(list, files) && Arc::ptr_eq(known, shelf) && *order == self.order && *text == filter
        });
        if same {
            return;
        }
        self.shown = (0..files.len()).filter(|&i| self.list.shows(&rows::searched(&files[i], preview(cx, &files[i])))).collect();
        let order = self.order;
        self.shown.sort_by(|&a, &b| order.compare((&files[a], preview(cx, &files[a])), (&files[b], preview(cx, &files[b]))));
        self.sorted = Some((Arc::clone(files), Arc::clone(shelf), self.order, filter));
        let place = |path: &Path| self.shown.iter().position(|&i| files[i].path == path);
        if let Some(place) = self.at.as_deref().and_then(place) {
            self.list.cursor = place;
        }
    }

    fn file<'a>(&self, cx: &Cx<'a>, row: usize) -> Option<&'a RecordingFile> {
        cx.library.recordings.get(*self.shown.get(row)?)
    }

    fn open(&self, cx: &Cx<'_>) -> Handled {
        self.file(cx, self.list.cursor).map_or(Handled::Yes, |file| Handled::Run(Action::Open(file.path.clone())))
    }

    /// Takes note of which file the cursor is on.
    fn keep_place(&mut self, cx: &Cx<'_>) {
        self.at = self.file(cx, self.list.cursor).map(|file| file.path.clone());
    }

    /// Takes note of what is still to be read, in the order of the rows.
    fn note_lacking(&mut self, cx: &Cx<'_>) {
        self.lacking.clear();
        let (from, count) = self.list.window();
        for &i in self.shown.iter().skip(from).take(count) {
            let file = &cx.library.recordings[i];
            let known = preview(cx, file).is_some_and(|known| {
                (known.bytes, known.modified) == (file.bytes, file.modified) && !matches!(known.health, Health::Growing(_))
            });
            if !known && !rows::is_writing(cx, &file.path) {
                self.lacking.push(file.path.clone());
            }
        }
    }
}

impl Pane for RecordingsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let mut spans = vec![Span::raw("Recordings"), Span::styled(format!(" {}", cx.library.recordings.len()), cx.theme.dim)];
        spans.push(Span::styled(self.list.title(), cx.theme.accent));
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Recordings
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSelect => return self.open(cx),
            Command::ListSort => self.order = self.order.next(count),
            Command::ListReverse => self.order.reverse = !self.order.reverse,
            other if self.list.on_command(other, count) => self.keep_place(cx),
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
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(by) = settings.get("sort").and_then(toml::Value::as_str).and_then(Sort::named) {
            self.order.by = by;
        }
        if let Some(reverse) = settings.get("reverse").and_then(toml::Value::as_bool) {
            self.order.reverse = reverse;
        }
    }

    fn lacks(&self) -> &[PathBuf] {
        &self.lacking
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, cx: &Cx<'_>) -> Handled {
        if event.kind == MouseEventKind::Down(MouseButton::Left) {
            let hit = self.headings.iter().find(|(rect, _)| rect.contains((event.column, event.row).into()));
            if let Some(&(_, by)) = hit {
                self.order = if by == self.order.by { Order { reverse: !self.order.reverse, by } } else { Order::by(by) };
                return Handled::Yes;
            }
        }
        let before = self.at.clone();
        let list = Rect { height: area.height.saturating_sub(self.list.beyond(area.height)), ..area };
        let pressed = self.list.on_mouse(event, list).is_some();
        self.keep_place(cx);
        // The first press shows what is in it, the second opens it.
        if pressed && self.at == before { self.open(cx) } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.lacking.clear();
        self.headings.clear();
        self.sort(cx);
        if self.shown.is_empty() {
            let text = if cx.library.recordings.is_empty() {
                let (record, open) = (cx.key(Command::ToggleRecording), cx.key(Command::OpenRecording));
                format!("no recordings yet ({record} records live data, {open} opens a file by its path)")
            } else {
                format!("no recording matches{}", self.list.title())
            };
            return reason::message(area, buf, &text, cx.theme.dim, cx.theme.ascii);
        }
        let below = detail::rows(area.height, LIST_ROWS, self.shown.len());
        let list = Rect { height: area.height - below, ..area };
        let entries = self.shown.iter().map(|&i| &cx.library.recordings[i]);
        let longest = entries.map(rows::name_width).max().unwrap_or(0);
        let columns = rows::fitting(list.width, longest);
        let head = rows::heading(&columns, self.order, cx);
        self.headings = rows::places(&columns, list);
        let shown = &self.shown;
        self.list.render(list, buf, cx, &head, shown.len(), |row| {
            let file = &cx.library.recordings[shown[row]];
            rows::row(&Entry { file, preview: preview(cx, file) }, &columns, cx)
        });
        self.note_lacking(cx);
        if below > 0
            && let Some(file) = self.file(cx, self.list.cursor)
        {
            let area = Rect { y: list.bottom(), height: below, ..area };
            detail::draw(area, buf, &Entry { file, preview: preview(cx, file) }, cx);
        }
    }
}
