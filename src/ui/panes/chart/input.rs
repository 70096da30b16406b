//! What keys and the mouse do to a chart.

use super::style::Style;
use super::viewport::{Anchor, Groups, ZOOMS, least_right};
use super::{Asked, ChartPane, Cross, PATIENCE};
use crate::app::commands::Command;
use crate::bars::BarView;
use crate::domain::BarSpec;
use crate::drive::view::Mode;
use crate::ui::pane::{Action, Cx, Handled};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Bars a step of the wheel moves.
const WHEEL: i64 = 3;

impl ChartPane {
    /// Answers a command of the chart's scope.
    pub(super) fn answer(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        if let Some(style) = Style::of(command) {
            self.style = style;
            return Handled::Yes;
        }
        match command {
            Command::ChartStyle => self.style = self.style.next(),
            Command::ChartVolume => self.volume = !self.volume,
            Command::ChartLog => self.log = !self.log,
            Command::ChartZoomIn => return self.zoom_by(count, cx),
            Command::ChartZoomOut => return self.zoom_by(-count, cx),
            Command::ChartCompare => return Handled::Run(Action::Compare(self.compare.symbols().to_vec())),
            Command::ChartCrosshair => self.toggle_cross(),
            Command::ChartOlder if self.cross.is_some() => return self.move_cross(-count, cx),
            Command::ChartNewer if self.cross.is_some() => return self.move_cross(count, cx),
            Command::ChartOlder => return self.pan(-count, cx),
            Command::ChartNewer => return self.pan(count, cx),
            Command::ChartPageOlder => return self.pan(-self.half_page() * count, cx),
            Command::ChartPageNewer => return self.pan(self.half_page() * count, cx),
            Command::ChartOldest => return self.pan(i64::from(i32::MIN), cx),
            Command::ChartFollow => self.follow(),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Answers the mouse: the wheel zooms, with a modifier it pans; dragging pans; moving moves the crosshair.
    pub(super) fn answer_mouse(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let panning = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        match event.kind {
            MouseEventKind::ScrollUp if panning => self.pan(-WHEEL, cx),
            MouseEventKind::ScrollDown if panning => self.pan(WHEEL, cx),
            MouseEventKind::ScrollUp => self.zoom_by(1, cx),
            MouseEventKind::ScrollDown => self.zoom_by(-1, cx),
            MouseEventKind::ScrollLeft => self.pan(-WHEEL, cx),
            MouseEventKind::ScrollRight => self.pan(WHEEL, cx),
            MouseEventKind::Down(MouseButton::Left) => {
                let newest = self.columns.bars.last().map(|column| column.last);
                self.drag = newest.map(|newest| (event.column, newest));
                self.point_at(event)
            }
            MouseEventKind::Drag(MouseButton::Left) => self.drag_to(event.column, cx),
            MouseEventKind::Up(_) => {
                self.drag = None;
                Handled::Yes
            }
            MouseEventKind::Moved => self.point_at(event),
            _ => Handled::No,
        }
    }

    /// Moves the crosshair to the mouse; the price axis and the header are no place for it.
    fn point_at(&mut self, event: MouseEvent) -> Handled {
        let plot = self.layout.plot;
        if self.cross.is_none() || !plot.contains(Position::new(event.column, event.row)) {
            return Handled::No;
        }
        let Some(column) = self.columns.at_cell(event.column - plot.x).and_then(|at| self.columns.bars.get(at)) else {
            return Handled::No;
        };
        let next = Some(Cross { at: column.bar.start, row: Some(event.row - plot.y) });
        if self.cross == next {
            return Handled::No;
        }
        self.cross = next;
        Handled::Yes
    }

    fn drag_to(&mut self, column: u16, cx: &Cx<'_>) -> Handled {
        let (Some((from, newest)), Some(view)) = (self.drag, bars(cx)) else { return Handled::No };
        let zoom = self.zoom();
        let cells = i64::from(from) - i64::from(column);
        let steps = cells / i64::from(zoom.pitch);
        self.move_to(offset(newest, steps.saturating_mul(i64::from(zoom.bars))), view, cx)
    }

    fn zoom_by(&mut self, steps: i64, cx: &Cx<'_>) -> Handled {
        let last = ZOOMS.len() as i64 - 1;
        let zoom = (self.zoom as i64).saturating_add(steps).clamp(0, last) as usize;
        if zoom == self.zoom {
            return Handled::Yes;
        }
        self.zoom = zoom;
        match bars(cx) {
            Some(view) => {
                let right = self.right(view, Groups::of(view, cx.bars, self.zoom().bars), self.layout.cells());
                self.load_older(view, right, cx)
            }
            None => Handled::Yes,
        }
    }

    /// Columns of half a screen.
    fn half_page(&self) -> i64 {
        i64::from((self.layout.cells() / self.zoom().pitch / 2).max(1))
    }

    /// Moves the view by so many columns, to newer bars when positive.
    fn pan(&mut self, columns: i64, cx: &Cx<'_>) -> Handled {
        let Some(view) = bars(cx) else { return Handled::Yes };
        let groups = Groups::of(view, cx.bars, self.zoom().bars);
        let right = self.right(view, groups, self.layout.cells());
        self.move_to(offset(right, columns.saturating_mul(i64::from(self.zoom().bars))), view, cx)
    }

    /// Makes a bar the newest in view, as far as there are bars.
    fn move_to(&mut self, right: usize, view: &BarView, cx: &Cx<'_>) -> Handled {
        let groups = Groups::of(view, cx.bars, self.zoom().bars);
        let newest = view.len().saturating_sub(1);
        let least = least_right(view, groups, self.zoom(), self.layout.cells()).min(newest);
        let right = right.clamp(least, newest);
        self.anchor = match view.get(right) {
            Some(bar) if right < newest => Anchor::At(bar.start),
            _ => Anchor::Follow,
        };
        self.load_older(view, right, cx)
    }

    fn follow(&mut self) {
        self.anchor = Anchor::Follow;
        self.drag = None;
        if let Some(newest) = self.columns.bars.last()
            && let Some(cross) = &mut self.cross
        {
            *cross = Cross { at: newest.bar.start, row: None };
        }
    }

    fn toggle_cross(&mut self) {
        self.cross = match self.cross {
            Some(_) => None,
            None => self.columns.bars.last().map(|column| Cross { at: column.bar.start, row: None }),
        };
    }

    /// Moves the crosshair by so many columns and the view with it where it would leave it.
    fn move_cross(&mut self, columns: i64, cx: &Cx<'_>) -> Handled {
        let Some(cross) = self.cross else { return Handled::No };
        let Some(at) = self.columns.at_time(cross.at) else { return Handled::Yes };
        let wanted = (at as i64).saturating_add(columns);
        let last = self.columns.bars.len() as i64 - 1;
        let within = wanted.clamp(0, last);
        let beyond = wanted - within;
        let group = i64::from(self.zoom().bars);
        let target = self.columns.bars.get(within as usize).map(|column| column.first);
        let (Some(target), Some(view)) = (target, bars(cx)) else { return Handled::Yes };
        if let Some(bar) = view.get(offset(target, beyond.saturating_mul(group)).min(view.len().saturating_sub(1))) {
            self.cross = Some(Cross { at: bar.start, row: None });
        }
        if beyond == 0 { Handled::Yes } else { self.pan(beyond, cx) }
    }

    /// Asks for older bars, once, when the oldest one held has come into view.
    fn load_older(&mut self, view: &BarView, right: usize, cx: &Cx<'_>) -> Handled {
        let (Some(symbol), BarSpec::Time(timeframe), Some(oldest)) = (cx.symbol, cx.bars, view.get(0)) else {
            return Handled::Yes;
        };
        let groups = Groups::of(view, cx.bars, self.zoom().bars);
        let session = &cx.view.session;
        // A recording has no more than it has.
        let in_view = right <= least_right(view, groups, self.zoom(), self.layout.cells());
        let elsewhere = session.mode == Mode::Replay || session.stopped;
        if elsewhere || !in_view || self.layout.cells() == 0 {
            return Handled::Yes;
        }
        let asking = Asked { symbol, timeframe, before: oldest.start, at: session.now };
        let again = self
            .asked
            .is_some_and(|asked| Asked { at: asking.at, ..asked } == asking && session.now.saturating_sub(asked.at) < PATIENCE);
        if again {
            return Handled::Yes;
        }
        self.asked = Some(asking);
        Handled::Run(Action::LoadHistory(symbol, timeframe, oldest.start))
    }
}

/// The bars a chart shows.
fn bars<'a>(cx: &Cx<'a>) -> Option<&'a BarView> {
    cx.symbol_view()?.bars(cx.bars).filter(|view| !view.is_empty())
}

fn offset(index: usize, by: i64) -> usize {
    if by < 0 { index.saturating_sub(by.unsigned_abs() as usize) } else { index.saturating_add(by as usize) }
}
