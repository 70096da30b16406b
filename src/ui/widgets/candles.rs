//! Candles in half cells.

use super::paint::put;
use super::scale::PriceScale;
use crate::domain::Bar;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cmp::Ordering;

/// How candles are drawn in a theme.
#[derive(Debug, Clone, Copy)]
pub struct Ink {
    /// Of a rising bar.
    pub up: Style,
    /// Of a falling bar.
    pub down: Style,
    /// Of a bar that closed where it opened.
    pub flat: Style,
    /// Whether rising bodies are hollow, because colours don't tell them from falling ones.
    pub hollow: bool,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}

impl Ink {
    /// As a theme wants it. Rising bodies are hollow where both directions have the same colour.
    pub fn of(theme: &Theme) -> Self {
        let hollow = theme.up.fg == theme.down.fg;
        Self { up: theme.up, down: theme.down, flat: theme.flat, hollow, ascii: theme.ascii }
    }

    /// The style of a bar's direction.
    pub fn style(&self, bar: &Bar) -> Style {
        match bar.close.cmp(&bar.open) {
            Ordering::Greater => self.up,
            Ordering::Less => self.down,
            Ordering::Equal => self.flat,
        }
    }
}

/// What is in half a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Empty,
    Wick,
    Body,
}

/// A bar in half cells from the top: `high <= top <= bottom <= low`; each span ends before its end.
struct Shape {
    high: u16,
    top: u16,
    bottom: u16,
    low: u16,
}

impl Shape {
    fn of(bar: &Bar, scale: &PriceScale) -> Self {
        let last = scale.rows() * 2;
        let half = |price| ((scale.y(price) * 2.0).round() as u16).min(last);
        let (top, bottom) = (half(bar.open.max(bar.close)), half(bar.open.min(bar.close)));
        Self { high: half(bar.high).min(top), top, bottom, low: half(bar.low).max(bottom) }
    }

    fn at(&self, half: u16) -> Half {
        if half >= self.top && half < self.bottom {
            Half::Body
        } else if half >= self.high && half < self.low {
            Half::Wick
        } else {
            Half::Empty
        }
    }
}

/// Draws a bar whose body is `width` cells from `x` on, in a plot whose rows are those of the scale.
pub fn draw(buf: &mut Buffer, plot: Rect, x: u16, width: u16, bar: &Bar, scale: &PriceScale, ink: &Ink) {
    if scale.rows() == 0 || width == 0 {
        return;
    }
    let shape = Shape::of(bar, scale);
    let style = ink.style(bar);
    let hollow = ink.hollow && bar.close > bar.open;
    let centre = x + width / 2;
    let flat = shape.top == shape.bottom;
    // The cell a body of no height is drawn in, as a dash.
    let dash = flat.then(|| (shape.top / 2).min(scale.rows() - 1));
    let first = (shape.high / 2).min(dash.unwrap_or(u16::MAX));
    let last = (shape.low.saturating_sub(1) / 2).max(dash.unwrap_or(0)).min(scale.rows() - 1);
    for row in first..=last {
        let y = plot.y + row;
        if dash == Some(row) {
            let glyph = crossing(shape.high < row * 2, shape.low > row * 2 + 2, ink.ascii);
            for column in x..x + width {
                let side = if ink.ascii { '-' } else { '─' };
                put(buf, column, y, if column == centre { glyph } else { side }, style);
            }
            continue;
        }
        let mut halves = (shape.at(row * 2), shape.at(row * 2 + 1));
        // A wide body and its wick can't share a cell without a notch: the body takes all of it.
        if width > 1 && matches!(halves, (Half::Wick, Half::Body) | (Half::Body, Half::Wick)) {
            halves = (Half::Body, Half::Body);
        }
        put_some(buf, centre, y, middle(halves, hollow, ink.ascii), style);
        if width > 1 {
            let glyph = side(halves, hollow, ink.ascii);
            (x..x + width).filter(|column| *column != centre).for_each(|column| put_some(buf, column, y, glyph, style));
        }
    }
}

fn put_some(buf: &mut Buffer, x: u16, y: u16, glyph: char, style: Style) {
    if glyph != ' ' {
        put(buf, x, y, glyph, style);
    }
}

/// A body of no height, with a wick above or below it.
const fn crossing(above: bool, below: bool, ascii: bool) -> char {
    match (above, below, ascii) {
        (false, false, false) => '─',
        (true, false, false) => '┴',
        (false, true, false) => '┬',
        (true, true, false) => '┼',
        (false, false, true) => '-',
        (_, _, true) => '+',
    }
}

/// The cell that wick and body share.
const fn middle(halves: (Half, Half), hollow: bool, ascii: bool) -> char {
    use Half::{Body, Empty, Wick};
    match (halves, ascii) {
        ((Empty, Empty), _) => ' ',
        ((Wick | Empty, Wick | Empty), true) => '|',
        (_, true) => {
            if hollow {
                'O'
            } else {
                '#'
            }
        }
        ((Wick, Wick), false) => '│',
        ((Empty, Wick), false) => '╷',
        ((Wick, Empty), false) => '╵',
        ((Wick, Body), false) => '╽',
        ((Body, Wick), false) => '╿',
        (body, false) => side(body, hollow, false),
    }
}

/// A cell of a body beside the wick.
const fn side(halves: (Half, Half), hollow: bool, ascii: bool) -> char {
    use Half::Body;
    match (halves, ascii, hollow) {
        ((Body, _) | (_, Body), true, true) => 'O',
        ((Body, _) | (_, Body), true, false) => '#',
        ((Body, _) | (_, Body), false, true) => '░',
        ((Body, Body), false, false) => '█',
        ((Body, _), false, false) => '▀',
        ((_, Body), false, false) => '▄',
        _ => ' ',
    }
}

#[cfg(test)]
#[path = "candles_tests.rs"]
mod tests;
