//! The dataset: Parquet files in folders that say what they hold, `TOPIC/venue=V/symbol=S/date=YYYY-MM-DD/HHMMSS.parquet`.
//!
//! It is a function of the recordings: each file holds what one recording says of one symbol in one stretch of time (an hour), under
//! a name that follows from it. What is there already is not written again, so converting a recording once more doubles nothing.

use super::output::Part;
use super::parquet::{Parquet, SOURCE_KEY, failed};
use super::{Compression, Sink, TableWriter, Topic, Value};
use crate::domain::{Nanos, Symbol, Timeframe};
use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// The tables of a dataset.
pub const TOPICS: [Topic; 5] = [Topic::Trades, Topic::Quotes, Topic::Depth, Topic::Bars, Topic::Indicators];
/// The stretch of time that a file holds, unless said otherwise.
pub const PART: Nanos = Nanos::from_secs(3_600);
/// Files open at once.
const OPEN: usize = 256;
/// Rows of a row group at most.
const GROUP: usize = 65_536;
/// Rows that wait in memory, over all files.
const WAITING: usize = 1_000_000;
/// Files of one name at most.
const SAME: u32 = 1_000;

/// What a file's path says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPath {
    /// The venue.
    pub venue: String,
    /// The instrument.
    pub symbol: Symbol,
}

/// What the path of a dataset's file says; `None` for other files.
pub fn of_path(path: &Path) -> Option<OfPath> {
    let folder = |key: &str| {
        path.ancestors().skip(1).take(6).find_map(|folder| {
            let name = folder.file_name()?.to_str()?;
            Some(unescape(name.strip_prefix(key)?.strip_prefix('=')?))
        })
    };
    Some(OfPath { venue: folder("venue")?, symbol: Symbol::new(&folder("symbol")?).ok()? })
}

/// As Hive does with characters that folders cannot have, and with those that globs would take for something else: `%2F`.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+') {
            safe.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| safe.push_str(&format!("%{byte:02X}")));
        }
    }
    // A name of dots alone is no name of a folder's own.
    if safe.chars().all(|c| c == '.') { safe.replace('.', "%2E") } else { safe }
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if let Some(code) = code.filter(|_| *first == b'%') {
            bytes.push(code);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Rows.
    pub rows: u64,
    /// Bytes of the files that are whole.
    pub bytes: u64,
    /// Files that are whole.
    pub parts: u64,
    /// Files that were there already.
    pub known: u64,
    /// Numbers that a double cannot hold exactly.
    pub inexact: u64,
}

impl Totals {
    /// Adds what another recording gave.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.bytes += other.bytes;
        self.parts += other.parts;
        self.known += other.known;
        self.inexact += other.inexact;
    }
}

/// One file being written.
struct Open {
    /// Nothing where the file was there already: its rows are passed over.
    file: Option<(Part, Box<Parquet<BufWriter<File>>>)>,
    from: Nanos,
    until: Nanos,
    rows: u64,
    waiting: usize,
    used: u64,
}

/// Writes what one recording gives.
pub struct Hive {
    folder: PathBuf,
    source: String,
    compression: Compression,
    part: Nanos,
    /// The venue and when the recording begins, once that is known.
    begun: Option<(String, Nanos)>,
    open: BTreeMap<(Topic, Symbol), Open>,
    /// Files begun so far of each table and symbol.
    ordinals: BTreeMap<(Topic, Symbol), u32>,
    waiting: usize,
    clock: u64,
    totals: Totals,
}

impl Hive {
    /// Writes into a folder. `source` names the recording, by which its files are known again; `part` is a whole part of a day.
    pub fn new(folder: &Path, source: &str, compression: Compression, part: Nanos) -> Self {
        let day = Timeframe::D1.nanos();
        let part = if part > Nanos::ZERO && part <= day && day.0 % part.0 == 0 { part } else { PART };
        Self {
            folder: folder.to_owned(),
            source: source.to_owned(),
            compression,
            part,
            begun: None,
            open: BTreeMap::new(),
            ordinals: BTreeMap::new(),
            waiting: 0,
            clock: 0,
            totals: Totals::default(),
        }
    }

    /// The recording's venue and its first moment, before any row.
    pub fn begin(&mut self, venue: &str, at: Nanos) {
        let venue = if venue.is_empty() { "unknown" } else { venue };
        self.begun.get_or_insert_with(|| (venue.to_owned(), at));
    }

    /// What was written so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Ends the files whose time is over.
    ///
    /// # Errors
    /// What the system says.
    pub fn roll(&mut self, now: Nanos) -> io::Result<()> {
        let over: Vec<_> = self.open.iter().filter(|(_, open)| open.until <= now).map(|(key, _)| *key).collect();
        over.into_iter().try_for_each(|key| self.close(key))
    }

