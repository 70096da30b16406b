//! What surrounds the engine in a live session, as the screen shows it: connections, log, delays.

use super::Mode;
use crate::bars::Series;
use crate::config::SESSION;
use crate::domain::Nanos;
use crate::drive::view::{ConnectionState, ConnectionView, LogLine, RecordingView, Session, View};
use crate::drive::words;
use crate::engine::stats::Histogram;
use crate::engine::{Engine, Snapshot};
use crate::feed::{ConnId, Feed, Severity};

/// Log lines kept.
const LOG: usize = 2_000;
/// Longest log line, characters.
const LINE: usize = 400;
/// Log lines a second; what is beyond is counted and told.
const LINES_PER_SECOND: u32 = 50;

/// The surroundings.
pub(super) struct Board {
    session: Session,
    lag: Histogram,
    /// Lines logged in all.
    lines: u64,
    /// The current second, the lines logged in it, and those left out.
    burst: (i64, u32, u64),
    /// The engine's newest notice that is in the log.
    noticed: u64,
    /// Whether anything changed since the last picture.
    pub(super) changed: bool,
}

impl Board {
    pub(super) fn new(mode: Mode, now: Nanos, connections: Vec<ConnectionView>, weight: u32) -> Self {
        let session = Session {
            mode,
            now,
            started: now,
            connections,
            weight: (0, weight),
            log: Series::with_capacity(LOG),
            ..Session::default()
        };
        Self { session, lag: Histogram::default(), lines: 0, burst: (0, 0, 0), noticed: 0, changed: true }
    }

    /// Logs a line, for the screen and for the log file.
    pub(super) fn log(&mut self, at: Nanos, severity: Severity, text: &str) {
        if at.secs() != self.burst.0 {
            let left_out = self.burst.2;
            self.burst = (at.secs(), 0, 0);
            if left_out > 0 {
                self.push(at, Severity::Warning, &format!("{left_out} more lines of the log were left out"));
            }
        }
        self.burst.1 += 1;
        if self.burst.1 > LINES_PER_SECOND {
            self.burst.2 += 1;
        } else {
            self.push(at, severity, text);
        }
    }

    fn push(&mut self, at: Nanos, severity: Severity, text: &str) {
        let text = words::clean(text, LINE);
        match severity {
            Severity::Info => tracing::info!(target: SESSION, "{text}"),
            Severity::Warning => tracing::warn!(target: SESSION, "{text}"),
            Severity::Error => tracing::error!(target: SESSION, "{text}"),
        }
        self.lines += 1;
        self.session.log.push(LogLine { number: self.lines, at, severity, text: text.into() });
        self.changed = true;
    }

    fn connection(&mut self, conn: ConnId) -> Option<&mut ConnectionView> {
        self.changed = true;
        self.session.connections.get_mut(usize::from(conn.0))
    }

    /// A connection changed.
    pub(super) fn state(&mut self, at: Nanos, conn: ConnId, state: ConnectionState) {
        if let Some(view) = self.connection(conn) {
            if state == ConnectionState::Open {
                view.opened = view.opened.saturating_add(1);
            }
            view.state = state;
            view.since = at;
        }
    }

    /// A connection was opened beside one that still runs.
    pub(super) fn reopened(&mut self, conn: ConnId) {
        if let Some(view) = self.connection(conn) {
            view.opened = view.opened.saturating_add(1);
        }
    }

    /// A message of so many bytes came.
    #[inline]
    pub(super) fn received(&mut self, at: Nanos, conn: ConnId, bytes: usize) {
        if let Some(view) = self.connection(conn) {
            view.last = Some(at);
            view.messages += 1;
            view.bytes += bytes as u64;
        }
    }

    /// Whether a connection is open and nothing but answers came so far.
    #[inline]
    pub(super) fn awaits_data(&self, conn: ConnId) -> Option<Nanos> {
        let view = self.session.connections.get(usize::from(conn.0))?;
        (view.state == ConnectionState::Open).then_some(view.since)
    }

    /// A connection's name.
    pub(super) fn name(&self, conn: ConnId) -> String {
        self.session.connections.get(usize::from(conn.0)).map_or_else(String::new, |view| view.name.clone())
    }

    /// From arrival to applied took so long.
    #[inline]
    pub(super) fn lagged(&mut self, at: Nanos, lag: Nanos) {
        self.lag.record(at, lag);
    }

    pub(super) fn set_weight(&mut self, used: u32) {
        self.session.weight.0 = used;
        self.changed = true;
    }

    pub(super) fn set_offset(&mut self, offset: Nanos) {
        self.session.clock_offset = Some(offset);
        self.changed = true;
    }

    pub(super) fn set_stopped(&mut self, stopped: bool) {
        self.session.stopped = stopped;
        self.changed = true;
    }

    pub(super) const fn is_stopped(&self) -> bool {
        self.session.stopped
    }

    pub(super) const fn set_free(&mut self, free: Option<u64>) {
        self.session.free = free;
    }

    pub(super) fn set_memory(&mut self, memory: Option<u64>) {
        self.session.memory = memory;
    }

    /// Takes the engine's new notices into the log.
    pub(super) fn take_notices(&mut self, snapshot: &Snapshot) {
        let new: Vec<_> = snapshot.notices.iter().rev().take_while(|notice| notice.number > self.noticed).cloned().collect();
        for notice in new.into_iter().rev() {
            self.noticed = notice.number;
            self.log(notice.at, notice.severity, &notice.text);
        }
    }

    /// The picture of now.
    pub(super) fn view(&mut self, now: Nanos, engine: &Engine, feed: &dyn Feed, recording: RecordingView) -> View {
        let snapshot = engine.snapshot();
        self.take_notices(&snapshot);
        self.changed = false;
        self.session.now = now;
        self.session.lag = self.lag.quantiles();
        self.session.recording = recording;
        self.session.feed = feed.counters();
        self.session.streams = feed.streams().to_vec();
        View { snapshot, session: self.session.clone() }
    }
}
