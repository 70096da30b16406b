//! What can follow the keys pressed so far.

use super::panel_at;
use crate::app::App;
use crate::app::commands::{Command, Scope};
use crate::app::keymap::{Sequence, scopes};
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows before there is another column.
const LOW: u16 = 12;
/// Cells of what a command does, at most.
const ABOUT: u16 = 36;

/// Lists what can follow, in the lower left corner of an area, while keys of a sequence have been pressed.
pub fn continuations(area: Rect, buf: &mut Buffer, app: &App, scope: Scope, replaying: bool, theme: &Theme) {
    let pressed = app.keys.keys();
    if pressed.is_empty() {
        return;
    }
    let next = app.keymap.continuations(&scopes(scope, replaying), pressed);
    // A command that several keys run is one entry.
    let mut entries: Vec<(Vec<String>, Command)> = Vec::new();
    for (rest, command) in &next {
        match entries.iter_mut().find(|(_, known)| known == command) {
            Some((keys, _)) => keys.push(rest.to_string()),
            None => entries.push((vec![rest.to_string()], *command)),
        }
    }
    let rows: Vec<(String, &str)> =
        entries.iter().filter_map(|(keys, command)| command.spec().map(|spec| (keys.join(" "), spec.about))).collect();
    let keys = rows.iter().map(|(keys, _)| text::width(keys)).max().unwrap_or(0).min(12);
    let about = rows.iter().map(|(_, about)| text::width(about)).max().unwrap_or(0).min(ABOUT);
    // As many columns as are needed to stay low, and as fit.
    let cell = keys + about + 4;
    let fits = (area.width.saturating_sub(2) / cell.max(1)).max(1);
    let count = rows.len() as u16;
    let columns = fits.min(count.div_ceil(LOW)).max(1);
    let height = (count.div_ceil(columns) + 2).min(area.height);
    let width = (columns * cell + 2).max(24).min(area.width);
    let place = Rect { x: area.x, y: area.bottom() - height, width, height };
    let title = format!("{} {}", Sequence(pressed.to_vec()), if theme.ascii { "..." } else { "…" });
    let inner = panel_at(place, &title, theme.border_focused, buf, theme);
    if inner.height == 0 {
        return;
    }
    let room = usize::from(inner.height * columns);
    for (index, (key, about)) in rows.iter().take(room).enumerate() {
        let (column, row) = (index as u16 / inner.height, index as u16 % inner.height);
        let (x, y) = (inner.x + column * cell + 1, inner.y + row);
        let left = inner.right().saturating_sub(x);
        buf.set_string(x, y, text::fit(key, keys.min(left), theme.ascii), theme.dialog.patch(theme.accent));
        let left = left.saturating_sub(keys + 2).min(cell.saturating_sub(keys + 3));
        buf.set_string(x + keys + 2, y, text::fit(about, left, theme.ascii), theme.dialog);
    }
    if rows.len() > room {
        let more = format!(" {} more: {} shows all ", rows.len() - room, app.keymap.key(Command::Help));
        let more = text::fit(&more, inner.width, theme.ascii);
        buf.set_string(inner.x + 1, inner.bottom(), &more, theme.dialog.patch(theme.dim));
    }
}
