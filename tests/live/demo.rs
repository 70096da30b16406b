//! The ordinary live path against the demo exchange.

use crate::watch::{Watched, btc, options, symbol};
use rtai_tui::domain::{Event, Market, Payload, Timeframe};
use rtai_tui::drive::demo_server::{self, DemoServerConfig};
use rtai_tui::drive::view::{Handle, Mode, RecordingView, Request};
use rtai_tui::recording::{ReadOptions, Reader};

#[test]
fn the_demo_exchange_is_traded_live_and_recorded() {
    let server = demo_server::start(DemoServerConfig::new(3, 4.0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(&server.ws_url(), &server.rest_url());
    options.mode = Mode::Demo;
    "demo".clone_into(&mut options.venue);
    options.recording.enabled = true;
    folder.path().clone_into(&mut options.recording.folder);
    let mut watched = Watched::start(options);
    watched.until_synced();
    watched.until("charts are full", |view| {
        let full =
            |timeframe| symbol(view).and_then(|s| s.time_bars.get(&timeframe)).is_some_and(|bars| bars.closed.len() >= 200);
        full(Timeframe::M1) && full(Timeframe::H1)
    });
    let view = watched.until_trades(50);
    assert_eq!(view.session.feed.resyncs, 0);
    assert_eq!(view.session.feed.malformed, 0, "{}", crate::watch::told(&view));
    assert_eq!(symbol(&view).unwrap().instrument.price_decimals(), 1);
    let book = &symbol(&view).unwrap().book;
    assert!(book.best_bid().unwrap().0 < book.best_ask().unwrap().0);
    // A second file, begun in the middle.
    watched.ask(Request::ToggleRecording);
    watched.until("it is off", |view| view.session.recording == RecordingView::Off);
    watched.ask(Request::ToggleRecording);
    watched.until("it is on", |view| matches!(&view.session.recording, RecordingView::On { .. }));
    watched.until_trades(20);
    let last = watched.view().snapshot.seq;
    watched.handle.close();
    let mut files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 2, "{files:?}");
    let mut lines = 0;
    for file in &files {
        let reader = Reader::open(file, ReadOptions::default()).unwrap();
        let mut kinds = (0, 0, 0, 0);
        let mut first = true;
        for input in reader {
            let input = input.unwrap();
            assert!(!first || matches!(input.payload, Payload::Meta(_)), "a file begins with its meta");
            first = false;
            lines += 1;
            if let Payload::Market(Market { symbol, event }) = &input.payload {
                assert!(symbol.is_none_or(|symbol| symbol == btc()));
                match event {
                    Event::Trade(_) => kinds.0 += 1,
                    Event::Book(_) => kinds.1 += 1,
                    Event::History(..) => kinds.2 += 1,
                    Event::Depth(_) => kinds.3 += 1,
                    _ => {}
                }
            }
        }
        assert!(kinds.0 > 0 && kinds.1 == 1 && kinds.2 >= 2 && kinds.3 > 0, "{file:?} {kinds:?}");
    }
    assert!(lines >= last.min(100));
}
