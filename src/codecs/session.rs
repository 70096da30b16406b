//! Recorded sessions: one JSON object a line with `t` = `header`, `http`, `connect`, `send` or `recv`, `ts` in seconds, and
//! `data` holding the raw message or REST body as a text.
//!
//! The header names the exchange. REST bodies give trading rules, depth snapshots and bars; they are taken at their own
//! time, though the file lists them before the messages.

use super::wire::Wire;
use super::{Codec, Head, ImportError, Job, Line, Report, Source, Text};
use crate::domain::{Instrument, Nanos, Payload, Symbol};
use crate::feed::Tag;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec =
    Codec { name: "session", about: "recorded sessions of Binance (JSON lines with t, conn, ts, data)", score, open };

/// REST bodies kept until their time comes.
const WAITING: usize = 64;

fn score(head: &Head) -> u8 {
    let line = head.text.get(..4_096).unwrap_or(&head.text);
    if line.starts_with("{\"t\":\"header\"") && line.contains("\"exchange\"") {
        100
    } else {
        u8::from(["{\"t\":\"http\"", "{\"t\":\"connect\"", "{\"t\":\"recv\""].iter().any(|start| line.starts_with(start))) * 90
    }
}

#[derive(serde::Deserialize)]
struct Entry<'a> {
    t: &'a str,
    #[serde(borrow, default)]
    exchange: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    conn: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    ts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    addr: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    data: Option<Cow<'a, str>>,
}

/// The venue of an exchange's name in a header.
fn venue(exchange: &str) -> Option<&'static str> {
    match exchange {
        "BINANCE" => Some(crate::exchanges::binance::SPOT.name),
        "BINANCE_FUTURES" => Some(crate::exchanges::binance::USDM.name),
        _ => None,
    }
}

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    // A header can be longer than what is looked at; the exchange is near its beginning.
    let head = &job.text.head.text;
    let named = head.split_once("\"exchange\":").and_then(|(_, rest)| rest.trim_start().strip_prefix('"')?.split_once('"'));
    let by_address = || match () {
        () if head.contains("fstream.binance.com") || head.contains("fapi.binance.com") => Some("BINANCE_FUTURES"),
        () if head.contains("stream.binance.com") || head.contains("api.binance.com") => Some("BINANCE"),
        () => None,
    };
    let exchange = named.map(|(name, _)| name).or_else(by_address).unwrap_or("an exchange it does not name");
    let unknown = || ImportError::UnknownExchange { file: job.path.clone(), exchange: exchange.chars().take(40).collect() };
    let wire = venue(exchange).and_then(Wire::new).ok_or_else(unknown)?;
    Ok(Box::new(Session { path: job.path, text: job.text, wire, waiting: VecDeque::new(), connected: BTreeSet::new() }))
}

/// A REST body whose time has not come: time, line, what it answers, body.
type Answer = (Nanos, u64, Tag, String);

struct Session {
    path: PathBuf,
    text: Text,
    wire: Wire,
    /// In order of time.
    waiting: VecDeque<Answer>,
    /// Connections that were opened once.
    connected: BTreeSet<String>,
}

/// What a REST request asked for.
fn tag_of(url: &str) -> Option<Tag> {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let of = |key: &str| query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    let symbol = || of("symbol").and_then(|text| Symbol::new(&text.to_uppercase()).ok());
    match path.rsplit('/').next()? {
        "exchangeInfo" => Some(Tag::Instruments),
        "depth" => Some(Tag::Snapshot(symbol()?, 0)),
        "klines" => Some(Tag::History(symbol()?, of("interval")?.parse().ok()?, None)),
        "time" => Some(Tag::Time),
        _ => None,
    }
}

impl Session {
    /// Gives the REST bodies whose time has come by `at`.
    fn due(
        wire: &mut Wire,
        waiting: &mut VecDeque<Answer>,
        at: Nanos,
        out: &mut VecDeque<(Nanos, Payload)>,
        report: &mut Report,
    ) {
        while waiting.front().is_some_and(|(due, ..)| *due <= at) || waiting.len() > WAITING {
            let Some((due, line, tag, body)) = waiting.pop_front() else { return };
            wire.answer(due, line, &tag, &body, out, report);
        }
    }
}

