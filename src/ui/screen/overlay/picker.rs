//! Lists to choose from. The palette names things and finds them; the help has the keys at the left, under headings.

use super::{DialogArea, around, draw_input, footer, panel};
use crate::app::dialogs::{Choice, Entry, Picker, Purpose, Row};
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthChar as _;

/// Draws a list.
pub(super) fn draw(screen: Rect, buf: &mut Buffer, picker: &Picker, theme: &Theme) -> DialogArea {
    let small = matches!(picker.purpose, Purpose::Theme | Purpose::Layout | Purpose::Choose);
    let help = picker.purpose == Purpose::Help;
    let width = screen.width.saturating_sub(4).min(if small { 64 } else { 104 }).max(screen.width.min(36));
    let total = u16::try_from(picker.total()).unwrap_or(u16::MAX);
    let most = if small {
        22
    } else if help {
        46
    } else {
        32
    };
    let height =
        total.saturating_add(3).min(screen.height.saturating_sub(if screen.height < 20 { 1 } else { 4 })).min(most).max(6);
    let found = picker.found().len();
    let count = if picker.query.is_empty() { String::new() } else { format!("  {found} of {}", picker.total()) };
    let inner = panel(screen, width, height, &format!("{}{count}", picker.title), theme.border_focused, buf, theme);
    if inner.width < 4 || inner.height < 2 {
        return DialogArea { whole: around(inner), ..DialogArea::default() };
    }
    search_line(inner, buf, picker, theme);
    let mut area = DialogArea { whole: around(inner), ..DialogArea::default() };
    area.rows = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    if found == 0 {
        buf.set_stringn(inner.x + 1, area.rows.y, "nothing matches", inner.width.into(), theme.dialog.patch(theme.dim));
    }
    let rows = picker.rows();
    let first = first_row(picker, &rows, area.rows.height.into());
    for (row, y) in rows.iter().skip(first).zip(area.rows.top()..area.rows.bottom()) {
        let line = Rect { y, height: 1, ..area.rows };
        area.shown.push(match row {
            Row::Heading(title) => {
                buf.set_stringn(line.x + 1, y, title, line.width.into(), theme.dialog.patch(theme.accent));
                None
            }
            Row::Entry(index) => {
                draw_entry(line, buf, picker, *index, theme);
                Some(*index)
            }
        });
    }
    scroll_mark(area.rows, buf, first, rows.len(), theme);
    area.buttons = footer(area.whole, buf, keys(picker), theme);
    area
}

fn keys(picker: &Picker) -> &'static [(&'static str, &'static str)] {
    match picker.purpose {
        Purpose::Help | Purpose::Palette if matches!(picker.current().map(|entry| &entry.choice), Some(Choice::Run(_))) => {
            &[("enter", "run"), ("ctrl-r", "new key"), ("ctrl-o", "one more key"), ("ctrl-x", "usual keys"), ("esc", "leave")]
        }
        Purpose::Theme | Purpose::Layout => &[("enter", "keep it"), ("esc", "as before")],
        Purpose::Messages => &[("esc", "leave")],
        _ => &[("enter", "choose"), ("esc", "leave")],
    }
}

fn search_line(inner: Rect, buf: &mut Buffer, picker: &Picker, theme: &Theme) {
    let query = picker.query.text();
    let prompt = if theme.ascii { "> " } else { "› " };
    buf.set_string(inner.x + 1, inner.y, prompt, theme.dialog.patch(theme.accent));
    let x = inner.x + 3;
    if query.is_empty() {
        let hint = match picker.purpose {
            Purpose::Palette => "type to find commands, symbols, timeframes, themes, recordings",
            Purpose::Help => "type a key or what you want to do",
            _ => "type to search",
        };
        let hint = text::fit(hint, inner.width.saturating_sub(6), theme.ascii);
        buf.set_string(x + 2, inner.y, hint, theme.dialog.patch(theme.dim));
    }
    draw_input(x, inner.y, inner.width.saturating_sub(4), &picker.query.before(), &query, buf, theme);
}

/// The first row in view: the cursor's own row is about in the middle, its heading in view where that is just above.
fn first_row(picker: &Picker, rows: &[Row], page: usize) -> usize {
    let at = rows.iter().position(|row| *row == Row::Entry(picker.cursor())).unwrap_or(0);
    let first = at.saturating_sub(page / 2).min(rows.len().saturating_sub(page));
    if first > 0 && first == at && page > 1 && matches!(rows[first - 1], Row::Heading(_)) { first - 1 } else { first }
}

/// Shows on the right border which part of a long list is in view.
fn scroll_mark(rows: Rect, buf: &mut Buffer, first: usize, total: usize, theme: &Theme) {
    let page = usize::from(rows.height);
    if total <= page || page == 0 {
        return;
    }
    let length = (page * page / total).max(1);
    let top = first * (page - length) / (total - page).max(1);
    let glyph = if theme.ascii { "#" } else { "┃" };
    for y in top..(top + length).min(page) {
        buf.set_string(rows.right(), rows.y + y as u16, glyph, theme.dialog.patch(theme.border_focused));
    }
}

/// How a row is drawn: its ground, and styles on it.
struct Look<'t> {
    theme: &'t Theme,
    ground: Style,
    current: bool,
}

