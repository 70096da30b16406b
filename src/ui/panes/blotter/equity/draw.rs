//! Drawing equity and drawdown.

use super::sight::Sight;
use super::{EquityPane, bars_at, close_at, ends};
use crate::app::blotter::curve::{CurvePoint, money};
use crate::domain::{Nanos, Side};
use crate::ui::pane::Cx;
use crate::ui::panes::axis::{self, Part};
use crate::ui::panes::blotter::words;
use crate::ui::theme::Theme;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::values::ValueScale;
use crate::ui::widgets::{clock, figures};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// The least that the scale spans, a part of what the accounts began with.
const LEAST: f64 = 0.000_4;

/// What stands in one column of dots.
#[derive(Debug, Clone, Copy)]
struct Column {
    /// The least, the most and the last equity.
    low: f64,
    high: f64,
    last: f64,
    /// The deepest drawdown, a part of one.
    fall: f64,
}

/// The row of dots of a value.
fn dot(scale: &ValueScale, value: f64) -> i32 {
    let all = i32::from(scale.rows()) * 4;
    ((scale.y(value) * 4.0) as i32).clamp(0, (all - 1).max(0))
}

/// What stands in each column of dots, two to a cell; before the first point and behind the last nothing.
fn gather(points: &[CurvePoint], sight: Sight, end: Nanos) -> Vec<Option<Column>> {
    let mut next = points.partition_point(|point| point.at < sight.from);
    // What was worth so much stays worth so much until the next point.
    let mut before = next.checked_sub(1).and_then(|at| points.get(at)).copied();
    (0..usize::from(sight.width) * 2)
        .map(|column| {
            let (from, to) = (sight.at(column as f64 / 2.0), sight.at((column + 1) as f64 / 2.0));
            let mut here = before.filter(|_| from <= end).map(|point| Column {
                low: point.equity,
                high: point.equity,
                last: point.equity,
                fall: point.drawdown,
            });
            while let Some(point) = points.get(next).filter(|point| point.at < to) {
                let known = here.get_or_insert(Column { low: point.equity, high: point.equity, last: point.equity, fall: 0.0 });
                known.low = known.low.min(point.equity);
                known.high = known.high.max(point.equity);
                known.last = point.equity;
                known.fall = known.fall.max(point.drawdown);
                before = Some(*point);
                next += 1;
            }
            here
        })
        .collect()
}

