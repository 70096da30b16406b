//! What of the orders traded: every fill, or the fills of an order as one at their volume-weighted price.
//!
//! Kept with a layout: `merge` (`true`, `false`) beside what every list keeps.

use super::table::{Key, Listing, Part, Stamp, part, stamp};
use super::words;
use crate::app::blotter::export;
use crate::app::commands::Command;
use crate::domain::money::{notional, of_qty, to_price};
use crate::domain::{Fill, Money, Nanos, OrderId, Price, Symbol};
use crate::ui::pane::{Cx, Handled};
use crate::ui::widgets::figures;
use ratatui::style::Style;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A fill, or those of an order as one.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub fill: Arc<Fill>,
    /// How many it stands for.
    pub count: u32,
    /// How many of them rested in the book.
    pub made: u32,
}

/// What traded.
#[derive(Debug, Default)]
pub(super) struct Fills {
    /// Whether the fills of an order are one row.
    pub merge: bool,
}

/// The fills of an order as one.
fn merged(fills: &[Arc<Fill>]) -> Option<Row> {
    let last = fills.last()?;
    let mut whole = (**last).clone();
    let qty = fills.iter().fold(crate::domain::Qty::ZERO, |sum, fill| sum + fill.qty);
    let paid: Money = fills.iter().map(|fill| notional(fill.price, fill.qty)).sum();
    whole.price = paid.checked_div(of_qty(qty)).and_then(to_price).unwrap_or(last.price);
    whole.qty = qty;
    whole.fee = fills.iter().map(|fill| fill.fee).sum();
    whole.slippage = fills.iter().map(|fill| fill.slippage).sum();
    whole.realised = fills.iter().map(|fill| fill.realised).sum();
    let made = fills.iter().filter(|fill| fill.maker).count() as u32;
    whole.maker = made as usize == fills.len();
    Some(Row { fill: Arc::new(whole), count: fills.len() as u32, made })
}

impl Row {
    const fn role(&self) -> &'static str {
        match (self.made, self.count) {
            (0, _) => "taker",
            (made, count) if made == count => "maker",
            _ => "both",
        }
    }
}

/// The strategy of an account, in its text form.
pub(super) fn strategy<'a>(account: &str, cx: &Cx<'a>) -> Option<&'a str> {
    let known = cx.view.snapshot.trading.strategies.iter().find(|known| *known.run.account == *account)?;
    Some(&known.run.strategy)
}

impl Listing for Fills {
    type Row = Row;

