//! Deliveries that wait, are under way, or have been made. What waits survives a restart: a delivery is made at least once, and
//! twice only when the program is killed between making it and being told that it was made.

use super::history::{self, DeliveryRow, DeliveryState, HistoryRow};
use super::shared::Change;
use super::worker::Desk;
use super::{Store, StoreError};
use crate::domain::{Channel, Firing, Nanos};
use crate::drive::words::clean;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Version 3. The number of a delivery follows from its firing and channel, so that it is known before it is written.
pub(super) const SCHEMA: &str = "
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    firing INTEGER NOT NULL REFERENCES firing (\"row\") ON DELETE CASCADE,
    channel TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    next INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    why TEXT,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX delivery_of_firing ON delivery (firing);
CREATE INDEX delivery_waiting ON delivery (next) WHERE state = 'waiting';
";

/// Deliveries kept in memory alone at most, of firings that could not be written.
const ADRIFT: usize = 4_096;
/// The longest reason that is kept, in characters.
const WHY: usize = 300;

/// A delivery to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What it is settled by.
    pub id: i64,
    /// The firing's number in the history.
    pub row: i64,
    /// The way.
    pub channel: Channel,
    /// Times it has been tried.
    pub tries: u32,
    /// The venue's name.
    pub venue: String,
    /// What is to be told. Its own number is that in the history.
    pub firing: Firing,
}

/// How a try to deliver has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has arrived.
    Sent,
    /// It is to be tried again.
    Again {
        /// Not before this moment.
        next: Nanos,
        /// Why it failed, without secrets: it is kept and shown.
        why: String,
    },
    /// It is given up.
    Failed {
        /// Why it failed, without secrets: it is kept and shown.
        why: String,
    },
}

/// What a deliverer asks of the store.
pub trait Outbox: Send + Sync {
    /// Deliveries to be made now, at `most` so many, those of the oldest firings first. Each is handed out once until it is
    /// settled, or the program starts again. Waits for the disk; nothing when that fails.
    fn due(&self, now: Nanos, most: usize) -> Vec<Job>;

    /// When the next delivery of those not handed out is to be made; zero for at once. Waits for the disk.
    fn next_due(&self) -> Option<Nanos>;

    /// Keeps how a try ended. Does not wait.
    fn settle(&self, job: i64, now: Nanos, outcome: Outcome);
}

impl Store {
    /// Has a function called whenever deliveries are put into the outbox or put off, so that [`Outbox::due`] or
    /// [`Outbox::next_due`] may say something new. It takes the place of the one before. It is called on the store's thread:
    /// it must not wait, and must hold no [`Store`].
    pub fn on_waiting(&self, wake: impl Fn() + Send + Sync + 'static) {
        self.0.shared.set_wake(Arc::new(wake));
    }
}

impl Outbox for Store {
    fn due(&self, now: Nanos, most: usize) -> Vec<Job> {
        let answer = self.ask(move |desk| due(desk, now, most));
        answer.unwrap_or_else(|error| {
            self.0.shared.unread(&error);
            Vec::new()
        })
    }

    fn next_due(&self) -> Option<Nanos> {
        let answer = self.ask(next_due);
        answer.unwrap_or_else(|error| {
            self.0.shared.unread(&error);
            None
        })
    }

    fn settle(&self, job: i64, now: Nanos, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Sent => Outcome::Sent,
            Outcome::Again { next, why } => Outcome::Again { next, why: clean(&why, WHY) },
            Outcome::Failed { why } => Outcome::Failed { why: clean(&why, WHY) },
        };
        self.change(Settled { job, now, outcome });
    }
}

/// The number of a firing's delivery.
pub(super) const fn id_of(row: i64, channel: Channel) -> i64 {
    row.saturating_mul(8) | channel as i64
}

/// Puts a delivery into the outbox.
pub(super) fn add(db: &Connection, row: i64, channel: Channel, at: Nanos) -> rusqlite::Result<()> {
    let sql = "INSERT INTO delivery (id, firing, channel, state, next, at) VALUES (?1, ?2, ?3, 'waiting', 0, ?4)";
    db.execute(sql, params![id_of(row, channel), row, channel.name(), at.0]).map(drop)
}

