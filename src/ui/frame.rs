//! The lines between panes: boxes that share their borders, joined where they meet.

use crate::app::layout::Area;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::collections::BTreeMap;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// Lines to be drawn, by cell.
#[derive(Debug, Default)]
pub struct Lines {
    cells: BTreeMap<(u16, u16), (u8, Style)>,
    ascii: bool,
}

impl Lines {
    /// No lines yet.
    pub fn new(ascii: bool) -> Self {
        Self { cells: BTreeMap::new(), ascii }
    }

    /// Adds a box. What is added later lies over what was added before.
    pub fn add(&mut self, area: Area, style: Style) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
        for x in area.x..=right {
            let along = if x > area.x { LEFT } else { 0 } | if x < right { RIGHT } else { 0 };
            self.join(x, area.y, along, style);
            self.join(x, bottom, along, style);
        }
        for y in area.y..=bottom {
            let along = if y > area.y { UP } else { 0 } | if y < bottom { DOWN } else { 0 };
            self.join(area.x, y, along, style);
            self.join(right, y, along, style);
        }
    }

    fn join(&mut self, x: u16, y: u16, along: u8, style: Style) {
        let cell = self.cells.entry((x, y)).or_default();
        *cell = (cell.0 | along, style);
    }

    /// Draws all of it.
    pub fn draw(&self, buf: &mut Buffer) {
        for (&(x, y), &(along, style)) in &self.cells {
            if let Some(cell) = buf.cell_mut((x, y)) {
                cell.set_char(glyph(along, self.ascii)).set_style(style);
            }
        }
    }
}

const fn glyph(along: u8, ascii: bool) -> char {
    const GLYPHS: [char; 16] = [' ', '│', '│', '│', '─', '╯', '╮', '┤', '─', '╰', '╭', '├', '─', '┴', '┬', '┼'];
    let unicode = GLYPHS[along as usize & 15];
    match unicode {
        c if !ascii => c,
        '│' => '|',
        '─' => '-',
        ' ' => ' ',
        _ => '+',
    }
}

/// What a box leaves inside.
pub fn inside(area: Area) -> Rect {
    Rect::new(area.x.saturating_add(1), area.y.saturating_add(1), area.width.saturating_sub(2), area.height.saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_share_their_borders() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 7, 4));
        let mut lines = Lines::new(false);
        lines.add(Area { x: 0, y: 0, width: 4, height: 4 }, Style::new());
        lines.add(Area { x: 3, y: 0, width: 4, height: 3 }, Style::new());
        lines.draw(&mut buf);
        assert_eq!(buf, Buffer::with_lines(["╭──┬──╮", "│  │  │", "│  ├──╯", "╰──╯   "]));
    }
}
