//! The log from outside: what is in its files, and what never is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What runs `record` for a moment, with a configuration and more arguments.
fn record(folder: &TempDir, config: &str, args: &[&str]) -> (i32, String) {
    fs::write(folder.path().join("c.toml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    command.args(["record", "--config", "c.toml", "--data-dir", "data", "--for", "2s"]).args(args);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    command.env("MY_HOOK", "https://hooks.example/services/T0HIDDEN/B0HIDDEN").env("MY_WORD", "pa55HIDDENword");
    let output = command.current_dir(folder.path()).env("HOME", folder.path()).stdin(Stdio::null()).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn log(folder: &TempDir) -> String {
    let files = fs::read_dir(folder.path().join("data/log")).unwrap();
    files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn lines_have_their_time_in_utc_and_hold_no_secret_and_no_escape() {
    let folder = tempfile::tempdir().unwrap();
    let config = "[delivery]\nwebhook_env = \"MY_HOOK\"\nsmtp = \"smtps://me@mail.example:465\"\nsmtp_password_env = \"MY_WORD\"\nmail_to = [\"me@example.org\"]\n";
    let url = ["--rest-url", "http://someone:urlHIDDENword@127.0.0.1:1", "--ws-url", "ws://127.0.0.1:1"];
    let (_, err) = record(&folder, config, &[&url[..], &["--log-level", "trace"]].concat());
    let text = log(&folder);
    assert!(text.lines().count() > 2, "{text}{err}");
    assert!(text.contains("refused the connection"), "{text}");
    assert!(!text.contains("HIDDEN"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    for line in text.lines() {
        let stamp = line.split(' ').next().unwrap();
        assert!(stamp.len() == 27 && stamp.ends_with('Z'), "{line}");
        stamp.parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn levels_are_of_modules_and_a_slip_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (status, err) = record(&folder, "", &["--venue", "demo", "--log-level", "off,session=info"]);
    assert_eq!(status, 0, "{err}");
    let text = log(&folder);
    assert!(!text.is_empty() && text.lines().all(|line| line.contains(" session: ")), "{text}");

    let (status, err) = record(&folder, "", &["--log-level", "warn,drive::stroe=debug"]);
    assert_eq!(status, 2);
    assert!(err.contains("there is no module `drive::stroe`: did you mean `drive::store`?"), "{err}");
    let (_, err) = record(&folder, "log_level = \"driv=debug\"\n", &["--venue", "demo"]);
    assert!(err.contains("c.toml:1: `log_level`: there is no module `driv`: did you mean `drive`?"), "{err}");
}

#[test]
fn a_log_that_cannot_be_written_is_said_and_is_no_reason_not_to_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/log"), "a file, no folder").unwrap();
    let (status, err) = record(&folder, "", &["--venue", "demo"]);
    assert_eq!(status, 0, "{err}");
    assert!(err.contains("nothing is logged into files"), "{err}");
}
