//! What keys and the mouse do to the charts of a pair.

use super::columns::{Groups, least_right};
use super::course::{BASE, CoursePane};
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::app::link::{Cross, Window};
use crate::app::moments;
use crate::app::pairs::{PairKey, PairWork};
use crate::domain::Nanos;
use crate::drive::view::Mode;
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::panes::chart::viewport::ZOOMS;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Bars a step of the wheel moves.
const WHEEL: i64 = 3;

/// How long an answer may take before older bars are asked for again.
const PATIENCE: Nanos = Nanos::from_secs(10);

/// Older bars that were asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    key: PairKey,
    before: Nanos,
    at: Nanos,
}

/// Where a drag began, and the newest bar then in view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drag {
    x: u16,
    right: usize,
    moved: bool,
}

fn window(newest: Option<Nanos>, cx: &Cx<'_>) -> Handled {
    Handled::Run(Action::Window(Window { newest, ..cx.window }))
}

fn cross(at: Option<Nanos>) -> Action {
    Action::Cross(at.map(|at| Cross { at, price: None }))
}

impl CoursePane {
    pub(super) fn answer(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        let pointing = cx.cross.is_some();
        match command {
            Command::ChartOlder if pointing => self.move_cross(-count, cx),
            Command::ChartNewer if pointing => self.move_cross(count, cx),
            Command::ChartZoomIn | Command::ChartUp => zoom_by(count, cx),
            Command::ChartZoomOut | Command::ChartDown => zoom_by(-count, cx),
            Command::ChartOlder => self.pan(-count, cx),
            Command::ChartNewer => self.pan(count, cx),
            Command::ChartPageOlder => self.pan(-self.half_page() * count, cx),
            Command::ChartPageNewer => self.pan(self.half_page() * count, cx),
            Command::ChartOldest => self.pan(i64::from(i32::MIN), cx),
            Command::ChartFollow => window(None, cx),
            Command::ChartGoTo => {
                let prompt = Prompt::of_pane(command, "Go to", "23:54, 2024-08-08 23:54 or +10m from the first bar", "");
                Handled::Run(Action::Ask(Box::new(prompt)))
            }
            Command::ChartCrosshair => {
                let newest = self.columns.all.last().filter(|_| !pointing);
                Handled::Run(cross(newest.map(|column| column.start)))
            }
            Command::Cancel if pointing => Handled::Run(cross(None)),
            _ => Handled::No,
        }
    }

