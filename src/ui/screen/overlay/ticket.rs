//! The order ticket: its parts, what it would come to, what is wrong with it. Every part keeps its place whatever the others say.

mod said;
#[cfg(test)]
mod tests;

use super::{DialogArea, around, footer, panel};
use crate::app::dialogs::Input;
use crate::app::trading::{Plan, Ticket, TicketField, TicketKind, TicketSpot, With, trigger_name};
use crate::domain::Side;
use crate::drive::view::View;
use crate::engine::snapshot::SymbolView;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Cells that the names of the parts take, with a mark before them.
const LABEL: u16 = 11;
/// The widest ticket.
const WIDEST: u16 = 88;
/// Cells of what is chosen or written, so that the words behind it stay where they are.
const VALUE: u16 = 13;
/// Rows that say what it would come to.
const SAID: u16 = 5;
/// Rows for what is wrong.
const WRONG: u16 = 2;
/// Letters that do things, as only figures are written.
const LETTERS: &str = "b s side   m l t type   j x price   p r only   k bracket   o OCO   # $ % size";

/// The rows of parts: the second part of a row stands behind the first.
const ROWS: [(TicketField, Option<TicketField>, &str); 12] = [
    (TicketField::Side, None, "Side"),
    (TicketField::Kind, None, "Type"),
    (TicketField::Price, None, "Price"),
    (TicketField::Stop, None, "Stop"),
    (TicketField::Size, Some(TicketField::SizeBy), "Size"),
    (TicketField::Stays, Some(TicketField::Until), "Stays"),
    (TicketField::Flags, None, "Only"),
    (TicketField::Trigger, None, "Trigger"),
    (TicketField::With, None, "With"),
    (TicketField::Loss, None, "Stop loss"),
    (TicketField::Target, None, "Target"),
    (TicketField::Account, None, "Account"),
];

/// What is drawn, and on what.
struct Sheet<'a> {
    ticket: &'a Ticket,
    plan: &'a Plan,
    view: &'a View,
    symbol: Option<&'a SymbolView>,
    theme: &'a Theme,
}

/// Draws the ticket.
pub(super) fn draw(screen: Rect, buf: &mut Buffer, ticket: &Ticket, view: &View, theme: &Theme) -> DialogArea {
    let plan = ticket.plan(view);
    let width = screen.width.saturating_sub(4).min(WIDEST);
    let rows = ROWS.len() as u16 + SAID + WRONG + 1;
    let height = screen.height.saturating_sub(2).min(rows + 6);
    let side = if ticket.side == Side::Buy { "Buy" } else { "Sell" };
    let title = match ticket.amends {
        Some(order) => format!("Change order {order}: {} {}", side.to_lowercase(), ticket.symbol),
        None => format!("{side} {} on paper", ticket.symbol),
    };
    let border = if ticket.side == Side::Buy { theme.up } else { theme.down };
    let inner = panel(screen, width, height, &title, border, buf, theme);
    let mut area = DialogArea { whole: around(inner), ..DialogArea::default() };
    let fixable = plan.problems.iter().any(|problem| problem.fix.is_some());
    let mut keys = vec![("enter", if ticket.amends.is_some() { "change it" } else { "send it" })];
    keys.extend(fixable.then_some(("v", "take what is accepted")));
    keys.extend([("tab", "next"), ("esc", "leave")]);
    area.buttons = footer(area.whole, buf, &keys, theme);
    if inner.height < 3 || inner.width <= LABEL + 8 {
        return area;
    }
    let inner = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    let sheet = Sheet { ticket, plan: &plan, view, symbol: view.snapshot.symbol(ticket.symbol), theme };
    sheet.draw(inner, buf, &mut area);
    area
}

