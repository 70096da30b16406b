//! What goes wrong on WebSockets, and that the session comes out of it with the right book.

use crate::server::{Out, Server};
use crate::watch::{Watched, btc, logged, options, symbol};
use rtai_tui::domain::{LinkState, Price, Qty};
use rtai_tui::drive::view::{ConnectionState, Request, View};
use rtai_tui::engine::snapshot::BookState;

fn start(server: &Server) -> Watched {
    let watched = Watched::start(options(&server.ws_url(), &server.rest_url()));
    watched.until_synced();
    watched.until_trades(3);
    watched
}

fn has_book_of(view: &View, server: &Server) -> bool {
    let Some(symbol) = symbol(view).filter(|symbol| symbol.book_state.is_synced()) else { return false };
    let (bids, asks) = server.state().market.levels();
    let units = |(p, q): (i64, i64)| (Price::from_units(p * 10_000_000), Qty::from_units(q * 100_000));
    symbol.book.bids().eq(bids.into_iter().map(units)) && symbol.book.asks().eq(asks.into_iter().map(units))
}

/// The server is well again: trades and book follow, and the book is the server's to the last level.
fn recovers(watched: &Watched, server: &Server) {
    watched.until_trades(5);
    watched.until_synced();
    server.state().running = false;
    watched.until("the book is the exchange's", |view| has_book_of(view, server));
    server.state().running = true;
}

fn resyncs(view: &View) -> u64 {
    view.session.feed.resyncs
}

#[test]
fn a_healthy_session_fills_the_chart_and_follows_the_book() {
    let server = Server::start();
    let watched = start(&server);
    recovers(&watched, &server);
    let view = watched.until("history and rules", |view| {
        symbol(view).is_some_and(|s| {
            s.instrument.price_decimals() == 1 && s.time_bars.values().filter(|b| b.closed.len() >= 100).count() >= 3
        })
    });
    assert_eq!(resyncs(&view), 0);
    assert!(view.session.connections.iter().all(|connection| connection.state == ConnectionState::Live));
    assert!(view.session.clock_offset.unwrap().0.abs() < 1_000_000_000);
    let mut watched = watched;
    rtai_tui::drive::view::Handle::close(&mut watched.handle);
}

#[test]
fn missing_updates_are_noticed_and_the_book_fetched_anew() {
    let server = Server::start();
    let watched = start(&server);
    for round in 1..=3 {
        server.state().skip = 1;
        watched.until("the gap is noticed", |view| resyncs(view) >= round);
        recovers(&watched, &server);
    }
    assert!(logged(&watched.view(), "are missing"));
}

#[test]
fn nonsense_is_counted_and_nothing_else_happens() {
    let server = Server::start();
    let watched = start(&server);
    let digits = "9".repeat(400);
    for text in [
        "",
        "\u{0}",
        "{",
        "[]",
        "null",
        "{\"stream\":5}",
        "{\"e\":\"depthUpdate\"}",
        r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"\u001b]0;owned\u0007","a":1,"p":"1","q":"1","T":1,"m":true}}"#,
        r#"{"stream":"\u001b[2J","data":{"e":"\u001b[31mred","s":"BTCUSDT"}}"#,
        &format!(
            r#"{{"stream":"btcusdt@aggTrade","data":{{"e":"aggTrade","s":"BTCUSDT","a":{digits},"p":"{digits}","q":"1e{digits}","T":{digits},"m":true}}}}"#
        ),
        &format!(r#"{{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":{digits},"pu":0,"b":[["{digits}","1"]],"a":[]}}"#),
        &"[".repeat(100_000),
    ] {
        for market in [false, true] {
            server.send(market, &Out::Text(text.to_owned()));
            server.send(market, &Out::Binary(text.as_bytes().to_vec()));
        }
    }
    server.send(false, &Out::Binary((0..=255).cycle().take(70_000).collect()));
    watched.until("the nonsense is counted", |view| view.session.feed.malformed >= 20);
    recovers(&watched, &server);
    let view = watched.view();
    assert_eq!(resyncs(&view), 0);
    assert!(view.session.log.iter().all(|line| !line.text.chars().any(char::is_control)));
    assert_eq!(view.snapshot.symbols.len(), 1);
    assert!(view.session.connections.iter().all(|connection| connection.opened == 1));
}

