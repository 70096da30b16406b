//! A live session: sockets and REST on a small tokio runtime, the feed and the engine on a thread of their own.

#[cfg(test)]
mod alert_tests;
#[cfg(test)]
mod archive_tests;
mod board;
mod core;
mod recorder;
#[cfg(test)]
mod room_tests;
mod run;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trading_tests;

pub use recorder::{Free, RecordingOptions};

use super::alerts::AlertOptions;
use super::archive::ArchiveOptions;
use super::clock::Clock;
use super::inbox::Inbox;
use super::rest;
use super::socket::{self, Address, SocketOptions};
use super::trading::TradingOptions;
use super::view::{Busy, ConnectionState, ConnectionView, Handle, Mode, Request, View, Wake};
use crate::domain::{EngineConfig, Symbol};
use crate::feed::{Feed, Venue};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// Requests of the user that may wait.
const REQUESTS: usize = 64;

/// What a live session is of.
pub struct LiveOptions {
    /// The exchange's feed, made for `symbols`.
    pub feed: Box<dyn Feed>,
    /// What recordings and the screen call the venue.
    pub venue: String,
    /// The symbols followed from the start.
    pub symbols: Vec<Symbol>,
    /// Base URL of WebSockets; the feed's paths are appended.
    pub ws_url: String,
    /// Base URL of REST.
    pub rest_url: String,
    /// The engine's settings.
    pub engine: EngineConfig,
    /// The settings that recordings tell a replay to begin with, where the session itself keeps less.
    pub recorded: Option<EngineConfig>,
    /// Whether the exchange is real.
    pub mode: Mode,
    /// Whether and where it is recorded.
    pub recording: RecordingOptions,
    /// What its alerts are kept with.
    pub alerts: AlertOptions,
    /// What its paper trading is kept with.
    pub trading: TradingOptions,
    /// What its market is kept in, and begins with.
    pub archive: ArchiveOptions,
    /// How connections are kept.
    pub sockets: SocketOptions,
    /// The clock that stamps what arrives.
    pub clock: Clock,
}

impl LiveOptions {
    /// A feed at its venue's own addresses, not recorded.
    pub fn new(feed: Box<dyn Feed>, symbols: Vec<Symbol>) -> Self {
        let venue: &'static Venue = feed.venue();
        Self {
            feed,
            venue: venue.name.to_owned(),
            symbols,
            ws_url: venue.ws_url.to_owned(),
            rest_url: venue.rest_url.to_owned(),
            engine: EngineConfig::default(),
            recorded: None,
            mode: Mode::Live,
            recording: RecordingOptions::new(false, PathBuf::from("recordings")),
            alerts: AlertOptions::default(),
            trading: TradingOptions::default(),
            archive: ArchiveOptions::default(),
            sockets: SocketOptions::default(),
            clock: Clock::system(),
        }
    }
}

/// Why a live session could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The WebSocket address cannot be used.
    #[error("ws_url: {0}")]
    Sockets(#[from] socket::BadUrl),
    /// The REST address cannot be used.
    #[error("rest_url: {0}")]
    Rest(#[from] rest::BadUrl),
    /// The system gives no threads.
    #[error("the session's threads could not be started: {0}")]
    Threads(#[from] std::io::Error),
}

/// A running live session.
pub struct LiveHandle {
    view: Arc<Mutex<Arc<View>>>,
    requests: mpsc::Sender<Request>,
    closing: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a session. `wake` is called from its thread whenever a newer view can be had.
///
/// # Errors
/// [`StartError`] when an address cannot be used. An exchange that cannot be reached is no error: the session keeps trying.
pub fn start(options: LiveOptions, wake: Wake) -> Result<LiveHandle, StartError> {
    let clock = options.clock.clone();
    let client = rest::Client::new(&options.rest_url, rest::TIME_LIMIT)?;
    let connections = options.feed.connections().to_vec();
    let mut addresses = Vec::new();
    let mut views = Vec::new();
    for connection in &connections {
        let address = Address::new(&options.ws_url, connection.path)?;
        views.push(ConnectionView {
            name: connection.name.to_owned(),
            url: super::words::without_passwords(address.url()),
            state: ConnectionState::Connecting(1),
            since: clock.now(),
            last: None,
            opened: 0,
            messages: 0,
            bytes: 0,
        });
        addresses.push(address);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(4)
        .thread_name("network")
        .enable_all()
        .build()?;
    let (inbox, arrivals) = Inbox::new();
    let context = runtime.enter();
    let sockets = connections
        .into_iter()
        .zip(addresses)
        .map(|(connection, address)| socket::spawn(connection, address, options.sockets.clone(), inbox.clone(), clock.clone()).0)
        .collect();
    let (fetches, _) = rest::spawn(client, options.feed.venue().weight_per_minute, inbox, clock.clone());
    drop(context);
    let (requests, asked) = mpsc::channel(REQUESTS);
    let (closing, closed) = watch::channel(false);
    let mut core = core::Core::new(options, views, clock.now());
    let view = Arc::new(Mutex::new(Arc::new(core.view(clock.now()))));
    let session = run::Session { runtime, arrivals, asked, closed, sockets, fetches, clock, view: Arc::clone(&view), wake };
    let thread = std::thread::Builder::new().name("engine".to_owned()).spawn(move || session.run(core))?;
    Ok(LiveHandle { view, requests, closing, thread: Some(thread) })
}

impl Handle for LiveHandle {
    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn request(&self, request: Request) -> Result<(), Busy> {
        self.requests.try_send(request).map_err(|_| Busy)
    }

    fn close(&mut self) {
        if let Some(thread) = self.thread.take() {
            // Both only fail when the thread has ended already.
            let _ = self.closing.send(true);
            let _ = thread.join();
        }
    }
}

impl Drop for LiveHandle {
    fn drop(&mut self) {
        self.close();
    }
}
