//! The broker as the engine drives it.

use super::account::Account;
use super::desk::Desk;
use super::exchange::{Exchange, Kind, Message, Now, Timer};
use super::latency;
use super::market::Markets;
use super::terms::Terms;
use super::view::{BrokerEvent, BrokerView, Happening, SignalView};
use crate::domain::trading::MANUAL;
use crate::domain::{
    Bar, BrokerConfig, Mark, Money, Nanos, OrderId, Placement, Price, SavedTrading, Symbol, Timeframe, Trade, TradingAction,
};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A day.
const DAY: Nanos = Nanos::from_secs(86_400);
/// Orders and fills that are saved, per account.
const SAVED: usize = 1_000;

/// What was last said of a symbol's funding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Funding {
    symbol: Symbol,
    next: Nanos,
    rate: Price,
    mark: Price,
}

/// The paper broker: accounts, each with a simulated exchange of its own. No account sees another's orders, nor what it took off
/// the book.
///
/// The engine tells it of time ([`Broker::advance`]), of market events after they changed the market (`on_…`, one call an event),
/// and of what the user and strategies want. A clone shares its histories.
#[derive(Debug, Clone)]
pub struct Broker {
    idle: bool,
    watched: Vec<Symbol>,
    desks: Vec<Desk>,
    exchange: Exchange,
    funding: Vec<Funding>,
    /// The last moment it was told of.
    clock: Nanos,
    /// Whether a timer for 00:00 UTC is set.
    days: bool,
}

impl Broker {
    /// A broker of a venue, with the account `manual`. It is off until it is turned on.
    pub fn new(config: &BrokerConfig, venue: &str, seed: u64) -> Self {
        let exchange = Exchange::new(config, venue, seed);
        let mut broker = Self {
            idle: true,
            watched: Vec::new(),
            desks: Vec::new(),
            exchange,
            funding: Vec::new(),
            clock: Nanos::ZERO,
            days: false,
        };
        broker.open_account(Nanos::ZERO, MANUAL, None, Timeframe::M1);
        broker
    }

    /// Opens an account with so much, or with what the settings say. One of that name is kept as it is, but for the bars whose closes
    /// make its history.
    pub fn open_account(&mut self, at: Nanos, name: &str, cash: Option<Money>, bar: Timeframe) {
        if let Some(desk) = self.desk(name) {
            desk.bar = bar;
            return;
        }
        let config = self.exchange.config.clone();
        let terms = Terms::of(&config, &self.exchange.venue);
        let account = Account::new(name, terms, cash.unwrap_or(config.cash), config.limits.clone(), at);
        self.desks.push(Desk::new(self.desks.len(), account, bar));
        self.exchange.changes += 1;
    }

    fn desk(&mut self, name: &str) -> Option<&mut Desk> {
        self.desks.iter_mut().find(|desk| **desk.account.name() == *name)
    }

