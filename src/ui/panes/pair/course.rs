//! What a pair did over time: spread, z-score, hedge ratio or correlation, one pane each. Zoom, place and crosshair are the link's,
//! so that these panes and charts of the same link stand one above the other.

use super::columns::{Columns, Groups, Moments, least_right};
use super::input::{Asked, Drag};
use crate::alert::PairFigure;
use crate::analytics::pairs::{Course, Method, Point};
use crate::app::commands::{Command, Scope};
use crate::app::pairs::PairWork;
use crate::domain::Nanos;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::chart::viewport::{FIRST_ZOOM, ZOOMS, Zoom};
use crate::ui::panes::propose;
use crate::ui::panes::reason;
use crate::ui::widgets::braille::Dots;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// The zoom these panes begin with: a line needs less room than candles, two bars a cell.
pub(super) const BASE: usize = FIRST_ZOOM - 2;

/// What such a pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// y less its hedge in x.
    Spread,
    /// How unusual the spread is.
    ZScore,
    /// The hedge ratio.
    Hedge,
    /// How the two go together.
    Correlation,
}

impl What {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Spread => "Spread",
            Self::ZScore => "Z-score",
            Self::Hedge => "Hedge ratio",
            Self::Correlation => "Correlation",
        }
    }
}

impl Moments for Course {
    fn len(&self) -> usize {
        self.len()
    }

    fn at(&self, index: usize) -> Option<Nanos> {
        self.get(index).map(|point| point.at)
    }

    fn position(&self, at: Nanos) -> usize {
        self.position(at)
    }
}

/// Where things are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layout {
    /// The line of figures; empty where there is no room.
    pub line: Rect,
    /// The plot itself.
    pub plot: Rect,
    /// The axis of values at its right.
    pub axis: Rect,
    /// The axis of times below it; empty where there is no room.
    pub times: Rect,
}

impl Layout {
    /// Cells of the values' axis.
    pub const AXIS: u16 = 10;

    fn of(area: Rect) -> Self {
        let line = u16::from(area.height >= 4);
        let times = u16::from(area.height >= 7);
        let axis = Self::AXIS.min(area.width / 3);
        let plot = Rect { y: area.y + line, width: area.width - axis, height: area.height.saturating_sub(line + times), ..area };
        Self {
            line: Rect { height: line, ..area },
            plot,
            axis: Rect { x: plot.right(), width: axis, ..plot },
            times: Rect { y: plot.bottom(), height: times, ..area },
        }
    }
}

/// What stands in one column: the least, the most and the last value of its bars.
pub(super) type Values = Option<(f64, f64, f64)>;

/// A pane of one figure of a pair over time.
#[derive(Debug)]
pub struct CoursePane {
    pub(super) what: What,
    pub(super) columns: Columns,
    pub(super) layout: Layout,
    /// What stands in each column.
    pub(super) values: Vec<Values>,
    /// Mean and deviation of the spread around each column.
    pub(super) usual: Vec<Option<(f64, f64)>>,
    pub(super) dots: Dots,
    pub(super) drag: Option<Drag>,
    pub(super) asked: Option<Asked>,
    pub(super) working: bool,
}

impl CoursePane {
    /// A pane of one figure.
    pub fn new(what: What) -> Self {
        Self {
            what,
            columns: Columns::default(),
            layout: Layout::default(),
            values: Vec::new(),
            usual: Vec::new(),
            dots: Dots::default(),
            drag: None,
            asked: None,
            working: false,
        }
    }

    /// How wide bars are.
    pub(super) fn zoom(cx: &Cx<'_>) -> Zoom {
        let at = (BASE as i64 + i64::from(cx.window.zoom)).clamp(0, ZOOMS.len() as i64 - 1);
        ZOOMS[at as usize]
    }

    /// Position of the newest bar in view.
    pub(super) fn right(&self, work: &PairWork, cx: &Cx<'_>) -> usize {
        let course = work.course();
        let newest = course.len().saturating_sub(1);
        let zoom = Self::zoom(cx);
        let least = least_right(course, Groups::of(work.key.timeframe.nanos(), zoom), zoom, self.layout.plot.width).min(newest);
        match cx.window.newest {
            Some(at) => course.position(Nanos(at.0.saturating_add(1))).saturating_sub(1).clamp(least, newest),
            None => newest,
        }
    }

    /// The figure of one bar.
    pub(super) fn value(&self, point: &Point, work: &PairWork) -> Option<f64> {
        match self.what {
            // By the hedge ratio of now throughout: one of its own at every bar would jump with the ratio rather than the prices.
            What::Spread => work.latest_point().and_then(|latest| latest.beta).map(|beta| point.y - beta * point.x),
            What::ZScore => point.z,
            What::Hedge => point.beta,
            What::Correlation => point.corr,
        }
        .filter(|value| value.is_finite())
    }

