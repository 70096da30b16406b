//! Paper trading by venue: accounts as they stand, orders that are done, fills.

use super::{Store, StoreError};
use crate::domain::{Fill, OrderView, SavedTrading};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::sync::Arc;

/// Version 4. Amounts are exact only as text, so each row carries its JSON; the columns beside it are for other SQLite programs.
pub(super) const SCHEMA: &str = "
CREATE TABLE paper (venue TEXT PRIMARY KEY, at INTEGER NOT NULL, saved TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE paper_order (
    venue TEXT NOT NULL,
    id INTEGER NOT NULL,
    account TEXT NOT NULL,
    symbol TEXT NOT NULL,
    state TEXT NOT NULL,
    changed INTEGER NOT NULL,
    saved TEXT NOT NULL,
    PRIMARY KEY (venue, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE paper_fill (
    venue TEXT NOT NULL,
    number INTEGER NOT NULL,
    account TEXT NOT NULL,
    symbol TEXT NOT NULL,
    at INTEGER NOT NULL,
    saved TEXT NOT NULL,
    PRIMARY KEY (venue, number)
) STRICT, WITHOUT ROWID;
";

/// Orders and fills that come back at a start.
const RECENT: i64 = 1_000;

impl Store {
    /// Keeps accounts as they stand; orders that are done and fills are kept by themselves. Does not wait.
    pub fn save_trading(&self, venue: &str, saved: SavedTrading) {
        let venue = venue.to_owned();
        self.change(move |db: &Connection| {
            let bare = SavedTrading { history: Vec::new(), recent: Vec::new(), ..saved.clone() };
            let Ok(text) = serde_json::to_string(&bare) else { return Ok(()) };
            let sql = "INSERT OR REPLACE INTO paper (venue, at, saved) VALUES (?1, ?2, ?3)";
            db.execute(sql, params![venue, bare.at.0, text]).map(drop)
        });
    }

    /// Keeps an order that is done. Does not wait.
    pub fn save_order(&self, venue: &str, order: Arc<OrderView>) {
        let venue = venue.to_owned();
        self.change(move |db: &Connection| {
            let Ok(text) = serde_json::to_string(&*order) else { return Ok(()) };
            let symbol = order.request.symbol.as_str();
            let sql = "INSERT OR REPLACE INTO paper_order (venue, id, account, symbol, state, changed, saved)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            db.execute(sql, params![venue, order.id as i64, &*order.account, symbol, order.state.name(), order.changed.0, text])
                .map(drop)
        });
    }

    /// Keeps a fill. Does not wait.
    pub fn save_fill(&self, venue: &str, fill: Arc<Fill>) {
        let venue = venue.to_owned();
        self.change(move |db: &Connection| {
            let Ok(text) = serde_json::to_string(&*fill) else { return Ok(()) };
            let sql =
                "INSERT OR REPLACE INTO paper_fill (venue, number, account, symbol, at, saved) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            db.execute(sql, params![venue, fill.number as i64, &*fill.account, fill.symbol.as_str(), fill.at.0, text]).map(drop)
        });
    }

    /// Forgets the orders and fills of an account that begins anew. Does not wait.
    pub fn forget_account(&self, venue: &str, account: &str) {
        let (venue, account) = (venue.to_owned(), account.to_owned());
        self.change(move |db: &Connection| {
            db.execute("DELETE FROM paper_order WHERE venue = ?1 AND account = ?2", params![venue, account])?;
            db.execute("DELETE FROM paper_fill WHERE venue = ?1 AND account = ?2", params![venue, account]).map(drop)
        });
    }

    /// Paper trading of a venue as it was kept; `None` where there was none yet.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read. What makes no sense is left out, which [`Store::trouble`] says.
    pub fn trading(&self, venue: &str) -> Result<Option<SavedTrading>, StoreError> {
        let venue = venue.to_owned();
        self.ask(move |desk| {
            let (saved, left_out) = read(&desk.db, &venue)?;
            desk.shared.left_out(left_out);
            Ok(saved)
        })
    }
}

fn read(db: &Connection, venue: &str) -> rusqlite::Result<(Option<SavedTrading>, usize)> {
    let sql = "SELECT saved FROM paper WHERE venue = ?1";
    let Some(text) = db.query_row(sql, [venue], |row| row.get::<_, String>(0)).optional()? else { return Ok((None, 0)) };
    let Ok(mut saved) = serde_json::from_str::<SavedTrading>(&text) else { return Ok((None, 1)) };
    let mut left_out = 0;
    let rows = |sql: &str| -> rusqlite::Result<Vec<String>> {
        let mut statement = db.prepare(sql)?;
        let mut rows: Vec<String> =
            statement.query_map(params![venue, RECENT], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        rows.reverse();
        Ok(rows)
    };
    let orders = rows("SELECT saved FROM paper_order WHERE venue = ?1 ORDER BY changed DESC, id DESC LIMIT ?2")?;
    let fills = rows("SELECT saved FROM paper_fill WHERE venue = ?1 ORDER BY number DESC LIMIT ?2")?;
    saved.history = understood(&orders, &mut left_out);
    saved.recent = understood(&fills, &mut left_out);
    Ok((Some(saved), left_out))
}

fn understood<T: serde::de::DeserializeOwned>(texts: &[String], left_out: &mut usize) -> Vec<T> {
    let read: Vec<T> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    *left_out += texts.len() - read.len();
    read
}
