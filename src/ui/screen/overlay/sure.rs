//! The question before something is sent to the broker.

use super::{DialogArea, around, footer, panel};
use crate::app::trading::Sure;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the question.
pub(super) fn draw(screen: Rect, buf: &mut Buffer, sure: &Sure, theme: &Theme) -> DialogArea {
    let width = screen.width.saturating_sub(4).min(72);
    let lines: Vec<String> = sure.lines.iter().flat_map(|line| paint::wrap(&text::safe(line), width.saturating_sub(4))).collect();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inner = panel(screen, width, height, &sure.question, theme.warning, buf, theme);
    for (line, y) in lines.iter().zip(inner.y..inner.bottom()) {
        buf.set_stringn(inner.x + 1, y, line, inner.width.saturating_sub(2).into(), theme.dialog);
    }
    let mut keys = vec![("enter", "yes")];
    if sure.optional {
        keys.push(("a", "yes, and do not ask again"));
    }
    if sure.ticket.is_some() {
        keys.push(("n", "back"));
    }
    keys.push(("esc", "no"));
    let whole: Rect = around(inner);
    let buttons = footer(whole, buf, &keys, theme);
    DialogArea { whole, buttons, ..DialogArea::default() }
}
