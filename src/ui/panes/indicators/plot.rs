//! An indicator's chart: its values over time on what is usual for it, and how often it had which value, on the same scale.

use super::course::Course;
use super::figures;
use crate::domain::{Instrument, Nanos};
use crate::engine::snapshot::{FlowView, IndicatorView};
use crate::indicator::{Break, Spec};
use crate::ui::pane::Cx;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::values::ValueScale;
use crate::ui::widgets::{blocks, time_axis};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Cells of the values' axis.
const AXIS: u16 = 10;
/// Fewest cells of a chart.
const LEAST: (u16, u16) = (16, 4);

/// Where things are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Areas {
    /// The chart itself.
    pub plot: Rect,
    axis: Rect,
    histogram: Rect,
    times: Rect,
}

/// Divides an area; `None` where there is no room for a chart.
pub fn areas(area: Rect) -> Option<Areas> {
    if area.width < LEAST.0 + AXIS || area.height < LEAST.1 + 1 {
        return None;
    }
    let histogram = if area.width >= 50 { (area.width / 5).clamp(10, 24) } else { 0 };
    let plot = Rect { width: area.width - AXIS - histogram, height: area.height - 1, ..area };
    let axis = Rect { x: plot.right(), width: AXIS, ..plot };
    let histogram = Rect { x: axis.right(), width: histogram, ..plot };
    let times = Rect { y: plot.bottom(), height: 1, ..area };
    Some(Areas { plot, axis, histogram, times })
}

/// What a chart is drawn of, its buffers kept from frame to frame.
#[derive(Debug, Default)]
pub struct Plot {
    /// The samples in columns.
    pub course: Course,
    dots: Dots,
    counts: Vec<u32>,
}

/// What is drawn.
pub struct Shown<'a> {
    /// Theme, crosshair, zone.
    pub cx: &'a Cx<'a>,
    /// The samples.
    pub flow: &'a FlowView,
    /// The indicator.
    pub row: &'a IndicatorView,
    /// The instrument they are of.
    pub instrument: &'a Instrument,
    /// Whether its figures are current.
    pub fresh: bool,
}

/// The scale that shows all there is to see; the neutral value too where it is near.
fn scale(course: &Course, spec: &Spec, rows: u16) -> Option<ValueScale> {
    let (mut low, mut high) = course.extent()?;
    if let Some(neutral) = spec.range.neutral {
        let near = (high - low) * 0.5;
        if neutral >= low - near && neutral <= high + near {
            (low, high) = (low.min(neutral), high.max(neutral));
        }
    }
    let low = spec.range.least.map_or(low, |least| low.max(least));
    let high = spec.range.most.map_or(high, |most| high.min(most));
    Some(ValueScale::fit(low, high, rows))
}

impl Plot {
    /// Draws the chart.
    pub fn draw(&mut self, areas: &Areas, buf: &mut Buffer, shown: &Shown<'_>, span: Nanos) {
        let (cx, plot) = (shown.cx, areas.plot);
        let theme = cx.theme;
        self.course.update(shown.instrument.symbol.as_str(), shown.flow, shown.row, span, plot.width * 2);
        let spec = shown.row.setup.spec;
        let Some(scale) = scale(&self.course, spec, plot.height) else {
            let why = "no value in this time";
            return paint::text_centred(buf, plot, plot.y + plot.height / 2, why, theme.dim);
        };
        let line = if shown.fresh { theme.series_1 } else { theme.dim };
        self.usual(&scale, plot, buf, shown);
        self.line(&scale, plot, buf, line, theme.ascii);
        self.below(&scale, areas, buf, shown);
        self.histogram(&scale, areas.histogram, buf, shown);
        self.times(areas, buf, shown);
    }

    /// What is usual: the mean, one and two standard deviations from it.
    fn usual(&mut self, scale: &ValueScale, area: Rect, buf: &mut Buffer, shown: &Shown<'_>) {
        let theme = shown.cx.theme;
        for (far, gap) in [(2.0, 6), (1.0, 3), (0.0, 1)] {
            self.dots.reset(area.width, area.height);
            for (x, point) in self.course.points.iter().enumerate() {
                let Some((mean, sd)) = point.usual else { continue };
                if x % (gap + 1) > usize::from(gap > 3) {
                    continue;
                }
                for side in [-far, far] {
                    let value = mean + side * sd;
                    if scale.row(value).is_some() {
                        self.dots.set(x as i32, dot(scale, value));
                    }
                }
            }
            self.dots.paint(area, buf, theme.dim, theme.ascii);
        }
    }

    /// The values: from the least to the most of each column, and from the last of one to the next.
    fn line(&mut self, scale: &ValueScale, area: Rect, buf: &mut Buffer, style: Style, ascii: bool) {
        self.dots.reset(area.width, area.height);
        let mut before: Option<(i32, i32)> = None;
        for (x, point) in self.course.points.iter().enumerate() {
            let x = x as i32;
            let Some((least, most, last)) = point.values else {
                before = None;
                continue;
            };
            let (top, bottom, end) = (dot(scale, most), dot(scale, least), dot(scale, last));
            self.dots.line((x, top), (x, bottom));
            if let Some((_, from)) = before
                && (from < top || from > bottom)
            {
                // Only the way between, in this column.
                let near = if from < top { top } else { bottom };
                self.dots.line((x, from + (near - from).signum()), (x, near));
            }
            before = Some((x, end));
        }
        self.dots.paint(area, buf, style, ascii);
    }

