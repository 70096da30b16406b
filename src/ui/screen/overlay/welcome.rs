//! The question of the first start.

use super::{DialogArea, around, footer, panel};
use crate::app::dialogs::Welcome;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub(super) fn draw(screen: Rect, buf: &mut Buffer, welcome: &Welcome, theme: &Theme) -> DialogArea {
    let choices = [("l", format!("live data: {}", welcome.live)), ("d", "the demo: a simulated market, no network".to_owned())];
    // Where there is little room the air between the parts goes first.
    let airy = screen.height >= 18;
    let height = choices.len() + welcome.keys.len() + if airy { 9 } else { 3 };
    let inner = panel(screen, 66, height as u16, "Welcome to rtai-tui", theme.border_focused, buf, theme);
    let room = inner.width.saturating_sub(2);
    let mut y = inner.y + u16::from(airy);
    let mut buttons = Vec::new();
    let dim = theme.dialog.patch(theme.dim);
    let mut line = |y: u16, key: &str, what: &str, strong: bool, buf: &mut Buffer| {
        if y >= inner.bottom() {
            return;
        }
        let style = if strong { theme.dialog.patch(theme.bright) } else { theme.dialog };
        buf.set_stringn(inner.x + 2, y, key, room.into(), theme.dialog.patch(theme.accent));
        buf.set_string(inner.x + 8, y, text::fit(what, room.saturating_sub(7), theme.ascii), style);
        if let (true, Ok(key)) = (strong, key.parse()) {
            buttons.push((Rect { x: inner.x, y, width: inner.width, height: 1 }, key));
        }
    };
    let heading = |y: u16, what: &str, buf: &mut Buffer| {
        if y < inner.bottom() {
            buf.set_string(inner.x + 1, y, text::fit(what, room, theme.ascii), dim);
        }
    };
    heading(y, "What do you want to see? It is remembered.", buf);
    y += 1 + u16::from(airy);
    for (key, what) in &choices {
        line(y, key, what, true, buf);
        y += 1;
    }
    if airy {
        heading(y + 1, "Four keys to get around:", buf);
        y += 3;
    }
    for (key, what) in &welcome.keys {
        line(y, key, what, false, buf);
        y += 1;
    }
    buttons.extend(footer(around(inner), buf, &[("l", "live"), ("d", "demo"), ("q", "quit"), ("esc", "live, ask again")], theme));
    DialogArea { whole: around(inner), buttons, ..DialogArea::default() }
}
