//! Alerts against a plain recomputation in Python (`tests/reference/alerts.py`), through the program: every firing to the event.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::Command;

/// Relative error allowed of values.
const RELATIVE: f64 = 1e-9;

#[derive(Deserialize)]
struct Reference {
    streams: BTreeMap<String, Vec<String>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    stream: String,
    symbol: String,
    expr: String,
    rearm: String,
    /// Nanoseconds, values by name, the symbol's last price.
    firings: Vec<(i64, BTreeMap<String, f64>, Option<f64>)>,
}

/// A line of the program about a firing.
#[derive(Debug, Deserialize)]
struct Line {
    /// Seconds, read digit by digit: a float does not hold nanoseconds.
    ts: Box<RawValue>,
    sym: String,
    expr: String,
    values: BTreeMap<String, f64>,
    price: Option<f64>,
}

/// What the program prints of expressions that are watched together: firings of each.
fn printed(recording: &Path, symbol: &str, rearm: &str, exprs: &[&str]) -> BTreeMap<String, Vec<Line>> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    command.arg("alerts").arg(recording).args(["--symbol", symbol, "--rearm", rearm, "--json"]).env("HOME", folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    for expr in exprs {
        command.args(["--expr", expr]);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut firings: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines().filter(|line| line.starts_with("{\"ts\"")) {
        let line: Line = serde_json::from_str(line).unwrap();
        firings.entry(line.expr.clone()).or_default().push(line);
    }
    firings
}

/// A number of seconds as it is written, in nanoseconds.
fn nanos(seconds: &str) -> i64 {
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    format!("{whole}{part:0<9}").parse().unwrap()
}

fn compare(case: &Case, found: &[Line]) -> Result<(), String> {
    for (n, (at, values, price)) in case.firings.iter().enumerate() {
        let Some(line) = found.get(n) else { return Err(format!("{n} firings, should be {}", case.firings.len())) };
        let context = |what: String| Err(format!("firing {n}, {what}: {line:?}, should be at {at} {values:?} {price:?}"));
        if nanos(line.ts.get()) != *at {
            return context("time".to_owned());
        }
        if !line.values.keys().eq(values.keys()) || line.price != *price || line.sym != case.symbol {
            return context("names, price or symbol".to_owned());
        }
        for ((name, wanted), found) in values.iter().zip(line.values.values()) {
            if (wanted - found).abs() > RELATIVE * wanted.abs().max(found.abs()) + 1e-12 {
                return context(name.clone());
            }
        }
    }
    if found.len() == case.firings.len() { Ok(()) } else { Err(format!("one too many: {:?}", found[case.firings.len()])) }
}

#[test]
fn every_firing_agrees_to_the_event() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/alerts.json.gz");
    let reference: Reference = serde_json::from_reader(GzDecoder::new(File::open(path).unwrap())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut together: BTreeMap<[&str; 3], Vec<&Case>> = BTreeMap::new();
    for case in &reference.cases {
        together.entry([&case.stream, &case.symbol, &case.rearm]).or_default().push(case);
    }
    let (mut compared, mut wrong) = (0, Vec::new());
    for ([stream, symbol, rearm], cases) in together {
        let recording = folder.path().join(format!("{stream}.jsonl"));
        std::fs::write(&recording, reference.streams[stream].join("\n")).unwrap();
        let exprs: Vec<&str> = cases.iter().map(|case| case.expr.as_str()).collect();
        let found = printed(&recording, symbol, rearm, &exprs);
        for case in cases {
            compared += case.firings.len();
            if let Err(why) = compare(case, found.get(&case.expr).map_or(&[], Vec::as_slice)) {
                wrong.push(format!("{stream} {symbol} {rearm} `{}`: {why}", case.expr));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases differ:\n{}", wrong.len(), reference.cases.len(), wrong.join("\n"));
    assert!(compared > 5_000, "only {compared} firings");
}