    /// Neutral line, gaps, crosshair and the labels of the axis.
    fn below(&self, scale: &ValueScale, areas: &Areas, buf: &mut Buffer, shown: &Shown<'_>) {
        let (cx, area) = (shown.cx, areas.plot);
        let theme = cx.theme;
        let (spec, ascii) = (shown.row.setup.spec, theme.ascii);
        if let Some(row) = spec.range.neutral.and_then(|neutral| scale.row(neutral)) {
            let glyph = if ascii { '-' } else { '─' };
            (area.left()..area.right()).for_each(|x| put_under(buf, x, area.y + row, glyph, theme.border));
        }
        for (at, what) in shown.flow.breaks.iter() {
            if let Some(column) = self.course.column(*at).filter(|_| concerns(spec, *what)) {
                let x = area.x + column / 2;
                let glyph = if ascii { ':' } else { '┊' };
                (area.top()..area.bottom()).for_each(|y| put_under(buf, x, y, glyph, theme.warning));
            }
        }
        if let Some(column) = cx.cross.and_then(|cross| self.course.column(cross.at)) {
            let x = area.x + column / 2;
            let glyph = if ascii { '|' } else { '│' };
            (area.top()..area.bottom()).for_each(|y| put_under(buf, x, y, glyph, theme.crosshair));
        }
        let (ticks, decimals) = scale.ticks(3);
        for (value, row) in ticks {
            let text = axis_text(value, decimals);
            let y = areas.axis.y + row;
            put(buf, areas.axis.x, y, if ascii { '-' } else { '╴' }, theme.grid);
            paint::text(buf, areas.axis.x + 1, y, AXIS - 2, &text, theme.dim);
        }
        // The current value stands over the labels.
        if let Ok(reading) = &shown.row.latest
            && let Some(row) = scale.row(reading.value())
        {
            let style = if shown.fresh { theme.tag } else { theme.dim };
            let text = figures::text(reading.value(), spec.unit, shown.instrument, figures::is_signed(spec));
            let y = areas.axis.y + row;
            (areas.axis.left()..areas.axis.right() - 1).for_each(|x| put(buf, x, y, ' ', style));
            paint::text(buf, areas.axis.x + 1, y, AXIS - 2, &text, style);
        }
    }

    /// How many samples in view had the values of each row; the current one's is marked.
    fn histogram(&mut self, scale: &ValueScale, area: Rect, buf: &mut Buffer, shown: &Shown<'_>) {
        if area.width < 4 {
            return;
        }
        let theme = shown.cx.theme;
        self.counts.clear();
        self.counts.resize(usize::from(area.height), 0);
        for row in self.course.values.iter().filter_map(|value| scale.row(*value)) {
            if let Some(count) = self.counts.get_mut(usize::from(row)) {
                *count += 1;
            }
        }
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1);
        let now = shown.row.latest.as_ref().ok().and_then(|reading| scale.row(reading.value()));
        for (row, count) in self.counts.iter().enumerate() {
            let y = area.y + row as u16;
            let here = now == u16::try_from(row).ok();
            let style = if here && shown.fresh { theme.series_1 } else { theme.dim };
            if here {
                put(buf, area.x, y, if theme.ascii { '>' } else { '▸' }, style);
            }
            let share = f64::from(*count) / f64::from(most);
            blocks::lying(buf, area.x + 1, y, area.width - 1, share, style, theme.ascii);
        }
    }

    fn times(&self, areas: &Areas, buf: &mut Buffer, shown: &Shown<'_>) {
        let (cx, area) = (shown.cx, areas.times);
        let columns: Vec<(u16, Nanos)> = (0..areas.plot.width).map(|x| (x, self.course.end(x * 2))).collect();
        for label in time_axis::labels(&columns, areas.plot.width, cx.zone) {
            let style = if label.is_date { cx.theme.text } else { cx.theme.dim };
            paint::text(buf, area.x + label.left, area.y, area.width, &label.text, style);
        }
        if areas.histogram.width > 0 {
            let count = format!("{} samples", self.course.values.len());
            paint::text_right(buf, areas.histogram.right(), area.y, areas.histogram.width + AXIS - 2, &count, cx.theme.dim);
        }
    }
}

/// The row of dots of a value.
fn dot(scale: &ValueScale, value: f64) -> i32 {
    let all = i32::from(scale.rows()) * 4;
    ((scale.y(value) * 4.0) as i32).clamp(0, (all - 1).max(0))
}

fn axis_text(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    if plain.len() <= usize::from(AXIS - 2) { plain } else { format!("{value:.1e}") }
}

/// Whether an indicator looks at what was not seen.
const fn concerns(spec: &Spec, what: Break) -> bool {
    match what {
        Break::Trades => spec.needs.trades,
        Break::Quotes => spec.needs.top,
        Break::Book => spec.needs.book,
    }
}
