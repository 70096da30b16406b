//! Files that tables are written to: under a temporary name until they are whole, and never over another file.

use super::parquet::{GROUP_ROWS, Parquet};
use super::text::{Csv, Json};
use super::{TableWriter, Topic, Value};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a row.
    Json,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Json, Self::Parquet];

    /// Its name, also the ending of its files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// The format a file's name ends with.
    pub fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Json),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

impl std::str::FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| "expected csv, jsonl or parquet".to_owned())
    }
}

/// How Parquet files are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not at all.
    None,
    /// Snappy: quick, read by everything.
    #[default]
    Snappy,
    /// Zstandard: smaller.
    Zstd,
}

impl Compression {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Snappy => "snappy",
            Self::Zstd => "zstd",
        }
    }
}

impl std::str::FromStr for Compression {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::None, Self::Snappy, Self::Zstd].into_iter().find(|compression| compression.name() == text);
        found.ok_or_else(|| "expected snappy, zstd or none".to_owned())
    }
}

/// The ending of a file that is being written.
pub const PART: &str = ".part";

/// A file that is being written under a temporary name, which is removed unless it is [committed](Part::commit).
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    temporary: PathBuf,
    file: Option<File>,
}

impl Part {
    /// Begins a file.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when there is such a file, [`io::ErrorKind::WouldBlock`] when another program is writing it;
    /// what the system says.
    pub fn create(path: &Path) -> io::Result<Self> {
        if path.try_exists()? {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "is there already and is not overwritten"));
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(PART);
        let temporary = path.with_file_name(name);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&temporary)?;
        match file.try_lock() {
            // What a program that was killed has left is begun anew. Where there are no locks, nobody is kept out.
            Ok(()) | Err(fs::TryLockError::Error(_)) => file.set_len(0)?,
            Err(fs::TryLockError::WouldBlock) => {
                return Err(io::Error::new(io::ErrorKind::WouldBlock, "is being written by another program"));
            }
        }
        Ok(Self { path: path.to_owned(), temporary, file: Some(file) })
    }

    /// Another handle of the file, to write to.
    ///
    /// # Errors
    /// What the system says.
    pub fn handle(&self) -> io::Result<File> {
        self.file.as_ref().map_or_else(|| Err(io::Error::other("the file is closed")), File::try_clone)
    }

    /// Has it on the disk and gives it its name. The number of its bytes.
    ///
    /// # Errors
    /// What the system says; the file is removed then.
    pub fn commit(mut self) -> io::Result<u64> {
        let Some(file) = self.file.as_ref() else { return Ok(0) };
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        if self.path.try_exists()? {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "is there already and is not overwritten"));
        }
        fs::rename(&self.temporary, &self.path)?;
        self.file = None;
        // The name is on the disk once the folder is; where folders cannot be synced the file is whole all the same.
        if let Some(folder) = self.path.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(bytes)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// What was written of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows.
    pub rows: u64,
    /// Bytes of the file; 0 where it is no file.
    pub bytes: u64,
    /// Numbers that the format cannot hold exactly.
    pub inexact: u64,
}

/// One table being written.
pub struct Output {
    topic: Topic,
    writer: Box<dyn TableWriter>,
    part: Option<Part>,
    rows: u64,
}

impl Output {
    /// Begins a file. Row groups of Parquet are compressed.
    ///
    /// # Errors
    /// As [`Part::create`].
    pub fn create(topic: Topic, path: &Path, format: Format, compression: Compression) -> io::Result<Self> {
        let part = Part::create(path)?;
        let file = part.handle()?;
        let writer: Box<dyn TableWriter> = match format {
            Format::Csv => Box::new(Csv::new(topic, file)),
            Format::Json => Box::new(Json::new(topic, file)),
            Format::Parquet => Box::new(Parquet::new(topic, io::BufWriter::new(file), compression, GROUP_ROWS, &[], None)?),
        };
        Ok(Self { topic, writer, part: Some(part), rows: 0 })
    }

    /// Writes to a stream.
    ///
    /// # Errors
    /// When the format needs a file.
    pub fn stream(topic: Topic, out: impl Write + Send + 'static, format: Format) -> io::Result<Self> {
        let writer: Box<dyn TableWriter> = match format {
            Format::Csv => Box::new(Csv::new(topic, out)),
            Format::Json => Box::new(Json::new(topic, out)),
            Format::Parquet => Box::new(Parquet::new(topic, out, Compression::default(), GROUP_ROWS, &[], None)?),
        };
        Ok(Self { topic, writer, part: None, rows: 0 })
    }

    /// Which table it is.
    pub fn topic(&self) -> Topic {
        self.topic
    }

    /// Writes a row.
    ///
    /// # Errors
    /// What the system says.
    #[inline]
    pub fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        self.rows += 1;
        self.writer.row(values)
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends it: the file has its name and is on the disk.
    ///
    /// # Errors
    /// What the system says; the file is removed then.
    pub fn finish(mut self) -> io::Result<Written> {
        self.writer.finish()?;
        let inexact = self.writer.inexact();
        let bytes = self.part.take().map_or(Ok(0), Part::commit)?;
        Ok(Written { rows: self.rows, bytes, inexact })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let count = || fs::read_dir(folder.path()).unwrap().count();
        let mut output = Output::create(Topic::Fills, &path, Format::Csv, Compression::None).unwrap();
        output.row(&[Value::Null]).unwrap();
        let other = Output::create(Topic::Fills, &path, Format::Csv, Compression::None).map(|_| ()).unwrap_err();
        assert_eq!(other.kind(), io::ErrorKind::WouldBlock);
        assert!(!path.exists());
        drop(output);
        assert_eq!(count(), 0);
        // What a killed program left is no hindrance.
        fs::write(folder.path().join("a.csv.part"), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx").unwrap();
        let written = Output::create(Topic::Bars, &path, Format::Csv, Compression::None).unwrap().finish().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("timestamp,symbol,open,high,low,close,volume,") && text.len() as u64 == written.bytes);
        let again = Output::create(Topic::Bars, &path, Format::Csv, Compression::None).map(|_| ()).unwrap_err();
        assert_eq!((again.kind(), count()), (io::ErrorKind::AlreadyExists, 1));
    }
}
