//! Bars in steps of an eighth of a cell.

use super::paint::put;
use ratatui::buffer::Buffer;
use ratatui::style::Style;

const LOWER: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const LEFT: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Eighths of a cell that a share of so many cells is; something that is more than nothing has at least one.
fn eighths(share: f64, cells: u16) -> u32 {
    if !share.is_finite() || share <= 0.0 || cells == 0 {
        return 0;
    }
    ((share.min(1.0) * f64::from(cells) * 8.0).round() as u32).max(1)
}

/// An upright bar of `share` (0 to 1) of `height` cells, standing on the row above `bottom`.
pub fn upright(buf: &mut Buffer, x: u16, bottom: u16, height: u16, share: f64, style: Style, ascii: bool) {
    let mut left = eighths(share, height);
    let mut y = bottom;
    while left > 0 && y > 0 {
        y -= 1;
        let part = left.min(8);
        let glyph = match (ascii, part) {
            (false, part) => LOWER[part as usize],
            (true, 0..=2) => '.',
            (true, 3..=5) => ':',
            (true, _) => '|',
        };
        put(buf, x, y, glyph, style);
        left -= part;
    }
}

/// A lying bar of `share` (0 to 1) of `width` cells from `x` to the right.
pub fn lying(buf: &mut Buffer, x: u16, y: u16, width: u16, share: f64, style: Style, ascii: bool) {
    let mut left = eighths(share, width);
    let mut x = x;
    while left > 0 {
        let part = left.min(8);
        let glyph = match (ascii, part) {
            (false, part) => LEFT[part as usize],
            (true, 0..=3) => '-',
            (true, _) => '=',
        };
        put(buf, x, y, glyph, style);
        left -= part;
        x = x.saturating_add(1);
    }
}

/// One cell that is `share` (0 to 1) full from below.
pub const fn level(share: f64, ascii: bool) -> char {
    let eighths = if share > 0.0 { (share * 8.0) as usize } else { 0 };
    let eighths = if eighths > 8 { 8 } else { eighths };
    if ascii { [' ', '.', '.', '.', ':', ':', ':', '|', '|'][eighths] } else { LOWER[eighths] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn bars_grow_by_eighths() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 5, 3));
        upright(&mut buf, 0, 3, 3, 1.0, Style::new(), false);
        upright(&mut buf, 1, 3, 3, 0.5, Style::new(), false);
        upright(&mut buf, 2, 3, 3, 0.0001, Style::new(), false);
        upright(&mut buf, 3, 3, 3, f64::NAN, Style::new(), false);
        assert_eq!(buf, Buffer::with_lines(["█    ", "█▄   ", "██▁  "]));
        let mut buf = Buffer::empty(Rect::new(0, 0, 4, 2));
        lying(&mut buf, 0, 0, 4, 0.4, Style::new(), false);
        lying(&mut buf, 0, 1, 4, 7.0, Style::new(), true);
        assert_eq!(buf, Buffer::with_lines(["█▋  ", "===="]));
    }
}
