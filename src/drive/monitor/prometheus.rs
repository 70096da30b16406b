//! The figures in Prometheus' text format (version 0.0.4).

use super::{Figures, Health, Status};
use std::fmt::Write as _;

/// One metric: name, kind, help, and its value of a session where there is one.
type Metric = (&'static str, &'static str, &'static str, fn(&Figures) -> Option<f64>);

/// A connection's.
type OfConnection = (&'static str, &'static str, &'static str, fn(&super::Connected) -> Option<f64>);

/// Every metric of a session. Names follow Prometheus' rules: base units, `_total` for what only grows.
const METRICS: &[Metric] = &[
    ("up", "gauge", "1 while data flows and is recorded, else 0", |f| Some(f64::from(u8::from(f.health == Health::Ok)))),
    ("uptime_seconds", "gauge", "Seconds since the session began", |f| Some(f.uptime)),
    ("events_total", "counter", "Events applied", |f| Some(f.events as f64)),
    ("trades_total", "counter", "Trades applied", |f| Some(f.trades as f64)),
    ("messages_total", "counter", "Messages decoded", |f| Some(f.messages as f64)),
    ("malformed_total", "counter", "Messages that could not be decoded", |f| Some(f.malformed as f64)),
    ("duplicates_total", "counter", "Messages that had been seen before", |f| Some(f.duplicates as f64)),
    ("resyncs_total", "counter", "Times a book lost its place and was fetched anew", |f| Some(f.resyncs as f64)),
    ("gaps_total", "counter", "Book changes that did not continue the book before them", |f| Some(f.gaps as f64)),
    ("lag_p50_seconds", "gauge", "From arrival to applied, median", |f| Some(f.lag_p50)),
    ("lag_p99_seconds", "gauge", "From arrival to applied, 99th percentile", |f| Some(f.lag_p99)),
    ("clock_offset_seconds", "gauge", "This computer's clock less the exchange's", |f| f.clock_offset),
    ("recording", "gauge", "1 while a recording is written, else 0", |f| Some(f64::from(u8::from(f.recording.file.is_some())))),
    ("recording_bytes", "gauge", "Size of the recording being written", |f| Some(f.recording.bytes as f64)),
    ("recording_lines", "gauge", "Lines of the recording being written", |f| Some(f.recording.lines as f64)),
    ("recording_lost_lines_total", "counter", "Lines that could not be written", |f| Some(f.recording.lost as f64)),
    ("disk_free_bytes", "gauge", "Bytes free on the disk of recordings", |f| f.disk_free.map(|free| free as f64)),
];

const OF_CONNECTIONS: &[OfConnection] = &[
    ("connection_live", "gauge", "1 while data flows on the connection, else 0", |c| {
        Some(f64::from(u8::from(c.state == "live")))
    }),
    ("connection_messages_total", "counter", "Messages received", |c| Some(c.messages as f64)),
    ("connection_bytes_total", "counter", "Bytes received", |c| Some(c.bytes as f64)),
    ("connection_reconnects_total", "counter", "Times the connection was opened again", |c| Some(f64::from(c.reconnects))),
    ("connection_last_message_age_seconds", "gauge", "Seconds since the newest message", |c| c.last_message_age),
];

/// The whole page.
pub fn metrics(status: &Status) -> String {
    let mut page = String::with_capacity(8 << 10);
    for (name, kind, help, value) in METRICS {
        head(&mut page, name, kind, help);
        for figures in &status.sessions {
            if let Some(value) = value(figures) {
                let _ = writeln!(page, "rtai_{name}{{venue=\"{}\"}} {value}", escaped(&figures.venue));
            }
        }
    }
    for (name, kind, help, value) in OF_CONNECTIONS {
        head(&mut page, name, kind, help);
        for figures in &status.sessions {
            for connection in &figures.connections {
                if let Some(value) = value(connection) {
                    let (venue, connection) = (escaped(&figures.venue), escaped(&connection.name));
                    let _ = writeln!(page, "rtai_{name}{{venue=\"{venue}\",connection=\"{connection}\"}} {value}");
                }
            }
        }
    }
    head(&mut page, "memory_bytes", "gauge", "Resident memory of the process");
    if let Some(memory) = status.sessions.iter().find_map(|figures| figures.memory) {
        let _ = writeln!(page, "rtai_memory_bytes {memory}");
    }
    page
}

fn head(page: &mut String, name: &str, kind: &str, help: &str) {
    let _ = write!(page, "# HELP rtai_{name} {help}\n# TYPE rtai_{name} {kind}\n");
}

/// A label's value: backslash, quote and line break are written with a backslash.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