    /// When the running stretch of time ends.
    pub fn end_of(&self, at: Nanos) -> Nanos {
        at.floor_to(self.part) + self.part
    }

    /// Ends all files: the recording has ended.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self) -> io::Result<()> {
        self.roll(Nanos::MAX)
    }

    fn close(&mut self, key: (Topic, Symbol)) -> io::Result<()> {
        let Some(open) = self.open.remove(&key) else { return Ok(()) };
        self.waiting -= open.waiting.min(self.waiting);
        let Some((part, mut parquet)) = open.file else { return Ok(()) };
        parquet.finish()?;
        self.totals.inexact += parquet.inexact();
        drop(parquet);
        self.totals.bytes += part.commit()?;
        self.totals.rows += open.rows;
        self.totals.parts += 1;
        Ok(())
    }

    fn begin_part(&mut self, (topic, symbol): (Topic, Symbol), at: Nanos) -> io::Result<()> {
        while self.open.len() >= OPEN {
            let Some(oldest) = self.open.iter().min_by_key(|(_, open)| open.used).map(|(key, _)| *key) else { break };
            self.close(oldest)?;
        }
        let ordinal = self.ordinals.entry((topic, symbol)).or_default();
        *ordinal += 1;
        let (venue, first) = self.begun.clone().unwrap_or_else(|| ("unknown".to_owned(), at));
        // With its beginning: a recording that was deleted may have had the same name.
        let identity = format!("{}@{}#{ordinal}", self.source, first.0);
        let from = at.floor_to(self.part);
        let until = from + self.part;
        let named = if (from..until).contains(&first) { first } else { from };
        // `2024-08-08T23:54:15…`
        let text = named.rfc3339();
        let clock: String = text.chars().skip(11).take(8).filter(char::is_ascii_digit).collect();
        let folder = self
            .folder
            .join(topic.name())
            .join(format!("venue={}", escape(&venue)))
            .join(format!("symbol={}", escape(&symbol)))
            .join(format!("date={}", text.get(..10).unwrap_or_default()));
        fs::create_dir_all(&folder)?;
        let file = match place(&folder, &clock, &identity)? {
            None => {
                self.totals.known += 1;
                None
            }
            Some(path) => {
                let part = Part::create(&path)?;
                let out = BufWriter::with_capacity(32 << 10, part.handle()?);
                let parquet = Parquet::new(topic, out, self.compression, GROUP, &["symbol"], Some(&identity))?;
                Some((part, Box::new(parquet)))
            }
        };
        self.open.insert((topic, symbol), Open { file, from, until, rows: 0, waiting: 0, used: 0 });
        Ok(())
    }

    /// Writes the rows of the fullest file, when too many wait.
    fn relieve(&mut self) -> io::Result<()> {
        let Some(fullest) = self.open.values_mut().max_by_key(|open| open.waiting) else { return Ok(()) };
        if let Some((_, parquet)) = &mut fullest.file {
            parquet.write_group()?;
        }
        self.waiting -= fullest.waiting.min(self.waiting);
        fullest.waiting = 0;
        Ok(())
    }
}

/// The file of a stretch of time; `None` where it is there already.
fn place(folder: &Path, clock: &str, identity: &str) -> io::Result<Option<PathBuf>> {
    for n in 1..=SAME {
        let name = if n == 1 { format!("{clock}.parquet") } else { format!("{clock}-{n}.parquet") };
        let path = folder.join(name);
        match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(path)),
            Err(error) => return Err(error),
            // Another recording that began in the same second has the name.
            Ok(file) => {
                if source_of(file).is_ok_and(|source| source.as_deref() == Some(identity)) {
                    return Ok(None);
                }
            }
        }
    }
    Err(io::Error::other(format!("{}: {SAME} files of {clock}", folder.display())))
}

/// Which recording a file is of.
fn source_of(file: File) -> io::Result<Option<String>> {
    let file = SerializedFileReader::new(file).map_err(failed)?;
    let all = file.metadata().file_metadata().key_value_metadata();
    Ok(all.and_then(|all| all.iter().find(|entry| entry.key == SOURCE_KEY)?.value.clone()))
}

