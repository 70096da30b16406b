//! Which recordings are in the dataset: a line when one is begun, another when it is done.

use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The folder beside the tables.
pub const FOLDER: &str = "_rtai";
/// The file within.
const NAME: &str = "recordings.jsonl";

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    recording: PathBuf,
    done: bool,
}

/// Holds the dataset's lock, and knows which recordings are not in it whole.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// The lock is freed when it is closed, however the program ends.
    _lock: File,
    open: Vec<PathBuf>,
}

impl Ledger {
    /// Takes the dataset's lock and reads which recordings are not done.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another program writes the dataset; what the system says.
    pub fn open(dataset: &Path) -> io::Result<Self> {
        let folder = dataset.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        if let Err(fs::TryLockError::WouldBlock) = lock.try_lock() {
            let what = format!("{}: the dataset is being written by another program", dataset.display());
            return Err(io::Error::new(io::ErrorKind::WouldBlock, what));
        }
        let path = folder.join(NAME);
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let mut open: Vec<PathBuf> = Vec::new();
        // A line that was cut off by a crash says nothing: what it was of is begun still.
        for entry in text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok()) {
            open.retain(|path| *path != entry.recording);
            if !entry.done {
                open.push(entry.recording);
            }
        }
        let ledger = Self { path, _lock: lock, open };
        ledger.shorten()?;
        Ok(ledger)
    }

    /// Recordings that were begun and are not done, the oldest first.
    pub fn unfinished(&self) -> &[PathBuf] {
        &self.open
    }

    /// A recording is begun.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin(&mut self, recording: &Path) -> io::Result<()> {
        if self.open.iter().any(|path| path == recording) {
            return Ok(());
        }
        self.append(&Entry { recording: recording.to_owned(), done: false })?;
        self.open.push(recording.to_owned());
        Ok(())
    }

    /// A recording is in the dataset.
    ///
    /// # Errors
    /// What the system says.
    pub fn done(&mut self, recording: &Path) -> io::Result<()> {
        self.append(&Entry { recording: recording.to_owned(), done: true })?;
        self.open.retain(|path| path != recording);
        Ok(())
    }

    fn append(&self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        // A line that was cut off must not swallow this one.
        line.insert(0, b'\n');
        line.push(b'\n');
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(&line)?;
        file.sync_all()
    }

    /// Keeps only what is still of interest.
    fn shorten(&self) -> io::Result<()> {
        let mut text = Vec::new();
        for recording in &self.open {
            serde_json::to_writer(&mut text, &Entry { recording: recording.clone(), done: false })?;
            text.push(b'\n');
        }
        let new = self.path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_and_not_done_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (Path::new("/x/a.rec.gz"), Path::new("/x/b \"1\".rec.gz"));
        let mut ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!(Ledger::open(folder.path()).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        ledger.begin(a).unwrap();
        ledger.begin(b).unwrap();
        ledger.begin(a).unwrap();
        ledger.done(a).unwrap();
        let path = ledger.path.clone();
        drop(ledger);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"recording\":\"/x/c").unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        assert_eq!(ledger.unfinished(), [b.to_owned()]);
        ledger.done(b).unwrap();
        drop(ledger);
        assert!(Ledger::open(folder.path()).unwrap().unfinished().is_empty());
        assert_eq!(fs::read_to_string(&path).unwrap(), "");
    }
}
