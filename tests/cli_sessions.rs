//! The program's sessions from outside: recording the demo exchange, replaying into a frame.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    command.args(args).current_dir(folder).env("HOME", folder).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn the_demo_is_recorded_without_a_screen_and_replayed_into_a_frame() {
    let folder = tempfile::tempdir().unwrap();
    let ran =
        run(folder.path(), &["record", "--venue", "demo", "--symbols", "BTCUSDT,ETHUSDT", "--for", "3s", "--data-dir", "data"]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    let file = PathBuf::from(text(&ran.stdout).trim());
    assert!(folder.path().join(&file).exists() && file.starts_with("data/recordings"), "{}", file.display());
    let file = file.to_str().unwrap();

    let info = run(folder.path(), &["info", file, "--json", "--check"]);
    assert_eq!(info.status.code(), Some(0), "{}", text(&info.stderr));
    let json: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    let found = &json["files"][0];
    assert_eq!((found["venue"].as_str(), found["bad"].as_u64()), (Some("demo"), Some(0)));
    assert!(found["truncated"].is_null() && found["symbols"]["BTCUSDT"]["tick"].as_f64().unwrap() > 0.0);
    assert!(found["topics"]["history"].as_u64().unwrap() > 0, "{found:#}");

    for (name, begins) in [("frame.svg", "<svg"), ("frame.ans", ""), ("frame.txt", "")] {
        let ran = run(folder.path(), &["replay", file, "--screenshot", name, "--size", "100x30", "--at", "+1s"]);
        assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
        let frame = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(frame.contains(begins) && frame.contains("BTCUSDT"), "{name}: {frame}");
        assert_eq!(frame.contains('\u{1b}'), name == "frame.ans");
    }
}

#[test]
fn without_a_terminal_the_screen_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let line = r#"{"ts":60.5,"topic":"trade","sym":"BTCUSDT","data":{"price":100,"qty":1,"side":"buy"}}"#;
    std::fs::write(folder.path().join("a.rec.gz"), format!("{line}\n")).unwrap();
    for (args, status, said) in [
        (&["replay", "a.rec.gz"][..], 1, "needs a terminal"),
        (&["replay", "a.rec.gz", "--from", "yesterday"], 2, "`yesterday` is not a time"),
        (&["replay", "a.rec.gz", "--screenshot", "-", "--workspace", "9"], 2, "expected 1 Trade"),
        (&["replay", "missing.rec.gz"], 1, "missing.rec.gz: No such file"),
        (&["record", "--no-record"], 1, "recording is turned off"),
    ] {
        let ran = run(folder.path(), args);
        let err = text(&ran.stderr);
        assert!(ran.status.code() == Some(status) && err.contains(said), "{args:?}: {err}");
    }
}
