//! The form an alert is written in.

use super::{DialogArea, panel};
use crate::app::alerts::AlertForm;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the form.
pub(super) fn draw(screen: Rect, buf: &mut Buffer, form: &AlertForm, theme: &Theme) -> DialogArea {
    let inner = panel(screen, 72, 10, "Alert", theme.border_focused, buf, theme);
    super::draw_input(inner.x + 1, inner.y, inner.width, &form.expr.before(), &form.expr.text(), buf, theme);
    DialogArea { whole: inner, ..DialogArea::default() }
}
