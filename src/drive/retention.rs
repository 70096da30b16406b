//! Deleting what is old: recordings and parts of a dataset, by their day and by their total size. Only what this program has written by
//! itself is ever deleted: recordings of live sessions under the names they were given, and a dataset's own files.

use super::chore::Chore;
use crate::domain::{Nanos, Payload, Timeframe};
use crate::drive::clock;
use crate::recording::{self, EXTENSION, ReadOptions, Reader};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that was written to so recently may be in use by another session or program.
const IN_USE: Nanos = Nanos::from_secs(600);
/// How often what is old is looked for.
const EVERY: Nanos = Nanos::from_secs(600);

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Recordings, also in folders directly below it: those of the venues.
    Recordings,
    /// A Parquet dataset: `TOPIC/venue=/symbol=/date=/HHMMSS.parquet`.
    Dataset,
}

impl Kind {
    const fn depth(self) -> u32 {
        match self {
            Self::Recordings => 1,
            Self::Dataset => 4,
        }
    }
}

/// What is kept; nothing is deleted unless one of them is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// Files are deleted once their day ended so long ago.
    pub age: Option<Nanos>,
    /// The oldest files are deleted while all of them together take more bytes.
    pub bytes: Option<u64>,
}

impl Retention {
    /// Whether anything is ever deleted.
    pub const fn is_on(&self) -> bool {
        self.age.is_some() || self.bytes.is_some()
    }
}

/// A file that may be deleted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Aged {
    /// When its day ended.
    end: Nanos,
    path: PathBuf,
    bytes: u64,
    /// When it was last written to.
    written: Nanos,
}

/// What was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// The files.
    pub removed: Vec<PathBuf>,
    /// Their bytes.
    pub bytes: u64,
    /// What could not be deleted or looked at, in words.
    pub problems: Vec<String>,
}

impl Swept {
    /// What was deleted, in one line.
    pub fn summary(&self) -> Option<String> {
        let (first, last) = (self.removed.first()?, self.removed.last()?);
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut text = format!(
            "deleted {} old files, {:.1} MB, as [recording] keeps no more: {}",
            self.removed.len(),
            self.bytes as f64 / 1e6,
            name(first)
        );
        if first != last {
            text.push_str(&format!(" to {}", name(last)));
        }
        Some(text)
    }
}

/// Deletes what is old in a folder again and again, on a thread of its own.
pub struct Sweeper {
    folder: PathBuf,
    kind: Kind,
    retention: Retention,
    chore: Chore<Swept>,
}

impl Sweeper {
    /// One of a folder; it is due at once.
    pub const fn new(folder: PathBuf, kind: Kind, retention: Retention) -> Self {
        Self { folder, kind, retention, chore: Chore::new("retention", EVERY) }
    }

    /// Makes it due at the next look.
    pub const fn hurry(&mut self) {
        self.chore.hurry();
    }

    /// Begins if it is due; says once what was deleted. `spared` stays.
    pub fn look(&mut self, now: Nanos, spared: Vec<PathBuf>) -> Option<Swept> {
        if !self.retention.is_on() {
            return None;
        }
        let (folder, kind, retention) = (self.folder.clone(), self.kind, self.retention);
        self.chore.look(now, move || sweep(&folder, kind, retention, now, &spared))
    }
}

