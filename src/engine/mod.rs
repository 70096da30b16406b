//! The one state machine behind live data, replay and backtest: synchronous, without clock, threads or I/O.
//!
//! The same inputs in the same order give the same state, bit for bit ([`Engine::digest`]).

mod alerts;
mod asked;
mod digest;
mod flow;
pub mod snapshot;
pub mod stats;
mod symbol;
#[cfg(test)]
mod tests;
mod traded;
mod trading;

pub use alerts::view::{AlertView, AlertsView};
pub use flow::sample_every;
pub use snapshot::Snapshot;
pub use traded::Known;
pub use trading::view::{StrategyView, TradingView};

use crate::bars::Series;
use crate::domain::{
    BookSnapshot, EngineConfig, Event, Input, Instrument, Link, LinkScope, LinkState, Market, Meta, Nanos, Payload, Symbol,
    UserAction,
};
use crate::feed::Severity;
use crate::indicator::Setup;
use crate::indicators;
use alerts::Alerts;
use snapshot::{FlowView, Notice};
use stats::{LatencyMeter, RateMeter};
use std::collections::BTreeSet;
use std::sync::Arc;
use symbol::SymbolState;
use trading::{Eyes, Trading};

/// Symbols followed at once; what comes for more of them is counted and left out.
const MAX_SYMBOLS: usize = 1_000;
/// A quiet spell longer than this is a gap in the data, even when no link change says so.
const MAX_QUIET: Nanos = Nanos::from_secs(86_400);
/// After so long without any input the indicators take no samples: nobody was listening.
const HOLE: Nanos = Nanos::from_secs(3_600);
/// Indicators worked out for a symbol at once.
const MAX_INDICATORS: usize = 64;
/// Notices kept.
const NOTICES: usize = 1_000;

/// The engine. `Clone` is cheap: histories and books are shared until one of the two changes them.
#[derive(Debug, Clone)]
pub struct Engine {
    config: EngineConfig,
    venue: Arc<str>,
    now: Nanos,
    seq: u64,
    last_input: Option<Nanos>,
    /// The end of the running cell (a second, or less where samples are closer), once anything has to be closed.
    next_cell: Nanos,
    cell: Nanos,
    symbols: Vec<SymbolState>,
    removed: BTreeSet<Symbol>,
    /// Whose event came last: the next one is often of the same symbol.
    latest: usize,
    notices: Series<Notice>,
    notice_count: u64,
    rates: RateMeter,
    latency: LatencyMeter,
    overflow: u64,
    alerts: Alerts,
    trading: Trading,
}

impl Engine {
    /// An engine that has seen nothing yet.
    pub fn new(config: EngineConfig, venue: &str) -> Self {
        Self {
            venue: venue.into(),
            now: Nanos::ZERO,
            seq: 0,
            last_input: None,
            next_cell: Nanos::MAX,
            cell: flow::cell_length(&config),
            symbols: Vec::new(),
            removed: BTreeSet::new(),
            latest: 0,
            notices: Series::with_capacity(NOTICES),
            notice_count: 0,
            rates: RateMeter::default(),
            latency: LatencyMeter::default(),
            overflow: 0,
            alerts: Alerts::new(),
            trading: Trading::new(&config, venue),
            config,
        }
    }

    /// An engine set as a recording's `meta` says.
    pub fn from_meta(meta: &Meta) -> Self {
        Self::new(meta.engine.clone(), &meta.venue)
    }

    /// Engine time.
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// The number of the last input applied.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The settings it was made with.
    pub fn config(&self) -> &EngineConfig {
        &self.config
    }

    /// What a recording that begins now has to say first.
    pub fn meta(&self, app: &str) -> Meta {
        Meta {
            venue: self.venue.to_string(),
            instruments: self.symbols.iter().map(|state| (*state.instrument).clone()).collect(),
            app: app.to_owned(),
            engine: self.config.clone(),
        }
    }