impl Look<'_> {
    /// A role on this row; under the cursor all text has the selection's colour.
    fn on(&self, style: Style) -> Style {
        let style = Style { bg: None, ..style };
        self.ground.patch(if self.current { Style { fg: None, ..style } } else { style })
    }

    /// Writes a text that fits into its room, the letters that match made visible; returns the cells it took.
    fn text(&self, buf: &mut Buffer, at: (u16, u16), room: u16, content: &str, style: Style, hits: &[u32]) -> u16 {
        let (x, y) = at;
        let fitted = text::fit(content, room, self.theme.ascii);
        let end = buf.set_stringn(x, y, &fitted, room.into(), self.on(style)).0;
        let hit = self.theme.accent.add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        let mut column = x;
        for (index, c) in content.chars().enumerate() {
            let cells = c.width().unwrap_or(0) as u16;
            // What follows may be the ellipsis.
            if column + cells > end || (end - x >= room && fitted.len() < content.len() && column + cells == end) {
                break;
            }
            if hits.contains(&(index as u32)) {
                buf.set_style(Rect { x: column, y, width: cells.max(1), height: 1 }, self.on(hit));
            }
            column += cells;
        }
        end - x
    }

    fn right(&self, buf: &mut Buffer, right: u16, y: u16, room: u16, content: &str, style: Style) -> u16 {
        let fitted = text::fit(content, room, self.theme.ascii);
        let cells = text::width(&fitted);
        buf.set_string(right.saturating_sub(cells), y, &fitted, self.on(style));
        cells
    }
}

fn draw_entry(line: Rect, buf: &mut Buffer, picker: &Picker, index: usize, theme: &Theme) {
    let Some(entry) = picker.found().nth(index) else { return };
    let current = index == picker.cursor();
    let ground = if current { theme.dialog.patch(theme.selection) } else { theme.dialog };
    buf.set_style(line, ground);
    let look = Look { theme, ground, current };
    match picker.purpose {
        Purpose::Help => draw_help(line, buf, picker, index, entry, &look),
        Purpose::Messages => draw_message(line, buf, picker, index, entry, &look),
        _ => draw_found(line, buf, picker, index, entry, &look),
    }
}

/// The help's row: keys, what they do, the command's name.
fn draw_help(line: Rect, buf: &mut Buffer, picker: &Picker, index: usize, entry: &Entry, look: &Look<'_>) {
    let theme = look.theme;
    let (label, about) = picker.hits(index);
    let keys = if line.width >= 60 { 20 } else { 10 };
    let (x, y) = (line.x + 3, line.y);
    let can = entry.reason.is_none();
    let shown = if entry.keys.is_empty() { "-" } else { &entry.keys };
    look.text(buf, (x, y), keys, shown, if can { theme.accent } else { theme.dim }, &[]);
    let mut right = line.right().saturating_sub(1);
    if line.width >= 84 {
        // The name in the configuration.
        let room = 24;
        let cells = text::width(&text::fit(&entry.label, room, theme.ascii));
        look.text(buf, (right.saturating_sub(cells), y), room, &entry.label, theme.dim, label);
        right = right.saturating_sub(room + 1);
    }
    let x = x + keys + 1;
    let style = if can { theme.text } else { theme.dim };
    let taken = look.text(buf, (x, y), right.saturating_sub(x), &entry.about, style, about);
    reason(buf, entry, x + taken, right, y, look);
}

/// The palette's row and those of short lists: name, what it is, its kind and its keys.
fn draw_found(line: Rect, buf: &mut Buffer, picker: &Picker, index: usize, entry: &Entry, look: &Look<'_>) {
    let theme = look.theme;
    let (label, about) = picker.hits(index);
    let palette = picker.purpose == Purpose::Palette;
    let (mut right, y) = (line.right().saturating_sub(1), line.y);
    if !entry.keys.is_empty() {
        let style = if entry.reason.is_none() { theme.accent } else { theme.dim };
        right = right.saturating_sub(look.right(buf, right, y, line.width / 4, &entry.keys, style) + 2);
    }
    // Under headings the kind says nothing new.
    if palette && line.width >= 60 && (!picker.query.is_empty() || entry.group == "Recently used") {
        look.right(buf, right, y, 10, entry.kind, theme.dim);
        right = right.saturating_sub(12);
    }
    let x = line.x + if palette { 3 } else { 1 };
    let name = if palette { 24 } else { 16 };
    let room = right.saturating_sub(x);
    let style = if entry.reason.is_none() { theme.text } else { theme.dim };
    let taken = look.text(buf, (x, y), room, &entry.label, style, label);
    if line.width >= 50 || taken == 0 {
        let x = x + taken.max(name).saturating_add(2);
        let taken = look.text(buf, (x, y), right.saturating_sub(x), &entry.about, theme.dim, about);
        reason(buf, entry, x + taken, right, y, look);
    }
}

/// Why it cannot be done now, after what it would do.
fn reason(buf: &mut Buffer, entry: &Entry, x: u16, right: u16, y: u16, look: &Look<'_>) {
    if let Some(reason) = &entry.reason {
        let room = right.saturating_sub(x + 2);
        if room >= 8 {
            look.text(buf, (x + 2, y), room, reason, look.theme.warning, &[]);
        }
    }
}

fn draw_message(line: Rect, buf: &mut Buffer, picker: &Picker, index: usize, entry: &Entry, look: &Look<'_>) {
    let theme = look.theme;
    let (label, about) = picker.hits(index);
    let style = match entry.kind {
        "error" => theme.error,
        "warning" => theme.warning,
        _ => theme.dim,
    };
    let (x, y) = (line.x + 1, line.y);
    look.text(buf, (x, y), 8, &entry.about, theme.dim, about);
    look.text(buf, (x + 10, y), 7, entry.kind, style, &[]);
    look.text(buf, (x + 19, y), line.right().saturating_sub(x + 20), &entry.label, theme.text, label);
}
