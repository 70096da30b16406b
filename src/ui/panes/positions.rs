//! Open positions of all accounts in a few lines: what is held, at which price, what it has come to, where it would be liquidated.

use super::list::{Column, ListState, cell, columns, empty};
use super::{direction, own, price_text};
use crate::app::commands::{Command, Scope};
use crate::app::trading::TradeAct;
use crate::domain::{MANUAL, Money, Nanos, Price, Qty, Side, Symbol, money};
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// Columns by their worth, in the order they stand.
const WORTH: [Column; 10] = [
    Column { title: "symbol", width: 10, right: false },
    Column { title: "side", width: 5, right: false },
    Column { title: "quantity", width: 10, right: true },
    Column { title: "profit", width: 11, right: true },
    Column { title: "%", width: 8, right: true },
    Column { title: "average", width: 11, right: true },
    Column { title: "mark", width: 11, right: true },
    Column { title: "liquidated", width: 11, right: true },
    Column { title: "account", width: 10, right: false },
    Column { title: "held", width: 6, right: true },
];

/// What a row shows.
#[derive(Debug, Clone)]
struct Entry {
    account: Arc<str>,
    symbol: Symbol,
    qty: Qty,
    average: Price,
    mark: Price,
    profit: Money,
    percent: f64,
    liquidation: Option<Price>,
    since: Nanos,
    decimals: usize,
}

impl Entry {
    fn all(cx: &Cx<'_>) -> Vec<Self> {
        let accounts = cx.view.snapshot.trading.broker.accounts.iter();
        let mut all: Vec<Self> = accounts
            .flat_map(|account| {
                account.positions.iter().map(|position| Self {
                    account: Arc::clone(&account.name),
                    symbol: position.symbol,
                    qty: position.qty,
                    average: position.average,
                    mark: position.mark,
                    profit: position.unrealised,
                    percent: own::percent(position),
                    liquidation: position.liquidation,
                    since: position.since,
                    decimals: cx.view.snapshot.symbol(position.symbol).map_or(2, |known| known.instrument.price_decimals()),
                })
            })
            .collect();
        // The user's own come first.
        all.sort_by_key(|entry| *entry.account != *MANUAL);
        all
    }

    fn cell(&self, column: &Column, cx: &Cx<'_>) -> Span<'static> {
        let theme = cx.theme;
        let profit = direction(theme, money::to_f64(self.profit));
        let price = |price: Price| price_text(price, self.decimals, column.width);
        let (content, style) = match column.title {
            "symbol" => {
                let here = cx.symbol == Some(self.symbol);
                let mark = match (here, theme.ascii) {
                    (false, _) => " ",
                    (true, false) => "▸",
                    (true, true) => ">",
                };
                (format!("{mark}{}", self.symbol), if here { theme.bright } else { theme.text })
            }
            "side" if self.qty > Qty::ZERO => ("long".to_owned(), theme.up),
            "side" => ("short".to_owned(), theme.down),
            "quantity" => (self.qty.abs().to_string(), theme.text),
            "profit" => (own::profit(self.profit, column.width), profit),
            "%" => (format!("{:+.2}%", self.percent), profit),
            "average" => (price(self.average), theme.text),
            "mark" => (price(self.mark), theme.text),
            "liquidated" => self.liquidation.map_or_else(|| ("-".to_owned(), theme.dim), |at| (price(at), self.danger(cx))),
            "account" => (text::safe(&self.account).into_owned(), if *self.account == *MANUAL { theme.dim } else { theme.text }),
            _ => (text::span(cx.view.session.now.saturating_sub(self.since).max(Nanos::ZERO), theme.ascii), theme.dim),
        };
        cell(&content, column, style, theme.ascii)
    }

    /// The nearer the price of liquidation, the louder.
    fn danger(&self, cx: &Cx<'_>) -> ratatui::style::Style {
        let away = self.liquidation.map_or(f64::MAX, |at| (at.to_f64() / self.mark.to_f64().max(f64::MIN_POSITIVE) - 1.0).abs());
        match away {
            away if away < 0.01 => cx.theme.error,
            away if away < 0.05 => cx.theme.warning,
            _ => cx.theme.dim,
        }
    }
}

/// The open positions.
#[derive(Debug, Default)]
pub struct PositionsPane {
    list: ListState,
    shown: Vec<(Arc<str>, Symbol, Qty)>,
}

impl PositionsPane {
    fn at_cursor(&self, cx: &Cx<'_>) -> Option<(Arc<str>, Symbol, Qty)> {
        // Before it is drawn again, what is gone may still be listed.
        let (account, symbol, qty) = self.shown.get(self.list.cursor)?;
        let held = cx.view.snapshot.trading.broker.account(account)?.position(*symbol);
        held.map(|_| (Arc::clone(account), *symbol, *qty))
    }

