//! Alerts: the list of those that are set, one in full, and the history of what fired.

use crate::app::commands::{Command, Scope};
use crate::ui::pane::{Cx, Handled, Pane};
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// The alerts that are set.
#[derive(Debug, Default)]
pub struct AlertsPane;
/// One alert in full.
#[derive(Debug, Default)]
pub struct AlertDetailPane;
/// What fired.
#[derive(Debug, Default)]
pub struct AlertHistoryPane;

macro_rules! empty { ($($pane:ty, $title:literal);*) => { $(impl Pane for $pane {
    fn title(&self, _cx: &Cx<'_>) -> Line<'static> { Line::raw($title) }
    fn scope(&self) -> Scope { Scope::Alerts }
    fn on_command(&mut self, _command: Command, _count: u32, _cx: &Cx<'_>) -> Handled { Handled::No }
    fn on_mouse(&mut self, _event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled { Handled::No }
    fn render(&mut self, _area: Rect, _buf: &mut Buffer, _cx: &Cx<'_>) {}
})* } }
empty!(AlertsPane, "Alerts"; AlertDetailPane, "Alert"; AlertHistoryPane, "Alert history");
