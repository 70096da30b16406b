//! Resting liquidity over time and price.

use super::reason;
use crate::app::commands::{Command, Scope};
use crate::ui::pane::{Cx, Handled, Pane};
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

/// Resting liquidity over time and price.
#[derive(Debug, Default)]
pub struct HeatmapPane {}

impl Pane for HeatmapPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        Line::styled("Heatmap", cx.theme.bright)
    }

    fn scope(&self) -> Scope {
        Scope::Heatmap
    }

    fn on_command(&mut self, _command: Command, _count: u32, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }

    fn on_mouse(&mut self, _event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        reason::message(area, buf, &reason::why_empty(cx, "order book"), cx.theme.dim, cx.theme.ascii);
    }
}
