//! Keys being pressed for a command.

use super::{DialogArea, around, footer, panel};
use crate::app::dialogs::Capture;
use crate::app::keymap::Sequence;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

pub(super) fn draw(screen: Rect, buf: &mut Buffer, capture: &Capture, theme: &Theme) -> DialogArea {
    let title = format!("{} for {}", if capture.add { "One more key" } else { "New key" }, capture.command);
    let inner = panel(screen, screen.width.saturating_sub(4).min(66), 8, &title, theme.border_focused, buf, theme);
    let room = inner.width.saturating_sub(2);
    let list: Vec<String> = capture.now.iter().map(ToString::to_string).collect();
    let list = if list.is_empty() { "none".to_owned() } else { list.join("  ") };
    let about = capture.command.spec().map_or("", |spec| spec.about);
    let dim = theme.dialog.patch(theme.dim);
    let mut lines = vec![(about.to_owned(), theme.dialog), (format!("now: {list}"), dim)];
    if capture.keys.is_empty() {
        lines.push(("press the new key, or several one after the other".to_owned(), theme.dialog.patch(theme.bright)));
    } else {
        let keys = Sequence(capture.keys.clone()).to_string();
        lines.push((format!("{keys} "), theme.dialog.patch(theme.accent).add_modifier(Modifier::BOLD)));
    }
    lines.extend(capture.notes.iter().map(|note| {
        let style = if note == "free" { theme.good } else { theme.warning };
        (note.clone(), theme.dialog.patch(style))
    }));
    if let Some(error) = &capture.error {
        lines.truncate(3);
        lines.push((error.clone(), theme.dialog.patch(theme.error)));
    }
    let wrapped = lines.iter().flat_map(|(line, style)| {
        let parts = crate::ui::widgets::paint::wrap(line, room);
        parts.into_iter().map(|part| (part, *style))
    });
    for ((line, style), y) in wrapped.zip(inner.y..inner.bottom()) {
        buf.set_string(inner.x + 1, y, text::fit(&line, room, theme.ascii), style);
    }
    let keys: &[(&str, &str)] = if capture.keys.is_empty() {
        &[("esc", "leave")]
    } else {
        &[("enter", "keep it"), ("backspace", "take back"), ("esc", "leave")]
    };
    let buttons = footer(around(inner), buf, keys, theme);
    DialogArea { whole: around(inner), buttons, ..DialogArea::default() }
}
