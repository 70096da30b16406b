//! Two charts: mean returns by decile with their standard errors, and the coefficient over horizons.

use super::horizon_text;
use crate::analytics::deciles::{Decile, GROUPS};
use crate::analytics::lab::{Cell, Row};
use crate::ui::pane::Cx;
use crate::ui::panes::direction;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint::{cells, put, put_under, text, text_right};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Cells of the scale at the left, and the gap.
const SCALE: u16 = 7;
/// How many standard errors chance reaches to, one time in twenty beyond.
const CHANCE: f64 = 1.96;

/// A plot's rows: the heading, the rows above the axis, the axis, the rows below it, the labels.
struct Frame {
    area: Rect,
    /// The row of the axis.
    axis: u16,
    /// Value that a half cell stands for.
    half: f64,
}

impl Frame {
    /// Divides the rows by what has to be shown above and below 0.
    fn of(area: Rect, above: f64, below: f64) -> Option<Self> {
        let rows = area.height.checked_sub(3).filter(|rows| *rows > 0 && area.width > SCALE)?;
        let sum = above + below;
        let share = if sum > 0.0 { above / sum } else { 0.5 };
        let least = |value: f64| u16::from(value > 0.0);
        let upper = ((f64::from(rows) * share).round() as u16).clamp(least(above).min(rows), rows - least(below).min(rows));
        let lower = rows - upper;
        let need = |value: f64, rows: u16| if rows == 0 { 0.0 } else { value / f64::from(rows * 2) };
        let half = need(above, upper).max(need(below, lower));
        let plot = Rect { x: area.x + SCALE, y: area.y + 1, width: area.width - SCALE, height: rows + 1 };
        Some(Self { area: plot, axis: plot.y + upper, half: if half > 0.0 && half.is_finite() { half } else { 1.0 } })
    }

    /// Half cells from the axis to a value, upward.
    fn halves(&self, value: f64) -> i32 {
        (value / self.half).round().clamp(-1e6, 1e6) as i32
    }

    /// The row of a half cell, counted from the axis: 1 is the one next above, −1 next below, 0 the axis.
    fn row(&self, half: i32) -> u16 {
        let rows = if half > 0 { -(half + 1) / 2 } else { (1 - half) / 2 };
        (i32::from(self.axis) + rows).clamp(i32::from(self.area.y), i32::from(self.area.bottom()) - 1) as u16
    }

    /// Names the ends of the scale.
    fn scale(&self, buf: &mut Buffer, decimals: usize, unit: f64, cx: &Cx<'_>) {
        let right = self.area.x - 1;
        let (top, bottom) = (self.area.y, self.area.bottom() - 1);
        let mut name = |y: u16, value: f64| {
            let label = if value == 0.0 { "0".to_owned() } else { format!("{:+.decimals$}", value * unit) };
            text_right(buf, right, y, SCALE - 1, &label, cx.theme.dim);
        };
        name(self.axis, 0.0);
        if top < self.axis {
            name(top, f64::from(self.axis - top) * 2.0 * self.half);
        }
        if bottom > self.axis {
            name(bottom, -f64::from(bottom - self.axis) * 2.0 * self.half);
        }
    }
}

/// Mean forward returns by decile, with a standard error to either side.
pub fn deciles(area: Rect, buf: &mut Buffer, cell: &Cell, cx: &Cx<'_>) {
    let theme = cx.theme;
    let within = if theme.ascii { "+/-" } else { "±" };
    let heading = [
        format!("return by tenth of the indicator, bps {within} standard error"),
        format!("return by tenth, bps {within} se"),
        "bps by tenth".to_owned(),
    ];
    if let Some(heading) = heading.iter().find(|heading| cells(heading) <= area.width) {
        text(buf, area.x, area.y, area.width, heading, theme.dim);
    }
    let groups: Vec<(usize, &Decile)> = cell
        .deciles
        .iter()
        .flat_map(|deciles| deciles.groups.iter().enumerate())
        .filter_map(|(i, g)| Some((i, g.as_ref()?)))
        .collect();
    let above = groups.iter().map(|(_, g)| g.mean.mean + g.mean.error).fold(0.0, f64::max);
    let below = -groups.iter().map(|(_, g)| g.mean.mean - g.mean.error).fold(0.0, f64::min);
    let Some(frame) = Frame::of(area, above, below) else { return };
    if groups.is_empty() {
        text(buf, area.x, area.y + area.height / 2, area.width, "no samples", theme.dim);
        return;
    }
    let plot = frame.area;
    let width = plot.width / GROUPS as u16;
    if width == 0 {
        return;
    }
    frame.scale(buf, 2, 1e4, cx);
    let axis = if theme.ascii { '-' } else { '─' };
    for x in plot.x..plot.x + width * GROUPS as u16 {
        put(buf, x, frame.axis, axis, theme.grid);
    }
    // A bar, its whisker at its right, and a gap where there is room.
    let bar = if width > 4 { width - 2 } else { (width - 1).max(1) };
    for (group, decile) in groups {
        let x = plot.x + group as u16 * width;
        bar_of(x, bar, buf, decile, &frame, cx);
        if width > 1 {
            whisker(x + bar, buf, decile, &frame, cx);
        }
    }
    let labels = plot.bottom();
    for group in 0..GROUPS {
        let label = (group + 1).to_string();
        let x = plot.x + group as u16 * width + bar.saturating_sub(cells(&label)) / 2;
        if width >= 3 || group % 3 == 0 {
            text(buf, x, labels, width, &label, theme.dim);
        }
    }
}

