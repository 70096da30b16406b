//! A recording survives `kill -9`: what was on the disk is read, and `repair` makes a clean file of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::domain::{EngineConfig, Event, Input, Instrument, Market, Meta, Nanos, Payload, Price, Qty, Side, Symbol, Trade};
use rtai_tui::recording::{Index, IndexOptions, ReadOptions, Reader, Writer, repair};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

const FOLDER: &str = "RTAI_TEST_KILL_FOLDER";
const LINES: u64 = 5_000;

fn trade(seq: u64) -> Input {
    let trade = Trade {
        price: Price::from_units(6_385_010_000_000 + seq as i64 * 10_000_000),
        qty: Qty::from_units(200_000),
        side: Side::Buy,
        id: Some(seq),
        ex: None,
    };
    let at = Nanos::from_millis(1_723_161_255_000 + seq as i64);
    Input { seq, at, payload: Payload::Market(Market::of(Symbol::new("BTCUSDT").unwrap(), Event::Trade(trade))) }
}

/// The program that is killed; does nothing unless started by the test below.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let meta = Meta {
        venue: "demo".to_owned(),
        instruments: vec![Instrument::unknown(Symbol::new("BTCUSDT").unwrap())],
        app: "test".to_owned(),
        engine: EngineConfig::default(),
    };
    let mut writer = Writer::create(Path::new(&folder), "BTCUSDT_20240808.rec.gz", &meta, Nanos::ZERO).unwrap();
    for seq in 2..=LINES {
        writer.write(&trade(seq));
    }
    writer.flush();
    println!("flushed");
    // Waits to be killed; the pipe never says anything.
    let _ = std::io::stdin().read(&mut [0]);
    std::process::abort();
}

#[test]
fn a_killed_recorder_loses_nothing_that_was_flushed() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(output.any(|line| line.unwrap().contains("flushed")));
    child.kill().unwrap();
    child.wait().unwrap();

    let path = folder.path().join("BTCUSDT_20240808.rec.gz");
    let index = Index::build(&path, &IndexOptions::default()).unwrap();
    assert_eq!(index.report.truncated.unwrap().salvaged_lines, LINES);
    let clean = folder.path().join("clean.rec.gz");
    assert_eq!(repair(&path, &clean).unwrap().written.lines, LINES);
    let inputs: Vec<Input> = Reader::open(&clean, ReadOptions::default()).unwrap().map(Result::unwrap).collect();
    assert!(inputs[1..].iter().cloned().eq((2..=LINES).map(trade)));
}
