//! The mouse: tabs, focus, dialogs, wheel, dragging of borders.

use super::Screen;
use crate::app::Effect;
use crate::app::dialogs::Dialog;
use crate::app::keymap::{Key, Named};
use crate::app::layout::Axis;
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::ui::frame::inside;
use crate::ui::pane::Pane as _;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// A border being dragged.
#[derive(Debug, Clone)]
pub struct Drag {
    path: Vec<usize>,
    index: usize,
    axis: Axis,
    length: u16,
    at: u16,
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
                self.drag = self.border(at);
                if self.drag.is_some() {
                    return Vec::new();
                }
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                if let Some(mut drag) = self.drag.take() {
                    let to = if drag.axis == Axis::Across { event.column } else { event.row };
                    let cells = i32::from(to) - i32::from(drag.at);
                    let area = self.app.area;
                    self.app.desk().drag(&drag.path, drag.index, drag.axis, cells, drag.length, area);
                    drag.at = to;
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
        let pulling = matches!(event.kind, MouseEventKind::Drag(_) | MouseEventKind::Up(_));
        if let Some(area) = self.drawn.transport.filter(|area| area.contains(at) || pulling) {
            let zone = self.zone();
            let shown = &self.app.shown;
            let cx = super::cx(shown, &self.app.keymap, view, &self.theme, &zone, false);
            let handled = self.transport.on_mouse(event, area, &cx);
            if handled != crate::ui::pane::Handled::No {
                return self.handled(handled, view, now);
            }
        }
        let focus = self.app.desk().focus();
        // What was pressed in a pane is pulled and let go there, wherever the mouse is.
        let under = if pulling {
            self.drawn.arranged.area(focus).map(|area| (focus, area))
        } else {
            self.drawn.arranged.panes.iter().find(|(_, area)| inside(*area).contains(at)).copied()
        };
        let Some((kind, area)) = under else { return Vec::new() };
        if pressed {
            self.app.desk().set_focus(kind);
        }
        let handled = self.with_pane(kind, view, |pane, cx| pane.on_mouse(event, inside(area), cx));
        self.handled(handled, view, now)
    }

    fn border(&self, at: Position) -> Option<Drag> {
        let edge = self.drawn.arranged.edges.iter().find(|edge| edge.area.holds(at.x, at.y))?;
        let at = if edge.axis == Axis::Across { at.x } else { at.y };
        Some(Drag { path: edge.path.clone(), index: edge.index, axis: edge.axis, length: edge.length, at })
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
