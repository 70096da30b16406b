//! What strategies said, and why; the last first.

use super::table::{Key, Listing, Part, Stamp, part};
use super::words;
use crate::app::blotter::export;
use crate::app::commands::Command;
use crate::broker::SignalView;
use crate::domain::{Nanos, Price, Symbol};
use crate::ui::pane::Cx;
use ratatui::style::Style;
use std::sync::Arc;

/// What a strategy said.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its number, from 1.
    number: u64,
    signal: Arc<SignalView>,
}

/// Signals.
#[derive(Debug, Default)]
pub(super) struct Signals;

impl Listing for Signals {
    type Row = Row;

    const NAME: &'static str = "Signals";
    const FILE: &'static str = "signals";
    const CSV: &'static [&'static str] = export::SIGNALS;
    const PARTS: &'static [Part] = &[
        part("time", words::MOMENT, words::MOMENT, true, 1),
        part("account", 8, 14, false, 3),
        part("symbol", 8, 12, false, 2),
        part("signal", 6, 6, false, 0),
        part("price", 9, 11, true, 5),
        part("why", 14, 110, false, 4),
        part("strategy", 12, 40, false, 6),
    ];

    fn rows(&self, cx: &Cx<'_>) -> Vec<Row> {
        let (signals, one) = (cx.blotter.signals(cx.view), cx.blotter.one(cx.view));
        let own = |signal: &SignalView| one.is_none_or(|account| account.name == signal.account);
        let first = signals.dropped() + 1;
        let numbered = signals.iter().zip(first..).filter(|(signal, _)| own(signal));
        let mut rows: Vec<Row> = numbered.map(|(signal, number)| Row { number, signal: Arc::clone(signal) }).collect();
        rows.reverse();
        rows
    }

    fn stamp(&self, cx: &Cx<'_>) -> Option<Stamp> {
        let signals = cx.blotter.signals(cx.view);
        let one = cx.blotter.one(cx.view).map_or_else(|| "".into(), |account| Arc::clone(&account.name));
        Some((signals.dropped(), vec![(one, signals.len(), signals.last().map_or(0, |signal| signal.at.0 as u64))]))
    }

    fn id(row: &Row) -> u64 {
        row.number
    }

    fn cell(&self, row: &Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
        let (theme, signal) = (cx.theme, &row.signal);
        match part {
            "time" => (words::moment(signal.at, cx), theme.dim),
            "account" => (signal.account.to_string(), theme.dim),
            "symbol" => (signal.symbol.to_string(), theme.text),
            "signal" => {
                let (glyph, style) = match (signal.side, theme.ascii) {
                    ("BUY", false) => ("▲", theme.up),
                    ("SELL", false) => ("▼", theme.down),
                    (_, false) => ("●", theme.bright),
                    ("BUY", true) => ("^", theme.up),
                    ("SELL", true) => ("v", theme.down),
                    (_, true) => ("o", theme.bright),
                };
                (format!("{glyph} {}", signal.side.to_lowercase()), style)
            }
            "price" => (signal.price.map_or_else(|| "-".to_owned(), |at| words::price(at, signal.symbol, width, cx)), theme.text),
            "why" => (signal.why.to_string(), theme.text),
            "strategy" => (signal.strategy.to_string(), theme.dim),
            _ => (String::new(), theme.text),
        }
    }

    fn key(row: &Row, part: &'static str) -> Key {
        let signal = &row.signal;
        match part {
            "time" => Key::time(signal.at),
            "account" => Key::text(&signal.account),
            "symbol" => Key::text(signal.symbol.as_str()),
            "signal" => Key::text(signal.side),
            "price" => signal.price.map_or(Key::None, |price| Key::Figure(price.to_f64())),
            "why" => Key::text(&signal.why),
            "strategy" => Key::text(&signal.strategy),
            _ => Key::None,
        }
    }

    fn words(row: &Row) -> String {
        let signal = &row.signal;
        format!("{} {} {} {} {}", signal.account, signal.symbol, signal.side, signal.strategy, signal.why)
    }

    fn foot(&self, row: &Row, cx: &Cx<'_>) -> Vec<(String, Style)> {
        let signal = &row.signal;
        let at = words::at_length(signal.at, cx);
        vec![
            (format!("{} {}: {}", signal.side, signal.symbol, signal.why), cx.theme.text),
            (format!("by {} on {}, {at}", signal.strategy, signal.account), cx.theme.dim),
        ]
    }

    fn csv(row: &Row) -> Vec<String> {
        export::signal(&row.signal)
    }

    fn place(row: &Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
        (Some(row.signal.symbol), Some((row.signal.at, row.signal.price)))
    }

    fn nothing(&self, cx: &Cx<'_>) -> String {
        if cx.view.snapshot.trading.strategies.is_empty() {
            format!("no strategy runs: {} starts one", cx.key(Command::StrategyStart))
        } else {
            "no strategy has said anything yet".to_owned()
        }
    }
}
