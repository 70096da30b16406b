//! Binance, spot and USDⓈ-M futures: one sans-I/O feed for both.
//!
//! [`Binance`] takes frames and answers with steps; nothing here opens a socket or looks at a clock. What differs between the
//! markets is in [`Market`]; what a message means in `message`; the order book's procedure in `book_sync`.

mod answers;
mod backoff;
mod book_sync;
mod levels;
mod market;
mod message;
mod requests;
mod rest;
mod rules;
mod streams;
mod tape;
mod text;
mod wire;
mod wires;

#[cfg(test)]
mod tests;

pub use market::{Market, SPOT, USDM};

use crate::book::OrderBook;
use crate::domain::{Event, Link, Market as MarketEvent, Nanos, Symbol, Timeframe};
use crate::feed::{ConnId, Connection, Feed, FeedCounters, FeedError, Frame, Severity, Step, Stream, Tag, Venue};
use book_sync::{BookSync, Cx};
use requests::Requests;
use rules::{Rules, Verdict};
use std::collections::BTreeMap;
use streams::Streams;
use tape::Tape;
use wire::Fault;
use wires::Wire;

/// Symbols a live feed follows at most: more do not fit the streams of one connection.
const MOST_LIVE: usize = 300;
/// Symbols of one capture at most.
const MOST_IMPORTED: usize = 2_000;

/// What a feed is for.
#[derive(Debug, Clone, Default)]
pub struct FeedConfig {
    /// Symbols to follow from the start.
    pub symbols: Vec<Symbol>,
    /// Whether sockets and REST stand behind it. If not, it decodes a capture: asks for nothing, has no time-outs, and follows
    /// every symbol it meets.
    pub live: bool,
}

impl FeedConfig {
    /// Live data of these symbols.
    pub const fn live(symbols: Vec<Symbol>) -> Self {
        Self { symbols, live: true }
    }

    /// The messages of a capture, whatever symbols they are of.
    pub const fn import() -> Self {
        Self { symbols: Vec::new(), live: false }
    }
}

/// What is kept of a symbol followed.
#[derive(Debug)]
struct Followed {
    symbol: Symbol,
    tape: Tape,
    /// Update id of the newest quote.
    quote: Option<u64>,
    book: BookSync,
    /// Whether its trading rules, or that there are none, have been told.
    told: bool,
}

/// A feed of one of Binance's markets.
#[derive(Debug)]
pub struct Binance {
    market: Market,
    live: bool,
    followed: Vec<Followed>,
    /// Where in `followed` a symbol is.
    places: BTreeMap<Symbol, usize>,
    streams: Streams,
    wires: Vec<Wire>,
    rules: Rules,
    requests: Requests,
    counters: FeedCounters,
}

impl Binance {
    /// A feed of a market. A symbol named twice is followed once; live, those beyond the 300th are left out.
    pub fn new(market: Market, config: FeedConfig) -> Self {
        let wires = market.connections().iter().map(|c| Wire::new(market, c.id, config.live)).collect();
        let mut feed = Self {
            market,
            live: config.live,
            followed: Vec::new(),
            places: BTreeMap::new(),
            streams: Streams::new(market),
            wires,
            rules: Rules::default(),
            requests: Requests::new(market),
            counters: FeedCounters::default(),
        };
        for symbol in config.symbols {
            let _ = feed.follow(Nanos::ZERO, symbol);
        }
        feed
    }

    /// The feed's own book of a symbol with the update it reflects; `None` while it is not in step with the exchange.
    pub fn book(&self, symbol: Symbol) -> Option<(u64, &OrderBook)> {
        let followed = self.followed.get(*self.places.get(&symbol)?)?;
        followed.book.is_synced().then(|| (followed.book.last(), followed.book.book()))
    }

    fn symbols(&self) -> Vec<Symbol> {
        self.followed.iter().map(|followed| followed.symbol).collect()
    }