impl EquityPane {
    pub(super) fn draw(&mut self, buf: &mut Buffer, cx: &Cx<'_>, sight: Sight) {
        let (theme, layout) = (cx.theme, self.layout);
        let curve = &cx.blotter.curve;
        let Some((_, end)) = ends(cx) else { return };
        let columns = gather(curve.points(), sight, end);
        let held = if self.hold { held(cx, sight) } else { Vec::new() };
        let cross = cx.cross.and_then(|cross| Some((cross.at, sight.cell(cross.at)?)));
        let pointed = cross.and_then(|(at, cell)| {
            // What is known at the end of the cell that is pointed at, as it is drawn.
            let end = Nanos(sight.at(f64::from(cell) + 1.0).0.saturating_sub(1)).max(at);
            curve.points().get(curve.position(end)?)
        });
        if layout.line.height > 0 {
            figures(buf, layout.line, cx, pointed, cross.and_then(|(_, cell)| held.get(usize::from(cell)).copied().flatten()));
        }
        let mut ends: Option<(f64, f64)> = None;
        let equities = columns.iter().flatten().flat_map(|column| [column.low, column.high]);
        for value in equities.chain(held.iter().flatten().copied()) {
            ends = Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))));
        }
        let Some((low, high)) = ends else {
            return crate::ui::panes::reason::message(layout.plot, buf, "nothing of it is in view", theme.dim, theme.ascii);
        };
        // What hardly moved is not made to look as if it had.
        let short = (curve.start() * LEAST - (high - low)).max(0.0) / 2.0;
        let scale = ValueScale::fit(low - short, high + short, layout.plot.height);
        self.level(&scale, buf, theme, curve.start());
        self.curve(&scale, buf, theme, &columns);
        self.held(&scale, buf, theme, &held);
        if self.marks {
            marks(&scale, buf, layout.plot, cx, sight, &columns);
        }
        let last = curve.points().last().filter(|_| sight.cell(end).is_some());
        let now = last.map(|point| point.equity);
        value_axis(buf, layout.beside(layout.plot), &scale, theme, now, pointed.map(|point| point.equity), true);
        self.falls(buf, cx, &columns, pointed);
        if let Some((_, cell)) = cross {
            let (x, glyph) = (layout.plot.x + cell, if theme.ascii { '|' } else { '│' });
            (layout.plot.top()..layout.falls.bottom().max(layout.plot.bottom()))
                .for_each(|y| put_under(buf, x, y, glyph, theme.crosshair));
        }
        if layout.times.height > 0 {
            let starts: Vec<(u16, Nanos)> = (0..sight.width).map(|cell| (cell, sight.at(f64::from(cell)))).collect();
            let pointed = cross.map(|(at, cell)| {
                let then = clock::local(at, cx.zone);
                let text = if sight.per_cell >= 86_400e9 {
                    clock::day_month(then)
                } else {
                    format!("{} {}", clock::day_month(then), clock::hour_minute_second(then))
                };
                (cell, text)
            });
            axis::times(buf, layout.times, layout.plot.width, &starts, pointed, cx);
        }
    }

    /// What the accounts began with.
    fn level(&mut self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, start: f64) {
        let plot = self.layout.plot;
        if scale.row(start).is_none() {
            return;
        }
        self.dots.reset(plot.width, plot.height);
        let y = dot(scale, start);
        self.dots.broken((0, y), (i32::from(plot.width) * 2 - 1, y), 4, 2);
        self.dots.paint_behind(plot, buf, theme.border, theme.ascii);
    }

    fn curve(&mut self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, columns: &[Option<Column>]) {
        let plot = self.layout.plot;
        self.dots.reset(plot.width, plot.height);
        let mut before: Option<(i32, i32)> = None;
        for (x, column) in columns.iter().enumerate() {
            let x = x as i32;
            let Some(column) = column else {
                before = None;
                continue;
            };
            self.dots.line((x, dot(scale, column.high)), (x, dot(scale, column.low)));
            let at = (x, dot(scale, column.last));
            if let Some(from) = before {
                self.dots.line(from, at);
            }
            before = Some(at);
        }
        self.dots.paint(plot, buf, theme.series_1, theme.ascii);
    }

    /// What holding the symbol would have been worth: a line of dots.
    fn held(&mut self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, held: &[Option<f64>]) {
        let plot = self.layout.plot;
        self.dots.reset(plot.width, plot.height);
        let mut before: Option<(i32, i32)> = None;
        for (cell, value) in held.iter().enumerate() {
            let at = value.map(|value| (cell as i32 * 2, dot(scale, value)));
            if let (Some(from), Some(to)) = (before, at) {
                self.dots.broken(from, to, 4, 2);
            }
            before = at;
        }
        self.dots.paint_behind(plot, buf, theme.series_2, theme.ascii);
    }

    /// How far equity stands below its highest: down from the upper edge.
    fn falls(&mut self, buf: &mut Buffer, cx: &Cx<'_>, columns: &[Option<Column>], pointed: Option<&CurvePoint>) {
        let (theme, area) = (cx.theme, self.layout.falls);
        if area.height == 0 {
            return;
        }
        let deepest = columns.iter().flatten().map(|column| column.fall).fold(0.0, f64::max);
        let scale = ValueScale::fit(-deepest.max(0.000_1) * 100.0, 0.0, area.height);
        self.dots.reset(area.width, area.height);
        let top = dot(&scale, 0.0);
        for (x, column) in columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let x = x as i32;
            self.dots.line((x, top), (x, dot(&scale, -column.fall * 100.0)));
        }
        self.dots.paint(area, buf, theme.down, theme.ascii);
        let name = "drawdown %";
        if area.width > 30 {
            let y = area.bottom() - 1;
            let x = area.x;
            let free = (x..x + name.len() as u16).all(|x| buf.cell((x, y)).is_some_and(|cell| cell.symbol() == " "));
            if free {
                paint::text(buf, x, y, area.width, name, theme.dim);
            }
        }
        let now = cx.blotter.curve.points().last().map(|point| -point.drawdown * 100.0);
        value_axis(buf, self.layout.beside(area), &scale, theme, now, pointed.map(|point| -point.drawdown * 100.0), false);
    }
}

/// What all the cash put into the symbol at the beginning would be worth in each cell.
fn held(cx: &Cx<'_>, sight: Sight) -> Vec<Option<f64>> {
    let curve = &cx.blotter.curve;
    let (Some(view), Some(first)) = (cx.symbol_view(), curve.points().first()) else { return Vec::new() };
    let Some(bars) = bars_at(view, first.at) else { return Vec::new() };
    let Some(base) = close_at(bars, first.at).filter(|base| *base > 0.0) else { return Vec::new() };
    let end = curve.points().last().map_or(first.at, |point| point.at);
    let begin = bars.get(0).map_or(Nanos::MAX, |bar| bar.start).max(first.at);
    let cells = (0..sight.width).map(|cell| {
        let at = sight.at(f64::from(cell) + 0.5);
        let price = close_at(bars, at).filter(|_| at >= begin && at <= end)?;
        Some(curve.start() * price / base)
    });
    cells.collect()
}

