//! A file that grows, read as if it were whole: at its end it is waited for more, until it is said to have ended.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long it is waited at the end of a file before it is looked at again.
const LOOK: Duration = Duration::from_millis(250);

/// What the program tells those who wait.
#[derive(Debug, Default)]
struct Said {
    ended: BTreeSet<PathBuf>,
    /// The program ends.
    closing: bool,
    /// There is no more time: all is given up.
    given_up: bool,
}

/// Tells those who wait that files have ended and that the program ends.
#[derive(Debug, Default)]
pub(super) struct Signals {
    said: Mutex<Said>,
    changed: Condvar,
}

impl Signals {
    fn change(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    fn is(&self, what: impl FnOnce(&Said) -> bool) -> bool {
        what(&self.said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn ended(&self, path: &Path) {
        self.change(|said| {
            said.ended.insert(path.to_owned());
        });
    }

    pub(super) fn forget(&self, path: &Path) {
        self.change(|said| {
            said.ended.remove(path);
        });
    }

    pub(super) fn close(&self) {
        self.change(|said| said.closing = true);
    }

    pub(super) fn give_up(&self) {
        self.change(|said| (said.closing, said.given_up) = (true, true));
    }

    pub(super) fn has_ended(&self, path: &Path) -> bool {
        self.is(|said| said.ended.contains(path))
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is(|said| said.closing)
    }

    pub(super) fn is_given_up(&self) -> bool {
        self.is(|said| said.given_up)
    }

    /// Waits so long, or until something is said that ends the wait.
    pub(super) fn wait(&self, time: Duration, until: impl Fn(&Self) -> bool) {
        let mut left = time;
        while !left.is_zero() && !until(self) {
            let step = left.min(LOOK);
            self.pause(step);
            left -= step;
        }
    }

    fn pause(&self, time: Duration) {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_timeout(said, time));
    }
}

/// A file that grows.
pub(super) struct Tail {
    file: File,
    path: PathBuf,
    signals: Arc<Signals>,
}

impl Tail {
    pub(super) fn open(path: &Path, signals: &Arc<Signals>) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, path: path.to_owned(), signals: Arc::clone(signals) })
    }
}

impl Read for Tail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.signals.is_given_up() {
                return Err(io::Error::other("given up: the program ends"));
            }
            // What was said before the end was reached again is true of that end.
            let ended = self.signals.has_ended(&self.path);
            let closing = self.signals.is_closing();
            match self.file.read(buffer) {
                Ok(0) if ended || buffer.is_empty() => return Ok(0),
                Ok(0) if closing => return Err(io::Error::other("given up: the program ends and the recording did not")),
                Ok(0) => self.signals.pause(LOOK),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}
