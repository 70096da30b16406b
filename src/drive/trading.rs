//! Paper trading of a live session beside its engine: derived lines for the recording, the three files of the session, the store.

use crate::broker::{BrokerEvent, Happening};
use crate::domain::wire::exact;
use crate::domain::{Money, Nanos, Price, Qty, SavedAccount, SavedTrading, Symbol, TradingAction};
use crate::drive::store::{Store, StoreError};
use crate::engine::Engine;
use crate::recording::Writer;
use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Accounts are kept at most so often; at the end of the session once more.
const KEEP_EVERY: Nanos = Nanos::SECOND;

/// What of it a person has to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::drive) struct Told {
    pub(in crate::drive) bad: bool,
    pub(in crate::drive) text: String,
}

/// Where a session's paper trading is kept.
#[derive(Debug, Clone, Default)]
pub struct TradingOptions {
    /// Accounts, orders and fills; they last only as long as the session where there is none.
    pub store: Option<Store>,
    /// Folder under which each session that trades has one for its files; none are written where there is none.
    pub sessions: Option<PathBuf>,
}

/// One line of `live_trading_equity.jsonl`.
#[derive(Serialize)]
struct EquityLine {
    timestamp: String,
    #[serde(with = "exact")]
    portfolio_value: Money,
    #[serde(with = "exact")]
    cash: Money,
    #[serde(with = "exact")]
    buying_power: Money,
    trades_executed: u64,
    update_type: &'static str,
}

/// One line of `live_trading_trades.jsonl`.
#[derive(Serialize)]
struct TradeLine<'a> {
    timestamp: String,
    symbol: Symbol,
    side: &'static str,
    qty: Qty,
    price: Price,
    #[serde(with = "exact")]
    fee: Money,
    order_id: u64,
    strategy: &'a str,
    /// What it realised, fee not taken off.
    #[serde(with = "exact")]
    pnl: Money,
}

/// The three files of a session.
struct Files {
    folder: PathBuf,
    equity: File,
    trades: File,
    updates: File,
}

impl Files {
    fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let open = |name: &str| OpenOptions::new().create(true).append(true).open(folder.join(name));
        Ok(Self {
            equity: open("live_trading_equity.jsonl")?,
            trades: open("live_trading_trades.jsonl")?,
            updates: open("live_trading_updates.jsonl")?,
            folder: folder.to_owned(),
        })
    }

    fn write(&mut self, line: &impl Serialize, trade: bool) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        // Whole lines at once: whoever follows the file never sees half of one.
        let file = if trade { &mut self.trades } else { &mut self.equity };
        file.write_all(&text)?;
        self.updates.write_all(&text)
    }
}

/// The symbols that accounts have something of: they have to be followed.
pub(in crate::drive) fn symbols_held(saved: &SavedTrading) -> Vec<Symbol> {
    let of = |account: &SavedAccount| {
        let orders = account.orders.iter().map(|order| order.request.symbol);
        account.lots.iter().map(|lot| lot.symbol).chain(orders).collect::<Vec<_>>()
    };
    let runs = saved.strategies.iter().flat_map(|run| run.symbols.iter().copied());
    let mut symbols: Vec<Symbol> = saved.accounts.iter().flat_map(of).chain(runs).collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols
}

/// What is kept of a live session's paper trading.
pub(in crate::drive) struct Paper {
    options: TradingOptions,
    venue: String,
    /// Events of the broker handed on.
    seen: u64,
    /// Fills among them.
    fills: u64,
    files: Option<Files>,
    /// Why the files are not written.
    failed: Option<String>,
    ticked: Option<Nanos>,
    kept: Nanos,
    unkept: bool,
    line: Vec<u8>,
}

impl Paper {
    pub(in crate::drive) fn new(options: TradingOptions, venue: &str) -> Self {
        Self {
            options,
            venue: venue.to_owned(),
            seen: 0,
            fills: 0,
            files: None,
            failed: None,
            ticked: None,
            kept: Nanos::ZERO,
            unkept: false,
            line: Vec::new(),
        }
    }

