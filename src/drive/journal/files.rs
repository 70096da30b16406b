//! The files of the log: one after the other by size, the newest of all runs kept.

use super::line::stamp;
use crate::domain::Nanos;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the names of the files begin with.
pub const PREFIX: &str = "rtai-tui-";

/// How large a file grows, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after which the next file is begun.
    pub bytes: u64,
    /// Files kept over all runs, at least one.
    pub files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 10 << 20, files: 10 }
    }
}

/// The file being written, and what is known of those before.
pub(super) struct Files {
    folder: PathBuf,
    limits: Limits,
    /// When this run began, in seconds since the epoch, and the number of the file in it.
    run: i64,
    part: u32,
    path: PathBuf,
    file: File,
    written: u64,
    /// Lines that were lost since one could be written, and why.
    lost: u64,
    why: String,
}

impl Files {
    /// Begins the first file of a run.
    pub(super) fn begin(folder: &Path, limits: Limits, now: Nanos) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (path, file) = create(folder, now.secs(), 1)?;
        let files = Self {
            folder: folder.to_owned(),
            limits,
            run: now.secs(),
            part: 1,
            path,
            file,
            written: 0,
            lost: 0,
            why: String::new(),
        };
        files.prune();
        Ok(files)
    }

    /// The file being written.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line, or counts it as lost. `missed` were lost before they came here.
    pub(super) fn write(&mut self, line: &str, missed: u64, now: Nanos) {
        self.miss(missed);
        if self.written > 0 && self.written + line.len() as u64 > self.limits.bytes {
            self.turn();
        }
        if self.own_up(now).and_then(|()| self.append(line)).is_err_and(|error| self.failed(&error)) {
            self.lost += 1;
        }
    }

    /// Says what was lost at the very end.
    pub(super) fn finish(&mut self, missed: u64, now: Nanos) {
        self.miss(missed);
        let _ = self.own_up(now);
    }

    fn miss(&mut self, missed: u64) {
        if missed > 0 {
            self.lost += missed;
            "they came faster than they could be written".clone_into(&mut self.why);
        }
    }

    /// Tells of lost lines now that there may be room.
    fn own_up(&mut self, now: Nanos) -> io::Result<()> {
        if self.lost > 0 {
            let (lost, why) = (self.lost, &self.why);
            let line = format!("{}  WARN drive::journal: {lost} lines of the log were lost here: {why}\n", stamp(now));
            self.append(&line)?;
            self.lost = 0;
        }
        Ok(())
    }

    /// Appends a line whole or not at all.
    fn append(&mut self, line: &str) -> io::Result<()> {
        let outcome = self.file.write_all(line.as_bytes());
        match &outcome {
            Ok(()) => self.written += line.len() as u64,
            // What a full disk took of it is given back.
            Err(_) => drop(self.file.set_len(self.written)),
        }
        outcome
    }

    fn failed(&mut self, error: &io::Error) -> bool {
        self.why = error.to_string();
        true
    }

    /// Goes on in the next file; in the same one where that cannot be had, which is tried again with the next line.
    fn turn(&mut self) {
        match create(&self.folder, self.run, self.part + 1) {
            Ok((path, file)) => {
                (self.path, self.file) = (path, file);
                self.part += 1;
                self.written = 0;
                self.prune();
            }
            // A file twice as large that still has no successor is begun anew: it must not grow for ever.
            Err(_) => {
                if self.written > self.limits.bytes.saturating_mul(2) && self.file.set_len(0).is_ok() {
                    self.written = 0;
                }
            }
        }
    }

    /// Removes all but the newest files, by when they were last written: another program's that still runs is not old.
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut logs: Vec<(SystemTime, Vec<u64>, PathBuf)> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let numbers = numbers_of(&name)?;
                let modified = entry.metadata().and_then(|meta| meta.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
                Some((modified, numbers, entry.path()))
            })
            .filter(|(.., path)| *path != self.path)
            .collect();
        logs.sort();
        let surplus = (logs.len() + 1).saturating_sub(self.limits.files.max(1));
        for (.., old) in logs.iter().take(surplus) {
            let _ = fs::remove_file(old);
        }
    }
}

