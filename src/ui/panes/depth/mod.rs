//! The cumulative depth of the order book against price: bids to the left of the middle, asks to the right.
//!
//! Kept with a layout: `range` (step from the narrowest on), `large` (a size as entered).

mod plot;
mod sums;
#[cfg(test)]
mod tests;

use self::plot::{Layout, Plot};
use self::sums::{Impact, RANGES, Span, Sums, label};
use super::ladder::{best, cursor::point, trust};
use super::reason;
use super::threshold::Threshold;
use crate::app::commands::{Command, Scope};
use crate::app::dialogs::Prompt;
use crate::app::trading::TradeAct;
use crate::domain::{Instrument, Nanos, Price, Side, Symbol, Volume};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::widgets::{clock, figures, paint};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span as Words};
use toml::Value;

/// From so many times the median of the columns on, one is a wall unless the user says otherwise.
const LARGE: Threshold = Threshold::Times(8.0);
/// Walls that are marked.
const WALLS: usize = 6;

/// The cumulative depth of the order book.
#[derive(Debug)]
pub struct DepthPane {
    /// Step of the range; `None` until it is known what range shows most of the book.
    range: Option<usize>,
    large: Threshold,
    /// The price pointed at in this pane.
    cursor: Option<Price>,
    shown: Option<Symbol>,
    /// Whether the user chose the range.
    chosen: bool,
    layout: Layout,
    span: Span,
    sums: Sums,
    sizes: Vec<i128>,
    walls: Vec<u16>,
}

impl Default for DepthPane {
    fn default() -> Self {
        Self {
            range: None,
            large: LARGE,
            cursor: None,
            shown: None,
            chosen: false,
            layout: Layout::default(),
            span: Span::default(),
            sums: Sums::default(),
            sizes: Vec::new(),
            walls: Vec::new(),
        }
    }
}

impl DepthPane {
    fn zoom(&mut self, by: isize) {
        let now = self.range.unwrap_or(4);
        self.range = Some(now.saturating_add_signed(by).min(RANGES.len() - 1));
        self.chosen = true;
    }

    /// The narrowest range that shows three quarters of the levels of both sides.
    fn fitting(symbol: &SymbolView, (bid, ask): (Price, Price)) -> usize {
        let mid = i64::midpoint(bid.units(), ask.units());
        let far = [Side::Buy, Side::Sell].map(|side| {
            let levels = symbol.book.levels(side);
            let most = levels.len() * 3 / 4;
            levels.skip(most).map(|level| level.0.units().abs_diff(mid)).next().unwrap_or(0)
        });
        let far = u128::from(far[0].max(far[1]));
        let points = far * 10_000 / u128::from(mid.unsigned_abs().max(1));
        RANGES.iter().position(|range| u128::from(*range) >= points).unwrap_or(RANGES.len() - 1)
    }

    fn step_cursor(&mut self, columns: i64, cx: &Cx<'_>) {
        let from = self.cursor.or(cx.cross.and_then(|cross| cross.price)).and_then(|price| self.span.column(price));
        let middle = i64::from(self.span.width / 2);
        let to = from.map_or(middle, i64::from).saturating_add(columns);
        self.cursor = Some(self.span.price(to.clamp(0, i64::from(self.span.width.max(1)) - 1) as u16));
    }

    fn find_walls(&mut self, mid: Price) {
        self.sizes.clear();
        self.sizes.extend(self.sums.own.iter().filter(|own| **own > 0));
        self.walls.clear();
        if self.sizes.len() < 5 {
            return;
        }
        let middle = self.sizes.len() / 2;
        let median = *self.sizes.select_nth_unstable(middle).1 as f64;
        let sizes = self.sums.own.iter().zip(0_u16..);
        let large = sizes.filter(|(own, _)| {
            let notional = own.saturating_mul(i128::from(mid.units()));
            **own > 0 && self.large.holds(**own, notional, **own as f64 / median.max(1.0))
        });
        self.walls.extend(large.map(|(_, column)| column));
        let own = &self.sums.own;
        self.walls.sort_by_key(|column| std::cmp::Reverse(own.get(usize::from(*column)).copied().unwrap_or(0)));
        self.walls.truncate(WALLS);
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView, best: (Price, Price)) {
        if self.shown != cx.symbol {
            self.shown = cx.symbol;
            self.cursor = None;
            if !self.chosen {
                self.range = None;
            }
        }
        let range = *self.range.get_or_insert_with(|| Self::fitting(symbol, best));
        let trust = trust::Trust::of(symbol, cx);
        let banner = u16::from(matches!(trust, trust::Trust::Bad(_)) && area.height > 2);
        let inner = Rect { y: area.y + banner, height: area.height - banner, ..area };
        self.layout = Layout::of(inner);
        self.span = Span::of(&symbol.book, best, range, self.layout.plot.width);
        self.sums.fill(&symbol.book, self.span);
        let mid = Price::from_units(i64::midpoint(best.0.units(), best.1.units()));
        self.find_walls(mid);
        let totals = self.sums.totals();
        let plot = Plot {
            theme: cx.theme,
            layout: self.layout,
            span: self.span,
            trusted: trust.is_good(),
            most: totals.0.max(totals.1),
        };
        plot.areas(buf, &self.sums);
        let middle = self
            .span
            .column(mid)
            .filter(|column| self.sums.bids.get(usize::from(*column)) == self.sums.asks.get(usize::from(*column)));
        if let Some(middle) = middle {
            plot.upright(buf, middle, cx.theme.grid);
        }
        plot.quantities(buf, mid);
        plot.walls(buf, &self.sums, &self.walls, &symbol.instrument);
        plot.names(buf);
        let pointed = self.cursor.or(cx.cross.and_then(|cross| cross.price));
        let column = pointed.and_then(|price| self.span.column(price));
        if let Some(column) = column {
            plot.upright(buf, column, cx.theme.crosshair);
        }
        let pointed = pointed.filter(|_| column.is_some());
        plot.prices(buf, mid, pointed, symbol.instrument.price_decimals());
        let stale = if let trust::Trust::Stale(age) = &trust { Some(*age) } else { None };
        self.head(buf, cx, symbol, pointed, mid, stale);
        if let (trust::Trust::Bad(why), 1) = (&trust, banner) {
            trust::banner(buf, Rect { height: 1, ..area }, why, cx.theme);
        }
    }

