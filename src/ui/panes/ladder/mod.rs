//! The depth ladder: asks above, bids below. Either a list of the levels there are, kept around the middle of the book, or
//! every price beneath the other, which can also be held in place.

mod changes;
mod columns;
pub(in crate::ui::panes) mod cursor;
mod levels;
mod lines;
mod own;
mod rows;
mod settings;
#[cfg(test)]
mod tests;
mod traded;
pub(in crate::ui::panes) mod trust;

use self::changes::Changes;
use self::columns::{Column, LIST, Placed, SIDES, Widths, place};
use self::levels::{Row, gather, grouping, round};
use self::lines::{Spread, balance, share_of_bids};
use self::rows::{Marks, Painter, Rung};
use self::traded::Traded;
use self::trust::{Trust, banner};
use super::reason;
use super::threshold::Threshold;
use crate::app::commands::{Command, Scope};
use crate::domain::{Price, Qty, Side, Symbol};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::levels::Mood;
use crate::ui::panes::propose;
use crate::ui::widgets::{clock, paint};
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

/// The coarsest grouping: five million ticks to a row.
const COARSEST: u32 = 20;
/// From so many times the median of the rows on, one is large unless the user says otherwise.
const LARGE: Threshold = Threshold::Times(6.0);
/// From this height on there is a line of headings, and one of the balance of bids and asks.
const ROOMY: u16 = 13;

/// A ladder of one symbol's order book.
#[derive(Debug, Clone)]
pub struct LadderPane {
    /// Step of the price grouping.
    group: u32,
    /// Whether prices stay in place while the market moves.
    locked: bool,
    /// Whether bids and asks stand beside the price.
    sides: bool,
    list_columns: Vec<Column>,
    side_columns: Vec<Column>,
    large: Threshold,
    /// Rows the middle has been moved down by.
    shift: i32,
    /// The price on top while prices stay in place, once it is known.
    top: Option<Price>,
    cursor: Option<Price>,
    shown: Option<Symbol>,
    widths: Widths,
    changes: Changes,
    traded: Traded,
    /// The step that was last drawn, price units.
    step: i64,
    /// The lines as last drawn, and where.
    rungs: Vec<Rung>,
    body: Rect,
    asks: Vec<Row>,
    bids: Vec<Row>,
    /// What is the user's own, by line.
    own: Vec<own::Mark>,
    /// Orders that were asked to move.
    moving: Vec<own::Moving>,
    /// Orders the mouse holds.
    held: Option<own::Held>,
    placed: Vec<Placed>,
    sizes: Vec<i128>,
}

impl Default for LadderPane {
    fn default() -> Self {
        Self {
            group: 0,
            locked: false,
            sides: false,
            list_columns: LIST.to_vec(),
            side_columns: SIDES.to_vec(),
            large: LARGE,
            shift: 0,
            top: None,
            cursor: None,
            shown: None,
            widths: Widths::default(),
            changes: Changes::default(),
            traded: Traded::default(),
            step: 0,
            rungs: Vec::new(),
            body: Rect::default(),
            asks: Vec::new(),
            bids: Vec::new(),
            own: Vec::new(),
            moving: Vec::new(),
            held: None,
            placed: Vec::new(),
            sizes: Vec::new(),
        }
    }
}

impl LadderPane {
    /// A ladder of single ticks.
    pub fn new() -> Self {
        Self::default()
    }

    fn columns(&self) -> &[Column] {
        if self.sides { &self.side_columns } else { &self.list_columns }
    }

    /// Whether every price has a row, also those at which nothing rests.
    const fn every_price(&self) -> bool {
        self.locked || self.sides
    }

