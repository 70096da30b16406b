//! Formats of other programs that can be read: one file each, one line in [`CODECS`].
//!
//! A codec says by a file's first bytes and name how sure it is of it ([`Codec::score`]) and turns it, line by line and in
//! bounded memory, into inputs ([`Source`]). [`Merged`] puts several files in time order; [`open_any`] gives every command
//! that takes recordings the rest as well.

mod bar_lines;
mod capture;
mod closes;
mod dates;
mod dump_rows;
mod dumps;
mod error;
mod file;
mod lines;
mod merge;
mod names;
mod ohlcv;
mod ohlcv_columns;
mod open;
mod other_dumps;
mod report;
mod session;
mod spacing;
mod steps;
mod tables;
mod tardis;
mod times;
mod values;
mod wire;

pub use dates::DateOrder;
pub use error::ImportError;
pub use file::{Head, Position, Text};
pub use lines::{Line, Lines, MAX_LINE};
pub use merge::{Merged, Options};
pub use open::{Conversion, Opened, Progress, convert, open_any, part_of};
pub use report::{Problem, Report};

use crate::domain::{Instrument, Nanos, Payload, Symbol, Timeframe};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// One format.
pub struct Codec {
    /// Its name in reports and documentation.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// How sure it is that a file is of this format, 0 (it is not) to 100, by its first bytes and its name.
    pub score: fn(&Head) -> u8,
    /// Begins to read a file.
    pub open: fn(Job) -> Result<Box<dyn Source>, ImportError>,
}

/// Every format there is.
pub const CODECS: &[Codec] = &[
    session::CODEC,
    capture::CODEC,
    dumps::CODEC,
    tardis::CODEC,
    ohlcv::CODEC,
    ohlcv::LINES,
    closes::CODEC,
    tables::CODEC,
    tables::PARQUET,
];

/// A file to be read, and what the user said about it.
pub struct Job {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: Text,
    /// The symbol the user gave.
    pub symbol: Option<Symbol>,
    /// The bars' length the user gave.
    pub timeframe: Option<Timeframe>,
    /// What the user said about dates whose day and month can change places.
    pub dates: Option<DateOrder>,
}

impl Job {
    /// The symbol where the data names none: the one given, else the one in the file's name.
    ///
    /// # Errors
    /// When there is neither.
    pub fn default_symbol(&self) -> Result<Symbol, ImportError> {
        let named =
            || names::dump(&self.text.head.name).map(|(symbol, _)| symbol).or_else(|| names::symbol(&self.text.head.name));
        let outer = || names::symbol(&self.path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default());
        self.symbol.or_else(named).or_else(outer).ok_or_else(|| ImportError::NoSymbol(self.path.clone()))
    }
}

/// What a codec reads out of one file.
pub trait Source: Send {
    /// Where the data comes from, such as `binance-futures`, as far as it is known.
    fn venue(&self) -> &'static str;

    /// Instruments whose trading rules the data itself says.
    fn instruments(&self) -> &[Instrument];

    /// Reads the next line and appends what it gives. `false` at the end.
    ///
    /// # Errors
    /// When the file cannot be read any further; a line that cannot be read is counted in the report instead.
    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError>;

    /// The number of the inputs last read in the recording that they come from: among inputs of one moment the order; 0 where
    /// there is none.
    fn place(&self) -> u64 {
        0
    }

    /// Whether the data brings its own `meta`, so that none is made.
    fn has_meta(&self) -> bool {
        false
    }

    /// Whether it is no mistake when there is nothing in it.
    fn may_be_empty(&self) -> bool {
        false
    }
}

/// What a file was recognised as.
pub enum Recognised {
    /// A recording.
    Recording,
    /// A format that can be imported.
    Import(&'static Codec, Text),
}

/// Tells what a file is.
///
/// # Errors
/// When it cannot be read, or is nothing this program knows.
pub fn recognise(path: &Path) -> Result<Recognised, ImportError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let named = name.ends_with(crate::recording::EXTENSION);
    let text = match file::open(path) {
        // A damaged recording is still one: the reader salvages what there is.
        Err(ImportError::Io { error, .. }) if named && error.kind() != std::io::ErrorKind::NotFound => {
            return Ok(Recognised::Recording);
        }
        other => other?,
    };
    if named || is_recording(&text.head) {
        return Ok(Recognised::Recording);
    }
    if let Some(what) = other_dumps::of(&text.head) {
        return Err(ImportError::Header { file: path.to_path_buf(), what: what.to_owned() });
    }
    let best = CODECS.iter().map(|codec| ((codec.score)(&text.head), codec)).max_by_key(|(score, _)| *score);
    match best {
        Some((score, codec)) if score > 0 => Ok(Recognised::Import(codec, text)),
        _ => Err(ImportError::Unrecognised {
            file: path.to_path_buf(),
            what: describe(&text.head),
            known: CODECS.iter().map(|codec| codec.about).collect::<Vec<_>>().join("; "),
        }),
    }
}

