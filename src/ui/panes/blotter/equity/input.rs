//! What keys and the mouse do to the chart of equity.

use super::{BASE, Drag, EquityPane, ends, per_cell, timeframe, zoom_index};
use crate::app::blotter::BlotterAct;
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::app::link::{Cross, Window};
use crate::app::moments;
use crate::domain::Nanos;
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::panes::chart::viewport::ZOOMS;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Cells a step of the wheel moves.
const WHEEL: i64 = 3;

fn cross(at: Option<Nanos>) -> Handled {
    Handled::Run(Action::Cross(at.map(|at| Cross { at, price: None })))
}

impl EquityPane {
    pub(super) fn answer(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        let pointing = cx.cross.is_some();
        match command {
            Command::ChartOlder if pointing => self.move_cross(-count, cx),
            Command::ChartNewer if pointing => self.move_cross(count, cx),
            Command::ChartZoomIn | Command::ChartUp => self.zoom(count, cx),
            Command::ChartZoomOut | Command::ChartDown => self.zoom(-count, cx),
            Command::ChartOlder => self.pan(-count, cx),
            Command::ChartNewer => self.pan(count, cx),
            Command::ChartPageOlder => self.pan(-self.half_page() * count, cx),
            Command::ChartPageNewer => self.pan(self.half_page() * count, cx),
            Command::ChartOldest => self.pan(i64::from(i32::MIN), cx),
            Command::ChartFollow => Handled::Run(Action::Window(Window { newest: None, ..cx.window })),
            Command::ChartGoTo => {
                let prompt = Prompt::of_pane(command, "Go to", "23:54, 2024-08-08 23:54 or +10m from the first point", "");
                Handled::Run(Action::Ask(Box::new(prompt)))
            }
            Command::ChartCrosshair => {
                let last = self.sight.map(|sight| Nanos(sight.to().0.saturating_sub(1)));
                let newest = ends(cx).map(|(_, last)| last);
                cross(last.zip(newest).map(|(last, newest)| last.min(newest)).filter(|_| !pointing))
            }
            Command::Cancel if pointing => cross(None),
            Command::BlotterView => {
                self.whole = !self.whole;
                Handled::Yes
            }
            Command::EquityHold => {
                self.hold = !self.hold;
                Handled::Yes
            }
            Command::EquityMarks => {
                self.marks = !self.marks;
                Handled::Yes
            }
            Command::BlotterCopy => {
                let Some(point) = cx.blotter.curve.points().last() else { return Handled::Yes };
                let text = format!("{}\t{:.2}\t{:.4}%", point.at.rfc3339(), point.equity, -point.drawdown * 100.0);
                Handled::Run(Action::Blotter(BlotterAct::Copy(text, "time, equity and drawdown of now".to_owned())))
            }
            Command::BlotterExport => {
                let row = |point: &crate::app::blotter::curve::CurvePoint| {
                    let mut at = String::new();
                    let _ = point.at.write_secs(&mut at);
                    vec![
                        at,
                        point.at.rfc3339(),
                        format!("{:.8}", point.equity),
                        format!("{:.8}", point.drawdown),
                        point.exposed.to_string(),
                    ]
                };
                let heading = ["at", "time", "equity", "drawdown", "exposed"];
                let text = crate::app::blotter::export::csv(&heading, cx.blotter.curve.points().iter().map(row));
                Handled::Run(Action::Blotter(BlotterAct::Export("equity", text)))
            }
            _ => Handled::No,
        }
    }

    /// The wheel zooms, with a modifier it pans; dragging pans; a click points, and while it points so does moving.
    pub(super) fn answer_mouse(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let panning = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        let at = Position::new(event.column, event.row);
        let inside = self.layout.plot.contains(at) || self.layout.falls.contains(at);
        match event.kind {
            MouseEventKind::ScrollUp if panning => self.pan(-WHEEL, cx),
            MouseEventKind::ScrollDown if panning => self.pan(WHEEL, cx),
            MouseEventKind::ScrollUp => self.zoom(1, cx),
            MouseEventKind::ScrollDown => self.zoom(-1, cx),
            MouseEventKind::ScrollLeft => self.pan(-WHEEL, cx),
            MouseEventKind::ScrollRight => self.pan(WHEEL, cx),
            MouseEventKind::Down(MouseButton::Left) if inside => {
                let to = self.sight.map_or(Nanos::ZERO, |sight| sight.to());
                self.drag = Some(Drag { x: at.x, to, moved: false });
                Handled::Yes
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                let (Some(drag), Some(sight)) = (&mut self.drag, self.sight) else { return Handled::No };
                let cells = i64::from(drag.x) - i64::from(at.x);
                if !drag.moved && cells == 0 {
                    return Handled::No;
                }
                drag.moved = true;
                let to = Nanos(drag.to.0.saturating_add((sight.per_cell * cells as f64) as i64));
                self.move_to(to, cx)
            }
            MouseEventKind::Up(MouseButton::Left) => match self.drag.take() {
                Some(drag) if !drag.moved => self.point_at(at, cx),
                _ => Handled::Yes,
            },
            MouseEventKind::Moved if cx.cross.is_some() && inside => self.point_at(at, cx),
            _ => Handled::No,
        }
    }

