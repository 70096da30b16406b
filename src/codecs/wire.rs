//! Raw messages of an exchange through its feed, the one that also serves live sockets.

use super::Report;
use crate::domain::{Instrument, Nanos, Payload, Symbol};
use crate::exchanges;
use crate::feed::{ConnId, Feed, FeedCounters, Frame, Step, Tag};
use memchr::memmem;
use std::collections::VecDeque;

/// Where a message names its symbol.
const SYMBOL_WITHIN: usize = 512;

/// Decodes messages of one market and counts what it meets.
pub(super) struct Wire {
    feed: Box<dyn Feed>,
    steps: Vec<Step>,
    instruments: Vec<Instrument>,
    /// The only symbol met so far.
    only: Option<Symbol>,
    several: bool,
    /// A snapshot that came before any message said a symbol.
    early: Option<(Nanos, u64, String)>,
}

impl Wire {
    /// A decoder for a venue; `None` where there is no such venue.
    pub(super) fn new(venue: &str) -> Option<Self> {
        let feed = exchanges::find(venue)?.import();
        Some(Self { feed, steps: Vec::new(), instruments: Vec::new(), only: None, several: false, early: None })
    }

    pub(super) fn venue(&self) -> &'static str {
        self.feed.venue().name
    }

    pub(super) fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// A message as it was received; a line that holds the body of a depth snapshot is one.
    pub(super) fn message(
        &mut self,
        at: Nanos,
        line: u64,
        text: &str,
        out: &mut VecDeque<(Nanos, Payload)>,
        report: &mut Report,
    ) {
        if text.starts_with("{\"lastUpdateId\"") {
            self.inline_snapshot(at, line, text, out, report);
            return;
        }
        if !self.several
            && let Some(symbol) = symbol_of(text)
        {
            self.meet(symbol);
        }
        self.frame(at, line, Frame::Text(ConnId(0), text), out, report);
        if self.only.is_some()
            && let Some((_, line, body)) = self.early.take()
        {
            self.inline_snapshot(at, line, &body, out, report);
        }
    }

    /// The answer to a REST request.
    pub(super) fn answer(
        &mut self,
        at: Nanos,
        line: u64,
        tag: &Tag,
        body: &str,
        out: &mut VecDeque<(Nanos, Payload)>,
        report: &mut Report,
    ) {
        self.frame(at, line, Frame::Fetched(tag, Ok(body.as_bytes())), out, report);
    }

    /// The connection was opened anew.
    pub(super) fn opened(&mut self, at: Nanos, line: u64, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) {
        self.frame(at, line, Frame::Open(ConnId(0)), out, report);
    }

    fn meet(&mut self, symbol: &str) {
        if self.only.is_some_and(|only| only.as_str() == symbol) {
            return;
        }
        let Ok(symbol) = Symbol::new(symbol) else { return };
        self.several = self.only.is_some();
        self.only = if self.several { None } else { Some(symbol) };
    }

    fn inline_snapshot(&mut self, at: Nanos, line: u64, body: &str, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) {
        match self.only {
            Some(symbol) => self.answer(at, line, &Tag::Snapshot(symbol, 0), body, out, report),
            None if self.several => {
                let why = "an order-book snapshot that does not say its symbol, in a file of several symbols";
                report.bad_line(line, why);
            }
            None => self.early = Some((at, line, body.to_owned())),
        }
    }

    fn frame(&mut self, at: Nanos, line: u64, frame: Frame<'_>, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) {
        let before = (out.len(), self.feed.counters());
        let is_message = matches!(frame, Frame::Text(..));
        let read = self.feed.on_frame(at, frame, &mut self.steps);
        for step in self.steps.drain(..) {
            match step {
                Step::Emit(market) => out.push_back((at, Payload::Market(market))),
                Step::Instruments(known) => self.instruments.extend(known),
                // A capture is not asked for anything, and its troubles show in the counters.
                Step::Send(..)
                | Step::Fetch(_)
                | Step::Reconnect(..)
                | Step::Handover(..)
                | Step::ServerTime(_)
                | Step::Notice(..) => {}
            }
        }
        let counters = self.feed.counters();
        match read {
            Err(error) => report.bad_line(line, error.to_string()),
            Ok(()) if is_message => {
                let counted = |c: FeedCounters| (c.unknown, c.duplicates, c.non_market);
                report.silent += u64::from(before.0 == out.len() && counted(before.1) == counted(counters));
            }
            // Book changes that waited for a snapshot come with it.
            Ok(()) => report.silent = report.silent.saturating_sub((out.len() - before.0).saturating_sub(1) as u64),
        }
        report.unknown = counters.unknown;
        report.duplicates = counters.duplicates;
        report.non_market = counters.non_market;
        report.resyncs = counters.resyncs;
    }
}

/// The symbol a message names near its beginning.
fn symbol_of(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let near = bytes.get(..SYMBOL_WITHIN).unwrap_or(bytes);
    let start = memmem::find(near, b"\"s\":\"")? + 5;
    let end = start + memchr::memchr(b'"', bytes.get(start..)?)?;
    text.get(start..end)
}

/// The number that a key has in a message: the first such key, wherever it stands.
pub(super) fn number_of(text: &str, key: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let start = memmem::find(bytes, key.as_bytes())? + key.len();
    let digits = bytes.get(start..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    text.get(start..start + digits)?.parse().ok()
}

/// Which of Binance's markets a message is of, where it shows.
pub(super) fn market_of(text: &str) -> Option<&'static str> {
    let has = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    let futures =
        ["\"pu\":", "\"e\":\"bookTicker\"", "\"X\":\"", "\"markPriceUpdate\"", "\"forceOrder\"", "\"st\":", "\"ps\":", "\"nq\":"];
    if futures.into_iter().any(has) {
        return Some(exchanges::binance::USDM.name);
    }
    let spot = has("\"M\":") || has("\"depthUpdate\"") || has("bookTicker");
    spot.then_some(exchanges::binance::SPOT.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markets_are_told_by_what_only_one_of_them_sends() {
        for (text, venue) in [
            (
                r#"{"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":2,"pu":0}}"#,
                "binance-futures",
            ),
            (r#"{"e":"bookTicker","u":1,"s":"BTCUSDT","T":1}"#, "binance-futures"),
            (r#"{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"X":"MARKET","m":false}"#, "binance-futures"),
            (r#"{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT"}}"#, "binance-spot"),
            (r#"{"e":"trade","E":1,"s":"BTCUSDT","m":true,"M":true}"#, "binance-spot"),
            (r#"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2}"#, "binance-spot"),
        ] {
            assert_eq!(market_of(text), Some(venue), "{text}");
        }
        assert_eq!(market_of(r#"{"lastUpdateId":5,"bids":[]}"#), None);
    }

    #[test]
    fn symbols_and_times_are_found() {
        let text = r#"{"stream":"x@trade","data":{"e":"trade","E":172,"T":171,"s":"牛来USDT"}}"#;
        assert_eq!(symbol_of(text), Some("牛来USDT"));
        assert_eq!(
            (number_of(text, "\"E\":"), number_of(text, "\"T\":"), number_of(text, "\"Q\":")),
            (Some(172), Some(171), None)
        );
        assert_eq!(symbol_of(r#"{"s":"BTC"#), None);
    }
}
