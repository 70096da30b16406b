//! The depth ladder: asks above, bids below, the spread between them.

mod levels;
mod rows;
#[cfg(test)]
mod tests;

use self::levels::{Row, gather, grouping};
use self::rows::Painter;
use super::reason;
use crate::app::commands::{Command, Scope};
use crate::domain::{LinkState, Nanos, Price, Qty, Side, Symbol};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::widgets::clock;
use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// A symbol from which nothing came for so long is stale.
const STALE: Nanos = Nanos::from_secs(3);
/// The coarsest grouping: five million ticks to a row.
const COARSEST: u32 = 20;

/// A ladder of one symbol's order book.
#[derive(Debug, Clone, Default)]
pub struct LadderPane {
    /// Step of the price grouping.
    group: u32,
    /// Rows the middle has been moved down by.
    shift: i16,
    /// Widest price, quantity and total so far, so that columns don't dance.
    widths: (u16, u16, u16),
    shown: Option<Symbol>,
    asks: Vec<Row>,
    bids: Vec<Row>,
}

/// How far the book on the screen can be believed.
enum Trust {
    /// It is what the exchange has.
    Good,
    /// It was right a while ago; how long.
    Stale(Nanos),
    /// It is not; why.
    Bad(String),
}

impl LadderPane {
    /// A ladder of single ticks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Price units of a row.
    fn step(&self, symbol: &SymbolView) -> i64 {
        // Without a known tick, the smallest price that is shown.
        let tick = match symbol.instrument.tick.units() {
            0 => 1_000_000,
            tick => tick.max(1),
        };
        tick.saturating_mul(grouping(self.group))
    }

    fn gather(&mut self, symbol: &SymbolView, count: usize) {
        let step = self.step(symbol);
        if symbol.book.is_empty() {
            // Only quotes are known: the top of the book is all there is to show.
            let top = symbol.top;
            let ask = top.map(|top| (top.ask, top.ask_qty)).filter(|(_, qty)| *qty > Qty::ZERO);
            let bid = top.map(|top| (top.bid, top.bid_qty)).filter(|(_, qty)| *qty > Qty::ZERO);
            gather(ask.into_iter(), Side::Sell, step, count, &mut self.asks);
            gather(bid.into_iter(), Side::Buy, step, count, &mut self.bids);
        } else {
            gather(symbol.book.asks(), Side::Sell, step, count, &mut self.asks);
            gather(symbol.book.bids(), Side::Buy, step, count, &mut self.bids);
        }
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView) {
        if self.shown != cx.symbol {
            self.shown = cx.symbol;
            self.widths = (0, 0, 0);
            self.shift = 0;
        }
        let trust = trust(symbol, cx);
        let banner = u16::from(matches!(trust, Trust::Bad(_)) && area.height > 2);
        let rows = Rect { y: area.y + banner, height: area.height - banner, ..area };
        let half = (rows.height.saturating_sub(1) / 2) as i16;
        self.shift = self.shift.clamp(-half, half);
        let above = (half + self.shift).max(0) as u16;
        let below = rows.height.saturating_sub(1).saturating_sub(above);
        self.gather(symbol, usize::from(above.max(below)));
        let step = self.step(symbol);
        let mut painter = Painter::new(cx, symbol, &mut self.widths, area.width, matches!(trust, Trust::Good));
        let (asks, bids) = (&self.asks[..self.asks.len().min(above.into())], &self.bids[..self.bids.len().min(below.into())]);
        painter.measure(asks, bids);
        let at = last_row(symbol.last.map(|trade| trade.price), asks, bids, step);
        for (i, (row, y)) in asks.iter().zip((rows.y..rows.y + above).rev()).enumerate() {
            painter.row(buf, rows.x, y, row, Side::Sell, at == Some(LastAt::Ask(i)));
        }
        for (i, (row, y)) in bids.iter().zip(rows.y + above + 1..rows.bottom()).enumerate() {
            painter.row(buf, rows.x, y, row, Side::Buy, at == Some(LastAt::Bid(i)));
        }
        let stale = match &trust {
            Trust::Stale(age) => Some(*age),
            _ => None,
        };
        if rows.height > 0 {
            painter.spread(buf, Rect { y: rows.y + above, height: 1, ..rows }, best(symbol), stale, at == Some(LastAt::Spread));
        }
        if let (Trust::Bad(why), 1) = (&trust, banner) {
            painter.banner(buf, Rect { height: 1, ..area }, why);
        }
    }
}