/// One bar with its whisker.
fn bar_of(x: u16, width: u16, buf: &mut Buffer, decile: &Decile, frame: &Frame, cx: &Cx<'_>) {
    let theme = cx.theme;
    let mean = decile.mean.mean;
    let mut halves = frame.halves(mean);
    if halves == 0 && mean != 0.0 {
        halves = if mean > 0.0 { 1 } else { -1 };
    }
    let style = direction(theme, mean);
    let sign = halves.signum();
    let mut half = sign;
    while half != 0 && half.abs() <= halves.abs() {
        let full = halves.abs() > half.abs();
        let glyph = match (full, sign > 0, theme.ascii) {
            (true, _, false) => '█',
            (false, true, false) => '▄',
            (false, false, false) => '▀',
            (true, _, true) => '#',
            (false, true, true) => '.',
            (false, false, true) => '\'',
        };
        for x in x..x + width {
            put(buf, x, frame.row(half), glyph, style);
        }
        half += 2 * sign;
    }
}

/// From a standard error above the mean to one below.
fn whisker(x: u16, buf: &mut Buffer, decile: &Decile, frame: &Frame, cx: &Cx<'_>) {
    let theme = cx.theme;
    let (mean, error) = (decile.mean.mean, decile.mean.error);
    let (top, bottom) = (frame.halves(mean + error), frame.halves(mean - error));
    let (first, last) = (frame.row(top), frame.row(bottom));
    for y in first..=last {
        // Half cells count from the axis, so that above it odd ones are lower halves, and below it odd ones are upper halves.
        let begins_low = y == first && if top > 0 { top % 2 == 1 } else { top < 0 && top % 2 == 0 };
        let ends_high = y == last && if bottom > 0 { bottom % 2 == 0 } else { bottom < 0 && bottom % 2 != 0 };
        let glyph = match (theme.ascii, begins_low, ends_high) {
            (true, ..) => '|',
            (false, true, false) => '╷',
            (false, false, true) => '╵',
            _ => '│',
        };
        put(buf, x, y, glyph, theme.text);
    }
}

/// A coefficient, and how far chance alone would take it.
fn known(cell: &Cell) -> Option<(f64, f64)> {
    cell.ic.ok().map(|ic| (ic.rho, CHANCE / (ic.effective_n - 1.0).max(1.0).sqrt()))
}

/// The largest coefficient that has to be seen. What there is too little of does not flatten the rest, unless it is all there is.
fn reach(row: &Row) -> f64 {
    let enough = row.cells.iter().filter(|cell| cell.enough());
    let believed = enough.filter_map(known).map(|(rho, chance)| rho.abs().max(chance.min(1.0))).reduce(f64::max);
    let all = || row.cells.iter().filter_map(known).map(|(rho, _)| rho.abs()).fold(0.0, f64::max);
    believed.unwrap_or_else(all).max(0.05)
}

