//! The form an alert is written in: the expression, what is wrong with it or what it looks at now, what could follow, and how it
//! fires. Every part keeps its place whatever the others say.

mod fields;
mod preview;
#[cfg(test)]
mod tests;

use super::{DialogArea, around, footer, panel};
use crate::app::alerts::{AlertForm, FormField, FormSpot};
use crate::app::dialogs::Input;
use crate::drive::view::View;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthChar as _;

/// Cells that the names of the parts take, with a mark before them.
const LABEL: u16 = 10;
/// The widest form.
const WIDEST: u16 = 112;
/// The most rows inside.
const TALLEST: u16 = 21;
/// Rows besides what is said of the expression and what could follow: five parts and a line about the one that keys go to.
const FIXED: u16 = 6;

/// Cells of how something is written in the lines on how things are put together.
const FORM: u16 = 24;
/// How quantities are put together, and what that means.
const GRAMMAR: [(&str, &str); 5] = [
    ("&&   ||   !   ( )", "and, or, not"),
    ("crosses above | below", "from one side of a value to the other"),
    ("moves 2% in 15m", "up or down, that far in that time"),
    ("... for 10s", "true for that long on end"),
    ("ETHUSDT:price", "of another symbol"),
];

/// What is drawn, and on what.
struct Sheet<'a> {
    form: &'a AlertForm,
    view: &'a View,
    theme: &'a Theme,
}

/// Draws the form.
pub(super) fn draw(screen: Rect, buf: &mut Buffer, form: &AlertForm, view: &View, theme: &Theme) -> DialogArea {
    let width = screen.width.saturating_sub(4).min(WIDEST);
    let height = screen.height.saturating_sub(2).min(TALLEST + 2);
    let title = form.id.map_or_else(|| "New alert".to_owned(), |id| format!("Alert {id}"));
    let inner = panel(screen, width, height, &title, theme.border_focused, buf, theme);
    let mut area = DialogArea { whole: around(inner), ..DialogArea::default() };
    let keys = [("enter", if form.id.is_some() { "keep it" } else { "set it" }), ("tab", tab(form)), ("f1", "examples")];
    let keys = [&keys[..], &[("esc", "leave")]].concat();
    area.buttons = footer(area.whole, buf, &keys, theme);
    if inner.height <= FIXED || inner.width <= LABEL + 8 {
        return area;
    }
    let inner = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    let rest = inner.height - FIXED;
    let gaps = u16::from(rest >= 10);
    let said = (rest * 2 / 5).max(2).min(rest);
    let listed = rest - said - gaps;
    let sheet = Sheet { form, view, theme };
    let row = |y: u16, height: u16| Rect { y, height, ..inner };
    let line = row(inner.y, 1);
    let first = sheet.draw_input(line, buf, FormField::Expression, "When", &form.expr, &mut area);
    let under = row(line.bottom(), said);
    sheet.draw_said(Rect { x: under.x + LABEL, width: under.width - LABEL, ..under }, first, buf);
    area.rows = row(under.bottom(), listed);
    sheet.draw_completions(buf, &mut area);
    sheet.draw_fields(row(area.rows.bottom() + gaps, FIXED - 1), buf, &mut area);
    area
}

/// What the tabulator does.
fn tab(form: &AlertForm) -> &'static str {
    if form.taken().is_some() { "take it" } else { "next" }
}

