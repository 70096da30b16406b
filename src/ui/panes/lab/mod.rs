//! The signals lab: whether an indicator says anything about the price after it, here. On the samples the engine keeps, live and
//! in a replay; worked out a little in every frame.
//!
//! Kept with a layout: `horizon` (seconds), `of` (`value` or `z`), `sort` (`catalogue`, `ic` or `best`), `reversed`.

mod detail;
mod plots;
mod rolling;
mod rows;
#[cfg(test)]
mod tests;

use self::rolling::{Rolling, Subject};
use self::rows::Fitting;
use super::list::ListState;
use super::reason;
use crate::analytics::lab::{HORIZONS, Of, Report, Row};
use crate::app::commands::{Command, Scope};
use crate::app::lab;
use crate::drive::view::ReplayState;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::text;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::cmp::Ordering;
use toml::Value;

/// Samples looked at: an hour of seconds.
const WINDOW: usize = 3_600;
/// Cells beside the whole list from which on details stand beside it.
const BESIDE: u16 = 44;
/// Rows from which on there are details below the list, and the fewest they get.
const BELOW: (u16, u16) = (15, 9);

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sort {
    /// As the catalogue has them.
    #[default]
    Catalogue,
    /// By the size of the coefficient at the chosen horizon.
    Ic,
    /// By how unlikely chance is at the best horizon.
    Best,
}

impl Sort {
    const ALL: [Self; 3] = [Self::Catalogue, Self::Ic, Self::Best];

    const fn name(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Ic => "ic",
            Self::Best => "best",
        }
    }
}

/// The signals lab.
#[derive(Debug)]
pub struct LabPane {
    list: ListState,
    /// Place in [`HORIZONS`].
    chosen: usize,
    of: Of,
    sort: Sort,
    reversed: bool,
    rolling: Rolling,
    /// Rows of the report in the order shown.
    shown: Vec<usize>,
    /// The indicator the cursor is on, wherever the order puts it.
    at: Option<String>,
    /// The coefficient that fills a bar.
    most: f64,
    /// Where the list was drawn.
    drawn: (Rect, Fitting),
    dots: Dots,
}

impl Default for LabPane {
    fn default() -> Self {
        Self {
            list: ListState::default(),
            chosen: 1,
            of: Of::Value,
            sort: Sort::Catalogue,
            reversed: false,
            rolling: Rolling::default(),
            shown: Vec::new(),
            at: None,
            most: 0.1,
            drawn: (Rect::default(), Fitting::default()),
            dots: Dots::default(),
        }
    }
}

/// A horizon as briefly as it can be read: `5s`, `1m`.
fn horizon_text(seconds: u32) -> String {
    if seconds >= 60 && seconds.is_multiple_of(60) { format!("{}m", seconds / 60) } else { format!("{seconds}s") }
}

