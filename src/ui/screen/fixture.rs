//! A full session for the tests of the screen.

use crate::app::keymap::Keymap;
use crate::app::layout::Workspace;
use crate::app::{Library, Options};
use crate::bars::Series;
use crate::domain::{Mark, Nanos, Price, Symbol, Timeframe};
use crate::drive::view::{ConnectionState, ConnectionView, LogLine, Mode, RecordingView, ReplayState, ReplayView, View};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::engine::stats::{Latency, Quantiles, Rates};
use crate::feed::{ConnId, FeedCounters, Severity, Stream};
use crate::ui::panes::fixtures::{NOON, bar_view, market, walk};
use crate::ui::screen::Screen;
use crate::ui::theme::{Look, Themes};
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) const NOW: Nanos = Nanos(NOON.0 + 3_254_500_000_000);

fn symbol(name: &str, scale: i64, shift: usize) -> SymbolView {
    let view = market(walk(400, Timeframe::M1, NOW), Timeframe::M1, NOW);
    let mut symbol = view.snapshot.symbols[0].clone();
    let mut instrument = (*symbol.instrument).clone();
    instrument.symbol = Symbol::new(name).unwrap();
    symbol.instrument = Arc::new(instrument);
    for timeframe in [Timeframe::S1, Timeframe::S15, Timeframe::M5, Timeframe::M15, Timeframe::H1] {
        let mut bars = walk(400 + shift * 7, timeframe, NOW);
        if scale > 1 {
            for bar in &mut bars {
                for price in [&mut bar.open, &mut bar.high, &mut bar.low, &mut bar.close] {
                    *price = Price::from_units(price.units() / scale);
                }
            }
        }
        symbol.time_bars.insert(timeframe, bar_view(bars));
    }
    if scale > 1 {
        symbol.time_bars.remove(&Timeframe::M1);
        symbol.last = symbol.last.map(|mut trade| {
            trade.price = Price::from_units(trade.price.units() / scale);
            trade
        });
        symbol.top = symbol.top.map(|mut top| {
            top.bid = Price::from_units(top.bid.units() / scale);
            top.ask = Price::from_units(top.ask.units() / scale + 10_000_000);
            top
        });
    }
    symbol.mark = Some((
        NOW,
        Mark {
            price: symbol.last.map_or(Price::ZERO, |trade| trade.price),
            index: None,
            funding: Some(Price::from_units(10_000)),
            next: Some(NOW + Nanos::from_secs(3_900)),
        },
    ));
    symbol
}

fn connection(name: &str, messages: u64) -> ConnectionView {
    ConnectionView {
        name: name.to_owned(),
        url: format!("wss://fstream.binance.com/{name}/stream"),
        state: ConnectionState::Live,
        since: NOW - Nanos::from_secs(1_930),
        last: Some(NOW - Nanos::from_millis(40)),
        opened: 1,
        messages,
        bytes: messages * 310,
    }
}

fn stream(name: &str, conn: u8, count: u64, age: i64) -> Stream {
    Stream {
        name: name.to_owned(),
        conn: ConnId(conn),
        symbol: Symbol::new("BTCUSDT").unwrap(),
        since: NOW - Nanos::from_secs(1_930),
        last: Some(NOW - Nanos::from_millis(age)),
        count,
        patience: Some(Nanos::from_secs(10)),
    }
}

fn quantiles(p50: i64, p99: i64, least: i64) -> Quantiles {
    Quantiles { count: 9_000, p50: Nanos::from_micros(p50), p99: Nanos::from_micros(p99), least: Nanos::from_micros(least) }
}

