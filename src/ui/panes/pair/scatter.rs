//! The closes of a pair against each other — x to the right, y upwards — with the line through them.
//!
//! The newer half of the window is drawn strong, the older half dim. A click shows which bar a dot is.

use super::figures::{bars, minus, priced, signed, significant};
use crate::alert::PairFigure;
use crate::analytics::pairs::{Method, Point};
use crate::app::commands::{Command, Scope};
use crate::app::link::Cross;
use crate::app::pairs::PairWork;
use crate::domain::{Nanos, Symbol};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::axis::{self, Part};
use crate::ui::panes::propose;
use crate::ui::panes::reason;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::clock;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::values::ValueScale;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

/// Cells of the axis of y.
const AXIS: u16 = 10;
/// Cells a click may be off a dot.
const NEAR: f64 = 3.0;

/// Where prices are on the screen.
#[derive(Debug, Clone, Copy)]
struct Plane {
    plot: Rect,
    x: ValueScale,
    y: ValueScale,
}

impl Plane {
    fn of(plot: Rect, closes: &[(f64, f64)]) -> Option<Self> {
        let (x, y) = closes.first().copied()?;
        let mut ends = (x, x, y, y);
        for (x, y) in closes {
            ends = (ends.0.min(*x), ends.1.max(*x), ends.2.min(*y), ends.3.max(*y));
        }
        Some(Self { plot, x: ValueScale::fit(ends.0, ends.1, plot.width), y: ValueScale::fit(ends.2, ends.3, plot.height) })
    }

    /// How far to the right a price of x is, in cells.
    fn across(&self, x: f64) -> f64 {
        f64::from(self.plot.width) - self.x.y(x)
    }

    fn dot(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let (wide, high) = (i32::from(self.plot.width) * 2 - 1, i32::from(self.plot.height) * 4 - 1);
        (((self.across(x) * 2.0) as i32).min(wide), ((self.y.y(y) * 4.0) as i32).min(high))
    }

    /// The cell of a pair of prices; `None` outside.
    fn cell(&self, (x, y): (f64, f64)) -> Option<(u16, u16)> {
        let ((left, right), row) = (self.x.ends(), self.y.row(y)?);
        let inside = x >= left && x <= right && self.plot.width > 0;
        inside.then(|| (self.plot.x + (self.across(x) as u16).min(self.plot.width - 1), self.plot.y + row))
    }

    /// Draws α + β·x, as far as it is in view.
    fn line(&self, dots: &mut Dots, alpha: f64, beta: f64) {
        let ((left, right), (low, high)) = (self.x.ends(), self.y.ends());
        let (wide, tall) = (i32::from(self.plot.width) * 2, f64::from(self.plot.height) * 4.0);
        let mut before: Option<(i32, i32)> = None;
        for column in 0..wide {
            let x = left + (right - left) * (f64::from(column) + 0.5) / f64::from(wide);
            let part = (high - (alpha + beta * x)) / (high - low) * tall;
            if !part.is_finite() {
                continue;
            }
            let at = (column, part.clamp(-tall, tall * 2.0) as i32);
            dots.line(before.unwrap_or(at), at);
            before = Some(at);
        }
    }
}

/// The regression scatter of a pair.
#[derive(Debug, Default)]
pub struct ScatterPane {
    /// Closes of x and y in the window, oldest first, with the starts of those bars that are still known.
    closes: Vec<(f64, f64)>,
    starts: Vec<Option<Nanos>>,
    plane: Option<Plane>,
    dots: [Dots; 3],
}

impl ScatterPane {
    fn gather(&mut self, work: &PairWork) {
        let course = work.course();
        let (y, x) = course.window();
        self.closes.clear();
        self.closes.extend(x.iter().copied().zip(y.iter().copied()));
        let count = self.closes.len();
        self.starts.clear();
        self.starts.extend((0..count).map(|i| Some(course.get((course.len() + i).checked_sub(count)?)?.at)));
    }