/// Deletes files of this program that are older, or more, than is kept. Files in `spared`, and those written to in the last ten minutes,
/// stay.
pub fn sweep(folder: &Path, kind: Kind, retention: Retention, now: Nanos, spared: &[PathBuf]) -> Swept {
    let mut swept = Swept::default();
    // A folder that no dataset was begun in is not ours.
    if !retention.is_on() || (kind == Kind::Dataset && !folder.join(super::dataset::FOLDER).is_dir()) {
        return swept;
    }
    let mut files = Vec::new();
    collect(folder, kind, kind.depth(), &mut files, &mut swept.problems);
    for file in surplus(files, retention, now, spared) {
        if kind == Kind::Recordings && !was_recorded(&file.path) {
            continue;
        }
        match fs::remove_file(&file.path) {
            Ok(()) => {
                swept.bytes += file.bytes;
                swept.removed.push(file.path);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => swept.problems.push(format!("{}: cannot be deleted: {error}", file.path.display())),
        }
    }
    for file in &swept.removed {
        remove_empty_partitions(file, folder);
    }
    swept
}

/// Whether a live session wrote a recording, under the name that it has still: not one that was imported, repaired, copied or renamed.
fn was_recorded(path: &Path) -> bool {
    let Ok(mut reader) = Reader::open(path, ReadOptions::default()) else { return false };
    let Ok(Some(first)) = reader.next_input() else { return false };
    let Payload::Meta(meta) = &first.payload else { return false };
    let symbols: Vec<_> = meta.instruments.iter().map(|instrument| instrument.symbol).collect();
    let given = recording::file_name(&symbols, recording::day_of(first.at));
    let (Some(name), Some(given)) = (path.file_name().and_then(|name| name.to_str()), given.strip_suffix(EXTENSION)) else {
        return false;
    };
    let number = name.strip_prefix(given).and_then(|rest| rest.strip_suffix(EXTENSION));
    let numbered = number.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_number));
    numbered && meta.app.starts_with("rtai-tui ") && !meta.app.ends_with(recording::IMPORTED)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which files are too old or too many, the oldest first.
fn surplus(mut files: Vec<Aged>, retention: Retention, now: Nanos, spared: &[PathBuf]) -> Vec<Aged> {
    files.sort();
    let mut total: u64 = files.iter().map(|file| file.bytes).sum();
    let mut surplus = Vec::new();
    for file in files {
        let old = retention.age.is_some_and(|age| file.end + age <= now);
        let much = retention.bytes.is_some_and(|most| total > most);
        let in_use = spared.contains(&file.path) || now - file.written < IN_USE;
        if (old || much) && !in_use {
            total -= file.bytes;
            surplus.push(file);
        }
    }
    surplus
}

fn collect(folder: &Path, kind: Kind, depth: u32, files: &mut Vec<Aged>, problems: &mut Vec<String>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => return problems.push(format!("{}: cannot be looked through: {error}", folder.display())),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        // Links are not followed: what they lead to is not ours.
        let Ok(entry_kind) = entry.file_type() else { continue };
        if entry_kind.is_dir() && depth > 0 {
            collect(&path, kind, depth - 1, files, problems);
        } else if entry_kind.is_file()
            && let Some(start) = day_of_file(&path, kind)
        {
            let metadata = entry.metadata().ok();
            let bytes = metadata.as_ref().map_or(0, fs::Metadata::len);
            let written = metadata.and_then(|metadata| metadata.modified().ok()).map_or(Nanos::ZERO, clock::system_time);
            files.push(Aged { end: start + Timeframe::D1.nanos(), path, bytes, written });
        }
    }
}

/// The beginning of the day a file is of: `…_20240808.rec.gz`, `…_20240808-2.rec.gz`, `…/date=2024-08-08/120000.parquet`.
fn day_of_file(path: &Path, kind: Kind) -> Option<Nanos> {
    let name = path.file_name()?.to_str()?;
    let date = match kind {
        Kind::Recordings => {
            let (_, tail) = name.strip_suffix(EXTENSION)?.rsplit_once('_')?;
            let (date, number) = tail.split_once('-').unwrap_or((tail, "2"));
            if date.len() != 8 || !is_number(date) || !is_number(number) {
                return None;
            }
            let (year, rest) = date.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            format!("{year}-{month}-{day}")
        }
        Kind::Dataset => {
            let stem = name.strip_suffix(".parquet")?;
            let (time, number) = stem.split_once('-').unwrap_or((stem, "2"));
            let mut folders = path.ancestors().skip(1).map(|folder| folder.file_name().and_then(|name| name.to_str()));
            let mut partition = |key: &str| folders.next()??.strip_prefix(key).map(str::to_owned);
            let date = partition("date=")?;
            partition("symbol=")?;
            partition("venue=")?;
            if time.len() != 6 || !is_number(time) || !is_number(number) {
                return None;
            }
            date
        }
    };
    Nanos::parse_human(&format!("{date}T00:00:00Z"), Nanos::ZERO).ok()
}