    fn centre(&mut self) {
        self.shift = 0;
        self.top = None;
        self.changes.forget();
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

    /// Gathers both sides: asks up to a price and bids down to one, or so many rows of each.
    fn gather(&mut self, symbol: &SymbolView, step: i64, count: usize, ends: Option<(Price, Price)>) {
        let (high, low) = (ends.map(|ends| ends.0), ends.map(|ends| ends.1));
        if symbol.book.is_empty() {
            // Only quotes are known: the top of the book is all there is to show.
            let top = symbol.top;
            let ask = top.map(|top| (top.ask, top.ask_qty)).filter(|(_, qty)| *qty > Qty::ZERO);
            let bid = top.map(|top| (top.bid, top.bid_qty)).filter(|(_, qty)| *qty > Qty::ZERO);
            gather(ask.into_iter(), Side::Sell, step, (count, high), &mut self.asks);
            gather(bid.into_iter(), Side::Buy, step, (count, low), &mut self.bids);
        } else {
            gather(symbol.book.asks(), Side::Sell, step, (count, high), &mut self.asks);
            gather(symbol.book.bids(), Side::Buy, step, (count, low), &mut self.bids);
        }
    }

    /// Lines of the levels there are, the middle of the book in its place; where the line between asks and bids is.
    fn list_levels(&mut self, symbol: &SymbolView, height: u16, step: i64) -> usize {
        let half = i32::from(height.saturating_sub(1) / 2);
        self.shift = self.shift.clamp(-half, half);
        let above = (half + self.shift).max(0) as usize;
        let below = usize::from(height.saturating_sub(1)).saturating_sub(above);
        self.gather(symbol, step, above.max(below), None);
        self.asks.truncate(above);
        self.bids.truncate(below);
        self.rungs.resize(above - self.asks.len(), Rung::empty(None));
        self.rungs.extend(self.asks.iter().rev().map(|row| rung(row, Side::Sell)));
        let between = self.rungs.len();
        self.rungs.push(Rung::empty(None));
        self.rungs.extend(self.bids.iter().map(|row| rung(row, Side::Buy)));
        between
    }

    /// A line for every price, from the one on top down.
    fn list_prices(&mut self, symbol: &SymbolView, height: u16, step: i64, best: Option<(Price, Price)>) {
        let below = |top: Price, rows: i64| Price::from_units(top.units().saturating_sub(step.saturating_mul(rows)));
        let centred = best.map(|(bid, ask)| {
            let ask = round(ask, Side::Sell, step);
            let gap = ask.units().saturating_sub(round(bid, Side::Buy, step).units()) / step.max(1);
            // A spread wider than the pane has its asks in view.
            let above = (i64::from(height) - gap.clamp(0, i64::from(height) / 2) - 1) / 2 + i64::from(self.shift);
            below(ask, -above)
        });
        let top = match (self.locked, self.top) {
            (true, Some(top)) => Some(round(top, Side::Sell, step)),
            _ => centred,
        };
        let Some(top) = top else { return };
        self.top = Some(top);
        let bottom = below(top, i64::from(height) - 1);
        self.gather(symbol, step, usize::MAX, Some((top, bottom)));
        self.rungs.extend((0..i64::from(height)).map(|row| Rung::empty(Some(below(top, row)))));
        for (rows, side) in [(&self.asks, Side::Sell), (&self.bids, Side::Buy)] {
            for row in rows {
                let at = i128::from(top.units()) - i128::from(row.price.units());
                if let Some(place) = usize::try_from(at / i128::from(step.max(1))).ok().and_then(|at| self.rungs.get_mut(at)) {
                    *place = rung(row, side);
                }
            }
        }
    }

    /// Says of each line what changed, what is large and what was traded there.
    fn judge(&mut self, symbol: &SymbolView, cx: &Cx<'_>, step: i64, best: Option<(Price, Price)>) {
        self.changes.update(&self.bids, &self.asks, cx.view.snapshot.at);
        self.sizes.clear();
        self.sizes.extend(self.rungs.iter().filter(|rung| rung.side.is_some()).map(|rung| rung.qty.units()));
        let middle = self.sizes.len() / 2;
        let median = if self.sizes.len() < 5 { 0 } else { *self.sizes.select_nth_unstable(middle).1 };
        let with_traded = self.columns().contains(&Column::Traded);
        if with_traded {
            self.traded.update(symbol.instrument.symbol, &symbol.trades);
        }
        let mid = best.map(|(bid, ask)| i64::midpoint(bid.units(), ask.units()));
        let now = cx.view.session.now;
        let (mut ask, mut bid) = (self.asks.len(), 0);
        for rung in &mut self.rungs {
            let Some(price) = rung.price else { continue };
            let times = if median > 0 { rung.qty.units() as f64 / median as f64 } else { 0.0 };
            let notional = rung.qty.units().saturating_mul(i128::from(price.units()));
            rung.large = rung.side.is_some() && self.large.holds(rung.qty.units(), notional, times);
            rung.change = match rung.side {
                Some(Side::Sell) => {
                    ask = ask.saturating_sub(1);
                    self.changes.of(Side::Sell, ask, now)
                }
                Some(Side::Buy) => {
                    bid += 1;
                    self.changes.of(Side::Buy, bid - 1, now)
                }
                None => None,
            };
            if let Some(mid) = mid.filter(|_| with_traded) {
                // Rows of asks reach down, rows of bids up, and neither beyond the middle: no trade is counted twice.
                let (low, high) = if price.units() > mid {
                    (price.units().saturating_sub(step - 1).max(mid.saturating_add(1)), price.units())
                } else {
                    (price.units(), price.units().saturating_add(step - 1).min(mid))
                };
                rung.traded = self.traded.between(Price::from_units(low), Price::from_units(high));
            }
        }
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView) {
        let step = self.step(symbol);
        if self.shown != cx.symbol {
            self.shown = cx.symbol;
            self.widths = Widths::default();
            self.cursor = None;
            self.held = None;
            self.moving.clear();
            self.centre();
        }
        if self.step != step {
            self.step = step;
            self.changes.forget();
        }
        let trust = Trust::of(symbol, cx);
        let theme = cx.theme;
        let best = best(symbol);
        let tops = best;
        let roomy = area.height >= ROOMY;
        let line = |y: u16| Rect { y, height: 1, ..area };
        let banners = u16::from(matches!(trust, Trust::Bad(_)) && area.height > 2);
        // Where every price has a row, the spread is said above them.
        let spread_above = u16::from(self.every_price() && area.height >= 7);
        let head = banners + spread_above + u16::from(roomy);
        let body = Rect { y: area.y + head, height: area.height - head - u16::from(roomy), ..area };
        self.body = body;
        self.rungs.clear();
        self.gather_own(symbol, step, cx);
        let own_width = Self::own_width(symbol, area.width, cx);
        let between = if self.every_price() {
            self.list_prices(symbol, body.height, step, best);
            None
        } else {
            let between = self.list_levels(symbol, body.height, step);
            Some(if own_width > 0 { self.admit_own(between) } else { between })
        };
        self.judge(symbol, cx, step, best);
        let mut painter = Painter::new(theme, &symbol.instrument, trust.is_good());
        painter.measure(&self.rungs, &mut self.widths, area.width >= 50);
        let mut placed = std::mem::take(&mut self.placed);
        place(self.columns(), &self.widths, area.x, area.width - own_width, &mut placed);
        let last = self.last_at(symbol.last.map(|trade| trade.price), best, step, between);
        let cross = cx.cross.and_then(|cross| self.rung_at(cross.price?));
        let cursor = self.cursor.and_then(|price| self.rung_at(price));
        let walls = walls(symbol, step);
        let mut alerts: Vec<(usize, Mood)> = crate::ui::panes::levels::levels(cx)
            .iter()
            .filter_map(|level| Some((self.rung_at(level.price)?, level.mood)))
            .collect();
        alerts.sort_unstable();
        for (i, (rung, y)) in self.rungs.iter().zip(body.y..body.bottom()).enumerate() {
            let best = |(bid, ask): (Price, Price)| match rung.side {
                Some(Side::Buy) => rung.price == Some(round(bid, Side::Buy, step)),
                Some(Side::Sell) => rung.price == Some(round(ask, Side::Sell, step)),
                None => false,
            };
            let wall = match rung.side {
                Some(Side::Buy) => rung.price.is_some() && rung.price == walls.0,
                Some(Side::Sell) => rung.price.is_some() && rung.price == walls.1,
                None => false,
            };
            let (last, cross, cursor) = (last == Some(i), cross == Some(i), cursor == Some(i));
            let alert = alerts.iter().find(|(at, _)| *at == i).map(|(_, mood)| *mood);
            let marks = Marks { last, cross, cursor, best: tops.is_some_and(best), wall, alert };
            if between != Some(i) {
                painter.rung(buf, line(y), &placed, rung, marks);
            }
        }
        let stale = if let Trust::Stale(age) = &trust { Some(*age) } else { None };
        let (tick, decimals) = (symbol.instrument.tick, symbol.instrument.price_decimals());
        let trusted = trust.is_good();
        let spread = Spread { best, tick, decimals, stale, trusted, last: last.is_some() && last == between };
        match between {
            Some(at) if body.height > 0 => spread.draw(buf, line(body.y + at as u16), theme),
            None if spread_above > 0 => spread.draw(buf, line(area.y + banners), theme),
            _ => {}
        }
        if roomy {
            painter.headings(buf, body.y - 1, &placed, &symbol.instrument);
            // Where the best prices have left the rows, the rows say nothing of the balance.
            if let Some(share) = share_of_bids(&self.rungs).filter(|_| between.is_some()) {
                balance(buf, line(area.bottom() - 1), share, trusted, theme);
            }
        }
        if own_width > 0 {
            let column = Rect { x: area.right() - own_width, width: own_width, ..area };
            self.draw_own(buf, body, column, symbol, cx);
        }
        self.point_to_market(buf, body, cx, best);
        self.placed = placed;
        if let (Trust::Bad(why), 1) = (&trust, banners) {
            banner(buf, line(area.y), why, theme);
        }
    }

    /// Says where the market is once it has left the prices that stay in place.
    fn point_to_market(&self, buf: &mut Buffer, body: Rect, cx: &Cx<'_>, best: Option<(Price, Price)>) {
        let (Some((bid, ask)), Some(first), Some(last)) =
            (best.filter(|_| self.locked), self.rungs.first().and_then(|r| r.price), self.rungs.last().and_then(|r| r.price))
        else {
            return;
        };
        let (y, arrow, at) = if bid > first {
            (body.y, if cx.theme.ascii { '^' } else { '↑' }, bid)
        } else if ask < last {
            (body.bottom().saturating_sub(1), if cx.theme.ascii { 'v' } else { '↓' }, ask)
        } else {
            return;
        };
        let text = format!(" {arrow} market at {at} {arrow} {} centres ", cx.key(Command::BookCentre));
        let style = cx.theme.accent.add_modifier(Modifier::REVERSED);
        let text = if paint::cells(&text) <= body.width { text } else { format!(" {arrow} market {arrow} ") };
        paint::text_centred(buf, body, y, &text, style);
    }

    /// The line that the last trade's price belongs to, or the nearest one further out where nothing rests at it; `None` when
    /// it is beyond all lines.
    fn last_at(&self, last: Option<Price>, best: Option<(Price, Price)>, step: i64, between: Option<usize>) -> Option<usize> {
        let last = last?;
        let Some(between) = between else {
            let (bid, ask) = best?;
            let side = if last.units() > i64::midpoint(bid.units(), ask.units()) { Side::Sell } else { Side::Buy };
            let at = round(last, side, step);
            return self.rungs.iter().position(|rung| rung.price == Some(at));
        };
        let (ask, bid) = (self.asks.first()?, self.bids.first()?);
        // A row of gathered asks reaches down to just above the row before it.
        if last > bid.price && last.units() <= ask.price.units().saturating_sub(step) {
            return Some(between);
        }
        if last > bid.price {
            let price = self.asks.iter().find(|row| row.price >= last)?.price;
            return self.rungs.iter().position(|rung| rung.price == Some(price));
        }
        let price = self.bids.iter().find(|row| row.price <= last)?.price;
        self.rungs.iter().position(|rung| rung.price == Some(price))
    }
}

const fn rung(row: &Row, side: Side) -> Rung {
    Rung { price: Some(row.price), side: Some(side), qty: row.qty, total: row.total, traded: 0, change: None, large: false }
}

/// The best bid and ask of the book itself, else those quoted.
pub(in crate::ui::panes) fn best(symbol: &SymbolView) -> Option<(Price, Price)> {
    let book = symbol.book.best_bid().zip(symbol.book.best_ask()).map(|(bid, ask)| (bid.0, ask.0));
    book.or_else(|| symbol.top.map(|top| (top.bid, top.ask)))
}

/// The rows of the bid and the ask wall, as the indicator `wall` last found them; none where it does not run or has no value.
fn walls(symbol: &SymbolView, step: i64) -> (Option<Price>, Option<Price>) {
    let row = symbol.flow.rows.iter().find(|row| row.setup.spec.name == "wall");
    let Some((row, reading)) = row.and_then(|row| Some((row, row.latest.as_ref().ok()?))) else { return (None, None) };
    let at = |name: &str, side: Side| {
        let index = row.setup.spec.extras.iter().position(|extra| extra.name == name)?;
        Some(round(Price::from_f64(reading.extra(index)?), side, step))
    };
    (at("bid_wall_price", Side::Buy), at("ask_wall_price", Side::Sell))
}

impl Pane for LadderPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let mut spans = vec![Span::styled("Book", theme.bright)];
        if let Some(symbol) = cx.symbol_view() {
            let step = Price::from_units(self.step(symbol));
            let decimals = symbol.instrument.price_decimals().max(step.decimals().min(2));
            spans.push(Span::styled(format!(" {step:.decimals$}"), theme.accent));
            let ticks = grouping(self.group);
            if ticks > 1 {
                spans.push(Span::styled(format!(" ({ticks} ticks)"), theme.dim));
            }
        }
        if self.locked {
            spans.push(Span::styled(" static", theme.accent));
        }
        let traded = self.placed.iter().any(|placed| placed.column == Column::Traded);
        if let Some(since) = self.traded.since.filter(|_| traded) {
            let at = clock::hour_minute(clock::local(since, cx.zone));
            spans.push(Span::styled(format!(" traded since {at}"), theme.dim));
        }
        if let Some((words, profit)) = cx.symbol_view().and_then(|symbol| Self::position_words(symbol, cx)) {
            spans.push(Span::styled(words, super::direction(theme, crate::domain::money::to_f64(profit))));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Book
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        match self.move_cursor(command, count, cx) {
            Handled::No => match self.trade(command, count, cx) {
                Handled::No => self.choose(command, count),
                handled => handled,
            },
            handled => handled,
        }
    }

    fn on_line(&mut self, command: Command, text: &str, _cx: &Cx<'_>) -> Result<Handled, String> {
        self.entered(command, text).map(|()| Handled::Yes)
    }

    fn settings(&self) -> toml::Table {
        self.chosen()
    }

    fn restore(&mut self, settings: &toml::Table) {
        self.take_back(settings);
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::at_price(self.cursor, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        self.answer_mouse(event, cx)
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
