//! A volume profile.
#![allow(missing_docs)]
use crate::app::commands::{Command, Scope};
use crate::ui::pane::{Cx, Handled, Pane};
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
#[derive(Debug, Default)]
pub struct ProfilePane;
impl Pane for ProfilePane {
    fn title(&self, _: &Cx<'_>) -> Line<'static> {
        Line::from("Profile")
    }
    fn scope(&self) -> Scope {
        Scope::Profile
    }
    fn on_command(&mut self, _: Command, _: u32, _: &Cx<'_>) -> Handled {
        Handled::No
    }
    fn on_mouse(&mut self, _: MouseEvent, _: Rect, _: &Cx<'_>) -> Handled {
        Handled::No
    }
    fn render(&mut self, _: Rect, _: &mut Buffer, _: &Cx<'_>) {}
}
