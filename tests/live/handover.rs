//! Planned handovers: no trade is lost, none comes twice, the book never leaves its place.

use crate::server::Server;
use crate::watch::{Watched, options, symbol};
use rtai_tui::domain::{Nanos, Symbol, Timeframe};
use rtai_tui::drive::view::Handle;
use rtai_tui::feed::{ConnId, Connection, Feed, FeedCounters, FeedError, Frame, Step, Stream, Venue};
use rtai_tui::recording::{ReadOptions, Reader};

/// The real feed, of an exchange that keeps connections for a second and a half.
struct ShortLived {
    inner: Box<dyn Feed>,
    connections: Vec<Connection>,
}

impl Feed for ShortLived {
    fn venue(&self) -> &'static Venue {
        self.inner.venue()
    }
    fn connections(&self) -> &[Connection] {
        &self.connections
    }
    fn start(&mut self, at: Nanos, out: &mut Vec<Step>) {
        self.inner.start(at, out);
    }
    fn subscriptions(&self, conn: ConnId) -> Vec<String> {
        self.inner.subscriptions(conn)
    }
    fn on_frame(&mut self, at: Nanos, frame: Frame<'_>, out: &mut Vec<Step>) -> Result<(), FeedError> {
        self.inner.on_frame(at, frame, out)
    }
    fn add_symbol(&mut self, at: Nanos, symbol: Symbol, out: &mut Vec<Step>) {
        self.inner.add_symbol(at, symbol, out);
    }
    fn remove_symbol(&mut self, symbol: Symbol, out: &mut Vec<Step>) {
        self.inner.remove_symbol(symbol, out);
    }
    fn request_history(&mut self, symbol: Symbol, timeframe: Timeframe, before: Option<Nanos>, out: &mut Vec<Step>) {
        self.inner.request_history(symbol, timeframe, before, out);
    }
    fn streams(&self) -> &[Stream] {
        self.inner.streams()
    }
    fn counters(&self) -> FeedCounters {
        self.inner.counters()
    }
}

#[test]
fn handovers_lose_and_repeat_nothing() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(&server.ws_url(), &server.rest_url());
    let mut connections = options.feed.connections().to_vec();
    for connection in &mut connections {
        connection.lifetime = Nanos::from_millis(1_500);
    }
    options.feed = Box::new(ShortLived { inner: options.feed, connections });
    options.recording.enabled = true;
    folder.path().clone_into(&mut options.recording.folder);
    let mut watched = Watched::start(options);
    watched.until_synced();
    watched.until("three handovers of each", |view| view.session.connections.iter().all(|connection| connection.opened >= 4));
    let view = watched.until_trades(20);
    assert_eq!(view.session.feed.resyncs, 0, "{}", crate::watch::told(&view));
    assert!(view.session.feed.duplicates > 0, "the overlap was real");
    assert!(symbol(&view).unwrap().book_state.is_synced());
    watched.handle.close();
    // Every trade from the first to the last is in the recording, once.
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let reader = Reader::open(&file, ReadOptions::default()).unwrap();
    let mut ids = Vec::new();
    for input in reader {
        if let rtai_tui::domain::Payload::Market(rtai_tui::domain::Market {
            event: rtai_tui::domain::Event::Trade(trade), ..
        }) = input.unwrap().payload
        {
            ids.push(trade.id.unwrap());
        }
    }
    assert!(ids.len() > 100);
    assert!(ids.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{ids:?}");
}
