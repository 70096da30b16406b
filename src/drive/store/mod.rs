//! What is kept over restarts: one embedded SQLite database. The core opens it, locks it against a second program, brings its
//! tables up to date, sets a damaged one aside and owns it on a thread of its own; beside it stands a file for each concern
//! (`alerts`, their `history`, the `outbox` of deliveries, paper `trading`, the `market` as it was seen and its `retention`, `sessions`), with its tables, its statements and its part of [`Store`].
//!
//! Writes are handed over and never waited for, so that neither a slow disk nor a full one holds the engine up: what cannot be
//! written now is held in memory and tried again. A commit survives the program's end by any means, `kill -9` included; with
//! the power cut, the last ones before it may be missing, but the database is whole (WAL, `synchronous = NORMAL`).

mod alerts;
mod error;
mod history;
mod inspect;
mod integrity;
mod market;
mod migrations;
mod open;
mod outbox;
mod retention;
mod sessions;
mod shared;
mod trading;
mod worker;

pub use error::StoreError;
pub use history::{DeliveryRow, DeliveryState, HistoryRow};
pub use inspect::{HeldMarket, Inspection, inspect, sessions_in, vacuum};
pub use integrity::{Integrity, quick_check};
pub use market::Tick;
pub use open::{Keeping, Opened, open};
pub use outbox::{Job, Outbox, Outcome};
pub use retention::Retention;
pub use sessions::{SessionEnd, SessionRow};

use crate::domain::Nanos;
use crate::drive::clock;
use shared::{Change, Shared, Task};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::JoinHandle;
use worker::Desk;

/// The version of the tables that this program writes.
pub const VERSION: i64 = migrations::NEWEST;

/// How long an answer is waited for. A disk that sleeps or is busy wakes sooner.
const PATIENCE: Nanos = Nanos::from_secs(15);

/// A handle of the database. Clones share it; when the last one is dropped what was asked is written, and the file closed.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("name", &self.0.shared.name).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.close();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            // Only a panic of the thread is not waited for in vain, and that has been said by `trouble`.
            let _ = thread.join();
        }
    }
}

impl Store {
    /// One that forgets all when it is dropped: for tests, and where nothing is to be kept.
    pub fn in_memory() -> Self {
        match open::memory() {
            Ok(desk) => Self::start(desk),
            Err(error) => Self::dead(&format!("memory for alerts could not be had: {error}")),
        }
    }

    /// Begins the thread that owns an open database.
    fn start(desk: Desk) -> Self {
        let shared = Arc::clone(&desk.shared);
        match std::thread::Builder::new().name("store".to_owned()).spawn(move || desk.work()) {
            Ok(thread) => Self(Arc::new(Inner { shared, thread: Some(thread) })),
            Err(error) => Self::dead(&format!("no thread could be had for keeping alerts: {error}")),
        }
    }

    /// One that keeps nothing and says why.
    fn dead(why: &str) -> Self {
        let shared = Shared::new("nothing".to_owned());
        shared.give_up(why.to_owned());
        Self(Arc::new(Inner { shared, thread: None }))
    }

    /// What stands wrong now, in words for the user: something could not be written yet, or never will be.
    pub fn trouble(&self) -> Option<String> {
        self.0.shared.trouble()
    }

    /// Goes up after every commit: what was read has not changed while this has not.
    pub fn changes(&self) -> u64 {
        self.0.shared.changes.load(Ordering::Acquire)
    }

    /// Waits until everything asked before is committed.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written; it is tried again later nevertheless.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.ask(Desk::settled)
    }

    /// Hands a change over.
    fn change(&self, change: impl Change + 'static) {
        self.0.shared.push(Task::Change(Box::new(change)));
    }

    /// Has the thread answer a question, after all that was asked before.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Desk) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (give, take) = sync_channel(1);
        self.0.shared.push(Task::Ask(Box::new(move |desk| {
            // Who asked may have given up waiting.
            let _ = give.send(question(desk));
        })));
        match take.recv_timeout(clock::duration(PATIENCE)) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(StoreError::Busy),
            Err(RecvTimeoutError::Disconnected) => Err(StoreError::Gone),
        }
    }
}

#[cfg(test)]
mod tests;
