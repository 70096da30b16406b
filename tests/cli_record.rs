//! The collector from outside: several venues, status, health, signals, what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    command.args(args).current_dir(folder).env("HOME", folder).stdin(Stdio::null());
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    program(folder, args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A collector of the demo exchange that runs until it is ended; its standard error line by line.
fn collect(folder: &Path, args: &[&str]) -> (Child, impl Iterator<Item = String>) {
    let all = [&["record", "--venue", "demo", "--symbols", "BTCUSDT", "--data-dir", "data"], args].concat();
    let mut child = program(folder, &all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    (child, lines)
}

fn ask(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Whether this process was started as under `nohup`, which its children inherit.
fn hangups_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0").trim();
    u64::from_str_radix(mask, 16).unwrap() & 1 == 1
}

#[cfg(unix)]
#[test]
fn it_tells_how_it_does_and_completes_its_file_on_each_signal_to_end() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        if signal == "-HUP" && hangups_are_ignored() {
            println!("skipped: whoever runs the tests has SIGHUP ignored, and so does the program then");
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let (mut child, mut said) = collect(folder.path(), &["--status-file", "status.json", "--health", "127.0.0.1:0"]);
        let address =
            said.find_map(|line| Some(line.strip_prefix("answering at http://")?.split_once('/')?.0.to_owned())).unwrap();
        // Data of both connections flows.
        assert_eq!(said.by_ref().filter(|line| line.ends_with("data flows")).take(2).count(), 2);
        let mut healthy = String::new();
        while !healthy.contains("\"health\":\"ok\"") {
            healthy = ask(&address, "/health");
        }
        assert!(healthy.starts_with("HTTP/1.1 200") && healthy.contains("\"symbols\":[\"BTCUSDT\"]"), "{healthy}");
        let metrics = ask(&address, "/metrics");
        assert!(metrics.contains("rtai_up{venue=\"demo\"} 1") && metrics.contains("rtai_disk_free_bytes"), "{metrics}");
        let well = run(folder.path(), &["health", "status.json"]);
        assert_eq!(well.status.code(), Some(0), "{}", text(&well.stderr));

        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let status = child.wait().unwrap();
        let rest: Vec<String> = said.collect();
        assert_eq!(status.code(), Some(0), "{signal}: {rest:?}");
        let mut out = String::new();
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        let info = run(folder.path(), &["info", out.trim(), "--json"]);
        let json: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
        assert!(json["files"][0]["truncated"].is_null() && json["files"][0]["bad"] == 0, "{json:#}");
        assert!(json["files"][0]["topics"]["depth"].as_u64().unwrap() > 0, "{json:#}");
    }
}

#[test]
fn several_venues_have_a_folder_each() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = "[venues.binance-spot]\nws_url = \"ws://127.0.0.1:9\"\nrest_url = \"http://127.0.0.1:9\"\n";
    std::fs::write(folder.path().join("config.toml"), nowhere).unwrap();
    let args = [
        "record",
        "--config",
        "config.toml",
        "--venue",
        "demo,binance-spot",
        "--symbols",
        "BTCUSDT",
        "--for",
        "7s",
        "--data-dir",
        "data",
    ];
    let ran = run(folder.path(), &args);
    let err = text(&ran.stderr);
    assert!(
        err.contains("demo: recording BTCUSDT of demo") && err.contains("binance-spot: recording BTCUSDT of binance-spot"),
        "{err}"
    );
    assert!(err.contains("demo: public: data flows") && err.contains("refused the connection"), "{err}");
    assert!(text(&ran.stdout).contains("data/recordings/demo/BTCUSDT_"), "{}", text(&ran.stdout));
}

#[test]
fn what_cannot_be_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.rec.gz"), "").unwrap();
    for (args, status, said) in [
        (&["record", "--venue", "demo,binance-sport"][..], 2, "did you mean `binance-spot`"),
        (&["record", "--venue", "demo", "--health", "0.0.0.0:9464", "--data-dir", "data"], 1, "only an address of this computer"),
        (&["record", "--health", "nonsense"], 2, "invalid socket address"),
        (&["record", "--venue", "binance-spot,binance-futures", "--ws-url", "ws://127.0.0.1:1"], 2, "one venue"),
        (&["config", "--venue", "demo,binance-spot"], 2, "only `record` takes several venues"),
        (&["health", "none.json"], 1, "is `rtai-tui record` running?"),
    ] {
        let ran = run(folder.path(), args);
        let err = text(&ran.stderr);
        assert!(ran.status.code() == Some(status) && err.contains(said), "{args:?}: {err}");
    }
}
