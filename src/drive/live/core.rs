//! The live session without its threads: arrivals and requests in, engine inputs, commands and requests out.

use super::board::Board;
use super::recorder::{Recorder, beginnings};
use super::{LiveOptions, Mode};
use crate::domain::{
    Alert, AlertState, EngineConfig, Event, Input, Instrument, Market, Meta, Nanos, Payload, Symbol, TradingAction, UserAction,
};
use crate::drive::alerts::{Keeper, as_actions, symbols_of};
use crate::drive::archive::Archive;
use crate::drive::inbox::What;
use crate::drive::socket::Command;
use crate::drive::trading::{Paper, Told, symbols_held};
use crate::drive::view::{ConnectionState, ConnectionView, Request, STOPPED, View};
use crate::engine::Engine;
use crate::feed::{ConnId, Feed, Fetch, FetchFailure, Frame, Severity, Step, Tag};
use std::collections::BTreeMap;

/// How long the trading rules are waited for before the session begins without them.
const RULES_LIMIT: Nanos = Nanos::from_secs(5);
/// How long where there are bars of former sessions to be shown meanwhile.
const RULES_SOON: Nanos = Nanos::from_millis(300);
/// The feed is told of passing time this often.
const TICK: Nanos = Nanos::from_millis(250);

/// What has to be sent out.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    pub(super) commands: Vec<(ConnId, Command)>,
    pub(super) fetches: Vec<Fetch>,
}

/// A live session.
pub(super) struct Core {
    feed: Box<dyn Feed>,
    engine: Engine,
    seq: u64,
    venue: String,
    config: EngineConfig,
    recorded: Option<EngineConfig>,
    /// Symbols followed from the start, until the session has begun.
    symbols: Vec<Symbol>,
    rules: BTreeMap<Symbol, Instrument>,
    begin_by: Option<Nanos>,
    recorder: Recorder,
    keeper: Keeper,
    paper: Paper,
    archive: Archive,
    told: Vec<Told>,
    board: Board,
    steps: Vec<Step>,
    outgoing: Outgoing,
    ticked: Nanos,
    checked: Nanos,
    /// When the request being answered was sent.
    asked: Nanos,
    /// What keeping alerts was last troubled by.
    trouble: Option<String>,
}

/// What this program calls itself in recordings.
fn app() -> String {
    concat!("rtai-tui ", env!("CARGO_PKG_VERSION")).to_owned()
}

impl Core {
    pub(super) fn new(options: LiveOptions, connections: Vec<ConnectionView>, now: Nanos) -> Self {
        let board = Board::new(options.mode, now, connections, options.feed.venue().weight_per_minute);
        let mut core = Self {
            engine: Engine::new(options.engine.clone(), &options.venue),
            keeper: Keeper::new(options.alerts, &options.venue),
            paper: Paper::new(options.trading, &options.venue),
            archive: Archive::new(options.archive),
            told: Vec::new(),
            feed: options.feed,
            seq: 0,
            venue: options.venue,
            config: options.engine,
            recorded: options.recorded,
            symbols: options.symbols,
            rules: BTreeMap::new(),
            begin_by: Some(now + RULES_LIMIT),
            recorder: Recorder::new(options.recording),
            board,
            steps: Vec::new(),
            outgoing: Outgoing::default(),
            ticked: now,
            checked: now,
            asked: now,
            trouble: None,
        };
        if options.mode == Mode::Demo {
            core.board.log(now, Severity::Info, "DEMO: a simulated market, not a real one");
        }
        for note in core.keeper.take_notes() {
            core.board.log(now, Severity::Error, &note);
        }
        core.feed.start(now, &mut core.steps);
        core.carry_out(now);
        core
    }

    /// Whether anything has to be sent out.
    #[inline]
    pub(super) const fn has_outgoing(&self) -> bool {
        !self.outgoing.commands.is_empty() || !self.outgoing.fetches.is_empty()
    }

    /// What has to be sent out since the last call.
    pub(super) fn take_outgoing(&mut self) -> Outgoing {
        std::mem::take(&mut self.outgoing)
    }

    pub(super) fn log(&mut self, at: Nanos, severity: Severity, text: &str) {
        self.board.log(at, severity, text);
    }

    pub(super) const fn has_changed(&self) -> bool {
        self.board.changed
    }