    /// The line above: what an order up to the price pointed at would cost, or what rests in view.
    fn head(&self, buf: &mut Buffer, cx: &Cx<'_>, symbol: &SymbolView, pointed: Option<Price>, mid: Price, stale: Option<Nanos>) {
        let head = self.layout.head;
        if head.height == 0 {
            return;
        }
        let dot = if cx.theme.ascii { '-' } else { '·' };
        let instrument = &symbol.instrument;
        let (texts, style) = match pointed {
            Some(price) => match Impact::up_to(&symbol.book, price) {
                Some(impact) => {
                    let style = if impact.side == Side::Buy { cx.theme.up } else { cx.theme.down };
                    (impact_texts(&impact, instrument, mid, dot), style)
                }
                None => (vec!["inside the spread: nothing rests there".to_owned(), "inside the spread".to_owned()], cx.theme.dim),
            },
            None => (self.totals_texts(instrument, mid, dot), cx.theme.text),
        };
        let mut area = head;
        if let Some(age) = stale {
            let text = format!("stale {} ", clock::span(age));
            let cells = paint::text(buf, area.x, area.y, area.width, &text, cx.theme.warning);
            area = Rect { x: area.x + cells, width: area.width.saturating_sub(cells), ..area };
        }
        if let Some(text) = texts.iter().find(|text| paint::cells(text) <= area.width) {
            paint::text(buf, area.x, area.y, area.width, text, if stale.is_some() { cx.theme.dim } else { style });
        }
    }

    fn totals_texts(&self, instrument: &Instrument, mid: Price, dot: char) -> Vec<String> {
        let (bids, asks) = self.sums.totals();
        let [bids, asks] = [bids, asks].map(|sum| Volume::from_units(sum).to_f64());
        let share = if bids + asks > 0.0 { bids / (bids + asks) * 100.0 } else { 50.0 };
        let of = |value: f64| format!("{:>5}", figures::short(value));
        let quote = |value: f64| format!("{:>5}", figures::short(value * mid.to_f64()));
        let (base, unit) = (unit(&instrument.base), unit(&instrument.quote));
        vec![
            format!(
                "bids {}{base} = {}{unit} {dot} asks {}{base} = {}{unit} {dot} {share:>3.0}% bids",
                of(bids),
                quote(bids),
                of(asks),
                quote(asks)
            ),
            format!("bids {} {dot} asks {}{base} {dot} {share:>3.0}% bids", of(bids), of(asks)),
            format!("bids {} {dot} asks {}", of(bids), of(asks)),
        ]
    }
}

/// A unit behind its figure; nothing where it is not known.
fn unit(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" {name}") }
}

