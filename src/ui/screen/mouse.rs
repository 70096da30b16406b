//! The mouse: tabs, bars, focus, dialogs, wheel, dragging of borders and of panes by their titles.

use super::Screen;
use crate::app::Effect;
use crate::app::commands::Command;
use crate::app::dialogs::Dialog;
use crate::app::keymap::{Key, Named};
use crate::app::layout::{Area, Arranged, Axis, Direction, Edge};
use crate::app::panes::{PaneId, PaneKind};
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::ui::frame::inside;
use crate::ui::pane::Pane as _;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// A second click within this time is a double click.
const DOUBLE: Nanos = Nanos::from_millis(400);

/// What is being dragged.
#[derive(Debug, Clone)]
pub(super) enum Drag {
    /// Borders: one, or all that meet in a corner.
    Borders(Vec<Edge>),
    /// A pane by its title, and where the mouse is once it has moved.
    Pane(PaneId, Option<Position>),
}

/// Where a dragged pane goes when it is let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Goal {
    id: PaneId,
    onto: PaneId,
    /// At this side of it; else they are exchanged.
    side: Option<Direction>,
    /// The cells it would take.
    pub shown: Area,
}

impl Screen {
    pub(super) fn on_mouse(&mut self, event: MouseEvent, view: &View, now: Nanos) -> Vec<Effect> {
        if self.app.dialog.is_some() {
            self.drag = None;
            return self.mouse_dialog(event, view, now);
        }
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(effects) = self.pressed(at, view, now) {
                    return effects;
                }
            }
            MouseEventKind::Down(MouseButton::Middle) => {
                if let Some(id) = self.title(at) {
                    self.app.desk_mut().set_focus(id);
                    return self.command(Command::ClosePane, view, now);
                }
            }
            MouseEventKind::Drag(MouseButton::Left) if self.drag.is_some() => {
                self.dragged(at);
                return Vec::new();
            }
            MouseEventKind::Up(_) if self.drag.is_some() => {
                if let Some(goal) = self.drop_goal(&self.drawn.arranged) {
                    self.app.drop_pane(goal.id, goal.onto, goal.side);
                }
                self.drag = None;
                return Vec::new();
            }
            _ => {}
        }
        self.mouse_panes(event, view, now)
    }

    fn title(&self, at: Position) -> Option<PaneId> {
        self.drawn.titles.iter().find(|(area, _)| area.contains(at)).map(|(_, id)| *id)
    }

    /// The left button went down on something other than the inside of a pane; `None` when it did not.
    fn pressed(&mut self, at: Position, view: &View, now: Nanos) -> Option<Vec<Effect>> {
        let drawn = &self.drawn;
        if let Some((_, workspace)) = drawn.tabs.iter().find(|(area, _)| area.contains(at)) {
            let number = workspace.spec().number;
            self.app.show_workspace(number);
            return Some(Vec::new());
        }
        if let Some((_, command)) = drawn.touches.iter().find(|(area, _)| area.contains(at)) {
            return Some(match *command {
                Command::ToggleRecording => self.app.ask_recording(view, now),
                command => self.command(command, view, now),
            });
        }
        if let Some((_, id)) = drawn.folded.iter().find(|(area, _)| area.contains(at)) {
            self.app.desk_mut().set_focus(*id);
            return Some(Vec::new());
        }
        if let Some(id) = self.title(at) {
            self.app.desk_mut().set_focus(id);
            let double = self.clicked.take().is_some_and(|(before, when)| before == id && now - when < DOUBLE);
            if double {
                self.app.desk_mut().toggle_zoom();
            } else {
                self.clicked = Some((id, now));
                self.drag = Some(Drag::Pane(id, None));
            }
            return Some(Vec::new());
        }
        let edges: Vec<Edge> = drawn.arranged.edges.iter().filter(|edge| edge.area.holds(at.x, at.y)).cloned().collect();
        if edges.is_empty() {
            return None;
        }
        self.drag = Some(Drag::Borders(edges));
        Some(Vec::new())
    }

    fn dragged(&mut self, to: Position) {
        let area = self.app.area;
        match &mut self.drag {
            Some(Drag::Borders(edges)) => {
                for edge in edges.iter() {
                    let to = if edge.axis == Axis::Across { to.x } else { to.y };
                    self.app.desk_mut().drag(edge, to, area);
                }
            }
            Some(Drag::Pane(_, at)) => {
                *at = Some(to);
                self.clicked = None;
            }
            None => {}
        }
    }

    /// Where the pane that is being dragged would go: into the place of the one under the mouse, or near an edge of it, beside.
    pub(super) fn drop_goal(&self, arranged: &Arranged) -> Option<Goal> {
        let Some(Drag::Pane(id, Some(at))) = self.drag else { return None };
        let (onto, area) = *arranged.panes.iter().find(|(_, area)| inside(*area).contains(at))?;
        if onto == id {
            return None;
        }
        let third = |at: u16, start: u16, length: u16| match u32::from(at - start) * 4 / u32::from(length.max(1)) {
            0 => Some(true),
            3.. => Some(false),
            _ => None,
        };
        let (x, y) = (third(at.x, area.x, area.width), third(at.y, area.y, area.height));
        let half = |length: u16| length.div_ceil(2);
        let (side, shown) = match (x, y) {
            (Some(true), _) => (Some(Direction::Left), Area { width: half(area.width), ..area }),
            (Some(false), _) => {
                (Some(Direction::Right), Area { x: area.x + area.width - half(area.width), width: half(area.width), ..area })
            }
            (None, Some(true)) => (Some(Direction::Up), Area { height: half(area.height), ..area }),
            (None, Some(false)) => {
                (Some(Direction::Down), Area { y: area.y + area.height - half(area.height), height: half(area.height), ..area })
            }
            (None, None) => (None, area),
        };
        Some(Goal { id, onto, side, shown })
    }

    fn mouse_panes(&mut self, event: MouseEvent, view: &View, now: Nanos) -> Vec<Effect> {
        let at = Position::new(event.column, event.row);
        let pressed = matches!(event.kind, MouseEventKind::Down(_));
        let moved = event.kind == MouseEventKind::Moved;
        let pulling = matches!(event.kind, MouseEventKind::Drag(_) | MouseEventKind::Up(_));
        if let Some(area) = self.drawn.transport.filter(|area| area.contains(at) || pulling || moved) {
            let zone = self.zone();
            let linked = self.app.focused();
            let cx = super::cx(&linked, &self.app, view, &self.theme, &zone, false);
            let handled = self.transport.on_mouse(event, area, &cx);
            if handled != crate::ui::pane::Handled::No {
                let focus = self.app.desk().focus();
                return self.handled(focus, handled, view, now);
            }
        }
        let focus = self.app.desk().focus();
        // What was pressed in a pane is pulled and let go there, wherever the mouse is.
        let under = if pulling {
            self.drawn.arranged.area(focus).map(|area| (focus, area))
        } else {
            self.drawn.arranged.panes.iter().find(|(_, area)| inside(*area).contains(at)).copied()
        };
        if moved {
            self.leave_timeline(under.map(|(id, _)| id), event, view);
        }
        let Some((id, area)) = under else { return Vec::new() };
        if pressed {
            self.app.desk_mut().set_focus(id);
        }
        let handled = self.with_pane(id, view, |pane, cx| pane.on_mouse(event, inside(area), cx));
        self.handled(id, handled, view, now)
    }

    /// Tells timelines that the mouse is elsewhere: what they say of the place under it goes.
    fn leave_timeline(&mut self, under: Option<PaneId>, event: MouseEvent, view: &View) {
        let timelines = self.drawn.arranged.panes.iter().filter(|(id, _)| id.kind == PaneKind::Replay && Some(*id) != under);
        for (id, area) in timelines.copied().collect::<Vec<_>>() {
            self.with_pane(id, view, |pane, cx| pane.on_mouse(event, inside(area), cx));
        }
    }

    fn mouse_dialog(&mut self, event: MouseEvent, view: &View, now: Nanos) -> Vec<Effect> {
        let at = Position::new(event.column, event.row);
        let Some(area) = &self.drawn.dialog else { return Vec::new() };
        let clicked = event.kind == MouseEventKind::Down(MouseButton::Left);
        if clicked && !area.whole.contains(at) {
            return self.app.leave_dialog();
        }
        if let Some(key) = area.button(at).filter(|_| clicked) {
            let scope = self.app.focused_scope();
            return self.app.press(key, scope, view, now);
        }
        if let Some(spot) = area.spot(at).filter(|_| clicked) {
            return self.app.click_alert_form(spot, view);
        }
        if let Some(place) = area.place(at).filter(|_| clicked) {
            self.app.click_form(place, view);
            return Vec::new();
        }
        if let Some(spot) = area.ticket_spot(at).filter(|_| clicked) {
            return self.app.click_ticket(spot, view, now);
        }
        if let Some(Dialog::Ticket(ticket)) = &mut self.app.dialog {
            match event.kind {
                MouseEventKind::ScrollUp => ticket.scroll(1, view),
                MouseEventKind::ScrollDown => ticket.scroll(-1, view),
                _ => {}
            }
        }
        if let (Some(Dialog::Alert(form)), true) = (&mut self.app.dialog, area.rows.contains(at)) {
            match event.kind {
                MouseEventKind::ScrollUp => form.scroll(-1),
                MouseEventKind::ScrollDown => form.scroll(1),
                _ => {}
            }
        }
        let Some(Dialog::Picker(picker)) = &mut self.app.dialog else { return Vec::new() };
        match event.kind {
            MouseEventKind::ScrollUp => picker.step(-3),
            MouseEventKind::ScrollDown => picker.step(3),
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(index) = area.entry(at) {
                    picker.point(index);
                    // As if Enter had been pressed on it.
                    let scope = self.app.focused_scope();
                    return self.app.press(Key::named(Named::Enter), scope, view, now);
                }
            }
            _ => {}
        }
        Vec::new()
    }
}
