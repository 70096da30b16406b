//! The thread that owns the database: it takes changes and questions in the order they were asked.

use super::error::{StoreError, may_pass, words};
use super::outbox::Aside;
use super::{alerts, history};
use crate::domain::{AlertId, Nanos};
use crate::drive::clock;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::VecDeque;
use std::fs::File;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Changes that wait at most, handed over or held because they could not be written: minutes of the busiest alerts. Further
/// ones are lost, and that is said.
pub(super) const WAITING: usize = 65_536;
/// Held changes are tried again after so long without anything to do, or so many further ones.
const AGAIN: Nanos = Nanos::from_secs(1);
const AGAIN_AFTER: usize = 256;
/// Changes that share a transaction at most, when many wait.
const BATCH: usize = 128;

/// A change of the database.
pub(super) trait Change: Send {
    /// Makes it. Within a transaction; called again when that could not be committed.
    fn write(&self, db: &Connection) -> rusqlite::Result<()>;
    /// It is committed.
    fn made(&self, _: &mut Aside) {}
    /// What of it is to be acted on although it cannot be written yet, or (`lost`) never will be.
    fn hold(&self, _: &mut Aside, _lost: bool) {}
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

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
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
        queue.tasks.clear();
        drop(queue);
        lock(&self.trouble).gone = Some(why);
    }

    fn lose(&self, why: &str) {
        let mut trouble = lock(&self.trouble);
        let lost = trouble.lost.as_ref().map_or(0, |(lost, _)| *lost).saturating_add(1);
        trouble.lost = Some((lost, why.to_owned()));
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

    fn wake(&self) {
        let wake = lock(&self.wake).clone();
        if let Some(wake) = wake {
            wake();
        }
    }
}

/// What the thread owns.
pub(super) struct Desk {
    pub(super) db: Connection,
    pub(super) shared: Arc<Shared>,
    /// Deliveries that are under way, or known although they are not written.
    pub(super) aside: Aside,
    held: VecDeque<Box<dyn Change>>,
    /// Held changes since they were last tried.
    untried: usize,
    /// Closed after the database: fields are dropped in their order.
    _lock: Option<File>,
}

/// Says so when the thread ends otherwise than by the end of its work.
struct Watch(Arc<Shared>);

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.give_up("the part of the program that keeps them has failed; start it again".to_owned());
        }
    }
}

impl Desk {
    pub(super) fn new(db: Connection, name: String, lock: Option<File>) -> rusqlite::Result<Self> {
        let shared = Shared::new(name);
        shared.alert.store(alerts::last_id(&db)?, Ordering::Release);
        shared.row.store(history::last_row(&db)?, Ordering::Release);
        Ok(Self { db, shared, aside: Aside::default(), held: VecDeque::new(), untried: 0, _lock: lock })
    }

    /// The thread's life.
    pub(super) fn work(mut self) {
        let watch = Watch(Arc::clone(&self.shared));
        while let Some(tasks) = self.next_tasks() {
            let mut batch = Vec::new();
            for task in tasks {
                match task {
                    Task::Change(change) => {
                        batch.push(change);
                        if batch.len() >= BATCH {
                            self.make(std::mem::take(&mut batch));
                        }
                    }
                    Task::Ask(question) => {
                        self.make(std::mem::take(&mut batch));
                        self.try_held();
                        question(&mut self);
                    }
                }
            }
            self.make(batch);
        }
        self.try_held();
        drop(watch);
    }

    /// All that waits; an empty list when held changes are to be tried again; `None` at the end.
    fn next_tasks(&mut self) -> Option<VecDeque<Task>> {
        let shared = Arc::clone(&self.shared);
        let mut queue = lock(&shared.queue);
        loop {
            if !queue.tasks.is_empty() {
                return Some(std::mem::take(&mut queue.tasks));
            }
            if queue.closed {
                return None;
            }
            if self.held.is_empty() {
                queue = shared.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = shared.ready.wait_timeout(queue, clock::duration(AGAIN)).unwrap_or_else(PoisonError::into_inner);
            if waited.1.timed_out() && waited.0.tasks.is_empty() {
                drop(waited);
                self.try_held();
                queue = lock(&shared.queue);
            } else {
                queue = waited.0;
            }
        }
    }

    /// Makes changes together, or each by itself where together they fail.
    fn make(&mut self, changes: Vec<Box<dyn Change>>) {
        if changes.is_empty() {
            return;
        }
        if self.held.is_empty() && self.commit(&changes).is_ok() {
            return;
        }
        for change in changes {
            self.make_one(change);
        }
    }

    fn make_one(&mut self, change: Box<dyn Change>) {
        if self.held.is_empty() {
            let one = [change];
            let tried = self.commit(&one);
            let [change] = one;
            match tried {
                Ok(()) => {}
                Err(error) if may_pass(&error) => self.hold(change, words(&error)),
                Err(error) => self.lose(&*change, &words(&error)),
            }
            return;
        }
        let why = lock(&self.shared.trouble).held.clone().unwrap_or_default();
        self.hold(change, why);
        self.untried += 1;
        if self.untried >= AGAIN_AFTER {
            self.try_held();
        }
    }

    fn hold(&mut self, change: Box<dyn Change>, why: String) {
        if self.held.len() >= WAITING {
            self.lose(&*change, &why);
            return;
        }
        change.hold(&mut self.aside, false);
        lock(&self.shared.trouble).held = Some(why);
        if change.wakes() {
            self.shared.wake();
        }
        self.held.push_back(change);
    }

    fn lose(&mut self, change: &dyn Change, why: &str) {
        change.hold(&mut self.aside, true);
        self.shared.lose(why);
        if change.wakes() {
            self.shared.wake();
        }
    }

    /// Tries to write what is held, oldest first.
    pub(super) fn try_held(&mut self) {
        self.untried = 0;
        while let Some(change) = self.held.pop_front() {
            let one = [change];
            let tried = self.commit(&one);
            let [change] = one;
            match tried {
                Ok(()) => {}
                Err(error) if may_pass(&error) => {
                    lock(&self.shared.trouble).held = Some(words(&error));
                    self.held.push_front(change);
                    return;
                }
                Err(error) => self.lose(&*change, &words(&error)),
            }
        }
        self.aside.all_is_written();
        lock(&self.shared.trouble).held = None;
    }

    fn commit(&mut self, changes: &[Box<dyn Change>]) -> rusqlite::Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for change in changes {
            change.write(&transaction)?;
        }
        transaction.commit()?;
        self.shared.changes.fetch_add(1, Ordering::AcqRel);
        for change in changes {
            change.made(&mut self.aside);
        }
        if changes.iter().any(|change| change.wakes()) {
            self.shared.wake();
        }
        Ok(())
    }

    /// Makes a change now, with its answer.
    pub(super) fn change_now<T>(&mut self, change: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.settled()?;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = change(&transaction)?;
        transaction.commit()?;
        self.shared.changes.fetch_add(1, Ordering::AcqRel);
        Ok(answer)
    }

    /// Whether all that was asked before is written.
    pub(super) fn settled(&mut self) -> Result<(), StoreError> {
        if self.held.is_empty() {
            return Ok(());
        }
        let why = lock(&self.shared.trouble).held.clone().unwrap_or_default();
        Err(StoreError::Database(format!("{} cannot be written: {why}", self.shared.name)))
    }
}
