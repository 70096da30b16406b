//! The venue: REST, its clock, WebSockets, the first data.

use super::bench::{Bench, Refused, Venue, WAIT};
use super::report::Found;
use crate::cli::live::DEMO;
use crate::cli::settings::Settings;
use crate::domain::{Event, Nanos};
use crate::drive::clock::nanos;
use crate::drive::socket::{Target, Tried, try_out};
use crate::drive::words::without_passwords;
use crate::feed::{FetchFailure, Frame, Step, Tag};
use std::fmt::Write as _;

/// From here on a wrong clock is worth saying, and from there on it is wrong.
const SKEW: Nanos = Nanos::from_millis(500);
const WRONG: Nanos = Nanos::from_secs(10);

fn venue(bench: &Bench) -> Result<&Venue, Found> {
    bench.venue.as_ref().map_err(|refused| match refused {
        Refused::Offline => Found::skip("not asked for (--offline)"),
        Refused::Broken(why) => {
            Found::fail(why.clone(), "choose the venue with --venue, its addresses with --ws-url and --rest-url")
        }
    })
}

fn ms(span: Nanos) -> f64 {
    (span.0 as f64 / 1e5).round() / 10.0
}

/// What to do when an address does not answer as it should.
fn advice(settings: &Settings, venue: &str, what: &str, status: u16, said: &str) -> String {
    let (flag, setting) = (format!("--{}", what.replace('_', "-")), format!("[venues.{venue}] {what}"));
    let other = format!("another address is set by {flag} or {setting}");
    if venue == DEMO {
        return format!("the demo exchange is on this computer's loopback: check its firewall; {other}");
    }
    let refuses = |code: &str| said.contains(code);
    match status {
        451 => format!("{venue} is not offered in this country or region: choose another with --venue; {other}"),
        _ if refuses("(451)") => {
            format!("{venue} is not offered in this country or region: choose another with --venue; {other}")
        }
        403 => format!("a firewall of {venue} refuses this address (often data centres and VPNs): try another network; {other}"),
        _ if refuses("(403)") => format!("a firewall of {venue} refuses this address: try another network; {other}"),
        418 | 429 => "too many requests came from this address: wait some minutes, and end other programs that ask".to_owned(),
        404 => format!("the address seems to be another server's; {other}"),
        500..=599 => format!("{venue} has trouble of its own: try again later"),
        _ if said.contains("no address is known") => {
            format!("names cannot be looked up, or the name is wrong: check the network and /etc/resolv.conf; {other}")
        }
        _ if said.contains("certificate") || said.contains("TLS") || said.contains("secure") => {
            format!("check this computer's clock, its root certificates (ca-certificates) and proxies in between; {other}")
        }
        _ if said.contains("refused the connection") => {
            format!("nothing listens there: start it, or check host and port; {other}")
        }
        _ => format!(
            "check that the network reaches it (proxies, firewalls); {other}{}",
            if settings.config.venue == DEMO { "" } else { "; `rtai-tui demo` needs no network" }
        ),
    }
}

fn refused(bench: &Bench, venue: &Venue, failure: &FetchFailure) -> Found {
    let fix = advice(&bench.settings, &venue.name, "rest_url", failure.status, &failure.message);
    let found = Found::fail(failure.message.clone(), fix).fact("url", without_passwords(&venue.rest_url));
    if failure.status > 0 { found.fact("status", failure.status) } else { found }
}

/// Asks REST for the venue's clock: when it was asked, when it answered, and the answer.
fn ask(bench: &Bench, venue: &Venue, twice: bool) -> Result<(Nanos, Nanos, Vec<u8>), Box<Found>> {
    let wrong = |why: String| Found::fail(why, "check --rest-url and [venues.NAME] rest_url");
    let client = venue.client().map_err(wrong)?;
    let path = venue.time_path(bench.clock.now()).ok_or_else(|| Found::skip(format!("{} tells no time", venue.name)))?;
    // The second request rides on the first one's connection: it takes as long as the way there and back.
    for _ in 0..u8::from(twice) {
        client.get(&path).result.map_err(|failure| refused(bench, venue, &failure))?;
    }
    let asked = bench.clock.now();
    let body = client.get(&path).result.map_err(|failure| refused(bench, venue, &failure))?;
    Ok((asked, bench.clock.now(), body))
}

impl From<Box<Found>> for Found {
    fn from(found: Box<Found>) -> Self {
        *found
    }
}

/// The REST endpoint answers.
pub fn rest(bench: &Bench) -> Found {
    let venue = match venue(bench) {
        Ok(venue) => venue,
        Err(found) => return found,
    };
    match ask(bench, venue, false) {
        Ok((asked, answered, _)) => {
            let took = ms(answered - asked);
            let text = format!("{} answered in {took} ms, connection included", without_passwords(&venue.rest_url));
            Found::pass(text).fact("first_answer_ms", took).fact("url", without_passwords(&venue.rest_url))
        }
        Err(found) => *found,
    }
}

