//! The dataset of a collector: recordings that grow are followed by a thread of their own, which writes what they say as Parquet.
//!
//! **The dataset is a function of the recordings.** Nothing but the recording is read, by an engine of the thread's own; so the live
//! engine never waits for it, and what a program that was killed had not finished is converted anew at the next start, under the same
//! names ([`crate::tables::dataset`]).

mod convert;
mod ledger;
mod tail;
#[cfg(test)]
mod tests;

pub use convert::{ConvertError, Converter, Range, convert};
pub use ledger::{FOLDER, Ledger};

use crate::domain::Nanos;
use crate::recording::{ReadOptions, Reader};
use crate::tables::Compression;
use crate::tables::dataset::{self, Hive, Totals};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tail::{Signals, Tail};

/// What cannot be written is tried again after this long at first, then twice as long each time.
const AGAIN: Duration = Duration::from_secs(30);
/// The longest wait before it is tried again.
const AGAIN_MOST: Duration = Duration::from_mins(10);
/// Times that a recording that cannot be read is tried.
const UNREAD: u32 = 4;
/// The longest time that [`Dataset::close`] takes.
const CLOSING: Duration = Duration::from_secs(20);

/// How a dataset is kept.
#[derive(Debug, Clone)]
pub struct DatasetOptions {
    /// The folder of the tables.
    pub folder: PathBuf,
    /// How the files are compressed.
    pub compression: Compression,
    /// The stretch of time that a file holds: a whole part of a day.
    pub part: Nanos,
    /// Recordings that are followed at the same time: as many as grow at the same time.
    pub followers: usize,
}

impl DatasetOptions {
    /// A dataset in a folder, an hour a file, Snappy.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), compression: Compression::default(), part: dataset::PART, followers: 1 }
    }
}

/// How a dataset stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetStatus {
    /// The recordings that are being followed.
    pub following: Vec<PathBuf>,
    /// Recordings that wait for it.
    pub waiting: usize,
    /// What was written since the start.
    pub totals: Totals,
    /// Recordings that are in the dataset whole, since the start.
    pub done: u64,
    /// Why it is not written just now, in words.
    pub problem: Option<String>,
}

/// Recordings in the order they are converted, and how it stands.
#[derive(Debug, Default)]
struct Desk {
    queue: VecDeque<PathBuf>,
    /// What recordings that are no longer followed gave, and how it stands else.
    status: DatasetStatus,
    /// What those that are followed gave so far.
    following: BTreeMap<PathBuf, Totals>,
    /// Threads that have ended.
    finished: usize,
}

impl Desk {
    fn status(&self) -> DatasetStatus {
        let mut status = DatasetStatus {
            waiting: self.queue.len(),
            following: self.following.keys().cloned().collect(),
            ..self.status.clone()
        };
        self.following.values().for_each(|totals| status.totals.add(totals));
        status
    }
}

#[derive(Debug, Default)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
    signals: Arc<Signals>,
    ledger: Option<Mutex<Ledger>>,
}

