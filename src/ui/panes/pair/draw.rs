//! Drawing what a pair did over time.

use super::course::{CoursePane, Layout, What};
use super::figures::{minus, priced, signed, significant};
use crate::analytics::pairs::{Mark, Method, Point, Signal};
use crate::app::commands::Command;
use crate::app::pairs::PairWork;
use crate::domain::{Nanos, Timeframe};
use crate::ui::pane::Cx;
use crate::ui::panes::axis::{self, Part};
use crate::ui::panes::chart::viewport::Zoom;
use crate::ui::theme::Theme;
use crate::ui::widgets::clock;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::values::ValueScale;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Bars to a cell from which on their range is drawn apart from where they end.
const APART: u32 = 5;
/// Most bars to a cell at which trades are marked: beyond, the marks would cover what they are of.
const MARKED: u32 = 10;
/// Cells below which a state is said in one word.
const NARROW: u16 = 56;

/// The row of dots of a value.
pub(super) fn dot(scale: &ValueScale, value: f64) -> i32 {
    let all = i32::from(scale.rows()) * 4;
    ((scale.y(value) * 4.0) as i32).clamp(0, (all - 1).max(0))
}

impl CoursePane {
    /// Draws figures, curve, levels, marks, axes and crosshair.
    pub(super) fn draw(&mut self, buf: &mut Buffer, cx: &Cx<'_>, work: &PairWork, zoom: Zoom) {
        let Layout { plot, line, .. } = self.layout;
        let cross = cx.cross.and_then(|cross| self.columns.holds(work.course(), cross.at));
        let shown = match cross.and_then(|at| self.columns.all.get(at)) {
            Some(column) => work.course().get(column.last),
            None => work.latest_point(),
        };
        if line.height > 0 {
            self.figures(buf, cx, work, shown.as_ref(), cross.is_some());
        }
        let Some(scale) = self.scale(plot.height, work) else {
            let why = self.why_none(work, cx);
            return crate::ui::panes::reason::message(plot, buf, &why, cx.theme.dim, cx.theme.ascii);
        };
        let theme = cx.theme;
        let fresh = work.stale_leg().is_none();
        self.usual(&scale, buf, theme, zoom);
        let style = match (fresh, self.what) {
            (false, _) => theme.dim,
            (true, What::Spread | What::ZScore) => theme.series_1,
            (true, What::Hedge) => theme.series_2,
            (true, What::Correlation) => theme.series_3,
        };
        self.curve(&scale, buf, (style, theme.border), theme.ascii, work, zoom);
        if matches!(self.what, What::Spread | What::ZScore) && zoom.bars <= MARKED {
            self.marks(&scale, buf, theme, work, zoom);
        }
        self.levels(&scale, buf, theme, work);
        self.window(buf, theme, work);
        if let Some(column) = cross.and_then(|at| self.columns.all.get(at)) {
            let (x, glyph) = (plot.x + column.x + zoom.body / 2, if theme.ascii { '|' } else { '│' });
            (plot.top()..plot.bottom()).for_each(|y| put_under(buf, x, y, glyph, theme.crosshair));
        }
        let pointed = shown.as_ref().and_then(|point| self.value(point, work));
        self.axis(&scale, buf, theme, work, pointed.filter(|_| cross.is_some()));
        if self.layout.times.height > 0 {
            let starts: Vec<(u16, Nanos)> = self.columns.all.iter().map(|column| (column.x, column.start)).collect();
            let pointed = cross.and_then(|at| self.columns.all.get(at)).map(|column| {
                let at = clock::local(column.start, cx.zone);
                let text = match work.key.timeframe {
                    tf if tf >= Timeframe::D1 => clock::day_month(at),
                    tf if tf.secs() < 60 => clock::hour_minute_second(at),
                    _ => format!("{} {}", clock::day_month(at), clock::hour_minute(at)),
                };
                (column.x, text)
            });
            axis::times(buf, self.layout.times, plot.width, &starts, pointed, cx);
        }
    }

    /// The scale that shows all there is in view.
    fn scale(&self, rows: u16, work: &PairWork) -> Option<ValueScale> {
        let mut ends: Option<(f64, f64)> = None;
        for (least, most, _) in self.values.iter().flatten() {
            ends = Some(ends.map_or((*least, *most), |(low, high)| (low.min(*least), high.max(*most))));
        }
        let (mut low, mut high) = ends?;
        match self.what {
            What::ZScore => {
                let entry = work.key.setup.entry.max(2.0) * 1.1;
                // A filter's own z-score may be tiny beside the levels: then its course matters more than they do.
                if work.key.setup.method != Method::Kalman || high.max(-low) > 0.25 {
                    (low, high) = (low.min(-entry), high.max(entry));
                }
            }
            What::Correlation => (low, high) = ((low - 0.05).max(-1.0), (high + 0.05).min(1.0)),
            What::Spread | What::Hedge => {}
        }
        Some(ValueScale::fit(low, high, rows))
    }

