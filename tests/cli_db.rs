//! `rtai-tui db` from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::domain::{Bar, Nanos, Price, Qty, Side, Symbol, Timeframe, Trade, Volume};
use rtai_tui::drive::store::{self, Keeping, SessionEnd, SessionRow, Store, Tick};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const NOW: Nanos = Nanos::from_secs(1_795_003_200);

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    let Output { status, stdout, stderr } = command
        .args(["--data-dir", "data"])
        .args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn file(folder: &Path) -> PathBuf {
    folder.join("data").join("rtai-tui.db")
}

/// A database as a session leaves it.
fn filled(folder: &Path) -> Store {
    let opened = store::open(&file(folder), NOW);
    assert!(matches!(opened.keeping, Keeping::File(_)), "{:?}", opened.keeping);
    let (store, btc) = (opened.store, Symbol::new("BTCUSDT").unwrap());
    let minute = |n: i64| Bar {
        volume: Volume::from_units(150_000_000),
        ..Bar::flat(NOW + Nanos::from_secs(60 * n), Price::from_units(6_000_000_000_000))
    };
    store.save_bars("binance-futures", btc, Timeframe::M1, (0..300).map(minute).collect());
    let trade =
        Trade { price: Price::from_units(6_000_010_000_000), qty: Qty::from_units(1), side: Side::Sell, id: Some(7), ex: None };
    store.save_ticks(
        "binance-futures",
        (0..2_000).map(|n| Tick { symbol: btc, at: NOW + Nanos(n), n: n as u64, trade }).collect(),
    );
    store.save_session(SessionRow {
        id: store.next_session(),
        venue: "binance-futures".to_owned(),
        symbols: vec![btc],
        begun: NOW,
        seen: NOW + Nanos::from_secs(90),
        ended: Some(NOW + Nanos::from_secs(90)),
        how: SessionEnd::User,
        recording: Some("BTCUSDT_20261118.rec.gz".to_owned()),
        layout: None,
        events: 12_345,
        fills: 2,
    });
    store.flush().unwrap();
    store
}

#[test]
fn where_there_is_none_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["db", "path"]).1.trim(), Path::new("data").join("rtai-tui.db").display().to_string());
    for what in ["check", "vacuum", "sessions"] {
        let (status, _, said) = run(folder.path(), &["db", what]);
        assert!(status == Some(0) && (said.contains("no database yet") || said.contains("no session yet")), "{what}: {said}");
    }
    let (status, text, _) = run(folder.path(), &["db", "check", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, json["exists"].as_bool(), json["ok"].as_bool()), (Some(0), Some(false), Some(true)));
    assert!(!folder.path().join("data").exists());
    assert_eq!(run(folder.path(), &["db"]).0, Some(2));
}

#[test]
fn a_check_says_what_is_in_it_also_while_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let (status, text, said) = run(folder.path(), &["db", "check"]);
    assert_eq!(status, Some(0), "{said}");
    for part in [
        "whole; version 6 of 6",
        &format!("in use    by another rtai-tui (process {})", std::process::id()),
        "binance-futures BTCUSDT",
        "2026-11-18T12:00:00Z",
        "2026-11-18T16:59:00Z",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let (status, _, said) = run(folder.path(), &["db", "vacuum"]);
    assert!(status == Some(1) && said.contains("has it open: end that one first"), "{said}");
    drop(store);
    let (status, text, _) = run(folder.path(), &["db", "check", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, json["ok"].as_bool(), json["in_use"].as_bool()), (Some(0), Some(true), Some(false)));
    assert_eq!((json["tables"]["bar"].as_u64(), json["tables"]["tick"].as_u64()), (Some(300), Some(2_000)));
    assert_eq!(json["markets"][1]["what"].as_str(), Some("ticks"));
}

#[test]
fn packing_says_the_bytes_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let before = std::fs::metadata(file(folder.path())).unwrap().len();
    let db = rusqlite::Connection::open(file(folder.path())).unwrap();
    db.execute_batch("DELETE FROM tick").unwrap();
    drop(db);
    let (status, text, said) = run(folder.path(), &["db", "vacuum"]);
    let after = std::fs::metadata(file(folder.path())).unwrap().len();
    assert!(status == Some(0) && text.contains(" bytes before, ") && after + 30_000 < before, "{text} {said} {before} {after}");
    assert_eq!(run(folder.path(), &["db", "check"]).0, Some(0));
}

#[test]
fn sessions_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    drop(filled(folder.path()));
    let (_, text, _) = run(folder.path(), &["db", "sessions"]);
    let line = text.lines().nth(1).unwrap();
    for part in ["2026-11-18T12:00:00Z", "1m30s", "user", "12,345", "binance-futures, BTCUSDT, BTCUSDT_20261118.rec.gz"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let (_, text, _) = run(folder.path(), &["db", "sessions", "--json", "--last", "1"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((json[0]["how"].as_str(), json[0]["symbols"][0].as_str()), (Some("user"), Some("BTCUSDT")));
}

#[test]
fn a_damaged_or_foreign_or_newer_file_is_said_to_be_that_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path());
    drop(filled(folder.path()));
    let whole = std::fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    // Pages in the middle, of whichever tables.
    let middle = damaged.len() / 2 / 4_096 * 4_096;
    damaged[middle..middle + 8_192].fill(0x5a);
    for (bytes, said) in
        [(damaged, "is damaged"), (b"This is no database at all, but a letter.".repeat(200), "the file is not a database")]
    {
        std::fs::write(&path, &bytes).unwrap();
        let (status, text, problem) = run(folder.path(), &["db", "check"]);
        assert_eq!(status, Some(1), "{text}");
        assert!((text + &problem).contains(said) && problem.contains(".recover"), "{problem}");
        let (_, text, _) = run(folder.path(), &["db", "check", "--json"]);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(json["ok"] == false && json["damage"][0].is_string(), "{text}");
        assert_eq!(run(folder.path(), &["db", "vacuum"]).0, Some(1));
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "nothing was written");
    }
    std::fs::write(&path, &whole).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let (status, _, said) = run(folder.path(), &["db", "check"]);
    assert!(status == Some(1) && said.contains("version 99"), "{said}");
}

#[test]
fn another_program_reads_the_views_also_while_it_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _store = filled(folder.path());
    let script = "import sqlite3, sys\n\
                  db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)\n\
                  print(*db.execute(\"SELECT * FROM ohlc WHERE symbol = 'BTCUSDT' AND timeframe = '1m' ORDER BY ts DESC LIMIT 1\").fetchone())\n\
                  print(*db.execute('SELECT * FROM ticks ORDER BY ts LIMIT 1').fetchone())\n\
                  print(*db.execute('SELECT begun, seconds, how, events FROM sessions').fetchone())\n";
    let Ok(ran) = Command::new("python3").args(["-c", script]).arg(file(folder.path())).output() else {
        println!("skipped: there is no python3 here");
        return;
    };
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "binance-futures BTCUSDT 1m 2026-11-18T16:59:00Z 1795021140 60000.0 60000.0 60000.0 60000.0 1.5 0.0 0",
            "binance-futures BTCUSDT 2026-11-18T12:00:00.000000000Z 1795003200.0 60000.1 1e-08 sell 7",
            "2026-11-18T12:00:00Z 90.0 user 12345"
        ],
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}