    /// Works out what stands in each column.
    fn gather(&mut self, work: &PairWork) {
        let course = work.course();
        self.values.clear();
        let mut values = std::mem::take(&mut self.values);
        for column in &self.columns.all {
            let mut all: Values = None;
            for value in (column.first..=column.last).filter_map(|index| self.value(&course.get(index)?, work)) {
                all = Some(all.map_or((value, value, value), |(least, most, _)| (least.min(value), most.max(value), value)));
            }
            values.push(all);
        }
        self.values = values;
        self.usual.clear();
        // A filter's z-score has nothing to do with the last bars' deviation.
        if self.what == What::Spread && work.key.setup.method != Method::Kalman {
            self.gather_usual(work);
        }
    }

    /// Mean and deviation of the last bars of the z-score's window, by the hedge ratio of now.
    fn gather_usual(&mut self, work: &PairWork) {
        let (course, window) = (work.course(), work.key.setup.z);
        let mut usual = std::mem::take(&mut self.usual);
        let first = self.columns.all.first().map_or(0, |column| column.first);
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0_usize);
        // Around a value that is near: squares of what is left keep their digits.
        let near = course.get(first).and_then(|point| self.value(&point, work)).unwrap_or(0.0);
        let off = |index: usize| course.get(index).and_then(|point| self.value(&point, work)).map_or(0.0, |value| value - near);
        let mut next = first.saturating_sub(window - 1);
        for column in &self.columns.all {
            while next <= column.last {
                let value = off(next);
                (sum, squares, count) = (sum + value, squares + value * value, count + 1);
                if count > window {
                    let old = off(next - window);
                    (sum, squares, count) = (sum - old, squares - old * old, count - 1);
                }
                next += 1;
            }
            let n = count as f64;
            let variance = (squares - sum * sum / n) / (n - 1.0);
            usual.push((count == window && variance.is_finite()).then(|| (near + sum / n, variance.max(0.0).sqrt())));
        }
        self.usual = usual;
    }
}

impl Pane for CoursePane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::raw(self.what.name())];
        let Ok(work) = cx.pair() else { return Line::from(spans) };
        let names = match self.what {
            What::Spread => super::names(work, theme.ascii),
            _ => format!("{}/{}", work.key.y, work.key.x),
        };
        spans.push(Span::styled(format!(" {names}"), theme.accent));
        spans.push(Span::styled(format!(" {}", work.key.timeframe), theme.dim));
        let setup = work.key.setup;
        let how = match self.what {
            What::Spread | What::Hedge => super::method(&setup),
            What::ZScore if setup.method == Method::Kalman => super::method(&setup),
            What::ZScore => format!("{}, z {}", super::method(&setup), super::figures::bars(setup.z)),
            What::Correlation => {
                format!("{} {}", super::figures::bars(setup.z), if setup.returns { "log returns" } else { "closes" })
            }
        };
        spans.push(Span::styled(format!(" {how}"), theme.dim));
        // Said where a trade would begin; the others are only greyed.
        let says = matches!(self.what, What::Spread | What::ZScore);
        if let Some(stale) = super::stale(work, theme.ascii).filter(|_| says) {
            spans.push(Span::styled(format!(" {stale}"), theme.warning));
        }
        // A correlation needs no line.
        if self.working && self.what != What::Correlation {
            let (all, left) = (work.course().len().max(1), work.course().unfilled());
            spans.push(Span::styled(format!(" working, {} %", (all - left.min(all)) * 100 / all), theme.warning));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::PairChart
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        self.answer(command, count, cx)
    }

    fn on_line(&mut self, command: Command, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        if command == Command::ChartGoTo { self.go_to(text, cx) } else { Ok(Handled::No) }
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        let figure = match self.what {
            What::Spread => PairFigure::Spread,
            What::ZScore => PairFigure::Zscore,
            What::Hedge => PairFigure::Beta,
            What::Correlation => PairFigure::Correlation,
        };
        propose::of_pair(figure, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.answer_mouse(event, cx)
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        self.layout = Layout::of(area);
        self.columns.all.clear();
        let work = match cx.pair() {
            Ok(work) => work,
            Err(why) => return reason::message(area, buf, &why, cx.theme.dim, cx.theme.ascii),
        };
        self.working = work.is_working();
        if area.width < 16 || area.height < 2 {
            return;
        }
        let zoom = Self::zoom(cx);
        let right = self.right(work, cx);
        let groups = Groups::of(work.key.timeframe.nanos(), zoom);
        self.columns.fill(work.course(), groups, zoom, right, self.layout.plot.width);
        self.gather(work);
        self.draw(buf, cx, work, zoom);
    }
}
