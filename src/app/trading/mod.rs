//! Paper trading: what is done with it, the order ticket, and what is said of fills.
//!
//! The engine's broker trades; the screen only asks.

mod estimate;
mod fields;
mod news;
mod plan;
mod problems;
mod sure;
mod ticket;

pub use estimate::Estimate;
pub use fields::{SizeBy, Stays, TicketField, TicketKind, TicketSpot, With, trigger_name};
pub use plan::Plan;
pub use problems::{Fix, Problem};
pub use sure::Sure;
pub use ticket::Ticket;

use super::commands::Command;
use super::dialogs::{Dialog, Input};
use super::keymap::{Code, Key, Named};
use super::{App, Effect, Keep};
use crate::domain::{
    MANUAL, Nanos, OrderId, OrderKind, OrderRequest, OrderView, Placement, Price, Qty, Side, Symbol, TradingAction,
};
use crate::drive::view::{Request, View};
use crate::feed::Severity;
use std::collections::BTreeMap;
use std::sync::Arc;
use ticket::{Pressed, Used};

/// Something to be done with paper trading.
#[derive(Debug, Clone, PartialEq)]
pub enum TradeAct {
    /// Turn it on or off.
    Toggle,
    /// Open a ticket; for the symbol of the focus where none is told, at the best price where none is told.
    Ticket {
        /// What is traded.
        symbol: Option<Symbol>,
        /// Buying or selling.
        side: Side,
        /// At which price.
        price: Option<Price>,
    },
    /// Open a ticket that changes an order.
    Amend(Arc<str>, OrderId),
    /// Give an order another price: the limit, or what sets it off.
    Move(Arc<str>, OrderId, Price),
    /// Cancel an order.
    Cancel(Arc<str>, OrderId),
    /// Cancel all orders of a symbol, of every account; of the focus where none is told.
    CancelAll(Option<Symbol>),
    /// Cancel an account's orders of a symbol and close its position, asked first.
    Flatten(Option<Arc<str>>, Option<Symbol>),
    /// Turn an account's position round, asked first.
    Reverse(Option<Arc<str>>, Option<Symbol>),
}

/// What the application keeps of paper trading.
#[derive(Debug)]
pub struct Trading {
    /// Whether it is asked before an order is sent.
    pub confirm: bool,
    /// The account tickets are for.
    account: Arc<str>,
    /// What was sent last, by symbol.
    used: BTreeMap<Symbol, Used>,
    /// The symbol of the last one.
    last: Option<Symbol>,
    news: news::News,
}

impl Default for Trading {
    fn default() -> Self {
        Self { confirm: true, account: MANUAL.into(), used: BTreeMap::new(), last: None, news: news::News::default() }
    }
}

impl Trading {
    /// Another session is shown: what happened there before is not said.
    pub(super) fn forget_news(&mut self) {
        self.news = news::News::default();
    }
}

fn send(action: TradingAction) -> Effect {
    Effect::Session(Request::Trade(Box::new(action)))
}

impl App {
    /// Does something with paper trading.
    pub fn act_on_trading(&mut self, act: TradeAct, view: &View, now: Nanos) -> Vec<Effect> {
        let broker = &view.snapshot.trading.broker;
        match act {
            TradeAct::Toggle => return self.toggle_paper(view, now),
            TradeAct::Ticket { symbol, side, price } => self.open_ticket(symbol, side, price, view, now),
            TradeAct::Amend(account, id) => {
                let order = broker.account(&account).and_then(|of| of.working.iter().find(|order| order.id == id));
                if let Some((order, symbol)) = order.and_then(|order| Some((order, view.snapshot.symbol(order.request.symbol)?)))
                {
                    self.dialog = Some(Dialog::Ticket(Box::new(Ticket::of(order, symbol))));
                }
            }
            TradeAct::Move(account, id, to) => {
                let order = broker.account(&account).and_then(|of| of.working.iter().find(|order| order.id == id));
                return order.and_then(|order| moved(order, to)).into_iter().map(send).collect();
            }
            TradeAct::Cancel(account, order) => {
                return vec![send(TradingAction::Cancel { account, order: Some(order), symbol: None })];
            }
            TradeAct::CancelAll(symbol) => return self.cancel_all(symbol, view, now),
            TradeAct::Flatten(account, symbol) => return self.flatten(account, symbol, view, now),
            TradeAct::Reverse(account, symbol) => return self.reverse(account, symbol, view, now),
        }
        Vec::new()
    }

