//! Bars, line, area, volume and the lines across a chart.

use super::heikin::Averaged;
use super::layout::Layout;
use super::style::Style as ChartStyle;
use super::viewport::{Column, Columns, Zoom};
use crate::domain::Price;
use crate::ui::theme::Theme;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::candles::{self, Ink};
use crate::ui::widgets::paint::{put, put_under};
use crate::ui::widgets::scale::PriceScale;
use crate::ui::widgets::ticks::Tick;
use crate::ui::widgets::{blocks, ohlc, time_axis};
use ratatui::buffer::Buffer;
use ratatui::style::Style;

/// What a chart is drawn from, measured and laid out.
pub(super) struct Plot<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    /// The averaged bars, when they are what is drawn.
    pub averaged: &'a Averaged,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub theme: &'a Theme,
}

/// A muted form of a direction's colour, for what must not outshine the candles.
pub(super) fn muted(ground: Style, otherwise: Style) -> Style {
    ground.bg.map_or(otherwise, |colour| Style::new().fg(colour))
}

impl Plot<'_> {
    /// The bars, in one of the ways to draw them.
    pub fn draw_bars(&self, buf: &mut Buffer, style: ChartStyle, dots: &mut Dots) {
        let plot = self.layout.plot;
        let mut ink = Ink::of(self.theme);
        if style == ChartStyle::Hollow {
            ink.fill = None;
        }
        match style {
            ChartStyle::Candles | ChartStyle::Hollow => {
                for column in &self.columns.bars {
                    candles::draw(buf, plot, plot.x + column.x, self.zoom.body, &column.bar, &self.scale, &ink);
                }
            }
            ChartStyle::HeikinAshi => {
                for (column, bar) in self.columns.bars.iter().zip(&self.averaged.bars) {
                    candles::draw(buf, plot, plot.x + column.x, self.zoom.body, bar, &self.scale, &ink);
                }
            }
            ChartStyle::Bars => {
                for column in &self.columns.bars {
                    ohlc::draw(buf, plot, plot.x + column.x, self.zoom.body, &column.bar, &self.scale, &ink);
                }
            }
            ChartStyle::Line | ChartStyle::Area => self.draw_line(buf, style == ChartStyle::Area, dots),
        }
    }

    fn draw_line(&self, buf: &mut Buffer, filled: bool, dots: &mut Dots) {
        let plot = self.layout.plot;
        let bars = &self.columns.bars;
        let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return };
        let rising = last.bar.close >= first.bar.open;
        let (style, ground) = if rising { (self.theme.up, self.theme.bid_bar) } else { (self.theme.down, self.theme.ask_bar) };
        dots.reset(plot.width, plot.height);
        let lowest = (i32::from(plot.height) * 4 - 1).max(0);
        let mut before: Option<(i32, i32)> = None;
        for column in bars {
            let x = i32::from(column.x + self.zoom.body / 2) * 2;
            let y = (self.scale.y_beyond(column.bar.close) * 4.0).clamp(f64::from(-lowest - 1), f64::from(lowest) * 2.0) as i32;
            let from = before.filter(|_| !column.after_gap).unwrap_or((x, y));
            dots.line(from, (x, y));
            before = Some((x, y));
        }
        if filled {
            for column in 0..plot.width {
                // The line's own cell is filled where the line is in its upper half.
                let Some(line) = dots.top(column) else { continue };
                for row in line.div_ceil(2)..plot.height {
                    let (x, y) = (plot.x + column, plot.y + row);
                    if let (Some(colour), Some(cell)) = (ground.bg, buf.cell_mut((x, y))) {
                        cell.set_bg(colour);
                    } else if row > line / 2 {
                        put(buf, x, y, if self.theme.ascii { '.' } else { '░' }, self.theme.volume);
                    }
                }
            }
        }
        dots.paint(plot, buf, style, self.theme.ascii);
    }

    /// Volume bars in the colours of their bars' directions; returns the largest.
    pub fn draw_volume(&self, buf: &mut Buffer) -> f64 {
        let area = self.layout.volume;
        let most = self.columns.bars.iter().map(|column| column.bar.volume.to_f64()).fold(0.0, f64::max);
        if area.is_empty() || most <= 0.0 {
            return most;
        }
        let rising = muted(self.theme.bid_bar, self.theme.volume);
        let falling = muted(self.theme.ask_bar, self.theme.volume);
        for column in &self.columns.bars {
            let style = if column.bar.close < column.bar.open { falling } else { rising };
            let share = column.bar.volume.to_f64() / most;
            for x in column.x..column.x + self.zoom.body {
                blocks::upright(buf, area.x + x, area.bottom(), area.height, share, style, self.theme.ascii);
            }
        }
        most
    }

    /// Lines behind everything, where nothing has been drawn.
    pub fn draw_grid(&self, buf: &mut Buffer, ticks: &[Tick], labels: &[time_axis::Label]) {
        let plot = self.layout.plot;
        let (across, down) = if self.theme.ascii { ('.', '.') } else { ('┈', '┊') };
        for tick in ticks {
            for x in plot.left()..plot.right() {
                if !self.theme.ascii || x % 4 == 0 {
                    put_under(buf, x, plot.y + tick.row, across, self.theme.grid);
                }
            }
        }
        for label in labels {
            for y in plot.top()..self.layout.bottom() {
                if !self.theme.ascii || y % 2 == 0 {
                    put_under(buf, plot.x + label.column, y, down, self.theme.grid);
                }
            }
        }
    }

    /// A dotted marker where bars are missing.
    pub fn draw_gaps(&self, buf: &mut Buffer) {
        let plot = self.layout.plot;
        let glyph = if self.theme.ascii { ':' } else { '┊' };
        for gap in &self.columns.gaps {
            let x = plot.x + gap.x + gap.width / 2;
            (plot.top()..plot.bottom()).for_each(|y| put_under(buf, x, y, glyph, self.theme.dim));
        }
    }

    /// A dotted line at the last price.
    pub fn draw_last(&self, buf: &mut Buffer, price: Price, style: Style) {
        let plot = self.layout.plot;
        let Some(row) = self.scale.row(price) else { return };
        let glyph = if self.theme.ascii { '-' } else { '╌' };
        for x in plot.left()..plot.right() {
            put_under(buf, x, plot.y + row, glyph, style);
        }
    }

    /// The crosshair's lines through a column and a price; returns the price where it is in view, and the cell of the column.
    pub fn draw_cross(&self, buf: &mut Buffer, column: &Column, price: Price) -> (Option<Price>, u16) {
        let plot = self.layout.plot;
        let x = plot.x + column.x + self.zoom.body / 2;
        let (across, down) = if self.theme.ascii { ('-', '|') } else { ('─', '│') };
        (plot.top()..self.layout.bottom()).for_each(|y| put_under(buf, x, y, down, self.theme.crosshair));
        let row = self.scale.row(price);
        if let Some(row) = row {
            (plot.left()..plot.right()).for_each(|x| put_under(buf, x, plot.y + row, across, self.theme.crosshair));
        }
        (row.map(|_| price), x)
    }
}
