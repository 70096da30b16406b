//! The user's own orders and position on a ladder: a column at the right, and what is done with the orders at the cursor.

use super::LadderPane;
use super::levels::round;
use super::rows::Rung;
use crate::app::commands::Command;
use crate::app::trading::TradeAct;
use crate::domain::{Money, Nanos, OrderId, OrderView, Price, Qty, Side};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::panes::{direction, own};
use crate::ui::widgets::{blocks, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use std::sync::Arc;

/// Cells of the column with the queue and without it.
const WIDTHS: [u16; 2] = [18, 10];
/// From this width on there is room for the queue.
const ROOMY: u16 = 36;
/// Cells of the bar of the queue.
const BAR: u16 = 3;
/// An order that was asked to move is drawn where it goes for no longer than this.
const PATIENCE: Nanos = Nanos::from_secs(3);

/// What is the user's own in a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// The line's price.
    at: Price,
    side: Side,
    /// What is left to trade of all orders there.
    qty: Qty,
    count: usize,
    /// What is ahead of the first of them, and what was when it joined.
    queue: Option<(f64, f64)>,
    /// What is said where there is no queue.
    kind: &'static str,
    /// Whether they are on their way to here.
    moving: bool,
}

/// An order that was asked to move, where to, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moving {
    id: OrderId,
    to: Price,
    at: Nanos,
}

/// Orders held by the mouse, and the price they would be let go at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    ids: Vec<OrderId>,
    from: Price,
    to: Price,
}

impl LadderPane {
    /// The cells the column of one's own takes: none while there is nothing.
    pub(super) fn own_width(symbol: &SymbolView, width: u16, cx: &Cx<'_>) -> u16 {
        let name = symbol.instrument.symbol;
        let any = own::orders(name, cx).next().is_some() || !own::positions(name, cx).is_empty();
        let wanted = WIDTHS[usize::from(width < ROOMY)];
        if any && width > wanted + 12 { wanted } else { 0 }
    }

    /// Where an order stands, or goes: what was asked for is shown before the exchange knows of it.
    fn stands_at(&self, price: Price, order: &OrderView, cx: &Cx<'_>) -> (Price, bool) {
        if let Some(held) = self.held.as_ref().filter(|held| held.ids.contains(&order.id)) {
            return (held.to, true);
        }
        let now = cx.view.session.now;
        let moving = self.moving.iter().find(|moving| moving.id == order.id && now.saturating_sub(moving.at) < PATIENCE);
        match moving {
            Some(moving) if moving.to != price => (moving.to, true),
            _ => (price, false),
        }
    }

    /// Gathers what is the user's own by line.
    pub(super) fn gather_own(&mut self, symbol: &SymbolView, step: i64, cx: &Cx<'_>) {
        let now = cx.view.session.now;
        self.moving.retain(|moving| now.saturating_sub(moving.at) < PATIENCE);
        let mut marks: Vec<Mark> = Vec::new();
        for (price, order) in own::orders(symbol.instrument.symbol, cx) {
            let (price, moving) = self.stands_at(price, order, cx);
            let (side, left) = (order.request.side, order.left());
            // A row never promises a better price than its orders have.
            let at = round(price, row_side(price, side, symbol), step);
            let queue = order.queue.map(|queue| (queue.ahead, queue.joined)).filter(|_| !moving);
            let kind = if order.request.kind.price().is_some() && order.stop.is_none() { "" } else { order.request.kind.name() };
            match marks.iter_mut().find(|mark| mark.at == at && mark.side == side) {
                Some(mark) => {
                    mark.qty = mark.qty.checked_add(left).unwrap_or(mark.qty);
                    mark.count += 1;
                    mark.moving |= moving;
                    if queue.is_some_and(|(ahead, _)| mark.queue.is_none_or(|(first, _)| ahead < first)) {
                        mark.queue = queue;
                    }
                }
                None => marks.push(Mark { at, side, qty: left, count: 1, queue, kind, moving }),
            }
        }
        self.own = marks;
    }

