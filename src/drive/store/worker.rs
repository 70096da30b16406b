//! The thread that owns the database: it takes changes and questions in the order they were asked.

use super::error::{StoreError, may_pass, words};
use super::outbox::Aside;
use super::shared::{Change, Next, Shared, Task, WAITING};
use super::{alerts, history, sessions};
use crate::domain::Nanos;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Held changes are tried again after so long without anything to do, or so many further ones.
const AGAIN: Nanos = Nanos::from_secs(1);
const AGAIN_AFTER: usize = 256;
/// Changes that share a transaction at most, when many wait.
const BATCH: usize = 128;

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
    _lock: Option<super::open::Lock>,
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
    pub(super) fn new(db: Connection, name: String, lock: Option<super::open::Lock>) -> rusqlite::Result<Self> {
        let shared = Shared::new(name);
        shared.alert.store(alerts::last_id(&db)?, Ordering::Release);
        shared.row.store(history::last_row(&db)?, Ordering::Release);
        shared.session.store(sessions::last_id(&db)?, Ordering::Release);
        Ok(Self { db, shared, aside: Aside::default(), held: VecDeque::new(), untried: 0, _lock: lock })
    }

    /// The thread's life.
    pub(super) fn work(mut self) {
        let watch = Watch(Arc::clone(&self.shared));
        while let Next::Tasks(tasks) = self.shared.next((!self.held.is_empty()).then_some(AGAIN)) {
            if tasks.is_empty() {
                self.try_held();
            }
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

    /// Makes changes together, or each by itself where together they fail.
    fn make(&mut self, changes: Vec<Box<dyn Change>>) {
        if changes.is_empty() {
            return;
        }
        if self.held.is_empty() && self.commit_first(&changes).is_ok() {
            return;
        }
        for change in changes {
            self.make_one(change);
        }
    }

    fn make_one(&mut self, change: Box<dyn Change>) {
        if self.held.is_empty() {
            let one = [change];
            let tried = self.commit_first(&one);
            let [change] = one;
            match tried {
                Ok(()) => {}
                Err(error) if may_pass(&error) => self.hold(change, words(&error)),
                Err(error) => self.lose(&*change, &words(&error)),
            }
            return;
        }
        let why = self.shared.why_held();
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
        change.hold(&mut self.aside);
        self.shared.set_held(Some(why));
        if change.wakes() {
            self.shared.wake();
        }
        self.held.push_back(change);
    }

    fn lose(&mut self, change: &dyn Change, why: &str) {
        change.hold(&mut self.aside);
        change.lose(&mut self.aside);
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
                    self.shared.set_held(Some(words(&error)));
                    self.held.push_front(change);
                    return;
                }
                Err(error) => {
                    change.lose(&mut self.aside);
                    self.shared.lose(&words(&error));
                }
            }
        }
        self.aside.all_is_written();
        self.shared.set_held(None);
    }

    fn commit_first(&mut self, changes: &[Box<dyn Change>]) -> rusqlite::Result<()> {
        self.commit(changes)?;
        for change in changes {
            change.made(&mut self.aside);
        }
        if changes.iter().any(|change| change.wakes()) {
            self.shared.wake();
        }
        Ok(())
    }

    fn commit(&mut self, changes: &[Box<dyn Change>]) -> rusqlite::Result<()> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for change in changes {
            change.write(&transaction)?;
        }
        transaction.commit()?;
        self.shared.changes.fetch_add(1, Ordering::AcqRel);
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
        let why = self.shared.why_held();
        Err(StoreError::Database(format!("{} cannot be written: {why}", self.shared.name)))
    }
}
