//! The contract of an exchange: pure decoding and sequencing, without sockets, clocks or threads.
//!
//! A [`Feed`] is told what arrived ([`Frame`]) and answers with what is to be done ([`Step`]). The same feed serves live
//! sockets and the import of raw captures.

use crate::domain::{Instrument, Market, Nanos, Symbol, Timeframe};

/// One of a feed's logical connections: its index in [`Feed::connections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u8);

/// A connection that a feed needs, and how the exchange wants it used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its index.
    pub id: ConnId,
    /// Short name shown on screen, such as `public` or `market`.
    pub name: &'static str,
    /// Path appended to the base WebSocket URL, such as `/public/stream`.
    pub path: &'static str,
    /// Control messages (subscribe, ping, pong) the exchange allows per second.
    pub messages_per_second: u32,
    /// How long the exchange keeps a connection; a planned handover happens well before.
    pub lifetime: Nanos,
}

/// What one market of one exchange is like for whoever opens its sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// Name in config, recordings and on screen, such as `binance-futures`.
    pub name: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// Base WebSocket URL.
    pub ws_url: &'static str,
    /// Base REST URL.
    pub rest_url: &'static str,
    /// REST request weight allowed per minute.
    pub weight_per_minute: u32,
}

/// What happened, told to a feed.
#[derive(Debug, Clone, Copy)]
pub enum Frame<'a> {
    /// A connection opened anew: nothing of what the old one carried can be continued. The driver sends
    /// [`Feed::subscriptions`] by itself.
    Open(ConnId),
    /// A text message.
    Text(ConnId, &'a str),
    /// A binary message.
    Binary(ConnId, &'a [u8]),
    /// The answer to a [`Step::Fetch`].
    Fetched(&'a Tag, Result<&'a [u8], &'a FetchFailure>),
    /// A connection was lost, and why.
    Closed(ConnId, &'a str),
    /// Time passes; comes at least once a second while nothing else does.
    Tick,
}

/// What is to be done, told by a feed.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Give this to the engine.
    Emit(Market),
    /// Send this text on that connection.
    Send(ConnId, String),
    /// Request this by REST after a delay, and come back with [`Frame::Fetched`].
    Fetch(Fetch),
    /// Close that connection and open a new one; why.
    Reconnect(ConnId, String),
    /// Open a replacement for that connection while it still runs (the exchange announced its end).
    Handover(ConnId, String),
    /// The rules of these instruments became known.
    Instruments(Vec<Instrument>),
    /// The exchange's clock said this when the request was answered.
    ServerTime(Nanos),
    /// Tell the user.
    Notice(Severity, String),
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For the log.
    Info,
    /// Something is not as it should be, and is being handled.
    Warning,
    /// Something the user has to know or do.
    Error,
}

/// What a REST request is for; comes back with its answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// An order-book snapshot; the number tells a late answer from the one waited for.
    Snapshot(Symbol, u32),
    /// Bars before the moment, or the latest.
    History(Symbol, Timeframe, Option<Nanos>),
    /// Trading rules.
    Instruments,
    /// The exchange's clock.
    Time,
}

/// A REST request: `GET base + path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// What it is for.
    pub tag: Tag,
    /// Path and query, such as `/fapi/v1/depth?symbol=BTCUSDT&limit=1000`.
    pub path: String,
    /// What it costs of the budget per minute.
    pub weight: u32,
    /// Wait at least this long before sending it.
    pub after: Nanos,
}

/// Why a REST request brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FetchFailure {
    /// HTTP status; 0 when there was no answer.
    pub status: u16,
    /// How long the exchange asks to wait.
    pub retry_after: Option<Nanos>,
    /// What happened, in plain words.
    pub message: String,
}

/// How one stream is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Its name, such as `btcusdt@aggTrade`.
    pub name: String,
    /// Which connection carries it.
    pub conn: ConnId,
    /// Its symbol.
    pub symbol: Symbol,
    /// When it was asked for on the current connection.
    pub since: Nanos,
    /// When it last delivered.
    pub last: Option<Nanos>,
    /// Messages delivered.
    pub count: u64,
    /// How long it may be silent before that is worth saying; `None` where silence means nothing.
    pub patience: Option<Nanos>,
}

impl Stream {
    /// Whether it has been silent for longer than it should.
    pub fn is_silent(&self, now: Nanos) -> bool {
        self.patience.is_some_and(|patience| now.saturating_sub(self.last.unwrap_or(self.since).max(self.since)) > patience)
    }
}

/// How a symbol's book is doing inside a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedCounters {
    /// Messages decoded.
    pub messages: u64,
    /// Messages that could not be decoded.
    pub malformed: u64,
    /// Messages of kinds this program does not know.
    pub unknown: u64,
    /// Messages that had been seen before (handover, two streams of the same trades).
    pub duplicates: u64,
    /// Trades that are no market trades (insurance fund, zero price or quantity).
    pub non_market: u64,
    /// Times a book lost its place.
    pub resyncs: u64,
}

/// A message a feed could not use. The session goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{stream}: {reason}")]
pub struct FeedError {
    /// Which stream or request, made safe to print.
    pub stream: String,
    /// What was wrong with it.
    pub reason: String,
}

/// One exchange and market.
pub trait Feed: Send {
    /// What the venue is like.
    fn venue(&self) -> &'static Venue;

    /// The connections it needs, in the order of their ids.
    fn connections(&self) -> &[Connection];

    /// Requests to make once at the start: trading rules, clock, bars to fill the charts.
    fn start(&mut self, at: Nanos, out: &mut Vec<Step>);

    /// The messages that subscribe a freshly opened connection to all it carries.
    fn subscriptions(&self, conn: ConnId) -> Vec<String>;

    /// Takes in one frame and appends what is to be done.
    ///
    /// # Errors
    /// [`FeedError`] for a message that could not be used; steps already appended stand, and the feed goes on.
    fn on_frame(&mut self, at: Nanos, frame: Frame<'_>, out: &mut Vec<Step>) -> Result<(), FeedError>;

    /// Follows one more symbol.
    fn add_symbol(&mut self, at: Nanos, symbol: Symbol, out: &mut Vec<Step>);

    /// Stops following a symbol.
    fn remove_symbol(&mut self, symbol: Symbol, out: &mut Vec<Step>);

    /// Asks for bars that end before a moment; answered by an [`crate::domain::Event::History`].
    fn request_history(&mut self, symbol: Symbol, timeframe: Timeframe, before: Option<Nanos>, out: &mut Vec<Step>);

    /// How each stream is doing.
    fn streams(&self) -> &[Stream];

    /// What has been counted so far.
    fn counters(&self) -> FeedCounters;
}