    pub(super) fn view(&mut self, now: Nanos) -> View {
        let mut view = self.board.view(now, &self.engine, self.feed.as_ref(), self.recorder.view());
        view.session.alerts = self.keeper.view();
        view
    }

    /// How long it took from arrival to applied.
    #[inline]
    pub(super) fn lagged(&mut self, at: Nanos, lag: Nanos) {
        self.board.lagged(at, lag);
    }

    /// Takes in an arrival.
    pub(super) fn arrived(&mut self, at: Nanos, what: What) {
        match what {
            What::Text(conn, text) => {
                self.board.received(at, conn, text.len());
                self.frame(at, Frame::Text(conn, text.as_str()));
                self.notice_data(at, conn);
            }
            What::Binary(conn, bytes) => {
                self.board.received(at, conn, bytes.len());
                self.frame(at, Frame::Binary(conn, &bytes));
                self.notice_data(at, conn);
            }
            What::Fetched(tag, result, sent) => self.fetched(at, &tag, &result, sent),
            What::Connecting(conn, attempt) => self.board.state(at, conn, ConnectionState::Connecting(attempt)),
            What::Opened(conn, generation, replaces) => {
                if replaces {
                    self.board.reopened(conn);
                } else {
                    self.board.state(at, conn, ConnectionState::Open);
                    self.frame(at, Frame::Open(conn));
                }
                let subscriptions = self.feed.subscriptions(conn);
                self.outgoing.commands.push((conn, Command::Subscribe(generation, subscriptions)));
            }
            What::Lost(conn, why, next) => {
                let name = self.board.name(conn);
                let wait = next.saturating_sub(at).to_secs_f64();
                self.board.log(at, Severity::Warning, &format!("{name}: {why}; trying again in {wait:.1} s"));
                self.frame(at, Frame::Closed(conn, &why));
                self.board.state(at, conn, ConnectionState::Waiting(why, next));
            }
            What::Stopped(conn) => {
                self.board.state(at, conn, ConnectionState::Stopped);
                self.frame(at, Frame::Closed(conn, STOPPED));
            }
            What::Weight(used) => self.board.set_weight(used),
            What::Note(severity, text) => self.board.log(at, severity, &text),
        }
    }

    fn fetched(&mut self, at: Nanos, tag: &Tag, result: &Result<Vec<u8>, FetchFailure>, sent: Nanos) {
        self.asked = sent;
        self.frame(at, Frame::Fetched(tag, result.as_ref().map(Vec::as_slice)));
    }

    /// Lets the feed look at a frame, and does what it says.
    #[inline]
    fn frame(&mut self, at: Nanos, frame: Frame<'_>) {
        if let Err(error) = self.feed.on_frame(at, frame, &mut self.steps) {
            self.board.log(at, Severity::Warning, &error.to_string());
        }
        self.carry_out(at);
    }

    /// The first real data of a connection: its trouble is over.
    #[inline]
    fn notice_data(&mut self, at: Nanos, conn: ConnId) {
        let Some(opened) = self.board.awaits_data(conn) else { return };
        if self.feed.streams().iter().any(|stream| stream.conn == conn && stream.last.is_some_and(|last| last >= opened)) {
            self.board.state(at, conn, ConnectionState::Live);
            self.outgoing.commands.push((conn, Command::Delivering));
        }
    }

    fn carry_out(&mut self, at: Nanos) {
        let mut steps = std::mem::take(&mut self.steps);
        for step in steps.drain(..) {
            match step {
                Step::Emit(event) => {
                    self.begin(at);
                    let more = self.archive.heard(at.max(self.engine.now()), self.seq + 1, &event);
                    self.input(at, Payload::Market(event));
                    if let Some((symbol, timeframe, before)) = more {
                        self.feed.request_history(symbol, timeframe, Some(before), &mut self.steps);
                    }
                }
                Step::Send(conn, text) => self.outgoing.commands.push((conn, Command::Send(text))),
                Step::Fetch(fetch) => self.outgoing.fetches.push(fetch),
                Step::Reconnect(conn, why) => self.outgoing.commands.push((conn, Command::Reconnect(why))),
                Step::Handover(conn, why) => self.outgoing.commands.push((conn, Command::Handover(why))),
                Step::Instruments(instruments) => self.learn(at, instruments),
                Step::ServerTime(server) => {
                    // The exchange looked at its clock about half way between request and answer.
                    let middle = Nanos(i64::midpoint(self.asked.0, at.0));
                    self.board.set_offset(middle - server);
                }
                Step::Notice(severity, text) => self.board.log(at, severity, &text),
            }
        }
        // What the feed was asked meanwhile comes after all of these.
        std::mem::swap(&mut self.steps, &mut steps);
        if !steps.is_empty() {
            self.steps = steps;
            self.carry_out(at);
        }
    }