    const NAME: &'static str = "Fills";
    const FILE: &'static str = "fills";
    const CSV: &'static [&'static str] = export::FILLS;
    const PARTS: &'static [Part] = &[
        part("time", words::MOMENT, words::MOMENT, true, 2),
        part("account", 8, 14, false, 3),
        part("symbol", 8, 12, false, 0),
        part("side", 6, 6, false, 0),
        part("qty", 7, 11, true, 0),
        part("price", 9, 12, true, 0),
        part("fee", 7, 9, true, 5),
        part("as", 5, 5, false, 6),
        part("slippage", 8, 9, true, 8),
        part("realised", 9, 12, true, 4),
        part("position", 8, 11, true, 7),
        part("order", 5, 6, true, 9),
        part("fills", 5, 5, true, 10),
        part("strategy", 12, 34, false, 11),
    ];

    fn rows(&self, cx: &Cx<'_>) -> Vec<Row> {
        let accounts = cx.blotter.accounts(cx.view);
        let all = accounts.iter().flat_map(|account| account.fills.iter());
        let mut rows: Vec<Row> = if self.merge {
            let mut orders: BTreeMap<OrderId, Vec<Arc<Fill>>> = BTreeMap::new();
            all.for_each(|fill| orders.entry(fill.order).or_default().push(Arc::clone(fill)));
            orders.values().filter_map(|fills| merged(fills)).collect()
        } else {
            all.map(|fill| Row { fill: Arc::clone(fill), count: 1, made: u32::from(fill.maker) }).collect()
        };
        rows.sort_by_key(|row| std::cmp::Reverse(row.fill.number));
        rows
    }

    fn stamp(&self, cx: &Cx<'_>) -> Option<Stamp> {
        let (changes, mut accounts) =
            stamp(cx, |account| (account.fills.len(), account.fills.last().map_or(0, |fill| fill.number)));
        accounts.push(("".into(), usize::from(self.merge), 0));
        Some((changes, accounts))
    }

    fn id(row: &Row) -> u64 {
        row.fill.number
    }

    fn cell(&self, row: &Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
        let (theme, fill) = (cx.theme, &row.fill);
        match part {
            "time" => (words::moment(fill.at, cx), theme.dim),
            "account" => (fill.account.to_string(), theme.dim),
            "symbol" => (fill.symbol.to_string(), theme.text),
            "side" => (words::side(fill.side, theme.ascii).to_owned(), words::side_style(fill.side, theme)),
            "qty" => (words::qty(fill.qty, width), theme.bright),
            "price" => (words::price(fill.price, fill.symbol, width, cx), theme.bright),
            "fee" => (words::money(fill.fee, width), theme.dim),
            "as" => (row.role().to_owned(), if row.made > 0 { theme.accent } else { theme.dim }),
            "slippage" if fill.slippage.is_zero() => ("-".to_owned(), theme.dim),
            "slippage" => (words::money(fill.slippage, width), theme.warning),
            "realised" if fill.realised.is_zero() => ("-".to_owned(), theme.dim),
            "realised" => (words::signed(fill.realised, width), words::gain(fill.realised, theme)),
            "position" => (words::qty(fill.position, width), theme.text),
            "order" => (fill.order.to_string(), theme.dim),
            "fills" => (row.count.to_string(), theme.dim),
            "strategy" => (strategy(&fill.account, cx).unwrap_or_default().to_owned(), theme.dim),
            _ => (String::new(), theme.text),
        }
    }

    fn key(row: &Row, part: &'static str) -> Key {
        let fill = &row.fill;
        match part {
            "time" => Key::time(fill.at),
            "account" | "strategy" => Key::text(&fill.account),
            "symbol" => Key::text(fill.symbol.as_str()),
            "side" => Key::text(fill.side.as_str()),
            "qty" => Key::Figure(fill.qty.to_f64()),
            "price" => Key::Figure(fill.price.to_f64()),
            "fee" => Key::money(fill.fee),
            "as" => Key::text(row.role()),
            "slippage" => Key::money(fill.slippage),
            "realised" if fill.realised.is_zero() => Key::None,
            "realised" => Key::money(fill.realised),
            "position" => Key::Figure(fill.position.to_f64()),
            "order" => Key::Figure(fill.order as f64),
            "fills" => Key::Figure(f64::from(row.count)),
            _ => Key::None,
        }
    }

    fn words(row: &Row) -> String {
        let fill = &row.fill;
        format!("{} {} {} {} {} {}", fill.order, fill.account, fill.symbol, fill.side.as_str(), row.role(), fill.price)
    }

    fn foot(&self, row: &Row, cx: &Cx<'_>) -> Vec<(String, Style)> {
        let (theme, fill) = (cx.theme, &row.fill);
        let price = words::price(fill.price, fill.symbol, 16, cx);
        let value = words::money(notional(fill.price, fill.qty), 16);
        let average = if row.count > 1 { "average (VWAP) " } else { "" };
        let fee = words::money(fill.fee, 16);
        let mut lines = vec![(
            format!(
                "{} {} {} at {average}{price}, worth {value}, fee {fee} as {}, {}",
                if fill.side == crate::domain::Side::Buy { "bought" } else { "sold" },
                fill.qty,
                fill.symbol,
                row.role(),
                words::at_length(fill.at, cx),
            ),
            theme.text,
        )];
        let mut more = vec![format!("order {}", fill.order)];
        if row.count > 1 {
            more.push(format!("{} fills, {} of them as maker", row.count, row.made));
        }
        if !fill.slippage.is_zero() {
            let bps = crate::app::blotter::sums::part(fill.slippage, notional(fill.price, fill.qty)) * 1e4;
            more.push(format!("slippage {} ({} bps)", words::money(fill.slippage, 16), figures::short(bps)));
        }
        if !fill.realised.is_zero() {
            more.push(format!("realised {} before fees", words::signed(fill.realised, 16)));
        }
        more.push(format!("position then {}", fill.position));
        if fill.market_at != fill.at {
            more.push(format!("the market's time {}", words::at_length(fill.market_at, cx)));
        }
        lines.push((more.join(", "), theme.dim));
        if let Some(strategy) = strategy(&fill.account, cx) {
            lines.push((format!("by {strategy}"), theme.dim));
        }
        lines
    }

    fn csv(row: &Row) -> Vec<String> {
        export::fill(&row.fill)
    }

    fn place(row: &Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
        (Some(row.fill.symbol), Some((row.fill.market_at, Some(row.fill.price))))
    }

    fn hides(&self, part: &'static str, cx: &Cx<'_>) -> bool {
        match part {
            "account" => !cx.blotter.is_all(cx.view),
            "fills" => !self.merge,
            "strategy" => cx.view.snapshot.trading.strategies.is_empty(),
            _ => false,
        }
    }

    fn nothing(&self, cx: &Cx<'_>) -> String {
        words::nothing(cx, "nothing was traded yet")
    }

    fn act(&mut self, _row: Option<&Row>, command: Command, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::BlotterView => {
                self.merge = !self.merge;
                Handled::Yes
            }
            _ => Handled::No,
        }
    }

    fn title(&self, _cx: &Cx<'_>) -> String {
        if self.merge { " by order".to_owned() } else { String::new() }
    }

    fn settings(&self) -> Option<(&'static str, String)> {
        Some(("merge", self.merge.to_string()))
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(merge) = settings.get("merge").and_then(toml::Value::as_str) {
            self.merge = merge == "true";
        }
    }
}
