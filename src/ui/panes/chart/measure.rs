//! The measure: how far it is from one point of the chart to another.

use super::layout::Layout;
use super::viewport::{Columns, Zoom};
use crate::app::link::Cross;
use crate::bars::BarView;
use crate::domain::{Instrument, Nanos, Price, Volume};
use crate::ui::theme::Theme;
use crate::ui::widgets::paint::{self, put_under};
use crate::ui::widgets::scale::PriceScale;
use crate::ui::widgets::{clock, figures};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// A moment and a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    /// The start of a bar.
    pub at: Nanos,
    /// The price.
    pub price: Price,
}

impl Point {
    /// Where a crosshair is that has a price.
    pub fn of(cross: Cross) -> Option<Self> {
        Some(Self { at: cross.at, price: cross.price? })
    }
}

/// A measure being taken, or left standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    /// Where it begins.
    pub from: Point,
    /// Where it ends; at the crosshair while there is none.
    pub to: Option<Point>,
}

/// The volume of closed bars, kept while they stay the same ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    bars: (usize, usize, usize, u64, u64),
    volume: Volume,
}

impl Sum {
    /// The volume of the bars from one position to another.
    pub fn volume(&mut self, view: &BarView, first: usize, last: usize) -> Volume {
        let closed = view.closed.len();
        let bars = (first, last.saturating_add(1).min(closed), closed, view.closed.dropped(), view.closed.replaced());
        if self.bars != bars {
            let all = (bars.0..bars.1).filter_map(|at| view.closed.get(at));
            *self = Self { bars, volume: all.fold(Volume::ZERO, |sum, bar| sum + bar.volume) };
        }
        let forming = view.forming.filter(|_| last >= closed);
        forming.map_or(self.volume, |bar| self.volume + bar.volume)
    }
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Result {
    /// The change in price.
    pub change: Price,
    /// Bars from one to the other.
    pub bars: i64,
    /// Time from one to the other.
    pub span: Nanos,
    /// Volume of the bars between, both included.
    pub volume: Volume,
}

/// Measures from one point to another.
pub(super) fn measured(from: Point, to: Point, view: &BarView, sum: &mut Sum) -> Result {
    let position = |at: Nanos| view.position(Nanos(at.0.saturating_add(1))).saturating_sub(1);
    let (first, last) = (position(from.at), position(to.at));
    Result {
        change: Price::from_units(to.price.units().saturating_sub(from.price.units())),
        bars: last as i64 - first as i64,
        span: Nanos(to.at.0.saturating_sub(from.at.0).saturating_abs()),
        volume: sum.volume(view, first.min(last), first.max(last)),
    }
}

/// The lines of a measure's label.
fn words(from: Point, found: &Result, instrument: &Instrument, ascii: bool) -> [String; 3] {
    let decimals = instrument.price_decimals();
    let sign = if found.change.units() < 0 { '-' } else { '+' };
    let size = Price::from_units(found.change.units().saturating_abs());
    let percent = figures::percent(from.price.to_f64(), (from.price + found.change).to_f64()).unwrap_or_default();
    let ticks = found.change.units() / instrument.tick.units().max(1);
    let dot = if ascii { '-' } else { '·' };
    // Measured from newer to older, time runs back as the bars do.
    let back = if found.bars < 0 { "-" } else { "" };
    let plural = |count: i64, what: &str| if count.abs() == 1 { format!("{count} {what}") } else { format!("{count} {what}s") };
    [
        format!("{sign}{size:#.decimals$}  {percent}"),
        format!("{} {dot} {} {dot} {back}{}", plural(ticks, "tick"), plural(found.bars, "bar"), clock::span(found.span)),
        format!("volume {} {}", figures::short(found.volume.to_f64()), instrument.base),
    ]
}

/// A chart on which a measure is drawn.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub instrument: &'a Instrument,
    pub theme: &'a Theme,
}

