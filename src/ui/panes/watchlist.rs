//! The followed symbols: last price, change over 24 hours, how the last hour went, spread, volume; sorted by any of them.
//!
//! Kept with a layout: `sort` (a column's heading; none in the order they were added) and `reversed`.

use super::list::{Column, ListState, cell, columns, empty};
use crate::app::alerts::crossing;
use crate::app::commands::{Command, Scope};
use crate::domain::{Bar, Nanos, Price, Side, Symbol, Timeframe};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crate::ui::widgets::{clock, figures};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::cmp::Ordering;
use toml::Value;

/// Older than this a symbol is marked stale.
const STALE: Nanos = Nanos::from_secs(10);
/// Cells of the line of the last hour.
const SPARK: u16 = 8;

/// Columns by their worth.
const WORTH: [Column; 6] = [
    Column { title: "symbol", width: 10, right: false },
    Column { title: "last", width: 10, right: true },
    Column { title: "24h", width: 8, right: true },
    Column { title: "1h", width: SPARK, right: false },
    Column { title: "spread", width: 7, right: true },
    Column { title: "volume", width: 8, right: true },
];

/// What a row shows.
#[derive(Debug, Clone)]
struct Entry {
    symbol: Symbol,
    last: Option<Price>,
    side: Option<Side>,
    decimals: usize,
    /// Change in percent since the day's first price.
    change: Option<f64>,
    /// When that first price was, where it is no whole day.
    partial: Option<Nanos>,
    hour: Vec<f64>,
    /// Hundredths of a percent of the price.
    spread: Option<f64>,
    /// Traded in 24 hours, quote units.
    volume: Option<f64>,
    /// How long nothing came, where that is too long.
    stale: Option<Nanos>,
}

impl Entry {
    fn of(view: &SymbolView, now: Nanos) -> Self {
        let age = view.last_event.map(|at| now.saturating_sub(at));
        let day = view.day(now);
        let last = view.last_price();
        let change = |(day, _): &(Bar, bool)| {
            let open = day.open.to_f64();
            last.filter(|_| open != 0.0).map(|last| (last.to_f64() / open - 1.0) * 100.0)
        };
        let top = view.top.filter(|top| !top.mid().is_zero());
        Self {
            symbol: view.instrument.symbol,
            last,
            side: view.last.map(|trade| trade.side),
            decimals: view.instrument.price_decimals(),
            change: day.as_ref().and_then(change),
            partial: day.as_ref().filter(|(_, whole)| !whole).map(|(day, _)| day.start),
            hour: hour(view, now),
            spread: top.map(|top| top.spread().to_f64() / top.mid().to_f64() * 1e4),
            volume: day.map(|(day, _)| day.volume.to_f64() * day.close.to_f64()),
            stale: age.map_or(Some(Nanos::MAX), |age| (age > STALE).then_some(age)),
        }
    }

    /// The change over the last hour, in percent.
    fn hourly(&self) -> Option<f64> {
        let (first, last) = self.hour.first().zip(self.hour.last())?;
        (*first != 0.0).then(|| (last / first - 1.0) * 100.0)
    }

    fn key(&self, title: &str) -> Option<f64> {
        match title {
            "last" => self.last.map(Price::to_f64),
            "24h" => self.change,
            "1h" => self.hourly(),
            "spread" => self.spread,
            "volume" => self.volume,
            _ => None,
        }
    }

