//! The followed symbols: last price, change over 24 hours, spread, how it went, volume.

use super::list::{Column, ListState, cell, columns, empty, heading};
use crate::app::commands::{Command, Scope};
use crate::domain::{Nanos, Side, Timeframe};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Older than this a symbol is marked stale.
const STALE: Nanos = Nanos::from_secs(10);
/// Bars in the sparkline.
const SPARK: u16 = 8;

/// The followed symbols.
#[derive(Debug, Default)]
pub struct WatchlistPane {
    list: ListState,
    shown: Vec<crate::domain::Symbol>,
}

/// Columns by their worth; drawn in the order of [`ORDER`].
const WORTH: [Column; 6] = [
    Column { title: "symbol", width: 10, right: false },
    Column { title: "last", width: 10, right: true },
    Column { title: "24h", width: 7, right: true },
    Column { title: "1h", width: SPARK, right: false },
    Column { title: "spread", width: 7, right: true },
    Column { title: "volume", width: 8, right: true },
];

impl WatchlistPane {
    fn row(symbol: &SymbolView, columns: &[Column], cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let now = cx.view.session.now;
        let stale = symbol.last_event.is_none_or(|at| now.saturating_sub(at) > STALE);
        let name = symbol.instrument.symbol;
        let decimals = symbol.instrument.price_decimals();
        let day = symbol.day(now);
        let last = symbol.last_price();
        let current = cx.symbol == Some(name);
        let mut spans = Vec::new();
        for column in columns {
            let (content, style) = match column.title {
                "symbol" => {
                    let mark = match (current, theme.ascii) {
                        (true, false) => "▸",
                        (true, true) => ">",
                        _ if stale => "!",
                        _ => " ",
                    };
                    let style = if stale { theme.warning } else { theme.text };
                    (
                        format!("{mark}{name}"),
                        if current { theme.bright.patch(if stale { theme.warning } else { theme.bright }) } else { style },
                    )
                }
                "last" => {
                    let style = match symbol.last.map(|trade| trade.side) {
                        _ if stale => theme.dim,
                        Some(Side::Buy) => theme.up,
                        Some(Side::Sell) => theme.down,
                        None => theme.text,
                    };
                    (last.map_or_else(|| "-".to_owned(), |price| format!("{price:.decimals$}")), style)
                }
                "24h" => match (day, last) {
                    (Some((day, whole)), Some(last)) if !day.open.is_zero() => {
                        let change = (last.to_f64() / day.open.to_f64() - 1.0) * 100.0;
                        let about = if whole { "" } else { "~" };
                        (format!("{about}{change:+.2}%"), super::direction(theme, change))
                    }
                    _ => ("-".to_owned(), theme.dim),
                },
                "spread" if stale => ("stale".to_owned(), theme.warning),
                "spread" => match symbol.top.filter(|top| !top.mid().is_zero()) {
                    Some(top) => {
                        let points = top.spread().to_f64() / top.mid().to_f64() * 1e4;
                        (format!("{points:.2}bp"), if stale { theme.dim } else { theme.text })
                    }
                    None => ("-".to_owned(), theme.dim),
                },
                "1h" => {
                    let closes = closes(symbol);
                    let change = closes.first().zip(closes.last()).map_or(0.0, |(first, last)| last - first);
                    (text::sparkline(&closes, theme.ascii), super::direction(theme, change))
                }
                _ => match day {
                    Some((day, _)) => (text::short(day.volume.to_f64() * day.close.to_f64()), theme.dim),
                    None => ("-".to_owned(), theme.dim),
                },
            };
            spans.push(cell(&content, column, style, theme.ascii));
        }
        Line::from(spans)
    }

    fn select(&self) -> Handled {
        self.shown.get(self.list.cursor).map_or(Handled::Yes, |symbol| Handled::Run(Action::Select(*symbol)))
    }
}

/// Closes of the last hour in as many steps as the sparkline has cells.
fn closes(symbol: &SymbolView) -> Vec<f64> {
    let Some(bars) = symbol.time_bars.get(&Timeframe::M5).filter(|bars| bars.len() > 1) else { return Vec::new() };
    bars.iter_from(bars.len().saturating_sub(usize::from(SPARK))).map(|bar| bar.close.to_f64()).collect()
}

impl Pane for WatchlistPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        Line::from(vec![
            Span::raw("Watchlist"),
            Span::styled(format!(" {}", cx.view.snapshot.symbols.len()), cx.theme.dim),
            Span::styled(self.list.title(), cx.theme.accent),
        ])
    }

    fn scope(&self) -> Scope {
        Scope::List
    }

    fn on_command(&mut self, command: Command, count: u32, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::ListSelect => self.select(),
            other if self.list.on_command(other, count) => Handled::Yes,
            _ => Handled::No,
        }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        if self.list.on_mouse(event, area).is_some() { self.select() } else { Handled::Yes }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let symbols: Vec<&SymbolView> =
            cx.view.snapshot.symbols.iter().filter(|symbol| self.list.shows(&symbol.instrument.symbol)).collect();
        self.shown = symbols.iter().map(|symbol| symbol.instrument.symbol).collect();
        if symbols.is_empty() {
            return empty(area, buf, cx, "no symbol to show");
        }
        let fitting = columns(&WORTH, area.width);
        let head = heading(&fitting, cx);
        self.list.render(area, buf, cx, &head, symbols.len(), |i| Self::row(symbols[i], &fitting, cx));
    }
}