    /// Numbers, records and applies an input.
    #[inline]
    fn input(&mut self, at: Nanos, payload: Payload) {
        if self.recorder.is_over(at) {
            self.recorder.finish_file();
            self.begin_file(at);
        }
        let input = self.numbered(at, payload);
        self.recorder.write(&input);
        self.engine.apply(&input);
        self.hand_on(at);
        self.board.changed = true;
    }

    /// Hands on what the engine has said.
    #[inline]
    fn hand_on(&mut self, at: Nanos) {
        self.keeper.look(&self.engine);
        self.paper.look(&self.engine, self.recorder.writer(), &mut self.told);
        if !self.told.is_empty() {
            for told in std::mem::take(&mut self.told) {
                self.board.log(at, if told.bad { Severity::Warning } else { Severity::Info }, &told.text);
            }
        }
        self.archive.look(&self.engine, self.paper.fills());
    }

    #[inline]
    fn numbered(&mut self, at: Nanos, payload: Payload) -> Input {
        self.seq += 1;
        Input { seq: self.seq, at: at.max(self.engine.now()), payload }
    }

    fn known(&self, symbol: Symbol) -> Instrument {
        self.rules.get(&symbol).cloned().unwrap_or_else(|| Instrument::unknown(symbol))
    }

    fn meta(&self, instruments: Vec<Instrument>) -> Meta {
        let engine = self.recorded.as_ref().unwrap_or(&self.config).clone();
        Meta { venue: self.venue.clone(), instruments, app: app(), engine }
    }

    /// Begins the session: tells the engine, and the recording, what it is of.
    fn begin(&mut self, at: Nanos) {
        if self.begin_by.take().is_none() {
            return;
        }
        let symbols = std::mem::take(&mut self.symbols);
        self.archive.begin(&self.venue, &symbols, at);
        let meta = self.meta(symbols.iter().map(|symbol| self.known(*symbol)).collect());
        if self.recorder.is_wanted() {
            self.create_file(at, &meta);
        }
        // The file begins with it already.
        let input = self.numbered(at, Payload::Meta(Box::new(meta)));
        self.engine.apply(&input);
        self.board.changed = true;
        for symbol in symbols {
            self.begin_past(at, symbol);
        }
        self.begin_alerts(at);
        self.begin_trading(at);
    }

    /// Shows what former sessions kept of a symbol, until the exchange answers.
    fn begin_past(&mut self, at: Nanos, symbol: Symbol) {
        for (timeframe, bars) in self.archive.past(symbol, at) {
            self.input(at, Payload::Market(Market::of(symbol, Event::History(timeframe, bars))));
        }
    }

    /// Puts paper accounts back as they were kept.
    fn begin_trading(&mut self, at: Nanos) {
        match self.paper.begin() {
            Ok(Some(saved)) => {
                for symbol in symbols_held(&saved) {
                    if !self.engine.symbols().any(|known| known == symbol) {
                        self.requested(at, Request::AddSymbol(symbol));
                    }
                }
                self.input(at, Payload::User(UserAction::Trading(Box::new(TradingAction::Restore { saved }))));
            }
            Ok(None) => {}
            Err(trouble) => {
                self.board.log(at, Severity::Error, &format!("the paper accounts that are kept cannot be read: {trouble}"));
            }
        }
    }

    /// Sets the alerts that are kept, as they were.
    fn begin_alerts(&mut self, at: Nanos) {
        let (alerts, trouble) = self.keeper.begin();
        if let Some(trouble) = trouble {
            self.board.log(at, Severity::Error, &format!("the alerts that are kept cannot be read: {trouble}"));
        }
        for set in alerts {
            self.follow_alert(at, &set.0);
            self.input(at, Payload::User(UserAction::SetAlert(Box::new(set))));
        }
    }