    /// A ticket's price that follows the market goes with it.
    pub(super) fn follow_market(&mut self, view: &View) {
        if let Some(Dialog::Ticket(ticket)) = &mut self.dialog {
            ticket.follow(view);
        }
    }

    /// The symbol of the focus, or else the first one.
    fn trading_symbol(&self, view: &View) -> Option<Symbol> {
        let own = self.focused().symbol.filter(|symbol| view.snapshot.symbol(*symbol).is_some());
        own.or_else(|| view.snapshot.symbols.first().map(|first| first.instrument.symbol))
    }

    fn toggle_paper(&mut self, view: &View, now: Nanos) -> Vec<Effect> {
        let broker = &view.snapshot.trading.broker;
        let on = !broker.on;
        let action = TradingAction::Paper { on };
        let open: usize = broker.accounts.iter().map(|account| account.working.len()).sum();
        if !on && open > 0 {
            let orders = if open == 1 { "order is".to_owned() } else { "orders are".to_owned() };
            let lines = vec![format!("{open} working {orders} cancelled; positions stay and are valued on.")];
            return self.ask(Sure {
                question: "Turn paper trading off?".to_owned(),
                lines,
                actions: vec![action],
                ticket: None,
                optional: false,
            });
        }
        let buy = self.keymap.key(Command::OrderBuy);
        let sell = self.keymap.key(Command::OrderSell);
        let text = if on {
            format!("paper trading is on: {buy} buys, {sell} sells; no order leaves this program")
        } else {
            "paper trading is off".to_owned()
        };
        self.say(now, Severity::Info, text);
        vec![send(action)]
    }

    fn ask(&mut self, sure: Sure) -> Vec<Effect> {
        self.dialog = Some(Dialog::Sure(Box::new(sure)));
        Vec::new()
    }

    fn open_ticket(&mut self, symbol: Option<Symbol>, side: Side, price: Option<Price>, view: &View, now: Nanos) {
        let wanted = symbol.or_else(|| self.trading_symbol(view));
        let Some(symbol) = wanted.and_then(|symbol| view.snapshot.symbol(symbol)) else {
            self.say(now, Severity::Warning, "an order is about a symbol, and none has come yet");
            return;
        };
        let price = price.map(|price| plan::on_tick(price, symbol));
        let name = symbol.instrument.symbol;
        let trading = &self.trading;
        let known = view.snapshot.trading.broker.account(&trading.account).is_some();
        let account: Arc<str> = if known { Arc::clone(&trading.account) } else { MANUAL.into() };
        let own = trading.used.get(&name);
        let mut ticket = Ticket::new(symbol, side, price, own, account);
        // Of another symbol the way of giving the size is remembered, not the size.
        if own.is_none() {
            ticket.suggest_size(view);
            if price.is_none()
                && trading.last.and_then(|last| trading.used.get(&last)).is_some_and(|used| used.kind == TicketKind::Market)
            {
                ticket.kind = TicketKind::Market;
            }
        }
        self.dialog = Some(Dialog::Ticket(Box::new(ticket)));
    }

    fn cancel_all(&mut self, symbol: Option<Symbol>, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(symbol) = symbol.or_else(|| self.trading_symbol(view)) else { return Vec::new() };
        let accounts = view.snapshot.trading.broker.accounts.iter();
        let with: Vec<_> = accounts.filter(|of| of.working.iter().any(|order| order.request.symbol == symbol)).collect();
        if with.is_empty() {
            self.say(now, Severity::Info, format!("no order of {symbol} is open"));
        }
        let cancel = |name: &Arc<str>| TradingAction::Cancel { account: Arc::clone(name), order: None, symbol: Some(symbol) };
        with.into_iter().map(|account| send(cancel(&account.name))).collect()
    }

