//! What was logged, by the session and by the rest of the program: follows the newest line until the cursor leaves it.

use super::list::{ListState, empty};
use crate::app::commands::{Command, Scope};
use crate::domain::Nanos;
use crate::drive::view::LogLine;
use crate::feed::Severity;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Where a line stands among all: by its time, the session's before the program's, by its number.
type Place = (Nanos, bool, u64);

/// What was logged.
#[derive(Debug)]
pub struct LogPane {
    list: ListState,
    /// Lines that matter less are not shown.
    least: Severity,
    /// The line the cursor is on; `None` while the newest is followed.
    held: Option<Place>,
    /// Where the lines shown stand, oldest first.
    places: Vec<Place>,
}

impl Default for LogPane {
    fn default() -> Self {
        Self { list: ListState::default(), least: Severity::Info, held: None, places: Vec::new() }
    }
}

impl LogPane {
    fn hold(&mut self) {
        let last = self.places.len().saturating_sub(1);
        self.held = if self.list.cursor >= last { None } else { self.places.get(self.list.cursor).copied() };
    }

    const fn level(&self) -> &'static str {
        match self.least {
            Severity::Info => "",
            Severity::Warning => "warnings and errors",
            Severity::Error => "errors only",
        }
    }

    /// The lines that are shown, oldest first.
    fn lines<'a>(&self, cx: &Cx<'a>) -> Vec<(Place, &'a LogLine)> {
        let session = cx.view.session.log.iter().map(|line| (false, line));
        let program = cx.journal.iter().map(|line| (true, line));
        let shown = |line: &LogLine| line.severity >= self.least && self.list.shows(&line.text);
        let mut lines: Vec<_> = session
            .chain(program)
            .filter(|(_, line)| shown(line))
            .map(|(own, line)| ((line.at, own, line.number), line))
            .collect();
        // Each of the two is in order by itself; a stable sort of two runs is a merge.
        lines.sort_by_key(|(place, _)| *place);
        lines
    }
}

impl Pane for LogPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let state = if self.held.is_some() { " held" } else { "" };
        let level = match self.level() {
            "" => String::new(),
            level => format!(" {level}"),
        };
        Line::from(vec![
            Span::raw("Log"),
            Span::styled(level, cx.theme.accent),
            Span::styled(state, cx.theme.warning),
            Span::styled(self.list.title(), cx.theme.accent),
        ])
    }

    fn scope(&self) -> Scope {
        Scope::Log
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        if command == Command::LogLevel {
            self.least = match self.least {
                Severity::Info => Severity::Warning,
                Severity::Warning => Severity::Error,
                Severity::Error => Severity::Info,
            };
            return Handled::Yes;
        }
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

    fn settings(&self) -> toml::Table {
        let level = match self.least {
            Severity::Info => return toml::Table::new(),
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        toml::Table::from_iter([("level".to_owned(), toml::Value::from(level))])
    }

    fn restore(&mut self, settings: &toml::Table) {
        self.least = match settings.get("level").and_then(toml::Value::as_str) {
            Some("warning") => Severity::Warning,
            Some("error") => Severity::Error,
            _ => Severity::Info,
        };
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        self.list.on_mouse(event, area);
        self.hold();
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let theme = cx.theme;
        let lines = self.lines(cx);
        self.places = lines.iter().map(|(place, _)| *place).collect();
        if lines.is_empty() {
            let why = match self.level() {
                "" => "nothing was logged".to_owned(),
                level => format!("no {} ({} shows every line)", level.trim_end_matches(" only"), cx.key(Command::LogLevel)),
            };
            return empty(area, buf, cx, &why);
        }
        self.list.cursor = match self.held {
            None => lines.len() - 1,
            Some(held) => self.places.partition_point(|place| *place < held),
        };
        let head = Line::styled("time     what", theme.dim);
        self.list.render(area, buf, cx, &head, lines.len(), |i| {
            let line = lines[i].1;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timeframe;
    use crate::ui::panes::fixtures::{NOON, drawn, lines, market, walk, with_cx};
    use crate::ui::theme::{Look, Themes};
    use std::collections::VecDeque;

    fn line(number: u64, second: i64, severity: Severity, text: &str) -> LogLine {
        LogLine { number, at: NOON + Nanos::from_secs(second), severity, text: text.into() }
    }

    #[test]
    fn the_sessions_and_the_programs_lines_stand_in_order_and_can_be_had_by_how_much_they_matter() {
        let mut view = market(walk(3, Timeframe::M1, NOON), Timeframe::M1, NOON);
        view.session.log.push(line(1, 0, Severity::Info, "connected"));
        view.session.log.push(line(2, 20, Severity::Error, "lost"));
        let journal: VecDeque<_> =
            [line(1, 10, Severity::Warning, "drive::deliver: no mail"), line(2, 20, Severity::Info, "drive::store: kept")].into();
        let theme = Themes { folder: None, look: Look::default() }.load_or_default("midnight").0;
        with_cx(&view, &theme, crate::domain::BarSpec::Time(Timeframe::M1), |cx| {
            let cx = &Cx { journal: &journal, ..*cx };
            let mut pane = LogPane::default();
            let shown = |pane: &mut LogPane| lines(&drawn(pane, 50, 6, cx));
            assert_eq!(
                shown(&mut pane).lines().map(str::trim_end).collect::<Vec<_>>()[..5],
                [
                    "time     what",
                    "23:00:00 connected",
                    "23:00:10 ! drive::deliver: no mail",
                    "23:00:20 !! lost",
                    "23:00:20 drive::store: kept"
                ]
            );
            let title = |pane: &LogPane| pane.title(cx).to_string();
            assert_eq!(title(&pane), "Log");
            pane.on_command(Command::LogLevel, 1, cx);
            assert_eq!(title(&pane), "Log warnings and errors");
            assert!(shown(&mut pane).contains("no mail") && !shown(&mut pane).contains("kept"));
            pane.on_command(Command::LogLevel, 1, cx);
            assert_eq!(title(&pane), "Log errors only");
            assert!(shown(&mut pane).contains("lost") && !shown(&mut pane).contains("no mail"));
            // It is kept with the layout.
            let mut other = LogPane::default();
            other.restore(&pane.settings());
            assert_eq!(title(&other), title(&pane));
            other.on_filter("nothing like it");
            assert!(shown(&mut other).contains("no errors (e shows every line)"));
            pane.on_command(Command::LogLevel, 1, cx);
            assert_eq!(pane.settings(), toml::Table::new());
            // The line that is held stays under the cursor when lines above it come and go.
            shown(&mut pane);
            pane.on_command(Command::ListUp, 2, cx);
            assert_eq!(title(&pane), "Log held");
        });
    }
}
