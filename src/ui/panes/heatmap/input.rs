//! What keys and the mouse do to a heatmap.

use super::{FAINTER, HeatmapPane};
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::app::link::{Cross, Window};
use crate::app::moments;
use crate::domain::{Nanos, Price};
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::widgets::scale::round_up;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

/// Columns a step of the wheel moves.
const WHEEL: i64 = 3;

/// Where a drag began.
#[derive(Debug, Clone, Copy)]
pub struct Drag {
    at: Position,
    /// The newest column then in view, and the price then in the middle.
    newest: i64,
    middle: Price,
    /// Whether the mouse has moved: else it was a click.
    moved: bool,
}

impl HeatmapPane {
    /// Answers a command of the heatmap's scope or of every pane of time.
    pub(super) fn answer(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        let steps = count.min(20) as i8;
        match command {
            Command::ChartZoomIn => self.closer = self.closer.saturating_add(steps),
            Command::ChartZoomOut => self.closer = self.closer.saturating_sub(steps),
            Command::ChartOlder if cx.cross.is_some() => return self.move_cross(-count, 0, cx),
            Command::ChartNewer if cx.cross.is_some() => return self.move_cross(count, 0, cx),
            Command::HeatmapHigher | Command::ChartUp if cx.cross.is_some() => return self.move_cross(0, count, cx),
            Command::HeatmapLower | Command::ChartDown if cx.cross.is_some() => return self.move_cross(0, -count, cx),
            Command::ChartUp => self.closer = self.closer.saturating_add(steps),
            Command::ChartDown => self.closer = self.closer.saturating_sub(steps),
            Command::ChartOlder => return self.pan(-count, cx),
            Command::ChartNewer => return self.pan(count, cx),
            Command::ChartPageOlder => return self.pan(-self.half_page() * count, cx),
            Command::ChartPageNewer => return self.pan(self.half_page() * count, cx),
            Command::ChartOldest => return self.pan(i64::from(i32::MIN), cx),
            Command::ChartFollow => return window(None, cx),
            Command::ChartGoTo => {
                let about = "23:54, 2024-08-08 23:54 or +10m from the first book";
                return Handled::Run(Action::Ask(Box::new(Prompt::of_pane(command, "Go to", about, ""))));
            }
            Command::ChartCrosshair => return self.toggle_cross(cx),
            Command::HeatmapZoomIn => self.price_closer = self.price_closer.saturating_add(steps),
            Command::HeatmapZoomOut => self.price_closer = self.price_closer.saturating_sub(steps),
            Command::HeatmapHigher => self.hold(self.middle(), count * 4),
            Command::HeatmapLower => self.hold(self.middle(), -count * 4),
            Command::HeatmapCentre => self.held = None,
            Command::HeatmapFainter => self.fainter = self.fainter.saturating_add(steps).min(FAINTER.1),
            Command::HeatmapBolder => self.fainter = self.fainter.saturating_sub(steps).max(FAINTER.0),
            Command::HeatmapDots => self.dots = !self.dots,
            Command::HeatmapLargerTrades => (0..steps).for_each(|_| self.larger_trades()),
            Command::HeatmapSmallerTrades => (0..steps).for_each(|_| self.smaller_trades()),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Answers the mouse: the wheel zooms time, with a modifier prices; dragging moves both; a click points.
    pub(super) fn answer_mouse(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let prices = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollUp if prices => self.price_closer = self.price_closer.saturating_add(1),
            MouseEventKind::ScrollDown if prices => self.price_closer = self.price_closer.saturating_sub(1),
            MouseEventKind::ScrollUp => self.closer = self.closer.saturating_add(1),
            MouseEventKind::ScrollDown => self.closer = self.closer.saturating_sub(1),
            MouseEventKind::ScrollLeft => return self.pan(-WHEEL, cx),
            MouseEventKind::ScrollRight => return self.pan(WHEEL, cx),
            MouseEventKind::Down(MouseButton::Left) if self.layout.plot.contains(at) => {
                self.drag = Some(Drag { at, newest: self.newest.0, middle: self.middle(), moved: false });
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

    fn drag_to(&mut self, to: Position, cx: &Cx<'_>) -> Handled {
        let Some(drag) = &mut self.drag else { return Handled::No };
        let across = i64::from(drag.at.x) - i64::from(to.x);
        let down = i64::from(to.y) - i64::from(drag.at.y);
        if !drag.moved && across == 0 && down == 0 {
            return Handled::No;
        }
        drag.moved = true;
        let (newest, middle) = (drag.newest, drag.middle);
        // A drag along the time alone leaves the price to follow.
        if down != 0 || self.held.is_some() {
            self.hold(middle, down * 2);
        }
        self.move_to(newest + across, cx)
    }

    /// The price in the middle of the plot.
    pub(super) fn middle(&self) -> Price {
        let row = self.frame.base + self.frame.rows as i64 / 2;
        Price::from_units(row.saturating_mul(self.frame.row))
    }

    /// Holds the price so many rows above `middle` in the middle.
    fn hold(&mut self, middle: Price, rows: i64) {
        let units = middle.units().saturating_add(rows.saturating_mul(self.frame.row));
        if self.frame.row > 0 {
            self.held = Some(Price::from_units(units.max(0)));
        }
    }

    fn half_page(&self) -> i64 {
        i64::from((self.layout.plot.width / 2).max(1))
    }

    fn pan(&mut self, columns: i64, cx: &Cx<'_>) -> Handled {
        self.move_to(self.newest.0.saturating_add(columns), cx)
    }

    /// Makes a column the newest in view, as far as there is something to see.
    fn move_to(&mut self, column: i64, cx: &Cx<'_>) -> Handled {
        let length = self.frame.length.0.max(1);
        let Some(since) = cx.symbol_view().and_then(|view| view.liquidity.since) else { return Handled::Yes };
        let least = (since.0.div_euclid(length) + i64::from(self.layout.plot.width) - 1).min(self.newest.1);
        let column = column.clamp(least, self.newest.1);
        window((column < self.newest.1).then(|| Nanos(column.saturating_mul(length))), cx)
    }

    /// Shows a moment in the middle and points at it.
    ///
    /// # Errors
    /// When the text is no moment, or there is nothing to see.
    pub(super) fn go_to(&mut self, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        let since = cx.symbol_view().and_then(|view| view.liquidity.since).filter(|_| self.frame.length.0 > 0);
        let since = since.ok_or("there is nothing to go to")?;
        let at = moments::read(text, cx.view.session.now, since, cx.zone)
            .ok_or("expected such as 23:54, 2024-08-08 23:54 or +10m from the first book")?;
        let column = at.0.div_euclid(self.frame.length.0).min(self.newest.1);
        let pointed = Action::Cross(Some(Cross { at: self.start_of(column), price: cx.cross.and_then(|cross| cross.price) }));
        Ok(match self.move_to(column.saturating_add(self.half_page()), cx) {
            Handled::Run(moved) => Handled::Run(Action::All(vec![moved, pointed])),
            _ => Handled::Run(pointed),
        })
    }

    fn toggle_cross(&self, cx: &Cx<'_>) -> Handled {
        let cross = match cx.cross {
            Some(_) => None,
            None => Some(Cross { at: self.start_of(self.newest.0), price: Some(self.middle()) }),
        };
        Handled::Run(Action::Cross(cross.filter(|_| self.frame.row > 0)))
    }

    pub(super) fn start_of(&self, column: i64) -> Nanos {
        Nanos(column.saturating_mul(self.frame.length.0))
    }

    /// Moves the crosshair by so many columns and lines, and the view with it where it would leave it.
    fn move_cross(&mut self, columns: i64, lines: i64, cx: &Cx<'_>) -> Handled {
        let Some(cross) = cx.cross.filter(|_| self.frame.length.0 > 0 && self.frame.row > 0) else { return Handled::No };
        let left = self.columns().start;
        let column = (cross.at.0.div_euclid(self.frame.length.0) + columns).clamp(left - columns.abs(), self.newest.1);
        let price = cross.price.unwrap_or_else(|| self.middle());
        let row = price.units().div_euclid(self.frame.row).saturating_add(lines * 2);
        let lowest = self.frame.base;
        let highest = lowest + self.frame.rows as i64 - 1;
        if lines != 0 && !(lowest..=highest).contains(&row) {
            self.hold(self.middle(), lines * 2);
        }
        let price = if lines == 0 { price } else { Price::from_units(row.max(0).saturating_mul(self.frame.row)) };
        let pointed = Action::Cross(Some(Cross { at: self.start_of(column), price: Some(price) }));
        let beyond = if column < left { column - left } else { (column - self.newest.0).max(0) };
        match (beyond, self.pan(beyond, cx)) {
            (0, _) => Handled::Run(pointed),
            (_, Handled::Run(moved)) => Handled::Run(Action::All(vec![pointed, moved])),
            _ => Handled::Run(pointed),
        }
    }

    /// Points the crosshair at what is under the mouse.
    fn point_at(&self, at: Position, cx: &Cx<'_>) -> Handled {
        let plot = self.layout.plot;
        if !plot.contains(at) || self.frame.row == 0 {
            return Handled::No;
        }
        let column = self.columns().start + i64::from(at.x - plot.x);
        // A cell is two rows: the upper one is pointed at where it holds more.
        let low = self.frame.base + i64::from(plot.bottom() - 1 - at.y) * 2;
        let cells = self.grid.cells(column);
        let heat =
            |row: i64| usize::try_from(row - self.frame.base).ok().and_then(|row| cells.get(row)).map_or(0.0, |cell| cell.heat);
        let row = if heat(low + 1) > heat(low) { low + 1 } else { low };
        let price = Price::from_units(row.max(0).saturating_mul(self.frame.row));
        let cross = Some(Cross { at: self.start_of(column), price: Some(price) });
        if cx.cross == cross { Handled::No } else { Handled::Run(Action::Cross(cross)) }
    }

    fn larger_trades(&mut self) {
        let next = match self.least {
            Some(least) => round_up(f64::from(least) * 1.5),
            None => round_up(f64::from(self.traded) / 100.0),
        };
        self.least = (next > 1.0).then_some(next as f32);
    }

    fn smaller_trades(&mut self) {
        let next = self.least.map(|least| round_up(f64::from(least) / 2.6));
        self.least = next.filter(|next| *next >= f64::from(self.traded) / 2_000.0 && *next > 1.0).map(|next| next as f32);
    }
}

fn window(newest: Option<Nanos>, cx: &Cx<'_>) -> Handled {
    Handled::Run(Action::Window(Window { newest, ..cx.window }))
}
