//! A recording from end to end in one strip: volume, price, gaps, marks, kept points, where it stands.

use super::braille::Dots;
use super::{blocks, paint};
use crate::domain::Nanos;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// What happened in one slice of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Slice {
    /// When it begins.
    pub at: Nanos,
    /// When it ends.
    pub until: Nanos,
    /// What was traded, in any unit.
    pub volume: f64,
    /// The last price, in any unit; `None` where there was none.
    pub price: Option<f64>,
}

/// A recording's course and where its replay stands.
#[derive(Debug, Clone, Copy)]
pub struct Timeline<'a> {
    /// Its first moment.
    pub from: Nanos,
    /// Its last moment.
    pub to: Nanos,
    /// Where the replay stands.
    pub now: Nanos,
    /// Its slices in order; several may fall into one cell.
    pub slices: &'a [Slice],
    /// Stretches without data.
    pub gaps: &'a [(Nanos, Nanos)],
    /// Moments the user marked.
    pub marks: &'a [Nanos],
    /// Moments that stand out by themselves, such as large trades.
    pub notable: &'a [Nanos],
    /// Moments that can be gone back to at once.
    pub kept: &'a [Nanos],
    /// The stretch that is repeated: A, B, and whether it is.
    pub repeat: (Option<Nanos>, Option<Nanos>, bool),
}

/// The cell of a moment on so many cells from `from` to `to`.
pub fn cell_of(at: Nanos, from: Nanos, to: Nanos, cells: u16) -> u16 {
    let length = (i128::from(to.0) - i128::from(from.0)).max(1);
    let done = (i128::from(at.0) - i128::from(from.0)).clamp(0, length);
    let last = i128::from(cells.saturating_sub(1));
    u16::try_from((done * i128::from(cells) / length).min(last)).unwrap_or(0)
}

/// The moment a cell begins at; the last cell is the end.
pub fn moment_of(cell: u16, from: Nanos, to: Nanos, cells: u16) -> Nanos {
    let length = (i128::from(to.0) - i128::from(from.0)).max(0);
    if cells < 2 || cell >= cells - 1 {
        return if cell == 0 { from } else { to };
    }
    let done = length * i128::from(cell) / i128::from(cells);
    Nanos(i64::try_from(i128::from(from.0) + done).unwrap_or(to.0))
}

/// What falls into one cell.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    volume: f64,
    price: Option<f64>,
}

/// Draws timelines. Kept between frames so that drawing takes no memory.
#[derive(Debug, Clone, Default)]
pub struct TimelinePainter {
    cells: Vec<Cell>,
    dots: Dots,
}

impl TimelinePainter {
    /// Draws a timeline: from two rows on the lowest has marks and kept points, from five rows on the upper half has the price.
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, line: &Timeline<'_>, theme: &Theme) {
        if area.is_empty() {
            return;
        }
        self.gather(line, area.width);
        let signs = u16::from(area.height >= 2);
        let bars = area.height - signs;
        let prices = if bars >= 4 { bars / 2 } else { 0 };
        let volume = Rect { y: area.y + prices, height: bars - prices, ..area };
        let at = cell_of(line.now, line.from, line.to, area.width);
        self.draw_volume(volume, buf, at, theme);
        if prices > 0 {
            self.draw_prices(Rect { height: prices, ..area }, buf, theme);
        }
        let strip = Rect { height: bars, ..area };
        draw_gaps(strip, buf, line, theme);
        if signs > 0 {
            draw_signs(Rect { y: area.bottom() - 1, height: 1, ..area }, buf, line, theme);
        }
        for y in strip.top()..strip.bottom() {
            let glyph = if theme.ascii { '|' } else { '┃' };
            paint::put(buf, area.x + at, y, glyph, theme.accent.add_modifier(Modifier::BOLD));
        }
    }

    fn gather(&mut self, line: &Timeline<'_>, width: u16) {
        self.cells.clear();
        self.cells.resize(usize::from(width), Cell::default());
        for slice in line.slices {
            let first = cell_of(slice.at, line.from, line.to, width);
            // A slice that is wider than a cell is spread over all of its cells.
            let last = cell_of(Nanos(slice.until.0.saturating_sub(1)), line.from, line.to, width).max(first);
            let volume = slice.volume / (f64::from(last - first) + 1.0);
            for cell in self.cells.iter_mut().take(usize::from(last) + 1).skip(usize::from(first)) {
                cell.volume += if volume.is_finite() { volume.max(0.0) } else { 0.0 };
                cell.price = slice.price.filter(|price| price.is_finite()).or(cell.price);
            }
        }
    }

    fn draw_volume(&self, area: Rect, buf: &mut Buffer, at: u16, theme: &Theme) {
        let most = self.cells.iter().map(|cell| cell.volume).fold(0.0, f64::max);
        for (x, cell) in (0..area.width).zip(&self.cells) {
            let style = if x <= at { theme.accent } else { theme.volume };
            if most > 0.0 && cell.volume > 0.0 {
                blocks::upright(buf, area.x + x, area.bottom(), area.height, cell.volume / most, style, theme.ascii);
            } else if area.height > 0 {
                paint::put(buf, area.x + x, area.bottom() - 1, if theme.ascii { '_' } else { '▁' }, theme.grid);
            }
        }
    }

    fn draw_prices(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let prices = || self.cells.iter().filter_map(|cell| cell.price);
        let (low, high) = prices().fold((f64::MAX, f64::MIN), |(low, high), price| (low.min(price), high.max(price)));
        let span = high - low;
        self.dots.reset(area.width, area.height);
        let rows = f64::from(area.height) * 4.0 - 1.0;
        let mut before: Option<(i32, i32)> = None;
        for (x, cell) in (0_i32..).zip(&self.cells) {
            let Some(price) = cell.price else { continue };
            let share = if span > 0.0 && span.is_finite() { (high - price) / span } else { 0.5 };
            let point = (x * 2, (share.clamp(0.0, 1.0) * rows) as i32);
            // Quiet cells repeat the last price; a line leads there.
            self.dots.line(before.unwrap_or(point), point);
            before = Some(point);
        }
        self.dots.paint(area, buf, theme.text, theme.ascii);
    }
}

