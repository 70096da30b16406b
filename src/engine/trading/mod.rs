//! Paper trading inside the engine: the broker is told of the market, strategies of what they look at.
//!
//! An event first changes what is known of its symbol, then the broker may trade what had arrived before, then strategies are told;
//! what they answer is sent at that moment and can meet later events only.

mod eyes;
mod run;
#[cfg(test)]
mod tests;
pub mod view;

pub(super) use eyes::Eyes;

use super::symbol::SymbolState;
use crate::alert::AccountField;
use crate::bars::Series;
use crate::broker::{Broker, BrokerEvent, Happening, SignalView};
use crate::domain::trading::MANUAL;
use crate::domain::{
    EngineConfig, Event, Fill, Market, Nanos, OrderId, OrderState, SavedTrading, StrategyRun, Symbol, TradingAction, money,
};
use crate::indicator::Setup;
use crate::strategy::{Answer, Resources};
use run::Run;
use std::collections::VecDeque;
use std::hash::Hasher;
use std::sync::Arc;
use view::TradingView;

/// Strategies that run at once.
const MOST: usize = 1_000;
/// Signals kept.
const SIGNALS: usize = 10_000;

/// What a strategy is to be told once the exchange's answer has reached it.
#[derive(Debug, Clone)]
enum News {
    Fill(Arc<Fill>),
    End(OrderId),
}

/// The broker and the strategies.
#[derive(Debug, Clone)]
pub(super) struct Trading {
    broker: Broker,
    runs: Vec<Run>,
    resources: Arc<Resources>,
    signals: Series<Arc<SignalView>>,
    on: bool,
    /// The broker's last event that strategies' news were taken from.
    heard: u64,
    news: VecDeque<(Nanos, Arc<str>, News)>,
    /// The shortest timeframe of a run: no bar a run looks at closes between its ends.
    step: Option<i64>,
    samples: bool,
    /// The bars of accounts without a strategy.
    answers: Vec<Answer>,
}

impl Trading {
    pub(super) fn new(config: &EngineConfig, venue: &str) -> Self {
        let mut trading = Self {
            broker: Broker::new(&config.broker, venue, config.seed),
            runs: Vec::new(),
            resources: Arc::default(),
            signals: Series::with_capacity(SIGNALS),
            on: false,
            heard: 0,
            news: VecDeque::new(),
            step: None,
            samples: false,
            answers: Vec::new(),
        };
        if !config.strategies.is_empty() {
            trading.act(Nanos::ZERO, &TradingAction::Paper { on: true }, Eyes(&[]));
        }
        for run in &config.strategies {
            trading.start(Nanos::ZERO, run.clone(), Eyes(&[]));
        }
        trading
    }

    /// When something has to be done though nothing happens.
    #[inline]
    pub(super) fn due(&self) -> Nanos {
        let news = self.news.front().map_or(Nanos::MAX, |(due, ..)| *due);
        self.broker.due().min(news)
    }

    /// Does what is due by then, in its order.
    pub(super) fn advance(&mut self, to: Nanos, symbols: &[SymbolState]) {
        let eyes = Eyes(symbols);
        loop {
            let news = self.news.front().map_or(Nanos::MAX, |(due, ..)| *due);
            let broker = self.broker.due();
            if news.min(broker) > to {
                return;
            }
            if broker <= news {
                self.broker.advance(broker, &eyes);
                self.listen(broker);
            } else if let Some((due, account, news)) = self.news.pop_front() {
                self.bring(due, &account, &news, eyes);
            }
        }
    }

    fn bring(&mut self, at: Nanos, account: &Arc<str>, news: &News, eyes: Eyes<'_>) {
        let Some(index) = self.runs.iter().position(|run| run.account() == account) else { return };
        let mut answers = std::mem::take(&mut self.answers);
        if let Some(run) = self.runs.get_mut(index) {
            match news {
                News::Fill(fill) => run.on_fill(at, fill, eyes, &self.broker, &mut answers),
                News::End(order) => run.on_end(at, *order, eyes, &self.broker, &mut answers),
            }
        }
        self.carry_out(at, index, &mut answers, eyes);
        self.answers = answers;
    }