/// A try to deliver has ended.
struct Settled {
    job: i64,
    now: Nanos,
    outcome: Outcome,
}

impl Settled {
    /// When it is to be tried again.
    const fn next(&self) -> Option<Nanos> {
        match self.outcome {
            Outcome::Again { next, .. } => Some(next),
            Outcome::Sent | Outcome::Failed { .. } => None,
        }
    }
}

impl Change for Settled {
    fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        let (state, next, why) = match &self.outcome {
            Outcome::Sent => ("sent", Nanos::ZERO, None),
            Outcome::Again { next, why } => ("waiting", *next, Some(why)),
            Outcome::Failed { why } => ("failed", Nanos::ZERO, Some(why)),
        };
        let sql = "UPDATE delivery SET state = ?2, next = ?3, tries = tries + 1, why = ?4, at = ?5
            WHERE id = ?1 AND state = 'waiting'";
        db.execute(sql, params![self.job, state, next.0, why, self.now.0]).map(drop)
    }

    fn made(&self, aside: &mut Aside) {
        aside.handed.remove(&self.job);
        if let Some(unwritten) = aside.unwritten.get_mut(&self.job) {
            unwritten.settle(self.next());
        }
    }

    fn hold(&self, aside: &mut Aside) {
        aside.handed.remove(&self.job);
        let fresh = || Unwritten { job: None, next: None, tries: 0, adrift: false };
        aside.unwritten.entry(self.job).or_insert_with(fresh).settle(self.next());
    }

    fn lose(&self, aside: &mut Aside) {
        aside.cast_adrift(self.job);
    }

    fn wakes(&self) -> bool {
        self.next().is_some()
    }
}

/// What is known of deliveries beside the file: which are under way, and what could not be written.
#[derive(Default)]
pub(super) struct Aside {
    handed: BTreeSet<i64>,
    unwritten: BTreeMap<i64, Unwritten>,
}

struct Unwritten {
    /// The delivery, when the file does not have it.
    job: Option<Job>,
    /// When it is to be tried; `None`: not any more.
    next: Option<Nanos>,
    /// Tries that the file does not have.
    tries: u32,
    /// Whether it will never be written.
    adrift: bool,
}

impl Unwritten {
    const fn settle(&mut self, next: Option<Nanos>) {
        self.next = next;
        self.tries = self.tries.saturating_add(1);
    }
}

impl Aside {
    /// Takes a delivery that is not written yet.
    pub(super) fn add(&mut self, job: Job) {
        self.unwritten.insert(job.id, Unwritten { job: Some(job), next: Some(Nanos::ZERO), tries: 0, adrift: false });
    }

    /// What could not be written of a delivery never will be.
    pub(super) fn cast_adrift(&mut self, id: i64) {
        if self.unwritten.values().filter(|unwritten| unwritten.adrift).count() >= ADRIFT {
            self.unwritten.remove(&id);
        } else if let Some(unwritten) = self.unwritten.get_mut(&id) {
            unwritten.adrift = true;
        }
    }

    /// The file has all now that it can have.
    pub(super) fn all_is_written(&mut self) {
        self.unwritten.retain(|_, unwritten| unwritten.adrift);
    }

    /// Rows of the file that a query may meet in vain.
    fn len(&self) -> usize {
        self.handed.len().saturating_add(self.unwritten.len())
    }

