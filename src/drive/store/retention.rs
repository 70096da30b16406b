//! How long bars and trades are kept, and in how much room. The oldest go first, a few at a time between other work.
//!
//! What is deleted leaves free pages in the file that new rows fill again: the file grows no further, but becomes shorter only when
//! it is packed (`rtai-tui db vacuum`). Moving pages to the front while a session runs would write much for little.

use super::Store;
use super::shared::Task;
use super::worker::Desk;
use crate::domain::{Nanos, Timeframe};
use rusqlite::{Connection, params};

/// How long, and in how much room, the market is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Bars of less than an hour; longer ones, of which there are few, are only bounded by the room.
    pub bars: Nanos,
    /// Single trades.
    pub ticks: Nanos,
    /// Room in bytes for all that the file holds, free pages left out.
    pub bytes: u64,
}

/// Rows deleted at once: a few milliseconds.
const AT_ONCE: i64 = 2_000;

impl Store {
    /// Deletes what is older than it may be at `now`, and the oldest beyond the room there is. Does not wait: it is done a little at
    /// a time, after what was asked before.
    pub fn retain(&self, now: Nanos, retention: Retention) {
        self.0.shared.push(Task::Ask(Box::new(move |desk| go_on(desk, now, retention))));
    }
}

/// Deletes some, and asks to go on while there is more.
fn go_on(desk: &mut Desk, now: Nanos, retention: Retention) {
    // A disk that is full or away is met by whoever writes; the next time comes in minutes.
    if desk.change_now(|db| some(db, now, &retention)).unwrap_or(false) {
        let shared = std::sync::Arc::clone(&desk.shared);
        shared.push(Task::Ask(Box::new(move |desk| go_on(desk, now, retention))));
    }
}

/// Deletes some of what is to go, and says whether there may be more.
pub(super) fn some(db: &Connection, now: Nanos, retention: &Retention) -> rusqlite::Result<bool> {
    let mut more = false;
    let mut markets = db.prepare("SELECT id FROM market")?;
    let markets: Vec<i64> = markets.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for market in &markets {
        more |= ticks_before(db, *market, now.saturating_sub(retention.ticks).0)? >= AT_ONCE;
        for timeframe in Timeframe::ALL.into_iter().filter(|timeframe| *timeframe < Timeframe::H1) {
            more |= bars_before(db, *market, timeframe, now.saturating_sub(retention.bars).0)? >= AT_ONCE;
        }
    }
    if more || used(db)? <= retention.bytes {
        return Ok(more);
    }
    Ok(oldest_ticks(db, &markets)? || oldest_bars(db, &markets)?)
}

/// Bytes of the file that hold something.
pub(super) fn used(db: &Connection) -> rusqlite::Result<u64> {
    let pragma = |name: &str| db.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let pages = pragma("page_count")?.saturating_sub(pragma("freelist_count")?);
    Ok(u64::try_from(pages.saturating_mul(pragma("page_size")?)).unwrap_or(0))
}

fn ticks_before(db: &Connection, market: i64, before: i64) -> rusqlite::Result<i64> {
    let sql = "DELETE FROM tick WHERE market = ?1 AND (ts, n) IN
        (SELECT ts, n FROM tick WHERE market = ?1 AND ts < ?2 ORDER BY ts, n LIMIT ?3)";
    Ok(db.execute(sql, params![market, before, AT_ONCE])? as i64)
}

fn bars_before(db: &Connection, market: i64, timeframe: Timeframe, before: i64) -> rusqlite::Result<i64> {
    let sql = "DELETE FROM bar WHERE market = ?1 AND timeframe = ?2 AND start IN
        (SELECT start FROM bar WHERE market = ?1 AND timeframe = ?2 AND start < ?3 ORDER BY start LIMIT ?4)";
    Ok(db.execute(sql, params![market, timeframe.to_string(), before, AT_ONCE])? as i64)
}

/// Deletes some of the oldest trades there are.
fn oldest_ticks(db: &Connection, markets: &[i64]) -> rusqlite::Result<bool> {
    let mut oldest: Option<(i64, i64)> = None;
    for market in markets {
        let first: Option<i64> = db.query_row("SELECT min(ts) FROM tick WHERE market = ?1", [market], |row| row.get(0))?;
        oldest = oldest.into_iter().chain(first.map(|first| (first, *market))).min();
    }
    let Some((_, market)) = oldest else { return Ok(false) };
    Ok(ticks_before(db, market, i64::MAX)? > 0)
}

/// Deletes some of the oldest bars there are, the shortest first: what they told is in longer ones still.
fn oldest_bars(db: &Connection, markets: &[i64]) -> rusqlite::Result<bool> {
    for timeframe in Timeframe::ALL {
        let mut oldest: Option<(i64, i64)> = None;
        for market in markets {
            let sql = "SELECT min(start) FROM bar WHERE market = ?1 AND timeframe = ?2";
            let first: Option<i64> = db.query_row(sql, params![market, timeframe.to_string()], |row| row.get(0))?;
            oldest = oldest.into_iter().chain(first.map(|first| (first, *market))).min();
        }
        if let Some((_, market)) = oldest
            && bars_before(db, market, timeframe, i64::MAX)? > 0
        {
            return Ok(true);
        }
    }
    Ok(false)
}