    /// In a list of the levels there are, lets the user's own orders have a line each, as nobody else sees them; returns where
    /// the line between asks and bids is then.
    pub(super) fn admit_own(&mut self, mut between: usize) -> usize {
        let wanted: Vec<Price> = self.own.iter().map(|mark| mark.at).collect();
        for at in wanted {
            if self.rungs.iter().any(|rung| rung.price == Some(at)) {
                continue;
            }
            let asks = self.rungs[..between].iter().filter_map(|rung| rung.price);
            let bids = self.rungs.get(between + 1..).unwrap_or_default().iter().filter_map(|rung| rung.price);
            let (highest, best_ask) = (asks.clone().next(), asks.clone().next_back());
            let (best_bid, lowest) = (bids.clone().next(), bids.clone().next_back());
            if best_ask.is_some_and(|ask| at > ask) {
                if highest.is_some_and(|high| at > high) && self.rungs.first().is_some_and(|rung| rung.price.is_some()) {
                    continue;
                }
                let index = self.rungs[..between].iter().position(|rung| rung.price.is_some_and(|price| price < at));
                self.rungs.insert(index.unwrap_or(between), Rung::empty(Some(at)));
                self.rungs.remove(0);
            } else if best_bid.is_some_and(|bid| at < bid) {
                if lowest.is_some_and(|low| at < low) {
                    continue;
                }
                let index = self.rungs.iter().skip(between + 1).position(|rung| rung.price.is_some_and(|price| price < at));
                self.rungs.insert(index.map_or(self.rungs.len(), |index| index + between + 1), Rung::empty(Some(at)));
                self.rungs.pop();
            } else if best_ask.is_some() && best_bid.is_some() && between > 0 {
                // Within the spread: above the line between, in the place of the highest ask.
                self.rungs.insert(between, Rung::empty(Some(at)));
                self.rungs.remove(0);
                between = self.rungs.iter().rposition(|rung| rung.price.is_none()).unwrap_or(between);
            }
        }
        between
    }

    /// Draws the column of one's own.
    pub(super) fn draw_own(&self, buf: &mut Buffer, body: Rect, column: Rect, symbol: &SymbolView, cx: &Cx<'_>) {
        let theme = cx.theme;
        let (mut above, mut below) = (0, 0);
        let decimals = symbol.instrument.qty_decimals();
        let positions = own::positions(symbol.instrument.symbol, cx);
        for (account, position) in positions.iter().rev() {
            let Some(row) = self.rung_at(position.average) else { continue };
            let y = body.y + row as u16;
            let name = if positions.len() > 1 && column.width > WIDTHS[1] { format!(" {}", account.name) } else { String::new() };
            let room = column.width.saturating_sub(1);
            let text = format!(
                "{} {}{name}",
                if theme.ascii { "avg" } else { "Ø" },
                own::profit(position.unrealised, room.saturating_sub(4))
            );
            let style = direction(theme, crate::domain::money::to_f64(position.unrealised));
            paint::text(buf, column.x + 1, y, room, &text, style);
        }
        for mark in &self.own {
            let Some(row) = self.rungs.iter().position(|rung| rung.price == Some(mark.at)) else {
                let beyond = self.rungs.iter().find_map(|rung| rung.price).is_some_and(|first| mark.at > first);
                *(if beyond { &mut above } else { &mut below }) += mark.count;
                continue;
            };
            Self::draw_mark(buf, body.y + row as u16, column, mark, decimals, cx);
        }
        let (up, down) = if theme.ascii { ('^', 'v') } else { ('↑', '↓') };
        for (count, arrow, y) in [(above, up, body.top()), (below, down, body.bottom().saturating_sub(1))] {
            if count > 0 && body.height > 1 {
                paint::text_right(buf, column.right(), y, column.width, &format!("{arrow}{count}"), theme.own);
            }
        }
    }