    /// The bar whose dot is nearest to a cell, of equals the newest.
    fn nearest(&self, at: Position) -> Option<Nanos> {
        let plane = self.plane.as_ref()?;
        // A cell is twice as high as wide.
        let (x, y) = (f64::from(at.x - plane.plot.x) + 0.5, (f64::from(at.y - plane.plot.y) + 0.5) * 2.0);
        let far = |(close, start): (&(f64, f64), &Option<Nanos>)| {
            let start = (*start)?;
            Some(((plane.across(close.0) - x).hypot(plane.y.y(close.1) * 2.0 - y), start))
        };
        let all = self.closes.iter().zip(&self.starts).rev().filter_map(far);
        all.filter(|(far, _)| *far <= NEAR).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, start)| start)
    }

    fn draw(&mut self, buf: &mut Buffer, cx: &Cx<'_>, work: &PairWork, plane: &Plane, pointed: Option<&Point>) {
        let (theme, plot) = (cx.theme, plane.plot);
        let fresh = work.stale_leg().is_none();
        let latest = work.latest_point();
        if let Some((across, down)) = pointed.and_then(|point| plane.cell((point.x, point.y))) {
            let (upright, level) = if theme.ascii { ('|', '-') } else { ('│', '─') };
            (plot.top()..plot.bottom()).for_each(|y| put_under(buf, across, y, upright, theme.grid));
            (plot.left()..plot.right()).for_each(|x| put_under(buf, x, down, level, theme.grid));
        }
        let [all, newer, line] = &mut self.dots;
        for dots in [&mut *all, &mut *newer, &mut *line] {
            dots.reset(plot.width, plot.height);
        }
        let half = self.closes.len() / 2;
        for (i, close) in self.closes.iter().enumerate() {
            let (x, y) = plane.dot(*close);
            all.set(x, y);
            if i >= half {
                newer.set(x, y);
            }
        }
        let strong = if fresh { theme.series_1 } else { theme.dim };
        let through = if fresh { theme.series_2 } else { theme.dim };
        if let Some((alpha, beta)) = latest.and_then(|point| point.alpha.zip(point.beta)) {
            plane.line(line, alpha, beta);
        }
        if theme.ascii {
            line.restyle(plot, buf, through, Some('-'));
            all.restyle(plot, buf, theme.dim, Some('.'));
            newer.restyle(plot, buf, strong, Some('*'));
        } else {
            // A cell has one colour: the line keeps its own all along, and the newer dots theirs beside older ones.
            if let Some((alpha, beta)) = latest.and_then(|point| point.alpha.zip(point.beta)) {
                plane.line(all, alpha, beta);
            }
            all.paint(plot, buf, theme.dim, false);
            newer.restyle(plot, buf, strong, None);
            line.restyle(plot, buf, through, None);
        }
        let mut mark = |point: Option<&Point>, glyph: char, style: Style| {
            if let Some((x, y)) = point.and_then(|point| plane.cell((point.x, point.y))) {
                put(buf, x, y, glyph, style.add_modifier(Modifier::BOLD));
            }
        };
        let bright = if fresh { theme.bright } else { theme.dim };
        mark(latest.as_ref(), if theme.ascii { 'O' } else { '●' }, bright);
        mark(pointed, if theme.ascii { '+' } else { '◆' }, theme.accent);
    }

    /// Both axes with round prices, the newest closes, and those of the bar that is pointed at.
    fn axes(buf: &mut Buffer, cx: &Cx<'_>, work: &PairWork, plane: &Plane, right: Rect, below: Rect, pointed: Option<&Point>) {
        let theme = cx.theme;
        let (latest, fresh) = (work.latest_point(), work.stale_leg().is_none());
        let now = if fresh { theme.tag } else { theme.dim.add_modifier(Modifier::REVERSED) };
        let tags = [(latest.as_ref(), now), (pointed, theme.crosshair.add_modifier(Modifier::REVERSED))];
        if right.width >= 4 {
            let (ticks, decimals) = plane.y.ticks(if right.height >= 12 { 3 } else { 2 });
            for (value, row) in ticks {
                put(buf, right.x, right.y + row, if theme.ascii { '-' } else { '╴' }, theme.grid);
                let text = minus(format!("{value:.decimals$}"), theme.ascii);
                paint::text(buf, right.x + 1, right.y + row, right.width - 1, &text, theme.dim);
            }
            for (point, style) in tags {
                let Some((point, row)) = point.and_then(|point| Some((point, plane.y.row(point.y)?))) else { continue };
                axis::tag(buf, right, row, ' ', "", style);
                let text = price(point.y, work.key.y, cx);
                paint::text(buf, right.x + 1, right.y + row, right.width - 1, &text, style);
            }
        }
        if below.height == 0 {
            return;
        }
        let plot = plane.plot;
        let mut taken: Vec<(u16, u16)> = Vec::new();
        let mut label = |buf: &mut Buffer, across: f64, text: &str, style: Style| {
            let cells = paint::cells(text);
            let left = (plot.x + across as u16).saturating_sub(cells / 2);
            let left = left.clamp(plot.x, plot.right().saturating_sub(cells).max(plot.x));
            if cells <= plot.width && taken.iter().all(|(from, to)| left + cells < *from || left > *to) {
                paint::text(buf, left, below.y, cells, text, style);
                taken.push((left, left + cells));
            }
        };
        for (point, style) in tags.into_iter().rev() {
            if let Some(point) = point.filter(|point| plane.cell((point.x, point.y)).is_some()) {
                label(buf, plane.across(point.x), &format!(" {} ", price(point.x, work.key.x, cx)), style);
            }
        }
        let (ticks, decimals) = plane.x.ticks(14);
        for (value, _) in ticks {
            label(buf, plane.across(value), &minus(format!("{value:.decimals$}"), theme.ascii), theme.dim);
        }
        let (symbol, room) = (work.key.x.to_string(), right.width.saturating_sub(1));
        paint::text(buf, right.x + 1, below.y, room, &text::fit(&symbol, room, theme.ascii), theme.dim);
    }

    /// The line's figures, or those of the bar that is pointed at.
    fn figures(buf: &mut Buffer, line: Rect, cx: &Cx<'_>, work: &PairWork, have: usize, pointed: Option<&Point>) {
        let (theme, setup) = (cx.theme, &work.key.setup);
        let fresh = work.stale_leg().is_none();
        let main = if fresh { theme.bright } else { theme.dim };
        let mut parts: Vec<Part> = Vec::new();
        let mut part = |rank: u8, text: String, style: Style| parts.push(Part { rank, text, style });
        let latest = work.latest_point();
        let fit = latest.as_ref().and_then(|point| point.alpha.zip(point.beta));
        if let Some(point) = pointed {
            let at = clock::local(point.at, cx.zone);
            let day = if work.key.timeframe.secs() >= 86_400 { clock::day_month(at) } else { clock::hour_minute(at) };
            part(0, day, theme.accent);
            part(1, format!("y {}", price(point.y, work.key.y, cx)), theme.text);
            part(1, format!("x {}", price(point.x, work.key.x, cx)), theme.text);
            if let Some((alpha, beta)) = fit {
                part(2, format!("off the line {}", off(point.y - alpha - beta * point.x, theme)), main);
            }
        } else if let Some((alpha, beta)) = fit {
            part(0, format!("β {}", minus(significant(beta, 5), theme.ascii)), main);
            let beside = latest.as_ref().map_or(0.0, |point| point.y);
            part(2, format!("α {}", priced(alpha, beside, theme.ascii)), theme.text);
            match (latest.and_then(|point| point.r2), setup.method) {
                (Some(r2), _) => part(1, format!("r² {r2:.4}"), theme.text),
                (None, method) => part(1, method.to_string(), theme.dim),
            }
            let n = if setup.method == Method::Kalman { work.course().seen() } else { have };
            part(3, format!("n {}", bars(n)), theme.dim);
        } else {
            let need = setup.window;
            let why = if have < need && setup.method != Method::Kalman {
                format!("{} of {} bars", bars(have), bars(need))
            } else if work.is_working() {
                "working…".to_owned()
            } else {
                work.course().figures().line.err().map_or_else(|| "no line".to_owned(), |why| format!("no line: {why}"))
            };
            part(0, why, theme.warning);
        }
        if theme.ascii {
            for part in &mut parts {
                part.text = super::plain(&part.text);
            }
        }
        axis::parts(buf, Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }, &parts, 0);
    }
}