    fn select(&self) -> Handled {
        self.shown.get(self.list.cursor).map_or(Handled::Yes, |(_, symbol, _)| Handled::Run(Action::Select(*symbol)))
    }
}

impl Pane for PositionsPane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let all = Entry::all(cx);
        let mut spans = vec![Span::raw("Positions"), Span::styled(self.list.title(), theme.accent)];
        if !all.is_empty() {
            let profit: Money = all.iter().map(|entry| entry.profit).sum();
            spans.push(Span::styled(format!(" {}", all.len()), theme.dim));
            spans.push(Span::styled(format!(" {}", own::profit(profit, 14)), direction(theme, money::to_f64(profit))));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Positions
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let trade = |act: TradeAct| Handled::Run(Action::Trade(act));
        match command {
            Command::ListSelect => match self.at_cursor(cx) {
                Some((_, symbol, qty)) => {
                    let side = if qty > Qty::ZERO { Side::Sell } else { Side::Buy };
                    let ticket = Action::Trade(TradeAct::Ticket { symbol: Some(symbol), side, price: None });
                    Handled::Run(Action::All(vec![Action::Select(symbol), ticket]))
                }
                None => Handled::Yes,
            },
            Command::PositionClose => match self.at_cursor(cx) {
                Some((account, symbol, _)) => trade(TradeAct::Flatten(Some(account), Some(symbol))),
                None => Handled::Yes,
            },
            Command::PositionReverse => match self.at_cursor(cx) {
                Some((account, symbol, _)) => trade(TradeAct::Reverse(Some(account), Some(symbol))),
                None => Handled::Yes,
            },
            other if self.list.on_command(other, count) => Handled::Yes,
            _ => Handled::No,
        }
    }

    fn on_filter(&mut self, text: &str) {
        self.list.set_filter(text);
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        let (_, symbol, _) = self.shown.get(self.list.cursor)?;
        let last = cx.view.snapshot.symbol(*symbol)?.last_price()?;
        Some((*symbol, crate::app::alerts::crossing(last, last)))
    }

    fn on_mouse(&mut self, event: MouseEvent, area: Rect, _cx: &Cx<'_>) -> Handled {
        let clicked = self.list.on_mouse(event, area).is_some();
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) if clicked => self.select(),
            MouseEventKind::ScrollUp | MouseEventKind::ScrollDown => Handled::Yes,
            _ => Handled::No,
        }
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let mut all = Entry::all(cx);
        all.retain(|entry| self.list.shows(entry.symbol.as_str()) || self.list.shows(&entry.account));
        self.shown = all.iter().map(|entry| (Arc::clone(&entry.account), entry.symbol, entry.qty)).collect();
        if all.is_empty() {
            let why = if cx.view.snapshot.trading.broker.on {
                format!("no open position; {} buys, {} sells", cx.key(Command::OrderBuy), cx.key(Command::OrderSell))
            } else {
                format!("no open position; {} turns paper trading on", cx.key(Command::PaperToggle))
            };
            return empty(area, buf, cx, &why);
        }
        let shown = columns(&WORTH, area.width);
        let heading = shown.iter().map(|column| cell(column.title, column, cx.theme.dim, cx.theme.ascii)).collect();
        self.list.render(area, buf, cx, &heading, all.len(), |index| {
            all.get(index).map_or_else(Line::default, |entry| shown.iter().map(|column| entry.cell(column, cx)).collect())
        });
    }
}
