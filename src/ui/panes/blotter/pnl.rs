//! Profit by account, by symbol and by day, with a bar to each side of nothing.
//!
//! Kept with a layout: `by` (`account`, `symbol`, `day`) beside what every list keeps.

use super::table::{Key, Listing, Part, Stamp, barred, part};
use super::words;
use crate::app::blotter::sums::{self, PnlBy, PnlRow};
use crate::app::commands::Command;
use crate::domain::{Money, Nanos, Price, Symbol};
use crate::ui::pane::{Cx, Handled};
use ratatui::style::Style;

/// Profit of something.
#[derive(Debug, Clone)]
pub(super) struct Row {
    of: PnlRow,
    /// Its place in its own order.
    number: u64,
    /// Its profit, a part of the largest of all.
    share: f64,
}

/// Profit, told apart.
#[derive(Debug, Default)]
pub(super) struct Pnl {
    by: PnlBy,
}

/// A bar from the middle: gains to the right, losses to the left.
fn around(share: f64, width: u16, ascii: bool) -> String {
    let half = width.saturating_sub(1) / 2;
    let middle = if ascii { '|' } else { '│' };
    if share >= 0.0 {
        return format!("{}{middle}{}", " ".repeat(half.into()), words::bar(share, half, ascii));
    }
    // Losses grow to the left, by half cells.
    let halves = ((-share.max(-1.0)) * f64::from(half) * 2.0).round().max(1.0) as u16;
    let (whole, odd) = (halves / 2, halves % 2);
    let blank = half.saturating_sub(whole + odd);
    let (part, full) = if ascii { ("-", "=") } else { ("▐", "█") };
    let (odd, whole) = (part.repeat(odd.into()), full.repeat(whole.into()));
    format!("{}{odd}{whole}{middle}{}", " ".repeat(blank.into()), " ".repeat(half.into()))
}

fn wins(row: &PnlRow) -> Option<f64> {
    (row.trades > 0).then(|| row.won as f64 / row.trades as f64)
}

impl Listing for Pnl {
    type Row = Row;

