//! What a running session shows and accepts: the only way between the screen and the threads below it.

use super::replay::{Repeat, RepeatRequest};
use super::store::{HistoryRow, SessionEnd};
use crate::bars::Series;
use crate::domain::{Alert, AlertId, AlertState, BarSpec, Channel, Nanos, Symbol, Timeframe, TradingAction};
use crate::engine::Snapshot;
use crate::engine::stats::Quantiles;
use crate::feed::{FeedCounters, Severity, Stream};
use crate::recording::Index;
use std::path::PathBuf;
use std::sync::Arc;

/// Everything the screen draws of one session at one moment.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The engine's state.
    pub snapshot: Snapshot,
    /// What surrounds the engine.
    pub session: Session,
}

/// Where the events come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// An exchange.
    #[default]
    Live,
    /// The demo exchange inside the program.
    Demo,
    /// A recording.
    Replay,
}

/// What surrounds the engine: connections, recording, replay clock, log.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// Where the events come from.
    pub mode: Mode,
    /// The clock figures are aged against: the wall clock live, the replay clock in a replay.
    pub now: Nanos,
    /// When the session began, by the same clock.
    pub started: Nanos,
    /// Whether the user has stopped the feed.
    pub stopped: bool,
    /// Each connection to the exchange.
    pub connections: Vec<ConnectionView>,
    /// Each stream on them.
    pub streams: Vec<Stream>,
    /// What the feed has counted.
    pub feed: FeedCounters,
    /// From a message's arrival to its being applied.
    pub lag: Quantiles,
    /// Our clock less the exchange's, where it could be measured.
    pub clock_offset: Option<Nanos>,
    /// REST request weight used in the current minute, and the limit.
    pub weight: (u32, u32),
    /// What is being written.
    pub recording: RecordingView,
    /// The replay's clock and timeline.
    pub replay: Option<ReplayView>,
    /// Resident memory in bytes, where the system tells.
    pub memory: Option<u64>,
    /// Bytes free on the disk of recordings, while one is wanted and the system tells.
    pub free: Option<u64>,
    /// What surrounds the alerts.
    pub alerts: AlertDesk,
    /// What was logged, newest last.
    pub log: Series<LogLine>,
}

/// What surrounds the alerts of a session.
#[derive(Debug, Clone, Default)]
pub struct AlertDesk {
    /// Why alerts last only until the program ends; `None` while they are kept.
    pub unkept: Option<Arc<str>>,
    /// What fired, in this session and those before, with its deliveries, newest last; none in a replay, which keeps nothing.
    pub history: Arc<Vec<HistoryRow>>,
    /// How many of them the user has not seen.
    pub unseen: usize,
    /// Whether what fires is delivered: live, and in a replay only where that was asked for.
    pub delivers: bool,
    /// Each way of delivery, and why it cannot be used.
    pub channels: Arc<Vec<(Channel, Option<String>)>>,
}

/// One connection to the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// Its short name.
    pub name: String,
    /// Host and path.
    pub url: String,
    /// What it is doing.
    pub state: ConnectionState,
    /// Since when.
    pub since: Nanos,
    /// When a message last came.
    pub last: Option<Nanos>,
    /// Times it was opened.
    pub opened: u32,
    /// Messages received.
    pub messages: u64,
    /// Bytes received.
    pub bytes: u64,
}

/// What a connection is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionState {
    /// The user stopped it.
    Stopped,
    /// Being opened, for the n-th time in a row without data.
    Connecting(u32),
    /// Open, nothing received yet.
    Open,
    /// Data flows.
    Live,
    /// Lost; why, and when the next try is.
    Waiting(String, Nanos),
}

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RecordingView {
    /// Nothing.
    #[default]
    Off,
    /// This file.
    On {
        /// The file.
        path: PathBuf,
        /// Bytes written to it.
        bytes: u64,
        /// Lines written to it.
        lines: u64,
        /// Lines that the session's files lost: the disk did not keep up or refused, or no reader would take them.
        lost: u64,
    },
    /// It could not go on; why, and when it is tried again.
    Failed(String),
}

