//! A timeline that is drawn and can be pulled at, with the label of what is under the mouse.

use super::course::Course;
use super::known_end;
use super::status::Buttons;
use crate::app::commands::Command;
use crate::domain::Nanos;
use crate::drive::view::{ReplayRequest, ReplayView, Request};
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::text;
use crate::ui::widgets::time_axis::{Label, labels};
use crate::ui::widgets::timeline::{Timeline, TimelinePainter, cell_of, moment_of};
use crate::ui::widgets::{clock, paint};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::fmt::Write as _;

/// From so many rows on the lowest has times.
const WITH_AXIS: u16 = 6;

/// What an axis is made for: from when to when, its cells, the zone.
type AxisKey = (Nanos, Nanos, u16, String);

#[derive(Debug, Clone, Default)]
pub(super) struct Track {
    /// Where state and speed were drawn.
    pub buttons: Buttons,
    pub course: Course,
    area: Rect,
    pulled: bool,
    /// The cell the mouse is on.
    hover: Option<u16>,
    painter: TimelinePainter,
    /// The axis, and what it was made for.
    axis: (Option<AxisKey>, Vec<Label>),
}

impl Track {
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, replay: &ReplayView, cx: &Cx<'_>) {
        let axis = u16::from(area.height >= WITH_AXIS);
        let area = Rect { height: area.height - axis, ..area };
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
            repeat: (replay.repeat.from, replay.repeat.to, replay.repeat.on),
        };
        let (from, to) = (line.from, line.to);
        self.painter.draw(area, buf, &line, cx.theme);
        if axis > 0 {
            self.draw_axis(Rect { y: area.bottom(), height: 1, ..area }, buf, (from, to), cx);
        }
        self.draw_label(buf, (from, to, now), cx);
    }

    /// Times below the timeline, the zone at the right.
    fn draw_axis(&mut self, area: Rect, buf: &mut Buffer, (from, to): (Nanos, Nanos), cx: &Cx<'_>) {
        let zone = clock::zone_label(to, cx.zone);
        let room = area.width.saturating_sub(text::width(&zone) + 1);
        let key = (from, to, room, zone.clone());
        if self.axis.0.as_ref() != Some(&key) {
            let columns: Vec<(u16, Nanos)> = (0..room).map(|x| (x, moment_of(x, from, to, area.width))).collect();
            self.axis = (Some(key), labels(&columns, room, cx.zone));
        }
        for label in &self.axis.1 {
            paint::text(buf, area.x + label.left, area.y, room.saturating_sub(label.left), &label.text, cx.theme.dim);
        }
        paint::text_right(buf, area.right(), area.y, area.width, &zone, cx.theme.dim);
    }

    /// Says what is under the mouse; without one, what is where the replay stands.
    fn draw_label(&self, buf: &mut Buffer, (from, to, now): (Nanos, Nanos, Nanos), cx: &Cx<'_>) {
        let (area, theme) = (self.area, cx.theme);
        if area.height < 2 || area.width < 12 {
            return;
        }
        let cell = |at: Nanos| cell_of(at, from, to, area.width);
        let here = self.hover.unwrap_or_else(|| cell(now));
        let near = |(start, end, _): &&(Nanos, Nanos, String)| {
            // Where the replay stands, nothing is told that has not happened yet.
            if self.hover.is_none() && *start > now {
                return false;
            }
            // A moment can be pointed at a cell beside it; a stretch has cells of its own.
            let slack = u16::from(start == end);
            (cell(*start).saturating_sub(slack)..=cell(*end) + slack).contains(&here)
        };
        let note = self.course.notes.iter().rev().find(near);
        let mut label = String::from(" ");
        if let Some(x) = self.hover {
            let at = moment_of(x, from, to, area.width);
            let _ = write!(label, "{} ", clock::full(clock::local(at, cx.zone)));
        }
        match note {
            Some((.., what)) => {
                let _ = write!(label, "{what} ");
            }
            None if self.hover.is_none() => return,
            None => {}
        }
        let label = text::fit(&label, area.width, theme.ascii);
        let width = text::width(&label);
        let x = (area.x + here).saturating_sub(width / 2).clamp(area.x, area.right() - width);
        if self.hover.is_some() {
            let glyph = if theme.ascii { ':' } else { '┊' };
            (area.top()..area.bottom()).for_each(|y| paint::put(buf, area.x + here, y, glyph, theme.crosshair));
        }
        paint::text(buf, x, area.y, width, &label, theme.tag);
    }

    /// A press or pull on the track goes to that moment; state and speed are buttons.
    pub fn answer(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let Some(replay) = &cx.view.session.replay else { return Handled::No };
        let at = Position::new(event.column, event.row);
        let inside = self.area.contains(at);
        let cell = event.column.saturating_sub(self.area.x).min(self.area.width.saturating_sub(1));
        match event.kind {
            MouseEventKind::Moved => {
                let before = std::mem::replace(&mut self.hover, inside.then_some(cell));
                return if before == self.hover { Handled::No } else { Handled::Yes };
            }
            MouseEventKind::Down(MouseButton::Left) if inside => self.pulled = true,
            MouseEventKind::Drag(MouseButton::Left) if self.pulled => {}
            MouseEventKind::Up(MouseButton::Left) => {
                // A pointer that lets go is no longer followed: not every terminal tells where it moves.
                (self.pulled, self.hover) = (false, None);
                return Handled::No;
            }
            kind => return self.press(kind, at),
        }
        self.hover = Some(cell);
        let to = moment_of(cell, replay.from, known_end(replay, cx.view.session.now), self.area.width);
        Handled::Run(Action::Session(Request::Replay(ReplayRequest::Seek(to))))
    }

    fn press(&self, kind: MouseEventKind, at: Position) -> Handled {
        let run = |command| Handled::Run(Action::Command(command));
        let (state, speed) = (self.buttons.state.contains(at), self.buttons.speed.contains(at));
        match kind {
            MouseEventKind::Down(MouseButton::Left) if state => run(Command::ReplayToggle),
            MouseEventKind::Down(MouseButton::Left) | MouseEventKind::ScrollUp if speed => run(Command::ReplayFaster),
            MouseEventKind::Down(MouseButton::Right) | MouseEventKind::ScrollDown if speed => run(Command::ReplaySlower),
            MouseEventKind::Down(MouseButton::Middle) if speed => run(Command::ReplaySpeed),
            MouseEventKind::ScrollUp if self.area.contains(at) => run(Command::ReplayForward),
            MouseEventKind::ScrollDown if self.area.contains(at) => run(Command::ReplayBack),
            _ => Handled::No,
        }
    }
}
