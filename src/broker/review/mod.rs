//! What is wrong with an order, and what it would cost: the same for the ticket before it is sent and for the broker when it is.

mod desk;
mod estimate;
mod fix;
mod placement;
mod rules;
#[cfg(test)]
mod tests;

use super::market::MarketSight;
use super::view::AccountView;
use crate::domain::{BrokerConfig, Money, Nanos, OrderRequest, Placement, Price, Qty, TimeInForce};
use desk::Desk;
use std::sync::Arc;

/// What an order would come to, as the market stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Its quantity; sizes in money worked out.
    pub qty: Qty,
    /// The average price it would trade at: by walking the book where there is one; its own price where it would rest or wait.
    pub price: Price,
    /// The worst price of it.
    pub worst: Price,
    /// Price × quantity, quote units.
    pub notional: Money,
    /// The fee, quote units.
    pub fee: Money,
    /// By how much it would raise what the account's orders and positions hold: cash and fee, or margin and fee.
    pub margin: Money,
    /// What it would cost against the best price there is, quote units.
    pub slippage: Money,
    /// Whether it would rest in the book.
    pub maker: bool,
    /// Whether the book shows enough for all of it; true where no book is known.
    pub complete: bool,
}

/// What is wrong with an order, and what it would cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Review {
    /// Why it cannot be: each names the rule, both numbers and the nearest valid value. Empty for a valid order.
    pub problems: Vec<Arc<str>>,
    /// What one should know of it; no reason to refuse it.
    pub notes: Vec<Arc<str>>,
    /// The nearest order that could be, where there is one.
    pub nearest: Option<OrderRequest>,
    /// What it would come to; `None` where no price is known.
    pub estimate: Option<Estimate>,
}

/// Looks at an order: the instrument's rules, what goes together, money and holdings, the account's limits.
pub fn review(
    request: &OrderRequest,
    market: &MarketSight<'_>,
    account: &AccountView,
    config: &BrokerConfig,
    venue: &str,
) -> Review {
    Desk::new(market, account, config, venue).review(request)
}

/// Looks at orders that are placed together; the estimate is of the first.
pub fn review_placement(
    place: &Placement,
    market: &MarketSight<'_>,
    account: &AccountView,
    config: &BrokerConfig,
    venue: &str,
) -> Review {
    Desk::new(market, account, config, venue).review_placement(place)
}

/// Why an order's time is up before it is sent; apart from [`review`], which knows no time.
pub fn late(request: &OrderRequest, now: Nanos) -> Option<Arc<str>> {
    match request.tif {
        TimeInForce::Gtd(until) if until <= now => {
            Some(format!("good till {} is in the past: it is {} now", until.rfc3339(), now.rfc3339()).into())
        }
        _ => None,
    }
}
