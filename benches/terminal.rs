//! The whole program in a pseudo-terminal of 200x60: its share of a core and what it writes, beside other programs of its kind in
//! the same run.
//!
//! `cargo bench --bench terminal`. Measured are: a live session at ten times the rate of a real capture (from the data folder,
//! `RTAI_DATA_DIR`), the demo, a paused replay, and, where they are installed, `btop` and `wkterm` (set `WKTERM` to its path).
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, dead_code)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time, over spans of it")]

mod capture_server;
#[path = "../tests/terminal/pty.rs"]
mod pty;

use portable_pty::CommandBuilder;
use pty::Pty;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const WARM: Duration = Duration::from_secs(5);
const SPAN: Duration = Duration::from_secs(20);

fn command(program: &Path, arguments: &[&str], home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(arguments);
    command.cwd(home);
    command.env_clear();
    let environment = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin")];
    for (name, value) in environment {
        command.env(name, value);
    }
    command.env("HOME", home);
    command
}

/// Seconds of processor time that a process and its threads have used.
fn cpu(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // Fields 14 and 15 of proc(5), a hundred a second on Linux.
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn measure(what: &str, command: CommandBuilder, keys: &str) {
    let mut pty = Pty::start(command, 200, 60);
    std::thread::sleep(WARM);
    pty.keys(keys);
    std::thread::sleep(Duration::from_secs(1));
    let (bytes, used, begun) = (pty.look(|seen| seen.bytes.len()), cpu(pty.id()), Instant::now());
    std::thread::sleep(SPAN);
    let span = begun.elapsed().as_secs_f64();
    let share = (cpu(pty.id()) - used) / span * 100.0;
    let rate = (pty.look(|seen| seen.bytes.len()) - bytes) as f64 / span / 1e3;
    println!("{what:<44} {share:>6.2} % of a core {rate:>8.1} KB/s to the terminal");
}

/// How long after a key the first byte of the changed frame comes, and how many writes a frame is.
fn answer(command: CommandBuilder) {
    const KEYS: usize = 60;
    let mut pty = Pty::start(command, 200, 60);
    std::thread::sleep(WARM);
    let frames = |pty: &Pty| pty.look(|seen| seen.bytes.windows(8).filter(|bytes| bytes == b"\x1b[?2026h").count());
    let (writes, before) = (written(pty.id()), frames(&pty));
    let mut times = Vec::new();
    for key in 0..KEYS {
        let known = pty.look(|seen| seen.bytes.len());
        let begun = Instant::now();
        pty.keys(if key % 2 == 0 { "+" } else { "-" });
        pty.wait("a changed frame", |seen| seen.bytes.len() > known);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        std::thread::sleep(Duration::from_millis(150));
    }
    times.sort_by(f64::total_cmp);
    let (writes, frames) = (written(pty.id()) - writes, frames(&pty) - before);
    println!(
        "key to changed frame: median {:.1} ms, most {:.1} ms (a frame is 33.3 ms); {frames} frames in {writes} writes",
        times[KEYS / 2],
        times[KEYS - 1]
    );
}

/// Calls of write by a process.
fn written(id: u32) -> u64 {
    let io = std::fs::read_to_string(format!("/proc/{id}/io")).unwrap();
    io.lines().find_map(|line| line.strip_prefix("syscw: ")).unwrap().parse().unwrap()
}

fn installed(name: &str) -> Option<PathBuf> {
    let found = std::env::var_os(name.to_uppercase()).map(PathBuf::from);
    found.or_else(|| std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.exists()))
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    std::fs::create_dir_all(home.join(".config/rtai-tui")).unwrap();
    std::fs::write(home.join(".config/rtai-tui/config.toml"), "").unwrap();
    let own = PathBuf::from(env!("CARGO_BIN_EXE_rtai-tui"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    match capture_server::start(&runtime) {
        Some(server) => {
            for (name, key) in [("trade", "1"), ("book", "3")] {
                let arguments = ["--symbols", "BTCUSDT", "--ws-url", &server.ws_url, "--rest-url", &server.rest_url];
                measure(&format!("capture x10 live, recording, {name}"), command(&own, &arguments, home), key);
            }
        }
        None => println!("capture x10 live: skipped, no captures (set RTAI_DATA_DIR)"),
    }
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");
    measure("demo exchange, recording, trade", command(&own, &["demo"], home), "1");
    measure("demo exchange, recording, book", command(&own, &["demo"], home), "3");
    measure("replay at 10x", command(&own, &["replay", recording, "--speed", "10"], home), "1");
    measure("replay, paused", command(&own, &["replay", recording, "--paused", "--from", "+2m"], home), "1");
    answer(command(&own, &["replay", recording, "--paused", "--from", "+2m"], home));
    match installed("btop") {
        Some(btop) => measure("btop, its defaults", command(&btop, &[], home), ""),
        None => println!("btop: skipped, not installed"),
    }
    match installed("wkterm") {
        Some(wkterm) => measure("wkterm, synthetic feed", command(&wkterm, &["--source", "synth:1"], home), ""),
        None => println!("wkterm: skipped, not installed"),
    }
}