/// This computer's clock against the venue's.
pub fn clock(bench: &Bench) -> Found {
    let venue = match venue(bench) {
        Ok(venue) => venue,
        Err(found) => return found,
    };
    let (asked, answered, body) = match ask(bench, venue, true) {
        Ok(answer) => answer,
        // That is the other check's to say in full.
        Err(found) => return Found::skip(format!("the venue's clock cannot be had: {}", found.text)),
    };
    let mut steps = Vec::new();
    let read = venue.feed(|feed| feed.on_frame(answered, Frame::Fetched(&Tag::Time, Ok(&body)), &mut steps));
    let told = steps.into_iter().find_map(|step| if let Step::ServerTime(at) = step { Some(at) } else { None });
    let Some(told) = told.filter(|_| read.is_ok()) else {
        return Found::fail("the venue's clock was not understood", "the address may be another server's: check rest_url");
    };
    let trip = answered - asked;
    let skew = asked + Nanos(trip.0 / 2) - told;
    let (off, way) = (Nanos(skew.0.abs()), if skew.0 < 0 { "behind" } else { "ahead of" });
    let text = format!("{} ms {way} {} (give or take {} ms)", ms(off), venue.name, ms(Nanos(trip.0 / 2)));
    let fix = "set it by the network: `timedatectl set-ntp true`, chrony, or the system's settings";
    let found = if off > WRONG {
        Found::fail(text, fix)
    } else if off > SKEW {
        Found::warn(text, fix)
    } else {
        Found::pass(text)
    };
    found.fact("skew_ms", ms(skew)).fact("round_trip_ms", ms(trip))
}

/// Each WebSocket opens.
pub fn websocket(bench: &Bench) -> Found {
    tried(bench, false).map_or_else(Found::from, |(venue, tried)| {
        let mut text = String::new();
        let mut found = Found::pass("");
        for (name, tried) in tried {
            match tried {
                Ok(tried) => {
                    let _ = write!(text, "{}{name} open in {} ms", if text.is_empty() { "" } else { ", " }, ms(tried.opened));
                    found = found.fact(&format!("{name}_open_ms"), ms(tried.opened));
                }
                Err(why) => {
                    let fix = advice(&bench.settings, &venue.name, "ws_url", 0, &why);
                    return Found::fail(format!("{name}: {why}"), fix).fact("url", without_passwords(&venue.ws_url));
                }
            }
        }
        found.text = format!("{}: {text}", without_passwords(&venue.ws_url));
        found.fact("url", without_passwords(&venue.ws_url))
    })
}

/// The first data arrive.
pub fn data(bench: &Bench) -> Found {
    tried(bench, true).map_or_else(Found::from, |(venue, tried)| {
        if let Some(Err(why)) = tried.iter().map(|(_, tried)| tried).find(|tried| tried.is_err()) {
            return Found::skip(format!("no WebSocket, no data: {why}"));
        }
        let firsts: Vec<(&str, Nanos)> =
            tried.iter().filter_map(|(name, tried)| Some((*name, tried.as_ref().ok()?.first?))).collect();
        let symbols: Vec<&str> = venue.symbols.iter().map(crate::domain::Symbol::as_str).collect();
        let symbols = symbols.join(", ");
        if firsts.is_empty() {
            let fix = format!("check that {} trades {symbols} (--symbols); a proxy may hold WebSocket messages back", venue.name);
            return Found::fail(format!("connected, but nothing of {symbols} came within {} s", WAIT.as_secs()), fix);
        }
        let told: Vec<String> = firsts.iter().map(|(name, first)| format!("{name} after {} ms", ms(*first))).collect();
        let silent: Vec<&str> = tried.iter().filter(|(_, tried)| tried.as_ref().is_ok_and(|tried| tried.first.is_none())).map(|(name, _)| *name).collect();
        let text = format!("first data of {symbols}: {}", told.join(", "));
        let found = if silent.is_empty() {
            Found::pass(text)
        } else {
            let what = silent.join(", ");
            Found::warn(
                format!("{text}; nothing on {what}"),
                format!("a quiet market may take longer; if {what} stays silent, check the network and that the venue trades {symbols}"),
            )
        };
        firsts.iter().fold(found, |found, (name, first)| found.fact(&format!("{name}_first_ms"), ms(*first)))
    })
}

type Outcomes = Vec<(&'static str, Result<Tried, String>)>;

/// Tries the venue's WebSockets out.
fn tried(bench: &Bench, subscribe: bool) -> Result<(&Venue, Outcomes), Box<Found>> {
    let venue = venue(bench)?;
    let wrong = |why: String| Found::fail(why, "check --ws-url and [venues.NAME] ws_url");
    let sockets = venue.sockets(subscribe).map_err(wrong)?;
    let targets: Vec<Target> = sockets.iter().map(|(_, target)| target.clone()).collect();
    let clock = &bench.clock;
    let mut is_data = |index: usize, text: &str| {
        let mut steps = Vec::new();
        let Some((connection, _)) = sockets.get(index) else { return false };
        // What cannot be decoded is no data.
        let _ = venue.feed(|feed| feed.on_frame(clock.now(), Frame::Text(connection.id, text), &mut steps));
        steps.iter().any(|step| matches!(step, Step::Emit(market) if !matches!(market.event, Event::Link(_))))
    };
    let outcomes = try_out(&targets, nanos(WAIT), clock, &mut is_data).map_err(|error| {
        Found::fail(format!("no socket could be opened: {error}"), "raise the limit of open files (ulimit -n)")
    })?;
    Ok((venue, sockets.iter().map(|(connection, _)| connection.name).zip(outcomes).collect()))
}
