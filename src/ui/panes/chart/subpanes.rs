//! Indicators drawn beneath the bars, each on a scale of its own.

use super::figure::{self, Scale, histogram, levels};
use super::overlays::{Sheet, colour};
use super::plot::muted;
use super::studies::{Shown, Studies};
use crate::indicator::Reading;
use crate::ui::text;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint::{self, put, put_under};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// The extra value that is drawn as bars behind the lines.
const BARS: &str = "histogram";

/// One pane beneath the bars.
struct Under<'a> {
    shown: &'a Shown,
    number: usize,
    area: Rect,
    scale: Scale,
}

impl Sheet<'_> {
    /// The panes there is room for.
    fn panes<'a>(&'a self, studies: &'a Studies) -> impl Iterator<Item = Under<'a>> {
        let places = (0..self.layout.panes).map(|pane| self.layout.pane(pane));
        studies.beneath().zip(places).map(|((number, shown), area)| Under {
            shown,
            number,
            area,
            scale: Scale::of(shown, area.height),
        })
    }

    /// The style of a value beside the raw one.
    fn beside(&self, name: &str) -> Style {
        match name {
            "plus_di" => self.theme.up,
            "minus_di" => self.theme.down,
            _ => self.theme.text,
        }
    }

    /// Draws bars and lines, before what is drawn only where nothing is.
    pub fn draw_beneath(&self, studies: &Studies, dots: &mut Dots, buf: &mut Buffer) {
        let theme = self.theme;
        for pane in self.panes(studies) {
            let spec = pane.shown.spec();
            let bars = histogram(pane.shown);
            if bars {
                self.draw_bars(&pane, buf, |reading| Some(reading.value()));
            }
            if !spec.is_flow() {
                for (at, extra) in spec.extras.iter().enumerate().rev() {
                    let value = move |reading: &Reading| reading.extra(at);
                    if extra.name == BARS {
                        self.draw_bars(&pane, buf, value);
                    } else {
                        self.draw_line(&pane, dots, buf, self.beside(extra.name), value);
                    }
                }
            }
            if !bars {
                self.draw_line(&pane, dots, buf, colour(theme, pane.number), |reading| Some(reading.value()));
            }
            let across = if theme.ascii { '-' } else { '╌' };
            for row in levels(pane.shown).into_iter().filter_map(|level| pane.scale.row(level)) {
                (pane.area.left()..pane.area.right()).for_each(|x| put_under(buf, x, pane.area.y + row, across, theme.dim));
            }
        }
    }

    fn draw_line(
        &self,
        pane: &Under<'_>,
        dots: &mut Dots,
        buf: &mut Buffer,
        style: Style,
        value: impl Fn(&Reading) -> Option<f64>,
    ) {
        dots.reset(pane.area.width, pane.area.height);
        let lowest = f64::from(pane.area.height) * 4.0 - 1.0;
        let mut before = None;
        for (column, reading) in self.columns.bars.iter().zip(&pane.shown.values) {
            let at = reading.as_ref().and_then(&value).map(|value| {
                let y = (pane.scale.y(value) * 4.0).min(lowest);
                (i32::from(column.x + self.zoom.body / 2) * 2, y as i32)
            });
            if let Some(at) = at {
                dots.line(before.filter(|_| !column.after_gap).unwrap_or(at), at);
            }
            before = at;
        }
        dots.paint_over(pane.area, buf, style, self.theme.ascii);
    }

    /// Bars from the neutral value up or down, in half cells.
    fn draw_bars(&self, pane: &Under<'_>, buf: &mut Buffer, value: impl Fn(&Reading) -> Option<f64>) {
        let (area, theme) = (pane.area, self.theme);
        let neutral = pane.shown.spec().range.neutral.unwrap_or_default();
        let (rising, falling) = (muted(theme.bid_bar, theme.volume), muted(theme.ask_bar, theme.volume));
        let half = |value: f64| ((pane.scale.y(value) * 2.0).round() as u16).min(area.height * 2);
        let zero = half(neutral);
        for (column, reading) in self.columns.bars.iter().zip(&pane.shown.values) {
            let Some(value) = reading.as_ref().and_then(&value).filter(|value| *value != neutral) else { continue };
            let end = half(value);
            // What is more than nothing has at least half a cell, on its side.
            let (top, bottom) = if value > neutral {
                (end.min(zero.saturating_sub(1)), zero.max(1))
            } else {
                (zero.min(area.height * 2 - 1), end.max(zero + 1).min(area.height * 2))
            };
            let style = if value > neutral { rising } else { falling };
            for row in top / 2..bottom.div_ceil(2) {
                let (upper, lower) = (row * 2 >= top, row * 2 + 1 < bottom);
                let glyph = match (upper, lower, theme.ascii) {
                    (_, _, true) => '#',
                    (true, true, _) => '█',
                    (true, false, _) => '▀',
                    _ => '▄',
                };
                (column.x..column.x + self.zoom.body).for_each(|x| put(buf, area.x + x, area.y + row, glyph, style));
            }
        }
    }

    /// Draws names, values and axes, after all lines.
    pub fn draw_texts(&self, studies: &Studies, buf: &mut Buffer) {
        let theme = self.theme;
        let folded: Vec<&str> =
            studies.beneath().skip(usize::from(self.layout.panes)).map(|(_, shown)| shown.label.as_str()).collect();
        let more = if folded.is_empty() { String::new() } else { format!("+{} more: {}", folded.len(), folded.join(", ")) };
        if self.layout.panes == 0 && !more.is_empty() {
            let plot = self.layout.plot;
            if plot.height > 0 {
                paint::text(buf, plot.x, plot.bottom() - 1, plot.width, &more, theme.dim);
            }
        }
        let short = format!("+{} more", folded.len());
        for (at, pane) in self.panes(studies).enumerate() {
            self.draw_axis(&pane, buf);
            let notes = !more.is_empty() && at + 1 == usize::from(self.layout.panes);
            let kept = if notes { paint::cells(&short) + 1 } else { 0 };
            let end = self.draw_name(&pane, pane.area.right().saturating_sub(kept), buf);
            if notes {
                let room = pane.area.right().saturating_sub(end);
                let text = if paint::cells(&more) <= room { &more } else { &short };
                paint::text_right(buf, pane.area.right(), pane.area.y, room, text, theme.dim);
            }
        }
    }

    /// The name with its parameters, and its values, as far as there is room; returns where that ends.
    fn draw_name(&self, pane: &Under<'_>, right: u16, buf: &mut Buffer) -> u16 {
        let (area, theme, spec) = (pane.area, self.theme, pane.shown.spec());
        let mut x = area.x;
        let mut add = |text: &str, style: Style| {
            let cells = paint::cells(text);
            if x + cells <= right {
                x += paint::text(buf, x, area.y, cells, text, style) + 1;
                // No line runs through between the words.
                put(buf, x - 1, area.y, ' ', theme.text);
            }
        };
        add(&pane.shown.label, colour(theme, pane.number).add_modifier(Modifier::BOLD));
        match self.value(pane.shown) {
            Some(reading) => {
                add(&figure::with_unit(reading.value(), spec.unit, self.instrument), theme.text);
                for (at, extra) in spec.extras.iter().enumerate() {
                    if let Some(value) = reading.extra(at) {
                        let style = if extra.name == BARS { theme.dim } else { self.beside(extra.name) };
                        add(&figure::text(value, extra.unit, self.instrument), style);
                    }
                }
            }
            None if self.picked.is_some() => add("no value at this bar", theme.dim),
            None => {
                let room = right.saturating_sub(area.x + paint::cells(&pane.shown.label) + 1);
                add(&text::fit(&pane.shown.lack, room, theme.ascii), theme.dim);
            }
        }
        x
    }

    /// Ticks, the newest value on its colour, and the value at the crosshair.
    fn draw_axis(&self, pane: &Under<'_>, buf: &mut Buffer) {
        let (area, theme, unit) = (self.layout.prices, self.theme, pane.shown.spec().unit);
        if area.is_empty() {
            return;
        }
        let width = area.width.saturating_sub(1);
        let words = |value: f64| figure::text(value, unit, self.instrument);
        let mut taken: Vec<u16> = Vec::with_capacity(5);
        let mut labels: Vec<u16> = Vec::with_capacity(3);
        let mut tag = |value: f64, style: Style, taken: &mut Vec<u16>| {
            let Some(row) = pane.scale.row(value).filter(|row| !taken.contains(row)) else { return };
            let y = pane.area.y + row;
            (area.left()..area.right()).for_each(|x| put(buf, x, y, ' ', style));
            paint::text_right(buf, area.right(), y, area.width, &words(value), style);
            taken.push(row);
        };
        if let Some(reading) = self.picked.and_then(|at| pane.shown.values.get(at).copied().flatten()) {
            tag(reading.value(), theme.crosshair.add_modifier(Modifier::REVERSED), &mut taken);
        }
        if let Some(reading) = pane.shown.last {
            tag(reading.value(), colour(theme, pane.number).add_modifier(Modifier::REVERSED), &mut taken);
        }
        let marked = levels(pane.shown);
        let known = pane.shown.values.iter().any(Option::is_some);
        let others = if marked.len() > 1 || !known { Vec::new() } else { pane.scale.ticks() };
        let mut label = |value: f64, gap: u16, taken: &mut Vec<u16>| {
            let row = pane.scale.row(value).filter(|row| !taken.contains(row));
            let Some(row) = row.filter(|row| labels.iter().all(|other: &u16| row.abs_diff(*other) >= gap)) else { return };
            paint::text_right(buf, area.right(), pane.area.y + row, width, &words(value), theme.dim);
            taken.push(row);
            labels.push(row);
        };
        for value in marked {
            label(value, 1, &mut taken);
        }
        for value in others {
            label(value, 2, &mut taken);
        }
    }
}
