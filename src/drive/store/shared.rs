//! What the thread of the database and its handles share: the queue between them, and what stands wrong.

use super::error::StoreError;
use super::outbox::Aside;
use super::worker::Desk;
use crate::domain::{AlertId, Nanos};
use crate::drive::clock;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Changes that wait at most, handed over or held because they could not be written: minutes of the busiest alerts. Further
/// ones are lost, and that is said.
pub(super) const WAITING: usize = 65_536;
/// A change of the database.
pub(super) trait Change: Send {
    /// Makes it. Within a transaction; called again when that could not be committed.
    fn write(&self, db: &Connection) -> rusqlite::Result<()>;
    /// It is committed at the first try.
    fn made(&self, _: &mut Aside) {}
    /// It cannot be written yet: what of it is to be acted on nevertheless. Called once.
    fn hold(&self, _: &mut Aside) {}
    /// It is held, and never will be written.
    fn lose(&self, _: &mut Aside) {}
    /// Whether it puts deliveries into the outbox.
    fn wakes(&self) -> bool {
        false
    }
}

impl<F: Fn(&Connection) -> rusqlite::Result<()> + Send> Change for F {
    fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        self(db)
    }
}

type Wake = Arc<dyn Fn() + Send + Sync>;

pub(super) enum Task {
    Change(Box<dyn Change>),
    Ask(Box<dyn FnOnce(&mut Desk) + Send>),
}

/// What the thread has to do next.
pub(super) enum Next {
    /// These; none of them when it has been quiet.
    Tasks(VecDeque<Task>),
    /// Nothing more.
    End,
}

/// What the thread and the handles share.
pub(super) struct Shared {
    /// What the database is called in messages: its path.
    pub(super) name: String,
    queue: Mutex<Queue>,
    ready: Condvar,
    trouble: Mutex<Trouble>,
    pub(super) changes: AtomicU64,
    /// Numbers given out last, of alerts and of firings.
    pub(super) alert: AtomicU64,
    pub(super) row: AtomicI64,
    pub(super) session: AtomicI64,
    /// Trades handed over that are not written yet.
    pub(super) ticks: Arc<AtomicUsize>,
    wake: Mutex<Option<Wake>>,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Task>,
    closed: bool,
}

#[derive(Default)]
struct Trouble {
    /// Why changes are held.
    held: Option<String>,
    /// Changes lost, and why the last one was.
    lost: Option<(u64, String)>,
    /// Rows that make no sense to this program.
    unreadable: usize,
    /// Why the outbox was not read.
    unread: Option<String>,
    gone: Option<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(name: String) -> Arc<Self> {
        Arc::new(Self {
            name,
            queue: Mutex::default(),
            ready: Condvar::new(),
            trouble: Mutex::default(),
            changes: AtomicU64::new(0),
            alert: AtomicU64::new(0),
            row: AtomicI64::new(0),
            session: AtomicI64::new(0),
            ticks: Arc::default(),
            wake: Mutex::new(None),
        })
    }

    /// Puts a task last. A question is always taken: who asks waits, so there are never many.
    pub(super) fn push(&self, task: Task) {
        let mut queue = lock(&self.queue);
        if queue.closed {
            return;
        }
        if matches!(task, Task::Change(_)) && queue.tasks.len() >= WAITING {
            drop(queue);
            self.lose("more came than the disk takes");
            return;
        }
        queue.tasks.push_back(task);
        drop(queue);
        self.ready.notify_one();
    }

    /// All that waits, once something does; with `quiet`, nothing after so long without.
    pub(super) fn next(&self, quiet: Option<Nanos>) -> Next {
        let mut queue = lock(&self.queue);
        loop {
            if !queue.tasks.is_empty() {
                return Next::Tasks(std::mem::take(&mut queue.tasks));
            }
            if queue.closed {
                return Next::End;
            }
            let Some(quiet) = quiet else {
                queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let waited = self.ready.wait_timeout(queue, clock::duration(quiet)).unwrap_or_else(PoisonError::into_inner);
            if waited.1.timed_out() {
                return Next::Tasks(std::mem::take(&mut { waited.0 }.tasks));
            }
            queue = waited.0;
        }
    }

    /// Takes no more tasks; the thread ends after those it has.
    pub(super) fn close(&self) {
        lock(&self.queue).closed = true;
        self.ready.notify_one();
    }

    /// Tasks that wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        lock(&self.queue).tasks.len()
    }

    /// Nothing is kept any more.
    pub(super) fn give_up(&self, why: String) {
        let mut queue = lock(&self.queue);
        queue.closed = true;
        let left = std::mem::take(&mut queue.tasks);
        drop(queue);
        // Whoever waits for an answer learns that there is none.
        drop(left);
        lock(&self.trouble).gone = Some(why);
    }

    /// A change is lost.
    pub(super) fn lose(&self, why: &str) {
        let mut trouble = lock(&self.trouble);
        let lost = trouble.lost.as_ref().map_or(0, |(lost, _)| *lost).saturating_add(1);
        trouble.lost = Some((lost, why.to_owned()));
    }

    /// Why changes are held; `None`: none is.
    pub(super) fn set_held(&self, why: Option<String>) {
        lock(&self.trouble).held = why;
    }

    /// Why changes are held.
    pub(super) fn why_held(&self) -> String {
        lock(&self.trouble).held.clone().unwrap_or_default()
    }

    /// Rows that were left out when they were read.
    pub(super) fn left_out(&self, rows: usize) {
        let mut trouble = lock(&self.trouble);
        trouble.unreadable = trouble.unreadable.max(rows);
    }

    /// The outbox could not be read.
    pub(super) fn unread(&self, error: &StoreError) {
        lock(&self.trouble).unread = Some(error.to_string());
    }

    pub(super) fn next_alert(&self) -> AlertId {
        self.alert.fetch_add(1, Ordering::AcqRel) + 1
    }

    pub(super) fn set_wake(&self, wake: Wake) {
        *lock(&self.wake) = Some(wake);
    }

    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = lock(&self.trouble);
        let name = &self.name;
        let mut said = Vec::new();
        if let Some(why) = &trouble.gone {
            said.push(format!("alerts are not kept: {why}"));
        }
        if let Some(why) = &trouble.held {
            said.push(format!("{name} cannot be written: {why}; alerts go on, and are written once it can be"));
        }
        if let Some((lost, why)) = &trouble.lost {
            let (changes, were) = if *lost == 1 { ("change", "was") } else { ("changes", "were") };
            said.push(format!("{lost} {changes} {were} not written to {name}: {why}"));
        }
        if trouble.unreadable > 0 {
            said.push(format!("{} of what is kept in {name} cannot be read and was left out", trouble.unreadable));
        }
        if let (Some(why), None) = (&trouble.unread, &trouble.gone) {
            said.push(format!("deliveries that wait in {name} could not be read: {why}"));
        }
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// The outbox may have something new to say.
    pub(super) fn wake(&self) {
        let wake = lock(&self.wake).clone();
        if let Some(wake) = wake {
            wake();
        }
    }
}
