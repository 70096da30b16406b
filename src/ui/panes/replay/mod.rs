//! The replay: its files, state and timeline; and the timeline as a strip for the bottom of any workspace.

mod course;
mod speed;
mod status;
#[cfg(test)]
mod tests;

pub use self::speed::{faster, request, slower, speed_text};

use self::course::Course;
use super::reason;
use crate::app::commands::{Command, Scope};
use crate::domain::Nanos;
use crate::drive::view::{ReplayRequest, ReplayView, Request};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::widgets::paint;
use crate::ui::widgets::timeline::{Timeline, TimelinePainter, moment_of};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// Most rows of the timeline in the replay workspace.
const TALLEST: u16 = 14;

/// A timeline that is drawn and can be pulled at.
#[derive(Debug, Clone, Default)]
struct Track {
    area: Rect,
    pulled: bool,
    painter: TimelinePainter,
    course: Course,
}

impl Track {
    fn draw(&mut self, area: Rect, buf: &mut Buffer, replay: &ReplayView, cx: &Cx<'_>) {
        self.area = area;
        self.course.update(replay, cx.symbol);
        let now = cx.view.session.now;
        let line = Timeline {
            from: replay.from,
            to: known_end(replay, now),
            now,
            slices: &self.course.slices,
            gaps: &self.course.gaps,
            marks: &self.course.marks,
            notable: &self.course.notable,
            kept: &replay.kept,
        };
        self.painter.draw(area, buf, &line, cx.theme);
    }

    /// A press or pull on the track goes to that moment.
    fn answer(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let Some(replay) = &cx.view.session.replay else { return Handled::No };
        let inside = self.area.contains(Position::new(event.column, event.row));
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) if inside => self.pulled = true,
            MouseEventKind::Drag(MouseButton::Left) if self.pulled => {}
            MouseEventKind::Up(MouseButton::Left) => {
                self.pulled = false;
                return Handled::No;
            }
            _ => return Handled::No,
        }
        let cell = event.column.saturating_sub(self.area.x).min(self.area.width.saturating_sub(1));
        let to = moment_of(cell, replay.from, known_end(replay, cx.view.session.now), self.area.width);
        Handled::Run(Action::Session(Request::Replay(ReplayRequest::Seek(to))))
    }
}

/// Answers a replay command by asking the session.
fn answer(command: Command, count: u32, cx: &Cx<'_>) -> Handled {
    match request(command, count, cx) {
        Some(request) => Handled::Run(Action::Session(Request::Replay(request))),
        None => Handled::No,
    }
}

/// The timeline in one to three lines, for the bottom of any workspace during a replay.
#[derive(Debug, Clone, Default)]
pub struct TransportPane {
    track: Track,
}

impl TransportPane {
    /// Lines it is made for.
    pub const HEIGHT: u16 = 3;

    /// A transport bar.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Pane for TransportPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        Line::from(Span::styled("Replay", cx.theme.bright))
    }

    fn scope(&self) -> Scope {
        Scope::Replay
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        answer(command, count, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.track.answer(event, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        let Some(replay) = cx.view.session.replay.as_ref().filter(|_| !area.is_empty()) else { return };
        status::draw(Rect { height: 1, ..area }, buf, replay, cx, true);
        self.track.draw(Rect { y: area.y + 1, height: area.height - 1, ..area }, buf, replay, cx);
    }
}

/// The replay workspace: files, state, problems and a tall timeline.
#[derive(Debug, Clone, Default)]
pub struct ReplayPane {
    track: Track,
}

impl ReplayPane {
    /// A replay pane.
    pub fn new() -> Self {
        Self::default()
    }

    /// Draws the files and what is wrong with them; returns the rows used.
    fn draw_files(area: Rect, buf: &mut Buffer, replay: &ReplayView, cx: &Cx<'_>) -> u16 {
        let theme = cx.theme;
        let mut y = area.y;
        let mut line = |text: &str, style| {
            if y < area.bottom() {
                paint::text(buf, area.x, y, area.width, text, style);
                y += 1;
            }
        };
        for path in &replay.files {
            // A file's name may hold anything; what could disturb the terminal is left out.
            let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            let name: String = name.chars().filter(|letter| !letter.is_control()).collect();
            line(&name, theme.bright);
        }
        for text in Course::facts(replay, cx) {
            line(&text, theme.text);
        }
        if replay.index.is_none() {
            line(if theme.ascii { "reading the whole recording..." } else { "reading the whole recording…" }, theme.dim);
        }
        for problem in &replay.problems {
            for text in paint::wrap(&format!("! {problem}"), area.width) {
                line(&text, theme.warning);
            }
        }
        y - area.y
    }
}

impl Pane for ReplayPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let mut spans = vec![Span::styled("Replay", cx.theme.bright)];
        if let Some(replay) = &cx.view.session.replay {
            let count = replay.files.len();
            if count > 1 {
                spans.push(Span::styled(format!(" {count} files"), cx.theme.dim));
            }
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Replay
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        answer(command, count, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.track.answer(event, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        let Some(replay) = &cx.view.session.replay else {
            let key = cx.key(Command::OpenRecording);
            let text = format!("no recording is being replayed ({key} opens one)");
            reason::message(area, buf, &text, cx.theme.dim, cx.theme.ascii);
            return;
        };
        self.track.course.update(replay, cx.symbol);
        // The timeline comes first: files get what is left above it.
        let tall = (area.height / 2).clamp(area.height.min(3), TALLEST);
        let files = area.height.saturating_sub(tall + 2);
        let used = Self::draw_files(Rect { height: files, ..area }, buf, replay, cx);
        let top = area.y + used + u16::from(used > 0 && used < files);
        let rest = Rect { y: top, height: (area.bottom() - top).min(tall + 1), ..area };
        status::draw(Rect { height: 1, ..rest }, buf, replay, cx, false);
        self.track.draw(Rect { y: rest.y + 1, height: rest.height.saturating_sub(1), ..rest }, buf, replay, cx);
    }
}

/// The end of a recording as far as it is known.
fn known_end(replay: &ReplayView, now: Nanos) -> Nanos {
    replay.to.unwrap_or(now).max(replay.from)
}