    fn half_page(&self) -> i64 {
        i64::from(self.layout.plot.width / 2).max(1)
    }

    /// Shows a stretch that ends with a moment, as far as there are points.
    fn move_to(&mut self, to: Nanos, cx: &Cx<'_>) -> Handled {
        let (Some((first, last)), Some(sight)) = (ends(cx), self.sight) else { return Handled::Yes };
        if self.whole {
            // All of it is in view: there is nowhere to go.
            return Handled::Yes;
        }
        let least = Nanos(first.0.saturating_add((sight.per_cell * f64::from(sight.width)) as i64));
        let to = to.max(least);
        let bar = timeframe(cx).nanos();
        let newest = (to < last).then(|| Nanos(to.0.saturating_sub(bar.0).saturating_add(1)));
        Handled::Run(Action::Window(Window { newest, ..cx.window }))
    }

    fn pan(&mut self, cells: i64, cx: &Cx<'_>) -> Handled {
        let Some(sight) = self.sight else { return Handled::Yes };
        let to = sight.to().0.saturating_add((sight.per_cell * cells as f64) as i64);
        self.move_to(Nanos(to), cx)
    }

    /// Closer or further away: from the whole course to the nearest zoom of charts, and back.
    fn zoom(&mut self, steps: i64, cx: &Cx<'_>) -> Handled {
        let Some(sight) = self.sight else { return Handled::Yes };
        let span = ends(cx).map_or(0, |(first, last)| last.0.saturating_sub(first.0));
        let narrow = |index: usize| ZOOMS.get(index).map_or(0.0, |zoom| per_cell(*zoom, cx));
        let now = if self.whole {
            // As if at the zoom just wider than all of it.
            (0..ZOOMS.len())
                .find(|index| narrow(*index) < sight.per_cell)
                .map_or(ZOOMS.len() as i64 - 1, |index| index as i64 - 1)
        } else {
            zoom_index(cx) as i64
        };
        let wanted = now.saturating_add(steps);
        let index = wanted.clamp(0, ZOOMS.len() as i64 - 1);
        let all = wanted < 0 || narrow(index as usize) * f64::from(sight.width) >= span as f64;
        if steps < 0 && all {
            self.whole = true;
            return Handled::Yes;
        }
        if self.whole && steps > 0 && all {
            return Handled::Yes;
        }
        self.whole = false;
        let zoom = (index - BASE as i64) as i8;
        Handled::Run(Action::Window(Window { zoom, ..cx.window }))
    }

    /// Points at what is under the mouse.
    fn point_at(&self, at: Position, cx: &Cx<'_>) -> Handled {
        let (Some(sight), true) = (self.sight, at.x >= self.layout.plot.x && at.x < self.layout.plot.right()) else {
            return Handled::No;
        };
        let moment = sight.at(f64::from(at.x - self.layout.plot.x) + 0.5);
        if cx.cross.is_none_or(|cross| cross.at != moment) { cross(Some(moment)) } else { Handled::No }
    }

    fn move_cross(&self, cells: i64, cx: &Cx<'_>) -> Handled {
        let (Some(pointed), Some(sight)) = (cx.cross, self.sight) else { return Handled::Yes };
        let Some((first, last)) = ends(cx) else { return Handled::Yes };
        let to = pointed.at.0.saturating_add((sight.per_cell * cells as f64) as i64);
        cross(Some(Nanos(to).clamp(first, last.max(first))))
    }

    /// Shows a moment in the middle and points at it.
    pub(super) fn go_to(&mut self, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        let first = cx.blotter.curve.points().first().ok_or("there is nothing to go to")?.at;
        let at = moments::read(text, cx.view.session.now, first, cx.zone)
            .ok_or("expected such as 23:54, 2024-08-08 23:54 or +10m from the first point")?;
        let half = self.sight.map_or(0, |sight| (sight.per_cell * f64::from(sight.width) / 2.0) as i64);
        let point = Action::Cross(Some(Cross { at, price: None }));
        Ok(match self.move_to(Nanos(at.0.saturating_add(half)), cx) {
            Handled::Run(moved) => Handled::Run(Action::All(vec![moved, point])),
            _ => Handled::Run(point),
        })
    }
}