/// The numbers in a log's name: when its run began, the process, the part; nothing for other files.
fn numbers_of(name: &str) -> Option<Vec<u64>> {
    let inner = name.strip_prefix(PREFIX)?.strip_suffix(".log")?;
    inner.split('-').map(|number| number.parse().ok()).collect()
}

/// Makes a new file; never one that is there.
fn create(folder: &Path, run: i64, part: u32) -> io::Result<(PathBuf, File)> {
    let name = format!("{PREFIX}{run}-{}", std::process::id());
    let path = folder.join(if part == 1 { format!("{name}.log") } else { format!("{name}-{part}.log") });
    // Appending goes to the end even after the file was cut. One of a run of the same second and process is gone on with.
    let file = OpenOptions::new().append(true).create(true).open(&path)?;
    file.set_len(0)?;
    Ok((path, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Nanos = Nanos::from_secs(1_700_000_000);

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_the_newest_logs_stay_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..15_u64 {
            let path = folder.path().join(format!("rtai-tui-{}-1.log", 1_600_000_000 + n));
            let file = File::create(path).unwrap();
            // The oldest name was written last: its program still runs.
            let age = if n == 0 { 0 } else { 100 - n };
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000 - age * 60)).unwrap();
        }
        for other in ["notes.log", "rtai-tui-x.log", "rtai-tui-1.txt"] {
            fs::write(folder.path().join(other), "").unwrap();
        }
        let files = Files::begin(folder.path(), Limits { files: 5, ..Limits::default() }, NOW).unwrap();
        let own = files.path().file_name().unwrap().to_str().unwrap().to_owned();
        let stay = ["notes.log", "rtai-tui-1.txt", "rtai-tui-1600000000-1.log", "rtai-tui-1600000012-1.log"];
        let rest = ["rtai-tui-1600000013-1.log", "rtai-tui-1600000014-1.log", &own, "rtai-tui-x.log"];
        assert_eq!(names(folder.path()), [&stay[..], &rest[..]].concat());
    }

    #[test]
    fn files_are_turned_by_size_and_their_sum_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { bytes: 1_000, files: 3 };
        let mut files = Files::begin(folder.path(), limits, NOW).unwrap();
        for n in 0..200 {
            files.write(&format!("{n:049}\n"), 0, NOW);
        }
        let kept = names(folder.path());
        assert_eq!(kept.len(), 3, "{kept:?}");
        let mut text = String::new();
        for part in [8, 9, 10] {
            let name = format!("rtai-tui-1700000000-{}-{part}.log", std::process::id());
            let part = fs::read_to_string(folder.path().join(&name)).unwrap();
            assert!(part.len() <= 1_000, "{name}: {}", part.len());
            text += &part;
        }
        // No line lost at the turns.
        let numbers: Vec<u32> = text.lines().map(|line| line.trim_start_matches('0').parse().unwrap()).collect();
        assert_eq!(numbers, (140..200).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_larger_than_a_file_is_written_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::begin(folder.path(), Limits { bytes: 10, files: 9 }, NOW).unwrap();
        files.write("longer than ten bytes\n", 0, NOW);
        files.write("b\n", 0, NOW);
        assert_eq!(fs::read_to_string(files.path()).unwrap(), "b\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_loses_lines_that_are_counted_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::begin(folder.path(), Limits::default(), NOW).unwrap();
        files.write("one\n", 0, NOW);
        let good = std::mem::replace(&mut files.file, OpenOptions::new().append(true).open("/dev/full").unwrap());
        files.write("two\n", 0, NOW);
        files.write("three\n", 2, NOW);
        files.file = good;
        files.write("four\n", 0, NOW);
        let text = fs::read_to_string(files.path()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[0], lines[2]), (3, "one", "four"), "{text}");
        assert!(lines[1].contains("4 lines of the log were lost here: No space left on device"), "{text}");
        assert!(lines[1].starts_with("2023-11-14T22:13:20.000000Z  WARN drive::journal: "), "{text}");
    }
}
