//! Candles in half cells. A falling body is full; a rising one is an outline, or a heavy line where it is one cell wide, so that
//! shapes tell directions apart as well as colours.

use super::paint::put;
use super::scale::PriceScale;
use crate::domain::Bar;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use std::cmp::Ordering;

/// The inside of a hollow body: empty, but nothing else is drawn there.
const BLANK: char = '\u{a0}';

/// How candles are drawn in a theme.
#[derive(Debug, Clone, Copy)]
pub struct Ink {
    /// Of a rising bar.
    pub up: Style,
    /// Of a falling bar.
    pub down: Style,
    /// Of a bar that closed where it opened.
    pub flat: Style,
    /// What fills rising bodies within their outline; nothing where they are hollow.
    pub fill: Option<Color>,
    /// Whether only ASCII may be drawn.
    pub ascii: bool,
}

impl Ink {
    /// As a theme wants it: rising bodies have a ground of their own where the theme has one.
    pub fn of(theme: &Theme) -> Self {
        let fill = if theme.up.fg == theme.down.fg { None } else { theme.bid_bar.bg };
        Self { up: theme.up, down: theme.down, flat: theme.flat, fill, ascii: theme.ascii }
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
    let rising = bar.close > bar.open;
    let centre = x + width / 2;
    let flat = shape.top == shape.bottom;
    // The cell a body of no height is drawn in, as a dash.
    let inside = scale.row(bar.open).is_some() || scale.row(bar.close).is_some();
    let dash = (flat && inside).then(|| (shape.top / 2).min(scale.rows() - 1));
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
        if width < 3 {
            let glyph = narrow(halves, rising, ink.ascii);
            put_some(buf, centre, y, glyph, style);
            if has_body(halves) {
                (x..x + width).filter(|column| *column != centre).for_each(|column| put_some(buf, column, y, glyph, style));
            }
            continue;
        }
        if !has_body(halves) {
            put_some(buf, centre, y, narrow(halves, rising, ink.ascii), style);
            continue;
        }
        let edge = Edge { halves, top: shape.top / 2 == row, bottom: (shape.bottom - 1) / 2 == row };
        let within = if rising && halves == (Half::Body, Half::Body) { ink.fill } else { None };
        for column in x..x + width {
            let place = if column == x {
                Place::Left
            } else if column + 1 == x + width {
                Place::Right
            } else {
                Place::Inside
            };
            let glyph = wide(edge, place, rising, ink.ascii);
            let style = within.filter(|_| !ink.ascii).map_or(style, |fill| style.bg(fill));
            put(buf, column, y, glyph, style);
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

/// Whether any of a cell is of the body.
const fn has_body(halves: (Half, Half)) -> bool {
    matches!(halves, (Half::Body, _) | (_, Half::Body))
}

/// A cell of a candle one cell wide, or of a wick.
const fn narrow(halves: (Half, Half), rising: bool, ascii: bool) -> char {
    use Half::{Body, Empty, Wick};
    match (halves, ascii, rising) {
        ((Empty, Empty), _, _) => ' ',
        ((Wick | Empty, Wick | Empty), true, _) => '|',
        (_, true, true) => 'O',
        (_, true, false) => '#',
        ((Wick, Wick), false, _) => '│',
        ((Empty, Wick), false, _) => '╷',
        ((Wick, Empty), false, _) => '╵',
        ((Wick, Body), false, _) => '╽',
        ((Body, Wick), false, _) => '╿',
        ((Body, Body), false, true) => '┃',
        ((Body, Empty), false, true) => '╹',
        ((Empty, Body), false, true) => '╻',
        ((Body, Body), false, false) => '█',
        ((Body, Empty), false, false) => '▀',
        ((Empty, Body), false, false) => '▄',
    }
}

/// Which part of a wide body a cell is.
#[derive(Clone, Copy)]
enum Place {
    Left,
    Inside,
    Right,
}

/// A row of a wide body.
#[derive(Clone, Copy)]
struct Edge {
    halves: (Half, Half),
    /// Whether the body begins here.
    top: bool,
    /// Whether the body ends here.
    bottom: bool,
}

/// A cell of a body of three cells or more.
const fn wide(edge: Edge, place: Place, rising: bool, ascii: bool) -> char {
    use Half::Body;
    match (edge.halves, ascii, rising) {
        (_, true, true) => 'O',
        (_, true, false) => '#',
        ((Body, Body), false, false) => '█',
        ((Body, _), false, false) => '▀',
        (_, false, false) => '▄',
        // Half a cell: as an outline narrower by half a cell at each side.
        ((Body, Body), false, true) => match (edge.top, edge.bottom, place) {
            (true, false, Place::Left) => '▛',
            (true, false, Place::Inside) => '▀',
            (true, false, Place::Right) => '▜',
            (false, true, Place::Left) => '▙',
            (false, true, Place::Inside) => '▄',
            (false, true, Place::Right) => '▟',
            (_, _, Place::Left) => '▌',
            (_, _, Place::Inside) => BLANK,
            (_, _, Place::Right) => '▐',
        },
        ((Body, _), false, true) => match place {
            Place::Left if edge.top => '▝',
            Place::Right if edge.top => '▘',
            Place::Left | Place::Inside | Place::Right => '▀',
        },
        (_, false, true) => match place {
            Place::Left if edge.bottom => '▗',
            Place::Right if edge.bottom => '▖',
            Place::Left | Place::Inside | Place::Right => '▄',
        },
    }
}

#[cfg(test)]
#[path = "candles_tests.rs"]
mod tests;