/// What an order would cost, the longest text first.
fn impact_texts(impact: &Impact, instrument: &Instrument, mid: Price, dot: char) -> Vec<String> {
    let (price, qty) = (instrument.price_decimals(), instrument.qty_decimals());
    let verb = if impact.side == Side::Buy { "buy" } else { "sell" };
    let (base, quote) = (unit(&instrument.base), unit(&instrument.quote));
    let volume = impact.volume();
    let (average, worst, points) = (impact.average(), impact.worst, impact.points_from(mid));
    let cost = figures::short(volume.to_f64() * average.to_f64());
    vec![
        format!(
            "to {verb} {volume:#.qty$}{base} = {cost}{quote}: average {average:#.price$} {dot} worst {worst:#.price$} {dot} {points:.2} bps from mid"
        ),
        format!("to {verb} {volume:#.qty$}{base}: average {average:#.price$} {dot} worst {worst:#.price$} {dot} {points:.2} bps"),
        format!("{verb} {volume:#.qty$}{base}: avg {average:#.price$} {dot} worst {worst:#.price$} {dot} {points:.2} bps"),
        format!("{verb} {volume:#.qty$}{base}: avg {average:#.price$} {dot} {points:.2} bps"),
        format!("{verb} {}{base} {dot} {points:.2} bps", figures::short(volume.to_f64())),
    ]
}

impl Pane for DepthPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let range = self.range.map(|range| format!(" {}", label(range, cx.theme.ascii))).unwrap_or_default();
        Line::from(vec![Words::styled("Depth", cx.theme.bright), Words::styled(range, cx.theme.accent)])
    }

    fn scope(&self) -> Scope {
        Scope::Book
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let count = i64::from(count.max(1));
        let page = i64::from((self.span.width / 8).max(1));
        match command {
            Command::BookCoarser => self.zoom(count as isize),
            Command::BookFiner => self.zoom(-count as isize),
            Command::BookUp => self.step_cursor(count, cx),
            Command::BookDown => self.step_cursor(-count, cx),
            Command::BookPageUp => self.step_cursor(page * count, cx),
            Command::BookPageDown => self.step_cursor(-page * count, cx),
            Command::BookPick => return self.cursor.map_or(Handled::Yes, |price| point(price, cx)),
            Command::BookOrder => {
                let Some(middle) = cx.symbol_view().and_then(|symbol| symbol.top).map(|top| top.mid()) else {
                    return Handled::Yes;
                };
                let side = if self.cursor.is_some_and(|price| price > middle) { Side::Sell } else { Side::Buy };
                return Handled::Run(Action::Trade(TradeAct::Ticket { symbol: cx.symbol, side, price: self.cursor }));
            }
            Command::BookCentre => {
                self.cursor = None;
                (self.range, self.chosen) = (None, false);
            }
            Command::Cancel if self.cursor.is_some() => self.cursor = None,
            Command::BookLarge => {
                let hint = "8x is times the median of the columns, 5 in base units, $500k in quote units; nothing is 8x";
                let now = self.large.to_string();
                return Handled::Run(Action::Ask(Box::new(Prompt::of_pane(command, "A wall from", hint, &now))));
            }
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn on_line(&mut self, command: Command, text: &str, _cx: &Cx<'_>) -> Result<Handled, String> {
        if command == Command::BookLarge {
            self.large = if text.is_empty() { LARGE } else { text.parse()? };
        }
        Ok(Handled::Yes)
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        if let Some(range) = self.range.filter(|_| self.chosen) {
            table.insert("range".to_owned(), Value::Integer(range as i64));
        }
        table.insert("large".to_owned(), Value::String(self.large.to_string()));
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        let range = settings.get("range").and_then(Value::as_integer).and_then(|range| usize::try_from(range).ok());
        if let Some(range) = range.filter(|range| *range < RANGES.len()) {
            (self.range, self.chosen) = (Some(range), true);
        }
        if let Some(large) = settings.get("large").and_then(Value::as_str).and_then(|text| text.parse().ok()) {
            self.large = large;
        }
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::at_price(self.cursor, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let plot = self.layout.plot;
        let inside = plot.contains(Position::new(event.column, event.row));
        match event.kind {
            MouseEventKind::ScrollUp => self.zoom(-1),
            MouseEventKind::ScrollDown => self.zoom(1),
            MouseEventKind::Moved if inside => self.cursor = Some(self.span.price(event.column - plot.x)),
            MouseEventKind::Down(MouseButton::Left) | MouseEventKind::Drag(MouseButton::Left) if inside => {
                let price = self.span.price(event.column - plot.x);
                self.cursor = Some(price);
                return point(price, cx);
            }
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        let theme = cx.theme;
        match cx.symbol_view() {
            Some(symbol) if !symbol.book.is_empty() => match best(symbol) {
                Some(best) => self.draw(area, buf, cx, symbol, best),
                None => reason::message(area, buf, "the book has one side only", theme.dim, theme.ascii),
            },
            Some(SymbolView { book_state: BookState::Lost(_, why), .. }) => {
                reason::message(area, buf, &format!("no order book: {why}"), theme.warning, theme.ascii);
            }
            Some(symbol) if symbol.top.is_some() => {
                reason::message(
                    area,
                    buf,
                    "only the best bid and ask are known, not the depth behind them",
                    theme.dim,
                    theme.ascii,
                );
            }
            _ => reason::message(area, buf, &reason::why_empty(cx, "order book"), theme.dim, theme.ascii),
        }
    }
}