/// Stretches without data are hatched.
fn draw_gaps(area: Rect, buf: &mut Buffer, line: &Timeline<'_>, theme: &Theme) {
    for &(from, to) in line.gaps {
        let (first, last) = (cell_of(from, line.from, line.to, area.width), cell_of(to, line.from, line.to, area.width));
        for x in first..=last.max(first) {
            for y in area.top()..area.bottom() {
                paint::put(buf, area.x + x, y, if theme.ascii { '/' } else { '╱' }, theme.warning);
            }
        }
    }
}

/// Kept points as dots, large trades as discs, marks as flags, the loop as a line from A to B.
fn draw_signs(area: Rect, buf: &mut Buffer, line: &Timeline<'_>, theme: &Theme) {
    let cell = |at: Nanos| area.x + cell_of(at, line.from, line.to, area.width);
    let (start, end, on) = line.repeat;
    let style = if on { theme.good } else { theme.dim };
    if let (Some(start), Some(end)) = (start, end) {
        let glyph = if theme.ascii { '=' } else { '━' };
        (cell(start)..=cell(end)).for_each(|x| paint::put(buf, x, area.y, glyph, style));
    }
    let mut sign = |moments: &[Nanos], glyph: char, style: Style| {
        for &at in moments {
            if at >= line.from && at <= line.to {
                paint::put(buf, cell(at), area.y, glyph, style);
            }
        }
    };
    sign(line.kept, if theme.ascii { '.' } else { '·' }, theme.dim);
    sign(line.notable, if theme.ascii { '*' } else { '•' }, theme.accent);
    sign(line.marks, if theme.ascii { '^' } else { '▲' }, theme.warning);
    sign(start.as_slice(), 'A', style.add_modifier(Modifier::BOLD));
    sign(end.as_slice(), 'B', style.add_modifier(Modifier::BOLD));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::fixtures::mono;
    use proptest::prelude::*;

    #[test]
    fn shows_volume_gaps_marks_and_where_it_stands() {
        let at = |secs: i64| Nanos::from_secs(secs);
        let slices: Vec<_> = (0..10)
            .map(|i| Slice { at: at(i * 10), until: at(i * 10 + 10), volume: i as f64, price: Some(100.0 + i as f64) })
            .collect();
        let line = Timeline {
            from: at(0),
            to: at(100),
            now: at(42),
            slices: &slices,
            gaps: &[(at(60), at(75))],
            marks: &[at(90)],
            notable: &[at(50)],
            kept: &[at(0), at(30)],
            repeat: (Some(at(10)), Some(at(40)), true),
        };
        let area = Rect::new(0, 0, 10, 2);
        let mut buf = Buffer::empty(area);
        TimelinePainter::default().draw(area, &mut buf, &line, &mono());
        let lines: Vec<String> = (0..2).map(|y| (0..10).map(|x| buf[(x, y)].symbol().to_owned()).collect::<String>()).collect();
        assert_eq!(lines, ["▁▁▂▃┃▄╱╱▇█", "·A━·B•   ▲"]);
    }

    proptest! {
        #[test]
        fn cells_and_moments_agree(from in any::<i32>(), length in 1_000_i64..1_000_000_000, cells in 2_u16..400, cell in 0_u16..400) {
            let (from, to) = (Nanos(i64::from(from)), Nanos(i64::from(from) + length));
            let cell = cell.min(cells - 1);
            let at = moment_of(cell, from, to, cells);
            prop_assert!(at >= from && at <= to);
            prop_assert!(cell_of(at, from, to, cells).abs_diff(cell) <= 1);
        }

        #[test]
        fn any_timeline_can_be_drawn(from in any::<i64>(), to in any::<i64>(), now in any::<i64>(), width in 0_u16..80, height in 0_u16..12, volume in any::<f64>(), price in any::<f64>()) {
            let slices = [Slice { at: Nanos(now), until: Nanos(to), volume, price: Some(price) }, Slice { at: Nanos(from), until: Nanos(now), volume: 1.0, price: None }];
            let moments = [Nanos(now), Nanos(to)];
            let line = Timeline { from: Nanos(from), to: Nanos(to), now: Nanos(now), slices: &slices, gaps: &[(Nanos(now), Nanos(to))], marks: &moments, notable: &moments, kept: &moments, repeat: (Some(Nanos(now)), Some(Nanos(to)), true) };
            let area = Rect::new(0, 0, width, height);
            let mut buf = Buffer::empty(Rect::new(0, 0, 40, 6));
            TimelinePainter::default().draw(area, &mut buf, &line, &mono());
            let _ = moment_of(width, Nanos(from), Nanos(to), width);
        }
    }
}
