//! The replay: its files, state and timeline; and the timeline as a strip for the bottom of any workspace.

mod course;
mod status;
#[cfg(test)]
mod tests;
mod track;

use self::course::Course;
use self::track::Track;
use super::reason;
use crate::app::commands::{Command, Scope};
use crate::domain::Nanos;
use crate::drive::view::ReplayView;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::widgets::paint;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Most rows of the timeline in the replay workspace.
const TALLEST: u16 = 14;

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

    fn on_command(&mut self, _command: Command, _count: u32, _cx: &Cx<'_>) -> Handled {
        // They act on the session, wherever the focus is: the application runs them.
        Handled::No
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.track.answer(event, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        let Some(replay) = cx.view.session.replay.as_ref().filter(|_| !area.is_empty()) else { return };
        self.track.buttons = status::draw(Rect { height: 1, ..area }, buf, replay, cx, true);
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

    fn on_command(&mut self, _command: Command, _count: u32, _cx: &Cx<'_>) -> Handled {
        // They act on the session, wherever the focus is: the application runs them.
        Handled::No
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
        self.track.buttons = status::draw(Rect { height: 1, ..rest }, buf, replay, cx, rest.width >= 90);
        self.track.draw(Rect { y: rest.y + 1, height: rest.height.saturating_sub(1), ..rest }, buf, replay, cx);
    }
}

/// The end of a recording as far as it is known.
fn known_end(replay: &ReplayView, now: Nanos) -> Nanos {
    replay.to.unwrap_or(now).max(replay.from)
}