    /// Every book that can be believed, as a snapshot at the update it holds: for a recording that begins now.
    pub fn books(&self) -> Vec<(Symbol, BookSnapshot)> {
        let synced = self.symbols.iter().filter(|state| state.book_state.is_synced());
        synced
            .map(|state| {
                let (bids, asks) = (state.book.bids().collect(), state.book.asks().collect());
                (state.instrument.symbol, BookSnapshot { last: state.sequence.last(), bids, asks, ex: None })
            })
            .collect()
    }

    /// Lets time pass up to a moment: everything due by then happens at its own due time.
    #[inline]
    pub fn advance(&mut self, to: Nanos) {
        if to >= self.next_cell || to >= self.alerts.next_due() || to >= self.trading.due() {
            self.close_cells(to);
        }
        self.now = self.now.max(to);
    }

    /// Orders and alerts that are due by then, each at its own time, orders first. What is due when a cell ends comes before that.
    fn pass_timers(&mut self, to: Nanos) {
        loop {
            let (orders, alerts) = (self.trading.due(), self.alerts.next_due());
            if orders.min(alerts) > to {
                return;
            }
            self.now = self.now.max(orders.min(alerts));
            if orders <= alerts {
                self.trading.advance(orders, &self.symbols);
                self.account_changed(orders, true);
            } else {
                self.alerts.on_due(&self.symbols);
            }
        }
    }

    #[cold]
    fn close_cells(&mut self, to: Nanos) {
        let futures = self.is_futures();
        while self.next_cell <= to {
            let boundary = self.next_cell;
            self.pass_timers(boundary);
            let since = self.last_input.map_or(Nanos::MAX, |last| boundary.saturating_sub(last));
            let (quiet, hole) = (since > MAX_QUIET, since > HOLE);
            let second = boundary.0 % Nanos::SECOND.0 == 0;
            for state in &mut self.symbols {
                if hole {
                    state.flow.on_hole(boundary);
                } else {
                    state.close_cell(boundary, futures);
                }
                if second {
                    state.close_second(boundary, !quiet);
                }
            }
            self.now = self.now.max(boundary);
            self.next_cell = boundary + self.cell;
            if !self.alerts.is_idle() {
                self.alerts.on_boundary(boundary, &self.symbols, &self.rates, &self.latency);
            }
            self.trading.on_boundary(boundary, &self.symbols);
            // Ready-made bars close when they come, not when time passes.
            let bars = hole || self.alerts.is_idle();
            let still = |state: &SymbolState| (quiet && state.bars.is_idle()) || (bars && state.is_of_bars());
            if self.symbols.iter().all(still) {
                // Nothing forms any more, and nothing will until the next input.
                self.next_cell = to.floor_to(self.cell) + self.cell;
            }
        }
        self.pass_timers(to);
        if self.alerts.is_stale() {
            self.arrange_alerts();
        }
    }

    /// Whether the venue trades futures, which positions can be liquidated of.
    fn is_futures(&self) -> bool {
        !self.venue.contains("spot")
    }

    /// Applies one input at its moment.
    #[inline]
    pub fn apply(&mut self, input: &Input) {
        self.advance(input.at);
        let at = self.now;
        self.seq = input.seq;
        self.last_input = Some(at);
        self.rates.count(at);
        match &input.payload {
            Payload::Market(market) => self.on_market(at, market),
            Payload::User(action) => self.on_user(at, action),
            Payload::Meta(meta) => self.on_meta(meta),
        }
        if self.next_cell == Nanos::MAX {
            self.next_cell = at.floor_to(self.cell) + self.cell;
        }
    }

    /// Carries out an action that only changes what is looked at, without counting it as an input: for a replay, whose
    /// inputs stay as they were recorded. Says whether what is looked at is there for the past too: some indicators begin when
    /// they are set.
    pub fn look(&mut self, action: &UserAction) -> bool {
        match action {
            UserAction::Indicators(list) => self.set_indicators(self.now, list),
            // What it would have done before now is not known.
            UserAction::SetAlert(_) | UserAction::RemoveAlert(_) => {
                self.set_alert(self.now, action, true);
                false
            }
            UserAction::Mark(_) => true,
            _ => {
                if action.is_view() {
                    self.on_user(self.now, action);
                }
                true
            }
        }
    }