/// Where a row stands against another; what has no figure comes last.
fn compare(sort: Sort, horizon: u32, reversed: bool, a: &Row, b: &Row) -> Ordering {
    let key = |row: &Row| match sort {
        Sort::Catalogue => None,
        Sort::Ic => row.at(horizon).and_then(|cell| cell.ic.ok()).map(|ic| -ic.rho.abs()),
        Sort::Best => row.best().and_then(|cell| cell.ic.ok()?.p),
    };
    match (key(a), key(b)) {
        (Some(a), Some(b)) if reversed => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

impl LabPane {
    /// The chosen horizon, in seconds.
    fn horizon(&self) -> u32 {
        HORIZONS.get(self.chosen).copied().unwrap_or(HORIZONS[0])
    }

    /// Puts the rows in order and finds the cursor's again.
    fn arrange(&mut self) {
        let Some(report) = self.rolling.report() else { return };
        self.shown = (0..report.rows.len()).filter(|&i| self.list.shows(&report.rows[i].name)).collect();
        let (sort, horizon, reversed) = (self.sort, self.horizon(), self.reversed);
        if sort == Sort::Catalogue {
            if reversed {
                self.shown.reverse();
            }
        } else {
            self.shown.sort_by(|&a, &b| compare(sort, horizon, reversed, &report.rows[a], &report.rows[b]));
        }
        let place = |name: &String| self.shown.iter().position(|&i| report.rows[i].name == *name);
        if let Some(place) = self.at.as_ref().and_then(place) {
            self.list.cursor = place;
        }
        // What there is too little of is often large and shall not flatten the rest.
        let cells = report.rows.iter().flat_map(Row::tested).filter(|cell| cell.enough());
        self.most = cells.filter_map(|cell| cell.ic.ok()).map(|ic| ic.rho.abs()).fold(0.1, f64::max);
    }

    /// The report's row the cursor is on.
    fn row<'a>(&self, report: &'a Report) -> Option<&'a Row> {
        report.rows.get(*self.shown.get(self.list.cursor)?)
    }

    fn keep_place(&mut self) {
        self.at = self.rolling.report().and_then(|report| self.row(report)).map(|row| row.name.clone());
    }

    fn choose(&mut self, place: usize) {
        self.chosen = place.min(HORIZONS.len() - 1);
    }

    /// Takes in what is newer; whether there is anything to show.
    fn keep(&mut self, cx: &Cx<'_>) -> bool {
        let flow = cx.symbol_view().map(|view| &view.flow);
        let newest = flow.and_then(|flow| flow.times.last().copied());
        let (Some(symbol), Some(upto), Some(flow)) = (cx.symbol, newest, flow) else {
            self.rolling.clear();
            return false;
        };
        let of = self.of;
        let subject = Subject { symbol, of, upto, columns: flow.rows.len() };
        let first = self.shown.get(self.list.cursor).copied().unwrap_or(0);
        let replay = cx.view.session.replay.as_ref();
        let still = replay.is_some_and(|replay| matches!(replay.state, ReplayState::Paused | ReplayState::Ended));
        self.rolling.keep(subject, cx.view.session.now, still, first, || lab::sheet(flow, WINDOW, &[of]));
        self.arrange();
        self.rolling.report().is_some_and(|report| !report.rows.is_empty())
    }

    /// Divides its room among so many rows of the list and the rest.
    fn split(area: Rect, rows: usize) -> Areas {
        let beside = area.width >= Fitting::whole() + 3 + BESIDE && area.height >= 8;
        let width = if beside { Fitting::whole() } else { area.width };
        let wanted = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(1).max(2);
        let note = if area.height >= 20 || (beside && area.height >= 10) { 2 } else { 0 };
        // Without room beside the list the details get half of it, and what the list leaves.
        let below = if beside || area.height < BELOW.0 { 0 } else { (area.height / 2).max(BELOW.1) };
        let list = Rect { width, height: wanted.min(area.height - note - below), ..area };
        let note = Rect { y: list.bottom(), height: note, ..list };
        let rest = Rect { y: note.bottom(), height: area.bottom() - note.bottom(), ..list };
        if beside {
            let words = Rect { x: area.x + width + 3, width: area.width - width - 3, ..area };
            let plot = (rest.height >= 10).then_some(rest);
            Areas { list, note, words, plot }
        } else {
            let words = if rest.height >= BELOW.1.min(below.max(2)) && below > 0 { rest } else { Rect::default() };
            Areas { list, note, words, plot: None }
        }
    }
}

/// Where things are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Areas {
    list: Rect,
    note: Rect,
    /// What is known of the chosen indicator.
    words: Rect,
    /// Room of their own for the deciles, where there is any.
    plot: Option<Rect>,
}

