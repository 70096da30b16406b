//! `verify` from outside: all green on the demo, and what it says of what is broken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, missing_docs)]

use serde_json::Value;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Program {
    folder: TempDir,
}

struct Report {
    status: i32,
    json: Value,
}

impl Report {
    fn of(&self, check: &str) -> &Value {
        let checks = self.json["checks"].as_array().unwrap();
        checks.iter().find(|row| row["check"] == check).unwrap_or_else(|| panic!("no check `{check}` in {checks:?}"))
    }

    fn status_of(&self, check: &str) -> &str {
        self.of(check)["status"].as_str().unwrap()
    }

    fn found(&self, check: &str) -> &str {
        self.of(check)["found"].as_str().unwrap()
    }

    fn fixes(&self, check: &str) -> String {
        self.of(check)["fixes"].as_array().unwrap().iter().map(|fix| fix.as_str().unwrap().to_owned() + "\n").collect()
    }
}

impl Program {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
        command.arg("verify").args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
            command.env_remove(name);
        }
        let output = command.env("HOME", self.folder.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn json(&self, args: &[&str]) -> Report {
        let (status, out, err) = self.run(&[args, &["--json"]].concat());
        let json = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
        Report { status, json }
    }
}

const BUILT_IN: [&str; 3] = ["recording", "indicators", "broker"];

#[test]
fn the_demo_is_all_green_with_figures() {
    let program = Program::new();
    let report = program.json(&["--venue", "demo"]);
    for check in ["config", "folders", "rest", "clock", "websocket", "data"].iter().chain(&BUILT_IN) {
        assert_eq!(report.status_of(check), "pass", "{:?}", report.of(check));
    }
    // Standard output is no terminal here, and there is no database yet.
    assert_eq!((report.status_of("terminal"), report.status_of("database")), ("skip", "skip"));
    assert_eq!((report.status, &report.json["ok"]), (0, &Value::Bool(true)));
    assert!(report.of("clock")["facts"]["skew_ms"].as_f64().unwrap().abs() < 1_000.0);
    assert!(report.of("data")["facts"]["public_first_ms"].as_f64().unwrap() > 0.0);
    assert!(report.of("indicators")["facts"]["indicators"].as_u64().unwrap() >= 12);
    // Nothing is left behind.
    assert!(!program.path(".local/share/rtai-tui/recordings").exists());
}

#[test]
fn a_person_reads_one_line_a_check_in_fixed_order() {
    let (status, out, err) = Program::new().run(&["--offline"]);
    assert_eq!((status, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    let names =
        ["config", "folders", "terminal", "rest", "clock", "websocket", "data", "recording", "database", "indicators", "broker"];
    for (line, name) in lines.iter().zip(names) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert!(["pass", "skip"].contains(&words[0]) && words[1] == name, "{line}");
    }
    assert!(lines[3].contains("--offline"), "{}", lines[3]);
    assert_eq!((lines[11], lines[12]), ("", "11 checks: 5 passed, 6 skipped"));
}

#[test]
fn an_endpoint_that_refuses_says_what_to_do() {
    let report = Program::new().json(&["--rest-url", "http://127.0.0.1:1", "--ws-url", "ws://127.0.0.1:1"]);
    assert_eq!((report.status, &report.json["ok"]), (1, &Value::Bool(false)));
    for (check, flag) in [("rest", "--rest-url"), ("websocket", "--ws-url")] {
        assert_eq!(report.status_of(check), "fail");
        assert!(report.found(check).contains("127.0.0.1:1 refused the connection"), "{}", report.found(check));
        let fixes = report.fixes(check);
        assert!(fixes.contains("nothing listens there") && fixes.contains(flag), "{fixes}");
    }
    // What follows from it is not said a second time.
    assert_eq!((report.status_of("clock"), report.status_of("data")), ("skip", "skip"));
    for check in BUILT_IN {
        assert_eq!(report.status_of(check), "pass");
    }
}

#[test]
fn a_name_that_is_not_known_is_told_from_an_address_that_refuses() {
    let report = Program::new().json(&["--rest-url", "http://nowhere.invalid", "--ws-url", "ws://nowhere.invalid"]);
    for check in ["rest", "websocket"] {
        assert!(report.found(check).contains("no address is known for nowhere.invalid"), "{}", report.found(check));
        assert!(report.fixes(check).contains("resolv.conf"), "{}", report.fixes(check));
    }
}

/// Answers every request with these bytes, as often as it is asked.
fn server(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0_u8; 4_096];
            let _ = stream.read(&mut request);
            if answer.is_empty() {
                // It never answers, and never hangs up.
                std::mem::forget(stream);
            } else {
                let _ = stream.write_all(answer);
            }
        }
    });
    port
}