    #[inline]
    fn on_market(&mut self, at: Nanos, market: &Market) {
        if let Event::Link(link) = &market.event {
            self.on_link(at, market.symbol, link);
            return;
        }
        // By reference: copying the symbol would cost more than all the rest of a trade.
        let Some(symbol) = &market.symbol else { return };
        let Some(index) = self.find(symbol) else { return };
        let state = &mut self.symbols[index];
        let before = state.last_event.replace(at);
        if !matches!(market.event, Event::Bar(..) | Event::History(..)) {
            state.flow.on_event(at);
        }
        let mut news = false;
        match &market.event {
            Event::Trade(trade) => {
                if trade.price.units() <= 0 || trade.qty.units() <= 0 {
                    self.rates.totals.ignored_trades += 1;
                    self.alerts.on_event(at, index, before, &self.symbols);
                    return;
                }
                self.rates.totals.trades += 1;
                state.on_trade(at, trade);
                state.lag = trade.ex.map(|ex| at - ex);
                self.measure(at, trade.ex);
                self.alerts.on_trade(at, index, &self.symbols);
            }
            Event::Quote(quote) => {
                news = state.on_quote(at, quote);
                self.measure(at, quote.ex);
                if news {
                    self.alerts.on_top(at, index, &self.symbols);
                }
            }
            Event::Book(book) => {
                let top = state.top;
                state.on_book(at, book);
                self.book_changed(at, index, top);
            }
            Event::Depth(diff) => {
                self.rates.totals.depths += 1;
                let top = state.top;
                if let Err(why) = state.on_depth(at, diff) {
                    self.rates.totals.breaks += 1;
                    self.notice(at, Severity::Warning, format!("{symbol}: book out of sync: {why}"));
                }
                self.symbols[index].lag = diff.ex.map(|ex| at - ex);
                self.measure(at, diff.ex);
                self.book_changed(at, index, top);
            }
            Event::Liquidation(liquidation) => {
                state.liquidations.push((at, *liquidation));
                state.flow.on_liquidation(at, liquidation);
            }
            Event::Mark(mark) => {
                state.mark = Some((at, *mark));
                self.alerts.on_mark(at, index, &self.symbols);
            }
            Event::Bar(bar, timeframe) => {
                state.on_bar(*timeframe, bar);
                self.alerts.on_bars(at, index, true, &self.symbols);
            }
            Event::History(timeframe, bars) => {
                state.bars.on_history(*timeframe, bars, at);
                self.alerts.on_bars(at, index, false, &self.symbols);
            }
            Event::Link(_) => {}
        }
        self.alerts.on_event(at, index, before, &self.symbols);
        if !self.trading.is_idle() {
            self.trading.on_market(at, market, news, &self.symbols);
            self.account_changed(at, true);
        }
    }

    /// The book was told of: its best prices, or whether it can be believed, may be others now.
    #[inline]
    fn book_changed(&mut self, at: Nanos, index: usize, before: Option<snapshot::Top>) {
        if self.alerts.is_idle() {
            return;
        }
        self.alerts.on_book(at, index, self.symbols[index].top != before, &self.symbols);
    }

    #[inline]
    fn measure(&mut self, at: Nanos, ex: Option<Nanos>) {
        if let Some(ex) = ex {
            self.latency.record(at, ex);
        }
    }

