//! The question before something is sent to the broker.

use super::{Estimate, Ticket};
use crate::domain::{OrderRequest, Placement, Price, Side, Size, TradingAction, money};
use crate::drive::view::View;

/// A question about what is to be sent.
#[derive(Debug, Clone)]
pub struct Sure {
    /// The question.
    pub question: String,
    /// What it is about, line by line.
    pub lines: Vec<String>,
    /// What yes sends.
    pub actions: Vec<TradingAction>,
    /// The ticket it came from, to which no goes back.
    pub ticket: Option<Box<Ticket>>,
    /// Whether it is a question that can be turned off.
    pub optional: bool,
}

impl Sure {
    /// The question before a ticket is sent.
    pub(super) fn of(ticket: Box<Ticket>, action: TradingAction, estimate: &Estimate, view: &View) -> Self {
        let quote = view.snapshot.symbol(ticket.symbol).map_or("", |symbol| symbol.instrument.quote.as_str());
        let mut lines = vec![format!("{}.", words(&action))];
        if let Some(worth) = estimate.worth.filter(|_| ticket.amends.is_none()).and_then(money::to_price) {
            let fee = estimate.fee.and_then(|(fee, _)| money::to_price(fee));
            let fee = fee.map(|fee| format!(", fee about {fee:#.2}")).unwrap_or_default();
            lines.push(format!("About {worth:#.2} {quote}{fee}, on paper, account {}.", ticket.account));
        }
        let question = if ticket.amends.is_some() { "Change the order?" } else { "Send the order?" }.to_owned();
        Self { question, lines, actions: vec![action], ticket: Some(ticket), optional: true }
    }
}

/// What an action does, in words.
pub(super) fn words(action: &TradingAction) -> String {
    match action {
        TradingAction::Order { place, .. } => match place {
            Placement::Single(order) => of_order(order),
            Placement::Oco(both) => format!("{}, or else {}", of_order(&both[0]), of_order(&both[1])),
            Placement::Bracket { entry, stop, target } => {
                let stop = stop.map(|stop| format!(", stop loss {}", grouped(stop))).unwrap_or_default();
                let target = target.map(|target| format!(", target {}", grouped(target))).unwrap_or_default();
                format!("{}{stop}{target}", of_order(entry))
            }
        },
        TradingAction::Amend { order, qty, price, stop, .. } => {
            let mut text = format!("order {order}");
            for (name, value) in
                [("quantity", qty.map(|qty| qty.to_string())), ("price", price.map(grouped)), ("stop", stop.map(grouped))]
            {
                if let Some(value) = value {
                    text.push_str(&format!(" {name} {value}"));
                }
            }
            text
        }
        other => other.name().to_owned(),
    }
}

/// A price with its thousands apart.
fn grouped(price: Price) -> String {
    format!("{price:#.*}", price.decimals())
}

fn of_order(order: &OrderRequest) -> String {
    let side = if order.side == Side::Buy { "buy" } else { "sell" };
    let size = match order.size {
        Size::Qty(qty) => qty.to_string(),
        Size::Quote(worth) => format!("{} worth of", grouped(worth)),
        Size::Equity(part) => format!("{} % of equity in", f64::from(part) / 100.0),
    };
    let limit = order.kind.price().map(|price| format!(" at {}", grouped(price))).unwrap_or_default();
    let stop = order.kind.stop().map(|stop| format!(" from {}", grouped(stop))).unwrap_or_default();
    let only = if order.reduce_only { ", reduce-only" } else { "" };
    format!("{side} {size} {}, {}{limit}{stop}{only}", order.symbol, order.kind.name())
}