    /// The account that is told, else the one tickets are for where it holds something, else the first that does.
    fn holder(&self, account: Option<Arc<str>>, symbol: Symbol, view: &View) -> Option<(Arc<str>, Qty)> {
        let broker = &view.snapshot.trading.broker;
        let held = |name: &str| {
            let account = broker.account(name)?;
            account.position(symbol).map(|position| (Arc::clone(&account.name), position.qty))
        };
        match account {
            Some(account) => held(&account),
            None => held(&self.trading.account).or_else(|| held(MANUAL)),
        }
    }

    fn flatten(&mut self, account: Option<Arc<str>>, symbol: Option<Symbol>, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(symbol) = symbol.or_else(|| self.trading_symbol(view)) else { return Vec::new() };
        let held = self.holder(account.clone(), symbol, view);
        let name = account
            .or_else(|| held.as_ref().map(|(name, _)| Arc::clone(name)))
            .unwrap_or_else(|| Arc::clone(&self.trading.account));
        let open = view
            .snapshot
            .trading
            .broker
            .account(&name)
            .map_or(0, |of| of.working.iter().filter(|order| order.request.symbol == symbol).count());
        if held.is_none() && open == 0 {
            self.say(now, Severity::Info, format!("{name} holds no {symbol} and has no order of it"));
            return Vec::new();
        }
        let mut lines = Vec::new();
        if let Some((_, qty)) = held {
            lines.push(format!(
                "{name}: {} {} {symbol} at the market.",
                if qty > Qty::ZERO { "sells" } else { "buys" },
                qty.abs()
            ));
        }
        if open > 0 {
            lines.push(format!("Open orders that are cancelled: {open}."));
        }
        let actions = vec![TradingAction::Flatten { account: name, symbol: Some(symbol) }];
        self.ask(Sure { question: format!("Flatten {symbol}?"), lines, actions, ticket: None, optional: false })
    }

    fn reverse(&mut self, account: Option<Arc<str>>, symbol: Option<Symbol>, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(symbol) = symbol.or_else(|| self.trading_symbol(view)) else { return Vec::new() };
        let Some((account, qty)) = self.holder(account, symbol, view) else {
            self.say(now, Severity::Info, format!("no position in {symbol} is open"));
            return Vec::new();
        };
        let side = if qty > Qty::ZERO { Side::Sell } else { Side::Buy };
        let double = Qty::from_units(qty.abs().units().saturating_mul(2));
        let order = OrderRequest { why: "reverses the position".into(), ..OrderRequest::market(symbol, side, double) };
        let what = if side == Side::Sell { "sells" } else { "buys" };
        let lines = vec![format!("{account}: {what} {double} {symbol} at the market; the position becomes {}.", -qty)];
        let actions = vec![TradingAction::Order { account, place: Placement::Single(order) }];
        self.ask(Sure {
            question: format!("Turn the position in {symbol} round?"),
            lines,
            actions,
            ticket: None,
            optional: false,
        })
    }

    pub(super) fn press_ticket(&mut self, mut ticket: Box<Ticket>, key: Key, view: &View, now: Nanos) -> Vec<Effect> {
        let pressed = ticket.press(key, view);
        self.pressed_ticket(ticket, pressed, view, now)
    }

    /// Answers a click in the ticket.
    pub fn click_ticket(&mut self, spot: TicketSpot, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(Dialog::Ticket(mut ticket)) = self.dialog.take() else { return Vec::new() };
        let pressed = ticket.click(spot, view);
        self.pressed_ticket(ticket, pressed, view, now)
    }

    fn pressed_ticket(&mut self, ticket: Box<Ticket>, pressed: Pressed, view: &View, now: Nanos) -> Vec<Effect> {
        match pressed {
            Pressed::Left => Vec::new(),
            Pressed::Open => {
                self.dialog = Some(Dialog::Ticket(ticket));
                Vec::new()
            }
            Pressed::Paper => {
                self.dialog = Some(Dialog::Ticket(ticket));
                vec![send(TradingAction::Paper { on: true })]
            }
            Pressed::Send => {
                let plan = ticket.plan(view);
                let Some(action) = plan.action else { return Vec::new() };
                if self.trading.confirm {
                    let sure = Sure::of(ticket, action, &plan.estimate, view);
                    return self.ask(sure);
                }
                self.sent(&ticket, &action, now);
                vec![send(action)]
            }
        }
    }