/// A replay's clock and timeline.
#[derive(Debug, Clone)]
pub struct ReplayView {
    /// The files being replayed.
    pub files: Vec<PathBuf>,
    /// What is in each of them; `None` while still being read.
    pub index: Option<Arc<Vec<Index>>>,
    /// What it is doing.
    pub state: ReplayState,
    /// How fast: engine seconds per second; infinite for as fast as it goes.
    pub speed: f64,
    /// Engine time of the first event.
    pub from: Nanos,
    /// Engine time of the last event, when known.
    pub to: Option<Nanos>,
    /// The stretch that is played again and again.
    pub repeat: Repeat,
    /// Engine times at which a copy of the engine is kept, in order.
    pub kept: Vec<Nanos>,
    /// Damage and oddities found in the files, in words.
    pub problems: Vec<String>,
}

/// What a replay is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayState {
    /// Running.
    Playing,
    /// Standing still.
    Paused,
    /// On the way to a moment.
    Seeking(Nanos),
    /// At the end.
    Ended,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its number, from 1.
    pub number: u64,
    /// When, by the wall clock.
    pub at: Nanos,
    /// How much it matters.
    pub severity: Severity,
    /// What, safe to print.
    pub text: Arc<str>,
}

/// What the user asks of a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Follow one more symbol.
    AddSymbol(Symbol),
    /// Stop following a symbol.
    RemoveSymbol(Symbol),
    /// Build bars of one more kind.
    Bars(BarSpec),
    /// Work out exactly these indicators of events, in their text form.
    Indicators(Vec<String>),
    /// Set this alert, armed; one of number 0 is a new one.
    SetAlert(Box<Alert>),
    /// Change an alert without beginning anew: it has come as far as that.
    ChangeAlert(Box<(Alert, AlertState)>),
    /// Take an alert away.
    RemoveAlert(AlertId),
    /// Deliver an alert now, as a test.
    TestAlert(AlertId),
    /// Look at an expression on a symbol while it is written; `None` no longer.
    Draft(Option<(Symbol, String)>),
    /// Mark a firing of the history as seen; all of them where none is told.
    Acknowledge(Option<i64>),
    /// Trade on paper.
    Trade(Box<TradingAction>),
    /// Put a mark at this moment.
    Mark(String),
    /// Stop or start the feed.
    ToggleFeed,
    /// Stop or start recording.
    ToggleRecording,
    /// Load bars before a moment.
    History(Symbol, Timeframe, Nanos),
    /// Control the replay.
    Replay(ReplayRequest),
    /// The session is about to be closed, for this reason.
    Ending(SessionEnd),
}

/// What the user asks of a replay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReplayRequest {
    /// Play, or pause.
    Toggle,
    /// Pause.
    Pause,
    /// Engine seconds per second, 0.1 to 1000; infinite for as fast as it goes.
    Speed(f64),
    /// Apply one event, paused.
    StepEvent,
    /// Go to the close of the next (`true`) or previous bar of a timeframe, paused.
    StepBar(Timeframe, bool),
    /// Go to a moment.
    Seek(Nanos),
    /// Go so far forward, or back when negative.
    SeekBy(Nanos),
    /// Change the stretch that is repeated.
    Repeat(RepeatRequest),
}

/// The queue to the session is full: it is busy or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine is busy: try again")]
pub struct Busy;

/// A running session as the screen holds it. Dropping it ends the session and closes its recording properly.
pub trait Handle: Send {
    /// The latest view. Cheap: shares the newest picture.
    fn view(&self) -> Arc<View>;

    /// Asks something of the session, without waiting.
    ///
    /// # Errors
    /// [`Busy`] when the queue is full.
    fn request(&self, request: Request) -> Result<(), Busy>;

    /// Asks the session to end and waits until its recording is closed.
    fn close(&mut self);
}

/// Why a connection is down that the user stopped.
pub const STOPPED: &str = "stopped by the user";

/// Called by a session, from its thread, when a newer view can be had. Must not block.
pub type Wake = Arc<dyn Fn() + Send + Sync>;