    /// What the session begins with.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(in crate::drive) fn begin(&self) -> Result<Option<SavedTrading>, StoreError> {
        self.options.store.as_ref().map_or(Ok(None), |store| store.trading(&self.venue))
    }

    /// An action of the user is about to be carried out.
    pub(in crate::drive) fn acted(&self, action: &TradingAction) {
        if let (Some(store), TradingAction::Reset { account, .. }) = (&self.options.store, action) {
            store.forget_account(&self.venue, account);
        }
    }

    /// Hands on what has happened since it was last asked.
    #[inline]
    pub(in crate::drive) fn look(&mut self, engine: &Engine, writer: Option<&mut Writer>, told: &mut Vec<Told>) {
        if engine.last_broker_event() != self.seen {
            self.hand_on(engine, writer, told);
        } else if self.unkept && engine.now().saturating_sub(self.kept) >= KEEP_EVERY {
            self.keep(engine);
        }
    }

    #[cold]
    fn hand_on(&mut self, engine: &Engine, mut writer: Option<&mut Writer>, told: &mut Vec<Told>) {
        if self.files.is_none() && self.failed.is_none() && engine.trading().broker.on {
            // Before anything is traded: what the session begins with.
            self.guard(told, |paper| paper.open(engine, engine.now()));
        }
        for event in engine.broker_events_after(self.seen) {
            if let Some(writer) = writer.as_deref_mut() {
                self.record(event, writer);
            }
            self.store(event);
            self.fills += u64::from(matches!(event.what, Happening::Fill(_)));
            match &event.what {
                Happening::Note { bad, text } => {
                    told.push(Told { bad: *bad, text: format!("{}: {text}", event.account) });
                }
                Happening::Fill(_) | Happening::Equity { .. } => self.write(engine, event, told),
                Happening::Order(_) | Happening::Signal(_) => {}
            }
        }
        self.seen = engine.last_broker_event();
        self.unkept = true;
        if engine.now().saturating_sub(self.kept) >= KEEP_EVERY {
            self.keep(engine);
        }
    }

    /// Keeps accounts as they stand now.
    pub(in crate::drive) fn keep(&mut self, engine: &Engine) {
        self.unkept = false;
        self.kept = engine.now();
        if let Some(store) = &self.options.store {
            store.save_trading(&self.venue, engine.save_trading());
        }
    }

    /// Fills of the session so far.
    #[inline]
    pub(in crate::drive) const fn fills(&self) -> u64 {
        self.fills
    }

    /// Keeps what has not been kept yet: the session ends.
    pub(in crate::drive) fn end(&mut self, engine: &Engine) {
        if self.unkept {
            self.keep(engine);
        }
    }

    fn store(&self, event: &BrokerEvent) {
        let Some(store) = &self.options.store else { return };
        match &event.what {
            Happening::Order(order) if !order.state.is_open() => store.save_order(&self.venue, Arc::clone(order)),
            Happening::Fill(fill) => store.save_fill(&self.venue, Arc::clone(fill)),
            _ => {}
        }
    }

    /// Writes the derived line of what happened.
    fn record(&mut self, event: &BrokerEvent, writer: &mut Writer) {
        /// `equity`: an account's worth.
        #[derive(Serialize)]
        struct Equity<'a> {
            account: &'a str,
            #[serde(with = "exact")]
            value: Money,
            #[serde(with = "exact")]
            cash: Money,
            #[serde(with = "exact")]
            unrealized: Money,
        }
        /// `signal`: what a strategy said.
        #[derive(Serialize)]
        struct Signal<'a> {
            side: &'a str,
            price: Option<Price>,
            strategy: &'a str,
            account: &'a str,
            why: &'a str,
        }
        self.line.clear();
        let (topic, symbol, written) = match &event.what {
            Happening::Order(order) => ("order", Some(order.request.symbol), serde_json::to_writer(&mut self.line, &**order)),
            Happening::Fill(fill) => ("fill", Some(fill.symbol), serde_json::to_writer(&mut self.line, &**fill)),
            Happening::Equity { value, cash, unrealised, .. } => {
                let line = Equity { account: &event.account, value: *value, cash: *cash, unrealized: *unrealised };
                ("equity", None, serde_json::to_writer(&mut self.line, &line))
            }
            Happening::Signal(said) => {
                let line = Signal {
                    side: said.side,
                    price: said.price,
                    strategy: &said.strategy,
                    account: &said.account,
                    why: &said.why,
                };
                ("signal", Some(said.symbol), serde_json::to_writer(&mut self.line, &line))
            }
            Happening::Note { .. } => return,
        };
        if written.is_ok() {
            writer.write_derived(event.at, topic, symbol, &self.line);
        }
    }

    /// Writes the lines of the session's files.
    fn write(&mut self, engine: &Engine, event: &BrokerEvent, told: &mut Vec<Told>) {
        if self.failed.is_none() {
            self.guard(told, |paper| paper.try_write(engine, event));
        }
    }

    /// Does something with the session's files; they are given up when it fails.
    fn guard(&mut self, told: &mut Vec<Told>, write: impl FnOnce(&mut Self) -> io::Result<()>) {
        if let Err(error) = write(self) {
            let folder = self.files.take().map(|files| files.folder.display().to_string()).unwrap_or_default();
            let text = format!("the session's files in {folder} are not written any more: {error}; the recording goes on");
            told.push(Told { bad: true, text: text.clone() });
            self.failed = Some(text);
        }
    }

    /// Begins the session's files.
    fn open(&mut self, engine: &Engine, at: Nanos) -> io::Result<()> {
        let Some(sessions) = &self.options.sessions else { return Ok(()) };
        let name: String = at.rfc3339().chars().filter(char::is_ascii_alphanumeric).take(15).collect();
        self.files = Some(Files::open(&sessions.join(format!("{name}Z")))?);
        self.ticked = Some(at);
        self.write_equity(engine, at, "INIT")
    }

    fn try_write(&mut self, engine: &Engine, event: &BrokerEvent) -> io::Result<()> {
        if self.options.sessions.is_some() && self.files.is_none() {
            self.open(engine, event.at)?;
        }
        match &event.what {
            Happening::Fill(fill) => {
                let line = TradeLine {
                    timestamp: fill.at.rfc3339(),
                    symbol: fill.symbol,
                    side: fill.side.as_str(),
                    qty: fill.qty,
                    price: fill.price,
                    fee: fill.fee,
                    order_id: fill.order,
                    strategy: &fill.account,
                    pnl: fill.realised,
                };
                self.files.as_mut().map_or(Ok(()), |files| files.write(&line, true))
            }
            Happening::Equity { traded: true, .. } => self.write_equity(engine, event.at, "TRADE"),
            Happening::Equity { .. } if self.ticked.is_none_or(|last| event.at.saturating_sub(last) >= Nanos::SECOND) => {
                self.ticked = Some(event.at);
                self.write_equity(engine, event.at, "TICK")
            }
            _ => Ok(()),
        }
    }

    /// All accounts together.
    fn write_equity(&mut self, engine: &Engine, at: Nanos, update_type: &'static str) -> io::Result<()> {
        let accounts = engine.trading().broker.accounts;
        let line = EquityLine {
            timestamp: at.rfc3339(),
            portfolio_value: accounts.iter().map(|account| account.equity).sum(),
            cash: accounts.iter().map(|account| account.cash).sum(),
            buying_power: accounts.iter().map(|account| account.buying_power).sum(),
            trades_executed: accounts.iter().map(|account| account.fill_count).sum(),
            update_type,
        };
        self.files.as_mut().map_or(Ok(()), |files| files.write(&line, false))
    }
}