impl Source for Session {
    fn venue(&self) -> &'static str {
        self.wire.venue()
    }

    fn instruments(&self) -> &[Instrument] {
        self.wire.instruments()
    }

    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError> {
        let number = self.text.lines.number() + 1;
        let line = match self.text.lines.next_line().map_err(|error| ImportError::io(&self.path, error))? {
            Some(Line::Text(text)) => text,
            Some(Line::Bad(why)) => {
                report.lines += 1;
                report.bad_line(number, why);
                return Ok(true);
            }
            None => {
                Self::due(&mut self.wire, &mut self.waiting, Nanos::MAX, out, report);
                return Ok(false);
            }
        };
        report.lines += 1;
        let entry: Entry<'_> = match serde_json::from_str(line) {
            Ok(entry) => entry,
            Err(error) => {
                report.bad_line(number, format!("not an entry of a session: {error}"));
                return Ok(true);
            }
        };
        if entry.t == "header" {
            if let Some(name) = entry.exchange.filter(|name| venue(name) != Some(self.wire.venue())) {
                return Err(ImportError::UnknownExchange { file: self.path.clone(), exchange: name.into_owned() });
            }
            return Ok(true);
        }
        let Some(at) = entry.ts.and_then(|ts| Nanos::parse_secs(ts.get().as_bytes()).ok()) else {
            report.bad_line(number, "`ts` is missing or no time in seconds");
            return Ok(true);
        };
        match (entry.t, entry.data) {
            ("http", Some(body)) => match tag_of(entry.url.as_deref().or(entry.addr.as_deref()).unwrap_or_default()) {
                Some(tag) => {
                    let place = self.waiting.partition_point(|(due, ..)| *due <= at);
                    self.waiting.insert(place, (at, number, tag, body.into_owned()));
                    if self.waiting.len() > WAITING {
                        Self::due(&mut self.wire, &mut self.waiting, Nanos(i64::MIN), out, report);
                    }
                }
                None => report.unknown += 1,
            },
            ("connect", _) => {
                // A further connection of its own carries other streams; the same one anew has lost its place.
                if !self.connected.insert(entry.conn.unwrap_or_default().into_owned()) {
                    self.wire.opened(at, number, out, report);
                }
            }
            ("recv", Some(message)) => {
                Self::due(&mut self.wire, &mut self.waiting, at, out, report);
                self.wire.message(at, number, &message, out, report);
            }
            ("send" | "close", _) => {}
            (other, _) => report.bad_line(
                number,
                format!("`t` is `{other}` without what belongs to it: expected header, http, connect, send or recv"),
            ),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::test_import;

    #[test]
    fn bodies_come_at_their_time_and_give_the_rules() {
        let text = r#"{"t":"header","format":2,"exchange":"BINANCE","config":{}}
{"t":"http","conn":"B.http","ts":9.5,"url":"https://api.binance.com/api/v3/exchangeInfo","data":"{\"symbols\":[{\"symbol\":\"NKNUSDT\",\"status\":\"TRADING\",\"baseAsset\":\"NKN\",\"quoteAsset\":\"USDT\",\"filters\":[{\"filterType\":\"PRICE_FILTER\",\"tickSize\":\"0.00010000\"},{\"filterType\":\"LOT_SIZE\",\"stepSize\":\"1.00000000\"}]}]}"}
{"t":"http","conn":"B.http","ts":11.5,"url":"https://api.binance.com/api/v3/depth?symbol=NKNUSDT&limit=1000","data":"{\"lastUpdateId\":10,\"bids\":[[\"0.35\",\"1\"]],\"asks\":[[\"0.36\",\"1\"]]}"}
{"t":"connect","conn":"B.ws.1","ts":10.1,"addr":"wss://stream.binance.com:9443/stream"}
{"t":"recv","conn":"B.ws.1","ts":11.25,"data":"{\"stream\":\"nknusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":11068,\"s\":\"NKNUSDT\",\"U\":9,\"u\":12,\"b\":[],\"a\":[[\"0.37\",\"2\"]]}}"}
{"t":"recv","conn":"B.ws.1","ts":12,"data":"{\"stream\":\"nknusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":11168,\"s\":\"NKNUSDT\",\"U\":13,\"u\":14,\"b\":[],\"a\":[[\"0.38\",\"2\"]]}}"}
"#;
        let (shown, meta, reports) = test_import(&[("B.jsonl", text)]).unwrap();
        let kinds: Vec<_> = shown
            .lines()
            .filter_map(|line| Some((line.split(' ').next()?, line.split(' ').nth(2)?.split('(').next()?)))
            .collect();
        assert_eq!(kinds, [("11.5", "Book"), ("11.5", "Depth"), ("12", "Depth")], "{shown}");
        let rules = &meta.instruments[0];
        assert_eq!((rules.tick.to_string(), rules.base.as_str()), ("0.0001".to_owned(), "NKN"));
        assert_eq!((reports[0].bad, reports[0].resyncs), (0, 0));
    }

    #[test]
    fn other_exchanges_are_named() {
        let said = test_import(&[("BYBIT.jsonl", "{\"t\":\"header\",\"format\":2,\"exchange\":\"BYBIT\"}\n")]).unwrap_err();
        assert!(said.contains("a session of BYBIT"), "{said}");
    }
}