impl Shared {
    /// Does something with the list of recordings.
    fn list(&self, change: impl FnOnce(&mut Ledger) -> io::Result<()>) -> io::Result<()> {
        self.ledger.as_ref().map_or(Ok(()), |ledger| change(&mut ledger.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Desk) -> T) -> T {
        let done = change(&mut self.desk.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
        done
    }
}

/// A dataset that is kept while a program records.
#[derive(Debug)]
pub struct Dataset {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Dataset {
    /// Begins. What a killed program left half written is removed, and recordings that it had not finished are converted first.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another program writes the dataset; when the folder cannot be written.
    pub fn start(options: DatasetOptions) -> io::Result<Self> {
        let ledger = Ledger::open(&options.folder)?;
        dataset::sweep(&options.folder)?;
        let unfinished = ledger.unfinished().to_vec();
        let shared = Arc::new(Shared { ledger: Some(Mutex::new(ledger)), ..Shared::default() });
        // They do not grow any more: who wrote them is gone.
        for path in &unfinished {
            shared.signals.ended(path);
        }
        shared.change(|desk| desk.queue.extend(unfinished));
        let mut dataset = Self { shared, threads: Vec::new() };
        for _ in 0..options.followers.max(1) {
            let follower = Follower { options: options.clone(), shared: Arc::clone(&dataset.shared) };
            dataset.threads.push(std::thread::Builder::new().name("dataset".to_owned()).spawn(move || follower.run())?);
        }
        Ok(dataset)
    }

    /// A recording was begun: it is followed from now on, after those before it. Waits for the disk.
    pub fn follow(&self, path: &Path) {
        // By its whole name, for the next start may be in another folder.
        let path = whole(path);
        // Where that cannot be written now, it is when it is the recording's turn.
        let _ = self.shared.list(|ledger| ledger.begin(&path));
        self.shared.change(|desk| desk.queue.push_back(path));
    }

    /// A recording has ended: nothing more comes to it.
    pub fn ended(&self, path: &Path) {
        self.shared.signals.ended(&whole(path));
    }

    /// How it stands.
    pub fn status(&self) -> DatasetStatus {
        self.shared.change(|desk| desk.status())
    }

    /// Finishes what has ended, in bounded time. What is not done by then, and recordings that were not said to have ended, are
    /// converted at the next start.
    pub fn close(mut self) -> DatasetStatus {
        self.end();
        self.status()
    }

    fn end(&mut self) {
        let threads = std::mem::take(&mut self.threads);
        if threads.is_empty() {
            return;
        }
        self.shared.signals.close();
        self.shared.changed.notify_all();
        let desk = self.shared.desk.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.shared.changed.wait_timeout_while(desk, CLOSING, |desk| desk.finished < threads.len());
        drop(waited);
        self.shared.signals.give_up();
        // It looks at that at least every few thousand inputs.
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Drop for Dataset {
    fn drop(&mut self) {
        self.end();
    }
}

fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What became of a recording.
enum Outcome {
    Done,
    /// It is tried again.
    Again(String),
    /// It is tried again a few times.
    Unread(String),
    /// It never will be.
    Never(String),
    /// The program ends.
    Stopped,
}

/// The thread's own.
struct Follower {
    options: DatasetOptions,
    shared: Arc<Shared>,
}

impl Follower {
    fn run(self) {
        while let Some(path) = self.next() {
            let mut pause = AGAIN;
            let mut unread = 0;
            loop {
                let outcome = self.attempt(&path);
                let (problem, over) = match outcome {
                    Outcome::Unread(why) => {
                        unread += 1;
                        (Some(why), unread >= UNREAD)
                    }
                    Outcome::Done => (None, true),
                    Outcome::Never(why) => (Some(why), true),
                    Outcome::Again(why) => (Some(why), false),
                    Outcome::Stopped => (None, true),
                };
                self.shared.change(|desk| {
                    // What is tried again is counted then.
                    if let Some(totals) = desk.following.remove(&path).filter(|_| over) {
                        desk.status.totals.add(&totals);
                    }
                    if over || problem.is_some() {
                        desk.status.problem = problem;
                    }
                });
                if over || self.shared.signals.is_closing() {
                    break;
                }
                self.shared.signals.wait(pause, Signals::is_closing);
                pause = (pause * 2).min(AGAIN_MOST);
            }
            self.shared.signals.forget(&path);
        }
        self.shared.change(|desk| desk.finished += 1);
    }

    /// The next recording; waits for it. `None` at the end.
    fn next(&self) -> Option<PathBuf> {
        let mut desk = self.shared.desk.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.shared.signals.is_given_up() {
                return None;
            }
            if let Some(path) = desk.queue.pop_front() {
                return Some(path);
            }
            if self.shared.signals.is_closing() {
                return None;
            }
            let wait = self.shared.changed.wait_timeout(desk, AGAIN);
            desk = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn attempt(&self, path: &Path) -> Outcome {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.shared.change(|desk| desk.following.insert(path.to_owned(), Totals::default()));
        if let Err(error) = self.shared.list(|ledger| ledger.begin(path)) {
            return Outcome::Again(format!("the dataset's list of recordings cannot be written: {error}"));
        }
        let tail = match Tail::open(path, &self.shared.signals) {
            Ok(tail) => tail,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // It was deleted before it was done: nothing can be made of it any more.
                let _ = self.shared.list(|ledger| ledger.done(path));
                return Outcome::Never(format!("{name} is gone: it is not in the dataset whole"));
            }
            Err(error) => return Outcome::Again(format!("{name} cannot be read: {error}")),
        };
        let options = ReadOptions { keep_going: true, ..ReadOptions::default() };
        let mut reader = match Reader::from_read(tail, &path.to_string_lossy(), options) {
            Ok(reader) => reader,
            Err(error) => return Outcome::Again(error.to_string()),
        };
        let mut hive = Hive::new(&self.options.folder, &name, self.options.compression, self.options.part);
        let shared = Arc::clone(&self.shared);
        let mut tell = |_: u64, hive: &Hive| {
            shared.change(|desk| {
                desk.following.insert(path.to_owned(), hive.totals());
                if hive.totals().parts > 0 {
                    desk.status.problem = None;
                }
            });
            if shared.signals.is_given_up() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let converted = convert(&mut reader, Range::default(), &mut hive, &mut tell);
        let _ = tell(0, &hive);
        match converted {
            Ok(true) => match self.shared.list(|ledger| ledger.done(path)) {
                Ok(()) => {
                    self.shared.change(|desk| desk.status.done += 1);
                    Outcome::Done
                }
                Err(error) => Outcome::Again(format!("the dataset's list of recordings cannot be written: {error}")),
            },
            Ok(false) => Outcome::Stopped,
            Err(_) if self.shared.signals.is_closing() => Outcome::Stopped,
            Err(ConvertError::Read(error)) => Outcome::Unread(format!("{name}: {error}")),
            Err(error) => Outcome::Again(format!("{name}: {error}; it is tried again")),
        }
    }
}
