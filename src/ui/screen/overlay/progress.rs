//! How far the backtest is that runs.

use crate::app::blotter::Trying;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of the bar.
const BAR: u16 = 16;

/// Draws it in the upper right corner: a bar where the end is known, and the key that stops it.
pub fn progress(area: Rect, buf: &mut Buffer, trying: &Trying, key: &str, theme: &Theme) {
    let known = trying.done.map_or(String::new(), |done| format!(" {:3.0} %", done * 100.0));
    let bar = trying.done.map_or(0, |_| BAR + 1);
    let tail = format!("{known}  {:.1} M events  {key} stops it ", trying.inputs as f64 / 1e6);
    let room = area.width.saturating_sub(2 + bar + text::width(&tail));
    if area.height < 2 || room < 12 {
        return;
    }
    let head = format!(" backtest {}", text::safe(&trying.what));
    let head = text::fit(&head, room, theme.ascii);
    let width = text::width(&head) + 1 + bar + text::width(&tail);
    let (x, y) = (area.right().saturating_sub(width + 1), area.y);
    let style = theme.dialog;
    buf.set_stringn(x, y, " ".repeat(width.into()), width.into(), style);
    buf.set_stringn(x, y, &*head, width.into(), style.patch(theme.bright));
    let mut x = x + text::width(&head) + 1;
    if let Some(done) = trying.done {
        let full = (f64::from(BAR) * done).round() as u16;
        let (filled, empty) = if theme.ascii { ("#", "-") } else { ("█", "░") };
        for cell in 0..BAR {
            buf.set_stringn(x + cell, y, if cell < full { filled } else { empty }, 1, style.patch(theme.accent));
        }
        x += BAR;
    }
    buf.set_stringn(x, y, &tail, text::width(&tail).into(), style);
}
