//! `rtai-tui import` into folders, and what an interrupted import leaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    let ran = command.args(args).current_dir(folder).env("HOME", folder).stdin(Stdio::null()).output().unwrap();
    (ran.status.code(), String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap())
}

fn trades(rows: u64) -> String {
    let mut text = String::new();
    for n in 0..rows {
        writeln!(text, "{n},{}.5,0.02,1236.75,{},True,True", 61_000 + n % 100, 1_723_161_255_342 + n).unwrap();
    }
    text
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn each_file_becomes_a_recording_and_the_same_command_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("BTCUSDT-trades-2024-08-08.csv", &trades(50));
    write("ETHUSDT-trades-2024-08-08.csv", &trades(40));
    write("BTCUSDT-bookDepth-2024-08-08.csv", "timestamp,percentage,depth,notional\n2024-08-08 00:00:08,-5,7407.5,121893226.2\n");
    let all = [
        "import",
        "BTCUSDT-trades-2024-08-08.csv",
        "BTCUSDT-bookDepth-2024-08-08.csv",
        "ETHUSDT-trades-2024-08-08.csv",
        "-o",
        "out/",
    ];
    let (status, text, said) = run(folder.path(), &all);
    // What is no market data is named; the others are done.
    assert!(status == Some(1) && said.contains("no book can be made of it") && said.contains("1 of 3 files"), "{said}");
    let done = ["BTCUSDT-trades-2024-08-08.rec.gz", "ETHUSDT-trades-2024-08-08.rec.gz"];
    assert_eq!(names(&folder.path().join("out")), done);
    assert!(text.lines().count() == 2 && text.contains("51 lines"), "{text}");
    // As if it had been interrupted while the second was written.
    let second = folder.path().join("out").join(done[1]);
    std::fs::remove_file(&second).unwrap();
    std::fs::write(folder.path().join("out").join(format!("{}.part", done[1])), "half of it").unwrap();
    let first = std::fs::metadata(folder.path().join("out").join(done[0])).unwrap().modified().unwrap();
    let again = ["import", all[1], all[3], "-o", "out"];
    let (status, text, said) = run(folder.path(), &again);
    assert!(status == Some(0) && said.contains("is complete already and passed over"), "{said}");
    assert!(text.contains(done[1]) && !text.contains(done[0]), "{text}");
    assert_eq!(names(&folder.path().join("out")), done);
    assert_eq!(std::fs::metadata(folder.path().join("out").join(done[0])).unwrap().modified().unwrap(), first);
    let (status, text, said) = run(folder.path(), &again);
    assert!(status == Some(0) && text.is_empty() && said.contains("nothing was left to do"), "{said}");
}

#[test]
fn two_files_of_one_name_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("BTCUSDT-trades-2024-08-08.csv"), trades(5)).unwrap();
    }
    let files = ["import", "a/BTCUSDT-trades-2024-08-08.csv", "b/BTCUSDT-trades-2024-08-08.csv", "-o", "out/"];
    let (status, _, said) = run(folder.path(), &files);
    assert!(status == Some(1) && said.contains("would both become out/BTCUSDT-trades-2024-08-08.rec.gz"), "{said}");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_file_of_the_wanted_name_is_always_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("BTCUSDT-trades-2024-08-08.csv"), trades(10)).unwrap();
    std::fs::write(folder.path().join("out.rec.gz.part"), "half of it").unwrap();
    let import = ["import", "BTCUSDT-trades-2024-08-08.csv", "-o", "out.rec.gz"];
    assert_eq!(run(folder.path(), &import).0, Some(0));
    assert_eq!(names(folder.path()), ["BTCUSDT-trades-2024-08-08.csv", "out.rec.gz"]);
    let (status, _, said) = run(folder.path(), &import);
    assert!(status == Some(1) && said.contains("is there already and is not overwritten"), "{said}");
    // One that cannot be read to its end leaves nothing behind.
    let mut text = trades(2_000);
    (0..200).for_each(|_| text.push_str("what is this,then\n"));
    std::fs::write(folder.path().join("ETHUSDT-trades-2024-08-08.csv"), text).unwrap();
    let (status, _, said) = run(folder.path(), &["import", "ETHUSDT-trades-2024-08-08.csv", "-o", "eth.rec.gz"]);
    assert!(status == Some(1) && said.contains("21 of 2021 lines cannot be read") && said.contains("line 2001: "), "{said}");
    assert!(!names(folder.path()).iter().any(|name| name.starts_with("eth.rec")));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_part_and_no_recording() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("BTCUSDT-trades-2024-08-08.csv")).unwrap();
    let rows = trades(1_000_000);
    file.write_all(rows.as_bytes()).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_rtai-tui"))
        .args(["import", "BTCUSDT-trades-2024-08-08.csv", "-o", "out/"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let part = folder.path().join("out").join("BTCUSDT-trades-2024-08-08.rec.gz.part");
    while !part.exists() {
        std::thread::yield_now();
    }
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let ran = child.wait_with_output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.code() == Some(1) && said.contains("the same command begins that file anew"), "{said}");
    assert_eq!(names(&folder.path().join("out")), ["BTCUSDT-trades-2024-08-08.rec.gz.part"]);
    // What was read until then is a recording.
    assert_eq!(run(folder.path(), &["info", "out/BTCUSDT-trades-2024-08-08.rec.gz.part"]).0, Some(0));
}