/// The coefficient over the ladder of horizons, and how far chance alone would take it.
pub fn decay(area: Rect, buf: &mut Buffer, row: &Row, chosen: u32, dots: &mut Dots, cx: &Cx<'_>) {
    let theme = cx.theme;
    let heading = ["IC by horizon; beyond the dots, chance comes 1 time in 20", "IC by horizon; dots: chance", "IC by horizon"];
    if let Some(heading) = heading.iter().find(|heading| cells(heading) <= area.width) {
        text(buf, area.x, area.y, area.width, heading, theme.dim);
    }
    let most = reach(row);
    // As many rows above 0 as below.
    let area = Rect { height: area.height - u16::from(area.height > 4 && area.height.is_multiple_of(2)), ..area };
    let Some(frame) = Frame::of(area, most, most) else { return };
    frame.scale(buf, 2, 1.0, cx);
    let plot = frame.area;
    let count = row.cells.len() as u16;
    let (Some(last), true) = (count.checked_sub(1), plot.width > count * 2) else { return };
    let column = |place: usize| (place as u16 * (plot.width - 3)).checked_div(last).map_or(0, |x| x + 1);
    let axis_dot = i32::from(frame.axis - plot.y) * 4 + 2;
    let y = |value: f64| axis_dot - (value / frame.half * 2.0).round().clamp(-1e5, 1e5) as i32;
    let inside = |value: f64| y(value).clamp(0, i32::from(plot.height) * 4 - 1);
    for sign in [1.0, -1.0] {
        dots.reset(plot.width, plot.height);
        let places =
            row.cells.iter().enumerate().filter_map(|(place, cell)| Some((i32::from(column(place)) * 2, known(cell)?.1)));
        let places: Vec<(i32, f64)> = places.collect();
        for pair in places.windows(2) {
            let [(from, a), (to, b)] = [pair[0], pair[1]];
            for x in (from..to).step_by(4) {
                let share = f64::from(x - from) / f64::from((to - from).max(1));
                dots.set(x, y(sign * (a + (b - a) * share)));
            }
        }
        dots.paint(plot, buf, theme.dim, theme.ascii);
    }
    // What lies beyond the scale is left out: at its edge it would look like a value.
    let point = |(place, cell): (usize, &Cell)| {
        let (rho, _) = known(cell).filter(|(rho, _)| rho.abs() <= most)?;
        Some((i32::from(column(place)) * 2, inside(rho), cell.enough()))
    };
    let line: Vec<(i32, i32, bool)> = row.cells.iter().enumerate().filter_map(point).collect();
    // What there is too little of is drawn last and faint, dot by dot.
    for enough in [true, false] {
        dots.reset(plot.width, plot.height);
        for pair in line.windows(2) {
            let [(x, y, _), (to_x, to_y, both)] = [pair[0], pair[1]];
            match (enough, both) {
                (true, true) => dots.line((x, y), (to_x, to_y)),
                (false, false) => {
                    for at in (x..=to_x).step_by(2) {
                        dots.set(at, y + (to_y - y) * (at - x) / (to_x - x).max(1));
                    }
                }
                _ => {}
            }
        }
        dots.paint(plot, buf, if enough { theme.series_1 } else { theme.series_1.add_modifier(Modifier::DIM) }, theme.ascii);
    }
    for x in plot.x..plot.right() {
        put_under(buf, x, frame.axis, if theme.ascii { '-' } else { '─' }, theme.grid);
    }
    let mut free = plot.x;
    for (place, cell) in row.cells.iter().enumerate() {
        let x = plot.x + column(place);
        let here = cell.horizon == chosen;
        if let Some((rho, _)) = known(cell).filter(|_| here) {
            let at = plot.y + (inside(rho) / 4) as u16;
            put(buf, x, at, if theme.ascii { 'o' } else { '●' }, direction(theme, rho));
        }
        let label = horizon_text(cell.horizon);
        let start = x.saturating_sub(cells(&label) / 2).max(plot.x);
        if start >= free && start + cells(&label) <= plot.right() {
            text(buf, start, plot.bottom(), plot.width, &label, if here { theme.accent } else { theme.dim });
            free = start + cells(&label) + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::hits::Centre;
    use crate::analytics::lab::{Column, Of, Sheet, report};

    #[test]
    fn where_all_is_too_little_all_of_it_is_in_scale() {
        let series = |f: fn(f64) -> f64| -> Vec<Option<f64>> { (0..40).map(|i| Some(f(f64::from(i)))).collect() };
        let mids = series(|i| 100.0 + (i * 0.7).sin());
        let value = series(|i| (i * 0.7).cos());
        let column = Column { name: "x".to_owned(), centre: Centre::Median, value, z: Vec::new() };
        let report = report(Sheet { step_ms: 1_000, mids, columns: vec![column] }, Of::Value);
        let row = &report.rows[0];
        let largest = row.cells.iter().filter_map(known).map(|(rho, _)| rho.abs()).fold(0.0, f64::max);
        assert!(largest > 0.5 && row.cells.iter().all(|cell| !cell.enough()));
        assert_eq!(reach(row), largest);
    }
}
