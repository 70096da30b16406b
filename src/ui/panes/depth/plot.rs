//! Drawing a depth chart: areas, walls, axes.

use super::sums::{Span, Sums};
use crate::domain::{Instrument, Price, Side, Volume};
use crate::ui::theme::Theme;
use crate::ui::widgets::{blocks, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Cells of a label of quantities.
const LABEL: u16 = 6;

/// The parts of a depth chart; a part there is no room for is empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// The line that says what is under the cursor, or the sums.
    pub head: Rect,
    /// Quantities in base units, at the left.
    pub base: Rect,
    /// The areas.
    pub plot: Rect,
    /// The same in quote units, at the right.
    pub quote: Rect,
    /// Prices, at the bottom.
    pub prices: Rect,
}

impl Layout {
    /// Divides an area.
    pub fn of(area: Rect) -> Self {
        let head = u16::from(area.height >= 4);
        let prices = u16::from(area.height >= 3 && area.width >= 20);
        let left = if area.width >= 44 { LABEL + 1 } else { 0 };
        let right = if area.width >= 60 { LABEL + 1 } else { 0 };
        let (y, height) = (area.y + head, area.height - head - prices);
        let plot = Rect { x: area.x + left, y, width: area.width - left - right, height };
        Self {
            head: Rect { height: head, ..area },
            base: Rect { y, height, width: left, ..area },
            plot,
            quote: Rect { x: plot.right(), y, height, width: right },
            prices: Rect { y: plot.bottom(), height: prices, ..plot },
        }
    }
}

/// What a depth chart is drawn with.
pub struct Plot<'a> {
    pub theme: &'a Theme,
    pub layout: Layout,
    pub span: Span,
    pub trusted: bool,
    /// The largest sum shown, 1e-8 base units.
    pub most: i128,
}