impl Sheet<'_> {
    /// A style on the form's ground.
    fn style(&self, style: Style) -> Style {
        self.theme.dialog.patch(Style { bg: None, ..style })
    }

    /// Names a part; keys go to the one that is marked.
    fn draw_label(&self, line: Rect, buf: &mut Buffer, field: FormField, name: &str, area: &mut DialogArea) -> Rect {
        let focused = self.form.field == field;
        let style = if focused { self.theme.accent.add_modifier(Modifier::BOLD) } else { self.theme.dim };
        let mark = match (focused, self.theme.ascii) {
            (false, _) => " ",
            (true, true) => ">",
            (true, false) => "›",
        };
        buf.set_stringn(line.x, line.y, format!("{mark} {name}"), LABEL.into(), self.style(style));
        area.spots.push((line, FormSpot::Field(field)));
        Rect { x: line.x + LABEL, width: line.width.saturating_sub(LABEL), ..line }
    }

    /// Draws a line of text that can be changed; returns the characters that are out of view at its left.
    fn draw_input(
        &self,
        line: Rect,
        buf: &mut Buffer,
        field: FormField,
        name: &str,
        input: &Input,
        area: &mut DialogArea,
    ) -> usize {
        let room = self.draw_label(line, buf, field, name, area);
        let letters: Vec<char> = input.text().chars().collect();
        let cursor = input.before().chars().count();
        let cells = |letters: &[char]| letters.iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
        // The cursor stays in view, with a little of what follows it.
        let after = cells(&letters[cursor..]).min(usize::from(room.width) / 4);
        let mut first = 0;
        while first < cursor && cells(&letters[first..cursor]) + after + 1 > usize::from(room.width) {
            first += 1;
        }
        area.spots.push((room, FormSpot::Text(field, first)));
        let text: String = letters[first..].iter().collect();
        let focused = self.form.field == field;
        let mut style = self.style(if focused { self.theme.bright } else { self.theme.text });
        if input.is_suggested() && focused {
            style = style.patch(self.theme.selection);
        }
        buf.set_stringn(room.x, room.y, text::safe(&text), room.width.into(), style);
        if focused {
            let x = room.x.saturating_add(u16::try_from(cells(&letters[first..cursor])).unwrap_or(u16::MAX));
            let under = letters.get(cursor).copied().unwrap_or(' ');
            let style = self.style(self.theme.bright).add_modifier(Modifier::REVERSED);
            buf.set_stringn(x, room.y, under.to_string(), room.right().saturating_sub(x).into(), style);
        }
        let (left, right) = if self.theme.ascii { ("<", ">") } else { ("‹", "›") };
        if first > 0 {
            buf.set_string(room.x - 1, room.y, left, self.style(self.theme.accent));
        }
        if cells(&letters[first..]) > usize::from(room.width) {
            buf.set_string(room.right(), room.y, right, self.style(self.theme.accent));
        }
        first
    }

    /// Where nothing is offered, how things are put together.
    fn draw_grammar(&self, area: Rect, buf: &mut Buffer) {
        if self.form.field != FormField::Expression {
            return;
        }
        let skipped = u16::from(usize::from(area.height) > GRAMMAR.len());
        for ((form, about), y) in GRAMMAR.iter().zip(area.top() + skipped..area.bottom()) {
            buf.set_stringn(area.x, y, form, area.width.into(), self.style(self.theme.text));
            let room = area.width.saturating_sub(FORM);
            buf.set_string(area.x + FORM, y, text::fit(about, room, self.theme.ascii), self.style(self.theme.dim));
        }
    }

    /// What could be put into the expression; the chosen one is marked and in view.
    fn draw_completions(&self, buf: &mut Buffer, area: &mut DialogArea) {
        let (form, rows) = (self.form, area.rows);
        let page = usize::from(rows.height);
        let inner = Rect { x: rows.x + LABEL, width: rows.width.saturating_sub(LABEL), ..rows };
        if page == 0 || form.completions.is_empty() {
            return self.draw_grammar(inner, buf);
        }
        let widest = form.completions.iter().map(|completion| text::width(&completion.text)).max().unwrap_or(0);
        let least = if form.examples { inner.width * 2 / 3 } else { inner.width * 2 / 5 };
        let name = widest.min(least);
        let first = form.chosen.saturating_sub(page / 2).min(form.completions.len().saturating_sub(page));
        for ((index, completion), y) in form.completions.iter().enumerate().skip(first).zip(rows.top()..rows.bottom()) {
            let line = Rect { x: inner.x.saturating_sub(2), width: inner.width + 2, y, height: 1 };
            let chosen = index == form.chosen;
            let ground = if chosen { self.theme.dialog.patch(self.theme.selection) } else { self.theme.dialog };
            buf.set_style(line, ground);
            if chosen {
                let mark = if self.theme.ascii { ">" } else { "▸" };
                buf.set_string(line.x, y, mark, ground.patch(self.theme.accent));
            }
            let own = |style: Style| ground.patch(Style { bg: None, ..style });
            let style = own(if chosen { self.theme.bright } else { self.theme.text });
            buf.set_string(inner.x, y, text::fit(&completion.text, name, self.theme.ascii), style);
            let about = inner.width.saturating_sub(name + 2);
            buf.set_string(inner.x + name + 2, y, text::fit(&completion.about, about, self.theme.ascii), own(self.theme.dim));
            area.spots.push((line, FormSpot::Completion(index)));
        }
        let more = form.completions.len().saturating_sub(first + page);
        if more > 0 && page > 1 {
            let words = format!("{more} more");
            let x = rows.right().saturating_sub(text::width(&words));
            buf.set_string(x, rows.bottom() - 1, words, self.style(self.theme.dim));
        }
    }
}