    fn on_link(&mut self, at: Nanos, symbol: Option<Symbol>, link: &Link) {
        let indices = match &symbol {
            Some(symbol) => self.find(symbol).map_or(0..0, |index| index..index + 1),
            None => 0..self.symbols.len(),
        };
        for state in self.symbols.get_mut(indices.clone()).into_iter().flatten() {
            state.on_link(at, link);
        }
        if link.state != LinkState::Up {
            for state in self.symbols.get(indices.clone()).into_iter().flatten() {
                self.trading.on_break(at, state.instrument.symbol);
            }
        }
        self.alerts.on_state(at, indices, false, &self.symbols);
        let whose = symbol.map_or_else(|| self.venue.to_string(), |symbol| symbol.to_string());
        let (severity, what) = match (link.state, link.scope) {
            (LinkState::Up, LinkScope::All) => (Severity::Info, "connected"),
            (LinkState::Up, LinkScope::Trades) => (Severity::Info, "trades connected"),
            (LinkState::Up, LinkScope::Book) => (Severity::Info, "books connected"),
            (LinkState::Down, LinkScope::All) => (Severity::Warning, "connection lost"),
            (LinkState::Down, LinkScope::Trades) => (Severity::Warning, "trades lost"),
            (LinkState::Down, LinkScope::Book) => (Severity::Warning, "books lost"),
            (LinkState::Resync, _) => (Severity::Warning, "book is fetched anew"),
        };
        let why = if link.why.is_empty() { String::new() } else { format!(": {}", link.why) };
        self.notice(at, severity, format!("{whose}: {what}{why}"));
    }

    fn on_user(&mut self, at: Nanos, action: &UserAction) {
        match action {
            UserAction::AddSymbol(instrument) => {
                self.removed.remove(&instrument.symbol);
                self.set_instrument(instrument);
            }
            UserAction::RemoveSymbol(symbol) => {
                self.symbols.retain(|state| state.instrument.symbol != *symbol);
                self.removed.insert(*symbol);
                self.latest = 0;
                self.arrange_alerts();
            }
            UserAction::Bars(spec) => {
                for state in &mut self.symbols {
                    state.add_bars(*spec, self.config.bar_capacity);
                }
                let text = spec.to_string();
                if !self.config.bars.contains(&text) {
                    self.config.bars.push(text);
                }
            }
            UserAction::Indicators(list) => {
                self.set_indicators(at, list);
            }
            UserAction::Mark(label) => {
                let text = if label.is_empty() { "mark".to_owned() } else { format!("mark: {label}") };
                self.notice(at, Severity::Info, text);
            }
            UserAction::SetAlert(_) | UserAction::RemoveAlert(_) => self.set_alert(at, action, false),
            UserAction::Trading(action) => {
                if self.trading.act(at, action, Eyes(&self.symbols)) {
                    self.arrange_alerts();
                }
                self.account_changed(at, true);
            }
            UserAction::Other(_) => {}
        }
    }

    fn set_indicators(&mut self, at: Nanos, list: &[String]) -> bool {
        let mut setups = Vec::with_capacity(list.len());
        for text in list.iter().take(MAX_INDICATORS) {
            match indicators::parse(text) {
                Ok(setup) if setup.spec.is_flow() => setups.push(setup),
                Ok(setup) => self.notice(at, Severity::Warning, format!("{setup} is made of bars: a chart shows it")),
                Err(error) => self.notice(at, Severity::Warning, error.to_string()),
            }
        }
        let futures = self.is_futures();
        let mut complete = true;
        for state in &mut self.symbols {
            let needed = needed(&self.alerts, &self.trading, state.instrument.symbol);
            complete &= state.set_indicators(&setups, &needed, futures);
        }
        self.config.indicators = Some(setups.iter().map(ToString::to_string).collect());
        complete
    }

    /// Sets an alert or takes one away; `look` is an action of a replay's user.
    fn set_alert(&mut self, at: Nanos, action: &UserAction, look: bool) {
        let id = match action {
            UserAction::SetAlert(set) => {
                if let Err(why) = self.alerts.set(&set.0, set.1, look) {
                    return self.notice(at, Severity::Error, why);
                }
                set.0.id
            }
            UserAction::RemoveAlert(id) => {
                self.alerts.remove(*id, look);
                *id
            }
            _ => return,
        };
        self.arrange_alerts();
        self.alerts.acquaint(id, false, at);
    }