impl Sheet<'_> {
    /// The cell of a point, at the plot's border where it is out of view.
    fn cell(&self, point: Point) -> Option<(u16, u16)> {
        let plot = self.layout.plot;
        let column = self.columns.bars.get(self.columns.at_time(point.at)?)?;
        let row = (self.scale.y(point.price) as u16).min(plot.height.checked_sub(1)?);
        let x = if column.bar.start > point.at { 0 } else { column.x + self.zoom.body / 2 };
        Some((plot.x + x.min(plot.width.checked_sub(1)?), plot.y + row))
    }

    /// Draws the box from one point to another.
    pub fn draw_box(&self, buf: &mut Buffer, from: Point, to: Point, found: &Result) {
        let (Some(begin), Some(end)) = (self.cell(from), self.cell(to)) else { return };
        let theme = self.theme;
        let (left, right) = (begin.0.min(end.0), begin.0.max(end.0));
        let (top, bottom) = (begin.1.min(end.1), begin.1.max(end.1));
        let rising = found.change.units() >= 0;
        let ground = if rising { theme.bid_bar.bg } else { theme.ask_bar.bg };
        if let Some(colour) = ground {
            for y in top..=bottom {
                for x in left..=right {
                    if let Some(cell) = buf.cell_mut((x, y)) {
                        cell.set_bg(colour);
                    }
                }
            }
        }
        let style = if rising { theme.up } else { theme.down };
        let glyphs = if theme.ascii { ['-', '|', '+', '+', '+', '+'] } else { ['─', '│', '┌', '┐', '└', '┘'] };
        let corner = |x: u16, y: u16| match (x == left, x == right, y == top, y == bottom) {
            (true, _, true, _) => Some(glyphs[2]),
            (_, true, true, _) => Some(glyphs[3]),
            (true, _, _, true) => Some(glyphs[4]),
            (_, true, _, true) => Some(glyphs[5]),
            _ => None,
        };
        for x in left..=right {
            for y in [top, bottom] {
                put_under(buf, x, y, corner(x, y).filter(|_| top != bottom && left != right).unwrap_or(glyphs[0]), style);
            }
        }
        for y in top..=bottom {
            for x in [left, right] {
                put_under(buf, x, y, glyphs[1], style);
            }
        }
    }

    /// Draws the label: beyond the end of the box, or wherever there is room for it.
    pub fn draw_label(&self, buf: &mut Buffer, from: Point, to: Point, found: &Result) {
        let (Some(begin), Some(end)) = (self.cell(from), self.cell(to)) else { return };
        let (left, top) = (begin.0.min(end.0), begin.1.min(end.1));
        let drawn = Rect::new(left, top, begin.0.abs_diff(end.0) + 1, begin.1.abs_diff(end.1) + 1);
        let plot = self.layout.plot;
        let words = words(from, found, self.instrument, self.theme.ascii);
        let width = words.iter().map(|line| paint::cells(line)).max().unwrap_or(0) + 2;
        let lines = words.len() as u16;
        if width > plot.width || plot.height < lines {
            let width = plot.width;
            paint::text(buf, plot.x, plot.y, width, &words[0], self.theme.accent.add_modifier(Modifier::REVERSED));
            return;
        }
        let above = drawn.y.checked_sub(lines).filter(|y| *y >= plot.y);
        let below = Some(drawn.bottom()).filter(|y| y + lines <= plot.bottom());
        let rising = found.change.units() >= 0;
        let y = if rising { above.or(below) } else { below.or(above) }.unwrap_or(plot.y);
        let x = (drawn.x + drawn.width / 2).saturating_sub(width / 2).clamp(plot.x, plot.right() - width);
        let style = (if rising { self.theme.up } else { self.theme.down }).add_modifier(Modifier::REVERSED);
        for (line, y) in words.iter().zip(y..) {
            (x..x + width).for_each(|x| paint::put(buf, x, y, ' ', style));
            paint::text_centred(buf, Rect::new(x, y, width, 1), y, line, style);
        }
    }
}
