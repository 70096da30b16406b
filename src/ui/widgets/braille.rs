//! Lines in dots, two by four to a cell.

use super::paint::{put, put_under};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Bits of the dots of a cell, by row and column.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// A sheet of dots. Kept between frames so that drawing takes no memory.
#[derive(Debug, Clone, Default)]
pub struct Dots {
    width: u16,
    height: u16,
    bits: Vec<u8>,
}

impl Dots {
    /// Makes it empty, of so many cells.
    pub fn reset(&mut self, width: u16, height: u16) {
        (self.width, self.height) = (width, height);
        self.bits.clear();
        self.bits.resize(usize::from(width) * usize::from(height), 0);
    }

    /// Sets one dot; nothing happens outside the sheet.
    #[inline]
    pub fn set(&mut self, x: i32, y: i32) {
        if x < 0 || y < 0 || x >= i32::from(self.width) * 2 || y >= i32::from(self.height) * 4 {
            return;
        }
        let cell = (y / 4) as usize * usize::from(self.width) + (x / 2) as usize;
        if let Some(bits) = self.bits.get_mut(cell) {
            *bits |= DOTS[(y % 4) as usize][(x % 2) as usize];
        }
    }

    /// Sets the dots from one to another. Both ends must be within a few sheets of it.
    pub fn line(&mut self, from: (i32, i32), to: (i32, i32)) {
        let (dx, dy) = (i64::from(to.0) - i64::from(from.0), i64::from(to.1) - i64::from(from.1));
        let steps = dx.abs().max(dy.abs()).clamp(1, 10_000);
        for step in 0..=steps {
            let part = |d: i64| ((d * step * 2 + steps * d.signum()) / (steps * 2)) as i32;
            self.set(from.0.saturating_add(part(dx)), from.1.saturating_add(part(dy)));
        }
    }

    /// As [`Self::line`] of which of every `period` dots across only the first `drawn` are set, counted from the left end of the sheet.
    pub fn broken(&mut self, from: (i32, i32), to: (i32, i32), period: i32, drawn: i32) {
        let (dx, dy) = (i64::from(to.0) - i64::from(from.0), i64::from(to.1) - i64::from(from.1));
        let steps = dx.abs().max(dy.abs()).clamp(1, 10_000);
        for step in 0..=steps {
            let part = |d: i64| ((d * step * 2 + steps * d.signum()) / (steps * 2)) as i32;
            let x = from.0.saturating_add(part(dx));
            if x.rem_euclid(period.max(1)) < drawn {
                self.set(x, from.1.saturating_add(part(dy)));
            }
        }
    }

    /// As [`Self::line`], but only at every so many dots across.
    pub fn dotted(&mut self, from: (i32, i32), to: (i32, i32), every: i32) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        for x in (from.0..=to.0).filter(|x| x % every.max(1) == 0) {
            self.set(x, from.1 + if dx > 0 { (i64::from(dy) * i64::from(x - from.0) / i64::from(dx)) as i32 } else { 0 });
        }
    }

    /// Half cells from the top to the topmost dot in a column of cells.
    pub fn top(&self, column: u16) -> Option<u16> {
        let row = (0..self.height).find(|row| self.cell(column, *row) != 0)?;
        let upper = DOTS[0][0] | DOTS[0][1] | DOTS[1][0] | DOTS[1][1];
        Some(row * 2 + u16::from(self.cell(column, row) & upper == 0))
    }

    fn cell(&self, column: u16, row: u16) -> u8 {
        let at = usize::from(row) * usize::from(self.width) + usize::from(column);
        if column < self.width { self.bits.get(at).copied().unwrap_or(0) } else { 0 }
    }

    /// Draws the cells that have dots.
    pub fn paint(&self, area: Rect, buf: &mut Buffer, style: Style, ascii: bool) {
        self.each(area, |x, y, bits| put(buf, x, y, glyph(bits, ascii), style));
    }

    /// Gives what is drawn in cells that have dots another style, and another character where one is given.
    pub fn restyle(&self, area: Rect, buf: &mut Buffer, style: Style, as_glyph: Option<char>) {
        self.each(area, |x, y, _| {
            if let Some(cell) = buf.cell_mut((x, y)) {
                cell.set_style(style);
                if let Some(glyph) = as_glyph {
                    cell.set_char(glyph);
                }
            }
        });
    }

    /// The same over something drawn: a full cell becomes the dots' ground, so that both are seen.
    pub fn paint_over(&self, area: Rect, buf: &mut Buffer, style: Style, ascii: bool) {
        self.each(area, |x, y, bits| {
            let full = buf.cell((x, y)).filter(|cell| cell.symbol() == "█").map(|cell| cell.fg);
            put(buf, x, y, glyph(bits, ascii), full.map_or(style, |ground| style.bg(ground)));
        });
    }

    /// The same only where nothing has been drawn.
    pub fn paint_under(&self, area: Rect, buf: &mut Buffer, style: Style, ascii: bool) {
        self.each(area, |x, y, bits| put_under(buf, x, y, glyph(bits, ascii), style));
    }

    /// As [`Self::paint_under`], for what stands behind a curve: in ASCII it is told from it by another character.
    pub fn paint_behind(&self, area: Rect, buf: &mut Buffer, style: Style, ascii: bool) {
        let glyph = |bits| if ascii { '.' } else { glyph(bits, false) };
        self.each(area, |x, y, bits| put_under(buf, x, y, glyph(bits), style));
    }

    fn each(&self, area: Rect, mut draw: impl FnMut(u16, u16, u8)) {
        let width = usize::from(self.width).max(1);
        for (row, line) in self.bits.chunks_exact(width).enumerate().take(usize::from(area.height)) {
            for (column, bits) in line.iter().enumerate().take(usize::from(area.width)) {
                if *bits != 0 {
                    draw(area.x + column as u16, area.y + row as u16, *bits);
                }
            }
        }
    }
}

fn glyph(bits: u8, ascii: bool) -> char {
    if ascii { '*' } else { char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' ') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_holes() {
        let mut dots = Dots::default();
        dots.reset(4, 2);
        dots.line((0, 7), (7, 0));
        dots.line((-50, 3), (-10, 9));
        let area = Rect::new(0, 0, 4, 2);
        let mut buf = Buffer::empty(area);
        dots.paint(area, &mut buf, Style::new(), false);
        assert_eq!(buf, Buffer::with_lines(["  ⡠⠊", "⡠⠊  "]));
        assert_eq!((dots.top(0), dots.top(3), dots.top(9)), (Some(3), Some(0), None));
    }
}