/// The row that the last trade's price belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LastAt {
    Ask(usize),
    Bid(usize),
    Spread,
}

/// The row of a price, or the nearest one further out where nothing rests at it; `None` when it is beyond all rows.
fn last_row(last: Option<Price>, asks: &[Row], bids: &[Row], step: i64) -> Option<LastAt> {
    let last = last?;
    let (ask, bid) = (asks.first()?, bids.first()?);
    // A row of gathered asks reaches down to just above the row before it.
    if last > bid.price && last.units() <= ask.price.units().saturating_sub(step) {
        return Some(LastAt::Spread);
    }
    if last > bid.price {
        return asks.iter().position(|row| row.price >= last).map(LastAt::Ask);
    }
    bids.iter().position(|row| row.price <= last).map(LastAt::Bid)
}

/// The best bid and ask: the freshest known.
fn best(symbol: &SymbolView) -> Option<(Price, Price)> {
    let book = symbol.book.best_bid().zip(symbol.book.best_ask()).map(|(bid, ask)| (bid.0, ask.0));
    book.or_else(|| symbol.top.map(|top| (top.bid, top.ask)))
}

fn trust(symbol: &SymbolView, cx: &Cx<'_>) -> Trust {
    if let BookState::Lost(since, why) = &symbol.book_state {
        let at = clock::hour_minute_second(clock::local(*since, cx.zone));
        return Trust::Bad(format!("out of sync since {at}: {why}"));
    }
    if symbol.trades_link == LinkState::Down && cx.view.session.stopped {
        return Trust::Bad(format!("feed stopped by you ({} starts it)", cx.key(Command::ToggleFeed)));
    }
    let seen = if symbol.book.is_empty() { symbol.top.map(|top| top.at) } else { symbol.last_event };
    let age = seen.map_or(Nanos::ZERO, |seen| cx.view.session.now.saturating_sub(seen));
    if age > STALE { Trust::Stale(age) } else { Trust::Good }
}

impl Pane for LadderPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::styled("Book", theme.bright)];
        if let Some(symbol) = cx.symbol_view() {
            let step = Price::from_units(self.step(symbol));
            let decimals = symbol.instrument.price_decimals();
            spans.push(Span::styled(format!(" {step:.decimals$}"), theme.accent));
            if self.group > 0 {
                spans.push(Span::styled(format!(" ({} ticks)", grouping(self.group)), theme.dim));
            }
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Book
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        let count = count.max(1);
        match command {
            Command::BookCoarser => self.group = self.group.saturating_add(count).min(COARSEST),
            Command::BookFiner => self.group = self.group.saturating_sub(count),
            Command::BookCentre => self.shift = 0,
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        let moving = event.modifiers.intersects(KeyModifiers::SHIFT | KeyModifiers::CONTROL | KeyModifiers::ALT);
        match event.kind {
            MouseEventKind::ScrollUp if moving => self.shift = self.shift.saturating_add(1),
            MouseEventKind::ScrollDown if moving => self.shift = self.shift.saturating_sub(1),
            MouseEventKind::ScrollUp => self.group = self.group.saturating_sub(1),
            MouseEventKind::ScrollDown => self.group = self.group.saturating_add(1).min(COARSEST),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        match cx.symbol_view() {
            Some(symbol) if !symbol.book.is_empty() || symbol.top.is_some() => self.draw(area, buf, cx, symbol),
            Some(SymbolView { book_state: BookState::Lost(_, why), .. }) => {
                reason::message(area, buf, &format!("no order book: {why}"), cx.theme.warning, cx.theme.ascii);
            }
            _ => reason::message(area, buf, &reason::why_empty(cx, "order book"), cx.theme.dim, cx.theme.ascii),
        }
    }
}