    fn draw_mark(buf: &mut Buffer, y: u16, column: Rect, mark: &Mark, decimals: usize, cx: &Cx<'_>) {
        let theme = cx.theme;
        paint::clear(buf, Rect { y, height: 1, ..column }, theme.text);
        let mut style = own::of_side(theme, mark.side).add_modifier(Modifier::BOLD);
        if mark.moving {
            style = theme.own.add_modifier(Modifier::ITALIC);
        }
        let qty = format!("{:.decimals$}", mark.qty);
        let qty = if qty.len() > 7 { figures::short(mark.qty.to_f64()) } else { qty };
        let times = if mark.count > 1 { format!("x{}", mark.count) } else { String::new() };
        let arrow = match (mark.moving, theme.ascii) {
            (false, _) => "",
            (true, false) => "→",
            (true, true) => ">",
        };
        let text = format!("{arrow}{} {qty}{times}", own::letter(mark.side));
        let end = column.x + 1 + paint::text(buf, column.x + 1, y, WIDTHS[1].saturating_sub(1), &text, style);
        let x = end.max(column.x + WIDTHS[1]);
        let share = |(ahead, joined): (f64, f64)| if joined > 0.0 { (ahead / joined).clamp(0.0, 1.0) } else { 0.0 };
        if x + BAR + 2 > column.right() {
            // Without room for it beside the figure, the bar is the figure's ground.
            let cells = mark.queue.map_or(0, |queue| (share(queue) * f64::from(column.width - 1)).round() as u16);
            let ground = if mark.side == Side::Buy { theme.bid_bar } else { theme.ask_bar };
            buf.set_style(Rect::new(column.x + 1, y, cells, 1).intersection(*buf.area()), ground);
            return;
        }
        let room = column.right() - x;
        match mark.queue {
            Some((ahead, joined)) => {
                blocks::lying(buf, x, y, BAR, share((ahead, joined)), theme.own, theme.ascii);
                let ahead = if ahead > 0.0 { figures::short(ahead) } else { "first".to_owned() };
                paint::text(buf, x + BAR + 1, y, room.saturating_sub(BAR + 1), &ahead, theme.own);
            }
            None => {
                paint::text(buf, x, y, room, if mark.moving { "moves" } else { mark.kind }, theme.dim);
            }
        }
    }

