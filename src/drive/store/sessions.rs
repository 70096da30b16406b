//! The sessions there were: when, of what, how they ended, and where they were recorded.

use super::{Store, StoreError};
use crate::domain::{Nanos, Symbol};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::sync::atomic::Ordering;

/// Version 6. Times are nanoseconds since 1970; `seen` is when the row was last brought up to date.
pub(super) const SCHEMA: &str = "
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    venue TEXT NOT NULL,
    symbols TEXT NOT NULL,
    begun INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    ended INTEGER,
    how TEXT NOT NULL,
    recording TEXT,
    layout TEXT,
    events INTEGER NOT NULL,
    fills INTEGER NOT NULL
) STRICT;
CREATE VIEW sessions AS SELECT
    id, venue, symbols,
    strftime('%Y-%m-%dT%H:%M:%SZ', begun / 1000000000, 'unixepoch') AS begun,
    strftime('%Y-%m-%dT%H:%M:%SZ', ended / 1000000000, 'unixepoch') AS ended,
    round((coalesce(ended, seen) - begun) / 1e9, 3) AS seconds,
    how, recording, layout, events, fills
FROM session;
";

/// Sessions that are kept; older ones are forgotten.
const KEPT: i64 = 10_000;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// It has not.
    Open,
    /// The user left, or began another.
    User,
    /// The system asked the program to end.
    Signal,
    /// A fault of this program ended it.
    Fault,
    /// Nothing was said: the program was killed, or the computer lost its power. Found out at the next start.
    Killed,
}

impl SessionEnd {
    const ALL: [Self; 5] = [Self::Open, Self::User, Self::Signal, Self::Fault, Self::Killed];

    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::User => "user",
            Self::Signal => "signal",
            Self::Fault => "fault",
            Self::Killed => "killed",
        }
    }
}

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number; higher ones began later.
    pub id: i64,
    /// Where its data came from.
    pub venue: String,
    /// What it followed when it was last looked at.
    pub symbols: Vec<Symbol>,
    /// When it began.
    pub begun: Nanos,
    /// When it was last looked at.
    pub seen: Nanos,
    /// When it ended; of one that was killed, when it was last looked at.
    pub ended: Option<Nanos>,
    /// How it ended.
    pub how: SessionEnd,
    /// Its last recording, where it was recorded.
    pub recording: Option<String>,
    /// The layout it was begun with, where one was named.
    pub layout: Option<String>,
    /// Inputs of its engine.
    pub events: u64,
    /// Fills of paper trading.
    pub fills: u64,
}

impl Store {
    /// A number for a new session.
    pub fn next_session(&self) -> i64 {
        self.0.shared.session.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Keeps a session as it is now. Does not wait.
    pub fn save_session(&self, session: SessionRow) {
        self.change(move |db: &Connection| put(db, &session));
    }

    /// The last sessions, at `most` so many, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read. One that makes no sense is left out, which [`Store::trouble`] says.
    pub fn sessions(&self, most: usize) -> Result<Vec<SessionRow>, StoreError> {
        self.ask(move |desk| {
            let (rows, left_out) = read(&desk.db, most)?;
            desk.shared.left_out(left_out);
            Ok(rows)
        })
    }
}

fn put(db: &Connection, session: &SessionRow) -> rusqlite::Result<()> {
    let symbols: Vec<&str> = session.symbols.iter().map(Symbol::as_str).collect();
    db.execute(
        "INSERT OR REPLACE INTO session (id, venue, symbols, begun, seen, ended, how, recording, layout, events, fills)
            VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
        params![
            session.id,
            session.venue,
            symbols.join(","),
            session.begun.0,
            session.seen.0,
            session.ended.map(|ended| ended.0),
            session.how.name(),
            session.recording,
            session.layout,
            session.events as i64,
            session.fills as i64
        ],
    )?;
    db.execute("DELETE FROM session WHERE id <= ?1", [session.id - KEPT]).map(drop)
}

/// The number given out last.
pub(super) fn last_id(db: &Connection) -> rusqlite::Result<i64> {
    Ok(db.query_row("SELECT max(id) FROM session", [], |row| row.get(0)).optional()?.flatten().unwrap_or(0))
}

/// Whoever opens the file alone knows that no session is running: those that are still open were killed.
pub(super) fn settle(db: &Connection) -> rusqlite::Result<()> {
    db.execute("UPDATE session SET how = 'killed', ended = seen WHERE how = 'open'", []).map(drop)
}

/// The last sessions, and how many of them cannot be understood.
pub(super) fn read(db: &Connection, most: usize) -> rusqlite::Result<(Vec<SessionRow>, usize)> {
    let mut statement = db.prepare(
        "SELECT id, venue, symbols, begun, seen, ended, how, recording, layout, events, fills FROM session ORDER BY id DESC LIMIT ?1",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows: Vec<Option<SessionRow>> = statement.query_map([most], |row| Ok(of_row(row)))?.collect::<rusqlite::Result<_>>()?;
    let all = rows.len();
    let rows: Vec<SessionRow> = rows.into_iter().flatten().collect();
    let left_out = all - rows.len();
    Ok((rows, left_out))
}

fn of_row(row: &rusqlite::Row<'_>) -> Option<SessionRow> {
    let symbols: String = row.get(2).ok()?;
    let how: String = row.get(6).ok()?;
    Some(SessionRow {
        id: row.get(0).ok()?,
        venue: row.get(1).ok()?,
        symbols: symbols.split(',').filter_map(|symbol| Symbol::new(symbol).ok()).collect(),
        begun: Nanos(row.get(3).ok()?),
        seen: Nanos(row.get(4).ok()?),
        ended: row.get::<_, Option<i64>>(5).ok()?.map(Nanos),
        how: SessionEnd::ALL.into_iter().find(|end| end.name() == how)?,
        recording: row.get(7).ok()?,
        layout: row.get(8).ok()?,
        events: row.get::<_, i64>(9).ok()? as u64,
        fills: row.get::<_, i64>(10).ok()? as u64,
    })
}
