//! Bars of open, high, low and close: a line from high to low, the open at its left and the close at its right.

use super::candles::Ink;
use super::paint::put;
use super::scale::PriceScale;
use crate::domain::Bar;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Lines from the middle of a cell, by 1 for up, 2 for down, 4 for left and 8 for right.
const LINES: [char; 16] = [' ', '╵', '╷', '│', '╴', '┘', '┐', '┤', '╶', '└', '┌', '├', '─', '┴', '┬', '┼'];
const UP: usize = 1;
const DOWN: usize = 2;
const LEFT: usize = 4;
const RIGHT: usize = 8;

/// Draws a bar of `width` cells from `x` on, in a plot whose rows are those of the scale.
pub fn draw(buf: &mut Buffer, plot: Rect, x: u16, width: u16, bar: &Bar, scale: &PriceScale, ink: &Ink) {
    let rows = scale.rows();
    if rows == 0 || width == 0 {
        return;
    }
    let half = |price| ((scale.y(price) * 2.0).round() as u16).min(rows * 2);
    let (high, low) = (half(bar.high.max(bar.low)), half(bar.low.min(bar.high)));
    // An arm is in the middle of its row.
    let arm = |price| (scale.y(price) as u16).min(rows - 1);
    let (open, close) = (arm(bar.open), arm(bar.close));
    if scale.row(bar.open).is_none() && scale.row(bar.close).is_none() && high == low {
        return;
    }
    let (first, last) = ((high / 2).min(open).min(close), (low.saturating_sub(1) / 2).max(open).max(close).min(rows - 1));
    let style = ink.style(bar);
    let centre = x + width / 2;
    for row in first..=last {
        let y = plot.y + row;
        // The line reaches to the arms, wherever rounding put its ends.
        let up = (high <= row * 2 && low > row * 2) || (row > open.min(close) && row <= open.max(close));
        let down = (high <= row * 2 + 1 && low > row * 2 + 1) || (row >= open.min(close) && row < open.max(close));
        let (left, right) = (Some(row) == scale.row(bar.open), Some(row) == scale.row(bar.close));
        let lines = usize::from(up) * UP + usize::from(down) * DOWN + usize::from(left) * LEFT + usize::from(right) * RIGHT;
        let glyph = match (ink.ascii, width) {
            (false, _) => LINES[lines],
            // One cell has no room for arms: a close is a plus, an open a dash.
            (true, 1) if right => '+',
            (true, 1) if left => '-',
            (true, _) if lines & (UP | DOWN) != 0 => '|',
            (true, _) if lines != 0 => '-',
            (true, _) => ' ',
        };
        if glyph != ' ' {
            put(buf, centre, y, glyph, style);
        }
        let across = if ink.ascii { '-' } else { '─' };
        if left {
            (x..centre).for_each(|column| put(buf, column, y, across, style));
        }
        if right {
            (centre + 1..x + width).for_each(|column| put(buf, column, y, across, style));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Nanos, Price};
    use crate::ui::panes::fixtures::dark;
    use crate::ui::theme::Theme;
    use proptest::prelude::*;

    fn bar(open: i64, high: i64, low: i64, close: i64) -> Bar {
        let price = Price::from_units;
        Bar { high: price(high), low: price(low), close: price(close), ..Bar::flat(Nanos::ZERO, price(open)) }
    }

    /// On a scale where a price of `n` is `n` quarters of a cell above the bottom.
    fn shown(bar: &Bar, width: u16, rows: u16, ascii: bool) -> Vec<String> {
        let plot = Rect::new(0, 0, width, rows);
        let mut buf = Buffer::empty(plot);
        let ink = Ink::of(&Theme { ascii, ..dark() });
        draw(&mut buf, plot, 0, width, bar, &PriceScale::bare(0, i64::from(rows) * 4, rows), &ink);
        (0..rows).map(|y| (0..width).map(|x| buf[(x, y)].symbol().to_owned()).collect()).collect()
    }

    #[test]
    fn open_is_at_the_left_and_close_at_the_right() {
        assert_eq!(shown(&bar(5, 16, 0, 10), 3, 4, false), [" │ ", " ├─", "─┤ ", " │ "]);
        assert_eq!(shown(&bar(10, 16, 0, 5), 1, 4, false), ["│", "┤", "├", "│"]);
        assert_eq!(shown(&bar(10, 14, 2, 10), 3, 4, false), [" ╷ ", "─┼─", " │ ", " ╵ "]);
        assert_eq!(shown(&bar(2, 14, 2, 14), 5, 4, false), ["  ┌──", "  │  ", "  │  ", "──┘  "]);
        assert_eq!(shown(&bar(5, 16, 0, 10), 1, 4, true), ["|", "+", "-", "|"]);
        assert_eq!(shown(&bar(6, 6, 6, 6), 3, 4, false), ["   ", "   ", "───", "   "]);
    }

    proptest! {
        #[test]
        fn stays_in_its_columns_and_rows(open in any::<i64>(), high in any::<i64>(), low in any::<i64>(), close in any::<i64>(), rows in 0_u16..20, width in 0_u16..8, ascii: bool) {
            let plot = Rect::new(3, 2, width, rows);
            let mut buf = Buffer::empty(Rect::new(0, 0, 16, 30));
            let scale = PriceScale::fit(Price::from_units(low / 2), Price::from_units(high / 2), Price::from_units(1), rows, false);
            let ink = Ink::of(&Theme { ascii, ..dark() });
            draw(&mut buf, plot, 3, width, &bar(open / 2, high / 2, low / 2, close / 2), &scale, &ink);
            for y in 0..30 {
                for x in 0..16 {
                    prop_assert!(plot.contains((x, y).into()) || buf[(x, y)].symbol() == " ", "{x} {y}");
                }
            }
        }
    }
}
