//! What keys and the mouse do to footprints.

use super::{FootprintPane, WIDTHS};
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::app::link::{Cross, Window};
use crate::app::moments;
use crate::bars::BarView;
use crate::domain::{Nanos, Price};
use crate::ui::pane::{Action, Cx, Handled};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Bars a step of the wheel moves.
const WHEEL: i64 = 1;
/// Rows that prices move at a time.
const ROWS: i64 = 4;

/// Where a drag began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drag {
    at: Position,
    /// The newest bar then in view, and the price then in the middle.
    right: usize,
    middle: Price,
    moved: bool,
}

/// The bars a footprint shows.
fn bars<'a>(cx: &Cx<'a>) -> Option<&'a BarView> {
    cx.symbol_view()?.bars(cx.bars).filter(|bars| !bars.is_empty())
}

fn window(newest: Option<Nanos>, cx: &Cx<'_>) -> Handled {
    Handled::Run(Action::Window(Window { newest, ..cx.window }))
}

impl FootprintPane {
    /// Answers a command of the footprint's scope or of every pane of time.
    pub(super) fn answer(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        let steps = count.min(20) as i8;
        let pointing = cx.cross.is_some();
        match command {
            Command::FootprintMode => self.mode = self.mode.next(),
            Command::FootprintFiner => self.grouping.finer = self.grouping.finer.saturating_add(steps),
            Command::FootprintCoarser => self.grouping.finer = self.grouping.finer.saturating_sub(steps),
            Command::FootprintHigher => self.grouping.hold(ROWS * count),
            Command::FootprintLower => self.grouping.hold(-ROWS * count),
            Command::FootprintFit => self.grouping.fit(),
            Command::ChartOlder if pointing => return self.move_cross(-count, 0, cx),
            Command::ChartNewer if pointing => return self.move_cross(count, 0, cx),
            Command::ChartUp if pointing => return self.move_cross(0, count, cx),
            Command::ChartDown if pointing => return self.move_cross(0, -count, cx),
            Command::ChartZoomIn | Command::ChartUp => self.zoom_by(count),
            Command::ChartZoomOut | Command::ChartDown => self.zoom_by(-count),
            Command::ChartOlder => return self.pan(-count, cx),
            Command::ChartNewer => return self.pan(count, cx),
            Command::ChartPageOlder => return self.pan(-self.half_page() * count, cx),
            Command::ChartPageNewer => return self.pan(self.half_page() * count, cx),
            Command::ChartOldest => return self.pan(i64::from(i32::MIN), cx),
            Command::ChartFollow => {
                self.drag = None;
                return window(None, cx);
            }
            Command::ChartGoTo => {
                let prompt = Prompt::of_pane(command, "Go to", "23:54, 2024-08-08 23:54 or +10m from the first bar", "");
                return Handled::Run(Action::Ask(Box::new(prompt)));
            }
            Command::ChartCrosshair => return self.toggle_cross(cx),
            Command::Cancel if pointing => return Handled::Run(Action::Cross(None)),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Answers the mouse: the wheel zooms, with a modifier it pans; dragging moves both ways; a click points.
    pub(super) fn answer_mouse(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let panning = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollUp if panning => return self.pan(-WHEEL, cx),
            MouseEventKind::ScrollDown if panning => return self.pan(WHEEL, cx),
            MouseEventKind::ScrollUp => self.zoom_by(1),
            MouseEventKind::ScrollDown => self.zoom_by(-1),
            MouseEventKind::ScrollLeft => return self.pan(-WHEEL, cx),
            MouseEventKind::ScrollRight => return self.pan(WHEEL, cx),
            MouseEventKind::Down(MouseButton::Left) if self.layout.plot.contains(at) => {
                let right = self.columns.all.last().map_or(0, |column| column.index);
                self.drag = Some(Drag { at, right, middle: self.grouping.middle(), moved: false });
            }
            MouseEventKind::Drag(MouseButton::Left) => return self.drag_to(at, cx),
            MouseEventKind::Up(MouseButton::Left) => {
                return if self.drag.take().is_some_and(|drag| !drag.moved) { self.point_at(at, cx) } else { Handled::Yes };
            }
            MouseEventKind::Moved if cx.cross.is_some() => return self.point_at(at, cx),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn zoom_by(&mut self, steps: i64) {
        let last = WIDTHS.len() as i64 - 1;
        self.zoom = (self.zoom as i64).saturating_add(steps).clamp(0, last) as usize;
    }

    fn drag_to(&mut self, to: Position, cx: &Cx<'_>) -> Handled {
        let width = i64::from(self.width());
        let Some(drag) = &mut self.drag else { return Handled::No };
        let across = (i64::from(drag.at.x) - i64::from(to.x)) / width;
        let down = i64::from(to.y) - i64::from(drag.at.y);
        if !drag.moved && across == 0 && down == 0 {
            return Handled::No;
        }
        drag.moved = true;
        let (right, middle) = (drag.right, drag.middle);
        // A drag along the time alone leaves the prices to follow.
        if self.grouping.step > 0 && (down != 0 || self.grouping.held.is_some()) {
            self.grouping.held = Some(middle.units().saturating_add(down.saturating_mul(self.grouping.step)).max(0));
        }
        self.move_to((right as i64).saturating_add(across), cx)
    }

    fn half_page(&self) -> i64 {
        (self.columns.all.len() as i64 / 2).max(1)
    }

    fn pan(&self, columns: i64, cx: &Cx<'_>) -> Handled {
        let Some(bars) = bars(cx) else { return Handled::Yes };
        self.move_to((super::right(bars, cx) as i64).saturating_add(columns), cx)
    }

    /// Makes a bar the newest in view, as far as there are bars.
    fn move_to(&self, right: i64, cx: &Cx<'_>) -> Handled {
        let Some(bars) = bars(cx) else { return Handled::Yes };
        let newest = bars.len() as i64 - 1;
        let least = (i64::from(self.layout.plot.width / self.width()) - 1).clamp(0, newest);
        let right = right.clamp(least, newest);
        window(bars.get(right as usize).filter(|_| right < newest).map(|bar| bar.start), cx)
    }

    /// Shows a moment in the middle and points at it.
    ///
    /// # Errors
    /// When the text is no moment, or there are no bars.
    pub(super) fn go_to(&self, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        let bars = bars(cx).ok_or("there are no bars to go to")?;
        let first = bars.get(0).map(|bar| bar.start).unwrap_or_default();
        let at = moments::read(text, cx.view.session.now, first, cx.zone)
            .ok_or("expected such as 23:54, 2024-08-08 23:54 or +10m from the first bar")?;
        let holds = bars.position(Nanos(at.0.saturating_add(1))).saturating_sub(1);
        let moved = self.move_to((holds as i64).saturating_add(self.half_page()), cx);
        let pointed = bars.get(holds).map(|bar| Action::Cross(Some(Cross { at: bar.start, price: Some(bar.close) })));
        Ok(match (moved, pointed) {
            (Handled::Run(moved), Some(pointed)) => Handled::Run(Action::All(vec![moved, pointed])),
            (moved, _) => moved,
        })
    }

    fn toggle_cross(&self, cx: &Cx<'_>) -> Handled {
        let newest = self.columns.all.last();
        let cross = newest.filter(|_| cx.cross.is_none());
        let cross = cross.map(|column| Cross { at: column.bar.start, price: Some(column.bar.close) });
        Handled::Run(Action::Cross(cross))
    }

    /// Moves the crosshair by so many bars and rows, and the view with it where it would leave it.
    fn move_cross(&mut self, columns: i64, rows: i64, cx: &Cx<'_>) -> Handled {
        let (Some(cross), Some(bars)) = (cx.cross, bars(cx)) else { return Handled::No };
        let newest = bars.len() as i64 - 1;
        let at = bars.position(Nanos(cross.at.0.saturating_add(1))).saturating_sub(1) as i64;
        let at = at.saturating_add(columns).clamp(0, newest);
        let Some(bar) = bars.get(at as usize) else { return Handled::Yes };
        let price = cross.price.unwrap_or(bar.close);
        let price = if rows == 0 {
            price
        } else {
            let key = self.grouping.key_of(price).saturating_add(rows);
            if self.grouping.line_of(key).is_none() {
                self.grouping.hold(rows);
            }
            self.grouping.price_of(key.max(0))
        };
        let pointed = Action::Cross(Some(Cross { at: bar.start, price: Some(price) }));
        let ends =
            self.columns.all.first().zip(self.columns.all.last()).map(|(first, last)| (first.index as i64, last.index as i64));
        let beyond = match ends {
            Some((first, _)) if at < first => at - first,
            Some((_, last)) if at > last => at - last,
            _ => return Handled::Run(pointed),
        };
        match self.pan(beyond, cx) {
            Handled::Run(moved) => Handled::Run(Action::All(vec![pointed, moved])),
            _ => Handled::Run(pointed),
        }
    }

    /// Points at what is under the mouse.
    fn point_at(&self, at: Position, cx: &Cx<'_>) -> Handled {
        let plot = self.layout.plot;
        if !plot.contains(at) || self.grouping.step <= 0 {
            return Handled::No;
        }
        let Some(column) = self.columns.at_cell(at.x - plot.x).and_then(|at| self.columns.all.get(at)) else {
            return Handled::No;
        };
        let price = self.grouping.price_of(self.grouping.key_at(at.y - plot.y));
        let cross = Some(Cross { at: column.bar.start, price: Some(price) });
        if cx.cross == cross { Handled::No } else { Handled::Run(Action::Cross(cross)) }
    }
}