impl Sheet<'_> {
    /// A style on the ticket's ground.
    fn style(&self, style: Style) -> Style {
        self.theme.dialog.patch(Style { bg: None, ..style })
    }

    fn draw(&self, inner: Rect, buf: &mut Buffer, area: &mut DialogArea) {
        let row = |y: u16, height: u16| Rect { y, height, ..inner };
        let all = ROWS.len() as u16;
        // Where there is little room: first the letters go, then the gaps, the market, and what means nothing here.
        let spare = inner.height.saturating_sub(all + SAID + WRONG);
        let head = u16::from(spare >= 1);
        let gaps = u16::from(spare >= 3);
        let letters = u16::from(spare >= 5);
        let said = SAID.min(inner.height.saturating_sub(WRONG + 4));
        let wrong = WRONG.min(inner.height.saturating_sub(said + 1)) + spare.saturating_sub(head + 2 * gaps + letters).min(1);
        let parts = inner.height.saturating_sub(head + 2 * gaps + letters + said + wrong).min(all);
        if head > 0 {
            self.draw_market(row(inner.y, 1), buf);
        }
        let first = inner.y + head + gaps;
        self.draw_parts(row(first, parts), buf, area);
        let under = first + parts + gaps;
        self.draw_said(row(under, said), buf);
        self.draw_wrong(row(under + said, wrong), buf, area);
        if letters > 0 {
            let words = text::fit(LETTERS, inner.width, self.theme.ascii);
            buf.set_string(inner.x, inner.bottom() - 1, words, self.style(self.theme.dim));
        }
    }

    /// The best prices and the last one.
    fn draw_market(&self, line: Rect, buf: &mut Buffer) {
        let Some(symbol) = self.symbol else { return };
        let decimals = symbol.instrument.price_decimals();
        let mut x = line.x + LABEL;
        let mut say = |label: &str, value: String, style: Style| {
            let room = |x: u16| usize::from(line.right().saturating_sub(x));
            x = buf.set_stringn(x, line.y, label, room(x), self.style(self.theme.dim)).0;
            x = buf.set_stringn(x, line.y, format!(" {value}   "), room(x), self.style(style)).0;
        };
        if let Some(top) = symbol.top {
            say("bid", format!("{:#.decimals$}", top.bid), self.theme.up);
            say("ask", format!("{:#.decimals$}", top.ask), self.theme.down);
        }
        if let Some(last) = symbol.last_price() {
            say("last", format!("{last:#.decimals$}"), self.theme.text);
        }
    }

    fn draw_parts(&self, area: Rect, buf: &mut Buffer, hits: &mut DialogArea) {
        let page = usize::from(area.height);
        let holds =
            |row: &(TicketField, Option<TicketField>, &str)| row.0 == self.ticket.field || row.1 == Some(self.ticket.field);
        let shown: Vec<_> = if page >= ROWS.len() {
            ROWS.to_vec()
        } else {
            ROWS.iter()
                .filter(|row| self.ticket.applies(row.0) || row.1.is_some_and(|second| self.ticket.applies(second)))
                .copied()
                .collect()
        };
        let at = shown.iter().position(holds).unwrap_or(0);
        let first = at.saturating_sub(page.saturating_sub(1)).min(shown.len().saturating_sub(page));
        for ((field, second, name), y) in shown.iter().skip(first).zip(area.top()..area.bottom()) {
            let line = Rect { y, height: 1, ..area };
            self.draw_row(line, buf, *field, *second, name, hits);
        }
        let glyph = |up: bool| match (up, self.theme.ascii) {
            (true, false) => "↑",
            (false, false) => "↓",
            (true, true) => "^",
            (false, true) => "v",
        };
        if first > 0 && area.height > 0 {
            buf.set_string(area.right() - 1, area.y, glyph(true), self.style(self.theme.dim));
        }
        if first + page < shown.len() && area.height > 0 {
            buf.set_string(area.right() - 1, area.bottom() - 1, glyph(false), self.style(self.theme.dim));
        }
    }

    fn draw_row(
        &self,
        line: Rect,
        buf: &mut Buffer,
        field: TicketField,
        second: Option<TicketField>,
        name: &str,
        hits: &mut DialogArea,
    ) {
        let ticket = self.ticket;
        let focused = ticket.field == field || (second.is_some() && second == Some(ticket.field));
        let applies = ticket.applies(field);
        let style = match (focused, applies) {
            (true, _) => self.theme.accent.add_modifier(Modifier::BOLD),
            (false, _) => self.theme.dim,
        };
        let mark = match (focused, self.theme.ascii) {
            (false, _) => " ",
            (true, true) => ">",
            (true, false) => "›",
        };
        buf.set_stringn(line.x, line.y, format!("{mark} {name}"), LABEL.into(), self.style(style));
        let room = Rect { x: line.x + LABEL, width: line.width.saturating_sub(LABEL), ..line };
        hits.ticket.push((line, TicketSpot::Field(field)));
        let end = match field {
            _ if !applies => {
                let fixed = self.fixed(field);
                buf.set_stringn(room.x + 2, room.y, &fixed, room.width.saturating_sub(2).into(), self.style(self.theme.dim));
                return;
            }
            TicketField::Flags => self.draw_flags(room, buf, hits),
            field if field.is_text() => self.draw_input(room, buf, field, hits),
            field => self.draw_choice(room, buf, field, hits),
        };
        let mut rest = Rect { x: end, width: room.right().saturating_sub(end), ..room };
        if let Some(second) = second.filter(|second| ticket.applies(*second)) {
            let end = if second.is_text() {
                self.draw_input(rest, buf, second, hits)
            } else {
                self.draw_choice(rest, buf, second, hits)
            };
            rest = Rect { x: end, width: room.right().saturating_sub(end), ..room };
        }
        let about = self.about(field);
        buf.set_string(rest.x, rest.y, text::fit(&about, rest.width, self.theme.ascii), self.style(self.theme.dim));
    }

    /// What a part that cannot be changed says.
    fn fixed(&self, field: TicketField) -> String {
        if self.ticket.amends.is_none() {
            return "-".to_owned();
        }
        match field {
            TicketField::Side | TicketField::Kind | TicketField::Stays | TicketField::Account => self.chosen(field),
            TicketField::Stop if self.ticket.kind.trails() => format!("{} away", self.ticket.stop.text()),
            _ => "-".to_owned(),
        }
    }

    /// What is chosen in a part.
    fn chosen(&self, field: TicketField) -> String {
        let ticket = self.ticket;
        match field {
            TicketField::Side => if ticket.side == Side::Buy { "buy" } else { "sell" }.to_owned(),
            TicketField::Kind => ticket.kind.name().to_owned(),
            TicketField::SizeBy => ticket.size_by.name().to_owned(),
            TicketField::Stays => ticket.stays.name().to_owned(),
            TicketField::Trigger => trigger_name(ticket.trigger).to_owned(),
            TicketField::With => ticket.with.name().to_owned(),
            TicketField::Account => text::safe(&ticket.account).into_owned(),
            _ => String::new(),
        }
    }

    /// Something that is exchanged for the next or the one before; returns where what follows begins.
    fn draw_choice(&self, room: Rect, buf: &mut Buffer, field: TicketField, hits: &mut DialogArea) -> u16 {
        let focused = self.ticket.field == field;
        let chosen = self.chosen(field);
        let (left, right) = if self.theme.ascii { ("<", ">") } else { ("◂", "▸") };
        let arrow = self.style(if focused { self.theme.accent } else { self.theme.dim });
        let mut value = if focused { self.theme.bright } else { self.theme.text };
        if field == TicketField::Side {
            value = value.patch(if self.ticket.side == Side::Buy { self.theme.up } else { self.theme.down });
            value = value.add_modifier(Modifier::BOLD);
        }
        let width = VALUE.min(room.width.saturating_sub(4));
        buf.set_stringn(room.x, room.y, left, room.width.min(1).into(), arrow);
        buf.set_string(room.x + 2, room.y, text::fit(&chosen, width, self.theme.ascii), self.style(value));
        let end = room.x + width + 3;
        buf.set_stringn(end, room.y, right, room.right().saturating_sub(end).min(1).into(), arrow);
        hits.ticket.push((Rect { width: width + 4, ..room }, TicketSpot::Field(field)));
        hits.ticket.push((Rect { width: 2, ..room }, TicketSpot::Step(field, -1)));
        hits.ticket.push((Rect { x: end - 1, width: 2, ..room }, TicketSpot::Step(field, 1)));
        end + 3
    }

    /// A figure that is written; returns where what follows begins.
    fn draw_input(&self, room: Rect, buf: &mut Buffer, field: TicketField, hits: &mut DialogArea) -> u16 {
        let empty = Input::default();
        let input = self.ticket.input(field).unwrap_or(&empty);
        let focused = self.ticket.field == field;
        let place = Rect { x: room.x + 2, width: VALUE.min(room.width.saturating_sub(3)), ..room };
        let letters: Vec<char> = input.text().chars().collect();
        let cursor = input.before().chars().count();
        // The cursor stays in view.
        let first = (cursor + 1).saturating_sub(usize::from(place.width));
        let shown: String = letters.iter().skip(first).collect();
        let mut style = self.style(if focused { self.theme.bright } else { self.theme.text });
        if input.is_suggested() && focused {
            style = style.patch(self.theme.selection);
        }
        let bad = self.plan.problems.iter().any(|problem| problem.hard && problem.field == field);
        if bad {
            style = style.patch(Style { bg: None, ..if self.ticket.refused { self.theme.error } else { self.theme.warning } });
        }
        buf.set_stringn(place.x, place.y, text::safe(&shown), place.width.into(), style);
        if focused {
            let x = place.x + u16::try_from(cursor - first).unwrap_or(0);
            let under = letters.get(cursor).copied().unwrap_or(' ');
            let style = self.style(self.theme.bright).add_modifier(Modifier::REVERSED);
            buf.set_stringn(x, place.y, under.to_string(), 1, style);
        }
        hits.ticket.push((place, TicketSpot::Text(field, first)));
        place.right() + 4
    }

    fn draw_flags(&self, room: Rect, buf: &mut Buffer, hits: &mut DialogArea) -> u16 {
        let ticket = self.ticket;
        let mut x = room.x + 2;
        for (index, (name, on)) in [("post-only", ticket.post_only), ("reduce-only", ticket.reduce_only)].into_iter().enumerate()
        {
            let label = format!("{} {name}", if on { "[x]" } else { "[ ]" });
            let width = text::width(&label).min(room.right().saturating_sub(x));
            let useless = index == 0 && !ticket.kind.has_limit();
            let mut style = self.style(if on { self.theme.bright } else { self.theme.text });
            if useless {
                style = self.style(self.theme.dim);
            }
            if ticket.field == TicketField::Flags && ticket.flag == index {
                style = style.patch(self.theme.selection).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
            }
            buf.set_stringn(x, room.y, &label, width.into(), style);
            hits.ticket.push((Rect { x, width, ..room }, TicketSpot::Flag(index)));
            x += width + 3;
        }
        x
    }

    /// Words behind a part.
    fn about(&self, field: TicketField) -> String {
        let ticket = self.ticket;
        match field {
            TicketField::Kind => ticket.kind.about().to_owned(),
            TicketField::Price if ticket.kind.trails() => "from this price on it follows; empty: at once".to_owned(),
            TicketField::Price => self.beside_market(),
            TicketField::Stop => self.beside_last(self.plan.estimate.stop),
            TicketField::Size => self.size_words(),
            TicketField::Stays => ticket.stays.about().to_owned(),
            TicketField::Flags if ticket.field == TicketField::Flags => "Space".to_owned(),
            TicketField::Trigger => "the price that sets a stop off".to_owned(),
            TicketField::With => ticket.with.about().to_owned(),
            TicketField::Loss => self.beside_entry(&ticket.loss, ticket.with != With::Oco),
            TicketField::Target => self.beside_entry(&ticket.target, true),
            TicketField::Account => self.account_words(),
            _ => String::new(),
        }
    }

    fn has_limit(&self) -> bool {
        matches!(self.ticket.kind, TicketKind::Limit | TicketKind::StopLimit)
    }
}
