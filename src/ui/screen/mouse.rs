//! The mouse: tabs, focus, dialogs, wheel, dragging of borders.

use super::Screen;
use crate::app::Effect;
use crate::app::dialogs::Dialog;
use crate::app::layout::{Axis, Edge};
use crate::app::panes::{PaneId, PaneKind};
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::ui::frame::inside;
use crate::ui::pane::Pane as _;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// A border being dragged.
#[derive(Debug, Clone)]
pub struct Drag {
    edges: Vec<Edge>,
}

impl Screen {
    pub(super) fn on_mouse(&mut self, event: MouseEvent, view: &View, now: Nanos) -> Vec<Effect> {
        if self.app.dialog.is_some() {
            return self.mouse_dialog(event, view, now);
        }
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some((_, workspace)) = self.drawn.tabs.iter().find(|(area, _)| area.contains(at)) {
                    self.app.shown.workspace = *workspace;
                    return Vec::new();
                }
                if let Some((_, id)) = self.drawn.folded.iter().find(|(area, _)| area.contains(at)) {
                    self.app.desk_mut().set_focus(*id);
                    return Vec::new();
                }
                self.drag = self.border(at);
                if self.drag.is_some() {
                    return Vec::new();
                }
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                if let Some(drag) = self.drag.take() {
                    let area = self.app.area;
                    for edge in &drag.edges {
                        let to = if edge.axis == Axis::Across { event.column } else { event.row };
                        self.app.desk_mut().drag(edge, to, area);
                    }
                    self.drag = Some(drag);
                    return Vec::new();
                }
            }
            MouseEventKind::Up(_) => self.drag = None,
            _ => {}
        }
        self.mouse_panes(event, view, now)
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

    /// The borders under the mouse: one, or all that meet in a corner.
    fn border(&self, at: Position) -> Option<Drag> {
        let edges: Vec<Edge> = self.drawn.arranged.edges.iter().filter(|edge| edge.area.holds(at.x, at.y)).cloned().collect();
        (!edges.is_empty()).then_some(Drag { edges })
    }

    fn mouse_dialog(&mut self, event: MouseEvent, view: &View, now: Nanos) -> Vec<Effect> {
        let at = Position::new(event.column, event.row);
        let Some(area) = self.drawn.dialog else { return Vec::new() };
        let clicked = event.kind == MouseEventKind::Down(MouseButton::Left);
        if clicked && !area.whole.contains(at) {
            return self.app.leave_dialog();
        }
        let Some(Dialog::Picker(picker)) = &mut self.app.dialog else { return Vec::new() };
        match event.kind {
            MouseEventKind::ScrollUp => picker.step(-3),
            MouseEventKind::ScrollDown => picker.step(3),
            MouseEventKind::Down(MouseButton::Left) if area.rows.contains(at) => {
                let row = area.first + usize::from(at.y - area.rows.y);
                if row < picker.found().len() {
                    picker.point(row);
                    let choice = picker.current().map(|entry| entry.choice.clone());
                    if let Some(choice) = choice {
                        return self.app.choose(choice, view, now);
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }
}
