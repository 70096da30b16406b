//! The streams on the connections: which deliver, and which are silent though they should not be.

use super::list::{Column, ListState, cell, columns, empty, heading};
use crate::app::commands::{Command, Scope};
use crate::feed::Stream;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The streams on the connections, silent ones first.
#[derive(Debug, Default)]
pub struct StreamsPane {
    list: ListState,
}

const WORTH: [Column; 5] = [
    Column { title: "stream", width: 26, right: false },
    Column { title: "last", width: 8, right: true },
    Column { title: "messages", width: 11, right: true },
    Column { title: "state", width: 7, right: false },
    Column { title: "connection", width: 10, right: false },
];

impl StreamsPane {
    fn row(stream: &Stream, columns: &[Column], cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let now = cx.view.session.now;
        let silent = stream.is_silent(now);
        let connection = cx.view.session.connections.get(usize::from(stream.conn.0)).map_or("", |connection| &connection.name);
        columns
            .iter()
            .map(|column| {
                let (content, style) = match column.title {
                    "stream" => (stream.name.clone(), if silent { theme.warning } else { theme.text }),
                    "last" => {
                        let age = stream.last.map(|at| text::span(now.saturating_sub(at), theme.ascii));
                        (age.unwrap_or_else(|| "never".to_owned()), if silent { theme.warning } else { theme.text })
                    }
                    "messages" => (text::count(stream.count), theme.text),
                    "state" if silent => ("silent".to_owned(), theme.warning),
                    "state" if stream.last.is_some() => ("ok".to_owned(), theme.good),
                    "state" => ("waiting".to_owned(), theme.dim),
                    _ => (connection.to_owned(), theme.dim),
                };
                cell(&content, column, style, theme.ascii)
            })
            .collect()
    }
}

impl Pane for StreamsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let now = cx.view.session.now;
        let streams = &cx.view.session.streams;
        let silent = streams.iter().filter(|stream| stream.is_silent(now)).count();
        let mut spans = vec![Span::raw("Streams"), Span::styled(format!(" {}", streams.len()), cx.theme.dim)];
        if silent > 0 {
            spans.push(Span::styled(format!("  {silent} silent"), cx.theme.warning));
        }
        spans.push(Span::styled(self.list.title(), cx.theme.accent));
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::List
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        if self.list.on_command(command, count) { Handled::Yes } else { Handled::No }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_feed(cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        self.list.on_mouse(event, area);
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let now = cx.view.session.now;
        let mut streams: Vec<&Stream> = cx.view.session.streams.iter().filter(|stream| self.list.shows(&stream.name)).collect();
        streams.sort_by_key(|stream| !stream.is_silent(now));
        if streams.is_empty() {
            return empty(area, buf, cx, "no streams");
        }
        let fitting = columns(&WORTH, area.width);
        let head = heading(&fitting, cx);
        self.list.render(area, buf, cx, &head, streams.len(), |i| Self::row(streams[i], &fitting, cx));
    }
}
