//! The tables, version by version. A step is never changed once it has been released: what is wrong with it is put right by
//! a further one.

use super::{alerts, history, market, outbox, sessions, trading};
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// What leads from each version to the next; an empty file is version 0.
pub(super) const STEPS: &[&str] =
    &[alerts::SCHEMA, history::SCHEMA, outbox::SCHEMA, trading::SCHEMA, market::SCHEMA, sessions::SCHEMA];

/// The version of this program.
pub(super) const NEWEST: i64 = STEPS.len() as i64;

/// Stands in the head of the file, so that another program's database is known for that: `rtai`.
pub(super) const APPLICATION: i64 = 0x7274_6169;

/// What must be there at the newest version; reading none of it says whether it is.
const READS: &[&str] = &[
    "SELECT name, value FROM counter",
    "SELECT venue, id, symbol, expr, rearm, cooldown, deliver, note, paused, origin, phase, been_false, fired, last FROM alert",
    r#"SELECT "row", venue, alert, at, symbol, expr, "values", price, deliver, note, seen FROM firing"#,
    "SELECT venue, at, saved FROM paper",
    "SELECT venue, id, account, symbol, state, changed, saved FROM paper_order",
    "SELECT venue, number, account, symbol, at, saved FROM paper_fill",
    "SELECT id, venue, symbol FROM market",
    "SELECT market, timeframe, start, open, high, low, close, volume, buy_volume, trades FROM bar",
    "SELECT market, ts, n, price, qty, bought, id FROM tick",
    "SELECT id, venue, symbols, begun, seen, ended, how, recording, layout, events, fills FROM session",
    "SELECT venue, symbol, timeframe, time, ts, open, high, low, close, volume, buy_volume, trades FROM ohlc",
    "SELECT venue, symbol, time, ts, price, qty, side, id FROM ticks",
    "SELECT id, venue, symbols, begun, ended, seconds, how, recording, layout, events, fills FROM sessions",
    "SELECT id, firing, channel, state, next, tries, why, at FROM delivery",
];

/// The version of a file.
pub(super) fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Brings a database to the newest version, each step wholly or not at all.
pub(super) fn migrate(db: &mut Connection) -> rusqlite::Result<()> {
    migrate_to(db, STEPS)
}

pub(super) fn migrate_to(db: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let from = usize::try_from(version(db)?).unwrap_or(0);
    for (step, sql) in steps.iter().enumerate().skip(from) {
        let transaction = Transaction::new(db, TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", step as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether all tables and columns are there; what is missing otherwise.
pub(super) fn missing(db: &Connection) -> Option<String> {
    READS.iter().find_map(|sql| db.prepare(sql).err()).map(|error| error.to_string())
}
