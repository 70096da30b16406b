//! The figures of one session, and whether they are as they should be.

use crate::domain::Nanos;
use crate::drive::view::{ConnectionState, RecordingView, View};
use serde::Serialize;

/// How a session does, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// Data flows and is recorded.
    Ok,
    /// It began a moment ago and has no data yet.
    Starting,
    /// Something is wrong; the reasons say what.
    Failing,
    /// The collector has ended.
    Ended,
}

impl Health {
    /// As files and answers say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Starting => "starting",
            Self::Failing => "failing",
            Self::Ended => "ended",
        }
    }
}

/// What is still well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a session may take until data flows, and a lost connection until it is back.
    pub patience: Nanos,
    /// How old the newest message of a connection may become.
    pub silence: Nanos,
}

impl Default for Limits {
    fn default() -> Self {
        Self { patience: Nanos::from_secs(30), silence: Nanos::from_secs(60) }
    }
}

/// A connection's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Connected {
    /// Its name.
    pub name: String,
    /// `live`, `open`, `connecting`, `waiting` or `stopped`.
    pub state: &'static str,
    /// Messages received.
    pub messages: u64,
    /// Bytes received.
    pub bytes: u64,
    /// Times it was opened again after the first.
    pub reconnects: u32,
    /// Seconds since its newest message; none before the first.
    pub last_message_age: Option<f64>,
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Recorded {
    /// The file being written.
    pub file: Option<String>,
    /// Its bytes on the disk.
    pub bytes: u64,
    /// Its lines on the disk.
    pub lines: u64,
    /// Lines lost by the session's files: the disk did not keep up, or refused.
    pub lost: u64,
    /// Why nothing is written.
    pub failure: Option<String>,
}

/// A session's figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The venue.
    pub venue: String,
    /// The symbols followed.
    pub symbols: Vec<String>,
    /// How it does.
    pub health: Health,
    /// What is wrong.
    pub reasons: Vec<String>,
    /// Seconds since it began.
    pub uptime: f64,
    /// Events applied.
    pub events: u64,
    /// Of these, in the last full second.
    pub events_per_second: u32,
    /// Trades applied.
    pub trades: u64,
    /// Messages decoded.
    pub messages: u64,
    /// Messages that could not be decoded.
    pub malformed: u64,
    /// Messages seen before.
    pub duplicates: u64,
    /// Times a book lost its place and was fetched anew.
    pub resyncs: u64,
    /// Changes that did not continue the book before them.
    pub gaps: u64,
    /// From a message's arrival to its being applied: median, seconds.
    pub lag_p50: f64,
    /// The same, 99th percentile.
    pub lag_p99: f64,
    /// Our clock less the exchange's, seconds, where measured.
    pub clock_offset: Option<f64>,
    /// Each connection.
    pub connections: Vec<Connected>,
    /// What is written.
    pub recording: Recorded,
    /// Bytes free on its disk.
    pub disk_free: Option<u64>,
    /// Resident memory of the process, bytes.
    pub memory: Option<u64>,
}

impl Figures {
    /// Those of a session's view. `now` is the time of the same clock; a view that is not renewed any more ages against it.
    pub fn of(view: &View, now: Nanos, limits: Limits) -> Self {
        let (session, rates) = (&view.session, view.snapshot.rates);
        let mut reasons = Vec::new();
        let young = now - session.started < limits.patience;
        let connections: Vec<Connected> = session
            .connections
            .iter()
            .map(|connection| {
                let (state, why) = match &connection.state {
                    ConnectionState::Stopped => ("stopped", Some("is stopped".to_owned())),
                    ConnectionState::Connecting(_) => ("connecting", Some("is being opened".to_owned())),
                    ConnectionState::Open => ("open", Some("is open, but nothing has come".to_owned())),
                    ConnectionState::Live => ("live", None),
                    ConnectionState::Waiting(why, _) => ("waiting", Some(format!("is lost: {why}"))),
                };
                if let Some(why) = why.filter(|_| now - connection.since >= limits.patience) {
                    reasons.push(format!("connection {} {why}", connection.name));
                }
                let age = connection.last.map(|last| (now - last).max(Nanos::ZERO));
                if let Some(age) = age.filter(|age| state == "live" && *age >= limits.silence) {
                    reasons.push(format!(
                        "connection {} has been silent for {}",
                        connection.name,
                        Nanos::from_secs(age.secs()).span()
                    ));
                }
                Connected {
                    name: connection.name.clone(),
                    state,
                    messages: connection.messages,
                    bytes: connection.bytes,
                    reconnects: connection.opened.saturating_sub(1),
                    last_message_age: age.map(Nanos::to_secs_f64),
                }
            })
            .collect();
        let recording = match &session.recording {
            RecordingView::Off => Recorded::default(),
            RecordingView::On { path, bytes, lines, lost } => {
                Recorded { file: Some(path.display().to_string()), bytes: *bytes, lines: *lines, lost: *lost, failure: None }
            }
            RecordingView::Failed(why) => Recorded { failure: Some(why.clone()), ..Recorded::default() },
        };
        if let Some(why) = &recording.failure {
            reasons.push(format!("nothing is recorded: {why}"));
        } else if recording.file.is_none() && !young {
            reasons.push("nothing is recorded".to_owned());
        }
        let live = connections.iter().all(|connection| connection.state == "live");
        let health = match (reasons.is_empty(), live && recording.file.is_some()) {
            (false, _) => Health::Failing,
            (true, true) => Health::Ok,
            // Lost a moment ago: it has to be back before long.
            (true, false) if !young => Health::Ok,
            (true, false) => Health::Starting,
        };
        Self {
            venue: view.snapshot.venue.to_string(),
            symbols: view.snapshot.symbols.iter().map(|symbol| symbol.instrument.symbol.to_string()).collect(),
            health,
            reasons,
            uptime: (now - session.started).to_secs_f64(),
            events: rates.inputs,
            events_per_second: rates.per_second,
            trades: rates.trades,
            messages: session.feed.messages,
            malformed: session.feed.malformed,
            duplicates: session.feed.duplicates,
            resyncs: session.feed.resyncs,
            gaps: rates.breaks,
            lag_p50: session.lag.p50.to_secs_f64(),
            lag_p99: session.lag.p99.to_secs_f64(),
            clock_offset: session.clock_offset.map(Nanos::to_secs_f64),
            connections,
            recording,
            disk_free: session.free,
            memory: session.memory,
        }
    }
}
