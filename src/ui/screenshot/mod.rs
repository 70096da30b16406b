//! A frame without a terminal: as text, as text with colours, as a picture.

mod ansi;
mod svg;

pub use ansi::to_ansi;
pub use svg::to_svg;

use super::screen::Screen;
use crate::domain::Nanos;
use crate::drive::view::View;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// Draws one frame of so many columns and rows.
pub fn render(width: u16, height: u16, screen: &mut Screen, view: &View, now: Nanos) -> Buffer {
    screen.app.sync(view, now);
    let mut buf = Buffer::empty(Rect::new(0, 0, width, height));
    screen.draw(&mut buf, view, now);
    buf
}

/// The frame's rows as text, without what trails.
pub fn to_text(buf: &Buffer) -> String {
    let mut out = String::new();
    for y in buf.area().top()..buf.area().bottom() {
        let mut row = String::new();
        let mut covered = 0;
        for x in buf.area().left()..buf.area().right() {
            let Some(cell) = buf.cell((x, y)) else { continue };
            if covered > 0 {
                covered -= 1;
                continue;
            }
            row.push_str(cell.symbol());
            covered = cell.symbol().width().saturating_sub(1);
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// `160x48` as columns and rows.
///
/// # Errors
/// When it is no such size, or beyond 20x5 to 1000x400; says so.
pub fn parse_size(text: &str) -> Result<(u16, u16), String> {
    text.split_once(['x', 'X'])
        .and_then(|(width, height)| Some((width.trim().parse().ok()?, height.trim().parse().ok()?)))
        .filter(|(width, height)| (20..=1000).contains(width) && (5..=400).contains(height))
        .ok_or_else(|| format!("`{}` is no size: expected columns x rows such as 160x48, from 20x5 to 1000x400", text.escape_debug()))
}
