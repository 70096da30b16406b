//! Opening what is there: locked, damaged, newer, somebody else's, or not to be written.

use super::*;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};

fn memory(opened: &Opened) -> &str {
    match &opened.keeping {
        Keeping::Memory(why) => why,
        Keeping::File(path) => panic!("kept in {}", path.display()),
    }
}

/// It takes and gives all the same.
fn works(store: &Store) {
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    store.fired(VENUE, &firing(1, NOW), &AlertState::default(), both());
    assert_eq!((store.alerts(VENUE).unwrap().len(), store.history(VENUE, 9).unwrap().len()), (1, 1));
    assert_eq!((store.due(NOW, 9).len(), store.trouble()), (2, None));
}

/// A database with something in it, over several pages.
fn filled(path: &Path) {
    let store = opened(path);
    for id in 1..=200 {
        store.save(VENUE, &alert(id, &"price > 65000 || ".repeat(20)), &AlertState::default());
        store.fired(VENUE, &firing(id, NOW), &AlertState::default(), both());
    }
    store.flush().unwrap();
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Opens a file that must be set aside under that name, unchanged.
fn set_aside(path: &Path, name: &str, said: &str) {
    let before = fs::read(path).unwrap();
    let opened = open(path, NOW);
    assert_eq!(opened.keeping, Keeping::File(path.to_owned()));
    let aside = path.with_file_name(name);
    let [note] = &opened.notes[..] else { panic!("{:?}", opened.notes) };
    assert!(note.contains(said), "{note}");
    assert!(note.contains(&format!("set aside as {name}: ")), "{note}");
    assert_eq!(fs::read(aside).unwrap(), before);
    assert_eq!(opened.store.alerts(VENUE).unwrap(), []);
    works(&opened.store);
}

#[test]
fn folders_are_made_and_files_are_the_users_alone() {
    let folder = folder();
    let path = folder.path().join("a/b/c.db");
    let store = opened(&path);
    store.save(VENUE, &alert(1, "x"), &AlertState::default());
    store.flush().unwrap();
    for name in ["c.db", "c.db-wal", "c.db-shm", "c.db.lock"] {
        let file = path.with_file_name(name);
        assert!(file.exists(), "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
    drop(store);
    assert!(!path.with_file_name("c.db-wal").exists(), "all stands in the one file once it is closed");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        drop(opened(&path));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn the_second_keeps_in_memory_until_the_first_has_ended() {
    let folder = folder();
    let path = file(&folder);
    let first = opened(&path);
    let second = open(&path, NOW);
    let why = memory(&second);
    let expected = format!("another rtai-tui (process {}) keeps and delivers the alerts in", std::process::id());
    assert!(second.taken && !open(&folder.path().join("other.db"), NOW).taken);
    assert!(why.contains(&expected) && why.contains("last until this one ends"), "{why}");
    works(&second.store);
    assert_eq!(first.alerts(VENUE).unwrap(), []);
    #[cfg(unix)]
    {
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(memory(&open(&link, NOW)).contains("another rtai-tui"), "by another name it is the same file");
    }
    drop(first);
    works(&opened(&path));
}

#[test]
fn where_no_file_can_be_used_memory_is_and_it_is_said() {
    let folder = folder();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let plain = folder.path().join("plain");
    fs::write(&plain, "text").unwrap();
    for (path, said) in
        [(inner.clone(), "is a folder"), (plain.join("rtai.db"), "no folder"), (plain.join("a/rtai.db"), "no folder")]
    {
        let opened = open(&path, NOW);
        let why = memory(&opened);
        assert!(why.contains(said) && why.contains("last until this program ends") && why.contains("--data-dir"), "{why}");
        assert_eq!(opened.notes, [""; 0]);
        works(&opened.store);
    }
    assert_eq!(fs::read(&plain).unwrap(), b"text");
    assert_eq!(fs::read_dir(&inner).unwrap().count(), 0);
    // A folder where the lock should be.
    let path = file(&folder);
    fs::create_dir(folder.path().join("rtai.db.lock")).unwrap();
    assert!(memory(&open(&path, NOW)).contains("rtai.db.lock cannot be written"));
    assert!(!path.exists());
}

#[test]
fn what_is_no_database_is_set_aside_and_no_name_is_taken_twice() {
    let folder = folder();
    let path = file(&folder);
    fs::write(&path, "these are my notes, not a database\n".repeat(500)).unwrap();
    set_aside(&path, "rtai.db.damaged-20240808-235414", "is damaged (the file is not a database)");
    fs::write(&path, "SQLite format 3\0 and then nothing of the kind").unwrap();
    set_aside(&path, "rtai.db.damaged-20240808-235414-2", "damaged");
    fs::write(&path, [0; 8192]).unwrap();
    // A log of the third name is in the way of the third file.
    fs::write(folder.path().join("rtai.db.damaged-20240808-235414-3-wal"), "").unwrap();
    set_aside(&path, "rtai.db.damaged-20240808-235414-4", "damaged");
    let kept = fs::read(folder.path().join("rtai.db.damaged-20240808-235414")).unwrap();
    assert!(kept.starts_with(b"these are my notes"));
}

#[test]
fn a_truncated_or_overwritten_database_is_set_aside() {
    let folder = folder();
    let path = file(&folder);
    filled(&path);
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 20 * 4096);
    // Cut on a page, within a page, and with a page of rubbish in the middle.
    let mut rubbish = whole.clone();
    rubbish[8 * 4096..9 * 4096].fill(0x5a);
    let cases = [whole[..whole.len() / 2 / 4096 * 4096].to_vec(), whole[..whole.len() - 1000].to_vec(), rubbish];
    for (n, bytes) in cases.into_iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        let end = if n == 0 { String::new() } else { format!("-{}", n + 1) };
        set_aside(&path, &format!("rtai.db.damaged-20240808-235414{end}"), "is damaged (");
    }
    fs::write(&path, whole).unwrap();
    assert_eq!(opened(&path).alerts(VENUE).unwrap().len(), 200);
}

#[test]
fn a_damaged_database_is_set_aside_with_its_log() {
    let folder = folder();
    let path = file(&folder);
    filled(&path);
    let store = opened(&path);
    store.save("demo", &alert(900, "in the log alone"), &AlertState::default());
    store.flush().unwrap();
    // As after a crash: a log beside the file. The file is then damaged.
    let copy = folder.path().join("copy.db");
    fs::copy(&path, &copy).unwrap();
    fs::copy(folder.path().join("rtai.db-wal"), folder.path().join("copy.db-wal")).unwrap();
    drop(store);
    let mut open_file = fs::OpenOptions::new().write(true).open(&copy).unwrap();
    open_file.seek(SeekFrom::Start(8 * 4096)).unwrap();
    open_file.write_all(&[0x5a; 4096]).unwrap();
    drop(open_file);
    let log = fs::read(folder.path().join("copy.db-wal")).unwrap();
    set_aside(&copy, "copy.db.damaged-20240808-235414", "is damaged");
    assert_eq!(fs::read(folder.path().join("copy.db.damaged-20240808-235414-wal")).unwrap(), log);
}

#[test]
fn a_newer_database_is_set_aside_and_an_unknown_one_too() {
    let folder = folder();
    let path = file(&folder);
    let set = |path: &Path, text: &str| rusqlite::Connection::open(path).unwrap().execute_batch(text).unwrap();
    filled(&path);
    set(&path, "PRAGMA user_version = 99");
    set_aside(&path, "rtai.db.newer-v99-20240808-235414", "from a newer rtai-tui (version 99");
    fs::remove_file(&path).unwrap();
    set(&path, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
    set_aside(&path, "rtai.db.damaged-20240808-235414", "another program's");
    for (n, text) in
        ["DROP TABLE delivery", "ALTER TABLE alert DROP COLUMN note", "PRAGMA user_version = -1", "PRAGMA user_version = 1"]
            .into_iter()
            .enumerate()
    {
        set(&path, text);
        set_aside(&path, &format!("rtai.db.damaged-20240808-235414-{}", n + 2), "is damaged");
    }
    let is_file = |name: &&String| name.contains("damaged") && !name.ends_with("-shm") && !name.ends_with("-wal");
    assert_eq!(names(&folder).iter().filter(is_file).count(), 5);
}

#[test]
fn an_empty_file_is_a_new_database() {
    let folder = folder();
    let path = file(&folder);
    fs::write(&path, "").unwrap();
    works(&opened(&path));
}

#[test]
fn every_version_is_brought_to_the_newest_with_what_it_has() {
    let folder = folder();
    for from in 1..=migrations::STEPS.len() {
        let path = folder.path().join(format!("v{from}.db"));
        let mut db = rusqlite::Connection::open(&path).unwrap();
        migrations::migrate_to(&mut db, &migrations::STEPS[..from]).unwrap();
        assert_eq!(migrations::version(&db).unwrap(), from as i64);
        db.execute_batch(
            "INSERT INTO counter VALUES ('alert', 12);
            INSERT INTO alert VALUES ('binance-futures', 9, 'BTCUSDT', 'price > 1', 'cooldown', 900000000000, 'webhook', 'note', 1,
                'config', 'triggered', 1, 3, 1723161254000000000)",
        )
        .unwrap();
        if from >= 2 {
            db.execute_batch(
                r#"INSERT INTO firing VALUES (7, 'binance-futures', 9, 5, 'BTCUSDT', 'price > 1', '[["price",1.5]]', 150000000,
                    'webhook', '', 1)"#,
            )
            .unwrap();
        }
        if from >= 3 {
            db.execute_batch("INSERT INTO delivery VALUES (60, 7, 'webhook', 'waiting', 8, 2, 'slow', 6)").unwrap();
        }
        drop(db);
        let store = opened(&path);
        let kept = Alert {
            rearm: Rearm::Cooldown(Nanos::from_secs(900)),
            note: "note".into(),
            paused: true,
            origin: Origin::Config,
            ..alert(9, "price > 1")
        };
        assert_eq!(store.alerts(VENUE).unwrap(), [(kept, state(Phase::Triggered))], "version {from}");
        assert_eq!(store.next_id(), 13);
        let rows = store.history(VENUE, 9).unwrap();
        assert_eq!(rows.len(), usize::from(from >= 2));
        if let Some(row) = rows.first() {
            assert!(row.seen && row.firing.values[..] == [("price".into(), 1.5)]);
        }
        let jobs = store.due(Nanos(8), 9);
        assert_eq!(jobs.iter().map(|job| (job.id, job.tries)).collect::<Vec<_>>(), [(60, 2)][..usize::from(from >= 3)]);
        assert_eq!(store.fired(VENUE, &firing(9, NOW), &AlertState::default(), both()), if from >= 2 { 8 } else { 1 });
        assert_eq!(store.flush(), Ok(()));
    }
}

#[test]
fn a_step_that_fails_leaves_the_version_before() {
    let mut db = rusqlite::Connection::open_in_memory().unwrap();
    let steps = [migrations::STEPS[0], "CREATE TABLE half (x); SELECT no_such_function()"];
    assert!(migrations::migrate_to(&mut db, &steps).is_err());
    assert_eq!(migrations::version(&db).unwrap(), 1);
    assert!(db.prepare("SELECT 1 FROM half").is_err(), "nothing of the step that failed");
    assert!(db.prepare("SELECT 1 FROM alert").is_ok());
}
