//! Names of recordings: `BTCUSDT_20240808.rec.gz`, then `BTCUSDT_20240808-2.rec.gz`.

use crate::domain::{Nanos, Symbol, Timeframe};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// What a recording's name ends with.
pub const EXTENSION: &str = ".rec.gz";
/// Most bytes of a name that the symbols take.
const SYMBOLS_LENGTH: usize = 80;
/// Files of one name before giving up.
const MOST: u32 = 10_000;

/// A day of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Nanos);

impl Day {
    /// When it begins.
    pub const fn start(self) -> Nanos {
        self.0
    }

    /// When the next one begins.
    pub fn end(self) -> Nanos {
        self.0 + Timeframe::D1.nanos()
    }
}

/// The day that holds a moment.
pub const fn day_of(at: Nanos) -> Day {
    Day(Timeframe::D1.start_of(at))
}

/// The name of a recording of these symbols on that day, safe on every file system: `BTCUSDT+ETHUSDT_20240808.rec.gz`.
/// Symbols beyond 80 bytes are only counted (`…+3`); characters other than letters, digits and `-` become `_`.
pub fn file_name(symbols: &[Symbol], day: Day) -> String {
    let mut name = String::new();
    for (i, symbol) in symbols.iter().enumerate() {
        let safe: String = symbol.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
        if i > 0 && name.len() + 1 + safe.len() > SYMBOLS_LENGTH {
            name.push_str(&format!("+{}", symbols.len() - i));
            break;
        }
        if i > 0 {
            name.push('+');
        }
        name.push_str(&safe);
    }
    if name.is_empty() {
        name.push_str("recording");
    }
    let date: String = day.start().rfc3339().chars().take(10).filter(char::is_ascii_digit).collect();
    name.push('_');
    name.push_str(&date);
    name.push_str(EXTENSION);
    name
}

/// Creates a file of this name, or with `-2`, `-3` … before its extension where there is one already.
pub(super) fn create_numbered(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    std::fs::create_dir_all(folder)?;
    let (stem, extension) = match name.strip_suffix(EXTENSION) {
        Some(stem) => (stem, EXTENSION),
        None => name.rfind('.').filter(|at| *at > 0).map_or((name, ""), |at| name.split_at(at)),
    };
    for number in 1..=MOST {
        let path = folder.join(if number == 1 { name.to_owned() } else { format!("{stem}-{number}{extension}") });
        match create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|file| (file, path)),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("there are {MOST} files of this name already")))
}

/// Creates a file that is not there yet.
pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(symbols: &[&str]) -> String {
        let symbols: Vec<_> = symbols.iter().map(|s| Symbol::new(s).unwrap()).collect();
        file_name(&symbols, day_of(Nanos::from_secs(1_723_161_599)))
    }

    #[test]
    fn names_say_what_and_when() {
        assert_eq!(name(&["BTCUSDT"]), "BTCUSDT_20240808.rec.gz");
        assert_eq!(name(&["BTCUSDT", "ETHUSDT"]), "BTCUSDT+ETHUSDT_20240808.rec.gz");
        assert_eq!(name(&["牛来USDT"]), "牛来USDT_20240808.rec.gz");
        assert_eq!(name(&["../../etc:x"]), "______etc_x_20240808.rec.gz");
        assert_eq!(name(&[]), "recording_20240808.rec.gz");
        let many = name(&["SYMBOLUSDT"; 50]);
        assert!(many.len() < 110 && many.ends_with("SYMBOLUSDT+43_20240808.rec.gz"), "{many}");
    }

    #[test]
    fn days_change_at_midnight_utc() {
        let last = day_of(Nanos::from_secs(1_723_161_599));
        assert_eq!(day_of(last.end()).start(), last.end());
        assert!(name(&["A"]).contains("20240808") && file_name(&[], day_of(last.end())).contains("20240809"));
    }

    #[test]
    fn an_existing_file_is_never_touched() {
        let folder = tempfile::tempdir().unwrap();
        let nested = folder.path().join("a/b");
        for expected in ["X.rec.gz", "X-2.rec.gz", "X-3.rec.gz"] {
            let (_, path) = create_numbered(&nested, "X.rec.gz").unwrap();
            assert_eq!(path, nested.join(expected));
        }
        let (_, path) = create_numbered(&nested, "X.txt").unwrap();
        assert_eq!(path, nested.join("X.txt"));
        assert_eq!(create_numbered(&nested, "X.txt").unwrap().1, nested.join("X-2.txt"));
    }
}
