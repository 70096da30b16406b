//! Drawing one trade.

use crate::domain::Side;
use crate::engine::snapshot::TapeTrade;
use crate::ui::pane::Cx;
use crate::ui::widgets::{blocks, clock, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Least cells a bar of sizes is worth drawing in.
const LEAST_BAR: u16 = 3;
/// Most cells of it.
const MOST_BAR: u16 = 12;

/// Cells of each column; a column of no cells is left out.
pub(super) struct Columns {
    time: u16,
    price: u16,
    size: u16,
    bar: u16,
}

impl Columns {
    /// What fits: the price always, then the size, the time to the second, the bar, the milliseconds.
    pub fn of(width: u16, (price, size): (u16, u16)) -> Self {
        // The glyph of the side stands before the price.
        let mut left = width.saturating_sub(1 + price);
        let mut take = |cells: u16| {
            let fits = left > cells;
            left -= if fits { cells + 1 } else { 0 };
            if fits { cells } else { 0 }
        };
        let size = take(size);
        let mut time = take(8);
        let bar = if time > 0 { take(LEAST_BAR) } else { 0 };
        if bar > 0 && left >= 4 {
            time += 4;
            left -= 4;
        }
        let bar = if bar > 0 { (bar + left).min(MOST_BAR) } else { 0 };
        Self { time, price, size, bar }
    }
}

pub(super) fn price(trade: &TapeTrade, decimals: usize) -> String {
    format!("{:.decimals$}", trade.price)
}

pub(super) fn size(trade: &TapeTrade, decimals: usize) -> String {
    format!("{:.decimals$}", trade.qty)
}

/// Draws a trade whose size is so many times the median, and which is large from so many times on.
pub(super) fn draw_row(
    buf: &mut Buffer,
    area: Rect,
    columns: &Columns,
    trade: &TapeTrade,
    decimals: (usize, usize),
    times: (f64, f64),
    cx: &Cx<'_>,
) {
    let theme = cx.theme;
    let (style, ground, glyph) = match (trade.side, theme.ascii) {
        (Side::Buy, false) => (theme.up, theme.bid_bar, '▲'),
        (Side::Sell, false) => (theme.down, theme.ask_bar, '▼'),
        (Side::Buy, true) => (theme.up, theme.bid_bar, '+'),
        (Side::Sell, true) => (theme.down, theme.ask_bar, '-'),
    };
    let large = times.0 >= times.1;
    let weight = if large { Modifier::BOLD } else { Modifier::empty() };
    let mut x = area.x;
    if columns.time > 0 {
        let at = clock::local(trade.at, cx.zone);
        let text = if columns.time > 8 { clock::with_millis(at) } else { clock::hour_minute_second(at) };
        paint::text(buf, x, area.y, columns.time, &text, theme.dim);
        x += columns.time + 1;
    }
    paint::put(buf, x, area.y, glyph, style);
    let right = x + 1 + columns.price;
    let text = price(trade, decimals.0);
    if paint::cells(&text) <= area.right().saturating_sub(x + 1) {
        paint::text_right(buf, right.min(area.right()), area.y, columns.price, &text, style.add_modifier(weight));
    }
    if columns.size == 0 {
        return;
    }
    let right = right + 1 + columns.size;
    paint::text_right(buf, right, area.y, columns.size, &size(trade, decimals.1), theme.text.add_modifier(weight));
    if columns.bar > 0 {
        // Sizes range over orders of magnitude: a full bar is a hundred times the median.
        let share = (1.0 + times.0.max(0.0)).ln() / 101_f64.ln();
        let fill = match (large, ground.bg) {
            (false, Some(colour)) => Style::new().fg(colour),
            _ => style,
        };
        let share = if times.0 >= 1.0 { share } else { 0.0 };
        blocks::lying(buf, right + 1, area.y, columns.bar, share, fill, theme.ascii);
    }
}
