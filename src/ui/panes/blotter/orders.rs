//! Orders: those that are open, and those that are done.

use super::table::{Key, Listing, Part, Stamp, barred, part, stamp};
use super::words;
use crate::app::blotter::{BlotterAct, export};
use crate::app::commands::Command;
use crate::broker::AccountView;
use crate::domain::{Fill, Nanos, OrderKind, OrderState, OrderView, Price, Size, Symbol, TimeInForce, Trail, TriggerBy};
use crate::ui::pane::{Action, Cx, Handled};
use crate::ui::widgets::{clock, figures};
use ratatui::style::Style;
use std::sync::Arc;

/// So many of the newest fills are looked through for those of an order.
const SEARCHED: usize = 4_000;

/// Orders that are open.
#[derive(Debug, Default)]
pub(super) struct Working;

/// Orders that are done.
#[derive(Debug, Default)]
pub(super) struct Done;

fn price(of: Option<Price>, order: &OrderView, width: u16, cx: &Cx<'_>) -> String {
    of.map_or_else(|| "-".to_owned(), |price| words::price(price, order.request.symbol, width, cx))
}

/// How much an order is for.
pub(super) fn size(order: &OrderView, width: u16) -> String {
    match order.request.size {
        _ if !order.qty.is_zero() => words::qty(order.qty, width),
        Size::Qty(qty) => words::qty(qty, width),
        Size::Quote(amount) => format!("{}$", figures::short(amount.to_f64())),
        Size::Equity(part) => format!("{}%", f64::from(part) / 100.0),
    }
}

/// A part of one, as a figure with a bar behind it where there is room.
fn with_bar(figure: &str, part: f64, width: u16, ascii: bool) -> String {
    let cells = width.saturating_sub(8);
    if cells < 3 {
        return format!("{figure:>7}");
    }
    format!("{figure:>7} {}", words::bar(part, cells, ascii))
}

fn filled_part(order: &OrderView) -> f64 {
    order.filled.to_f64() / order.qty.to_f64()
}

/// What the columns have in common.
fn cell(order: &OrderView, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
    let theme = cx.theme;
    let request = &order.request;
    let stop = order.stop.or(request.kind.stop());
    match part {
        "id" => (order.id.to_string(), theme.dim),
        "age" => (words::age(order.sent, cx), theme.dim),
        "time" => (words::moment(order.changed, cx), theme.dim),
        "account" => (order.account.to_string(), theme.dim),
        "symbol" => (request.symbol.to_string(), theme.text),
        "side" => (words::side(request.side, theme.ascii).to_owned(), words::side_style(request.side, theme)),
        "type" => (kind(order), theme.text),
        "price" => (price(request.kind.price(), order, width, cx), theme.bright),
        "stop" => (price(stop, order, width, cx), if order.triggered { theme.dim } else { theme.text }),
        "qty" => (size(order, width), theme.bright),
        "filled" if order.filled.is_zero() => ("      -".to_owned(), theme.dim),
        "filled" => (with_bar(&words::qty(order.filled, 7), filled_part(order), width, theme.ascii), theme.accent),
        "average" => (price(order.average(), order, width, cx), theme.text),
        "tif" => (tif(order, cx), theme.dim),
        "queue ahead" => match order.queue {
            Some(queue) => {
                let left = if queue.joined > 0.0 { queue.ahead / queue.joined } else { 0.0 };
                (with_bar(&figures::short(queue.ahead), left, width, theme.ascii), theme.text)
            }
            None => ("      -".to_owned(), theme.dim),
        },
        "fees" if order.filled.is_zero() => ("-".to_owned(), theme.dim),
        "fees" => (words::money(order.fees, width), theme.dim),
        "state" => {
            let glyph = words::state_glyph(order.state, theme.ascii);
            let name = if order.state == OrderState::Partial { "partial" } else { order.state.name() };
            (format!("{glyph} {name}"), words::state_style(order.state, theme))
        }
        "reason" => (order.reason.to_string(), theme.dim),
        _ => (String::new(), theme.text),
    }
}

