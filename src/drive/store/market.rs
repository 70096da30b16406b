//! The market that live sessions saw: bars by timeframe and single trades. Written in batches, read at the next start.

use super::shared::Change;
use super::{Store, StoreError};
use crate::domain::{Bar, Nanos, Price, Qty, Side, Symbol, Timeframe, Trade, Volume};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, params};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Version 5. Prices and quantities are whole 1e-8 units, times nanoseconds since 1970. A volume that needs more than 64 bits is
/// a text of digits. The views are for whoever else reads the file: text and floating-point numbers.
pub(super) const SCHEMA: &str = "
CREATE TABLE market (
    id INTEGER PRIMARY KEY,
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    UNIQUE (venue, symbol)
) STRICT;
CREATE TABLE bar (
    market INTEGER NOT NULL REFERENCES market (id),
    timeframe TEXT NOT NULL,
    start INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume ANY NOT NULL,
    buy_volume ANY NOT NULL,
    trades INTEGER NOT NULL,
    PRIMARY KEY (market, timeframe, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE tick (
    market INTEGER NOT NULL REFERENCES market (id),
    ts INTEGER NOT NULL,
    n INTEGER NOT NULL,
    price INTEGER NOT NULL,
    qty INTEGER NOT NULL,
    bought INTEGER NOT NULL,
    id INTEGER,
    PRIMARY KEY (market, ts, n)
) STRICT, WITHOUT ROWID;
CREATE VIEW ohlc AS SELECT
    venue, symbol, timeframe,
    strftime('%Y-%m-%dT%H:%M:%SZ', start / 1000000000, 'unixepoch') AS time,
    start / 1000000000 AS ts,
    open / 1e8 AS open, high / 1e8 AS high, low / 1e8 AS low, close / 1e8 AS close,
    CAST(volume AS REAL) / 1e8 AS volume, CAST(buy_volume AS REAL) / 1e8 AS buy_volume, trades
FROM bar JOIN market ON market.id = bar.market;
CREATE VIEW ticks AS SELECT
    venue, symbol,
    strftime('%Y-%m-%dT%H:%M:%S', ts / 1000000000, 'unixepoch') || printf('.%09dZ', ts % 1000000000) AS time,
    ts / 1e9 AS ts,
    price / 1e8 AS price, qty / 1e8 AS qty,
    CASE bought WHEN 1 THEN 'buy' ELSE 'sell' END AS side,
    tick.id AS id
FROM tick JOIN market ON market.id = tick.market;
";

/// Trades that wait for the disk at most: minutes of a busy market, 7 MB.
const TICKS_WAITING: usize = 100_000;

/// A trade as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// Of which symbol.
    pub symbol: Symbol,
    /// When it was received.
    pub at: Nanos,
    /// Tells trades of the same moment apart, in their order.
    pub n: u64,
    /// What was traded.
    pub trade: Trade,
}

/// Trades handed over at once.
struct Ticks {
    venue: String,
    rows: Vec<Tick>,
    waiting: Arc<AtomicUsize>,
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.rows.len(), Ordering::AcqRel);
    }
}

impl Change for Ticks {
    fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        let mut markets = Markets::new(&self.venue);
        let mut insert =
            db.prepare("INSERT OR REPLACE INTO tick (market, ts, n, price, qty, bought, id) VALUES (?1,?2,?3,?4,?5,?6,?7)")?;
        for Tick { symbol, at, n, trade } in &self.rows {
            let market = markets.id(db, *symbol)?;
            let bought = trade.side == Side::Buy;
            // Ids are kept bit by bit: the highest are negative in the file.
            let id = trade.id.map(|id| id as i64);
            insert.execute(params![market, at.0, *n as i64, trade.price.units(), trade.qty.units(), bought, id])?;
        }
        Ok(())
    }
}

/// The numbers of markets, looked up once each.
struct Markets<'v> {
    venue: &'v str,
    known: Vec<(Symbol, i64)>,
}

impl<'v> Markets<'v> {
    const fn new(venue: &'v str) -> Self {
        Self { venue, known: Vec::new() }
    }

    fn id(&mut self, db: &Connection, symbol: Symbol) -> rusqlite::Result<i64> {
        if let Some((_, id)) = self.known.iter().find(|(known, _)| *known == symbol) {
            return Ok(*id);
        }
        let id = if let Some(id) = find(db, self.venue, symbol)? {
            id
        } else {
            db.execute("INSERT INTO market (venue, symbol) VALUES (?1, ?2)", params![self.venue, symbol.as_str()])?;
            db.last_insert_rowid()
        };
        self.known.push((symbol, id));
        Ok(id)
    }
}

fn find(db: &Connection, venue: &str, symbol: Symbol) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM market WHERE venue = ?1 AND symbol = ?2";
    db.query_row(sql, params![venue, symbol.as_str()], |row| row.get(0)).optional()
}

/// A volume as it stands in the file.
struct Wide(Volume);

impl ToSql for Wide {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let units = self.0.units();
        Ok(ToSqlOutput::Owned(i64::try_from(units).map_or_else(|_| Value::Text(units.to_string()), Value::Integer)))
    }
}

fn volume(row: &Row<'_>, column: usize) -> Option<Volume> {
    let units = match row.get_ref(column).ok()? {
        ValueRef::Integer(units) => i128::from(units),
        ValueRef::Text(digits) => std::str::from_utf8(digits).ok()?.parse().ok()?,
        _ => return None,
    };
    // What no market trades is damage, and its sums might not fit.
    (0..=i128::MAX >> 20).contains(&units).then(|| Volume::from_units(units))
}