    /// Takes in what the broker says, for the strategies it concerns.
    #[inline]
    fn listen(&mut self, at: Nanos) {
        if self.broker.last_event() != self.heard {
            self.hear(at);
        }
    }

    #[cold]
    fn hear(&mut self, at: Nanos) {
        if !self.runs.is_empty() {
            for event in self.broker.events_after(self.heard) {
                if !self.runs.iter().any(|run| *run.account() == event.account) {
                    continue;
                }
                let news = match &event.what {
                    Happening::Fill(fill) => News::Fill(Arc::clone(fill)),
                    Happening::Order(order)
                        if matches!(order.state, OrderState::Rejected | OrderState::Cancelled | OrderState::Expired) =>
                    {
                        News::End(order.id)
                    }
                    _ => continue,
                };
                let due = at + self.broker.response(event.number, None);
                let place = self.news.partition_point(|(known, ..)| *known <= due);
                self.news.insert(place, (due, Arc::clone(&event.account), news));
            }
        }
        self.heard = self.broker.last_event();
        self.on = self.broker.is_on();
    }

    /// Whether nothing that happens in the market concerns it.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        self.broker.is_idle() && self.runs.is_empty()
    }

    /// Tells of a market event, after it has changed its symbol.
    #[inline]
    pub(super) fn on_market(&mut self, at: Nanos, market: &Market, quote_is_news: bool, symbols: &[SymbolState]) {
        let Some(symbol) = market.symbol else { return };
        let eyes = Eyes(symbols);
        if !self.broker.is_idle() && self.broker.cares(symbol) {
            match &market.event {
                Event::Trade(trade) => self.broker.on_trade(at, symbol, trade, &eyes),
                Event::Quote(_) if quote_is_news => self.broker.on_quote(at, symbol, &eyes),
                Event::Book(_) | Event::Depth(_) => self.broker.on_book(at, symbol, &eyes),
                Event::Mark(mark) => self.broker.on_mark(at, symbol, mark, &eyes),
                Event::Bar(bar, timeframe)
                    // Where there are trades, ready-made bars say nothing new.
                    if symbols.iter().any(|state| state.instrument.symbol == symbol && state.is_of_bars()) => {
                        self.broker.on_bar(at, symbol, bar, *timeframe, &eyes);
                        self.broker.on_second(at, &eyes);
                    }
                _ => {}
            }
            self.listen(at);
            self.broker_news(at, symbols);
        }
        match &market.event {
            Event::Bar(..) => {
                self.on_bars(at, symbols);
                if self.on && at.0 % Self::MINUTE == 0 {
                    self.close_manual_bar(at, symbols);
                }
            }
            Event::History(..) => {
                for index in 0..self.runs.len() {
                    if let Some(run) = self.runs.get_mut(index).filter(|run| run.sees(symbol)) {
                        run.warm(eyes, &self.broker, &self.resources);
                    }
                }
            }
            _ => {}
        }
    }

    /// News that take no time to arrive are brought at once.
    #[inline]
    fn broker_news(&mut self, at: Nanos, symbols: &[SymbolState]) {
        if self.news.front().is_some_and(|(due, ..)| *due <= at) {
            self.advance(at, symbols);
        }
    }

    /// The link or the book of a symbol was lost.
    pub(super) fn on_break(&mut self, at: Nanos, symbol: Symbol) {
        if self.broker.cares(symbol) {
            self.broker.on_break(at, symbol);
        }
    }

    /// A cell of time ends: its bars have closed and its samples are taken.
    #[inline]
    pub(super) fn on_boundary(&mut self, at: Nanos, symbols: &[SymbolState]) {
        let second = at.0 % Nanos::SECOND.0 == 0;
        if second && !self.broker.is_idle() {
            self.broker.on_second(at, &Eyes(symbols));
            self.listen(at);
        }
        if second && self.on && at.0 % Self::MINUTE == 0 {
            self.close_manual_bar(at, symbols);
        }
        if self.runs.is_empty() {
            return;
        }
        if second && self.step.is_some_and(|step| at.0 % step == 0) {
            self.on_bars(at, symbols);
        }
        if self.samples {
            self.on_samples(at, symbols);
        }
    }

    const MINUTE: i64 = 60 * Nanos::SECOND.0;

    #[cold]
    fn close_manual_bar(&mut self, at: Nanos, symbols: &[SymbolState]) {
        self.broker.on_bar_close(at, MANUAL, &Eyes(symbols));
    }

    fn on_bars(&mut self, at: Nanos, symbols: &[SymbolState]) {
        let eyes = Eyes(symbols);
        let mut answers = std::mem::take(&mut self.answers);
        for index in 0..self.runs.len() {
            let Some(run) = self.runs.get_mut(index) else { continue };
            if run.on_bars(at, eyes, &self.broker, &mut answers) {
                let account = Arc::clone(run.account());
                self.broker.on_bar_close(at, &account, &eyes);
            }
            self.carry_out(at, index, &mut answers, eyes);
        }
        self.answers = answers;
    }

    fn on_samples(&mut self, at: Nanos, symbols: &[SymbolState]) {
        let eyes = Eyes(symbols);
        let mut answers = std::mem::take(&mut self.answers);
        for index in 0..self.runs.len() {
            let Some(run) = self.runs.get_mut(index).filter(|run| run.wants_samples()) else { continue };
            let main = run.setup.symbols.first().copied();
            let sampled = symbols.iter().any(|state| Some(state.instrument.symbol) == main && state.flow.has_sampled(at));
            if sampled {
                run.on_sample(at, eyes, &self.broker, &mut answers);
                self.carry_out(at, index, &mut answers, eyes);
            }
        }
        self.answers = answers;
    }

    /// Does what a strategy answered.
    #[inline]
    fn carry_out(&mut self, at: Nanos, index: usize, answers: &mut Vec<Answer>, eyes: Eyes<'_>) {
        if answers.is_empty() {
            return;
        }
        let Some(run) = self.runs.get_mut(index).filter(|_| self.on) else { return answers.clear() };
        let account = Arc::clone(run.account());
        for answer in answers.drain(..) {
            match answer {
                Answer::Signal(signal) => {
                    use crate::strategy::Look;
                    run.signals += 1;
                    let said = SignalView {
                        at,
                        account: Arc::clone(&account),
                        symbol: signal.symbol,
                        side: signal.side.name(),
                        price: eyes.last(signal.symbol),
                        strategy: run.setup.strategy.as_str().into(),
                        why: signal.why,
                    };
                    self.signals.push(Arc::new(said.clone()));
                    self.broker.signal(said);
                }
                // What is refused stands among the account's orders.
                Answer::Order(place) => drop(self.broker.submit(at, &account, &place, &eyes)),
                Answer::Cancel(order) => self.broker.cancel(at, &account, Some(order), None, &eyes),
                Answer::CancelAll(symbol) => self.broker.cancel(at, &account, None, Some(symbol), &eyes),
                Answer::Close(symbol) => {
                    let action = TradingAction::Flatten { account: Arc::clone(&account), symbol: Some(symbol) };
                    self.broker.act(at, &action, &eyes);
                }
            }
        }
        self.listen(at);
    }

    /// Carries out a user's action; says whether what has to be worked out for strategies has changed.
    pub(super) fn act(&mut self, at: Nanos, action: &TradingAction, eyes: Eyes<'_>) -> bool {
        match action {
            TradingAction::Strategy { run } => self.start(at, run.clone(), eyes),
            TradingAction::EndStrategy { account, flatten } => {
                self.runs.retain(|run| run.account() != account);
                let end = if *flatten {
                    TradingAction::Flatten { account: Arc::clone(account), symbol: None }
                } else {
                    TradingAction::Cancel { account: Arc::clone(account), order: None, symbol: None }
                };
                self.broker.act(at, &end, &eyes);
            }
            TradingAction::Restore { saved } => {
                self.broker.act(at, action, &eyes);
                self.runs.clear();
                for run in &saved.strategies {
                    self.start(at, run.clone(), eyes);
                }
            }
            other => self.broker.act(at, other, &eyes),
        }
        self.listen(at);
        self.on = self.broker.is_on();
        let changes =
            matches!(action, TradingAction::Strategy { .. } | TradingAction::EndStrategy { .. } | TradingAction::Restore { .. });
        if changes {
            self.arrange();
        }
        changes
    }

    fn start(&mut self, at: Nanos, setup: StrategyRun, eyes: Eyes<'_>) {
        self.runs.retain(|run| *run.account() != setup.account);
        if self.runs.len() >= MOST {
            return;
        }
        let mut run = Run::new(setup, at, &self.resources);
        self.broker.open_account(at, run.account(), run.setup.cash, run.timeframe);
        run.warm(eyes, &self.broker, &self.resources);
        self.runs.push(run);
        self.arrange();
    }

    fn arrange(&mut self) {
        self.step = self.runs.iter().map(|run| run.timeframe.nanos().0).min();
        self.samples = self.runs.iter().any(Run::wants_samples);
    }

    /// Files that strategies are made of; those that run begin anew with them.
    pub(super) fn provide(&mut self, resources: Arc<Resources>, eyes: Eyes<'_>) {
        self.resources = resources;
        for run in &mut self.runs {
            *run = Run::new(run.setup.clone(), run.since(), &self.resources);
            run.warm(eyes, &self.broker, &self.resources);
        }
        self.arrange();
    }

    /// What strategies look at, of a symbol.
    pub(super) fn needed(&self, symbol: Symbol) -> impl Iterator<Item = &Setup> {
        self.runs.iter().filter(move |run| run.setup.symbols.first() == Some(&symbol)).flat_map(|run| run.needs.iter())
    }

    /// A figure of the user's own account; `None` while it has never been of use.
    pub(super) fn figure(&self, symbol: Symbol, field: AccountField) -> Option<f64> {
        let account = self.broker.account(MANUAL).filter(|account| self.on || account.has_traded())?;
        Some(match field {
            AccountField::Pnl => money::to_f64(account.realised() + account.unrealised()),
            AccountField::Unrealized => money::to_f64(account.unrealised()),
            AccountField::Realized => money::to_f64(account.realised()),
            AccountField::Equity => money::to_f64(account.equity()),
            AccountField::Drawdown => account.drawdown(),
            AccountField::Position => account.position(symbol).to_f64(),
        })
    }

    pub(super) fn broker(&self) -> &Broker {
        &self.broker
    }

    pub(super) fn events_after(&self, number: u64) -> impl Iterator<Item = &BrokerEvent> {
        self.broker.events_after(number)
    }

    pub(super) fn save(&self, at: Nanos) -> SavedTrading {
        SavedTrading { at, strategies: self.runs.iter().map(|run| run.setup.clone()).collect(), ..self.broker.save() }
    }

    pub(super) fn view(&self) -> TradingView {
        TradingView {
            broker: self.broker.view(),
            strategies: self.runs.iter().map(|run| Arc::new(run.view())).collect(),
            signals: self.signals.clone(),
        }
    }

    pub(super) fn hash(&self, h: &mut impl Hasher) {
        self.broker.hash_into(h);
        self.runs.iter().for_each(|run| run.hash(h));
    }
}