/// A live session of three symbols with everything in order.
pub(crate) fn live() -> View {
    let mut view = View::default();
    let snapshot = &mut view.snapshot;
    snapshot.at = NOW;
    snapshot.last_input = Some(NOW - Nanos::from_millis(40));
    snapshot.venue = "binance-futures".into();
    snapshot.symbols = vec![symbol("BTCUSDT", 1, 0), symbol("ETHUSDT", 23, 1), symbol("SOLUSDT", 420, 2)];
    snapshot.symbols[2].last_event = Some(NOW - Nanos::from_secs(25));
    snapshot.rates = Rates { inputs: 1_204_332, trades: 204_113, depths: 901_200, per_second: 1_234, ..Rates::default() };
    snapshot.latency = Latency { raw: quantiles(12_000, 83_000, 4_100), jitter: quantiles(7_900, 79_000, 0) };
    let session = &mut view.session;
    session.now = NOW;
    session.started = NOW - Nanos::from_secs(1_932);
    session.connections = vec![connection("public", 812_004), connection("market", 392_328)];
    session.streams = vec![
        stream("btcusdt@depth@100ms", 0, 19_300, 60),
        stream("btcusdt@bookTicker", 0, 590_200, 2),
        stream("btcusdt@aggTrade", 1, 104_113, 40),
        stream("solusdt@aggTrade", 1, 100_000, 25_000),
    ];
    session.feed = FeedCounters { messages: 1_204_332, malformed: 1, duplicates: 12, ..FeedCounters::default() };
    session.lag = quantiles(38, 410, 9);
    session.weight = (45, 2_400);
    session.memory = Some(48_300_000);
    session.recording = RecordingView::On { path: PathBuf::from("BTCUSDT.rec.gz"), bytes: 12_345_678, lines: 1_204_332, lost: 0 };
    session.log = Series::with_capacity(1_000);
    let lines = [
        (Severity::Info, "public: connected to fstream.binance.com"),
        (Severity::Info, "market: connected to fstream.binance.com"),
        (Severity::Info, "BTCUSDT: book in sync after 3 buffered changes"),
        (Severity::Warning, "solusdt@aggTrade: silent for 10 s"),
        (Severity::Error, "one message could not be used: \u{1b}[31mbtcusdt@depth: `b` is not a list"),
    ];
    for (i, (severity, text)) in lines.into_iter().enumerate() {
        let at = NOW - Nanos::from_secs(1_930 - i as i64 * 30);
        session.log.push(LogLine { number: i as u64 + 1, at, severity, text: text.into() });
    }
    view
}

/// A paused replay of one symbol.
pub(crate) fn replay() -> View {
    let mut view = live();
    view.snapshot.symbols.truncate(1);
    view.session.mode = Mode::Replay;
    view.session.connections.clear();
    view.session.streams.clear();
    view.session.recording = RecordingView::Off;
    view.session.replay = Some(ReplayView {
        files: vec![PathBuf::from("/data/BTCUSDT-2024-08-08.rec.gz")],
        index: None,
        state: ReplayState::Paused,
        speed: 10.0,
        repeat: crate::drive::replay::Repeat::default(),
        from: NOW - Nanos::from_secs(3_000),
        to: Some(NOW + Nanos::from_secs(1_000)),
        kept: vec![NOW - Nanos::from_secs(2_000), NOW - Nanos::from_secs(1_000)],
        problems: Vec::new(),
    });
    view
}

/// A connection that was just lost, a book that lost its place, data that has not come for a while.
pub(crate) fn troubled() -> View {
    let mut view = live();
    view.snapshot.last_input = Some(NOW - Nanos::from_secs(14));
    view.session.connections[1].state =
        ConnectionState::Waiting("connection reset by peer".to_owned(), NOW + Nanos::from_secs(2));
    view.snapshot.symbols[0].book_state = BookState::Lost(NOW - Nanos::SECOND, "gap in the updates".into());
    view.snapshot.latency.raw.least = Nanos::from_millis(-1_300);
    view.session.clock_offset = Some(Nanos::from_millis(-1_300));
    view.session.recording = RecordingView::Failed("no space left on device".to_owned());
    view
}

pub(crate) fn screen(theme: &str, look: Look) -> Screen {
    let themes = Themes { folder: None, look };
    let library = Library { themes: themes.names(), ..Library::default() };
    let options = Options { keymap: Keymap::default(), utc: true, theme: theme.to_owned(), library, workspace: Workspace::Trade };
    let (screen, problems) = Screen::new(options, themes, TimeZone::UTC);
    assert_eq!(problems, Vec::new());
    screen
}