/// The kind of an order in short, with what it may not do.
fn kind(order: &OrderView) -> String {
    let mut name = match order.request.kind {
        OrderKind::Trailing { .. } => "trailing".to_owned(),
        other => other.name().to_owned(),
    };
    if order.request.post_only {
        name.push_str(" po");
    }
    if order.request.reduce_only {
        name.push_str(" ro");
    }
    name
}

fn tif(order: &OrderView, cx: &Cx<'_>) -> String {
    match order.request.tif {
        TimeInForce::Gtd(until) if order.state.is_open() => {
            format!("GTD {}", clock::span(until.saturating_sub(cx.view.session.now).max(Nanos::ZERO)))
        }
        other => other.name().to_owned(),
    }
}

fn key(order: &OrderView, part: &'static str) -> Key {
    let price = |price: Option<Price>| price.map_or(Key::None, |price| Key::Figure(price.to_f64()));
    match part {
        "id" => Key::Figure(order.id as f64),
        // The oldest has the highest age.
        "age" => Key::Figure(-(order.sent.0 as f64)),
        "time" => Key::time(order.changed),
        "account" => Key::text(&order.account),
        "symbol" => Key::text(order.request.symbol.as_str()),
        "side" => Key::text(order.request.side.as_str()),
        "type" => Key::text(order.request.kind.name()),
        "price" => price(order.request.kind.price()),
        "stop" => price(order.stop.or(order.request.kind.stop())),
        "qty" => Key::Figure(order.qty.to_f64()),
        "filled" => Key::Figure(order.filled.to_f64()),
        "average" => price(order.average()),
        "tif" => Key::text(order.request.tif.name()),
        "queue ahead" => order.queue.map_or(Key::None, |queue| Key::Figure(queue.ahead)),
        "fees" => Key::money(order.fees),
        "state" => Key::text(order.state.name()),
        "reason" => Key::text(&order.reason),
        _ => Key::None,
    }
}

fn searched(order: &OrderView) -> String {
    let request = &order.request;
    format!(
        "{} {} {} {} {} {} {} {} {}",
        order.id,
        order.account,
        request.symbol,
        request.side.as_str(),
        request.kind.name(),
        request.tif.name(),
        order.state.name(),
        order.reason,
        request.why
    )
}

/// The fills of an order, oldest first, as far as they are still kept.
fn fills<'a>(order: &OrderView, account: &'a AccountView) -> Vec<&'a Arc<Fill>> {
    let mut found: Vec<_> = account.fills.iter().rev().take(SEARCHED).filter(|fill| fill.order == order.id).collect();
    found.reverse();
    found
}

