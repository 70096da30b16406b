//! Indicators drawn over the bars, and the line that names them.

use super::compare;
use super::figure;
use super::layout::Layout;
use super::studies::{Shown, Studies};
use super::viewport::{Columns, Zoom};
use crate::domain::{Instrument, Price};
use crate::indicator::{Place, Reading, Unit};
use crate::ui::theme::Theme;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::scale::PriceScale;
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

/// Lines may widen the range of prices by this share of the bars' at each end; beyond that they leave the picture.
const WIDENED: f64 = 0.3;
/// A line without a colour of its own carries its number every so many columns.
const NUMBERED: usize = 16;
/// Dots between two of a dotted line.
const SPARSE: i32 = 3;

/// A chart laid out, for its indicators to be drawn on.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub instrument: &'a Instrument,
    pub theme: &'a Theme,
    /// The column the crosshair points at.
    pub picked: Option<usize>,
}

/// The colour of the n-th indicator of a chart.
pub(super) fn colour(theme: &Theme, number: usize) -> Style {
    compare::style(theme, number % 6)
}

/// Whether colours can't tell lines apart.
pub(super) fn colourless(theme: &Theme) -> bool {
    theme.ascii || theme.series_1.fg == theme.series_2.fg
}

fn price(value: f64) -> Price {
    Price::from_units((value * 1e8) as i64)
}

/// The prices of an indicator at a bar: its raw value unless it only marks, and those beside it.
fn prices<'a>(shown: &'a Shown, reading: &'a Reading) -> impl Iterator<Item = (usize, f64)> + 'a {
    let spec = shown.spec();
    let own = (spec.place == Place::Price).then(|| (0, reading.value()));
    let extras = spec.extras.iter().enumerate().filter(|(_, extra)| extra.unit == Unit::Price);
    own.into_iter().chain(extras.filter_map(|(at, _)| Some((at + 1, reading.extra(at)?))))
}

/// Whether it has so many bands that they are only dotted.
fn sparse(shown: &Shown) -> bool {
    shown.spec().extras.len() > 2
}

/// A range of prices with that of the lines, as far as the bars stay well visible.
pub(super) fn widened(studies: &Studies, low: Price, high: Price) -> (Price, Price) {
    let span = (high - low).units() as f64 * WIDENED;
    let (least, most) = (low.units() as f64 - span, high.units() as f64 + span);
    let (mut from, mut to) = (low, high);
    for (_, shown) in studies.over() {
        // Outer bands may leave the picture.
        let lines = if sparse(shown) { 1 } else { usize::MAX };
        for (_, value) in shown.values.iter().flatten().flat_map(|reading| prices(shown, reading).take(lines)) {
            let units = value * 1e8;
            if units >= least && units <= most {
                (from, to) = (from.min(price(value)), to.max(price(value)));
            }
        }
    }
    (from, to)
}