impl Store {
    /// Keeps trades, oldest first. Does not wait. When the disk is so far behind that too many wait already, none of them are kept;
    /// the answer is how many were left out.
    pub fn save_ticks(&self, venue: &str, rows: Vec<Tick>) -> usize {
        let waiting = &self.0.shared.ticks;
        if rows.is_empty() || waiting.load(Ordering::Acquire) + rows.len() > TICKS_WAITING {
            return rows.len();
        }
        waiting.fetch_add(rows.len(), Ordering::AcqRel);
        self.change(Ticks { venue: venue.to_owned(), rows, waiting: Arc::clone(waiting) });
        0
    }

    /// Keeps closed bars of a symbol, in place of those of the same intervals. Does not wait.
    pub fn save_bars(&self, venue: &str, symbol: Symbol, timeframe: Timeframe, bars: Vec<Bar>) {
        if bars.is_empty() {
            return;
        }
        let venue = venue.to_owned();
        self.change(move |db: &Connection| {
            let market = Markets::new(&venue).id(db, symbol)?;
            let mut insert = db.prepare(
                "INSERT OR REPLACE INTO bar (market, timeframe, start, open, high, low, close, volume, buy_volume, trades)
                    VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
            )?;
            let timeframe = timeframe.to_string();
            for bar in &bars {
                let [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(Price::units);
                let (volume, bought) = (Wide(bar.volume), Wide(bar.buy_volume));
                insert.execute(params![market, timeframe, bar.start.0, open, high, low, close, volume, bought, bar.trades])?;
            }
            Ok(())
        });
    }

    /// The last bars of a symbol that were kept, at `most` so many, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read. One that makes no sense is left out, which [`Store::trouble`] says.
    pub fn bars(&self, venue: &str, symbol: Symbol, timeframe: Timeframe, most: usize) -> Result<Vec<Bar>, StoreError> {
        let venue = venue.to_owned();
        self.ask(move |desk| {
            let (bars, left_out) = read(&desk.db, &venue, symbol, timeframe, most)?;
            desk.shared.left_out(left_out);
            Ok(bars)
        })
    }

    /// The last trades of a symbol that were kept, at `most` so many, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn ticks(&self, venue: &str, symbol: Symbol, most: usize) -> Result<Vec<Tick>, StoreError> {
        let venue = venue.to_owned();
        self.ask(move |desk| {
            let Some(market) = find(&desk.db, &venue, symbol)? else { return Ok(Vec::new()) };
            let mut statement = desk
                .db
                .prepare("SELECT ts, n, price, qty, bought, id FROM tick WHERE market = ?1 ORDER BY ts DESC, n DESC LIMIT ?2")?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = statement.query_map(params![market, most], |row| tick(row, symbol))?;
            let mut ticks: Vec<Tick> = rows.collect::<rusqlite::Result<_>>()?;
            ticks.reverse();
            Ok(ticks)
        })
    }
}

fn tick(row: &Row<'_>, symbol: Symbol) -> rusqlite::Result<Tick> {
    let side = if row.get(4)? { Side::Buy } else { Side::Sell };
    let (price, qty) = (Price::from_units(row.get(2)?), Qty::from_units(row.get(3)?));
    let trade = Trade { price, qty, side, id: row.get::<_, Option<i64>>(5)?.map(|id| id as u64), ex: None };
    Ok(Tick { symbol, at: Nanos(row.get(0)?), n: row.get::<_, i64>(1)? as u64, trade })
}

fn read(db: &Connection, venue: &str, symbol: Symbol, timeframe: Timeframe, most: usize) -> rusqlite::Result<(Vec<Bar>, usize)> {
    let Some(market) = find(db, venue, symbol)? else { return Ok((Vec::new(), 0)) };
    let mut statement = db.prepare(
        "SELECT start, open, high, low, close, volume, buy_volume, trades FROM bar
            WHERE market = ?1 AND timeframe = ?2 ORDER BY start DESC LIMIT ?3",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![market, timeframe.to_string(), most], |row| Ok(bar(row, timeframe)))?;
    let rows: Vec<Option<Bar>> = rows.collect::<rusqlite::Result<_>>()?;
    let all = rows.len();
    let mut bars: Vec<Bar> = rows.into_iter().flatten().collect();
    bars.reverse();
    let left_out = all - bars.len();
    Ok((bars, left_out))
}

/// A bar that can be: of its interval, with prices in their order.
fn bar(row: &Row<'_>, timeframe: Timeframe) -> Option<Bar> {
    let price = |column: usize| row.get(column).ok().filter(|units: &i64| *units > 0).map(Price::from_units);
    let bar = Bar {
        start: Nanos(row.get(0).ok()?),
        open: price(1)?,
        high: price(2)?,
        low: price(3)?,
        close: price(4)?,
        volume: volume(row, 5)?,
        buy_volume: volume(row, 6)?,
        trades: row.get(7).ok()?,
    };
    let in_order = bar.low <= bar.open.min(bar.close) && bar.high >= bar.open.max(bar.close) && bar.buy_volume <= bar.volume;
    (in_order && timeframe.start_of(bar.start) == bar.start).then_some(bar)
}
