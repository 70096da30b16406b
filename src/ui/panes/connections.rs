//! The connections to the exchange: what each is doing, and since when.

use super::list::{Column, ListState, cell, columns, empty, heading};
use crate::app::commands::{Command, Scope};
use crate::drive::view::{ConnectionState, ConnectionView, Mode};
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The connections to the exchange.
#[derive(Debug, Default)]
pub struct ConnectionsPane {
    list: ListState,
}

const WORTH: [Column; 7] = [
    Column { title: "connection", width: 10, right: false },
    Column { title: "state", width: 16, right: false },
    Column { title: "last", width: 8, right: true },
    Column { title: "messages", width: 11, right: true },
    Column { title: "received", width: 9, right: true },
    Column { title: "opened", width: 6, right: true },
    Column { title: "address", width: 34, right: false },
];

impl ConnectionsPane {
    fn row(connection: &ConnectionView, columns: &[Column], cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let now = cx.view.session.now;
        let age = |at| text::span(now.saturating_sub(at), theme.ascii);
        let (state, style) = match &connection.state {
            ConnectionState::Stopped => ("stopped".to_owned(), theme.dim),
            ConnectionState::Connecting(1) => ("connecting".to_owned(), theme.warning),
            ConnectionState::Connecting(n) => (format!("connecting, {n}."), theme.warning),
            ConnectionState::Open => (format!("open {}", age(connection.since)), theme.warning),
            ConnectionState::Live => (format!("live {}", age(connection.since)), theme.good),
            ConnectionState::Waiting(_, next) => {
                (format!("lost, next {}", text::span(next.saturating_sub(now), theme.ascii)), theme.error)
            }
        };
        let mut spans: Vec<Span<'static>> = columns
            .iter()
            .map(|column| {
                let (content, style) = match column.title {
                    "connection" => (connection.name.clone(), theme.text),
                    "state" => (state.clone(), style),
                    "last" => (connection.last.map_or_else(|| "-".to_owned(), age), theme.text),
                    "messages" => (text::count(connection.messages), theme.text),
                    "received" => (text::bytes(connection.bytes), theme.dim),
                    "opened" => (connection.opened.to_string(), theme.dim),
                    _ => (connection.url.clone(), theme.dim),
                };
                cell(&content, column, style, theme.ascii)
            })
            .collect();
        if let ConnectionState::Waiting(why, _) = &connection.state {
            spans.push(Span::styled(text::safe(why).into_owned(), theme.error));
        }
        Line::from(spans)
    }
}

impl Pane for ConnectionsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        Line::from(vec![
            Span::raw("Connections"),
            Span::styled(format!(" {}", text::safe(&cx.view.snapshot.venue)), cx.theme.dim),
        ])
    }

    fn scope(&self) -> Scope {
        Scope::List
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        if self.list.on_command(command, count) { Handled::Yes } else { Handled::No }
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_feed(cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        self.list.on_mouse(event, area);
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let all = &cx.view.session.connections;
        if all.is_empty() {
            let why = match cx.view.session.mode {
                Mode::Replay => "a replay needs no connection",
                _ if cx.view.session.stopped => "the feed is stopped",
                _ => "no connection yet",
            };
            return empty(area, buf, cx, why);
        }
        let fitting = columns(&WORTH, area.width);
        let head = heading(&fitting, cx);
        self.list.render(area, buf, cx, &head, all.len(), |i| Self::row(&all[i], &fitting, cx));
    }
}