impl Sink for Hive {
    fn row(&mut self, topic: Topic, values: &[Value<'_>]) -> io::Result<()> {
        let symbol = if topic.is_input() { values.get(2) } else { values.get(1) };
        let (Some(Value::Time(at) | Value::Second(at)), Some(Value::Text(symbol))) = (values.first(), symbol) else {
            return Ok(());
        };
        let Ok(symbol) = Symbol::new(symbol) else { return Ok(()) };
        let key = (topic, symbol);
        if self.open.get(&key).is_none_or(|open| !(open.from..open.until).contains(at)) {
            self.close(key)?;
            self.begin_part(key, *at)?;
        }
        self.clock += 1;
        let Some(open) = self.open.get_mut(&key) else { return Ok(()) };
        open.used = self.clock;
        let Some((_, parquet)) = &mut open.file else { return Ok(()) };
        parquet.row(values)?;
        open.rows += 1;
        self.waiting = self.waiting + parquet.waiting() - open.waiting;
        open.waiting = parquet.waiting();
        if self.waiting >= WAITING { self.relieve() } else { Ok(()) }
    }
}

/// Removes what programs that were killed have left half written. Only for who holds the dataset's lock.
///
/// # Errors
/// What the system says.
pub fn sweep(folder: &Path) -> io::Result<u64> {
    fn within(folder: &Path, depth: usize, removed: &mut u64) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() && depth > 0 {
                within(&path, depth - 1, removed)?;
            } else if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".parquet.part")) {
                fs::remove_file(&path)?;
                *removed += 1;
            }
        }
        Ok(())
    }
    let mut removed = 0;
    for topic in TOPICS {
        let folder = folder.join(topic.name());
        if folder.is_dir() {
            within(&folder, 4, &mut removed)?;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trade(hive: &mut Hive, symbol: &str, at: i64) {
        let values = [
            Value::Time(Nanos(at)),
            Value::Whole(1),
            Value::Text(symbol),
            Value::Units(1),
            Value::Units(1),
            Value::Text("buy"),
            Value::Null,
            Value::Null,
        ];
        hive.row(Topic::Trades, &values).unwrap();
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { open.push(path) } else { found.push(path.strip_prefix(folder).unwrap().display().to_string()) }
            }
        }
        found.sort();
        found
    }

    const HOUR: i64 = 3_600_000_000_000;
    const START: i64 = 1_723_161_255_000_000_000;

    fn write(folder: &Path, source: &str) -> Totals {
        let mut hive = Hive::new(folder, source, Compression::Snappy, PART);
        hive.begin("demo", Nanos(START));
        for n in 0..30 {
            trade(&mut hive, "BTCUSDT", START + n * HOUR / 10);
        }
        trade(&mut hive, "a/b", START);
        hive.finish().unwrap();
        hive.totals()
    }

    #[test]
    fn paths_say_what_is_in_the_files_and_nothing_is_doubled() {
        let folder = tempfile::tempdir().unwrap();
        let first = write(folder.path(), "one");
        let expected = [
            "trades/venue=demo/symbol=BTCUSDT/date=2024-08-08/235415.parquet",
            "trades/venue=demo/symbol=BTCUSDT/date=2024-08-09/000000.parquet",
            "trades/venue=demo/symbol=BTCUSDT/date=2024-08-09/010000.parquet",
            "trades/venue=demo/symbol=BTCUSDT/date=2024-08-09/020000.parquet",
            "trades/venue=demo/symbol=a%2Fb/date=2024-08-08/235415.parquet",
        ];
        assert_eq!(files(folder.path()), expected);
        assert_eq!((first.rows, first.parts, first.known), (31, 5, 0));
        // Again: nothing. Another recording that began in the same second: beside it.
        assert_eq!(write(folder.path(), "one"), Totals { known: 5, ..Totals::default() });
        assert_eq!(write(folder.path(), "two").parts, 5);
        assert_eq!(files(folder.path()).len(), 10);
        let path = folder.path().join(expected[4]);
        assert_eq!(of_path(&path), Some(OfPath { venue: "demo".to_owned(), symbol: Symbol::new("a/b").unwrap() }));
        assert_eq!(of_path(Path::new("trades/a.parquet")), None);
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut hive = Hive::new(folder.path(), "one", Compression::None, PART);
        hive.begin("demo", Nanos(START));
        trade(&mut hive, "BTCUSDT", START);
        assert!(files(folder.path())[0].ends_with("235415.parquet.part"));
        fs::write(folder.path().join("trades/x.parquet.part"), "left").unwrap();
        drop(hive);
        assert_eq!((sweep(folder.path()).unwrap(), files(folder.path()).len()), (1, 0));
    }

    #[test]
    fn many_symbols_have_few_files_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut hive = Hive::new(folder.path(), "one", Compression::None, PART);
        hive.begin("demo", Nanos(START));
        for n in 0..OPEN + 20 {
            trade(&mut hive, &format!("S{n}"), START + n as i64);
            assert!(hive.open.len() <= OPEN);
        }
        // The first one again, whose file was ended: a second file.
        trade(&mut hive, "S0", START + HOUR / 100);
        hive.finish().unwrap();
        assert!(folder.path().join("trades/venue=demo/symbol=S0/date=2024-08-08/235415-2.parquet").exists());
        assert_eq!(hive.totals().rows, OPEN as u64 + 21);
    }
}
