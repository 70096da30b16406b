//! Opening: one program at a time, and never on top of what is damaged or newer.

use super::Store;
use super::error::{is_damage, may_pass, words};
use super::migrations::{APPLICATION, NEWEST, migrate, missing, version};
use super::sessions;
use super::worker::Desk;
use crate::domain::Nanos;
use crate::drive::clock;
use crate::drive::words::clean;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// How long another program's lock is waited for, such as that of a backup.
const BUSY: Nanos = Nanos::from_secs(2);

/// Where a store keeps what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// In this file.
    File(PathBuf),
    /// Nowhere: it is lost at the end. Why, and what to do, in words for the user.
    Memory(String),
}

/// What became of opening a store.
#[derive(Debug)]
pub struct Opened {
    /// The store, usable in any case.
    pub store: Store,
    /// Where it keeps what it is given.
    pub keeping: Keeping,
    /// Whether another program of this kind has the file, and looks after what is in it.
    pub taken: bool,
    /// What else the user should know, such as a damaged file that was set aside.
    pub notes: Vec<String>,
}

/// Opens the database at `path`, creating it and its folder where they do not exist. A damaged one, one of a newer version and
/// one of another program are set aside under a new name, which says `now`. Where no file can be used, or another program of
/// this kind uses it, everything is kept in memory alone.
pub fn open(path: &Path, now: Nanos) -> Opened {
    let (mut notes, mut taken) = (Vec::new(), false);
    // A link stands for what it leads to: there are the lock, and the files that may have to be set aside together.
    let path = if path.is_symlink() { fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()) } else { path.to_owned() };
    match open_file(&path, now, &mut taken, &mut notes) {
        Ok(desk) => Opened { store: Store::start(desk), keeping: Keeping::File(path), taken, notes },
        Err(why) => Opened { store: Store::in_memory(), keeping: Keeping::Memory(why), taken, notes },
    }
}

/// A database in memory.
pub(super) fn memory() -> rusqlite::Result<Desk> {
    let mut db = Connection::open_in_memory()?;
    set_up(&db)?;
    migrate(&mut db)?;
    Desk::new(db, "memory".to_owned(), None)
}

/// A path in a message.
fn name(path: &Path) -> String {
    clean(&path.display().to_string(), 300)
}

/// What memory means, and what to do.
fn only_memory(what: &str, advice: &str) -> String {
    format!("{what}: alerts set now last until this program ends; {advice}")
}

fn open_file(path: &Path, now: Nanos, taken: &mut bool, notes: &mut Vec<String>) -> Result<Desk, String> {
    let elsewhere = "or name another folder with --data-dir, and start again";
    if path.is_dir() {
        let what = format!("{} is a folder, not the database of alerts", name(path));
        return Err(only_memory(&what, &format!("move it away, {elsewhere}")));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let refused = |what: &str, error: &io::Error| {
        let (why, advice) = match error.kind() {
            ErrorKind::PermissionDenied => ("this user may not write there", "set its permissions"),
            ErrorKind::ReadOnlyFilesystem => ("the disk is read-only", "make it writable"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("the disk is full", "free some room"),
            ErrorKind::NotADirectory | ErrorKind::AlreadyExists => ("a part of the path is no folder", "move that away"),
            _ => {
                return only_memory(
                    &format!("{what}: {}", clean(&error.to_string(), 160)),
                    &format!("put it right, {elsewhere}"),
                );
            }
        };
        only_memory(&format!("{what}: {why}"), &format!("{advice}, {elsewhere}"))
    };
    fs::create_dir_all(folder).map_err(|error| refused(&format!("the folder {} cannot be created", name(folder)), &error))?;
    let lock = match hold(&beside(path, ".lock")) {
        Ok(lock) => lock,
        Err(Held::By(process)) => {
            let process = process.map_or_else(String::new, |process| format!(" (process {process})"));
            *taken = true;
            let what = format!("another rtai-tui{process} keeps and delivers the alerts in {}", name(path));
            return Err(format!("{what}: those set here last until this one ends; to keep them, end the other one, {elsewhere}"));
        }
        Err(Held::Impossible(error)) => {
            return Err(refused(&format!("{} cannot be written", name(&beside(path, ".lock"))), &error));
        }
    };
    create_private(path).map_err(|error| refused(&format!("{} cannot be written", name(path)), &error))?;
    let desk = |db| {
        let of_use = |error: rusqlite::Error| unusable(path, &words(&error));
        Desk::new(db, name(path), Some(lock)).map_err(of_use)
    };
    let fault = match connect(path) {
        Ok(db) => return desk(db),
        Err(fault) => fault,
    };
    let (kind, what) = match fault {
        Fault::Unusable(why) => return Err(unusable(path, &why)),
        Fault::Damaged(why) => ("damaged".to_owned(), format!("the database of alerts is damaged ({why})")),
        Fault::Newer(found) => {
            let what = format!("the database of alerts is from a newer rtai-tui (version {found}, this one knows {NEWEST})");
            (format!("newer-v{found}"), what)
        }
    };
    let aside = set_aside(path, &kind, now)
        .map_err(|error| refused(&format!("{what}, and {} cannot be set aside", name(path)), &error))?;
    // The new name first: a message may be cut.
    let new = clean(&aside.file_name().unwrap_or_default().to_string_lossy(), 100);
    notes.push(format!("set aside as {new}: {what}; a new one is begun. Both are in {}", name(folder)));
    create_private(path).map_err(|error| refused(&format!("{} cannot be written", name(path)), &error))?;
    match connect(path) {
        Ok(db) => desk(db),
        Err(Fault::Unusable(why) | Fault::Damaged(why)) => Err(unusable(path, &why)),
        Err(Fault::Newer(_)) => Err(unusable(path, "somebody else writes it")),
    }
}

fn unusable(path: &Path, why: &str) -> String {
    let advice = "put that right, or name another folder with --data-dir, and start again";
    only_memory(&format!("the database of alerts {} cannot be used: {why}", name(path)), advice)
}

/// A path with something behind its last part.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut text = OsString::from(path);
    text.push(end);
    PathBuf::from(text)
}

/// Why a lock was not had.
pub(super) enum Held {
    /// Another process has it; its number where that can be read.
    By(Option<u32>),
    Impossible(io::Error),
}

/// Whether the database at `path` could be had: the lock is tried where there is one, and not written.
pub(super) fn lock_of(path: &Path) -> Result<(), Held> {
    let Ok(file) = File::open(beside(path, ".lock")) else { return Ok(()) };
    tried(file).map(drop)
}

/// Takes the lock for as long as the file is open. The system frees it when the process ends, however it ends.
pub(super) fn hold(path: &Path) -> Result<Lock, Held> {
    let mut lock = tried(private().read(true).truncate(false).open(path).map_err(Held::Impossible)?)?;
    // The number only helps the user of a second program: without it, the lock is the same.
    let file = &mut lock.0;
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(lock)
}

/// Takes the lock of an open file.
fn tried(file: File) -> Result<Lock, Held> {
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // Where a locked file cannot be read either, the process stays unnamed.
            let _ = file.take(20).read_to_string(&mut text);
            Err(Held::By(text.trim().parse().ok()))
        }
        Err(TryLockError::Error(error)) => Err(Held::Impossible(error)),
    }
}