#[test]
fn large_messages_are_taken_in() {
    let server = Server::start();
    let watched = start(&server);
    let padding = "x".repeat(5 << 20);
    server.send(false, &Out::Text(format!(r#"{{"stream":"btcusdt@news","data":{{"e":"news","text":"{padding}"}}}}"#)));
    watched.until("five megabytes", |view| view.session.connections[0].bytes > 5 << 20);
    recovers(&watched, &server);
    assert_eq!(watched.view().session.connections[0].opened, 1);
    // Beyond all measure is a fault of the exchange.
    server.send(false, &Out::Binary(vec![7; 17 << 20]));
    watched.until_logged("more than 16 MiB");
    recovers(&watched, &server);
}

#[test]
fn broken_framing_leads_to_a_new_connection() {
    let server = Server::start();
    let watched = start(&server);
    let half_text: Vec<u8> = [&[0x81, 126, 0x01, 0x00][..], b"{\"stream\":\"btcusdt@depth\""].concat();
    for (opened, raw) in [
        // A text message that is not UTF-8, a frame of a kind there is not, and one masked by the server.
        vec![0x81, 2, 0xff, 0xfe],
        vec![0x83, 1, 0],
        vec![0x81, 0x81, 1, 2, 3, 4, 5],
    ]
    .into_iter()
    .enumerate()
    {
        server.send(false, &Out::Raw(raw));
        watched.until("a new connection", |view| view.session.connections[0].opened > opened as u32 + 1);
        recovers(&watched, &server);
    }
    // Half a frame and the end; half a frame and silence.
    let before = watched.view().session.connections[0].opened;
    server.send(false, &Out::Raw(half_text.clone()));
    server.send(false, &Out::Abort);
    watched.until("a new connection", |view| view.session.connections[0].opened > before);
    recovers(&watched, &server);
    assert!(watched.view().session.connections[1].opened == 1, "the other connection is left alone");
}

#[test]
fn aborted_connections_come_back() {
    let server = Server::start();
    let watched = start(&server);
    for _ in 0..3 {
        let before: Vec<u32> = watched.view().session.connections.iter().map(|connection| connection.opened).collect();
        server.send(false, &Out::Abort);
        server.send(true, &Out::Abort);
        watched.until("both opened again", |view| view.session.connections.iter().zip(&before).all(|(c, n)| c.opened > *n));
        recovers(&watched, &server);
    }
}

#[test]
fn a_refused_connection_is_told_and_tried_again() {
    let mut server = Server::start();
    let watched = start(&server);
    server.go_down();
    watched.until_logged("nothing answers there");
    let view = watched.until("both links are down", |view| {
        symbol(view).is_some_and(|s| matches!(s.book_state, BookState::Lost(..)) && s.trades_link == LinkState::Down)
    });
    assert!(view.session.connections.iter().all(|c| !matches!(c.state, ConnectionState::Live)));
    server.come_back();
    recovers(&watched, &server);
}

#[test]
fn repeats_change_nothing() {
    let server = Server::start();
    let watched = start(&server);
    server.state().twice = true;
    watched.until("repeats are counted", |view| view.session.feed.duplicates >= 20);
    server.state().twice = false;
    recovers(&watched, &server);
    let view = watched.view();
    assert_eq!(resyncs(&view), 0);
    let trades = symbol(&view).unwrap().trades.len() as u64;
    assert_eq!(trades, view.snapshot.rates.trades);
    assert!(trades <= server.state().market.trade - 5_000_000);
}

#[test]
fn silence_without_a_sign_of_life_ends_a_connection() {
    let server = Server::start();
    let watched = start(&server);
    // Half a frame: the socket stays open, pings are not answered, nothing more comes.
    server.state().running = false;
    server.send(false, &Out::Raw(vec![0x81, 126, 0x40, 0x00, b'{']));
    watched.until_logged("no sign of life");
    server.state().running = true;
    recovers(&watched, &server);
}

#[test]
fn a_quiet_but_living_connection_is_kept() {
    let server = Server::start();
    let watched = start(&server);
    server.state().running = false;
    let before = server.state().pongs;
    watched.until("time passes", |view| view.session.now.0 - view.session.connections[0].last.unwrap().0 > 2_500_000_000);
    assert_eq!(server.state().opened, 2, "neither connection was opened again");
    assert_eq!(server.state().pongs, before);
    server.state().running = true;
    recovers(&watched, &server);
}

#[test]
fn a_stream_that_is_accepted_but_silent_is_told() {
    let server = Server::start();
    server.state().mute = true;
    let watched = Watched::start(options(&server.ws_url(), &server.rest_url()));
    watched.until_synced();
    watched.until("the silent stream shows", |view| {
        view.session.streams.iter().any(|stream| stream.name == "btcusdt@aggTrade" && stream.count == 0)
            && view.session.connections[1].state == ConnectionState::Open
    });
    server.state().mute = false;
    recovers(&watched, &server);
}

#[test]
fn a_clock_that_is_90_s_off_is_measured_and_harmless() {
    let server = Server::start();
    server.state().clock_ahead_ms = 90_000;
    let watched = start(&server);
    recovers(&watched, &server);
    let view = watched.until("the offset is known", |view| view.session.clock_offset.is_some());
    let offset = view.session.clock_offset.unwrap().to_secs_f64();
    assert!((-91.0..-89.0).contains(&offset), "{offset}");
    assert!(view.snapshot.latency.raw.least.to_secs_f64() < -89.0);
    assert!(symbol(&view).unwrap().last.unwrap().at <= view.session.now);
}

#[test]
fn the_user_stops_and_starts_the_feed() {
    let server = Server::start();
    let watched = start(&server);
    watched.ask(Request::ToggleFeed);
    let view = watched.until("both are stopped", |view| {
        view.session.stopped && view.session.connections.iter().all(|c| c.state == ConnectionState::Stopped)
    });
    assert!(logged(&view, "stopped by the user"));
    watched.until("the book is not believed", |view| symbol(view).is_some_and(|s| !s.book_state.is_synced()));
    watched.ask(Request::ToggleFeed);
    recovers(&watched, &server);
    assert!(!watched.view().session.stopped);
}

#[test]
fn symbols_come_and_go() {
    let server = Server::start();
    let watched = start(&server);
    let eth = rtai_tui::domain::Symbol::new("ETHUSDT").unwrap();
    watched.ask(Request::AddSymbol(eth));
    watched.until("a second symbol", |view| view.snapshot.symbol(eth).is_some());
    watched.until("its streams", |view| view.session.streams.iter().any(|stream| stream.symbol == eth));
    watched.ask(Request::RemoveSymbol(eth));
    watched.until("one symbol again", |view| view.snapshot.symbol(eth).is_none() && view.snapshot.symbol(btc()).is_some());
    recovers(&watched, &server);
}