    /// An alert is about symbols: those that are not followed are from now on.
    fn follow_alert(&mut self, at: Nanos, alert: &Alert) {
        let symbols = symbols_of(alert);
        for symbol in symbols {
            if self.engine.symbols().any(|known| known == symbol) {
                continue;
            }
            if !self.rules.is_empty() && !self.rules.contains_key(&symbol) {
                let text = format!("{symbol} is not traded on {}: the alert `{}` waits for nothing", self.venue, alert.expr);
                self.board.log(at, Severity::Error, &text);
            } else {
                self.requested(at, Request::AddSymbol(symbol));
            }
        }
    }

    /// Sets an alert that has come so far, and keeps it.
    fn set_alert(&mut self, at: Nanos, mut alert: Alert, state: AlertState) {
        self.begin(at);
        if alert.id == 0 {
            alert.id = self.keeper.new_id();
        }
        self.follow_alert(at, &alert);
        self.keeper.set(&alert, state);
        self.input(at, Payload::User(UserAction::SetAlert(Box::new((alert, state)))));
    }

    fn learn(&mut self, at: Nanos, instruments: Vec<Instrument>) {
        self.rules.extend(instruments.iter().map(|instrument| (instrument.symbol, instrument.clone())));
        if self.begin_by.is_some() {
            let waiting = self.symbols.iter().any(|symbol| !self.rules.contains_key(symbol));
            if !waiting {
                self.begin(at);
            }
            return;
        }
        let meta = self.meta(instruments);
        self.input(at, Payload::Meta(Box::new(meta)));
    }

    fn create_file(&mut self, at: Nanos, meta: &Meta) {
        let at = at.max(self.engine.now());
        let symbols: Vec<Symbol> = meta.instruments.iter().map(|instrument| instrument.symbol).collect();
        match self.recorder.begin(at, &symbols, meta) {
            Ok(path) => {
                self.archive.recorded(&path);
                self.board.log(at, Severity::Info, &format!("recording to {}", path.display()));
            }
            Err(why) => self.board.log(at, Severity::Error, &format!("not recording: {why}")),
        }
    }

    /// Begins a file in the middle of the session: all that a replay of it alone has to know comes first.
    fn begin_file(&mut self, at: Nanos) {
        let mut meta = self.engine.meta(&app());
        if let Some(recorded) = &self.recorded {
            meta.engine.clone_from(recorded);
        }
        self.create_file(at, &meta);
        if !self.recorder.is_on() {
            return;
        }
        let input = self.numbered(at, Payload::Meta(Box::new(meta)));
        self.engine.apply(&input);
        for event in beginnings(&self.engine) {
            let input = self.numbered(at, Payload::Market(event));
            self.recorder.write(&input);
            self.engine.apply(&input);
        }
        let accounts = self.engine.save_trading();
        let traded = accounts.on || accounts.last_order > 0 || !accounts.strategies.is_empty();
        let accounts = traded.then(|| UserAction::Trading(Box::new(TradingAction::Restore { saved: accounts })));
        for action in as_actions(&self.engine).into_iter().chain(accounts) {
            let input = self.numbered(at, Payload::User(action));
            self.recorder.write(&input);
            self.engine.apply(&input);
        }
    }

    /// Lets time pass, while no arrival is waiting: the feed and the engine notice silence.
    pub(super) fn pass(&mut self, now: Nanos) {
        if let Some(by) = self.begin_by
            && self.archive.knows(&self.symbols, now)
            && now >= by - RULES_LIMIT + RULES_SOON
        {
            self.begin(now);
        }
        if self.begin_by.is_some_and(|by| now >= by) {
            self.board.log(now, Severity::Warning, "the trading rules have not come yet: going on without them");
            self.begin(now);
        }
        if now.saturating_sub(self.ticked) >= TICK {
            self.ticked = now;
            self.frame(now, Frame::Tick);
        }
        let before = self.engine.now().secs();
        self.engine.advance(now);
        self.hand_on(now);
        // Bars close and figures age with the second.
        self.board.changed |= self.engine.now().secs() != before;
    }

    /// What is looked after once a second. `memory` is what the program holds.
    pub(super) fn look_after(&mut self, now: Nanos, memory: impl FnOnce() -> Option<u64>) {
        if now.saturating_sub(self.checked) < Nanos::SECOND {
            return;
        }
        self.checked = now;
        self.board.set_memory(memory());
        let advice = self.recorder.check(now);
        for (severity, text) in advice.notes {
            self.board.log(now, severity, &text);
        }
        self.board.set_free(self.recorder.free());
        if self.recorder.is_over(now) || (advice.resume && self.begin_by.is_none()) {
            self.recorder.finish_file();
            self.begin_file(now);
        }
        for note in self.archive.take_notes() {
            self.board.log(now, Severity::Warning, &note);
        }
        let trouble = self.keeper.look_after(&self.engine);
        if trouble.is_some() && trouble != self.trouble {
            let text = format!("alerts: {}", trouble.as_deref().unwrap_or_default());
            self.board.log(now, Severity::Error, &text);
        }
        self.trouble = trouble;
        self.board.changed = true;
    }

