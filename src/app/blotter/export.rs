//! Orders, fills, trades and signals as comma-separated values (RFC 4180): times as seconds of the epoch and as RFC 3339, amounts in
//! full.

use crate::broker::{RoundTrip, SignalView};
use crate::domain::{Fill, Nanos, OrderView, Price, Size};

/// A field as it is written: quoted where it has to be. A text from outside cannot be taken for a formula by a spreadsheet.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '@', '\t', '\r']) || (text.starts_with(['+', '-']) && text.parse::<f64>().is_err());
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let text = if formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// Rows under a heading.
pub fn csv(heading: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = heading.join(",");
    text.push_str("\r\n");
    for row in rows {
        let fields: Vec<String> = row.iter().map(|value| field(value)).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

fn secs(at: Nanos) -> String {
    let mut text = String::new();
    let _ = at.write_secs(&mut text);
    text
}

fn price(price: Option<Price>) -> String {
    price.map(|price| price.to_string()).unwrap_or_default()
}

/// The columns of orders.
pub const ORDERS: &[&str] = &[
    "id",
    "account",
    "symbol",
    "side",
    "type",
    "price",
    "stop",
    "size",
    "qty",
    "filled",
    "average",
    "tif",
    "post_only",
    "reduce_only",
    "state",
    "fees",
    "sent",
    "sent_time",
    "changed",
    "changed_time",
    "linked",
    "queue_ahead",
    "reason",
    "why",
];

/// An order's fields, as in [`ORDERS`].
pub fn order(order: &OrderView) -> Vec<String> {
    let request = &order.request;
    let size = match request.size {
        Size::Qty(qty) => qty.to_string(),
        Size::Quote(amount) => format!("{amount} quote"),
        Size::Equity(part) => format!("{}% of equity", f64::from(part) / 100.0),
    };
    vec![
        order.id.to_string(),
        order.account.to_string(),
        request.symbol.to_string(),
        request.side.as_str().to_owned(),
        request.kind.name().to_owned(),
        price(request.kind.price()),
        price(order.stop.or(request.kind.stop())),
        size,
        order.qty.to_string(),
        order.filled.to_string(),
        price(order.average()),
        request.tif.name().to_owned(),
        request.post_only.to_string(),
        request.reduce_only.to_string(),
        order.state.name().to_owned(),
        order.fees.to_string(),
        secs(order.sent),
        order.sent.rfc3339(),
        secs(order.changed),
        order.changed.rfc3339(),
        order.linked.map(|id| id.to_string()).unwrap_or_default(),
        order.queue.map(|queue| queue.ahead.to_string()).unwrap_or_default(),
        order.reason.to_string(),
        request.why.to_string(),
    ]
}

/// The columns of fills.
pub const FILLS: &[&str] = &[
    "number",
    "order",
    "account",
    "symbol",
    "side",
    "price",
    "qty",
    "fee",
    "slippage",
    "maker",
    "realised",
    "position",
    "at",
    "time",
    "market_at",
];

/// A fill's fields, as in [`FILLS`].
pub fn fill(fill: &Fill) -> Vec<String> {
    vec![
        fill.number.to_string(),
        fill.order.to_string(),
        fill.account.to_string(),
        fill.symbol.to_string(),
        fill.side.as_str().to_owned(),
        fill.price.to_string(),
        fill.qty.to_string(),
        fill.fee.to_string(),
        fill.slippage.to_string(),
        fill.maker.to_string(),
        fill.realised.to_string(),
        fill.position.to_string(),
        secs(fill.at),
        fill.at.rfc3339(),
        secs(fill.market_at),
    ]
}

/// The columns of what was opened and closed.
pub const TRADES: &[&str] = &[
    "account",
    "symbol",
    "side",
    "qty",
    "entry_ts",
    "exit_ts",
    "entry_time",
    "exit_time",
    "entry",
    "exit",
    "pnl",
    "fees",
    "entry_order",
    "exit_order",
];

/// The fields of what an account opened and closed, as in [`TRADES`].
pub fn trade(account: &str, trade: &RoundTrip) -> Vec<String> {
    vec![
        account.to_owned(),
        trade.symbol.to_string(),
        trade.side.as_str().to_owned(),
        trade.qty.to_string(),
        secs(trade.entry_at),
        secs(trade.exit_at),
        trade.entry_at.rfc3339(),
        trade.exit_at.rfc3339(),
        trade.entry.to_string(),
        trade.exit.to_string(),
        trade.pnl.to_string(),
        trade.fees.to_string(),
        trade.entry_order.to_string(),
        trade.exit_order.to_string(),
    ]
}

/// The columns of signals.
pub const SIGNALS: &[&str] = &["at", "time", "account", "strategy", "symbol", "signal", "price", "why"];

/// A signal's fields, as in [`SIGNALS`].
pub fn signal(signal: &SignalView) -> Vec<String> {
    vec![
        secs(signal.at),
        signal.at.rfc3339(),
        signal.account.to_string(),
        signal.strategy.to_string(),
        signal.symbol.to_string(),
        signal.side.to_owned(),
        price(signal.price),
        signal.why.to_string(),
    ]
}