impl Pane for LabPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::raw("Lab"), Span::styled(format!(" {}", self.of.name()), theme.accent)];
        if let Some(report) = self.rolling.report() {
            let seconds = report.samples as u64 * u64::from(report.step_ms) / 1_000;
            let span = crate::domain::Nanos::from_secs(i64::try_from(seconds).unwrap_or(0));
            spans.push(Span::styled(format!(" last {}", text::span(span, theme.ascii)), theme.dim));
        }
        if self.sort != Sort::Catalogue {
            spans.push(Span::styled(format!(" by {}", self.sort.name()), theme.dim));
        }
        spans.push(Span::styled(self.list.title(), theme.accent));
        if !self.rolling.is_whole() && self.rolling.is_working() {
            spans.push(Span::styled(if theme.ascii { " working..." } else { " working…" }, theme.warning));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Lab
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::LabLonger => self.choose(self.chosen.saturating_add(count as usize)),
            Command::LabShorter => self.choose(self.chosen.saturating_sub(count as usize)),
            Command::LabSeries => self.of = if self.of == Of::Value { Of::Z } else { Of::Value },
            Command::ListSort => {
                let now = Sort::ALL.iter().position(|sort| *sort == self.sort).unwrap_or(0);
                self.sort = Sort::ALL[(now + count as usize) % Sort::ALL.len()];
            }
            Command::ListReverse => self.reversed = !self.reversed,
            other if self.list.on_command(other, count) => self.keep_place(),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("horizon".to_owned(), Value::Integer(self.horizon().into()));
        table.insert("of".to_owned(), self.of.name().into());
        table.insert("sort".to_owned(), self.sort.name().into());
        table.insert("reversed".to_owned(), self.reversed.into());
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        let word = |key: &str| settings.get(key).and_then(Value::as_str);
        let horizon = settings.get("horizon").and_then(Value::as_integer);
        if let Some(place) = HORIZONS.iter().position(|known| horizon == Some(i64::from(*known))) {
            self.chosen = place;
        }
        if let Some(of) = Of::ALL.into_iter().find(|of| word("of") == Some(of.name())) {
            self.of = of;
        }
        if let Some(sort) = Sort::ALL.into_iter().find(|sort| word("sort") == Some(sort.name())) {
            self.sort = sort;
        }
        if let Some(reversed) = settings.get("reversed").and_then(Value::as_bool) {
            self.reversed = reversed;
        }
    }

    fn is_working(&self) -> bool {
        self.rolling.is_working()
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        let (list, fitting) = self.drawn;
        if event.kind == MouseEventKind::Down(MouseButton::Left)
            && event.row == list.y
            && let Some(place) = event.column.checked_sub(list.x).and_then(|x| fitting.horizon_at(x))
        {
            self.choose(place);
            return Handled::Yes;
        }
        self.list.on_mouse(event, list);
        self.keep_place();
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        let theme = cx.theme;
        if !self.keep(cx) {
            return reason::message(area, buf, &reason::why_empty(cx, "samples of indicators"), theme.dim, theme.ascii);
        }
        let areas = Self::split(area, self.shown.len());
        let list_area = areas.list;
        let fitting = Fitting::of(list_area.width, self.chosen);
        self.drawn = (list_area, fitting);
        let (mut list, mut dots) = (std::mem::take(&mut self.list), std::mem::take(&mut self.dots));
        if let Some(report) = self.rolling.report() {
            let whole = self.rolling.is_whole();
            let heading = rows::heading(fitting, self.chosen, cx);
            let shown = &self.shown;
            list.render(list_area, buf, cx, &heading, shown.len(), |row| {
                rows::row(&report.rows[shown[row]], report, whole, fitting, self, cx)
            });
            if shown.is_empty() {
                let text = format!("no indicator matches{}", list.title());
                paint::text(buf, list_area.x, list_area.y + 1, list_area.width, &text, theme.dim);
            }
            if whole {
                detail::chances(areas.note, buf, report, cx);
            }
            if let Some(row) = shown.get(list.cursor).and_then(|row| report.rows.get(*row)) {
                detail::draw(areas.words, areas.plot, buf, row, report, self, &mut dots, cx);
            }
        }
        (self.list, self.dots) = (list, dots);
    }
}
