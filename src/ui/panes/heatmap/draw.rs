//! The cells of a heatmap and what lies over them.

use super::grid::Grid;
use super::ramp::{Ramp, STEPS};
use super::scales::Layout;
use super::shade::{ASK, BID, Ending, Scale, UNKNOWN, ending};
use crate::domain::{Nanos, Price};
use crate::liquidity::{LayerView, LiquidityView};
use crate::ui::theme::Theme;
use crate::ui::widgets::{clock, paint};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use std::ops::Range;

/// Shares of the largest trade in view from which on a dot has the next size.
const SIZES: [f32; 3] = [0.0, 0.15, 0.45];

/// What a heatmap is drawn from.
pub(super) struct Plot<'a> {
    pub layout: Layout,
    pub columns: Range<i64>,
    pub length: Nanos,
    pub row: i64,
    pub base: i64,
    pub rows: usize,
    pub scale: Scale,
    pub grid: &'a Grid,
    pub ramp: &'a Ramp,
    pub theme: &'a Theme,
}

impl Plot<'_> {
    /// Sets the half cells at the best prices of each column.
    pub fn touch(&self, layer: &LayerView, newest: Option<(Price, Price)>, pixels: &mut [u8]) {
        let parts = (self.length.0 / layer.column.0.max(1)).max(1);
        let mut at = layer.touch_position(self.columns.start.saturating_mul(parts)).unwrap_or(0);
        let last = self.columns.end - 1;
        for (column, pixels) in self.columns.clone().zip(pixels.chunks_mut(self.rows.max(1))) {
            if !self.grid.is_known(column) {
                continue;
            }
            let end = (column + 1).saturating_mul(parts) - 1;
            while layer.touches.get(at + 1).is_some_and(|next| next.column <= end) {
                at += 1;
            }
            let kept = layer.touches.get(at).filter(|touch| touch.column <= end).map(|touch| (touch.bid, touch.ask));
            let Some((bid, ask)) = (if column == last { newest.or(kept) } else { kept }) else { continue };
            let (bid_row, ask_row) = (self.row_of(bid), self.row_of(ask));
            // Where both are in one row the bid is drawn below it.
            let bid_row = if ask.units() > 0 { bid_row.min(ask_row - 1) } else { bid_row };
            for (row, code, price) in [(bid_row, BID, bid), (ask_row, ASK, ask)] {
                if let Some(pixel) = usize::try_from(row).ok().and_then(|row| pixels.get_mut(row))
                    && price.units() > 0
                {
                    *pixel = code;
                }
            }
        }
    }

    /// The row of a price, which may be out of view.
    pub fn row_of(&self, price: Price) -> i64 {
        price.units().div_euclid(self.row) - self.base
    }

    /// The line of the plot that shows a row.
    pub fn line_of(&self, row: i64) -> Option<u16> {
        let line = i64::from(self.layout.plot.height) - 1 - row.div_euclid(2);
        u16::try_from(line).ok().filter(|line| *line < self.layout.plot.height)
    }

    /// The price at the bottom of a line.
    pub fn price_at(&self, line: u16) -> Price {
        let row = (i64::from(self.layout.plot.height) - 1 - i64::from(line)) * 2;
        Price::from_units((self.base + row).saturating_mul(self.row))
    }

    fn colour(&self, code: u8) -> Color {
        match code {
            BID => self.theme.up.fg.unwrap_or(Color::Reset),
            ASK => self.theme.down.fg.unwrap_or(Color::Reset),
            UNKNOWN => self.ramp.colour(0),
            step => self.ramp.colour(step),
        }
    }

    /// Draws all cells.
    pub fn cells(&self, buf: &mut Buffer, pixels: &[u8]) {
        let plot = self.layout.plot;
        for (index, column) in pixels.chunks(self.rows.max(1)).enumerate() {
            let x = plot.x + index as u16;
            for line in 0..plot.height {
                let at = usize::from(plot.height - 1 - line) * 2;
                let (Some(&lower), Some(&upper)) = (column.get(at), column.get(at + 1)) else { continue };
                let Some(cell) = buf.cell_mut((x, plot.y + line)) else { continue };
                if self.ramp.coloured() && !self.theme.ascii {
                    let (above, below) = (self.colour(upper), self.colour(lower));
                    if above == below {
                        cell.set_bg(below);
                    } else {
                        cell.set_symbol("▀").set_fg(above).set_bg(below);
                    }
                    continue;
                }
                let edge = |code: u8| code == BID || code == ASK;
                if edge(upper) || edge(lower) {
                    let style = if upper == ASK || lower == ASK { self.theme.down } else { self.theme.up };
                    cell.set_char(if self.theme.ascii { '_' } else { '─' }).set_style(style);
                    continue;
                }
                let known = |code: u8| if code == UNKNOWN { 0 } else { code };
                let most = known(upper).max(known(lower));
                if self.ramp.coloured() {
                    cell.set_bg(self.ramp.colour(most));
                } else {
                    cell.set_char(Ramp::glyph(most, self.theme.ascii)).set_style(self.density(most));
                }
            }
        }
    }

    fn density(&self, step: u8) -> Style {
        let roles = [self.theme.heat_1, self.theme.heat_2, self.theme.heat_3, self.theme.heat_4];
        roles[(usize::from(step) * 4 / (STEPS + 1)).min(3)]
    }

    /// The colour a glyph stands on: that of the half cell with less, on which it is read best, or with more.
    fn ground(&self, index: usize, line: u16, more: bool) -> Option<Color> {
        if !self.ramp.coloured() {
            return None;
        }
        let at = usize::from(self.layout.plot.height - 1 - line) * 2;
        let cells = self.grid.cells(self.columns.start + index as i64);
        let heat = |at: usize| cells.get(at).map_or(0, |cell| self.scale.step(cell.heat)) % UNKNOWN;
        let (lower, upper) = (heat(at), heat(at + 1));
        Some(self.ramp.colour(if more { lower.max(upper) } else { lower.min(upper) }))
    }

    fn put(&self, buf: &mut Buffer, index: usize, line: u16, glyph: char, style: Style) {
        let plot = self.layout.plot;
        let Some(cell) = buf.cell_mut((plot.x + index as u16, plot.y + line)) else { return };
        cell.set_char(glyph).set_style(style);
        if let Some(ground) = self.ground(index, line, matches!(glyph, '─' | '│' | '-' | '|')) {
            cell.set_bg(ground);
        }
    }

    /// Marks where large quantities ended: traded away, or taken back.
    pub fn endings(&self, buf: &mut Buffer) {
        for (index, column) in self.columns.clone().enumerate().skip(1) {
            for row in 0..self.rows {
                let Some(ending) = ending(self.grid, column, row, &self.scale) else { continue };
                if let Some(line) = self.line_of(row as i64) {
                    self.put(buf, index, line, ending_glyph(ending, self.theme.ascii), self.theme.bright);
                }
            }
        }
    }

    /// Trades as dots: filled where takers bought, hollow where they sold, the larger the more.
    pub fn dots(&self, buf: &mut Buffer, least: Option<f32>) {
        if self.scale.traded <= 0.0 {
            return;
        }
        for (index, column) in self.columns.clone().enumerate() {
            for (at, pair) in self.grid.cells(column).chunks(2).enumerate() {
                let (bought, sold) = pair.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.bought, sum.1 + cell.sold));
                let most = f32::max(bought, sold);
                if most <= 0.0 || least.is_some_and(|least| most < least) {
                    continue;
                }
                let share = most / self.scale.traded;
                let size = SIZES.iter().filter(|from| share >= **from).count();
                // The small ones are shown only where asked for: there are some in nearly every column.
                if size < 2 && least.is_none() {
                    continue;
                }
                let buying = bought >= sold;
                let style = if buying { self.theme.up } else { self.theme.down };
                if let Some(line) = self.line_of(at as i64 * 2) {
                    let style = style.add_modifier(Modifier::BOLD);
                    self.put(buf, index, line, dot(buying, size, self.theme.ascii), style);
                }
            }
        }
    }

    /// Hatches the columns in which the book was out of sync, with the reason where it has room.
    pub fn gaps(&self, buf: &mut Buffer, liquidity: &LiquidityView, first: Option<Nanos>, now: Nanos) {
        let plot = self.layout.plot;
        let mut from = None;
        let begun = first.map_or(i64::MAX, |first| first.0.div_euclid(self.length.0.max(1)));
        let newest = now.0.div_euclid(self.length.0.max(1));
        for (index, column) in self.columns.clone().chain([i64::MAX]).enumerate() {
            let missing = column >= begun && column <= newest && !self.grid.is_known(column);
            if missing && from.is_none() {
                from = Some((index, column));
            }
            if let Some((start, column)) = from.filter(|_| !missing) {
                let area = Rect { x: plot.x + start as u16, width: (index - start) as u16, ..plot };
                self.hatch(buf, area);
                let middle = Nanos(column.saturating_mul(self.length.0).saturating_add(self.length.0 - 1));
                if let Some(loss) = liquidity.loss_at(middle) {
                    self.say(buf, area, &[&format!("out of sync: {}", loss.why), &loss.why, "out of sync"]);
                }
                from = None;
            }
        }
    }

    fn hatch(&self, buf: &mut Buffer, area: Rect) {
        let glyph = if self.theme.ascii { '/' } else { '╱' };
        for (x, y) in (area.top()..area.bottom()).flat_map(|y| (area.left()..area.right()).map(move |x| (x, y))) {
            paint::put(buf, x, y, glyph, self.theme.volume);
        }
    }

    /// Writes the first of some texts that fits into the middle of an area.
    fn say(&self, buf: &mut Buffer, area: Rect, texts: &[&str]) {
        if let Some(text) = texts.iter().find(|text| paint::cells(text) + 4 <= area.width) {
            let text = format!(" {} ", crate::ui::text::safe(text));
            paint::text_centred(buf, area, area.y + area.height / 2, &text, self.theme.warning);
        }
    }

    /// Says where what is kept begins.
    pub fn beginning(&self, buf: &mut Buffer, first: Option<Nanos>, since: Option<Nanos>, zone: &TimeZone) {
        let (Some(first), Some(since)) = (first, since) else { return };
        let cells = first.0.div_euclid(self.length.0.max(1)).saturating_sub(self.columns.start);
        let plot = self.layout.plot;
        let Ok(width) = u16::try_from(cells.clamp(0, i64::from(plot.width))) else { return };
        let time = clock::hour_minute_second(clock::local(first, zone));
        let kept = first > since + self.length + self.length;
        let (long, short) = if kept {
            (format!("kept at this zoom since {time}"), format!("kept since {time}"))
        } else {
            (format!("the book begins at {time}"), format!("begins {time}"))
        };
        let area = Rect { width, ..plot };
        if let Some(text) = [&long, &short].into_iter().find(|text| paint::cells(text) + 4 <= width) {
            paint::text_centred(buf, area, area.y + area.height / 2, text, self.theme.dim);
        }
    }

    /// Dots over prices that were too far from the touch to be kept.
    pub fn beyond(&self, buf: &mut Buffer, pixels: &[u8]) {
        let plot = self.layout.plot;
        let glyph = if self.theme.ascii { '.' } else { '·' };
        for (index, (column, codes)) in self.columns.clone().zip(pixels.chunks(self.rows.max(1))).enumerate() {
            if index % 4 != 0 || !self.grid.is_known(column) {
                continue;
            }
            for line in (0..plot.height).step_by(2) {
                let at = usize::from(plot.height - 1 - line) * 2;
                if codes.get(at..at + 2).is_some_and(|pair| pair.iter().all(|code| *code == UNKNOWN)) {
                    paint::put(buf, plot.x + index as u16, plot.y + line, glyph, self.theme.grid);
                }
            }
        }
    }

    /// The crosshair's lines.
    pub fn cross(&self, buf: &mut Buffer, column: Option<u16>, line: Option<u16>) {
        let plot = self.layout.plot;
        let (across, down) = if self.theme.ascii { ('-', '|') } else { ('─', '│') };
        if let Some(line) = line {
            (0..plot.width).for_each(|x| self.put(buf, x.into(), line, across, self.theme.crosshair));
        }
        if let Some(x) = column {
            (0..plot.height).for_each(|line| self.put(buf, x.into(), line, down, self.theme.crosshair));
        }
        if let (Some(x), Some(line)) = (column, line) {
            self.put(buf, x.into(), line, if self.theme.ascii { '+' } else { '┼' }, self.theme.bright);
        }
    }
}

/// The glyph of trades: filled when bought, hollow when sold, sizes 1 to 3.
pub(super) const fn dot(buying: bool, size: usize, ascii: bool) -> char {
    match (ascii, buying, size) {
        // The smallest are told apart by where they sit.
        (false, true, 0 | 1) => '˙',
        (false, false, 0 | 1) => '.',
        (false, true, 2) => '•',
        (false, true, _) => '●',
        (false, false, 2) => '◦',
        (false, false, _) => '○',
        (true, true, 0 | 1) => '\'',
        (true, false, 0 | 1) => ',',
        (true, true, 2) => 'b',
        (true, true, _) => 'B',
        (true, false, 2) => 's',
        (true, false, _) => 'S',
    }
}

/// The glyph of the end of a large quantity.
pub(super) const fn ending_glyph(ending: Ending, ascii: bool) -> char {
    match (ending, ascii) {
        (Ending::Consumed, false) => '◆',
        (Ending::Pulled, false) => '×',
        (Ending::Consumed, true) => '#',
        (Ending::Pulled, true) => 'x',
    }
}