/// The lock. It is given back in so many words: a program that is being started at that moment still has the file too, until it runs.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Where that fails, closing the file gives it back.
        let _ = self.0.unlock();
    }
}

/// Files only this user may read: notes and expressions are nobody else's business.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates the file where it is missing; what SQLite puts beside it takes over its permissions.
fn create_private(path: &Path) -> io::Result<()> {
    let file = private().truncate(false).open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            // Somebody else's file that may be written is used as it is.
            let _ = file.set_permissions(fs::Permissions::from_mode(0o600));
        }
    }
    drop(file);
    Ok(())
}

/// Why a file is not used as it is.
enum Fault {
    Damaged(String),
    /// Of this version.
    Newer(i64),
    Unusable(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) { Self::Damaged(words(&error)) } else { Self::Unusable(words(&error)) }
    }
}

fn connect(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    // Until it is known to be ours and whole, closing it must not write what still stands in its log.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    set_up(&db)?;
    check(&db)?;
    let application: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let found = version(&db)?;
    if application != APPLICATION && (application != 0 || found != 0 || tables != 0) {
        return Err(Fault::Damaged("it is another program's".to_owned()));
    }
    if found > NEWEST {
        return Err(Fault::Newer(found));
    }
    if found < 0 {
        return Err(Fault::Damaged(format!("it has the impossible version {found}")));
    }
    // Some disks know no WAL; what they offer instead is slower, not less safe.
    let _mode: String = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    // A step that the file's own tables do not allow, such as one that makes a table that is there.
    let step = |error| if may_pass(&error) { Fault::Unusable(words(&error)) } else { Fault::Damaged(words(&error)) };
    migrate(&mut db).map_err(step)?;
    if let Some(what) = missing(&db) {
        return Err(Fault::Damaged(clean(&what, 160)));
    }
    // A read-only file and a full disk are met now rather than at the first alert.
    db.execute_batch("INSERT INTO counter VALUES ('opened', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")?;
    sessions::settle(&db)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(db)
}

fn set_up(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(clock::duration(BUSY))?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")
}

/// Whether the pages of a file hold together.
fn check(db: &Connection) -> Result<(), Fault> {
    let said: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said == "ok" { Ok(()) } else { Err(Fault::Damaged(clean(&said.replace('\n', " "), 160))) }
}

/// Renames a database, with the files SQLite put beside it, to a name that nothing has yet.
fn set_aside(path: &Path, kind: &str, now: Nanos) -> io::Result<PathBuf> {
    const BESIDE: [&str; 4] = ["-wal", "-shm", "-journal", ""];
    let stamp = jiff::Timestamp::from_nanosecond(i128::from(now.0)).unwrap_or_default().strftime("%Y%m%d-%H%M%S");
    let first = beside(path, &format!(".{kind}-{stamp}"));
    let names = (1_u32..).map(|n| if n == 1 { first.clone() } else { beside(&first, &format!("-{n}")) });
    let is_free = |name: &PathBuf| BESIDE.iter().all(|end| beside(name, end).symlink_metadata().is_err());
    let Some(target) = names.take(10_000).find(is_free) else {
        return Err(io::Error::new(ErrorKind::AlreadyExists, "there are too many of them"));
    };
    for (place, end) in BESIDE.iter().enumerate() {
        match fs::rename(beside(path, end), beside(&target, end)) {
            Err(error) if end.is_empty() || error.kind() != ErrorKind::NotFound => {
                // A database without its log is another one: they stay together. That a second renaming fails too is the first's error.
                for moved in &BESIDE[..place] {
                    let _ = fs::rename(beside(&target, moved), beside(path, moved));
                }
                return Err(error);
            }
            _ => {}
        }
    }
    Ok(target)
}