/// Fills on the curve: buys below it, sells above, both where a cell has both.
fn marks(scale: &ValueScale, buf: &mut Buffer, plot: Rect, cx: &Cx<'_>, sight: Sight, columns: &[Option<Column>]) {
    let theme = cx.theme;
    let mut cells: Vec<(bool, bool)> = vec![(false, false); usize::from(sight.width)];
    for account in cx.blotter.accounts(cx.view) {
        let fills = account.fills.iter().rev();
        for fill in fills.skip_while(|fill| fill.at >= sight.to()).take_while(|fill| fill.at >= sight.from) {
            if let Some(cell) = sight.cell(fill.at).and_then(|cell| cells.get_mut(usize::from(cell))) {
                match fill.side {
                    Side::Buy => cell.0 = true,
                    Side::Sell => cell.1 = true,
                }
            }
        }
    }
    for (x, (bought, sold)) in cells.into_iter().enumerate() {
        let Some(column) = columns.get(x * 2 + 1).copied().flatten().or_else(|| columns.get(x * 2).copied().flatten()) else {
            continue;
        };
        let (glyph, style, at, by) = match (bought, sold) {
            (true, false) => (if theme.ascii { '^' } else { '▲' }, theme.up, column.low, 1),
            (false, true) => (if theme.ascii { 'v' } else { '▼' }, theme.down, column.high, -1),
            (true, true) => (if theme.ascii { 'o' } else { '◆' }, theme.bright, column.last, 0),
            (false, false) => continue,
        };
        let row = (scale.y(at) as i32).min(i32::from(plot.height) - 1) + by;
        let row = row.clamp(0, i32::from(plot.height) - 1) as u16;
        put(buf, plot.x + x as u16, plot.y + row, glyph, style.add_modifier(Modifier::BOLD));
    }
}

/// The axis of values with tags of now and of what is pointed at.
fn value_axis(
    buf: &mut Buffer,
    area: Rect,
    scale: &ValueScale,
    theme: &Theme,
    now: Option<f64>,
    pointed: Option<f64>,
    amounts: bool,
) {
    let gap = match area.height {
        0..=6 => 1,
        7..=11 => 2,
        _ => 3,
    };
    let (ticks, decimals) = scale.ticks(gap);
    let room = area.width.saturating_sub(1);
    let said = |value: f64, decimals: usize| {
        if !amounts {
            let text = format!("{value:.*}%", decimals.clamp(1, 3));
            let nothing = text.chars().all(|c| matches!(c, '-' | '0' | '.' | '%'));
            return if nothing { text.replace('-', "") } else { text };
        }
        let text = format!("{:#.*}", decimals.min(2), crate::domain::Price::from_f64(value));
        if text.len() <= usize::from(room) { text } else { figures::short(value) }
    };
    for (value, row) in ticks {
        let y = area.y + row;
        put(buf, area.x, y, if theme.ascii { '-' } else { '╴' }, theme.grid);
        paint::text(buf, area.x + 1, y, room, &said(value, decimals), theme.dim);
    }
    let same = |now: &f64| pointed.is_some_and(|pointed| scale.row(pointed) == scale.row(*now));
    let tags = [(now.filter(|now| !same(now)), theme.tag), (pointed, theme.crosshair.add_modifier(Modifier::REVERSED))];
    for (value, style) in tags.into_iter().filter_map(|(value, style)| Some((value?, style))) {
        let Some(row) = scale.row(value) else { continue };
        (area.left()..area.right()).for_each(|x| put(buf, x, area.y + row, ' ', style));
        paint::text(buf, area.x + 1, area.y + row, room, &said(value, 2), style);
    }
}

/// Equity, profit and drawdown of the point that is pointed at, else of now.
fn figures(buf: &mut Buffer, line: Rect, cx: &Cx<'_>, pointed: Option<&CurvePoint>, held: Option<f64>) {
    let theme = cx.theme;
    let curve = &cx.blotter.curve;
    let Some(point) = pointed.or_else(|| curve.points().last()) else { return };
    let gain = point.equity - curve.start();
    let style = crate::ui::panes::direction(theme, gain);
    let mut parts: Vec<Part> = Vec::new();
    let mut part = |rank: u8, text: String, style: Style| parts.push(Part { rank, text, style });
    let part_of_start = if curve.start() > 0.0 { gain / curve.start() } else { 0.0 };
    part(0, words::money(money(point.equity), 16), theme.bright);
    part(1, format!("{} {}", words::signed(money(gain), 14), words::percent(part_of_start)), style);
    part(2, format!("drawdown {}", words::fall(point.drawdown)), theme.text);
    if let Some((depth, at)) = curve.deepest() {
        part(3, format!("deepest {} on {}", words::fall(depth), words::moment(at, cx)), theme.dim);
    }
    if let Some(held) = held {
        part(1, format!("held {}", words::signed(money(held).saturating_sub(money(curve.start())), 14)), theme.series_2);
    }
    if pointed.is_some() && !point.exposed {
        part(4, "nothing held".to_owned(), theme.dim);
    }
    if let Some((why, style)) = words::idle(cx).filter(|_| pointed.is_none()) {
        part(4, why, style);
    }
    axis::parts(buf, Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }, &parts, 0);
}