    /// Where it stands against another by a column; what has no figure comes last, whatever the direction.
    fn order(&self, other: &Self, title: &str, reversed: bool) -> Ordering {
        let turn = |order: Ordering| if reversed { order.reverse() } else { order };
        if title == "symbol" {
            return turn(self.symbol.cmp(&other.symbol));
        }
        match (self.key(title), other.key(title)) {
            // The largest first: that is what one sorts by a figure for.
            (Some(a), Some(b)) => turn(b.total_cmp(&a)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }

    fn cell(&self, column: &Column, cx: &Cx<'_>) -> Span<'static> {
        let theme = cx.theme;
        let fresh = |style: Style| if self.stale.is_some() { theme.dim } else { style };
        let none = || ("-".to_owned(), theme.dim);
        let (content, style) = match column.title {
            "symbol" => self.name(cx),
            "last" => match (self.last, self.side) {
                (None, _) => none(),
                (Some(price), side) => {
                    let style = side.map_or(theme.text, |side| if side == Side::Buy { theme.up } else { theme.down });
                    (self.price(price, column.width), fresh(style))
                }
            },
            "24h" => self.change.map_or_else(none, |change| {
                let about = if self.partial.is_some() { "~" } else { "" };
                (format!("{about}{change:+.2}%"), fresh(super::direction(theme, change)))
            }),
            "1h" => (line(&self.hour, theme.ascii), fresh(super::direction(theme, self.hourly().unwrap_or(0.0)))),
            "spread" => match (self.stale, self.spread) {
                (Some(Nanos::MAX), _) => ("no data".to_owned(), theme.dim),
                (Some(age), _) => (text::span(age, theme.ascii), theme.warning),
                (None, Some(points)) => (format!("{points:.2}bp"), theme.text),
                (None, None) => none(),
            },
            _ => self.volume.map_or_else(none, |volume| (text::short(volume), theme.dim)),
        };
        cell(&content, column, style, theme.ascii)
    }

    fn name(&self, cx: &Cx<'_>) -> (String, Style) {
        let theme = cx.theme;
        let current = cx.symbol == Some(self.symbol);
        let mark = match (current, theme.ascii) {
            (true, false) => "▸",
            (true, true) => ">",
            _ if self.stale.is_some() => "!",
            _ => " ",
        };
        let style = match (current, self.stale.is_some()) {
            (true, false) => theme.bright,
            (true, true) => theme.bright.patch(theme.warning),
            (false, true) => theme.warning,
            (false, false) => theme.text,
        };
        (format!("{mark}{}", self.symbol), style)
    }

    /// A price with its thousands apart where there is room for that.
    fn price(&self, price: Price, width: u16) -> String {
        let decimals = self.decimals;
        let text = format!("{price:#.decimals$}");
        if text.len() <= usize::from(width) { text } else { super::price_text(price, decimals, width) }
    }
}

/// Closes of the last hour, oldest first: of the finest bars that reach back so far, or of those that reach back furthest.
fn hour(view: &SymbolView, now: Nanos) -> Vec<f64> {
    let from = now - Nanos::from_secs(3_600);
    let bars = [Timeframe::M1, Timeframe::S15, Timeframe::S5].iter().find_map(|timeframe| {
        let bars = view.time_bars.get(timeframe)?;
        (bars.len().saturating_sub(bars.position(from)) > usize::from(SPARK)).then_some(bars)
    });
    let Some(bars) = bars.or_else(|| view.time_bars.get(&Timeframe::M1)) else { return Vec::new() };
    bars.iter_from(bars.position(from)).map(|bar| bar.close.to_f64()).collect()
}

/// How values went, as a line of dots, two by four to a cell; in ASCII as steps.
fn line(values: &[f64], ascii: bool) -> String {
    let points = usize::from(SPARK) * if ascii { 1 } else { 2 };
    if values.len() < 2 {
        return String::new();
    }
    // Few values stand at the right, the newest at the end.
    let points = points.min(values.len());
    let at = |i: usize| values.get((i + 1) * values.len() / points - 1).copied().unwrap_or(0.0);
    let sampled: Vec<f64> = (0..points).map(at).collect();
    if ascii {
        return format!("{:>1$}", text::sparkline(&sampled, true), usize::from(SPARK));
    }
    let least = sampled.iter().copied().fold(f64::INFINITY, f64::min);
    let most = sampled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = most - least;
    let height = |value: f64| if range > 0.0 { ((value - least) / range * 3.0).round() as u32 } else { 1 };
    const DOTS: [[u32; 4]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];
    let mut cells = vec![0_u32; usize::from(SPARK)];
    let offset = usize::from(SPARK) * 2 - points;
    let mut before = height(sampled[0]);
    for (i, value) in sampled.iter().enumerate() {
        let now = height(*value);
        // The way from the value before is drawn in this column, short of where it began.
        let (low, high) = match now.cmp(&before) {
            Ordering::Greater => (before + 1, now),
            Ordering::Less => (now, before - 1),
            Ordering::Equal => (now, now),
        };
        let x = offset + i;
        for y in low..=high {
            if let Some(cell) = cells.get_mut(x / 2) {
                *cell |= DOTS[x % 2][y as usize & 3];
            }
        }
        before = now;
    }
    cells.into_iter().map(|bits| if bits == 0 { ' ' } else { char::from_u32(0x2800 + bits).unwrap_or(' ') }).collect()
}

/// The followed symbols.
#[derive(Debug, Default)]
pub struct WatchlistPane {
    list: ListState,
    shown: Vec<Symbol>,
    /// The column it is sorted by; none keeps the order they were added in.
    sort: Option<&'static str>,
    reversed: bool,
    /// Since when there are prices, where the day is not whole.
    partial: Option<Nanos>,
}

impl WatchlistPane {
    fn select(&self) -> Handled {
        self.shown.get(self.list.cursor).map_or(Handled::Yes, |symbol| Handled::Run(Action::Select(*symbol)))
    }

    /// Sorts by a column, or the other way round when it already is.
    fn sort_by(&mut self, title: &'static str) {
        self.reversed = self.sort == Some(title) && !self.reversed;
        self.sort = Some(title);
    }

    fn heading(&self, columns: &[Column], cx: &Cx<'_>) -> Line<'static> {
        let arrow = match (self.reversed, cx.theme.ascii) {
            (false, false) => "▾",
            (true, false) => "▴",
            (false, true) => "v",
            (true, true) => "^",
        };
        columns
            .iter()
            .map(|column| {
                let sorted = self.sort == Some(column.title);
                let title = format!("{}{}", column.title, if sorted { arrow } else { "" });
                cell(&title, column, if sorted { cx.theme.accent } else { cx.theme.dim }, cx.theme.ascii)
            })
            .collect()
    }
}

impl Pane for WatchlistPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let mut spans = vec![
            Span::raw("Watchlist"),
            Span::styled(format!(" {}", cx.view.snapshot.symbols.len()), cx.theme.dim),
            Span::styled(self.list.title(), cx.theme.accent),
        ];
        if let Some(since) = self.partial {
            let day = cx.view.session.now.saturating_sub(since);
            let at = clock::hour_minute(clock::local(since, cx.zone));
            let about = if day < Nanos::from_secs(86_400) { format!(" ~since {at}") } else { " ~no whole day".to_owned() };
            spans.push(Span::styled(about, cx.theme.dim));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::List
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSelect => self.select(),
            Command::ListSort => {
                let at = self.sort.and_then(|sort| WORTH.iter().position(|column| column.title == sort));
                let next = at.map_or(0, |at| at + count.max(1) as usize);
                self.sort = WORTH.get(next).map(|column| column.title);
                self.reversed = false;
                Handled::Yes
            }
            Command::ListReverse => {
                self.reversed = !self.reversed;
                Handled::Yes
            }
            other if self.list.on_command(other, count) => Handled::Yes,
            _ => Handled::No,
        }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        if let Some(sort) = self.sort {
            table.insert("sort".to_owned(), Value::String(sort.to_owned()));
        }
        table.insert("reversed".to_owned(), Value::Boolean(self.reversed));
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(sort) = settings.get("sort").and_then(Value::as_str) {
            self.sort = WORTH.iter().map(|column| column.title).find(|title| *title == sort).or(self.sort);
        }
        self.reversed = settings.get("reversed").and_then(Value::as_bool).unwrap_or(self.reversed);
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        let symbol = cx.view.snapshot.symbol(*self.shown.get(self.list.cursor)?)?;
        let last = symbol.last_price()?;
        Some((symbol.instrument.symbol, crossing(last, last)))
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        if event.kind == MouseEventKind::Down(MouseButton::Left) && event.row == area.y {
            let mut x = area.x;
            for column in columns(&WORTH, area.width) {
                if (x..=x + column.width).contains(&event.column) {
                    self.sort_by(column.title);
                    break;
                }
                x += column.width + 1;
            }
            return Handled::Yes;
        }
        if self.list.on_mouse(event, area).is_some() { self.select() } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let symbols = &cx.view.snapshot.symbols;
        let shown = symbols.iter().filter(|symbol| self.list.shows(&symbol.instrument.symbol));
        let mut entries: Vec<Entry> = shown.map(|symbol| Entry::of(symbol, cx.view.session.now)).collect();
        match self.sort {
            Some(title) => entries.sort_by(|a, b| a.order(b, title, self.reversed)),
            None if self.reversed => entries.reverse(),
            None => {}
        }
        self.shown = entries.iter().map(|entry| entry.symbol).collect();
        self.partial = entries.iter().filter_map(|entry| entry.partial).min();
        if entries.is_empty() {
            let why = if symbols.is_empty() {
                format!("no symbol followed ({} adds one)", cx.key(Command::AddSymbol))
            } else {
                format!("none of {} symbols matches", figures::short_count(symbols.len() as u64))
            };
            return empty(area, buf, cx, &why);
        }
        let fitting = columns(&WORTH, area.width);
        let head = self.heading(&fitting, cx);
        let row = |i: usize| fitting.iter().map(|column| entries[i].cell(column, cx)).collect::<Line<'static>>();
        self.list.render(area, buf, cx, &head, entries.len(), row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BarSpec, Instrument};
    use crate::drive::view::View;
    use crate::ui::panes::fixtures::{NOON, dark, drawn, lines, market, mono, walk, with_cx};
    use crossterm::event::KeyModifiers;
    use std::sync::Arc;

    const M1: BarSpec = BarSpec::Time(Timeframe::M1);

    /// Three symbols whose prices and spreads differ.
    fn three() -> View {
        let mut view = market(walk(90, Timeframe::M1, NOON), Timeframe::M1, NOON);
        let first = view.snapshot.symbols[0].clone();
        for (name, divide) in [("ETHUSDT", 20), ("SOLUSDT", 400)] {
            let mut other = first.clone();
            other.instrument = Arc::new(Instrument { symbol: Symbol::new(name).unwrap(), ..(*first.instrument).clone() });
            if let Some(last) = &mut other.last {
                last.price = Price::from_units(last.price.units() / divide);
            }
            view.snapshot.symbols.push(other);
        }
        view
    }

    fn names(view: &View, pane: &mut WatchlistPane) -> Vec<String> {
        with_cx(view, &dark(), M1, |cx| {
            let text = lines(&drawn(pane, 60, 8, cx));
            text.lines()
                .skip(1)
                .filter_map(|line| line.split_whitespace().next())
                .map(|name| name.trim_start_matches(['▸', '!']).to_owned())
                .collect()
        })
    }

    #[test]
    fn sorted_by_keys_and_by_the_heading() {
        let view = three();
        let mut pane = WatchlistPane::default();
        let given = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
        assert_eq!(names(&view, &mut pane), given);
        with_cx(&view, &dark(), M1, |cx| {
            pane.on_command(Command::ListReverse, 1, cx);
            assert_eq!(names(&view, &mut pane), ["SOLUSDT", "ETHUSDT", "BTCUSDT"]);
            pane.on_command(Command::ListReverse, 1, cx);
            // By symbol, then by last price: the largest first.
            pane.on_command(Command::ListSort, 1, cx);
            assert_eq!(names(&view, &mut pane), given);
            let click =
                MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: 18, row: 0, modifiers: KeyModifiers::NONE };
            pane.on_mouse(click, Rect::new(0, 0, 60, 8), cx);
            assert_eq!((names(&view, &mut pane), pane.sort), (given.map(String::from).to_vec(), Some("last")));
            pane.on_mouse(click, Rect::new(0, 0, 60, 8), cx);
            assert_eq!(names(&view, &mut pane), ["SOLUSDT", "ETHUSDT", "BTCUSDT"]);
            let text = lines(&drawn(&mut pane, 60, 8, cx));
            assert!(text.contains("last▴"), "{text}");
            let mut other = WatchlistPane::default();
            other.restore(&pane.settings());
            assert_eq!(names(&view, &mut other), ["SOLUSDT", "ETHUSDT", "BTCUSDT"]);
            // Past the last column it is the order they were added in again.
            pane.on_command(Command::ListSort, 9, cx);
            assert_eq!(names(&view, &mut pane), given);
            // What is chosen is what the row shows.
            pane.on_command(Command::ListReverse, 1, cx);
            names(&view, &mut pane);
            assert_eq!(
                pane.on_command(Command::ListSelect, 1, cx),
                Handled::Run(Action::Select(Symbol::new("SOLUSDT").unwrap()))
            );
        });
    }

    #[test]
    fn a_day_that_is_not_whole_is_said_so() {
        let view = three();
        let mut pane = WatchlistPane::default();
        with_cx(&view, &dark(), M1, |cx| {
            let text = lines(&drawn(&mut pane, 60, 8, cx));
            assert!(text.contains('~'), "{text}");
            assert_eq!(pane.title(cx).to_string(), "Watchlist 3 ~since 21:31");
        });
    }

    #[test]
    fn stale_symbols_show_their_age() {
        let mut view = three();
        view.session.now = NOON + Nanos::from_secs(250);
        view.snapshot.symbols[1].last_event = Some(view.session.now);
        let mut pane = WatchlistPane::default();
        let text = with_cx(&view, &dark(), M1, |cx| lines(&drawn(&mut pane, 60, 8, cx)));
        assert!(text.matches("4m 10s").count() == 2 && text.contains("!SOLUSDT") && text.contains(" ETHUSDT"), "{text}");
    }

    #[test]
    fn the_hour_is_a_line_with_a_range() {
        assert_eq!(line(&[], false), "");
        assert_eq!(line(&[1.0], false), "");
        let rising: Vec<f64> = (0..60).map(f64::from).collect();
        let text = line(&rising, false);
        assert_eq!(text.chars().count(), usize::from(SPARK));
        assert_eq!((text.chars().next(), text.chars().last()), (Some('⣀'), Some('⠉')), "{text}");
        assert_eq!(line(&[5.0, 5.0], false).trim_start().chars().count(), 1);
        assert!(line(&rising, true).is_ascii());
        let view = three();
        let text = with_cx(&view, &crate::ui::theme::Theme { ascii: true, ..mono() }, M1, |cx| {
            lines(&drawn(&mut WatchlistPane::default(), 60, 8, cx))
        });
        assert!(text.is_ascii(), "{text}");
    }
}
