//! What can follow the keys pressed so far.

use super::panel_at;
use crate::app::App;
use crate::app::commands::Scope;
use crate::app::keymap::{Sequence, scopes};
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Lists what can follow, in the lower left corner of an area, while keys of a sequence have been pressed.
pub fn continuations(area: Rect, buf: &mut Buffer, app: &App, scope: Scope, replaying: bool, theme: &Theme) {
    let pressed = app.keys.keys();
    if pressed.is_empty() {
        return;
    }
    let next = app.keymap.continuations(&scopes(scope, replaying), pressed);
    let rows: Vec<(String, &str, &str)> =
        next.iter().filter_map(|(rest, command)| command.spec().map(|spec| (rest.to_string(), spec.about, spec.name))).collect();
    let keys = rows.iter().map(|(keys, ..)| text::width(keys)).max().unwrap_or(0);
    let about = rows.iter().map(|(_, about, _)| text::width(about)).max().unwrap_or(0);
    let height = (rows.len() as u16 + 2).min(area.height);
    let width = (keys + about + 6).max(24).min(area.width);
    let place = Rect { x: area.x, y: area.bottom() - height, width, height };
    let title = format!("{} {}", Sequence(pressed.to_vec()), if theme.ascii { "..." } else { "…" });
    let inner = panel_at(place, &title, theme.border_focused, buf, theme);
    for ((key, about, _), y) in rows.iter().zip(inner.y..inner.bottom()) {
        buf.set_stringn(inner.x + 1, y, key, keys.into(), theme.dialog.patch(theme.accent));
        let room = inner.width.saturating_sub(keys + 3);
        buf.set_string(inner.x + keys + 3, y, text::fit(about, room, theme.ascii), theme.dialog);
    }
}