    /// Does something on an account. `None` where there is none of that name.
    fn on<T>(
        &mut self,
        at: Nanos,
        name: &str,
        markets: &dyn Markets,
        work: impl FnOnce(&mut Desk, &mut Now<'_>) -> T,
    ) -> Option<T> {
        self.see(at);
        let desk = self.desks.iter_mut().find(|desk| **desk.account.name() == *name)?;
        let done = work(desk, &mut Now { at, exchange: &mut self.exchange, markets });
        // What takes no time to get there is there.
        self.run(at, markets);
        self.settle(at, markets);
        Some(done)
    }

    fn see(&mut self, at: Nanos) {
        self.clock = self.clock.max(at);
        if !self.days && at > Nanos::ZERO {
            self.days = true;
            self.exchange.timers.insert((at.floor_to(DAY) + DAY, Kind::Day, 0), Timer::Day);
        }
    }

    /// Does what the user wants. A strategy's start and end are the engine's to do.
    pub fn act(&mut self, at: Nanos, action: &TradingAction, m: &dyn Markets) {
        match action {
            TradingAction::Paper { on } => self.turn(at, *on, m),
            TradingAction::Order { account, place } => {
                let known = self.on(at, account, m, |desk, now| {
                    let _ = desk.submit(place, now);
                });
                if known.is_none() {
                    let text = format!("there is no account {account}: nothing was ordered");
                    self.exchange.note(at, account, true, text.into());
                }
            }
            TradingAction::Cancel { account, order, symbol } => self.cancel(at, account, *order, *symbol, m),
            TradingAction::Amend { account, order, qty, price, stop } => {
                self.on(at, account, m, |desk, now| desk.send_amend(*order, (*qty, *price, *stop), now));
            }
            TradingAction::Flatten { account, symbol } => {
                let message = Message::Close { symbol: *symbol, sent: at, why: "closed by hand".into() };
                self.on(at, account, m, |desk, now| desk.send(*symbol, message, now));
            }
            TradingAction::Limits { account, limits } => {
                self.on(at, account, m, |desk, _| {
                    desk.account.set_limits(limits.clone());
                    desk.alarmed = true;
                });
            }
            TradingAction::Unlock { account } => {
                self.on(at, account, m, |desk, now| {
                    desk.account.unlock();
                    now.exchange.note(now.at, desk.account.name(), false, "the account may trade again".into());
                });
            }
            TradingAction::Kill { account } => {
                self.on(at, account, m, |desk, now| desk.kill("by hand".into(), now));
            }
            TradingAction::Reset { account, cash } => self.reset(at, account, *cash),
            TradingAction::Broker { config } => self.configure(at, config),
            TradingAction::Restore { saved } => self.restore(at, saved, m),
            TradingAction::Strategy { .. } | TradingAction::EndStrategy { .. } => {}
        }
        self.exchange.changes += 1;
    }

    fn turn(&mut self, at: Nanos, on: bool, markets: &dyn Markets) {
        self.see(at);
        self.exchange.on = on;
        if !on {
            // It is the simulation that stops: nothing has to get to an exchange.
            let Self { desks, exchange, .. } = self;
            for desk in desks {
                desk.cancel(None, None, "paper trading was turned off", &mut Now { at, exchange, markets });
            }
        }
        self.settle(at, markets);
    }

    fn reset(&mut self, at: Nanos, name: &str, cash: Money) {
        self.see(at);
        let config = self.exchange.config.clone();
        let terms = Terms::of(&config, &self.exchange.venue);
        let Some(desk) = self.desk(name) else { return };
        let limits = desk.account.limits().clone();
        let (number, bar, arrival) = (desk.number, desk.bar, desk.arrival);
        *desk = Desk::new(number, Account::new(name, terms, cash, limits, at), bar);
        // Messages still under way are of orders that are gone; later ones must not overtake them.
        desk.arrival = arrival;
        let account = desk.account.name().clone();
        self.exchange.note(at, &account, false, format!("the account begins anew with {cash}").into());
        self.refresh();
    }

    fn configure(&mut self, at: Nanos, config: &BrokerConfig) {
        self.see(at);
        let old = std::mem::replace(&mut self.exchange.config, Arc::new(config.clone()));
        let terms = Terms::of(config, &self.exchange.venue);
        for desk in &mut self.desks {
            desk.account.set_terms(terms.clone());
            if *desk.account.limits() == old.limits && old.limits != config.limits {
                desk.account.set_limits(config.limits.clone());
            }
        }
    }

    fn restore(&mut self, at: Nanos, saved: &SavedTrading, markets: &dyn Markets) {
        self.see(at);
        self.exchange.on = saved.on;
        self.exchange.last_order = self.exchange.last_order.max(saved.last_order);
        self.exchange.last_fill = self.exchange.last_fill.max(saved.last_fill);
        let terms = Terms::of(&self.exchange.config, &self.exchange.venue);
        for back in &saved.accounts {
            let mut account = Account::restore(back, terms.clone(), at);
            if saved.at.floor_to(DAY) != at.floor_to(DAY) {
                account.new_day();
            }
            let history = saved.history.iter().filter(|order| order.account == back.name);
            let fills = saved.recent.iter().filter(|fill| fill.account == back.name);
            account.put_back(history.cloned().map(Arc::new), fills.cloned().map(Arc::new));
            let known = self.desks.iter().position(|desk| desk.account.name() == &back.name);
            let number = known.unwrap_or(self.desks.len());
            let bar = known.map_or(Timeframe::M1, |i| self.desks[i].bar);
            let desk = Desk::new(number, account, bar);
            if known.is_some() {
                self.desks[number] = desk;
            } else {
                self.desks.push(desk);
            }
            let Self { desks, exchange, .. } = self;
            desks[number].place_again(&back.orders, &mut Now { at, exchange, markets });
            desks[number].refresh();
            let text = format!("put back as it stood at {}: {} orders open", saved.at.rfc3339(), back.orders.len());
            exchange.note(at, &back.name, false, text.into());
        }
        self.settle(at, markets);
    }

    /// Sends orders for a strategy. A refusal stands in the account's history as well.
    ///
    /// # Errors
    /// Why it was refused at once: the rule, both numbers and the nearest that would be accepted.
    pub fn submit(&mut self, at: Nanos, account: &str, place: &Placement, m: &dyn Markets) -> Result<OrderId, Arc<str>> {
        self.on(at, account, m, |desk, now| desk.submit(place, now))
            .unwrap_or_else(|| Err(format!("there is no account {account}").into()))
    }

    /// Sends a cancellation: of one order, of those of a symbol, or of all of an account. Until it arrives they can fill.
    pub fn cancel(&mut self, at: Nanos, account: &str, order: Option<OrderId>, symbol: Option<Symbol>, m: &dyn Markets) {
        self.on(at, account, m, |desk, now| {
            let of = order.and_then(|id| desk.index(id)).map(|i| desk.orders[i].symbol).or(symbol);
            desk.send(of, Message::Cancel { order, symbol, why: "taken back".into() }, now);
        });
    }

    /// Sends a cancellation of a symbol's orders (or all) and the closing of its positions at the market, for a strategy.
    pub fn flatten(&mut self, at: Nanos, account: &str, symbol: Option<Symbol>, why: &str, m: &dyn Markets) {
        let message = Message::Close { symbol, sent: at, why: why.into() };
        self.on(at, account, m, |desk, now| desk.send(symbol, message, now));
    }

    /// When something is due: [`Nanos::MAX`] for never.
    pub fn due(&self) -> Nanos {
        self.exchange.due()
    }

    /// Does what is due at or before a moment, each at its own time. In how many steps one gets there changes nothing.
    pub fn advance(&mut self, to: Nanos, m: &dyn Markets) {
        if self.exchange.due() <= to {
            self.run(to, m);
            self.settle(to, m);
        }
    }

    fn run(&mut self, to: Nanos, markets: &dyn Markets) {
        while let Some(entry) = self.exchange.timers.first_entry() {
            let at = entry.key().0;
            if at > to {
                break;
            }
            let timer = entry.remove();
            self.clock = self.clock.max(at);
            let Self { desks, exchange, .. } = self;
            let mut now = Now { at, exchange, markets };
            match timer {
                Timer::Day => {
                    for desk in desks.iter_mut() {
                        desk.account.new_day();
                    }
                    now.exchange.timers.insert((at.floor_to(DAY) + DAY, Kind::Day, 0), Timer::Day);
                }
                Timer::Funding(symbol) => {
                    if let Some(funding) = self.funding.iter().find(|funding| funding.symbol == symbol) {
                        for desk in desks.iter_mut() {
                            desk.fund(symbol, funding.mark, funding.rate, &mut now);
                        }
                    }
                }
                Timer::Expiry(number, id) => {
                    if let Some(desk) = desks.get_mut(number) {
                        desk.expire(id, &mut now);
                    }
                }
                Timer::Message(number, message) => {
                    if let Some(desk) = desks.get_mut(number) {
                        desk.receive(message, &mut now);
                    }
                }
            }
            self.settle(at, markets);
        }
    }

    /// Whether nothing is open and nothing held anywhere: no market event concerns it.
    #[inline]
    pub fn is_idle(&self) -> bool {
        self.idle
    }

    /// Whether events of a symbol concern it.
    #[inline]
    pub fn cares(&self, symbol: Symbol) -> bool {
        !self.idle && self.watched.contains(&symbol)
    }

    /// An event of a symbol, told to the accounts it concerns.
    #[inline]
    fn tell(&mut self, at: Nanos, symbol: Symbol, markets: &dyn Markets, mut each: impl FnMut(&mut Desk, &mut Now<'_>)) {
        if !self.cares(symbol) {
            return;
        }
        self.clock = at;
        self.exchange.moment += 1;
        let Self { desks, exchange, .. } = self;
        let mut now = Now { at, exchange, markets };
        let mut unsettled = false;
        for desk in desks.iter_mut().filter(|desk| desk.cares(symbol)) {
            each(desk, &mut now);
            unsettled |= desk.alarmed || desk.untidy;
        }
        if unsettled {
            self.settle(at, markets);
        }
    }

    /// A trade.
    pub fn on_trade(&mut self, at: Nanos, symbol: Symbol, trade: &Trade, m: &dyn Markets) {
        self.tell(at, symbol, m, |desk, now| desk.on_trade(symbol, trade, now));
    }

    /// Best prices changed.
    pub fn on_quote(&mut self, at: Nanos, symbol: Symbol, m: &dyn Markets) {
        self.tell(at, symbol, m, |desk, now| desk.on_quotes(symbol, false, now));
    }

    /// The book changed or was taken anew, and is in sync.
    pub fn on_book(&mut self, at: Nanos, symbol: Symbol, m: &dyn Markets) {
        self.tell(at, symbol, m, |desk, now| desk.on_quotes(symbol, true, now));
    }

    /// A ready-made bar closed at `at`, of a symbol of which there is nothing else.
    pub fn on_bar(&mut self, at: Nanos, symbol: Symbol, bar: &Bar, _tf: Timeframe, m: &dyn Markets) {
        self.tell(at, symbol, m, |desk, now| desk.on_bar(symbol, bar, now));
    }

    /// The exchange's mark price, with what belongs to it.
    pub fn on_mark(&mut self, at: Nanos, symbol: Symbol, mark: &Mark, m: &dyn Markets) {
        if !self.cares(symbol) {
            return;
        }
        self.hear_funding(at, symbol, mark);
        self.tell(at, symbol, m, |desk, now| desk.on_mark(symbol, mark, now));
    }

    fn hear_funding(&mut self, at: Nanos, symbol: Symbol, mark: &Mark) {
        let (Some(next), Some(rate)) = (mark.next, mark.funding) else { return };
        if next <= at {
            return;
        }
        let heard = Funding { symbol, next, rate, mark: mark.price };
        let known = self.funding.iter().position(|funding| funding.symbol == symbol);
        let place = known.unwrap_or(self.funding.len());
        if known.is_some() {
            let before = std::mem::replace(&mut self.funding[place], heard);
            if before.next == next {
                return;
            }
            self.exchange.timers.remove(&(before.next, Kind::Funding, place as u64));
        } else {
            self.funding.push(heard);
        }
        self.exchange.timers.insert((next, Kind::Funding, place as u64), Timer::Funding(symbol));
    }

    /// The link or the book was lost: where orders stand in their queues is not known any more.
    pub fn on_break(&mut self, _at: Nanos, symbol: Symbol) {
        for desk in self.desks.iter_mut().filter(|desk| desk.cares(symbol)) {
            desk.lose(symbol);
        }
        self.refresh();
    }

    /// A second of engine time ended.
    pub fn on_second(&mut self, at: Nanos, _m: &dyn Markets) {
        let Self { desks, exchange, .. } = self;
        for desk in desks.iter_mut().filter(|desk| !desk.account.is_idle()) {
            desk.account.second(at);
            let equity = desk.account.equity();
            if desk.told.replace(equity) != Some(equity) {
                exchange.log(at, desk.account.name(), desk.account.worth(false));
            }
        }
    }

    /// A bar of an account's timeframe closed.
    pub fn on_bar_close(&mut self, at: Nanos, account: &str, _m: &dyn Markets) {
        if let Some(desk) = self.desk(account) {
            desk.account.bar_close(at);
        }
    }

    /// A strategy said something.
    pub fn signal(&mut self, signal: SignalView) {
        let account = signal.account.clone();
        self.exchange.log(signal.at, &account, Happening::Signal(Arc::new(signal)));
    }

    /// What happened after the event of that number, of the last 10,000.
    pub fn events_after(&self, number: u64) -> impl Iterator<Item = &BrokerEvent> {
        self.exchange.events_after(number)
    }

    /// The number of the last thing that happened.
    pub fn last_event(&self) -> u64 {
        self.exchange.last_event()
    }

    /// How long the exchange's answer takes to us: a strategy is told so much later. `number` names the draw where it is one of
    /// chance, such as the account's count of fills; `lag` is how long the market's last event took.
    pub fn response(&self, number: u64, lag: Option<Nanos>) -> Nanos {
        latency::response(&self.exchange.config, self.exchange.seed, number, lag)
    }

    /// Whether paper trading is on.
    pub fn is_on(&self) -> bool {
        self.exchange.on
    }

    /// The settings in force.
    pub fn config(&self) -> &BrokerConfig {
        &self.exchange.config
    }

    /// An account.
    pub fn account(&self, name: &str) -> Option<&Account> {
        self.desks.iter().map(|desk| &desk.account).find(|account| **account.name() == *name)
    }

    /// All accounts with the bars whose closes make their history, in the order they were opened.
    pub fn accounts(&self) -> impl Iterator<Item = (&Account, Timeframe)> {
        self.desks.iter().map(|desk| (&desk.account, desk.bar))
    }

    /// A picture of it all; an account's is made anew only when something in it has changed.
    pub fn view(&self) -> BrokerView {
        BrokerView {
            on: self.exchange.on,
            config: self.exchange.config.clone(),
            accounts: self.desks.iter().map(Desk::view).collect(),
            changes: self.exchange.changes + self.desks.iter().map(|desk| desk.account.changes()).sum::<u64>(),
        }
    }

    /// What is kept over a restart. Strategies are the engine's to add.
    pub fn save(&self) -> SavedTrading {
        let mut saved = SavedTrading {
            at: self.clock,
            on: self.exchange.on,
            last_order: self.exchange.last_order,
            last_fill: self.exchange.last_fill,
            ..SavedTrading::default()
        };
        for desk in &self.desks {
            let view = desk.view();
            let mut account = desk.account.save();
            account.orders = view.working.iter().map(|order| (**order).clone()).collect();
            saved.accounts.push(account);
            let orders = view.history.iter_from(view.history.len().saturating_sub(SAVED));
            saved.history.extend(orders.map(|order| (**order).clone()));
            let fills = view.fills.iter_from(view.fills.len().saturating_sub(SAVED));
            saved.recent.extend(fills.map(|fill| (**fill).clone()));
        }
        saved.history.sort_by_key(|order| (order.changed, order.id));
        saved.recent.sort_by_key(|fill| fill.number);
        saved
    }

    /// Writes all that its behaviour depends on.
    pub fn hash_into(&self, h: &mut impl Hasher) {
        let exchange = &self.exchange;
        (exchange.on, exchange.seed, exchange.moment, exchange.last_order, exchange.last_fill, exchange.messages).hash(h);
        format!("{:?}", exchange.config).hash(h);
        for (key, timer) in &exchange.timers {
            key.hash(h);
            format!("{timer:?}").hash(h);
        }
        self.funding.hash(h);
        (self.idle, self.days, self.last_event()).hash(h);
        for desk in &self.desks {
            desk.hash_into(h);
        }
    }

    /// After something happened: accounts are looked after, and what is done is taken off the lists.
    fn settle(&mut self, at: Nanos, markets: &dyn Markets) {
        let Self { desks, exchange, .. } = self;
        for desk in desks.iter_mut() {
            if desk.alarmed {
                desk.look_after(&mut Now { at, exchange, markets });
            }
            if desk.untidy {
                desk.tidy();
            }
        }
        self.refresh();
    }

    fn refresh(&mut self) {
        self.watched.clear();
        for symbol in self.desks.iter().flat_map(|desk| &desk.symbols) {
            if !self.watched.contains(symbol) {
                self.watched.push(*symbol);
            }
        }
        self.idle = self.watched.is_empty();
    }
}

impl Desk {
    /// Funding is exchanged.
    fn fund(&mut self, symbol: Symbol, mark: Price, rate: Price, now: &mut Now<'_>) {
        let Some(received) = self.account.fund(symbol, mark, rate) else { return };
        let (verb, amount) = if received.is_sign_negative() { ("paid", -received) } else { ("received", received) };
        let amount = amount.round_dp(8).normalize();
        let text = format!("funding of {symbol} {verb}: {amount} at a rate of {rate}");
        now.exchange.note(now.at, self.account.name(), verb == "paid", text.into());
        self.alarmed = true;
    }
}
