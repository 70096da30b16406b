//! The parts of the form below the expression.

use super::{Sheet, preview};
use crate::alert::{self, Expression};
use crate::app::alerts::{FormField, FormSpot};
use crate::domain::Channel;
use crate::drive::view::Mode;
use crate::ui::screen::overlay::DialogArea;
use crate::ui::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Cells that what is chosen takes, so that the words behind it stay where they are.
const CHOSEN: u16 = 12;

impl Sheet<'_> {
    /// Draws the symbol, when it may fire again, how it is delivered, the note, and a line about the part that keys go to.
    pub(super) fn draw_fields(&self, area: Rect, buf: &mut Buffer, hits: &mut DialogArea) {
        let form = self.form;
        let row = |index: u16| Rect { y: area.y + index, height: 1, ..area };
        let own = alert::parse(&form.expr.text()).ok().and_then(|expression: Expression| expression.symbol());
        let words = own.map(|own| format!("the expression names its own: {own}")).unwrap_or_default();
        self.draw_choice(row(0), buf, FormField::Symbol, ("Symbol", &form.symbol.to_string(), &words), hits);
        let about = preview::about(form.rearm);
        self.draw_choice(row(1), buf, FormField::Rearm, ("Re-arm", &form.rearm.to_string(), &about), hits);
        self.draw_channels(row(2), buf, hits);
        self.draw_input(row(3), buf, FormField::Note, "Note", &form.note, hits);
        let line = row(4);
        let words = text::safe(&self.about()).into_owned();
        let room = line.width.saturating_sub(super::LABEL);
        let words = if self.theme.ascii { words.replace('←', "Left").replace('→', "Right") } else { words };
        buf.set_string(line.x + super::LABEL, line.y, text::fit(&words, room, self.theme.ascii), self.style(self.theme.dim));
    }

    /// Something that is exchanged for the next or the one before, and words about it.
    fn draw_choice(&self, line: Rect, buf: &mut Buffer, field: FormField, said: (&str, &str, &str), hits: &mut DialogArea) {
        let (name, chosen, words) = said;
        let room = self.draw_label(line, buf, field, name, hits);
        let focused = self.form.field == field;
        let (left, right) = if self.theme.ascii { ("<", ">") } else { ("◂", "▸") };
        let arrow = self.style(if focused { self.theme.accent } else { self.theme.dim });
        let value = self.style(if focused { self.theme.bright } else { self.theme.text });
        let width = text::width(chosen).max(CHOSEN).min(room.width.saturating_sub(4));
        buf.set_stringn(room.x, room.y, left, 1, arrow);
        buf.set_string(room.x + 2, room.y, text::fit(chosen, width, self.theme.ascii), value);
        let end = room.x + width + 3;
        buf.set_stringn(end, room.y, right, 1, arrow);
        hits.spots.push((Rect { width: 2, ..room }, FormSpot::Step(field, -1)));
        hits.spots.push((Rect { x: end - 1, width: 2, ..room }, FormSpot::Step(field, 1)));
        let left_over = room.right().saturating_sub(end + 3);
        buf.set_string(end + 3, room.y, text::fit(words, left_over, self.theme.ascii), self.style(self.theme.dim));
    }

    /// Why a channel can't be used.
    fn reason(&self, channel: Channel) -> Option<&str> {
        let channels = &self.view.session.alerts.channels;
        channels.iter().find(|(known, _)| *known == channel).and_then(|(_, why)| why.as_deref())
    }

    fn draw_channels(&self, line: Rect, buf: &mut Buffer, hits: &mut DialogArea) {
        let form = self.form;
        let room = self.draw_label(line, buf, FormField::Deliver, "Deliver", hits);
        let focused = form.field == FormField::Deliver;
        let cells = |gap: u16| Channel::ALL.iter().map(|channel| text::width(channel.name()) + 3 + gap).sum::<u16>();
        let airy = cells(3) <= room.width + 2;
        let label = |channel: Channel| {
            let mark = if form.deliver.has(channel) { "[x]" } else { "[ ]" };
            if airy { format!("{mark} {channel}") } else { format!("{mark}{channel}") }
        };
        let gap = if airy { 2 } else { 1 };
        // Those before the one under the cursor give way where there is no room for all.
        let upto = |first: usize| Channel::ALL[first..=form.channel].iter().map(|of| text::width(&label(*of)) + gap).sum::<u16>();
        let first = (0..form.channel).find(|first| upto(*first) <= room.width + gap).unwrap_or(form.channel);
        let mut x = room.x;
        for (index, channel) in Channel::ALL.into_iter().enumerate().skip(if cells(1) <= room.width + 1 { 0 } else { first }) {
            let label = label(channel);
            let width = text::width(&label);
            if x + width > room.right() {
                break;
            }
            let unusable = self.reason(channel).is_some();
            let style = match (unusable, form.deliver.has(channel)) {
                (true, true) => self.theme.warning,
                (true, false) => self.theme.dim.add_modifier(Modifier::CROSSED_OUT),
                (false, true) => self.theme.bright,
                (false, false) => self.theme.text,
            };
            let mut style = self.style(style);
            if focused && index == form.channel {
                style = style.patch(self.theme.selection).add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
            }
            buf.set_string(x, room.y, &label, style);
            hits.spots.push((Rect { x, width, ..room }, FormSpot::Channel(index)));
            x += width + gap;
        }
    }

    /// A line about the part that keys go to.
    fn about(&self) -> String {
        let form = self.form;
        let replay = self.view.session.mode == Mode::Replay;
        let quiet = replay && !self.view.session.alerts.delivers;
        match form.field {
            FormField::Expression if form.examples => "Enter or Tab takes the example, F1 shows the form again".to_owned(),
            FormField::Expression if form.expr.is_suggested() => {
                "typing replaces it, Backspace or an arrow changes it".to_owned()
            }
            FormField::Expression if replay => "in a replay an alert lasts until that is left".to_owned(),
            FormField::Expression => String::new(),
            FormField::Symbol => "← → choose; of this symbol is what names none".to_owned(),
            FormField::Rearm => "← → choose when it may fire again".to_owned(),
            FormField::Deliver => {
                let channel = Channel::ALL[form.channel.min(Channel::ALL.len() - 1)];
                match self.reason(channel) {
                    Some(why) => format!("{channel} cannot be used: {why}"),
                    None if quiet => format!("Space: {}; not in this replay", does(channel)),
                    None => format!("Space: {}", does(channel)),
                }
            }
            FormField::Note => "told with the alert; may stay empty".to_owned(),
        }
    }
}

/// What a channel does.
const fn does(channel: Channel) -> &'static str {
    match channel {
        Channel::Bell => "rings the terminal's bell",
        Channel::Terminal => "a notification of the terminal",
        Channel::Desktop => "a notification of the desktop",
        Channel::Command => "runs the program of the configuration",
        Channel::Webhook => "posts to the web address of the configuration",
        Channel::Mail => "sends a mail",
    }
}