    /// Follows a symbol; `None` when it is followed already or there are too many.
    fn follow(&mut self, at: Nanos, symbol: Symbol) -> Option<usize> {
        let most = if self.live { MOST_LIVE } else { MOST_IMPORTED };
        if self.places.contains_key(&symbol) || self.followed.len() >= most {
            return None;
        }
        let mut book = BookSync::new(symbol);
        if self.live {
            self.streams.add(at, symbol);
        } else {
            book.await_import();
        }
        self.followed.push(Followed { symbol, tape: Tape::default(), quote: None, book, told: false });
        self.places.insert(symbol, self.followed.len() - 1);
        Some(self.followed.len() - 1)
    }

    /// Where a symbol met in a message is kept. Importing, it is followed from now on.
    fn place(&mut self, at: Nanos, symbol: Symbol, out: &mut Vec<Step>) -> Result<Option<usize>, Fault> {
        if let Some(place) = self.places.get(&symbol) {
            return Ok(Some(*place));
        }
        if self.live {
            return Ok(None);
        }
        let place = self.follow(at, symbol).ok_or_else(|| Fault(format!("more than {MOST_IMPORTED} symbols in one capture")))?;
        self.tell_rules(out);
        Ok(Some(place))
    }

    /// Tells the rules of the followed symbols that have not been told, as far as they are known.
    fn tell_rules(&mut self, out: &mut Vec<Step>) {
        let mut instruments = Vec::new();
        for followed in self.followed.iter_mut().filter(|followed| !followed.told) {
            match self.rules.verdict(followed.symbol) {
                Verdict::Traded(instrument) => instruments.push(*instrument),
                Verdict::Refused(why) if self.live => {
                    followed.book.stop();
                    out.push(Step::Notice(Severity::Error, why));
                }
                Verdict::Refused(_) | Verdict::Unknown => continue,
            }
            followed.told = true;
        }
        if !instruments.is_empty() {
            out.push(Step::Instruments(instruments));
        }
    }

    fn link(link: Option<Link>, out: &mut Vec<Step>) {
        out.extend(link.map(|link| Step::Emit(MarketEvent { symbol: None, event: Event::Link(link) })));
    }

    fn carries_books(&self, conn: ConnId) -> bool {
        self.market.scope(conn).book()
    }

    fn opened(&mut self, at: Nanos, conn: ConnId, out: &mut Vec<Step>) {
        let Some(wire) = self.wires.get_mut(usize::from(conn.0)) else { return };
        Self::link(wire.opened(at), out);
        self.streams.opened(at, conn);
        let books = self.carries_books(conn) || !self.live;
        let mut cx = Cx { market: self.market, live: self.live, at, out, counters: &mut self.counters };
        for followed in &mut self.followed {
            followed.tape.reopened();
            if books {
                followed.quote = None;
                followed.book.begin(&mut cx);
            }
        }
    }

    fn closed(&mut self, conn: ConnId, why: &str, out: &mut Vec<Step>) {
        let Some(wire) = self.wires.get_mut(usize::from(conn.0)) else { return };
        Self::link(wire.closed(&wire::safe(why)), out);
        if self.carries_books(conn) || !self.live {
            for followed in &mut self.followed {
                if self.live { followed.book.stop() } else { followed.book.await_import() }
            }
        }
    }

    fn tick(&mut self, at: Nanos, out: &mut Vec<Step>) {
        if !self.live {
            return;
        }
        let mut cx = Cx { market: self.market, live: true, at, out, counters: &mut self.counters };
        self.followed.iter_mut().for_each(|followed| followed.book.on_tick(&mut cx));
        if self.followed.is_empty() {
            return;
        }
        for (wire, connection) in self.wires.iter_mut().zip(self.market.connections()) {
            if let Some(why) = wire.gave_up(at) {
                out.push(Step::Reconnect(connection.id, why));
            } else if wire.is_delivering(at) {
                let silent = self.streams.silent(at, connection.id);
                out.extend(silent.into_iter().map(|text| Step::Notice(Severity::Warning, text)));
            }
        }
    }

    fn ask_for(&mut self, symbol: Symbol, out: &mut Vec<Step>) {
        for timeframe in requests::AT_START {
            self.requests.ask(Tag::History(symbol, timeframe, None), &[], Nanos::ZERO, out);
        }
    }

