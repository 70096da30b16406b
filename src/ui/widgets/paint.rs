//! Writing single cells and short texts, clipped to the buffer: nothing here panics whatever the coordinates.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Writes one character that is one cell wide.
#[inline]
pub fn put(buf: &mut Buffer, x: u16, y: u16, glyph: char, style: Style) {
    if let Some(cell) = buf.cell_mut((x, y)) {
        cell.set_char(glyph).set_style(style);
    }
}

/// Writes one character only where nothing has been drawn.
#[inline]
pub fn put_under(buf: &mut Buffer, x: u16, y: u16, glyph: char, style: Style) {
    if let Some(cell) = buf.cell_mut((x, y))
        && cell.symbol() == " "
    {
        cell.set_char(glyph).set_style(style);
    }
}

/// Writes a text from `x` on, at most `width` cells of it; returns the cells it took.
pub fn text(buf: &mut Buffer, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
    let area = *buf.area();
    if width == 0 || x < area.x || x >= area.right() || y < area.y || y >= area.bottom() {
        return 0;
    }
    // Most texts are figures: one byte, one cell.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        let count = (text.len().min(usize::from(width)) as u16).min(area.right() - x);
        for (x, byte) in (x..x + count).zip(text.bytes()) {
            put(buf, x, y, char::from(byte), style);
        }
        return count;
    }
    let (end, _) = buf.set_stringn(x, y, text, usize::from(width), style);
    end.saturating_sub(x)
}

/// Writes a text so that it ends before `right`; nothing when it has more than `width` cells.
pub fn text_right(buf: &mut Buffer, right: u16, y: u16, width: u16, content: &str, style: Style) {
    let cells = cells(content);
    if cells <= width
        && let Some(x) = right.checked_sub(cells)
    {
        text(buf, x, y, cells, content, style);
    }
}

/// Writes a text in the middle of an area's row, cut at its width.
pub fn text_centred(buf: &mut Buffer, area: Rect, y: u16, content: &str, style: Style) {
    let cells = cells(content).min(area.width);
    text(buf, area.x + (area.width - cells) / 2, y, cells, content, style);
}

/// Cells a text takes on the screen.
pub fn cells(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Empties an area and gives it a style.
pub fn clear(buf: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(*buf.area());
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            put(buf, x, y, ' ', style);
        }
    }
}

/// Splits a text into lines of at most `width` cells, at spaces where there are any.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line_cells = lines.last().map_or(0, |line| line.width());
        if line_cells > 0 && line_cells + 1 + word.width() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_outside() {
        let mut buf = Buffer::empty(Rect::new(2, 1, 4, 2));
        put(&mut buf, 0, 0, 'x', Style::new());
        assert_eq!(text(&mut buf, 9, 1, 5, "abc", Style::new()), 0);
        assert_eq!(text(&mut buf, 4, 1, 9, "abc", Style::new()), 2);
        text_right(&mut buf, 6, 2, 4, "xyz", Style::new());
        text_right(&mut buf, 1, 2, 4, "xyz", Style::new());
        let mut expected = Buffer::empty(Rect::new(2, 1, 4, 2));
        expected.set_string(4, 1, "ab", Style::new());
        expected.set_string(3, 2, "xyz", Style::new());
        assert_eq!(buf, expected);
    }

    #[test]
    fn long_words_stay_whole() {
        assert_eq!(wrap("no trades yet", 9), ["no trades", "yet"]);
        assert_eq!(wrap("", 0), [""]);
    }
}