/// A partition whose last file went is of no use.
fn remove_empty_partitions(file: &Path, root: &Path) {
    for folder in file.ancestors().skip(1).take_while(|folder| *folder != root) {
        let partition = folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.contains('='));
        // Fails, as it should, where anything is left in it.
        if !partition || fs::remove_dir(folder).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{EngineConfig, Input, Instrument, Meta, Symbol};
    use crate::recording::RecordingFile;
    use std::time::SystemTime;

    const DAY: Nanos = Nanos::from_secs(86_400);

    fn at(text: &str) -> Nanos {
        Nanos::parse_human(text, Nanos::ZERO).unwrap()
    }

    /// Long untouched.
    fn age(path: &Path) {
        fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }

    /// A recording of a symbol on a day, under some name.
    fn record(folder: &Path, name: &str, symbol: &str, day: &str, app: &str) -> u64 {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let instruments = vec![Instrument::unknown(Symbol::new(symbol).unwrap())];
        let meta = Meta { venue: "demo".to_owned(), instruments, app: app.to_owned(), engine: EngineConfig::default() };
        let mut file = RecordingFile::create(&path).unwrap();
        let first = at(&format!("{day}T10:00:00Z"));
        file.write_input(&Input { seq: 1, at: first, payload: Payload::Meta(Box::new(meta)) }).unwrap();
        file.finish().unwrap();
        age(&path);
        fs::metadata(path).unwrap().len()
    }

    fn names(folder: &Path, swept: &Swept) -> Vec<String> {
        assert_eq!(swept.problems, Vec::<String>::new());
        swept.removed.iter().map(|path| path.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    fn old(folder: &Path, now: &str, spared: &[PathBuf]) -> Vec<String> {
        let keep = Retention { age: Some(Nanos(2 * DAY.0)), bytes: None };
        names(folder, &sweep(folder, Kind::Recordings, keep, at(now), spared))
    }

    #[test]
    fn old_recordings_of_live_sessions_go_and_nothing_else() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let live = "rtai-tui 0.1.0";
        record(folder, "BTCUSDT_20240801.rec.gz", "BTCUSDT", "2024-08-01", live);
        record(folder, "binance-spot/BTCUSDT_20240802-2.rec.gz", "BTCUSDT", "2024-08-02", live);
        record(folder, "BTCUSDT_20240803.rec.gz", "BTCUSDT", "2024-08-03", live);
        // Not under the names that they were given, from elsewhere, deeper down, or no recordings at all.
        record(folder, "BTCUSDT_2024080.rec.gz", "BTCUSDT", "2024-08-01", live);
        record(folder, "mine_20240801.rec.gz", "BTCUSDT", "2024-08-01", live);
        record(folder, "BTCUSDT_20240801-copy.rec.gz", "BTCUSDT", "2024-08-01", live);
        record(folder, "BTCUSDT_20240731.rec.gz", "BTCUSDT", "2024-08-01", live);
        record(folder, "ETHUSDT_20240801.rec.gz", "ETHUSDT", "2024-08-01", "another program");
        record(folder, "SOLUSDT_20240801.rec.gz", "SOLUSDT", "2024-08-01", &format!("{live}{}", recording::IMPORTED));
        record(folder, "a/b/BTCUSDT_20240801.rec.gz", "BTCUSDT", "2024-08-01", live);
        for name in ["XRPUSDT_20240801.rec.gz", "notes_20240801.txt", "x.parquet"] {
            fs::write(folder.join(name), "hello").unwrap();
            age(&folder.join(name));
        }
        let gone = ["BTCUSDT_20240801.rec.gz", "binance-spot/BTCUSDT_20240802-2.rec.gz"];
        assert_eq!(old(folder, "2024-08-05T12:00:00Z", &[]), gone);
        assert_eq!(old(folder, "2024-08-05T12:00:00Z", &[]), Vec::<String>::new());
    }

    #[test]
    fn what_is_imported_is_not_what_was_recorded() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let table = folder.join("BTCUSDT_1m.csv");
        fs::write(
            &table,
            "timestamp,open,high,low,close,volume\n2024-08-01T00:00:00Z,1,1,1,1,1\n2024-08-01T00:01:00Z,1,1,1,1,1\n",
        )
        .unwrap();
        let output = folder.join("BTCUSDT_20240801.rec.gz");
        let options = crate::codecs::Options::default();
        crate::codecs::convert(&[table], &output, &options, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
        age(&output);
        assert_eq!(old(folder, "2024-08-05T12:00:00Z", &[]), Vec::<String>::new());
    }

    #[test]
    fn the_oldest_go_first_until_the_rest_fits() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let size = (1..=4)
            .map(|day| record(folder, &format!("A_2024080{day}.rec.gz"), "A", &format!("2024-08-0{day}"), "rtai-tui 0.1.0"))
            .max()
            .unwrap();
        let keep = Retention { age: None, bytes: Some(2 * size + size / 2) };
        let spared = [folder.join("A_20240801.rec.gz")];
        let swept = sweep(folder, Kind::Recordings, keep, at("2024-08-04T12:00:00Z"), &spared);
        assert_eq!(names(folder, &swept), ["A_20240802.rec.gz", "A_20240803.rec.gz"]);
        let said = swept.summary().unwrap();
        assert!(said.starts_with("deleted 2 old files") && said.ends_with("A_20240802.rec.gz to A_20240803.rec.gz"), "{said}");
    }

    #[test]
    fn what_was_written_to_just_now_is_in_use() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        record(folder, "A_20240801.rec.gz", "A", "2024-08-01", "rtai-tui 0.1.0");
        let now = "2024-08-09T12:00:00Z";
        let written = SystemTime::UNIX_EPOCH + clock::duration(at(now) - Nanos::from_secs(599));
        fs::File::options().write(true).open(folder.join("A_20240801.rec.gz")).unwrap().set_modified(written).unwrap();
        assert_eq!(old(folder, now, &[]), Vec::<String>::new());
        assert_eq!(old(folder, "2024-08-09T12:00:01Z", &[]), ["A_20240801.rec.gz"]);
    }

    #[test]
    fn nothing_goes_unless_asked() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        record(folder, "A_20000101.rec.gz", "A", "2000-01-01", "rtai-tui 0.1.0");
        let now = at("2024-08-04T12:00:00Z");
        assert_eq!(sweep(folder, Kind::Recordings, Retention::default(), now, &[]), Swept::default());
        let keep = Retention { age: Some(DAY), bytes: None };
        assert!(sweep(&folder.join("none"), Kind::Recordings, keep, now, &[]).problems.is_empty());
    }

    #[test]
    fn parts_of_a_dataset_go_with_their_partitions() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path();
        let part = "trades/venue=demo/symbol=A/date=2024-08-01/000000.parquet";
        for name in [
            part,
            "trades/venue=demo/symbol=B/date=2024-08-09/000000.parquet",
            "trades/venue=demo/symbol=B/date=2024-08-01/x.parquet",
            "mine/date=2024-08-01/120000.parquet",
        ] {
            fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            fs::write(folder.join(name), "parquet").unwrap();
            age(&folder.join(name));
        }
        let keep = Retention { age: Some(DAY), bytes: None };
        let swept = || sweep(folder, Kind::Dataset, keep, at("2024-08-09T12:00:00Z"), &[]);
        assert_eq!(swept(), Swept::default(), "no dataset was begun here");
        fs::create_dir(folder.join(crate::drive::dataset::FOLDER)).unwrap();
        assert_eq!(names(folder, &swept()), [part]);
        assert!(!folder.join("trades/venue=demo/symbol=A").exists() && folder.join("trades/venue=demo").exists());
    }
}
