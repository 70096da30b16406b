//! How fast a recording of five million trades goes through the engine, as a ratio to merely inflating it and to DuckDB in the
//! same run.
//!
//! `cargo bench --bench replay`; the file is made once and kept in the target folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use rtai_tui::domain::{EngineConfig, Timeframe};
use rtai_tui::engine::Engine;
use rtai_tui::recording::{ReadOptions, Reader};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

const LINES: u64 = 5_000_000;
const ROUNDS: usize = 7;

fn main() {
    let path = recording();
    let (mut inflating, mut reading, mut running) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        inflating.push(seconds(|| inflate(&path)));
        reading.push(seconds(|| read(&path)));
        running.push(seconds(|| run(&path)));
    }
    // The best of several: whatever else the machine does only adds.
    let (inflating, reading, running) = (least(&inflating), least(&reading), least(&running));
    let memory = memory_stats::memory_stats().map_or(0, |m| m.physical_mem) as f64 / 1e6;
    println!("inflate only                       {inflating:.3} s");
    let row = |what: &str, time: f64| {
        println!("{what:<34} {time:.3} s   {:.2} x   {:.0} ns a line", time / inflating, time * 1e9 / LINES as f64);
    };
    row("read and decode all inputs", reading);
    row("the same through the whole engine", running);
    println!("memory now                         {memory:.1} MB   limit 40 MB");
    match duckdb(&path) {
        Some(peer) => {
            println!("DuckDB to 1 m bars, 2 threads      {peer:.3} s   engine / DuckDB {:.2}   limit 0.60", running / peer);
        }
        None => println!("DuckDB to 1 m bars                 not measured: python3 has no duckdb"),
    }
    println!("limit for the engine: 1.50 x inflating");
}

/// Every input through the engine, to bars of every timeframe.
fn run(path: &Path) {
    let mut reader = Reader::open(path, ReadOptions::default()).unwrap();
    let mut engine = Engine::new(EngineConfig::default(), "bench");
    let mut input = Reader::blank_input();
    while reader.read_into(&mut input).unwrap() {
        engine.apply(&input);
    }
    let snapshot = engine.snapshot();
    assert_eq!(snapshot.rates.trades, LINES);
    assert!(snapshot.symbols[0].time_bars[&Timeframe::M1].len() > 1_000);
}

/// The same bars by DuckDB, where Python has it: the best of three, without the start of the interpreter.
fn duckdb(path: &Path) -> Option<f64> {
    let script = format!(
        "import duckdb, time\nc = duckdb.connect(); c.execute('set threads = 2')\nbest = 1e9\nfor _ in range(3):\n t = time.time(); \
         c.execute(\"select ts::bigint // 60 m, arg_min(data.price, ts), max(data.price), min(data.price), arg_max(data.price, ts), \
         sum(data.qty) from read_json('{}', format='newline_delimited', compression='gzip', columns={{ts:'double', topic:'varchar', \
         data:'struct(price double, qty double, side varchar)'}}) group by m order by m\").fetchall(); best = min(best, time.time() - \
         t)\nprint(best)",
        path.display()
    );
    let output = std::process::Command::new("python3").args(["-c", &script]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// One symbol, one trade a line, spelled as in the format's description; gzip level 6.
fn recording() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("BTCUSDT_5000000.rec.gz");
    if path.exists() {
        return path;
    }
    let partial = folder.join("BTCUSDT_5000000.partial");
    let mut out = GzEncoder::new(BufWriter::new(File::create(&partial).unwrap()), Compression::new(6));
    let (mut random, mut price, mut millis) = (0x9e37_79b9_7f4a_7c15_u64, 638_501_i64, 1_722_856_114_123_u64);
    for _ in 0..LINES {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        price = (price + (random % 5) as i64 - 2).clamp(500_000, 800_000);
        millis += random >> 32 & 31;
        let qty = (random >> 40) % 100 + 1;
        let side = if random & 256 == 0 { "buy" } else { "sell" };
        writeln!(
            out,
            "{{\"ts\": {}.{:03}, \"topic\": \"trade\", \"data\": {{\"price\": {}.{}, \"qty\": 0.{qty:03}, \"side\": \"{side}\"}}}}",
            millis / 1_000,
            millis % 1_000,
            price / 10,
            price % 10
        )
        .unwrap();
    }
    out.finish().unwrap().into_inner().unwrap().sync_all().unwrap();
    std::fs::rename(&partial, &path).unwrap();
    path
}

fn inflate(path: &Path) {
    let mut decoder = MultiGzDecoder::new(BufReader::with_capacity(128 * 1024, File::open(path).unwrap()));
    let mut buffer = vec![0; 256 * 1024];
    let mut total = 0;
    loop {
        match decoder.read(&mut buffer).unwrap() {
            0 => break,
            count => total += count,
        }
    }
    assert!(total > 450_000_000);
}

fn read(path: &Path) {
    let mut reader = Reader::open(path, ReadOptions::default()).unwrap();
    let (mut count, mut last) = (0, 0);
    let mut input = Reader::blank_input();
    while reader.read_into(&mut input).unwrap() {
        count += 1;
        last = input.at.0.max(last);
    }
    assert!(last > 0 && reader.report().is_clean());
    assert_eq!(count, LINES);
}

fn seconds(work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_secs_f64()
}

fn least(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}
