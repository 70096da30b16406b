//! What is said of the user's own orders: fills, and what was refused.

use crate::app::App;

use crate::domain::{MANUAL, Nanos, OrderId, OrderState, Price, Side, money};
use crate::drive::view::{Mode, View};
use crate::feed::Severity;
use std::sync::Arc;

/// So many at once are said; of more the blotter tells.
const MOST: usize = 4;

/// What was said already.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The broker's changes when it was looked at last.
    changes: u64,
    /// The last fill's number.
    fill: u64,
    /// The newest order of the history, and when it was done.
    done: Option<(OrderId, Nanos)>,
    /// Accounts that are known to be stopped.
    stopped: Vec<Arc<str>>,
    /// Whether anything was looked at yet.
    begun: bool,
}

impl App {
    /// Says what became of the user's own orders since the last view.
    pub(in crate::app) fn absorb_trading(&mut self, view: &View, now: Nanos) {
        let broker = &view.snapshot.trading.broker;
        let news = &mut self.trading.news;
        if broker.changes == news.changes && news.begun {
            return;
        }
        news.changes = broker.changes;
        let stopped: Vec<_> =
            broker.accounts.iter().filter_map(|account| Some((&account.name, account.killed.as_ref()?))).collect();
        let fresh = stopped.iter().filter(|(name, _)| news.begun && !news.stopped.contains(name));
        let words: Vec<String> = fresh.map(|(name, why)| format!("{name} is stopped: {why}")).collect();
        news.stopped = stopped.into_iter().map(|(name, _)| Arc::clone(name)).collect();
        for text in words {
            self.toasts.push(now, Severity::Error, text);
        }
        let news = &mut self.trading.news;
        let Some(account) = broker.account(MANUAL) else { return };
        let last = account.fills.last().map_or(0, |fill| fill.number);
        let newest = account.history.last().map(|order| (order.id, order.changed));
        let (fill, done) = (std::mem::replace(&mut news.fill, last), std::mem::replace(&mut news.done, newest));
        if !std::mem::replace(&mut news.begun, true) {
            return;
        }
        let mut said = Vec::new();
        let fills = account.fills.iter_from(account.fills.len().saturating_sub(MOST));
        for one in fills.filter(|one| one.number > fill) {
            let side = if one.side == Side::Buy { "bought" } else { "sold" };
            let mut text = format!("{side} {} {} at {:#.*}", one.qty, one.symbol, one.price.decimals(), one.price);
            if let Some(realised) = money::to_price(one.realised).filter(|realised| !realised.is_zero()) {
                text.push_str(&format!(", {}{realised:#.2} realised", if realised > Price::ZERO { "+" } else { "" }));
            }
            said.push((Severity::Info, text));
        }
        let recent = account.history.iter().rev().take(MOST);
        for one in recent.take_while(|one| Some((one.id, one.changed)) != done) {
            if matches!(one.state, OrderState::Rejected | OrderState::Expired) {
                said.push((Severity::Warning, format!("order {} {}: {}", one.id, one.state, one.reason)));
            }
        }
        // What a jump within a recording was taken past is not told of.
        if view.session.mode == Mode::Replay && said.len() >= MOST {
            return;
        }
        for (severity, text) in said {
            self.say(now, severity, text);
        }
    }
}
