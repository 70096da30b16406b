//! The history of alerts that have fired. With every firing stand its deliveries, which are the outbox's.

use super::outbox::{self, Aside, Job};
use super::shared::Change;
use super::{Store, StoreError, alerts};
use crate::domain::{AlertState, Channel, Channels, Firing, Nanos, Price, Symbol};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Version 2. `"values"` is a JSON array of pairs, in the order of the expression; prices are whole units, times nanoseconds.
pub(super) const SCHEMA: &str = r#"
CREATE TABLE firing (
    "row" INTEGER PRIMARY KEY AUTOINCREMENT,
    venue TEXT NOT NULL,
    alert INTEGER NOT NULL,
    at INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    expr TEXT NOT NULL,
    "values" TEXT NOT NULL,
    price INTEGER,
    deliver TEXT NOT NULL,
    note TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX firing_of_venue ON firing (venue, "row");
"#;

/// Columns of a [`Firing`], to be read by [`of_row`].
pub(super) const COLUMNS: &str = r#"firing."row", firing.alert, firing.at, firing.symbol, firing.expr, firing."values", firing.price, firing.deliver, firing.note"#;

/// Firings of a venue that are kept.
const KEPT: i64 = 50_000;
/// Older ones are forgotten when so many have come.
const FORGOTTEN_EVERY: i64 = 1_000;

/// A firing that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRow {
    /// Its number in the history; higher ones came later.
    pub row: i64,
    /// What happened. Its own number is that in the history.
    pub firing: Firing,
    /// Whether the user has acknowledged it.
    pub seen: bool,
    /// How it has been delivered, in the order of [`Channel::ALL`].
    pub deliveries: Vec<DeliveryRow>,
}

/// How a firing is delivered by one of its channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// The way.
    pub channel: Channel,
    /// How far it has come.
    pub state: DeliveryState,
    /// Times it was tried.
    pub tries: u32,
    /// Why the last try failed.
    pub why: Option<String>,
    /// When this last changed.
    pub at: Nanos,
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is to be tried.
    Waiting {
        /// Not before this moment; zero for at once.
        next: Nanos,
    },
    /// It has arrived.
    Sent,
    /// It is not tried any more.
    Failed,
}

impl Store {
    /// Keeps that an alert has fired and how far it has come by that, and puts a delivery for each of `channels` into the
    /// outbox: all or nothing. Does not wait. The answer is its number in the history.
    pub fn fired(&self, venue: &str, firing: &Firing, state: &AlertState, channels: Channels) -> i64 {
        let row = self.0.shared.row.fetch_add(1, Ordering::AcqRel) + 1;
        let firing = Firing { number: row as u64, ..firing.clone() };
        self.change(Fired { row, venue: venue.to_owned(), firing, state: *state, channels });
        row
    }

    /// The last firings of a venue, at `most` so many, the newest last.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read. One that makes no sense is left out, which [`Store::trouble`] says.
    pub fn history(&self, venue: &str, most: usize) -> Result<Vec<HistoryRow>, StoreError> {
        let venue = venue.to_owned();
        self.ask(move |desk| {
            let (rows, left_out) = read(&desk.db, &venue, most)?;
            desk.shared.left_out(left_out);
            Ok(rows)
        })
    }

    /// Marks firings as acknowledged. Does not wait.
    pub fn acknowledge(&self, rows: &[i64]) {
        let rows = rows.to_vec();
        self.change(move |db: &Connection| {
            let mut statement = db.prepare(r#"UPDATE firing SET seen = 1 WHERE "row" = ?1"#)?;
            rows.iter().try_for_each(|row| statement.execute([row]).map(drop))
        });
    }

    /// Marks all firings of a venue as acknowledged. Does not wait.
    pub fn acknowledge_all(&self, venue: &str) {
        let venue = venue.to_owned();
        self.change(move |db: &Connection| {
            db.execute("UPDATE firing SET seen = 1 WHERE venue = ?1 AND seen = 0", [&venue]).map(drop)
        });
    }

    /// Forgets the firings of a venue from before a moment, and what of them still waits to be delivered. Does not wait.
    /// Beside that the last 50,000 of a venue are kept.
    pub fn forget(&self, venue: &str, before: Nanos) {
        let venue = venue.to_owned();
        self.change(move |db: &Connection| {
            db.execute("DELETE FROM firing WHERE venue = ?1 AND at < ?2", params![venue, before.0]).map(drop)
        });
    }
}

/// An alert has fired.
struct Fired {
    row: i64,
    venue: String,
    firing: Firing,
    state: AlertState,
    channels: Channels,
}

impl Change for Fired {
    fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        let firing = &self.firing;
        let sql = r#"INSERT INTO firing ("row", venue, alert, at, symbol, expr, "values", price, deliver, note)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"#;
        db.execute(
            sql,
            params![
                self.row,
                self.venue,
                firing.id as i64,
                firing.at.0,
                firing.symbol.as_str(),
                &*firing.expr,
                values_json(&firing.values),
                firing.price.map(Price::units),
                firing.deliver.to_string(),
                &*firing.note,
            ],
        )?;
        alerts::set_state(db, &self.venue, firing.id, &self.state)?;
        for channel in self.channels.iter() {
            outbox::add(db, self.row, channel, firing.at)?;
        }
        if self.row % FORGOTTEN_EVERY == 0 {
            forget_beyond(db, KEPT)?;
        }
        Ok(())
    }

