//! What is said of an expression: what is wrong with it, or what it looks at and whether it would be true now.

use super::Sheet;
use crate::alert::{self, Expression, ExpressionError};
use crate::domain::{Nanos, Price, Rearm};
use crate::engine::AlertView;
use crate::engine::snapshot::SymbolView;
use crate::ui::text;
use crate::ui::widgets::{figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;
use unicode_width::UnicodeWidthChar as _;

/// A name, what it is now, and how that is shown.
type Row = (String, String, Style);

impl Sheet<'_> {
    /// Says what there is to say under an expression whose first characters are out of view.
    pub(super) fn draw_said(&self, area: Rect, first: usize, buf: &mut Buffer) {
        let (text, dim) = (self.form.expr.text(), self.style(self.theme.dim));
        if text.trim().is_empty() {
            let lines = ["what has to become true; ? shows examples"];
            return self.draw_lines(area, buf, &lines, dim);
        }
        match &self.form.error {
            Some(error) => self.draw_error(area, first, &text, error, buf),
            None => self.draw_preview(area, &text, buf),
        }
    }

    fn draw_lines(&self, area: Rect, buf: &mut Buffer, lines: &[&str], style: Style) {
        for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
            buf.set_string(area.x, y, text::fit(line, area.width, self.theme.ascii), style);
        }
    }

    /// Carets under what is wrong, and why; mild while it is still being written.
    fn draw_error(&self, area: Rect, first: usize, text: &str, error: &ExpressionError, buf: &mut Buffer) {
        let style = self.style(if self.form.refused { self.theme.error } else { self.theme.warning });
        let cells = |part: &str| part.chars().skip(first).map(|c| c.width().unwrap_or(0)).sum::<usize>();
        let start = cells(text.get(..error.at.start).unwrap_or(text));
        let end = cells(text.get(..error.at.end).unwrap_or(text)).max(start + 1);
        let most = usize::from(area.width.saturating_sub(1));
        let carets = "^".repeat(end.min(most + 1).saturating_sub(start.min(most)).max(1));
        buf.set_stringn(area.x + start.min(most) as u16, area.y, carets, area.width.into(), style);
        let message = match &error.hint {
            Some(hint) => format!("{}; {hint}", error.message),
            None => error.message.clone(),
        };
        let lines = paint::wrap(&text::safe(&message), area.width);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let style = if self.form.refused { style } else { self.style(self.theme.text) };
        self.draw_lines(below, buf, &lines, style);
    }

    /// The quantities with their values, and whether it would be true now.
    fn draw_preview(&self, area: Rect, text: &str, buf: &mut Buffer) {
        let expression = alert::parse(text).ok();
        let draft = self.view.snapshot.alerts.draft.as_ref();
        let known = draft.filter(|draft| draft.alert.expr.trim() == text.trim() && draft.alert.symbol == self.form.symbol);
        let hold = expression.as_ref().and_then(Expression::hold);
        let (words, style) = match known {
            None => ("looking…".to_owned(), self.theme.dim),
            Some(AlertView { expression: Err(why), .. }) => (why.to_string(), self.theme.error),
            Some(draft) => match (draft.truth, hold) {
                (Some(true), None) => ("true now: it fires at its next check".to_owned(), self.theme.warning),
                (Some(true), Some(hold)) => {
                    (format!("true now: it fires when it has been so for {}", hold.span()), self.theme.warning)
                }
                (Some(false), None) => ("false now".to_owned(), self.theme.text),
                (Some(false), Some(hold)) => {
                    (format!("false now: it fires when it has been true for {}", hold.span()), self.theme.text)
                }
                (None, _) => ("not known yet".to_owned(), self.theme.dim),
            },
        };
        let words = if self.theme.ascii { words.replace('…', "...") } else { words };
        self.draw_lines(area, buf, &[&words], self.style(style));
        let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let mut rows = known.map(|draft| self.values(draft)).unwrap_or_default();
        rows.extend(expression.iter().flat_map(|expression| self.distances(expression)));
        self.draw_rows(below, buf, &rows);
    }

    fn values(&self, draft: &AlertView) -> Vec<Row> {
        let inputs = draft.expression.iter().flat_map(Expression::inputs);
        let row = |(input, value): (&alert::Input, &Result<f64, Cow<'static, str>>)| {
            let (value, style) = match value {
                Ok(value) => (text::value(input.kind, *value, self.theme.ascii), self.theme.bright),
                Err(why) => (why.to_string(), self.theme.dim),
            };
            (input.name.clone(), value, style)
        };
        inputs.zip(&draft.values).map(row).collect()
    }

    /// How far the price is from each level.
    fn distances(&self, expression: &Expression) -> Vec<Row> {
        let symbol = expression.symbol().unwrap_or(self.form.symbol);
        let last = self.view.snapshot.symbol(symbol).and_then(SymbolView::last_price);
        let Some(last) = last.map(Price::to_f64) else { return Vec::new() };
        let row = |level: alert::Level| {
            let percent = figures::percent(last, level.price)?;
            let where_to = if level.price < last { "below" } else { "above" };
            let words = match percent.trim_start_matches(['+', '-']) {
                "0.00%" => "at the price".to_owned(),
                percent => format!("{percent} {where_to} the price"),
            };
            Some((format!("level {}", text::value(alert::Kind::Number, level.price, false)), words, self.theme.text))
        };
        expression.levels().into_iter().filter_map(row).collect()
    }

    /// Rows of names and values; in two columns where that shows more of them.
    fn draw_rows(&self, area: Rect, buf: &mut Buffer, rows: &[Row]) {
        let page = usize::from(area.height);
        if page == 0 || rows.is_empty() {
            return;
        }
        let columns = if rows.len() > page && area.width >= 60 { 2 } else { 1 };
        let width = area.width / columns as u16;
        let widest = rows.iter().map(|(name, ..)| text::width(name)).max().unwrap_or(0);
        let name = widest.min(width * 3 / 5);
        let most = page * columns;
        let shown = if rows.len() > most { most - 1 } else { rows.len() };
        let place = |index: usize| (area.x + (index / page) as u16 * width, area.y + (index % page) as u16);
        for (index, (label, value, style)) in rows.iter().take(shown).enumerate() {
            let (x, y) = place(index);
            buf.set_string(x, y, text::fit(label, name, self.theme.ascii), self.style(self.theme.dim));
            let room = width.saturating_sub(name + 3);
            buf.set_string(x + name + 2, y, text::fit(value, room, self.theme.ascii), self.style(*style));
        }
        if shown < rows.len() {
            let (x, y) = place(shown);
            buf.set_string(x, y, format!("{} more", rows.len() - shown), self.style(self.theme.dim));
        }
    }
}

/// When an alert may fire again, in words.
pub(super) fn about(rearm: Rearm) -> String {
    match rearm {
        Rearm::Auto => "when false again, at most once a minute".to_owned(),
        Rearm::Once => "it fires once and is done".to_owned(),
        Rearm::Always => "again at every check that finds it true".to_owned(),
        Rearm::Cooldown(Nanos(time)) => format!("again after {}, even if it stayed true", Nanos(time).span()),
    }
}