fn off(value: f64, theme: &Theme) -> String {
    let decimals = if value.abs() >= 100.0 { 1 } else { 3 };
    signed(value, decimals, theme.ascii)
}

/// A close with as many decimals as the symbol's prices have.
fn price(value: f64, symbol: Symbol, cx: &Cx<'_>) -> String {
    let decimals = cx.view.snapshot.symbol(symbol).map_or(2, |view| view.instrument.price_decimals());
    format!("{value:.decimals$}")
}

impl Pane for ScatterPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        super::title("Scatter", cx, |work| super::method(&work.key.setup))
    }

    fn scope(&self) -> Scope {
        Scope::Pair
    }

    fn on_command(&mut self, command: Command, _count: u32, cx: &Cx<'_>) -> Handled {
        super::cancel(command, cx)
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_pair(PairFigure::Beta, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        let at = Position::new(event.column, event.row);
        let inside = self.plane.as_ref().is_some_and(|plane| plane.plot.contains(at));
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) if inside => match self.nearest(at) {
                Some(at) => Handled::Run(Action::Cross(Some(Cross { at, price: None }))),
                None => Handled::Yes,
            },
            _ => Handled::No,
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.plane = None;
        let work = match cx.pair() {
            Ok(work) => work,
            Err(why) => return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii),
        };
        if area.width < 12 || area.height < 3 {
            return;
        }
        let (line, times) = (u16::from(area.height >= 4), u16::from(area.height >= 6));
        let width = if area.width >= 30 { AXIS } else { 0 };
        let plot = Rect { y: area.y + line, width: area.width - width, height: area.height - line - times, ..area };
        let right = Rect { x: plot.right(), width, ..plot };
        let below = Rect { y: plot.bottom(), height: times, ..area };
        self.gather(work);
        let Some(plane) = Plane::of(plot, &self.closes) else { return };
        self.plane = Some(plane);
        let course = work.course();
        let pointed = cx.cross.and_then(|cross| {
            let found = course.position(Nanos(cross.at.0.saturating_add(1))).checked_sub(1)?;
            course.get(found).filter(|point| cross.at < point.at + work.key.timeframe.nanos())
        });
        self.draw(buf, cx, work, &plane, pointed.as_ref());
        Self::axes(buf, cx, work, &plane, right, below, pointed.as_ref());
        if line > 0 {
            Self::figures(buf, Rect { height: 1, ..area }, cx, work, self.closes.len(), pointed.as_ref());
        }
    }
}

#[cfg(test)]
#[path = "scatter_tests.rs"]
mod tests;
