//! Messages that come up and go.

use crate::app::toasts::Message;
use crate::feed::Severity;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws messages in the lower right corner, the newest lowest; above them what is said of those there is no room for.
pub fn toasts(area: Rect, buf: &mut Buffer, messages: &[&Message], more: &str, theme: &Theme) {
    let mut bottom = area.bottom();
    for message in messages.iter().rev() {
        let room = area.width.saturating_sub(2).min(72);
        let lines = crate::ui::widgets::paint::wrap(&text::safe(&message.text), room.saturating_sub(4));
        let height = (lines.len() as u16).min(4);
        let width = lines.iter().map(|line| text::width(line)).max().unwrap_or(0).saturating_add(4).min(room);
        if height == 0 || bottom < area.y + height {
            return;
        }
        let y = bottom - height;
        let x = area.right().saturating_sub(width + 1);
        let (mark, style) = match message.severity {
            _ if message.alert.is_some() => (if theme.ascii { "!" } else { "⚑" }, theme.alert),
            Severity::Info => ("i", theme.accent),
            Severity::Warning => ("!", theme.warning),
            Severity::Error => ("x", theme.error),
        };
        let rect = Rect { x, y, width, height };
        for (i, line) in lines.iter().take(height.into()).enumerate() {
            let y = y + i as u16;
            buf.set_stringn(x, y, " ".repeat(width.into()), width.into(), Style::reset());
            buf.set_style(Rect { y, height: 1, ..rect }, theme.dialog);
            buf.set_stringn(
                x + 3,
                y,
                line,
                width.saturating_sub(3).into(),
                theme.dialog.patch(Style { bg: None, ..theme.bright }),
            );
        }
        buf.set_stringn(x + 1, y, mark, 1, theme.dialog.patch(style));
        bottom = y.saturating_sub(u16::from(y > area.y));
    }
    let width = text::width(more).saturating_add(2);
    if !more.is_empty() && bottom > area.y && width < area.width {
        let x = area.right() - width - 1;
        buf.set_stringn(
            x,
            bottom - 1,
            format!(" {more} "),
            width.into(),
            theme.dialog.patch(Style { bg: None, ..theme.warning }),
        );
    }
}
