//! What lies over the panes: dialogs and messages.

use crate::app::dialogs::{Confirm, Dialog, Note, Picker, Prompt, Purpose};
use crate::app::layout::Area;
use crate::app::toasts::Message;
use crate::feed::Severity;
use crate::ui::frame::{Lines, inside};
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Where the parts of a dialog were drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DialogArea {
    /// All of it.
    pub whole: Rect,
    /// The rows of its list.
    pub rows: Rect,
    /// The number of the first row shown.
    pub first: usize,
}

fn panel(screen: Rect, width: u16, height: u16, title: &str, border: Style, buf: &mut Buffer, theme: &Theme) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let area = Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 3, width, height };
    for y in area.top()..area.bottom() {
        // Half of a wide character under the edge must not stay.
        buf.set_stringn(area.x, y, " ".repeat(area.width.into()), area.width.into(), Style::reset());
    }
    buf.set_style(area, theme.dialog);
    let mut lines = Lines::new(theme.ascii);
    lines.add(Area { x: area.x, y: area.y, width, height }, theme.dialog.patch(border));
    lines.draw(buf);
    let title = text::fit(title, width.saturating_sub(6), theme.ascii);
    if width > 6 {
        buf.set_string(area.x + 2, area.y, format!(" {title} "), theme.dialog.patch(theme.bright));
    }
    inside(Area { x: area.x, y: area.y, width, height })
}

/// Draws a dialog.
pub fn dialog(screen: Rect, buf: &mut Buffer, dialog: &Dialog, theme: &Theme) -> DialogArea {
    match dialog {
        Dialog::Picker(picker) => draw_picker(screen, buf, picker, theme),
        Dialog::Prompt(prompt) => draw_prompt(screen, buf, prompt, theme),
        Dialog::Confirm(confirm) => draw_confirm(screen, buf, confirm, theme),
        Dialog::Note(note) => draw_note(screen, buf, note, theme),
    }
}

fn around(inner: Rect) -> Rect {
    Rect { x: inner.x.saturating_sub(1), y: inner.y.saturating_sub(1), width: inner.width + 2, height: inner.height + 2 }
}

fn draw_input(x: u16, y: u16, room: u16, before: &str, whole: &str, buf: &mut Buffer, theme: &Theme) {
    let after = whole.get(before.len()..).unwrap_or("");
    let mut shown = before;
    // The end of what was entered stays in view.
    while text::width(shown) + 1 > room {
        let mut rest = shown.chars();
        if rest.next().is_none() {
            break;
        }
        shown = rest.as_str();
    }
    let style = theme.dialog.patch(theme.bright);
    let (x, _) = buf.set_stringn(x, y, text::safe(shown), room.into(), style);
    let left = room.saturating_sub(text::width(shown));
    let under = after.chars().next().unwrap_or(' ');
    buf.set_stringn(x, y, text::safe(after), left.into(), style);
    buf.set_stringn(x, y, under.to_string(), left.into(), style.add_modifier(Modifier::REVERSED));
}

