//! What was logged: follows the newest line until the cursor leaves it.

use super::list::{ListState, empty};
use crate::app::commands::{Command, Scope};
use crate::drive::view::LogLine;
use crate::feed::Severity;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// What was logged.
#[derive(Debug, Default)]
pub struct LogPane {
    list: ListState,
    /// The number of the line the cursor is on; `None` while the newest is followed.
    held: Option<u64>,
    /// Numbers of the lines shown, oldest first.
    numbers: Vec<u64>,
}

impl LogPane {
    fn hold(&mut self) {
        let last = self.numbers.len().saturating_sub(1);
        self.held = if self.list.cursor >= last { None } else { self.numbers.get(self.list.cursor).copied() };
    }
}

impl Pane for LogPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let state = if self.held.is_some() { " held" } else { "" };
        Line::from(vec![
            Span::raw("Log"),
            Span::styled(state, cx.theme.warning),
            Span::styled(self.list.title(), cx.theme.accent),
        ])
    }

    fn scope(&self) -> Scope {
        Scope::List
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        let handled = self.list.on_command(command, count);
        self.hold();
        if handled { Handled::Yes } else { Handled::No }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
        self.held = None;
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_feed(cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        self.list.on_mouse(event, area);
        self.hold();
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        let lines: Vec<&LogLine> = cx.view.session.log.iter().filter(|line| self.list.shows(&line.text)).collect();
        self.numbers = lines.iter().map(|line| line.number).collect();
        if lines.is_empty() {
            return empty(area, buf, cx, "nothing was logged");
        }
        self.list.cursor = match self.held {
            None => lines.len() - 1,
            Some(number) => self.numbers.partition_point(|n| *n < number),
        };
        let head = Line::styled("time     what", theme.dim);
        self.list.render(area, buf, cx, &head, lines.len(), |i| {
            let line = lines[i];
            let mark = match line.severity {
                Severity::Info => "",
                Severity::Warning => "! ",
                Severity::Error => "!! ",
            };
            Line::from(vec![
                Span::styled(text::time_of_day(line.at, cx.zone, "%H:%M:%S "), theme.dim),
                Span::styled(format!("{mark}{}", text::safe(&line.text)), theme.severity(line.severity)),
            ])
        });
    }
}