    /// Why there is nothing to draw.
    fn why_none(&self, work: &PairWork, cx: &Cx<'_>) -> String {
        let (have, need) = (work.course().len(), work.key.setup.warm_up());
        if have < need {
            let keys = [Command::TimeframeDown, Command::TimeframeUp, Command::PairWindowShorter].map(|command| cx.key(command));
            let [shorter, longer, fewer] = keys;
            format!(
                "{have} of {need} common bars of {} ({shorter} {longer} other bars, {fewer} fewer of them)",
                work.key.timeframe
            )
        } else if self.working {
            "working…".to_owned()
        } else {
            let figures = work.course().figures();
            let why = match self.what {
                What::Spread => figures.spread.err(),
                What::ZScore => figures.z.err(),
                What::Hedge => figures.line.err(),
                What::Correlation => figures.corr.err(),
            };
            why.map_or_else(|| "nothing in view".to_owned(), |why| why.to_string())
        }
    }

    /// The spread's mean and one and two deviations from it: lines that are broken the more the further out they are.
    fn usual(&mut self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, zoom: Zoom) {
        let plot = self.layout.plot;
        let colours = theme.border.fg != theme.series_1.fg;
        self.dots.reset(plot.width, plot.height);
        // Where nothing but their shape tells them from the curve there are fewer of them.
        let all: &[(f64, i32, i32)] = if colours { &[(0.0, 1, 1), (1.0, 4, 2), (2.0, 8, 5)] } else { &[(2.0, 6, 2)] };
        for (far, period, drawn) in all.iter().copied() {
            for side in if far == 0.0 { &[1.0][..] } else { &[-1.0, 1.0][..] } {
                let mut before: Option<(i32, i32)> = None;
                for (column, usual) in self.columns.all.iter().zip(&self.usual) {
                    let x = i32::from(column.x + zoom.body / 2) * 2;
                    let value = usual.map(|(mean, sd)| mean + side * far * sd).filter(|value| scale.row(*value).is_some());
                    let at = value.map(|value| (x, dot(scale, value)));
                    if let (Some(from), Some(to)) = (before.filter(|_| !column.after_gap), at) {
                        self.dots.broken((from.0 + 1, from.1), to, period, drawn);
                    }
                    before = at;
                }
            }
        }
        self.dots.paint_behind(plot, buf, theme.border, theme.ascii);
    }

    fn curve(
        &mut self,
        scale: &ValueScale,
        buf: &mut Buffer,
        (style, behind): (Style, Style),
        ascii: bool,
        work: &PairWork,
        zoom: Zoom,
    ) {
        let plot = self.layout.plot;
        self.dots.reset(plot.width, plot.height);
        // Many bars to a cell: how far they went stands behind where they ended, which alone is a line still.
        let apart = zoom.bars >= APART;
        if apart {
            for (column, values) in self.columns.all.iter().zip(&self.values) {
                let Some((least, most, _)) = *values else { continue };
                let x = i32::from(column.x + zoom.body / 2) * 2;
                (x..x + 2).for_each(|x| self.dots.line((x, dot(scale, most)), (x, dot(scale, least))));
            }
            self.dots.paint_behind(plot, buf, behind, ascii);
            self.dots.reset(plot.width, plot.height);
        }
        let mut before = None;
        // Two bars to a cell have a column of dots each.
        let halves = zoom.bars == 2 && zoom.pitch == 1;
        for (column, values) in self.columns.all.iter().zip(&self.values) {
            let x = i32::from(column.x + zoom.body / 2) * 2;
            if halves {
                for index in column.first..=column.last {
                    let value = work.course().get(index).and_then(|point| self.value(&point, work));
                    let at = value.map(|value| (x + (index - column.first) as i32, dot(scale, value)));
                    if let Some(at) = at {
                        let joined = before.filter(|_| index > column.first || !column.after_gap);
                        self.dots.line(joined.unwrap_or(at), at);
                    }
                    before = at;
                }
                continue;
            }
            let Some((least, most, last)) = *values else {
                before = None;
                continue;
            };
            if !apart {
                self.dots.line((x, dot(scale, most)), (x, dot(scale, least)));
            }
            let at = (x, dot(scale, last));
            if let Some(from) = before.filter(|_| !column.after_gap) {
                self.dots.line(from, at);
            }
            before = Some(at);
        }
        self.dots.paint(plot, buf, style, ascii);
    }

