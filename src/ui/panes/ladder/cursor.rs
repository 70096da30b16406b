//! The cursor over a ladder's prices, and the mouse.

use super::{COARSEST, LadderPane};
use crate::app::commands::Command;
use crate::app::link::Cross;
use crate::domain::{BarSpec, Price, Side};
use crate::ui::pane::{Action, Cx, Handled};
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

impl LadderPane {
    /// The price the cursor is on: what an order begun here is for.
    pub const fn selected(&self) -> Option<Price> {
        self.cursor
    }

    /// The line a price is in: the one at it or the nearest below; `None` beyond all of them.
    pub(super) fn rung_at(&self, price: Price) -> Option<usize> {
        let first = self.rungs.iter().find_map(|rung| rung.price)?;
        let found = self.rungs.iter().position(|rung| rung.price.is_some_and(|own| own <= price))?;
        // An ask's row reaches down from its price: what lies between two asks belongs to the upper one.
        let above = found.checked_sub(1).filter(|above| self.rungs[*above].side == Some(Side::Sell));
        let exact = self.rungs[found].price == Some(price);
        match above {
            Some(above) if !exact && self.rungs[found].side != Some(Side::Buy) => Some(above),
            _ if price.units() >= first.units().saturating_add(self.step.max(1)) => None,
            _ => Some(found),
        }
    }

    /// Answers commands that move or use the cursor.
    pub(super) fn move_cursor(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let rows = i64::from(count.max(1));
        let page = i64::from(self.body.height.max(2) / 2);
        match command {
            Command::BookUp => self.step_cursor(-rows),
            Command::BookDown => self.step_cursor(rows),
            Command::BookPageUp => self.step_cursor(-page * rows),
            Command::BookPageDown => self.step_cursor(page * rows),
            Command::BookPick => return self.cursor.map_or(Handled::Yes, |price| point(price, cx)),
            Command::Cancel if self.held.take().is_some() => {}
            Command::Cancel if self.cursor.is_some() => self.cursor = None,
            _ => return Handled::No,
        }
        Handled::Yes
    }

    /// Moves the cursor by so many lines, down when positive. Without one it begins beside the middle of the book. Prices that
    /// stay in place are moved along when it goes beyond them.
    fn step_cursor(&mut self, rows: i64) {
        let best = |side: Side| self.rungs.iter().filter(move |rung| rung.side == Some(side));
        let at = self.cursor.and_then(|price| self.rung_at(price));
        let Some(at) = at else {
            let beside = if rows < 0 { best(Side::Sell).next_back() } else { best(Side::Buy).next() };
            let any = beside.or_else(|| self.rungs.iter().find(|rung| rung.price.is_some()));
            self.cursor = any.and_then(|rung| rung.price);
            return;
        };
        let target = at as i64 + rows;
        let last = self.rungs.len() as i64 - 1;
        if self.locked && !(0..=last).contains(&target) {
            let by = if target < 0 { target } else { target - last };
            self.scroll(-by);
            self.cursor = self.rungs[at].price.map(|price| self.down(price, rows));
            return;
        }
        // The lines that are no price are stepped over.
        let priced = |i: &usize| self.rungs[*i].price.is_some();
        let target = target.clamp(0, last) as usize;
        let found = if rows < 0 { (0..=target).rev().find(priced) } else { (target..self.rungs.len()).find(priced) };
        self.cursor = found.and_then(|i| self.rungs[i].price).or(self.cursor);
    }

    const fn down(&self, price: Price, rows: i64) -> Price {
        Price::from_units(price.units().saturating_sub(self.step.saturating_mul(rows)))
    }

    /// Moves the rows down by so many: higher prices come into view.
    fn scroll(&mut self, rows: i64) {
        if let (true, Some(top)) = (self.locked, self.top) {
            self.top = Some(self.down(top, -rows));
            self.changes.forget();
        } else {
            self.shift = self.shift.saturating_add(rows as i32).clamp(-500, 500);
            self.changes.forget();
        }
    }

    pub(super) fn answer_mouse(&mut self, event: MouseEvent, cx: &Cx<'_>) -> Handled {
        let moving = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        match event.kind {
            MouseEventKind::ScrollUp if moving => self.scroll(1),
            MouseEventKind::ScrollDown if moving => self.scroll(-1),
            MouseEventKind::ScrollUp => self.group = self.group.saturating_sub(1),
            MouseEventKind::ScrollDown => self.group = self.group.saturating_add(1).min(COARSEST),
            MouseEventKind::Down(MouseButton::Left) if self.body.contains(Position::new(event.column, event.row)) => {
                let row = usize::from(event.row - self.body.y);
                let Some(price) = self.rungs.get(row).and_then(|rung| rung.price) else { return Handled::Yes };
                self.cursor = Some(price);
                // One's own orders are taken hold of; elsewhere an order is begun while those are traded on paper.
                if !self.take_hold(price, cx) && cx.view.snapshot.trading.broker.on {
                    let Handled::Run(pointed) = point(price, cx) else { return Handled::Yes };
                    return Handled::Run(Action::All(vec![pointed, Action::Trade(Self::ticket_at(price, cx))]));
                }
                return point(price, cx);
            }
            MouseEventKind::Drag(MouseButton::Left) if self.held.is_some() => {
                let row = usize::from(event.row.clamp(self.body.y, self.body.bottom().saturating_sub(1)) - self.body.y);
                if let Some(price) = self.rungs.get(row).and_then(|rung| rung.price) {
                    self.pull(price);
                    self.cursor = Some(price);
                }
            }
            MouseEventKind::Up(MouseButton::Left) => return self.let_go(cx).unwrap_or(Handled::No),
            _ => return Handled::No,
        }
        Handled::Yes
    }
}

/// Points the linked crosshair at a price, at the moment it already is at, or else at now.
pub(in crate::ui::panes) fn point(price: Price, cx: &Cx<'_>) -> Handled {
    let now = cx.view.snapshot.at;
    let now = if let BarSpec::Time(timeframe) = cx.bars { timeframe.start_of(now) } else { now };
    let at = cx.cross.map_or(now, |cross| cross.at);
    Handled::Run(Action::Cross(Some(Cross { at, price: Some(price) })))
}
