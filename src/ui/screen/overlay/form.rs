//! A form of fields: names, what stands there, what it means or what is wrong with it, and words below.

use super::{DialogArea, around, footer, panel};
use crate::app::blotter::{Field, Form, FormPlace, What};
use crate::app::dialogs::Input;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthChar as _;

/// The widest form.
const WIDEST: u16 = 104;
/// Cells of what stands in a field, and in a narrow form.
const VALUE: (u16, u16) = (26, 20);
/// The most lines of words below.
const SAID: usize = 7;

/// What is drawn with.
struct Sheet<'a> {
    theme: &'a Theme,
    /// Cells of the names, with a mark before them.
    label: u16,
}

/// Draws the form.
pub(super) fn draw(screen: Rect, buf: &mut Buffer, form: &Form, theme: &Theme) -> DialogArea {
    let width = screen.width.saturating_sub(4).min(WIDEST);
    let room = width.saturating_sub(4);
    let mut said: Vec<(String, Style)> = Vec::new();
    if let Some(why) = &form.refused {
        said.extend(paint::wrap(&text::safe(why), room).into_iter().map(|line| (line, theme.error)));
    }
    if let Some(field) = form.fields.get(form.at) {
        // In full, where there may be no room for it beside the field.
        let (words, style) = field.error.as_ref().map_or((&field.about, theme.text), |error| (error, theme.error));
        said.extend(paint::wrap(&text::safe(words), room).into_iter().map(|line| (line, style)));
    }
    for paragraph in &form.said {
        said.extend(paint::wrap(&text::safe(paragraph), room).into_iter().map(|line| (line, theme.dim)));
    }
    let fields = form.fields.len() as u16;
    let most = screen.height.saturating_sub(2);
    // What is said gives way to fields, but what is wrong does not.
    let spare = most.saturating_sub(2 + fields + 1);
    let least = 1 + usize::from(form.refused.is_some());
    said.truncate(usize::from(spare).clamp(least, SAID));
    let height = (2 + fields + u16::from(!said.is_empty()) + said.len() as u16).min(most);
    let inner = panel(screen, width, height, &form.title, theme.border_focused, buf, theme);
    let mut area = DialogArea { whole: around(inner), ..DialogArea::default() };
    area.buttons = footer(area.whole, buf, &[("enter", form.enter), ("tab", "next"), ("esc", "leave")], theme);
    if inner.height == 0 || inner.width < 24 {
        return area;
    }
    let inner = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    let longest = form.fields.iter().map(|field| text::width(&field.name)).max().unwrap_or(0);
    let sheet = Sheet { theme, label: (longest + 3).min(inner.width / 3) };
    let below = (said.len() as u16 + u16::from(!said.is_empty())).min(inner.height - 1);
    let rows = inner.height - below;
    let first = form.at.saturating_sub(usize::from(rows) / 2).min(form.fields.len().saturating_sub(usize::from(rows)));
    for ((at, field), y) in form.fields.iter().enumerate().skip(first).zip(inner.y..inner.y + rows) {
        sheet.field(Rect { y, height: 1, ..inner }, buf, (at, field), at == form.at, &mut area);
    }
    let more = form.fields.len().saturating_sub(first + usize::from(rows));
    if more > 0 {
        let words = format!(" {more} more ");
        let x = inner.right().saturating_sub(text::width(&words));
        buf.set_string(x, inner.y + rows - 1, words, sheet.style(theme.accent));
    }
    for ((line, style), y) in said.iter().zip(inner.bottom().saturating_sub(said.len() as u16)..inner.bottom()) {
        let line = if theme.ascii { line.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect() } else { line.clone() };
        buf.set_stringn(inner.x, y, line, inner.width.into(), sheet.style(*style));
    }
    area
}

