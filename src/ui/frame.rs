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

    /// Adds a box that is joined with those it meets.
    pub fn add(&mut self, area: Area, style: Style) {
        self.trace(area, |cell, along| *cell = (cell.0 | along, style));
    }

    /// Adds a box that lies over those before: theirs end at it, so that its colour does not reach into what is beside it.
    pub fn add_over(&mut self, area: Area, style: Style) {
        self.trace(area, |cell, along| *cell = (along, style));
    }

    fn trace(&mut self, area: Area, mut join: impl FnMut(&mut (u8, Style), u8)) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
        let mut join = |x, y, along| join(self.cells.entry((x, y)).or_default(), along);
        for x in area.x + 1..right {
            join(x, area.y, LEFT | RIGHT);
            join(x, bottom, LEFT | RIGHT);
        }
        for y in area.y + 1..bottom {
            join(area.x, y, UP | DOWN);
            join(right, y, UP | DOWN);
        }
        join(area.x, area.y, RIGHT | DOWN);
        join(right, area.y, LEFT | DOWN);
        join(area.x, bottom, RIGHT | UP);
        join(right, bottom, LEFT | UP);
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
        let over = Style::new().bold();
        lines.add_over(Area { x: 0, y: 0, width: 4, height: 4 }, over);
        lines.draw(&mut buf);
        let text: Vec<String> = (0..4).map(|y| (0..7).map(|x| buf[(x, y)].symbol()).collect()).collect();
        assert_eq!(text, ["╭──╮──╮", "│  │  │", "│  │──╯", "╰──╯   "]);
        assert!((4..7).all(|x| buf[(x, 0)].style() != buf[(3, 0)].style()), "it keeps to its own cells");
    }
}