    /// Levels of the z-score, and no correlation; at the height where the curve meets them.
    fn levels(&mut self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, work: &PairWork) {
        let setup = work.key.setup;
        match self.what {
            What::ZScore => {
                self.level(scale, buf, theme, &[0.0], (1, 1), theme.border);
                self.level(scale, buf, theme, &[2.0, -2.0], (4, 3), theme.dim);
                self.level(scale, buf, theme, &[1.0, -1.0], (6, 2), theme.border);
                if setup.entry != 2.0 {
                    self.level(scale, buf, theme, &[setup.entry, -setup.entry], (4, 3), theme.accent);
                }
                self.level(scale, buf, theme, &[setup.stop, -setup.stop], (4, 2), theme.warning);
            }
            What::Correlation => self.level(scale, buf, theme, &[0.0], (1, 1), theme.border),
            What::Spread | What::Hedge => {}
        }
    }

    fn level(
        &mut self,
        scale: &ValueScale,
        buf: &mut Buffer,
        theme: &Theme,
        values: &[f64],
        (period, drawn): (i32, i32),
        style: Style,
    ) {
        let plot = self.layout.plot;
        self.dots.reset(plot.width, plot.height);
        for value in values.iter().filter(|value| scale.row(**value).is_some()) {
            let y = dot(scale, *value);
            self.dots.broken((0, y), (i32::from(plot.width) * 2 - 1, y), period, drawn);
        }
        self.dots.paint_behind(plot, buf, style, theme.ascii);
    }

    /// Where the window of the regression begins.
    fn window(&self, buf: &mut Buffer, theme: &Theme, work: &PairWork) {
        let Some(first) = work.window_start().filter(|_| self.what == What::Spread) else { return };
        let plot = self.layout.plot;
        let Some(at) = self.columns.holds(work.course(), first).and_then(|at| self.columns.all.get(at)) else { return };
        let glyph = if theme.ascii { ':' } else { '┊' };
        (plot.top()..plot.bottom()).for_each(|y| put_under(buf, plot.x + at.x, y, glyph, theme.dim));
    }

    /// Where a trade would have begun and ended.
    fn marks(&self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, work: &PairWork, zoom: Zoom) {
        let plot = self.layout.plot;
        for (column, values) in self.columns.all.iter().zip(&self.values) {
            let Some((least, most, last)) = *values else { continue };
            let mark = (column.first..=column.last).rev().find_map(|index| work.course().get(index)?.mark);
            let Some(mark) = mark else { continue };
            let (glyph, style, at, by) = match mark {
                Mark::EnterLong => (if theme.ascii { '^' } else { '▲' }, theme.up, least, 1),
                Mark::EnterShort => (if theme.ascii { 'v' } else { '▼' }, theme.down, most, -1),
                Mark::Exit => (if theme.ascii { 'o' } else { '●' }, theme.bright, last, 0),
                Mark::Stop => (if theme.ascii { 'x' } else { '✕' }, theme.warning, last, 0),
            };
            let row = (scale.y(at) as i32).min(i32::from(plot.height) - 1) + by;
            let row = row.clamp(0, i32::from(plot.height) - 1) as u16;
            put(buf, plot.x + column.x + zoom.body / 2, plot.y + row, glyph, style.add_modifier(Modifier::BOLD));
        }
    }

    fn axis(&self, scale: &ValueScale, buf: &mut Buffer, theme: &Theme, work: &PairWork, pointed: Option<f64>) {
        let area = self.layout.axis;
        let gap = match area.height {
            0..=6 => 1,
            7..=11 => 2,
            _ => 3,
        };
        let (mut ticks, decimals) = scale.ticks(gap);
        if self.what == What::ZScore && area.height <= 8 {
            // Where there is little room the levels matter most.
            let entry = work.key.setup.entry;
            let levels = [entry, 0.0, -entry].into_iter().filter_map(|value| Some((value, scale.row(value)?)));
            ticks = levels.collect();
        }
        for (value, row) in ticks {
            let y = area.y + row;
            put(buf, area.x, y, if theme.ascii { '-' } else { '╴' }, theme.grid);
            let text = if value == value.round() {
                format!("{value:.0}")
            } else {
                format!("{value:.places$}", places = decimals.max(1))
            };
            let text = if decimals > 0 && self.what != What::ZScore { format!("{value:.decimals$}") } else { text };
            let text = minus(text, theme.ascii);
            let text = if paint::cells(&text) < area.width { text } else { format!("{value:.2e}") };
            paint::text(buf, area.x + 1, y, area.width - 1, &text, theme.dim);
        }
        let latest = work.latest_point();
        let price = latest.map_or(0.0, |point| point.y);
        let now = latest.and_then(|point| self.value(&point, work));
        // What is pointed at is said rather than the newest where both are on one row.
        let same = |now: &f64| pointed.is_some_and(|pointed| scale.row(pointed) == scale.row(*now));
        let now = now.filter(|now| !same(now));
        let fresh = work.stale_leg().is_none();
        let tag = if fresh { theme.tag } else { theme.dim.add_modifier(Modifier::REVERSED) };
        let tags = [(now, tag), (pointed, theme.crosshair.add_modifier(Modifier::REVERSED))];
        for (value, style) in tags.into_iter().filter_map(|(value, style)| Some((value?, style))) {
            let Some(row) = scale.row(value) else { continue };
            let y = area.y + row;
            (area.left()..area.right()).for_each(|x| put(buf, x, y, ' ', style));
            paint::text(buf, area.x + 1, y, area.width - 1, &self.text(value, price, theme.ascii), style);
        }
    }