impl Sheet<'_> {
    /// A style on the form's ground.
    fn style(&self, style: Style) -> Style {
        self.theme.dialog.patch(Style { bg: None, ..style })
    }

    fn field(&self, line: Rect, buf: &mut Buffer, (at, field): (usize, &Field), focused: bool, area: &mut DialogArea) {
        let theme = self.theme;
        let style = if focused { theme.accent.add_modifier(Modifier::BOLD) } else { theme.dim };
        let mark = match (focused, theme.ascii) {
            (false, _) => " ",
            (true, true) => ">",
            (true, false) => "›",
        };
        let name = text::fit(&field.name, self.label.saturating_sub(3), theme.ascii);
        buf.set_stringn(line.x, line.y, format!("{mark} {name}"), self.label.into(), self.style(style));
        area.places.push((line, FormPlace::Field(at)));
        let value = if line.width < 88 { VALUE.1 } else { VALUE.0 };
        let room = Rect { x: line.x + self.label, width: value.min(line.width - self.label), ..line };
        match &field.what {
            What::Text(input) => self.input(room, buf, at, input, focused, area),
            What::Choice { .. } => self.choice(room, buf, at, &field.value(), focused, area),
        }
        let (words, style) = match &field.error {
            Some(error) => (error, theme.error),
            None => (&field.about, theme.dim),
        };
        let x = room.right() + 2;
        let left = line.right().saturating_sub(x);
        let words = if theme.ascii { words.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect() } else { words.clone() };
        buf.set_string(x.min(line.right()), line.y, text::fit(&words, left, theme.ascii), self.style(style));
    }

    /// Something that is exchanged for the next or the one before.
    fn choice(&self, room: Rect, buf: &mut Buffer, at: usize, chosen: &str, focused: bool, area: &mut DialogArea) {
        let (left, right) = if self.theme.ascii { ("<", ">") } else { ("◂", "▸") };
        let arrow = self.style(if focused { self.theme.accent } else { self.theme.dim });
        let value = self.style(if focused { self.theme.bright } else { self.theme.text });
        let width = text::width(chosen).max(8).min(room.width.saturating_sub(4));
        buf.set_stringn(room.x, room.y, left, room.width.min(1).into(), arrow);
        buf.set_string(room.x + 2, room.y, text::fit(chosen, width, self.theme.ascii), value);
        let end = room.x + width + 3;
        if end < room.right() {
            buf.set_stringn(end, room.y, right, 1, arrow);
        }
        area.places.push((Rect { width: 2, ..room }, FormPlace::Step(at, -1)));
        area.places.push((Rect { x: room.x + 2, width: width + 2, ..room }, FormPlace::Step(at, 1)));
    }

    /// A line of text that can be changed.
    fn input(&self, room: Rect, buf: &mut Buffer, at: usize, input: &Input, focused: bool, area: &mut DialogArea) {
        let letters: Vec<char> = input.text().chars().collect();
        let cursor = input.before().chars().count();
        let cells = |letters: &[char]| letters.iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
        let mut first = 0;
        while first < cursor && cells(&letters[first..cursor]) + 1 > usize::from(room.width) {
            first += 1;
        }
        area.places.push((room, FormPlace::Text(at, first)));
        let shown: String = letters[first..].iter().collect();
        let mut style = self.style(if focused { self.theme.bright } else { self.theme.text });
        if input.is_suggested() && focused {
            style = style.patch(self.theme.selection);
        }
        let shown = if letters.is_empty() && !focused { "-".into() } else { text::safe(&shown).into_owned() };
        buf.set_stringn(room.x, room.y, shown, room.width.into(), style);
        if focused {
            let x = room.x.saturating_add(u16::try_from(cells(&letters[first..cursor])).unwrap_or(u16::MAX));
            let under = letters.get(cursor).copied().unwrap_or(' ');
            let style = self.style(self.theme.bright).add_modifier(Modifier::REVERSED);
            buf.set_stringn(x, room.y, under.to_string(), room.right().saturating_sub(x).into(), style);
        }
    }
}