fn is_recording(head: &Head) -> bool {
    let line = head.first_line();
    line.starts_with('{') && line.contains("\"topic\"") && line.contains("\"ts\"") && !line.contains("\"stream\"")
}

/// What stands at the beginning of a file, short and safe to print.
fn describe(head: &Head) -> String {
    let line = head.first_line();
    if line.is_empty() {
        return "it is empty".to_owned();
    }
    if line.chars().take(80).any(|c| c == '\u{fffd}' || (c.is_control() && c != '\t')) {
        return "it is no text".to_owned();
    }
    let dots = if line.chars().count() > 60 { "…" } else { "" };
    format!("it begins with `{}{dots}`", line.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, text: &str) -> &'static str {
        let head = Head { name: name.to_owned(), text: text.to_owned() };
        if is_recording(&head) {
            return "recording";
        }
        let best = CODECS.iter().map(|codec| ((codec.score)(&head), codec)).max_by_key(|(score, _)| *score);
        best.filter(|(score, _)| *score > 0).map_or("nothing", |(_, codec)| codec.name)
    }

    #[test]
    fn every_format_is_told_from_the_others() {
        for (name, text, expected) in [
            ("x.rec", r#"{"ts":1,"topic":"meta","data":{}}"#, "recording"),
            ("x.gz", r#"1723161253937085768 {"stream":"btcusdt@trade","data":{"e":"trade"}}"#, "capture"),
            ("x.ndjson", r#"{"stream":"btcusdt@trade","data":{"e":"trade"}}"#, "capture"),
            ("x.jsonl", r#"{"e":"trade","E":1,"s":"BTCUSDT"}"#, "capture"),
            ("B.jsonl", r#"{"t":"header","format":2,"exchange":"BINANCE"}"#, "session"),
            ("BTCUSDT-trades-2024-08-08.csv", "1,61837.63,0.02,1236.7,1723161255342,True,True", "binance dump"),
            ("BTCUSDT.csv", "1,61837.63,0.02,1236.7,1723161255342,True,True", "binance dump"),
            (
                "BTCUSDT.csv",
                "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
                "binance dump",
            ),
            ("BTCUSDT_1m.csv", "timestamp,open,high,low,close,volume\n2025-01-01 03:00:00,1,2,0.5,1,3", "ohlcv"),
            ("a.csv", "Date;Open;High;Low;Close\n2025-01-01;1;2;0.5;1", "ohlcv"),
            ("a.csv", "Date,Shell,RDP\n02/01/1990,7.75,1.06", "closes"),
            ("a.csv", "Date,Shell,RDP\n02/01/1990,up,down", "nothing"),
            ("a.csv", "timestamp,percentage,depth,notional\n2023-01-01 00:00:08,-5,7407.5,121893226.2", "nothing"),
            ("a.csv", "exchange,symbol,timestamp,id,side,price,amount\nbinance,BTCUSDT,1,2,buy,3,4", "nothing"),
            ("a.csv", "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\nbinance,BTCUSDT,1,2,3,buy,3,4", "tardis"),
            ("a.jsonl", r#"{"timestamp":1,"symbol":"BTCUSDT","open":1,"high":1,"low":1,"close":1}"#, "bars as JSON lines"),
            ("a.txt", "hello world", "nothing"),
            ("a.json", r#"{"hello":"world"}"#, "nothing"),
            ("a", "", "nothing"),
        ] {
            assert_eq!(told(name, text), expected, "{name}: {text}");
        }
    }

    #[test]
    fn the_catalogue_names_each_once() {
        let mut names: Vec<_> = CODECS.iter().map(|codec| codec.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(CODECS.iter().all(|codec| codec.about.len() > 10));
    }
}