    /// The open orders in the cursor's line.
    fn orders_at<'a>(&self, row: Price, cx: &Cx<'a>) -> Vec<(Price, &'a Arc<OrderView>)> {
        let Some(symbol) = cx.symbol_view() else { return Vec::new() };
        let step = self.step.max(1);
        let here = |price: Price, order: &OrderView| {
            let (price, _) = self.stands_at(price, order, cx);
            round(price, row_side(price, order.request.side, symbol), step) == row
        };
        own::orders(symbol.instrument.symbol, cx).filter(|(price, order)| here(*price, order)).collect()
    }

    /// Answers what is done with orders from the ladder.
    pub(super) fn trade(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let Some(at) = self.cursor.filter(|_| is_trading(command)) else {
            return if is_trading(command) { self.without_cursor(command, count, cx) } else { Handled::No };
        };
        let orders = self.orders_at(at, cx);
        let act = |act: TradeAct| Action::Trade(act);
        let rows = i64::from(count.max(1)).saturating_mul(self.step.max(1));
        match command {
            Command::BookOrder => Handled::Run(act(Self::ticket_at(at, cx))),
            Command::BookOrderEdit => match orders.first() {
                Some((_, order)) => Handled::Run(act(TradeAct::Amend(Arc::clone(&order.account), order.id))),
                None => Handled::Yes,
            },
            Command::BookOrderCancel => {
                let cancel = |(_, order): (Price, &Arc<OrderView>)| act(TradeAct::Cancel(Arc::clone(&order.account), order.id));
                Handled::Run(Action::All(orders.into_iter().map(cancel).collect()))
            }
            Command::BookOrderUp => self.shift_orders(&orders, rows, cx),
            _ => self.shift_orders(&orders, -rows, cx),
        }
    }

    /// Without a cursor the first of what is one's own gets it; a ticket is opened at the best price.
    fn without_cursor(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        if command == Command::BookOrder {
            let Some(symbol) = cx.symbol else { return Handled::Yes };
            return Handled::Run(Action::Trade(TradeAct::Ticket { symbol: Some(symbol), side: Side::Buy, price: None }));
        }
        let shown = |mark: &&Mark| self.rungs.iter().any(|rung| rung.price == Some(mark.at));
        if let Some(at) = self.own.iter().find(shown).map(|mark| mark.at) {
            self.cursor = Some(at);
            // One order alone is meant; among several the cursor says first which.
            if self.own.len() == 1 {
                return self.trade(command, count, cx);
            }
        }
        Handled::Yes
    }

    /// A ticket at a price: to buy below the middle of the market, to sell above it.
    pub(super) fn ticket_at(at: Price, cx: &Cx<'_>) -> TradeAct {
        let best = cx.symbol_view().and_then(super::best);
        let side = match best {
            Some((bid, ask)) if at.units() > i64::midpoint(bid.units(), ask.units()) => Side::Sell,
            _ => Side::Buy,
        };
        TradeAct::Ticket { symbol: cx.symbol, side, price: Some(at) }
    }

    /// Moves orders by so many price units, the cursor with them.
    fn shift_orders(&mut self, orders: &[(Price, &Arc<OrderView>)], by: i64, cx: &Cx<'_>) -> Handled {
        let Some(cursor) = self.cursor.filter(|_| !orders.is_empty()) else { return Handled::Yes };
        let shifted = |price: Price| Price::from_units(price.units().saturating_add(by));
        let mut actions = Vec::with_capacity(orders.len());
        for (price, order) in orders {
            let (price, _) = self.stands_at(*price, order, cx);
            actions.push(self.move_order(order, shifted(price), cx));
        }
        self.cursor = Some(shifted(cursor));
        Handled::Run(Action::All(actions))
    }

    fn move_order(&mut self, order: &OrderView, to: Price, cx: &Cx<'_>) -> Action {
        self.moving.retain(|moving| moving.id != order.id);
        self.moving.push(Moving { id: order.id, to, at: cx.view.session.now });
        Action::Trade(TradeAct::Move(Arc::clone(&order.account), order.id, to))
    }

    /// Takes the orders of a line by the mouse; says whether there were any.
    pub(super) fn take_hold(&mut self, at: Price, cx: &Cx<'_>) -> bool {
        let ids: Vec<OrderId> = self.orders_at(at, cx).iter().map(|(_, order)| order.id).collect();
        self.held = (!ids.is_empty()).then_some(Held { ids, from: at, to: at });
        self.held.is_some()
    }

    /// Pulls what is held to another line.
    pub(super) fn pull(&mut self, to: Price) -> bool {
        let Some(held) = &mut self.held else { return false };
        held.to = to;
        true
    }

    /// Lets go of what is held.
    pub(super) fn let_go(&mut self, cx: &Cx<'_>) -> Option<Handled> {
        let held = self.held.take()?;
        let by = held.to.units().saturating_sub(held.from.units());
        if by == 0 {
            return Some(Handled::Yes);
        }
        let symbol = cx.symbol?;
        let held: Vec<_> = own::orders(symbol, cx).filter(|(_, order)| held.ids.contains(&order.id)).collect();
        let moves = held
            .into_iter()
            .map(|(price, order)| self.move_order(order, Price::from_units(price.units().saturating_add(by)), cx));
        Some(Handled::Run(Action::All(moves.collect())))
    }

    /// What the title says of the position.
    pub(super) fn position_words(symbol: &SymbolView, cx: &Cx<'_>) -> Option<(String, Money)> {
        let held = own::positions(symbol.instrument.symbol, cx);
        let (_, position) = held.first()?;
        let side = if position.qty > Qty::ZERO { "long" } else { "short" };
        Some((format!(" {side} {} {}", position.qty.abs(), own::profit(position.unrealised, 12)), position.unrealised))
    }
}

/// The side whose rows a price is gathered with: that of the book there, not that of the order.
fn row_side(price: Price, side: Side, symbol: &SymbolView) -> Side {
    match super::best(symbol) {
        Some((bid, _)) if price <= bid => Side::Buy,
        Some((_, ask)) if price >= ask => Side::Sell,
        _ => side,
    }
}

const fn is_trading(command: Command) -> bool {
    matches!(
        command,
        Command::BookOrder | Command::BookOrderEdit | Command::BookOrderUp | Command::BookOrderDown | Command::BookOrderCancel
    )
}

#[cfg(test)]
mod tests;
