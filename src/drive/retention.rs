//! Deleting what is old: recordings by their day and by their total size. Only files this program names are ever looked at.

use crate::domain::{Nanos, Timeframe};
use crate::drive::clock;
use crate::recording::EXTENSION;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders are looked through: one of each venue, and those of a dataset (`trades/venue=/symbol=/date=`).
const DEPTH: u32 = 5;
/// A file that was written to so recently may be in use by another session or program.
const IN_USE: Nanos = Nanos::from_secs(600);

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

/// Deletes recordings and Parquet parts in a folder and those below it that are older, or more, than is kept. Files in `spared`, and
/// those written to in the last ten minutes, stay, and so does what was not named by this program.
pub fn sweep(folder: &Path, retention: Retention, now: Nanos, spared: &[PathBuf]) -> Swept {
    let mut swept = Swept::default();
    if !retention.is_on() {
        return swept;
    }
    let mut files = Vec::new();
    collect(folder, DEPTH, &mut files, &mut swept.problems);
    for file in surplus(files, retention, now, spared) {
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

fn collect(folder: &Path, depth: u32, files: &mut Vec<Aged>, problems: &mut Vec<String>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => return problems.push(format!("{}: cannot be looked through: {error}", folder.display())),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        // Links are not followed: what they lead to is not ours.
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth > 0 {
            collect(&path, depth - 1, files, problems);
        } else if kind.is_file()
            && let Some(start) = day_of_file(&path)
        {
            let metadata = entry.metadata().ok();
            let bytes = metadata.as_ref().map_or(0, fs::Metadata::len);
            let written = metadata.and_then(|metadata| metadata.modified().ok()).map_or(Nanos::ZERO, clock::system_time);
            files.push(Aged { end: start + Timeframe::D1.nanos(), path, bytes, written });
        }
    }
}

/// The beginning of the day a file is of: `…_20240808.rec.gz`, `…_20240808-2.rec.gz`, `…/date=2024-08-08/….parquet`.
fn day_of_file(path: &Path) -> Option<Nanos> {
    let name = path.file_name()?.to_str()?;
    if let Some(stem) = name.strip_suffix(EXTENSION) {
        let (_, tail) = stem.rsplit_once('_')?;
        let (date, number) = tail.split_once('-').unwrap_or((tail, "2"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if date.len() != 8 || !digits(date) || !digits(number) {
            return None;
        }
        let (year, rest) = date.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return Nanos::parse_human(&format!("{year}-{month}-{day}T00:00:00Z"), Nanos::ZERO).ok();
    }
    if path.extension().is_none_or(|ending| ending != "parquet") {
        return None;
    }
    let date = path.parent()?.file_name()?.to_str()?.strip_prefix("date=")?;
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
    use std::time::SystemTime;

    fn at(text: &str) -> Nanos {
        Nanos::parse_human(text, Nanos::ZERO).unwrap()
    }

    fn folder(files: &[(&str, usize)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, size) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, vec![0; *size]).unwrap();
            fs::File::options().write(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }
        folder
    }

    fn names(folder: &Path, swept: &Swept) -> Vec<String> {
        assert_eq!(swept.problems, Vec::<String>::new());
        swept.removed.iter().map(|path| path.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    const DAY: Nanos = Nanos::from_secs(86_400);

    #[test]
    fn old_recordings_go_and_others_stay() {
        let files = [
            ("BTCUSDT_20240801.rec.gz", 10),
            ("binance-spot/BTCUSDT_20240802-2.rec.gz", 10),
            ("BTCUSDT_20240803.rec.gz", 10),
            // Names this program does not give.
            ("BTCUSDT_2024080.rec.gz", 10),
            ("holiday.rec.gz", 10),
            ("BTCUSDT_20240801.rec.gz.bak", 10),
            ("BTCUSDT_20240801-copy.rec.gz", 10),
            ("notes_20240801.txt", 10),
        ];
        let folder = folder(&files);
        let keep = Retention { age: Some(Nanos(2 * DAY.0)), bytes: None };
        let now = at("2024-08-05T12:00:00Z");
        let swept = sweep(folder.path(), keep, now, &[]);
        assert_eq!(names(folder.path(), &swept), ["BTCUSDT_20240801.rec.gz", "binance-spot/BTCUSDT_20240802-2.rec.gz"]);
        assert_eq!(swept.bytes, 20);
        assert_eq!(sweep(folder.path(), keep, now, &[]), Swept::default());
    }

    #[test]
    fn the_oldest_go_first_until_the_rest_fits() {
        let files = [("A_20240801.rec.gz", 40), ("A_20240802.rec.gz", 40), ("A_20240803.rec.gz", 40), ("A_20240804.rec.gz", 40)];
        let folder = folder(&files);
        let keep = Retention { age: None, bytes: Some(90) };
        let spared = [folder.path().join("A_20240801.rec.gz")];
        let swept = sweep(folder.path(), keep, at("2024-08-04T12:00:00Z"), &spared);
        assert_eq!(names(folder.path(), &swept), ["A_20240802.rec.gz", "A_20240803.rec.gz"]);
    }

    #[test]
    fn what_was_written_to_just_now_is_in_use() {
        let folder = folder(&[("A_20240801.rec.gz", 40), ("A_20240802.rec.gz", 40)]);
        let now = at("2024-08-09T12:00:00Z");
        let written = SystemTime::UNIX_EPOCH + clock::duration(now - Nanos::from_secs(599));
        let file = fs::File::options().write(true).open(folder.path().join("A_20240801.rec.gz")).unwrap();
        file.set_modified(written).unwrap();
        let keep = Retention { age: Some(DAY), bytes: Some(1) };
        assert_eq!(names(folder.path(), &sweep(folder.path(), keep, now, &[])), ["A_20240802.rec.gz"]);
        let later = now + Nanos::SECOND;
        assert_eq!(names(folder.path(), &sweep(folder.path(), keep, later, &[])), ["A_20240801.rec.gz"]);
    }

    #[test]
    fn nothing_goes_unless_asked() {
        let folder = folder(&[("A_20000101.rec.gz", 40)]);
        assert_eq!(sweep(folder.path(), Retention::default(), at("2024-08-04T12:00:00Z"), &[]), Swept::default());
        assert!(sweep(&folder.path().join("none"), Retention { age: Some(DAY), bytes: None }, DAY, &[]).problems.is_empty());
    }

    #[test]
    fn partitions_of_a_dataset_go_with_their_last_part() {
        let part = "trades/venue=demo/symbol=A/date=2024-08-01/000000.parquet";
        let folder = folder(&[(part, 10), ("trades/venue=demo/symbol=B/date=2024-08-09/000000.parquet", 10), ("x.parquet", 10)]);
        let keep = Retention { age: Some(DAY), bytes: None };
        let swept = sweep(folder.path(), keep, at("2024-08-09T12:00:00Z"), &[]);
        assert_eq!(names(folder.path(), &swept), [part]);
        assert!(!folder.path().join("trades/venue=demo/symbol=A").exists() && folder.path().join("trades/venue=demo").exists());
    }
}