    /// Those that the file does not have and that are not under way: number, when, and the delivery.
    fn unwritten(&self) -> impl Iterator<Item = (i64, Nanos, &Unwritten)> {
        let open = self.unwritten.iter().filter(|(id, _)| !self.handed.contains(id));
        open.filter_map(|(id, unwritten)| Some((*id, unwritten.next?, unwritten)))
    }
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn due(desk: &mut Desk, now: Nanos, most: usize) -> Result<Vec<Job>, StoreError> {
    let (db, aside) = (&desk.db, &mut desk.aside);
    let mut open: BTreeSet<i64> = aside.unwritten().filter(|(_, next, _)| *next <= now).map(|(id, ..)| id).collect();
    let mut waiting = db.prepare("SELECT id FROM delivery WHERE state = 'waiting' AND next <= ?1 ORDER BY id LIMIT ?2")?;
    let waiting = waiting.query_map(params![now.0, limit(most.saturating_add(aside.len()))], |row| row.get::<_, i64>(0))?;
    for id in waiting {
        let id = id?;
        if !aside.unwritten.contains_key(&id) && !aside.handed.contains(&id) {
            open.insert(id);
        }
    }
    let mut jobs = Vec::new();
    for id in open {
        if jobs.len() >= most {
            break;
        }
        let unwritten = aside.unwritten.get(&id);
        let job = match unwritten.and_then(|unwritten| unwritten.job.clone()) {
            Some(job) => Some(job),
            None => job_of(db, id)?,
        };
        // What cannot be read is taken for under way: it is not met again before the next start.
        aside.handed.insert(id);
        if let Some(job) = job {
            let tries = job.tries.saturating_add(unwritten.map_or(0, |unwritten| unwritten.tries));
            jobs.push(Job { tries, ..job });
        }
    }
    Ok(jobs)
}

fn next_due(desk: &mut Desk) -> Result<Option<Nanos>, StoreError> {
    let aside = &desk.aside;
    let mut waiting = desk.db.prepare("SELECT id, next FROM delivery WHERE state = 'waiting' ORDER BY next LIMIT ?1")?;
    let waiting = waiting
        .query_map([limit(aside.len().saturating_add(1))], |row| Ok((row.get::<_, i64>(0)?, Nanos(row.get(1)?))))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let written = waiting.into_iter().filter(|(id, _)| !aside.handed.contains(id) && !aside.unwritten.contains_key(id));
    Ok(written.map(|(_, next)| next).chain(aside.unwritten().map(|(_, next, _)| next)).min())
}

/// A delivery of the file; `None` when it makes no sense or is gone.
fn job_of(db: &Connection, id: i64) -> rusqlite::Result<Option<Job>> {
    let sql = format!(
        r#"SELECT {}, firing.venue, delivery.channel, delivery.tries
            FROM delivery JOIN firing ON firing."row" = delivery.firing WHERE delivery.id = ?1"#,
        history::COLUMNS
    );
    let mut statement = db.prepare(&sql)?;
    let job = statement.query_row([id], |row| {
        let read = || {
            let firing = history::of_row(row)?;
            let channel = Channel::named(row.get_ref(10).ok()?.as_str().ok()?)?;
            let (venue, tries) = (row.get(9).ok()?, row.get(11).ok()?);
            Some(Job { id, row: firing.number as i64, channel, tries, venue, firing })
        };
        Ok(read())
    });
    Ok(job.optional()?.flatten())
}

/// Adds to firings of a venue, ordered by number, how they were delivered.
pub(super) fn add_deliveries(db: &Connection, venue: &str, rows: &mut [HistoryRow]) -> rusqlite::Result<()> {
    let Some(first) = rows.first().map(|row| row.row) else { return Ok(()) };
    let sql = r#"SELECT delivery.firing, channel, state, next, tries, why, delivery.at
        FROM firing JOIN delivery ON delivery.firing = firing."row"
        WHERE firing.venue = ?1 AND firing."row" >= ?2 ORDER BY delivery.id"#;
    let mut statement = db.prepare(sql)?;
    let mut found = statement.query(params![venue, first])?;
    while let Some(row) = found.next()? {
        let read = || {
            let state = match row.get_ref(2).ok()?.as_str().ok()? {
                "waiting" => DeliveryState::Waiting { next: Nanos(row.get(3).ok()?) },
                "sent" => DeliveryState::Sent,
                _ => DeliveryState::Failed,
            };
            Some(DeliveryRow {
                channel: Channel::named(row.get_ref(1).ok()?.as_str().ok()?)?,
                state,
                tries: row.get(4).ok()?,
                why: row.get(5).ok()?,
                at: Nanos(row.get(6).ok()?),
            })
        };
        let firing: i64 = row.get(0)?;
        if let (Some(delivery), Ok(place)) = (read(), rows.binary_search_by_key(&firing, |row| row.row)) {
            rows[place].deliveries.push(delivery);
        }
    }
    Ok(())
}