    const NAME: &'static str = "P&L";
    const FILE: &'static str = "pnl";
    const CSV: &'static [&'static str] = &["of", "total", "realised", "unrealised", "fees", "funding", "fills", "trades", "won"];
    const PARTS: &'static [Part] = &[
        part("of", 10, 16, false, 0),
        part("profit", 9, 13, true, 0),
        barred("share", 11, 41, 1),
        part("realised", 10, 12, true, 3),
        part("unrealised", 10, 12, true, 4),
        part("fees", 8, 10, true, 5),
        part("funding", 8, 10, true, 8),
        part("trades", 6, 6, true, 2),
        part("won", 5, 5, true, 6),
        part("fills", 6, 7, true, 7),
    ];

    fn rows(&self, cx: &Cx<'_>) -> Vec<Row> {
        let accounts = cx.blotter.accounts(cx.view);
        let rows = match self.by {
            PnlBy::Account => sums::by_account(&accounts),
            PnlBy::Symbol => sums::by_symbol(&accounts),
            PnlBy::Day => sums::by_day(&accounts, &cx.blotter.curve),
        };
        let largest = rows.iter().map(|row| row.total.abs()).max().unwrap_or_default();
        let share = |row: &PnlRow| {
            let part = sums::part(row.total.abs(), largest);
            if row.total < Money::ZERO { -part } else { part }
        };
        rows.into_iter().zip(1..).map(|(row, number)| Row { share: share(&row), of: row, number }).collect()
    }

    fn stamp(&self, cx: &Cx<'_>) -> Option<Stamp> {
        // What is open moves with the market: that is looked at four times a second.
        let quarter = cx.view.snapshot.at.0.div_euclid(250_000_000) as u64;
        let whose = cx.blotter.one(cx.view).map_or("", |account| &account.name);
        let made_of = format!("{} {whose}", self.by.name());
        Some((cx.view.snapshot.trading.broker.changes, vec![(made_of.into(), cx.blotter.curve.points().len(), quarter)]))
    }

    fn id(row: &Row) -> u64 {
        row.of.day.map_or(row.number, |day| day.0 as u64)
    }

    fn cell(&self, row: &Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
        let (theme, of) = (cx.theme, &row.of);
        let gained = |amount: Option<Money>| match amount {
            Some(amount) => (words::signed(amount, width), words::gain(amount, theme)),
            None => ("-".to_owned(), theme.dim),
        };
        match part {
            "of" => (of.name.clone(), theme.bright),
            "profit" => gained(Some(of.total)),
            "share" => (around(row.share, width, theme.ascii), words::gain(of.total, theme)),
            "realised" => gained(of.realised),
            "unrealised" => gained(of.unrealised),
            "fees" => (of.fees.map_or_else(|| "-".to_owned(), |fees| words::money(fees, width)), theme.dim),
            "funding" => gained(of.funding),
            "trades" => (of.trades.to_string(), theme.text),
            "won" => (wins(of).map_or_else(|| "-".to_owned(), |part| format!("{:.0}%", part * 100.0)), theme.text),
            "fills" => (of.fills.map_or_else(|| "-".to_owned(), |fills| fills.to_string()), theme.dim),
            _ => (String::new(), theme.text),
        }
    }

    fn key(row: &Row, part: &'static str) -> Key {
        let of = &row.of;
        let money = |amount: Option<Money>| amount.map_or(Key::None, Key::money);
        match part {
            "of" => of.day.map_or_else(|| Key::text(&of.name), Key::time),
            "profit" | "share" => Key::money(of.total),
            "realised" => money(of.realised),
            "unrealised" => money(of.unrealised),
            "fees" => money(of.fees),
            "funding" => money(of.funding),
            "trades" => Key::Figure(of.trades as f64),
            "won" => wins(of).map_or(Key::None, Key::Figure),
            "fills" => of.fills.map_or(Key::None, |fills| Key::Figure(fills as f64)),
            _ => Key::None,
        }
    }

    fn words(row: &Row) -> String {
        row.of.name.clone()
    }

    fn foot(&self, _row: &Row, _cx: &Cx<'_>) -> Vec<(String, Style)> {
        Vec::new()
    }

    fn csv(row: &Row) -> Vec<String> {
        let of = &row.of;
        let money = |amount: Option<Money>| amount.map(|amount| amount.to_string()).unwrap_or_default();
        let fills = of.fills.map(|fills| fills.to_string()).unwrap_or_default();
        let amounts = [of.realised, of.unrealised, of.fees, of.funding].map(money);
        let mut row = vec![of.name.clone(), of.total.to_string()];
        row.extend(amounts);
        row.extend([fills, of.trades.to_string(), of.won.to_string()]);
        row
    }

    fn place(row: &Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
        match row.of.day {
            Some(day) => (None, Some((day, None))),
            None => (Symbol::new(&row.of.name).ok().filter(|_| row.of.funding.is_none()), None),
        }
    }

    fn hides(&self, part: &'static str, _cx: &Cx<'_>) -> bool {
        match part {
            "unrealised" => self.by == PnlBy::Day,
            "funding" => self.by != PnlBy::Account,
            _ => false,
        }
    }

    fn nothing(&self, cx: &Cx<'_>) -> String {
        words::nothing(cx, "nothing was earned or lost yet")
    }

    fn act(&mut self, _row: Option<&Row>, command: Command, _cx: &Cx<'_>) -> Handled {
        match command {
            Command::BlotterView => {
                self.by = self.by.next(1);
                Handled::Yes
            }
            _ => Handled::No,
        }
    }

    fn title(&self, _cx: &Cx<'_>) -> String {
        let utc = if self.by == PnlBy::Day { " (UTC)" } else { "" };
        format!(" by {}{utc}", self.by.name())
    }

    fn settings(&self) -> Option<(&'static str, String)> {
        Some(("by", self.by.name().to_owned()))
    }

    fn restore(&mut self, settings: &toml::Table) {
        if let Some(by) = settings.get("by").and_then(toml::Value::as_str).and_then(PnlBy::named) {
            self.by = by;
        }
    }
}