#[test]
fn regions_and_firewalls_that_are_refused_are_named() {
    for (answer, found, fix) in [
        (
            &b"HTTP/1.1 451 Unavailable\r\ncontent-length: 31\r\nconnection: close\r\n\r\n{\"msg\":\"restricted \\u001b[31mx\"}"
                [..],
            "not offered in this country (451)",
            "choose another with --venue",
        ),
        (
            &b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"[..],
            "refused access (403)",
            "try another network",
        ),
    ] {
        let port = server(answer);
        let (rest, ws) = (format!("http://127.0.0.1:{port}"), format!("ws://127.0.0.1:{port}"));
        let report = Program::new().json(&["--rest-url", &rest, "--ws-url", &ws]);
        for check in ["rest", "websocket"] {
            assert!(report.found(check).contains(found), "{check}: {}", report.found(check));
            assert!(report.fixes(check).contains(fix), "{check}: {}", report.fixes(check));
            assert!(!report.found(check).contains('\u{1b}'));
        }
        assert_eq!(report.of("rest")["facts"]["status"].as_u64(), Some(if fix.contains("venue") { 451 } else { 403 }));
    }
}

#[test]
fn a_server_that_never_answers_holds_nothing_up() {
    let port = server(b"");
    let (rest, ws) = (format!("http://127.0.0.1:{port}"), format!("ws://127.0.0.1:{port}"));
    let began = Instant::now();
    let report = Program::new().json(&["--rest-url", &rest, "--ws-url", &ws]);
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    for check in ["rest", "websocket"] {
        assert_eq!(report.status_of(check), "fail");
        assert!(report.found(check).contains("did not answer"), "{}", report.found(check));
    }
    for check in BUILT_IN {
        assert_eq!(report.status_of(check), "pass");
    }
}

#[test]
fn folders_that_cannot_be_written_say_what_to_do() {
    let program = Program::new();
    fs::write(program.path("taken"), "a file, no folder").unwrap();
    let report = program.json(&["--offline", "--data-dir", "taken/data"]);
    assert_eq!((report.status, report.status_of("folders"), report.status_of("recording")), (1, "fail", "fail"));
    assert!(report.fixes("folders").contains("is no folder: move that away"), "{}", report.fixes("folders"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let locked = program.path("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
        if fs::write(locked.join("probe"), "").is_ok() {
            println!("skipped: rights do not hold for this user");
            return;
        }
        let report = program.json(&["--offline", "--data-dir", "locked"]);
        assert_eq!((report.status, report.status_of("folders")), (1, "fail"));
        assert!(report.fixes("folders").contains("give this user the right to write"), "{}", report.fixes("folders"));
    }
}

/// A database of this program's kind, large enough to be damaged in the middle.
fn database(path: &std::path::Path) -> rusqlite::Connection {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA application_id = 1920229737; PRAGMA user_version = 4; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);
         CREATE INDEX i ON t (b);
         WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000) INSERT INTO t SELECT x, printf('%0100d', x) FROM n;",
    )
    .unwrap();
    db
}

#[test]
fn a_database_is_looked_at_while_it_is_in_use_and_damage_is_named() {
    let program = Program::new();
    let path = program.path("data/rtai-tui.db");
    let mut db = database(&path);
    let transaction = db.transaction().unwrap();
    transaction.execute("INSERT INTO t VALUES (99999, 'x')", []).unwrap();
    let report = program.json(&["--offline", "--data-dir", "data"]);
    assert_eq!(report.status_of("database"), "pass", "{:?}", report.of("database"));
    assert!(report.found("database").contains("whole") && report.of("database")["facts"]["version"].as_u64() == Some(4));
    drop(transaction);
    drop(db);

    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 9_000].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let report = program.json(&["--offline", "--data-dir", "data"]);
    assert_eq!((report.status, report.status_of("database")), (1, "fail"), "{:?}", report.of("database"));
    assert!(report.fixes("database").contains("set aside, never deleted"), "{}", report.fixes("database"));
    assert_eq!(fs::read(&path).unwrap(), bytes, "it is only looked at");

    fs::write(&path, "hello, I am no database, and never was one".repeat(100)).unwrap();
    let report = program.json(&["--offline", "--data-dir", "data"]);
    assert!(report.found("database").contains("not a database"), "{}", report.found("database"));
}

#[test]
fn mistakes_in_the_configuration_are_named_by_their_lines() {
    let program = Program::new();
    fs::write(
        program.path("c.toml"),
        "them = \"nord\"\nlog_level = \"inof\"\n[keys]\n\"chart.zoomin\" = [\"z\"]\n[[alerts]]\nexpr = \"price >\"\n",
    )
    .unwrap();
    let (status, out, err) = program.run(&["--offline", "--config", "c.toml"]);
    assert_eq!((status, err.as_str()), (1, ""));
    assert!(out.starts_with("fail  config      4 mistakes in the configuration\n"), "{out}");
    for said in [
        "-> c.toml:1: `them`: there is no such setting: did you mean `theme`?",
        "-> c.toml:2: `log_level`: `inof` is no level of the log: did you mean `info`?",
        "-> c.toml:4: `keys.chart.zoomin`: there is no such command: did you mean `chart.zoom-in`?",
        "-> c.toml:6: `alerts.expr`",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
    assert!(out.contains("pass  broker"), "{out}");
}