fn draw_picker(screen: Rect, buf: &mut Buffer, picker: &Picker, theme: &Theme) -> DialogArea {
    let small = matches!(picker.purpose, Purpose::Theme | Purpose::Layout | Purpose::Choose);
    let width = (screen.width.saturating_sub(4)).min(if small { 64 } else { 104 }).max(screen.width.min(36));
    let total = u16::try_from(picker.total()).unwrap_or(u16::MAX);
    let height = total.saturating_add(3).min(screen.height.saturating_sub(4)).min(if small { 22 } else { 32 }).max(5);
    let found = picker.found();
    let title = format!("{}  {}/{}", picker.title, found.len(), picker.total());
    let inner = panel(screen, width, height, &title, theme.border_focused, buf, theme);
    if inner.width < 4 || inner.height < 2 {
        return DialogArea { whole: around(inner), ..DialogArea::default() };
    }
    let query = picker.query.text();
    let prompt = if theme.ascii { "> " } else { "› " };
    buf.set_string(inner.x + 1, inner.y, prompt, theme.dialog.patch(theme.accent));
    let x = inner.x + 3;
    if query.is_empty() {
        buf.set_stringn(x + 2, inner.y, "type to search", (inner.width - 4).into(), theme.dialog.patch(theme.dim));
    }
    draw_input(x, inner.y, inner.width.saturating_sub(4), &picker.query.before(), &query, buf, theme);
    let rows = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    let page = usize::from(rows.height);
    let first = (picker.cursor() + 1)
        .saturating_sub(page)
        .max(picker.cursor().saturating_sub(page / 2).min(found.len().saturating_sub(page)));
    if found.len() == 0 {
        buf.set_stringn(rows.x + 1, rows.y, "nothing matches", rows.width.into(), theme.dialog.patch(theme.dim));
    }
    let wide = rows.width >= 60 && !small;
    let groups = if wide { 11 } else { 0 };
    for (line, (index, entry)) in found.enumerate().skip(first).take(page).enumerate() {
        let y = rows.y + line as u16;
        let row = Rect { y, height: 1, ..rows };
        let current = index == picker.cursor();
        let ground = if current { theme.dialog.patch(theme.selection) } else { theme.dialog };
        buf.set_style(row, ground);
        let on = |style: Style| {
            if current { ground.patch(Style { fg: None, bg: None, ..style }) } else { ground.patch(Style { bg: None, ..style }) }
        };
        if wide {
            let style = match (picker.purpose, entry.group) {
                (Purpose::Messages, "error") => theme.error,
                (Purpose::Messages, "warning") => theme.warning,
                _ => theme.dim,
            };
            buf.set_string(rows.x + 1, y, text::left(entry.group, groups - 1, theme.ascii), on(style));
        }
        let keys = text::width(&entry.keys).min(rows.width / 3);
        let room = rows.width.saturating_sub(groups + keys + 3);
        let label = if picker.purpose == Purpose::Messages {
            format!("{}  {}", entry.about, entry.label)
        } else if rows.width < 50 || entry.about.is_empty() {
            entry.label.clone()
        } else {
            let name = if small { 16 } else { 22 };
            format!(
                "{}  {}",
                text::left(&entry.label, room.min(name.max(text::width(&entry.label).min(40))), theme.ascii),
                entry.about
            )
        };
        let fitted = text::fit(&label, room, theme.ascii);
        buf.set_string(rows.x + 1 + groups, y, &fitted, on(theme.dialog.patch(theme.text)));
        if picker.purpose != Purpose::Messages && !entry.about.is_empty() && rows.width >= 50 && !current {
            let name = text::width(&entry.label).max(if small { 16 } else { 22 }).min(room);
            let start = rows.x + 1 + groups + name;
            buf.set_style(
                Rect { x: start, y, width: (rows.x + 1 + groups + room).saturating_sub(start), height: 1 },
                on(theme.dim),
            );
        }
        let shown = text::fit(&entry.keys, keys, theme.ascii);
        buf.set_string(rows.right().saturating_sub(text::width(&shown) + 1), y, &shown, on(theme.accent));
    }
    DialogArea { whole: around(inner), rows, first }
}

fn draw_prompt(screen: Rect, buf: &mut Buffer, prompt: &Prompt, theme: &Theme) -> DialogArea {
    let inner = panel(screen, screen.width.saturating_sub(4).min(72), 5, prompt.title, theme.border_focused, buf, theme);
    let room = inner.width.saturating_sub(2);
    draw_input(inner.x + 1, inner.y, room, &prompt.input.before(), &prompt.input.text(), buf, theme);
    let (text, style) = match &prompt.error {
        Some(error) => (error.as_str(), theme.error),
        None => (prompt.hint.as_str(), theme.dim),
    };
    let style = theme.dialog.patch(style);
    let lines = crate::ui::widgets::paint::wrap(&text::safe(text), room);
    for (line, y) in lines.iter().zip(inner.y + 1..inner.bottom()) {
        buf.set_stringn(inner.x + 1, y, line, room.into(), style);
    }
    DialogArea { whole: around(inner), ..DialogArea::default() }
}

fn draw_confirm(screen: Rect, buf: &mut Buffer, confirm: &Confirm, theme: &Theme) -> DialogArea {
    let inner = panel(screen, screen.width.saturating_sub(4).min(64), 5, &confirm.question, theme.warning, buf, theme);
    let room = inner.width.saturating_sub(2).into();
    buf.set_stringn(inner.x + 1, inner.y, text::safe(&confirm.detail), room, theme.dialog);
    buf.set_stringn(
        inner.x + 1,
        inner.bottom().saturating_sub(1),
        "y or enter: yes    n or esc: no",
        room,
        theme.dialog.patch(theme.accent),
    );
    DialogArea { whole: around(inner), ..DialogArea::default() }
}

fn draw_note(screen: Rect, buf: &mut Buffer, note: &Note, theme: &Theme) -> DialogArea {
    let width = note.lines.iter().map(|line| text::width(line)).max().unwrap_or(0).saturating_add(4);
    let height = u16::try_from(note.lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inner = panel(screen, width, height, &note.title, theme.border_focused, buf, theme);
    for (line, y) in note.lines.iter().zip(inner.y..inner.bottom()) {
        buf.set_stringn(inner.x + 1, y, text::safe(line), inner.width.saturating_sub(1).into(), theme.dialog);
    }
    DialogArea { whole: around(inner), ..DialogArea::default() }
}

/// Draws messages in the lower right corner, the newest lowest.
pub fn toasts(area: Rect, buf: &mut Buffer, messages: &[&Message], theme: &Theme) {
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
}
