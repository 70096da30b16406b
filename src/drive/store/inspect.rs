//! Looking at a database from outside, and packing it: for `rtai-tui db`. Nothing here creates one.

use super::error::words;
use super::migrations::{APPLICATION, NEWEST, missing, version};
use super::open::{Held, hold, lock_of};
use super::sessions::{self, SessionRow};
use super::{StoreError, retention};
use crate::domain::Nanos;
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How long another program's transaction is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// Lines of damage that are told.
const DAMAGE: u32 = 20;

/// What is in a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of its log, which are moved into it now and then.
    pub log_bytes: u64,
    /// Bytes within the file that hold nothing.
    pub free_bytes: u64,
    /// The version of its tables.
    pub version: i64,
    /// What is wrong with it; empty when it is whole.
    pub damage: Vec<String>,
    /// Whether it comes from a newer program than this one.
    pub newer: bool,
    /// Tables that this program does not know.
    pub foreign: Vec<String>,
    /// Rows by table, in the order of their names.
    pub tables: Vec<(String, u64)>,
    /// What is kept of the market.
    pub held: Vec<HeldMarket>,
    /// Whether a program has it open now; its process, where that is known.
    pub in_use: Option<Option<u32>>,
}

/// What is kept of a symbol: bars of a timeframe, or trades.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMarket {
    /// Where it came from.
    pub venue: String,
    /// The symbol's name.
    pub symbol: String,
    /// The timeframe of bars; `ticks` for single trades.
    pub what: String,
    /// How many.
    pub rows: u64,
    /// The start of the oldest.
    pub oldest: Nanos,
    /// The start of the newest.
    pub newest: Nanos,
}

/// The tables of the newest version.
const OURS: [&str; 11] =
    ["alert", "bar", "counter", "delivery", "firing", "market", "paper", "paper_fill", "paper_order", "session", "tick"];

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    Ok(db)
}

/// Looks at the database at `path` without changing it; `None` where there is none. What cannot be read is damage.
pub fn inspect(path: &Path) -> Option<Inspection> {
    if !path.exists() {
        return None;
    }
    let log = super::open::beside(path, "-wal");
    let mut found = Inspection { bytes: size(path), log_bytes: size(&log), ..Inspection::default() };
    found.in_use = match lock_of(path) {
        Err(Held::By(process)) => Some(process),
        _ => None,
    };
    if let Err(error) = open_to_read(path).and_then(|db| look(&db, &mut found)) {
        found.damage.push(words(&error));
    }
    Some(found)
}

fn look(db: &Connection, found: &mut Inspection) -> rusqlite::Result<()> {
    let mut check = db.prepare(&format!("PRAGMA integrity_check({DAMAGE})"))?;
    let said: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    found.damage.extend(said.iter().flat_map(|said| said.lines()).filter(|line| *line != "ok").map(str::to_owned));
    let application: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    found.version = version(db)?;
    if application != APPLICATION {
        found.damage.push("it is another program's, or empty".to_owned());
    } else if found.version > NEWEST {
        found.newer = true;
    } else if found.version == NEWEST {
        found.damage.extend(missing(db));
    }
    let mut names =
        db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")?;
    let names: Vec<String> = names.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for name in names {
        let rows = count(db, &format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\"")))?;
        if !OURS.contains(&name.as_str()) {
            found.foreign.push(name.clone());
        }
        found.tables.push((name, rows));
    }
    found.free_bytes = found.bytes.saturating_sub(retention::used(db)?);
    if found.tables.iter().any(|(name, _)| name == "tick") {
        found.held = held(db)?;
    }
    Ok(())
}

fn count(db: &Connection, sql: &str) -> rusqlite::Result<u64> {
    db.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|count| u64::try_from(count).unwrap_or(0))
}

fn held(db: &Connection) -> rusqlite::Result<Vec<HeldMarket>> {
    let mut statement = db.prepare(
        "SELECT venue, symbol, what, rows, oldest, newest FROM (
            SELECT market, timeframe AS what, count(*) AS rows, min(start) AS oldest, max(start) AS newest FROM bar GROUP BY market, timeframe
            UNION ALL SELECT market, 'ticks', count(*), min(ts), max(ts) FROM tick GROUP BY market
        ) JOIN market ON market.id = market ORDER BY venue, symbol, what",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(HeldMarket {
            venue: row.get(0)?,
            symbol: row.get(1)?,
            what: row.get(2)?,
            rows: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
            oldest: Nanos(row.get(4)?),
            newest: Nanos(row.get(5)?),
        })
    })?;
    rows.collect()
}

/// The last sessions in the database at `path`, at `most` so many, the newest first; none where there is no database, or one of
/// before sessions were kept. Changes nothing.
///
/// # Errors
/// [`StoreError`] when it cannot be read.
pub fn sessions_in(path: &Path, most: usize) -> Result<Vec<SessionRow>, StoreError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let db = open_to_read(path)?;
    if count(&db, "SELECT count(*) FROM sqlite_schema WHERE name = 'session'")? == 0 {
        return Ok(Vec::new());
    }
    Ok(sessions::read(&db, most)?.0)
}

/// Packs the database at `path`, so that the file is no longer than what it holds, and says its bytes before and after; `None` where
/// there is none. While it lasts, as much room again is needed beside it.
///
/// # Errors
/// [`StoreError`] when another program has it open, when it is damaged, and when it cannot be written.
pub fn vacuum(path: &Path) -> Result<Option<(u64, u64)>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let _lock = match hold(&super::open::beside(path, ".lock")) {
        Ok(lock) => lock,
        Err(Held::By(process)) => {
            let process = process.map_or_else(String::new, |process| format!(" (process {process})"));
            return Err(StoreError::Database(format!("another rtai-tui{process} has it open: end that one first")));
        }
        Err(Held::Impossible(error)) => return Err(StoreError::Database(format!("it cannot be locked: {error}"))),
    };
    let log = super::open::beside(path, "-wal");
    let before = size(path) + size(&log);
    // A damaged file is left as it is.
    let db = open_to_read(path)?;
    let said: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    let application: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if said != "ok" || application != APPLICATION {
        let why = if said == "ok" { "it is another program's" } else { &said };
        return Err(StoreError::Database(format!("it is left as it is: {why}; `rtai-tui db check` says more")));
    }
    drop(db);
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    db.execute_batch("VACUUM")?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    drop(db);
    Ok(Some((before, size(path) + size(&log))))
}
