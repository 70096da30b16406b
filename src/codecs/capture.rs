//! Raw WebSocket captures of Binance: one message a line, as it was received.
//!
//! Either `<local time> <json>` (nanoseconds; other units are told by their size), or the bare JSON of combined or single
//! streams. A bare message comes at its event time `E`, else its transaction time `T`, else the time of the message before. The
//! market is told by fields only one of them has. A line `{"lastUpdateId":…}` is the depth snapshot of the file's symbol. All
//! goes through the feed that serves live sockets, book synchronisation included.

use super::wire::{Wire, market_of, number_of};
use super::{Codec, Head, ImportError, Job, Line, Report, Source, Text, times};
use crate::domain::{Instrument, Nanos, Payload};
use std::collections::VecDeque;
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec =
    Codec { name: "capture", about: "raw Binance WebSocket captures (`<ns> <json>` or JSON lines)", score, open };

/// A line as its time, where it has one, and its message.
fn cut(line: &str) -> (Option<Nanos>, &str) {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let message = line.get(digits..).unwrap_or_default();
    if digits < 10 || !message.starts_with([' ', '\t']) {
        return (None, line);
    }
    (line.get(..digits).and_then(|text| text.parse().ok()).map(times::epoch), message.trim_start())
}

fn score(head: &Head) -> u8 {
    let known = |message: &str| {
        ["{\"stream\":", "{\"e\":", "{\"lastUpdateId\":", "{\"u\":", "{\"result\":", "{\"data\":"]
            .iter()
            .any(|p| message.starts_with(p))
    };
    let tight = |line: &str| cut(line).1.replacen("{ \"", "{\"", 1).replacen("\": ", "\":", 1);
    let lines = || head.text.lines().map(str::trim).filter(|line| !line.is_empty()).take(20);
    if lines().any(|line| cut(line).0.is_some() && cut(line).1.starts_with('{')) {
        return 90;
    }
    if lines().any(|line| known(&tight(line)) && market_of(line).is_some())
        || lines().any(|line| line.starts_with("{\"stream\":"))
    {
        return 80;
    }
    u8::from(lines().any(|line| known(&tight(line)) && line.contains("\"s\":"))) * 60
}

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let lines = || job.text.head.text.lines();
    let venue = lines().find_map(market_of);
    // Only trades of early futures look like neither; they have no `M`.
    let venue = venue.unwrap_or(crate::exchanges::binance::USDM.name);
    let first = lines().find_map(event_time);
    let Some(wire) = Wire::new(venue) else {
        return Err(ImportError::UnknownExchange { file: job.path, exchange: venue.to_owned() });
    };
    Ok(Box::new(Capture { path: job.path, text: job.text, wire, last: first }))
}

fn event_time(message: &str) -> Option<Nanos> {
    number_of(message, "\"E\":").or_else(|| number_of(message, "\"T\":")).map(times::epoch)
}

struct Capture {
    path: PathBuf,
    text: Text,
    wire: Wire,
    /// The time of the message before; at the beginning that of the first message that has one.
    last: Option<Nanos>,
}

impl Source for Capture {
    fn venue(&self) -> &'static str {
        self.wire.venue()
    }

    fn instruments(&self) -> &[Instrument] {
        self.wire.instruments()
    }

    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError> {
        let number = self.text.lines.number() + 1;
        let line = match self.text.lines.next_line().map_err(|error| ImportError::io(&self.path, error))? {
            None => return Ok(false),
            Some(Line::Text(text)) => text,
            Some(Line::Bad(why)) => {
                report.lines += 1;
                report.bad_line(number, why);
                return Ok(true);
            }
        };
        report.lines += 1;
        let (stamped, message) = cut(line);
        let at = stamped.or_else(|| event_time(message)).or(self.last);
        match at {
            _ if !message.starts_with('{') && !message.starts_with('[') => {
                report.bad_line(number, "expected a time and a JSON message, or a JSON message");
            }
            Some(at) => {
                self.last = Some(at);
                self.wire.message(at, number, message, out, report);
            }
            None => report.bad_line(number, "neither the line nor a message before it says a time"),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::test_import;

    const TRADE: &str = r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}"#;

    #[test]
    fn stamped_and_bare_lines() {
        let text = format!("1723161255088176367 {TRADE}\n");
        let (shown, meta, _) = test_import(&[("x.txt", &text)]).unwrap();
        assert_eq!(shown, "1723161255.088176367 BTCUSDT trade 61800.3 0.006 buy 5\n");
        assert_eq!(meta.venue, "binance-futures");
        let (shown, ..) = test_import(&[("x.ndjson", TRADE)]).unwrap();
        assert_eq!(shown, "1723161256.322 BTCUSDT trade 61800.3 0.006 buy 5\n");
        let single = TRADE.split_once("\"data\":").unwrap().1.strip_suffix('}').unwrap();
        let (shown, ..) = test_import(&[("x.ndjson", single)]).unwrap();
        assert_eq!(shown, "1723161256.322 BTCUSDT trade 61800.3 0.006 buy 5\n");
    }

    #[test]
    fn the_book_is_put_in_step_with_the_snapshot_in_the_file() {
        let diff = |u0: u64, u1: u64, pu: u64| {
            format!(
                r#"{{"e":"depthUpdate","E":1723161256322,"T":1,"s":"BTCUSDT","U":{u0},"u":{u1},"pu":{pu},"b":[["100.5","1"]],"a":[]}}"#
            )
        };
        let snapshot = r#"{"lastUpdateId":100,"bids":[["100","2"]],"asks":[["101","3"]]}"#;
        let text = format!(
            "1723161255000000000 {}\n1723161255100000000 {snapshot}\n1723161255200000000 {}\n1723161255300000000 {}\n",
            diff(90, 99, 80),
            diff(95, 110, 99),
            diff(120, 130, 110)
        );
        let (shown, _, reports) = test_import(&[("x.txt", &text)]).unwrap();
        let kinds: Vec<_> = shown.lines().filter_map(|line| line.split(' ').nth(2)?.split('(').next()).collect();
        assert_eq!(kinds, ["Book", "Depth", "Depth"], "{shown}");
        assert_eq!((reports[0].resyncs, reports[0].bad, reports[0].lines), (0, 0, 4));
    }

    #[test]
    fn lines_that_are_no_messages_are_counted() {
        let mut text = format!("1723161255088176367 {TRADE}\n").repeat(300);
        text += "1723161255088176367 {\"stream\":\"btcusdt@trade\",\"data\":{\n";
        text += "hello\n";
        let (_, _, reports) = test_import(&[("x.txt", &text)]).unwrap();
        assert_eq!((reports[0].lines, reports[0].bad), (302, 2));
        assert_eq!(reports[0].problems[1].line, 302);
        assert_eq!(reports[0].duplicates, 299);
    }
}
