//! What waits to be written, shared by the engine's side and the disk's side.

use super::members::{Members, Sink};
use super::{WriterState, WriterStatus};
use crate::recording::MAX_LINE;
use std::io;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Text that may wait in memory.
pub(super) const LIMIT: usize = 64 * 1024 * 1024;
/// Text that is written at once, without waiting for more.
const BATCH: usize = 1024 * 1024;
/// How long a line waits for company. With compressing and writing it stays under a second.
const INTERVAL: Duration = Duration::from_millis(750);

/// Text waiting for the disk, and how the writing goes.
pub(super) struct Queue {
    limit: usize,
    inner: Mutex<Inner>,
    /// Tells the writing thread that there is something to do.
    work: Condvar,
    /// Tells who waits for the disk that something was done.
    done: Condvar,
}

struct Inner {
    text: Vec<u8>,
    lines: u64,
    closing: bool,
    /// Rounds of writing that were asked for, and that were done.
    wanted: u64,
    reached: u64,
    state: WriterState,
    full: bool,
    bytes_written: u64,
    lines_written: u64,
    dropped: u64,
    /// Lines dropped since the last gap was told.
    untold: u64,
    refused: u64,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// Taken, refused or dropped, and counted.
    Done,
    /// Not yet taken: there is room again after so many lines were dropped, which is to be told first.
    AfterGap(u64),
}

impl Queue {
    pub(super) const fn new(limit: usize) -> Self {
        Self {
            limit,
            inner: Mutex::new(Inner {
                text: Vec::new(),
                lines: 0,
                closing: false,
                wanted: 0,
                reached: 0,
                state: WriterState::Writing,
                full: false,
                bytes_written: 0,
                lines_written: 0,
                dropped: 0,
                untold: 0,
                refused: 0,
            }),
            work: Condvar::new(),
            done: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a line with its line break.
    pub(super) fn push(&self, line: &[u8]) -> Pushed {
        let mut inner = self.lock();
        if line.len() > MAX_LINE + 1 {
            inner.refused += 1;
        } else if inner.closing || matches!(inner.state, WriterState::Failed(_) | WriterState::Closed) {
            inner.dropped += 1;
        } else if inner.state == WriterState::Stalled && inner.text.len() < self.limit / 2 {
            return Pushed::AfterGap(inner.untold);
        } else if inner.state == WriterState::Stalled || inner.text.len() + line.len() > self.limit {
            inner.state = WriterState::Stalled;
            inner.dropped += 1;
            inner.untold += 1;
        } else {
            self.take(&mut inner, line, 1);
        }
        Pushed::Done
    }

    /// Takes the lines that tell of a gap, and the one after it.
    pub(super) fn push_after_gap(&self, told: &[u8], line: &[u8]) {
        let mut inner = self.lock();
        if inner.state == WriterState::Stalled {
            inner.state = WriterState::Writing;
            inner.untold = 0;
            self.take(&mut inner, told, 2);
            self.take(&mut inner, line, 1);
        }
    }

    fn take(&self, inner: &mut Inner, text: &[u8], lines: u64) {
        let before = inner.text.len();
        inner.text.extend_from_slice(text);
        inner.lines += lines;
        if before == 0 || (before < BATCH && inner.text.len() >= BATCH) {
            self.work.notify_all();
        }
    }

    pub(super) fn close(&self) {
        self.lock().closing = true;
        self.work.notify_all();
    }

    /// Waits until what was taken before is written.
    pub(super) fn flush(&self) {
        let mut inner = self.lock();
        inner.wanted += 1;
        let wanted = inner.wanted;
        self.work.notify_all();
        while inner.reached < wanted && matches!(inner.state, WriterState::Writing | WriterState::Stalled) {
            inner = self.done.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn status(&self, path: &Path) -> WriterStatus {
        let inner = self.lock();
        WriterStatus {
            path: path.to_owned(),
            bytes: inner.bytes_written,
            lines: inner.lines_written,
            dropped: inner.dropped,
            refused: inner.refused,
            state: inner.state.clone(),
            full: inner.full,
        }
    }

    /// The writing thread's work: until closed or failed.
    pub(super) fn serve<S: Sink>(&self, mut members: Members<S>) {
        let mut text = Vec::new();
        loop {
            let (lines, wanted, closing) = self.wait(&mut text);
            let result = write(&mut members, &text, closing);
            text.clear();
            // A backlog's memory is not kept.
            text.shrink_to(2 * BATCH);
            let mut inner = self.lock();
            inner.bytes_written = members.bytes().max(inner.bytes_written);
            let end = match result {
                Ok(()) => {
                    inner.lines_written += lines;
                    inner.reached = wanted;
                    if closing {
                        inner.state = WriterState::Closed;
                    }
                    closing
                }
                Err(error) => {
                    inner.dropped += lines + inner.lines;
                    inner.text = Vec::new();
                    inner.lines = 0;
                    inner.full = is_full(&error);
                    inner.state = WriterState::Failed(words(&error));
                    true
                }
            };
            drop(inner);
            self.done.notify_all();
            if end {
                return;
            }
        }
    }

    /// Waits for text and takes all there is in exchange for an empty buffer.
    fn wait(&self, text: &mut Vec<u8>) -> (u64, u64, bool) {
        let urgent = |inner: &Inner| inner.closing || inner.wanted > inner.reached;
        let inner = self.work.wait_while(self.lock(), |inner| inner.text.is_empty() && !urgent(inner));
        let inner = inner.unwrap_or_else(PoisonError::into_inner);
        let inner = self.work.wait_timeout_while(inner, INTERVAL, |inner| inner.text.len() < BATCH && !urgent(inner));
        let mut inner = inner.unwrap_or_else(PoisonError::into_inner).0;
        std::mem::swap(&mut inner.text, text);
        (std::mem::take(&mut inner.lines), inner.wanted, inner.closing)
    }
}

/// Brings text to the disk, readable even if the program is killed right after.
fn write<S: Sink>(members: &mut Members<S>, text: &[u8], closing: bool) -> io::Result<()> {
    members.write(text)?;
    if closing {
        members.end_member()?;
    } else {
        members.flush()?;
    }
    members.sync()
}

/// Whether an error says that there is no room.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// The error, with what a person can do about it.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full: free some space".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up: free some space".to_owned(),
        _ => error.to_string(),
    }
}