    /// Looks at an alert while it is written, or no longer: nothing that happens is changed by it. It is shown in
    /// [`AlertsView::draft`].
    pub fn draft(&mut self, draft: Option<(Symbol, String)>) {
        self.alerts.draft(draft);
        self.arrange_alerts();
        self.alerts.acquaint(0, true, self.now);
    }

    /// Tells alerts how the paper account stands.
    #[inline]
    fn account_changed(&mut self, at: Nanos, check: bool) {
        if self.alerts.looks_at_account() {
            let trading = &self.trading;
            self.alerts.on_account(at, check, &self.symbols, |symbol, field| trading.figure(symbol, field));
        }
    }

    /// Has worked out what alerts look at, after they or the symbols have changed.
    fn arrange_alerts(&mut self) {
        let futures = self.is_futures();
        for state in &mut self.symbols {
            let needed = needed(&self.alerts, &self.trading, state.instrument.symbol);
            if !state.flow.works_out(&needed) {
                let chosen = state.flow.chosen();
                state.set_indicators(&chosen, &needed, futures);
            }
        }
        self.alerts.arrange(&self.symbols, self.now);
        self.account_changed(self.now, false);
    }

    /// Carries out a user's action now, without an input: for who asks one engine one thing.
    pub fn apply_user(&mut self, action: &UserAction) {
        self.on_user(self.now, action);
    }

    fn on_meta(&mut self, meta: &Meta) {
        if self.venue.is_empty() {
            self.venue = meta.venue.as_str().into();
        }
        for instrument in &meta.instruments {
            if !self.removed.contains(&instrument.symbol) {
                self.set_instrument(instrument);
            }
        }
    }

    fn set_instrument(&mut self, instrument: &Instrument) {
        if let Some(index) = self.find(&instrument.symbol) {
            self.symbols[index].instrument = Arc::new(instrument.clone());
        }
    }

    /// The position of a symbol, which is followed from now on if it was not.
    #[inline]
    fn find(&mut self, symbol: &Symbol) -> Option<usize> {
        if self.symbols.get(self.latest).is_some_and(|state| state.instrument.symbol == *symbol) {
            return Some(self.latest);
        }
        self.find_slowly(symbol)
    }

    #[cold]
    fn find_slowly(&mut self, symbol: &Symbol) -> Option<usize> {
        let found = self.symbols.iter().position(|state| state.instrument.symbol == *symbol);
        let index = match found {
            Some(index) => index,
            None if self.removed.contains(symbol) => return None,
            None if self.symbols.len() >= MAX_SYMBOLS => {
                self.overflow += 1;
                return None;
            }
            None => {
                self.symbols.push(SymbolState::new(Instrument::unknown(*symbol), &self.config));
                self.arrange_alerts();
                self.symbols.len() - 1
            }
        };
        self.latest = index;
        Some(index)
    }

    fn notice(&mut self, at: Nanos, severity: Severity, text: String) {
        self.notice_count += 1;
        self.notices.push(Notice { number: self.notice_count, at, severity, text: text.into() });
    }

    /// A picture of this moment. Histories and books are shared, not copied.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            seq: self.seq,
            at: self.now,
            last_input: self.last_input,
            venue: Arc::clone(&self.venue),
            symbols: self.symbols.iter().map(SymbolState::view).collect(),
            alerts: self.alerts(),
            trading: self.trading.view(),
            notices: self.notices.clone(),
            rates: self.rates.rates(self.now),
            latency: self.latency.latency(),
        }
    }
}

/// What alerts and strategies look at of a symbol.
fn needed(alerts: &Alerts, trading: &Trading, symbol: Symbol) -> Vec<Setup> {
    let mut needed = alerts.needed(symbol);
    for setup in trading.needed(symbol) {
        if !needed.contains(setup) {
            needed.push(setup.clone());
        }
    }
    needed
}
