//! The alerts that are set, by venue.

use super::{Store, StoreError};
use crate::domain::{Alert, AlertId, AlertState, Nanos, Origin, Phase, Rearm, Symbol};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Version 1. A counter holds the number given out last, so that no number is given twice, also of alerts long removed.
pub(super) const SCHEMA: &str = "
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert (
    venue TEXT NOT NULL,
    id INTEGER NOT NULL,
    symbol TEXT NOT NULL,
    expr TEXT NOT NULL,
    rearm TEXT NOT NULL,
    cooldown INTEGER,
    deliver TEXT NOT NULL,
    note TEXT NOT NULL,
    paused INTEGER NOT NULL,
    origin TEXT NOT NULL,
    phase TEXT NOT NULL,
    been_false INTEGER NOT NULL,
    fired INTEGER NOT NULL,
    last INTEGER,
    PRIMARY KEY (venue, id)
) STRICT, WITHOUT ROWID;
";

const COLUMNS: &str = "id, symbol, expr, rearm, cooldown, deliver, note, paused, origin, phase, been_false, fired, last";

/// Numbers beyond are kept but not counted on from: they come from elsewhere.
const COUNTED: AlertId = 1 << 62;

impl Store {
    /// A number for a new alert: never given before, whatever the venue.
    pub fn next_id(&self) -> AlertId {
        let id = self.0.shared.next_alert();
        self.change(move |db: &Connection| count(db, id));
        id
    }

    /// The alerts of a venue by their numbers, and how far each has come.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read. One that makes no sense is left out, which [`Store::trouble`] says.
    pub fn alerts(&self, venue: &str) -> Result<Vec<(Alert, AlertState)>, StoreError> {
        let venue = venue.to_owned();
        self.ask(move |desk| {
            let (alerts, left_out) = read(&desk.db, &venue)?;
            desk.shared.left_out(left_out);
            Ok(alerts)
        })
    }

    /// Keeps an alert as it is now, new or known. Does not wait.
    pub fn save(&self, venue: &str, alert: &Alert, state: &AlertState) {
        if alert.id < COUNTED {
            self.0.shared.alert.fetch_max(alert.id, Ordering::AcqRel);
        }
        let (venue, alert, state) = (venue.to_owned(), alert.clone(), *state);
        self.change(move |db: &Connection| put(db, &venue, &alert, &state));
    }

    /// Forgets an alert; its history stays. Does not wait.
    pub fn remove(&self, venue: &str, id: AlertId) {
        let venue = venue.to_owned();
        self.change(move |db: &Connection| delete(db, &venue, id));
    }

    /// Makes the alerts that come from the configuration file those that are `wanted` there, whose numbers are not looked at,
    /// and tells all of the venue. One with the same symbol, expression and re-arming is the same alert: it keeps its number,
    /// how far it has come and whether it is paused, and takes over delivery and note.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn sync_config(&self, venue: &str, wanted: &[Alert]) -> Result<Vec<(Alert, AlertState)>, StoreError> {
        let (venue, wanted) = (venue.to_owned(), wanted.to_vec());
        self.ask(move |desk| {
            let shared = Arc::clone(&desk.shared);
            let (alerts, left_out) = desk.change_now(|db| sync(db, &venue, wanted, || shared.next_alert()))?;
            desk.shared.left_out(left_out);
            Ok(alerts)
        })
    }
}

type Found = (Vec<(Alert, AlertState)>, usize);

fn sync(db: &Connection, venue: &str, wanted: Vec<Alert>, next: impl Fn() -> AlertId) -> rusqlite::Result<Found> {
    let mut known: Vec<_> = read(db, venue)?.0.into_iter().filter(|(alert, _)| alert.origin == Origin::Config).collect();
    for alert in wanted {
        let same = |(known, _): &(Alert, AlertState)| {
            known.symbol == alert.symbol && known.expr == alert.expr && known.rearm == alert.rearm
        };
        let place = known.iter().position(same);
        let alert = Alert { origin: Origin::Config, ..alert };
        if let Some(place) = place {
            let (old, state) = known.remove(place);
            let alert = Alert { id: old.id, paused: old.paused, ..alert };
            if alert != old {
                put(db, venue, &alert, &state)?;
            }
        } else {
            put(db, venue, &Alert { id: next(), ..alert }, &AlertState::default())?;
        }
    }
    for (gone, _) in known {
        delete(db, venue, gone.id)?;
    }
    read(db, venue)
}