impl Sheet<'_> {
    /// Draws every line; a channel's are of one colour.
    pub fn draw_lines(&self, studies: &Studies, dots: &mut Dots, buf: &mut Buffer) {
        for (number, shown) in studies.over() {
            if shown.spec().place == Place::Marks {
                self.draw_marks(shown, dots, buf);
                continue;
            }
            let plot = self.layout.plot;
            dots.reset(plot.width, plot.height);
            let sparse = sparse(shown);
            let mut before: [Option<(i32, i32)>; 5] = [None; 5];
            let mut way = 0.0;
            for (column, reading) in self.columns.bars.iter().zip(&shown.values) {
                let Some(reading) = reading else {
                    before = [None; 5];
                    continue;
                };
                // A stop that changes sides is another line.
                let now = if shown.spec().name == "supertrend" { reading.extra(0).unwrap_or_default() } else { 0.0 };
                if column.after_gap || now != way {
                    before = [None; 5];
                }
                way = now;
                for (line, value) in prices(shown, reading) {
                    let at = (i32::from(column.x + self.zoom.body / 2) * 2, self.dot(value));
                    let from = before.get(line).copied().flatten().unwrap_or(at);
                    if sparse && line > 0 {
                        dots.dotted(from, at, SPARSE);
                    } else {
                        dots.line(from, at);
                    }
                    if let Some(before) = before.get_mut(line) {
                        *before = Some(at);
                    }
                }
            }
            let style = colour(self.theme, number);
            dots.paint_under(plot, buf, style, self.theme.ascii);
            if colourless(self.theme) {
                self.number(number, shown, buf);
            }
        }
    }

    /// The height of a price in dots, near the plot where it is beyond it.
    fn dot(&self, value: f64) -> i32 {
        let most = f64::from(self.layout.plot.height) * 4.0;
        (self.scale.y_beyond(price(value)) * 4.0).clamp(-most, most * 2.0) as i32
    }

    /// Prices that stand out, bar by bar: support in the colour of bids, resistance in that of asks; the newest across the plot.
    fn draw_marks(&self, shown: &Shown, dots: &mut Dots, buf: &mut Buffer) {
        let (plot, theme) = (self.layout.plot, self.theme);
        let marks = shown.spec().extras.iter().enumerate().filter(|(_, extra)| extra.unit == Unit::Price);
        for (number, (extra, _)) in marks.enumerate() {
            let style = if number == 0 { theme.up } else { theme.down };
            dots.reset(plot.width, plot.height);
            for (column, reading) in self.columns.bars.iter().zip(&shown.values) {
                let Some(value) = reading.as_ref().and_then(|reading| reading.extra(extra)) else { continue };
                let (x, y) = (i32::from(column.x) * 2, self.dot(value));
                dots.line((x, y), (x + i32::from(self.zoom.pitch) * 2 - 1, y));
            }
            dots.paint_under(plot, buf, style, theme.ascii);
            let newest = shown.last.and_then(|reading| reading.extra(extra)).and_then(|value| self.scale.row(price(value)));
            if let Some(row) = newest {
                let glyph = if theme.ascii { '=' } else { '╍' };
                (plot.left()..plot.right()).for_each(|x| put_under(buf, x, plot.y + row, glyph, style));
            }
        }
    }

    /// The number of a line, now and then on it.
    fn number(&self, number: usize, shown: &Shown, buf: &mut Buffer) {
        let plot = self.layout.plot;
        let places = self.columns.bars.iter().zip(&shown.values).skip(number * 3).step_by(NUMBERED);
        for (column, reading) in places {
            if let Some(row) = reading.as_ref().and_then(|reading| self.scale.row(price(reading.value()))) {
                let digit = char::from_digit(number as u32 + 1, 36).unwrap_or('?');
                put(buf, plot.x + column.x + self.zoom.body / 2, plot.y + row, digit, self.theme.bright);
            }
        }
    }

    /// The value at the crosshair, or the newest.
    pub fn value(&self, shown: &Shown) -> Option<Reading> {
        match self.picked {
            Some(at) => shown.values.get(at).copied().flatten(),
            None => shown.last,
        }
    }

    /// Names every line with its value: with the bands', without them, or names alone, as there is room.
    pub fn draw_legend(&self, studies: &Studies, buf: &mut Buffer) {
        let area = self.layout.legend;
        if area.height == 0 {
            return;
        }
        let cells = |detail: u8| -> u16 { studies.over().map(|(number, shown)| self.cells(number, shown, detail) + 2).sum() };
        let detail = [2, 1].into_iter().find(|detail| cells(*detail) <= area.width + 2).unwrap_or(0);
        let mut x = area.x;
        let mut left = studies.over().count();
        for (number, shown) in studies.over() {
            let width = self.cells(number, shown, detail);
            let more = if left > 1 { 4 } else { 0 };
            if x + width + more > area.right() {
                paint::text(buf, x, area.y, area.right().saturating_sub(x), &format!("+{left}"), self.theme.dim);
                return;
            }
            let (name, values) = self.words(number, shown, detail);
            let marks = shown.spec().place == Place::Marks;
            let style = if marks { self.theme.bright } else { colour(self.theme, number).add_modifier(Modifier::BOLD) };
            x += paint::text(buf, x, area.y, width, &name, style);
            if !values.is_empty() {
                let style = if self.value(shown).is_some() { self.theme.text } else { self.theme.dim };
                x += 1 + paint::text(buf, x + 1, area.y, width, &values, style);
            }
            x += 2;
            left -= 1;
        }
    }

    fn cells(&self, number: usize, shown: &Shown, detail: u8) -> u16 {
        let (name, values) = self.words(number, shown, detail);
        paint::cells(&name) + if values.is_empty() { 0 } else { paint::cells(&values) + 1 }
    }

    fn words(&self, number: usize, shown: &Shown, detail: u8) -> (String, String) {
        let mark = char::from_digit(number as u32 + 1, 36).filter(|_| colourless(self.theme));
        let name = mark.map_or_else(|| shown.label.clone(), |mark| format!("{mark} {}", shown.label));
        if detail == 0 {
            return (name, String::new());
        }
        let Some(reading) = self.value(shown) else {
            let none = if self.picked.is_some() { "-" } else { shown.lack.as_str() };
            return (name, none.to_owned());
        };
        let marks = shown.spec().place == Place::Marks;
        let most = if detail == 2 || marks { 3 } else { 1 };
        let values = prices(shown, &reading).take(most).map(|(_, value)| figure::text(value, Unit::Price, self.instrument));
        (name, values.collect::<Vec<_>>().join(" "))
    }
}
