//! What keys and the mouse do to a chart.

use super::axes::MOST_STRETCHED;
use super::measure::{Measure, Point};
use super::style::Style;
use super::viewport::{Anchor, Groups, ZOOMS, least_right};
use super::{Asked, ChartPane, Drag, PATIENCE};
use crate::app::alerts::AlertAct;
use crate::app::commands::Command;
use crate::app::dialogs::Prompt;
use crate::app::moments;
use crate::app::trading::TradeAct;
use crate::bars::BarView;
use crate::domain::{Bar, BarSpec, Nanos, Price, Side};
use crate::drive::view::Mode;
use crate::engine::snapshot::SymbolView;
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
            Command::ChartVwap => {
                self.anchored.toggle(self.cross.map(|cross| cross.at), bars(cx).and_then(super::anchored::day_of));
            }
            Command::ChartZoomIn => return self.zoom_by(count, cx),
            Command::ChartZoomOut => return self.zoom_by(-count, cx),
            Command::ChartAlert => {
                let cross = self.cross.and_then(|cross| self.columns.bars.get(self.columns.at_time(cross.at)?).zip(Some(cross)));
                let row = cross.and_then(|(column, cross)| self.scale?.row(self.cross_price(cross, &column.bar)));
                return row.map_or(Handled::No, |row| self.edit_alert(row));
            }
            Command::ChartTrading => self.trading = !self.trading,
            Command::ChartOrder => return self.ticket(cx),
            Command::ChartGoTo => return Handled::Run(Action::Ask(Box::new(go_to_prompt(command)))),
            Command::ChartAddIndicator => return self.studies.offer(),
            Command::ChartIndicators => return self.studies.manage(),
            Command::ChartCompare => return Handled::Run(Action::Compare(self.compare.symbols().to_vec())),
            Command::ChartUp if self.cross.is_some() => return self.move_price(count, cx),
            Command::ChartDown if self.cross.is_some() => return self.move_price(-count, cx),
            Command::ChartUp => return self.zoom_by(count, cx),
            Command::ChartDown => return self.zoom_by(-count, cx),
            Command::ChartStretch => self.stretch_by(count),
            Command::ChartCompress => self.stretch_by(-count),
            Command::ChartFit => self.stretch = 0,
            Command::ChartCrosshair => self.toggle_cross(),
            Command::ChartMeasure => self.toggle_measure(),
            Command::Cancel if self.measure.is_some() => self.measure = None,
            Command::Cancel if self.cross.is_some() => self.cross = None,
            Command::ChartOlder if self.cross.is_some() => return self.move_cross(-count, cx),
            Command::ChartNewer if self.cross.is_some() => return self.move_cross(count, cx),
            Command::ChartOlder => return self.pan(-count, cx),
            Command::ChartNewer => return self.pan(count, cx),
            Command::ChartPageOlder => return self.pan(-self.half_page() * count, cx),
            Command::ChartPageNewer => return self.pan(self.half_page() * count, cx),
            Command::ChartOldest => return self.pan(i64::from(i32::MIN), cx),
            Command::ChartFollow => self.follow(cx),
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
            MouseEventKind::Down(MouseButton::Left) if self.layout.prices.contains(Position::new(event.column, event.row)) => {
                self.drag = None;
                self.edit_alert(event.row - self.layout.prices.y)
            }
            MouseEventKind::Down(MouseButton::Left) => {
                let newest = self.columns.bars.last().map(|column| column.last);
                let begin = self.point_under(event, cx).filter(|_| event.modifiers.contains(KeyModifiers::SHIFT));
                self.drag = newest.map(|newest| Drag { column: event.column, newest, moved: false, measures: begin.is_some() });
                if let Some((_, from)) = begin {
                    self.measure = Some(Measure { from, to: Some(from) });
                }
                Handled::Yes
            }
            MouseEventKind::Drag(MouseButton::Left) if self.drag.is_some_and(|drag| drag.measures) => {
                if let (Some((_, to)), Some(measure)) = (self.point_under(event, cx), &mut self.measure) {
                    measure.to = Some(to);
                }
                Handled::Yes
            }
            MouseEventKind::Drag(MouseButton::Left) => self.drag_to(event.column, cx),
            MouseEventKind::Up(_) => match self.drag.take() {
                Some(Drag { moved: false, measures: false, .. }) => {
                    self.hovers = false;
                    // A click also takes away a measure left standing.
                    self.measure = self.measure.filter(|measure| measure.to.is_none());
                    self.point_at(event, cx)
                }
                _ => Handled::Yes,
            },
            MouseEventKind::Moved if self.cross.is_some() && self.hovers => self.point_at(event, cx),
            _ => Handled::No,
        }
    }

    /// A ticket at the crosshair's price: to buy below the last price, to sell above it; without one at the best price.
    fn ticket(&self, cx: &Cx<'_>) -> Handled {
        let pointed = || {
            let cross = self.cross?;
            let column = self.columns.bars.get(self.columns.at_time(cross.at)?)?;
            cross.price.map(|_| self.cross_price(cross, &column.bar))
        };
        let (price, last) = (pointed(), cx.symbol_view().and_then(SymbolView::last_price));
        let side = if price.zip(last).is_some_and(|(price, last)| price > last) { Side::Sell } else { Side::Buy };
        Handled::Run(Action::Trade(TradeAct::Ticket { symbol: cx.symbol, side, price }))
    }

    /// Changes the order or the alert whose tag is in a row.
    pub(super) fn edit_alert(&self, row: u16) -> Handled {
        let order = self.lines.iter().filter(|line| line.row == row).find_map(|line| line.order.clone());
        if let Some((account, id)) = order {
            return Handled::Run(Action::Trade(TradeAct::Amend(account, id)));
        }
        let id = self.tags.iter().find(|tag| tag.row == row).and_then(|tag| tag.id);
        id.map_or(Handled::No, |id| Handled::Run(Action::Alert(AlertAct::Edit(id))))
    }

    /// Moves the crosshair to the mouse; the price axis and the header are no place for it.
    fn point_at(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let before = self.cross;
        match self.point_under(event, cx) {
            Some((bar, point)) => self.point(&bar, Some(point.price)),
            // Beneath the bars there is a time, and no price.
            None if self.layout.beneath.contains(Position::new(event.column, event.row)) => {
                let column = self.columns.at_cell(event.column - self.layout.beneath.x);
                let Some(bar) = column.and_then(|at| self.columns.bars.get(at)).map(|column| column.bar) else {
                    return Handled::No;
                };
                self.point(&bar, None);
            }
            None => return Handled::No,
        }
        if self.cross == before { Handled::No } else { Handled::Yes }
    }

    /// The bar and the price under the mouse, within the plot.
    fn point_under(&self, event: MouseEvent, cx: &Cx<'_>) -> Option<(Bar, Point)> {
        let plot = self.layout.plot;
        if !plot.contains(Position::new(event.column, event.row)) {
            return None;
        }
        let bar = self.columns.bars.get(self.columns.at_cell(event.column - plot.x)?)?.bar;
        let price = on_tick(self.scale?.price_at(event.row - plot.y), cx);
        Some((bar, Point { at: bar.start, price }))
    }

    /// Begins to measure at the crosshair, which comes on; or ends that.
    fn toggle_measure(&mut self) {
        if self.measure.take().is_some() {
            return;
        }
        if self.cross.is_none() {
            self.toggle_cross();
        }
        self.hovers = false;
        let column = self.cross.and_then(|cross| self.columns.bars.get(self.columns.at_time(cross.at)?).zip(Some(cross)));
        self.measure = column.map(|(column, cross)| {
            let price = self.cross_price(cross, &column.bar);
            Measure { from: Point { at: cross.at, price }, to: None }
        });
    }

    /// Moves the crosshair up by so many rows.
    fn move_price(&mut self, rows: i64, cx: &Cx<'_>) -> Handled {
        let picked = self.cross.and_then(|cross| self.columns.bars.get(self.columns.at_time(cross.at)?).zip(Some(cross)));
        let (Some((column, cross)), Some(scale)) = (picked, self.scale) else { return Handled::Yes };
        let bar = column.bar;
        let row = scale.y(self.cross_price(cross, &bar)) as i64;
        let row = row.saturating_sub(rows).clamp(0, i64::from(scale.rows()).max(1) - 1);
        self.hovers = false;
        self.point(&Bar { start: cross.at, ..bar }, Some(on_tick(scale.price_at(row as u16), cx)));
        Handled::Yes
    }

    fn stretch_by(&mut self, steps: i64) {
        let most = i64::from(MOST_STRETCHED);
        self.stretch = i64::from(self.stretch).saturating_add(steps).clamp(-most, most) as i8;
    }

    fn drag_to(&mut self, column: u16, cx: &Cx<'_>) -> Handled {
        let (Some(drag), Some(view)) = (&mut self.drag, bars(cx)) else { return Handled::No };
        drag.moved = true;
        let (from, newest) = (drag.column, drag.newest);
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

    /// Shows a moment in the middle and points at it; goes to the oldest bar, and asks for older ones, where it lies before.
    ///
    /// # Errors
    /// When the text is no moment, or there are no bars.
    pub(super) fn go_to(&mut self, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        let view = bars(cx).ok_or("there are no bars to go to")?;
        let first = view.get(0).map(|bar| bar.start).unwrap_or_default();
        let at = moments::read(text, cx.view.session.now, first, cx.zone)
            .ok_or("expected such as 23:54, 2024-08-08 23:54 or +10m from the first bar")?;
        if at < first {
            return Ok(self.pan(i64::from(i32::MIN), cx));
        }
        let half = usize::try_from(self.half_page()).unwrap_or(0).saturating_mul(self.zoom().bars as usize);
        let holds = view.position(Nanos(at.0.saturating_add(1))).saturating_sub(1);
        let handled = self.move_to(holds.saturating_add(half), view, cx);
        if let Some(bar) = view.get(holds) {
            self.point(bar, None);
        }
        Ok(handled)
    }

    fn follow(&mut self, cx: &Cx<'_>) {
        self.anchor = Anchor::Follow;
        self.drag = None;
        if let Some(newest) = bars(cx).and_then(BarView::last).filter(|_| self.cross.is_some()) {
            self.point(newest, None);
        }
    }

    fn toggle_cross(&mut self) {
        self.hovers = self.cross.is_none();
        match self.columns.bars.last().map(|column| column.bar) {
            Some(bar) if self.cross.is_none() => self.point(&bar, None),
            _ => self.cross = None,
        }
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
            let chosen = cross.price.filter(|_| self.at_close != Some(cross));
            self.hovers = false;
            // Of several bars as one, the last tells the close.
            let shown = self.columns.bars.get(within as usize).filter(|column| beyond == 0 && column.first == target);
            let bar = shown.map_or(*bar, |column| column.bar);
            self.point(&bar, chosen);
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

fn go_to_prompt(command: Command) -> Prompt {
    Prompt::of_pane(command, "Go to", "23:54, 2024-08-08 23:54 or +10m from the first bar", "")
}

/// The bars a chart shows.
fn bars<'a>(cx: &Cx<'a>) -> Option<&'a BarView> {
    cx.symbol_view()?.bars(cx.bars).filter(|view| !view.is_empty())
}

/// The nearest price on the instrument's ticks.
fn on_tick(price: Price, cx: &Cx<'_>) -> Price {
    let tick = cx.symbol_view().map_or(1, |symbol| symbol.instrument.tick.units()).max(1);
    Price::from_units(price.units().saturating_add(tick / 2).div_euclid(tick).saturating_mul(tick))
}

fn offset(index: usize, by: i64) -> usize {
    if by < 0 { index.saturating_sub(by.unsigned_abs() as usize) } else { index.saturating_add(by as usize) }
}