/// An order at length.
fn foot(order: &OrderView, cx: &Cx<'_>) -> Vec<(String, Style)> {
    let theme = cx.theme;
    let request = &order.request;
    let at = |price: Price| words::price(price, request.symbol, 16, cx);
    let mut said = vec![format!("{} {} {} {}", request.kind.name(), request.side.as_str(), size(order, 16), request.symbol)];
    let mut add = |text: String| said.push(text);
    if let Some(limit) = request.kind.price() {
        add(format!("at {}", at(limit)));
    }
    if let Some(stop) = order.stop.or(request.kind.stop()) {
        let by = if request.trigger == TriggerBy::Mark { " of the mark price" } else { "" };
        let set_off = if order.triggered { ", set off" } else { "" };
        add(format!("stop {}{by}{set_off}", at(stop)));
    }
    if let OrderKind::Trailing { by, .. } = request.kind {
        add(match by {
            Trail::Absolute(price) => format!("trailing by {price}"),
            Trail::BasisPoints(bps) => format!("trailing by {}%", f64::from(bps) / 100.0),
        });
    }
    add(tif(order, cx));
    if request.post_only {
        add("post-only".to_owned());
    }
    if request.reduce_only {
        add("reduce-only".to_owned());
    }
    if let Some(linked) = order.linked {
        add(format!("belongs to order {linked}"));
    }
    add(format!("sent {}", words::at_length(order.sent, cx)));
    if order.changed > order.sent {
        add(format!("changed {}", words::at_length(order.changed, cx)));
    }
    let mut lines = vec![(format!("{}: {}", order.id, said.join(", ")), theme.text)];
    if let Some(queue) = order.queue {
        let passed = if queue.joined > 0.0 { (1.0 - queue.ahead / queue.joined).clamp(0.0, 1.0) * 100.0 } else { 100.0 };
        let [ahead, joined, level] = [queue.ahead, queue.joined, queue.level].map(figures::short);
        lines.push((
            format!("queue: {ahead} ahead of {joined} when it joined ({passed:.0}% gone), {level} at its price"),
            theme.text,
        ));
    }
    if let Some(average) = order.average() {
        let account = cx.view.snapshot.trading.broker.account(&order.account);
        let fills = account.map(|account| fills(order, account)).unwrap_or_default();
        let ends = fills.iter().map(|fill| fill.price).min().zip(fills.iter().map(|fill| fill.price).max());
        let range = match ends {
            Some((low, high)) if low < high => format!(" ({} to {})", at(low), at(high)),
            _ => String::new(),
        };
        let count = match fills.len() {
            0 => String::new(),
            1 => " in 1 fill".to_owned(),
            count => format!(" in {count} fills"),
        };
        let fees = words::money(order.fees, 16);
        let filled = words::qty(order.filled, 16);
        lines.push((format!("filled {filled}{count}, average (VWAP) {}{range}, fees {fees}", at(average)), theme.text));
    }
    if !order.reason.is_empty() {
        lines.push((format!("{}: {}", order.state.name(), order.reason), words::state_style(order.state, theme)));
    }
    if !request.why.is_empty() {
        lines.push((format!("why: {}", request.why), theme.dim));
    }
    lines
}

fn place(order: &OrderView, at: Nanos) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
    (Some(order.request.symbol), Some((at, order.average().or(order.stands_at()))))
}

impl Listing for Working {
    type Row = Arc<OrderView>;

    const NAME: &'static str = "Working orders";
    const FILE: &'static str = "orders";
    const CSV: &'static [&'static str] = export::ORDERS;
    const PARTS: &'static [Part] = &[
        part("id", 5, 6, true, 8),
        part("age", 7, 8, true, 9),
        part("account", 8, 14, false, 2),
        part("symbol", 8, 12, false, 0),
        part("side", 6, 6, false, 0),
        part("type", 10, 14, false, 4),
        part("price", 9, 11, true, 0),
        part("stop", 9, 11, true, 6),
        part("qty", 7, 10, true, 1),
        barred("filled", 7, 14, 5),
        part("tif", 4, 11, false, 10),
        barred("queue ahead", 11, 20, 3),
        part("state", 11, 11, false, 7),
        part("reason", 12, 80, false, 11),
    ];

    fn rows(&self, cx: &Cx<'_>) -> Vec<Self::Row> {
        let mut rows: Vec<_> = cx.blotter.accounts(cx.view).iter().flat_map(|account| account.working.iter().cloned()).collect();
        rows.sort_by_key(|order| std::cmp::Reverse(order.id));
        rows
    }

    fn stamp(&self, _cx: &Cx<'_>) -> Option<Stamp> {
        // Queues move with the market.
        None
    }

    fn id(row: &Self::Row) -> u64 {
        row.id
    }

    fn cell(&self, row: &Self::Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
        cell(row, part, width, cx)
    }

    fn key(row: &Self::Row, part: &'static str) -> Key {
        key(row, part)
    }

    fn words(row: &Self::Row) -> String {
        searched(row)
    }

    fn foot(&self, row: &Self::Row, cx: &Cx<'_>) -> Vec<(String, Style)> {
        foot(row, cx)
    }

    fn csv(row: &Self::Row) -> Vec<String> {
        export::order(row)
    }

    fn place(row: &Self::Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
        (Some(row.request.symbol), None)
    }

    fn nothing(&self, cx: &Cx<'_>) -> String {
        words::nothing(cx, "no order is open")
    }

    fn act(&mut self, row: Option<&Self::Row>, command: Command, _cx: &Cx<'_>) -> Handled {
        let run = |act: BlotterAct| Handled::Run(Action::Blotter(act));
        match (command, row) {
            (Command::BlotterCancelAll, _) => run(BlotterAct::CancelAll),
            (Command::BlotterCancel, Some(order)) => run(BlotterAct::Cancel(Arc::clone(&order.account), order.id)),
            (Command::BlotterAmend, Some(order)) => run(BlotterAct::Amend(Arc::clone(&order.account), order.id)),
            (Command::BlotterCancel | Command::BlotterAmend, None) => Handled::Yes,
            _ => Handled::No,
        }
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        let held = cx.blotter.accounts(cx.view).iter().map(|account| account.held).sum();
        if held > crate::domain::Money::ZERO { format!(" holding {}", words::money(held, 12)) } else { String::new() }
    }
}