    fn hold(&self, aside: &mut Aside) {
        for channel in self.channels.iter() {
            let (venue, firing) = (self.venue.clone(), self.firing.clone());
            let job = Job { id: outbox::id_of(self.row, channel), row: self.row, channel, tries: 0, venue, firing };
            aside.add(job);
        }
    }

    fn lose(&self, aside: &mut Aside) {
        for channel in self.channels.iter() {
            aside.cast_adrift(outbox::id_of(self.row, channel));
        }
    }

    fn wakes(&self) -> bool {
        !self.channels.is_empty()
    }
}

/// Leaves the last so many of each venue.
fn forget_beyond(db: &Connection, kept: i64) -> rusqlite::Result<()> {
    let mut venues = db.prepare("SELECT DISTINCT venue FROM firing")?;
    let venues: Vec<String> = venues.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for venue in venues {
        let sql = r#"DELETE FROM firing WHERE venue = ?1 AND "row" <=
            (SELECT "row" FROM firing WHERE venue = ?1 ORDER BY "row" DESC LIMIT 1 OFFSET ?2)"#;
        db.execute(sql, params![venue, kept])?;
    }
    Ok(())
}

/// The number given out last.
pub(super) fn last_row(db: &Connection) -> rusqlite::Result<i64> {
    let last = db.query_row("SELECT seq FROM sqlite_sequence WHERE name = 'firing'", [], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or(0))
}

fn read(db: &Connection, venue: &str, most: usize) -> rusqlite::Result<(Vec<HistoryRow>, usize)> {
    let sql = format!(r#"SELECT {COLUMNS}, seen FROM firing WHERE venue = ?1 ORDER BY "row" DESC LIMIT ?2"#);
    let mut statement = db.prepare(&sql)?;
    let found = statement.query_map(params![venue, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
        let read = || Some((of_row(row)?, row.get(9).ok()?));
        Ok(read().map(|(firing, seen)| HistoryRow { row: firing.number as i64, firing, seen, deliveries: Vec::new() }))
    })?;
    let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
    let all = found.len();
    let mut rows: Vec<_> = found.into_iter().flatten().collect();
    rows.reverse();
    outbox::add_deliveries(db, venue, &mut rows)?;
    let left_out = all - rows.len();
    Ok((rows, left_out))
}

/// The firing in the first of a row's columns.
pub(super) fn of_row(row: &Row<'_>) -> Option<Firing> {
    let text = |column: usize| row.get_ref(column).ok()?.as_str().ok();
    Some(Firing {
        number: u64::try_from(row.get::<_, i64>(0).ok()?).ok()?,
        id: row.get::<_, i64>(1).ok()? as u64,
        at: Nanos(row.get(2).ok()?),
        symbol: Symbol::new(text(3)?).ok()?,
        expr: text(4)?.into(),
        values: values_of(text(5)?)?,
        price: row.get::<_, Option<i64>>(6).ok()?.map(Price::from_units),
        deliver: text(7)?.parse().ok()?,
        note: text(8)?.into(),
    })
}

/// Values as a JSON array of pairs; one that is no number is left out.
fn values_json(values: &[(Arc<str>, f64)]) -> String {
    let pairs: Vec<(&str, f64)> =
        values.iter().filter(|(_, value)| value.is_finite()).map(|(name, value)| (&**name, *value)).collect();
    serde_json::to_string(&pairs).unwrap_or_else(|_| "[]".to_owned())
}

type Values = Arc<[(Arc<str>, f64)]>;

fn values_of(json: &str) -> Option<Values> {
    let pairs: Vec<(String, f64)> = serde_json::from_str(json).ok()?;
    Some(pairs.into_iter().map(|(name, value)| (Arc::from(name), value)).collect())
}

#[cfg(test)]
pub(super) fn forget_beyond_for_test(db: &Connection, kept: i64) -> rusqlite::Result<()> {
    forget_beyond(db, kept)
}
