//! What lies over the panes: dialogs, messages, and what can follow the keys pressed so far.

mod alert;
mod capture;
mod form;
mod picker;
mod progress;
mod sure;
mod ticket;
mod toasts;
mod welcome;
mod which;

pub use progress::progress;
pub use toasts::toasts;
pub use which::continuations;

use crate::app::alerts::FormSpot;
use crate::app::blotter::FormPlace;
use crate::app::dialogs::{Confirm, Dialog, Note, Prompt};
use crate::app::keymap::Key;
use crate::app::layout::Area;
use crate::app::trading::TicketSpot;
use crate::drive::view::View;
use crate::ui::frame::{Lines, inside};
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

/// Where the parts of a dialog were drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DialogArea {
    /// All of it.
    pub whole: Rect,
    /// The rows of its list.
    pub rows: Rect,
    /// What each of these rows shows: the n-th of what matches, or nothing that could be chosen.
    pub shown: Vec<Option<usize>>,
    /// What can be clicked instead of pressing a key.
    pub buttons: Vec<(Rect, Key)>,
    /// Places of a form that can be clicked, the smallest last.
    pub spots: Vec<(Rect, FormSpot)>,
    /// Places of a form of fields that can be clicked, the smallest last.
    pub places: Vec<(Rect, FormPlace)>,
    /// Places of an order ticket that can be clicked, the smallest last.
    pub ticket: Vec<(Rect, TicketSpot)>,
}

impl DialogArea {
    /// The entry of the list at a place.
    pub fn entry(&self, at: Position) -> Option<usize> {
        let row = self.rows.contains(at).then(|| usize::from(at.y - self.rows.y))?;
        self.shown.get(row).copied().flatten()
    }

    /// The part of a form at a place; of its texts the character.
    pub fn spot(&self, at: Position) -> Option<FormSpot> {
        let (area, spot) = self.spots.iter().rev().find(|(area, _)| area.contains(at))?;
        Some(match *spot {
            FormSpot::Text(field, first) => FormSpot::Text(field, first + usize::from(at.x - area.x)),
            spot => spot,
        })
    }

    /// The part of a form of fields at a place; of its texts the character.
    pub fn place(&self, at: Position) -> Option<FormPlace> {
        let (area, place) = self.places.iter().rev().find(|(area, _)| area.contains(at))?;
        Some(match *place {
            FormPlace::Text(field, first) => FormPlace::Text(field, first + usize::from(at.x - area.x)),
            place => place,
        })
    }

    /// The part of an order ticket at a place; of its texts the character.
    pub fn ticket_spot(&self, at: Position) -> Option<TicketSpot> {
        let (area, spot) = self.ticket.iter().rev().find(|(area, _)| area.contains(at))?;
        Some(match *spot {
            TicketSpot::Text(field, first) => TicketSpot::Text(field, first + usize::from(at.x - area.x)),
            spot => spot,
        })
    }

    /// The key that a click at a place stands for.
    pub fn button(&self, at: Position) -> Option<Key> {
        self.buttons.iter().find(|(area, _)| area.contains(at)).map(|(_, key)| *key)
    }
}

fn panel(screen: Rect, width: u16, height: u16, title: &str, border: Style, buf: &mut Buffer, theme: &Theme) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let area = Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 3, width, height };
    panel_at(area, title, border, buf, theme)
}