impl Listing for Done {
    type Row = Arc<OrderView>;

    const NAME: &'static str = "Order history";
    const FILE: &'static str = "order-history";
    const CSV: &'static [&'static str] = export::ORDERS;
    const PARTS: &'static [Part] = &[
        part("id", 5, 6, true, 6),
        part("time", words::MOMENT, words::MOMENT, true, 3),
        part("account", 8, 14, false, 2),
        part("symbol", 8, 12, false, 0),
        part("side", 6, 6, false, 0),
        part("type", 10, 14, false, 7),
        part("price", 9, 11, true, 8),
        part("qty", 7, 10, true, 1),
        part("filled", 7, 7, true, 9),
        part("average", 9, 11, true, 5),
        part("fees", 7, 9, true, 10),
        part("state", 11, 11, false, 0),
        part("reason", 12, 90, false, 4),
    ];

    fn rows(&self, cx: &Cx<'_>) -> Vec<Self::Row> {
        let accounts = cx.blotter.accounts(cx.view);
        let mut rows: Vec<_> = accounts.iter().flat_map(|account| account.history.iter().rev().cloned()).collect();
        rows.sort_by_key(|order| std::cmp::Reverse((order.changed, order.id)));
        rows
    }

    fn stamp(&self, cx: &Cx<'_>) -> Option<Stamp> {
        Some(stamp(cx, |account| (account.history.len(), account.history.last().map_or(0, |order| order.id))))
    }

    fn id(row: &Self::Row) -> u64 {
        row.id
    }

    fn cell(&self, row: &Self::Row, part: &'static str, width: u16, cx: &Cx<'_>) -> (String, Style) {
        match part {
            "filled" if row.filled.is_zero() => ("-".to_owned(), cx.theme.dim),
            "filled" => (words::qty(row.filled, width), cx.theme.text),
            _ => cell(row, part, width, cx),
        }
    }

    fn key(row: &Self::Row, part: &'static str) -> Key {
        key(row, part)
    }

    fn words(row: &Self::Row) -> String {
        searched(row)
    }

    fn foot(&self, row: &Self::Row, cx: &Cx<'_>) -> Vec<(String, Style)> {
        foot(row, cx)
    }

    fn csv(row: &Self::Row) -> Vec<String> {
        export::order(row)
    }

    fn place(row: &Self::Row) -> (Option<Symbol>, Option<(Nanos, Option<Price>)>) {
        place(row, row.changed)
    }

    fn nothing(&self, cx: &Cx<'_>) -> String {
        words::nothing(cx, "no order is done yet")
    }
}