    /// Remembers a ticket that was sent.
    fn sent(&mut self, ticket: &Ticket, action: &TradingAction, now: Nanos) {
        self.say(now, Severity::Info, format!("sent: {}", sure::words(action)));
        if ticket.amends.is_none() {
            self.trading.account = Arc::clone(&ticket.account);
            self.trading.used.insert(ticket.symbol, ticket.used());
            self.trading.last = Some(ticket.symbol);
        }
    }

    pub(super) fn press_sure(&mut self, sure: Box<Sure>, key: Key, now: Nanos) -> Vec<Effect> {
        let silent = sure.optional && key.code == Code::Char('a');
        match key.code {
            Code::Named(Named::Enter) | Code::Char('y' | 'Y' | 'a') if silent || key.code != Code::Char('a') => {
                if let Some((ticket, action)) = sure.ticket.as_ref().zip(sure.actions.first()) {
                    self.sent(ticket, action, now);
                }
                let mut effects: Vec<Effect> = sure.actions.into_iter().map(send).collect();
                if silent {
                    self.trading.confirm = false;
                    self.say(now, Severity::Info, "orders are sent without asking from now on; `order.confirm` asks again");
                    effects.push(Effect::Keep(Keep::Confirm(false)));
                }
                return effects;
            }
            Code::Named(Named::Esc) => {}
            Code::Char('n' | 'N' | 'q') => self.dialog = sure.ticket.map(Dialog::Ticket),
            _ => self.dialog = Some(Dialog::Sure(sure)),
        }
        Vec::new()
    }

    /// Runs a command of trading that applies everywhere; `None` where it is none.
    pub(super) fn run_trading(&mut self, command: Command, view: &View, now: Nanos) -> Option<Vec<Effect>> {
        let ticket = |side: Side| TradeAct::Ticket { symbol: None, side, price: None };
        Some(match command {
            Command::PaperToggle => self.act_on_trading(TradeAct::Toggle, view, now),
            Command::OrderBuy => self.act_on_trading(ticket(Side::Buy), view, now),
            Command::OrderSell => self.act_on_trading(ticket(Side::Sell), view, now),
            Command::OrderCancelAll => self.act_on_trading(TradeAct::CancelAll(None), view, now),
            Command::OrderFlatten => self.act_on_trading(TradeAct::Flatten(None, None), view, now),
            Command::OrderReverse => self.act_on_trading(TradeAct::Reverse(None, None), view, now),
            Command::OrderConfirm => self.toggle_confirm(now),
            _ => return None,
        })
    }

    /// Asks before an order is sent, or no longer.
    fn toggle_confirm(&mut self, now: Nanos) -> Vec<Effect> {
        let confirm = !self.trading.confirm;
        self.trading.confirm = confirm;
        let text = if confirm { "it is asked before an order is sent" } else { "orders are sent without asking" };
        self.say(now, Severity::Info, text);
        vec![Effect::Keep(Keep::Confirm(confirm))]
    }
}

impl Ticket {
    /// Suggests what a hundredth of the account's equity buys.
    fn suggest_size(&mut self, view: &View) {
        (self.size_by, self.size) = (SizeBy::Equity, Input::suggesting("1"));
        let text = plan::size_in(SizeBy::Quantity, self, view).filter(|text| text != "0");
        self.size_by = SizeBy::Quantity;
        self.size = text.map_or_else(Input::default, |text| Input::suggesting(&text));
    }
}

/// An order at another price.
fn moved(order: &OrderView, to: Price) -> Option<TradingAction> {
    let (account, id) = (Arc::clone(&order.account), order.id);
    let amend = |price, stop| TradingAction::Amend { account, order: id, qty: None, price, stop };
    if order.stands_at()? == to {
        return None;
    }
    Some(match order.request.kind {
        OrderKind::Limit { .. } => amend(Some(to), None),
        OrderKind::StopLimit { .. } if order.triggered => amend(Some(to), None),
        OrderKind::StopLimit { stop, price } => {
            // The limit keeps its distance from the stop.
            amend(Some(price + (to - stop)), Some(to))
        }
        OrderKind::Market => return None,
        _ => amend(None, Some(to)),
    })
}

#[cfg(test)]
mod tests;