    /// Does what the user asks.
    pub(super) fn requested(&mut self, at: Nanos, request: Request) {
        match request {
            Request::AddSymbol(symbol) => {
                self.begin(at);
                let instrument = self.known(symbol);
                self.input(at, Payload::User(UserAction::AddSymbol(instrument)));
                self.begin_past(at, symbol);
                self.feed.add_symbol(at, symbol, &mut self.steps);
                self.carry_out(at);
            }
            Request::RemoveSymbol(symbol) => {
                self.begin(at);
                self.feed.remove_symbol(symbol, &mut self.steps);
                self.carry_out(at);
                self.input(at, Payload::User(UserAction::RemoveSymbol(symbol)));
            }
            Request::Bars(spec) => {
                self.begin(at);
                self.input(at, Payload::User(UserAction::Bars(spec)));
            }
            Request::Indicators(list) => {
                self.begin(at);
                self.input(at, Payload::User(UserAction::Indicators(list)));
            }
            Request::SetAlert(alert) => self.set_alert(at, *alert, AlertState::default()),
            Request::ChangeAlert(set) => self.set_alert(at, set.0, set.1),
            Request::RemoveAlert(id) => {
                self.begin(at);
                self.keeper.remove(id);
                self.input(at, Payload::User(UserAction::RemoveAlert(id)));
            }
            Request::Trade(action) => {
                self.begin(at);
                self.paper.acted(&action);
                self.input(at, Payload::User(UserAction::Trading(action)));
            }
            Request::TestAlert(id) => self.keeper.test(id, &self.engine),
            Request::Acknowledge(row) => self.keeper.acknowledge(row),
            Request::Draft(draft) => {
                self.engine.draft(draft);
                self.board.changed = true;
            }
            Request::Mark(text) => {
                self.begin(at);
                self.input(at, Payload::User(UserAction::Mark(text)));
            }
            Request::ToggleFeed => self.toggle_feed(at),
            Request::ToggleRecording => self.toggle_recording(at),
            Request::History(symbol, timeframe, before) => {
                self.feed.request_history(symbol, timeframe, Some(before), &mut self.steps);
                self.carry_out(at);
            }
            Request::Ending(end) => self.archive.ends(end),
            Request::Replay(_) => self.board.log(at, Severity::Info, "this is live: only a recording can be replayed"),
        }
    }

    fn toggle_feed(&mut self, at: Nanos) {
        let stop = !self.board.is_stopped();
        self.board.set_stopped(stop);
        let text = if stop { "feed stopped by the user" } else { "feed started by the user" };
        self.board.log(at, Severity::Info, text);
        let command = if stop { Command::Stop } else { Command::Start };
        let ids: Vec<ConnId> = self.feed.connections().iter().map(|connection| connection.id).collect();
        self.outgoing.commands.extend(ids.into_iter().map(|conn| (conn, command.clone())));
    }

    fn toggle_recording(&mut self, at: Nanos) {
        if self.recorder.is_on() {
            self.recorder.end();
            self.board.log(at, Severity::Info, "recording ended by the user");
        } else if self.begin_by.is_some() {
            // The file begins with the session, in a moment.
            self.recorder.set_wanted(!self.recorder.is_wanted());
        } else {
            self.begin_file(at);
        }
        self.board.changed = true;
    }

    /// Completes the recording. Says what went wrong.
    pub(super) fn close(&mut self, now: Nanos) {
        self.hand_on(now);
        self.paper.end(&self.engine);
        self.archive.end(&self.engine, self.paper.fills(), now);
        if let Some(why) = self.recorder.close() {
            self.board.log(now, Severity::Error, &format!("recording: {why}"));
        }
        self.board.changed = true;
    }

    /// The engine, to compare it with a replay.
    #[cfg(test)]
    pub(super) const fn engine(&self) -> &Engine {
        &self.engine
    }
}
