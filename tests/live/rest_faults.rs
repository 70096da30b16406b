//! What goes wrong with REST while a book is fetched.

use crate::server::{RestFault, Server};
use crate::watch::{Watched, options};

/// A session whose first order-book requests meet these answers, until its book is in sync.
fn survives(faults: Vec<RestFault>) -> (Server, Watched) {
    let server = Server::start();
    let count = faults.len() as u64;
    server.state().rest_faults = faults.into();
    let watched = Watched::start(options(&server.ws_url(), &server.rest_url()));
    watched.until_synced();
    watched.until_trades(3);
    assert!(server.state().snapshots > count);
    (server, watched)
}

#[test]
fn too_many_requests_are_followed_by_the_quiet_asked_for() {
    let text = r#"{"code":-1003,"msg":"Too many requests."}"#;
    let (_server, watched) = survives(vec![RestFault::Status(429, Some(1), text)]);
    watched.until_logged("received too many requests (429)");
}

#[test]
fn trouble_of_the_exchange_is_tried_again() {
    let page = "<html><body>\u{1b}[31mBad gateway</body></html>";
    let (_server, watched) = survives(vec![
        RestFault::Status(502, None, page),
        RestFault::Status(200, None, page),
        RestFault::Status(200, None, r#"{"lastUpdateId":"x","bids":[["1"]]}"#),
        RestFault::Cut(40),
    ]);
    let view = watched.until_logged("trouble of its own (502)");
    assert!(view.session.log.iter().all(|line| !line.text.contains('\u{1b}')));
}

#[test]
fn a_request_that_is_never_answered_does_not_hold_the_session_up() {
    let (_server, watched) = survives(vec![RestFault::Hang]);
    watched.until_logged("no order book yet");
}

#[test]
fn an_exchange_without_rest_still_shows_trades() {
    let server = Server::start();
    let mut options = options(&server.ws_url(), &server.rest_url());
    "http://127.0.0.1:1".clone_into(&mut options.rest_url);
    let watched = Watched::start(options);
    watched.until_trades(5);
    watched.until_logged("refused the connection");
}