/// The number given out last.
pub(super) fn last_id(db: &Connection) -> rusqlite::Result<AlertId> {
    let last: Option<i64> = db.query_row("SELECT value FROM counter WHERE name = 'alert'", [], |row| row.get(0)).optional()?;
    Ok(last.and_then(|last| u64::try_from(last).ok()).filter(|last| *last < COUNTED).unwrap_or(0))
}

fn count(db: &Connection, id: AlertId) -> rusqlite::Result<()> {
    if id >= COUNTED {
        return Ok(());
    }
    let sql = "INSERT INTO counter (name, value) VALUES ('alert', ?1)
        ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)";
    db.execute(sql, [id as i64]).map(drop)
}

fn put(db: &Connection, venue: &str, alert: &Alert, state: &AlertState) -> rusqlite::Result<()> {
    count(db, alert.id)?;
    let (rearm, cooldown) = match alert.rearm {
        Rearm::Auto => ("auto", None),
        Rearm::Once => ("once", None),
        Rearm::Always => ("always", None),
        Rearm::Cooldown(time) => ("cooldown", Some(time.0)),
    };
    // Numbers are kept bit by bit: the highest are negative in the file.
    db.execute(
        &format!("INSERT OR REPLACE INTO alert (venue, {COLUMNS}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)"),
        params![
            venue,
            alert.id as i64,
            alert.symbol.as_str(),
            alert.expr,
            rearm,
            cooldown,
            alert.deliver.to_string(),
            alert.note,
            alert.paused,
            origin_name(alert.origin),
            state.phase.name(),
            state.been_false,
            state.fired as i64,
            state.last.map(|last| last.0),
        ],
    )
    .map(drop)
}

/// Keeps how far an alert has come; without effect on one that was removed.
pub(super) fn set_state(db: &Connection, venue: &str, id: AlertId, state: &AlertState) -> rusqlite::Result<()> {
    let sql = "UPDATE alert SET phase = ?3, been_false = ?4, fired = ?5, last = ?6 WHERE venue = ?1 AND id = ?2";
    let last = state.last.map(|last| last.0);
    db.execute(sql, params![venue, id as i64, state.phase.name(), state.been_false, state.fired as i64, last]).map(drop)
}

fn delete(db: &Connection, venue: &str, id: AlertId) -> rusqlite::Result<()> {
    db.execute("DELETE FROM alert WHERE venue = ?1 AND id = ?2", params![venue, id as i64]).map(drop)
}

/// All of a venue, and how many more there are that cannot be understood.
fn read(db: &Connection, venue: &str) -> rusqlite::Result<Found> {
    let mut statement = db.prepare(&format!("SELECT {COLUMNS} FROM alert WHERE venue = ?1"))?;
    let rows: Vec<_> = statement.query_map([venue], |row| Ok(of_row(row)))?.collect::<rusqlite::Result<_>>()?;
    let all = rows.len();
    let mut alerts: Vec<_> = rows.into_iter().flatten().collect();
    alerts.sort_by_key(|(alert, _)| alert.id);
    let left_out = all - alerts.len();
    Ok((alerts, left_out))
}

fn of_row(row: &Row<'_>) -> Option<(Alert, AlertState)> {
    let text = |column: usize| row.get_ref(column).ok()?.as_str().ok();
    let rearm = match text(3)? {
        "auto" => Rearm::Auto,
        "once" => Rearm::Once,
        "always" => Rearm::Always,
        "cooldown" => Rearm::Cooldown(Nanos(row.get(4).ok()?)),
        _ => return None,
    };
    let alert = Alert {
        id: row.get::<_, i64>(0).ok()? as u64,
        symbol: Symbol::new(text(1)?).ok()?,
        expr: text(2)?.to_owned(),
        rearm,
        deliver: text(5)?.parse().ok()?,
        note: text(6)?.to_owned(),
        paused: row.get(7).ok()?,
        origin: [Origin::User, Origin::Config].into_iter().find(|origin| Some(origin_name(*origin)) == text(8))?,
    };
    let state = AlertState {
        phase: Phase::named(text(9)?)?,
        been_false: row.get(10).ok()?,
        fired: row.get::<_, i64>(11).ok()? as u64,
        last: row.get::<_, Option<i64>>(12).ok()?.map(Nanos),
    };
    Some((alert, state))
}

const fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::User => "user",
        Origin::Config => "config",
    }
}
