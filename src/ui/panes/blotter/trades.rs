//! What was opened and closed, the last first.

use super::table::{Key, Listing, Part, Stamp, part, stamp};
use super::words;
use crate::app::blotter::{export, sums};
use crate::broker::RoundTrip;
use crate::domain::money::notional;
use crate::domain::{Nanos, Price, Side, Symbol};
use crate::ui::pane::Cx;
use crate::ui::widgets::clock;
use ratatui::style::Style;
use std::sync::Arc;

/// What an account opened and closed.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub account: Arc<str>,
    pub trade: RoundTrip,
}

/// Trades that were closed.
#[derive(Debug, Default)]
pub(super) struct RoundTrips;

impl Row {
    /// Profit, a part of what it cost.
    fn gain(&self) -> f64 {
        sums::part(self.trade.pnl, notional(self.trade.entry, self.trade.qty))
    }
}

impl Listing for RoundTrips {
    type Row = Row;

    const NAME: &'static str = "Round trips";
    const FILE: &'static str = "round-trips";
    const CSV: &'static [&'static str] = export::TRADES;
    const PARTS: &'static [Part] = &[
        part("closed", words::MOMENT, words::MOMENT, true, 2),
        part("account", 8, 14, false, 3),
        part("symbol", 8, 12, false, 0),
        part("side", 7, 7, false, 0),
        part("qty", 7, 10, true, 4),
        part("entry", 9, 11, true, 5),
        part("exit", 9, 11, true, 6),
        part("profit", 9, 12, true, 0),
        part("%", 7, 8, true, 1),
        part("fees", 7, 9, true, 8),
        part("held", 7, 8, true, 7),
        part("orders", 9, 13, false, 9),
    ];

    fn rows(&self, cx: &Cx<'_>) -> Vec<Row> {
        let mut rows = Vec::new();
        for account in cx.blotter.accounts(cx.view) {
            rows.extend(account.trades.iter().map(|trade| Row { account: Arc::clone(&account.name), trade: *trade }));
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.trade.exit_at));
        rows
    }

    fn stamp(&self, cx: &Cx<'_>) -> Option<Stamp> {
        Some(stamp(cx, |account| (account.trades.len(), account.trades.last().map_or(0, |trade| trade.exit_order))))
    }

    fn id(row: &Row) -> u64 {
        // One entry and one exit order meet once.
        row.trade.entry_order.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ row.trade.exit_order
    }

    fn cell(&self, row: &Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
        let (theme, trade) = (cx.theme, &row.trade);
        let long = trade.side == Side::Buy;
        let gain = words::gain(trade.pnl, theme);
        match part {
            "closed" => (words::moment(trade.exit_at, cx), theme.dim),
            "account" => (row.account.to_string(), theme.dim),
            "symbol" => (trade.symbol.to_string(), theme.text),
            "side" => {
                let said = match (long, theme.ascii) {
                    (true, false) => "▲ long",
                    (false, false) => "▼ short",
                    (true, true) => "^ long",
                    (false, true) => "v short",
                };
                (said.to_owned(), words::side_style(trade.side, theme))
            }
            "qty" => (words::qty(trade.qty, width), theme.text),
            "entry" => (words::price(trade.entry, trade.symbol, width, cx), theme.text),
            "exit" => (words::price(trade.exit, trade.symbol, width, cx), theme.text),
            "profit" => (words::signed(trade.pnl, width), gain),
            "%" => (words::percent(row.gain()), gain),
            "fees" => (words::money(trade.fees, width), theme.dim),
            "held" => (clock::span(trade.exit_at.saturating_sub(trade.entry_at)), theme.dim),
            "orders" => (format!("{} > {}", trade.entry_order, trade.exit_order), theme.dim),
            _ => (String::new(), theme.text),
        }
    }

    fn key(row: &Row, part: &'static str) -> Key {
        let trade = &row.trade;
        match part {
            "closed" => Key::time(trade.exit_at),
            "account" => Key::text(&row.account),
            "symbol" => Key::text(trade.symbol.as_str()),
            "side" => Key::text(trade.side.as_str()),
            "qty" => Key::Figure(trade.qty.to_f64()),
            "entry" => Key::Figure(trade.entry.to_f64()),
            "exit" => Key::Figure(trade.exit.to_f64()),
            "profit" => Key::money(trade.pnl),
            "%" => Key::Figure(row.gain()),
            "fees" => Key::money(trade.fees),
            "held" => Key::time(trade.exit_at.saturating_sub(trade.entry_at)),
            "orders" => Key::Figure(trade.exit_order as f64),
            _ => Key::None,
        }
    }

    fn words(row: &Row) -> String {
        let trade = &row.trade;
        let side = if trade.side == Side::Buy { "long" } else { "short" };
        let how = if trade.pnl > crate::domain::Money::ZERO { "won" } else { "lost" };
        format!("{} {} {side} {how} {} {}", row.account, trade.symbol, trade.entry_order, trade.exit_order)
    }

    fn foot(&self, row: &Row, cx: &Cx<'_>) -> Vec<(String, Style)> {
        let trade = &row.trade;
        let at = |price: Price| words::price(price, trade.symbol, 16, cx);
        let profit = format!(
            "{} {} at {} (order {}), closed at {} (order {}): {} after fees of {}, {}",
            if trade.side == Side::Buy { "long" } else { "short" },
            trade.qty,
            at(trade.entry),
            trade.entry_order,
            at(trade.exit),
            trade.exit_order,
            words::signed(trade.pnl, 16),
            words::money(trade.fees, 16),
            words::percent(row.gain()),
        );
        let times = format!("from {} to {}", words::at_length(trade.entry_at, cx), words::at_length(trade.exit_at, cx));
        vec![(profit, cx.theme.text), (times, cx.theme.dim)]
    }

    fn csv(row: &Row) -> Vec<String> {
        export::trade(&row.account, &row.trade)
    }

    fn place(row: &Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
        (Some(row.trade.symbol), Some((row.trade.exit_at, Some(row.trade.exit))))
    }

    fn nothing(&self, cx: &Cx<'_>) -> String {
        words::nothing(cx, "nothing was opened and closed yet")
    }
}