fn panel_at(area: Rect, title: &str, border: Style, buf: &mut Buffer, theme: &Theme) -> Rect {
    let Rect { width, height, .. } = area;
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
pub fn dialog(screen: Rect, buf: &mut Buffer, dialog: &Dialog, view: &View, theme: &Theme) -> DialogArea {
    match dialog {
        Dialog::Picker(picker) => picker::draw(screen, buf, picker, theme),
        Dialog::Prompt(prompt) => draw_prompt(screen, buf, prompt, theme),
        Dialog::Confirm(confirm) => draw_confirm(screen, buf, confirm, theme),
        Dialog::Note(note) => draw_note(screen, buf, note, theme),
        Dialog::Welcome(welcome) => welcome::draw(screen, buf, welcome, theme),
        Dialog::Capture(capture) => capture::draw(screen, buf, capture, theme),
        Dialog::Alert(form) => alert::draw(screen, buf, form, view, theme),
        Dialog::Form(form) => form::draw(screen, buf, form, theme),
        Dialog::Ticket(ticket) => ticket::draw(screen, buf, ticket, view, theme),
        Dialog::Sure(sure) => sure::draw(screen, buf, sure, theme),
    }
}

fn around(inner: Rect) -> Rect {
    Rect { x: inner.x.saturating_sub(1), y: inner.y.saturating_sub(1), width: inner.width + 2, height: inner.height + 2 }
}

/// Names keys and what they do on the lower border, to be clicked too. The last one, which leaves, gives way last.
fn footer(whole: Rect, buf: &mut Buffer, keys: &[(&'static str, &'static str)], theme: &Theme) -> Vec<(Rect, Key)> {
    let mut keys = keys.to_vec();
    let cells = |keys: &[(&str, &str)]| keys.iter().map(|(key, what)| text::width(key) + text::width(what) + 3).sum::<u16>();
    while keys.len() > 1 && cells(&keys) + 3 > whole.width {
        keys.remove(keys.len() - 2);
    }
    let (mut x, y) = (whole.x + 2, whole.bottom().saturating_sub(1));
    let mut buttons = Vec::new();
    for (key, what) in keys {
        let start = x;
        let room = |x: u16| usize::from(whole.right().saturating_sub(x + 1));
        x = buf.set_stringn(x, y, format!(" {key}"), room(x), theme.dialog.patch(theme.accent)).0;
        x = buf.set_stringn(x, y, format!(" {what} "), room(x), theme.dialog.patch(theme.dim)).0;
        if let Ok(key) = key.parse() {
            buttons.push((Rect { x: start, y, width: x - start, height: 1 }, key));
        }
    }
    buttons
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

fn draw_prompt(screen: Rect, buf: &mut Buffer, prompt: &Prompt, theme: &Theme) -> DialogArea {
    let inner = panel(screen, screen.width.saturating_sub(4).min(72), 6, prompt.title, theme.border_focused, buf, theme);
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
    let buttons = footer(around(inner), buf, &[("enter", "use it"), ("esc", "leave")], theme);
    DialogArea { whole: around(inner), buttons, ..DialogArea::default() }
}

fn draw_confirm(screen: Rect, buf: &mut Buffer, confirm: &Confirm, theme: &Theme) -> DialogArea {
    let inner = panel(screen, screen.width.saturating_sub(4).min(64), 5, &confirm.question, theme.warning, buf, theme);
    let room = inner.width.saturating_sub(2);
    let lines = crate::ui::widgets::paint::wrap(&text::safe(&confirm.detail), room);
    for (line, y) in lines.iter().zip(inner.y..inner.bottom()) {
        buf.set_stringn(inner.x + 1, y, line, room.into(), theme.dialog);
    }
    let buttons = footer(around(inner), buf, &[("y", "yes"), ("n", "no"), ("esc", "leave")], theme);
    DialogArea { whole: around(inner), buttons, ..DialogArea::default() }
}

fn draw_note(screen: Rect, buf: &mut Buffer, note: &Note, theme: &Theme) -> DialogArea {
    let width = note.lines.iter().map(|line| text::width(line)).max().unwrap_or(0).saturating_add(4);
    let height = u16::try_from(note.lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inner = panel(screen, width, height, &note.title, theme.border_focused, buf, theme);
    for (line, y) in note.lines.iter().zip(inner.y..inner.bottom()) {
        let line = text::fit(line, inner.width.saturating_sub(1), theme.ascii);
        buf.set_string(inner.x + 1, y, line, theme.dialog);
    }
    let buttons = footer(around(inner), buf, &[("esc", "go on")], theme);
    DialogArea { whole: around(inner), buttons, ..DialogArea::default() }
}
