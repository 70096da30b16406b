//! Looking at a database without touching it, also while another program has it.

use super::error::words;
use super::migrations::{APPLICATION, NEWEST};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;

/// What a look at a database found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integrity {
    /// The version of its tables, and the newest that is known.
    pub version: (i64, i64),
    /// Its size in bytes, without its log.
    pub bytes: u64,
}

/// Looks at a database read-only: whether it is one of this program's, and whole by SQLite's own quick check. Nothing when there
/// is no file.
///
/// # Errors
/// What is wrong with it, in words.
pub fn quick_check(path: &Path) -> Result<Option<Integrity>, String> {
    let bytes = match std::fs::metadata(path) {
        Ok(meta) => meta.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let of_db = |error: rusqlite::Error| words(&error);
    // One that was begun and never written is empty, which is right.
    let db = open(path).map_err(of_db)?;
    let number = |pragma: &str| number(&db, pragma).map_err(of_db);
    let (application, version) = (number("application_id")?, number("user_version")?);
    if bytes > 0 && application != APPLICATION {
        return Err("it is a database of another program".to_owned());
    }
    let mut check = db.prepare("PRAGMA quick_check(3)").map_err(of_db)?;
    let found = check.query_map([], |row| row.get::<_, String>(0)).map_err(of_db)?;
    let found: Vec<String> = found.collect::<Result<_, _>>().map_err(of_db)?;
    match found.first().map(String::as_str) {
        Some("ok") | None => Ok(Some(Integrity { version: (version, NEWEST), bytes })),
        Some(first) => Err(crate::drive::words::clean(first, 200)),
    }
}

fn number(db: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
}

/// Opens it read-only: with its log where that can be read, else as it lies there, which a folder that must not be written needs.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(std::time::Duration::from_secs(2))?;
    match number(&db, "user_version") {
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
            let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            Connection::open_with_flags(format!("file:{path}?immutable=1"), flags | OpenFlags::SQLITE_OPEN_URI)
        }
        _ => Ok(db),
    }
}