impl Plot<'_> {
    fn style(&self, style: Style) -> Style {
        if self.trusted { style } else { self.theme.dim }
    }

    const fn side(&self, side: Side) -> (Style, Style) {
        match side {
            Side::Buy => (self.theme.up, self.theme.bid_bar),
            Side::Sell => (self.theme.down, self.theme.ask_bar),
        }
    }

    /// Eighths of a cell that a sum is high.
    fn eighths(&self, sum: i128) -> u32 {
        if sum <= 0 || self.most <= 0 {
            return 0;
        }
        let share = sum as f64 / self.most as f64;
        ((share * f64::from(self.layout.plot.height) * 8.0).round() as u32).max(1)
    }

    /// The areas, each under a brighter edge.
    pub fn areas(&self, buf: &mut Buffer, sums: &Sums) {
        let plot = self.layout.plot;
        for (side, sums) in [(Side::Buy, &sums.bids), (Side::Sell, &sums.asks)] {
            let (edge, ground) = self.side(side);
            let fill = self.style(ground.bg.map_or(edge, |colour| Style::new().fg(colour)));
            for (sum, x) in sums.iter().zip(plot.x..plot.right()) {
                let eighths = self.eighths(*sum).min(u32::from(plot.height) * 8);
                if eighths == 0 {
                    continue;
                }
                let share = *sum as f64 / self.most as f64;
                blocks::upright(buf, x, plot.bottom(), plot.height, share, fill, self.theme.ascii);
                let top = plot.bottom().saturating_sub(eighths.div_ceil(8) as u16);
                if let Some(cell) = buf.cell_mut((x, top)) {
                    cell.set_style(self.style(edge));
                }
            }
        }
    }

    /// Marks columns that hold much more than others, the largest with its price and size.
    pub fn walls(&self, buf: &mut Buffer, sums: &Sums, walls: &[u16], instrument: &Instrument) {
        let (plot, theme) = (self.layout.plot, self.theme);
        let glyph = if theme.ascii { '*' } else { '◆' };
        let mut taken: Vec<Rect> = Vec::new();
        for column in walls {
            let at = usize::from(*column);
            let of = |sums: &[i128]| sums.get(at).copied().unwrap_or(0);
            let height = self.eighths(of(&sums.bids).max(of(&sums.asks))).div_ceil(8) as u16;
            let y = plot.bottom().saturating_sub(height + 1).max(plot.y);
            let x = plot.x + column;
            paint::put(buf, x, y, glyph, self.style(theme.large));
            let size = figures::short(Volume::from_units(of(&sums.own)).to_f64());
            let decimals = instrument.price_decimals();
            let text = format!("{size} @ {:#.decimals$}", self.span.price(*column));
            let cells = paint::cells(&text);
            let start = if x + 2 + cells <= plot.right() { x + 2 } else { x.saturating_sub(cells + 1) };
            let place = Rect { x: start, y, width: cells, height: 1 };
            let free = start >= plot.x && place.right() <= plot.right() && !taken.iter().any(|other| other.intersects(place));
            let blank = (place.left()..place.right())
                .all(|x| buf.cell((x, y)).is_some_and(|cell| matches!(cell.symbol(), " " | "┈" | ".")));
            if free && blank {
                paint::text(buf, start, y, cells, &text, self.style(theme.large));
                taken.push(place);
            }
        }
    }

    /// Quantities at the left, the same in quote units at the right, and lines at their heights.
    pub fn quantities(&self, buf: &mut Buffer, mid: Price) {
        let (plot, theme) = (self.layout.plot, self.theme);
        if self.most <= 0 || plot.height < 2 {
            return;
        }
        let most = Volume::from_units(self.most).to_f64();
        let step = round_up(most / f64::from(plot.height) * 2.6);
        let line = if theme.ascii { '.' } else { '┈' };
        let mut value = step;
        while value <= most && step > 0.0 {
            let row = (value / most * f64::from(plot.height)).round() as u16;
            let y = plot.bottom().saturating_sub(row.max(1));
            (plot.left()..plot.right()).for_each(|x| paint::put_under(buf, x, y, line, theme.grid));
            if self.layout.base.width > 0 {
                paint::text_right(buf, plot.x - 1, y, LABEL, &figures::short(value), theme.dim);
            }
            if self.layout.quote.width > 0 {
                paint::text(buf, plot.right() + 1, y, LABEL, &figures::short(value * mid.to_f64()), theme.dim);
            }
            value += step;
        }
    }

    /// Prices below, the middle's first.
    pub fn prices(&self, buf: &mut Buffer, mid: Price, cross: Option<Price>, decimals: usize) {
        let (axis, theme) = (self.layout.prices, self.theme);
        if axis.height == 0 {
            return;
        }
        let mut taken: Vec<(u16, u16)> = Vec::new();
        let mut label = |price: Price, text: &str, style: Style| {
            let Some(column) = self.span.column(price) else { return };
            let cells = paint::cells(text);
            let x = (axis.x + column).saturating_sub(cells / 2).min(axis.right().saturating_sub(cells)).max(axis.x);
            if cells <= axis.width && taken.iter().all(|(from, to)| x > *to || x + cells < *from) {
                paint::text(buf, x, axis.y, cells, text, style);
                taken.push((x, x + cells));
            }
        };
        if let Some(price) = cross {
            label(price, &format!("{price:#.decimals$}"), theme.tag);
        }
        let middle = format!("{:#.1$}", mid, (decimals + 1).min(8));
        label(mid, &middle, self.style(theme.bright));
        let cells = paint::cells(&middle) + 3;
        let step = round_up(self.span.length_f64() / f64::from(axis.width.max(1)) * f64::from(cells)).max(1.0);
        let mut at = (self.span.low as f64 / step).ceil() * step;
        for _ in 0..axis.width {
            if at > self.span.high as f64 {
                break;
            }
            let price = Price::from_units(at as i64);
            label(price, &format!("{price:#.decimals$}"), theme.dim);
            at += step;
        }
    }

    /// An upright line at a column.
    pub fn upright(&self, buf: &mut Buffer, column: u16, style: Style) {
        let plot = self.layout.plot;
        let glyph = if self.theme.ascii { '|' } else { '│' };
        (plot.top()..plot.bottom()).for_each(|y| paint::put(buf, plot.x + column, y, glyph, style));
    }

    /// Which side is which, in words.
    pub fn names(&self, buf: &mut Buffer) {
        let plot = self.layout.plot;
        if plot.height < 3 || plot.width < 24 {
            return;
        }
        let heavy = Modifier::BOLD;
        let blank = |buf: &Buffer, x: u16| {
            (x..x + 4).all(|x| buf.cell((x, plot.y)).is_some_and(|cell| matches!(cell.symbol(), " " | "┈" | ".")))
        };
        if blank(buf, plot.x + 1) {
            paint::text(buf, plot.x + 1, plot.y, 4, "bids", self.style(self.theme.up).add_modifier(heavy));
        }
        let x = plot.right().saturating_sub(5);
        if blank(buf, x) {
            paint::text(buf, x, plot.y, 4, "asks", self.style(self.theme.down).add_modifier(heavy));
        }
    }
}

impl Span {
    fn length_f64(&self) -> f64 {
        self.high as f64 - self.low as f64
    }
}

/// The next larger of 1, 2, 5 × 10ⁿ.
fn round_up(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 0.0;
    }
    let decade = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|digit| digit * decade).into_iter().find(|step| *step >= value * 0.999_999).unwrap_or(value)
}