    /// The wheel zooms, with a modifier it pans; dragging pans; a click points, and while it points so does moving.
    pub(super) fn answer_mouse(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let panning = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollUp if panning => self.pan(-WHEEL, cx),
            MouseEventKind::ScrollDown if panning => self.pan(WHEEL, cx),
            MouseEventKind::ScrollUp => zoom_by(1, cx),
            MouseEventKind::ScrollDown => zoom_by(-1, cx),
            MouseEventKind::ScrollLeft => self.pan(-WHEEL, cx),
            MouseEventKind::ScrollRight => self.pan(WHEEL, cx),
            MouseEventKind::Down(MouseButton::Left) if self.layout.plot.contains(at) => {
                let right = self.columns.all.last().map_or(0, |column| column.last);
                self.drag = Some(Drag { x: at.x, right, moved: false });
                Handled::Yes
            }
            MouseEventKind::Drag(MouseButton::Left) => self.drag_to(at.x, cx),
            MouseEventKind::Up(MouseButton::Left) => match self.drag.take() {
                Some(drag) if !drag.moved => self.point_at(at, cx),
                _ => Handled::Yes,
            },
            MouseEventKind::Moved if cx.cross.is_some() => self.point_at(at, cx),
            _ => Handled::No,
        }
    }

    fn half_page(&self) -> i64 {
        (self.columns.all.len() as i64 / 2).max(1)
    }

    fn drag_to(&mut self, x: u16, cx: &Cx<'_>) -> Handled {
        let zoom = Self::zoom(cx);
        let Some(drag) = &mut self.drag else { return Handled::No };
        let columns = (i64::from(drag.x) - i64::from(x)) / i64::from(zoom.pitch);
        if !drag.moved && columns == 0 {
            return Handled::No;
        }
        drag.moved = true;
        let right = drag.right as i64;
        self.move_to(right.saturating_add(columns.saturating_mul(i64::from(zoom.bars))), cx)
    }

    fn pan(&mut self, columns: i64, cx: &Cx<'_>) -> Handled {
        let Ok(work) = cx.pair() else { return Handled::Yes };
        let by = columns.saturating_mul(i64::from(Self::zoom(cx).bars));
        self.move_to((self.right(work, cx) as i64).saturating_add(by), cx)
    }

    /// Makes a bar the newest in view, as far as there are bars; asks for older ones where the oldest has come into view.
    fn move_to(&mut self, right: i64, cx: &Cx<'_>) -> Handled {
        let Ok(work) = cx.pair() else { return Handled::Yes };
        let (course, zoom) = (work.course(), Self::zoom(cx));
        let newest = course.len().saturating_sub(1) as i64;
        let groups = Groups::of(work.key.timeframe.nanos(), zoom);
        let least = (least_right(course, groups, zoom, self.layout.plot.width) as i64).min(newest);
        let moved = window(course.get(right.clamp(least, newest) as usize).filter(|_| right < newest).map(|point| point.at), cx);
        match (moved, right <= least) {
            (Handled::Run(moved), true) => Handled::Run(Action::All(self.older(work, cx).into_iter().chain([moved]).collect())),
            (moved, _) => moved,
        }
    }

    /// Shows a moment in the middle and points at it.
    ///
    /// # Errors
    /// When the text is no moment, or there are no bars.
    pub(super) fn go_to(&mut self, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        let work = cx.pair()?;
        let course = work.course();
        let first = course.get(0).ok_or("there are no bars to go to")?.at;
        let at = moments::read(text, cx.view.session.now, first, cx.zone)
            .ok_or("expected such as 23:54, 2024-08-08 23:54 or +10m from the first bar")?;
        let holds = course.position(Nanos(at.0.saturating_add(1))).saturating_sub(1);
        let half = self.half_page().saturating_mul(i64::from(Self::zoom(cx).bars));
        let pointed = cross(course.get(holds).map(|point| point.at));
        Ok(match self.move_to((holds as i64).saturating_add(half), cx) {
            Handled::Run(moved) => Handled::Run(Action::All(vec![moved, pointed])),
            _ => Handled::Run(pointed),
        })
    }

    /// Moves the crosshair by so many columns, and the view with it where it would leave it.
    fn move_cross(&mut self, columns: i64, cx: &Cx<'_>) -> Handled {
        let (Some(pointed), Ok(work)) = (cx.cross, cx.pair()) else { return Handled::Yes };
        let course = work.course();
        let bars = i64::from(Self::zoom(cx).bars);
        let newest = course.len().saturating_sub(1) as i64;
        let at = course.position(Nanos(pointed.at.0.saturating_add(1))).saturating_sub(1) as i64;
        let at = at.saturating_add(columns.saturating_mul(bars)).clamp(0, newest.max(0));
        let pointed = cross(course.get(at as usize).map(|point| point.at));
        let ends = self.columns.all.first().zip(self.columns.all.last());
        let beyond = match ends {
            Some((first, _)) if at < first.first as i64 => at - first.first as i64,
            Some((_, last)) if at > last.last as i64 => at - last.last as i64,
            _ => return Handled::Run(pointed),
        };
        let right = self.right(work, cx) as i64;
        match self.move_to(right.saturating_add(beyond), cx) {
            Handled::Run(moved) => Handled::Run(Action::All(vec![pointed, moved])),
            _ => Handled::Run(pointed),
        }
    }

    /// Asks for older bars of both symbols, not again and again; a recording has no more than it has.
    fn older(&mut self, work: &PairWork, cx: &Cx<'_>) -> Vec<Action> {
        let session = &cx.view.session;
        let Some(oldest) = work.course().get(0).filter(|_| session.mode != Mode::Replay && !session.stopped) else {
            return Vec::new();
        };
        let asking = Asked { key: work.key, before: oldest.at, at: session.now };
        let again = |asked: &Asked| {
            (asked.key, asked.before) == (asking.key, asking.before) && session.now.saturating_sub(asked.at) < PATIENCE
        };
        if self.asked.as_ref().is_some_and(again) {
            return Vec::new();
        }
        self.asked = Some(asking);
        [work.key.y, work.key.x].map(|symbol| Action::LoadHistory(symbol, work.key.timeframe, oldest.at)).into()
    }

    /// Points at what is under the mouse.
    fn point_at(&self, at: Position, cx: &Cx<'_>) -> Handled {
        if !self.layout.plot.contains(at) {
            return Handled::No;
        }
        let found = self.columns.at_cell(at.x - self.layout.plot.x).map(|column| column.start);
        match found {
            Some(at) if cx.cross.is_none_or(|cross| cross.at != at) => Handled::Run(cross(Some(at))),
            _ => Handled::No,
        }
    }
}

fn zoom_by(steps: i64, cx: &Cx<'_>) -> Handled {
    let (least, most) = (-(BASE as i64), (ZOOMS.len() - 1 - BASE) as i64);
    let zoom = i64::from(cx.window.zoom).saturating_add(steps).clamp(least, most) as i8;
    Handled::Run(Action::Window(Window { zoom, ..cx.window }))
}