    fn fault(&mut self, stream: &str, fault: &Fault) -> FeedError {
        self.counters.malformed += 1;
        FeedError { stream: wire::safe(stream), reason: wire::safe(&fault.0) }
    }
}

impl Feed for Binance {
    fn venue(&self) -> &'static Venue {
        self.market.venue()
    }

    fn connections(&self) -> &[Connection] {
        self.market.connections()
    }

    fn start(&mut self, _at: Nanos, out: &mut Vec<Step>) {
        if !self.live {
            return;
        }
        let symbols = self.symbols();
        self.requests.ask(Tag::Time, &[], Nanos::ZERO, out);
        if !symbols.is_empty() {
            self.requests.ask(Tag::Instruments, &symbols, Nanos::ZERO, out);
        }
        // The bars looked at first, of all symbols, before any of the others.
        for timeframe in requests::AT_START {
            for symbol in &symbols {
                self.requests.ask(Tag::History(*symbol, timeframe, None), &[], Nanos::ZERO, out);
            }
        }
    }

    fn subscriptions(&self, conn: ConnId) -> Vec<String> {
        self.streams.subscriptions(conn)
    }

    fn on_frame(&mut self, at: Nanos, frame: Frame<'_>, out: &mut Vec<Step>) -> Result<(), FeedError> {
        match frame {
            Frame::Open(conn) => self.opened(at, conn, out),
            Frame::Closed(conn, why) => self.closed(conn, why, out),
            Frame::Tick => self.tick(at, out),
            Frame::Fetched(tag, answer) => return self.fetched(at, tag, answer, out),
            Frame::Text(conn, text) => return self.text(at, conn, text, out),
            Frame::Binary(_, bytes) => {
                let fault = Fault(format!("{} bytes of binary data, which this exchange never sends", bytes.len()));
                return Err(self.fault("binary message", &fault));
            }
        }
        Ok(())
    }

    fn add_symbol(&mut self, at: Nanos, symbol: Symbol, out: &mut Vec<Step>) {
        let Some(place) = self.follow(at, symbol) else {
            if !self.places.contains_key(&symbol) {
                let text =
                    format!("{symbol} is not followed: {} symbols are the most this exchange carries", self.followed.len());
                out.push(Step::Notice(Severity::Error, text));
            }
            return;
        };
        if !self.live {
            return;
        }
        // A list that does not have it may be older than its listing: asked for anew.
        if matches!(self.rules.verdict(symbol), Verdict::Traded(_)) {
            self.tell_rules(out);
        } else {
            self.requests.ask(Tag::Instruments, &[symbol], Nanos::ZERO, out);
        }
        for (conn, message) in self.streams.change(place, true) {
            if self.wires.get(usize::from(conn.0)).is_some_and(Wire::is_open) {
                out.push(Step::Send(conn, message));
                if self.carries_books(conn)
                    && let Some(followed) = self.followed.get_mut(place)
                {
                    let mut cx = Cx { market: self.market, live: true, at, out, counters: &mut self.counters };
                    followed.book.begin(&mut cx);
                }
            }
        }
        self.ask_for(symbol, out);
    }

    fn remove_symbol(&mut self, symbol: Symbol, out: &mut Vec<Step>) {
        let Some(place) = self.places.remove(&symbol) else { return };
        if self.live {
            for (conn, message) in self.streams.change(place, false) {
                if self.wires.get(usize::from(conn.0)).is_some_and(Wire::is_open) {
                    out.push(Step::Send(conn, message));
                }
            }
            self.streams.remove(place);
        }
        self.followed.remove(place);
        self.places.values_mut().filter(|p| **p > place).for_each(|p| *p -= 1);
    }

    fn request_history(&mut self, symbol: Symbol, timeframe: Timeframe, before: Option<Nanos>, out: &mut Vec<Step>) {
        if self.live {
            self.requests.ask(Tag::History(symbol, timeframe, before), &[], Nanos::ZERO, out);
        }
    }

    fn streams(&self) -> &[Stream] {
        self.streams.all()
    }

    fn counters(&self) -> FeedCounters {
        self.counters
    }
}