    /// The pane's figure as a text, beside a price of y.
    fn text(&self, value: f64, price: f64, ascii: bool) -> String {
        match self.what {
            What::Spread => priced(value, price, ascii),
            What::Hedge => minus(significant(value, 6), ascii),
            What::ZScore if value.abs() < 0.01 => minus(significant(value, 3), ascii),
            What::ZScore | What::Correlation => signed(value, 2, ascii),
        }
    }

    /// The line of figures: of the bar that is pointed at, else of the newest.
    fn figures(&self, buf: &mut Buffer, cx: &Cx<'_>, work: &PairWork, point: Option<&Point>, pointed: bool) {
        let (theme, line) = (cx.theme, self.layout.line);
        let fresh = work.stale_leg().is_none() || pointed;
        let main = if fresh { theme.bright } else { theme.dim };
        let mut parts: Vec<Part> = Vec::new();
        let mut part = |rank: u8, text: String, style: Style| parts.push(Part { rank, text, style });
        if let Some(value) = point.and_then(|point| self.value(point, work)) {
            part(0, self.text(value, point.map_or(0.0, |point| point.y), theme.ascii), main);
        }
        match (self.what, point) {
            (What::ZScore, Some(point)) if point.z.is_some() => {
                let index = work.course().position(point.at);
                let (words, style) = signal(work, index, line.width < NARROW, theme);
                part(0, words, if fresh { style } else { theme.dim });
                if work.key.setup.method == Method::Kalman {
                    part(2, "the filter's own: e/√Q".to_owned(), theme.dim);
                }
                if let Some(forming) = work.forming().and_then(|point| point.z).filter(|_| !pointed && fresh) {
                    part(3, format!("forming {}", signed(forming, 2, theme.ascii)), theme.dim);
                }
            }
            (What::Spread, Some(point)) if point.beta.is_some() => {
                part(4, "β of now throughout".to_owned(), theme.dim);
                let column = self
                    .columns
                    .all
                    .iter()
                    .rposition(|column| work.course().get(column.last).is_some_and(|at| at.at == point.at));
                if let Some((mean, sd)) = column.and_then(|at| self.usual.get(at).copied().flatten()) {
                    part(2, format!("mean {}", priced(mean, point.y, theme.ascii)), theme.dim);
                    part(3, format!("sd {}", priced(sd, point.y, theme.ascii)), theme.dim);
                }
            }
            (What::Hedge, Some(point)) => {
                if let Some(alpha) = point.alpha {
                    part(2, format!("α {}", priced(alpha, point.y, theme.ascii)), theme.dim);
                }
                if let Some(r2) = point.r2 {
                    part(3, format!("r² {r2:.4}"), theme.dim);
                }
            }
            _ => {}
        }
        if theme.ascii {
            for part in &mut parts {
                part.text = super::plain(&part.text);
            }
        }
        axis::parts(buf, Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }, &parts, 0);
    }
}

/// The state of the trade at a bar, in words.
fn signal(work: &PairWork, index: usize, brief: bool, theme: &Theme) -> (String, Style) {
    match work.signal_at(index) {
        Signal::Long if brief => ("long".to_owned(), theme.up),
        Signal::Short if brief => ("short".to_owned(), theme.down),
        Signal::Flat => ("flat".to_owned(), theme.dim),
        Signal::Long => (format!("long the spread: buy {}, sell {}", work.key.y, work.key.x), theme.up),
        Signal::Short => (format!("short the spread: sell {}, buy {}", work.key.y, work.key.x), theme.down),
    }
}
